"""The window as a reader feels it: wheel, window, panes, cine and loading, at 1600x1000, drawn by software.

Inside the program, events are timed from when they are posted to the end of the paint that shows them (`in_window`).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEGBaseline8Bit, generate_uid

from benchmarks.row import Row
from benchmarks.slices import trunk_slices, write_slices
from benchmarks.timing import warm_environment
from benchmarks.volume import PACKINGS, compress
from tests.screen import platform_for_tests, start_virtual_screen

SHOWN, STREAMED, STUDIES, STUDY_SLICES = 275, 2000, 10, 500
VOLUME = 400
CINE_FRAMES = 96


def rows() -> Iterator[Row]:
    """Measure all of it."""
    if platform_for_tests() != "xcb":
        raise RuntimeError("This benchmark needs a virtual X screen: install Xvfb (Debian: xvfb).")
    screen = {**warm_environment(), **start_virtual_screen()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = trunk_slices(20)
        write_slices(folder / "shown", SHOWN, pictures=pictures)
        yield from _hands(folder, screen)
        yield from _planes(folder, screen, pictures)
        yield from _cines(folder, screen)
        yield from _streams(folder, screen, pictures)
        yield from _memory(folder, screen, pictures)


def _hands(folder: Path, screen: Mapping[str, str]) -> Iterator[Row]:
    one = _measure("wheel", folder / "shown", screen)
    what = "wheel step, event to the end of its paint, p99"
    yield Row.at_most(
        what,
        ours=one["p99"],
        limit=0.006,
        beside="empty repaint of the same window, p99",
        peer=one["repaint_p99"],
        note=f"medians {one['median'] * 1000:.1f} and {one['repaint_median'] * 1000:.1f} ms; 500 events at 60 a second",
    )
    _write_mammogram(folder / "mammogram")
    dragged = _measure("drag", folder / "mammogram", screen)
    yield Row.at_most(
        "window dragged on a 5000x4000 mammogram, event to the end of its paint, p99",
        ours=dragged["p99"],
        limit=0.006,
        beside="empty repaint, p99",
        peer=one["repaint_p99"],
        note=f"median {dragged['median'] * 1000:.1f} ms",
    )
    four = _measure("four", folder / "shown", screen)
    yield Row.at_most(
        "wheel step in four linked panes, p99",
        ours=four["p99"],
        limit=0.010,
        beside="empty repaint of all four, p99",
        peer=four["repaint_p99"],
        note=f"median {four['median'] * 1000:.1f} ms, to the end of the last of the four paints",
    )


def _planes(folder: Path, screen: Mapping[str, str], pictures: list[NDArray[np.uint16]]) -> Iterator[Row]:
    """Say how three oblique planes follow the hand, and how soon after it rests they are whole."""
    found = _measure("planes", write_slices(folder / "volume", VOLUME, pictures=pictures)[0].parent, screen)
    for what, key, limit in (
        ("median", "median", 0.014),
        ("p99", "p99", 0.020),
        ("until whole after rest", "whole", 0.100),
        ("slabs of 10 mm, median", "slab_median", 1 / 30),
        ("slabs of 10 mm, until whole after rest", "slab_whole", 0.150),
    ):
        yield Row.at_most(
            f"cross-hair dragged through 512x512x{VOLUME}, three oblique planes painted, {what}",
            ours=found[key],
            limit=limit,
            beside="events at 60 a second",
            peer=1 / 60,
            note="double oblique, 17 degrees about two axes",
        )


def _cines(folder: Path, screen: Mapping[str, str]) -> Iterator[Row]:
    for name, colour in (("512x512 JPEG XA", False), ("512x512 JPEG colour US", True)):
        path = folder / name.replace(" ", "-")
        _write_cine(path, colour=colour)
        found = _measure("cine", path, screen)
        yield Row.at_most(
            f"cine of a {name}, frames dropped in 10 s",
            ours=found["dropped_share"] * 100,
            limit=1,
            beside="frames a second wanted",
            peer=found["wanted_hz"],
            unit="%",
            note=f"{found['rate_hz']:.1f} of {found['wanted_hz']:.1f} frames a second",
        )


def _streams(folder: Path, screen: Mapping[str, str], pictures: list[NDArray[np.uint16]]) -> Iterator[Row]:
    plain = write_slices(folder / "plain", STREAMED, pictures=pictures)
    packings = {packing.name: packing for packing in PACKINGS}
    for name, gap_s, p99_s in (("JPEG lossless", 0.030, 0.010), ("JPEG 2000", 0.050, 0.016)):
        compress(plain, packings[name], folder / name)
        found = _measure("stream", folder / name, screen)
        for what, value, limit in (("longest gap", found["longest"], gap_s), ("lateness, p99", found["p99"], p99_s)):
            yield Row.at_most(
                f"event loop while {STREAMED} images stream in, {name}, {what}",
                ours=value,
                limit=limit,
                beside="timer of 5 ms",
                peer=0.005,
                note=f"over {found['seconds']:.0f} s",
            )


def _memory(folder: Path, screen: Mapping[str, str], pictures: list[NDArray[np.uint16]]) -> Iterator[Row]:
    raw = SHOWN * 512 * 512 * 2 / 1e6
    found = _measure("shown-memory", folder / "shown", screen)
    yield Row.at_most(
        f"peak memory with {SHOWN} slices shown",
        ours=found["peak_mb"],
        limit=450,
        beside="raw pixels",
        peer=raw,
        unit="MB",
    )
    for number in range(STUDIES):
        write_slices(folder / "studies" / str(number), STUDY_SLICES, pictures=pictures)
    closed = _measure("closed-memory", folder / "studies", screen)
    yield Row.at_most(
        f"memory after {STUDIES} studies of {STUDY_SLICES} slices were opened and closed",
        ours=closed["last_mb"],
        limit=round(closed["first_mb"] + 50),
        beside="after the first was closed",
        peer=closed["first_mb"],
        unit="MB",
    )


def _measure(scenario: str, folder: Path, screen: Mapping[str, str]) -> dict[str, Any]:
    """Run a scenario in a process with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**screen, "HOME": home, "XDG_RUNTIME_DIR": home}
        for part in ("CONFIG", "DATA", "CACHE", "STATE"):
            environment[f"XDG_{part}_HOME"] = f"{home}/{part.lower()}"
        command = [sys.executable, "-m", "benchmarks.in_window", scenario, str(folder), f"{home}/library.sqlite"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{scenario}: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _write_mammogram(folder: Path) -> None:
    noise = np.random.default_rng(1).normal(2000, 300, (5000, 4000)).clip(0, 4095).astype(np.uint16)
    (path,) = write_slices(folder, 1)
    dataset = pydicom.dcmread(path)
    dataset.Modality, dataset.Rows, dataset.Columns = "MG", 5000, 4000
    dataset.RescaleIntercept, dataset.WindowCenter, dataset.WindowWidth = 0, 2000, 2000
    dataset.PixelData = noise.tobytes()
    dataset.save_as(path)


def _write_cine(folder: Path, *, colour: bool) -> None:
    """Write a multi-frame image at 30 frames a second, whose content moves."""
    folder.mkdir(parents=True)
    base = np.random.default_rng(2).integers(40, 200, (64, 64)).astype(np.uint8)
    large = np.kron(base, np.ones((8, 8), np.uint8))
    frames = []
    for number in range(CINE_FRAMES):
        moved = np.roll(large, number * 3, axis=1)
        pixels = np.stack([moved, np.roll(moved, 40, 0), moved // 2], axis=2) if colour else moved
        frames.append(bytes(imagecodecs.jpeg8_encode(np.ascontiguousarray(pixels), level=90)))
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.3.1" if colour else "1.2.840.10008.5.1.4.1.1.12.1")
    dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = (generate_uid() for _ in range(3))
    dataset.Modality, dataset.PatientID, dataset.PatientName = "US" if colour else "XA", "benchmark", "Benchmark"
    dataset.Rows = dataset.Columns = 512
    dataset.NumberOfFrames, dataset.FrameTime, dataset.FrameIncrementPointer = CINE_FRAMES, 1000 / 30, 0x00181063
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "YBR_FULL_422" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(folder / "cine.dcm", enforce_file_format=True)

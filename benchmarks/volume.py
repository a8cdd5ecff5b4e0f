"""A volume of 400 CT slices of 512x512 from files, uncompressed and in four compressions, beside SimpleITK.

What a decoder makes of a slice depends on what is in it, so the compressions that it decides are measured on every
content at hand, and all of them on the demo patient.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import SimpleITK
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, RLELossless

from benchmarks.row import Row
from benchmarks.slices import disc_slices, recorded_slices, trunk_slices, write_slices
from benchmarks.timing import in_turns
from workstation.model.index.records import Stack
from workstation.model.index.scan import scan
from workstation.model.stacks import stacks_of
from workstation.model.volume import build_volume

SLICES = 400
DISTINCT = 20
"""So many different slices are painted and compressed, and used again and again: both take long."""

Pixels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Packing:
    """A way to store the slices, the bar, how many rounds are measured, and whether on every content."""

    name: str
    times: float
    rounds: int
    transfer_syntax_uid: str = ""
    encode: Callable[[Pixels], bytes] | None = None
    on_all: bool = False


def _jpeg_lossless(pixels: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=1, bitspersample=12))


def _jpeg_ls(pixels: Pixels) -> bytes:
    return bytes(imagecodecs.jpegls_encode(pixels))


def _jpeg_2000(pixels: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True, bitspersample=12))


def _rle(pixels: Pixels) -> bytes:
    dataset = Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelData = pixels.tobytes()
    dataset.compress(RLELossless, generate_instance_uid=False)
    return next(pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=1))


PACKINGS = (
    Packing("uncompressed", 5, 9),
    Packing("JPEG lossless", 3, 3, "1.2.840.10008.1.2.4.70", _jpeg_lossless, on_all=True),
    Packing("JPEG-LS", 2, 3, "1.2.840.10008.1.2.4.80", _jpeg_ls, on_all=True),
    Packing("RLE", 10, 3, "1.2.840.10008.1.2.5", _rle),
    Packing("JPEG 2000", 1.15, 2, "1.2.840.10008.1.2.4.90", _jpeg_2000),
)


def rows() -> Iterator[Row]:
    """Measure every packing on the demo patient, some on a recorded CT where there is one and on a noisy disc too."""
    contents = {
        "recorded CT": recorded_slices(DISTINCT),
        "demo patient": trunk_slices(DISTINCT),
        "noisy disc": disc_slices(DISTINCT),
    }
    with tempfile.TemporaryDirectory() as folder:
        plain = {
            name: write_slices(Path(folder, name), SLICES, pictures=each) for name, each in contents.items() if each
        }
        for packing in PACKINGS:
            for content, paths in plain.items():
                if packing.encode is None and content == "demo patient":
                    yield _measured(packing, paths, content)
                elif packing.on_all or content == "demo patient":
                    packed = compress(paths, packing, Path(folder, f"{content} {packing.name}"))
                    yield _measured(packing, packed, content)


def _measured(packing: Packing, paths: Sequence[Path], content: str) -> Row:
    (stack,) = stacks_of([each for batch in scan(paths) for each in batch.instances])
    _check_equal(stack, paths)
    ours, peer = in_turns(lambda: build_volume(stack), lambda: _simpleitk(paths), rounds=packing.rounds)
    return Row.at_least(
        f"{SLICES} slices 512x512 of a {content} into a volume, {packing.name}",
        ours=ours,
        beside="SimpleITK ImageSeriesReader",
        peer=peer,
        times=packing.times,
        note=f"from files to HU, median of {packing.rounds}; both read all headers of given files",
    )


def _simpleitk(paths: Sequence[Path]) -> SimpleITK.Image:
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(path) for path in paths])
    return reader.Execute()


def _check_equal(stack: Stack, paths: Sequence[Path]) -> None:
    """A comparison of times means something only where the results are equal."""
    volume = build_volume(stack)
    expected: NDArray[Any] = SimpleITK.GetArrayFromImage(_simpleitk(paths))
    assert volume.rescaled_in_place
    np.testing.assert_array_equal(volume.array_kji, expected)


def compress(plain: Sequence[Path], packing: Packing, folder: Path) -> list[Path]:
    """Write slices again in a packing, and give their paths."""
    assert packing.encode is not None
    folder.mkdir()
    streams: list[bytes] = []
    paths = []
    for number, path in enumerate(plain):
        dataset = pydicom.dcmread(path)
        if number < DISTINCT:
            pixels = np.frombuffer(dataset.PixelData, np.uint16).reshape(dataset.Rows, dataset.Columns)
            streams.append(packing.encode(pixels))
        dataset.file_meta.TransferSyntaxUID = UID(packing.transfer_syntax_uid)
        dataset.PixelData = encapsulate([streams[number % DISTINCT]])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        paths.append(folder / path.name)
        dataset.save_as(paths[-1])
    return paths

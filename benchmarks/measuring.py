"""Measuring: a region that is dragged, a mask of 50 million voxels, a folder of files, and the self-check."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import SimpleITK
from numpy.typing import NDArray

from benchmarks.index import write_files
from benchmarks.row import Row
from benchmarks.timing import in_turns, process, seconds
from workstation.measure.measuring import measured
from workstation.measure.statistics import statistics as statistics_of
from workstation.measure.voxels import counted_inside
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.geometry import Plane, Spacing, SpacingSource, VolumeGrid
from workstation.model.volume import Volume

CORNERS, SIDE, MOVES = 100, 512, 300
FILES, ROUNDS = 500, 9
SLICES, RADIUS = 300, 230.3
"""A disc of this radius has 166,600 pixels: 300 slices of it are 50 million voxels."""

Points = NDArray[np.float64]


def rows() -> Iterator[Row]:
    """Measure each."""
    yield _dragged()
    yield _mask()
    yield _series()
    yield _verify()


def _dragged() -> Row:
    """Move one corner after the other by a pixel, and measure all anew each time, as a hand does."""
    frame, ring = _slice(), _ring()
    made = [_polygon(ring, move) for move in range(MOVES)]
    measured(made[0], frame)
    peer = [seconds(lambda each=each: _plain(each, frame)) for each in made]  # type: ignore[misc]
    ours = [seconds(lambda each=each: measured(each, frame)) for each in made]  # type: ignore[misc]
    return Row.at_most(
        f"region of {CORNERS} corners dragged on {SIDE}x{SIDE}: region, geometry and all statistics, p99",
        ours=_p99(ours),
        limit=0.008,
        beside="cv2.fillPoly, mean, deviation and seven percentiles by numpy, p99",
        peer=_p99(peer),
        note=f"median {statistics.median(ours) * 1000:.1f} ms, theirs {statistics.median(peer) * 1000:.1f} ms; "
        "128,000 pixels inside",
    )


def _mask() -> Row:
    array, inside = _volume()
    volume = Volume(array, VolumeGrid(np.eye(4), (SLICES, SIDE, SIDE)), 1.0, 0.0, "HU", (), (), ())
    image, label = SimpleITK.GetImageFromArray(array), SimpleITK.GetImageFromArray(inside.view(np.uint8))

    def theirs() -> SimpleITK.LabelStatisticsImageFilter:
        made = SimpleITK.LabelStatisticsImageFilter()
        made.Execute(image, label)
        return made

    found, expected = statistics_of(counted_inside(volume, inside)[0]), theirs()
    assert found.count == expected.GetCount(1)
    np.testing.assert_allclose(found.mean, expected.GetMean(1), rtol=1e-9)
    np.testing.assert_allclose(found.sd_population, expected.GetSigma(1), rtol=1e-7)  # n and n - 1 are alike here
    ours, peer = in_turns(lambda: statistics_of(counted_inside(volume, inside)[0]), theirs, rounds=3)
    return Row.at_least(
        f"all statistics of a mask of {found.count / 1e6:.0f} million voxels",
        ours=ours,
        beside="SimpleITK LabelStatistics",
        peer=peer,
        times=0.667,
        note="16-bit voxels; ours with median, percentiles, skewness, kurtosis and entropy, theirs without; "
        "same count, mean and deviation",
    )


def _series() -> Row:
    """Measure the same distance on each file of a folder, the whole command, beside indexing that folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "files")
        write_files(folder, FILES)
        command = [sys.executable, "-m", "workstation", "--batch"]
        output, library = str(Path(name, "lengths.csv")), Path(name, "library", "library.sqlite")
        points = ["--p1", "1,2", "--p2", "13,14"]
        measure = process([*command, "measure", "distance", str(folder), *points, "-o", output])
        add = process([*command, "library", "add", str(folder), "--library", str(library)])

        def into_empty_library() -> None:
            for part in library.parent.glob("*"):
                part.unlink()
            add()

        ours, peer = in_turns(measure, into_empty_library, rounds=ROUNDS)
        with Path(output).open(encoding="utf-8") as table:
            assert sum(1 for _ in table) == FILES + 1
    return Row.at_least(
        f"measure distance on {FILES} files, the whole command",
        ours=ours,
        beside="library add of the same files into an empty library",
        peer=peer,
        times=1 / 1.3,
        note=f"median of {ROUNDS}; at most 1.3 times as long",
    )


def _verify() -> Row:
    """Run the self-check as a site does: the whole command, every check."""
    ours, peer = in_turns(
        process([sys.executable, "-m", "workstation", "--batch", "verify", "--failed-only"]),
        process([sys.executable, "-c", "import cv2, highdicom, imagecodecs, numpy, pydicom"]),
        rounds=3,
    )
    return Row.at_most(
        "verify: phantoms written, read and measured, all checks, whole command",
        ours=ours,
        limit=30,
        beside="importing the libraries it uses",
        peer=peer,
    )


def _slice() -> Frame:
    pixels = np.random.default_rng(1).normal(1064, 300, (SIDE, SIDE)).astype(np.int16)
    spacing = Spacing(0.7, 0.7, SpacingSource.PIXEL_SPACING)
    plane = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), spacing, "1.2.3")
    hounsfield = ModalityTransform(1.0, -1024.0, unit="HU")
    return Frame(pixels, "MONOCHROME2", 16, spacing, modality=hounsfield, plane=plane)


def _ring() -> Points:
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = 200 * (1 + 0.1 * np.sin(5 * turn))
    return np.column_stack([SIDE / 2 + radius * np.cos(turn), SIDE / 2 + radius * np.sin(turn)])


def _polygon(ring: Points, move: int) -> Annotation:
    moved = ring.copy()
    moved[move % CORNERS] += (move % 7 - 3, move % 5 - 2)
    points = tuple((float(x), float(y)) for x, y in moved)
    return Annotation("1", "polygon", "1.2.3", 0, points, points[0])


def _plain(annotation: Annotation, frame: Frame) -> tuple[Any, ...]:
    """Do what programs do that are content with less: corners rounded to pixels, no geometry, no entropy."""
    mask = np.zeros(frame.pixels.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(annotation.points_px)).astype(np.int32)], 1)
    values = frame.modality.apply(frame.pixels[mask.astype(np.bool_)])
    percentiles = np.percentile(values, [5, 10, 25, 50, 75, 90, 95])
    return values.mean(), values.std(ddof=1), values.min(), values.max(), percentiles


def _volume() -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    random = np.random.default_rng(2)
    array = np.empty((SLICES, SIDE, SIDE), np.int16)
    for slab in array:
        slab[:] = random.normal(40, 300, slab.shape)
    rows, columns = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    inside = np.empty(array.shape, np.bool_)
    inside[:] = rows**2 + columns**2 <= RADIUS**2
    return array, inside


def _p99(durations: list[float]) -> float:
    return float(np.percentile(durations, 99))

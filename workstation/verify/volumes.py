"""Checks of volumes: contours over slices, masks, segments, thresholds in a sphere; slices thicker than far apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.measure.isocontour import isocontour
from workstation.measure.spheres import Sphere
from workstation.measure.volumes import measured_contours, measured_segment
from workstation.measure.voxels import solid_of
from workstation.model.annotation import Threshold
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.phantoms import small
from workstation.phantoms.known import known_mask, known_stack
from workstation.verify.bench import Bench, drawn, number
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from workstation.model.annotation import Annotation, Point
    from workstation.model.frame import Frame
    from workstation.model.volume import Volume

_PIXEL_MM, _STEP_MM, _THICKNESS_MM = 0.5, 2.0, 5.0
_MIDDLE_PX: Point = (39.5, 39.5)
_DISTANCE = (
    "The thickness of slices is taken for their distance, the outermost slices are counted wrongly, or areas are wrong."
)
_VOXELS = (
    "The thickness of slices is taken for their distance, a voxel has a wrong size, or rows and columns are swapped."
)
_TILT = "The tilt of the gantry is ignored: slices are taken to be straight above each other."
_BALL = "voxels within 10 voxels of the middle: 4169 (OEIS A000605), of 1 mm³"


def contours(bench: Bench) -> Iterator[Check]:
    """Check volumes of regions drawn on slices 2 mm apart and 5 mm thick."""
    blank = np.zeros((8, 80, 80), np.int16)
    stack = known_stack(
        "contours", blank, step_mm=_STEP_MM, thickness_mm=_THICKNESS_MM, spacing_mm=(_PIXEL_MM, _PIXEL_MM)
    )
    frames = [image.frame() for image in bench.images(stack)]
    heights = [_STEP_MM * (k - 3.5) for k in range(8)]
    box: list[Point] = [(9.5, 9.5), (29.5, 9.5), (29.5, 49.5), (9.5, 49.5)]
    boxes = [(drawn("rectangle", box, frame), frame) for frame in frames]
    columns = [(_circle(frame, 10.0), frame) for frame in frames]
    ball = [(_circle(frame, math.sqrt(64 - z * z)), frame) for frame, z in zip(frames, heights, strict=True)]
    for name, what, regions, expected, source in (
        ("box", "A box of rectangles", boxes, 3.2, "10 x 20 mm on 8 slices, each standing for 2 mm: 3200 mm³"),
        ("cylinder", "A cylinder of circles", columns, math.pi * 1.6, "π x 10² mm² on 8 slices of 2 mm"),
        (
            *("ball", "A ball of circles", ball),
            (4 / 3 * math.pi * 512 + math.pi * 8 * 4 / 6) / 1000,
            "4/3 π 8³ mm³, and π R d² / 6, which the midpoint rule adds to a parabola exactly",
        ),
    ):
        yield Check(
            f"contours.{name}",
            f"{what} has its volume, by the distance of slices",
            source,
            expected,
            _asking_contours(regions),
            1e-9,
            "ml",
            _DISTANCE,
        )
    tilted = [image.frame() for image in bench.images(small.volume("tilted").datasets)]
    corners: list[Point] = [(1.5, 1.5), (11.5, 1.5), (11.5, 6.5), (1.5, 6.5)]
    yield Check(
        "contours.tilted",
        "A box of rectangles has its volume where the gantry is tilted",
        "10 x 5 pixels of 0.64 mm² on 9 slices that are 2.5 mm x cos 15° apart",
        32 * 9 * 2.5 * math.cos(math.radians(15)) / 1000,
        _asking_contours([(drawn("rectangle", corners, frame), frame) for frame in tilted]),
        1e-6,
        "ml",
        _TILT,
    )


def _circle(frame: Frame, radius_mm: float) -> Annotation:
    return drawn("circle", [_MIDDLE_PX, (_MIDDLE_PX[0] + radius_mm / _PIXEL_MM, _MIDDLE_PX[1])], frame)


def _asking_contours(regions: Sequence[tuple[Annotation, Frame]]) -> Callable[[], Answer]:
    return lambda: number(measured_contours(regions), "volume", "ml")


def _ball() -> NDArray[np.bool_]:
    k, j, i = np.indices((25, 27, 29))
    return np.asarray((k - 12) ** 2 + (j - 13) ** 2 + (i - 14) ** 2 <= 100)


def masks(bench: Bench) -> Iterator[Check]:
    """Check masks and thresholds in a volume, and a segmentation object."""
    inside = _ball()
    stack = known_stack("ball", np.where(inside, 100, -1000).astype(np.int16), step_mm=1.0, thickness_mm=5.0)
    volume = bench.volume(stack)
    for key, unit, expected, tolerance, source in (
        ("volume", "ml", 4.169, 1e-9, _BALL),
        ("diameter_3d", "mm", 20.0, 1e-9, "from -10 to 10 voxels"),
        ("mean", "[hnsf'U]", 100.0, 1e-9, "100 HU were painted in it"),
    ):
        yield Check(
            f"mask.{key.replace('_', '-')}",
            f"A mask of a ball has its {key.replace('_', ' ')}",
            source,
            expected,
            _asking_solid(volume, inside, key, unit),
            tolerance,
            unit,
            _VOXELS,
        )
    yield from _thresholds(volume)
    yield from _segments(bench, stack, inside)


def _asking_solid(volume: Volume, inside: NDArray[np.bool_], key: str, unit: str) -> Callable[[], Answer]:
    def asked() -> Answer:
        found = next(each for each in solid_of(volume, inside).numbers.values if each.quantity.key == key)
        return found.value if found.unit.ucum == unit else f"{found.value:.8g} in {found.unit.ucum}"

    return asked


def _thresholds(volume: Volume) -> Iterator[Check]:
    middle = (14.0, 13.0, 12.0)
    whole = Threshold("value", 0.0)
    yield Check(
        "threshold.ball",
        "A ball is found by a threshold in a sphere about it",
        _BALL,
        4.169,
        lambda: isocontour(volume, Sphere(middle, 12.0), whole).volume_ml,
        1e-9,
        "ml",
        _VOXELS,
    )
    yield Check(
        "threshold.part",
        "Of a sphere of 6 mm all voxels are taken whose centre is inside",
        "voxels within 6 voxels of the middle: 925 (OEIS A000605)",
        0.925,
        lambda: isocontour(volume, Sphere(middle, 6.0), whole).volume_ml,
        1e-9,
        "ml",
        "A sphere is off by half a voxel, or its rim is left out.",
    )


def _segments(bench: Bench, stack: list[Dataset], inside: NDArray[np.bool_]) -> Iterator[Check]:
    folder = bench.written([known_mask(stack, inside, 1.0)])
    frames = [(image, image.frame()) for image in bench.images(stack)]
    places = [(ImagePlace.of(str(image.dataset.SOPInstanceUID), frame), frame) for image, frame in frames]

    def asked(key: str, unit: str) -> Answer:
        masks = SegmentMasks(SegmentationImage.open(folder / "000.dcm"))
        return number(measured_segment(drawn("point", [(0.0, 0.0)]), masks, 1, places), key, unit)

    yield Check(
        "segment.volume",
        "A segment of a segmentation object has its volume",
        _BALL,
        4.169,
        lambda: asked("volume", "ml"),
        1e-9,
        "ml",
        _VOXELS,
    )
    yield Check(
        "segment.mean",
        "A segment lies on the pixels that it was made of",
        "100 HU were painted in it",
        100.0,
        lambda: asked("mean", "[hnsf'U]"),
        1e-9,
        "HU",
        "Bits of a segmentation are read in another order, or it is off by a pixel, or flipped.",
    )

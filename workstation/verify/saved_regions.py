"""Checks of segmentations and structure sets that we write: as pydicom reads them, and as they come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from workstation.measure.volumes import measured_segment
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.segmentation_writing import SegmentToWrite, write_segmentation
from workstation.objects.structure_contours import area_mm2
from workstation.objects.structure_set import read_structure_set
from workstation.objects.structure_set_writing import write_structure_set
from workstation.phantoms.known import known_image, known_stack
from workstation.verify.bench import Bench, drawn, number
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.model.annotation import Point

_NOW = datetime(2025, 1, 1)
_BITS = "Bits of a segmentation are written in another order, or its frames lie elsewhere."
_HALF = "Contours of structure sets are off by half a pixel, or the spacings of rows and columns are exchanged."


def segmentations(bench: Bench) -> Iterator[Check]:
    """Check a ball of 5 voxels about a voxel, on slices of 2 mm with pixels of 0.8 x 0.3 mm."""
    k, j, i = np.indices((13, 15, 17))
    inside = (k - 6) ** 2 + (j - 6) ** 2 + (i - 7) ** 2 <= 25
    stack = known_stack(
        "segmented", np.where(inside, 100, 0).astype(np.int16), step_mm=2.0, thickness_mm=5.0, spacing_mm=(0.8, 0.3)
    )
    images = [(image, image.frame()) for image in bench.images(stack)]
    masks = {(str(image.dataset.SOPInstanceUID), 0): inside[at] for at, (image, _frame) in enumerate(images)}
    path = bench.folder() / "segmentation.dcm"

    def written() -> Path:
        if not path.exists():
            write_segmentation([SegmentToWrite("Ball", masks)], [image.dataset for image, _ in images], path, now=_NOW)
        return path

    def bits() -> Answer:
        ds = dcmread(written())
        count = int(ds.NumberOfFrames) * 15 * 17
        frames = np.unpackbits(np.frombuffer(ds.PixelData, np.uint8), bitorder="little")[:count].reshape(-1, 15, 17)
        heights = [float(each.PlanePositionSequence[0].ImagePositionPatient[2]) for each in ds[0x5200, 0x9230].value]
        at, rows, columns = np.nonzero(frames)
        middle = np.mean(columns) * 0.3, np.mean(rows) * 0.8, np.mean(np.take(heights, at))
        return float(len(at)), *map(float, middle)

    def measured(key: str, unit: str) -> Answer:
        places = [(ImagePlace.of(str(image.dataset.SOPInstanceUID), frame), frame) for image, frame in images]
        found = SegmentMasks(SegmentationImage.open(written()))
        return number(measured_segment(drawn("point", [(0.0, 0.0)]), found, 1, places), key, unit)

    yield Check(
        "segmentation.written",
        "A segmentation is written with its voxels, each where it lies",
        "515 voxels within 5 of the middle (OEIS A000605), about x 7 x 0.3, y 6 x 0.8, z 6 x 2 mm",
        (515.0, 2.1, 4.8, 12.0),
        bits,
        1e-6,
        "",
        _BITS,
    )
    for key, unit, expected, source in (
        ("volume", "ml", 515 * 0.8 * 0.3 * 2 / 1000, "515 voxels of 0.8 x 0.3 x 2 mm"),
        ("mean", "[hnsf'U]", 100.0, "100 HU were painted in it"),
    ):
        yield Check(
            f"segmentation.{key}",
            f"A segmentation that was written has its {key} when it is read",
            source,
            expected,
            _asking(measured, key, unit),
            1e-9,
            unit,
            _BITS,
        )


def _asking(measured: Callable[[str, str], Answer], key: str, unit: str) -> Callable[[], Answer]:
    return lambda: measured(key, unit)


def structure_sets(bench: Bench) -> Iterator[Check]:
    """Check a rectangle on pixels of 0.8 x 0.3 mm whose first lies at (-10, 20, 5)."""
    image = bench.image(
        known_image("contoured", np.zeros((20, 30), np.int16), spacing_mm=(0.8, 0.3), position_lps=(-10.0, 20.0, 5.0))
    )
    box: list[Point] = [(2.0, 3.0), (6.0, 3.0), (6.0, 8.0), (2.0, 8.0)]
    region = drawn("rectangle", box, image.frame(), str(image.dataset.SOPInstanceUID))
    path = bench.folder() / "structures.dcm"

    def written() -> Path:
        if not path.exists():
            write_structure_set([region], [image.dataset], path, now=_NOW)
        return path

    yield Check(
        "structures.written",
        "A contour of a structure set is written where it lies in the patient",
        "x: -10 + 0.3 x 2 and 6; y: 20 + 0.8 x 3 and 8; z: 5 (PS3.3 C.8.8.6)",
        (-9.4, 22.4, 5.0, -8.2, 22.4, 5.0, -8.2, 26.4, 5.0, -9.4, 26.4, 5.0),
        lambda: tuple(float(each) for each in dcmread(written()).ROIContourSequence[0].ContourSequence[0].ContourData),
        1e-5,
        "mm",
        _HALF,
    )
    yield Check(
        "structures.read",
        "A contour of a structure set has its area when it is read",
        "4 x 0.3 by 5 x 0.8 mm",
        4.8,
        lambda: sum(area_mm2(each) for one in read_structure_set(written()).structures for each in one.contours),
        1e-5,
        "mm²",
        _HALF,
    )

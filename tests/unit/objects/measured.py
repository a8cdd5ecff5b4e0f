"""Measurements of all kinds on small phantoms, as values, for reports, states and segmentations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from workstation.model import quantities as q
from workstation.model import units as u
from workstation.model.annotation import About, Annotation, Mask, Point, Threshold
from workstation.model.annotation_kinds import KINDS, Kind
from workstation.model.concepts import Code
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.placement import frame_plane
from workstation.model.pixels.spacing import frame_spacing
from workstation.objects.segment_masks import ImagePlace
from workstation.phantoms import small

NODULE = Code("27925004", "SCT", "Nodule")
LUNG, RIGHT = Code("39607008", "SCT", "Lung"), Code("24028007", "SCT", "Right")
RING = np.array(
    [
        [1, 1, 1, 1, 0, 0],
        [1, 0, 0, 1, 0, 1],
        [1, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 1],
    ],
    bool,
)
"""With a hole, a part that touches it at a corner, and a pixel of its own."""


def images(name: str = "axial") -> list[Dataset]:
    """The slices of a small volume in the order of its voxels; headers and pixels."""
    made = small.volume(name)
    if len(made.datasets) == 1:
        return list(made.datasets)
    normal = made.positions_lps[-1] - made.positions_lps[0]
    return sorted(made.datasets, key=lambda ds: float(np.dot(np.array(ds.ImagePositionPatient, float), normal)))


def plane(image: Dataset, frame: int = 0) -> Plane | None:
    groups = FunctionalGroups(image)
    return frame_plane(groups, frame, frame_spacing(groups, frame))


def place(image: Dataset, frame: int = 0) -> ImagePlace:
    return ImagePlace(str(image.SOPInstanceUID), frame, int(image.Rows), int(image.Columns), plane(image, frame))


def packed(inside: Any, left: int, top: int) -> Mask:
    rows, columns = inside.shape
    return Mask(left, top, columns, rows, np.packbits(inside).tobytes())


POINTS: dict[Kind, tuple[Point, ...]] = {
    "text": ((4.25, 5),),
    "arrow": ((6, 7), (12.5, 3)),
    "point": ((9, 11),),
    "length": ((2, 3), (14.5, 9.25)),
    "calibration": ((1, 1), (11, 1)),
    "profile": ((3, 4), (20, 12)),
    "polyline": ((2, 2), (8, 3), (11, 9), (3, 12)),
    "curve": ((2, 2), (4, 2.5), (6, 4), (7, 7)),
    "angle": ((3, 4), (10, 5), (14, 12)),
    "cobb": ((2, 3), (12, 4), (3, 14), (13, 17)),
    "open_angle": ((2, 3), (12, 4), (3, 14), (13, 17)),
    "four_point_angle": ((2, 2), (6, 2), (2, 5), (6, 5), (9, 9), (13, 10), (9, 13), (13, 15)),
    "bidirectional": ((4, 10), (18, 10), (11, 7), (11, 14)),
    "perpendicular": ((2, 14), (20, 15), (8, 5)),
    "ratio": ((8, 9), (17, 9), (3, 12), (25, 12)),
    "vertebra": ((13, 8),),
    "rectangle": ((3, 4), (12, 4), (12, 9), (3, 9)),
    "ellipse": ((8, 2), (8, 14), (4, 8), (12, 8)),
    "circle": ((10, 9), (13, 11)),
    "polygon": ((3, 3), (15, 4), (12, 14), (5, 12)),
    "freehand": ((3, 3), (6, 2.5), (9, 3), (11, 8), (8, 12), (4, 10)),
    "spline": ((4, 4), (14, 5), (15, 13), (6, 14)),
    "mask": ((5, 6), (10, 9)),
    "sphere": ((10, 9), (14, 9)),
}


def annotation(kind: Kind, image: Dataset, frame: int = 0, **rest: Any) -> Annotation:
    """An annotation of a kind on an image, with all that one can have."""
    values: dict[str, Any] = {
        "points_px": POINTS[kind],
        "label_px": (20.5, 6.25),
        "text": "Über dem Zwerchfell" if kind == "text" else f"my {kind}",
        "colour": (98, 214, 120),
        "about": About(
            f"1.2.826.0.5.{KINDS.index(kind) + 1}",
            f"Lesion of {kind}",
            NODULE,
            LUNG,
            RIGHT,
            "target",
            "seen twice",
            node="yes",
        ),
    }
    if kind == "mask":
        values["mask"] = packed(RING, 5, 6)
    if kind == "sphere":
        values["threshold"] = Threshold("percent", 41.0)
    if kind not in ("text", "arrow"):
        values["is_label_moved"] = True
    if kind == "calibration":
        values["known_mm"] = 50.0
    made = Annotation(f"id.{kind}", kind, str(image.SOPInstanceUID), frame, **(values | rest))
    return made.on_plane(plane(image, frame))


STATISTICS = (
    Value(q.COUNT_OF_PIXELS, 42.0, u.PIXELS),
    Value(q.MEAN, 41.123456789012345, u.HU, q.ATTENUATION),
    Value(q.SD_SAMPLE, 1 / 3, u.HU, q.ATTENUATION),
    Value(q.SD_POPULATION, 0.3, u.HU, q.ATTENUATION),
    Value(q.MINIMUM, -1024.0, u.HU, q.ATTENUATION),
    Value(q.MAXIMUM, 3071.0, u.HU, q.ATTENUATION),
    Value(q.MEDIAN, 40.5, u.HU, q.ATTENUATION),
    *(Value(q.percentile(each), float(each) / 7, u.HU, q.ATTENUATION) for each in (5, 10, 25, 75, 90, 95)),
    Value(q.SUM, 1727.1851851, u.HU, q.ATTENUATION),
    Value(q.SKEWNESS, -0.125, u.ONE, q.ATTENUATION),
    Value(q.KURTOSIS, 2.25, u.ONE, q.ATTENUATION),
    Value(q.ENTROPY, 3.1, u.BITS, q.ATTENUATION),
)
NUMBERS: dict[Kind, tuple[Value, ...]] = {
    "point": (Value(q.VALUE, 17.0, u.HU, q.ATTENUATION), Value(q.STORED_VALUE, 1041.0, u.ONE)),
    "length": (Value(q.LENGTH, 13.88, u.MM),),
    "calibration": (Value(q.LENGTH, 50.0, u.MM),),
    "profile": (Value(q.LENGTH, 1.88, u.CM),),
    "polyline": (Value(q.PATH_LENGTH, 20.25, u.MM),),
    "curve": (Value(q.PATH_LENGTH, 2.025, u.CM),),
    "angle": (Value(q.ANGLE, 52.5, u.DEGREES),),
    "cobb": (Value(q.COBB_ANGLE, 11.0, u.DEGREES),),
    "open_angle": (Value(q.ANGLE, 11.0, u.DEGREES),),
    "four_point_angle": (Value(q.ANGLE, 4.5, u.DEGREES),),
    "bidirectional": (Value(q.LONG_AXIS, 14.0, u.MM), Value(q.SHORT_AXIS, 7.0, u.MM)),
    "perpendicular": (Value(q.DISTANCE, 9.1, u.MM),),
    "ratio": (Value(q.RATIO, 9 / 22, u.ONE),),
    "sphere": (Value(q.VOLUME, 4.2, u.ML), Value(q.PEAK, 9.5, u.SUV_BW, q.SUV_CONCEPTS[u.SUV_BW.ucum])),
}
SPACING = Spacing(1.0, 1.0, SpacingSource.PIXEL_SPACING)


def measurement(kind: Kind, image: Dataset, frame: int = 0, **rest: Any) -> Measurement:
    """A measurement of a kind on an image: its numbers are as good as any others."""
    drawn = annotation(kind, image, frame, **rest)
    groups = FunctionalGroups(image)
    basis = Basis(
        drawn.sop_instance_uid,
        frame,
        frame_spacing(groups, frame),
        "/home/someone/Doe^Jane/1.dcm",
        "axial, 3.2 mm above the first",
        24 if kind in ("polygon", "mask") else None,
        "stored x 1 - 1024 (Rescale Slope, Intercept)",
        ("Pixels whose centre is inside.", "Entropy of 64 bins of 25 HU."),
    )
    numbers = NUMBERS.get(
        kind, () if kind in ("text", "arrow", "vertebra") else (Value(q.AREA, 55.5, u.MM2), *STATISTICS)
    )
    return Measurement(drawn, numbers, basis, ("The outline crosses itself.",) if kind == "freehand" else ())


def all_kinds(on: Sequence[Dataset]) -> list[Measurement]:
    """One of each kind, on slice after slice."""
    return [measurement(kind, on[at % len(on)]) for at, kind in enumerate(KINDS)]


def plain(made: Annotation) -> Annotation:
    """An annotation without what a file need not keep: who gave it its number, and where it was read."""
    return replace(made, id="", source_uid="", is_locked=False)

"""Annotations and frames for tests of measuring."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.model.annotation import Annotation, Mask
from workstation.model.annotation_kinds import Kind
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.measurement import Measurement

UID = "1.2.3"
HU = ModalityTransform(1.0, -1024.0, unit="HU")


def annotation(kind: Kind, points: ArrayLike, **others: Any) -> Annotation:
    """Make an annotation of some points (column, row)."""
    placed = tuple((float(x), float(y)) for x, y in np.asarray(points, dtype=np.float64))
    return Annotation("1", kind, UID, 0, placed, placed[0], **others)


def rectangle(left: float, top: float, width: float, height: float, **others: Any) -> Annotation:
    """Make a rectangle whose corners lie there."""
    right, bottom = left + width, top + height
    return annotation("rectangle", [(left, top), (right, top), (right, bottom), (left, bottom)], **others)


def ellipse(left: float, top: float, width: float, height: float, **others: Any) -> Annotation:
    """Make an ellipse in a box."""
    x, y = left + width / 2, top + height / 2
    return annotation("ellipse", [(left, y), (left + width, y), (x, top), (x, top + height)], **others)


def painted(inside: ArrayLike, left: int = 0, top: int = 0, **others: Any) -> Annotation:
    """Make a painted region of a box of pixels."""
    box = np.asarray(inside, dtype=np.bool_)
    rows, columns = box.shape
    ends = [(left, top), (left + columns - 1, top + rows - 1)]
    return annotation("mask", ends, mask=mask(box, left, top), **others)


def mask(box: NDArray[np.bool_], left: int = 0, top: int = 0) -> Mask:
    """Pack a box of pixels."""
    return Mask(left, top, box.shape[1], box.shape[0], np.packbits(box.ravel()).tobytes())


def spacing(between_rows: float = 1.0, between_columns: float | None = None) -> Spacing:
    """Give a spacing that a header has said, in mm."""
    across = between_rows if between_columns is None else between_columns
    return Spacing(between_rows, across, SpacingSource.PIXEL_SPACING)


def frame(pixels: ArrayLike, pixel_spacing: Spacing | None = None, **others: Any) -> Frame:
    """Make a frame of stored values."""
    stored = np.asarray(pixels)
    return Frame(
        stored,
        "RGB" if stored.ndim == 3 else "MONOCHROME2",
        8 * stored.dtype.itemsize,
        Spacing() if pixel_spacing is None else pixel_spacing,
        **others,
    )


def blank(rows: int = 64, columns: int = 64, pixel_spacing: Spacing | None = None) -> Frame:
    """Make a frame of zeros."""
    return frame(np.zeros((rows, columns), np.int16), pixel_spacing)


def numbers(measurement: Measurement) -> dict[str, float]:
    """Give the values by the keys of their quantities; of two alike the last."""
    return {each.quantity.key: each.value for each in measurement.values}


def turned(points: ArrayLike, degrees: float, around: tuple[float, float] = (0.0, 0.0)) -> Any:
    """Turn points."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (np.asarray(points) - around) @ turn.T + around

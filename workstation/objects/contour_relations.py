"""How the closed contours of one structure on one slice lie to each other: apart, inside, overlapping, or the same."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.objects.structure_contours import Points, contour_mask
from workstation.quick_dataclass import dataclass

_ROUNDED_PX = 0.1
"""Pixels whose centre is nearer to an outline say nothing: programs write two decimals of a millimetre and fewer."""
_SAME_PX = 0.02


class Relation(StrEnum):
    """Of two outlines."""

    APART = "apart"
    INSIDE = "inside"
    OVERLAPPING = "overlapping"
    SAME = "same"


@dataclass(frozen=True, eq=False)
class _Filled:
    """An outline with the pixels inside, in its box that is cut to the image."""

    points: Points
    left: int
    top: int
    inside: NDArray[np.bool_]

    def within(self, box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
        """Give the pixels of a box (left, top, right, bottom) of the image that are inside."""
        left, top, right, bottom = box
        found = np.zeros((max(bottom - top, 0), max(right - left, 0)), np.bool_)
        rows, columns = self.inside.shape
        low, high = max(left, self.left), min(right, self.left + columns)
        first, last = max(top, self.top), min(bottom, self.top + rows)
        if low < high and first < last:
            part = self.inside[first - self.top : last - self.top, low - self.left : high - self.left]
            found[first - top : last - top, low - left : high - left] = part
        return found


def without_twins(closed: Sequence[Points]) -> tuple[Points, ...]:
    """Leave out outlines that are there before: two of one would take each other away by the even-odd rule."""
    kept: list[Points] = []
    for each in closed:
        if not any(_is_same(each, other) for other in kept):
            kept.append(each)
    return tuple(kept)


def relations_of(closed: Sequence[Points], shape: tuple[int, int]) -> frozenset[Relation]:
    """Give which relations there are between outlines.

    Parameters
    ----------
    closed
        Outlines, (n, 2) each: column and row from 0 at pixel centres.
    shape
        Rows and columns of the image: what lies beside it does not matter.
    """
    filled = [_filled(each, shape) for each in closed]
    return frozenset(_relation(one, other) for one, other in combinations(filled, 2))


def _filled(points: Points, shape: tuple[int, int]) -> _Filled:
    limits = shape[1], shape[0]
    left, top = (int(np.clip(np.floor(low), 0, most)) for low, most in zip(points.min(axis=0), limits, strict=True))
    right, bottom = (
        int(np.clip(np.ceil(high) + 1, 0, most)) for high, most in zip(points.max(axis=0), limits, strict=True)
    )
    box = max(bottom - top, 0), max(right - left, 0)
    return _Filled(points, left, top, contour_mask((points - (left, top),), box))


def _relation(one: _Filled, other: _Filled) -> Relation:
    low = np.maximum(one.points.min(axis=0), other.points.min(axis=0))
    high = np.minimum(one.points.max(axis=0), other.points.max(axis=0))
    if (low > high).any():
        return Relation.APART
    if _is_same(one.points, other.points):
        return Relation.SAME
    if not any(min(_depth(one, each), _depth(other, each)) > _ROUNDED_PX for each in _pixels(one, other, in_both=True)):
        small, large = sorted((one, other), key=lambda each: float(np.ptp(each.points, axis=0).max()))
        is_within = all(_depth(large, each) > 0 for each in small.points)  # without the centre of a pixel
        return Relation.INSIDE if is_within else Relation.APART
    juts = any(_depth(other, each) < -_ROUNDED_PX for each in _pixels(one, other, in_both=False))
    other_juts = any(_depth(one, each) < -_ROUNDED_PX for each in _pixels(other, one, in_both=False))
    return Relation.OVERLAPPING if juts and other_juts else Relation.INSIDE


def _pixels(one: _Filled, other: _Filled, *, in_both: bool) -> Iterator[tuple[int, int]]:
    """Give (column, row) of the pixels inside of one outline that are, or are not, inside of another."""
    rows, columns = one.inside.shape
    theirs = other.within((one.left, one.top, one.left + columns, one.top + rows))
    for row, column in np.argwhere(one.inside & (theirs if in_both else ~theirs)):
        yield int(column) + one.left, int(row) + one.top


def _depth(outline: _Filled, point: Sequence[float]) -> float:
    """Give how far a point is inside of an outline, in pixels; below 0 outside."""
    shifted = outline.points - (outline.left, outline.top)  # single precision is fine near to the origin
    at = float(point[0]) - outline.left, float(point[1]) - outline.top
    return cv2.pointPolygonTest(shifted.astype(np.float32).reshape(-1, 1, 2), at, measureDist=True)


def _is_same(one: Points, other: Points) -> bool:
    if np.abs(one.min(axis=0) - other.min(axis=0)).max() > _SAME_PX:
        return False
    if np.abs(one.max(axis=0) - other.max(axis=0)).max() > _SAME_PX:
        return False
    return _lies_on(one, other) and _lies_on(other, one)


def _lies_on(points: Points, outline: Points) -> bool:
    origin = outline.min(axis=0)
    flat = (outline - origin).astype(np.float32).reshape(-1, 1, 2)
    return all(
        abs(cv2.pointPolygonTest(flat, (float(x), float(y)), measureDist=True)) <= _SAME_PX for x, y in points - origin
    )

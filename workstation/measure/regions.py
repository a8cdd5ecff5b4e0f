"""Which pixels are inside a region: those whose centre is, by one rule everywhere.

A centre on the left or upper border of a rectangle, a polygon or a curve counts as inside, one on the right or lower
border does not, so that regions side by side share no pixel and miss none. Of a circle and an ellipse the rim belongs
to the inside. Borders are told apart to a millionth of a pixel. A line that crosses itself has its inside where a ray
from there crosses it an odd number of times (even-odd).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.measure.outlines import half_diameters, mask_pixels, outline_px

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Spacing

Points = NDArray[np.float64]
Inside = NDArray[np.bool_]

BORDER_PX = 1e-6
"""Nearer to a border than this is on it."""
_ASIDE_PX = (BORDER_PX, 0.618033988749895 * BORDER_PX)
"""Centres are looked at a little to the right and below, at a slope that no edge has: then none is on a border."""
_MOST_COUNTED = 16_000_000
"""Pixels beside the image are counted one by one in boxes up to this size."""

RULE = {
    "polygon": "Pixels are counted whose centre is inside, or on the left or upper border.",
    "round": "Pixels are counted whose centre is inside or on the rim.",
    "mask": "Pixels are counted that are painted.",
}


@dataclass(frozen=True)
class Region:
    """The pixels inside a region.

    Parameters
    ----------
    left, top
        Column and row of the first pixel of the box.
    inside
        (rows, columns) of the box, which lies in the image; it may have no pixels.
    cut
        How many pixels of the region lie beside the image.
    is_cut_exact
        Whether ``cut`` was counted; a huge region beside the image is estimated from its area.
    """

    left: int
    top: int
    inside: Inside
    cut: int = 0
    is_cut_exact: bool = True

    @property
    def count(self) -> int:
        """How many pixels are inside."""
        return int(np.count_nonzero(self.inside))

    @property
    def box(self) -> tuple[slice, slice]:
        """The rows and columns of the box, to index an image with."""
        rows, columns = self.inside.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)

    def whole(self, shape: tuple[int, int]) -> Inside:
        """Give it on the whole image, (rows, columns)."""
        image = np.zeros(shape, np.bool_)
        image[self.box] = self.inside
        return image


@dataclass(frozen=True, slots=True)
class _Box:
    left: int
    top: int
    columns: int
    rows: int

    @property
    def size(self) -> int:
        return self.columns * self.rows

    def within(self, shape: tuple[int, int]) -> _Box:
        left, top = min(max(self.left, 0), shape[1]), min(max(self.top, 0), shape[0])
        right = min(max(self.left + self.columns, left), shape[1])
        bottom = min(max(self.top + self.rows, top), shape[0])
        return _Box(left, top, right - left, bottom - top)


def region_of(annotation: Annotation, shape: tuple[int, int], spacing: Spacing) -> Region:
    """Give the pixels inside a region.

    Parameters
    ----------
    annotation
        Of a kind that has an inside.
    shape
        Rows and columns of the image.
    spacing
        Of its pixels: circles are round in the patient.

    Raises
    ------
    ValueError
        If the kind has no inside, or a point is no finite number.
    """
    if annotation.mask is not None:
        mask = annotation.mask
        return _painted(mask_pixels(mask), _Box(mask.left, mask.top, mask.columns, mask.rows), shape)
    if not np.isfinite(annotation.points_px).all():
        raise ValueError("a point of the region is no finite number")
    if annotation.kind in ("circle", "ellipse"):
        return round_region(*half_diameters(annotation, spacing), shape)
    if annotation.kind not in ("rectangle", "polygon", "freehand", "spline"):
        raise ValueError(f"{annotation.kind} has no inside")
    return polygon_region(outline_px(annotation, spacing), shape)


def polygon_region(points: Points, shape: tuple[int, int]) -> Region:
    """Give the pixels inside a closed line of points (n, 2), column and row, on an image of rows and columns."""
    shifted = np.asarray(points, dtype=np.float64) - _ASIDE_PX
    low, high = np.ceil(shifted.min(axis=0)), np.ceil(shifted.max(axis=0))
    full = _Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
    box = full.within(shape)
    inside = _fill(shifted, box)
    if box == full:
        return Region(box.left, box.top, inside)
    if full.size <= _MOST_COUNTED:
        return _cut(box, inside, int(np.count_nonzero(_fill(shifted, full))))
    ring = shifted - shifted.mean(axis=0)
    area = abs(float(ring[:, 0] @ np.roll(ring[:, 1], -1) - ring[:, 1] @ np.roll(ring[:, 0], -1))) / 2
    return _cut(box, inside, round(area), exact=False)


def round_region(centre: Points, first: Points, second: Points, shape: tuple[int, int]) -> Region:
    """Give the pixels inside an ellipse.

    Parameters
    ----------
    centre
        (column, row).
    first, second
        Two conjugate half diameters, as vectors (column, row).
    shape
        Rows and columns of the image.
    """
    reach = np.hypot(first, second) + BORDER_PX
    low, high = np.ceil(centre - reach), np.floor(centre + reach) + 1
    full = _Box(int(low[0]), int(low[1]), max(int(high[0] - low[0]), 0), max(int(high[1] - low[1]), 0))
    axes = np.column_stack([first, second])
    if abs(float(np.linalg.det(axes))) < BORDER_PX * BORDER_PX:
        return Region(0, 0, np.zeros((0, 0), np.bool_))
    inverse = np.asarray(np.linalg.inv(axes), dtype=np.float64)
    box = full.within(shape)
    inside = _fill_round(centre, inverse, box)
    if box == full:
        return Region(box.left, box.top, inside)
    if full.size <= _MOST_COUNTED:
        return _cut(box, inside, int(np.count_nonzero(_fill_round(centre, inverse, full))))
    return _cut(box, inside, round(math.pi * abs(float(np.linalg.det(axes)))), exact=False)


def _cut(box: _Box, inside: Inside, everywhere: int, *, exact: bool = True) -> Region:
    cut = max(everywhere - int(np.count_nonzero(inside)), 0)
    return Region(box.left, box.top, inside, cut, exact or not cut)


def _painted(pixels: Inside, full: _Box, shape: tuple[int, int]) -> Region:
    box = full.within(shape)
    top, left = box.top - full.top, box.left - full.left
    inside = pixels[top : top + box.rows, left : left + box.columns]
    return Region(box.left, box.top, inside, int(np.count_nonzero(pixels)) - int(np.count_nonzero(inside)))


def _fill(points: Points, box: _Box) -> Inside:
    """Mark the pixels of a box that lie inside: each crossing of a row flips all pixels to its right.

    An edge crosses the rows from its upper end, that row included, to its lower end, which belongs to the next edge.
    The crossing is computed from the upper end whichever way the edge runs, so that neighbours agree on it.
    """
    if not box.size:
        return np.zeros((box.rows, box.columns), np.bool_)
    start, end = points, np.roll(points, -1, axis=0)
    is_up = (start[:, 1] > end[:, 1])[:, None]
    upper, lower = np.where(is_up, end, start), np.where(is_up, start, end)
    first = np.clip(np.ceil(upper[:, 1]) - box.top, 0, box.rows).astype(np.intp)
    counts = np.clip(np.ceil(lower[:, 1]) - box.top, 0, box.rows).astype(np.intp) - first
    edge = np.repeat(np.arange(len(points)), counts)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    span = lower - upper
    down = rows + box.top - upper[edge, 1]
    across = upper[edge, 0] + down * span[edge, 0] / span[edge, 1]
    columns = np.clip(np.ceil(across) - box.left, 0, box.columns).astype(np.intp)
    return _flipped(box, rows, columns)


def _fill_round(centre: Points, inverse: Points, box: _Box) -> Inside:
    """Mark the pixels of a box whose distance from the centre, measured in half diameters, is at most 1.

    That distance squared is a quadratic form in the place; each row is solved for where it enters and leaves.
    """
    if not box.size:
        return np.zeros((box.rows, box.columns), np.bool_)
    (a, b), (_, c) = inverse.T @ inverse
    down = np.arange(box.top, box.top + box.rows) - centre[1]
    # A millionth of a pixel along the shorter half diameter, as a share of it.
    reach = 1 + BORDER_PX * float(np.linalg.norm(inverse, 2))
    squared = b * b * down * down - a * (c * down * down - reach * reach)
    rows = np.flatnonzero(squared >= 0)
    middle, half = centre[0] - b * down[rows] / a, np.sqrt(squared[rows]) / a
    enters, leaves = np.ceil(middle - half) - box.left, np.floor(middle + half) + 1 - box.left
    columns = np.clip(np.concatenate([enters, leaves]), 0, box.columns).astype(np.intp)
    return _flipped(box, np.concatenate([rows, rows]), columns)


def _flipped(box: _Box, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Inside:
    """Mark the pixels with an odd number of the given pixels at or to the left of them in their row."""
    stride = box.columns + 1  # what is to the right of the box flips nothing in it
    flips = np.bincount(rows * stride + columns, minlength=box.rows * stride).astype(np.uint8)
    odd = np.cumsum(flips.reshape(box.rows, stride)[:, : box.columns], axis=1, dtype=np.uint8)
    odd &= 1
    return odd.view(np.bool_)

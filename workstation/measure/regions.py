"""Which pixels are inside a region: those whose centre is, by one rule everywhere.

A centre on the left or upper border of a rectangle, a polygon or a curve counts as inside, one on the right or lower
border does not, so that regions side by side share no pixel and miss none. Of a circle and an ellipse the rim belongs
to the inside. Borders are told apart to a millionth of a pixel. A line that crosses itself has its inside where a ray
from there crosses it an odd number of times (even-odd).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.measure.lengths import polygon_area
from workstation.measure.round_shapes import half_diameters
from workstation.model.outlines import ASIDE_PX, BORDER_PX, mask_bits, outline_px
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Spacing

Points = NDArray[np.float64]
Inside = NDArray[np.bool_]
_Crossings = tuple[NDArray[np.intp], Points]
"""Rows from the top of a box, and the first column after each crossing."""

_MOST_CROSSINGS = 4_000_000
"""Pixels beside the image are counted where the outline crosses no more rows, edge by edge."""

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
        return _painted(mask_bits(mask), _Box(mask.left, mask.top, mask.columns, mask.rows), shape)
    if not np.isfinite(annotation.points_px).all():
        raise ValueError("a point of the region is no finite number")
    if annotation.kind in ("circle", "ellipse"):
        return round_region(*half_diameters(annotation, spacing), shape)
    if annotation.kind not in ("rectangle", "polygon", "freehand", "spline"):
        raise ValueError(f"{annotation.kind} has no inside")
    return polygon_region(outline_px(annotation, spacing), shape)


def polygon_region(points: Points, shape: tuple[int, int]) -> Region:
    """Give the pixels inside a closed line of points (n, 2), column and row, on an image of rows and columns."""
    shifted = np.asarray(points, dtype=np.float64) - ASIDE_PX
    low, high = np.ceil(shifted.min(axis=0)), np.ceil(shifted.max(axis=0))
    full = _Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))

    def crossed(box: _Box) -> _Crossings:
        return _crossed(shifted, box)

    return _region(full, shape, crossed, polygon_area(shifted), edges=len(shifted))


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

    def crossed(box: _Box) -> _Crossings:
        return _crossed_round(centre, inverse, box)

    return _region(full, shape, crossed, math.pi * abs(float(np.linalg.det(axes))), edges=2)


def _region(
    full: _Box, shape: tuple[int, int], crossed: Callable[[_Box], _Crossings], area_px: float, *, edges: int
) -> Region:
    """Fill what lies in the image, and count what does not: exactly, unless that is very much."""
    box = full.within(shape)
    inside = _filled(box, crossed(box)) if box.size else np.zeros((box.rows, box.columns), np.bool_)
    if box == full:
        return Region(box.left, box.top, inside)
    is_exact = full.rows * edges <= _MOST_CROSSINGS
    everywhere = _count(crossed(full)) if is_exact else round(area_px)
    cut = max(everywhere - int(np.count_nonzero(inside)), 0)
    return Region(box.left, box.top, inside, cut, is_exact or not cut)


def _painted(pixels: Inside, full: _Box, shape: tuple[int, int]) -> Region:
    box = full.within(shape)
    top, left = box.top - full.top, box.left - full.left
    inside = pixels[top : top + box.rows, left : left + box.columns]
    return Region(box.left, box.top, inside, int(np.count_nonzero(pixels)) - int(np.count_nonzero(inside)))


def _crossed(points: Points, box: _Box) -> _Crossings:
    """Give where an outline crosses the rows of a box: there the pixels to the right go from outside to inside or back.

    An edge crosses the rows from its upper end, that row included, to its lower end, which belongs to the next edge.
    The crossing is computed from the upper end whichever way the edge runs, so that neighbours agree on it.
    """
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
    return rows, np.ceil(across)


def _crossed_round(centre: Points, inverse: Points, box: _Box) -> _Crossings:
    """Give where each row of a box enters and leaves the places whose distance, in half diameters, is at most 1.

    That distance squared is a quadratic form in the place, which is solved for each row.
    """
    (a, b), (_, c) = inverse.T @ inverse
    down = np.arange(box.top, box.top + box.rows) - centre[1]
    # A millionth of a pixel along the shorter half diameter, as a share of it.
    reach = 1 + BORDER_PX * float(np.linalg.norm(inverse, 2))
    squared = b * b * down * down - a * (c * down * down - reach * reach)
    rows = np.flatnonzero(squared >= 0)
    middle, half = centre[0] - b * down[rows] / a, np.sqrt(squared[rows]) / a
    enters, leaves = np.ceil(middle - half), np.floor(middle + half) + 1
    return np.concatenate([rows, rows]), np.concatenate([enters, leaves])


def _filled(box: _Box, crossings: _Crossings) -> Inside:
    """Mark the pixels with an odd number of crossings at or to the left of them in their row."""
    rows, columns = crossings
    stride = box.columns + 1  # what is to the right of the box flips nothing in it
    places = np.clip(columns - box.left, 0, box.columns).astype(np.intp)
    flips = np.bincount(rows * stride + places, minlength=box.rows * stride).astype(np.uint8)
    odd = np.cumsum(flips.reshape(box.rows, stride)[:, : box.columns], axis=1, dtype=np.uint8)
    odd &= 1
    return odd.view(np.bool_)


def _count(crossings: _Crossings) -> int:
    """Count the pixels inside, without marking them: each row has pairs of crossings."""
    rows, columns = crossings
    ordered = columns[np.lexsort((columns, rows))]
    return int((ordered[1::2] - ordered[::2]).sum())

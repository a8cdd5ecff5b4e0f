"""The lines of an annotation in image points: what a pane, an export and the area of a region all go by.

Shapes that are round or at right angles are so in the patient: they are made in millimetres and given in pixels, so
that they are right where pixels are not square.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from workstation.model.annotation import Mask
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    from workstation.model.annotation import Annotation
    from workstation.model.annotation_kinds import Kind
    from workstation.model.geometry import Spacing

    Points = NDArray[np.float64]

BORDER_PX = 1e-6
"""Nearer to a border than this is on it: which pixels are inside is told apart no finer."""
ASIDE_PX = (BORDER_PX, 0.618033988749895 * BORDER_PX)
"""Centres are looked at a little to the right and below, at a slope that no edge has: then none is on a border."""
ROUND_POINTS = 96
"""Points around an ellipse: its corners are off by less than a thousandth of its radius."""
SPLINE_POINTS = 16
"""Points of a spline from one of its own points to the next."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line to be drawn.

    Parameters
    ----------
    points_px
        (n, 2): column, row from 0; a whole number is the centre of a pixel.
    is_closed
        It goes back to its first point.
    is_aid
        It is no part of what is measured: the line from an angle to its number, the middle of two lines.
    """

    points_px: Points
    is_closed: bool = False
    is_aid: bool = False


def strokes(annotation: Annotation, spacing: Spacing) -> tuple[Stroke, ...]:
    """Give the lines of an annotation; none for one that is a point alone.

    Parameters
    ----------
    annotation
        Of any kind; the head of an arrow is left to who draws it.
    spacing
        Of its image; a bare ratio is enough.
    """
    points = np.asarray(annotation.points_px, dtype=np.float64)
    make = _STROKES.get(annotation.kind)
    if make is not None:
        return make(points)
    if annotation.kind == "perpendicular":
        return _plumb_line(points, spacing)
    if annotation.mask is not None:
        return tuple(Stroke(each, is_closed=True) for each in mask_borders(annotation.mask))
    if annotation.kind in _OUTLINES:
        return (Stroke(outline_px(annotation, spacing), is_closed=True),)
    return ()


def outline_px(annotation: Annotation, spacing: Spacing) -> Points:
    """Give the corners around a region, (n, 2): column, row; round ones with `ROUND_POINTS` corners.

    Raises
    ------
    ValueError
        If it is no region with a single outline.
    """
    make = _OUTLINES.get(annotation.kind)
    if make is None:
        raise ValueError(f"a {annotation.kind} has no single outline")
    return make(np.asarray(annotation.points_px, dtype=np.float64), spacing)


def mm_per_px(spacing: Spacing) -> Points:
    """Give (between columns, between rows): what a step of a column and of a row is in mm, or in any one unit."""
    return np.array([spacing.between_columns, spacing.between_rows], dtype=np.float64)


def ellipse_px(points_px: ArrayLike) -> Points:
    """Give the rim of an ellipse by the ends of its one axis and of the other, (4, 2)."""
    one, other, third, fourth = np.asarray(points_px, dtype=np.float64)
    # An ellipse stays one under any spacing: half axes in pixels are its conjugate half diameters.
    return _around((one + other + third + fourth) / 4, (other - one) / 2, (fourth - third) / 2)


def circle_px(points_px: ArrayLike, spacing: Spacing) -> Points:
    """Give the rim of a circle by its centre and a point of it, (2, 2); round in the patient."""
    centre, rim = np.asarray(points_px, dtype=np.float64)
    scale = mm_per_px(spacing)
    radius = float(np.hypot(*((rim - centre) * scale)))
    return _around(centre, np.array([radius / scale[0], 0.0]), np.array([0.0, radius / scale[1]]))


def spline_px(points_px: ArrayLike, *, each: int = SPLINE_POINTS) -> Points:
    """Give the closed curve through points, (n, 2): uniform Catmull-Rom, which is the same in any spacing and turn."""
    points = np.asarray(points_px, dtype=np.float64)
    before, after, beyond = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0), np.roll(points, -2, axis=0)
    t = (np.arange(each) / each)[:, None, None]
    found = 0.5 * (
        2 * points
        + (after - before) * t
        + (2 * before - 5 * points + 4 * after - beyond) * t**2
        + (3 * points - before - 3 * after + beyond) * t**3
    )
    return np.asarray(found.transpose(1, 0, 2).reshape(-1, 2), dtype=np.float64)


def foot_px(points_px: ArrayLike, spacing: Spacing) -> Points:
    """Give where the perpendicular from the third point meets the line through the first two; right in the patient."""
    scale = mm_per_px(spacing)
    start, end, away = np.asarray(points_px, dtype=np.float64) * scale
    along = end - start
    length = float(along @ along)
    share = float((away - start) @ along) / length if length else 0.0
    return np.asarray((start + share * along) / scale, dtype=np.float64)


def mask_of(inside: NDArray[np.bool_], *, left: int = 0, top: int = 0) -> Mask | None:
    """Give which pixels are inside as the smallest box that holds them; None where there are none.

    Parameters
    ----------
    inside
        (rows, columns) of the whole image, or of a part of it.
    left, top
        Column and row of the image at which the part begins.
    """
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return None
    box = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    begin = left + int(columns[0]), top + int(rows[0])
    return Mask(*begin, box.shape[1], box.shape[0], np.packbits(box).tobytes())


def mask_bits(mask: Mask) -> NDArray[np.bool_]:
    """Give which pixels of its box are painted, (rows, columns)."""
    count = mask.columns * mask.rows
    bits = np.unpackbits(np.frombuffer(mask.bits, np.uint8), count=count)
    return bits.reshape(mask.rows, mask.columns).astype(bool)


@lru_cache(maxsize=64)
def mask_borders(mask: Mask) -> tuple[Points, ...]:
    """Give the borders of a painted region along the edges of its pixels, each closed; holes have one of their own."""
    inside = np.pad(mask_bits(mask), 1)
    here = inside[1:-1, 1:-1]
    rows, columns = np.arange(mask.rows)[:, None], np.arange(mask.columns)[None, :]
    width = mask.columns + 1
    corner = rows * width + columns  # number of the corner above and to the left of each pixel
    after: dict[int, list[int]] = {}
    # Each edge of a pixel that has no neighbour there runs with the pixel on its right hand, so that edges join.
    for neighbour, start, end in (
        (inside[:-2, 1:-1], 0, 1),
        (inside[1:-1, 2:], 1, width + 1),
        (inside[2:, 1:-1], width + 1, width),
        (inside[1:-1, :-2], width, 0),
    ):
        for at in corner[here & ~neighbour].tolist():
            after.setdefault(at + start, []).append(at + end)
    origin = np.array([mask.left - 0.5, mask.top - 0.5])
    return tuple(_corners(each, width) + origin for each in _joined(after))


def _joined(after: dict[int, list[int]]) -> Iterator[list[int]]:
    """Join edges, given by the corner that they start at, to closed lines."""
    while after:
        start = next(iter(after))
        line, at = [start], start
        while True:
            ends = after[at]
            at = ends.pop()
            if not ends:
                del after[line[-1]]
            if at == start:
                break
            line.append(at)
        yield line


def _corners(line: list[int], width: int) -> Points:
    """Give (column, row) of the corners where a line turns."""
    numbers = np.array(line)
    points = np.column_stack([numbers % width, numbers // width])
    steps = np.roll(points, -1, axis=0) - points
    turns = (steps != np.roll(steps, 1, axis=0)).any(axis=1)
    return np.asarray(points[turns], dtype=np.float64)


def _around(centre: Points, across: Points, along: Points) -> Points:
    angles = np.arange(ROUND_POINTS) * (2 * np.pi / ROUND_POINTS)
    return np.asarray(centre + np.cos(angles)[:, None] * across + np.sin(angles)[:, None] * along, dtype=np.float64)


def _plumb_line(points: Points, spacing: Spacing) -> tuple[Stroke, ...]:
    """Give the line, the perpendicular, and what leads from the line to its foot where that lies beyond an end."""
    foot = foot_px(points, spacing)
    scale = mm_per_px(spacing)
    start, end = points[0] * scale, points[1] * scale
    found = (Stroke(points[:2]), Stroke(np.array([points[2], foot])))
    if float((foot * scale - start) @ (foot * scale - end)) <= 0:
        return found
    ends = (start, points[0]), (end, points[1])
    nearer = min(ends, key=lambda each: float(np.hypot(*(each[0] - foot * scale))))[1]
    return (*found, Stroke(np.array([nearer, foot]), is_aid=True))


def _open(points: Points) -> tuple[Stroke, ...]:
    return (Stroke(points),)


def _pairs(points: Points) -> tuple[Stroke, ...]:
    return tuple(Stroke(points[at : at + 2]) for at in range(0, len(points), 2))


def _four_point(points: Points) -> tuple[Stroke, ...]:
    """Give the four lines, and the two lines through their middles, between which the angle is."""
    middles = (points[0::2] + points[1::2]) / 2
    return (*_pairs(points), Stroke(middles[:2], is_aid=True), Stroke(middles[2:], is_aid=True))


_STROKES: dict[Kind, Callable[[Points], tuple[Stroke, ...]]] = {
    "arrow": _open,
    "length": _open,
    "calibration": _open,
    "profile": _open,
    "polyline": _open,
    "curve": _open,
    "angle": _open,
    "cobb": _pairs,
    "open_angle": _pairs,
    "bidirectional": _pairs,
    "ratio": _pairs,
    "four_point_angle": _four_point,
}
_OUTLINES: dict[Kind, Callable[[Points, Spacing], Points]] = {
    "rectangle": lambda points, _spacing: points,
    "polygon": lambda points, _spacing: points,
    "freehand": lambda points, _spacing: points,
    "ellipse": lambda points, _spacing: ellipse_px(points),
    "circle": circle_px,
    "sphere": circle_px,
    "spline": lambda points, _spacing: spline_px(points),
}

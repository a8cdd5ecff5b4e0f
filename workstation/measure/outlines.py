"""The outlines of regions: circles, ellipses and closed curves as points around, painted regions along their pixels.

Points are (column, row) of the image. Round is meant in the patient, so the spacing of the pixels is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation, Mask
    from workstation.model.geometry import Spacing

Points = NDArray[np.float64]

SPLINE_PIECES = 16
"""So many straight pieces run from one point of a closed curve to the next."""
_FEWEST_AROUND, _MOST_AROUND = 64, 2048


def outline_px(annotation: Annotation, spacing: Spacing) -> Points:
    """Give the closed outline of a region, or the open line of anything else.

    Parameters
    ----------
    annotation
        Any; of a painted region the longest of its outlines (see `mask_outlines`).
    spacing
        Of the pixels: circles are round in the patient. Values that are no distances count as square pixels.

    Returns
    -------
    ndarray
        (n, 2): column, row; the first point is not given again at the end.
    """
    points = np.asarray(annotation.points_px, dtype=np.float64)
    if annotation.mask is not None:
        return max(mask_outlines(annotation.mask), key=len, default=points)
    if annotation.kind in ("circle", "ellipse", "sphere"):
        centre, first, second = half_diameters(annotation, spacing)
        return _around(centre, first, second)
    return spline(points) if annotation.kind == "spline" else points


def half_diameters(annotation: Annotation, spacing: Spacing) -> tuple[Points, Points, Points]:
    """Give the centre of a circle or an ellipse and two conjugate half diameters, each (column, row) in pixels."""
    points = np.asarray(annotation.points_px, dtype=np.float64)
    if annotation.kind == "ellipse":
        return points.mean(axis=0), (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
    size = pixel_shape(spacing)
    radius = float(np.linalg.norm((points[1] - points[0]) * size))
    return points[0], np.array([radius / size[0], 0.0]), np.array([0.0, radius / size[1]])


def pixel_shape(spacing: Spacing) -> Points:
    """Give the width and height of a pixel, in mm or as a bare ratio; square where the spacing is no distance."""
    size = np.array([spacing.between_columns, spacing.between_rows], dtype=np.float64)
    return size if np.isfinite(size).all() and size.min() > 0 else np.ones(2)


def spline(points: Points) -> Points:
    """Give a closed curve through all points: cubic pieces whose slopes are those of the neighbours (Catmull and Rom).

    It does not depend on the spacing: the same points give the same curve on square and on other pixels.
    """
    before, start, end, after = (np.roll(points, shift, axis=0)[:, None] for shift in (1, 0, -1, -2))
    t = (np.arange(SPLINE_PIECES) / SPLINE_PIECES)[None, :, None]
    curve = start + t / 2 * (
        (end - before) + t * (2 * before - 5 * start + 4 * end - after + t * (3 * start - before - 3 * end + after))
    )
    return np.asarray(curve.reshape(-1, 2))


def mask_pixels(mask: Mask) -> NDArray[np.bool_]:
    """Give the box of a painted region, (rows, columns)."""
    bits = np.unpackbits(np.frombuffer(mask.bits, np.uint8), count=mask.rows * mask.columns)
    return bits.reshape(mask.rows, mask.columns).view(np.bool_)


def mask_outlines(mask: Mask) -> tuple[Points, ...]:
    """Give the outlines of a painted region along the edges of its pixels, holes too: corners only, each closed.

    Outer outlines have the region on their right as they run (clockwise on the screen), holes the other way. Pixels
    that touch at a corner alone are apart.
    """
    inside = np.pad(mask_pixels(mask), 1)
    follow = _edges(inside)
    outlines = []
    while follow:
        outlines.append(_ring(follow))
    offset = np.array([mask.left - 1.5, mask.top - 1.5])
    return tuple(each + offset for each in outlines)


Corner = tuple[int, int]
_Follow = dict[Corner, list[Corner]]


def _edges(inside: NDArray[np.bool_]) -> _Follow:
    """Give where each edge between inside and outside leads, from corner to corner, the inside on its right."""
    follow: _Follow = {}
    down = np.diff(inside.astype(np.int8), axis=1)
    across = np.diff(inside.astype(np.int8), axis=0)
    for turns, step, moves in ((down, 1, (0, 1)), (across, -1, (1, 0))):
        for sign in (1, -1):
            rows, columns = np.nonzero(turns == sign)
            forward = sign * step < 0  # entering from the left runs up; entering from above runs to the right
            at_x, at_y = (columns + 1, rows) if moves == (0, 1) else (columns, rows + 1)
            to_x, to_y = at_x + moves[0], at_y + moves[1]
            begin, stop = ((at_x, at_y), (to_x, to_y)) if forward else ((to_x, to_y), (at_x, at_y))
            for a, b, c, d in zip(*(each.tolist() for each in (*begin, *stop)), strict=True):
                follow.setdefault((a, b), []).append((c, d))
    return follow


def _ring(follow: _Follow) -> Points:
    """Take one closed line out of the edges, and give its corners."""
    here = start = next(iter(follow))
    step, line = (0, 0), []
    while True:
        line.append(here)
        there = _next(follow, here, step)
        step, here = (there[0] - here[0], there[1] - here[1]), there
        if here == start:
            break
    ring = np.array(line, dtype=np.float64)
    steps = np.roll(ring, -1, axis=0) - ring
    return np.asarray(ring[(steps != np.roll(steps, 1, axis=0)).any(axis=1)])


def _next(follow: _Follow, here: Corner, step: Corner) -> Corner:
    """Take the edge that leaves a corner; of two, the one that turns to the right, so that the pixels stay apart."""
    ways = follow[here]
    right = (here[0] - step[1], here[1] + step[0])
    chosen = right if len(ways) > 1 and right in ways else ways[0]
    ways.remove(chosen)
    if not ways:
        del follow[here]
    return chosen


def _around(centre: Points, first: Points, second: Points) -> Points:
    reach = float(max(np.hypot(*first), np.hypot(*second)))
    count = int(np.clip(2 * reach, _FEWEST_AROUND, _MOST_AROUND)) // 4 * 4
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None]
    return np.asarray(centre + np.cos(angles) * first + np.sin(angles) * second)

"""Lengths, angles and areas of points in a plane or in space: geometry alone, in whatever unit the points are given.

Points are (n, 2) or (n, 3); areas and crossings are of points in a plane, (n, 2).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]

SPINE_DEG = 15.0
"""An end plate that leans less than this to the line which joins both middles does not cross that line."""
_MOST_PAIRS = 4_000_000
_SLACK = 1e-12


def path_length(points: ArrayLike) -> float:
    """Give the length of an open line through all points."""
    steps = np.diff(_points(points), axis=0)
    return float(np.sqrt(np.einsum("ij,ij->i", steps, steps)).sum())


def perimeter(points: ArrayLike) -> float:
    """Give the length of the closed line through all points, from the last back to the first too."""
    ring = _points(points)
    return path_length(np.vstack([ring, ring[:1]]))


def polygon_area(points: ArrayLike) -> float:
    """Give the area inside a closed line that does not cross itself (Gauss's formula), always positive.

    Of one that does, parts that are run around the other way count as negative.
    """
    ring = _points(points)
    ring = ring - ring.mean(axis=0)  # far from the origin the products would lose digits
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def ellipse_area(first: float, second: float) -> float:
    """Give the area of an ellipse by its half axes."""
    return math.pi * first * second


def ellipse_perimeter(first: float, second: float) -> float:
    """Give the perimeter of an ellipse by its half axes, to float precision (arithmetic-geometric mean)."""
    a, b = max(abs(first), abs(second)), min(abs(first), abs(second))
    if b == 0:
        return 4 * a
    weight, total = 1.0, a * a
    total -= (a * a - b * b) / 2
    while a - b > 1e-15 * a:
        a, b, gap = (a + b) / 2, math.sqrt(a * b), (a - b) / 2
        total -= weight * gap * gap
        weight *= 2
    return 2 * math.pi * total / a


def half_axes(first: ArrayLike, second: ArrayLike) -> tuple[float, float]:
    """Give the half axes of an ellipse by two conjugate half diameters (vectors in a plane), the longer first."""
    long, short = np.linalg.svd(np.column_stack([np.asarray(first, float), np.asarray(second, float)]))[1]
    return float(long), float(short)


def angle_between_deg(first: ArrayLike, second: ArrayLike) -> float:
    """Give the angle between two directions, 0 to 180 degrees.

    Raises
    ------
    ValueError
        If one of them has no length.
    """
    one, other = (np.asarray(each, dtype=np.float64) for each in (first, second))
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    if not min(lengths) > 0:
        raise ValueError("a side of the angle has no length")
    one, other = one / lengths[0], other / lengths[1]
    # Kahan's form keeps its digits near 0 and near 180 degrees, where the arc cosine loses half of them.
    return math.degrees(2 * math.atan2(float(np.linalg.norm(one - other)), float(np.linalg.norm(one + other))))


def angle_deg(first: ArrayLike, vertex: ArrayLike, second: ArrayLike) -> float:
    """Give the angle at a vertex, 0 to 180 degrees; raises as `angle_between_deg`."""
    corner = np.asarray(vertex, dtype=np.float64)
    return angle_between_deg(np.asarray(first) - corner, np.asarray(second) - corner)


def open_angle_deg(lines: ArrayLike) -> float:
    """Give the angle between two lines as drawn, from its first to its second point each: 0 to 180 degrees.

    Parameters
    ----------
    lines
        Four points, two of each line. Raises as `angle_between_deg`.
    """
    a, b, c, d = _points(lines)
    return angle_between_deg(b - a, d - c)


def cobb_deg(lines: ArrayLike) -> float:
    """Give the Cobb angle of two end plates, 0 to 180 degrees, however they were drawn and however the image is turned.

    Both are read as going to the same side of the line that joins their middles (along the spine). Where one of them
    runs nearly along that line (`SPINE_DEG`), it has no side there: then it is the smaller angle, 0 to 90 degrees.

    Parameters
    ----------
    lines
        Four points, two of each line. Raises as `angle_between_deg`.
    """
    a, b, c, d = _points(lines)
    angle = angle_between_deg(b - a, d - c)
    spine = (c + d) / 2 - (a + b) / 2
    if not np.linalg.norm(spine) > 0:
        return min(angle, 180 - angle)
    leans = [angle_between_deg(spine, each) for each in (b - a, d - c)]
    if min(min(lean, 180 - lean) for lean in leans) < SPINE_DEG:
        return min(angle, 180 - angle)
    sides = [_turn(spine, each) for each in (b - a, d - c)]
    return angle if sides[0] * sides[1] > 0 else 180 - angle


def four_point_angle_deg(lines: ArrayLike) -> float:
    """Give the angle between the line through the middles of two lines and that of two others, 0 to 180 degrees.

    Parameters
    ----------
    lines
        Eight points, two of each of four lines. Raises as `angle_between_deg`.
    """
    return open_angle_deg(_points(lines).reshape(4, 2, -1).mean(axis=1))


def foot_on_line(point: ArrayLike, start: ArrayLike, end: ArrayLike) -> Points:
    """Give the point of the endless line through two points that is nearest to a third.

    Raises
    ------
    ValueError
        If the two points are one.
    """
    away, begin = np.asarray(point, dtype=np.float64), np.asarray(start, dtype=np.float64)
    along = np.asarray(end, dtype=np.float64) - begin
    squared = float(along @ along)
    if not squared > 0:
        raise ValueError("the line has no length")
    return np.asarray(begin + along * (float((away - begin) @ along) / squared))


def crosses_itself(points: ArrayLike) -> bool:
    """Tell whether the closed line through all points crosses itself; touching does not count.

    Exact but for the rounding of the products. From left to right, edges are compared with those that begin before
    they end.
    """
    ring = _points(points)
    ring = ring[np.any(ring != np.roll(ring, 1, axis=0), axis=1)]
    if len(ring) < 4:
        return False
    start, end = ring, np.roll(ring, -1, axis=0)
    order = np.argsort(np.minimum(start[:, 0], end[:, 0]))
    start, end = start[order], end[order]
    low, high = np.minimum(start, end), np.maximum(start, end)
    reach = np.searchsorted(low[:, 0], high[:, 0])  # edges from here on begin to the right of where this one ends
    block = max(1, _MOST_PAIRS // len(ring))
    for first in range(0, len(ring), block):
        numbers = np.arange(first, min(first + block, len(ring)))
        counts = np.maximum(reach[numbers] - numbers - 1, 0)
        one = np.repeat(numbers, counts)
        other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + one + 1
        near = (low[one, 1] < high[other, 1]) & (low[other, 1] < high[one, 1])
        one, other = one[near], other[near]
        if _any_crosses(start[one], end[one], start[other], end[other]):
            return True
    return False


def width_across(points: ArrayLike, direction: ArrayLike) -> float:
    """Give how wide a set of points in a plane is at right angles to a direction; 0 where that has no length."""
    along = np.asarray(direction, dtype=np.float64)
    length = float(np.linalg.norm(along))
    if not length > 0:
        return 0.0
    return float(np.ptp(_points(points) @ (np.array([-along[1], along[0]]) / length)))


def _any_crosses(a: Points, b: Points, c: Points, d: Points) -> bool:
    one, two = _sides(a, b, c), _sides(a, b, d)
    three, four = _sides(c, d, a), _sides(c, d, b)
    return bool(np.any((one * two < 0) & (three * four < 0)))


def _sides(a: Points, b: Points, c: Points) -> NDArray[np.float64]:
    """Give on which side of each line a point lies: -1, 1, or 0 on it."""
    first = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1])
    second = (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    turn = first - second
    return np.asarray(np.sign(np.where(np.abs(turn) <= _SLACK * (np.abs(first) + np.abs(second)), 0.0, turn)))


def _turn(one: Points, other: Points) -> float:
    return float(one[0] * other[1] - one[1] * other[0])


def _points(points: ArrayLike) -> Points:
    return np.asarray(points, dtype=np.float64)

"""Annotations with one of their parts elsewhere: each kind keeps what makes it that kind, as it is in the patient."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workstation.display.view import Point
from workstation.model.annotation import Annotation, Mask
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import Spacing
from workstation.model.outlines import mm_per_px

CORNERED: tuple[Kind, ...] = ("polyline", "polygon", "spline")
"""Kinds whose points can be added and taken away one by one."""
TURNED: tuple[Kind, ...] = ("rectangle", "ellipse", "polygon", "spline", "freehand")
"""Kinds that a hand may turn."""
_WITHOUT_HANDLES: tuple[Kind, ...] = ("mask", "freehand", "curve")
Array = NDArray[np.float64]


def as_point(value: Array) -> Point:
    """Give an image point as plain numbers."""
    return float(value[0]), float(value[1])


def handle_points(annotation: Annotation) -> tuple[tuple[int, Point], ...]:
    """Give the points that a hand can take hold of, with their numbers."""
    if annotation.kind in _WITHOUT_HANDLES:
        return ()
    return tuple(enumerate(annotation.points_px))


def with_point_at(annotation: Annotation, number: int, at: Point, spacing: Spacing) -> Annotation:
    """Move one point; others follow where the kind wants it."""
    kind = annotation.kind
    scale = mm_per_px(spacing)
    points = np.asarray(annotation.points_px, dtype=np.float64) * scale
    to = np.asarray(at, dtype=np.float64) * scale
    if kind == "rectangle":
        points = _corner_moved(points, number, to)
    elif kind == "ellipse":
        points = _axis_changed(points, number, to)
    elif kind in ("circle", "sphere") and number == 0:
        points = points + (to - points[0])
    elif kind == "bidirectional":
        points = _long_moved(points, number, to) if number < 2 else _short_moved(points, number, to)
    elif kind == "ratio":
        points = _level_moved(points, number, to)
    else:
        return annotation.with_point(number, at)
    return _with_points(annotation, points / scale)


def moved_by(annotation: Annotation, by_px: Point) -> Annotation:
    """Move all of it; a painted region goes by whole pixels."""
    if annotation.mask is None:
        return annotation.moved(by_px)
    columns, rows = round(by_px[0]), round(by_px[1])
    mask = replace(annotation.mask, left=annotation.mask.left + columns, top=annotation.mask.top + rows)
    return with_mask(annotation, mask, label_by=(float(columns), float(rows)))


def with_mask(annotation: Annotation, mask: Mask, *, label_by: Point = (0.0, 0.0)) -> Annotation:
    """Give a painted region other pixels, and its points with them."""
    label = annotation.label_px[0] + label_by[0], annotation.label_px[1] + label_by[1]
    return replace(annotation, mask=mask, points_px=mask_points(mask), label_px=label)


def mask_points(mask: Mask) -> tuple[Point, Point]:
    """Give the centres of the first and of the last pixel of the box of a mask."""
    right, bottom = mask.left + mask.columns - 1, mask.top + mask.rows - 1
    return (float(mask.left), float(mask.top)), (float(right), float(bottom))


def turned(annotation: Annotation, start: Point, at: Point, spacing: Spacing) -> Annotation:
    """Turn it about its middle, by the angle in the patient that a hand has gone from one point to another."""
    scale = mm_per_px(spacing)
    points = np.asarray(annotation.points_px, dtype=np.float64) * scale
    middle = centre_of(annotation) * scale
    before, after = np.asarray(start) * scale - middle, np.asarray(at) * scale - middle
    turn = math.atan2(after[1], after[0]) - math.atan2(before[1], before[0])
    cos, sin = math.cos(turn), math.sin(turn)
    about = (points - middle) @ np.array([[cos, sin], [-sin, cos]])
    return _with_points(annotation, (about + middle) / scale)


def centre_of(annotation: Annotation) -> Array:
    """Give the middle about which it is turned, (column, row): that of its box, for four points their mean."""
    points = np.asarray(annotation.points_px, dtype=np.float64)
    if TRAITS[annotation.kind].most == 4:
        return np.asarray(points.mean(axis=0), dtype=np.float64)
    return np.asarray((points.min(axis=0) + points.max(axis=0)) / 2, dtype=np.float64)


def with_point_added(annotation: Annotation, at: Point) -> tuple[Annotation, int]:
    """Add a point where its line is nearest; gives the number of the new point, too."""
    points = np.asarray(annotation.points_px, dtype=np.float64)
    ends = np.roll(points, -1, axis=0)
    if annotation.kind == "polyline":
        points, ends = points[:-1], ends[:-1]
    ways = ends - points
    lengths = np.maximum((ways**2).sum(axis=1), 1e-12)
    shares = np.clip(((np.asarray(at) - points) * ways).sum(axis=1) / lengths, 0, 1)
    nearest = int(np.argmin(np.hypot(*(points + shares[:, None] * ways - at).T)))
    before, after = annotation.points_px[: nearest + 1], annotation.points_px[nearest + 1 :]
    return replace(annotation, points_px=(*before, at, *after)), nearest + 1


def without_point(annotation: Annotation, number: int) -> Annotation | None:
    """Take a point away; None where too few would be left."""
    left = (*annotation.points_px[:number], *annotation.points_px[number + 1 :])
    return replace(annotation, points_px=left) if len(left) >= TRAITS[annotation.kind].fewest else None


def _with_points(annotation: Annotation, points: Array) -> Annotation:
    return replace(annotation, points_px=tuple(as_point(each) for each in points))


def _unit(way: Array, *, otherwise: tuple[float, float] = (1.0, 0.0)) -> Array:
    length = float(np.hypot(*way))
    return way / length if length > 0 else np.array(otherwise)


def _across(along: Array) -> Array:
    return np.array([-along[1], along[0]])


def _corner_moved(points: Array, number: int, to: Array) -> Array:
    """Move a corner; the one opposite stays, and the sides keep their directions."""
    fixed = points[(number + 2) % 4]
    side = points[(number + 1) % 4] - points[number]
    if float(np.hypot(*side)) == 0:
        side = _across(points[(number + 3) % 4] - points[number])
    along = _unit(side)
    way = to - fixed
    first = along * float(way @ along)
    found = points.copy()
    found[number] = to
    found[(number + 1) % 4] = to - first
    found[(number + 3) % 4] = fixed + first
    return found


def _axis_changed(points: Array, number: int, to: Array) -> Array:
    """Make an axis as long as a hand wants; centre and directions stay."""
    centre = points.mean(axis=0)
    pair = 0 if number < 2 else 2
    other = _unit(points[3 - pair] - points[2 - pair])
    way = points[number] - centre
    along = _unit(way) if float(np.hypot(*way)) > 0 else _across(other)
    half = along * max(float((to - centre) @ along), 1e-6)
    found = points.copy()
    found[number] = centre + half
    found[pair + (1 - number % 2)] = centre - half
    return found


def _long_moved(points: Array, number: int, to: Array) -> Array:
    """Move an end of the long axis; the short one turns with it, and keeps its length and its share of the way."""
    start, end = points[0], points[1]
    along = _unit(end - start)
    length = float(np.hypot(*(end - start)))
    share = float((points[2] - start) @ along) / length if length > 0 else 0.5
    reach = [float((each - start) @ _across(along)) for each in points[2:]]
    found = points.copy()
    found[number] = to
    along = _unit(found[1] - found[0])
    foot = found[0] + share * (found[1] - found[0])
    found[2:] = [foot + _across(along) * each for each in reach]
    return found


def _short_moved(points: Array, number: int, to: Array) -> Array:
    """Move an end of the short axis; the axis goes along the long one with it, and stays at right angles."""
    start, end = points[0], points[1]
    along = _unit(end - start)
    length = float(np.hypot(*(end - start)))
    foot = start + along * min(max(float((to - start) @ along), 0.0), length)
    found = points.copy()
    for each in (2, 3):
        reach = float(((to if each == number else points[each]) - start) @ _across(along))
        found[each] = foot + _across(along) * reach
    return found


def _level_moved(points: Array, number: int, to: Array) -> Array:
    """Move an end of a level line; the line goes up and down with it."""
    other = number ^ 1
    way = np.abs(points[number] - points[other])
    level = 1 if way[0] >= way[1] else 0
    found = points.copy()
    found[number] = to
    found[other, level] = to[level]
    return found

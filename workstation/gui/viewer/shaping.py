"""From what a hand points at to the points of an annotation: right angles and circles are those of the patient."""

import math
from collections.abc import Sequence

import numpy as np

from workstation.display.view import Point
from workstation.gui.canvas.reshaping import as_point
from workstation.gui.viewer.annotating_tools import Tool
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Spacing
from workstation.model.outlines import mm_per_px

STEP_DEG = 45.0
"""A line that is held straight goes in steps of so many degrees."""


def shaped(tool: Tool, clicks: Sequence[Point], spacing: Spacing, *, across: Point = (1.0, 0.0)) -> tuple[Point, ...]:
    """Give the points of what a tool makes of at least one click; those still to come lie on the last one.

    Parameters
    ----------
    tool
        Says the kind.
    clicks
        Image points (column, row), the last of them perhaps that under the pointer.
    spacing
        Of the image.
    across
        Which way in the image is to the right on the screen, along a row or a column.
    """
    if tool.kind in ("rectangle", "ellipse"):
        return _boxed(tool, clicks[0], clicks[-1])
    if tool.id == "measure-circle-of-three":
        return _circle_through(clicks, spacing)
    if tool.kind == "bidirectional":
        return _bidirectional(clicks, spacing)
    found = list(clicks)
    if tool.kind == "ratio":
        for end in range(1, len(found), 2):
            found[end] = _level(found[end - 1], found[end], across)
    found += found[-1:] * (TRAITS[tool.kind].fewest - len(found))
    return tuple(found)


def steadied(tool: Tool, clicks: Sequence[Point], spacing: Spacing) -> tuple[Point, ...]:
    """Give the clicks with the last one where its line is straight, or its box as wide as high."""
    if len(clicks) < 2 or tool.kind in ("circle", "sphere", "ratio"):
        return tuple(clicks)
    scale = mm_per_px(spacing)
    right, down = ((np.subtract(clicks[-1], clicks[-2])) * scale).tolist()
    if tool.kind in ("rectangle", "ellipse"):
        side = max(abs(right), abs(down))
        way = np.array([math.copysign(side, right), math.copysign(side, down)])
    else:
        turn = math.radians(STEP_DEG * round(math.degrees(math.atan2(down, right)) / STEP_DEG))
        along = np.array([math.cos(turn), math.sin(turn)])
        way = along * float(np.array([right, down]) @ along)
    return (*clicks[:-1], as_point(np.asarray(clicks[-2]) + way / scale))


def middle_clicks(tool: Tool, middle: Point, reach: Point) -> tuple[Point, ...]:
    """Give what a hand might have clicked, for one that works without a mouse: around the middle, well apart."""
    column, row = middle
    right, down = reach
    count = tool.clicks or 4
    if count == 1:
        return (middle,)
    if tool.kind in ("angle", "perpendicular", "bidirectional") or tool.id == "measure-circle-of-three":
        left, end, below = (column - right, row), (column + right, row), (column, row + down)
        return (left, middle, below) if tool.kind == "angle" else (left, end, below)
    if tool.clicks is None:
        return ((column - right, row), (column, row - down), (column + right, row), (column, row + down))
    if count == 2:
        first = middle if tool.kind in ("circle", "sphere") else (column - right, row)
        if tool.kind in ("rectangle", "ellipse"):
            return ((column - right, row - down), (column + right, row + down))
        return first, (column + right, row)
    lines = [row + down * (2 * at / (count / 2 - 1) - 1) for at in range(count // 2)]
    return tuple((column + way * right, each) for each in lines for way in (-1, 1))


def _boxed(tool: Tool, one: Point, other: Point) -> tuple[Point, ...]:
    (left, top), (right, bottom) = one, other
    if tool.kind == "rectangle":
        return (left, top), (right, top), (right, bottom), (left, bottom)
    column, row = (left + right) / 2, (top + bottom) / 2
    return (left, row), (right, row), (column, top), (column, bottom)


def _circle_through(clicks: Sequence[Point], spacing: Spacing) -> tuple[Point, ...]:
    """Give centre and first point of the circle through three points; through two, that with the smallest radius."""
    scale = mm_per_px(spacing)
    points = np.asarray(clicks, dtype=np.float64) * scale
    centre = (points[0] + points[-1]) / 2
    if len(points) == 3:
        ways = points[1:] - points[0]
        lengths = (ways**2).sum(axis=1) / 2
        area = float(ways[0, 0] * ways[1, 1] - ways[0, 1] * ways[1, 0])
        # Of points almost in line the circle is larger than any image.
        if abs(area) > 1e-6 * max(float(lengths.max()), 1e-12):
            across = np.array([ways[1, 1] * lengths[0] - ways[0, 1] * lengths[1], 0.0])
            across[1] = ways[0, 0] * lengths[1] - ways[1, 0] * lengths[0]
            centre = points[0] + across / area
    return as_point(centre / scale), clicks[0]


def _bidirectional(clicks: Sequence[Point], spacing: Spacing) -> tuple[Point, ...]:
    """Give both axes: the short one halves the long one at right angles, and reaches as far as the third click."""
    scale = mm_per_px(spacing)
    start, end = (np.asarray(each, dtype=np.float64) * scale for each in (clicks[0], clicks[min(1, len(clicks) - 1)]))
    middle = (start + end) / 2
    along = end - start
    length = float(np.hypot(*along))
    half = np.zeros(2)
    if len(clicks) == 3 and length > 0:
        normal = np.array([-along[1], along[0]]) / length
        half = normal * float((np.asarray(clicks[2]) * scale - middle) @ normal)
    ends = (start, end, middle - half, middle + half)
    first, second, third, fourth = (as_point(each / scale) for each in ends)
    return first, second, third, fourth


def _level(first: Point, second: Point, across: Point) -> Point:
    """Give the second end of a line that lies level on the screen."""
    return (second[0], first[1]) if abs(across[0]) >= abs(across[1]) else (first[0], second[1])

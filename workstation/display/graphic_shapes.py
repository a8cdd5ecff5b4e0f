"""The lines of graphics on the screen: circles, ellipses and smooth lines as points, compound graphics as their parts.

All points are (n, 2) on the screen, (x, y) down, as `workstation.display.view` counts them.
"""

from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from workstation.objects.presentation.values import Compound, GraphicKind, Tick
from workstation.quick_dataclass import dataclass

Points = NDArray[np.float64]
ARROW_PX = 12.0
TICK_PX = 9.0
POINT_PX = 4.0
_CURVE_STEPS = 12
_MOST_CURVE_POINTS = 200_000
_AROUND = 128


@dataclass
class Parts:
    """What a graphic is made of: lines, of which some are closed, areas that are filled with the line's colour, labels.

    A label is its words, the point beside which it stands, and the direction (x, y) away from that.
    """

    lines: list[tuple[Points, bool]] = field(default_factory=list)
    solids: list[Points] = field(default_factory=list)
    labels: list[tuple[str, Points, Points]] = field(default_factory=list)


def graphic_line(kind: GraphicKind, points: Points) -> tuple[Points, bool]:
    """Give the line of a simple graphic, and whether it is closed (PS3.3 C.10.5.1.2).

    Parameters
    ----------
    kind
        What it is; of a point, see `point_mark`.
    points
        Its points on the screen, where circles are round.
    """
    if kind == "CIRCLE":
        return _circle(points[0], points[1]), True
    if kind == "ELLIPSE":
        centre = points[:4].mean(axis=0)
        return _around(centre, (points[1] - points[0]) / 2, (points[3] - points[2]) / 2), True
    is_closed = len(points) > 3 and bool(np.all(points[0] == points[-1]))
    if kind == "INTERPOLATED" and len(points) > 2:
        return _smooth(points, closed=is_closed), is_closed
    return (points[:-1] if is_closed else points), is_closed


def point_mark(point: Points) -> Parts:
    """Give a small cross for a point, open in the middle so that what it marks is seen."""
    parts = Parts()
    for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        towards = np.array([across, down], np.float64)
        parts.lines.append((np.array([point + towards * 2, point + towards * (2 + POINT_PX)]), False))
    return parts


def compound_parts(graphic: Compound, points: Points, turning: Points, *, size_px: tuple[int, int]) -> Parts:
    """Give the parts of a compound graphic (PS3.3 C.10.5.1.3).

    Parameters
    ----------
    graphic
        What it is.
    points
        Its points on the screen, turned by its angle.
    turning
        The point around which it is turned, on the screen.
    size_px
        Width and height of the screen: endless lines reach its edges, and gaps are a share of its smaller side.
    """
    kind, scale = graphic.kind, float(min(size_px))
    parts = Parts()
    if kind == "MULTILINE":
        parts.lines += [(points[at : at + 2], False) for at in range(0, len(points) - 1, 2)]
    elif kind in ("RECTANGLE", "ELLIPSE"):
        parts.lines.append((points, True))
    elif kind == "ARROW":
        parts.lines.append((points[:2], False))
        parts.solids.append(arrow_head(points[0], points[0] - points[1]))  # its head is at the first point
    elif kind in ("INFINITELINE", "CUTLINE"):
        _endless(parts, graphic, points, turning, size_px)
    elif kind == "CROSSHAIR":
        _cross(parts, graphic, points, scale)
    else:
        parts.lines.append((points[:2], False))
        _ticked(parts, graphic, points)
    return parts


def arrow_head(tip: Points, direction: Points, *, length_px: float = ARROW_PX) -> Points:
    """Give the triangle of an arrow's head."""
    along = _unit(direction)
    across = np.array([-along[1], along[0]])
    back = tip - along * length_px
    return np.array([tip, back + across * length_px * 0.4, back - across * length_px * 0.4])


def _circle(centre: Points, rim: Points) -> Points:
    radius = float(np.hypot(*(rim - centre)))
    return _around(centre, np.array([radius, 0.0]), np.array([0.0, radius]))


def _around(centre: Points, first: Points, second: Points) -> Points:
    """Give an ellipse by two conjugate half axes."""
    reach = float(max(np.hypot(*first), np.hypot(*second)))
    count = int(np.clip(reach, 24, 16 * _AROUND))
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None]
    return np.asarray(centre + np.cos(angles) * first + np.sin(angles) * second)


def _smooth(points: Points, *, closed: bool) -> Points:
    """Run through all points: cubic pieces whose slopes are those of the neighbours (Catmull and Rom)."""
    if closed:
        ring = points[:-1]
        path = np.vstack([ring[-1:], ring, ring[:2]])
    else:
        path = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    steps = max(1, min(_CURVE_STEPS, _MOST_CURVE_POINTS // len(path)))
    t = (np.arange(steps) / steps)[None, :, None]
    before, start, end, after = (path[at : len(path) - 3 + at, None] for at in range(4))
    curve = start + t / 2 * (
        (end - before) + t * (2 * before - 5 * start + 4 * end - after + t * (3 * start - before - 3 * end + after))
    )
    flat = curve.reshape(-1, 2)
    return flat if closed else np.vstack([flat, points[-1:]])


def _endless(parts: Parts, graphic: Compound, points: Points, turning: Points, size_px: tuple[int, int]) -> None:
    """Draw a line to the edges, open around its turning point; a cut line has arrows that say where one looks."""
    along = _unit(points[1] - points[0])
    reach = float(np.hypot(*size_px)) + float(np.hypot(*(points[0] - np.array(size_px) / 2)))
    gap = graphic.gap * min(size_px) / 2
    inside = _clipped(points[0] - along * reach, points[0] + along * reach, size_px)
    middle = turning if gap else points.mean(axis=0)
    at = float((middle - points[0]) @ along)
    begin, end = (float((each - points[0]) @ along) for each in inside)
    for start, stop in ((begin, min(at - gap, end)), (max(at + gap, begin), end)):
        if stop > start:
            parts.lines.append((np.array([points[0] + along * start, points[0] + along * stop]), False))
            if graphic.kind == "CUTLINE":
                _looking(parts, points[0] + along * (start + stop) / 2, along)


def _looking(parts: Parts, at: Points, along: Points) -> None:
    """Draw an arrow onto a line from its right side."""
    right = np.array([-along[1], along[0]])
    parts.lines.append((np.array([at + right * 3 * ARROW_PX, at]), False))
    parts.solids.append(arrow_head(at, -right))


def _cross(parts: Parts, graphic: Compound, points: Points, scale: float) -> None:
    centre = points[0]
    reach = (graphic.diameter or 2.0) * scale / 2
    gap = min(graphic.gap * scale / 2, reach)
    across = _unit(points[1] - points[0]) if len(points) > 1 else np.array([1.0, 0.0])
    for towards in (across, np.array([-across[1], across[0]])):
        line = np.array([centre - towards * reach, centre + towards * reach])
        if gap:
            parts.lines += [(np.array([line[0], centre - towards * gap]), False)]
            parts.lines += [(np.array([centre + towards * gap, line[1]]), False)]
        else:
            parts.lines.append((line, False))
        _ticks_along(parts, graphic, line, graphic.ticks)


def _ticked(parts: Parts, graphic: Compound, points: Points) -> None:
    """Draw the bars of a range, or the ticks of a ruler or an axis; those of a ruler are ours where it has none."""
    ticks = graphic.ticks
    if not ticks and graphic.kind in ("RANGELINE", "RULER"):
        ticks = (Tick(0.0), Tick(1.0))
    _ticks_along(parts, graphic, points[:2], ticks)


def _ticks_along(parts: Parts, graphic: Compound, line: Points, ticks: tuple[Tick, ...]) -> None:
    along = _unit(line[1] - line[0])
    top = np.array([along[1], -along[0]])  # up, of a line that runs to the right
    up, down = {"TOP": (1.0, 0.0), "BOTTOM": (0.0, 1.0), "CENTER": (0.5, 0.5)}[graphic.tick_alignment]
    for tick in ticks:
        at = line[0] + (line[1] - line[0]) * tick.position
        parts.lines.append((np.array([at + top * up * TICK_PX, at - top * down * TICK_PX]), False))
        if tick.label and graphic.shows_labels:
            away = top if graphic.label_alignment == "TOP" else -top
            parts.labels.append((tick.label, at + away * (TICK_PX + 3), away))


def _clipped(start: Points, stop: Points, size_px: tuple[int, int]) -> tuple[Points, Points]:
    """Give the part of a line that is on the screen, ends that coincide where none is."""
    low, high, step = 0.0, 1.0, stop - start
    for axis in (0, 1):
        if step[axis] == 0:
            continue
        near, far = sorted(((-1 - start[axis]) / step[axis], (size_px[axis] - start[axis]) / step[axis]))
        low, high = max(low, near), min(high, far)
    return start + step * low, start + step * max(high, low)


def _unit(direction: Points) -> Points:
    length = float(np.hypot(*direction))
    return direction / length if length > 0 else np.array([1.0, 0.0])

"""Changes to the points of a transfer function, as hands make them; all keep the points in order."""

from dataclasses import replace

from workstation.volume.looks.transfer import Colour, TransferFunction, TransferPoint

LEAST_GAP_SHARE = 1e-4
"""Between two points, of the span of all."""


def moved(function: TransferFunction, at: int, value: float, opacity: float) -> TransferFunction:
    """Move a point; it stays between its neighbours."""
    points = function.points
    gap = _gap(function)
    if at > 0:
        value = max(value, points[at - 1].value + gap)
    if at < len(points) - 1:
        value = min(value, points[at + 1].value - gap)
    return _with(function, at, replace(points[at], value=value, opacity=min(max(opacity, 0.0), 1.0)))


def coloured(function: TransferFunction, at: int, colour: Colour) -> TransferFunction:
    """Give a point another colour."""
    return _with(function, at, replace(function.points[at], colour=colour))


def added(function: TransferFunction, value: float, opacity: float) -> tuple[TransferFunction, int]:
    """Add a point of the colour that is there already; gives also which it is. On top of another none is added."""
    gap = _gap(function)
    for at, point in enumerate(function.points):
        if abs(point.value - value) < gap:
            return function, at
    point = TransferPoint(value, function.colour_at(value), min(max(opacity, 0.0), 1.0))
    points = tuple(sorted((*function.points, point), key=lambda each: each.value))
    return replace(function, points=points, name=_own(function)), points.index(point)


def removed(function: TransferFunction, at: int) -> TransferFunction:
    """Take a point out; two always stay."""
    if len(function.points) <= 2:
        return function
    points = (*function.points[:at], *function.points[at + 1 :])
    return replace(function, points=points, name=_own(function))


def shifted(function: TransferFunction, by: float) -> TransferFunction:
    """Move all points by a value."""
    return replace(function.shifted(by), name=_own(function))


def _with(function: TransferFunction, at: int, point: TransferPoint) -> TransferFunction:
    points = (*function.points[:at], point, *function.points[at + 1 :])
    return replace(function, points=points, name=_own(function))


def _own(function: TransferFunction) -> str:
    """Say that it is no longer what it was called."""
    name = function.name
    return name if not name or name.endswith(", changed") else f"{name}, changed"


def _gap(function: TransferFunction) -> float:
    first, last = function.span
    return max((last - first) * LEAST_GAP_SHARE, 1e-9)

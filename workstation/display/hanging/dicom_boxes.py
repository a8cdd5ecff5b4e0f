"""Image boxes anywhere on the screens as grids of panes."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from workstation.display.hanging.dicom_conditions import Untold
from workstation.display.hanging.rules import MOST_COLUMNS, MOST_ROWS, MOST_SCREENS, Pane, Screen
from workstation.quick_dataclass import dataclass

_SAME = 0.01
"""Edges nearer than this share of the display are one."""

_Content = TypeVar("_Content")
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box(Generic[_Content]):
    """A rectangle and what it holds; from 0 to 1 over the whole display, downwards."""

    left: float
    top: float
    right: float
    bottom: float
    content: _Content


def screens_of(boxes: Sequence[Box[Pane]], rectangles: Sequence[Rectangle], notes: Untold) -> tuple[Screen, ...]:
    """Make a grid for each screen.

    Parameters
    ----------
    boxes
        At least one.
    rectangles
        The screens as left, top, right, bottom; one that holds all where none are given.
    notes
        Gets a sentence where a grid cannot say what the boxes do.
    """
    on_screen: dict[int, list[Box[Pane]]] = {}
    for box in boxes:
        centre = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        holding = [number for number, each in enumerate(rectangles) if _holds(each, centre)]
        on_screen.setdefault(holding[0] if holding else 0, []).append(box)
    count = min(MOST_SCREENS, max(len(rectangles), 1))
    empty = Screen(1, 1, (None,))
    return tuple(_grid(on_screen[number], notes) if number in on_screen else empty for number in range(count))


def _holds(rectangle: Rectangle, point: tuple[float, float]) -> bool:
    left, top, right, bottom = rectangle
    return left <= point[0] <= right and top <= point[1] <= bottom


def _grid(boxes: Sequence[Box[Pane]], notes: Untold) -> Screen:
    columns, rows = _edges([box.left for box in boxes]), _edges([box.top for box in boxes])
    if len(columns) > MOST_COLUMNS or len(rows) > MOST_ROWS:
        notes[f"panes beyond a grid of {MOST_ROWS} x {MOST_COLUMNS}"] = None
    width, height = min(len(columns), MOST_COLUMNS), min(len(rows), MOST_ROWS)
    panes: list[Pane | None] = [None] * (width * height)
    for box in boxes:
        column, row = _nearest(columns, box.left), _nearest(rows, box.top)
        if column >= width or row >= height:
            continue
        if panes[row * width + column] is not None:
            notes["panes that lie upon others"] = None
            continue
        panes[row * width + column] = box.content
    sizes = {(round((box.right - box.left) * 20), round((box.bottom - box.top) * 20)) for box in boxes}
    if len(sizes) > 1:
        notes["that panes differ in size"] = None
    return Screen(height, width, tuple(panes))


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - value))

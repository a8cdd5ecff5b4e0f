"""The Tab key goes through a window as it is read: in the order of its layouts, not in that of making its parts."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QWidget


def tab_stops(part: QWidget) -> Iterator[QWidget]:
    """Give what the Tab key may reach in a part of a window, in the order of its layouts."""
    inner = part.widget() if isinstance(part, QScrollArea) else None
    layout = part.layout()
    if inner is not None:
        yield from tab_stops(inner)
    elif isinstance(part, QSplitter):
        for each in filter(None, map(part.widget, range(part.count()))):
            yield from tab_stops(each)
    elif part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield part
    elif layout is not None:
        yield from _stops(layout)


def _stops(layout: QLayout) -> Iterator[QWidget]:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from tab_stops(widget)
        elif inner is not None:
            yield from _stops(inner)


def tab_in_order(widgets: Sequence[QWidget]) -> None:
    """Have the Tab key go from each of these to the next."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)

"""The widget that holds the panes: edge to edge with gaps of one pixel, or one of them alone."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from workstation.display.layout import Grid
from workstation.gui.canvas.pane import Pane
from workstation.gui.theme import Tokens

GAP_PX = 1


class PaneGrid(QWidget):
    """Panes in rows and columns; each is made when it is first shown."""

    pane_made = Signal(int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._grid = Grid()
        self._shown: tuple[int, ...] = (0,)
        self._active = 0
        self.panes: list[Pane] = []
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Images")
        self.pane_view(0)

    @property
    def active(self) -> Pane:
        """The pane that keys and commands act on."""
        return self.panes[self._active]

    @property
    def grid(self) -> Grid:
        """Rows and columns."""
        return self._grid

    def pane_view(self, number: int) -> Pane:
        """Give a pane."""
        while len(self.panes) <= number:
            pane = Pane(self._tokens, self)
            pane.setAccessibleName(f"Image pane {len(self.panes) + 1}")
            pane.hide()
            self.panes.append(pane)
            self.pane_made.emit(len(self.panes) - 1)
        return self.panes[number]

    def show_layout(self, grid: Grid, shown: Sequence[int], active: int) -> None:
        """Lay panes out, hide those not shown, and mark the active one."""
        has_focus = self.panes[self._active].hasFocus()
        changed = (grid, tuple(shown)) != (self._grid, self._shown)
        self._grid, self._shown, self._active = grid, tuple(shown), active
        for number, pane in enumerate(self.panes):
            pane.is_one_of_many = len(self._shown) > 1
            pane.show_active(active=number == active)
        if changed or self.panes[active].isHidden():
            self._place()
        if has_focus:
            self.panes[active].setFocus()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        for pane in self.panes:
            pane.tokens = tokens
            pane.update()
        self.update()

    def each(self, act: Callable[[Pane], None]) -> None:
        """Do something with every pane there is."""
        for pane in self.panes:
            act(pane)

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._tokens.line))
        finally:
            painter.end()

    def _place(self) -> None:
        for number, pane in enumerate(self.panes):
            if number in self._shown:
                pane.setGeometry(self.rect() if len(self._shown) == 1 else self._cell(number))
            pane.setVisible(number in self._shown)

    def _cell(self, number: int) -> QRect:
        row, column = divmod(number, self._grid.columns)
        left, right = _part(self.width(), self._grid.columns, column)
        top, bottom = _part(self.height(), self._grid.rows, row)
        return QRect(left, top, right - left, bottom - top)


def _part(whole: int, count: int, number: int) -> tuple[int, int]:
    """Give where one of several equal parts begins and ends, a gap between any two."""
    free = whole - GAP_PX * (count - 1)
    start = free * number // count + GAP_PX * number
    return start, free * (number + 1) // count + GAP_PX * number

"""A menu of 5 by 5 small panes: point at the last one, and that many rows and columns are shown."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from workstation.display.layout import MOST_COLUMNS, MOST_ROWS, Grid

CELL_PX, GAP_PX, MARGIN_PX, WORDS_PX = 28, 4, 8, 24


class LayoutPicker(QMenu):
    """The menu."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Layout", parent)
        self.field = _Field(self)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        action = QWidgetAction(self)
        action.setDefaultWidget(holder)
        self.addAction(action)
        self.field.chosen.connect(self._choose)
        self.aboutToShow.connect(lambda: self.field.setFocus(Qt.FocusReason.PopupFocusReason))

    def show_current(self, grid: Grid) -> None:
        """Begin with the layout in use."""
        self.field.point(grid)

    def _choose(self, grid: Grid) -> None:
        self.close()
        self.chosen.emit(grid)


class _Field(QWidget):
    """The small panes; arrows and Enter work as well as the mouse."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = Grid()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Rows and columns of panes")

    def point(self, grid: Grid) -> None:
        """Mark a layout."""
        self._grid = grid
        self.setAccessibleDescription(_words(grid))
        self.update()

    def sizeHint(self) -> QSize:
        step = CELL_PX + GAP_PX
        return QSize(MOST_COLUMNS * step - GAP_PX + 2 * MARGIN_PX, MOST_ROWS * step - GAP_PX + 2 * MARGIN_PX + WORDS_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        try:
            for row in range(MOST_ROWS):
                for column in range(MOST_COLUMNS):
                    inside = row < self._grid.rows and column < self._grid.columns
                    colour = colours.link().color() if inside else QColor(colours.mid().color())
                    left, top = MARGIN_PX + column * (CELL_PX + GAP_PX), MARGIN_PX + row * (CELL_PX + GAP_PX)
                    painter.fillRect(left, top, CELL_PX, CELL_PX, colour)
            painter.setPen(colours.text().color())
            below = self.rect().adjusted(0, self.height() - WORDS_PX - 2, 0, -2)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _words(self._grid))
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point(self._at(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self._at(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._grid)
        elif (step := steps.get(Qt.Key(event.key()))) is not None:
            self.point(_within(self._grid.rows + step[0], self._grid.columns + step[1]))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Arrows would go to the menu, which has nothing to move between.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def _at(self, event: QMouseEvent) -> Grid:
        step = CELL_PX + GAP_PX
        at = event.position()
        return _within(int((at.y() - MARGIN_PX) // step) + 1, int((at.x() - MARGIN_PX) // step) + 1)


def _within(rows: int, columns: int) -> Grid:
    return Grid(min(max(rows, 1), MOST_ROWS), min(max(columns, 1), MOST_COLUMNS))


def _words(grid: Grid) -> str:
    return f"{grid.rows} × {grid.columns}"

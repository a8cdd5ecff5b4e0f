"""A slider with two ends."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workstation.gui.theme import Tokens

EDGE_PX, RADIUS_PX, TRACK_PX = 8, 6, 4
STEP, FAR_STEP = 0.01, 0.1


class RangeSlider(QWidget):
    """Shows two shares of a whole, and changes them; the end that was touched last is that of the keys.

    Parameters
    ----------
    name
        What it is of, and what its two ends are.
    """

    changed = Signal(float, float)
    rested = Signal()

    def __init__(self, name: str, ends: tuple[str, str], tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._ends = tokens, ends
        self._values = [0.0, 1.0]
        self._end = 0
        self._is_held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(80, 24)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}: from {ends[0]} to {ends[1]}. Keys: arrows move an end, Home and End choose it")
        self.show_range(0.0, 1.0)

    @property
    def values(self) -> tuple[float, float]:
        """The two ends."""
        return self._values[0], self._values[1]

    def show_range(self, low: float, high: float) -> None:
        """Show two ends."""
        self._values = [low, high]
        self.setAccessibleDescription(f"{low:.0%} to {high:.0%}")
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 24)

    def _x(self, share: float) -> float:
        return EDGE_PX + share * (self.width() - 2 * EDGE_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            middle = self.height() / 2
            low, high = self.values
            for left, right, colour in (
                (0.0, 1.0, self._tokens.line),
                (low, high, self._tokens.accent if self.isEnabled() else self._tokens.disabled),
            ):
                painter.setBrush(QColor(colour))
                track = QRectF(self._x(left), middle - TRACK_PX / 2, self._x(right) - self._x(left), TRACK_PX)
                painter.drawRoundedRect(track, 2, 2)
            for end, share in enumerate(self.values):
                is_lit = self.hasFocus() and end == self._end
                painter.setPen(QPen(QColor(self._tokens.accent if is_lit else self._tokens.window), 2))
                painter.setBrush(QColor(self._tokens.text if self.isEnabled() else self._tokens.disabled))
                painter.drawEllipse(QPointF(self._x(share), middle), RADIUS_PX, RADIUS_PX)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        x = event.position().x()
        ways = [abs(x - self._x(share)) for share in self.values]
        if ways[0] == ways[1]:
            self._end = 0 if x < self._x(self._values[0]) else 1
        else:
            self._end = ways.index(min(ways))
        self._is_held = True
        self._put(self._share(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_held:
            self._put(self._share(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._is_held:
            self._is_held = False
            self.rested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -STEP,
            Qt.Key.Key_Down: -STEP,
            Qt.Key.Key_Right: STEP,
            Qt.Key.Key_Up: STEP,
            Qt.Key.Key_PageDown: -FAR_STEP,
            Qt.Key.Key_PageUp: FAR_STEP,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._put(self._values[self._end] + steps[key])
            self.rested.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._end = 0 if key == Qt.Key.Key_Home else 1
            self.update()
        else:
            super().keyPressEvent(event)

    def _share(self, x: float) -> float:
        return (x - EDGE_PX) / max(1, self.width() - 2 * EDGE_PX)

    def _put(self, share: float) -> None:
        low, high = self.values
        share = min(max(share, 0.0), 1.0)
        wanted = (min(share, high), high) if self._end == 0 else (low, max(share, low))
        if wanted != self.values:
            self.show_range(*wanted)
            self.changed.emit(*wanted)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

"""The words of an annotation, written where they stand: Enter or a click elsewhere keeps them, Esc does not."""

from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from workstation.gui.canvas.labels import PADDING_PX, label_font
from workstation.model.annotation import LONGEST_TEXT, Rgb

SMALLEST_PX = 120


class LabelEditor(QLineEdit):
    """A line over a pane. ``ended`` carries the words, None where they were given up."""

    ended = Signal(object)

    def __init__(self, text: str, middle: QPointF, colour: Rgb, pane: QWidget) -> None:
        super().__init__(text, pane)
        self._middle, self._pane, self._is_over = middle, pane, False
        red, green, blue = colour
        self.setStyleSheet(
            f"QLineEdit {{ color: rgb({red}, {green}, {blue}); background: #1b1c1e; border: 1px solid #4c9be8;"
            f" border-radius: 3px; padding: 1px {PADDING_PX - 1}px; }}"
        )
        self.setFont(label_font())
        self.setMaxLength(LONGEST_TEXT)
        self.setAccessibleName("Words of the annotation")
        self.textChanged.connect(self._place)
        self._place()
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        """Grow with the words, and stay within the pane."""
        width = max(SMALLEST_PX, round(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 28)
        width, height = min(width, self._pane.width() - 4), 24
        left = round(self._middle.x() - width / 2)
        top = round(self._middle.y() - height / 2)
        left = min(max(left, 2), self._pane.width() - width - 2)
        self.setGeometry(left, min(max(top, 2), self._pane.height() - height - 2), width, height)

    def event(self, event: QEvent) -> bool:
        # Keys are those of the words as long as one writes; otherwise Return, Esc and Delete are commands.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self._end(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._end(self.text())

    def _end(self, text: str | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        self.hide()
        self.ended.emit(text)
        self.deleteLater()

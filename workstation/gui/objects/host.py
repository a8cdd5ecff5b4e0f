"""The place of a picture, for objects: which of several of a series is shown, and the widget that shows it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from workstation.gui.canvas.scene import About
from workstation.gui.canvas.whose import WhoseRow

_Key = Qt.Key
_KEPT = frozenset(
    (
        *(_Key.Key_Up, _Key.Key_Down, _Key.Key_Left, _Key.Key_Right, _Key.Key_Home, _Key.Key_End),
        *(_Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus, _Key.Key_0),
        *(_Key.Key_Return, _Key.Key_Enter, _Key.Key_F3, _Key.Key_Space),
    )
)
_KEPT_WITH_CTRL = frozenset((_Key.Key_C, _Key.Key_F, _Key.Key_S, _Key.Key_A))


class ObjectHost(QWidget):
    """Takes the place of a picture. Keys that its widget uses are not those of the commands for images."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], about: About, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("objectHost")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.content: QWidget | None = None
        self.choice = QComboBox(self)
        self.choice.setAccessibleName("Which of the objects of the series")
        self.choice.addItems(list(names))
        self.choice.setVisible(len(names) > 1)
        self.choice.activated.connect(self.chosen)
        self.words = QLabel("Reading …", self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._whose = WhoseRow(about, self)
        self._whose.setVisible(about != About())
        self._layout.addWidget(self._whose)
        self._layout.addWidget(self.choice)
        self._layout.addWidget(self.words, 1)

    def show_content(self, widget: QWidget) -> None:
        """Show a widget in place of the one before."""
        self._take_out()
        self.content = widget
        self.words.hide()
        self._layout.addWidget(widget, 1)
        self.setFocusProxy(widget)
        if self.isVisible():
            widget.setFocus()

    def show_words(self, text: str) -> None:
        """Say something instead."""
        self._take_out()
        self.words.setText(text)
        self.words.show()

    def _take_out(self) -> None:
        if self.content is not None:
            self.setFocusProxy(None)  # type: ignore[arg-type]  # its stub forgets that there may be none
            self._layout.removeWidget(self.content)
            self.content.hide()
            self.content.deleteLater()
            self.content = None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            with_ctrl = modifiers == Qt.KeyboardModifier.ControlModifier
            if (plain and event.key() in _KEPT) or (with_ctrl and event.key() in _KEPT_WITH_CTRL):
                event.accept()
                return True
        return super().event(event)

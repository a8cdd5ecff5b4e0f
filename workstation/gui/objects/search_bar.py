"""A field to search with, on to the next and back, and how many were found."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget


class SearchBar(QWidget):
    """Tells what is typed, and which of the found ones is wanted: Enter the next, Shift+Enter the one before."""

    searched = Signal(str)
    stepped = Signal(int)
    left = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(200)
        self.field.setMaximumWidth(320)
        self.field.textChanged.connect(self.searched)
        self.found = QLabel(self)
        self.found.setProperty("quiet", "true")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self.found)

    def show_found(self, at: int, count: int) -> None:
        """Say which one of how many is shown, from 0; -1 where none is."""
        words = self.field.text().strip()
        self.found.setText("" if not words else "nothing found" if not count else f"{at + 1} of {count}")

    def begin(self) -> None:
        """Be ready to type."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(-1 if is_back else 1)
        elif event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)

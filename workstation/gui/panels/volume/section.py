"""A part of a panel that folds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Section(QWidget):
    """A title that shows or hides what is below it."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None, *, is_open: bool = True) -> None:
        super().__init__(parent)
        self.content = content
        self.title = QToolButton(self)
        self.title.setText(title)
        self.title.setCheckable(True)
        self.title.setChecked(is_open)
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setStyleSheet("QToolButton { border: none; background: transparent; font-weight: bold; }")
        self.title.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(content)
        self._fold(is_open)

    def _fold(self, is_open: bool) -> None:
        self.title.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.content.setVisible(is_open)

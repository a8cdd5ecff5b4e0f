"""The list of annotations: their words, and the images that they are on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from workstation.gui.icons import icon
from workstation.gui.panels.annotations.colours import swatch
from workstation.gui.panels.annotations.presenter import AnnotationLine
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

_ID = Qt.ItemDataRole.UserRole
EMPTY = "No annotations. N puts a note on the image, Shift+N an arrow, L measures a length."


class AnnotationsPanel(QWidget):
    """Shows lines; decides nothing."""

    closed = Signal()
    chosen = Signal(str)
    delete_wanted = Signal()
    edit_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("Annotations")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(220)
        self._is_filling = False
        title = QLabel("Annotations", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close this list")
        self.close_button.setAccessibleName("Close this list")
        self.close_button.clicked.connect(self.closed)
        self.list = _List(self)
        self.list.setAccessibleName("Annotations")
        self.list.setWordWrap(True)
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.list.delete_wanted.connect(self.delete_wanted)
        self.list.edit_wanted.connect(self.edit_wanted)
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setProperty("quiet", "true")
        self.empty.setContentsMargins(8, 8, 8, 8)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.list, 1)
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))

    def show_lines(self, lines: tuple[AnnotationLine, ...], selected: str) -> None:
        """Show these, and mark the chosen one."""
        self._is_filling = True
        try:
            while self.list.count() > len(lines):
                self.list.takeItem(self.list.count() - 1)
            for at, line in enumerate(lines):
                item = self.list.item(at) if at < self.list.count() else QListWidgetItem(self.list)
                locked = "  (locked)" if line.is_locked else ""
                item.setText(f"{line.words}{locked}\n{line.where}")
                item.setIcon(swatch(line.colour))
                item.setData(_ID, line.id)
                item.setToolTip(tip(f"{line.words}\n{line.where}"))
                if line.id == selected:
                    self.list.setCurrentItem(item)
            if not selected:
                self.list.setCurrentRow(-1)
        finally:
            self._is_filling = False
        self.empty.setVisible(not lines)
        self.list.setVisible(bool(lines))

    def _choose(self, item: QListWidgetItem) -> None:
        if not self._is_filling:
            self.chosen.emit(str(item.data(_ID)))


class _List(QListWidget):
    delete_wanted = Signal()
    edit_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edit_wanted.emit()
        else:
            super().keyPressEvent(event)

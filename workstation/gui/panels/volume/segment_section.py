"""Segments of which only the chosen ones are shown."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

NONE = (
    "Segments and structures over the images (Ctrl+G), and regions painted or drawn on them, can be shown alone here."
)
LIST_PX = 120


class SegmentSection(QWidget):
    """Lists segments; decides nothing."""

    read_wanted = Signal()
    switched = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = QLabel(NONE, self)
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", "true")
        self.read = QPushButton("Take those of the images", self)
        self.read.setToolTip(
            "Bring segments and structures over the images, and regions painted or drawn on them, to the volume"
        )
        self.read.clicked.connect(self.read_wanted)
        self.list = QListWidget(self)
        self.list.setFixedHeight(LIST_PX)
        self.list.setAccessibleName("Show only these segments")
        self.list.setToolTip("What is ticked is shown alone; nothing ticked shows all of the volume")
        self.list.itemChanged.connect(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.note, self.read, self.list):
            column.addWidget(widget)
        self.show_segments(())

    def show_segments(self, segments: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        """List segments: (name, colour)."""
        silent = QSignalBlocker(self.list)
        self.list.clear()
        for name, colour in segments:
            swatch = QPixmap(12, 12)
            swatch.fill(QColor(*colour))
            item = QListWidgetItem(swatch, name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        silent.unblock()
        self.list.setVisible(bool(segments))

    def show_chosen(self, names: Sequence[str], *, can_read: bool) -> None:
        """Tick those that are shown."""
        silent = QSignalBlocker(self.list)
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)
        silent.unblock()
        self.read.setEnabled(can_read)
        self.note.setVisible(not can_read and not self.list.count())

    def _changed(self, item: QListWidgetItem) -> None:
        self.switched.emit(item.text(), item.checkState() == Qt.CheckState.Checked)

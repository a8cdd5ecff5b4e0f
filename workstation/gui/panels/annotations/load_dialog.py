"""The dialog that asks which reports and presentation states are to become measurements."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

_AT = Qt.ItemDataRole.UserRole


class LoadDialog(QDialog):
    """Shows objects with ticks; ``load_wanted`` carries the numbers of those that are ticked."""

    load_wanted = Signal(list)

    def __init__(self, entries: Sequence[tuple[str, bool]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Load measurements")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Objects of the open studies that may hold measurements")
        for at, (words, is_ticked) in enumerate(entries):
            item = QListWidgetItem(words, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            item.setData(_AT, at)
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(lambda _item: self._show_count())
        told = QLabel("What they draw and measure can be changed then; the objects stay as they are.", self)
        told.setWordWrap(True)
        told.setProperty("quiet", "true")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.load_button = self.buttons.addButton("Load", QDialogButtonBox.ButtonRole.AcceptRole)
        self.load_button.setProperty("primary", "true")
        self.load_button.setDefault(True)
        self.buttons.accepted.connect(self._load)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(told)
        layout.addWidget(self.buttons)
        self.resize(520, 320)
        self._show_count()

    @property
    def ticked(self) -> list[int]:
        """The objects that are ticked."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [int(item.data(_AT)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _show_count(self) -> None:
        self.load_button.setEnabled(bool(self.ticked))

    def _load(self) -> None:
        self.load_wanted.emit(self.ticked)
        self.accept()

"""The field and the list of the palette, in the middle of the window."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from workstation.gui.panels.palette.presenter import Entry, found
from workstation.gui.theme import Tokens

SIZE = QSize(560, 420)
_ID = int(Qt.ItemDataRole.UserRole)


class Palette(QFrame):
    """A popup: typing filters, arrows choose, Enter does it, Esc goes."""

    chosen = Signal(str)

    def __init__(self, tokens: Tokens, entries: Sequence[Entry], lately: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("All commands")
        self._tokens, self._entries, self._lately = tokens, entries, lately
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setAccessibleName("Search of commands")
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QTreeWidget(self)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setColumnCount(3)
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item, _column: self._choose(item))
        self.nothing = QLabel("No command has this name.", self)
        self.nothing.setProperty("quiet", "true")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing)
        self.resize(SIZE)
        self._show("")

    def open_over(self, window: QWidget) -> None:
        """Come up in the upper middle of a window."""
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 72)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                self._mark(self.list.currentIndex().row() + step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def listed(self) -> list[str]:
        """Give the ids of what is listed, from above."""
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [str(item.data(0, _ID)) for item in items if item is not None]

    def _show(self, text: str) -> None:
        self.list.clear()
        for entry in found(self._entries, text, self._lately):
            item = QTreeWidgetItem([entry.text, entry.group, entry.keys])
            item.setData(0, _ID, entry.id)
            item.setForeground(1, QColor(self._tokens.quiet_text))
            item.setForeground(2, QColor(self._tokens.quiet_text))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setDisabled(not entry.is_enabled)
            self.list.addTopLevelItem(item)
        self._mark(0)
        self.list.setColumnWidth(0, SIZE.width() - 230)
        self.list.setColumnWidth(1, 90)
        self.list.setVisible(self.list.topLevelItemCount() > 0)
        self.nothing.setVisible(self.list.topLevelItemCount() == 0)

    def _mark(self, row: int) -> None:
        item = self.list.topLevelItem(min(max(row, 0), self.list.topLevelItemCount() - 1))
        if item is not None:
            self.list.setCurrentItem(item)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not item.isDisabled():
            name = str(item.data(0, _ID))
            self.close()
            self.chosen.emit(name)

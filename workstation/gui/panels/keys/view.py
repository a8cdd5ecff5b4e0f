"""The dialog of keys and mouse: every command with its keys, and a table of buttons and keys that are held."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.canvas.bindings import TOOL_NAMES, TOOLS, Bindings, Button, Modifier
from workstation.gui.fitting import fit
from workstation.gui.panels.keys.presenter import KeyRow

if TYPE_CHECKING:
    from workstation.gui.panels.keys.presenter import KeysPresenter

_BUTTONS: tuple[tuple[Button, str], ...] = (("left", "Left drag"), ("middle", "Middle drag"), ("right", "Right drag"))
_HELD: tuple[tuple[Modifier, str], ...] = (("", "Alone"), ("shift", "Shift"), ("ctrl", "Ctrl"), ("alt", "Alt"))
_ID = Qt.ItemDataRole.UserRole


class KeysDialog(QDialog):
    """Shows a keymap; decides nothing."""

    command_chosen = Signal(str)
    pressed = Signal(str, bool)
    take_wanted = Signal()
    clear_wanted = Signal()
    reset_wanted = Signal()
    reset_all_wanted = Signal()
    set_chosen = Signal(str)
    drag_bound = Signal(str, str, object)
    wheel_bound = Signal(str, object)
    inverted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change keys and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._tools: dict[tuple[str, Modifier], QComboBox] = {}
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(self._make_sets())
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Keys, or mouse and touchpad")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._make_keys(), "Keys")
        self.tabs.addTab(self._make_hands(), "Mouse and touchpad")
        layout.addWidget(self.tabs, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        self.reset_all = buttons.addButton("Undo all changes to the set", QDialogButtonBox.ButtonRole.ResetRole)
        self.reset_all.clicked.connect(lambda: self.reset_all_wanted.emit())
        layout.addWidget(buttons)
        fit(self, QSize(620, 640))

    def connect_to(self, presenter: "KeysPresenter") -> None:
        """Let a presenter decide."""
        self.command_chosen.connect(presenter.choose)
        self.pressed.connect(lambda key, more: presenter.press(key, in_addition=more))
        self.take_wanted.connect(presenter.take)
        self.clear_wanted.connect(presenter.clear)
        self.reset_wanted.connect(presenter.reset)
        self.reset_all_wanted.connect(presenter.reset_all)
        self.set_chosen.connect(presenter.choose_set)
        self.drag_bound.connect(presenter.bind)
        self.wheel_bound.connect(presenter.turn)
        self.inverted.connect(lambda on: presenter.invert_window(on=on))

    def _make_sets(self) -> QHBoxLayout:
        self.sets = QComboBox(self)
        self.sets.setAccessibleName("Ready set of keys and mouse")
        self.sets.activated.connect(lambda _at: self.set_chosen.emit(self.sets.currentData()))
        self.changed = QLabel(self)
        self.changed.setProperty("quiet", "true")
        row = QHBoxLayout()
        row.addWidget(QLabel("As in", self))
        row.addWidget(self.sets)
        row.addWidget(self.changed, 1)
        return row

    def _make_keys(self) -> QWidget:
        page = QWidget(self)
        self.search = QLineEdit(page)
        self.search.setPlaceholderText("Search commands and keys")
        self.search.setAccessibleName("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.rows = QTreeWidget(page)
        self.rows.setHeaderLabels(["Command", "Keys"])
        self.rows.setUniformRowHeights(True)
        self.rows.setAccessibleName("Commands and their keys")
        self.rows.currentItemChanged.connect(self._tell_chosen)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.rows, 1)
        layout.addLayout(self._make_field(page))
        layout.addLayout(self._make_problem(page))
        return page

    def _make_field(self, page: QWidget) -> QHBoxLayout:
        self.key = QKeySequenceEdit(page)
        self.key.setMaximumSequenceLength(1)
        self.key.setAccessibleName("Press the new key")
        self.key.editingFinished.connect(self._tell_key)
        self.in_addition = QCheckBox("Keep its other keys", page)
        self.in_addition.setToolTip("The command keeps the keys that it has")
        clear = QPushButton("No key", page)
        clear.setToolTip("Leave the command without a key")
        clear.clicked.connect(lambda: self.clear_wanted.emit())
        self.reset = QPushButton("Keys of the set", page)
        self.reset.setToolTip("Give the command the keys of the set again")
        self.reset.clicked.connect(lambda: self.reset_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(self.key, 1)
        for widget in (self.in_addition, clear, self.reset):
            row.addWidget(widget)
        return row

    def _make_problem(self, page: QWidget) -> QHBoxLayout:
        self.problem = QLabel(page)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(28)
        self.problem.setAccessibleName("Why the key was not taken")
        self.take = QPushButton("Take it from there", page)
        self.take.clicked.connect(lambda: self.take_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(self.problem, 1)
        row.addWidget(self.take)
        return row

    def _make_hands(self) -> QWidget:
        page = QWidget(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        for row, (_modifier, words) in enumerate(_HELD, 1):
            grid.addWidget(QLabel(words, page), row, 0)
        columns = (*_BUTTONS, ("wheel", "Wheel, two fingers"))
        for column, (button, title) in enumerate(columns, 1):
            grid.addWidget(QLabel(title, page), 0, column)
            for row, (modifier, words) in enumerate(_HELD, 1):
                box = self._make_tools(page, button, modifier)
                box.setAccessibleName(f"{title}, {words}")
                grid.addWidget(box, row, column)
            grid.setColumnStretch(column, 1)
        self.inverts = QCheckBox("Dragging up raises the centre of the window (else dragging down does)", page)
        self.inverts.clicked.connect(self.inverted)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addWidget(self.inverts)
        layout.addStretch(1)
        return page

    def _make_tools(self, page: QWidget, button: str, modifier: Modifier) -> QComboBox:
        box = QComboBox(page)
        for tool in TOOLS:
            if button != "wheel" or tool in ("scroll", "zoom", "pan", "none"):
                box.addItem(TOOL_NAMES[tool], tool)
        if modifier:
            box.addItem("As alone", None)
        if button == "wheel":
            box.activated.connect(lambda _at: self.wheel_bound.emit(modifier, box.currentData()))
        else:
            box.activated.connect(lambda _at: self.drag_bound.emit(button, modifier, box.currentData()))
        self._tools[button, modifier] = box
        return box

    def tool_box(self, button: str, modifier: Modifier = "") -> QComboBox:
        """Give the choice for a button, or for the ``wheel``, with a key that is held."""
        return self._tools[button, modifier]

    def show_sets(self, names: tuple[str, ...], chosen: str, *, is_changed: bool) -> None:
        """Offer the ready sets."""
        with QSignalBlocker(self.sets):
            self.sets.clear()
            for name in names:
                self.sets.addItem("this program" if name == names[0] else name, name)
            self.sets.setCurrentIndex(names.index(chosen))
        self.changed.setText("with changes of yours" if is_changed else "")
        self.reset_all.setEnabled(is_changed)

    def show_rows(self, rows: tuple[KeyRow, ...], chosen: str) -> None:
        """Show the commands with their keys."""
        groups: dict[str, QTreeWidgetItem] = {}
        at = self.rows.verticalScrollBar().value()
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for row in rows:
                if row.group not in groups:
                    groups[row.group] = QTreeWidgetItem(self.rows, [row.group])
                    groups[row.group].setFlags(Qt.ItemFlag.ItemIsEnabled)
                    groups[row.group].setExpanded(True)
                item = QTreeWidgetItem(groups[row.group], [row.text, row.keys])
                item.setData(0, _ID, row.id)
                font = item.font(1)
                font.setBold(row.is_own)
                item.setFont(1, font)
                if row.id == chosen:
                    self.rows.setCurrentItem(item)
                    self.reset.setEnabled(row.is_own)
        self.rows.setColumnWidth(0, 380)
        self._filter()
        self.rows.verticalScrollBar().setValue(at)

    def show_hands(self, bindings: Bindings) -> None:
        """Show what mouse and touchpad do."""
        for (button, modifier), box in self._tools.items():
            found = bindings.wheel.get(modifier) if button == "wheel" else None
            for name, _title in _BUTTONS:
                if name == button:
                    found = bindings.drags.get((name, modifier), None if modifier else "none")
            box.setCurrentIndex(box.findData(found))
        self.inverts.setChecked(bindings.inverts_window)

    def show_problem(self, text: str, *, can_take: bool) -> None:
        """Say beside the field why a key was not taken."""
        self.problem.setText(text)
        self.take.setVisible(can_take)
        if not text:
            with QSignalBlocker(self.key):
                self.key.clear()

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for number in range(self.rows.topLevelItemCount()):
            group = self.rows.topLevelItem(number)
            if group is None:
                continue
            shown = 0
            for item in filter(None, (group.child(row) for row in range(group.childCount()))):
                text = f"{group.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
                shown += not item.isHidden()
            group.setHidden(not shown)

    def _tell_chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(0, _ID):
            font_is_own = item.font(1).bold()
            self.reset.setEnabled(font_is_own)
            self.command_chosen.emit(item.data(0, _ID))

    def _tell_key(self) -> None:
        key = self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if key:
            self.pressed.emit(key, self.in_addition.isChecked())

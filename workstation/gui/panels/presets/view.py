"""The panel of the editor: modality, its windows in order, and the chosen one as a form."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.display.preset_table import KEYS, LONGEST_NAME
from workstation.gui.icons import icon
from workstation.gui.panels.presets.presenter import NEXT_FREE, PresetForm, PresetRow
from workstation.gui.theme import Tokens

_KINDS = (("window", "Centre and width"), ("percentiles", "Percentiles of the image"))
_SHAPES = (("LINEAR", "Linear"), ("LINEAR_EXACT", "Linear, exact"), ("SIGMOID", "Sigmoid"))
_LABELS = {"window": ("Centre", "Width"), "percentiles": ("Lowest, %", "Highest, %")}


class PresetsPanel(QWidget):
    """Shows windows by name; decides nothing. ``edited`` carries a `PresetForm`."""

    closed = Signal()
    modality_chosen = Signal(str)
    chosen = Signal(int)
    edited = Signal(object)
    finished = Signal()
    add_wanted = Signal()
    remove_wanted = Signal()
    moved = Signal(int)
    reset_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presetsPanel")
        self.setAccessibleName("Windows by name")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(300)
        title = QLabel("Windows by name", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close the windows by name")
        self.close_button.setAccessibleName("Close the windows by name")
        self.close_button.clicked.connect(self.closed)
        self.modality = QComboBox(self)
        self.modality.setAccessibleName("Modality")
        self.modality.setToolTip("The modality whose windows are shown")
        self.modality.activated.connect(lambda _at: self.modality_chosen.emit(self.modality.currentText()))
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.modality)
        top.addWidget(self.close_button)
        self.rows = self._make_list()
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setAccessibleName("What is wrong with the window")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.rows, 1)
        layout.addLayout(self._make_buttons())
        layout.addWidget(self._make_form())
        layout.addWidget(self.problem)
        self.set_tokens(tokens)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setHeaderLabels(["Name", "Window", "Key"])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setAccessibleName("Windows of the modality, in their order")
        made.currentItemChanged.connect(lambda item: self.chosen.emit(made.indexOfTopLevelItem(item)))
        return made

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        self.add_button = self._button("Add", "Add the window that is in use below the chosen one", self.add_wanted)
        self.remove_button = self._button("Remove", "Remove the chosen window", self.remove_wanted)
        self.up_button = self._button("Up", "Move the chosen window up")
        self.up_button.clicked.connect(lambda: self.moved.emit(-1))
        self.down_button = self._button("Down", "Move the chosen window down")
        self.down_button.clicked.connect(lambda: self.moved.emit(1))
        words = "Go back to the windows of this modality that came with the program"
        self.reset_button = self._button("Reset", words, self.reset_wanted)
        for button in (self.add_button, self.remove_button, self.up_button, self.down_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.reset_button)
        return row

    def _button(self, text: str, words: str, signal: SignalInstance | None = None) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("flat", "true")
        button.setToolTip(words)
        button.setAccessibleDescription(words)
        if signal is not None:
            button.clicked.connect(lambda: signal.emit())
        return button

    def _make_form(self) -> QWidget:
        self.form = QWidget(self)
        self.name = self._line("Name of the window")
        self.name.setMaxLength(LONGEST_NAME)
        self.kind = self._choice("How the window is given", [(words, value) for value, words in _KINDS])
        self.first, self.second = self._line("Centre"), self._line("Width")
        self.shape = self._choice("Shape of the window", [(words, value) for value, words in _SHAPES])
        self.parts = self._line("Body parts for which it comes first, by commas")
        self.parts.setPlaceholderText("CHEST, LUNG")
        keys: list[tuple[str, object]] = [(NEXT_FREE, None), *((str(key), key) for key in KEYS)]
        self.key = self._choice("Key of the window", keys)
        layout = QFormLayout(self.form)
        layout.setContentsMargins(8, 4, 8, 0)
        self.first_label, self.second_label = QLabel("Centre", self.form), QLabel("Width", self.form)
        for label, widget in (
            ("Name", self.name),
            ("Given by", self.kind),
            (self.first_label, self.first),
            (self.second_label, self.second),
            ("Shape", self.shape),
            ("Body parts", self.parts),
            ("Key", self.key),
        ):
            layout.addRow(label, widget)
        return self.form

    def _line(self, words: str) -> QLineEdit:
        line = QLineEdit(self.form)
        line.setAccessibleName(words)
        line.textEdited.connect(self._tell_edit)
        line.editingFinished.connect(self.finished)
        return line

    def _choice(self, words: str, choices: list[tuple[str, object]]) -> QComboBox:
        box = QComboBox(self.form)
        box.setAccessibleName(words)
        for text, value in choices:
            box.addItem(text, value)
        box.activated.connect(self._tell_choice)
        return box

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.problem.setStyleSheet(f"color: {tokens.warn}; padding: 0 8px;")

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these."""
        with QSignalBlocker(self.modality):
            self.modality.clear()
            self.modality.addItems(list(names))
            self.modality.setCurrentText(chosen)

    def show_rows(self, rows: tuple[PresetRow, ...], chosen: int, *, can_reset: bool) -> None:
        """Show the windows of the modality."""
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for row in rows:
                item = QTreeWidgetItem(self.rows, [row.name, row.window, row.key])
                item.setToolTip(0, f"First for {row.body_parts}" if row.body_parts else row.name)
            current = self.rows.topLevelItem(chosen)
            if current is not None:
                self.rows.setCurrentItem(current)
        for column in range(3):
            self.rows.resizeColumnToContents(column)
        self.remove_button.setEnabled(chosen >= 0)
        self.up_button.setEnabled(chosen > 0)
        self.down_button.setEnabled(0 <= chosen < len(rows) - 1)
        self.reset_button.setEnabled(can_reset)

    def show_form(self, form: PresetForm | None) -> None:
        """Show the chosen window, to be changed."""
        self.form.setEnabled(form is not None)
        form = form or PresetForm("", "window", "", "")
        for line, text in (
            (self.name, form.name), (self.first, form.first), (self.second, form.second), (self.parts, form.body_parts)
        ):  # fmt: skip
            line.setText(text)
            line.setCursorPosition(0)
        for box, value in ((self.kind, form.kind), (self.shape, form.function), (self.key, form.key)):
            box.setCurrentIndex(box.findData(value))
        self._show_kind()

    def show_problem(self, text: str) -> None:
        """Say beside the form why it does not hold."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def typed(self) -> PresetForm:
        """Give the form as it is typed."""
        return PresetForm(
            self.name.text(),
            self.kind.currentData(),
            self.first.text(),
            self.second.text(),
            self.shape.currentData(),
            self.parts.text(),
            self.key.currentData(),
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Have what was typed written before the panel goes."""
        self.finished.emit()
        super().hideEvent(event)

    def _tell_edit(self) -> None:
        self.edited.emit(self.typed())

    def _tell_choice(self) -> None:
        self._show_kind()
        self.edited.emit(self.typed())
        self.finished.emit()

    def _show_kind(self) -> None:
        first, second = _LABELS[self.kind.currentData()]
        self.first_label.setText(first)
        self.second_label.setText(second)
        self.shape.setEnabled(self.kind.currentData() == "window")

"""The form below the table of measurements: which lesion, what it is, where, and what it is to RECIST 1.1."""

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QLineEdit, QWidget

from workstation.gui.calm import CalmComboBox
from workstation.gui.panels.annotations.lesions import LONGEST_NAME, NODES, ROLES, STATUSES, Form
from workstation.model.lesion_codes import FINDINGS, LATERALITIES, SITES

SEVERAL = "several"


class LesionForm(QWidget):
    """Shows what is said; decides nothing. ``edited`` carries the field and what was chosen or written."""

    edited = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._written: dict[str, str] = {}
        self.lines: dict[str, QLineEdit] = {}
        self.lesion = self._words("lesion", "Lesion", ())
        self.finding = self._words("finding", "Finding", (each.meaning for each in FINDINGS))
        self.site = self._words("site", "Site", (each.meaning for each in SITES))
        self.laterality = self._choice("laterality", "Side", [("", ""), *((str(c), str(c)) for c in LATERALITIES)])
        self.role = self._choice("role", "Role", ROLES)
        self.status = self._choice("status", "Status", STATUSES)
        self.node = self._choice("node", "Lymph node", NODES)
        self.note = QLineEdit(self)
        self.note.setAccessibleName("Note")
        self.note.editingFinished.connect(lambda: self._ended("note", self.note.text()))
        layout = QFormLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setVerticalSpacing(4)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field, tip in (
            ("&Lesion", self.lesion, "Its name; one that the patient has already, also in another study, links to it"),
            ("&Finding", self.finding, "What it is: write to search"),
            ("S&ite", self.site, "Where it is: write to search"),
            ("Si&de", self.laterality, "On which side"),
            ("&Role", self.role, "What it is to RECIST 1.1"),
            ("S&tatus", self.status, "What became of it where its size does not say"),
            ("L&ymph node", self.node, "Whether it is one: of nodes RECIST 1.1 takes the short axis"),
            ("&Note", self.note, "Words about it, which are saved with it"),
        ):
            field.setToolTip(tip)
            layout.addRow(words, field)

    def _words(self, name: str, label: str, choices: Iterable[str]) -> QComboBox:
        made = CalmComboBox(self)
        made.setEditable(True)
        made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        made.addItems(["", *choices])
        made.setAccessibleName(label)
        made.setMinimumContentsLength(10)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line = self.lines[name] = QLineEdit(made)
        made.setLineEdit(line)
        line.setAccessibleName(label)
        line.setMaxLength(LONGEST_NAME)
        line.editingFinished.connect(lambda: self._ended(name, made.currentText()))
        made.activated.connect(lambda _at: self._ended(name, made.currentText()))
        completer = QCompleter(made.model(), made)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        made.setCompleter(completer)
        return made

    def _choice(self, name: str, label: str, choices: Iterable[tuple[str, str]]) -> QComboBox:
        made = CalmComboBox(self)
        for value, words in choices:
            made.addItem(words, value)
        made.setAccessibleName(label)
        made.activated.connect(lambda _at: self._ended(name, str(made.currentData())))
        return made

    def _ended(self, name: str, value: str) -> None:
        """Tell what was written, unless it stands there already."""
        if self.isEnabled() and value.strip() != self._written.get(name):
            self._written[name] = value.strip()
            self.edited.emit(name, value.strip())

    def show_form(self, form: Form, lesions: Iterable[str], *, enabled: bool) -> None:
        """Show what is said of the chosen ones, and which lesions there are."""
        self.setEnabled(enabled)
        names = ["", *lesions]
        if names != [self.lesion.itemText(at) for at in range(self.lesion.count())]:
            text = self.lesion.currentText()
            with QSignalBlocker(self.lesion):
                self.lesion.clear()
                self.lesion.addItems(names)
                self.lesion.setCurrentText(text)
        for name in ("lesion", "finding", "site"):
            self._fill_words(name, getattr(self, name), getattr(form, name))
        for name in ("laterality", "role", "status", "node"):
            field, value = getattr(self, name), getattr(form, name)
            if value is not None and field.findData(value) < 0:
                field.addItem(value, value)  # a side that another program has coded
            with QSignalBlocker(field):
                field.setCurrentIndex(-1 if value is None else field.findData(value))
            field.setPlaceholderText(SEVERAL if value is None else "")
            self._written[name] = SEVERAL if value is None else value
        if not self.note.hasFocus() or self._written.get("note") != (form.note or ""):
            self.note.setText(form.note or "")
            self.note.setPlaceholderText(SEVERAL if form.note is None else "")
            self._written["note"] = form.note or ""

    def _fill_words(self, name: str, field: QComboBox, value: str | None) -> None:
        wanted = value or ""
        if self.lines[name].hasFocus() and self._written.get(name) == wanted:
            return  # somebody writes
        with QSignalBlocker(field):
            at = field.findText(wanted)
            field.setCurrentIndex(at)
            field.setEditText(wanted)
        self.lines[name].setPlaceholderText(SEVERAL if value is None else "")
        self._written[name] = wanted

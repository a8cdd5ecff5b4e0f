"""The panel of SUV: the inputs as a form with their sources, the kind of SUV, and what comes of them."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.suv.presenter import KIND_NAMES, NOTE, Input, Shown
from workstation.gui.theme import Tokens
from workstation.measure.suv.kinds import SuvKind

EMPTY = "The study of the active pane has no PET series."
READING = "The headers of the series are being read."


class SuvPanel(QWidget):
    """Shows inputs; decides nothing. ``edited`` carries the word of an input and what was written."""

    closed = Signal()
    edited = Signal(str, str)
    kind_chosen = Signal(str)
    reset_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("Standardized uptake values")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self.fields: dict[str, QLineEdit] = {}
        self._lines: dict[str, tuple[QLabel, QLabel]] = {}
        self._written: dict[str, str] = {}
        self._headers: dict[str, str] = {}
        self._tokens = tokens
        self.series = self._label(quiet=True)
        self.kind = QComboBox(self)
        self.kind.setAccessibleName("Kind of SUV")
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setMinimumContentsLength(16)
        for value, words in KIND_NAMES:
            self.kind.addItem(words, value)
        self.kind.activated.connect(lambda _at: self.kind_chosen.emit(str(self.kind.currentData())))
        self.result = self._label()
        self.result.setAccessibleName("What comes of it")
        self.problem = self._label()
        self.sentences = self._label(quiet=True)
        self.form = QFormLayout()
        self.form.setContentsMargins(8, 0, 8, 0)
        self.form.setVerticalSpacing(2)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.note = QLineEdit(self)
        self.note.setAccessibleName("Why it is corrected")
        self.note.setPlaceholderText("Why, kept with each result")
        self.note.editingFinished.connect(lambda: self._ended(NOTE, self.note))
        self.reset_button = QPushButton("Back to the header", self)
        self.reset_button.setToolTip("Take all corrections of this series back")
        self.reset_button.clicked.connect(self.reset_wanted)
        self.copy_button = QPushButton("Copy", self)
        self.copy_button.setToolTip("Copy inputs and result as lines")
        self.copy_button.clicked.connect(self.copy_wanted)
        self._lay_out()
        self.set_tokens(tokens)

    def _label(self, *, quiet: bool = False) -> QLabel:
        made = QLabel(self)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if quiet:
            made.setProperty("quiet", "true")
        return made

    def _lay_out(self) -> None:
        title = QLabel("Standardized uptake values", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close the uptake values")
        self.close_button.setAccessibleName("Close the uptake values")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(8)
        for part in (self.series, self.kind, self.result, self.problem):
            column.addWidget(part)
        column.addLayout(self.form)
        note = QFormLayout()
        note.addRow("&Note", self.note)
        column.addLayout(note)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.sentences)
        column.addStretch(1)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.empty = self._label(quiet=True)
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.area, 1)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        for _source, problem in self._lines.values():
            problem.setStyleSheet(f"color: {tokens.warn}")
        self.problem.setStyleSheet(f"color: {tokens.warn}")

    def show_nothing(self, words: str) -> None:
        """Say why there is nothing to show."""
        self.empty.setText(words)
        self.empty.show()
        self.area.hide()

    def show_series(self, series: str, kind: SuvKind, found: Shown, note: str, *, is_corrected: bool) -> None:
        """Show a series."""
        self.empty.hide()
        self.area.show()
        self.series.setText(series)
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(kind))
        self.result.setText(f"⚠ {found.result}" if found.is_refused else found.result)
        self.problem.setText("\n".join((*(found.sentences if found.is_refused else ()), *found.notes)))
        self.problem.setVisible(bool(self.problem.text()))
        self.sentences.setText("" if found.is_refused else "\n".join(found.sentences))
        names = [each.words for each in found.inputs]
        if names != list(self._lines):
            self._make_rows(found.inputs)
        for each in found.inputs:
            self._fill(each)
        self._written[NOTE] = note
        if not self.note.hasFocus() or self.note.text().strip() != note:
            self.note.setText(note)
        self.reset_button.setEnabled(is_corrected)

    def _make_rows(self, inputs: tuple[Input, ...]) -> None:
        while self.form.rowCount():
            self.form.removeRow(0)
        self.fields.clear()
        self._lines.clear()
        for each in inputs:
            source, problem = self._label(quiet=True), self._label()
            source.setProperty("scale", "small")
            problem.setStyleSheet(f"color: {self._tokens.warn}")
            column = QVBoxLayout()
            column.setContentsMargins(0, 0, 0, 6)
            column.setSpacing(1)
            if each.name:
                field = self.fields[each.name] = QLineEdit(self)
                field.setAccessibleName(each.words)
                field.editingFinished.connect(lambda name=each.name, field=field: self._ended(name, field))
                column.addWidget(field)
            column.addWidget(source)
            column.addWidget(problem)
            self.form.addRow(each.words, column)
            self._lines[each.words] = source, problem

    def _fill(self, line: Input) -> None:
        source, problem = self._lines[line.words]
        field = self.fields.get(line.name)
        if field is None:
            source.setText(f"{line.header}  {line.source}".strip())
        else:
            instead = f" in place of {line.header}" if line.given and line.header else ""
            source.setText(f"{line.source}{instead}" if line.source else "The header does not say it.")
            field.setPlaceholderText(line.example)
            field.setToolTip(f"Write what holds in place of the header: {line.example}. Empty: as the header has it.")
            self._written[line.name], self._headers[line.name] = line.given or line.header, line.header
            field.setText(line.given or line.header)
            field.setCursorPosition(0)
        problem.setText(f"⚠ {line.problem}" if line.problem else "")
        problem.setVisible(bool(line.problem))

    def _ended(self, name: str, field: QLineEdit) -> None:
        """Tell what was written; what the header has is no correction."""
        text = field.text().strip()
        if text != self._written.get(name, ""):
            self._written[name] = text
            self.edited.emit(name, "" if text == self._headers.get(name) else text)

"""The export dialog: what, as what, how, where to. It decides nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.panels.exporting.fields import LEAST_PX, choice_box, every_box
from workstation.gui.panels.exporting.form import PROFILES, SIZES, ExportForm, Field
from workstation.gui.panels.exporting.presenter import Offer
from workstation.gui.theme import Tokens

LAYOUTS = ("1x1", "1x2", "2x1", "2x2", "2x3", "3x3", "3x4", "4x4", "4x5")
CODECS = (("vp9", "VP9: browsers, current players"), ("mpeg4", "MPEG-4: PowerPoint, QuickTime, older players"))
PAPERS = (("a4", "A4"), ("letter", "Letter"))
WIDE_PX = 560


class ExportDialog(QDialog):
    """Shows choices. ``edited`` carries an `ExportForm`."""

    edited = Signal(object)
    export_wanted = Signal()
    preview_wanted = Signal()
    command_wanted = Signal()

    def __init__(self, tokens: Tokens, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDE_PX)
        self._form = ExportForm()
        self._folder_dialog: QFileDialog | None = None
        heading = QLabel(title, self)
        heading.setProperty("scale", "large")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        self.rows = QFormLayout()
        self.rows.setHorizontalSpacing(16)
        self.rows.setVerticalSpacing(8)
        self._fields: dict[Field, QWidget] = {}
        self._make_choices()
        self._make_options()
        self._make_destination()
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setAccessibleName("What is missing")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(heading)
        layout.addLayout(self.rows)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addLayout(self._make_buttons())
        self.set_tokens(tokens)

    def _make_choices(self) -> None:
        self.scope = self._choice("What", "What is exported", ())
        self.format = self._choice("As", "What is made of it", ())

    def _make_options(self) -> None:
        self.picture_size = self._choice("Size", "Size of the pictures", SIZES, "size")
        self.look = self._flag("As in the pane: window, turn, colours", "look")
        self.annotations = self._flag(
            "With annotations: notes, arrows and what a presentation state draws", "annotations"
        )
        self.segments = self._flag("With segments, structures and doses, as in the pane", "segments")
        self.burn_in = self._flag("Overlays and corner text in the picture (names the patient)", "burn_in")
        self.every = every_box(self, self._tell)
        self._row("Images", self.every, "every", "All images, or one of so many")
        self.rate = self._line("Images a second; those of the cine, or 24, where it is empty")
        self.rate.setPlaceholderText("as the cine says, or 24")
        self._row("Images a second", self.rate, "rate")
        self.codec = self._choice("Packed as", "How the movie is packed", CODECS, "codec")
        self._make_paper()
        self.anonymise = self._choice("De-identify", "How the files are de-identified", PROFILES, "anonymise")
        self.icons = self._flag("Small pictures in its directory", "icons")
        self.names = self._flag("Patient, date and descriptions in the names of folders", "names")

    def _make_paper(self) -> None:
        self.layout_box = self._choice(
            "Images on a page",
            "Images on a page, across and down",
            [(each, each.replace("x", " x ")) for each in LAYOUTS],
        )
        self._fields["layout"] = self.layout_box
        self.preview_button = QPushButton("Preview", self)
        self.preview_button.setToolTip("Show the pages as they will be printed")
        self.preview_button.clicked.connect(self.preview_wanted)
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.page = QComboBox(row)
        self.page.setAccessibleName("Paper")
        self.page.setMinimumHeight(LEAST_PX)
        for key, words in PAPERS:
            self.page.addItem(words, key)
        self.page.activated.connect(self._tell)
        self.landscape = self._box("On its side", row)
        self.true_size = self._box("True size", row)
        self.true_size.setToolTip("A millimetre in the patient is a millimetre on paper; a ruler is printed too")
        self.header = self._box("Patient header", row)
        for widget in (self.page, self.landscape, self.true_size, self.header):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.preview_button)
        self._row("Paper", row, "paper")

    def _make_destination(self) -> None:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.destination = self._line("File or folder that is written")
        self.browse = QPushButton("Choose …", row)
        self.browse.setToolTip("Choose a folder")
        self.browse.clicked.connect(self._choose_folder)
        line.addWidget(self.destination, 1)
        line.addWidget(self.browse)
        self.rows.addRow("To", row)
        self.overwrite = self._box("Replace what is there", self)
        self.rows.addRow("", self.overwrite)

    def _make_buttons(self) -> QHBoxLayout:
        self.command_button = QPushButton("Copy as command", self)
        self.command_button.setProperty("flat", "true")
        self.command_button.setToolTip("Copy the line that does the same without a window")
        self.command_button.clicked.connect(self.command_wanted)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        self.export_button = QPushButton("Export", self)
        self.export_button.setProperty("primary", "true")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.export_wanted)
        row = QHBoxLayout()
        row.addWidget(self.command_button)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.export_button)
        return row

    def _choice(
        self, label: str, words: str, choices: Sequence[tuple[str, str]], name: Field | None = None
    ) -> QComboBox:
        box = choice_box(self, words, choices, self._tell)
        self.rows.addRow(label, box)
        if name is not None:
            self._fields[name] = box
        return box

    def _line(self, words: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(words)
        line.textEdited.connect(self._tell)
        return line

    def _box(self, words: str, parent: QWidget) -> QCheckBox:
        box = QCheckBox(words, parent)
        box.clicked.connect(self._tell)
        return box

    def _flag(self, words: str, name: Field) -> QCheckBox:
        box = self._box(words, self)
        self._fields[name] = box
        self.rows.addRow("", box)
        return box

    def _row(self, label: str, widget: QWidget, name: Field, hint: str = "") -> None:
        self._fields[name] = widget
        if hint:
            widget.setToolTip(hint)
        self.rows.addRow(label, widget)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.problem.setStyleSheet(f"color: {tokens.warn};")

    def show_form(self, form: ExportForm, offer: Offer) -> None:
        """Show these choices, and only the fields that matter for them."""
        self._form = form
        self._fill(self.scope, offer.scopes, form.scope)
        self._fill(self.format, offer.formats, form.format)
        for box, value in (
            (self.picture_size, form.size),
            (self.codec, form.codec),
            (self.anonymise, form.anonymise),
            (self.layout_box, form.layout),
            (self.page, form.page),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        for flag, on in (
            (self.look, form.look),
            (self.annotations, form.annotations),
            (self.segments, form.segments),
            (self.burn_in, form.burn_in),
            (self.icons, form.icons),
            (self.names, form.names),
            (self.landscape, form.landscape),
            (self.true_size, form.true_size),
            (self.header, form.header),
            (self.overwrite, form.overwrite),
        ):
            flag.setChecked(on)
        with QSignalBlocker(self.every):
            self.every.setValue(form.every)
        for line, text in ((self.rate, form.rate), (self.destination, form.destination)):
            if line.text() != text:
                line.setText(text)
        for name, widget in self._fields.items():
            self.rows.setRowVisible(widget, name in offer.fields)
        self.rows.setRowVisible(self.overwrite, offer.exists and form.format not in ("dicom", "dicomdir"))
        told = offer.problem or offer.note
        self.problem.setText(told)
        self.problem.setVisible(bool(told))
        self.export_button.setEnabled(not offer.problem)
        self.command_button.setEnabled(bool(form.destination.strip()))
        self.adjustSize()

    def close_dialog(self) -> None:
        """Go."""
        self.accept()

    def typed(self) -> ExportForm:
        """Give the choices as they stand."""
        return replace(
            self._form,
            scope=self.scope.currentData(),
            format=self.format.currentData(),
            size=self.picture_size.currentData(),
            look=self.look.isChecked(),
            annotations=self.annotations.isChecked(),
            segments=self.segments.isChecked(),
            burn_in=self.burn_in.isChecked(),
            every=self.every.value(),
            rate=self.rate.text(),
            codec=self.codec.currentData(),
            layout=self.layout_box.currentData(),
            page=self.page.currentData(),
            landscape=self.landscape.isChecked(),
            true_size=self.true_size.isChecked(),
            header=self.header.isChecked(),
            icons=self.icons.isChecked(),
            names=self.names.isChecked(),
            anonymise=self.anonymise.currentData(),
            destination=self.destination.text(),
            overwrite=self.overwrite.isChecked(),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the chooser along."""
        if self._folder_dialog is not None:
            self._folder_dialog.close()
        super().closeEvent(event)

    @staticmethod
    def _fill(box: QComboBox, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        if [(box.itemData(at), box.itemText(at)) for at in range(box.count())] != list(choices):
            box.clear()
            for key, words in choices:
                box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _tell(self, *_value: object) -> None:
        self.edited.emit(self.typed())

    def _choose_folder(self) -> None:
        path = Path(self.destination.text())
        chooser = QFileDialog(self, "Choose a folder", str(path.parent))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(self._take_folder)
        chooser.destroyed.connect(self._forget_chooser)
        self._folder_dialog = chooser
        chooser.open()

    def _forget_chooser(self) -> None:
        self._folder_dialog = None

    def _take_folder(self, folder: str) -> None:
        self.destination.setText(str(Path(folder) / Path(self.destination.text()).name))
        self._tell()

"""The dialog: what the state shows, its label, who made it, for which images."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.panels.saving.presenter import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_NAME,
    SavingForm,
    label_of,
)


class SavingDialog(QDialog):
    """Asks; decides nothing."""

    save_wanted = Signal(object)

    def __init__(self, form: SavingForm, what: str, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save as presentation state")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.description = self._line(form.description, LONGEST_DESCRIPTION, "Such as nodule in the left lung")
        self.label = self._line(form.label, LONGEST_LABEL, "")
        self.label.editingFinished.connect(lambda: self.label.setText(label_of(self.label.text())))
        self.creator = self._line(form.creator, LONGEST_NAME, "Family, Given")
        self.whole_series = QCheckBox(f"For all {count} images of the series, with this window", self)
        self.whole_series.setVisible(count > 1)
        words = QLabel(what, self)
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setProperty("quiet", "true")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.save_button = QPushButton("Save", self)
        self.save_button.setProperty("primary", "true")  # before it is put in: that is when it is styled
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setDefault(True)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._save)
        fields = QFormLayout()
        fields.addRow("&Description", self.description)
        fields.addRow("&Label", self.label)
        fields.addRow("Made &by", self.creator)
        fields.addRow("", self.whole_series)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(fields)
        column.addWidget(words)
        column.addWidget(buttons)

    def form(self) -> SavingForm:
        """Give the answers."""
        texts = (self.description.text(), self.label.text(), self.creator.text())
        return SavingForm(*texts, self.whole_series.isChecked())

    def _line(self, text: str, longest: int, hint: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.setMaxLength(longest)
        field.setPlaceholderText(hint)
        return field

    def _save(self) -> None:
        self.save_wanted.emit(self.form())
        self.accept()

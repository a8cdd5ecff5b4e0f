"""A surface for a printer or another program: of what, what is done to it, how large it is, where it goes."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.calm import CalmComboBox, CalmDoubleSpinBox, CalmSpinBox
from workstation.gui.fields import inset
from workstation.volume.surfaces.finish import MOST_SMOOTHING, Finish

AT_THRESHOLD = "At a threshold"


class SurfaceSection(QWidget):
    """Shows what was found; decides nothing. ``found_wanted`` carries the name of a segment, or nothing."""

    found_wanted = Signal(str)
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.of = CalmComboBox(self)
        self.of.setAccessibleName("Surface of")
        self.of.currentIndexChanged.connect(lambda _at: self._show_threshold())
        self.threshold = CalmDoubleSpinBox(self)
        self.threshold.setRange(-1e7, 1e7)
        self.threshold.setDecimals(1)
        self.threshold.setAccessibleName("Threshold of the surface to find")
        self.smoothing = CalmSpinBox(self)
        self.smoothing.setRange(0, MOST_SMOOTHING)
        self.smoothing.setSpecialValueText("none")
        self.smoothing.setToolTip("Rounds of smoothing; 20 takes off the steps of the voxels")
        self.smoothing.setAccessibleName("Rounds of smoothing")
        self.keep = CalmSpinBox(self)
        self.keep.setRange(1, 100)
        self.keep.setValue(100)
        self.keep.setSuffix(" % of the triangles")
        self.keep.setAccessibleName("Triangles that are kept")
        for field in (self.threshold, self.smoothing, self.keep):
            inset(field)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.largest = QCheckBox("The largest part alone", self)
        self.fill = QCheckBox("Fill holes", self)
        self.find_button = QPushButton("Find the surface", self)
        self.find_button.setToolTip("Find it, and say its volume and area")
        self.find_button.clicked.connect(lambda: self.found_wanted.emit(str(self.of.currentData() or "")))
        self.save_button = QPushButton("Save …", self)
        self.save_button.setToolTip("Save as STL, PLY or OBJ, in mm of the patient (LPS), or as glTF")
        self.save_button.clicked.connect(self.save_wanted)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setAccessibleName("What was found")
        self._lay_out()
        self.show_parts(())
        self.show_found("")

    def _lay_out(self) -> None:
        self.form = QFormLayout()
        self.form.addRow("Of", self.of)
        self.form.addRow("Threshold", self.threshold)
        self.form.addRow("Smoothing", self.smoothing)
        self.form.addRow("Keep", self.keep)
        buttons = QHBoxLayout()
        buttons.addWidget(self.find_button)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.form)
        column.addWidget(self.largest)
        column.addWidget(self.fill)
        column.addLayout(buttons)
        column.addWidget(self.said)

    @property
    def finish(self) -> Finish:
        """What is to be done to the surface."""
        return Finish(
            self.smoothing.value(),
            self.keep.value() / 100,
            largest_only=self.largest.isChecked(),
            fill_holes=self.fill.isChecked(),
        )

    def show_parts(self, segments: Sequence[str]) -> None:
        """Offer what there can be a surface of."""
        silent = QSignalBlocker(self.of)
        used = self.of.currentData()
        self.of.clear()
        self.of.addItem(AT_THRESHOLD, "")
        for name in segments:
            self.of.addItem(name, name)
        self.of.setCurrentIndex(max(0, self.of.findData(used)))
        silent.unblock()
        self._show_threshold()

    def show_threshold(self, threshold: float, unit: str) -> None:
        """Show the threshold that is in use in the picture, as one to begin with."""
        self.threshold.setSuffix(f" {unit}" if unit else "")
        if not self.threshold.hasFocus():
            self.threshold.setValue(threshold)

    def show_found(self, words: str, *, can_save: bool = False) -> None:
        """Say what was found."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.save_button.setEnabled(can_save)

    def _show_threshold(self) -> None:
        self.form.setRowVisible(self.threshold, not self.of.currentData())

"""Light, shadow and the colour behind a volume; of a surface its threshold and colour."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QFormLayout, QPushButton, QWidget

from workstation.gui.calm import CalmDoubleSpinBox, CalmSlider
from workstation.gui.fields import inset
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.transfer import Colour

NO_SHADOWS = "Shadows need graphics hardware, which this machine does not have."


class LightSection(QWidget):
    """Shows a look; decides nothing."""

    shading_switched = Signal(bool)
    shadows_changed = Signal(float)
    background_chosen = Signal(object)
    threshold_changed = Signal(float)
    colour_chosen = Signal(object)
    rested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background: Colour = (0.0, 0.0, 0.0)
        self._colour: Colour = (1.0, 1.0, 1.0)
        self.shading = QCheckBox("Light beside the eye", self)
        self.shading.setToolTip("Shade surfaces by a light; not for projections")
        self.shading.toggled.connect(self.shading_switched)
        self.shadows = CalmSlider(self)
        self.shadows.setRange(0, 100)
        self.shadows.setAccessibleName("Shadows")
        self.shadows.valueChanged.connect(lambda value: self.shadows_changed.emit(value / 100))
        self.shadows.sliderReleased.connect(self.rested)
        self.background = QPushButton("Choose …", self)
        self.background.setAccessibleName("Colour behind")
        self.background.clicked.connect(lambda: self._ask("Behind", self._background, self.background_chosen.emit))
        self.threshold = CalmDoubleSpinBox(self)
        inset(self.threshold)
        self.threshold.setRange(-1e7, 1e7)
        self.threshold.setDecimals(1)
        self.threshold.setKeyboardTracking(False)
        self.threshold.setAccessibleName("Threshold of the surface")
        self.threshold.valueChanged.connect(self.threshold_changed)
        self.colour = QPushButton("Choose …", self)
        self.colour.setAccessibleName("Colour of the surface")
        self.colour.clicked.connect(lambda: self._ask("Colour of the surface", self._colour, self.colour_chosen.emit))
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.addRow(self.shading)
        self.form.addRow("Shadows", self.shadows)
        self.form.addRow("Behind", self.background)
        self.form.addRow("Threshold", self.threshold)
        self.form.addRow("Surface", self.colour)

    def show_look(self, look: Look3D, threshold: float, unit: str, *, has_shadows: bool) -> None:
        """Show a look."""
        silent = [QSignalBlocker(each) for each in (self.shading, self.shadows, self.threshold)]
        is_surface, is_lit = look.method == "isosurface", look.method in ("composite", "isosurface")
        by_function = look.transfer is None or look.transfer.shading is not None
        self.shading.setEnabled(is_lit)
        self.shading.setChecked(is_lit and (by_function if look.is_shaded is None else look.is_shaded))
        self.shadows.setEnabled(is_lit and has_shadows)
        self.shadows.setToolTip("How deep shadows are" if has_shadows else NO_SHADOWS)
        self.shadows.setValue(round(look.shadows * 100))
        self._background, self._colour = look.background, look.surface_colour
        self.threshold.setSuffix(f" {unit}" if unit else "")
        if not self.threshold.hasFocus() or abs(self.threshold.value() - threshold) > 0.05:
            self.threshold.setValue(threshold)
        for row in (self.threshold, self.colour):
            self.form.setRowVisible(row, is_surface)
        for blocker in silent:
            blocker.unblock()

    def _ask(self, title: str, colour: Colour, chosen: Callable[[Colour], None]) -> None:
        dialog = QColorDialog(QColor.fromRgbF(*colour), self)
        dialog.setWindowTitle(title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda found: chosen((found.redF(), found.greenF(), found.blueF())))
        dialog.open()

"""The tool in the hand: its name, what a hand has to do, and its choices, in the strip at the foot."""

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QDoubleValidator, QFocusEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from workstation.gui.viewer.annotating_tools import THRESHOLDS, Tool
from workstation.gui.viewer.annotator import LARGEST_BRUSH, SMALLEST_BRUSH
from workstation.gui.viewer.making import Options
from workstation.gui.viewer.naming import VERTEBRAE
from workstation.model.annotation import Threshold, ThresholdKind

OF_VALUES, OF_PERCIST = "values from … to …", "SUL from … (PERCIST)"
WRITTEN: dict[str, ThresholdKind] = {OF_VALUES: "value", OF_PERCIST: "percist"}
"""Thresholds whose limits a person writes."""
LIMITED = ("measure-threshold-brush", "measure-grow")
NUMBER_PX, BRUSH_PX, FIELD_PX = 76, 112, 26


class ToolLine(QWidget):
    """Shows the tool, and changes its options."""

    changed = Signal()
    done = Signal()

    def __init__(self, options: Options, parent: QWidget) -> None:
        super().__init__(parent)
        self._options, self._is_filling = options, False
        self.setAccessibleName("Tool")
        self.name = QLabel(self)
        self.hint = QLabel(self)
        self.hint.setProperty("quiet", "true")
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.brush = QDoubleSpinBox(self)
        self.brush.setRange(SMALLEST_BRUSH, LARGEST_BRUSH)
        self.brush.setDecimals(1)
        self.brush.setPrefix("Ø ")
        self.brush.setAccessibleName("Diameter of the brush")
        self.brush.setToolTip("Diameter of the brush  ([, ], Alt + wheel)")
        self.low, self.high = (_Number(words, self) for words in ("from", "to"))
        self.brush.setFixedWidth(BRUSH_PX)
        self.unit = QLabel(self)
        self.threshold = QComboBox(self)
        self.threshold.setAccessibleName("Which voxels of the sphere count")
        self.threshold.addItems([*(name for name, _ in THRESHOLDS), *WRITTEN])
        self.vertebra = QComboBox(self)
        self.vertebra.setEditable(True)
        self.vertebra.setAccessibleName("Name of the vertebra")
        self.vertebra.addItems(VERTEBRAE)
        for field in (self.brush, self.low, self.high, self.threshold, self.vertebra):
            field.setFixedHeight(FIELD_PX)  # the strip is not to grow
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.name, self.brush, self.threshold, self.low, self.high, self.unit, self.vertebra):
            layout.addWidget(widget)
        layout.addWidget(self.hint, 1)
        self._connect()
        self.hide()

    def _connect(self) -> None:
        self.brush.valueChanged.connect(self._read)
        self.brush.editingFinished.connect(self.done)
        for field in (self.low, self.high):
            field.editingFinished.connect(self._read)
            field.returnPressed.connect(self.done)
        self.threshold.activated.connect(self._read)
        self.vertebra.currentTextChanged.connect(self._read)
        self.vertebra.activated.connect(self.done)

    def show_tool(self, tool: Tool | None, name: str, *, length_unit: str, value_unit: str) -> None:
        """Show a tool with its options; none where there is none in the hand."""
        self.setVisible(tool is not None)
        if tool is None:
            return
        self._is_filling = True
        self.name.setText(name)
        self.hint.setText(tool.hint)
        self.hint.setToolTip(tool.hint)
        self.brush.setVisible(tool.way == "brush")
        self.brush.setSuffix(f" {length_unit}")
        self.brush.setValue(self._options.brush)
        self.threshold.setVisible(tool.kind == "sphere")
        self.vertebra.setVisible(tool.kind == "vertebra")
        self.vertebra.setCurrentText(self._options.vertebra)
        self._show_limits(tool, value_unit)
        self._is_filling = False

    def _show_limits(self, tool: Tool, value_unit: str) -> None:
        has_limits = tool.id in LIMITED or (tool.kind == "sphere" and self.threshold.currentText() in WRITTEN)
        limits = self._options.limits or (None, None)
        if tool.kind == "sphere":
            threshold = self._options.threshold
            is_written = threshold is not None and threshold.kind in WRITTEN.values()
            limits = (threshold.low, threshold.high) if threshold is not None and is_written else (None, None)
        for field, value in zip((self.low, self.high), limits, strict=True):
            field.setVisible(has_limits)
            field.setText("" if value is None else f"{value:.6g}")
            field.setPlaceholderText("auto" if tool.id in LIMITED else "any")
        self.unit.setVisible(has_limits and bool(value_unit))
        self.unit.setText(value_unit)

    def _read(self, _value: object = None) -> None:
        """Take what the fields say."""
        if self._is_filling:
            return
        options, low, high = self._options, self.low.value(), self.high.value()
        options.brush = self.brush.value()
        if not self.threshold.isHidden():
            chosen = self.threshold.currentText()
            found = next((each for name, each in THRESHOLDS if name == chosen), None)
            options.threshold = Threshold(WRITTEN[chosen], low, high) if chosen in WRITTEN else found
            for field in (self.low, self.high):
                field.setVisible(chosen in WRITTEN)
        elif not self.low.isHidden():
            options.limits = None if low is None and high is None else (low, high)
        if self.vertebra.currentText() != options.vertebra:
            options.vertebra, options.last_vertebra = self.vertebra.currentText().strip()[:16], None
        self.changed.emit()


class _Number(QLineEdit):
    """A number, or nothing."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setValidator(QDoubleValidator(self))
        self.setFixedWidth(NUMBER_PX)
        self.setAccessibleName(f"Values {words}")
        self.setToolTip(f"Values {words}; empty for no limit, both empty for limits around what is clicked")

    def value(self) -> float | None:
        """Give the number; None where there is none."""
        try:
            found = float(self.text().replace(",", "."))
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

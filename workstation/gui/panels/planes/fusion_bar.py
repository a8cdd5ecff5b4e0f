"""The second bar above the planes, while another volume is laid over them: how opaque, which colours, which values."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from workstation.gui.commands import COLOURS
from workstation.gui.elided import ElidedLabel
from workstation.gui.fields import inset
from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.narrow_row import NarrowRow
from workstation.gui.theme import Tokens

FIELD_PX, NUMBER_PX, SLIDER_PX = 26, 112, 140
FARTHEST = 1e7


class FusionBar(NarrowRow):
    """Shows a fusion; decides nothing."""

    opacity_wanted = Signal(float)
    opacity_started = Signal()
    colours_wanted = Signal(str)
    limits_wanted = Signal(float, float)
    ended = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planesBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Fusion")
        self.name = ElidedLabel(self)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setFixedWidth(SLIDER_PX)
        self.opacity.setAccessibleName("Opacity of the fused volume")
        self.opacity.setToolTip("Opacity of what lies above")
        self.colours = QComboBox(self)
        for value, words in COLOURS:
            self.colours.addItem(words[:1].upper() + words[1:], value)
        self.colours.setAccessibleName("Colours of the fused volume")
        self.colours.setToolTip("Colours of what lies above")
        self.low, self.high = self._number("from"), self._number("to")
        self.unit = QLabel(self)
        self.unit.setProperty("quiet", "true")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("End the fusion")
        self.close_button.setAccessibleName("End the fusion")
        self.close_button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        self.close_button.clicked.connect(self.ended)
        to, label = QLabel("to", self), QLabel("Opacity", self)
        self.gives_way = (label, self.unit, self.colours, self.low, to, self.high)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 3)
        row.setSpacing(8)
        for widget in (label, self.opacity, self.colours, self.low, to, self.high):
            row.addWidget(widget)
        row.addWidget(self.unit)
        row.addWidget(self.name, 1)
        row.addWidget(self.close_button)
        self.colours.setFixedHeight(FIELD_PX)
        self.leave_keys(self.opacity, self.colours)
        self.opacity.valueChanged.connect(lambda value: self.opacity_wanted.emit(value / 100))
        self.opacity.sliderPressed.connect(self.opacity_started)
        self.colours.activated.connect(lambda _at: self.colours_wanted.emit(self.colours.currentData()))
        self.set_tokens(tokens)
        self.hide()

    def show_fusion(self, name: str, opacity: float, colours: str, between: tuple[float, float], unit: str) -> None:
        """Show what lies above, and how; ``between`` in ``unit``."""
        fields = (self.opacity, self.colours, self.low, self.high)
        silent = [QSignalBlocker(field) for field in fields]
        self.name.setText(name)
        self.opacity.setValue(round(opacity * 100))
        self.colours.setCurrentIndex(max(0, self.colours.findData(colours)))
        largest = max(abs(each) for each in between)
        for field, value in zip((self.low, self.high), between, strict=True):
            field.setDecimals(0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 1 else 4)
            field.setSingleStep(max(largest / 50, 10 ** -field.decimals()))
            if not field.hasFocus() or abs(field.value() - value) > 10 ** -field.decimals():
                field.setValue(value)
        self.unit.setText(unit)
        for blocker in silent:
            blocker.unblock()
        self.show()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.text))

    def _number(self, words: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self)
        inset(field)
        field.setRange(-FARTHEST, FARTHEST)
        field.setKeyboardTracking(False)
        field.setFixedSize(NUMBER_PX, FIELD_PX)
        field.setAccessibleName(f"Values of the fused volume: {words}")
        field.setToolTip(f"Values of what lies above, {words}: the ends of its colours")
        field.valueChanged.connect(lambda _value: self.limits_wanted.emit(self.low.value(), self.high.value()))
        return field

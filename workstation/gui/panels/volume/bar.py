"""The slim bar above a volume in three dimensions: how it is drawn, and from where."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.narrow_row import NarrowRow
from workstation.gui.panels.volume.telling import METHODS
from workstation.gui.theme import Tokens
from workstation.volume.looks.view3d import View3D

FIELD_PX = 26
SIDES = (
    ("front", "A", "From the front"),
    ("back", "P", "From behind"),
    ("left", "L", "From the left"),
    ("right", "R", "From the right"),
    ("head", "H", "From the head"),
    ("feet", "F", "From the feet"),
)
"""Where the eye may be, the letter of that side of the patient, and words for it."""
OWN = "Own colours"


class VolumeBar(NarrowRow):
    """Shows a view; decides nothing."""

    method_chosen = Signal(str)
    preset_chosen = Signal(str)
    side_chosen = Signal(str)
    commanded = Signal(str, bool)
    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("volumeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Volume in three dimensions")
        self._tokens = tokens
        self.name = QLabel("3D", self)
        self.method = self._field("How it is drawn")
        for value, words in METHODS:
            self.method.addItem(words, value)
        self.method.activated.connect(lambda _at: self.method_chosen.emit(str(self.method.currentData())))
        self.preset = self._field("Colours and opacity")
        self.preset.activated.connect(lambda _at: self._choose_preset())
        self.sides = [self._letter(side, letter, words) for side, letter, words in SIDES]
        self.perspective = self._button("perspective", "Perspective: what is near looks larger", is_switch=True)
        self.perspective.clicked.connect(lambda on: self.commanded.emit("volume-perspective", on))
        self.scissors = self._button("scissors", "Scissors: draw a line round what is to be taken away", is_switch=True)
        self.scissors.clicked.connect(lambda on: self.commanded.emit("volume-scissors", on))
        self.fit_button = self._button("fit", "Show all of the volume  (F)")
        self.fit_button.clicked.connect(lambda on: self.commanded.emit("fit", on))
        self.reset = self._button("reset", "Reset the view  (Space)")
        self.reset.clicked.connect(lambda on: self.commanded.emit("reset", on))
        self.panel = self._button("settings", "How the volume is drawn", is_switch=True)
        self.panel.clicked.connect(lambda on: self.commanded.emit("volume-panel", on))
        self.close_button = self._button("close", "Back to the images  (Esc)")
        self.close_button.clicked.connect(self.closed)
        self._lay_out()
        self.set_tokens(tokens)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.method)
        row.addWidget(self.preset)
        letters = QWidget(self)
        inside = QHBoxLayout(letters)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for button in self.sides:
            inside.addWidget(button)
        row.addWidget(letters)
        for widget in (self.perspective, self.scissors, self.fit_button, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.panel)
        row.addWidget(self.close_button)
        self.gives_way = (self.preset, letters, self.fit_button, self.perspective, self.reset, self.method)

    def show_presets(self, offered: Sequence[tuple[str, str, str]]) -> None:
        """Offer transfer functions: (group, name of the file, words)."""
        silent = QSignalBlocker(self.preset)
        self.preset.clear()
        self.preset.addItem(OWN, "")
        group = ""
        for family, value, words in offered:
            if family != group and group:
                self.preset.insertSeparator(self.preset.count())
            group = family
            self.preset.addItem(words, value)
        silent.unblock()

    def show_view(self, view: View3D | None) -> None:
        """Show how the volume is looked at."""
        for field in (
            self.method,
            self.preset,
            *self.sides,
            self.perspective,
            self.scissors,
            self.fit_button,
            self.reset,
        ):
            field.setEnabled(view is not None)
        if view is None:
            return
        silent = [QSignalBlocker(field) for field in (self.method, self.preset)]
        self.method.setCurrentIndex(self.method.findData(view.look.method))
        self.preset.setCurrentIndex(max(0, self.preset.findData(view.preset)))
        self.preset.setEnabled(view.look.method != "isosurface")
        self.perspective.setChecked(view.camera.perspective_deg > 0)
        for blocker in silent:
            blocker.unblock()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        for button in (self.perspective, self.scissors, self.fit_button, self.reset, self.panel, self.close_button):
            button.setIcon(icon(str(button.property("icon-name")), tokens.text, disabled=tokens.disabled))

    def _choose_preset(self) -> None:
        value = str(self.preset.currentData() or "")
        if value:
            self.preset_chosen.emit(value)

    def _field(self, words: str) -> QComboBox:
        field = QComboBox(self)
        field.setAccessibleName(words)
        field.setToolTip(words)
        field.setFixedHeight(FIELD_PX)
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(17)
        field.setMaxVisibleItems(24)
        return field

    def _letter(self, side: str, letter: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(letter)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.side_chosen.emit(side))
        return button

    def _button(self, name: str, words: str, *, is_switch: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words.partition("  ")[0])
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setProperty("icon-name", name)
        button.setCheckable(is_switch)
        return button

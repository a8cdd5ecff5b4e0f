"""The slim bar below the panes that steers cine."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QSpinBox, QToolButton, QWidget

from workstation.gui.fields import inset
from workstation.gui.icons import icon
from workstation.gui.panels.cine.presenter import CineState
from workstation.gui.theme import Tokens

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
MODES = (("loop", "Loop"), ("sweep", "There and back"), ("once", "Once"))


class CineBar(QWidget):
    """Shows a state; decides nothing."""

    play_toggled = Signal()
    speed_wanted = Signal(float)
    mode_wanted = Signal(str)
    range_wanted = Signal(int, int)
    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cineBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Cine")
        self._tokens = tokens
        self._is_playing = False
        self.play = self._button("Play or stop  (C)", self.play_toggled.emit)
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setFixedWidth(120)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed, beside that of the file")
        self.speed.valueChanged.connect(lambda step: self.speed_wanted.emit(SPEEDS[step]))
        self.speed_label = QLabel(self)
        self.speed_label.setMinimumWidth(44)
        self.mode = QComboBox(self)
        for value, words in MODES:
            self.mode.addItem(words, value)
        self.mode.setAccessibleName("What follows the last frame")
        self.mode.activated.connect(lambda number: self.mode_wanted.emit(MODES[number][0]))
        self.first, self.last = self._number("First frame"), self._number("Last frame")
        self.text = QLabel(self)
        self.text.setProperty("quiet", "true")
        self.text.setMinimumWidth(0)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button = self._button("End cine", self.closed.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(8)
        for widget in (self.play, self.speed, self.speed_label, self.mode, self.first, QLabel("to", self), self.last):
            row.addWidget(widget)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self.set_tokens(tokens)
        self.hide()

    def show_state(self, state: CineState | None) -> None:
        """Show how it is played; None takes the bar away."""
        self.setVisible(state is not None)
        if state is None:
            return
        silent = [QSignalBlocker(widget) for widget in (self.speed, self.mode, self.first, self.last)]
        nearest = min(range(len(SPEEDS)), key=lambda step: abs(SPEEDS[step] - state.speed))
        self.speed.setValue(nearest)
        self.speed_label.setText(f"{state.speed:g} ×")
        self.mode.setCurrentIndex([value for value, _ in MODES].index(state.mode))
        for field, value in ((self.first, state.first), (self.last, state.last)):
            field.setRange(1, state.count)
            if not field.hasFocus():
                field.setValue(value + 1)
        for blocker in silent:
            blocker.unblock()
        self.text.setText(state.text)
        self.text.setToolTip(state.text)
        if state.is_playing != self._is_playing:
            self._is_playing = state.is_playing
            self._show_play()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.close_button.setIcon(icon("close", tokens.text))
        self._show_play()

    def _show_play(self) -> None:
        self.play.setIcon(icon("pause" if self._is_playing else "cine", self._tokens.text))

    def _button(self, words: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(act)
        return button

    def _number(self, words: str) -> QSpinBox:
        field = QSpinBox(self)
        inset(field)
        field.setAccessibleName(words)
        field.setToolTip(words)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda _value: self.range_wanted.emit(self.first.value() - 1, self.last.value() - 1))
        return field

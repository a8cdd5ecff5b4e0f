"""What is not shown of a volume: outside a box, beyond a plane, what is told apart, what scissors took."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workstation.gui.calm import CalmSlider
from workstation.gui.panels.volume.range_slider import RangeSlider
from workstation.gui.theme import Tokens
from workstation.volume.looks.view3d import BoxCut

if TYPE_CHECKING:
    from workstation.volume.looks.transfer import Removed
    from workstation.volume.looks.view3d import Axis

AXES = (("Right to left", ("right", "left")), ("Front to back", ("front", "back")), ("Feet to head", ("feet", "head")))
REMOVABLE: tuple[tuple[str, str, str], ...] = (
    ("table", "Without the table", "All but the patient is taken out"),
    ("bone", "Without bone", "Bones are told apart by density and by what hangs together: for looking, not measuring"),
)
DEPTH_STEPS = 200


class CutSection(QWidget):
    """Shows what cuts; decides nothing."""

    box_changed = Signal(int, float, float)
    box_switched = Signal(bool)
    plane_switched = Signal(bool)
    plane_faced = Signal()
    plane_flipped = Signal()
    plane_moved = Signal(float)
    removal_switched = Signal(str, bool)
    uncut_wanted = Signal()
    rested = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders = [RangeSlider(name, ends, tokens, self) for name, ends in AXES]
        for axis, slider in enumerate(self.sliders):
            slider.changed.connect(lambda low, high, axis=axis: self.box_changed.emit(axis, low, high))
            slider.rested.connect(self.rested)
        self.box = QCheckBox("Cut with a box", self)
        self.box.setToolTip("A box along the patient's axes: drag its handles in the picture, or the ends here")
        self.box.toggled.connect(self.box_switched)
        self.plane = QCheckBox("Cut with a plane", self)
        self.plane.setToolTip("Cut off what is before a plane that faces you")
        self.plane.toggled.connect(self.plane_switched)
        self.depth_slider = CalmSlider(self)
        self.depth_slider.setRange(-DEPTH_STEPS, DEPTH_STEPS)
        self.depth_slider.setAccessibleName("Depth of the plane")
        self.depth_slider.setToolTip("Depth of the plane")
        self.depth_slider.valueChanged.connect(lambda value: self.plane_moved.emit(value / DEPTH_STEPS))
        self.depth_slider.sliderReleased.connect(self.rested)
        self.face = self._button("Facing me", "Turn the plane to face you", self.plane_faced.emit)
        self.flip = self._button("Other side", "Cut off the other side", self.plane_flipped.emit)
        self.removals = {}
        for name, words, tip in REMOVABLE:
            box = self.removals[name] = QCheckBox(words, self)
            box.setToolTip(tip)
            box.toggled.connect(lambda on, name=name: self.removal_switched.emit(name, on))
        self.cuts = QLabel(self)
        self.cuts.setProperty("quiet", "true")
        self.uncut = self._button("Take cuts back", "Take all cuts of the scissors back", self.uncut_wanted.emit)
        self._lay_out()

    def _button(self, words: str, tip: str, act: object) -> QPushButton:
        made = QPushButton(words, self)
        made.setToolTip(tip)
        made.clicked.connect(act)
        return made

    def _lay_out(self) -> None:
        grid = QGridLayout()
        for row, ((name, _ends), slider) in enumerate(zip(AXES, self.sliders, strict=True)):
            grid.addWidget(QLabel(name, self), row, 0)
            grid.addWidget(slider, row, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.box)
        column.addLayout(grid)
        column.addWidget(self.plane)
        column.addWidget(self.depth_slider)
        column.addLayout(self._row(self.face, self.flip))
        for box in self.removals.values():
            column.addWidget(box)
        column.addLayout(self._row(self.cuts, self.uncut))

    def _row(self, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def show_cuts(
        self, box: BoxCut | None, depth: float | None, removed: "frozenset[Removed]", cuts: int, *, is_ct: bool
    ) -> None:
        """Show what cuts; ``depth`` is None without a plane."""
        shown = box or BoxCut()
        for axis, slider in enumerate(self.sliders):
            if slider.values != (shown.low[axis], shown.high[axis]):
                slider.show_range(shown.low[axis], shown.high[axis])
        silent = [QSignalBlocker(each) for each in (self.box, self.plane, self.depth_slider, *self.removals.values())]
        self.box.setChecked(box is not None)
        self.plane.setChecked(depth is not None)
        if depth is not None and not self.depth_slider.isSliderDown():
            self.depth_slider.setValue(round(depth * DEPTH_STEPS))
        for each in (self.depth_slider, self.face, self.flip):
            each.setEnabled(depth is not None)
        for name, box_of_it in self.removals.items():
            box_of_it.setChecked(cast("Removed", name) in removed)
            box_of_it.setEnabled(is_ct)
        for blocker in silent:
            blocker.unblock()
        self.cuts.setText(f"{cuts} with scissors" if cuts else "No cut with scissors")
        self.uncut.setEnabled(cuts > 0)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        for slider in self.sliders:
            slider.set_tokens(tokens)


def as_axis(number: int) -> "Axis":
    """Give an axis by its number."""
    axes: tuple[Axis, ...] = (0, 1, 2)
    return axes[number]

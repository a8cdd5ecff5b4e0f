"""The slim bar above the planes: how thick the active one is, what is between voxels, how planes follow each other."""

from collections.abc import Mapping, Sequence
from typing import get_args

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from workstation.gui.commands import tool_tip
from workstation.gui.elided import ElidedLabel
from workstation.gui.fields import inset
from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.narrow_row import NarrowRow
from workstation.gui.theme import Tokens
from workstation.volume.cutting.slabs import Interpolation, Projection, Slab
from workstation.volume.planes.planes_view import PlanesView

PROJECTIONS: tuple[tuple[Projection, str, str], ...] = (
    ("mip", "MIP", "highest value across the slab"),
    ("minip", "MinIP", "lowest value across the slab"),
    ("mean", "Mean", "mean of the values across the slab"),
    ("sum", "Sum", "values across the slab added up, times mm"),
)
INTERPOLATIONS: tuple[tuple[Interpolation, str], ...] = (
    ("nearest", "Nearest voxel"),
    ("linear", "Linear"),
    ("cubic", "Cubic"),
)
THICKEST_MM = 500.0
FIELD_PX = 26
TIME_PX = 120


class PlanesBar(NarrowRow):
    """Shows a view of planes; decides nothing."""

    slab_wanted = Signal(object, bool)
    projection_wanted = Signal(str, bool)
    interpolation_wanted = Signal(str)
    lock_wanted = Signal(bool)
    snap_wanted = Signal()
    straight_wanted = Signal()
    reset_wanted = Signal()
    time_wanted = Signal(int)
    play_wanted = Signal()
    as_taken_wanted = Signal(bool)
    assume_wanted = Signal()
    volume_wanted = Signal(bool)
    curved_wanted = Signal(bool)
    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planesBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Planes")
        self.name = QLabel(self)
        self._make_slab()
        self._make_between_voxels()
        self._make_acts()
        self._make_for_some()
        self.text = ElidedLabel(self)
        self.text.setProperty("quiet", "true")
        self.close_button = self._button("close", "Back to the images  (Esc)", self.closed.emit)
        for field in (self.thickness, self.projection, self.interpolation):
            field.setFixedHeight(FIELD_PX)
        self.leave_keys(self.projection, self.is_for_all, self.interpolation, self.lock, self.as_taken)
        self.leave_keys(self.time, self.assume)
        self._lay_out()
        self.gives_way = (
            *(self.name, self.interpolation, self.is_for_all, self.reset, self.straight, self.snap),
            *(self.fusion, self.lock, self.projection, self.thickness),
        )
        self._connect()
        self.set_tokens(tokens)

    def _make_slab(self) -> None:
        self.thickness = QDoubleSpinBox(self)
        inset(self.thickness)
        self.thickness.setRange(0, THICKEST_MM)
        self.thickness.setDecimals(1)
        self.thickness.setSuffix(" mm")
        self.thickness.setSpecialValueText("thin")
        self.thickness.setKeyboardTracking(False)
        self.thickness.setAccessibleName("Thickness of the slab")
        self.thickness.setToolTip(
            "Thickness of the slab; 0 is a thin plane. In the picture: drag the squares of a line"
        )
        self.projection = QComboBox(self)
        for value, words, tip in PROJECTIONS:
            self.projection.addItem(words, value)
            self.projection.setItemData(self.projection.count() - 1, f"{words}: {tip}", Qt.ItemDataRole.ToolTipRole)
        self.projection.setAccessibleName("What of the slab is seen")
        self.projection.setToolTip("What of the slab is seen")
        self.is_for_all = QCheckBox("All", self)
        self.is_for_all.setToolTip("The slab is that of all three planes")

    def _make_between_voxels(self) -> None:
        self.interpolation = QComboBox(self)
        for kind, words in INTERPOLATIONS:
            self.interpolation.addItem(words, kind)
        self.interpolation.setAccessibleName("Between voxels")
        self.interpolation.setToolTip("What is between voxels")

    def _make_acts(self) -> None:
        """Make what turns the planes, and what opens something beside or over them."""
        self.lock = QCheckBox("Right angles", self)
        self.lock.setToolTip("The planes stay at right angles: turning one line turns the others with it")
        self.straight = self._button(
            "axes", "Planes of the patient: axial, sagittal, coronal", self.straight_wanted.emit
        )
        self.snap = self._button("snap", "Along the slices as they were taken", self.snap_wanted.emit)
        self.reset = self._button("reset", "Reset the planes", self.reset_wanted.emit)
        self.volume = self._button("cube", "The volume in three dimensions beside the planes", lambda: None)
        self.volume.setCheckable(True)
        self.volume.clicked.connect(self.volume_wanted)
        self.curved = self._button("curved", "A curved plane along a path beside the planes  (Shift+F3)", lambda: None)
        self.curved.setCheckable(True)
        self.curved.clicked.connect(self.curved_wanted)
        self.fusion_menu = QMenu("Fusion", self)
        self.fusion = self._button("fusion", "Lay another series over the planes", lambda: None)
        self.fusion.setMenu(self.fusion_menu)
        self.fusion.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _make_for_some(self) -> None:
        """Make what is there for some series alone: those of several volumes, those whose slices are uneven."""
        self.time = QSlider(Qt.Orientation.Horizontal, self)
        self.time.setFixedWidth(TIME_PX)
        self.time.setPageStep(1)
        self.time.setAccessibleName("Which volume of the series")
        self.time.valueChanged.connect(lambda value: self.time_wanted.emit(value - 1))
        self.play = self._button("cine", "Play the volumes of the series  (C)", self.play_wanted.emit)
        self.time_text = QLabel(self)
        self.time.hide()
        self.time_text.hide()
        self.play.hide()
        self.as_taken = QCheckBox("As taken", self)
        self.as_taken.setToolTip(
            "The spacing of the slices is uneven: keep them as they were taken, or have them interpolated"
        )
        self.as_taken.hide()
        self.assume = QPushButton("Distance of slices …", self)
        self.assume.setToolTip("The files do not say where the slices lie: say how far apart they are")
        self.assume.clicked.connect(self.assume_wanted)
        self.assume.hide()

    def _lay_out(self) -> None:
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 3, 4, 3)
        self.row.setSpacing(8)
        left = (self.name, self.thickness, self.projection, self.is_for_all, self.interpolation, self.lock)
        for widget in (*left, self.straight, self.snap, self.reset, self.fusion, self.volume, self.curved):
            self.row.addWidget(widget)
        self.row.addWidget(self.as_taken)
        self.row.addWidget(self.assume)
        self.row.addWidget(self.play)
        self.row.addWidget(self.time)
        self.row.addWidget(self.time_text)
        self.row.addWidget(self.text, 1)
        self.row.addWidget(self.close_button)

    def _connect(self) -> None:
        self.thickness.valueChanged.connect(self._want_slab)
        self.projection.activated.connect(
            lambda _at: self.projection_wanted.emit(self.projection.currentData(), self.is_for_all.isChecked())
        )
        self.is_for_all.toggled.connect(lambda on: self._want_slab() if on else None)
        self.interpolation.activated.connect(
            lambda _at: self.interpolation_wanted.emit(self.interpolation.currentData())
        )
        self.lock.toggled.connect(self.lock_wanted)
        self.as_taken.toggled.connect(self.as_taken_wanted)

    def _want_slab(self, _value: object = None) -> None:
        kind = next(each for each in get_args(Projection) if each == self.projection.currentData())
        self.slab_wanted.emit(Slab(self.thickness.value(), kind), self.is_for_all.isChecked())

    def show_view(self, view: PlanesView | None, note: str = "") -> None:
        """Show how the planes are; without a view only what is under way."""
        fields = (
            *(self.thickness, self.projection, self.is_for_all, self.interpolation, self.lock),
            *(self.straight, self.snap, self.reset, self.fusion),
        )
        if view is None:
            self.put_away(*fields)
        for field in fields:
            field.setEnabled(view is not None)
        self.text.setText(note)
        if view is None:
            self.name.setText("Planes")
            return
        silent = [QSignalBlocker(field) for field in (self.thickness, self.projection, self.interpolation, self.lock)]
        slab = view.plane(view.active).slab
        self.name.setText(f"{view.active.capitalize()} slab")
        if not self.thickness.hasFocus() or abs(self.thickness.value() - slab.thickness_mm) > 0.05:
            self.thickness.setValue(slab.thickness_mm)
        self.projection.setCurrentIndex(self.projection.findData(slab.projection))
        self.interpolation.setCurrentIndex(self.interpolation.findData(view.interpolation))
        self.lock.setChecked(view.is_locked)
        for blocker in silent:
            blocker.unblock()

    def show_times(self, labels: Sequence[str], at: int) -> None:
        """Show which of several volumes of a series it is, such as times; nothing where there is one."""
        silent = QSignalBlocker(self.time)
        if len(labels) <= 1:
            self.put_away(self.play, self.time)
        for widget in (self.play, self.time, self.time_text):
            widget.setVisible(len(labels) > 1)
        if len(labels) > 1:
            self.time.setRange(1, len(labels))
            self.time.setValue(at + 1)
            digits = len(str(len(labels)))
            self.time_text.setText(f"{at + 1:\u2007>{digits}} of {len(labels)}")  # digits of one width: it stands still
            self.time.setToolTip(f"{labels[at]}  (Page Up, Page Down)")
        silent.unblock()
        self.fit(self.width())

    def show_uneven(self, *, is_uneven: bool, is_as_taken: bool) -> None:
        """Offer to keep slices as they were taken, where their spacing is uneven."""
        silent = QSignalBlocker(self.as_taken)
        self.as_taken.setChecked(is_as_taken)
        silent.unblock()
        if self.as_taken.isHidden() == is_uneven:
            self.put_away(self.as_taken)
            self.as_taken.setVisible(is_uneven)
            self.fit(self.width())

    def show_assume(self, *, is_offered: bool) -> None:
        """Offer to say how far apart slices are, where their files don't."""
        if self.assume.isHidden() == is_offered:
            self.put_away(self.assume)
            self.assume.setVisible(is_offered)
            self.fit(self.width())

    def tell_keys(self, keys: Mapping[str, str]) -> None:
        """Say with what else can be done by key; given the keys of commands."""
        for widget, name in (
            *((self.thickness, "slab"), (self.straight, "planes-straight"), (self.snap, "planes-snap")),
            *((self.reset, "reset"), (self.volume, "volume-beside"), (self.curved, "curved"), (self.play, "cine")),
            *((self.lock, "planes-lock"), (self.as_taken, "planes-as-taken"), (self.close_button, "planes")),
        ):
            widget.setToolTip(tool_tip(widget.toolTip().partition("  (")[0], keys.get(name, "")))

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        for button in self.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setIcon(icon(str(button.property("icon-name")), tokens.text, disabled=tokens.disabled))

    def _button(self, name: str, words: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words.partition("  ")[0])
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setProperty("icon-name", name)
        button.clicked.connect(act)
        return button

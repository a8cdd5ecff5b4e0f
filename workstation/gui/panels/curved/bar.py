"""The bar of curved planes: which path, what of it is seen, how wide and how thick."""

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from workstation.gui.fields import inset
from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.narrow_row import NarrowRow
from workstation.gui.panels.planes.bar import FIELD_PX, PROJECTIONS, THICKEST_MM
from workstation.gui.theme import Tokens
from workstation.volume.curved.view import NARROWEST_MM, WIDEST_MM, CurvedKind, CurvedView
from workstation.volume.cutting.slabs import Projection, Slab

KINDS: tuple[tuple[CurvedKind, str, str], ...] = (
    ("straightened", "Straightened", "rows lie at right angles to the path: lengths along it are true"),
    ("stretched", "Stretched", "all rows have one direction: lengths are true in every direction"),
    ("panorama", "Panorama", "stretched with the head up, as of a jaw"),
)
NUMBER_PX, SLIDER_PX = 120, 80


class _Length(QDoubleSpinBox):
    """As wide as it is made: the row goes by what it asks for."""

    def sizeHint(self) -> QSize:
        return QSize(NUMBER_PX, FIELD_PX)


class CurvedBar(NarrowRow):
    """Shows how a path is looked at; decides nothing."""

    commanded = Signal(str)
    path_chosen = Signal(str)
    kind_wanted = Signal(str)
    width_wanted = Signal(float)
    slab_wanted = Signal(object)
    turn_started = Signal()
    turn_wanted = Signal(float)
    turn_ended = Signal()
    apart_wanted = Signal(float)
    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planesBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Curved plane")
        self._make_path()
        self._make_slab()
        self._make_turn()
        self.apart = self._number("Distance of cross-sections", 0.5, 50, "Distance of cross-sections along the path")
        self.apart.valueChanged.connect(self.apart_wanted)
        self.menu = QMenu("Curved plane", self)
        self.more = self._button("more", "Open and save paths, save pictures")
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.close_button = self._button("close", "End the curved plane  (Shift+F3)")
        self.close_button.clicked.connect(self.closed)
        for field in (self.path, self.kind, self.projection):
            field.setFixedHeight(FIELD_PX)
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.width_mm.setDecimals(0)
        for number, words in ((self.width_mm, "Width "), (self.thickness, "Slab "), (self.apart, "Every ")):
            number.setPrefix(words)
        self._lay_out()
        self.set_tokens(tokens)
        self.hide()

    def _make_path(self) -> None:
        """Make what says which path is laid out, and how."""
        self.draw = self._button("path-draw", "Draw a path: click its points in any plane")
        self.draw.setCheckable(True)
        self.draw.clicked.connect(lambda _on: self.commanded.emit("path-draw"))
        self.path = QComboBox(self)
        self.path.setAccessibleName("Path")
        self.path.setToolTip("The path that is worked on")
        self.path.activated.connect(lambda _at: self.path_chosen.emit(str(self.path.currentData())))
        self.kind = QComboBox(self)
        for value, words, tip in KINDS:
            self.kind.addItem(words, value)
            self.kind.setItemData(self.kind.count() - 1, f"{words}: {tip}", Qt.ItemDataRole.ToolTipRole)
        self.kind.setAccessibleName("Kind of curved plane")
        self.kind.setToolTip("How the volume is laid out along the path")
        self.kind.activated.connect(lambda _at: self.kind_wanted.emit(str(self.kind.currentData())))
        self.width_mm = self._number("Width", NARROWEST_MM, WIDEST_MM, "How far the picture reaches across the path")
        self.width_mm.valueChanged.connect(self.width_wanted)

    def _make_slab(self) -> None:
        self.thickness = self._number("Thickness of the curved plane", 0, THICKEST_MM, "Thickness; 0 is thin")
        self.thickness.setSpecialValueText("Thin slab")
        self.thickness.valueChanged.connect(lambda _value: self._want_slab())
        self.projection = QComboBox(self)
        for projection, words, tip in PROJECTIONS:
            self.projection.addItem(words, projection)
            self.projection.setItemData(self.projection.count() - 1, f"{words}: {tip}", Qt.ItemDataRole.ToolTipRole)
        self.projection.setAccessibleName("What of the thickness is seen")
        self.projection.setToolTip("What of the thickness is seen")
        self.projection.activated.connect(lambda _at: self._want_slab())

    def _make_turn(self) -> None:
        self.turn = QSlider(Qt.Orientation.Horizontal, self)
        self.turn.setRange(0, 359)
        self.turn.setFixedWidth(SLIDER_PX)
        self.turn.setAccessibleName("Turn about the path")
        self.turn.setToolTip("Turn about the path; in the picture: drag with Alt")
        self.turn.sliderPressed.connect(self.turn_started)
        self.turn.sliderReleased.connect(self.turn_ended)
        self.turn.valueChanged.connect(lambda value: self.turn_wanted.emit(float(value)))
        self.angle = QLabel(self)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 3)
        row.setSpacing(8)
        turn = QLabel("Turn", self)
        turn.setProperty("quiet", "true")
        left = (self.draw, self.path, self.kind, self.width_mm, self.thickness, self.projection)
        for widget in (*left, turn, self.turn, self.angle, self.apart):
            row.addWidget(widget)
        self.gives_way = (turn, self.apart, self.angle, self.turn, self.projection, self.thickness)
        row.addStretch(1)
        row.addWidget(self.more)
        row.addWidget(self.close_button)
        self.angle.setFixedWidth(self.fontMetrics().horizontalAdvance("000°") + 4)

    def _want_slab(self) -> None:
        kind = next(each for each in get_args(Projection) if each == self.projection.currentData())
        self.slab_wanted.emit(Slab(self.thickness.value(), kind))

    def show_view(
        self, view: CurvedView, paths: Sequence[tuple[str, str]], chosen: str, *, is_drawing: bool, is_whole: bool
    ) -> None:
        """Show how the path is looked at.

        Parameters
        ----------
        view
            How.
        paths, chosen
            Each path by its id with its words; the id of the one that is worked on.
        is_drawing, is_whole
            Whether clicks set its points, and whether there is anything to be seen of it.
        """
        fields = (self.path, self.kind, self.width_mm, self.thickness, self.projection, self.turn, self.apart)
        silent = [QSignalBlocker(field) for field in fields]
        self.draw.setChecked(is_drawing)
        if [(self.path.itemData(at), self.path.itemText(at)) for at in range(self.path.count())] != list(paths):
            self.path.clear()
            for name, words in paths:
                self.path.addItem(words, name)
        self.path.setCurrentIndex(self.path.findData(chosen))
        self.path.setVisible(len(paths) > 1)
        self.kind.setCurrentIndex(self.kind.findData(view.kind))
        for field, value in (
            (self.width_mm, view.width_mm),
            (self.thickness, view.slab.thickness_mm),
            (self.apart, view.apart_mm),
        ):
            if not field.hasFocus() or abs(field.value() - value) > 0.05:
                field.setValue(value)
        self.projection.setCurrentIndex(self.projection.findData(view.slab.projection))
        self.turn.setValue(round(view.turn_deg) % 360)
        self.angle.setText(f"{view.turn_deg:.0f}°")
        self.turn.setEnabled(view.kind == "straightened" and is_whole)
        for each in (self.kind, self.width_mm, self.thickness, self.projection, self.apart):
            each.setEnabled(is_whole)
        for blocker in silent:
            blocker.unblock()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        for button in (self.draw, self.more, self.close_button):
            button.setIcon(icon(str(button.property("icon-name")), tokens.text, disabled=tokens.disabled))

    def _number(self, name: str, least: float, most: float, tip: str) -> QDoubleSpinBox:
        field = _Length(self)
        inset(field)
        field.setRange(least, most)
        field.setDecimals(1)
        field.setSuffix(" mm")
        field.setKeyboardTracking(False)
        field.setFixedSize(NUMBER_PX, FIELD_PX)
        field.setAccessibleName(name)
        field.setToolTip(tip)
        return field

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words.partition("  ")[0])
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setProperty("icon-name", name)
        return button

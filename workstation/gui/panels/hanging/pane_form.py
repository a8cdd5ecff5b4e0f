"""The form of one pane: which images it shows, and how."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from workstation.display.hanging.rules import Pane, PaneSettings, Rule
from workstation.display.presets import preset_names
from workstation.gui.calm import CalmComboBox, CalmSpinBox
from workstation.gui.fields import inset
from workstation.gui.panels.hanging.conditions import ConditionList
from workstation.gui.panels.hanging.shown import RuleShown
from workstation.gui.theme import Tokens

_PRIORS = (
    ("This study", 0),
    ("Latest earlier study", 1),
    ("Second latest earlier study", 2),
    ("Third latest earlier study", 3),
    ("Oldest study", -1),
)
_ZOOMS = (("Fit to the pane", "fit"), ("Pixel by pixel", "pixels"), ("True size", "true size"))
_HORIZONTAL = (("Left", "left"), ("Centre", "centre"), ("Right", "right"))
_VERTICAL = (("Top", "top"), ("Centre", "centre"), ("Bottom", "bottom"))
_INITIAL = (("First image", "first"), ("Middle image", "middle"), ("Last image", "last"))
_ORDERS = tuple(
    (words, (order, is_descending))
    for order, up, down in (
        ("series number", "Lowest series number", "Highest series number"),
        ("time", "Earliest", "Latest"),
        ("number of images", "Fewest images", "Most images"),
        ("slice thickness", "Thinnest slices", "Thickest slices"),
    )
    for words, is_descending in ((up, False), (down, True))
)
_TILES = (
    ("One image", None),
    *((f"{r} x {c} images", (r, c)) for r, c in ((1, 2), (2, 2), (2, 3), (3, 3), (3, 4), (4, 5))),
)
_TURNS = (
    ("As stored", ("", "")),
    ("Chest wall right", ("P", "")),
    ("Chest wall left", ("A", "")),
    ("Patient's left at the right", ("L", "")),
    ("Patient's left at the left", ("R", "")),
)
_NO_WINDOW = "That of the file"


class PaneForm(QWidget):
    """Shows a pane; tells the changed pane with what was changed."""

    edited = Signal(object, str)
    emptied = Signal()
    finished = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pane = Pane()
        self.conditions = ConditionList(tokens, "the pane", of_panes=True, parent=self)
        self.label = QLineEdit(self)
        self.label.setAccessibleName("Name of the pane")
        self.label.textEdited.connect(lambda text: self._tell(replace(self._pane, label=text), "label"))
        self.label.editingFinished.connect(self.finished)
        self.prior = self._choice("Which study", _PRIORS)
        self.like = self._choice("Shows what corresponds to another pane", (("Images by the conditions below", 0),))
        self.order = self._choice("Which series comes first", _ORDERS)
        self.preset = self._choice("Window", tuple((name, name) for name in ("", *preset_names())))
        self.preset.setItemText(0, _NO_WINDOW)
        self.zoom = self._choice("Size", _ZOOMS)
        self.horizontal = self._choice("To which side", _HORIZONTAL)
        self.vertical = self._choice("How high", _VERTICAL)
        self.turn = self._choice("Which way round", _TURNS)
        self.initial = self._choice("Which image is there first", _INITIAL)
        self.tiles = self._choice("Images side by side", _TILES)
        self.group = CalmSpinBox(self)
        inset(self.group)
        self.group.setRange(0, 9)
        self.group.setSpecialValueText("by itself")
        self.group.setPrefix("group ")
        self.group.setAccessibleName("Scrolls together with panes of the group")
        self.group.valueChanged.connect(self._take)
        self.is_required = self._check("Required", "The protocol hangs nothing where this pane stays empty")
        self.is_repeated = self._check("May repeat", "May show what another pane shows already")
        self.is_inverted = self._check("Inverted", "Black and white exchanged")
        self.is_cine = self._check("Plays", "Begins to play by itself")
        self.place_used = self._check("Used", "Whether anything is shown in this place")
        self._build()

    def _build(self) -> None:
        flags = QHBoxLayout()
        flags.setSpacing(12)
        for box in (self.place_used, self.is_required, self.is_repeated, self.is_inverted, self.is_cine):
            flags.addWidget(box)
        flags.addStretch(1)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.addRow("Name", self.label)
        form.addRow("From", _beside(self.prior, self.like))
        form.addRow("First of several", self.order)
        form.addRow("Window", _beside(self.preset, QLabel("Size", self), self.zoom))
        form.addRow("Placed", _beside(self.horizontal, self.vertical, self.turn))
        form.addRow("Shows", _beside(self.initial, self.tiles, self.group))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(flags)
        layout.addWidget(self.conditions)
        layout.addLayout(form)
        layout.addStretch(1)

    def _choice(self, words: str, choices: tuple[tuple[str, Any], ...]) -> QComboBox:
        box = CalmComboBox(self)
        box.setAccessibleName(words)
        box.setToolTip(words)
        for text, value in choices:
            box.addItem(text, value)
        box.activated.connect(self._take)
        return box

    def _check(self, words: str, meaning: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setToolTip(meaning)
        signal: SignalInstance = box.clicked
        signal.connect(self._take)
        return box

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.conditions.set_tokens(tokens)

    def show_pane(self, shown: RuleShown) -> None:
        """Show the chosen pane of a rule."""
        pane = shown.pane
        self._pane = pane or Pane()
        used = pane is not None
        self.place_used.setChecked(used)
        for widget in self.findChildren(QWidget):
            if widget is not self.place_used and widget.parent() is self:
                widget.setEnabled(used)
        self.conditions.show_rows(shown.pane_conditions)
        self.conditions.setVisible(used and not self._pane.selector.like)
        self._offer_models(shown.rule, shown.pane_number)
        if self.label.text().strip() != self._pane.label:
            self.label.setText(self._pane.label)
        self._show_settings(self._pane)

    def _show_settings(self, pane: Pane) -> None:
        selector, settings = pane.selector, pane.settings
        _pick(self.prior, selector.prior)
        _pick(self.like, selector.like)
        _pick(self.order, (selector.order, selector.is_descending))
        own = f"{settings.window[0]:g}, {settings.window[1]:g}" if settings.window else settings.window_preset
        _pick(self.preset, settings.window or settings.window_preset, own)
        _pick(self.zoom, settings.zoom)
        _pick(self.horizontal, settings.horizontal)
        _pick(self.vertical, settings.vertical)
        _pick(self.turn, settings.patient_orientation, " and ".join(filter(None, settings.patient_orientation)))
        _pick(self.initial, settings.initial_image)
        tiles = settings.tiles
        _pick(self.tiles, tiles, f"{tiles[0]} x {tiles[1]} images" if tiles else "")
        with QSignalBlocker(self.group):
            self.group.setValue(settings.sync_group)
        self.is_required.setChecked(pane.is_required)
        self.is_repeated.setChecked(selector.is_repeated)
        self.is_inverted.setChecked(settings.is_inverted)
        self.is_cine.setChecked(settings.is_cine)

    def _offer_models(self, rule: Rule, number: int) -> None:
        """Offer the panes that this one may be like: those that choose images of their own."""
        self.like.clear()
        self.like.addItem("Images by conditions", 0)
        models = {pane.selector.like for pane in rule.panes if pane is not None}
        for place, pane in enumerate(rule.panes, 1):
            if pane is not None and place != number and not pane.selector.like and number not in models:
                self.like.addItem(f"What corresponds to pane {place} {pane.label}".strip(), place)

    def _take(self, *_anything: object) -> None:
        if not self.place_used.isChecked():
            self.emptied.emit()
            return
        order, is_descending = self.order.currentData()
        selector = replace(
            self._pane.selector,
            prior=int(self.prior.currentData()),
            like=int(self.like.currentData() or 0),
            order=order,
            is_descending=is_descending,
            is_repeated=self.is_repeated.isChecked(),
        )
        settings = self._settings()
        pane = replace(self._pane, selector=selector, settings=settings, is_required=self.is_required.isChecked())
        self._tell(pane, "")

    def _settings(self) -> PaneSettings:
        window = self.preset.currentData()
        return replace(
            self._pane.settings,
            window_preset=window if isinstance(window, str) else "",
            window=None if isinstance(window, str) else (float(window[0]), float(window[1])),
            zoom=self.zoom.currentData(),
            horizontal=self.horizontal.currentData(),
            vertical=self.vertical.currentData(),
            patient_orientation=tuple(self.turn.currentData()),
            initial_image=self.initial.currentData(),
            tiles=tuple(self.tiles.currentData()) if self.tiles.currentData() else None,
            is_inverted=self.is_inverted.isChecked(),
            is_cine=self.is_cine.isChecked(),
            sync_group=self.group.value(),
        )

    def _tell(self, pane: Pane, run: str) -> None:
        self.edited.emit(pane, run)


def _beside(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
    return row


def _pick(box: QComboBox, value: object, words: str = "") -> None:
    """Choose a value; one that is not offered is added under its words."""
    kinds = [box.itemData(place) for place in range(box.count())]
    plain = [tuple(each) if isinstance(each, list | tuple) else each for each in kinds]
    if value not in plain:
        box.addItem(words or str(value), value)
        plain.append(value)
    box.setCurrentIndex(plain.index(value))

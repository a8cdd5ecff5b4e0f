"""Decides what the editor of windows shows and what its hands change; every change takes effect at once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Literal, Protocol, get_args

from workstation.display.preset_table import KEYS, Preset, PresetTable
from workstation.display.presets import sensible, voi_text
from workstation.errors import UserError
from workstation.model.frame import VoiFunction, Window
from workstation.quick_dataclass import dataclass

Kind = Literal["window", "percentiles"]
NEW_WINDOW = Window(40, 400)
NEXT_FREE = "next free"
"""The key of a window without one of its own: which digit that is depends on the windows of the file."""


@dataclass(frozen=True, slots=True)
class PresetRow:
    """A window in the list, in words."""

    name: str
    window: str
    body_parts: str
    key: str


@dataclass(frozen=True, slots=True)
class PresetForm:
    """A window as it is typed: ``first`` and ``second`` are centre and width, or the two percentiles."""

    name: str
    kind: Kind
    first: str
    second: str
    function: VoiFunction = "LINEAR"
    body_parts: str = ""
    key: int | None = None


class PresetsView(Protocol):
    """What the presenter needs of the panel."""

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these."""

    def show_rows(self, rows: tuple[PresetRow, ...], chosen: int, *, can_reset: bool) -> None:
        """Show the windows of the modality; -1 chooses none."""

    def show_form(self, form: PresetForm | None) -> None:
        """Show the chosen window, to be changed; None where there is none."""

    def show_problem(self, text: str) -> None:
        """Say beside the form why it does not hold; empty where it does."""


class PresetsPresenter:
    """Keeps the editor and a table of windows together.

    ``on_changed`` gets the table after every change, ``on_tried`` a window whose form was changed or that was chosen.
    """

    def __init__(
        self, view: PresetsView, table: PresetTable, *, save: Callable[[PresetTable], None] = PresetTable.save
    ) -> None:
        self._view = view
        self._save = save
        self.table = table
        self.modality = table.modalities[0] if table.modalities else "CT"
        self.chosen = 0
        self._is_saved = True
        self.on_changed: Callable[[PresetTable], None] = lambda _table: None
        self.on_tried: Callable[[Preset], None] = lambda _preset: None

    def open(self, modality: str = "") -> None:
        """Show the windows of a modality, of the one shown last where it is empty."""
        self.modality = modality.strip().upper() or self.modality
        self.chosen = 0
        self._show_all()
        self._view.show_problem(" ".join(self.table.notes))

    def set_table(self, table: PresetTable) -> None:
        """Show another table, as undo brings back."""
        self.table, self._is_saved = table, False
        self.chosen = min(self.chosen, max(len(table.of(self.modality)) - 1, 0))
        self._show_all()
        self.finish()

    def choose(self, index: int) -> None:
        """Choose a window of the list and try it."""
        if 0 <= index < len(self._presets) and index != self.chosen:
            self.finish()
            self.chosen = index
            self._view.show_form(self._form())
            self._view.show_problem("")
            self.on_tried(self._presets[index])

    def edit(self, form: PresetForm) -> None:
        """Take over what is typed; what makes no window is told and changes nothing."""
        if not 0 <= self.chosen < len(self._presets):
            return
        try:
            preset = _preset_of(form)
            table = self.table.change(self.modality, self._presets[self.chosen].name, preset)
        except ValueError as error:
            self._view.show_problem(_sentence(error))
            return
        self._view.show_problem("")
        if table != self.table:
            self.table, self._is_saved = table, False
            self._show_rows()
            self.on_changed(table)
            self.on_tried(preset)

    def finish(self) -> None:
        """Write what was changed, once a hand has left the form."""
        if self._is_saved:
            return
        try:
            self._save(self.table)
        except UserError as error:
            self._view.show_problem(f"{error.message} {error.hint}".strip())
            return
        self._is_saved = True
        self.table = replace(self.table, notes=())

    def add(self, window: Window = NEW_WINDOW, name: str = "") -> None:
        """Put a window below the chosen one, such as the one that is in use."""
        taken = {preset.name.casefold() for preset in self._presets}
        names = (name or "New window" if number == 1 else f"{name or 'New window'} {number}" for number in count(1))
        free = next(each for each in names if each.casefold() not in taken)
        at = self.chosen + 1 if self._presets else 0
        plain = replace(window, explanation="")
        self._change(lambda: self.table.add(self.modality, Preset(free, plain), at=at), at)

    def remove(self) -> None:
        """Take the chosen window out."""
        if self._presets:
            name = self._presets[self.chosen].name
            left = len(self._presets) - 2
            self._change(lambda: self.table.remove(self.modality, name), min(self.chosen, max(left, 0)))

    def move(self, steps: int) -> None:
        """Move the chosen window up (negative) or down."""
        to = self.chosen + steps
        if self._presets and 0 <= to < len(self._presets):
            name = self._presets[self.chosen].name
            self._change(lambda: self.table.move(self.modality, name, to), to)

    def reset(self) -> None:
        """Go back to the windows that the program came with, for this modality."""
        self._change(lambda: self.table.reset(self.modality), 0)

    @property
    def _presets(self) -> tuple[Preset, ...]:
        return self.table.of(self.modality)

    def _change(self, change: Callable[[], PresetTable], chosen: int) -> None:
        try:
            table = change()
        except ValueError as error:
            self._view.show_problem(_sentence(error))
            return
        self.table, self.chosen, self._is_saved = table, chosen, False
        self._view.show_problem("")
        self._show_all()
        self.finish()
        self.on_changed(self.table)

    def _show_all(self) -> None:
        names = tuple(dict.fromkeys((*self.table.modalities, self.modality)))
        self._view.show_modalities(names, self.modality)
        self._show_rows()
        self._view.show_form(self._form())

    def _show_rows(self) -> None:
        rows = tuple(_row_of(preset) for preset in self._presets)
        chosen = self.chosen if rows else -1
        self._view.show_rows(rows, chosen, can_reset=self.table.is_changed(self.modality))

    def _form(self) -> PresetForm | None:
        return _form_of(self._presets[self.chosen]) if self._presets else None


def _row_of(preset: Preset) -> PresetRow:
    low, high = preset.percentiles or (0, 100)
    words = voi_text(preset.window) if preset.window else f"{low:g} to {high:g} %"
    return PresetRow(
        preset.name, words, ", ".join(preset.body_parts), NEXT_FREE if preset.key is None else str(preset.key)
    )


def _form_of(preset: Preset) -> PresetForm:
    parts = ", ".join(preset.body_parts)
    if preset.window is None:
        low, high = preset.percentiles or (0, 100)
        return PresetForm(preset.name, "percentiles", f"{low:g}", f"{high:g}", "LINEAR", parts, preset.key)
    window = preset.window
    center, width = _number_text(window.center), _number_text(window.width)
    return PresetForm(preset.name, "window", center, width, window.function, parts, preset.key)


def _preset_of(form: PresetForm) -> Preset:
    first, second = _number(form.first), _number(form.second)
    parts = tuple(dict.fromkeys(part.strip().upper() for part in form.body_parts.split(",") if part.strip()))
    key = form.key if form.key in KEYS else None
    function = form.function if form.function in get_args(VoiFunction) else "LINEAR"
    name = form.name.strip()
    if form.kind == "percentiles":
        return Preset(name, percentiles=(first, second), body_parts=parts, key=key)
    return Preset(name, Window(first, second, function), body_parts=parts, key=key)


def _number(text: str) -> float:
    try:
        return float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no number" if text.strip() else "a number is missing") from None


def _number_text(value: float) -> str:
    return sensible(value) if float(value).is_integer() else repr(float(value))


def _sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."

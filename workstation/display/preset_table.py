"""The windows that a modality has by name: those that come with the program, and what the user made of them.

A file of the user's replaces the windows of the modalities that it names, in its order; all others stay as shipped,
so that new ones arrive with new versions of the program.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from workstation.display.own_file import write_json
from workstation.display.voi import is_usable, percentile_window
from workstation.errors import UserError
from workstation.model.frame import Frame, VoiFunction, Window
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.resources import resource
from workstation.settings import settings_path

VERSION = 1
KEYS = range(1, 10)
MOST_PRESETS = 100
LONGEST_NAME = 60
_RESERVED = {"auto", "automatic", "full", "full range", "file"}
_MODALITY = re.compile(r"[A-Z0-9_]{1,16}")


@dataclass(frozen=True, slots=True)
class Preset:
    """A window that is fixed, or one between two percentiles of what the frame holds.

    Parameters
    ----------
    name
        Unique in its modality, upper and lower case alike.
    window
        In modality values; None where ``percentiles`` say it.
    percentiles
        Lowest and highest, 0 to 100.
    body_parts
        Values of Body Part Examined for which it comes first.
    key
        Digit, 1 to 9, that always means this one; None takes the next free digit in the order of the list.

    Raises
    ------
    ValueError
        If the name is empty, too long or that of something else, or the window no legal one.
    """

    name: str
    window: Window | None = None
    percentiles: tuple[float, float] | None = None
    body_parts: tuple[str, ...] = ()
    key: int | None = None

    def __post_init__(self) -> None:
        if not self.name or clean(self.name).strip() != self.name or len(self.name) > LONGEST_NAME:
            raise ValueError(f"a window needs a name of 1 to {LONGEST_NAME} characters in one line")
        if self.name.casefold() in _RESERVED or re.fullmatch(r"file \d+", self.name.casefold()):
            raise ValueError(f"the name {self.name!r} stands for a window of every image")
        if (self.window is None) == (self.percentiles is None):
            raise ValueError(f"{self.name!r} needs a centre and a width, or two percentiles")
        if self.window is not None and not is_usable(self.window):
            raise ValueError(f"the width of {self.name!r} is too small, or no number")
        if self.percentiles is not None and not 0 <= self.percentiles[0] < self.percentiles[1] <= 100:
            raise ValueError(f"the percentiles of {self.name!r} have to rise, between 0 and 100")
        if self.key is not None and self.key not in KEYS:
            raise ValueError(f"the key of {self.name!r} has to be 1 to 9")

    def of(self, frame: Frame) -> Window:
        """Give the window for a frame."""
        if self.window is not None:
            return self.window
        return percentile_window(frame, *(self.percentiles or (0, 100)))


@dataclass(frozen=True)
class PresetTable:
    """Windows by modality, in their order. Every change gives a new table; `save` keeps what differs from the shipped.

    ``notes`` are sentences about a file, or parts of it, that could not be used.
    """

    shipped: Mapping[str, tuple[Preset, ...]]
    own: Mapping[str, tuple[Preset, ...]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def load(cls, path: Path | None = None) -> "PresetTable":
        """Read the user's file above the shipped one; what is wrong in it is told, and the shipped windows hold."""
        path = path or presets_path()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return shipped_presets()
        except OSError as error:
            return replace(shipped_presets(), notes=(f"{path}: the windows cannot be read: {error.strerror}.",))
        except (ValueError, RecursionError) as error:
            return replace(shipped_presets(), notes=(_useless(path, f"it is no JSON ({error})"),))
        if not isinstance(stored, dict) or not isinstance(stored.get("modalities"), dict):
            return replace(shipped_presets(), notes=(_useless(path, "it holds no windows"),))
        if stored.get("version") != VERSION:
            reason = f"its version is {stored.get('version')!r}, and this program knows {VERSION}"
            return replace(shipped_presets(), notes=(_useless(path, reason),))
        own, notes = {}, []
        for modality, rows in stored["modalities"].items():
            try:
                own[_modality(modality)] = _presets(rows)
            except ValueError as error:
                notes.append(
                    f"{path}: the windows of {clean(modality)[:16]} are not used: {error}. The shipped ones hold."
                )
        return cls(shipped_presets().shipped, MappingProxyType(own), tuple(notes))

    @property
    def modalities(self) -> tuple[str, ...]:
        """Modalities that have windows, those of the user last."""
        return tuple(dict.fromkeys((*self.shipped, *self.own)))

    def of(self, modality: str) -> tuple[Preset, ...]:
        """Give the windows of a modality in their order; none for one that has none."""
        name = modality.strip().upper()
        return self.own.get(name, self.shipped.get(name, ()))

    def is_changed(self, modality: str) -> bool:
        """Say whether the windows of a modality are not those that came with the program."""
        return modality.strip().upper() in self.own

    def add(self, modality: str, preset: Preset, *, at: int | None = None) -> "PresetTable":
        """Put in a window, at an index or at the end.

        Raises
        ------
        ValueError
            If the name is taken, or there are too many.
        """
        present = list(self.of(modality))
        present.insert(len(present) if at is None else at, preset)
        return self._with(modality, _without_key(present, preset))

    def change(self, modality: str, name: str, preset: Preset) -> "PresetTable":
        """Put a window in the place of another, also under another name; a key that it takes is free elsewhere."""
        at = self._index(modality, name)
        present = list(self.of(modality))
        present[at] = preset
        return self._with(modality, _without_key(present, preset))

    def rename(self, modality: str, name: str, new_name: str) -> "PresetTable":
        """Give a window another name."""
        preset = self.of(modality)[self._index(modality, name)]
        return self.change(modality, name, replace(preset, name=new_name))

    def remove(self, modality: str, name: str) -> "PresetTable":
        """Take a window out."""
        at = self._index(modality, name)
        present = self.of(modality)
        return self._with(modality, present[:at] + present[at + 1 :])

    def move(self, modality: str, name: str, to: int) -> "PresetTable":
        """Move a window to an index; beyond the ends it goes to the end."""
        present = list(self.of(modality))
        preset = present.pop(self._index(modality, name))
        present.insert(max(0, min(to, len(present))), preset)
        return self._with(modality, present)

    def reset(self, modality: str = "") -> "PresetTable":
        """Go back to the windows that came with the program, for a modality or for all."""
        name = modality.strip().upper()
        kept = {key: value for key, value in self.own.items() if name and key != name}
        return PresetTable(self.shipped, MappingProxyType(kept))

    def save(self, path: Path | None = None) -> None:
        """Write what differs from the shipped windows, whole or not at all; where nothing does, the file goes.

        A file that could not be used is kept beside it, under a name that ends in ``.broken.json``.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        target = path or presets_path()
        try:
            if self.notes and target.exists():
                target.replace(target.with_suffix(".broken.json"))
            if self.own:
                rows = {modality: [_row(preset) for preset in presets] for modality, presets in self.own.items()}
                write_json(target, {"version": VERSION, "modalities": rows})
            else:
                target.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                f"The windows cannot be written to {target}: {error.strerror}.",
                hint="They hold until the program ends.",
            ) from error

    def _index(self, modality: str, name: str) -> int:
        wanted = name.strip().casefold()
        found = [at for at, preset in enumerate(self.of(modality)) if preset.name.casefold() == wanted]
        if not found:
            raise ValueError(f"there is no window {name!r} for {modality}")
        return found[0]

    def _with(self, modality: str, presets: Sequence[Preset]) -> "PresetTable":
        name = _modality(modality)
        _check_together(presets)
        own = {**self.own, name: tuple(presets)}
        if own[name] == self.shipped.get(name, ()):
            del own[name]
        return PresetTable(self.shipped, MappingProxyType(own), self.notes)


def presets_path() -> Path:
    """Give the place of the user's file."""
    return settings_path().with_name("presets.json")


@cache
def shipped_presets() -> PresetTable:
    """Give the windows that come with the program."""
    stored = json.loads(resource("presets.json").read_text(encoding="utf-8"))
    shipped = {modality: _presets(rows) for modality, rows in stored["modalities"].items()}
    return PresetTable(MappingProxyType(shipped))


def _useless(path: Path, why: str) -> str:
    return f"{path} is not used: {clean(why)}. The windows that came with the program hold."


def _modality(name: object) -> str:
    if not isinstance(name, str) or not _MODALITY.fullmatch(name.strip().upper()):
        raise ValueError("a modality is written in capitals and digits, as CT")
    return name.strip().upper()


def _presets(rows: object) -> tuple[Preset, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_PRESETS:
        raise ValueError(f"they are no list of at most {MOST_PRESETS}")
    presets = tuple(_preset(row) for row in rows)
    _check_together(presets)
    return presets


def _check_together(presets: Sequence[Preset]) -> None:
    names = [preset.name.casefold() for preset in presets]
    keys = [preset.key for preset in presets if preset.key is not None]
    if len(presets) > MOST_PRESETS:
        raise ValueError(f"a modality has at most {MOST_PRESETS} windows")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"there are two windows called {twice!r}")
    if len(set(keys)) < len(keys):
        raise ValueError("two windows have the same key")


def _without_key(presets: Sequence[Preset], taker: Preset) -> list[Preset]:
    """Free a key that another window has taken."""
    taken = taker.key
    return [
        replace(each, key=None) if taken is not None and each.key == taken and each is not taker else each
        for each in presets
    ]


def _preset(row: object) -> Preset:
    if not (isinstance(row, dict) and isinstance(row.get("name"), str)):
        raise ValueError("a window is no table of values with a name")  # noqa: TRY004 - of a file, not of a caller
    window = percentiles = None
    if "percentiles" in row:
        low, high = _numbers(row["percentiles"], 2)
        percentiles = (low, high)
    else:
        center, width = _numbers([row.get("center"), row.get("width")], 2)
        function: Any = row.get("function", "LINEAR")
        if function not in get_args(VoiFunction):
            raise ValueError(f"{function!r} is no shape of a window")
        window = Window(center, width, function)
    parts, key = row.get("body_parts", []), row.get("key")
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("body_parts are no list of names")
    if key is not None and type(key) is not int:
        raise ValueError("a key is no digit")
    return Preset(row["name"], window, percentiles, tuple(parts), key)


def _numbers(values: object, count: int) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"{count} numbers are needed")
    if not all(type(value) in (int, float) for value in values):
        raise ValueError("a window needs numbers: center and width, or percentiles")
    return [float(value) for value in values]


def _row(preset: Preset) -> dict[str, object]:
    row: dict[str, object] = {"name": preset.name}
    if preset.window is not None:
        row |= {"center": preset.window.center, "width": preset.window.width}
        if preset.window.function != "LINEAR":
            row["function"] = preset.window.function
    if preset.percentiles is not None:
        row["percentiles"] = list(preset.percentiles)
    if preset.body_parts:
        row["body_parts"] = list(preset.body_parts)
    return row if preset.key is None else {**row, "key": preset.key}

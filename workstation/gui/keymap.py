"""Which key does what, and which hand: a ready set, and what a person has changed in it; kept as JSON."""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from workstation.display.own_file import write_json
from workstation.errors import UserError
from workstation.gui.canvas.bindings import DEFAULT_SET, SETS, Bindings, Button, Modifier, Tool
from workstation.gui.commands import COMMANDS, COMMANDS_BY_ID, Command
from workstation.gui.key_sets import KEY_SETS
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.settings import settings_path

VERSION = 1
MOST_KEYS = 4
RESERVED = {"Esc": "One step back", "Tab": "From part to part", "Shift+Tab": "From part to part, backwards"}
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Keymap:
    """Keys and mouse. Every change gives a new one.

    Parameters
    ----------
    set_name
        The ready set that holds where nothing was changed.
    own
        Keys that a person has given to commands, by their ids; they stand above those of the set.
    hands
        What mouse and touchpad do where a person has changed it; None takes those of the set.
    notes
        Sentences about a file that could not be used.
    """

    set_name: str = DEFAULT_SET
    own: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    hands: Bindings | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def bindings(self) -> Bindings:
        """What mouse and touchpad do."""
        return self.hands or SETS[self.set_name]

    @cached_property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of every command. What is wanted twice goes to the person's own, then to the set's, then to ours."""
        found: dict[str, tuple[str, ...]] = {}
        taken: set[str] = set()
        for layer in (self.own, KEY_SETS[self.set_name], {command.id: command.keys for command in COMMANDS}):
            for name, keys in layer.items():
                if name in COMMANDS_BY_ID and name not in found:
                    free = tuple(key for key in map(normal_key, keys) if key not in taken)
                    found[name] = free
                    taken.update(free)
        return found

    def holder(self, key: str) -> Command | None:
        """Give the command that a key belongs to."""
        return next((COMMANDS_BY_ID[name] for name, keys in self.keys.items() if key in keys), None)

    def with_keys(self, name: str, keys: tuple[str, ...]) -> "Keymap":
        """Give these keys to a command, and take them from others.

        Raises
        ------
        ValueError
            If one is no key, or always means something else.
        """
        wanted = tuple(dict.fromkeys(map(normal_key, keys)))
        for key in wanted:
            if key in RESERVED:
                raise ValueError(f"{key} always means: {RESERVED[key]}")
        others = {
            each: tuple(key for key in had if key not in wanted) for each, had in self.own.items() if each != name
        }
        return replace(self, own=MappingProxyType({**others, name: wanted}), notes=())

    def without_own(self, name: str) -> "Keymap":
        """Give a command the keys of the set again."""
        return replace(self, own=MappingProxyType({key: value for key, value in self.own.items() if key != name}))

    def with_set(self, set_name: str) -> "Keymap":
        """Take a ready set, and leave what was changed before."""
        return Keymap(set_name)

    def with_hands(self, bindings: Bindings) -> "Keymap":
        """Have mouse and touchpad do other things."""
        return replace(self, hands=None if bindings == SETS[self.set_name] else bindings)

    @classmethod
    def load(cls, path: Path | None = None) -> "Keymap":
        """Read the file; what is wrong in it is told, and our own keys hold."""
        path = path or keys_path()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return _keymap_of(stored)
        except FileNotFoundError:
            return cls()
        except OSError as error:
            return cls(notes=(f"{path}: the keys cannot be read: {error.strerror}.",))
        except (ValueError, RecursionError) as error:
            return cls(notes=(f"{path} is not used: {clean(error)}. The keys of the program hold.",))

    def save(self, path: Path | None = None) -> None:
        """Write what differs from our own, whole or not at all; where nothing does, the file goes.

        A file that could not be used is kept beside it, under a name that ends in ``.broken.json``.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        target = path or keys_path()
        try:
            if target.exists() and Keymap.load(target).notes:
                target.replace(target.with_suffix(".broken.json"))
            if self == Keymap():
                target.unlink(missing_ok=True)
            else:
                write_json(target, _as_stored(self))
        except OSError as error:
            raise UserError(
                f"The keys cannot be written to {target}: {error.strerror}.", hint="They hold until the program ends."
            ) from error


def keys_path() -> Path:
    """Give the place of the user's file."""
    return settings_path().with_name("keys.json")


def normal_key(text: str) -> str:
    """Write a key in the one way in which keys are compared and kept: ``Ctrl+Shift+A``.

    Raises
    ------
    ValueError
        If it is no key, or several one after the other.
    """
    sequence = QKeySequence(text, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1 or key_of(sequence) in (Qt.Key.Key_unknown, Qt.Key(0)):
        raise ValueError(f"{clean(text)!r} is no key")
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def key_of(sequence: QKeySequence) -> Qt.Key:
    """Give the key of a sequence of one, without those that are held with it."""
    return sequence[0].key()  # type: ignore[index, no-any-return]  # PySide6 6.11 does not say that it can be indexed


def shown_key(key: str) -> str:
    """Give a key as the system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def shown_keys(keys: tuple[str, ...]) -> str:
    """Give keys as the system writes them."""
    return ", ".join(map(shown_key, keys))


def _as_stored(keymap: Keymap) -> dict[str, object]:
    stored: dict[str, object] = {
        "version": VERSION,
        "set": keymap.set_name,
        "keys": {name: list(keys) for name, keys in keymap.own.items()},
    }
    if keymap.hands is not None:
        stored["drags"] = {
            "+".join(filter(None, (modifier, button))): tool for (button, modifier), tool in keymap.hands.drags.items()
        }
        stored["wheel"] = dict(keymap.hands.wheel)
        stored["up_raises_centre"] = keymap.hands.inverts_window
    return stored


def _keymap_of(stored: Any) -> Keymap:
    if not isinstance(stored, dict) or not isinstance(stored.get("keys", {}), dict):
        raise ValueError("it holds no keys")  # noqa: TRY004 - of a file, not of a caller
    if stored.get("version") != VERSION:
        raise ValueError(f"its version is {stored.get('version')!r}, and this program knows {VERSION}")
    if stored.get("set", DEFAULT_SET) not in SETS:
        raise ValueError(f"there is no set {stored['set']!r}")
    keymap = Keymap(stored.get("set", DEFAULT_SET))
    for name, keys in stored.get("keys", {}).items():
        if not isinstance(keys, list) or len(keys) > MOST_KEYS or not all(isinstance(key, str) for key in keys):
            raise ValueError(f"the keys of {name!r} are no list of at most {MOST_KEYS}")
        for key in keys:
            holder = next((other for other, had in keymap.own.items() if normal_key(key) in had), None)
            if holder is not None:
                raise ValueError(f"{key} is the key of {holder!r} and of {name!r}")
        keymap = keymap.with_keys(name, tuple(keys))
    return replace(keymap, hands=_bindings_of(stored)) if "drags" in stored else keymap


def _bindings_of(stored: dict[str, Any]) -> Bindings:
    drags: dict[tuple[Button, Modifier], Tool] = {}
    for name, tool in _table(stored, "drags").items():
        modifier, _, button = name.rpartition("+")
        drags[_button(button), _modifier(modifier)] = _tool(tool)
    wheel = {_modifier(name): _tool(tool) for name, tool in _table(stored, "wheel").items()}
    return Bindings(drags, wheel, stored.get("up_raises_centre") is True)


def _table(stored: dict[str, Any], name: str) -> dict[str, Any]:
    found = stored.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{name!r} is no table")  # noqa: TRY004 - of a file, not of a caller
    return found


def _button(name: str) -> Button:
    found: Button | None = next((each for each in get_args(Button) if each == name), None)
    if found is None:
        raise ValueError(f"{name!r} is no button of a mouse")
    return found


def _modifier(name: str) -> Modifier:
    found: Modifier | None = next((each for each in get_args(Modifier) if each == name), None)
    if found is None:
        raise ValueError(f"{name!r} is no key that is held")
    return found


def _tool(name: object) -> Tool:
    found: Tool | None = next((each for each in get_args(Tool) if each == name), None)
    if found is None:
        raise ValueError(f"{name!r} is nothing that a hand does")
    return found

"""What a person did, told by the terminal: keys, the mouse, what was pasted, a new size. Answers never are keys."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.terminal.device.tokens import Token

if TYPE_CHECKING:
    from workstation.terminal.device.abilities import Abilities
    from workstation.terminal.encoding.boxes import Box, Cell

Button = Literal["left", "middle", "right", "none"]
MouseKind = Literal["press", "release", "drag", "move", "wheel_up", "wheel_down"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key: the character, or a name such as ``left``, ``page_up``, ``enter``, ``escape``, ``f1``.

    A letter with Control is the small letter and ``ctrl``; Shift is told of named keys alone: a character has it.
    """

    name: str
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


@dataclass(frozen=True, slots=True)
class Mouse:
    """The mouse at a place.

    Parameters
    ----------
    kind
        ``drag`` is moved with a button down, ``move`` without one (told after ``Screen.follow_mouse`` alone).
    button
        ``none`` for wheel and move.
    column, row
        In characters from 0 at the edge of the screen, so that the whole part is the character that it is over; the
        middle of the character where the terminal doesn't tell pixels.
    """

    kind: MouseKind
    button: Button
    column: float
    row: float
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


@dataclass(frozen=True, slots=True)
class Resized:
    """The screen has another size, or came back after it was suspended: everything is to be drawn anew."""

    box: Box


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text pasted, without control characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Focused:
    """The terminal got the keys, or lost them."""

    has_focus: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The terminal answered after the decision stood (a slow line): what it can, known better now."""

    abilities: Abilities


@dataclass(frozen=True, slots=True)
class Ready:
    """The terminal has come so far in what it was sent: its answer to a request for its status (DSR 5 of ECMA-48)."""


@dataclass(frozen=True, slots=True)
class Woken:
    """``Screen.wake`` was called, once or several times."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The terminal is gone: it hung up, or its input ended."""


Event = Key | Mouse | Resized | Pasted | Focused | Told | Ready | Woken | Ended

_LETTERS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "M": "enter", "Z": "tab",
    "P": "f1", "Q": "f2", "R": "f3", "S": "f4",
}  # fmt: skip
_CONSOLE = {"[A": "f1", "[B": "f2", "[C": "f3", "[D": "f4", "[E": "f5"}
_NUMBERS = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "page_up", 6: "page_down", 7: "home", 8: "end", 11: "f1",
    12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10", 23: "f11", 24: "f12",
}  # fmt: skip
_CONTROLS = {8: "backspace", 9: "tab", 10: "enter", 13: "enter", 27: "escape", 127: "backspace"}
# The private code points that kitty's keyboard protocol gives to the keypad.
_KEYPAD = dict(zip(range(57399, 57416), "0123456789./*-+\r=", strict=True)) | dict(
    zip(
        range(57417, 57427),
        ("left", "right", "up", "down", "page_up", "page_down", "home", "end", "insert", "delete"),
        strict=True,
    )
)
_BUTTONS: tuple[Button, ...] = ("left", "middle", "right", "none")
_SGR_MOUSE = re.compile(r"<(\d{1,4});(-?\d{1,6});(-?\d{1,6})")


def event_of(token: Token, *, pixels: Cell | None = None) -> Key | Mouse | Pasted | Focused | Ready | None:
    """Give what a person did, or nothing for what only a terminal says.

    Parameters
    ----------
    token
        From ``Tokens``.
    pixels
        The room of a character where the mouse is told in pixels (mode 1016).
    """
    match token.kind:
        case "character":
            return Key(token.text)
        case "control":
            return _control(ord(token.text))
        case "alt":
            known = _control(ord(token.text)) if token.text < " " or token.text == "\x7f" else Key(token.text)
            return replace(known, alt=True)
        case "ss3":
            return Key(_LETTERS[token.text]) if token.text in _LETTERS and token.text != "Z" else None
        case "csi":
            return _sequence(token, pixels)
        case "mouse":
            code, column, row = (ord(character) - 32 for character in token.text)
            return _mouse(code, column - 0.5, row - 0.5, is_release=False)
        case "paste":
            return Pasted(clean(token.text, lines=True))
        case _:
            return None


def _control(code: int) -> Key:
    if code in _CONTROLS:
        return Key(_CONTROLS[code])
    return Key(" " if code == 0 else chr(code + (0x60 if code < 27 else 0x40)), ctrl=True)


def _sequence(token: Token, pixels: Cell | None) -> Key | Mouse | Focused | Ready | None:
    if token.parameters.startswith("<"):
        return _sgr_mouse(token, pixels)
    if token.text in _CONSOLE:
        return Key(_CONSOLE[token.text])
    if token.text in "IO" and not token.parameters:
        return Focused(token.text == "I")
    if (token.text, token.parameters) == ("n", "0"):
        return Ready()
    numbers = _numbers(token.parameters)
    if numbers is None:
        return None
    if token.text == "~" and numbers[0] == 27 and len(numbers) == 3:  # modifyOtherKeys of xterm
        return _coded(numbers[2], numbers[1])
    if token.text == "u":
        return _coded(numbers[0], numbers[1] if len(numbers) > 1 else 1)
    name = _NUMBERS.get(numbers[0]) if token.text == "~" else _LETTERS.get(token.text) if numbers[0] <= 1 else None
    if name is None:
        return None
    shift, alt, ctrl = _modifiers(numbers[1] if len(numbers) > 1 else 1)
    return Key(name, shift or token.text == "Z", alt, ctrl)


def _numbers(parameters: str) -> list[int] | None:
    """Give the numbers of a sequence that may be a key, without sub-parameters; none where it is an answer."""
    if not re.fullmatch(r"[\d;:]{0,32}", parameters):
        return None
    parts = [part.split(":") for part in parameters.split(";")]
    if any(len(part) > 1 and part[1] == "3" for part in parts[1:2]):  # a key let go
        return None
    return [int(part[0][:9]) if part[0] else 0 for part in parts]


def _modifiers(number: int) -> tuple[bool, bool, bool]:
    bits = max(number - 1, 0)
    return bool(bits & 1), bool(bits & 2), bool(bits & 4)


def _coded(code: int, modifiers: int) -> Key | None:
    """Give the key of a code point, as modifyOtherKeys and kitty's protocol tell it."""
    shift, alt, ctrl = _modifiers(modifiers)
    if code in _CONTROLS:
        return Key(_CONTROLS[code], shift, alt, ctrl)
    name = _KEYPAD.get(code) or (chr(code) if code < 0xD800 else "")
    if name == "\r":
        name = "enter"
    if not name.isprintable() or not name:
        return None
    if len(name) > 1:
        return Key(name, shift, alt, ctrl)
    return Key(name.upper() if shift and not ctrl else name.lower() if ctrl else name, alt=alt, ctrl=ctrl)


def _sgr_mouse(token: Token, pixels: Cell | None) -> Mouse | None:
    match = _SGR_MOUSE.fullmatch(token.parameters)
    if match is None or token.text not in "Mm":
        return None
    code, across, down = (int(part) for part in match.groups())
    width, height = (pixels.width_px, pixels.height_px) if pixels else (1, 1)
    return _mouse(code, (across - 0.5) / width, (down - 0.5) / height, is_release=token.text == "m")


def _mouse(code: int, column: float, row: float, *, is_release: bool) -> Mouse | None:
    shift, alt, ctrl = bool(code & 4), bool(code & 8), bool(code & 16)
    place = (max(column, 0.0), max(row, 0.0))
    if code & ~0x7F or code < 0:
        return None
    if code & 64:
        wheel: tuple[MouseKind, ...] = ("wheel_up", "wheel_down")
        return Mouse(wheel[code & 3], "none", *place, shift, alt, ctrl) if code & 3 < 2 else None
    button = _BUTTONS[code & 3]
    if code & 32:
        return Mouse("move" if button == "none" else "drag", button, *place, shift, alt, ctrl)
    if is_release or button == "none":
        return Mouse("release", button, *place, shift, alt, ctrl)
    return Mouse("press", button, *place, shift, alt, ctrl)


def without_passed_places(events: list[Event]) -> list[Event]:
    """Leave out places that the mouse has left again, where it only moved on: a slow line brings many at once."""
    kept: list[Event] = []
    for event in events:
        last = kept[-1] if kept else None
        if (
            isinstance(event, Mouse)
            and isinstance(last, Mouse)
            and event.kind in ("drag", "move")
            and (event.kind, event.button) == (last.kind, last.button)
        ):
            kept[-1] = event
        else:
            kept.append(event)
    return kept

"""What comes from a terminal cut into characters and control sequences (ECMA-48), wherever the bytes were split."""

from __future__ import annotations

import re
from typing import Literal

from workstation.quick_dataclass import dataclass

ESCAPE = 0x1B
_BELL = 0x07
# What only intermediates may hold is taken in parameters too (ghostty told of negative places): else it became keys.
_CSI = re.compile(rb"\x1b\[([\x20-\x3f]*?)([\x20-\x2f]*)([\x40-\x7e])")
_CSI_BEGUN = re.compile(rb"\x1b\[[\x20-\x3f]*")
_StringKind = Literal["DCS", "SOS", "OSC", "PM", "APC"]
_STRINGS: dict[int, _StringKind] = {0x50: "DCS", 0x58: "SOS", 0x5D: "OSC", 0x5E: "PM", 0x5F: "APC"}
_PASTE_BEGIN, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_LONGEST_SEQUENCE = 256
_LONGEST_STRING = 4096
_LONGEST_PASTE = 1 << 20
# What may stand in a control string: printable characters and the format effectors; anything else ends it.
_IN_STRING = re.compile(rb"[\x08-\x0d\x20-\x7e\x80-\xff]*")

Kind = Literal["character", "control", "alt", "csi", "ss3", "mouse", "DCS", "SOS", "OSC", "PM", "APC", "paste"]


@dataclass(frozen=True, slots=True)
class Token:
    """One thing that a terminal said.

    Parameters
    ----------
    kind
        ``character``, ``control`` (C0 and delete), ``alt`` (Escape and a character), ``csi``, ``ss3``, ``mouse`` (the
        three bytes of X10), a control string, or what was pasted.
    text
        The character, the final of a sequence after its intermediates, the content of a string, or the text pasted.
    parameters
        Of ``csi``, with the mark of private ones in front.
    """

    kind: Kind
    text: str
    parameters: str = ""

    def spelt(self) -> bytes:
        """Give the bytes of a key."""
        begin = {"alt": "\x1b", "csi": f"\x1b[{self.parameters}", "ss3": "\x1bO"}.get(self.kind, "")
        return (begin + self.text).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Taken:
    """The place after what was taken, and the token if it made one."""

    after: int
    token: Token | None = None


class Tokens:
    """The bytes so far that make no whole yet, and the rule for what follows.

    Control strings and what is pasted are bounded: what goes beyond is dropped, not what comes after. A string without
    an end is left at Escape, Ctrl-C or ``expire``, so that no answer can take the keys away for good.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._string: tuple[_StringKind, bytearray] | None = None
        self._paste: bytearray | None = None
        self._is_skipping = False

    @property
    def pending(self) -> Literal["", "escape", "sequence"]:
        """What waits for more bytes: ``escape`` may be the key (or Alt and a bracket), ``sequence`` can only go on."""
        if self._paste is None and (self._rest == b"\x1b" or (self._rest in (b"\x1b[", b"\x1bO") and not self._string)):
            return "escape"
        open_ended = self._rest or self._string is not None or self._paste is not None or self._is_skipping
        return "sequence" if open_ended else ""

    def feed(self, data: bytes) -> list[Token]:
        """Take bytes and give what is whole by now."""
        buffer = self._rest + data
        tokens: list[Token] = []
        at = 0
        while at < len(buffer):
            taken = self._next(buffer, at)
            if taken is not None:
                at = taken.after
                tokens += [taken.token] if taken.token is not None else []
            elif len(buffer) - at > _LONGEST_SEQUENCE:
                self._is_skipping = True
                at += 2
            else:
                break
        self._rest = buffer[at:]
        return tokens

    def expire(self) -> list[Token]:
        """Give up waiting for the rest: a lone Escape was the key, a sequence or string without an end is dropped."""
        rest, paste = self._rest, self._paste
        self._rest, self._string, self._paste, self._is_skipping = b"", None, None, False
        if paste is not None:
            return [_pasted(bytes(paste))]
        if rest == b"\x1b":
            return [Token("control", "\x1b")]
        if rest in (b"\x1b[", b"\x1bO"):
            return [Token("alt", chr(rest[1]))]
        return []

    def _next(self, buffer: bytes, at: int) -> _Taken | None:
        """Take the next token, or none where more bytes are needed."""
        if self._paste is not None:
            return self._in_paste(buffer, at, self._paste)
        if self._is_skipping:
            return self._skipped(buffer, at)
        if self._string is not None:
            return self._in_string(buffer, at, *self._string)
        first = buffer[at]
        if first == ESCAPE:
            return self._escaped(buffer, at)
        if first < 0x20 or first == 0x7F:
            return _Taken(at + 1, Token("control", chr(first)))
        if first < 0x80:
            return _Taken(at + 1, Token("character", chr(first)))
        return _beyond_ascii(buffer, at)

    def _escaped(self, buffer: bytes, at: int) -> _Taken | None:
        if at + 1 == len(buffer):
            return None
        second = buffer[at + 1]
        if second == 0x5B:
            return self._sequence(buffer, at)
        if second == 0x4F:
            return _single_shift(buffer, at)
        if second in _STRINGS:
            self._string = _STRINGS[second], bytearray()
            return _Taken(at + 2)
        if second == ESCAPE:
            return _Taken(at + 1, Token("control", "\x1b"))
        if second == 0x5C:  # the end of a string that was over already
            return _Taken(at + 2)
        return _Taken(at + 2, Token("alt", chr(second))) if second < 0x80 else _Taken(at + 1)

    def _sequence(self, buffer: bytes, at: int) -> _Taken | None:
        match = _CSI.match(buffer, at)
        if match is None:
            begun = _CSI_BEGUN.match(buffer, at)
            return None if begun is None or begun.end() == len(buffer) else _Taken(begun.end())
        parameters, intermediates, final = (part.decode("ascii") for part in match.groups())
        after = match.end()
        if not parameters and not intermediates and final in "M[":  # X10's mouse, and F1 to F5 of the console of Linux
            length = 3 if final == "M" else 1
            if len(buffer) < after + length:
                return None
            more = buffer[after : after + length].decode("latin-1")
            return _Taken(after + length, Token("mouse", more) if final == "M" else Token("csi", "[" + more))
        if buffer[at:after] == _PASTE_BEGIN:
            self._paste = bytearray()
            return _Taken(after)
        return _Taken(after, Token("csi", intermediates + final, parameters))

    def _in_string(self, buffer: bytes, at: int, kind: _StringKind, content: bytearray) -> _Taken | None:
        plain = _IN_STRING.match(buffer, at)
        end = plain.end() if plain else at
        content += buffer[at : min(end, at + _LONGEST_STRING - len(content))]
        if end == len(buffer):
            return _Taken(end)
        if buffer[end] == ESCAPE and end + 1 == len(buffer):
            return _Taken(end) if end > at else None
        self._string = None
        if buffer[end : end + 2] == b"\x1b\\" or buffer[end] == _BELL:
            after = end + 1 if buffer[end] == _BELL else end + 2
            return _Taken(after, Token(kind, content.decode("utf-8", "replace")))
        # Cancel and substitute end it; any other control character or sequence begins something new.
        return _Taken(end + 1 if buffer[end] in (0x18, 0x1A) else end)

    def _in_paste(self, buffer: bytes, at: int, content: bytearray) -> _Taken | None:
        end = buffer.find(_PASTE_END, at)
        until = end if end >= 0 else max(at, len(buffer) - len(_PASTE_END) + 1)
        content += buffer[at : min(until, at + _LONGEST_PASTE - len(content))]
        if end < 0:
            return _Taken(until) if until > at else None
        self._paste = None
        return _Taken(end + len(_PASTE_END), _pasted(bytes(content)))

    def _skipped(self, buffer: bytes, at: int) -> _Taken:
        for place in range(at, len(buffer)):
            if not 0x20 <= buffer[place] <= 0x3F:
                self._is_skipping = False
                return _Taken(place + (0x40 <= buffer[place] <= 0x7E))
        return _Taken(len(buffer))


def _beyond_ascii(buffer: bytes, at: int) -> _Taken | None:
    """Take a character of UTF-8; bytes that are none are dropped, and so are the controls of C1."""
    first = buffer[at]
    length = 2 if 0xC2 <= first <= 0xDF else 3 if 0xE0 <= first <= 0xEF else 4 if 0xF0 <= first <= 0xF4 else 1
    piece = buffer[at : at + length]
    broken = next((i for i, byte in enumerate(piece[1:], 1) if not 0x80 <= byte <= 0xBF), 0)
    if broken:
        return _Taken(at + broken)
    if len(piece) < length:
        return None
    character = piece.decode("utf-8", "ignore")
    return _Taken(at + length, Token("character", character) if character and character.isprintable() else None)


def _single_shift(buffer: bytes, at: int) -> _Taken | None:
    if at + 2 == len(buffer):
        return None
    third = buffer[at + 2]
    return _Taken(at + 3, Token("ss3", chr(third))) if 0x20 < third < 0x7F else _Taken(at + 2, Token("alt", "O"))


def _pasted(content: bytes) -> Token:
    return Token("paste", content.decode("utf-8", "replace"))

"""Coloured characters as bytes: colours are set where they change, and characters sent where they have changed."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Place

ColourDepth = Literal["none", "256", "24bit"]
Bytes = NDArray[np.uint8]

NEW_LINE, RESET = b"\n", b"\x1b[0m"


def padded(words: list[bytes]) -> Bytes:
    """Give words as rows of bytes, zeros after the shorter ones."""
    width = max(map(len, words))
    return np.frombuffer(b"".join(word.ljust(width, b"\0") for word in words), np.uint8).reshape(-1, width)


def text(word: bytes, count: int) -> Bytes:
    """Give the same word for each of ``count`` characters."""
    return np.broadcast_to(np.frombuffer(word, np.uint8), (count, len(word)))


NUMBERS = padded([b"%d" % number for number in range(10_000)])
"""Decimal digits of 0 to 9999."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A box of characters.

    Parameters
    ----------
    shape
        (rows, columns): which of the glyphs of the mode.
    ink, ground
        (rows, columns) uint32: the colours of the glyph and behind it, as 0xRRGGBB or as a number among 256; 0 where
        the glyph shows none of it.
    """

    shape: NDArray[np.uint8]
    ink: NDArray[np.uint32]
    ground: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a mode draws with.

    Parameters
    ----------
    signs
        (glyphs, bytes): UTF-8, zeros after the shorter ones.
    has_ink, has_ground
        (glyphs) bool: whether the glyph shows any of its own colour, and of the one behind it.
    depth
        How colours are told.
    """

    signs: Bytes
    has_ink: NDArray[np.bool_]
    has_ground: NDArray[np.bool_]
    depth: ColourDepth


class Painter:
    """Makes bytes of boxes of characters, and remembers the last one that it placed on a screen."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._glyphs = glyphs
        self._ending = b"" if glyphs.depth == "none" else RESET
        self._last: tuple[Place, Characters] | None = None

    def lines(self, characters: Characters) -> bytes:
        """Give all of a box line by line; each line starts and ends with no colour on."""
        rows, columns = characters.shape.shape
        chosen = np.arange(rows * columns)
        parts = _coloured(characters, self._glyphs, chosen, starts=chosen - chosen % columns)
        ending = np.frombuffer(self._ending + NEW_LINE, np.uint8)
        last = np.zeros((rows * columns, len(ending)), np.uint8)
        last[columns - 1 :: columns] = ending
        return _joined([*parts, last])

    def placed(self, characters: Characters, place: Place) -> bytes:
        """Give the characters that differ from those there, with the moves of the cursor between them."""
        chosen = np.flatnonzero(self._differs(characters, place))
        self._last = (place, characters)
        if not len(chosen):
            return b""
        moves = _moves(chosen, characters.shape.shape[1], place)
        parts = _coloured(characters, self._glyphs, chosen, starts=np.zeros_like(chosen))
        return _joined([moves, *parts]) + self._ending

    def forget(self) -> None:
        """Take the screen for overwritten: the next box is drawn whole."""
        self._last = None

    def _differs(self, now: Characters, place: Place) -> NDArray[np.bool_]:
        if self._last is None or self._last[0] != place or self._last[1].shape.shape != now.shape.shape:
            return np.ones(now.shape.shape, bool)
        before = self._last[1]
        return np.asarray((now.shape != before.shape) | (now.ink != before.ink) | (now.ground != before.ground))


def _moves(chosen: NDArray[np.intp], columns: int, place: Place) -> Bytes:
    """Move the cursor where a character doesn't follow the one sent before it: to the right, or to another row."""
    row, column = np.divmod(chosen, columns)
    moves = np.zeros((len(chosen), 12), np.uint8)
    gap = np.diff(chosen, prepend=-1) - 1
    jumps = np.diff(row, prepend=-1) != 0
    at = np.flatnonzero(jumps)
    moves[at, :2] = np.frombuffer(b"\x1b[", np.uint8)
    moves[at, 2:6] = NUMBERS[row[at] + place.row + 1]
    moves[at, 6] = ord(";")
    moves[at, 7:11] = NUMBERS[column[at] + place.column + 1]
    moves[at, 11] = ord("H")
    at = np.flatnonzero(~jumps & (gap > 0))
    moves[at, :2] = np.frombuffer(b"\x1b[", np.uint8)
    moves[at, 2:6] = np.where((gap[at] > 1)[:, None], NUMBERS[gap[at]], 0)
    moves[at, 6] = ord("C")
    return moves


def _coloured(
    characters: Characters, glyphs: Glyphs, chosen: NDArray[np.intp], *, starts: NDArray[np.intp]
) -> list[Bytes]:
    """Give the glyphs in order, each after the colours that it needs and that aren't on.

    ``starts`` says for each of them since which of them colours are known.
    """
    shape = characters.shape.ravel()[chosen]
    signs = glyphs.signs[shape]
    if glyphs.depth == "none":
        return [signs]
    ink, ground = characters.ink.ravel()[chosen], characters.ground.ravel()[chosen]
    sets_ink = _is_new(ink, glyphs.has_ink[shape], starts)
    sets_ground = _is_new(ground, glyphs.has_ground[shape], starts)
    some, both = sets_ink | sets_ground, sets_ink & sets_ground
    count = len(chosen)
    return [
        text(b"\x1b[", count) * some[:, None],
        _colour(b"38;", ink, glyphs.depth) * sets_ink[:, None],
        text(b";", count) * both[:, None],
        _colour(b"48;", ground, glyphs.depth) * sets_ground[:, None],
        text(b"m", count) * some[:, None],
        signs,
    ]


def _is_new(colour: NDArray[np.uint32], shows: NDArray[np.bool_], starts: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say where a colour that is shown isn't the one shown last."""
    order = np.arange(len(colour))
    last = np.maximum.accumulate(np.where(shows, order, -1))
    last = np.concatenate([[-1], last[:-1]])
    return np.asarray(shows & ((last < starts) | (colour[last] != colour)))


def _colour(kind: bytes, colour: NDArray[np.uint32], depth: ColourDepth) -> Bytes:
    count = len(colour)
    if depth == "256":
        return np.concatenate([text(kind + b"5;", count), NUMBERS[colour, :3]], axis=1)
    parts = [text(kind + b"2;", count)]
    for shift, between in ((16, b";"), (8, b";"), (0, b"")):
        parts += [NUMBERS[(colour >> shift) & 255, :3], text(between, count)]
    return np.concatenate(parts, axis=1)


def _joined(parts: list[Bytes]) -> bytes:
    """Give the bytes of all parts character by character, without the zeros that fill them up."""
    matrix = np.concatenate(parts, axis=1)
    return bytes(matrix[matrix != 0])

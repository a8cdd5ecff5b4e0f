"""A terminal that keeps pictures as the graphics protocol of Kitty says, and a screen of characters beside them."""

from __future__ import annotations

import base64
import mmap
import os
import re
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pyte
from numpy.typing import NDArray

from workstation.terminal.encoding.placeholders import MARKS, PLACEHOLDER

Picture = NDArray[np.uint8]
_COMMAND = re.compile(rb"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")
_PALETTE = {colour: number for number, colour in enumerate(pyte.graphics.FG_BG_256) if number >= 16}
LONGEST_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Placement:
    """A picture in a box of characters, with column and row of its top left; -1 where characters stand for it."""

    picture: Picture
    columns: int
    rows: int
    column: int = -1
    row: int = -1


class KittyTerminal:
    """Takes what is sent; `placements` are the pictures on it by number, `stored` all that it keeps."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.screen.set_mode(pyte.modes.LNM)
        self.stored: dict[int, Picture] = {}
        self.placements: dict[int, Placement] = {}
        self.unread: list[str] = []
        self._stream = pyte.ByteStream(self.screen)
        self._pending: tuple[dict[str, str], bytes] | None = None
        self._unnamed = 0

    def feed(self, sent: bytes) -> None:
        """Take bytes, commands and characters in their order."""
        end = 0
        for command in _COMMAND.finditer(sent):
            self._stream.feed(sent[end : command.start()])
            self._command(dict(part.split("=") for part in command[1].decode().split(",")), command[2] or b"")
            end = command.end()
        self._stream.feed(sent[end:])

    def _command(self, keys: dict[str, str], payload: bytes) -> None:
        assert len(payload) <= LONGEST_PIECE
        if keys.get("a") == "d":
            assert self._pending is None
            assert keys["d"] == "I", "the picture is freed as well"
            self.stored.pop(int(keys["i"]), None)
            self.placements.pop(int(keys["i"]), None)
            return
        if self._pending is not None:
            assert set(keys) <= {"m", "q"}, "later pieces tell nothing else"
            keys, payload = {**self._pending[0], "m": keys["m"]}, self._pending[1] + payload
        assert keys.get("q") == "2", "answers would come as keys that are pressed"
        self._pending = (keys, payload) if keys.get("m") == "1" else None
        if self._pending is None:
            self._shown(keys, _picture(keys, base64.b64decode(payload, validate=True)))

    def _shown(self, keys: dict[str, str], picture: Picture) -> None:
        assert keys["a"] == "T"
        self._unnamed -= 1
        number = int(keys.get("i", self._unnamed))
        assert number not in self.stored, "one that is shown is not drawn over, or it flickers"
        self.stored[number] = picture
        columns, rows = int(keys["c"]), int(keys["r"])
        if keys.get("U") == "1":
            self.placements[number] = Placement(picture, columns, rows)
        else:
            assert keys["C"] == "1", "the cursor stays"
            cursor = self.screen.cursor
            self.placements[number] = Placement(picture, columns, rows, cursor.x, cursor.y)

    def placeholders(self) -> dict[tuple[int, int], tuple[int, int, int]]:
        """Give which picture each (column, row) of the screen stands for, and which column and row of that."""
        found: dict[tuple[int, int], tuple[int, int, int]] = {}
        for row in range(self.screen.lines):
            for column in range(self.screen.columns):
                sign: Any = self.screen.buffer[row][column]
                if not sign.data.startswith(PLACEHOLDER):
                    continue
                marks = [MARKS.index(mark) for mark in sign.data[1:]]
                colour = _PALETTE[sign.fg]
                if marks:
                    down, right, highest = marks
                    found[column, row] = (highest << 24 | colour, right, down)
                else:
                    number, right, down = found[column - 1, row]
                    assert number & 255 == colour
                    found[column, row] = (number, right + 1, down)
        return found


def _picture(keys: dict[str, str], data: bytes) -> Picture:
    if keys.get("t") == "s":
        data = _read_and_removed(data.decode(), int(keys["S"]))
    if keys["f"] == "100":
        seen = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert seen is not None
        return np.asarray(cv2.cvtColor(seen, cv2.COLOR_BGR2RGB), np.uint8)
    assert keys["f"] == "24"
    return np.frombuffer(data, np.uint8).reshape(int(keys["v"]), int(keys["s"]), 3)


def _read_and_removed(name: str, size: int) -> bytes:
    from _posixshmem import shm_open, shm_unlink  # type: ignore[import-not-found]

    descriptor = shm_open(name, os.O_RDONLY, 0)
    assert os.fstat(descriptor).st_mode & 0o077 == 0, "nobody else reads it"
    with mmap.mmap(descriptor, size, prot=mmap.PROT_READ) as shared:
        data = shared[:]
    os.close(descriptor)
    shm_unlink(name)
    return data

"""The graphics protocol of Kitty: pictures with numbers, placed in boxes of characters, in pieces of 4 KB.

https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

import base64
import secrets

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, fitting, is_same, screen_px
from workstation.terminal.encoding.moves import below, moved
from workstation.terminal.encoding.placeholders import placeholder_rows
from workstation.terminal.encoding.png import as_png
from workstation.terminal.encoding.shared_pictures import SharedPictures
from workstation.terminal.encoding.tmux import passed

_PIECE = 4096
_LOWEST_COLOUR, _COLOURS, _HIGHEST = 16, 240, 255
"""The first sixteen colours are told in a way of their own, which tmux may choose."""


class Kitty:
    """Pictures in the graphics protocol of Kitty.

    A picture that follows another comes under another number before that one is deleted, so that nothing flickers.
    Pictures lie over the text: kitty 0.26 draws new letters on old ones, anywhere, where a picture lies under them.

    Parameters
    ----------
    shared_memory
        Whether the terminal reads from the shared memory of this machine.
    through_tmux
        Whether tmux stands between: characters stand for the picture, and what is no character is passed on.
    """

    def __init__(self, *, shared_memory: bool = False, through_tmux: bool = False) -> None:
        self._shared = SharedPictures() if shared_memory else None
        self._through_tmux = through_tmux
        self._first = secrets.randbelow(_COLOURS)
        self._highest = secrets.randbelow(_HIGHEST)
        self._count = 0
        self._stale: list[int] = []
        self._last: tuple[Place, Box, Picture, int] | None = None

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the box on the screen."""
        return screen_px(box, cell)

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:
        """Give the picture in lines of its own; it stays when others follow."""
        now = fitting(picture, box, cell)
        if not self._through_tmux:
            return below(self._sent(now, box, b""), box)
        number = self._next_number()
        rows = placeholder_rows(box.columns, box.rows, number)
        return self._sent(now, box, b"i=%d," % number) + b"".join(row + b"\n" for row in rows)

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:
        """Give the picture, and take off the one before."""
        place, now = Place(column, row), fitting(picture, box, cell)
        before = self._last
        if before is not None and before[:2] == (place, box) and is_same(before[2], now):
            return b""
        number = self._next_number()
        sent = self._sent(now, box, b"i=%d,p=1," % number)
        if self._through_tmux:
            rows = placeholder_rows(box.columns, box.rows, number)
            sent += b"".join(moved(Place(column, row + down)) + text for down, text in enumerate(rows))
        else:
            sent = moved(place) + sent
        if before is not None:
            self._stale.append(before[3])
        # tmux passes this on at once, but draws the characters that stand for the new picture later.
        kept = 1 if self._through_tmux else 0
        while len(self._stale) > kept:
            sent += self._deleted(self._stale.pop(0))
        self._last = (place, box, now.copy(), number)
        return sent

    def cleared(self) -> bytes:
        """Take off what was placed."""
        if self._shared is not None:
            self._shared.remove()
        numbers = [*self._stale, *([self._last[3]] if self._last is not None else [])]
        self._stale, self._last = [], None
        return b"".join(self._deleted(number) for number in numbers)

    def _next_number(self) -> int:
        turns, colour = divmod(self._first + self._count, _COLOURS)
        self._count += 1
        return ((self._highest + turns) % _HIGHEST + 1) << 24 | colour + _LOWEST_COLOUR

    def _sent(self, picture: Picture, box: Box, numbers: bytes) -> bytes:
        how = b"U=1" if self._through_tmux else b"C=1"
        head = b"a=T,%bq=2,c=%d,r=%d,%b" % (numbers, box.columns, box.rows, how)
        name = self._shared.put(picture) if self._shared is not None else None
        if name is None:
            return self._string(head + b",f=100", base64.b64encode(as_png(picture)))
        height, width = picture.shape[:2]
        what = b",f=24,t=s,s=%d,v=%d,S=%d" % (width, height, picture.nbytes)
        return self._string(head + what, base64.b64encode(name.encode()))

    def _deleted(self, number: int) -> bytes:
        return self._string(b"a=d,d=I,i=%d,q=2" % number, b"")

    def _string(self, head: bytes, payload: bytes) -> bytes:
        """Give a command; its payload comes in pieces, of which only the first has all of what is told."""
        pieces = [payload[start : start + _PIECE] for start in range(0, len(payload), _PIECE)]
        if len(pieces) < 2:
            parts = [head + b";" + payload if payload else head]
        else:
            heads = [head + b",m=1", *[b"q=2,m=1"] * (len(pieces) - 2), b"q=2,m=0"]
            parts = [told + b";" + piece for told, piece in zip(heads, pieces, strict=True)]
        strings = (b"\x1b_G" + part + b"\x1b\\" for part in parts)
        return b"".join(passed(each) if self._through_tmux else each for each in strings)

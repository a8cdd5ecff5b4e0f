"""The protocol of iTerm2, which other terminals understand as well: a picture file in a control string (OSC 1337)."""

from __future__ import annotations

import base64

import cv2

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, fitting, is_same, screen_px
from workstation.terminal.encoding.moves import below, moved
from workstation.terminal.encoding.png import as_png
from workstation.terminal.encoding.tmux import passed_at_cursor

_TMUX_LIMIT = 1_000_000
"""tmux drops control strings of more than a mebibyte (`INPUT_BUF_LIMIT`)."""

_JPEG_QUALITIES = (92, 80, 60, 30, 10)


class ITerm2:
    """Pictures as PNG in the control string of iTerm2; as JPEG where tmux would drop that.

    Parameters
    ----------
    through_tmux
        Whether tmux stands between.
    """

    def __init__(self, *, through_tmux: bool = False) -> None:
        self._through_tmux = through_tmux
        self._last: tuple[Place, Box, Picture] | None = None

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the box on the screen."""
        return screen_px(box, cell)

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:
        """Give the picture in lines of its own."""
        return below(self._string(fitting(picture, box, cell), box), box)

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:
        """Give the picture, if it isn't there already."""
        place, now = Place(column, row), fitting(picture, box, cell)
        before, self._last = self._last, (place, box, now.copy())
        if before is not None and before[:2] == (place, box) and is_same(before[2], now):
            return b""
        return moved(place) + self._string(now, box)

    def cleared(self) -> bytes:
        """Forget what was placed: characters written there take it off."""
        self._last = None
        return b""

    def _string(self, picture: Picture, box: Box) -> bytes:
        sent = _string(as_png(picture), box)
        if not self._through_tmux:
            return sent
        for quality in _JPEG_QUALITIES:
            if len(sent) < _TMUX_LIMIT:
                break
            how = [cv2.IMWRITE_JPEG_QUALITY, quality]
            sent = _string(cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), how)[1].tobytes(), box)
        return passed_at_cursor(sent)


def _string(file: bytes, box: Box) -> bytes:
    told = b"inline=1;size=%d;width=%d;height=%d;preserveAspectRatio=0;doNotMoveCursor=1"
    return b"\x1b]1337;File=" + told % (len(file), box.columns, box.rows) + b":" + base64.b64encode(file) + b"\x07"

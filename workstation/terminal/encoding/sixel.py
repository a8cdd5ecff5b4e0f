"""Sixel: pictures that the terminals of DEC drew, and many draw today (EK-VT3XX-TP, chapter 14)."""

from __future__ import annotations

import cv2
import numpy as np

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, resampled, screen_px
from workstation.terminal.encoding.greys import grey_of
from workstation.terminal.encoding.moves import below, moved
from workstation.terminal.encoding.sixel_bands import sixel_data
from workstation.terminal.encoding.sixel_colours import Indexed, Palette, indexed_greys
from workstation.terminal.encoding.tmux import passed_at_cursor

FEWEST_COLOURS = 2


class Sixel:
    """Pictures as Sixel data.

    Parameters
    ----------
    colours
        How many the terminal keeps (its colour registers).
    through_tmux
        Whether it goes through a tmux that doesn't know Sixel itself.
    """

    def __init__(self, *, colours: int = 256, through_tmux: bool = False) -> None:
        self._colours = max(colours, FEWEST_COLOURS)
        self._palette = Palette(self._colours)
        self._through_tmux = through_tmux
        self._last: tuple[Place, Cell, Picture] | None = None

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the box on the screen."""
        return screen_px(box, cell)

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:
        """Give the picture in lines of its own."""
        return below(self._sixel(resampled(picture, *screen_px(box, cell))), box)

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:
        """Give the part of the picture that changed, in whole characters.

        A box at the last line of the screen makes some terminals scroll: leave one below it.
        """
        place, now = Place(column, row), resampled(picture, *screen_px(box, cell))
        before = self._last
        self._last = (place, cell, now.copy())
        if before is None or before[:2] != (place, cell) or before[2].shape != now.shape or not cell.is_told:
            return moved(place) + self._sixel(now)
        part = _changed(before[2], now, cell)
        if part is None:
            return b""
        columns, rows = part
        there = Place(column + columns.start, row + rows.start)
        across = slice(columns.start * cell.width_px, columns.stop * cell.width_px)
        down = slice(rows.start * cell.height_px, rows.stop * cell.height_px)
        return moved(there) + self._sixel(np.ascontiguousarray(now[down, across]))

    def cleared(self) -> bytes:
        """Forget what was placed: characters written there take it off."""
        self._last = None
        return b""

    def _sixel(self, picture: Picture) -> bytes:
        greys = grey_of(picture)
        indexed = self._palette.indexed(picture) if greys is None else indexed_greys(greys, self._colours)
        height, width = indexed.numbers.shape
        head = b'\x1bP0;1q"1;1;%d;%d' % (width, height)
        sent = head + _definitions(indexed) + sixel_data(indexed.numbers) + b"\x1b\\"
        return passed_at_cursor(sent) if self._through_tmux else sent


def _definitions(indexed: Indexed) -> bytes:
    used = np.flatnonzero(cv2.calcHist([indexed.numbers], [0], None, [256], [0, 256]))
    return b"".join(b"#%d;2;%d;%d;%d" % (number, *indexed.percents[number]) for number in used)


def _changed(before: Picture, now: Picture, cell: Cell) -> tuple[slice, slice] | None:
    """Give the columns and rows of characters in which pictures differ, or None where they don't."""
    differs = (before != now).reshape(now.shape[0], -1)
    down = np.flatnonzero(differs.any(axis=1))
    if not len(down):
        return None
    across = np.flatnonzero(differs.any(axis=0)) // 3
    columns = slice(int(across[0]) // cell.width_px, int(across[-1]) // cell.width_px + 1)
    return columns, slice(int(down[0]) // cell.height_px, int(down[-1]) // cell.height_px + 1)

"""Sixel: pictures that the terminals of DEC drew, and many draw today (EK-VT3XX-TP, chapter 14)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, resampled, screen_px
from workstation.terminal.encoding.greys import grey_of
from workstation.terminal.encoding.moves import below, moved, moved_from_start
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
    largest_px
        Width and height of the largest picture that it takes, where it says so; larger ones come in parts.
    through_tmux
        Whether it goes through a tmux that doesn't know Sixel itself.
    """

    def __init__(
        self, *, colours: int = 256, largest_px: tuple[int, int] | None = None, through_tmux: bool = False
    ) -> None:
        self._colours = max(colours, FEWEST_COLOURS)
        self._palette = Palette(self._colours)
        self._largest_px = largest_px
        self._through_tmux = through_tmux
        self._last: tuple[Place, Cell, Picture] | None = None

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the box on the screen."""
        return screen_px(box, cell)

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:
        """Give the picture in lines of its own."""
        parts = self._parts(resampled(picture, *screen_px(box, cell)), cell)
        return below(b"".join(moved_from_start(place) + sixel for place, sixel in parts), box)

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:
        """Give the part of the picture that changed, in whole characters.

        A box at the last line of the screen makes some terminals scroll: leave one below it.
        """
        place, now = Place(column, row), resampled(picture, *screen_px(box, cell))
        before, self._last = self._last, (place, cell, now.copy())
        if before is not None and before[:2] == (place, cell) and before[2].shape == now.shape and cell.is_told:
            changed = _changed(before[2], now, cell)
            if changed is None:
                return b""
            columns, rows = changed
            place = Place(column + columns.start, row + rows.start)
            now = np.ascontiguousarray(now[_px(rows, cell.height_px), _px(columns, cell.width_px)])
        parts = self._parts(now, cell)
        return b"".join(moved(Place(place.column + at.column, place.row + at.row)) + sixel for at, sixel in parts)

    def cleared(self) -> bytes:
        """Forget what was placed: characters written there take it off."""
        self._last = None
        return b""

    def _parts(self, picture: Picture, cell: Cell) -> list[tuple[Place, bytes]]:
        """Give the picture in parts that the terminal takes, each with its place in characters."""
        greys = grey_of(picture)
        indexed = self._palette.indexed(picture) if greys is None else indexed_greys(greys, self._colours)
        height, width = indexed.numbers.shape
        columns, rows = width // cell.width_px, height // cell.height_px
        if self._largest_px is not None and cell.is_told:
            columns = max(1, min(columns, self._largest_px[0] // cell.width_px))
            rows = max(1, min(rows, self._largest_px[1] // cell.height_px))
        across, down = columns * cell.width_px, rows * cell.height_px
        return [
            (
                Place(left // cell.width_px, top // cell.height_px),
                self._sixel(indexed.numbers[top : top + down, left : left + across], indexed),
            )
            for top in range(0, height, down)
            for left in range(0, width, across)
        ]

    def _sixel(self, numbers: NDArray[np.uint8], indexed: Indexed) -> bytes:
        height, width = numbers.shape
        used = np.flatnonzero(cv2.calcHist([np.ascontiguousarray(numbers)], [0], None, [256], [0, 256]))
        defined = b"".join(b"#%d;2;%d;%d;%d" % (number, *indexed.percents[number]) for number in used)
        # 1: what isn't drawn stays as it is; it isn't painted over first
        sent = b'\x1bP0;1q"1;1;%d;%d' % (width, height) + defined + sixel_data(numbers) + b"\x1b\\"
        return passed_at_cursor(sent) if self._through_tmux else sent


def _px(characters: slice, size_px: int) -> slice:
    return slice(characters.start * size_px, characters.stop * size_px)


def _changed(before: Picture, now: Picture, cell: Cell) -> tuple[slice, slice] | None:
    """Give the columns and rows of characters in which pictures differ, or None where they don't."""
    differs = (before != now).reshape(now.shape[0], -1)
    down = np.flatnonzero(differs.any(axis=1))
    if not len(down):
        return None
    across = np.flatnonzero(differs.any(axis=0)) // 3
    columns = slice(int(across[0]) // cell.width_px, int(across[-1]) // cell.width_px + 1)
    return columns, slice(int(down[0]) // cell.height_px, int(down[-1]) // cell.height_px + 1)

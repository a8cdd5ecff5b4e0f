"""Pictures of coloured blocks: each character is two dots or four, in two colours."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, resampled, square_px
from workstation.terminal.encoding.cells import Characters, Glyphs, Painter, padded

QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Glyphs by which quarters have ink: 1 top left, 2 top right, 4 bottom left, 8 bottom right."""

_DOTS = {"half": (1, 2), "quarter": (2, 2)}
# The ways to part four dots in two, or two: those without ink at the first dot, the other half mirrors them.
_PARTS = {
    "half": np.array([[0, 0], [0, 1]], np.int32),
    "quarter": np.array([[0, 0, 0, 0], *([0, b & 1, b >> 1 & 1, b >> 2] for b in range(1, 8))], np.int32),
}
_QUARTERS_OF_DOT = {"half": (3, 12), "quarter": (1, 2, 4, 8)}

_CUBE = np.array([0, 95, 135, 175, 215, 255])
_GREYS = 8 + 10 * np.arange(24)
_VALUES = np.arange(256)
_NEAREST_IN_CUBE = np.abs(_VALUES[:, None] - _CUBE).argmin(axis=1)
_NEAREST_GREY = np.abs(_VALUES[:, None] - _GREYS).argmin(axis=1)


class Blocks:
    """Half or quarter blocks, in the 256 colours of xterm or 24 bits."""

    def __init__(self, shape: Literal["half", "quarter"], colour: Literal["256", "24bit"]) -> None:
        self._across, self._down = _DOTS[shape]
        self._parts = _PARTS[shape]
        ink = self._parts @ np.array(_QUARTERS_OF_DOT[shape], np.int32)
        self._shapes = np.asarray(ink, np.uint8)
        self._colour = colour
        patterns = np.arange(len(QUARTERS))
        signs = padded([sign.encode() for sign in QUARTERS])
        self._painter = Painter(Glyphs(signs, patterns != 0, patterns != len(QUARTERS) - 1, colour))

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the picture that has as many pixels as there are dots."""
        return square_px(box, cell, across=self._across, down=self._down)

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:  # noqa: ARG002 - blocks fill any cell
        """Give lines of blocks."""
        return self._painter.lines(self._characters(picture, box))

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:  # noqa: ARG002
        """Give the blocks that changed."""
        return self._painter.placed(self._characters(picture, box), Place(column, row))

    def cleared(self) -> bytes:
        """Forget what was placed."""
        self._painter.forget()
        return b""

    def _characters(self, picture: Picture, box: Box) -> Characters:
        dots = resampled(picture, box.columns * self._across, box.rows * self._down)
        dots = dots.reshape(box.rows, self._down, box.columns, self._across, 3).swapaxes(1, 2)
        flat = dots.reshape(box.rows * box.columns, self._down * self._across, 3).astype(np.int32)
        part, first, second = _parted(flat, self._parts)
        shape, ink, ground = _inked(self._shapes[part], second, first)
        packed = [_as_256(colour) if self._colour == "256" else _as_24_bits(colour) for colour in (ink, ground)]
        shape = np.where(packed[0] == packed[1], 0, shape)
        packed[0] = np.where(shape == 0, 0, packed[0])
        size = (box.rows, box.columns)
        return Characters(
            shape.reshape(size).astype(np.uint8), *(colour.reshape(size).astype(np.uint32) for colour in packed)
        )


def _parted(
    dots: NDArray[np.int32], parts: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.int32]]:
    """Part the dots of each character in two so that two colours, their means, differ least from them in squares.

    Parameters
    ----------
    dots
        (characters, dots, 3).
    parts
        (ways, dots): 1 where a dot belongs to the second colour.

    Returns
    -------
    tuple
        Which way, and the two colours (characters, 3), the same where a way has one part.
    """
    characters, count_of_dots = dots.shape[:2]
    # Doubles hold the sums exactly, and multiply faster than whole numbers.
    values = dots.transpose(1, 2, 0).astype(np.float64).reshape(count_of_dots, -1)
    sums = (parts @ values).reshape(len(parts), 3, characters)
    second_count = parts.sum(axis=1)
    first_count = count_of_dots - second_count
    others = values.sum(axis=0).reshape(3, characters) - sums
    # The squares that two means leave are least where the sum of their own squares is largest; in twelfths to be exact.
    explained = (others**2).sum(axis=1) * (12 // first_count)[:, None]
    explained += (sums**2).sum(axis=1) * (12 // np.maximum(second_count, 1))[:, None]
    way = explained.argmax(axis=0)
    at = np.arange(characters)
    first = _mean(others[way, :, at], first_count[way])
    second = np.where((second_count > 0)[way, None], _mean(sums[way, :, at], np.maximum(second_count, 1)[way]), first)
    return way, first, second


def _mean(sums: NDArray[np.float64], count: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.asarray(np.floor(sums / count[:, None] + 0.5), np.int32)


def _inked(
    shape: NDArray[np.uint8], ink: NDArray[np.int32], ground: NDArray[np.int32]
) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32]]:
    """Draw the brighter colour as ink: along the edges of what is shown the dark ground stays on."""
    is_darker = (ink.sum(axis=1) < ground.sum(axis=1)) & (shape != 0)
    shape = np.where(is_darker, shape ^ 15, shape)
    swapped = is_darker[:, None]
    return shape, np.where(swapped, ground, ink), np.where(swapped, ink, ground)


def _as_24_bits(colour: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.asarray(colour[:, 0] << 16 | colour[:, 1] << 8 | colour[:, 2], np.int32)


def _as_256(colour: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the nearest colour of the cube of xterm or of its greys (16 to 255); the first sixteen are the user's."""
    level = _NEAREST_IN_CUBE[colour]
    grey = _NEAREST_GREY[(2 * colour.sum(axis=1) + 3) // 6]
    by_cube = ((colour - _CUBE[level]) ** 2).sum(axis=1)
    by_grey = ((colour - _GREYS[grey][:, None]) ** 2).sum(axis=1)
    cube = 16 + level @ np.array([36, 6, 1])
    return np.asarray(np.where(by_grey < by_cube, 232 + grey, cube), np.int32)

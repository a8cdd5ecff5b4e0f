"""Pictures for terminals, and what a terminal emulator shows of them."""

from __future__ import annotations

import numpy as np
import pyte
from numpy.typing import NDArray

from workstation.terminal.encoding.blocks import QUARTERS

Picture = NDArray[np.uint8]

TEXT, BLACK = (255, 255, 255), (0, 0, 0)
"""What a terminal draws where no colour is set."""


def noise(height: int, width: int, *, seed: int = 0, is_grey: bool = False) -> Picture:
    """Give a picture of chance."""
    made = np.random.default_rng(seed).integers(0, 256, (height, width, 1 if is_grey else 3), np.uint8)
    return np.ascontiguousarray(np.broadcast_to(made, (height, width, 3)))


def slopes(height: int, width: int) -> Picture:
    """Give a picture whose colours change slowly: red to the right, green downwards, blue along both."""
    down, right = np.mgrid[0:height, 0:width]
    red, green = 255 * right / max(width - 1, 1), 255 * down / max(height - 1, 1)
    return np.stack([red, green, (red + green) / 2], axis=2).round().astype(np.uint8)


def grey_rings(height: int, width: int) -> Picture:
    """Give a grey picture with soft and hard edges, dark at its rim as most medical pictures are."""
    down, right = np.mgrid[0:height, 0:width].astype(float)
    far = np.hypot((down - height / 2) / height, (right - width / 2) / width)
    grey = np.where(far < 0.45, 128 + 127 * np.cos(40 * far), 0)
    return np.repeat(grey.round().astype(np.uint8)[:, :, None], 3, axis=2)


class Emulator:
    """A terminal of characters."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.screen.set_mode(pyte.modes.LNM)  # what the line discipline of a terminal does with a new line
        self._stream = pyte.ByteStream(self.screen)

    def feed(self, sent: bytes) -> None:
        """Take bytes as a terminal takes them."""
        self._stream.feed(sent)

    def quarters(self, *, column: int, row: int, columns: int, rows: int, letters: str = "") -> NDArray[np.uint8]:
        """Give what is seen in a box, four dots a character: (2 rows, 2 columns, 3); of ``letters`` their ground."""
        seen = np.zeros((2 * rows, 2 * columns, 3), np.uint8)
        for down in range(rows):
            for right in range(columns):
                sign = self.screen.buffer[row + down][column + right]
                ink, ground = _colour(sign.fg, TEXT), _colour(sign.bg, BLACK)
                pattern = 0 if sign.data in tuple(letters) else QUARTERS.index(sign.data)
                for bit in range(4):
                    at = 2 * down + bit // 2, 2 * right + bit % 2
                    seen[at] = ink if pattern >> bit & 1 else ground
        return seen


def _colour(name: str, otherwise: tuple[int, int, int]) -> tuple[int, int, int]:
    if name == "default":
        return otherwise
    return int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)


def area_means(picture: Picture, rows: int, columns: int) -> NDArray[np.float64]:
    """Give the mean of the area of each dot of a grid: (rows, columns, 3); by sums and nothing else."""
    down, right = _shares(rows, picture.shape[0]), _shares(columns, picture.shape[1])
    return np.asarray(np.einsum("ry,yxc,qx->rqc", down, picture.astype(float), right))


def _shares(parts: int, length: int) -> NDArray[np.float64]:
    """Give how much of each part of a line is each of its pixels: (parts, length)."""
    edges = np.linspace(0, length, parts + 1)
    pixel = np.arange(length)
    inside = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    return np.asarray(np.clip(inside, 0, None) * parts / length)

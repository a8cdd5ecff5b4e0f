"""Where a picture goes in a terminal: characters, their size in pixels, and pictures brought to the dots of a mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:  # boxes are known before numpy is loaded: the terminal is asked first
    import numpy as np
    from numpy.typing import NDArray

Picture: TypeAlias = "NDArray[np.uint8]"
"""(height, width, 3) of red, green, blue: square pixels, in the shape of the box that they fill."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The room of one character, in pixels of the screen.

    Parameters
    ----------
    width_px, height_px
        10 by 20 where the terminal does not say.
    is_told
        Whether the terminal said so.
    """

    width_px: int = 10
    height_px: int = 20
    is_told: bool = False

    def __post_init__(self) -> None:
        if self.width_px < 1 or self.height_px < 1:
            raise ValueError(f"a character of {self.width_px}x{self.height_px} pixels")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of characters."""

    columns: int
    rows: int

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1:
            raise ValueError(f"a box of {self.columns}x{self.rows} characters")


@dataclass(frozen=True, slots=True)
class Place:
    """The character at the top left of a box on the screen, from 0."""

    column: int
    row: int


def screen_px(box: Box, cell: Cell) -> tuple[int, int]:
    """Give the width and height of a box in pixels of the screen."""
    return box.columns * cell.width_px, box.rows * cell.height_px


def square_px(box: Box, cell: Cell, *, across: int, down: int) -> tuple[int, int]:
    """Give the size of the smallest picture of square pixels in the shape of a box that has all that its dots can show.

    Parameters
    ----------
    box, cell
        The box, and the room of a character.
    across, down
        Dots of a character; they need not be square.

    Returns
    -------
    tuple[int, int]
        Width and height in pixels, each at least the number of dots.
    """
    side = min(cell.width_px / across, cell.height_px / down)
    width_px, height_px = screen_px(box, cell)
    return max(round(width_px / side), box.columns * across), max(round(height_px / side), box.rows * down)


def resampled(picture: Picture, width: int, height: int) -> Picture:
    """Bring a picture to a number of dots: the mean of the area of each dot, or between pixels where there are fewer.

    Raises
    ------
    ValueError
        If it isn't a picture of eight bits with three colours and at least one pixel.
    """
    import cv2
    import numpy as np

    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(f"not a picture of red, green and blue: {picture.dtype} {picture.shape}")
    picture = np.ascontiguousarray(picture)
    for size in ((width, picture.shape[0]), (width, height)):  # one axis after the other: each shrinks or grows
        if picture.shape[:2] != size[::-1]:
            shrinks = size[0] <= picture.shape[1] and size[1] <= picture.shape[0]
            how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            picture = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
    return picture


def fitting(picture: Picture, box: Box, cell: Cell) -> Picture:
    """Bring a picture to the size of its box if it is larger; the terminal enlarges smaller ones."""
    width, height = screen_px(box, cell)
    return resampled(picture, min(width, picture.shape[1]), min(height, picture.shape[0]))


def is_same(before: Picture, now: Picture) -> bool:
    """Say whether two pictures are equal."""
    return before.shape == now.shape and bool((before == now).all())

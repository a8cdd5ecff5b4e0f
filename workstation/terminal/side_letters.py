"""The letters of the left and right side beside a picture that is too coarse to have any in it, close to the image."""

import math
from dataclasses import dataclass

import numpy as np

from workstation.display.view import Size, View
from workstation.model.frame import Frame
from workstation.terminal.session import Area

LONGEST = 2
"""Letters of a side; more would not fit beside a picture that fills its room."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter and where it stands, in characters from 0."""

    row: int
    column: int
    text: str


def beside(area: Area, frame: Frame, view: View, size_px: Size, sides: tuple[str, str]) -> tuple[Placed, ...]:
    """Place the letters of the left and the right side.

    Parameters
    ----------
    area
        Of the picture; it has `LONGEST` characters of room at both sides.
    frame, view, size_px
        What is seen, how, and the size that it was drawn in.
    sides
        The letters; empty for none.
    """
    rows, columns = frame.pixels.shape[:2]
    corners = [(x, y, 1) for x in (-0.5, columns - 0.5) for y in (-0.5, rows - 0.5)]
    across = ((view.image_to_screen(frame, size_px) @ np.array(corners).T)[0] + 0.5) / size_px[0] * area.columns
    left, right = (each[:LONGEST] for each in sides)
    first = max(area.column + math.floor(float(across.min()) + 1e-6) - 1 - len(left), area.column - LONGEST)
    last = min(
        area.column + math.ceil(float(across.max()) - 1e-6) + 1, area.column + area.columns + LONGEST - len(right)
    )
    row = area.row + area.rows // 2
    return tuple(each for each in (Placed(row, first, left), Placed(row, last, right)) if each.text)


def written(letters: tuple[Placed, ...], style: str) -> bytes:
    """Give the bytes that write letters, after the picture, whose characters they may stand on."""
    return b"".join(
        f"\x1b[{each.row + 1};{each.column + 1}H\x1b[0;{style}m{each.text}\x1b[0m".encode() for each in letters
    )


def taken_off(letters: tuple[Placed, ...], style: str) -> bytes:
    """Give the bytes that take letters off, before the picture, which knows nothing of them."""
    return written(tuple(Placed(each.row, each.column, " " * len(each.text)) for each in letters), style)

"""A dose over the picture of a frame: a wash of colours, isodose lines crisp at any zoom, and what they stand for."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.display.ink import Ink, Pen, Sheet, text_width
from workstation.display.segments import AreaOnScreen, Look, Picture, area_on_screen, is_screen_canvas, strokes
from workstation.display.view import Point, Size, View
from workstation.model.dose import Dose, DoseLevel
from workstation.model.frame import Frame

SMALLEST_FOR_LEGEND_PX = 300
_COLOUR_STEPS = 4096
_LEGEND_TOP, _LEGEND_LEFT_PX, _LETTERS_PX, _WEIGHT = 0.54, 10, 12, 500
_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
# Which sides of a cell of four values a line joins; the bits are, from the highest: top left, top right, bottom right,
# bottom left at or above the level.
_JOINED: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_LEFT, _BOTTOM),),
    2: ((_BOTTOM, _RIGHT),),
    3: ((_LEFT, _RIGHT),),
    4: ((_TOP, _RIGHT),),
    5: ((_LEFT, _TOP), (_BOTTOM, _RIGHT)),
    6: ((_TOP, _BOTTOM),),
    7: ((_LEFT, _TOP),),
    8: ((_LEFT, _TOP),),
    9: ((_TOP, _BOTTOM),),
    10: ((_TOP, _RIGHT), (_LEFT, _BOTTOM)),
    11: ((_TOP, _RIGHT),),
    12: ((_LEFT, _RIGHT),),
    13: ((_BOTTOM, _RIGHT),),
    14: ((_LEFT, _BOTTOM),),
}


class DoseLayer:
    """The dose of one frame, drawn again and again: what does not depend on the view is done once.

    Parameters
    ----------
    dose
        What it is, with its levels.
    values
        (rows, columns) on the grid of the frame, in the unit of the dose; NaN where there is none.
    """

    def __init__(self, dose: Dose, values: NDArray[np.float32]) -> None:
        self.dose, self.values = dose, values
        self._filled = np.nan_to_num(values, nan=0.0)
        self._lines: dict[int, NDArray[np.float64]] = {}
        self._wash: tuple[object, NDArray[np.uint8], tuple[int, int]] | None = None
        self._area: tuple[object, NDArray[np.uint8], AreaOnScreen | None] | None = None

    def put_over(self, canvas: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> None:
        """Draw into a picture of red, green, blue, or a canvas of blue, green, red and 255, as screens have them.

        Parameters
        ----------
        looks
            By number of the level; one without is not drawn, and the wash begins at the lowest that is.
        """
        shown = tuple(
            (level, look)
            for level in self.dose.levels
            if (look := looks.get(level.number)) is not None and look.is_shown
        )
        if not shown:
            return
        self._lay(canvas, frame, view, size_px, shown)
        lined = [(level, look) for level, look in shown if look.outline_px > 0]
        pieces = [self._line(level) for level, _look in lined]
        if any(len(each) for each in pieces):
            strokes(canvas, pieces, [look for _level, look in lined], view.image_to_screen(frame, size_px))
        if min(size_px) >= SMALLEST_FOR_LEGEND_PX:
            _legend(self.dose, size_px, shown).put_over(canvas)

    def reading(self, point_px: Point, looks: Mapping[int, Look]) -> str:
        """Give the dose at the centre of the pixel under a point (column, row); empty where none is there or shown."""
        if not any(look.is_shown for look in looks.values()):
            return ""
        column, row = (int(np.floor(each + 0.5)) for each in point_px)
        rows, columns = self.values.shape
        if not (0 <= row < rows and 0 <= column < columns) or np.isnan(self.values[row, column]):
            return ""
        return f"dose {self.dose.text(float(self.values[row, column]))}"

    def _line(self, level: DoseLevel) -> NDArray[np.float64]:
        if level.number not in self._lines:
            self._lines[level.number] = contour_lines(self._filled, level.dose)
        return self._lines[level.number]

    def _lay(
        self, canvas: Picture, frame: Frame, view: View, size_px: Size, shown: tuple[tuple[DoseLevel, Look], ...]
    ) -> None:
        if self._wash is None or self._wash[0] != shown:
            self._wash = (shown, *wash(self._filled, shown))
        _, tint, corner = self._wash
        if not tint.size:
            return
        plain = replace(view, voi=None, inverted=False, colours="", presentation=None)
        is_screen = is_screen_canvas(canvas)
        key = (id(tint), plain, size_px, is_screen)
        if self._area is None or self._area[0] != key:
            self._area = key, tint, area_on_screen(tint, corner, frame, view, size_px, is_screen=is_screen)
        if self._area[2] is not None:
            self._area[2].put_over(canvas)


def contour_lines(values: NDArray[np.floating], level: float) -> NDArray[np.float64]:
    """Give the line at which values pass a level, straight within each cell between four of them.

    Parameters
    ----------
    values
        (rows, columns).

    Returns
    -------
    ndarray
        (n, 2, 2): the two ends of each piece as (column, row).
    """
    corners = values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]
    inside = (values >= level).view(np.uint8)
    code = inside[:-1, :-1] << 3 | inside[:-1, 1:] << 2 | inside[1:, 1:] << 1 | inside[1:, :-1]
    rows, columns = np.nonzero((code > 0) & (code < 15))
    if not len(rows):
        return np.empty((0, 2, 2))
    a, b, c, d = (each[rows, columns].astype(np.float64) for each in corners)
    sides = np.stack(
        [
            np.stack([columns + _share(a, b, level), rows], axis=-1),
            np.stack([columns + 1, rows + _share(b, c, level)], axis=-1),
            np.stack([columns + _share(d, c, level), rows + 1], axis=-1),
            np.stack([columns, rows + _share(a, d, level)], axis=-1),
        ]
    ).astype(np.float64)
    of_cell = code[rows, columns]
    pieces = [
        sides[list(pair)][:, of_cell == case].transpose(1, 0, 2) for case, pairs in _JOINED.items() for pair in pairs
    ]
    return np.concatenate(pieces)


def _share(one: NDArray[np.float64], other: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    step = other - one
    return np.clip(np.divide(level - one, step, out=np.full_like(one, 0.5), where=step != 0), 0, 1)


def wash(
    values: NDArray[np.float32], shown: tuple[tuple[DoseLevel, Look], ...]
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Give colours (rows, columns, 4), multiplied with their opacity, of a dose, and the corner they begin at.

    Between two levels the colours run over into each other; below the lowest there are none.
    """
    levels = sorted(shown, key=lambda each: each[0].dose)
    doses = [level.dose for level, _look in levels]
    there = values >= doses[0]
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows) or not any(look.opacity for _level, look in levels):
        return np.zeros((0, 0, 4), np.uint8), (0, 0)
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    part, inside = values[box], there[box]
    # A table of colours for so many steps of the dose: looking up costs a tenth of computing them pixel by pixel.
    steps = np.linspace(0.0, max(float(part.max()), doses[-1]), _COLOUR_STEPS)
    alpha = np.interp(steps, doses, [min(max(look.opacity, 0.0), 1.0) for _level, look in levels])
    colours = [np.interp(steps, doses, [look.colour[at] for _level, look in levels]) * alpha for at in range(3)]
    table = np.rint(np.stack([*colours, 255 * alpha], axis=-1)).astype(np.uint8).view(np.uint32)[:, 0]
    tint = table.take((part * np.float32((_COLOUR_STEPS - 1) / steps[-1])).astype(np.intp)) * inside
    return tint.view(np.uint8).reshape(*part.shape, 4), (int(columns[0]), int(rows[0]))


@lru_cache(maxsize=8)
def _legend(dose: Dose, size_px: Size, shown: tuple[tuple[DoseLevel, Look], ...]) -> Ink:
    """Write the levels at the left edge, below the letter of the side."""
    sheet = Sheet(*size_px)
    letters = max(_LETTERS_PX, min(size_px) // 60)
    step = round(letters * 1.35)
    kind = dose.kind or "dose"
    title = f"{kind[:1].upper()}{kind[1:]}, 100 % is {dose.text(dose.greatest)}"
    lines = [(title, (230, 231, 232)), *((level.name, look.colour) for level, look in shown)]
    left, top = _LEGEND_LEFT_PX, round(size_px[1] * _LEGEND_TOP)
    for number, (words, colour) in enumerate(lines):
        base = top + number * step + letters
        if base > size_px[1] or text_width(words, size_px=letters, weight=_WEIGHT, italic=False) > size_px[0] // 2:
            continue
        sheet.text(words, (left, base), Pen(colour), size_px=letters, weight=_WEIGHT, italic=False)
    return sheet.ink()

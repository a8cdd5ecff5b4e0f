"""Curves, histograms and trends as pictures: axes with round numbers or dates, units, title and legend, light or dark.

Words may be of any script that OpenCV's fonts have: Latin, Greek, Cyrillic, Hebrew, Arabic (letters unjoined), Chinese,
Japanese and Korean.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from workstation.documents.axes import Axis, date_axis, number_axis
from workstation.documents.plot_ink import DARK, LIGHT, Ink, Point
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

TEXT_PX, SMALL_PX = 19, 15
MARGIN_PX, LINE_PX = 16, 24
TICK_PX = 5
MOST_NAMES = 12
MOST_PLOTS = 60
WIDTH_PX, HEIGHT_PX = 960, 600
_BESIDE = 0.02
"""Share of its width that is free on either side of a histogram."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot.

    Parameters
    ----------
    x, y
        Its points; where ``is_steps``, ``x`` are the edges of bins, one more than ``y``. The line is broken where ``y``
        is no finite number. Of dates, ``x`` are days as `datetime.date.toordinal` counts them.
    name
        In the legend.
    spread
        Half the height of a band around each point; empty where there is none.
    has_marks
        Whether each point is marked, as is right for few.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    name: str = ""
    is_steps: bool = False
    spread: tuple[float, ...] = ()
    has_marks: bool = False

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y) + self.is_steps or not self.y:
            raise ValueError(f"{len(self.x)} places for {len(self.y)} values")
        if self.spread and len(self.spread) != len(self.y):
            raise ValueError(f"{len(self.spread)} bands for {len(self.y)} values")
        if not np.isfinite(self.x).all():
            raise ValueError("a place is no finite number")


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines in one pair of axes; ``note`` stands below, in small letters."""

    title: str
    lines: tuple[Line, ...]
    x_words: str
    y_words: str
    note: str = ""
    are_dates: bool = False


def plot_picture(
    plots: Sequence[Plot], *, size_px: tuple[int, int] = (WIDTH_PX, HEIGHT_PX), is_dark: bool = False
) -> NDArray[np.uint8]:
    """Draw plots: one fills the picture, several stand below each other, in two columns from four on.

    Parameters
    ----------
    plots
        One at least, `MOST_PLOTS` at most.
    size_px
        Width and height of each.
    is_dark
        Light lines on a dark ground.

    Returns
    -------
    numpy.ndarray
        (height, width, 3) of red, green, blue.
    """
    if not 1 <= len(plots) <= MOST_PLOTS:
        raise ValueError(f"{len(plots)} plots")
    width, height = size_px
    columns = 2 if len(plots) > 3 else 1
    rows = -(-len(plots) // columns)
    tints = DARK if is_dark else LIGHT
    sheet = np.full((rows * height, columns * width, 3), tints.ground, np.uint8)
    for number, plot in enumerate(plots):
        row, column = divmod(number, columns)
        ink = Ink(np.full((height, width, 3), tints.ground, np.uint8), tints)
        _Drawing(ink, plot).draw()
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = ink.sheet
    return sheet


class _Drawing:
    """One plot on its part of the sheet."""

    def __init__(self, ink: Ink, plot: Plot) -> None:
        self.ink, self.plot = ink, plot
        self.names = self._names()
        make = date_axis if plot.are_dates else number_axis
        is_counted = all(each.is_steps for each in plot.lines)
        low, high = _reach(value for each in plot.lines for value in each.x)
        room = (high - low) * _BESIDE if is_counted else 0.0
        self.across: Axis = make(low - room, high + room)
        low, high = _reach(_heights(plot.lines))
        self.up: Axis = number_axis(min(low, 0.0) if is_counted else low, high, is_widened=True, is_counted=is_counted)
        height, width = ink.sheet.shape[:2]
        self.top = MARGIN_PX + 3 * LINE_PX + len(self.names) * LINE_PX
        self.bottom = height - MARGIN_PX - (3 if plot.note else 2) * LINE_PX
        widest = max(ink.width(each.text, SMALL_PX) for each in self.up.ticks)
        self.left, self.right = MARGIN_PX + widest + 2 * TICK_PX, width - 2 * MARGIN_PX

    def draw(self) -> None:
        """Draw it, the axes below the lines."""
        ink, plot, tints = self.ink, self.plot, self.ink.tints
        room = self.right - MARGIN_PX
        ink.text(clean(plot.title), (MARGIN_PX, MARGIN_PX + TEXT_PX), TEXT_PX, tints.words, room=room)
        self._axes()
        ink.box((self.left, self.top), (self.right, self.bottom), tints.axis)
        for number, line in enumerate(plot.lines):
            colour = tints.lines[number % len(tints.lines)]
            if line.is_steps:
                self._steps(line, colour, is_filled=len(plot.lines) == 1)
            else:
                self._curve(line, colour)
        self._legend()
        ink.text(clean(plot.y_words), (MARGIN_PX, self.top - LINE_PX // 2 - 3), SMALL_PX, tints.words, room=room)
        below = self.bottom + 2 * LINE_PX - 6
        ink.text(clean(plot.x_words), ((self.left + self.right) / 2, below), SMALL_PX, tints.words, "middle", room)
        if plot.note:
            ink.text(clean(plot.note), (MARGIN_PX, below + LINE_PX), SMALL_PX, tints.quiet, room=room)

    def _at(self, x: float, y: float) -> Point:
        across = self.left + self.across.share(x) * (self.right - self.left)
        return across, self.bottom - self.up.share(y) * (self.bottom - self.top)

    def _axes(self) -> None:
        tints = self.ink.tints
        last = float("-inf")
        for tick in self.across.ticks:
            x = self._at(tick.at, 0.0)[0]
            self.ink.line([(x, self.top), (x, self.bottom + TICK_PX)], tints.grid, 1)
            half = self.ink.width(tick.text, SMALL_PX) / 2
            if x - half > last + 8:
                middle = min(x, self.ink.sheet.shape[1] - half - 2)
                self.ink.text(tick.text, (middle, self.bottom + LINE_PX - 3), SMALL_PX, tints.quiet, "middle")
                last = x + half
        for tick in self.up.ticks:
            y = self._at(self.across.low, tick.at)[1]
            self.ink.line([(self.left - TICK_PX, y), (self.right, y)], tints.grid, 1)
            self.ink.text(tick.text, (self.left - 2 * TICK_PX, y + 5), SMALL_PX, tints.quiet, "end")

    def _curve(self, line: Line, colour: tuple[int, int, int]) -> None:
        points = [self._at(x, y) if np.isfinite(y) else None for x, y in zip(line.x, line.y, strict=True)]
        if line.spread:
            for piece in _pieces(list(zip(line.x, line.y, line.spread, strict=True))):
                above = [self._at(x, y + half) for x, y, half in piece]
                under = [self._at(x, y - half) for x, y, half in reversed(piece)]
                self.ink.area(above + under, colour, 0.22)
        for is_there, run in groupby(points, lambda each: each is not None):
            if is_there:
                self.ink.line([each for each in run if each is not None], colour, 2)
        if line.has_marks:
            for each in points:
                if each is not None:
                    self.ink.mark(each, colour)

    def _steps(self, line: Line, colour: tuple[int, int, int], *, is_filled: bool) -> None:
        corners = [self._at(line.x[0], 0.0)]
        for at, y in enumerate(line.y):
            height = y if np.isfinite(y) else 0.0
            corners += [self._at(line.x[at], height), self._at(line.x[at + 1], height)]
        corners.append(self._at(line.x[-1], 0.0))
        if is_filled:
            self.ink.area(corners, colour, 0.3)
        self.ink.line(corners, colour, 2)

    def _names(self) -> list[list[tuple[int, str]]]:
        """Give the rows of the legend: which line, and its name."""
        lines = self.plot.lines
        if len(lines) < 2 and not any(each.spread for each in lines):
            return []
        room = self.ink.sheet.shape[1] - 2 * MARGIN_PX
        rows: list[list[tuple[int, str]]] = [[]]
        used = 0
        for number, line in enumerate(lines[:MOST_NAMES]):
            name = self.ink.fitting(clean(line.name) or f"{number + 1}", SMALL_PX, room // 3)
            wide = self.ink.width(name, SMALL_PX) + 50
            if used and used + wide > room:
                rows.append([])
                used = 0
            rows[-1].append((number, name))
            used += wide
        if len(lines) > MOST_NAMES:
            rows.append([(-1, f"and {len(lines) - MOST_NAMES} more")])
        return rows

    def _legend(self) -> None:
        tints = self.ink.tints
        for down, row in enumerate(self.names):
            x, y = float(MARGIN_PX), MARGIN_PX + TEXT_PX + 3 + (down + 1) * LINE_PX
            for number, name in row:
                if number >= 0:
                    colour = tints.lines[number % len(tints.lines)]
                    self.ink.line([(x, y - 5), (x + 22, y - 5)], colour, 3)
                    x += 28
                self.ink.text(name, (x, y), SMALL_PX, tints.words)
                x += self.ink.width(name, SMALL_PX) + 22


def _heights(lines: Sequence[Line]) -> Iterator[float]:
    for line in lines:
        yield from line.y
        for y, half in zip(line.y, line.spread, strict=False):
            yield from (y - half, y + half)


def _pieces(points: list[tuple[float, float, float]]) -> Iterator[list[tuple[float, float, float]]]:
    for is_there, run in groupby(points, lambda each: bool(np.isfinite(each).all())):
        if is_there:
            yield list(run)


def _reach(values: Iterator[float]) -> tuple[float, float]:
    """Give lowest and highest of what is finite; 0 and 1 where nothing is."""
    finite = [each for each in values if np.isfinite(each)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)

"""Waveforms drawn on paper with its grid, at 25 mm/s and 10 mm/mV or any other speed and gain, without a screen."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.waveform_page import (
    FOOT_MM,
    MARGIN_MM,
    Arrangement,
    Page,
    Scale,
    Trace,
    filters_text,
    page_of,
    scale_of,
)
from workstation.model.segmentation import Rgb
from workstation.model.waveforms import WaveformGroup
from workstation.model.writing_direction import visual_order
from workstation.quick_dataclass import dataclass

Picture = NDArray[np.uint8]
SMALLEST_FINE_PX = 3.0
"""Lines of the grid for each millimetre are drawn from this many pixels a millimetre on."""
_SHIFT = 4
_FAR_PX = 1 << 20


@dataclass(frozen=True, slots=True)
class Paper:
    """Colours of the paper."""

    ground: Rgb
    fine: Rgb
    bold: Rgb
    ink: Rgb
    words: Rgb


PINK = Paper((255, 250, 248), (250, 222, 218), (240, 178, 170), (20, 20, 24), (70, 60, 60))
DARK = Paper((12, 14, 16), (30, 34, 38), (56, 62, 68), (120, 225, 140), (190, 196, 200))


@dataclass(frozen=True, slots=True)
class WaveformView:
    """How a waveform is looked at.

    Parameters
    ----------
    px_per_mm
        Pixels a millimetre of paper; that of the monitor where the size is to be true.
    speed_mm_s, gain_mm_mv
        Speed of the paper and height of a millivolt.
    left_mm, top_mm
        Point of the page at the top left of the picture.
    arrangement
        See `workstation.display.waveform_page.page_of`.
    paper
        Colours.
    """

    px_per_mm: float = 4.0
    speed_mm_s: float = 25.0
    gain_mm_mv: float = 10.0
    left_mm: float = 0.0
    top_mm: float = 0.0
    arrangement: Arrangement = "stacked"
    paper: Paper = PINK


class WaveformRenderer:
    """Pictures of one group, one after the other: scales and pages are made once."""

    def __init__(self, group: WaveformGroup) -> None:
        self.group = group
        self._pages: dict[tuple[Arrangement, float], Page] = {}
        self._scales: dict[tuple[int, float, float], Scale] = {}

    def page(self, view: WaveformView) -> Page:
        """Give the page that a view shows a part of."""
        key = view.arrangement, view.speed_mm_s
        if key not in self._pages:
            self._pages[key] = page_of(self.group, *key)
        return self._pages[key]

    def scale(self, at: int, view: WaveformView) -> Scale:
        """Say how high a channel is drawn."""
        key = at, view.gain_mm_mv, self.page(view).row_mm
        if key not in self._scales:
            self._scales[key] = scale_of(self.group, at, gain_mm_mv=view.gain_mm_mv, row_mm=key[2])
        return self._scales[key]

    def picture(self, view: WaveformView, size_px: tuple[int, int]) -> Picture:
        """Give the part of the page that a view shows.

        Parameters
        ----------
        view
            What is shown of it, and how.
        size_px
            Width and height.

        Returns
        -------
        numpy.ndarray
            (height, width, 3) of red, green, blue.
        """
        width, height = size_px
        picture = np.empty((height, width, 3), np.uint8)
        picture[:] = view.paper.ground
        page = self.page(view)
        _grid(picture, view)
        sheet = _Sheet(picture, view)
        for trace in page.traces:
            length_mm = (trace.stop_s - trace.start_s) * view.speed_mm_s
            if sheet.x(trace.x_mm + length_mm) >= 0 and sheet.x(trace.x_mm) <= width:
                scale = self.scale(trace.at, view)
                self._trace(sheet, trace, scale)
                said = f"{trace.label}  {scale.note}" if scale.note else trace.label
                sheet.words(said, trace.x_mm + 1, trace.y_mm - page.row_mm * 0.36)
        self._calibration(sheet, page)
        self._foot(sheet, page)
        return picture

    def _trace(self, sheet: "_Sheet", trace: Trace, scale: Scale) -> None:
        view, group = sheet.view, self.group
        frequency = group.frequency_hz
        if frequency <= 0:
            return
        skew = group.channels[trace.at].skew_s
        shown_from = trace.start_s + (view.left_mm - trace.x_mm) / view.speed_mm_s
        shown_to = shown_from + sheet.picture.shape[1] / view.px_per_mm / view.speed_mm_s
        start = max(0, int((max(trace.start_s, shown_from) - skew) * frequency) - 1)
        stop = min(len(group.samples), int((min(trace.stop_s, shown_to) - skew) * frequency) + 2)
        values = group.values(trace.at, start, max(start, stop))
        seconds = (np.arange(start, start + len(values)) / frequency) + skew - trace.start_s
        x = (trace.x_mm + seconds * view.speed_mm_s - view.left_mm) * view.px_per_mm
        y = (trace.y_mm - (values - scale.zero) * scale.mm_per_unit - view.top_mm) * view.px_per_mm
        for points in _pieces(*_thinned(x, y)):
            sheet.line(points)

    def _calibration(self, sheet: "_Sheet", page: Page) -> None:
        """Draw the pulse of a millivolt before each row of voltages."""
        view = sheet.view
        for y_mm in page.rows_mm:
            at = next((trace.at for trace in page.traces if trace.y_mm == y_mm), None)
            if at is None or self.scale(at, view).note.startswith("1 cm"):
                continue
            x_mm = MARGIN_MM - 9 + np.array([0, 1.5, 1.5, 6.5, 6.5, 8])
            height_mm = view.gain_mm_mv * np.array([0, 0, 1, 1, 0, 0])
            sheet.line(np.column_stack([sheet.x(x_mm), sheet.y(y_mm - height_mm)]))

    def _foot(self, sheet: "_Sheet", page: Page) -> None:
        view = sheet.view
        said = [f"{view.speed_mm_s:g} mm/s", f"{view.gain_mm_mv:g} mm/mV", filters_text(self.group), self.group.label]
        left = max(view.left_mm + 2, MARGIN_MM)
        sheet.words("   ".join(filter(None, said)), left, page.height_mm - FOOT_MM * 0.4)


class _Sheet:
    """The picture with its millimetres."""

    def __init__(self, picture: Picture, view: WaveformView) -> None:
        self.picture, self.view = picture, view
        self._text_px = max(10, round(view.px_per_mm * 3))

    def x(self, x_mm: Any) -> Any:
        """Give screen points for points of the page, along it."""
        return (x_mm - self.view.left_mm) * self.view.px_per_mm

    def y(self, y_mm: Any) -> Any:
        """Give screen points for points of the page, down it."""
        return (y_mm - self.view.top_mm) * self.view.px_per_mm

    def line(self, points: NDArray[np.float64]) -> None:
        """Draw a line through screen points (n, 2)."""
        fixed = np.rint(np.clip(points, -_FAR_PX, _FAR_PX) * (1 << _SHIFT)).astype(np.int32)
        width, ink = max(1, round(self.view.px_per_mm / 4)), self.view.paper.ink
        cv2.polylines(self.picture, [fixed], False, ink, width, cv2.LINE_AA, _SHIFT)  # noqa: FBT003  # is closed

    def words(self, text: str, x_mm: float, y_mm: float) -> None:
        """Write a text that begins at a point of the page."""
        at = round(self.x(x_mm)), round(self.y(y_mm))
        if -_FAR_PX < at[0] < self.picture.shape[1] and -50 < at[1] < self.picture.shape[0] + 50 and text:
            cv2.putText(self.picture, visual_order(text), at, self.view.paper.words, _font(), self._text_px, 500)


def _grid(picture: Picture, view: WaveformView) -> None:
    """Draw a line each millimetre and a bold one each five."""
    height, width = picture.shape[:2]
    steps = [(5, view.paper.bold)]
    if view.px_per_mm >= SMALLEST_FINE_PX:
        steps.insert(0, (1, view.paper.fine))
    for step, colour in steps:
        picture[_lines(view.top_mm, height, step, view.px_per_mm)] = colour
        picture[:, _lines(view.left_mm, width, step, view.px_per_mm)] = colour


def _lines(first_mm: float, stop_px: int, step: int, px_per_mm: float) -> NDArray[np.intp]:
    marks = np.arange(np.ceil(first_mm / step), np.floor((first_mm + stop_px / px_per_mm) / step) + 1) * step
    at = np.rint((marks - first_mm) * px_per_mm).astype(np.intp)
    return at[(at >= 0) & (at < stop_px)]


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep the lowest and highest value of each screen column where there are many samples in it."""
    if len(x) < 4 or x[-1] <= x[0] or len(x) / (x[-1] - x[0]) <= 4:
        return x, y
    column = np.floor(x - x[0]).astype(np.intp)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.column_stack([low, high]).ravel()


def _pieces(x: NDArray[np.float64], y: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Give the stretches without gaps, as points (n, 2)."""
    points = np.column_stack([x, y])
    whole = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield points[start:stop]


@cache
def _font() -> Any:
    return cv2.FontFace("sans")

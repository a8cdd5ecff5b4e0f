"""Which colours a Sixel picture is drawn with: greys that don't depend on it, and the best of its other colours.

Sixel tells colours in whole percents, so that it knows 101 greys; a terminal that keeps that many shows all of them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Picture
from workstation.terminal.encoding.sixel_bands import MOST_COLOURS

PERCENT = 100
_MOST_GREYS = PERCENT + 1
_FEW = 32
"""With fewer greys steps are seen in soft shading, and are dithered away."""

_BITS = 6
_BINS = 1 << 3 * _BITS
_AT_ONCE = 1 << 12

_SAMPLE = 1 << 13
"""So many pixels choose the colours of a picture, and tell whether those of an earlier one suit it."""

_MANY_GREYS = 0.05
"""From this share of grey pixels on, greys have numbers of their own."""

_WORSE = 1.5
"""Colours are chosen anew where pixels are so many times farther off, and two levels, than when they were chosen."""

_SPREAD = 3.0
"""With few colours steps are dithered away by this many times the mean distance of pixels from them."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A picture as numbers of colours.

    Parameters
    ----------
    numbers
        (height, width) uint8.
    percents
        (colours, 3): red, green and blue of each number, 0 to 100.
    """

    numbers: NDArray[np.uint8]
    percents: NDArray[np.uint8]


def indexed_greys(greys: NDArray[np.uint8], colours: int) -> Indexed:
    """Draw greys with as many greys as there are of ``colours`` and of percents.

    Parameters
    ----------
    greys
        (height, width).
    colours
        What the terminal keeps, 2 or more.
    """
    count = min(colours, _MOST_GREYS)
    percents = np.rint(np.arange(count) * (PERCENT / (count - 1))).astype(np.uint8)
    if count < _FEW:
        greys = dithered(greys, 255 / (count - 1))
    steps = np.rint(np.arange(256) * ((count - 1) / 255)).astype(np.uint8)
    return Indexed(np.asarray(cv2.LUT(greys, steps), np.uint8), np.repeat(percents[:, None], 3, axis=1))


def dithered(values: NDArray[np.uint8], step: float) -> NDArray[np.uint8]:
    """Add a fixed pattern (Bayer, 8 by 8) as high as the step from one colour to the next; the mean stays."""
    pattern = np.array([[0]])
    for _ in range(3):
        pattern = np.block([[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]])
    added = np.rint(((pattern + 0.5) / pattern.size - 0.5) * step).astype(np.int16)
    height, width = values.shape[:2]
    tiled = np.tile(added, (-(-height // 8), -(-width // 8)))[:height, :width]
    shaped = tiled if values.ndim == 2 else tiled[:, :, None]
    return np.asarray(np.clip(values.astype(np.int16) + shaped, 0, 255), np.uint8)


class Palette:
    """The colours of pictures that follow each other; they stay while they suit, so that nothing flickers."""

    def __init__(self, colours: int) -> None:
        self._most = min(colours, MOST_COLOURS)
        self._greys = 0
        self._percents = np.zeros((0, 3), np.uint8)
        self._number_of = np.zeros(_BINS, np.uint8)
        self._is_known = np.zeros(_BINS, bool)
        self._far = self._far_coloured = 0.0

    def indexed(self, picture: Picture) -> Indexed:
        """Draw a picture with at most as many colours as the terminal keeps.

        Parameters
        ----------
        picture
            (height, width, 3), in colours.
        """
        sample, coloured = _thinned(picture.reshape(-1, 3)), _thinned(_coloured(picture))
        is_worse = self._distance(sample) > _WORSE * self._far + 2
        # Lines over greys are few pixels: they are looked at by themselves, or they would be shown in grey.
        if is_worse or not len(self._percents) or self._distance(coloured) > _WORSE * self._far_coloured + 2:
            self._choose(sample, coloured)
        if self._most < 2 * _FEW:
            picture = dithered(picture, _SPREAD * self._far)
        return Indexed(self._numbers(picture), self._percents)

    def _choose(self, sample: NDArray[np.uint8], coloured: NDArray[np.uint8]) -> None:
        """Part the colours of a sample by median cuts; where greys are many, those that are none, beside greys."""
        from PIL import Image

        is_grey = (sample == sample[:, :1]).all(axis=1)
        self._greys = min(self._most // 2, _MOST_GREYS) if is_grey.mean() >= _MANY_GREYS else 0
        others = coloured if self._greys and len(coloured) else sample
        few = Image.fromarray(np.ascontiguousarray(others[None])).quantize(self._most - self._greys)
        chosen = np.array(few.getpalette(), np.uint8).reshape(-1, 3)
        greys = np.linspace(0, 255, self._greys)[:, None].repeat(3, axis=1)
        self._percents = np.rint(np.concatenate([greys, chosen]) * (PERCENT / 255)).astype(np.uint8)
        self._is_known[:] = False
        self._far, self._far_coloured = self._distance(sample), self._distance(coloured)

    def _distance(self, sample: NDArray[np.uint8]) -> float:
        """Give how far a sample is from its colours, in levels, in the mean; 0 for one of nothing."""
        if not len(sample) or not len(self._percents):
            return 0.0
        shown = self._percents[self._numbers(sample[None])[0]] * (255 / PERCENT)
        return float(np.abs(shown - sample).mean())

    def _numbers(self, picture: Picture) -> NDArray[np.uint8]:
        """Give the number of the nearest colour; of the nearest grey for each pixel that is grey."""
        if not self._greys:
            return self._nearest(picture)
        steps = np.rint(np.arange(256) * ((self._greys - 1) / 255)).astype(np.uint8)
        numbers = np.array(cv2.LUT(cv2.extractChannel(picture, 0), steps), np.uint8)
        is_coloured = _is_coloured(picture)
        if is_coloured.any():
            numbers[is_coloured] = self._nearest(picture[is_coloured][None])[0]
        return numbers

    def _nearest(self, picture: Picture) -> NDArray[np.uint8]:
        bins = np.zeros(picture.shape[:2], np.int32)
        for plane in cv2.split(picture):
            bins <<= _BITS
            bins += _coarse(np.asarray(plane, np.uint8))
        self._learn(bins)
        return self._number_of.take(bins)

    def _learn(self, bins: NDArray[np.int32]) -> None:
        """Find the nearest colour for what wasn't there before."""
        is_there = np.zeros(_BINS, bool)
        is_there[bins.ravel()] = True
        new = np.flatnonzero(is_there & ~self._is_known)
        colours = self._percents.astype(np.float32) * np.float32(255 / PERCENT)
        own = (colours**2).sum(axis=1)
        for start in range(0, len(new), _AT_ONCE):
            part = new[start : start + _AT_ONCE]
            levels = np.stack([part >> 2 * _BITS, part >> _BITS, part], axis=1) & ((1 << _BITS) - 1)
            middle = ((levels << 8 - _BITS) + (1 << 7 - _BITS)).astype(np.float32)
            self._number_of[part] = (own - 2 * (middle @ colours.T)).argmin(axis=1)
        self._is_known[new] = True


def _thinned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give so many of some pixels (n, 3) that they speak for all."""
    return pixels[:: max(1, len(pixels) // _SAMPLE)]


def _coloured(picture: Picture) -> NDArray[np.uint8]:
    """Give the pixels of a picture that are not grey, (n, 3)."""
    return np.asarray(picture[_is_coloured(picture)])


def _is_coloured(picture: Picture) -> NDArray[np.bool_]:
    red, green, blue = cv2.split(picture)
    return np.asarray(cv2.bitwise_or(cv2.absdiff(red, green), cv2.absdiff(green, blue)), np.bool_)


def _coarse(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.LUT(plane, (np.arange(256) >> 8 - _BITS).astype(np.uint8)), np.uint8)

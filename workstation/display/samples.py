"""The stored values of a frame at the places of the screen's pixels, which is all that a change of window needs.

Values are resampled before the window is applied: a narrow window over values between the pixels is smooth, and
black and white between two clipped pixels would not be.
"""

from dataclasses import field, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.view import Interpolation, Placement
from workstation.display.voi import padding_mask
from workstation.model.frame import Frame
from workstation.quick_dataclass import dataclass

ALIGNED = 256
MAXIMUM_STEPS = 16
LARGEST_KEPT_PX = 1 << 24
"""Reduced levels of more pixels are made where they are looked at only: those of a very large image take its size."""

STRIP_PX = 1 << 22
_METHODS = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of one screen axis that the image covers.

    ``start_px`` to ``stop_px`` (exclusive) are pixels of the unturned canvas; ``scale`` is screen pixels per image
    pixel and ``corner_px`` where the image begins; ``count`` is the number of image pixels, and ``whole`` says
    whether all of them are on the screen.
    """

    start_px: int
    stop_px: int
    scale: float
    corner_px: int
    count: int
    whole: bool

    def positions(self) -> NDArray[np.float64]:
        """Give the image coordinate of each screen pixel from ``start_px`` on."""
        pixels = np.arange(self.start_px, self.stop_px, dtype=np.float64)
        return (pixels - self.corner_px + 0.5) / self.scale - 0.5

    def nearest(self) -> NDArray[np.intp]:
        """Give the image pixel under each screen pixel from ``start_px`` on."""
        return np.clip(np.floor(self.positions() + 0.5), 0, self.count - 1).astype(np.intp)


def axes_of(place: Placement, shape: tuple[int, ...]) -> tuple[Axis, Axis]:
    """Give the covered part of the screen along (rows of pixels, columns of pixels): x, then y."""
    return (
        _axis(place.canvas_px[0], place.scale[0], place.corner_px[0], shape[1]),
        _axis(place.canvas_px[1], place.scale[1], place.corner_px[1], shape[0]),
    )


@dataclass(frozen=True)
class Samples:
    """Stored values at screen pixels.

    ``values`` is (height, width) or (height, width, 3). Unsigned integers ``v`` mean the stored value
    ``lowest + v / steps``, and none is above ``highest``; floats are stored values themselves.
    """

    values: NDArray[Any]
    lowest: int = 0
    steps: int = 1
    highest: int = 0xFFFF

    @property
    def entries(self) -> int:
        """How many entries a table for the values needs: a power of two, so that slices share tables."""
        return min(1 << 8 * self.values.dtype.itemsize, 1 << self.highest.bit_length())


@dataclass
class Source:
    """A frame made ready to be resampled again and again, with its reduced levels."""

    frame: Frame
    _levels: dict[int, NDArray[Any]] = field(default_factory=dict)

    @cached_property
    def padding(self) -> NDArray[np.bool_] | None:
        """Where the frame is padding, (rows, columns); None where nowhere."""
        frame = self.frame
        if frame.is_colour or (frame.padding is None and frame.pixels.dtype.kind != "f"):
            return None
        mask = padding_mask(frame.pixels, frame.padding)
        return mask if mask.any() else None

    @cached_property
    def limits(self) -> tuple[int, int]:
        """A little below the lowest and the highest stored value that is not padding, for integers.

        The lower one is whole in `ALIGNED`: slices whose darkest pixels differ by noise share one table of greys.
        """
        low, high = self._extremes
        aligned = low - low % ALIGNED
        return (aligned if high - aligned <= 0xFFFF else low), high

    @cached_property
    def _extremes(self) -> tuple[int, int]:
        """The lowest and the highest stored value that is not padding, for integers."""
        pixels = self.frame.pixels
        if self.frame.is_colour:
            return 0, int(np.iinfo(pixels.dtype).max)
        keep = None if self.padding is None else np.subtract(self.padding.view(np.uint8), np.uint8(1))
        if keep is not None and not keep.any():
            return 0, 0
        if pixels.dtype in (np.uint8, np.int16, np.uint16):
            low, high, _, _ = cv2.minMaxLoc(pixels, keep)
            return int(low), int(high)
        kept = pixels if self.padding is None else pixels[~self.padding]
        return int(kept.min()), int(kept.max())

    def _lowest(self) -> Any:
        """Give the lowest stored value that is not padding."""
        pixels = self.frame.pixels
        if pixels.dtype.kind in "iub":
            return self._extremes[0]
        kept = pixels[~self.padding] if self.padding is not None else pixels
        return kept.min() if kept.size else pixels.dtype.type(0)

    @property
    def is_narrow(self) -> bool:
        """Whether every value fits into 16 bits above the lowest."""
        return self.frame.pixels.dtype.kind in "iub" and self.limits[1] - self.limits[0] <= 0xFFFF

    @cached_property
    def base(self) -> NDArray[Any]:
        """The pixels in a type that OpenCV resamples, padding replaced by the lowest value so that none bleeds."""
        pixels = self.frame.pixels
        if self.padding is not None:
            pixels = pixels.copy()
            np.copyto(pixels, self._lowest(), where=self.padding)
        if pixels.dtype.kind == "f":
            return np.ascontiguousarray(pixels, np.float64 if pixels.dtype.itemsize > 4 else np.float32)
        if not self.is_narrow:
            return pixels.astype(np.float64)
        if pixels.dtype in (np.uint8, np.uint16, np.int16):
            return np.ascontiguousarray(pixels)
        return (pixels.astype(np.int64) - self.limits[0]).astype(np.uint16)

    @property
    def offset(self) -> int:
        """What has to be taken off ``base`` so that its lowest value is 0."""
        return self.limits[0] if self.base.dtype == self.frame.pixels.dtype else 0

    def level(self, number: int) -> NDArray[Any]:
        """Give the pixels reduced ``number`` times by two; each value is the mean of four."""
        if number == 0:
            return self.base
        if number not in self._levels:
            below = self.level(number - 1) if self._is_kept(number - 1) else None
            self._levels[number] = _in_strips(self.base, number) if below is None else _halved(below)
        return self._levels[number]

    def part(self, number: int, rows: slice, columns: slice) -> NDArray[Any]:
        """Give a part of a level; of one that is too large to be kept, no more than that is made."""
        if self._is_kept(number):
            return self.level(number)[rows, columns]
        across, down = columns, rows
        part = self.base[down.start << number : down.stop << number, across.start << number : across.stop << number]
        return _reduced_by(part, number, number)

    def _is_kept(self, number: int) -> bool:
        rows, columns = self.frame.pixels.shape[:2]
        return number == 0 or (rows >> number) * (columns >> number) <= LARGEST_KEPT_PX

    def samples(self, x: Axis, y: Axis, interpolation: Interpolation) -> Samples:
        """Resample to the covered part of the screen.

        Magnified integers get up to sixteen steps between them, so that a narrow window does not show contours.
        """
        if interpolation == "nearest" or self.frame.supplemental is not None:  # nothing lies between two colours
            taken = self.base[y.nearest()][:, x.nearest()]
            return self._from_zero(np.ascontiguousarray(taken))
        number = min(_halvings(x), _halvings(y))
        x, y = _reduced(x, number), _reduced(y, number)
        across, down = _halvings(x), _halvings(y)  # one of them is left where pixels are not square
        columns, rows = _aligned(_needed(x), across), _aligned(_needed(y), down)
        part, first = self.part(number, rows, columns), (columns.start >> across, rows.start >> down)
        if across or down:
            part, x, y = _reduced_by(part, across, down), _reduced(x, across), _reduced(y, down)
        if number or max(x.scale, y.scale) <= 1:
            return self._from_zero(resampled(part, x, y, cv2.INTER_LINEAR, first_px=first))
        return self._magnified(part, x, y, _METHODS[interpolation], first)

    def _magnified(self, part: NDArray[Any], x: Axis, y: Axis, method: int, first: tuple[int, int]) -> Samples:
        if part.dtype.kind == "f":
            return Samples(resampled(part, x, y, method, first_px=first))
        span = self.limits[1] - self.limits[0]
        steps = 1 if self.frame.is_colour else max(1, min(MAXIMUM_STEPS, 0xFFFF // max(span, 1)))
        scaled = self._from_zero(part).values
        if steps > 1:
            own = scaled if scaled.dtype == np.uint16 else None
            scaled = np.multiply(scaled, np.uint16(steps), out=own, dtype=np.uint16)
        elif span <= 0xFF:
            scaled = scaled.astype(np.uint8, copy=False)
        highest = self._highest(method, span * steps)
        return Samples(resampled(scaled, x, y, method, first_px=first), self.limits[0], steps, highest)

    def _from_zero(self, values: NDArray[Any]) -> Samples:
        if values.dtype.kind == "f":
            return Samples(values)
        if values.dtype == np.int16:  # unsigned arithmetic wraps around to the right difference
            values = values.view(np.uint16)
        zeroed = values - values.dtype.type(self.offset % (1 << 8 * values.dtype.itemsize))
        return Samples(zeroed, self.limits[0], highest=self.limits[1] - self.limits[0])

    @staticmethod
    def _highest(method: int, highest: int) -> int:
        """Give the highest value after resampling: cubic goes beyond the values it is made of."""
        return 0xFFFF if method == cv2.INTER_CUBIC else highest


def _axis(canvas_px: int, scale: float, corner_px: int, count: int) -> Axis:
    start = min(max(0, corner_px), canvas_px)
    extent = max(1, round(count * scale))
    stop = max(start, min(canvas_px, corner_px + extent))
    return Axis(start, stop, scale, corner_px, count, whole=stop - start == extent)


def _halved(pixels: NDArray[Any], *, across: bool = True, down: bool = True) -> NDArray[Any]:
    rows, columns = pixels.shape[:2]
    below, beside = rows % 2 if down else 0, columns % 2 if across else 0
    if below or beside:
        pixels = cv2.copyMakeBorder(pixels, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    half = (pixels.shape[1] >> int(across), pixels.shape[0] >> int(down))
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA))


def _reduced_by(pixels: NDArray[Any], across: int, down: int) -> NDArray[Any]:
    for step in range(max(across, down)):
        pixels = _halved(pixels, across=step < across, down=step < down)
    return pixels


def _halvings(axis: Axis) -> int:
    """Give how often an axis can be halved and still has a pixel for each one of the screen."""
    return max(0, int(np.floor(np.log2(1 / axis.scale) + 1e-9)))


def _aligned(part: slice, number: int) -> slice:
    """Begin where a pixel of a level begins that is reduced further."""
    return slice(part.start >> number << number, part.stop)


def _in_strips(pixels: NDArray[Any], number: int) -> NDArray[Any]:
    """Reduce a large image a strip at a time, so that the levels between are never whole in memory."""
    step = max(1, STRIP_PX // (pixels.shape[1] << number)) << number
    return np.concatenate(
        [_reduced_by(pixels[top : top + step], number, number) for top in range(0, len(pixels), step)]
    )


def _reduced(axis: Axis, number: int) -> Axis:
    if number == 0:
        return axis
    factor = 1 << number
    return replace(axis, scale=axis.scale * factor, count=-(-axis.count // factor))


def _needed(axis: Axis) -> slice:
    """Give the image pixels on the screen, with a margin for the interpolation."""
    if axis.whole:
        return slice(0, axis.count)
    positions, margin = axis.positions(), 4
    return slice(max(0, int(positions[0]) - margin), min(axis.count, int(positions[-1]) + margin + 1))


def resampled(
    level: NDArray[Any], x: Axis, y: Axis, method: int, *, first_px: tuple[int, int] = (0, 0)
) -> NDArray[Any]:
    """Resample to the screen pixels of the axes; both ways below meet the same positions.

    ``first_px`` is the image pixel (column, row) that is the first of ``level``.
    """
    width, height = x.stop_px - x.start_px, y.stop_px - y.start_px
    if x.scale == y.scale == 1 and x.stop_px - x.corner_px <= x.count and y.stop_px - y.corner_px <= y.count:
        column, row = x.start_px - x.corner_px - first_px[0], y.start_px - y.corner_px - first_px[1]
        return np.ascontiguousarray(level[row : row + height, column : column + width])
    if x.whole and y.whole:
        done = cv2.resize(level, None, fx=x.scale, fy=y.scale, interpolation=method)
        if done.shape[0] >= height and done.shape[1] >= width:
            return np.ascontiguousarray(done[:height, :width])
    column, row = x.positions()[0] - first_px[0], y.positions()[0] - first_px[1]
    back = np.array([[1 / x.scale, 0, column], [0, 1 / y.scale, row]])
    flags = method | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(level, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))

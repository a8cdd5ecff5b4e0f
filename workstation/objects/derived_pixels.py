"""Modality values as an image stores them: whole numbers of 16 bits and the line that leads back (PS3.3 C.11.1)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame
from workstation.objects.writing import decimal
from workstation.quick_dataclass import dataclass

MOST = 32767
OUTSIDE = -32768
"""Pixel Padding Value of signed pixels: below every value that is stored."""
OUTSIDE_UNSIGNED = 65535


@dataclass(frozen=True, eq=False)
class StoredPixels:
    """Pixels to be written.

    Parameters
    ----------
    pixels
        (rows, columns) of int16 or uint16; modality value = ``pixels * slope + intercept``.
    slope, intercept
        As a Decimal String holds them.
    padding
        The stored value that stands for "outside"; None where no pixel has it.
    """

    pixels: NDArray[Any]
    slope: float
    intercept: float
    padding: int | None


def stored_pixels(frame: Frame, *, is_whole: bool, with_intercept: bool = True) -> StoredPixels:
    """Store the modality values of a grey frame.

    Parameters
    ----------
    frame
        What is padding in it, and what is no finite number, is written as padding.
    is_whole
        Keep slope 1 and round to whole numbers, as the source has them, where they fit 16 bits.
    with_intercept
        Whether an intercept may be written; PET has none (PS3.3 C.8.9.4.1.4).
    """
    values = frame.modality_values()
    inside = _inside(frame, values)
    kept = values if inside is None else values[inside]
    low, high = (float(kept.min()), float(kept.max())) if kept.size else (0.0, 0.0)
    if is_whole and low >= -MOST and high <= MOST:
        return _padded(np.rint(_filled(values, inside)).astype(np.int16), inside, 1.0, 0.0)
    if is_whole and low >= 0 and high < OUTSIDE_UNSIGNED:
        return _padded(np.rint(_filled(values, inside)).astype(np.uint16), inside, 1.0, 0.0)
    top = max(abs(low), abs(high))
    intercept = (low + high) / 2 if with_intercept and high - low < top / 2 else 0.0
    intercept = float(decimal(intercept))
    slope = float(decimal(max(abs(low - intercept), abs(high - intercept)) / MOST or 1.0))
    scaled = np.rint((_filled(values, inside) - intercept) / slope)
    return _padded(np.clip(scaled, -MOST, MOST).astype(np.int16), inside, slope, intercept)


def _inside(frame: Frame, values: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Give which pixels are measured; None where all are."""
    inside = np.isfinite(values) if values.dtype.kind == "f" else np.ones(values.shape, bool)
    if frame.padding is not None:
        low, high = frame.padding
        inside &= (frame.pixels < low) | (frame.pixels > high)
    return None if inside.all() else inside


def _filled(values: NDArray[Any], inside: NDArray[np.bool_] | None) -> NDArray[Any]:
    return values if inside is None else np.where(inside, values, 0)


def _padded(pixels: NDArray[Any], inside: NDArray[np.bool_] | None, slope: float, intercept: float) -> StoredPixels:
    if inside is None:
        return StoredPixels(pixels, slope, intercept, None)
    outside = OUTSIDE if pixels.dtype.kind == "i" else OUTSIDE_UNSIGNED
    pixels[~inside] = outside
    return StoredPixels(pixels, slope, intercept, outside)

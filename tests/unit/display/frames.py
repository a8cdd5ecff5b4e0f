"""Frames for the tests of display, made of an array and whatever matters in the test."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame, Photometric
from workstation.model.geometry import Spacing, SpacingSource


def frame_of(
    pixels: NDArray[Any],
    *,
    photometric: Photometric = "MONOCHROME2",
    spacing_mm: tuple[float, float] = (1, 1),
    **rest: Any,
) -> Frame:
    """``spacing_mm`` is (between rows, between columns)."""
    spacing = Spacing(spacing_mm[0], spacing_mm[1], SpacingSource.PIXEL_SPACING)
    return Frame(pixels, photometric, rest.pop("bits_stored", pixels.dtype.itemsize * 8), spacing, **rest)


def ramp(low: int, high: int, dtype: Any = np.int16) -> NDArray[Any]:
    """Every value from ``low`` to ``high`` at least once, in a square."""
    values = np.arange(low, high + 1)
    side = int(np.ceil(np.sqrt(len(values))))
    return np.resize(values, (side, side)).astype(dtype)

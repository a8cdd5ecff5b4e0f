"""Colours into RGB (PS3.3 C.7.6.3.1.2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FULL = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]], np.float32)
_PARTIAL = np.array([[1.1644, 0.0, 1.5960], [1.1644, -0.3917, -0.8130], [1.1644, 2.0173, 0.0]], np.float32)


def ybr_to_rgb(samples: NDArray[Any], bits_stored: int, *, partial: bool = False) -> NDArray[Any]:
    """Convert YCbCr of full or partial range into RGB.

    Parameters
    ----------
    samples
        (rows, columns, 3) of unsigned integers.
    bits_stored
        Bits of a sample; the zero of the chroma lies in the middle of its range.

    Returns
    -------
    numpy.ndarray
        RGB of the same shape and type.
    """
    top = (1 << bits_stored) - 1
    zero = np.array([16 / 256 * (top + 1) if partial else 0.0, (top + 1) / 2, (top + 1) / 2], np.float32)
    matrix = _PARTIAL if partial else _FULL
    wide = (samples.astype(np.float32) - zero) @ matrix.T
    return np.clip(np.floor(wide + 0.5), 0, top).astype(samples.dtype)


def sixteen_bits(samples: NDArray[Any], bits_stored: int) -> tuple[NDArray[Any], int]:
    """Give colour samples of more than 16 bits as uint16, their low bits cut; (samples, bits stored)."""
    if bits_stored <= 16:
        kind = np.uint8 if samples.dtype.itemsize == 1 else np.uint16
        return samples.astype(kind, copy=False), bits_stored
    return (samples.astype(np.uint64) >> np.uint64(bits_stored - 16)).astype(np.uint16), 16

"""Companded sound made linear: µ-law and A-law of ITU-T G.711."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def mu_law(codes: NDArray[Any]) -> NDArray[np.int16]:
    """Give 16-bit samples for µ-law bytes, at the scale of 14 bits times four, as sound files have them."""
    return np.asarray(_MU_LAW[codes])


def a_law(codes: NDArray[Any]) -> NDArray[np.int16]:
    """Give 16-bit samples for A-law bytes, at the scale of 13 bits times eight."""
    return np.asarray(_A_LAW[codes])


def _mu_law_table() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_table() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 0x0F) << 4
    magnitude = np.where(exponent == 0, mantissa + 8, mantissa + 0x108 << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


_MU_LAW, _A_LAW = _mu_law_table(), _a_law_table()

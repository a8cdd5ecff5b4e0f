"""Bitmaps in the 60xx groups, packed by themselves or hidden in unused bits of pixels (PS3.3 C.9.2, PS3.5 8.1.2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import PARSER_FAILURES, raw_words
from workstation.model.frame_parts import Overlay, PixelDescription

_GROUPS = range(0x6000, 0x6020, 2)
_MOST_PIXELS = 1 << 28


def frame_overlays(
    dataset: Dataset, description: PixelDescription, words: NDArray[Any], frame: int
) -> tuple[Overlay, ...]:
    """Give the overlays of a frame.

    Parameters
    ----------
    words
        (rows, columns) of allocated words, with all their bits, for overlays in the high ones.
    frame
        From 0.
    """
    found = (_overlay(dataset, group, description, words, frame) for group in _GROUPS if _has(dataset, group, 0x0010))
    return tuple(each for each in found if each is not None)


def _overlay(
    dataset: Dataset, group: int, description: PixelDescription, words: NDArray[Any], frame: int
) -> Overlay | None:
    rows, columns = _integer(dataset, group, 0x0010), _integer(dataset, group, 0x0011)
    if _has(dataset, group, 0x3000):
        bits = _packed(dataset, group, rows, columns, frame)
    else:
        bits = _hidden(dataset, group, description, words)
    if bits is None:
        return None
    down, across = _origin(dataset, group)
    label = _text(dataset, group, 0x1500) or _text(dataset, group, 0x0022)
    return Overlay(bits, (across - 1, down - 1), group, label, is_roi=_text(dataset, group, 0x0040) == "R")


def _packed(dataset: Dataset, group: int, rows: int, columns: int, frame: int) -> NDArray[np.bool_] | None:
    """Take one frame out of Overlay Data; bits run on from frame to frame, the lowest of a byte first."""
    first = max(1, _integer(dataset, group, 0x0051, 1)) - 1
    at = frame - first if _has(dataset, group, 0x0015) else 0
    count = max(1, _integer(dataset, group, 0x0015, 1))
    size = rows * columns
    if not 0 < size <= _MOST_PIXELS or not 0 <= at < count:
        return None
    raw = np.frombuffer(raw_words(dataset.get_item((group, 0x3000))), np.uint8)
    start = at * size
    part = raw[start // 8 : (start + size + 7) // 8]
    bits = np.unpackbits(part, bitorder="little")[start % 8 : start % 8 + size]
    return bits.reshape(rows, columns).astype(bool) if len(bits) == size else None


def _hidden(
    dataset: Dataset, group: int, description: PixelDescription, words: NDArray[Any]
) -> NDArray[np.bool_] | None:
    """Take the bit of each pixel that no stored value uses."""
    position = _integer(dataset, group, 0x0102, -1)
    low = description.high_bit + 1 - description.bits_stored
    if words.ndim != 2 or words.dtype.kind not in "iu" or not 0 <= position < description.bits_allocated:
        return None
    if low <= position <= description.high_bit:
        return None
    plain = words.view(f"u{words.dtype.itemsize}")
    bits: NDArray[np.bool_] = (plain >> plain.dtype.type(position)) & plain.dtype.type(1) == 1
    return bits


def _has(dataset: Dataset, group: int, element: int) -> bool:
    return (group << 16 | element) in dataset


def _value(dataset: Dataset, group: int, element: int) -> Any:
    try:
        return dataset[group, element].value if _has(dataset, group, element) else None
    except PARSER_FAILURES:
        return None


def _integer(dataset: Dataset, group: int, element: int, default: int = 0) -> int:
    value = _value(dataset, group, element)
    try:
        return int(value[0] if isinstance(value, list) else value)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return default


def _origin(dataset: Dataset, group: int) -> tuple[int, int]:
    value = _value(dataset, group, 0x0050)
    try:
        return int(value[0]), int(value[1])
    except (TypeError, ValueError, IndexError, OverflowError):
        return 1, 1


def _text(dataset: Dataset, group: int, element: int) -> str:
    value = _value(dataset, group, element)
    return value.strip() if isinstance(value, str) else ""

"""Frames decoded at less than their resolution, where the codec can."""

from typing import Any

from numpy.typing import NDArray

from workstation.model.frame_parts import PixelDescription
from workstation.model.pixels.codestreams import read_info
from workstation.model.pixels.description import stored_dtype
from workstation.model.pixels.openjph import decode_htj2k
from workstation.model.pixels.transfer_syntaxes import Codec

_MOST_LEVELS = 5


def reduced(description: PixelDescription, codec: Codec, data: bytes, size_px: int) -> tuple[NDArray[Any], bool] | None:
    """Give a frame at a resolution not far above ``size_px``, and whether it is RGB; None where that cannot be had.

    A stream that is damaged gives None too: decoding it in full tells what is wrong with it.
    """
    if codec is not Codec.HTJ2K:
        return None
    info = read_info(codec, data)
    size = max(description.rows, description.columns)
    level = 0
    while level < _MOST_LEVELS and size >> (level + 1) >= size_px:
        level += 1
    grey = description.samples_per_pixel == 1
    if not level or info is None or info.fault or info.components != description.samples_per_pixel:
        return None
    if (info.rows, info.columns) != (description.rows, description.columns) or not (grey or info.is_reversible):
        return None
    if info.is_signed != description.is_signed:
        return None
    try:
        words = decode_htj2k(data, skip_levels=level)
    except (ValueError, RuntimeError):
        return None
    rgb = not grey and (info.has_component_transform or description.photometric == "RGB")
    return words.astype(stored_dtype(description), copy=False), rgb

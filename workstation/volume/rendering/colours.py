"""Volumes in colour as ray casters take them: how bright each voxel is, by which it is clear or seen, and a colour."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.volume import Volume

Colours = NDArray[np.uint8]
"""(slices, rows, columns, 3): red, green, blue."""

BRIGHTNESS = 0.299, 0.587, 0.114
"""Shares of red, green and blue in how bright a colour is (ITU-R BT.601, as PS3.3 C.7.6.3.1.2 has it for YBR)."""

KEEPS_COLOURS = "Voxels keep their own colours; how clear they are goes by their brightness, 0 to 255"


def is_coloured(volume: Volume) -> bool:
    """Tell whether the voxels of a volume are colours."""
    return volume.array_kji.ndim == 4


def parted(volume: Volume) -> tuple[Volume, Colours | None]:
    """Give the brightness of a volume, 0 to 255, and its colours; the volume itself and None where it is grey."""
    if not is_coloured(volume):
        return volume, None
    colours = _of_8_bits(volume.array_kji)
    grey = np.empty(colours.shape[:3], np.uint8)
    for k, layer in enumerate(colours):
        cv2.cvtColor(layer, cv2.COLOR_RGB2GRAY, dst=grey[k])
    return replace(volume, array_kji=grey, padding=None, notes=(*volume.notes, KEEPS_COLOURS)), colours


def with_colours(brightness_kji: NDArray[Any], colours: Colours) -> NDArray[np.uint8]:
    """Give (slices, rows, columns, 4) of red, green, blue and brightness."""
    return np.concatenate([colours, brightness_kji[..., None].astype(np.uint8)], axis=3)


def _of_8_bits(array: NDArray[Any]) -> Colours:
    if array.dtype == np.uint8:
        return array
    return (array >> 8 * (array.dtype.itemsize - 1)).astype(np.uint8)

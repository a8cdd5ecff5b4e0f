"""Slices at uneven distances made even, so that a regular grid tells the truth about where each voxel lies."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.slice_spacing import slice_spacing
from workstation.model.voxel_memory import voxel_array

IN_PLACE_MM = 0.01
"""Slices that are no further off are in place: positions are often written with two decimals."""
MOST_TIMES = 4
"""Slices may become this many times as many; where the smallest distance asks for more, a larger step is taken."""


def even_count(offsets_mm: Sequence[float]) -> int:
    """Give how many slices an even stack has over the same extent; the same number where it is even already.

    Parameters
    ----------
    offsets_mm
        Ascending positions along the normal.
    """
    spacing = slice_spacing(offsets_mm)
    if spacing.is_even:
        return len(offsets_mm)
    extent = offsets_mm[-1] - offsets_mm[0]
    step = spacing.grid_step_mm or max(spacing.smallest_mm, extent / (MOST_TIMES * len(offsets_mm)))
    return round(extent / step) + 1


def make_even(array_kji: NDArray[Any], offsets_mm: Sequence[float], *, count: int) -> NDArray[Any]:
    """Interpolate slices linearly along the normal; those that are in place already are copied as they are.

    Parameters
    ----------
    array_kji
        Slices at ``offsets_mm``; integers stay integers, rounded to the nearest.
    count
        Slices of the result, the first and the last at the places of the first and the last given.

    Returns
    -------
    ndarray
        (count, rows, columns), same type.
    """
    places = np.asarray(offsets_mm, dtype=np.float64)
    wanted = np.linspace(places[0], places[-1], count)
    result = voxel_array((count, *array_kji.shape[1:]), array_kji.dtype)
    for k, place in enumerate(wanted):
        nearest = int(np.argmin(np.abs(places - place)))
        if abs(places[nearest] - place) <= IN_PLACE_MM:
            result[k] = array_kji[nearest]
            continue
        above = int(np.searchsorted(places, place))
        share = (place - places[above - 1]) / (places[above] - places[above - 1])
        mixed = array_kji[above - 1] * np.float32(1 - share) + array_kji[above] * np.float32(share)
        result[k] = mixed if array_kji.dtype.kind == "f" else np.rint(mixed)
    return result

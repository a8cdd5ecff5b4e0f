"""How often values occur in a volume."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.rendering.colours import BRIGHTNESS

BINS = 256
_SAMPLES = 4_000_000
_TAILS_PERCENT = 0.02
"""Of the values at either end are left out: a single hot pixel would push all others together."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of values in bins of equal width.

    Parameters
    ----------
    low, high
        The ends of the first and the last bin, in modality values.
    counts
        (bins,) of voxels, of an even sample of them.
    """

    low: float
    high: float
    counts: NDArray[np.int64]


def histogram_of(volume: Volume, bins: int = BINS) -> Histogram:
    """Count the values of an even sample of the voxels; padding and NaN are none."""
    array: NDArray[Any] = volume.array_kji
    step = max(1, round((array.shape[0] * array.shape[1] * array.shape[2] / _SAMPLES) ** (1 / 3)))
    sample = array[::step, ::step, ::step]
    if sample.ndim == 4:
        sample = sample @ np.asarray(BRIGHTNESS) / (1 << 8 * (sample.dtype.itemsize - 1))
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    if volume.padding is not None:
        sample = sample[(sample < volume.padding[0]) | (sample > volume.padding[1])]
    if not sample.size:
        return Histogram(0.0, 1.0, np.zeros(bins, np.int64))
    ends = np.percentile(sample, (_TAILS_PERCENT, 100 - _TAILS_PERCENT)) * volume.slope + volume.intercept
    low, high = sorted(ends.tolist())
    if high <= low:
        low, high = low - 0.5, low + 0.5
    counts, _edges = np.histogram(
        sample.ravel().astype(np.float32) * volume.slope + volume.intercept, bins=bins, range=(low, high)
    )
    return Histogram(low, high, counts)

"""Statistics of values: moments, percentiles, entropy and histograms, with one definition each for the whole program.

Moments are computed from deviations from the mean, in double precision. Integers, and stored values with a rescale
line, are counted first (there are at most 65,536 different ones), so that a mask of many millions of voxels is read
once and never copied; the numbers are the same as those of the values one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.model.measurement import Curve

if TYPE_CHECKING:
    from workstation.measure.bins import Bins

Doubles = NDArray[np.float64]

PERCENTILES: tuple[float, ...] = (5, 10, 25, 75, 90, 95)
"""Those that are always given, in per cent."""

MOST_DIFFERENT = 1 << 16
"""So many different values are counted; where there may be more they are sorted."""
_WHOLE = 2.0**53
_EXACT = 2.0**62


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of values, all in their unit but where it is said.

    Parameters
    ----------
    count
        How many values there are, at least one.
    mean, total
        Mean and sum.
    sd_sample
        Root of the sum of squared deviations over n - 1; None of a single value.
    sd_population
        The same over n.
    minimum, maximum, median
        Of an even number of values the median is the mean of the two in the middle.
    percentiles
        (per cent, value): linear between the values of rank (n - 1) * per cent / 100 (numpy's default).
    skewness
        Third central moment over the cube of ``sd_population``; 0 where all values are equal (IBSI KE2A). No unit.
    kurtosis
        Fourth central moment over the fourth power of ``sd_population``, less 3; 0 where all values are equal
        (IBSI IPH6: excess). No unit.
    entropy
        -sum p log2 p over bins (IBSI TLU2), in bits.
    bins
        Which bins these are, in words.
    """

    count: int
    mean: float
    total: float
    sd_sample: float | None
    sd_population: float
    minimum: float
    maximum: float
    median: float
    percentiles: tuple[tuple[float, float], ...]
    skewness: float
    kurtosis: float
    entropy: float
    bins: str

    def percentile(self, percent: float) -> float:
        """Give one of ``percentiles``; raises KeyError where it was not asked for."""
        return dict(self.percentiles)[percent]


@dataclass(frozen=True)
class Counted:
    """Values as the different ones among them, ascending, and how often each is there (int64)."""

    values: Doubles
    counts: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many values there are."""
        return int(self.counts.sum())

    def rescaled(self, slope: float, intercept: float) -> Counted:
        """Give ``value * slope + intercept`` of each."""
        values = self.values * np.float64(slope) + np.float64(intercept)
        if slope > 0:
            return Counted(values, self.counts)
        if slope < 0:
            return Counted(values[::-1], self.counts[::-1])
        return Counted(values[:1], self.counts.sum(keepdims=True))

    def between(self, low: float | None, high: float | None) -> Counted:
        """Give those from ``low`` to ``high``, both included; None is no limit."""
        kept = np.ones(len(self.values), np.bool_)
        if low is not None:
            kept &= self.values >= low
        if high is not None:
            kept &= self.values <= high
        return Counted(self.values[kept], self.counts[kept])


def statistics(
    values: ArrayLike | Counted, *, bins: Bins | None = None, percentiles: Sequence[float] = PERCENTILES
) -> Statistics:
    """Give the statistics of values.

    Parameters
    ----------
    values
        Any shape, all finite; or counted ones.
    bins
        Those of the entropy; None for 64 of equal width from the lowest to the highest value.
    percentiles
        In per cent, 0 to 100.

    Raises
    ------
    ValueError
        If there is no value, or one is no finite number.
    """
    counted = values if isinstance(values, Counted) else counted_of(values)
    return _of(counted, bins, tuple(percentiles))


def histogram(values: ArrayLike | Counted, bins: Bins | None = None, *, words: str = "Value") -> Curve:
    """Give how many values are in each bin, edges in ``x``; raises as `statistics`.

    Parameters
    ----------
    values, bins
        As in `statistics`.
    words
        What the values are, with their unit.
    """
    counted = values if isinstance(values, Counted) else counted_of(values)
    _check(counted)
    edges, counts = _binned(counted, bins)
    return Curve("Histogram", tuple(edges.tolist()), tuple(counts.tolist()), words, "Pixels", is_steps=True)


def counted_of(values: ArrayLike) -> Counted:
    """Count values of any type.

    Raises
    ------
    ValueError
        If one is no finite number.
    """
    plain = np.asarray(values)
    if plain.dtype.kind in "iub" and plain.size:
        low, high = int(plain.min()), int(plain.max())
        if high - low < max(MOST_DIFFERENT, 2 * plain.size):
            return _of_tally(tally(plain, low, high), low)
    if plain.dtype.kind == "f" and not np.isfinite(plain).all():
        raise ValueError("one of the values is no finite number")
    ordered = np.sort(plain, axis=None)
    if not ordered.size:
        return Counted(np.zeros(0), np.zeros(0, np.int64))
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.concatenate([begins, [ordered.size]]))
    return Counted(ordered[begins].astype(np.float64), counts.astype(np.int64))


def tally(values: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    """Count integers from ``low`` to ``high``, both included; all values have to be there."""
    flat = values.reshape(-1)
    if low == 0 and flat.dtype.itemsize <= 4:
        return np.bincount(flat, minlength=high + 1)
    shifted = flat.astype(np.int64)
    shifted -= low
    return np.bincount(shifted, minlength=high - low + 1)


def merged(parts: Iterable[Counted]) -> Counted:
    """Count the values of several together."""
    kept = [each for each in parts if len(each.values)]
    if len(kept) < 2:
        return kept[0] if kept else Counted(np.zeros(0), np.zeros(0, np.int64))
    values, places = np.unique(np.concatenate([each.values for each in kept]), return_inverse=True)
    counts = np.zeros(len(values), np.int64)
    np.add.at(counts, places, np.concatenate([each.counts for each in kept]))
    return Counted(values, counts)


def _of_tally(counts: NDArray[np.int64], low: int) -> Counted:
    there = np.flatnonzero(counts)
    return Counted(there.astype(np.float64) + np.float64(low), counts[there])


def _check(counted: Counted) -> None:
    if not len(counted.values):
        raise ValueError("there are no values")
    if not (math.isfinite(counted.values[0]) and math.isfinite(counted.values[-1])):
        raise ValueError("one of the values is no finite number")


def _of(counted: Counted, bins: Bins | None, percentiles: tuple[float, ...]) -> Statistics:
    _check(counted)
    values, counts = counted.values, counted.counts
    number = counted.count
    total = _total(values, counts)
    mean = total / number
    spread, squares, cubes, fourths = _moments(values - mean, counts)
    variance = squares / number
    low, high = float(values[0]), float(values[-1])
    ranked = _ranked(counted, (50.0, *percentiles))
    _edges, binned = _binned(counted, bins)
    shares = binned[binned > 0] / number
    return Statistics(
        count=number,
        mean=mean,
        total=total,
        sd_sample=spread * math.sqrt(squares / (number - 1)) if number > 1 else None,
        sd_population=spread * math.sqrt(variance),
        minimum=low,
        maximum=high,
        median=ranked[0],
        percentiles=tuple(zip(percentiles, ranked[1:], strict=True)),
        skewness=cubes / number / variance**1.5 if variance else 0.0,
        kurtosis=fourths / number / variance**2 - 3 if variance else 0.0,
        entropy=abs(float(shares @ np.log2(shares))),
        bins=_bins(bins).words(low, high),
    )


def _total(values: Doubles, counts: NDArray[np.int64]) -> float:
    """Give the sum: exact of whole numbers, else added pairwise."""
    largest = max(abs(float(values[0])), abs(float(values[-1])))
    if largest < _WHOLE and largest * float(counts.sum()) < _EXACT:
        whole = values.astype(np.int64)
        if np.array_equal(whole, values):
            return float(int(whole @ counts))
    return float((values * counts).sum())


def _moments(off: Doubles, counts: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Give the largest deviation from the mean, and the sums of powers (2, 3, 4) of the deviations over it.

    Of equal values all are 0: their mean may be off by its last digit, which is no deviation.
    """
    spread = float(np.abs(off).max())
    if len(off) == 1 or not spread:
        return 0.0, 0.0, 0.0, 0.0
    shares = off / spread
    squared = shares * shares
    weighted = squared * counts
    return spread, float(weighted.sum()), float((weighted * shares).sum()), float((weighted * squared).sum())


def _ranked(counted: Counted, percentiles: Sequence[float]) -> list[float]:
    """Give percentiles, linear between neighbours in rank."""
    if any(not 0 <= each <= 100 for each in percentiles):
        raise ValueError("a percentile is from 0 to 100")
    upto = np.cumsum(counted.counts)
    ranks = (upto[-1] - 1) * (np.asarray(percentiles, dtype=np.float64) / 100)
    below = np.floor(ranks)
    lower = counted.values[np.searchsorted(upto, below, side="right")]
    upper = counted.values[np.searchsorted(upto, np.ceil(ranks), side="right")]
    return [float(each) for each in lower + (upper - lower) * (ranks - below)]


def _binned(counted: Counted, bins: Bins | None) -> tuple[Doubles, NDArray[np.int64]]:
    low, high = float(counted.values[0]), float(counted.values[-1])
    edges = _bins(bins).edges(low, high)
    places = np.clip(np.searchsorted(edges, counted.values, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(places, weights=counted.counts, minlength=len(edges) - 1)
    return edges, counts.astype(np.int64)


def _bins(bins: Bins | None) -> Bins:
    from workstation.measure.bins import Bins

    return bins or Bins()

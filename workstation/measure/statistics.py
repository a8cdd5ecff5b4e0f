"""Statistics of values: moments, percentiles, entropy and histograms, with one definition each for the whole program.

Moments are computed from deviations from the mean, in double precision. Integers, and stored values with a rescale
line, are counted first (there are at most 65,536 different ones), so that a mask of many millions of voxels is read
once and never copied; the numbers are the same as those of the values one by one. Other values are put in order once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.model.measurement import Curve
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.bins import Bins

Doubles = NDArray[np.float64]

PERCENTILES: tuple[float, ...] = (5, 10, 25, 75, 90, 95)
"""Those that are always given, in per cent."""

MOST_DIFFERENT = 1 << 16
"""So many different values are counted; where there may be more they are sorted."""
_WHOLE = 2.0**53
_EXACT = 2.0**62
_BLOCK = 1 << 20


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
    """Values in ascending order.

    Parameters
    ----------
    values
        Floats of 32 or 64 bits, ascending.
    counts
        How often each is there (int64); None: once each, and then there may be equal ones.
    """

    values: NDArray[np.floating[Any]]
    counts: NDArray[np.int64] | None = None

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.values) if self.counts is None else int(self.counts.sum())

    def rescaled(self, slope: float, intercept: float) -> Counted:
        """Give ``value * slope + intercept`` of each, in double precision."""
        if slope == 1 and intercept == 0:
            return self
        if slope == 0:
            return Counted(np.full(min(len(self.values), 1), np.float64(intercept)), np.full(1, self.count))
        values = np.asarray(self.values, dtype=np.float64) * slope
        values += intercept
        if slope > 0:
            return Counted(values, self.counts)
        return Counted(values[::-1], None if self.counts is None else self.counts[::-1])

    def between(self, low: float | None, high: float | None) -> Counted:
        """Give those from ``low`` to ``high``, both included; None is no limit."""
        first = 0 if low is None else _places(self.values, [low])[0]
        last = len(self.values) if high is None else _places(self.values, [high], after=True)[0]
        kept = slice(first, max(first, last))
        return Counted(self.values[kept], None if self.counts is None else self.counts[kept])


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
            return of_tally(tally(plain, low, high), low)
    if plain.dtype.kind == "f" and not np.isfinite(plain).all():
        raise ValueError("one of the values is no finite number")
    ordered = np.sort(plain, axis=None)
    return Counted(ordered if ordered.dtype in (np.float32, np.float64) else ordered.astype(np.float64))


def tally(values: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    """Count integers from ``low`` to ``high``, both included; all values have to be there."""
    flat = values.reshape(-1)
    if low == 0 and flat.dtype.itemsize <= 4:
        return np.bincount(flat, minlength=high + 1)
    if flat.dtype.kind == "u":  # above what int64 holds, perhaps
        return np.bincount((flat - flat.dtype.type(low)).astype(np.int64), minlength=high - low + 1)
    shifted = flat.astype(np.int64)
    shifted -= low
    return np.bincount(shifted, minlength=high - low + 1)


def merged(parts: Iterable[Counted]) -> Counted:
    """Put the values of several together."""
    kept = [each for each in parts if len(each.values)]
    if len(kept) < 2:
        return kept[0] if kept else Counted(np.zeros(0))
    values = np.concatenate([each.values for each in kept])
    if all(each.counts is None for each in kept):
        return Counted(np.sort(values))
    each_time = [np.ones(len(each.values), np.int64) if each.counts is None else each.counts for each in kept]
    different, places = np.unique(values, return_inverse=True)
    counts = np.zeros(len(different), np.int64)
    np.add.at(counts, places, np.concatenate(each_time))
    return Counted(different, counts)


def of_tally(counts: NDArray[np.int64], low: int) -> Counted:
    """Give counts of the integers from ``low`` on as counted values."""
    there = np.flatnonzero(counts)
    return Counted(there.astype(np.float64) + np.float64(low), counts[there])


def _check(counted: Counted) -> None:
    if not len(counted.values):
        raise ValueError("there are no values")
    if not (math.isfinite(counted.values[0]) and math.isfinite(counted.values[-1])):
        raise ValueError("one of the values is no finite number")


def _of(counted: Counted, bins: Bins | None, percentiles: tuple[float, ...]) -> Statistics:
    _check(counted)
    number = counted.count
    total = _total(counted)
    mean = total / number
    spread, squares, cubes, fourths = _moments(counted, mean)
    variance = squares / number
    low, high = float(counted.values[0]), float(counted.values[-1])
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


def _blocks(counted: Counted) -> Iterator[tuple[Doubles, NDArray[np.int64] | int]]:
    """Give values in double precision with their counts, not too many at a time."""
    for at in range(0, len(counted.values), _BLOCK):
        part = slice(at, at + _BLOCK)
        yield counted.values[part].astype(np.float64), 1 if counted.counts is None else counted.counts[part]


def _total(counted: Counted) -> float:
    """Give the sum: exact of whole numbers, else added pairwise."""
    largest = max(abs(float(counted.values[0])), abs(float(counted.values[-1])))
    if counted.counts is not None and largest < _WHOLE and largest * counted.count < _EXACT:
        whole = counted.values.astype(np.int64)
        if np.array_equal(whole, counted.values):
            return float(int(whole @ counted.counts))
    return math.fsum(float((values * counts).sum()) for values, counts in _blocks(counted))


def _moments(counted: Counted, mean: float) -> tuple[float, float, float, float]:
    """Give the largest deviation from the mean, and the sums of powers (2, 3, 4) of the deviations over it.

    Of equal values all are 0: their mean may be off by its last digit, which is no deviation.
    """
    low, high = float(counted.values[0]), float(counted.values[-1])
    spread = max(high - mean, mean - low)
    if low == high or not spread > 0:
        return 0.0, 0.0, 0.0, 0.0
    sums: list[tuple[float, float, float]] = []
    for values, counts in _blocks(counted):
        off = values
        off -= mean
        off /= spread
        squared = off * off
        weighted = squared * counts
        sums.append((float(weighted.sum()), float((weighted * off).sum()), float((weighted * squared).sum())))
    second, third, fourth = (math.fsum(each) for each in zip(*sums, strict=True))
    return spread, second, third, fourth


def _ranked(counted: Counted, percentiles: Sequence[float]) -> list[float]:
    """Give percentiles, linear between neighbours in rank."""
    if any(not 0 <= each <= 100 for each in percentiles):
        raise ValueError("a percentile is from 0 to 100")
    ranks = (counted.count - 1) * (np.asarray(percentiles, dtype=np.float64) / 100)
    below, above = np.floor(ranks).astype(np.int64), np.ceil(ranks).astype(np.int64)
    if counted.counts is not None:
        upto = np.cumsum(counted.counts)
        above = np.searchsorted(upto, above, side="right")
        lower = counted.values[np.searchsorted(upto, below, side="right")].astype(np.float64)
    else:
        lower = counted.values[below].astype(np.float64)
    upper = counted.values[above].astype(np.float64)
    return [float(each) for each in lower + (upper - lower) * (ranks - np.floor(ranks))]


def _binned(counted: Counted, bins: Bins | None) -> tuple[Doubles, NDArray[np.int64]]:
    low, high = float(counted.values[0]), float(counted.values[-1])
    edges = _bins(bins).edges(low, high)
    places = np.concatenate([[0], _places(counted.values, edges[1:-1]), [len(counted.values)]])
    if counted.counts is None:
        return edges, np.diff(places)
    upto = np.concatenate([[0], np.cumsum(counted.counts)])
    return edges, np.diff(upto[places])


def _places(values: NDArray[np.floating[Any]], limits: ArrayLike, *, after: bool = False) -> NDArray[np.intp]:
    """Give how many of ascending values lie below each limit, or up to it (``after``).

    Limits are turned into the type of the values, not the other way, which would copy all of them; a limit between
    two floats becomes the upper, which has the same values below it.
    """
    exact = np.asarray(limits, dtype=np.float64)
    near = exact.astype(values.dtype)
    between = near.astype(np.float64) < exact
    near = np.where(between, np.nextafter(near, values.dtype.type(np.inf)), near)
    found = np.searchsorted(values, near, side="left")
    if not after:
        return found
    equal = near.astype(np.float64) == exact
    return np.where(equal, np.searchsorted(values, near, side="right"), found)


def _bins(bins: Bins | None) -> Bins:
    from workstation.measure.bins import Bins

    return bins or Bins()

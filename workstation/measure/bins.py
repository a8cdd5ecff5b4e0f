"""Bins of histograms and of entropy: so many of equal width, or a width that is the same in every region."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

MOST_BINS = 65_536


@dataclass(frozen=True, slots=True)
class Bins:
    """How values are put into bins; the lower edge belongs to a bin, the upper to the next, that of the last to it.

    Parameters
    ----------
    count
        So many of equal width from the lowest to the highest value (IBSI: fixed bin number).
    width
        Where given, bins of this width instead, with edges at its whole multiples (IBSI: fixed bin size).
    """

    count: int = 64
    width: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_BINS:
            raise ValueError(f"{self.count} bins")
        if self.width is not None and not (math.isfinite(self.width) and self.width > 0):
            raise ValueError(f"bins of width {self.width}")

    @classmethod
    def parse(cls, text: str) -> Bins:
        """Read what a person gives: ``64`` bins, or ``width=25``.

        Raises
        ------
        UserError
            If it is neither.
        """
        name, _, number = text.strip().rpartition("=")
        try:
            if name in ("width", "w"):
                return cls(width=float(number))
            if not name:
                return cls(count=int(number))
        except ValueError:
            pass
        hint = f"Give how many, 1 to {MOST_BINS}, such as 64, or a width in the unit of the values: width=25."
        raise UserError(f"'{text}' says no bins.", hint=hint)

    def edges(self, low: float, high: float) -> NDArray[np.float64]:
        """Give the edges of the bins that hold values from ``low`` to ``high``, one more than there are bins.

        Equal values, and such as differ in their last digits alone, have one bin, as wide as 1. Of a width that would
        make too many bins, or none that floats can tell apart, the whole multiple of it is taken that does.
        """
        if self.width is None:
            finest = _finest(low, high)
            if high - low > self.count * finest:
                return np.linspace(low, high, self.count + 1)
            half = max(0.5, finest)
            return np.array([low - half, high + half])
        width = self._taken_width(low, high)
        first = math.floor(low / width)
        last = max(math.floor(high / width) + 1, first + 1)
        return np.arange(first, last + 1, dtype=np.float64) * np.float64(width)

    def words(self, low: float, high: float) -> str:
        """Say which bins those of `edges` are."""
        if self.width is None:
            return f"{self.count} bins of equal width from the lowest to the highest value"
        return f"bins of width {self._taken_width(low, high):g} with edges at its whole multiples"

    def _taken_width(self, low: float, high: float) -> float:
        assert self.width is not None  # noqa: S101  # callers have looked
        least = max((high - low) / (MOST_BINS - 2), _finest(low, high))
        return self.width * max(1, math.ceil(least / self.width))


def _finest(low: float, high: float) -> float:
    """Give a distance that floats of this size can tell apart."""
    return 4 * math.ulp(max(abs(low), abs(high)))

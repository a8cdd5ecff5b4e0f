"""How parallel slices follow each other: their usual distance, whether it is even, and where some are missing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from workstation.model.geometry import SAME_PLACE_MM
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

EVEN_SHARE = 0.1
"""A slice may be off its place in an even grid by this share of the step before the spacing counts as uneven."""


@dataclass(frozen=True, slots=True)
class SliceSpacing:
    """How parallel planes follow each other along their normal.

    Parameters
    ----------
    step_mm
        The usual distance, in mm: the mean where the spacing is even, otherwise the median; 0 for fewer than two.
    smallest_mm, largest_mm
        Extremes of the distances.
    is_even
        Whether each plane is within `EVEN_SHARE` of a step of its place in an even grid.
    gaps
        (index of the plane before the gap, planes missing there), where two thirds of the distances are equal and
        the others are whole multiples of them.
    grid_step_mm
        The largest step of an even grid that holds every plane, at least every second of its planes; None where
        there is none.
    """

    step_mm: float = 0.0
    smallest_mm: float = 0.0
    largest_mm: float = 0.0
    is_even: bool = True
    gaps: tuple[tuple[int, int], ...] = ()
    grid_step_mm: float | None = None


def slice_spacing(offsets_mm: Sequence[float]) -> SliceSpacing:
    """Describe the distances of planes.

    Parameters
    ----------
    offsets_mm
        Ascending positions along the normal, none twice.
    """
    steps = [b - a for a, b in pairwise(offsets_mm)]
    if not steps:
        return SliceSpacing()
    mean, smallest, largest = sum(steps) / len(steps), min(steps), max(steps)
    off = [offset - offsets_mm[0] - index * mean for index, offset in enumerate(offsets_mm)]
    if (max(off) - min(off)) / 2 <= max(EVEN_SHARE * mean, SAME_PLACE_MM):
        return SliceSpacing(mean, smallest, largest, is_even=True, grid_step_mm=mean)
    usual = sorted(steps)[(len(steps) - 1) // 2]
    grid_step = _common_step(steps, smallest)
    gaps: tuple[tuple[int, int], ...] = ()
    if grid_step is not None and sum(round(step / grid_step) == 1 for step in steps) * 3 >= len(steps) * 2:
        counts = [round(step / grid_step) for step in steps]
        gaps = tuple((index, count - 1) for index, count in enumerate(counts) if count > 1)
    return SliceSpacing(usual, smallest, largest, is_even=False, gaps=gaps, grid_step_mm=grid_step)


def told_mm(*lengths_mm: float) -> str:
    """Write a length, or the ends of a range ("2.5 to 5.0"): one digit, two below 1 mm, more where they look alike."""
    digits = 1 if min(lengths_mm) >= 1 else 2
    while digits < 3 and len({f"{each:.{digits}f}" for each in lengths_mm}) < len(set(lengths_mm)):
        digits += 1
    return " to ".join(f"{each:.{digits}f}" for each in lengths_mm)


def _common_step(steps: Sequence[float], smallest: float) -> float | None:
    """Find the step of which all steps are whole multiples, None where there is none, or too many planes were empty."""
    counts = [round(step / smallest) for step in steps]
    if sum(counts) > 2 * len(steps):
        return None
    step = sum(steps) / sum(counts)
    tolerance = max(EVEN_SHARE * step, SAME_PLACE_MM)
    place, planned = 0.0, 0
    for width, count in zip(steps, counts, strict=True):
        place, planned = place + width, planned + count
        if abs(place - planned * step) > tolerance:
            return None
    return step

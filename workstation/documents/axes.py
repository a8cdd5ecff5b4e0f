"""Axes of plots: from where to where, and the round numbers or dates that are named on them."""

import math
from datetime import date
from typing import NamedTuple

from workstation.quick_dataclass import dataclass

MOST_TICKS = 7
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24_000)


class Tick(NamedTuple):
    """A place on an axis, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, which are never the same."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def share(self, value: float) -> float:
        """Give where a value is: 0 at the low end, 1 at the high end."""
        return (value - self.low) / (self.high - self.low)


def number_axis(low: float, high: float, *, is_widened: bool = False, is_counted: bool = False) -> Axis:
    """Give an axis of numbers; one that ``is_widened`` ends at round numbers, of counts whole ones are named."""
    if not high > low:
        half = max(abs(low) * 0.05, 0.5)
        low, high = low - half, high + half
    step = round_step(low, high)
    step = max(step, 1.0) if is_counted else step
    if is_widened:
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Axis(low, high, tuple(Tick(each, number_text(each, step)) for each in _multiples(low, high, step)))


def round_step(low: float, high: float, most: int = MOST_TICKS) -> float:
    """Give 1, 2 or 5 times a power of ten, of which there are at most so many between two numbers."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in (1, 2, 5, 10, 20) if each * power >= rough * (1 - 1e-9))


def ticks(low: float, high: float, most: int = MOST_TICKS) -> list[float]:
    """Give the round numbers from one to another; one alone where both are the same."""
    if not high > low:
        return [low]
    return _multiples(low, high, round_step(low, high, most))


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def number_text(value: float, step: float) -> str:
    """Write a number with the digits that tell it from its neighbours."""
    value = 0.0 if abs(value) < step / 1e6 else value
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if decimals > 6 or abs(value) >= 1e7:
        return f"{value:.6g}"
    return f"{value:.{decimals}f}"


def date_axis(low: float, high: float) -> Axis:
    """Give an axis of days as `datetime.date.toordinal` counts them; days, weeks, first days of months or of years."""
    room = max(1.0, (high - low) * 0.04)
    low, high = max(1.0, low - room), min(float(date.max.toordinal()), high + room)
    for days in _DAY_STEPS:
        if (high - low) / days <= MOST_TICKS:
            first = math.ceil(low / days) * days
            found = [float(each) for each in range(first, math.floor(high) + 1, days)]
            return Axis(low, high, tuple(Tick(each, date.fromordinal(int(each)).isoformat()) for each in found))
    for months in _MONTH_STEPS:
        found = _months(low, high, months)
        if len(found) <= MOST_TICKS:
            break
    form = "%Y-%m" if months < 12 else "%Y"
    return Axis(low, high, tuple(Tick(each, date.fromordinal(int(each)).strftime(form)) for each in found))


def _months(low: float, high: float, step: int) -> list[float]:
    """Give the first days of every so many months, counted from the year 0."""
    begun = date.fromordinal(math.ceil(low))
    number = -(-(begun.year * 12 + begun.month - 1) // step) * step
    found = []
    while number < 10_000 * 12:
        at = date(number // 12, number % 12 + 1, 1).toordinal()
        if at > high:
            break
        if at >= low:
            found.append(float(at))
        number += step
    return found

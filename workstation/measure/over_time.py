"""Measurements of the same lesion in several studies: how each number changed, and how fast a volume doubles."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from workstation.errors import UserError
from workstation.model.units import LENGTHS, Unit
from workstation.operations.operation import counted

_PER_MM = {units[power]: (power + 1, units[3] ** (power + 1)) for units in LENGTHS.values() for power in range(3)}
"""Units of length, area and volume: the power of mm, and how many of it they are."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One number of one lesion at one time.

    Parameters
    ----------
    lesion
        What tells it from other lesions: tracking UID, or its name.
    name
        For people.
    quantity, words
        Key and words of the quantity.
    value, unit
        The number.
    when
        Date of the study; None where the file does not say.
    source
        Where it was measured, for people.
    """

    lesion: str
    name: str
    quantity: str
    words: str
    value: float
    unit: Unit
    when: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One number of a trend; changes are None at the first, per cent also where what it is compared with is 0.

    Where some numbers have a date and this one has none, it has no place in time, and no changes either; neither has
    one of several of the same time.
    """

    when: date | None
    value: float
    since_first: float | None
    since_first_percent: float | None
    since_last: float | None
    since_last_percent: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One quantity of one lesion over time, oldest first; ``doubling_days`` between the first and the last volume.

    Numbers without a date stand last; where none has one, they stand as they were given.
    """

    lesion: str
    name: str
    quantity: str
    words: str
    unit: Unit
    steps: tuple[Step, ...]
    doubling_days: float | None = None


def trends(observations: Iterable[Observation]) -> tuple[Trend, ...]:
    """Gather numbers into trends, in the order in which lesions and quantities first occur.

    Several numbers of one lesion and quantity at one time, as on several slices, stay several steps, in their order;
    which of them changed into which is not known, so changes are told between times of which there is one number.

    Raises
    ------
    UserError
        If numbers that belong together have units that cannot be compared: mm and pixels, SUV of two kinds. Lengths in
        mm, cm and inch can, and are given in the first one's unit.
    """
    found: dict[tuple[str, str], list[Observation]] = {}
    for each in observations:
        found.setdefault((each.lesion, each.quantity), []).append(each)
    return tuple(_trend(several) for several in found.values())


def _trend(several: Sequence[Observation]) -> Trend:
    first = several[0]
    dated = sorted((each for each in several if each.when is not None), key=_when)
    undated = [each for each in several if each.when is None]
    ordered = [*dated, *undated]
    values = [
        converted(each.value, each.unit, first.unit, f"{each.name or each.lesion}: {each.words}") for each in ordered
    ]
    alone = _alone(ordered)
    places = [at for at, each in enumerate(ordered) if each.when in alone]
    steps = []
    for at, (each, value) in enumerate(zip(ordered, values, strict=True)):
        earlier = [place for place in places if place < at]
        if at not in places or not earlier:
            steps.append(Step(each.when, value, None, None, None, None, each.source))
            continue
        (first_by, first_percent), (last_by, last_percent) = (
            _change(value, values[earlier[0]]),
            _change(value, values[earlier[-1]]),
        )
        steps.append(Step(each.when, value, first_by, first_percent, last_by, last_percent, each.source))
    doubling = None
    begun, ended = (ordered[places[0]], ordered[places[-1]]) if len(places) > 1 else (first, first)
    if first.quantity == "volume" and begun.when != ended.when:
        doubling = doubling_days(values[places[0]], values[places[-1]], (_when(ended) - _when(begun)).days)
    return Trend(first.lesion, first.name, first.quantity, first.words, first.unit, tuple(steps), doubling)


def _alone(ordered: Sequence[Observation]) -> set[date | None]:
    """Give the times of which there is one number, so that it can be said how it changed.

    Where none has a date, each counts, in the order given; where some have one, those without have no place in time.
    """
    counts = Counter(each.when for each in ordered)
    if set(counts) == {None}:
        return {None}
    return {when for when, count in counts.items() if when is not None and count == 1}


def _change(value: float, before: float) -> tuple[float, float | None]:
    return value - before, None if before == 0 else (value - before) / abs(before) * 100


def converted(value: float, unit: Unit, wanted: Unit, what: str) -> float:
    """Give a number in another unit.

    Raises
    ------
    UserError
        If the two cannot be compared.
    """
    if unit.ucum == wanted.ucum:
        return value
    one, other = _metric(unit), _metric(wanted)
    if one is None or other is None or one[0] != other[0]:
        names = f"{unit.words or unit.meaning} and {wanted.words or wanted.meaning}"
        raise UserError(
            f"{what} is in {names}, which cannot be compared.", hint="Measure both with the same calibration and kind."
        )
    return value * one[1] / other[1]


def _metric(unit: Unit) -> tuple[int, float] | None:
    if unit.ucum == "ml":
        return 3, 1000.0
    if unit.words.startswith(("px", "voxel")):
        return None
    return _PER_MM.get(unit)


def doubling_days(before: float, after: float, days: float) -> float | None:
    """Give the doubling time of a volume in days, negative where it shrank; None where it stayed, or is not above 0.

    Exponential growth: days x ln 2 / ln(after / before) (Schwartz 1961).
    """
    if before <= 0 or after <= 0 or before == after:
        return None
    return days * math.log(2) / math.log(after / before)


def by_date(observations: Iterable[Observation]) -> tuple[tuple[date, tuple[Observation, ...]], ...]:
    """Give them by date, oldest first.

    Raises
    ------
    UserError
        If one has no date.
    """
    listed = list(observations)
    undated = [each for each in listed if each.when is None]
    if undated:
        raise UserError(
            f"{counted(len(undated), 'measurement has', 'measurements have')} no study date: {undated[0].source}.",
            hint="Measure on images with a Study Date, or give the dates in a table.",
        )
    listed.sort(key=_when)
    return tuple((when, tuple(several)) for when, several in groupby(listed, key=_when))


def _when(each: Observation) -> date:
    return each.when or date.min

"""Measurements of the same lesion in several studies: how each number changed, and how fast a volume doubles."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from workstation.errors import UserError
from workstation.model.units import LENGTHS, Unit
from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass

_PER_MM = {units[power]: (power + 1, units[3] ** (power + 1)) for units in LENGTHS.values() for power in range(3)}
"""Units of length, area and volume: the power of mm, and how many of it they are."""
_NO_CHANGES = ((None, None), (None, None))


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
    study
        Study Instance UID; empty where the file does not say.
    patient
        What tells its patient from the others that there are: lesions of two are never one. Empty where not known.
    """

    lesion: str
    name: str
    quantity: str
    words: str
    value: float
    unit: Unit
    when: date | None
    source: str = ""
    study: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One number of a trend; changes are None at the first, per cent also where what it is compared with is 0.

    Where some numbers have a date and this one has none, it has no place in time, and no changes either; neither has
    one of several of the same time, of which there are ``among``.
    """

    when: date | None
    value: float
    since_first: float | None
    since_first_percent: float | None
    since_last: float | None
    since_last_percent: float | None
    source: str
    among: int = 1


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
    patient: str = ""


def in_time(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Give numbers oldest first, those without a date last, in the order in which `Trend.steps` has them."""
    dated = sorted((each for each in observations if each.when is not None), key=_when)
    return (*dated, *(each for each in observations if each.when is None))


def trends(observations: Iterable[Observation]) -> tuple[Trend, ...]:
    """Gather numbers into trends, in the order in which lesions and quantities first occur; never of two patients.

    Several numbers of one lesion and quantity at one time, as on several slices, stay several steps, in their order;
    which of them changed into which is not known, so changes are told between times of which there is one number.

    Raises
    ------
    UserError
        If numbers that belong together have units that cannot be compared: mm and pixels, SUV of two kinds. Lengths in
        mm, cm and inch can, and are given in the first one's unit.
    """
    found: dict[tuple[str, str, str], list[Observation]] = {}
    for each in observations:
        found.setdefault((each.patient, each.lesion, each.quantity), []).append(each)
    return tuple(_trend(several) for several in found.values())


def _trend(several: Sequence[Observation]) -> Trend:
    first = several[0]
    ordered = in_time(several)
    values = [
        converted(each.value, each.unit, first.unit, f"{each.name or each.lesion}: {each.words}") for each in ordered
    ]
    among = _among(ordered)
    has_dates = ordered[0].when is not None
    places = [
        at for at, each in enumerate(ordered) if among[at] == 1 and (each.when is not None or not has_dates)
    ]  # what has no date has no place among what has one
    steps = []
    for at, (each, value) in enumerate(zip(ordered, values, strict=True)):
        earlier = [place for place in places if place < at]
        since = [values[earlier[0]], values[earlier[-1]]] if at in places and earlier else []
        (first_by, first_percent), (last_by, last_percent) = [_change(value, before) for before in since] or _NO_CHANGES
        steps.append(Step(each.when, value, first_by, first_percent, last_by, last_percent, each.source, among[at]))
    doubling = None
    begun, ended = (places[0], places[-1]) if places else (0, 0)
    if first.quantity == "volume" and ordered[begun].when != ordered[ended].when:
        days = (_when(ordered[ended]) - _when(ordered[begun])).days
        doubling = doubling_days(values[begun], values[ended], days)
    steps_of = tuple(steps)
    return Trend(first.lesion, first.name, first.quantity, first.words, first.unit, steps_of, doubling, first.patient)


def _among(ordered: Sequence[Observation]) -> list[int]:
    """Give for each number how many there are of its time: of its day, or of its study where that has no date."""
    times = [each.when or each.study or at for at, each in enumerate(ordered)]
    counts = Counter(times)
    return [counts[time] for time in times]


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

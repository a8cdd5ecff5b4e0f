"""Times of a PET scan by the clock at the scanner: dates that are missing, midnight, time zones, moved dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from pydicom import Dataset

from workstation.measure.suv.values import Moment
from workstation.model.attributes import text
from workstation.model.text import date_of, datetime_of_dt, time_of

NO_DAY = datetime(1900, 1, 2)
DAY_S = 86400.0
_HALF_DAY_S = DAY_S / 2
EARLY_S = 3600.0
"""A scan may begin this much before the injection (dynamic scans do); more than that, a day is wrong."""


def moment_of(dataset: Dataset, day_keyword: str, clock_keyword: str, source: str) -> Moment | None:
    """Read a date (DA) and a time (TM); None without a time, not dated without a date."""
    clock = time_of(_first(dataset, clock_keyword))
    if clock is None:
        return None
    day = date_of(_first(dataset, day_keyword))
    return Moment(datetime.combine(day or NO_DAY.date(), clock), source, is_dated=day is not None)


def moment_of_dt(raw: object, source: str, zone: timezone | None) -> Moment | None:
    """Read a date time (DT) as the clock at the scanner shows it; None where it has no hour.

    Parameters
    ----------
    raw
        The value, with or without an offset from UTC.
    source
        The attribute.
    zone
        Of the scanner (Timezone Offset From UTC); without it a time with an offset is taken as it is written.
    """
    written = str(raw or "").split("\\")[0].strip(" \0")
    found = datetime_of_dt(written)
    if found is None or len(written.split(".")[0].split("+")[0].split("-")[0]) < 10:
        return None
    if found.tzinfo is not None and zone is not None:
        found = found.astimezone(zone)
    return Moment(found.replace(tzinfo=None), source)


def zone_of(dataset: Dataset) -> timezone | None:
    """Give the time zone of a dataset's dates and times (Timezone Offset From UTC); None where it does not say."""
    written = _first(dataset, "TimezoneOffsetFromUTC")
    found = datetime_of_dt(f"2000010100{written}") if written[:1] in ("+", "-") else None
    zone = found.tzinfo if found else None
    return zone if isinstance(zone, timezone) else None


def _first(dataset: Dataset, keyword: str) -> str:
    return text(dataset, keyword).split("\\")[0].strip()


def seconds_between(first: Moment, last: Moment) -> float:
    """Give the seconds from one time to another, negative where the second is earlier.

    Where the day of either is not known they are taken to be less than half a day apart.
    """
    if first.is_dated and last.is_dated:
        return (last.at - first.at).total_seconds()
    within = (_of_day(last) - _of_day(first)) % DAY_S
    return within - DAY_S if within > _HALF_DAY_S else within


def _of_day(moment: Moment) -> float:
    return (moment.at - moment.at.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()


def moved(moment: Moment, seconds: float, source: str) -> Moment:
    """Give a time some seconds later, with another source."""
    return replace(moment, at=moment.at + timedelta(seconds=seconds), source=source)


def last_before(clock: Moment, limit: Moment) -> Moment:
    """Give the last time a clock showed a time of day before a limit, or up to an hour after it.

    Parameters
    ----------
    clock
        Whose time of day counts.
    limit
        Whose day counts; the result is as dated as it is.
    """
    within = (_of_day(limit) - _of_day(clock)) % DAY_S
    if within > DAY_S - EARLY_S:
        within -= DAY_S
    return Moment(limit.at - timedelta(seconds=within), clock.source, limit.is_dated)

"""Dates and times moved by one amount: DA, TM and DT (PS3.5 6.2), with and without offsets from UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone

from workstation.model.text import date_of, datetime_of_dt, time_of

_DT = re.compile(r"(\d{4,14})(\.\d{1,6})?([+-]\d{4})?$")
_FORMAT = "%Y%m%d%H%M%S"


def shift_date(text: str, shift: timedelta, at: str = "") -> str:
    """Move a date (DA), or a range of dates; empty where it is none.

    Parameters
    ----------
    text
        ``YYYYMMDD``.
    shift
        How far; what is less than a day counts where ``at`` is given.
    at
        The time (TM) that belongs to the date.
    """
    day = date_of(text)
    if day is None:
        return ""
    moment = datetime.combine(day, time_of(at) or datetime.min.time())
    return _moved(moment, shift, "%Y%m%d")


def shift_time(text: str, shift: timedelta) -> str:
    """Move a time (TM) within its day, as precise as it was; empty where it is none."""
    moment = time_of(text)
    if moment is None:
        return ""
    rest = timedelta(seconds=shift.total_seconds() % 86400)
    if not rest:
        return text.strip()
    moved = datetime.combine(datetime(2000, 1, 2).date(), moment) + rest
    digits = text.strip().replace(":", "")
    fraction = digits.partition(".")[2]
    whole = f"{moved:%H%M%S}"
    return whole + (f".{moved.microsecond:06d}"[: len(fraction) + 1] if fraction else "")


def shift_datetime(text: str, shift: timedelta, local_offset: str = "") -> str:
    """Move a date time (DT), as precise as it was, and take its offset from UTC off; empty where it is none.

    Parameters
    ----------
    text
        ``YYYYMMDDHHMMSS.FFFFFF&ZZXX``.
    shift
        How far.
    local_offset
        Timezone Offset From UTC (0008,0201) of the object: times with another offset are told in that one, so that
        what lies between two of them stays true.
    """
    match, moment = _DT.match(text.strip(" \0")), datetime_of_dt(text)
    if match is None or moment is None:
        return ""
    digits, fraction, offset = match[1], match[2] or "", match[3]
    if offset and (zone := _zone(local_offset)) is not None:
        moment = moment.astimezone(zone)
    moment = moment.replace(tzinfo=None)
    if len(digits) < 8:
        moment = moment.replace(day=15) if len(digits) == 6 else moment.replace(month=7, day=1)
    moved = _moved(moment, shift, _FORMAT + ".%f")
    return moved[: len(digits)] + (moved[14 : 14 + len(fraction)] if fraction else "") if moved else ""


def _moved(moment: datetime, shift: timedelta, form: str) -> str:
    try:
        moved = moment + shift
    except OverflowError:
        return ""
    return moved.strftime(form).rjust(len(moved.strftime(form)), "0") if moved.year >= 1000 else ""


def _zone(offset: str) -> timezone | None:
    match = re.fullmatch(r"\s*([+-])(\d{2})(\d{2})\s*", offset)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes)) if minutes else UTC

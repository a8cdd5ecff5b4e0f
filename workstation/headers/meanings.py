"""What a value means to a person: dates and times as they are read, UIDs and tags by their names, names of people."""

import re
from collections.abc import Callable

from pydicom.datadict import keyword_for_tag
from pydicom.uid import UID

from workstation.model.text import date_of, datetime_of_dt, person_name, time_of

_AGE = re.compile(r"(\d{3})([DWMY])")
_AGES = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}
_TAG = re.compile(r"\(([0-9a-f]{4}),([0-9a-f]{4})\)")


def meaning_of(vr: str, value: str) -> str:
    r"""Give a value in words; empty where the value says it itself, or nobody knows.

    Parameters
    ----------
    vr
        Value representation (PS3.5 6.2).
    value
        As `workstation.headers.values.shown` gives it; several values are joined by a backslash.
    """
    read = _READERS.get(vr)
    if read is None or not value or value.endswith("…"):
        return ""
    found = [read(each.strip()) for each in value.split("\\")]
    return "; ".join(each or "?" for each in found) if any(found) else ""


def _date(text: str) -> str:
    day = date_of(text)
    return day.isoformat() if day else ""


def _time(text: str) -> str:
    moment = time_of(text)
    return moment.isoformat("seconds") if moment else ""


def _date_time(text: str) -> str:
    moment = datetime_of_dt(text) if len(text) >= 8 else None
    return moment.isoformat(" ", "seconds") if moment else ""


def _uid(text: str) -> str:
    name = UID(text).name
    return "" if name == text else name


def _tag(text: str) -> str:
    match = _TAG.fullmatch(text)
    return keyword_for_tag(int(match[1] + match[2], 16)) if match else ""


def _age(text: str) -> str:
    match = _AGE.fullmatch(text)
    return f"{int(match[1])} {_AGES[match[2]]}" if match else ""


def _name(text: str) -> str:
    return person_name(text) if "^" in text or "=" in text else ""


_READERS: dict[str, Callable[[str], str]] = {
    "DA": _date,
    "TM": _time,
    "DT": _date_time,
    "UI": _uid,
    "AT": _tag,
    "AS": _age,
    "PN": _name,
}

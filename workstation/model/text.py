"""Text of files made fit for people: names, dates and times; nothing in it can steer a terminal or a page."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

# Compiled when they are first used: to compile one takes longer than to load this module.
_LINE_BREAKS = r"[\r\n\v\f\x85\u2028\u2029]+"
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DATE = r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})$"
_TIME = r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?)?$"
_DATE_TIME = r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.(\d{1,6}))?([+-]\d{4})?$"


BODY_PARTS = {
    "ABDOMENPELVIS": "abdomen and pelvis",
    "ACJOINT": "acromioclavicular joint",
    "CHESTABDOMEN": "chest and abdomen",
    "CHESTABDPELVIS": "chest, abdomen and pelvis",
    "CSPINE": "cervical spine",
    "CTSPINE": "cervico-thoracic spine",
    "HEADNECK": "head and neck",
    "IAC": "internal auditory canal",
    "LSPINE": "lumbar spine",
    "LSSPINE": "lumbo-sacral spine",
    "NECKCHEST": "neck and chest",
    "NECKCHESTABDOMEN": "neck, chest and abdomen",
    "NECKCHESTABDPELV": "neck, chest, abdomen and pelvis",
    "SCJOINT": "sternoclavicular joint",
    "SIJOINT": "sacroiliac joint",
    "SSPINE": "sacral spine",
    "TLSPINE": "thoraco-lumbar spine",
    "TMJOINT": "temporomandibular joint",
    "TSPINE": "thoracic spine",
    "WHOLEBODY": "whole body",
}
"""Terms for Body Part Examined (PS3.16 annex L) of several words run together; others are read as they are."""


def clean(text: object, *, lines: bool = False) -> str:
    """Give text without control characters, marks that turn the direction of writing, and unpaired surrogates.

    Parameters
    ----------
    text
        Anything from a file.
    lines
        Keep line breaks, as ``\\n``; they become blanks otherwise.
    """
    given = str(text)
    if given.isascii() and given.isprintable():
        return given.strip(" ")
    plain = re.sub(_LINE_BREAKS, "\n" if lines else " ", given).replace("\t", " ")
    return "".join(_fit(character) for character in plain).strip(" \0")


def _fit(character: str) -> str:
    if character == "\n" or " " <= character <= "~":
        return character
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if kind == "Cc" or character in _DIRECTION else character


def body_part_text(raw: object) -> str:
    """Give a body part (0018,0015) as people write it, ``Chest, abdomen and pelvis`` for CHESTABDPELVIS."""
    code = clean(raw)
    words = BODY_PARTS.get(code.upper().replace(" ", ""), code.lower())
    return words[:1].upper() + words[1:]


def person_name(raw: object) -> str:
    """Give a person name (PS3.5 6.2.1) as people read it: ``Family, Given Middle``, other scripts in brackets.

    Parameters
    ----------
    raw
        Up to three groups (alphabetic, ideographic, phonetic) joined by ``=``, components by ``^``; several names
        by a backslash.
    """
    found = []
    for one in str(raw).split("\\"):
        groups = [written for group in one.split("=")[:3] if (written := _one_script(group))]
        if groups:
            found.append(groups[0] + (f" ({groups[1]})" if len(groups) > 1 else ""))
    return "; ".join(found)


def _one_script(group: str) -> str:
    family, given, middle, prefix, suffix = ([clean(part) for part in group.split("^")] + [""] * 5)[:5]
    rest = " ".join(part for part in (prefix, given, middle) if part)
    return ", ".join(part for part in (family, rest, suffix) if part)


def date_of(raw: object) -> date | None:
    """Read a date (DA), also in the old forms with points or dashes; None where it is none."""
    match = re.match(_DATE, str(raw).strip(" \0"))
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def time_of(raw: object) -> time | None:
    """Read a time (TM), also in the old form with colons; None where it is none. A leap second counts as 59."""
    match = re.match(_TIME, str(raw).strip(" \0"))
    if not match:
        return None
    hour, minute, second, fraction = match.groups()
    try:
        return time(int(hour), int(minute or 0), min(int(second or 0), 59), int((fraction or "").ljust(6, "0")))
    except ValueError:
        return None


def datetime_of(raw_date: object, raw_time: object = "") -> datetime | None:
    """Join a date (DA) and a time (TM), midnight where there is none; None without a date."""
    day = date_of(raw_date)
    return datetime.combine(day, time_of(raw_time) or time()) if day else None


def datetime_of_dt(raw: object) -> datetime | None:
    """Read a date time (DT), with its offset from UTC where it has one; parts that are missing are the first."""
    match = re.match(_DATE_TIME, str(raw).strip(" \0"))
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        return datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),
            int((fraction or "").ljust(6, "0")),
            tzinfo=_zone(offset),
        )
    except ValueError:
        return None


def _zone(offset: str | None) -> timezone | None:
    if not offset:
        return None
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)) if minutes else UTC

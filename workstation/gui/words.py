"""Dates, counts and times in words a person reads."""

from html import escape

from workstation.model.text import clean, date_of


def plural(count: int, one: str, many: str) -> str:
    """Count something ("1 image", "12 images")."""
    return f"{grouped(count)} {one if count == 1 else many}"


def grouped(count: int) -> str:
    """Give a whole number with thin gaps between thousands from 10 000 on."""
    return f"{count:,}".replace(",", "\u202f") if abs(count) >= 10_000 else str(count)


def date_text(date: str) -> str:
    """Give a DICOM date as the corner text has it, 2026-11-20; as it is where it is none."""
    day = date_of(date)
    return day.isoformat() if day else clean(date)


def age_at(birth: str, date: str) -> str:
    """Give the age of a patient on a day, in years, below two in months; empty where it cannot be known."""
    born, day = date_of(birth), date_of(date)
    if born is None or day is None or day < born:
        return ""
    if (day - born).days < 31:
        return plural((day - born).days, "day", "days")
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return f"{months // 12} y" if months >= 24 else f"{months} months"


def duration(seconds: float) -> str:
    """Give a time roughly, as one says it."""
    if seconds < 1.5:
        return "1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def tip(text: str) -> str:
    """Give text from a file as a tool tip: Qt takes what looks like markup for markup."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>"

"""Text of files as a terminal shows it: nothing that it would obey, no wider than there is room."""

import unicodedata

from workstation.model.text import clean

ELLIPSIS = "…"
_MOST_MARKS = 4
"""Marks on one letter: more would cover the lines around it."""
_JOINERS = "\u200c\u200d"


def plain(text: object) -> str:
    """Clean a text of a file: no controls, nothing invisible, few marks on a letter."""
    kept: list[str] = []
    marks = 0
    for character in clean(text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") or character in _JOINERS else 0
        if marks <= _MOST_MARKS and (kind not in ("Cf", "Co", "Cn") or character in _JOINERS):
            kept.append(character)
    return "".join(kept)


def columns_of(text: str) -> int:
    """Give how many columns a cleaned text takes: wide characters two, marks none."""
    if text.isascii():
        return len(text)
    import wcwidth

    return max(0, int(wcwidth.wcswidth(text)))


def cut(text: str, columns: int) -> str:
    """Cut a text of `plain` to some columns, with an ellipsis where something is left out."""
    if _fitting(text, columns) == len(text):
        return text
    return (text[: _fitting(text, columns - 1)].rstrip() + ELLIPSIS) if columns > 0 else ""


def wrapped(text: str, columns: int, most: int = 3) -> list[str]:
    """Break a text of `plain` at blanks into lines of some columns, the last of ``most`` cut."""
    lines: list[str] = []
    rest = text
    while len(lines) < most - 1 and (end := _fitting(rest, columns)) < len(rest):
        at = end if rest[end] == " " else rest.rfind(" ", 0, end)
        at = at if at > 0 else max(end, 1)
        lines.append(cut(rest[:at].rstrip(), columns))
        rest = rest[at:].lstrip()
    return [*lines, cut(rest, columns)] if rest else lines


def _fitting(text: str, columns: int) -> int:
    """Give how many characters of a text fit into some columns."""
    near = text[: _reach(max(columns, 0))]
    if len(near) == len(text) and columns_of(text) <= columns:
        return len(text)
    return next((end for end in range(len(near), 0, -1) if columns_of(near[:end]) <= columns), 0)


def _reach(columns: int) -> int:
    """Give how many characters may be in some columns."""
    return (_MOST_MARKS + 1) * (columns + 1)


def padded(text: str, columns: int) -> str:
    """Cut a text, and fill it up with blanks."""
    short = cut(text, columns)
    return short + " " * (columns - columns_of(short))

"""PS3.15 table E.1-1 as data: which attribute is treated how by the Basic Profile and by each of its options."""

import csv
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from itertools import dropwhile

from pydicom.datadict import keyword_for_tag

from workstation.quick_dataclass import dataclass
from workstation.resources import resource


class Option(StrEnum):
    """The options of PS3.15 E.3; all but the last two are columns of the table."""

    RETAIN_SAFE_PRIVATE = "retain-safe-private"
    RETAIN_UIDS = "retain-uids"
    RETAIN_DEVICE = "retain-device-identity"
    RETAIN_INSTITUTION = "retain-institution-identity"
    RETAIN_CHARACTERISTICS = "retain-patient-characteristics"
    RETAIN_FULL_DATES = "retain-full-dates"
    RETAIN_MODIFIED_DATES = "retain-modified-dates"
    CLEAN_DESCRIPTORS = "clean-descriptors"
    CLEAN_STRUCTURED = "clean-structured-content"
    CLEAN_GRAPHICS = "clean-graphics"
    CLEAN_PIXELS = "clean-pixel-data"
    CLEAN_FEATURES = "clean-recognizable-visual-features"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    ``tag`` is ``gggg,eeee`` where x stands for any digit, or ``odd`` for all private attributes; ``basic`` and the
    values of ``options`` are action codes as the standard writes them (``X/Z/D``).
    """

    tag: str
    name: str
    basic: str
    options: Mapping[Option, str]

    def code(self, options: frozenset[Option]) -> str:
        """Give the action code under some options: what keeps goes before what cleans, and both before the basic.

        Where dates are moved all of them are, those of devices too that another option keeps: one that stayed would
        tell by how much the others were moved, and might be a date of the patient's.
        """
        if Option.RETAIN_MODIFIED_DATES in options and Option.RETAIN_MODIFIED_DATES in self.options:
            return self.options[Option.RETAIN_MODIFIED_DATES]
        codes = {self.options[option] for option in options if option in self.options}
        return next((code for code in ("K", "C") if code in codes), self.basic)


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Give the rows of a table under ``resources/deidentification``, without the remarks at its head."""
    with resource(f"deidentification/{name}").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(dropwhile(lambda line: line.startswith("#"), stream))


@cache
def rows() -> tuple[Row, ...]:
    """Give all rows in the order of their tags."""
    return tuple(
        Row(
            line["tag"],
            line["name"],
            line["basic"],
            {option: line[option] for option in Option if line.get(option)},
        )
        for line in read_table("table_e1_1.csv")
    )


@cache
def _by_tag() -> dict[str, Row]:
    return {row.tag: row for row in rows()}


@cache
def keyword_of(tag: int) -> str:
    """Give the keyword of a tag, empty where it has none; pydicom looks it up at every mention."""
    return keyword_for_tag(tag)


@cache
def code_of(tag: int, options: frozenset[Option]) -> str | None:
    """Give the action code of a tag under some options; None where the table does not list it."""
    row = row_of(tag)
    return row.code(options) if row is not None else None


@cache
def row_of(tag: int) -> Row | None:
    """Give the row of a tag; that of its repeating group (50xx, 60xx) or of private attributes where it is one."""
    group, element = tag >> 16, tag & 0xFFFF
    if group % 2:
        return _by_tag()["odd"]
    plain = _by_tag().get(f"{group:04x},{element:04x}")
    if plain is None and group >> 8 == 0x50:
        return _by_tag()["50xx,xxxx"]
    if plain is None and group >> 8 == 0x60:
        return _by_tag().get(f"60xx,{element:04x}")
    return plain

"""What a person corrects of the inputs of a standardized uptake value, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, Self

from workstation.measure.suv.clock import NO_DAY
from workstation.measure.suv.values import GIVEN, Moment
from workstation.model.text import clean, time_of
from workstation.operations.values import parse_number
from workstation.quick_dataclass import dataclass

_QUANTITY = re.compile(r"\s*([-+.\deE]+?)\s*([a-zA-Zµ]*)\s*")
_BECQUERELS = {"": 1.0, "bq": 1.0, "kbq": 1e3, "mbq": 1e6, "gbq": 1e9, "mci": 3.7e7, "uci": 3.7e4, "µci": 3.7e4}
_SECONDS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
_KILOGRAMS = {"": 1.0, "kg": 1.0, "g": 0.001, "lb": 0.45359237}
_QUANTITIES = {
    "weight": ("weight_kg", _KILOGRAMS, "a weight such as 70kg"),
    "height": ("height_m", _METRES, "a height such as 1.75 or 175cm"),
    "dose": ("dose_bq", _BECQUERELS, "a dose such as 370MBq"),
    "half-life": ("half_life_s", _SECONDS, "a half-life such as 6586.2 or 109.77min"),
}
_MOMENTS = {"injected": "injected_at", "values": "values_at"}
_CHOICES = {"sex": ("sex", ("F", "M", "O")), "decay": ("decay_correction", ("START", "ADMIN", "NONE"))}
_LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Corrections:
    """What holds in place of the header; None, or empty: the header's.

    Parameters
    ----------
    weight_kg, height_m, sex
        Of the patient; sex F, M or O.
    dose_bq, half_life_s
        Injected activity when it was injected; half-life of the nuclide.
    injected_at, values_at
        When it was injected; to which time values are decayed. Of one without a day (`Moment.is_dated`) the day follows
        from the other times.
    decay_correction
        START, ADMIN or NONE.
    item
        Which of several radiopharmaceuticals counts, from 1.
    note
        Why, in a person's words; it is kept with the number.
    """

    weight_kg: float | None = None
    height_m: float | None = None
    sex: Literal["F", "M", "O"] | None = None
    dose_bq: float | None = None
    half_life_s: float | None = None
    injected_at: Moment | None = None
    values_at: Moment | None = None
    decay_correction: Literal["START", "ADMIN", "NONE"] | None = None
    item: int | None = None
    note: str = ""

    @classmethod
    def parse(cls, pairs: Mapping[str, str] | Iterable[str]) -> Self:
        """Read pairs of what and value.

        ``weight=70kg``, ``height=175cm``, ``sex=F``, ``dose=370MBq``, ``half-life=109.8min``, ``injected=10:15``,
        ``values=2024-01-31T11:20``, ``decay=ADMIN``, ``item=2``, ``note=...``.

        Raises
        ------
        ValueError
            With a sentence, where a word or a value is none of these.
        """
        found = dict(pairs) if isinstance(pairs, Mapping) else dict(_pair(each) for each in pairs)
        made = cls()
        for name, written in found.items():
            key, value = _read(name.strip().lower().replace("_", "-"), written.strip())
            made = replace(made, **{key: value})
        return made

    def pairs(self) -> dict[str, str]:
        """Give the corrections as `parse` reads them, so that they can be kept."""
        found = {name: getattr(self, key) for name, (key, _units, _example) in _QUANTITIES.items()}
        made = {name: repr(value) for name, value in found.items() if value is not None}
        for name, key in _MOMENTS.items():
            when: Moment | None = getattr(self, key)
            if when is not None:
                made[name] = when.at.isoformat() if when.is_dated else when.at.time().isoformat()
        for name, (key, _choices) in _CHOICES.items():
            if getattr(self, key) is not None:
                made[name] = getattr(self, key)
        if self.item is not None:
            made["item"] = str(self.item)
        return made | ({"note": self.note} if self.note else {})

    @property
    def are_there(self) -> bool:
        """Whether anything is corrected."""
        return replace(self, note="") != Corrections()


def moment(written: str) -> Moment:
    """Read a time as a person writes it: ``2024-01-31T10:15:30``, ``20240131T101530``, ``10:15``; else ValueError."""
    plain = written.strip()
    clock = time_of(plain)
    if clock is not None:
        return Moment(datetime.combine(NO_DAY.date(), clock), GIVEN, is_dated=False)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        found = None
    if found is None or len(plain) < len("20240131T10"):
        raise ValueError(f"{written!r} is not a time such as 2024-01-31T10:15:30 or 10:15:30")
    return Moment(found.replace(tzinfo=None), GIVEN)


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals:
        raise ValueError(f"{written!r} is not a correction such as weight=70kg")
    return name, value


def _read(name: str, written: str) -> tuple[str, Any]:
    if name in _QUANTITIES:
        return _QUANTITIES[name][0], _quantity(written, *_QUANTITIES[name][1:])
    if name in _MOMENTS:
        return _MOMENTS[name], moment(written)
    if name == "note":
        return "note", clean(written)[:_LONGEST_NOTE]
    if name == "item":
        if not written.isdecimal() or int(written) < 1:
            raise ValueError(f"{written!r} is not the number of a radiopharmaceutical, from 1")
        return "item", int(written)
    if name not in _CHOICES:
        names = "weight, height, sex, dose, half-life, injected, values, decay, item, note"
        raise ValueError(f"{name!r} cannot be corrected; {names} can")
    key, choices = _CHOICES[name]
    if written.upper() not in choices:
        raise ValueError(f"{written!r} is not one of {', '.join(choices)}")
    return key, written.upper()


def _quantity(written: str, units: dict[str, float], example: str) -> float:
    match = _QUANTITY.fullmatch(written)
    if match is None or match[2].lower() not in units:
        raise ValueError(f"{written!r} is not {example}")
    value = parse_number(match[1]) * units[match[2].lower()]
    if value <= 0:
        raise ValueError(f"{written!r} is not above 0")
    return value

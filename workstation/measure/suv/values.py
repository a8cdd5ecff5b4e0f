"""What a standardized uptake value is made of, each with where it comes from."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from workstation.quick_dataclass import dataclass

Key = Literal[
    "units",
    "attenuation",
    "decay_correction",
    "weight_kg",
    "height_m",
    "sex",
    "radiopharmaceutical",
    "dose_bq",
    "half_life_s",
    "injected_at",
    "values_at",
    "philips",
]
GIVEN = "given by the user"


@dataclass(frozen=True, slots=True)
class Number:
    """A number; None where there is none that can be used."""

    value: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word; empty where there is none."""

    value: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time by the clock at the scanner.

    Parameters
    ----------
    at
        Without a time zone. Where nothing gives the day it is that of another time of the scan, or `NO_DAY`.
    source
        The attributes it is from.
    is_dated
        Whether its day is known.
    """

    at: datetime
    source: str = ""
    is_dated: bool = True

    def __str__(self) -> str:
        clock = f"{self.at:%H:%M:%S}"
        if self.at.microsecond:
            clock += f".{self.at.microsecond:06d}".rstrip("0")
        return f"{self.at:%Y-%m-%d} {clock}" if self.is_dated else clock


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an input cannot be used.

    Parameters
    ----------
    key
        Of the input.
    message
        What is wrong with it.
    hint
        What a person can do.
    """

    key: Key
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SuvInputs:
    """All that a header, and a person who corrects it, say of a standardized uptake value.

    Parameters
    ----------
    units
        Of modality values (PS3.3 C.8.9.1.1.3): BQML, CNTS, GML, CM2ML ...
    suv_type
        By what values that are SUV already were normalized (SUV Type): BW, LBM, LBMJAMES128, LBMJANMA, BSA, IBW.
    per_value
        What a modality value is multiplied by to be in ``units``; 1 but for enhanced images whose real-world value
        map differs from their rescale.
    decay_correction
        START, ADMIN or NONE.
    corrected
        Values of Corrected Image.
    sex, age_years, weight_kg, height_m
        Of the patient; sex is F, M or O.
    radiopharmaceutical, nuclide
        As people write them, such as F-18.
    dose_bq, half_life_s
        Injected activity at the time of injection; half-life of the nuclide.
    injected_at
        When it was injected.
    values_at
        The time to which values are decayed; None for ADMIN.
    philips_suv, philips_activity
        What CNTS are multiplied by to become body-weight SUV in g/ml, or Bq/ml.
    device
        Manufacturer and model.
    reconstruction
        Method, for comparing.
    notes
        What a reader of the number has to know.
    problems
        Why inputs cannot be used; one that no kind of SUV at hand needs does no harm.
    corrections
        Sentences about what a person corrected, and the note.
    """

    units: Word = Word()
    suv_type: Word = Word()
    per_value: float = 1.0
    decay_correction: Word = Word()
    corrected: tuple[str, ...] = ()
    sex: Word = Word()
    age_years: Number = Number()
    weight_kg: Number = Number()
    height_m: Number = Number()
    radiopharmaceutical: Word = Word()
    nuclide: Word = Word()
    dose_bq: Number = Number()
    half_life_s: Number = Number()
    injected_at: Moment | None = None
    values_at: Moment | None = None
    philips_suv: Number = Number()
    philips_activity: Number = Number()
    device: str = ""
    reconstruction: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    corrections: tuple[str, ...] = ()

    def problem(self, key: Key) -> Problem | None:
        """Give why an input cannot be used; None where nothing is wrong with it."""
        return next((each for each in self.problems if each.key == key), None)

    @property
    def uptake_s(self) -> float | None:
        """Seconds from the injection to the time that values are decayed to; None where either is not known."""
        if self.injected_at is None or self.values_at is None:
            return None
        return (self.values_at.at - self.injected_at.at).total_seconds()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that shows the inputs: what, its value in words, where from, and what is wrong with it."""

    words: str
    value: str
    source: str
    problem: str = ""
    key: Key | None = field(default=None)


def rows(inputs: SuvInputs) -> tuple[Row, ...]:
    """Give the inputs as a table for people, those that can be corrected with their key."""
    found = (
        ("Unit of values", inputs.units.value, inputs.units.source, "units"),
        ("SUV type of values", inputs.suv_type.value, inputs.suv_type.source, None),
        ("Decay correction", inputs.decay_correction.value, inputs.decay_correction.source, "decay_correction"),
        ("Radiopharmaceutical", inputs.radiopharmaceutical.value, inputs.radiopharmaceutical.source, None),
        ("Nuclide", inputs.nuclide.value, inputs.nuclide.source, None),
        ("Half-life", _number(inputs.half_life_s, "s"), inputs.half_life_s.source, "half_life_s"),
        ("Injected dose", _dose(inputs.dose_bq), inputs.dose_bq.source, "dose_bq"),
        ("Injected at", str(inputs.injected_at or ""), _source(inputs.injected_at), "injected_at"),
        ("Values are of", str(inputs.values_at or ""), _source(inputs.values_at), "values_at"),
        ("Body weight", _number(inputs.weight_kg, "kg"), inputs.weight_kg.source, "weight_kg"),
        ("Height", _number(inputs.height_m, "m"), inputs.height_m.source, "height_m"),
        ("Sex", inputs.sex.value, inputs.sex.source, "sex"),
        ("Philips SUV factor", _number(inputs.philips_suv, ""), inputs.philips_suv.source, None),
        ("Philips activity factor", _number(inputs.philips_activity, ""), inputs.philips_activity.source, None),
    )
    made = []
    for words, value, source, key in found:
        known: Key | None = key  # type: ignore[assignment]  # texts of the table above
        problem = inputs.problem(known) if known else None
        if value or problem or known:
            made.append(Row(words, value, source, problem.message if problem else "", known))
    return tuple(made)


def _number(number: Number, unit: str) -> str:
    return "" if number.value is None else f"{number.value:.10g} {unit}".strip()


def _dose(number: Number) -> str:
    return "" if number.value is None else f"{number.value / 1e6:.6g} MBq"


def _source(moment: Moment | None) -> str:
    return moment.source if moment else ""

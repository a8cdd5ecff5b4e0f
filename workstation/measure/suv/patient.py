"""Weight, height, sex and age of a patient, as far as they can be true."""

from __future__ import annotations

from pydicom import Dataset

from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.values import GIVEN, Number, Problem, Word
from workstation.model.attributes import number, text
from workstation.model.text import clean, date_of
from workstation.quick_dataclass import dataclass

_WEIGHT, _HEIGHT = "Patient's Weight (0010,1030)", "Patient's Size (0010,1020)"
_SEX, _AGE = "Patient's Sex (0010,0040)", "Patient's Age (0010,1010)"
_HEAVIEST_KG, _TALLEST_M, _SMALLEST_M = 400.0, 2.6, 0.2
_ADULT_YEARS, _LIGHT_ADULT_KG = 18.0, 25.0
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}
_THINNEST, _WIDEST = 8.0, 80.0  # kg/m²


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of a patient, what is odd about it, and what cannot be used."""

    sex: Word
    age_years: Number
    weight_kg: Number
    height_m: Number
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


def patient_of(dataset: Dataset, corrections: Corrections) -> Patient:
    """Read a patient; what a person corrected comes first."""
    notes: list[str] = []
    problems: list[Problem] = []
    age = _age(dataset)
    weight = _weight(dataset, corrections, problems)
    height = _height(dataset, corrections, notes, problems)
    sex = Word(corrections.sex, GIVEN) if corrections.sex else _sex(dataset, problems)
    notes += _oddities(age, weight, height)
    return Patient(sex, age, weight, height, tuple(notes), tuple(problems))


def _weight(dataset: Dataset, corrections: Corrections, problems: list[Problem]) -> Number:
    given = corrections.weight_kg
    found, source = (given, GIVEN) if given is not None else (number(dataset, "PatientWeight"), _WEIGHT)
    if found is None:
        problems.append(_missing("weight_kg", f"The file has no {_WEIGHT}.", "Give the body weight."))
        return Number()
    if found <= 0:
        problems.append(_missing("weight_kg", f"{source} is {found:g} kg.", "Give the body weight."))
        return Number(None, source)
    if found > _HEAVIEST_KG:
        said = f"{source} is {found:g} kg, which nobody weighs; it may be in grams."
        problems.append(_missing("weight_kg", said, "Give the body weight in kg."))
        return Number(None, source)
    return Number(found, source)


def _height(dataset: Dataset, corrections: Corrections, notes: list[str], problems: list[Problem]) -> Number:
    given = corrections.height_m
    found, source = (given, GIVEN) if given is not None else (number(dataset, "PatientSize"), _HEIGHT)
    if found is None:
        problems.append(_missing("height_m", f"The file has no {_HEIGHT}.", "Give the height."))
        return Number()
    if _SMALLEST_M * 100 <= found <= _TALLEST_M * 100:
        notes.append(f"{source} is {found:g} m; it was taken for {found:g} cm.")
        return Number(found / 100, f"{source}, in cm")
    if not _SMALLEST_M <= found <= _TALLEST_M:
        problems.append(_missing("height_m", f"{source} is {found:g} m, which nobody is.", "Give the height in m."))
        return Number(None, source)
    return Number(found, source)


def _sex(dataset: Dataset, problems: list[Problem]) -> Word:
    found = clean(text(dataset, "PatientSex")).upper()
    if found in ("F", "M", "O"):
        return Word(found, _SEX)
    said = f"{_SEX} is {found[:16]!r}, neither F, M nor O." if found else f"The file has no {_SEX}."
    problems.append(_missing("sex", said, "Give the sex, F or M."))
    return Word()


def _missing(key: str, message: str, hint: str) -> Problem:
    return Problem(key, message, hint)  # type: ignore[arg-type]  # the keys above


def _age(dataset: Dataset) -> Number:
    written = clean(text(dataset, "PatientAge")).upper()
    if len(written) == 4 and written[:3].isdecimal() and written[3] in _YEARS:
        return Number(int(written[:3]) * _YEARS[written[3]], _AGE)
    born, studied = date_of(text(dataset, "PatientBirthDate")), date_of(text(dataset, "StudyDate"))
    if born and studied and studied >= born:
        return Number((studied - born).days / 365.25, "Patient's Birth Date (0010,0030)")
    return Number()


def _oddities(age: Number, weight: Number, height: Number) -> list[str]:
    found = []
    is_adult = age.value is not None and age.value >= _ADULT_YEARS
    if weight.value is not None and is_adult and weight.value < _LIGHT_ADULT_KG:
        found.append(f"A weight of {weight.value:g} kg is hardly that of a patient of {age.value:.0f} years.")
    elif weight.value is not None and age.value is None and weight.value < 2:
        found.append(f"A weight of {weight.value:g} kg is hardly that of a person.")
    if weight.value is not None and height.value is not None and height.value >= 1.0:
        index = weight.value / height.value**2
        if not _THINNEST <= index <= _WIDEST:
            found.append(f"Weight {weight.value:g} kg and height {height.value:g} m hardly belong to one person.")
    return found

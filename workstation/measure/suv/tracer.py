"""What was injected, how much of it, and how fast it decays, as far as it can be true (PS3.3 C.8.9.2)."""

from __future__ import annotations

import math
from dataclasses import field

from pydicom import Dataset

from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.nuclides import HALF_LIVES_S, nuclide_in, nuclide_of
from workstation.measure.suv.values import GIVEN, Number, Problem, Word
from workstation.model.attributes import items, number, text
from workstation.model.codes import first_code
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

_DOSE, _HALF_LIFE = "Radionuclide Total Dose (0018,1074)", "Radionuclide Half Life (0018,1075)"
_LEAST_BQ, _MOST_BQ = 1e6, 2e10
_MOST_IN_MBQ = 1e4
_CLOSE, _ROUNDED = 0.01, 0.1
_LONGEST = 64


@dataclass
class Tracer:
    """What is known of an injection; ``item`` is where times are read from, None where no one item counts."""

    item: Dataset | None = None
    radiopharmaceutical: Word = field(default_factory=Word)
    nuclide: Word = field(default_factory=Word)
    dose_bq: Number = field(default_factory=Number)
    half_life_s: Number = field(default_factory=Number)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def tracer_of(dataset: Dataset, corrections: Corrections) -> Tracer:
    """Read the injection that counts; what a person corrected comes first."""
    made = Tracer()
    made.item = _chosen(dataset, corrections, made)
    item = made.item if made.item is not None else Dataset()
    code = first_code(item, "RadionuclideCodeSequence")
    pharmaceutical = first_code(item, "RadiopharmaceuticalCodeSequence")
    name = clean(text(item, "Radiopharmaceutical")) or (pharmaceutical.meaning if pharmaceutical else "")
    made.radiopharmaceutical = Word(name[:_LONGEST], "Radiopharmaceutical (0018,0031)" if name else "")
    nuclide, source = nuclide_of(code), "Radionuclide Code Sequence (0054,0300)"
    if not nuclide:
        nuclide, source = nuclide_in(name), "the name of the radiopharmaceutical"
    made.nuclide = Word(nuclide, source if nuclide else "")
    made.half_life_s = _half_life(item, corrections, made)
    made.dose_bq = _dose(item, corrections, made)
    return made


def _chosen(dataset: Dataset, corrections: Corrections, made: Tracer) -> Dataset | None:
    found = items(dataset, "RadiopharmaceuticalInformationSequence")
    if corrections.item is not None:
        if corrections.item <= len(found):
            return found[corrections.item - 1]
        said = f"There is no radiopharmaceutical {corrections.item}; the file has {len(found)}."
        made.problems.append(Problem("radiopharmaceutical", said, "Choose another."))
        return None
    injected = [each for each in found if number(each, "RadionuclideTotalDose")]
    if len(injected) > 1 and any(_written(each) != _written(injected[0]) for each in injected):
        said = f"{len(injected)} injections are in the header, and nothing says which of them is seen."
        made.problems.append(
            Problem("radiopharmaceutical", said, "Say which of them counts, or give dose and time of injection.")
        )
        return None
    return injected[0] if injected else found[0] if found else None


def _written(item: Dataset) -> tuple[str, ...]:
    return tuple(
        text(item, keyword)
        for keyword in ("RadionuclideTotalDose", "RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime")
    )


def _dose(item: Dataset, corrections: Corrections, made: Tracer) -> Number:
    given = corrections.dose_bq
    found, source = (given, GIVEN) if given is not None else (number(item, "RadionuclideTotalDose"), _DOSE)
    if found is None:
        made.problems.append(Problem("dose_bq", f"The file has no {_DOSE}.", "Give the injected dose."))
        return Number()
    if found <= 0:
        made.problems.append(Problem("dose_bq", f"{source} is {found:g} Bq.", "Give the injected dose."))
        return Number(None, source)
    if source == _DOSE and 1 <= found < _MOST_IN_MBQ:
        made.notes.append(f"{source} is {found:g} Bq, far too little to be seen; it was taken for {found:g} MBq.")
        return Number(found * 1e6, f"{source}, in MBq")
    if not _LEAST_BQ <= found <= _MOST_BQ:
        said = f"{source} is {found:g} Bq ({found / 1e6:.3g} MBq), which is no dose for PET; its unit may be wrong."
        made.problems.append(Problem("dose_bq", said, "Give the injected dose, such as 370MBq."))
        return Number(None, source)
    return Number(found, source)


def _half_life(item: Dataset, corrections: Corrections, made: Tracer) -> Number:
    known = HALF_LIVES_S.get(made.nuclide.value)
    given = corrections.half_life_s
    found, source = (given, GIVEN) if given is not None else (number(item, "RadionuclideHalfLife"), _HALF_LIFE)
    if found is None or found <= 0:
        if known is None:
            said = f"The file has no {_HALF_LIFE}, nor a nuclide that is known." if found is None else ""
            said = said or f"{source} is {found:g} s."
            made.problems.append(Problem("half_life_s", said, "Give the half-life."))
            return Number(None, source if found is not None else "")
        has = "missing" if found is None else f"{found:g} s"
        made.notes.append(f"{source} is {has}; {known:g} s of {made.nuclide.value} was used.")
        return Number(known, f"half-life of {made.nuclide.value}")
    if known is not None and not math.isclose(found, known, rel_tol=_ROUNDED):
        minutes = " It looks like minutes." if math.isclose(found * 60, known, rel_tol=_ROUNDED) else ""
        said = f"{source} is {found:g} s, but {made.nuclide.value} ({made.nuclide.source}) has {known:g} s.{minutes}"
        made.problems.append(Problem("half_life_s", said, "Give the half-life of the nuclide that was injected."))
        return Number(None, source)
    if known is not None and not math.isclose(found, known, rel_tol=_CLOSE):
        made.notes.append(
            f"{source} is {found:g} s, that of {made.nuclide.value} is {known:g} s; the header's was used."
        )
    return Number(found, source)

"""The inputs of a standardized uptake value, read from the header of a PET image and corrected by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydicom import Dataset

from workstation.measure.suv.clock import last_before, seconds_between
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.decay import (
    Found,
    Times,
    decayed_to_frame,
    decayed_to_start,
    injection,
    private_value,
    times_of,
)
from workstation.measure.suv.enhanced import (
    enhanced_corrections,
    enhanced_decay,
    enhanced_times,
    frame_mean,
    is_enhanced,
    real_world,
)
from workstation.measure.suv.patient import patient_of
from workstation.measure.suv.tracer import Tracer, tracer_of
from workstation.measure.suv.values import GIVEN, Moment, Number, Problem, SuvInputs, Word
from workstation.model.attributes import text
from workstation.model.text import clean
from workstation.operations.values import parse_number

_UNITS, _TYPE = "Units (0054,1001)", "SUV Type (0054,1006)"
_DECAY, _CORRECTED = "Decay Correction (0054,1102)", "Corrected Image (0028,0051)"
_PHILIPS = 0x7053, "Philips PET Private Group"
_NOTHING = Corrections()


def suv_inputs(
    dataset: Dataset, *, frame: int = 0, earliest: Moment | None = None, corrections: Corrections = _NOTHING
) -> SuvInputs:
    """Read the inputs of a standardized uptake value from the header of an image.

    Parameters
    ----------
    dataset
        The header of an image of the PET or the Enhanced PET class.
    frame
        Of an enhanced image, from 0.
    earliest
        When the acquisition of the first image of the series began (`earliest_acquisition`): needed where the series
        was written anew, and no attribute of the image itself tells the start of the scan.
    corrections
        What holds in place of the header.

    Returns
    -------
    SuvInputs
        With problems in place of what cannot be used; nothing is raised.
    """
    patient, tracer = patient_of(dataset, corrections), tracer_of(dataset, corrections)
    units, suv_type, per_value, problem = _units(dataset, frame)
    enhanced = is_enhanced(dataset)
    corrected = enhanced_corrections(dataset) if enhanced else _corrected(dataset)
    decay = enhanced_decay(dataset) if enhanced else Word(clean(text(dataset, "DecayCorrection")).upper(), _DECAY)
    if corrections.decay_correction:
        decay = Word(corrections.decay_correction, GIVEN)
    made = SuvInputs(
        units=units,
        suv_type=suv_type,
        per_value=per_value,
        decay_correction=decay if decay.value else Word(),
        corrected=corrected,
        sex=patient.sex,
        age_years=patient.age_years,
        weight_kg=patient.weight_kg,
        height_m=patient.height_m,
        radiopharmaceutical=tracer.radiopharmaceutical,
        nuclide=tracer.nuclide,
        dose_bq=tracer.dose_bq,
        half_life_s=tracer.half_life_s,
        philips_suv=_philips(dataset, 0x00, "SUV Scale Factor"),
        philips_activity=_philips(dataset, 0x09, "Activity Concentration Scale Factor"),
        device=" ".join(
            each for word in ("Manufacturer", "ManufacturerModelName") if (each := clean(text(dataset, word)))
        ),
        reconstruction=clean(text(dataset, "ReconstructionMethod")),
        notes=(*patient.notes, *tracer.notes),
        problems=(
            *([problem] if problem else []),
            *patient.problems,
            *tracer.problems,
            *_correction_problems(dataset, decay, corrected, is_given=bool(corrections.decay_correction)),
        ),
    )
    made = _timed(made, dataset, frame, tracer, earliest=earliest, corrections=corrections)
    return replace(made, corrections=told(corrections, dataset, frame=frame, earliest=earliest))


def earliest_acquisition(datasets: Iterable[Dataset]) -> Moment | None:
    """Give when the first acquisition of a series began; None where no image says."""
    found = [moment for each in datasets if (moment := times_of(each).acquisition) is not None]
    if not found:
        return None
    first = found[0]
    for each in found[1:]:
        if seconds_between(each, first) > 0:
            first = each
    return first


def _units(dataset: Dataset, frame: int) -> tuple[Word, Word, float, Problem | None]:
    units = clean(text(dataset, "Units")).upper()
    if units:
        kind = clean(text(dataset, "SUVType")).upper()
        return Word(units, _UNITS), Word(kind, _TYPE if kind else ""), 1.0, None
    if is_enhanced(dataset):
        return real_world(dataset, frame)
    modality = clean(text(dataset, "Modality"))[:16]
    if modality and modality != "PT":
        return Word(), Word(), 1.0, Problem("units", f"This is a {modality} image; SUV is of PET.")
    return Word(), Word(), 1.0, Problem("units", f"The file has no {_UNITS}.")


def _corrected(dataset: Dataset) -> tuple[str, ...]:
    words = (clean(each).upper() for each in text(dataset, "CorrectedImage").split("\\"))
    return tuple("DECY" if word == "DECAY" else word for word in words if word)


def _philips(dataset: Dataset, element: int, name: str) -> Number:
    group, creator = _PHILIPS
    if not text(dataset, "Manufacturer").upper().startswith("PHILIPS") and (group, 0x10) not in dataset:
        return Number()
    written = private_value(dataset, group, creator, element)
    try:
        found = parse_number(written.split("\\")[0]) if written else 0.0
    except ValueError:
        found = 0.0
    return Number(found, f"{name} (7053,10{element:02X}) of Philips") if found > 0 else Number()


def _correction_problems(dataset: Dataset, decay: Word, corrected: tuple[str, ...], *, is_given: bool) -> list[Problem]:
    found = []
    if (corrected and "ATTN" not in corrected) or (is_enhanced(dataset) and "ATTN" not in corrected):
        said = f"The image is not corrected for attenuation ({', '.join(corrected) or 'no correction'})."
        found.append(
            Problem("attenuation", f"{said} Its values are no measure of uptake.", "Choose the corrected series.")
        )
    hint = "Say how it was corrected: START, ADMIN or NONE."
    if decay.value not in ("START", "ADMIN", "NONE"):
        said = f"{_DECAY} is {decay.value[:16]!r}." if decay.value else f"The file has no {_DECAY}."
        found.append(Problem("decay_correction", said, hint))
    elif corrected and not is_given and ("DECY" in corrected) != (decay.value != "NONE"):
        has = "names" if "DECY" in corrected else "does not name"
        said = f"The header contradicts itself: {_DECAY} is {decay.value}, but {_CORRECTED} {has} decay (DECY)."
        found.append(Problem("decay_correction", said, hint))
    return found


def _timed(
    made: SuvInputs, dataset: Dataset, frame: int, tracer: Tracer, *, earliest: Moment | None, corrections: Corrections
) -> SuvInputs:
    """Add the times of the values and of the injection, which depend on the half-life and on each other."""
    times = enhanced_times(dataset, frame) if is_enhanced(dataset) else times_of(dataset)
    half_life = made.half_life_s.value
    if made.decay_correction.value == "ADMIN" or half_life is None:
        reference = Found()
    else:
        reference = _values_at(made, times, half_life, dataset, frame, earliest=earliest, corrections=corrections)
    near = reference.moment or earliest or times.acquisition or times.series
    injected = Found()
    if corrections.injected_at is not None:
        given = corrections.injected_at
        injected = Found(given if given.is_dated or near is None else last_before(given, near))
    elif near is not None and half_life is not None and tracer.item is not None:
        injected = injection(tracer.item, dataset, near, half_life)
    problems = [each.problem for each in (reference, injected) if each.problem is not None]
    notes = (*made.notes, *reference.notes, *injected.notes)
    if not made.corrected and not is_enhanced(dataset):
        notes = (*notes, f"The file has no {_CORRECTED}: whether attenuation was corrected is not known.")
    return replace(
        made,
        values_at=reference.moment,
        injected_at=injected.moment,
        notes=notes,
        problems=(*made.problems, *problems),
    )


def _values_at(
    made: SuvInputs,
    times: Times,
    half_life_s: float,
    dataset: Dataset,
    frame: int,
    *,
    earliest: Moment | None,
    corrections: Corrections,
) -> Found:
    if corrections.values_at is not None:
        given, near = corrections.values_at, earliest or times.acquisition or times.series
        return Found(given if given.is_dated or near is None else last_before(given, near))
    if made.decay_correction.value == "NONE":
        mean = frame_mean(dataset, frame) if is_enhanced(dataset) else None
        return Found(mean) if mean is not None else decayed_to_frame(times, half_life_s)
    if made.decay_correction.value == "START":
        return decayed_to_start(times, half_life_s, earliest)
    return Found()


_TOLD = (
    ("weight_kg", "Body weight", "kg"),
    ("height_m", "Height", "m"),
    ("sex", "Sex", ""),
    ("dose_bq", "Injected dose", "Bq"),
    ("half_life_s", "Half-life", "s"),
    ("injected_at", "Injected at", ""),
    ("values_at", "Values are of", ""),
    ("decay_correction", "Decay correction", ""),
)


def told(corrections: Corrections, dataset: Dataset, *, frame: int, earliest: Moment | None) -> tuple[str, ...]:
    """Give sentences about what a person corrected, with what the header had in its place; then the note."""
    if not corrections.are_there:
        return (f"Note: {corrections.note}",) if corrections.note else ()
    header = suv_inputs(dataset, frame=frame, earliest=earliest)
    found = []
    for key, words, unit in _TOLD:
        given = getattr(corrections, key)
        if given is None:
            continue
        before = _shown(getattr(header, key), unit)
        instead = f"in place of {before}" if before else "where the header has none"
        found.append(f"{words} {_shown(given, unit)}, given by the user {instead}.")
    if corrections.item is not None:
        found.append(f"Radiopharmaceutical {corrections.item} of the header, chosen by the user.")
    if corrections.note:
        found.append(f"Note: {corrections.note}")
    return tuple(found)


def _shown(value: object, unit: str) -> str:
    if isinstance(value, Number | Word):
        value = value.value
    if value is None or value == "":
        return ""
    return f"{value:.10g} {unit}" if isinstance(value, float | int) else str(value)

"""The factor from modality values of PET to standardized uptake values, how it came about, or why there is none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NoReturn

from workstation.errors import UserError
from workstation.measure.scale import Scale
from workstation.measure.suv import body
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.kinds import KIND_OF_TYPE, KINDS, SuvKind
from workstation.measure.suv.reading import suv_inputs
from workstation.measure.suv.values import GIVEN, Key, Moment, Number, SuvInputs
from workstation.model.attributes import number, text
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.model.concepts import Code
    from workstation.model.units import Unit

_OTHER_UNITS = {
    "PROPCNTS": "values in proportion to counts, by an unknown factor",
    "PROPCPS": "values in proportion to counts per second, by an unknown factor",
    "CNTS": "counts",
    "CPS": "counts per second",
    "NONE": "values without a unit",
    "PCNT": "per cent",
    "STDDEV": "standard deviations",
    "MLMING": "flow",
    "MLMINML": "flow",
    "MGMINML": "metabolic rates",
    "UMOLMINML": "metabolic rates",
    "UMOLML": "concentrations of a substance",
    "MLML": "ratios of volumes",
    "MLG": "volumes per mass",
    "1CM": "attenuation",
    "CM2": "areas",
}
_PET_IMAGE = "1.2.840.10008.5.1.4.1.1.128"
_STUNTED_BMI = {"M": 43.0, "F": 37.0}
_GROWN_YEARS = 16.0
_TOLD = 0.01


@dataclass(frozen=True, slots=True)
class SuvFactor:
    """The factor of a kind of SUV.

    Parameters
    ----------
    kind
        Which.
    factor
        SUV of a modality value of 1.
    sentences
        How it came about, in order: formula, inputs with their sources, decay, what a person corrected.
    notes
        What a reader of the number has to know.
    inputs
        All that it was made of.
    """

    kind: SuvKind
    factor: float
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    inputs: SuvInputs

    @property
    def unit(self) -> Unit:
        """Of the SUV."""
        return KINDS[self.kind].unit

    @property
    def concept(self) -> Code:
        """What the SUV is."""
        return KINDS[self.kind].concept

    def scale(self) -> Scale:
        """Give the factor as what values are multiplied by."""
        kind = KINDS[self.kind]
        return Scale(self.factor, kind.unit, kind.concept, " ".join(self.sentences), self.notes, kind.method)


def suv_of_frame(
    dataset: Dataset,
    frame: int = 0,
    *,
    kind: SuvKind = "bw",
    earliest: Moment | None = None,
    corrections: Corrections | None = None,
) -> SuvFactor:
    """Give the factor of a frame of a PET image.

    Parameters
    ----------
    dataset
        The header of the image.
    frame
        From 0.
    kind
        Which SUV.
    earliest
        When the series began (`workstation.measure.suv.reading.earliest_acquisition`); None: not known.
    corrections
        What a person gives in place of the header.

    Raises
    ------
    UserError
        If there is no SUV: its message says why, its hint what to give.
    """
    given = corrections or Corrections()
    check_rescaled(dataset)
    return suv_factor(suv_inputs(dataset, frame=frame, earliest=earliest, corrections=given), kind)


def check_rescaled(dataset: Dataset) -> None:
    """Refuse an image of PET whose stored values nothing turns into those that its Units name.

    Raises
    ------
    UserError
        If it has no usable Rescale Slope, which is of type 1 (PS3.3 C.8.9.4).
    """
    if text(dataset, "SOPClassUID") == _PET_IMAGE and "Rows" in dataset and not number(dataset, "RescaleSlope"):
        raise UserError(
            "There is no SUV: the image has no usable Rescale Slope (0028,1053), so what its values are is not known.",
            hint="Export the image again from where it came from.",
        )


def suv_factor(inputs: SuvInputs, kind: SuvKind = "bw") -> SuvFactor:
    """Give the factor of a kind of SUV from its inputs.

    Raises
    ------
    UserError
        If there is no SUV: its message says why, its hint what to give.
    """
    unit = inputs.units.value
    if not unit:
        _refuse(inputs, "units", "Nothing says what the values are.")
    if unit in ("GML", "CM2ML"):
        return _renormalized(inputs, kind, _kind_of_values(inputs), inputs.per_value, ())
    _check_corrections(inputs)
    if unit == "CNTS" and inputs.philips_suv.value:
        said = f"SUVbw = counts x {inputs.philips_suv.value:.6g} ({inputs.philips_suv.source})."
        return _renormalized(inputs, kind, "bw", inputs.philips_suv.value, (said,))
    if unit == "BQML":
        return _of_activity(inputs, kind, inputs.per_value, ())
    if unit == "CNTS" and inputs.philips_activity.value:
        said = f"Bq/ml = counts x {inputs.philips_activity.value:.6g} ({inputs.philips_activity.source})."
        return _of_activity(inputs, kind, inputs.philips_activity.value, (said,))
    what = _OTHER_UNITS.get(unit, "something else")
    hint = "Choose a series in Bq/ml or SUV."
    if unit == "CNTS":
        what += ", and the header has no factor to make Bq/ml or SUV of them"
    raise UserError(f"There is no SUV: Units (0054,1001) of the values is {unit[:16]}, {what}.", hint=hint)


def _refuse(inputs: SuvInputs, key: Key, otherwise: str) -> NoReturn:
    problem = inputs.problem(key)
    message = problem.message if problem else otherwise
    if message.startswith(("The ", "Nothing ", "This ", "There ")):
        message = message[:1].lower() + message[1:]
    raise UserError(f"There is no SUV: {message}", hint=problem.hint if problem else "")


def _check_corrections(inputs: SuvInputs) -> None:
    for key in ("attenuation", "decay_correction"):
        if inputs.problem(key):
            _refuse(inputs, key, "")


def _kind_of_values(inputs: SuvInputs) -> SuvKind:
    written, unit = inputs.suv_type.value, inputs.units.value
    kind = KIND_OF_TYPE.get(written) if written or unit == "GML" else "bsa"
    if kind is None or (kind == "bsa") != (unit == "CM2ML"):
        raise UserError(
            f"There is no SUV: SUV Type (0054,1006) {written[:16]!r} and Units (0054,1001) {unit} contradict.",
            hint="Choose another series.",
        )
    return kind


def _of_activity(inputs: SuvInputs, kind: SuvKind, bq_per_value: float, first: tuple[str, ...]) -> SuvFactor:
    dose, sentences = _dose_left(inputs)
    size, size_sentences, notes = _size(inputs, kind)
    made = KINDS[kind]
    unit = "cm²" if kind == "bsa" else "g"
    formula = f"{made.name} = Bq/ml x {made.by} in {unit} / dose in Bq that is left at the time of the values."
    factor = bq_per_value * size / dose
    notes = (*notes, *_against_philips(inputs, kind, size / dose))
    return _made(inputs, kind, factor, (*first, formula, *size_sentences, *sentences), notes)


def _against_philips(inputs: SuvInputs, kind: SuvKind, suv_of_bq: float) -> tuple[str, ...]:
    """Tell where both factors of Philips, whose ratio is the SUV of a Bq/ml, say something else."""
    suv, activity = inputs.philips_suv.value, inputs.philips_activity.value
    if kind != "bw" or not suv or not activity or inputs.corrections:
        return ()
    theirs = suv / activity
    if math.isclose(theirs, suv_of_bq, rel_tol=_TOLD):
        return ()
    return (
        f"The SUV factor of Philips over its activity factor is {theirs:.6g}, dose, weight and times give "
        f"{suv_of_bq:.6g}: the latter was used.",
    )


def _dose_left(inputs: SuvInputs) -> tuple[float, tuple[str, ...]]:
    """Give the dose at the time that values are decayed to, in Bq."""
    if inputs.problem("radiopharmaceutical") and None in (inputs.dose_bq.value, inputs.injected_at):
        _refuse(inputs, "radiopharmaceutical", "")
    dose = inputs.dose_bq.value
    if dose is None:
        _refuse(inputs, "dose_bq", "The file has no injected dose.")
    said = f"Dose {dose / 1e6:.6g} MBq: {inputs.dose_bq.source}."
    if inputs.decay_correction.value == "ADMIN":
        return dose, (said, f"Values are decayed to the injection ({inputs.decay_correction.source}: ADMIN).")
    half_life = inputs.half_life_s.value
    if half_life is None:
        _refuse(inputs, "half_life_s", "The file has no half-life.")
    if inputs.values_at is None:
        _refuse(inputs, "values_at", "Nothing says to which time values are decayed.")
    if inputs.injected_at is None:
        _refuse(inputs, "injected_at", "Nothing says when the dose was injected.")
    uptake = inputs.uptake_s or 0.0
    _check_uptake(inputs, uptake, half_life)
    left = dose * 2.0 ** (-uptake / half_life)
    return left, (
        said,
        f"Injected at {inputs.injected_at}: {inputs.injected_at.source}.",
        f"Values are of {inputs.values_at}: {inputs.values_at.source}.",
        f"{uptake / 60:.2f} min with a half-life of {half_life:.6g} s ({inputs.half_life_s.source}) leave "
        f"{left / 1e6:.6g} MBq.",
    )


def _check_uptake(inputs: SuvInputs, uptake_s: float, half_life_s: float) -> None:
    hint = "Give the time of injection, and that of the values."
    if uptake_s > 10 * half_life_s:
        said = f"with a half-life of {half_life_s / 60:.4g} min nothing is left after {uptake_s / 3600:.1f} h"
        raise UserError(f"There is no SUV: {said}, so one of the times is wrong.", hint=hint)
    if uptake_s < -3600:
        said = f"the values are of {inputs.values_at}, before the injection at {inputs.injected_at}"
        raise UserError(f"There is no SUV: {said}.", hint=hint)


def _renormalized(
    inputs: SuvInputs, kind: SuvKind, is_kind: SuvKind, factor: float, first: tuple[str, ...]
) -> SuvFactor:
    """Give the factor from values that are SUV already, of the same kind or of another."""
    said = first or (_as_stored(inputs, is_kind),)
    if kind == is_kind:
        return _made(inputs, kind, factor, said, ())
    before, before_sentences, before_notes = _size(inputs, is_kind)
    size, sentences, notes = _size(inputs, kind)
    formula = f"{KINDS[kind].name} = {KINDS[is_kind].name} x {KINDS[kind].by} / {KINDS[is_kind].by}."
    told = tuple(dict.fromkeys((*before_sentences, *sentences)))
    return _made(
        inputs, kind, factor * size / before, (*said, formula, *told), tuple(dict.fromkeys((*before_notes, *notes)))
    )


def _as_stored(inputs: SuvInputs, is_kind: SuvKind) -> str:
    name = KINDS[is_kind].name
    if inputs.suv_type.value:
        return f"Values are {name} already (Units {inputs.units.value}, SUV Type {inputs.suv_type.value})."
    return f"Values are {name} already (Units {inputs.units.value}; no SUV Type, PS3.3 C.8.9.1 takes it for this)."


def _size(inputs: SuvInputs, kind: SuvKind) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Give what a kind is normalized by, in g or cm²; with how it came about, and what to know of it."""
    weight = _needed(inputs, "weight_kg", inputs.weight_kg) if kind != "ibw" else 0.0
    said = [f"Body weight {weight:g} kg: {inputs.weight_kg.source}."] if kind != "ibw" else []
    if kind == "bw":
        return weight * 1000, tuple(said), ()
    height = _needed(inputs, "height_m", inputs.height_m)
    said.append(f"Height {height:g} m: {inputs.height_m.source}.")
    if kind == "bsa":
        area = body.body_surface_area_cm2(weight, height)
        return area, (*said, f"Body surface area {area:.1f} cm²."), _for_children(inputs, kind)
    sex = inputs.sex.value
    if not sex:
        _refuse(inputs, "sex", "The file has no sex of the patient.")
    measures = {
        "lbm": lambda each: body.lean_body_mass_james_kg(weight, height, each),
        "lbm-james128": lambda each: body.lean_body_mass_james_128_kg(weight, height, each),
        "lbm-janma": lambda each: body.lean_body_mass_janmahasatian_kg(weight, height, each),
        "ibw": lambda each: body.ideal_body_weight_kg(height, each),
    }
    found = body.of_either_sex(measures[kind], sex)
    name = KINDS[kind].by
    said += [f"Sex {sex}: {inputs.sex.source}.", f"{name[:1].upper()}{name[1:]} {found:.4g} kg."]
    if found <= 0:
        raise UserError(
            f"There is no SUV: {name} of {weight:g} kg and {height:g} m would be {found:.3g} kg.",
            hint="Choose another kind of SUV, or correct weight and height.",
        )
    return found * 1000, tuple(said), (*_formula_notes(kind, sex, weight, height), *_for_children(inputs, kind))


def _formula_notes(kind: SuvKind, sex: str, weight_kg: float, height_m: float) -> list[str]:
    found = []
    if sex == "O":
        found.append("Patient's Sex is O (other): the mean of the formulae for women and for men was used.")
    if kind in ("lbm", "lbm-james128") and weight_kg / height_m**2 > _STUNTED_BMI.get(sex, _STUNTED_BMI["F"]):
        found.append(
            f"With a body mass index of {weight_kg / height_m**2:.0f} kg/m² the formula of James gives too little lean "
            "body mass; that of Janmahasatian holds."
        )
    return found


def _for_children(inputs: SuvInputs, kind: SuvKind) -> tuple[str, ...]:
    age = inputs.age_years.value
    if kind == "bsa" or age is None or age >= _GROWN_YEARS:
        return ()
    return (f"The patient is {age:.0f} years old; the formula for {KINDS[kind].by} was made for adults.",)


def _needed(inputs: SuvInputs, key: Key, number: Number) -> float:
    if number.value is None:
        _refuse(inputs, key, f"The file has no {key}.")
    return number.value


def _made(
    inputs: SuvInputs, kind: SuvKind, factor: float, sentences: tuple[str, ...], notes: tuple[str, ...]
) -> SuvFactor:
    corrected = tuple(f"{each}" for each in inputs.corrections)
    final = f"Factor {factor:.10g}."
    told = (*sentences, final, *corrected)
    known = (*inputs.notes, *notes)
    if any(GIVEN in each for each in corrected):
        known = (*known, "Inputs of the SUV were corrected by the user.")
    return SuvFactor(kind, factor, told, known, inputs)

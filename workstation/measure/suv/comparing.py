"""Whether the uptake of two series can be compared, and what speaks against it."""

from __future__ import annotations

import math

from workstation.measure.suv.values import SuvInputs

_APART_MIN = 15.0  # PERCIST 1.0: injection to scan within 15 min of each other
_SHORT_MIN, _LONG_MIN = 50.0, 70.0
_DOSE_SHARE = 0.2
_WORDS = {
    "ATTN": "attenuation",
    "SCAT": "scatter",
    "DECY": "decay",
    "DTIM": "dead time",
    "RAN": "random coincidences",
    "NORM": "detector normalization",
    "RADL": "non-uniform radial sampling",
    "DCAL": "sensitivity by dose calibration",
    "CLN": "count loss",
    "MOTN": "motion",
    "PMOT": "patient motion",
}


def differences(inputs_a: SuvInputs, inputs_b: SuvInputs) -> tuple[str, ...]:
    """Give sentences about what makes the uptake of two series differ by itself; empty where nothing does.

    Parameters
    ----------
    inputs_a, inputs_b
        Of one image of each series, the earlier first.
    """
    found = [
        *_words("The nuclide", inputs_a.nuclide.value, inputs_b.nuclide.value),
        *_words("The unit of values", inputs_a.units.value, inputs_b.units.value),
        *_words("SUV Type", inputs_a.suv_type.value or "", inputs_b.suv_type.value or ""),
        *_words("Decay correction", inputs_a.decay_correction.value, inputs_b.decay_correction.value),
        *_corrected(inputs_a, inputs_b),
        *_words("The scanner", inputs_a.device, inputs_b.device),
        *_words("Reconstruction", inputs_a.reconstruction, inputs_b.reconstruction),
        *_uptake(inputs_a, inputs_b),
        *_dose(inputs_a, inputs_b),
    ]
    if bool(inputs_a.corrections) != bool(inputs_b.corrections):
        which = "second" if inputs_b.corrections else "first"
        found.append(f"Inputs were corrected by the user in the {which} series only.")
    return tuple(found)


def _words(what: str, one: str, other: str) -> list[str]:
    if one == other or not (one and other):
        return []
    return [f"{what} differs: {one}, then {other}."]


def _corrected(inputs_a: SuvInputs, inputs_b: SuvInputs) -> list[str]:
    if not (inputs_a.corrected and inputs_b.corrected):
        return []
    found = []
    for names, which in (
        (set(inputs_a.corrected) - set(inputs_b.corrected), "first"),
        (set(inputs_b.corrected) - set(inputs_a.corrected), "second"),
    ):
        if names:
            words = ", ".join(sorted(_WORDS.get(each, each[:16]) for each in names))
            found.append(f"Only the {which} series is corrected for {words}.")
    return found


def _uptake(inputs_a: SuvInputs, inputs_b: SuvInputs) -> list[str]:
    one, other = inputs_a.uptake_s, inputs_b.uptake_s
    if one is None or other is None or abs(one - other) <= _APART_MIN * 60:
        return []
    return [
        f"The values are of {one / 60:.0f} min after the injection, then of {other / 60:.0f} min: more than "
        f"{_APART_MIN:.0f} min apart."
    ]


def _dose(inputs_a: SuvInputs, inputs_b: SuvInputs) -> list[str]:
    one, other = inputs_a.dose_bq.value, inputs_b.dose_bq.value
    if not one or not other or math.isclose(one, other, rel_tol=_DOSE_SHARE):
        return []
    return [f"The dose was {one / 1e6:.4g} MBq, then {other / 1e6:.4g} MBq."]

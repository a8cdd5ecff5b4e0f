"""Measures of a body that uptake is normalized by, from weight, height and sex."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Sex = Literal["F", "M"]


def lean_body_mass_james_kg(weight_kg: float, height_m: float, sex: Sex) -> float:
    """Give lean body mass as DICOM defines it for SUVlbm: James, with 120 for men.

    PS3.16 (126411, DCM): 1.10 W - 120 (W / H)² for men, 1.07 W - 148 (W / H)² for women; W in kg, H in cm. The 120
    is how the formula came down through Morgan and Bray, Clin Pharmacokinet 1994; 26: 292-307.
    """
    ratio = (weight_kg / (height_m * 100)) ** 2
    return 1.10 * weight_kg - 120 * ratio if sex == "M" else 1.07 * weight_kg - 148 * ratio


def lean_body_mass_james_128_kg(weight_kg: float, height_m: float, sex: Sex) -> float:
    """Give lean body mass by James (Research on Obesity, HMSO, London 1976), with 128 for men (126415, DCM)."""
    ratio = (weight_kg / (height_m * 100)) ** 2
    return 1.10 * weight_kg - 128 * ratio if sex == "M" else 1.07 * weight_kg - 148 * ratio


def lean_body_mass_janmahasatian_kg(weight_kg: float, height_m: float, sex: Sex) -> float:
    """Give lean body mass by Janmahasatian et al., Clin Pharmacokinet 2005; 44: 1051-1065 (126414, DCM).

    9270 W / (6680 + 216 BMI) for men, 9270 W / (8780 + 244 BMI) for women.
    """
    index = weight_kg / height_m**2
    return 9270 * weight_kg / (6680 + 216 * index if sex == "M" else 8780 + 244 * index)


def body_surface_area_cm2(weight_kg: float, height_m: float) -> float:
    """Give body surface area by Du Bois and Du Bois, Arch Intern Med 1916; 17: 863-871: 71.84 W^0.425 H^0.725."""
    return float(71.84 * weight_kg**0.425 * (height_m * 100) ** 0.725)


def ideal_body_weight_kg(height_m: float, sex: Sex) -> float:
    """Give ideal body weight by Sugawara et al., Radiology 1999; 213: 521-525.

    48.0 + 1.06 (H - 152) for men, 45.5 + 0.91 (H - 152) for women; H in cm.
    """
    above = height_m * 100 - 152
    return 48.0 + 1.06 * above if sex == "M" else 45.5 + 0.91 * above


def of_either_sex(measure: Callable[[Sex], float], sex: str) -> float:
    """Give a measure for a sex; of both the mean where it is ``O`` (other)."""
    if sex == "M":
        return measure("M")
    if sex == "F":
        return measure("F")
    return (measure("M") + measure("F")) / 2

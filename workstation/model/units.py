"""Units of measurements: their UCUM codes, how people write them, and how lengths turn into each other."""

from __future__ import annotations

from typing import Literal

from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Parameters
    ----------
    ucum
        Its UCUM code, which files carry (PS3.16 CID 82, 83, 84, 85).
    words
        As people write it; empty for a bare number.
    meaning
        Code Meaning for files.
    decimals
        How many digits after the point are shown.
    """

    ucum: str
    words: str
    meaning: str
    decimals: int = 1

    def __str__(self) -> str:
        return self.words


MM = Unit("mm", "mm", "millimeter")
CM = Unit("cm", "cm", "centimeter", 2)
INCH = Unit("[in_i]", "in", "inch", 2)
PIXELS = Unit("{pixels}", "px", "pixels")
MM2 = Unit("mm2", "mm²", "square millimeter")
CM2 = Unit("cm2", "cm²", "square centimeter", 2)
INCH2 = Unit("[in_i]2", "in²", "square inch", 2)
# A UCUM annotation takes no exponent.
PIXELS2 = Unit("{pixels2}", "px²", "square pixels")
MM3 = Unit("mm3", "mm³", "cubic millimeter")
CM3 = Unit("cm3", "cm³", "cubic centimeter", 2)
ML = Unit("ml", "ml", "milliliter", 2)
INCH3 = Unit("[in_i]3", "in³", "cubic inch", 3)
VOXELS = Unit("{voxels}", "voxels", "voxels", 0)
DEGREES = Unit("deg", "°", "degree")
ONE = Unit("1", "", "no units", 3)
COUNT = Unit("{counts}", "", "counts", 0)
PERCENT = Unit("%", "%", "percent")
BITS = Unit("bit", "bits", "bit", 3)
HU = Unit("[hnsf'U]", "HU", "Hounsfield unit")
BQML = Unit("Bq/ml", "Bq/ml", "Becquerels/milliliter", 0)
GRAMS_PER_ML = Unit("g/ml", "g/ml", "grams per milliliter", 2)
SUV_BW = Unit("g/ml{SUVbw}", "g/ml SUVbw", "Standardized Uptake Value body weight", 2)
SUV_LBM_JAMES = Unit("g/ml{SUVlbm}", "g/ml SUVlbm", "Standardized Uptake Value lean body mass (James)", 2)
SUV_LBM_JANMA = Unit("g/ml{SUVlbm(Janma)}", "g/ml SUVlbm (J)", "Standardized Uptake Value lean body mass (Janma)", 2)
SUV_LBM_JAMES_128 = Unit(
    "g/ml{SUVlbm(James128)}",
    "g/ml SUVlbm (128)",
    "Standardized Uptake Value lean body mass (James 128 multiplier)",
    2,
)
SUV_BSA = Unit("cm2/ml{SUVbsa}", "cm²/ml SUVbsa", "Standardized Uptake Value body surface area", 2)
SUV_IBW = Unit("g/ml{SUVibw}", "g/ml SUVibw", "Standardized Uptake Value ideal body weight", 2)
GRAM = Unit("g", "g", "gram")
SECONDS = Unit("s", "s", "second", 3)
CM_PER_SECOND = Unit("cm/s", "cm/s", "centimeter per second")
HERTZ = Unit("Hz", "Hz", "Hertz")
DECIBEL = Unit("dB", "dB", "decibel")
DAYS = Unit("d", "days", "day", 0)

_LONGEST_NAME = 14
"""With the braces about it a code value of 16 characters."""

NARROWEST_MM, WIDEST_MM = 1e-5, 100.0
"""Distances of pixels that can be: a tenth of the finest microscope, and beyond every dose grid."""

LengthUnit = Literal["mm", "cm", "inch", "px"]
LENGTHS: dict[LengthUnit, tuple[Unit, Unit, Unit, float]] = {
    "mm": (MM, MM2, MM3, 1.0),
    "cm": (CM, CM2, CM3, 10.0),
    "inch": (INCH, INCH2, INCH3, 25.4),
    "px": (PIXELS, PIXELS2, VOXELS, 1.0),
}
"""Units of length, area and volume that belong together, and how many mm (or pixels) the length is."""

_OF_MODALITY = {
    "HU": HU,
    "BQML": BQML,
    "GML": GRAMS_PER_ML,
    "CNTS": COUNT,
    "PCNT": PERCENT,
    "PCT": PERCENT,
    "GY": Unit("Gy", "Gy", "Gray", 2),
    "MGML": Unit("mg/ml", "mg/ml", "milligram per milliliter", 2),
    "US": ONE,
    "NONE": ONE,
    "": ONE,
}


def modality_unit(name: str) -> Unit:
    """Give the unit of modality values by Rescale Type (PS3.3 C.11.1.1.2) or Units of PET (C.8.9.1.1.3)."""
    known = _OF_MODALITY.get(name.strip().upper())
    if known is not None:
        return known
    # An annotation of UCUM: a pure number, and still another unit than any of another name.
    plain = "".join(each for each in name if "!" <= each <= "~" and each not in "{}")[:_LONGEST_NAME]
    return Unit(f"{{{plain}}}", plain, plain, 2) if plain else ONE


_NAMED = (
    *(MM, CM, INCH, PIXELS, MM2, CM2, INCH2, PIXELS2, MM3, CM3, ML, INCH3, VOXELS, DEGREES, ONE, COUNT, PERCENT, HU),
    *(BQML, GRAMS_PER_ML, SUV_BW, SUV_LBM_JAMES, SUV_LBM_JANMA, SUV_LBM_JAMES_128, SUV_BSA, SUV_IBW, GRAM, SECONDS),
    *(CM_PER_SECOND, HERTZ, DECIBEL, DAYS, BITS),
)
_BY_UCUM = {each.ucum: each for each in _NAMED} | {
    # As files had the SUV units before the annotation was moved behind the unit, and as programs write the others.
    **{
        f"{{{note}}}{unit}": each
        for each in (SUV_BW, SUV_LBM_JAMES, SUV_LBM_JANMA, SUV_LBM_JAMES_128, SUV_BSA, SUV_IBW)
        for unit, note in [each.ucum.rstrip("}").split("{")]
    },
    "{no units}": ONE,
    "no units": ONE,
    "{pixel}": PIXELS,
    "{pixels}2": PIXELS2,
    "mL": ML,
    "[hnsf'U]": HU,
    "cc": CM3,
    **{each.ucum: each for each in (_OF_MODALITY["GY"], _OF_MODALITY["MGML"])},
}


def unit_of_ucum(ucum: str, meaning: str = "") -> Unit:
    """Give the unit of a UCUM code; one that is not known here is called by its meaning, else by the code.

    Parameters
    ----------
    ucum
        Code Value of the unit in a file; the older spelling of the SUV units (``{SUVbw}g/ml``) is known, too.
    meaning
        Code Meaning of the unit in the file.
    """
    known = _BY_UCUM.get(ucum)
    if known is not None:
        return known
    words = ucum[1:-1] if ucum.startswith("{") and ucum.endswith("}") else ucum
    return Unit(ucum, words or meaning, meaning or words, 2)

"""What is measured: one entry for each quantity that the program gives a number for, with its coded concept."""

from __future__ import annotations

import re

from workstation.model import units
from workstation.model.concepts import Code
from workstation.quick_dataclass import dataclass

PRIVATE_SCHEME = "99WORKSTATION"
"""Coding Scheme Designator of concepts for which no published scheme has a code."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity.

    Parameters
    ----------
    key
        Its name in JSON and CSV.
    words
        As people call it.
    concept
        For files; of a statistic of values None: there the values say what they are (attenuation, SUV).
    derivation
        Of a statistic: which (PS3.16 TID 1419, Derivation; CID 7464); None otherwise.
    definition
        In one sentence where the name alone leaves room for doubt.
    """

    key: str
    words: str
    concept: Code | None = None
    derivation: Code | None = None
    definition: str = ""


def _sct(value: str, meaning: str) -> Code:
    return Code(value, "SCT", meaning)


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


LENGTH = Quantity("length", "Length", _sct("410668003", "Length"))
PATH_LENGTH = Quantity("path_length", "Path length", _dcm("121211", "Path length"))
DISTANCE = Quantity("distance", "Distance", _dcm("121206", "Distance"))
DIAMETER = Quantity("diameter", "Diameter", _sct("81827009", "Diameter"))
RADIUS = Quantity("radius", "Radius", _sct("131190003", "Radius"))
WIDTH = Quantity("width", "Width", _sct("103355008", "Width"))
LONG_AXIS = Quantity("long_axis", "Long axis", _sct("103339001", "Long axis"))
SHORT_AXIS = Quantity("short_axis", "Short axis", _sct("103340004", "Short axis"))
MAJOR_AXIS = Quantity("major_axis", "Major axis", _sct("131187009", "Major Axis"))
MINOR_AXIS = Quantity("minor_axis", "Minor axis", _sct("131188004", "Minor Axis"))
PERIMETER = Quantity("perimeter", "Perimeter", _sct("131191004", "Perimeter"))
DIAMETER_3D = Quantity(
    "diameter_3d",
    "Largest 3D diameter",
    Code("diameter3d", PRIVATE_SCHEME, "Largest distance of two voxel centres"),
    definition="The largest distance of two centres of voxels (Feret); that of a mesh is up to a voxel more.",
)
AREA = Quantity("area", "Area", _sct("42798000", "Area"))
VOLUME = Quantity("volume", "Volume", _sct("118565006", "Volume"))
ANGLE = Quantity("angle", "Angle", _sct("1483009", "Angle"))
COBB_ANGLE = Quantity("cobb_angle", "Cobb angle", _sct("285285000", "Cobb angle"))
RATIO = Quantity("cardiothoracic_ratio", "Cardiothoracic ratio", Code("ctr", PRIVATE_SCHEME, "Cardiothoracic ratio"))
VELOCITY = Quantity("velocity", "Velocity", _dcm("110828", "Flow Velocity"))
TIME = Quantity("time", "Time", _dcm("110858", "Time"))
COUNT_OF_PIXELS = Quantity("count", "Pixels", Code("count", PRIVATE_SCHEME, "Number of pixels whose centre is inside"))
HEART_WIDTH = Quantity("heart_width", "Width of the heart", Code("heart", PRIVATE_SCHEME, "Width of the heart"))
CHEST_WIDTH = Quantity("chest_width", "Width of the chest", Code("chest", PRIVATE_SCHEME, "Width of the chest"))
HEIGHT = Quantity("height", "Height", _dcm("121207", "Height"))
VALUE = Quantity("value", "Value")
RED = Quantity("red", "Red", Code("red", PRIVATE_SCHEME, "Red"))
GREEN = Quantity("green", "Green", Code("green", PRIVATE_SCHEME, "Green"))
BLUE = Quantity("blue", "Blue", Code("blue", PRIVATE_SCHEME, "Blue"))
STORED_VALUE = Quantity("stored_value", "Stored value", Code("stored", PRIVATE_SCHEME, "Stored value"))

MEAN = Quantity("mean", "Mean", derivation=_sct("373098007", "Mean"))
SD_SAMPLE = Quantity(
    "sd_sample",
    "SD (sample)",
    derivation=_sct("386136009", "Standard Deviation"),
    definition="Root of the sum of squared deviations over n - 1.",
)
SD_POPULATION = Quantity(
    "sd_population",
    "SD (population)",
    derivation=Code("sdpop", PRIVATE_SCHEME, "Standard deviation of the population"),
    definition="Root of the sum of squared deviations over n.",
)
MINIMUM = Quantity("min", "Minimum", derivation=_sct("255605001", "Minimum"))
MAXIMUM = Quantity("max", "Maximum", derivation=_sct("56851009", "Maximum"))
MEDIAN = Quantity("median", "Median", derivation=_sct("373099004", "Median"))
SUM = Quantity("sum", "Sum", derivation=_sct("255619001", "Total"))
SKEWNESS = Quantity(
    "skewness",
    "Skewness",
    derivation=_dcm("126051", "Skewness"),
    definition="Third central moment over the cube of the population's standard deviation (IBSI KE2A).",
)
KURTOSIS = Quantity(
    "kurtosis",
    "Kurtosis (excess)",
    derivation=_dcm("126052", "Kurtosis"),
    definition="Fourth central moment over the squared variance of the population, less 3 (IBSI IPH6).",
)
ENTROPY = Quantity(
    "entropy",
    "Entropy",
    concept=Code("TLU2", "IBSI", "Intensity Histogram Entropy"),
    definition="-sum p log2 p over bins of the histogram, in bits (IBSI TLU2); the width of a bin is told.",
)
PEAK = Quantity(
    "peak",
    "Peak",
    derivation=Code("126031", "DCM", "Peak Value Within ROI"),
    definition="Highest mean of a sphere of 1 ml whose centre is inside.",
)
TOTAL_UPTAKE = Quantity("tlg", "Total lesion glycolysis", Code("126033", "DCM", "Total Lesion Glycolysis"))


ATTENUATION = _dcm("112031", "Attenuation Coefficient")
SUV_CONCEPTS: dict[str, Code] = {
    units.SUV_BW.ucum: _dcm("126401", "SUVbw"),
    units.SUV_LBM_JAMES.ucum: _dcm("126402", "SUVlbm"),
    units.SUV_BSA.ucum: _dcm("126403", "SUVbsa"),
    units.SUV_IBW.ucum: _dcm("126404", "SUVibw"),
    units.SUV_LBM_JANMA.ucum: _dcm("126405", "SUVlbm(Janma)"),
    units.SUV_LBM_JAMES_128.ucum: _dcm("126406", "SUVlbm(James128)"),
}
"""What values in each unit of SUV are (PS3.16 CID 85, 7469), by UCUM code."""
SUV_METHODS: dict[str, Code] = {
    units.SUV_BW.ucum: _dcm("126410", "SUV body weight calculation method"),
    units.SUV_LBM_JAMES.ucum: _dcm("126411", "SUV lean body mass calculation method"),
    units.SUV_BSA.ucum: _dcm("126412", "SUV body surface area calculation method"),
    units.SUV_IBW.ucum: _dcm("126413", "SUV ideal body weight calculation method"),
    units.SUV_LBM_JANMA.ucum: _dcm("126414", "SUV lean body mass calculation Janmahasatian method"),
    units.SUV_LBM_JAMES_128.ucum: _dcm("126415", "SUV lean body mass calculation method using 128 multiplier"),
}
"""How they were calculated (PS3.16 CID 6148), by UCUM code."""

_PERCENTILES = {
    5.0: _sct("371888009", "5th percentile"),
    10.0: _sct("371890005", "10th percentile"),
    90.0: _sct("371887004", "90th percentile"),
    95.0: _sct("371889001", "95th percentile"),
}


def percentile(percent: float) -> Quantity:
    """Give the quantity below which this per cent of the values lie, linear between neighbours (numpy's default)."""
    named = f"{percent:g}"
    code = _PERCENTILES.get(percent) or Code(f"p{named}", PRIVATE_SCHEME, f"Percentile {named}")
    return Quantity(f"p{named}", f"Percentile {named}", derivation=code)


def quantity_of(concept: Code | None, derivation: Code | None = None) -> Quantity | None:
    """Give the quantity that a file means; None where it is none of these.

    Parameters
    ----------
    concept
        Concept name of the number.
    derivation
        What it is of the values of that name; where it is a statistic of them, the concept says what they are.
    """
    if derivation is None:
        return next((each for each in _ALL if each.concept is not None and each.concept.is_same(concept)), None)
    for each in _ALL:
        if each.derivation is not None and each.derivation.is_same(derivation):
            return each
    known = next((percent for percent, code in _PERCENTILES.items() if code.is_same(derivation)), None)
    if known is None and derivation.scheme == PRIVATE_SCHEME and re.fullmatch(_PERCENTILE, derivation.value):
        known = float(derivation.value[1:])
    return None if known is None else percentile(known)


_PERCENTILE = r"p\d{1,3}(\.\d{1,9})?"
_ALL: tuple[Quantity, ...] = (
    *(LENGTH, PATH_LENGTH, DISTANCE, DIAMETER, RADIUS, WIDTH, LONG_AXIS, SHORT_AXIS, MAJOR_AXIS),
    *(MINOR_AXIS, PERIMETER, DIAMETER_3D, AREA, VOLUME, ANGLE, COBB_ANGLE, RATIO, VELOCITY, TIME),
    *(HEART_WIDTH, CHEST_WIDTH),
    *(COUNT_OF_PIXELS, HEIGHT, VALUE, STORED_VALUE, RED, GREEN, BLUE, MEAN, SD_SAMPLE, SD_POPULATION, MINIMUM, MAXIMUM),
    *(MEDIAN, SUM, SKEWNESS, KURTOSIS, ENTROPY, PEAK, TOTAL_UPTAKE),
)


def is_statistic(quantity: Quantity) -> bool:
    """Tell whether a quantity is one of the values inside a region."""
    return quantity.derivation is not None or quantity in (SUM, SKEWNESS, KURTOSIS, ENTROPY)

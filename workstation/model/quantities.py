"""What is measured: one entry for each quantity that the program gives a number for, with its coded concept."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.model.concepts import Code


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
        Of a statistic: which (PS3.16 TID 1419, Derivation); None otherwise.
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
AREA = Quantity("area", "Area", _sct("42798000", "Area"))
VOLUME = Quantity("volume", "Volume", _sct("118565006", "Volume"))
ANGLE = Quantity("angle", "Angle", _sct("1483009", "Angle"))
COBB_ANGLE = Quantity("cobb_angle", "Cobb angle", _sct("285285000", "Cobb angle"))
RATIO = Quantity("cardiothoracic_ratio", "Cardiothoracic ratio", Code("ctr", "99WORKSTATION", "Cardiothoracic ratio"))
VELOCITY = Quantity("velocity", "Velocity", Code("vel", "99WORKSTATION", "Velocity"))
TIME = Quantity("time", "Time", Code("time", "99WORKSTATION", "Time"))
COUNT_OF_PIXELS = Quantity("count", "Pixels", Code("count", "99WORKSTATION", "Number of pixels whose centre is inside"))
VALUE = Quantity("value", "Value")
STORED_VALUE = Quantity("stored_value", "Stored value", Code("stored", "99WORKSTATION", "Stored value"))

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
    derivation=Code("sdpop", "99WORKSTATION", "Standard deviation of the population"),
    definition="Root of the sum of squared deviations over n.",
)
MINIMUM = Quantity("min", "Minimum", derivation=_sct("255605001", "Minimum"))
MAXIMUM = Quantity("max", "Maximum", derivation=_sct("56851009", "Maximum"))
MEDIAN = Quantity("median", "Median", derivation=_sct("373099004", "Median"))
SUM = Quantity("sum", "Sum", derivation=Code("sum", "99WORKSTATION", "Sum"))
SKEWNESS = Quantity(
    "skewness",
    "Skewness",
    derivation=Code("KE2A", "IBSI", "Skewness"),
    definition="Third central moment over the cube of the population's standard deviation (IBSI KE2A).",
)
KURTOSIS = Quantity(
    "kurtosis",
    "Kurtosis (excess)",
    derivation=Code("IPH6", "IBSI", "(Excess) kurtosis"),
    definition="Fourth central moment over the squared variance of the population, less 3 (IBSI IPH6).",
)
ENTROPY = Quantity(
    "entropy",
    "Entropy",
    derivation=Code("TLU2", "IBSI", "Entropy"),
    definition="-sum p log2 p over bins of the histogram, in bits (IBSI TLU2); the width of a bin is told.",
)
PEAK = Quantity(
    "peak",
    "Peak",
    derivation=Code("126031", "DCM", "Peak Value Within ROI"),
    definition="Highest mean of a sphere of 1 ml whose centre is inside.",
)
TOTAL_UPTAKE = Quantity("tlg", "Total lesion glycolysis", Code("126033", "DCM", "Total Lesion Glycolysis"))


def percentile(percent: float) -> Quantity:
    """Give the quantity below which this per cent of the values lie, linear between neighbours (numpy's default)."""
    named = f"{percent:g}"
    code = Code(f"p{named}", "99WORKSTATION", f"Percentile {named}")
    return Quantity(f"p{named}", f"Percentile {named}", derivation=code)

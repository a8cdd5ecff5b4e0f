"""The numbers of a report as values of ours, whatever codes a program has chosen for them."""

import re
from dataclasses import replace

from workstation.model import quantities
from workstation.model.concepts import Code
from workstation.model.measurement import Value
from workstation.model.quantities import SUV_CONCEPTS, Quantity, quantity_of
from workstation.model.units import CM2, INCH2, MM2, ONE, unit_of_ucum
from workstation.objects.measurement_report.codes import PIXEL_VALUE, VALUES_ARE, current
from workstation.objects.measurement_report.values import FoundValue

_OF_PIXELS: dict[str, Quantity] = {
    "113049": quantities.MEAN,  # Pixel by pixel mean, and the like: image arithmetic, taken for statistics
    "113048": quantities.MAXIMUM,
    "113051": quantities.MINIMUM,
    "113061": quantities.SD_SAMPLE,
    "112181": quantities.MEAN,  # Mean Attenuation Coefficient, and the like
    "112180": quantities.MAXIMUM,
    "112179": quantities.MINIMUM,
    "112182": quantities.MEDIAN,
    "112183": quantities.SD_SAMPLE,
}
_ATTENUATION = ("112179", "112180", "112181", "112182", "112183")
_OF_VALUES = (
    quantities.ATTENUATION,
    *SUV_CONCEPTS.values(),
    Code("126400", "DCM", "Standardized Uptake Value"),
    Code("110821", "DCM", "Nuclear Medicine Tomographic Activity"),
    Code("110852", "DCM", "MR signal intensity"),
    Code("113041", "DCM", "Apparent Diffusion Coefficient"),
    PIXEL_VALUE,
)
"""What the values of pixels are; a number of one of these without a derivation is the value of a pixel."""


def value_of(found: FoundValue) -> Value | None:
    """Give a number as a value of ours; None where the report has no number.

    What it is comes from its codes; a quantity that is not known here keeps the words and codes of the file.
    """
    if found.value is None:
        return None
    unit = ONE if found.unit is None else unit_of_ucum(found.unit.value, found.unit.meaning)
    concept, derivation = current(found.concept), current(found.derivation)
    if concept is not None and concept.scheme == "DCM" and concept.value in _OF_PIXELS and derivation is None:
        of = quantities.ATTENUATION if concept.value in _ATTENUATION else None
        return Value(_OF_PIXELS[concept.value], found.value, unit, of)
    known = quantity_of(concept, derivation)
    if known is quantities.LENGTH and unit in (MM2, CM2, INCH2):
        known = quantities.AREA  # some programs write the code of a length for an area
    if derivation is not None:
        quantity = known or Quantity(_key(derivation), str(derivation), derivation=derivation)
        if quantity.concept is not None:
            return Value(quantity, found.value, unit, _told(found))
        return Value(quantity, found.value, unit, _of(concept))
    if known is None and any(each.is_same(concept) for each in _OF_VALUES):
        return Value(quantities.VALUE, found.value, unit, _of(concept))
    return Value(known or _other(concept), found.value, unit, _told(found))


def _told(found: FoundValue) -> Code | None:
    """Give what values are, where a number says so beside its own concept."""
    return next((_of(code) for name, code in found.modifiers if name.is_same(VALUES_ARE)), None)


def _of(concept: Code | None) -> Code | None:
    """Give what values are; nothing where the concept says no more than that they are those of pixels."""
    if concept is None or PIXEL_VALUE.is_same(concept):
        return None
    return next((each for each in _OF_VALUES if each.is_same(concept)), concept)


def _other(concept: Code | None) -> Quantity:
    if concept is None:
        return Quantity("unnamed", "Number without a name")
    return Quantity(_key(concept), str(concept), replace(concept, version=""))


def _key(code: Code) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", str(code).casefold()).strip("_")
    return plain or "unnamed"

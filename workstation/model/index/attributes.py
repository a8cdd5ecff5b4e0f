"""Which attributes the index keeps, as a table, and how their text becomes the fields of an `Instance`.

The index keeps what files say as text; numbers are made of it here and nowhere else, so a file that says nonsense is
indexed with that field empty. Attributes that are as a rule the same for all instances of a series form the *shared*
header, which is kept once for all files that agree in all of it; the rest is each instance's *own*.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal, NamedTuple

from workstation.model.index.records import Instance, Place

Kind = Literal["text", "name", "uint16", "float64"]


class Attribute(NamedTuple):
    """An attribute of PS3.6: its tag, the field of `Instance` it becomes, and how it is stored."""

    tag: int
    field: str
    kind: Kind = "text"


SHARED = (
    Attribute(0x00080008, "image_type"),
    Attribute(0x00080016, "sop_class_uid"),
    Attribute(0x00080020, "study_date"),
    Attribute(0x00080021, "series_date"),
    Attribute(0x00080030, "study_time"),
    Attribute(0x00080031, "series_time"),
    Attribute(0x00080050, "accession_number"),
    Attribute(0x00080060, "modality"),
    Attribute(0x00080070, "manufacturer"),
    Attribute(0x00080080, "institution_name"),
    Attribute(0x00081030, "study_description"),
    Attribute(0x0008103E, "series_description"),
    Attribute(0x00100010, "patient_name", "name"),
    Attribute(0x00100020, "patient_id"),
    Attribute(0x00100030, "patient_birth_date"),
    Attribute(0x00100040, "patient_sex"),
    Attribute(0x00180015, "body_part_examined"),
    Attribute(0x00180050, "slice_thickness_mm"),
    Attribute(0x00180081, "echo_time_ms"),
    Attribute(0x00181030, "protocol_name"),
    Attribute(0x00181120, "gantry_tilt_deg"),
    Attribute(0x00189087, "b_value", "float64"),
    Attribute(0x0020000D, "study_instance_uid"),
    Attribute(0x0020000E, "series_instance_uid"),
    Attribute(0x00200010, "study_id"),
    Attribute(0x00200011, "series_number"),
    Attribute(0x00200037, "image_orientation"),
    Attribute(0x00200052, "frame_of_reference_uid"),
    Attribute(0x00200060, "laterality"),
    Attribute(0x00280002, "samples_per_pixel", "uint16"),
    Attribute(0x00280004, "photometric_interpretation"),
    Attribute(0x00280008, "number_of_frames"),
    Attribute(0x00280010, "rows", "uint16"),
    Attribute(0x00280011, "columns", "uint16"),
    Attribute(0x00280030, "pixel_spacing_mm"),
    Attribute(0x00280100, "bits_allocated", "uint16"),
)
OWN = (
    Attribute(0x00080018, "sop_instance_uid"),
    Attribute(0x00080032, "acquisition_time"),
    Attribute(0x00080033, "content_time"),
    Attribute(0x00181060, "trigger_time_ms"),
    Attribute(0x00200012, "acquisition_number"),
    Attribute(0x00200013, "instance_number"),
    Attribute(0x00200032, "image_position_lps"),
    Attribute(0x00200100, "temporal_position"),
    Attribute(0x00201041, "slice_location_mm"),
)
TRANSFER_SYNTAX = "transfer_syntax_uid"
CHARACTER_SET_TAG = 0x00080005

SHARED_FIELDS = (TRANSFER_SYNTAX, *(a.field for a in SHARED))
OWN_FIELDS = tuple(a.field for a in OWN)
SOP_INSTANCE_UID = OWN_FIELDS.index("sop_instance_uid")

#: Slots of the values a walk gives: the shared attributes, the own ones, the character set last.
ATTRIBUTES = (*SHARED, *OWN, Attribute(CHARACTER_SET_TAG, "specific_character_set"))
SLOT_OF_TAG = {attribute.tag: slot for slot, attribute in enumerate(ATTRIBUTES)}
LAST_TAG = max(SLOT_OF_TAG)


def _whole(text: str) -> int | None:
    if not text:
        return None  # most often; quicker than what comes of trying
    try:
        return int(text)
    except ValueError:
        number = _number(text)
        return int(number) if number is not None and number.is_integer() else None


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None  # neither infinite nor "not a number"


def _size(text: str) -> int:
    return max(_whole(text) or 0, 0)


def _first_number(text: str) -> float | None:
    return _number(text.partition("\\")[0])


def _numbers(count: int) -> Callable[[str], tuple[float, ...] | None]:
    def parse(text: str) -> tuple[float, ...] | None:
        try:
            values = tuple(map(float, text.split("\\")))
        except ValueError:
            return None
        return values if len(values) == count and all(abs(value) < 1e300 for value in values) else None

    return parse


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "series_number": _whole,
    "instance_number": _whole,
    "acquisition_number": _whole,
    "temporal_position": _whole,
    "rows": _size,
    "columns": _size,
    "number_of_frames": _size,
    "samples_per_pixel": _size,
    "bits_allocated": _size,
    "slice_thickness_mm": _first_number,
    "echo_time_ms": _first_number,
    "gantry_tilt_deg": _first_number,
    "b_value": _first_number,
    "trigger_time_ms": _first_number,
    "slice_location_mm": _first_number,
    "image_position_lps": _numbers(3),
    "image_orientation": _numbers(6),
    "pixel_spacing_mm": _numbers(2),
}
_NUMBER_OF = {each.name: number for number, each in enumerate(fields(Instance))}
_SHARED_CONVERSIONS = tuple((_NUMBER_OF[field], _CONVERSIONS.get(field)) for field in SHARED_FIELDS)
_OWN_CONVERSIONS = tuple((_NUMBER_OF[field], _CONVERSIONS.get(field)) for field in OWN_FIELDS)
_PLACES, _HAS_PIXELS, _CONFLICTING, _NOTES = (
    _NUMBER_OF[field] for field in ("places", "has_pixels", "conflicting", "notes")
)
_SIZES = tuple(_NUMBER_OF[field] for field in ("rows", "columns", "bits_allocated"))
_FRAMES = _NUMBER_OF["number_of_frames"]


def shared_values(texts: Sequence[str]) -> list[Any]:
    """Give what an `Instance` is made of, in the order of its fields, as far as a shared header holds it.

    Parameters
    ----------
    texts
        Texts in the order of ``SHARED_FIELDS``.
    """
    values: list[Any] = [None] * len(_NUMBER_OF)
    for (number, convert), text in zip(_SHARED_CONVERSIONS, texts, strict=True):
        values[number] = text if convert is None else convert(text)
    values[_HAS_PIXELS] = all(values[number] for number in _SIZES)
    if values[_HAS_PIXELS]:
        values[_FRAMES] = values[_FRAMES] or 1
    return values


def instance_of(
    shared: Sequence[Any],
    own_texts: Sequence[str],
    *,
    places: tuple[Place, ...],
    notes: tuple[str, ...],
    conflicting: bool = False,
) -> Instance:
    """Build an instance of a shared header and the texts of its own attributes, in the order of ``OWN_FIELDS``."""
    values = [*shared]
    for (number, convert), text in zip(_OWN_CONVERSIONS, own_texts, strict=True):
        values[number] = text if convert is None else convert(text)
    values[_PLACES], values[_CONFLICTING], values[_NOTES] = places, conflicting, notes
    return Instance(*values)

"""The value of a content item, read from its dataset; what is wrong comes as sentences, nothing is left out."""

import math
from collections.abc import Callable

from pydicom import Dataset

from workstation.model.attributes import first_item, number, numbers, text, value_of
from workstation.model.codes import first_code
from workstation.model.text import clean
from workstation.objects.sr.content import (
    Coded,
    CompositeReference,
    Container,
    Identifier,
    ImageReference,
    ImageShape,
    Link,
    Moment,
    Number,
    ObjectReference,
    Person,
    SpaceShape,
    Text,
    TimeRange,
    Unread,
    Value,
    WaveformReference,
)

Notes = list[str]


def read_value(item: Dataset, value_type: str, notes: Notes) -> Value:
    """Read the value of an item (PS3.3 table C.17.3-5); ``notes`` gets what is wrong with it."""
    if "ReferencedContentItemIdentifier" in item and not value_type:
        return Link(".".join(str(int(each)) for each in numbers(item, "ReferencedContentItemIdentifier")) or "?")
    read = _READERS.get(value_type)
    if read is None:
        notes.append(f"The value type {value_type!r} is not known." if value_type else "It has no value type.")
        return Unread(_whatever(item))
    return read(item, notes)


def _container(item: Dataset, _notes: Notes) -> Value:
    template = first_item(item, "ContentTemplateSequence")
    named = ""
    if template is not None:
        resource = clean(text(template, "MappingResource"))
        named = f"TID {clean(text(template, 'TemplateIdentifier')) or '?'}" + (f" ({resource})" if resource else "")
    return Container(clean(text(item, "ContinuityOfContent")), named)


def _text(item: Dataset, notes: Notes) -> Value:
    found = clean(_unsplit(item, "TextValue"), lines=True)
    if not found:
        notes.append("Its text is empty.")
    return Text(found)


def _unsplit(item: Dataset, keyword: str) -> str:
    """Give text as it is, also where a backslash in it was taken for a separator."""
    value = value_of(item, keyword)
    return "" if value is None or isinstance(value, bytes) else value if isinstance(value, str) else text(item, keyword)


def _coded(item: Dataset, notes: Notes) -> Value:
    code = first_code(item, "ConceptCodeSequence")
    if code is None:
        notes.append("Its code is missing.")
    return Coded(code)


def _number(item: Dataset, notes: Notes) -> Value:
    measured = first_item(item, "MeasuredValueSequence")
    qualifier = first_code(item, "NumericValueQualifierCodeSequence")
    if measured is None:
        if qualifier is None:
            notes.append("It has no value, and does not say why.")
        return Number("", None, None, qualifier)
    written = clean(text(measured, "NumericValue"))
    unit = first_code(measured, "MeasurementUnitsCodeSequence")
    value = number(measured, "FloatingPointValue")
    if value is None:
        value = number(measured, "NumericValue")
    if value is None and (over := number(measured, "RationalDenominatorValue")):
        value = (number(measured, "RationalNumeratorValue") or 0.0) / over
    if value is None:
        notes.append(f"Its value {written!r} is not a number." if written else "Its value is empty.")
    elif unit is None:
        notes.append("It has no unit.")
    return Number(written or ("" if value is None else f"{value:g}"), value, unit, qualifier)


def _date(item: Dataset, notes: Notes) -> Value:
    return _moment(Moment("DATE", clean(text(item, "Date"))), notes)


def _time(item: Dataset, notes: Notes) -> Value:
    return _moment(Moment("TIME", clean(text(item, "Time"))), notes)


def _date_time(item: Dataset, notes: Notes) -> Value:
    return _moment(Moment("DATETIME", clean(text(item, "DateTime"))), notes)


def _moment(moment: Moment, notes: Notes) -> Value:
    if not moment.raw:
        notes.append("It is empty.")
    return moment


def _person(item: Dataset, notes: Notes) -> Value:
    raw = clean(text(item, "PersonName"))
    if not raw:
        notes.append("The name is empty.")
    return Person(raw)


def _identifier(item: Dataset, notes: Notes) -> Value:
    uid = clean(text(item, "UID"))
    if not uid:
        notes.append("The identifier is empty.")
    return Identifier(uid)


def _referenced(item: Dataset | None, notes: Notes) -> tuple[Dataset, ObjectReference]:
    found = first_item(item, "ReferencedSOPSequence") if item is not None else None
    if found is None:
        notes.append("It does not say which object it refers to.")
        return Dataset(), ObjectReference("", "")
    return found, _reference(found, notes)


def _reference(found: Dataset, notes: Notes | None = None) -> ObjectReference:
    made = ObjectReference(clean(text(found, "ReferencedSOPClassUID")), clean(text(found, "ReferencedSOPInstanceUID")))
    if not made.sop_instance_uid and notes is not None:
        notes.append("The identifier of the object it refers to is empty.")
    return made


def _inner(found: Dataset) -> ObjectReference | None:
    inner = first_item(found, "ReferencedSOPSequence")
    return None if inner is None else _reference(inner)


def _image(item: Dataset, notes: Notes) -> Value:
    found, image = _referenced(item, notes)
    mapping = first_item(found, "ReferencedRealWorldValueMappingInstanceSequence")
    return ImageReference(
        image,
        _whole(found, "ReferencedFrameNumber", notes),
        _whole(found, "ReferencedSegmentNumber", notes),
        _inner(found),
        None if mapping is None else _reference(mapping),
    )


def _whole(found: Dataset, keyword: str, notes: Notes) -> tuple[int, ...]:
    values = numbers(found, keyword)
    if not values and text(found, keyword):
        notes.append(f"The value {clean(text(found, keyword))!r} is no list of whole numbers.")
    return tuple(int(each) for each in values)


def _waveform(item: Dataset, notes: Notes) -> Value:
    found, waveform = _referenced(item, notes)
    flat = _whole(found, "ReferencedWaveformChannels", notes)
    if len(flat) % 2:
        notes.append("The list of channels ends in the middle of a pair.")
    return WaveformReference(waveform, tuple(zip(flat[::2], flat[1::2], strict=False)))


def _composite(item: Dataset, notes: Notes) -> Value:
    return CompositeReference(_referenced(item, notes)[1])


def _points(item: Dataset, size: int, notes: Notes) -> list[tuple[float, ...]]:
    values = numbers(item, "GraphicData")
    raw = value_of(item, "GraphicData")
    if not values and raw is not None:
        notes.append("Its coordinates are not all numbers.")
        many = raw if hasattr(raw, "__iter__") and not isinstance(raw, str | bytes) else [raw]
        values = tuple(_number_or_nan(each) for each in many)
    elif not values:
        notes.append("It has no points.")
    if len(values) % size:
        notes.append(f"It has {len(values)} coordinates, which are not whole points of {size}.")
    return [values[at : at + size] for at in range(0, len(values) - size + 1, size)]


def _number_or_nan(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return math.nan


def _image_shape(item: Dataset, notes: Notes) -> Value:
    points = _points(item, 2, notes)
    return ImageShape(
        clean(text(item, "GraphicType")),
        tuple((x - 0.5, y - 0.5) for x, y in points),
        text(item, "PixelOriginInterpretation") == "VOLUME",
        clean(text(item, "FiducialUID")),
    )


def _space_shape(item: Dataset, notes: Notes) -> Value:
    points = _points(item, 3, notes)
    return SpaceShape(
        clean(text(item, "GraphicType")),
        tuple((x, y, z) for x, y, z in points),
        clean(text(item, "ReferencedFrameOfReferenceUID")),
        clean(text(item, "FiducialUID")),
    )


def _time_range(item: Dataset, notes: Notes) -> Value:
    moments = clean(text(item, "ReferencedDateTime"))
    found = TimeRange(
        clean(text(item, "TemporalRangeType")),
        _whole(item, "ReferencedSamplePositions", notes),
        numbers(item, "ReferencedTimeOffsets"),
        tuple(moments.split("\\")) if moments else (),
    )
    if not (found.samples or found.offsets_s or found.moments):
        notes.append("It has no points in time.")
    return found


def _whatever(item: Dataset) -> str:
    """Tell the plain attributes of an item whose type is not known."""
    told = (
        f"{element.keyword or element.tag} {clean(element.value)}"
        for element in item
        if element.keyword not in _OF_EVERY_ITEM and element.VR != "SQ" and not isinstance(element.value, bytes)
    )
    return "; ".join(told)


_OF_EVERY_ITEM = ("RelationshipType", "ValueType", "ObservationDateTime", "ObservationUID")
_READERS: dict[str, Callable[[Dataset, Notes], Value]] = {
    "CONTAINER": _container,
    "TEXT": _text,
    "CODE": _coded,
    "NUM": _number,
    "DATE": _date,
    "TIME": _time,
    "DATETIME": _date_time,
    "PNAME": _person,
    "UIDREF": _identifier,
    "IMAGE": _image,
    "WAVEFORM": _waveform,
    "COMPOSITE": _composite,
    "SCOORD": _image_shape,
    "SCOORD3D": _space_shape,
    "TCOORD": _time_range,
}

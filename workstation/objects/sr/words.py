"""The content of a report in words: what a value says, how an item relates to the one above, who observed."""

import math
from collections.abc import Sequence
from functools import singledispatch

from pydicom.uid import UID

from workstation.model.concepts import Code
from workstation.model.text import date_of, datetime_of_dt, person_name, time_of
from workstation.objects.sr.content import (
    Coded,
    CompositeReference,
    Container,
    ContentItem,
    Identifier,
    ImageReference,
    ImageShape,
    Link,
    Moment,
    Number,
    ObjectReference,
    Person,
    Point,
    SpaceShape,
    StructuredReport,
    Text,
    TimeRange,
    Unread,
    Value,
    WaveformReference,
)

RELATIONSHIPS = {
    "CONTAINS": "",
    "HAS PROPERTIES": "",
    "HAS CONCEPT MOD": "",
    "HAS OBS CONTEXT": "observation context",
    "HAS ACQ CONTEXT": "acquisition",
    "INFERRED FROM": "inferred from",
    "SELECTED FROM": "selected from",
}
"""What is said of a relationship; the usual ones need no words."""
_UNITLESS = ("1", "{no units}", "no units")
_POINTS_TOLD = 4


def name_text(item: ContentItem) -> str:
    """Give the concept name; what kind of thing it is where the file has no name."""
    if item.name is not None:
        return str(item.name)
    return _NAMELESS.get(item.value_type, item.value_type.capitalize() or "Item")


_NAMELESS = {
    "CONTAINER": "Section",
    "IMAGE": "Image",
    "COMPOSITE": "Object",
    "WAVEFORM": "Waveform",
    "SCOORD": "Region",
    "SCOORD3D": "Region in space",
    "TCOORD": "Points in time",
    "": "See",
}


@singledispatch
def value_text(value: Value) -> str:
    """Say a value in words; may be several lines for text, and is empty for a heading."""
    raise TypeError(f"{value!r} is no value of a report")


@value_text.register
def _(_value: Container) -> str:
    return ""


@value_text.register
def _(value: Text) -> str:
    return value.text


@value_text.register
def _(value: Coded) -> str:
    return "" if value.code is None else str(value.code)


@value_text.register
def _(value: Number) -> str:
    shown = f"{value.text}{unit_text(value.unit)}" if value.text else ""
    if value.qualifier is not None:
        return f"{shown} ({value.qualifier})" if shown else str(value.qualifier)
    return shown or "no value"


def unit_text(unit: Code | None) -> str:
    """Give a unit as it follows a number: the UCUM code where it is one that people read, else its meaning."""
    if unit is None or unit.value in _UNITLESS:
        return ""
    if unit.scheme == "UCUM" and "[" not in unit.value and "{" not in unit.value:
        return f" {_UNITS.get(unit.value, unit.value)}"
    return f" {_UNITS.get(unit.value) or unit.meaning or unit.value}"


_UNITS = {"mm2": "mm²", "mm3": "mm³", "cm2": "cm²", "cm3": "cm³", "um": "µm", "deg": "°", "Cel": "°C", "[hnsf'U]": "HU"}


@value_text.register
def _(value: Moment) -> str:
    return moment_text(value.raw, value.kind)


def moment_text(raw: str, kind: str = "DATETIME") -> str:
    """Give a moment as people write it; as it is where it is none."""
    if kind == "DATE":
        day = date_of(raw)
        return f"{day:%Y-%m-%d}" if day else raw
    if kind == "TIME":
        at = time_of(raw)
        return f"{at:%H:%M:%S}" if at else raw
    moment = datetime_of_dt(raw)
    if moment is None:
        return raw
    zone = f" {moment:%z}" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d}{zone}" if len(raw) <= 8 else f"{moment:%Y-%m-%d %H:%M:%S}{zone}"


@value_text.register
def _(value: Person) -> str:
    return person_name(value.raw)


@value_text.register
def _(value: Identifier) -> str:
    return value.uid


@value_text.register
def _(value: ImageReference) -> str:
    told = [object_text(value.image)]
    told += _counted("frame", value.frames) + _counted("segment", value.segments)
    if value.presentation_state is not None:
        told.append(f"seen with {object_text(value.presentation_state)}")
    if value.value_mapping is not None:
        told.append(f"values by {object_text(value.value_mapping)}")
    return ", ".join(told)


@value_text.register
def _(value: WaveformReference) -> str:
    channels = [f"{group}/{channel}" for group, channel in value.channels]
    return ", ".join([object_text(value.waveform), *_counted("channel", channels)])


@value_text.register
def _(value: CompositeReference) -> str:
    return object_text(value.instance)


def object_text(reference: ObjectReference) -> str:
    """Name a referenced object by its class and identifier."""
    name = UID(reference.sop_class_uid).name if reference.sop_class_uid else "object of no class"
    return f"{name.removesuffix(' Storage')} {reference.sop_instance_uid or 'without identifier'}"


def _counted(noun: str, values: Sequence[object]) -> list[str]:
    if not values:
        return []
    return [f"{noun}{'s' if len(values) > 1 else ''} {', '.join(str(each) for each in values)}"]


@value_text.register
def _(value: ImageShape) -> str:
    return f"{_shape_name(value.graphic_type)}: {_points_text(value.points_px, 'px')}{_length_px(value)}"


@value_text.register
def _(value: SpaceShape) -> str:
    return f"{_shape_name(value.graphic_type)}: {_points_text(value.points_lps, 'mm')}"


def _shape_name(graphic_type: str) -> str:
    return graphic_type.replace("_", " ").capitalize() or "Shape of no type"


def _points_text(points: Sequence[Sequence[float]], unit: str) -> str:
    told = [f"({', '.join(f'{each:.1f}' for each in point)})" for point in points[:_POINTS_TOLD]]
    more = f" … {len(points)} points" if len(points) > _POINTS_TOLD else ""
    return f"{' '.join(told)} {unit}{more}" if told else "no points"


def _length_px(value: ImageShape) -> str:
    if value.graphic_type != "CIRCLE" or len(value.points_px) != 2:
        return ""
    centre, rim = value.points_px
    return f", radius {_distance(centre, rim):.1f} px"


def _distance(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


@value_text.register
def _(value: TimeRange) -> str:
    told = value.range_type.replace("_", " ").capitalize() or "Points"
    parts = [
        *_counted("sample", value.samples),
        *([f"{', '.join(f'{each:g}' for each in value.offsets_s)} s"] if value.offsets_s else []),
        *[moment_text(each) for each in value.moments],
    ]
    return f"{told}: {'; '.join(parts)}"


@value_text.register
def _(value: Link) -> str:
    return f"item {value.target}"


@value_text.register
def _(value: Unread) -> str:
    return value.text


def relationship_text(item: ContentItem) -> str:
    """Say how an item relates to the one above it; empty where it goes without saying."""
    return RELATIONSHIPS.get(item.relationship, item.relationship.lower())


def status_text(report: StructuredReport) -> str:
    """Say in one line how far a report can be relied on: complete, verified, by whom."""
    told = [word for word in (report.preliminary, report.completion, report.verification) if word]
    line = ", ".join(word.capitalize() if at == 0 else word.lower() for at, word in enumerate(told))
    by = "; ".join(
        ", ".join(filter(None, [person_name(each.name), each.organisation, moment_text(each.at)]))
        for each in report.verified_by
    )
    reason = f" ({report.completion_description})" if report.completion_description else ""
    return f"{line}{reason}" + (f" by {by}" if by else "")

"""A structured report as rows of a tree: what each says, where it leads, and which are found."""

from collections.abc import Callable

from workstation.objects.sr.content import (
    Coded,
    Container,
    ContentItem,
    ImageReference,
    Link,
    Number,
    StructuredReport,
    WaveformReference,
)
from workstation.objects.sr.words import name_text, relationship_text, value_text
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """An object that a row leads to: its instance, and its frame from 0."""

    sop_instance_uid: str
    frame: int = 0


@dataclass(frozen=True)
class Row:
    """One row.

    ``link`` is the number of the item that it refers to within the report; ``found_by`` what a search looks at.
    """

    number: str
    name: str
    value: str
    details: str
    item: ContentItem
    is_heading: bool = False
    is_context: bool = False
    target: Target | None = None
    link: str = ""
    notes: tuple[str, ...] = ()
    found_by: str = ""


def rows_of(report: StructuredReport, name_of: Callable[[str], str]) -> tuple[Row, ...]:
    """Give all rows in reading order; a row lies below the one whose number is its own without the last part.

    ``name_of`` gives what people call an object, by its identifier; empty where that is not known.
    """
    return tuple(_row(item, name_of) for item in report.root.walk())


def _row(item: ContentItem, name_of: Callable[[str], str]) -> Row:
    value, name = value_text(item.value), name_text(item)
    if isinstance(item.value, ImageReference) and (called := name_of(item.value.image.sop_instance_uid)):
        frames = item.value.frames
        value = called + (f", frame{'s' if len(frames) > 1 else ''} {', '.join(map(str, frames))}" if frames else "")
    details = _details(item)
    return Row(
        number=item.number,
        name=name,
        value=value,
        details=details,
        item=item,
        is_heading=isinstance(item.value, Container),
        is_context=item.relationship in ("HAS OBS CONTEXT", "HAS ACQ CONTEXT", "HAS CONCEPT MOD"),
        target=None if isinstance(item.value, Container) else target_of(item),
        link=item.value.target if isinstance(item.value, Link) and item.value.is_there else "",
        notes=item.notes,
        found_by=f"{name}\n{value}\n{details}".casefold(),
    )


def target_of(item: ContentItem) -> Target | None:
    """Give the image or waveform that an item is about: its own, else the first below it."""
    for each in item.walk():
        if isinstance(each.value, ImageReference) and each.value.image.sop_instance_uid:
            frames = each.value.frames
            return Target(each.value.image.sop_instance_uid, max(0, frames[0] - 1) if frames else 0)
        if isinstance(each.value, WaveformReference) and each.value.waveform.sop_instance_uid:
            return Target(each.value.waveform.sop_instance_uid)
    return None


def _details(item: ContentItem) -> str:
    """Say what a tree has no room for: relationship, type, codes."""
    told = [f"{item.number}  {item.value_type or 'no value type'}"]
    if item.relationship:
        told.append(relationship_text(item).capitalize() or item.relationship.capitalize())
    if item.name is not None:
        told.append(f"Concept ({item.name.value}, {item.name.scheme})")
    if isinstance(item.value, Coded) and item.value.code is not None:
        told.append(f"Value ({item.value.code.value}, {item.value.code.scheme})")
    if isinstance(item.value, Number) and item.value.unit is not None:
        told.append(f"Unit ({item.value.unit.value}, {item.value.unit.scheme}) {item.value.unit.meaning}")
    if isinstance(item.value, Container) and item.value.template:
        told.append(item.value.template)
    return "\n".join([*told, *item.notes])


def matches(rows: tuple[Row, ...], words: str) -> tuple[int, ...]:
    """Give the rows in which every word of a search occurs."""
    wanted = words.casefold().split()
    if not wanted:
        return ()
    return tuple(at for at, row in enumerate(rows) if all(word in row.found_by for word in wanted))

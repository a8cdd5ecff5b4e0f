"""What the group of an annotation's graphics says of it, so that it can be live again: kind, name, what it is of.

The label of a group is for people; its description has sentences that a person can read, too::

    Kind: cobb. Tracking: 1.2.3. Name: before surgery
"""

import re

from workstation.model.annotation import LONGEST_TEXT, About, Annotation, Threshold
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.objects.presentation.values import GraphicGroup
from workstation.quick_dataclass import dataclass

_SENTENCES = re.compile(
    r"Kind: (?P<kind>[a-z_]+)\."
    r"(?: Tracking: (?P<tracking>[0-9.]{1,64}))?"
    r"(?: Known: (?P<known>[0-9.e+-]{1,30}) mm)?"
    r"(?: Counted: (?P<counted>value|suv|percent|percist) (?P<low>\S{1,30}) (?P<high>\S{1,30}))?"
    r"(?: Name: (?P<name>.*))?",
    re.DOTALL,
)
_LONGEST_NAME = 700


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a group says: see `workstation.model.annotation.Annotation`."""

    kind: Kind
    name: str = ""
    about: About | None = None
    threshold: Threshold | None = None
    known_mm: float | None = None


def group_of(annotation: Annotation, number: int, *, name: str) -> GraphicGroup:
    """Give the group of an annotation's graphics; ``name`` is its own text, without numbers."""
    about = annotation.about
    parts = [f"Kind: {annotation.kind}."]
    if about is not None and about.tracking_uid:
        parts.append(f"Tracking: {about.tracking_uid}")
    if annotation.known_mm is not None:
        parts.append(f"Known: {annotation.known_mm!r} mm")
    if (threshold := annotation.threshold) is not None:
        low, high = ("-" if each is None else repr(each) for each in (threshold.low, threshold.high))
        parts.append(f"Counted: {threshold.kind} {low} {high}")
    if name:
        parts.append(f"Name: {name[:_LONGEST_NAME]}")
    kind_name = TRAITS[annotation.kind].name
    label = (about.tracking_id if about is not None else "") or name or kind_name[0].upper() + kind_name[1:]
    return GraphicGroup(number, label, " ".join(parts))


def grouped(group: GraphicGroup) -> Grouped | None:
    """Give what a group says of an annotation; None for one of another program."""
    found = _SENTENCES.fullmatch(group.description)
    if found is None or found["kind"] not in KINDS:
        return None
    kind: Kind = found["kind"]
    name = (found["name"] or "")[:LONGEST_TEXT]
    about = None
    if found["tracking"]:
        label = "" if group.label == name else group.label
        about = About(found["tracking"], label)
    try:
        known = float(found["known"]) if found["known"] else None
        threshold = None
        if found["counted"]:
            low, high = (None if each == "-" else float(each) for each in (found["low"], found["high"]))
            threshold = Threshold(found["counted"], low, high)  # type: ignore[arg-type]  # one of the four, as matched
    except ValueError:
        return None
    return Grouped(kind, name, about, threshold, known)

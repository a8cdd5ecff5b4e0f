"""The tree as the browser shows it: words, badges and what a search looks at."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Literal

from workstation.gui.words import age_at, date_text, plural
from workstation.model.index.records import FrameRef, Instance, Patient, Series, Study
from workstation.model.text import body_part_text, clean, person_name
from workstation.quick_dataclass import dataclass
from workstation.workspace import Selection

Kind = Literal["patient", "study", "series", "stack"]

BADGES = {
    "KO": "KO",
    "PR": "PR",
    "SEG": "SEG",
    "SR": "SR",
    "RTSTRUCT": "RT",
    "RTPLAN": "RT",
    "REG": "REG",
    "DOC": "DOC",
}
"""Modalities of objects that are no images; they get a badge in the accent colour."""
_is_conflicting = attrgetter("conflicting")


@dataclass(frozen=True, slots=True)
class Node:
    """A row of the tree. ``thumbnail`` is the frame that stands for a series, ``spare`` are frames that may do so where
    it cannot be read, ``search`` is in lower case.
    """

    key: str
    kind: Kind
    title: str
    detail: str = ""
    badge: str = ""
    is_special: bool = False
    warning: str = ""
    search: str = ""
    selection: Selection | None = None
    thumbnail: FrameRef | None = None
    spare: tuple[FrameRef, ...] = ()
    children: tuple["Node", ...] = ()


def nodes_of(patients: Iterable[Patient]) -> tuple[Node, ...]:
    """Make the rows of a tree."""
    return tuple(_patient_node(patient) for patient in patients)


def _patient_node(patient: Patient) -> Node:
    first = patient.studies[0].first
    title = person_name(patient.patient_name) or "Name not given"
    facts = [clean(patient.patient_id) or "no ID", _birth(first), first.patient_sex]
    return Node(
        f"patient:{patient.patient_id}\0{patient.patient_name.casefold()}",
        "patient",
        title,
        "  ·  ".join(fact for fact in facts if fact),
        search=f"{title} {patient.patient_name} {patient.patient_id} {first.patient_birth_date}".lower(),
        children=tuple(_study_node(study, patient) for study in patient.studies),
    )


def _birth(first: Instance) -> str:
    return f"born {date_text(first.patient_birth_date)}" if first.patient_birth_date else ""


def _study_node(study: Study, patient: Patient) -> Node:
    first = study.first
    title = clean(first.study_description)
    title = title or (f"Study {clean(first.study_id)}" if first.study_id else "Study without a description")
    facts = [
        date_text(first.study_date) or "no date",
        age_at(first.patient_birth_date, first.study_date),
        plural(len(study.series), "series", "series"),
    ]
    words = (title, first.study_date, date_text(first.study_date), first.accession_number, first.institution_name)
    return Node(
        f"study:{patient.patient_id}\0{study.study_instance_uid}",
        "study",
        title,
        "  ·  ".join(fact for fact in facts if fact),
        search=" ".join(words).lower(),
        children=tuple(_series_node(series) for series in study.series),
    )


def _series_node(series: Series) -> Node:
    first = series.first
    number = "" if first.series_number is None else f"{first.series_number}  "
    title = clean(first.series_description or first.protocol_name)
    title = title or f"{clean(first.modality) or 'Series'} without a description"
    frames = sum(len(stack.frames) for stack in series.stacks)
    stacks = plural(len(series.stacks), "stack", "stacks") if len(series.stacks) > 1 else ""
    content = plural(frames, "image", "images") if frames else plural(len(series.instances), "object", "objects")
    facts = [content, stacks, body_part_text(first.body_part_examined)]
    conflict = _conflict(series)
    words = (title, first.modality, first.body_part_examined, first.protocol_name, first.manufacturer, conflict)
    uid = series.series_instance_uid
    return Node(
        f"series:{uid}",
        "series",
        number + title,
        "  ·  ".join(fact for fact in facts if fact),
        badge=BADGES.get(first.modality, clean(first.modality)),
        is_special=first.modality in BADGES,
        warning="; ".join(filter(None, [conflict, *_stack_notes(series)])),
        search=" ".join(words).lower(),
        selection=Selection(uid),
        thumbnail=next(iter(representatives(series)), None),
        spare=representatives(series)[1:],
        children=_stack_nodes(series) if len(series.stacks) > 1 else (),
    )


def _conflict(series: Series) -> str:
    is_one = any(map(_is_conflicting, series.instances))
    return "Conflict: files with the same UID differ" if is_one else ""


def _stack_notes(series: Series) -> Iterable[str]:
    return dict.fromkeys(note for stack in series.stacks for note in stack.notes)


def _stack_nodes(series: Series) -> tuple[Node, ...]:
    uid = series.series_instance_uid
    return tuple(
        Node(
            f"stack:{uid}:{number}",
            "stack",
            stack.label or f"stack {number + 1}",
            plural(len(stack.frames), "image", "images"),
            warning="; ".join(stack.notes),
            search=stack.label.lower(),
            selection=Selection(uid, number),
        )
        for number, stack in enumerate(series.stacks)
    )


def representatives(series: Series) -> tuple[FrameRef, ...]:
    """Give frames that may stand for a series, the best first: the middle one of its largest stack, and some beside."""
    if not series.stacks:
        return ()
    frames = max(series.stacks, key=lambda stack: len(stack.frames)).frames
    count = len(frames)
    places = (count // 2, count // 4, 3 * count // 4, 0, count - 1)
    return tuple(frames[at] for at in dict.fromkeys(places) if 0 <= at < count)


def filtered(nodes: Sequence[Node], text: str) -> tuple[Node, ...]:
    """Keep what matches: every word has to occur in a row or in one above it; rows above and below a match stay."""
    words = text.lower().split()
    return tuple(_filtered(nodes, words, "")) if words else tuple(nodes)


def _filtered(nodes: Iterable[Node], words: Sequence[str], above: str) -> Iterable[Node]:
    for node in nodes:
        seen = f"{above} {node.search}"
        if all(word in seen for word in words):
            yield node
            continue
        children = tuple(_filtered(node.children, words, seen))
        if children:
            yield replace(node, children=children)

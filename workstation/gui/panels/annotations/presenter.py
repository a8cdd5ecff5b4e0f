"""Decides what the list of annotations says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workstation.model.annotation import Annotation, Rgb
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import FrameRef, Instance, Series
from workstation.model.marking import Marking
from workstation.model.text import clean
from workstation.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AnnotationLine:
    """A line: the words of an annotation, and where it is."""

    id: str
    words: str
    where: str
    kind: str
    colour: Rgb
    is_locked: bool


def lines_of(
    marking: Marking,
    workspace: Workspace,
    as_written: Callable[[Annotation], Annotation] = lambda annotation: annotation,
) -> tuple[AnnotationLine, ...]:
    """Give the lines of the annotations whose images are open; ``as_written`` adds numbers to their words."""
    wanted = {each.sop_instance_uid for each in marking.annotations}
    there = {each.sop_instance_uid: each for each in instances(workspace) if each.sop_instance_uid in wanted}
    return tuple(
        AnnotationLine(
            each.id,
            _words(each, as_written(each)),
            where(there[each.sop_instance_uid], each.frame),
            each.kind,
            each.colour,
            each.is_locked,
        )
        for each in marking.annotations
        if each.sop_instance_uid in there
    )


def _words(annotation: Annotation, written: Annotation) -> str:
    """Give the name of an annotation, or what it is, and its numbers."""
    numbers = written.text.removeprefix(annotation.text).split("\n")
    name = annotation.text or TRAITS[annotation.kind].name.capitalize()
    return "  ".join(filter(None, (name, *numbers)))


def image_of(annotation: Annotation, workspace: Workspace) -> FrameRef | None:
    """Give the image of an annotation; None where it is not open."""
    uid = annotation.sop_instance_uid
    found = next((each for each in instances(workspace) if each.sop_instance_uid == uid and each.has_pixels), None)
    return FrameRef(found, annotation.frame) if found is not None else None


def where(instance: Instance, frame: int) -> str:
    """Say which image it is."""
    series = clean(instance.series_description) or clean(instance.modality) or "Series"
    number = "" if instance.instance_number is None else f", image {instance.instance_number}"
    frames = f", frame {frame + 1}" if instance.number_of_frames > 1 else ""
    return f"{series}{number}{frames}"


def instances(workspace: Workspace) -> Iterator[Instance]:
    """Give everything that is open."""
    for series in all_series(workspace):
        yield from series.instances


def all_series(workspace: Workspace) -> Iterator[Series]:
    """Give all series that are open."""
    for patient in workspace.patients:
        for study in patient.studies:
            yield from study.series

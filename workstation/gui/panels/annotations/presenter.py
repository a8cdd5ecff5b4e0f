"""Where annotations are among what is open."""

from collections.abc import Iterator

from workstation.model.annotation import Annotation
from workstation.model.index.records import FrameRef, Instance, Series
from workstation.model.text import clean
from workstation.workspace import Workspace


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

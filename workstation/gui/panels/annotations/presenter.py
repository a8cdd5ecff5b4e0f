"""Where annotations are among what is open."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from workstation.model.annotation import Annotation
from workstation.model.index.records import FrameRef, Instance, Series, Stack
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


def stack_of(annotation: Annotation, workspace: Workspace) -> Stack | None:
    """Give the stack that the volume of an annotation on a plane is made of; None where it is not open."""
    series = workspace.series(annotation.sop_instance_uid) if annotation.cut is not None else None
    if annotation.cut is None or series is None:
        return None
    stacks = [each for each in series.stacks if len(each.frames) > 1]
    named = (each for each in stacks if each.label == annotation.cut.stack)
    return next(named, stacks[0] if len(stacks) == 1 else None)


def slices_of_planes(annotations: Iterable[Annotation], workspace: Workspace) -> dict[str, Instance]:
    """Give the header of a slice, without what holds for that alone, of each open volume that has planes measured on.

    By Series Instance UID, which is what stands for it, too, where an image has its own UID.
    """
    found = {}
    for each in annotations:
        stack = stack_of(each, workspace) if each.sop_instance_uid not in found else None
        if stack is not None:
            middle = as_plane(stack.frames[len(stack.frames) // 2].instance)
            found[each.sop_instance_uid] = replace(middle, sop_instance_uid=each.sop_instance_uid)
    return found


def as_plane(instance: Instance) -> Instance:
    """Give the header of a slice without what holds for that slice alone."""
    return replace(
        instance,
        sop_instance_uid="",
        instance_number=None,
        number_of_frames=1,
        slice_location_mm=None,
        slice_thickness_mm=None,
        gantry_tilt_deg=None,
        image_position_lps=None,
        image_orientation=None,
    )


def sources_of(annotation: Annotation, workspace: Workspace) -> tuple[Instance, ...]:
    """Give the images of the volume that an annotation on a plane was measured in; none for one of an image."""
    stack = stack_of(annotation, workspace)
    frames = stack.frames if stack is not None else ()
    return tuple({each.instance.sop_instance_uid: each.instance for each in frames}.values())


def instances(workspace: Workspace) -> Iterator[Instance]:
    """Give everything that is open."""
    for series in all_series(workspace):
        yield from series.instances


def all_series(workspace: Workspace) -> Iterator[Series]:
    """Give all series that are open."""
    for patient in workspace.patients:
        for study in patient.studies:
            yield from study.series

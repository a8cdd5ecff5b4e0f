"""Where the frames of a stack lie, of single images and of the frames of one file alike."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workstation.measure.slice_distances import distance_of_slices
from workstation.model.image_stacks import opened_together
from workstation.model.stacks import stacks_of
from workstation.model.volume_frames import Images

if TYPE_CHECKING:
    from workstation.model.geometry import Plane
    from workstation.model.index.records import Instance, Stack


def stack_with(instances: "Iterable[Instance]", frame: tuple[str, int]) -> "Stack":
    """Give the stack that a frame is in, SOP Instance UID and number from 0, among the images of its series.

    Raises
    ------
    ValueError
        If it is in none.
    """
    listed = list(instances)
    series = {each.series_instance_uid for each in listed if each.sop_instance_uid == frame[0]}
    whole = stacks_of([each for each in listed if each.series_instance_uid in series])
    for stack in opened_together(whole):
        if any((ref.instance.sop_instance_uid, ref.number) == frame for ref in stack.frames):
            return stack
    raise ValueError("the frame is in no stack")


def planes_of(stack: "Stack", images: Images) -> "tuple[Plane, ...]":
    """Give the plane of each frame; none at all where any has none.

    Raises
    ------
    Refused
        If a multi-frame image cannot be read.
    """
    found = [images.plane(each) for each in stack.frames]
    placed = tuple(each for each in found if each is not None)
    return placed if len(placed) == len(found) else ()


def slice_step(stack: "Stack", images: Images) -> float | None:
    """Give the distance of the slices of a stack along their normal, in mm; None where it has none.

    Raises
    ------
    Refused
        If a multi-frame image cannot be read.
    """
    planes = planes_of(stack, images)
    return distance_of_slices(planes) if planes else None

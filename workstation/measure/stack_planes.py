"""Where the frames of a stack lie, of single images and of the frames of one file alike."""

from typing import TYPE_CHECKING

from workstation.measure.slice_distances import distance_of_slices
from workstation.model.volume_frames import Images

if TYPE_CHECKING:
    from workstation.model.geometry import Plane
    from workstation.model.index.records import Stack


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

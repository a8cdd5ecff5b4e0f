"""Where the voxels of a stack will lie once it is read, by its headers alone."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from workstation.model.even_slices import even_count
from workstation.model.geometry import Plane, VolumeGrid, grid_of_planes, offset_mm
from workstation.model.index.records import Stack
from workstation.model.volume_frames import Images


def grid_of_stack(stack: Stack) -> VolumeGrid | None:
    """Give the grid of the even volume that `workstation.model.volume.build_volume` makes of a stack.

    A slice that turns out to be unreadable is left out there, at an end of the stack with its place in the grid.

    Returns
    -------
    VolumeGrid or None
        None where a frame has no place in the patient, or there are fewer than two.

    Raises
    ------
    Refused
        If a multi-frame image cannot be opened.
    """
    with closing(Images()) as images:
        planes = [plane for frame in stack.frames if (plane := images.plane(frame)) is not None]
    if len(planes) < max(2, len(stack.frames)):
        return None
    if offset_mm(planes[0]) > offset_mm(planes[-1]):
        planes.reverse()
    first = stack.frames[0].instance
    return grid_of_slices(planes, (even_count([offset_mm(each) for each in planes]), first.rows, first.columns))


def grid_of_slices(planes: Sequence[Plane], shape_kji: tuple[int, int, int], thickness_mm: float = 1.0) -> VolumeGrid:
    """Give the grid from the first of some planes to the last, with no frame of reference where they have several."""
    grid = grid_of_planes(planes[0], planes[-1], shape_kji=shape_kji, thickness_mm=thickness_mm)
    if len({plane.frame_of_reference_uid for plane in planes}) > 1:
        return replace(grid, frame_of_reference_uid="")
    return grid

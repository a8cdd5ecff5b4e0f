"""Places of slices whose files do not say where they lie: at the user's word, and told wherever it matters."""

from dataclasses import replace
from itertools import pairwise

from workstation.model.geometry import (
    SAME_PLACE_MM,
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    cross,
    is_usable,
    offset_mm,
)
from workstation.model.index.records import FrameRef, Stack
from workstation.model.instance_plane import has_spacing, plane_of
from workstation.model.slices import is_grey
from workstation.model.stacks import NO_VOLUME

AXIAL: tuple[Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def assumed_planes(stack: Stack, spacing_mm: float) -> tuple[Stack, tuple[Plane, ...]]:
    """Lay the frames of a stack one above the other, in their order.

    Parameters
    ----------
    stack
        Frames in order of their numbers, of one size.
    spacing_mm
        Distance of neighbours.

    Returns
    -------
    stack : Stack
        Marked as a volume, with notes that say what was assumed.
    planes : tuple of Plane
        Of each frame; axial where the files say no direction, from the origin on where they say no place.
    """
    known, spacing = _known(stack.frames[0])
    axes = (known.along_row_lps, known.along_column_lps) if known is not None else None
    along_row, along_column = axes or AXIAL
    normal = cross(along_row, along_column)
    start = known.origin_lps if known is not None else (0.0, 0.0, 0.0)
    has_spacing = spacing.is_metric
    if not has_spacing:
        spacing = Spacing(1.0, 1.0, SpacingSource.USER)
    planes = tuple(
        Plane(
            origin_lps=(
                start[0] + n * spacing_mm * normal[0],
                start[1] + n * spacing_mm * normal[1],
                start[2] + n * spacing_mm * normal[2],
            ),
            along_row_lps=along_row,
            along_column_lps=along_column,
            spacing=spacing,
        )
        for n in range(len(stack.frames))
    )
    notes = [f"Assumed: slices {spacing_mm:g} mm apart, in order of their number"]
    if axes is None:
        notes.append("Assumed: axial slices from feet to head, so sides and directions may be wrong")
    if not has_spacing:
        notes.append("Assumed: pixels of 1 mm, so lengths may be wrong")
    return replace(stack, is_volume=True, notes=(*stack.notes, *notes)), planes


def planes_at_detector(stack: Stack) -> tuple[Stack, tuple[Plane, ...]] | None:
    """Place slices that say where they lie, and how far apart their pixels are at the detector alone.

    Returns
    -------
    stack : Stack
        A volume, if they are parallel slices; with a note.
    planes : tuple of Plane
        Of each frame. None in place of both where there is nothing of that kind.
    """
    known = [plane_of(frame.instance) for frame in stack.frames if frame.instance.number_of_frames <= 1]
    placed = [plane for plane in known if plane is not None]
    offsets = [offset_mm(plane) for plane in placed]
    if len(placed) < max(len(stack.frames), 2) or has_spacing(stack.frames[0].instance):
        return None
    if any(NO_VOLUME in note for note in stack.notes) or any(b - a < SAME_PLACE_MM for a, b in pairwise(offsets)):
        return None
    from workstation.model.image import Image

    with Image.open(stack.frames[0].instance.place) as image:
        spacing = image.detector_spacing()
    if spacing is None:
        return None
    planes = tuple(replace(plane, spacing=spacing) for plane in placed)
    note = f"Pixels are as far apart as at the detector, {spacing.between_rows:g} x {spacing.between_columns:g} mm"
    return replace(stack, is_volume=is_grey(stack.frames[0].instance), notes=(*stack.notes, note)), planes


def _known(frame: FrameRef) -> tuple[Plane | None, Spacing]:
    """Give what the file says of the plane of a frame, and of the distance of its pixels."""
    from workstation.model.image import Image  # the reading of pixels is loaded where it is needed

    with Image.open(frame.instance.place) as image:
        plane = image.plane(frame.number)
        return (plane if plane is not None and is_usable(plane) else None), image.spacing(frame.number)

"""Places of slices whose files do not say where they lie: at the user's word, and told wherever it matters."""

from dataclasses import replace

from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, cross, is_usable
from workstation.model.index.records import FrameRef, Stack

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


def _known(frame: FrameRef) -> tuple[Plane | None, Spacing]:
    """Give what the file says of the plane of a frame, and of the distance of its pixels."""
    from workstation.model.image import Image  # the reading of pixels is loaded where it is needed

    with Image.open(frame.instance.place) as image:
        plane = image.plane(frame.number)
        return (plane if plane is not None and is_usable(plane) else None), image.spacing(frame.number)

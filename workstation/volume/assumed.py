"""Places of slices whose files do not say where they lie: at the user's word, and told wherever it matters."""

from dataclasses import replace

from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, cross, directions
from workstation.model.index.records import Stack

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
    first = stack.frames[0].instance
    axes = directions(first.image_orientation) if first.image_orientation is not None else None
    along_row, along_column = axes or AXIAL
    normal = cross(along_row, along_column)
    rows_mm, columns_mm = first.pixel_spacing_mm or (1.0, 1.0)
    spacing = Spacing(rows_mm, columns_mm, SpacingSource.USER)
    start = first.image_position_lps or (0.0, 0.0, 0.0)
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
    if first.pixel_spacing_mm is None:
        notes.append("Assumed: pixels of 1 mm, so lengths may be wrong")
    return replace(stack, is_volume=True, notes=(*stack.notes, *notes)), planes

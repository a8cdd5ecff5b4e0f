"""What to say of slices that are laid on an even grid as they are, though they lie a little off it."""

from collections.abc import Sequence

from workstation.model.geometry import Plane, offset_mm
from workstation.model.slice_spacing import slice_spacing
from workstation.model.stacks import sideways_shift_mm

WORTH_TELLING_MM = 0.05
"""How far places may be off without a note: more than headers are rounded by."""


def place_notes(planes: Sequence[Plane]) -> tuple[str, ...]:
    """Say how far slices lie off the even grid from the first to the last, where that is worth it.

    Parameters
    ----------
    planes
        In order along their normal. Of uneven distances nothing is said: those are told, and made even, elsewhere.
    """
    offsets, notes = [offset_mm(plane) for plane in planes], []
    if len(offsets) > 2 and slice_spacing(offsets).is_even:
        step = (offsets[-1] - offsets[0]) / (len(offsets) - 1)
        away = max(abs(offset - offsets[0] - index * step) for index, offset in enumerate(offsets))
        if away > WORTH_TELLING_MM:
            notes.append(f"Distances of slices vary a little: places are up to {away:.2f} mm off")
    if (shift := sideways_shift_mm(planes)) > WORTH_TELLING_MM:
        notes.append(f"Slices are shifted sideways a little: places are up to {shift:.2f} mm off")
    return tuple(notes)

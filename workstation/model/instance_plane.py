"""Where an image of one frame lies in the patient, by its header in the index alone."""

import math
from functools import lru_cache

from workstation.model.geometry import Plane, Spacing, SpacingSource, directions
from workstation.model.index.records import Instance


def has_spacing(instance: Instance) -> bool:
    """Tell whether the pixel spacing is one: two positive numbers."""
    sizes = instance.pixel_spacing_mm
    return sizes is not None and all(math.isfinite(size) and size > 0 for size in sizes)


_directions = lru_cache(maxsize=256)(directions)
"""Of thousands of slices, nearly all lie alike."""


def plane_of(instance: Instance) -> Plane | None:
    """Give the plane of an instance from its header in the index; None where it has none."""
    if instance.image_orientation is None or instance.image_position_lps is None:
        return None
    axes = _directions(instance.image_orientation)
    if axes is None or not all(math.isfinite(value) for value in instance.image_position_lps):
        return None
    spacing = Spacing()
    if has_spacing(instance):
        rows_mm, columns_mm = instance.pixel_spacing_mm or (1.0, 1.0)
        spacing = Spacing(rows_mm, columns_mm, SpacingSource.PIXEL_SPACING)
    return Plane(instance.image_position_lps, axes[0], axes[1], spacing, instance.frame_of_reference_uid)

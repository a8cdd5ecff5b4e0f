"""Why a rendering shows nothing: a black picture never stands without a sentence."""

import numpy as np
from numpy.typing import NDArray

from workstation.volume.looks.look3d import Look3D
from workstation.volume.rendering.recipes import Scale, stored_function, threshold_of


def is_empty(picture: NDArray[np.uint8], look: Look3D) -> bool:
    """Tell whether a picture (rows, columns, 3) is nothing but the background."""
    background = np.rint(255 * np.asarray(look.background))
    return bool((np.abs(picture.astype(np.int16) - background) <= 1).all())


def why_empty(look: Look3D, scale: Scale) -> str:
    """Give a sentence on why a look shows nothing of a volume."""
    ends = sorted(value * scale.slope + scale.intercept for value in (scale.least, scale.most))
    unit = f" {scale.unit}" if scale.unit else ""
    held = f"{ends[0]:g} to {ends[1]:g}{unit}"
    if not scale.has_numbers:
        return "Nothing is seen: no voxel has a number"
    if scale.least == scale.most:
        return f"All voxels have the same value, {ends[0]:g}{unit}, so there is nothing to see"
    if look.method == "isosurface" and not ends[0] < threshold_of(look, scale) <= ends[1]:
        return f"Nothing is seen: no voxel crosses {threshold_of(look, scale):g}{unit}, the volume holds {held}"
    if look.method in ("composite", "isosurface"):
        values = np.linspace(scale.least, scale.most, 4097)
        if not stored_function(look, scale).opacity_at(values).any():
            return f"Nothing is seen: no value of the volume, {held}, has any opacity"
    if look.planes or look.cuts or look.removed or look.masks:
        return "Nothing is seen from here: turn it, or put back what is cut off, taken out or masked"
    return f"Nothing is seen from here: the volume holds {held}"

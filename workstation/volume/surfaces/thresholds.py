"""The surface of all of a volume that is at or above a value, and which value is meant where none is given."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.frame import ModalityTransform
from workstation.model.volume import Volume
from workstation.operations.operation import counted
from workstation.volume.surfaces.finish import Finish
from workstation.volume.surfaces.surface import Check, Surface, surface_of

CT_BONE_HU = 200.0
OUTSIDE = "taken for outside"
"""How notes end on voxels that a surface leaves out though their values might be inside."""


def threshold_for(volume: Volume, threshold: float | None) -> float:
    """Give the threshold that was asked for, or that of bone in CT.

    Raises
    ------
    UserError
        If none was given, and it is not CT; or it is in colour.
    """
    if volume.array_kji.ndim == 4:
        raise UserError("A volume in colour has no threshold.", hint="Choose one in grey, or give --mask.")
    if threshold is not None:
        return threshold
    if volume.unit == "HU":
        return CT_BONE_HU
    raise UserError(
        "Which threshold? These values have no usual one for a surface.",
        hint="Give --threshold, in the values of the images.",
    )


def surface_at(volume: Volume, threshold: float, finish: Finish, *, check: Check | None = None) -> Surface:
    """Give the surface of all that is at or above a threshold in modality values.

    Raises
    ------
    UserError
        If the volume is in colour, or there is no surface.
    Cancelled
        From ``check``, which is called again and again.
    """
    if volume.array_kji.ndim == 4:
        raise UserError("A volume in colour has no threshold.", hint="Choose one in grey.")
    if volume.slope == 0:
        raise UserError("All values of these images are the same, which makes no surface.", hint="Give a mask.")
    stored = (threshold - volume.intercept) / volume.slope
    values = ModalityTransform(volume.slope, volume.intercept)
    array, notes = _with_numbers_alone(volume.array_kji, stored, is_backwards=volume.slope < 0)
    array, more = _without_padding(array, volume.padding, stored, is_backwards=volume.slope < 0)
    if volume.slope < 0:
        array, stored, values = _forwards(array, stored, values)
    unit = f" {volume.unit}" if volume.unit else ""
    name = f"At or above {threshold:g}{unit}"
    surface = surface_of(array, volume.grid, stored, finish=finish, name=name, values=values, check=check)
    return replace(surface, notes=(*volume.notes, *notes, *more, *surface.notes))


def _with_numbers_alone(
    array: NDArray[Any], threshold: float, *, is_backwards: bool
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Put what is no finite number outside of the surface, what is infinitely high within, and say so."""
    if array.dtype.kind != "f" or bool(np.isfinite(array).all()):
        return array, ()
    is_finite = np.isfinite(array)
    if not is_finite.any():
        raise UserError("There is no surface: no voxel has a number.", hint="Choose other images.")
    low, high = float(array[is_finite].min()), float(array[is_finite].max())
    low, high = min(low, threshold - 1), max(high, threshold + 1)
    array = np.nan_to_num(array, nan=high if is_backwards else low, neginf=low, posinf=high)
    return array, (f"{counted(int(np.count_nonzero(~is_finite)), 'voxel')} without a number, {OUTSIDE}",)


def _without_padding(
    array: NDArray[Any], padding: tuple[float, float] | None, threshold: float, *, is_backwards: bool
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Put padding outside of the surface where its value is inside, and say so."""
    if padding is None or (padding[0] > threshold if is_backwards else padding[1] < threshold):
        return array, ()
    is_padding = (array >= padding[0]) & (array <= padding[1])
    if not is_padding.any():
        return array, ()
    measured = array[~is_padding]
    if not measured.size:
        raise UserError("There is no surface: all voxels are padding.", hint="Choose other images.")
    array = np.where(is_padding, measured.max() if is_backwards else measured.min(), array)
    return array, (f"{counted(int(np.count_nonzero(is_padding)), 'voxel')} of padding, {OUTSIDE}",)


def _forwards(
    array: NDArray[Any], stored: float, values: ModalityTransform
) -> tuple[NDArray[Any], float, ModalityTransform]:
    """Turn stored values about, of which the low ones stand for the high; whole numbers without leaving their range."""
    if array.dtype.kind == "f":
        return -array, -stored, replace(values, slope=-values.slope)
    least = -1 if array.dtype.kind == "i" else int(np.iinfo(array.dtype).max)
    return (
        ~array,
        least - stored,
        replace(values, slope=-values.slope, intercept=values.intercept + least * values.slope),
    )

"""Volumes of a tilted gantry on a grid at right angles, as programs need it that know turned grids but no sheared ones.

The slices stay where they are; within each, the pixels are moved along rows and columns, by fractions of a pixel too.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.memory import memory_budget_bytes
from workstation.model.volume import Volume
from workstation.volume.formats.layout import STRAIGHT


def without_shear(volume: Volume, *, nearest: bool = False) -> Volume:
    """Give a volume whose slices follow straight above each other; the same one where they do already.

    Values are interpolated linearly along rows and columns, whole numbers rounded; it becomes larger by as much as the
    slices are displaced, and what was not taken there is padding, the lowest value, or black.

    Parameters
    ----------
    nearest
        Take the nearest pixel instead, as labels need it.

    Raises
    ------
    UserError
        If there is not enough memory for the larger one.
    """
    affine = volume.grid.affine_lps
    axes = affine[:3, :3]
    i, j, k = (axes[:, n] / np.linalg.norm(axes[:, n]) for n in range(3))
    if max(abs(i @ k), abs(j @ k)) <= STRAIGHT:
        return volume
    normal = np.cross(i, j)
    normal *= np.sign(normal @ axes[:, 2]) / np.linalg.norm(normal)
    step_mm = float(normal @ axes[:, 2])
    moved = axes[:, 2] - step_mm * normal
    slices, rows, columns = volume.array_kji.shape[:3]
    shifts = np.linalg.lstsq(axes[:, :2], moved, rcond=None)[0] * np.arange(slices)[:, None]  # (k, 2), in pixels
    first = np.floor(shifts.min(axis=0) + 1e-9)
    last = np.ceil(shifts.max(axis=0) - 1e-9)
    wider, taller = (int(each) for each in last - first)
    straight = np.column_stack([axes[:, 0], axes[:, 1], normal * step_mm, affine[:3, 3] + axes[:, :2] @ first])
    shape = (slices, rows + taller, columns + wider)
    channels = volume.array_kji.shape[3:]
    _check_memory((*shape, *channels), volume.array_kji.dtype)
    outside = volume.padding[0] if volume.padding is not None else float(volume.array_kji.min())
    if channels:
        outside = 0.0
    result = np.full((*shape, *channels), outside, volume.array_kji.dtype)
    for number, (across, down) in enumerate(np.rint(shifts - first) if nearest else shifts - first):
        for channel in np.ndindex(channels):
            pixels = volume.array_kji[(number, ..., *channel)]
            _put_moved(result[(number, ..., *channel)], pixels, float(across), float(down), outside)
    largest_mm = float(np.linalg.norm(moved)) * (slices - 1)
    far = f"up to {largest_mm:.1f}" if largest_mm >= 0.1 else "less than 0.1"
    note = f"Made straight: slices were moved within their planes by {far} mm"
    grid = VolumeGrid(np.vstack([straight, [0, 0, 0, 1]]), shape, volume.grid.frame_of_reference_uid)
    return replace(volume, array_kji=result, grid=grid, notes=(*volume.notes, note))


def _put_moved(
    out: NDArray[np.generic], pixels: NDArray[np.generic], across: float, down: float, outside: float
) -> None:
    """Put a slice at a place that need not be whole, in pixels from the first of ``out``."""
    left, top = math.floor(across + 1e-9), math.floor(down + 1e-9)
    share_x, share_y = max(across - left, 0.0), max(down - top, 0.0)
    values = pixels
    if share_x > 1e-6:
        values = _between(values, share_x, 1, outside)
    if share_y > 1e-6:
        values = _between(values, share_y, 0, outside)
    rows, columns = values.shape
    rounded = np.rint(values) if out.dtype.kind in "iu" and values.dtype.kind == "f" else values
    out[top : top + rows, left : left + columns] = rounded


def _between(values: NDArray[np.generic], share: float, axis: int, outside: float) -> NDArray[np.float32]:
    """Move values along an axis by a share of a pixel, onto one pixel more."""
    before = [(0, 0), (0, 0)]
    before[axis] = (1, 1)
    wide = np.pad(values.astype(np.float32), before, constant_values=outside)
    lower, upper = (wide[:-1], wide[1:]) if axis == 0 else (wide[:, :-1], wide[:, 1:])
    mixed: NDArray[np.float32] = lower * np.float32(share) + upper * np.float32(1 - share)
    return mixed


def _check_memory(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> None:
    needed, budget = math.prod(shape) * dtype.itemsize, memory_budget_bytes()
    if needed > budget:
        raise UserError(
            f"Made straight the volume needs {needed / 2**30:.1f} GiB of memory; {budget / 2**30:.1f} GiB are granted.",
            hint="Leave it sheared with --keep-tilt, in NIfTI or NRRD.",
        )

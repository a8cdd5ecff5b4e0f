"""The peak of a region: the highest mean of a sphere of 1 ml whose centre is one of its voxels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import ijk_to_lps
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.geometry import Vector
    from workstation.model.volume import Volume

RADIUS_MM = (3000 / (4 * math.pi)) ** (1 / 3)
"""Of a sphere of 1 ml: 6.2035 mm."""

_POINTS = 11


@dataclass(frozen=True, slots=True)
class Peak:
    """The peak: its mean, the centre of its sphere, and how it was made."""

    mean: float
    centre_lps: Vector
    sentence: str = (
        "Peak: highest mean of a sphere of 1 ml (radius 6.2 mm) about a voxel of the region, which may reach beyond "
        "the region; a voxel counts by the share of it inside the sphere."
    )


def sphere_weights(affine_lps: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give how much each voxel about a voxel counts in a sphere of 1 ml about its centre.

    The share of a voxel inside is that of 11 x 11 x 11 points spread evenly in it.

    Parameters
    ----------
    affine_lps
        4x4 of a grid.

    Returns
    -------
    offsets_kji : ndarray
        (n, 3) of whole numbers.
    weights : ndarray
        (n,), above 0, sum 1.
    """
    axes = affine_lps[:3, :3]
    reach = np.ceil(np.linalg.norm(np.linalg.inv(axes), axis=1) * RADIUS_MM + 0.5).astype(int)
    i, j, k = (np.arange(-each, each + 1) for each in reach)
    grid = np.stack(np.meshgrid(i, j, k, indexing="ij"), axis=-1).reshape(-1, 3)
    within = (np.arange(_POINTS) + 0.5) / _POINTS - 0.5
    points = np.stack(np.meshgrid(within, within, within, indexing="ij"), axis=-1).reshape(-1, 3) @ axes.T
    corner = float(np.max(np.linalg.norm(points, axis=1)))
    away = np.linalg.norm(grid @ axes.T, axis=1)
    shares = np.where(away + corner <= RADIUS_MM, 1.0, 0.0)
    for n in np.flatnonzero((away + corner > RADIUS_MM) & (away - corner <= RADIUS_MM)):
        shares[n] = float(np.mean(np.sum((points + grid[n] @ axes.T) ** 2, axis=1) <= RADIUS_MM**2))
    kept = shares > 0
    return grid[kept][:, ::-1].astype(np.int64), shares[kept] / shares[kept].sum()


def peak_in(
    volume: Volume, first_kji: tuple[int, int, int], inside_kji: NDArray[np.bool_], factor: float = 1.0
) -> Peak | None:
    """Give the peak of a region.

    Parameters
    ----------
    volume
        The volume.
    first_kji, inside_kji
        The first voxel of a box, and which of its voxels are in the region.
    factor
        From modality values to those that are given.

    Returns
    -------
    Peak or None
        None where the sphere about each voxel reaches beyond the volume, or holds voxels that are no measurement.
    """
    offsets, weights = sphere_weights(volume.grid.affine_lps)
    centres = np.argwhere(inside_kji) + np.asarray(first_kji)
    shape = np.asarray(volume.array_kji.shape)
    fits = ((centres + offsets.min(axis=0) >= 0) & (centres + offsets.max(axis=0) < shape)).all(axis=1)
    centres = centres[fits]
    if not len(centres):
        return None
    sums = np.zeros(len(centres))
    for offset, weight in zip(offsets, weights, strict=True):
        k, j, i = (centres + offset).T
        stored = volume.array_kji[k, j, i]
        values = stored.astype(np.float64) * volume.slope + volume.intercept
        if volume.padding is not None:
            values[(stored >= volume.padding[0]) & (stored <= volume.padding[1])] = np.nan
        sums += values * weight
    if np.isnan(sums).all():
        return None
    best = int(np.nanargmax(sums))
    at = ijk_to_lps(volume.grid, [centres[best][::-1]])[0]
    return Peak(float(sums[best]) * factor, (float(at[0]), float(at[1]), float(at[2])))

"""Spheres in the patient, and the voxels of a volume inside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import lps_to_ijk
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Vector
    from workstation.model.volume import Volume

_EDGE_MM = 1e-6
Index = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sphere:
    """A sphere in the patient: centre in LPS mm, radius in mm."""

    centre_lps: Vector
    radius_mm: float

    @classmethod
    def through(cls, centre_lps: Vector, rim_lps: Vector) -> Self:
        """Give the sphere about a point, with another on its rim."""
        return cls(centre_lps, math.dist(centre_lps, rim_lps))

    @classmethod
    def of(cls, annotation: Annotation) -> Self:
        """Give the sphere of an annotation of this kind.

        Raises
        ------
        UserError
            If it is on an image without a place in the patient.
        """
        if len(annotation.points_lps) != 2:
            raise UserError(
                "The sphere is on an image that has no place in the patient.", hint="Draw it on a slice of a volume."
            )
        return cls.through(*annotation.points_lps)


def box_about(volume: Volume, sphere: Sphere) -> tuple[Index, NDArray[np.float64]]:
    """Give the first voxel of the box about a sphere, and its modality values; what is no measurement is NaN."""
    middle = lps_to_ijk(volume.grid, [sphere.centre_lps])[0][::-1]
    reach = np.linalg.norm(np.linalg.inv(volume.grid.affine_lps[:3, :3]), axis=1)[::-1] * sphere.radius_mm
    shape = np.asarray(volume.array_kji.shape)
    first = np.clip(np.ceil(middle - reach - _EDGE_MM).astype(int), 0, shape)
    last = np.clip(np.floor(middle + reach + _EDGE_MM).astype(int) + 1, first, shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return (int(first[0]), int(first[1]), int(first[2])), modality_values(volume, box)


def modality_values(volume: Volume, box: Any) -> NDArray[np.float64]:
    """Give the modality values of a part of a volume; what is no measurement is NaN."""
    stored = volume.array_kji[box]
    values: NDArray[np.float64] = stored.astype(np.float64) * volume.slope + volume.intercept
    if volume.padding is not None:
        values[(stored >= volume.padding[0]) & (stored <= volume.padding[1])] = np.nan
    return values


def _distances_mm(volume: Volume, sphere: Sphere, first: Index, shape: tuple[int, ...]) -> NDArray[np.float64]:
    k, j, i = (np.arange(begin, begin + count) for begin, count in zip(first, shape, strict=True))
    affine = volume.grid.affine_lps
    squares = np.zeros(shape)
    for axis in range(3):
        along = (
            (k * affine[axis, 2])[:, None, None]
            + (j * affine[axis, 1])[None, :, None]
            + (i * affine[axis, 0])[None, None, :]
            + (affine[axis, 3] - sphere.centre_lps[axis])
        )
        squares += along**2
    return np.sqrt(squares)


def in_sphere(volume: Volume, sphere: Sphere, first: Index, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell which voxels of a box have their centre in a sphere, its surface included."""
    return np.asarray(_distances_mm(volume, sphere, first, shape) <= sphere.radius_mm + _EDGE_MM)


def reaches_rim(volume: Volume, sphere: Sphere, first: Index, chosen: NDArray[np.bool_]) -> bool:
    """Tell whether a region has a voxel whose neighbour by a face is outside the sphere."""
    inside = np.pad(in_sphere(volume, sphere, first, chosen.shape), 1)
    middle = (slice(1, -1),) * 3
    for axis in range(3):
        for step in (-1, 1):
            if (chosen & ~np.roll(inside, step, axis)[middle]).any():
                return True
    return False

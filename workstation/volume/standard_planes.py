"""Axial, sagittal and coronal planes through a volume, true to the axes of the patient however it was taken."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    VolumeGrid,
    cross,
    dot,
    ijk_to_lps,
    voxel_size_mm,
)

PlaneName = Literal["axial", "sagittal", "coronal"]

DIRECTIONS_LPS: dict[PlaneName, tuple[Vector, Vector]] = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
}
"""Along a row and along a column: axial is seen from the feet, coronal from the front, sagittal from the left, with
the front of the patient at the left of the picture. So planes that follow each other along their normal go towards
the head, to the back, and to the right."""

MOST_PLANES = 20_000


@dataclass(frozen=True, slots=True)
class PlaneStack:
    """Parallel planes at even distances.

    Parameters
    ----------
    first
        The plane from which the others follow along the normal.
    step_lps
        From one plane to the next, LPS in mm.
    count
        How many planes.
    size_px
        Columns and rows of each.
    """

    first: Plane
    step_lps: Vector
    count: int
    size_px: tuple[int, int]

    @property
    def step_mm(self) -> float:
        """Distance of neighbours."""
        return math.sqrt(dot(self.step_lps, self.step_lps))

    def plane(self, n: int) -> Plane:
        """Give plane ``n`` from 0; one outside 0 to count - 1 lies further on."""
        moved = tuple(at + n * step for at, step in zip(self.first.origin_lps, self.step_lps, strict=True))
        return replace(self.first, origin_lps=(moved[0], moved[1], moved[2]))

    def nearest(self, point_lps: Vector) -> int:
        """Give the number of the plane that is nearest to a point; the first or the last for one beyond them."""
        away = tuple(a - b for a, b in zip(point_lps, self.first.origin_lps, strict=True))
        along = dot((away[0], away[1], away[2]), self.step_lps) / max(dot(self.step_lps, self.step_lps), 1e-12)
        return min(max(round(along), 0), self.count - 1)


def planes_of(
    grid: VolumeGrid, name: PlaneName, *, spacing_mm: float | None = None, pixel_mm: float | None = None
) -> PlaneStack:
    """Lay planes of the patient through a volume, from the centres of its outermost voxels to those opposite.

    Where the voxels lie along the axes of the patient, the planes go through their centres.

    Parameters
    ----------
    grid
        Of the volume; it may be turned against the patient, and shear.
    name
        Which planes.
    spacing_mm
        Distance of neighbouring planes; that of the voxels in this direction where None.
    pixel_mm
        Side of the square pixels; the smallest side of a voxel where None.

    Raises
    ------
    ValueError
        If a distance is not above 0, or there would be more than `MOST_PLANES` planes.
    """
    along_row, along_column = DIRECTIONS_LPS[name]
    normal = cross(along_row, along_column)
    pixel = min(voxel_size_mm(grid)) if pixel_mm is None else pixel_mm
    step = voxel_step_mm(grid, normal) if spacing_mm is None else spacing_mm
    if not (pixel > 0 and step > 0 and math.isfinite(pixel) and math.isfinite(step)):
        raise ValueError(f"planes are not {step} mm apart with pixels of {pixel} mm")
    axes = np.array([along_row, along_column, normal])
    seen = corners_lps(grid) @ axes.T
    low, extent = seen.min(axis=0), np.ptp(seen, axis=0)
    columns, rows, count = (
        round(float(length / side)) + 1 for length, side in zip(extent, (pixel, pixel, step), strict=True)
    )
    if count > MOST_PLANES:
        raise ValueError(f"{count} planes are too many: at most {MOST_PLANES}")
    origin = low @ axes
    first = Plane(
        origin_lps=(float(origin[0]), float(origin[1]), float(origin[2])),
        along_row_lps=along_row,
        along_column_lps=along_column,
        spacing=Spacing(pixel, pixel, SpacingSource.PIXEL_SPACING),
        frame_of_reference_uid=grid.frame_of_reference_uid,
    )
    return PlaneStack(first, (normal[0] * step, normal[1] * step, normal[2] * step), count, (columns, rows))


def corners_lps(grid: VolumeGrid, *, with_half_voxels: bool = False) -> NDArray[np.float64]:
    """Give the centres of the eight corner voxels, or the corners of the block itself, (8, 3) LPS in mm."""
    half = 0.5 if with_half_voxels else 0.0
    ends = [(-half, length - 1 + half) for length in reversed(grid.shape_kji)]
    return ijk_to_lps(grid, [(i, j, k) for i in ends[0] for j in ends[1] for k in ends[2]])


def voxel_step_mm(grid: VolumeGrid, normal_lps: Vector) -> float:
    """Give how far one goes along a normal with a step of the axis of the grid that is nearest to it, in mm."""
    axes = grid.affine_lps[:3, :3]
    shares = np.abs(np.asarray(normal_lps) @ axes)
    nearest = int(np.argmax(shares / np.linalg.norm(axes, axis=0)))
    return float(shares[nearest])


def voxel_way_mm(grid: VolumeGrid, normal_lps: Vector) -> float:
    """Give the length of the way along a normal in which the voxel coordinates change by 1 in all, in mm."""
    return float(1.0 / np.linalg.norm(np.linalg.solve(grid.affine_lps[:3, :3], np.asarray(normal_lps))))

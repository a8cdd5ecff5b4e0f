"""Axial, sagittal and coronal planes through a volume, true to the axes of the patient however it was taken."""

import math
from dataclasses import replace
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
from workstation.quick_dataclass import dataclass

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

    def plane(self, n: float) -> Plane:
        """Give plane ``n`` from 0; one outside 0 to count - 1 lies further on, fractions between."""
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
    return planes_along(grid, *DIRECTIONS_LPS[name], spacing_mm=spacing_mm, pixel_mm=pixel_mm)


def planes_along(
    grid: VolumeGrid,
    along_row_lps: Vector,
    along_column_lps: Vector,
    *,
    spacing_mm: float | None = None,
    pixel_mm: float | None = None,
    through_lps: Vector | None = None,
) -> PlaneStack:
    """Lay parallel planes of any direction through a volume, as `planes_of` does.

    Parameters
    ----------
    along_row_lps, along_column_lps
        Unit vectors at right angles.
    through_lps
        LPS in mm, in a plane that meets the volume: one of the planes goes through it, and the centres of pixels lie
        as if one did; they begin at the outermost voxels where None.
    """
    normal = cross(along_row_lps, along_column_lps)
    pixel = min(voxel_size_mm(grid)) if pixel_mm is None else pixel_mm
    step = voxel_step_mm(grid, normal) if spacing_mm is None else spacing_mm
    if not (pixel > 0 and step > 0 and math.isfinite(pixel) and math.isfinite(step)):
        raise ValueError(f"planes are not {step} mm apart with pixels of {pixel} mm")
    axes, sides = (along_row_lps, along_column_lps, normal), (pixel, pixel, step)
    low, size_px, count = _laid(grid, axes, sides) if through_lps is None else _laid_at(grid, axes, sides, through_lps)
    if count > MOST_PLANES:
        raise ValueError(f"{count:.10g} planes are too many: at most {MOST_PLANES}")
    first = _plane(grid, low, (along_row_lps, along_column_lps), Spacing(pixel, pixel, SpacingSource.PIXEL_SPACING))
    return PlaneStack(first, (normal[0] * step, normal[1] * step, normal[2] * step), count, size_px)


def middle_plane(
    grid: VolumeGrid, along_row_lps: Vector, along_column_lps: Vector
) -> tuple[Plane, tuple[int, int], float]:
    """Lay one plane through the middle of a volume, for a projection of all of it.

    Its pixels are the voxels where these lie along it, so that nothing is interpolated before it is projected;
    otherwise squares with the smallest side of a voxel.

    Returns
    -------
    plane : Plane
    size_px : tuple of int
        Columns and rows.
    thickness_mm : float
        Of the whole volume along the normal, half a voxel beyond the outermost centres included.
    """
    normal = cross(along_row_lps, along_column_lps)
    axes = np.array([along_row_lps, along_column_lps, normal])
    across, down = (side_along(grid, axis) or min(voxel_size_mm(grid)) for axis in (along_row_lps, along_column_lps))
    low, size_px, _ = _laid(grid, (along_row_lps, along_column_lps, normal), (across, down, 1.0))
    reach = corners_lps(grid, with_half_voxels=True) @ axes[2]
    low[2] = (reach.min() + reach.max()) / 2
    spacing = Spacing(down, across, SpacingSource.PIXEL_SPACING)
    return _plane(grid, low, (along_row_lps, along_column_lps), spacing), size_px, float(np.ptp(reach))


def side_along(grid: VolumeGrid, direction_lps: Vector) -> float | None:
    """Give the side of the voxels along a direction; None where no axis of the grid runs along it."""
    for axis in grid.affine_lps[:3, :3].T:
        length = float(np.linalg.norm(axis))
        if abs(abs(float(axis @ np.asarray(direction_lps))) - length) < 1e-9 * length:
            return length
    return None


def _laid(
    grid: VolumeGrid, axes_lps: tuple[Vector, Vector, Vector], sides_mm: tuple[float, float, float]
) -> tuple[NDArray[np.float64], tuple[int, int], int]:
    """Give the lowest place along each of three axes, the size in pixels, and the number of planes."""
    seen = corners_lps(grid) @ np.array(axes_lps).T
    columns, rows, count = (
        round(float(length / side)) + 1 for length, side in zip(np.ptp(seen, axis=0), sides_mm, strict=True)
    )
    return seen.min(axis=0), (columns, rows), count


def _laid_at(
    grid: VolumeGrid,
    axes_lps: tuple[Vector, Vector, Vector],
    sides_mm: tuple[float, float, float],
    through_lps: Vector,
) -> tuple[NDArray[np.float64], tuple[int, int], int]:
    """Give the same where a point lies a whole number of steps from the first of them, along each axis."""
    axes, sides = np.array(axes_lps), np.array(sides_mm)
    seen, point = corners_lps(grid) @ axes.T, axes @ np.asarray(through_lps)
    first = np.ceil((seen.min(axis=0) - point) / sides - 1e-6)
    last = np.maximum(np.floor((seen.max(axis=0) - point) / sides + 1e-6), first)
    first[2], last[2] = min(first[2], 0), max(last[2], 0)  # the plane through the point, beyond the outermost centres
    columns, rows, count = (int(each) + 1 for each in last - first)
    return point + first * sides, (columns, rows), count


def _plane(grid: VolumeGrid, place: NDArray[np.float64], axes_lps: tuple[Vector, Vector], spacing: Spacing) -> Plane:
    """Give the plane whose first pixel has a place along its rows, its columns and its normal."""
    along_row, along_column = axes_lps
    origin = place @ np.array([along_row, along_column, cross(along_row, along_column)])
    return Plane(
        origin_lps=(float(origin[0]), float(origin[1]), float(origin[2])),
        along_row_lps=along_row,
        along_column_lps=along_column,
        spacing=spacing,
        frame_of_reference_uid=grid.frame_of_reference_uid,
    )


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

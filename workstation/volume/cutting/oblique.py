"""Planes at any angle through a volume."""

import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    VolumeGrid,
    cross,
    dot,
    unit,
    voxel_size_mm,
)
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName, corners_lps


def oblique_plane(
    grid: VolumeGrid,
    normal_lps: Vector,
    point_lps: Vector,
    *,
    along_row_lps: Vector | None = None,
    pixel_mm: float | None = None,
) -> tuple[Plane, tuple[int, int]]:
    """Lay a plane through a point, just large enough for what it cuts out of the volume.

    It is seen as the standard plane that is nearest to it: what is axial from the feet, coronal from the front,
    sagittal from the left. So a normal and its opposite give the same picture, where no rows are wished.

    Parameters
    ----------
    grid
        Of the volume.
    normal_lps
        Direction in LPS, of any length.
    point_lps
        LPS in mm; it lies in the centre of a pixel.
    along_row_lps
        Wished direction of rows; the part of it that lies in the plane is taken.
    pixel_mm
        Side of the square pixels; the smallest side of a voxel where None.

    Returns
    -------
    plane : Plane
    size_px : tuple of int
        Columns and rows.

    Raises
    ------
    ValueError
        If the normal has no direction, or the wished row runs along it.
    UserError
        If the plane does not meet the volume.
    """
    along_row, along_column = plane_directions(normal_lps, along_row_lps)
    corners = check_meets(grid, cross(along_row, along_column), point_lps)
    pixel = min(voxel_size_mm(grid)) if pixel_mm is None else pixel_mm
    in_plane = (corners - np.asarray(point_lps)) @ np.array([along_row, along_column]).T / pixel
    low = np.ceil(in_plane.min(axis=0) - 1e-6)
    size = np.maximum(np.floor(in_plane.max(axis=0) + 1e-6) - low + 1, 1)
    origin = np.asarray(point_lps) + pixel * (low @ np.array([along_row, along_column]))
    plane = Plane(
        origin_lps=(float(origin[0]), float(origin[1]), float(origin[2])),
        along_row_lps=along_row,
        along_column_lps=along_column,
        spacing=Spacing(pixel, pixel, SpacingSource.PIXEL_SPACING),
        frame_of_reference_uid=grid.frame_of_reference_uid,
    )
    return plane, (int(size[0]), int(size[1]))


def plane_directions(normal_lps: Vector, along_row_lps: Vector | None = None) -> tuple[Vector, Vector]:
    """Give the directions of rows and columns of a plane, as the standard plane nearest to it is seen.

    With a wished row the normal is taken as it is: columns are at right angles to both, on its side.

    Raises
    ------
    ValueError
        If the normal has no direction, or the wished row runs along it.
    """
    normal = unit(normal_lps)
    name = nearest_name(normal)
    row, column = DIRECTIONS_LPS[name]
    if along_row_lps is None and dot(normal, cross(row, column)) < 0:
        normal = (-normal[0], -normal[1], -normal[2])
    wished = row if along_row_lps is None else along_row_lps
    share = dot(wished, normal)
    along_row = unit((wished[0] - share * normal[0], wished[1] - share * normal[1], wished[2] - share * normal[2]))
    if abs(share) > 0.999999 * math.sqrt(dot(wished, wished)):
        raise ValueError("the rows of a plane do not run along its normal")
    return along_row, cross(normal, along_row)


def nearest_name(normal_lps: Vector) -> PlaneName:
    """Name the standard plane whose normal is nearest to one; axial where two are equally near, then coronal."""
    shares = {"axial": abs(normal_lps[2]), "coronal": abs(normal_lps[1]), "sagittal": abs(normal_lps[0])}
    names: tuple[PlaneName, ...] = ("axial", "coronal", "sagittal")
    return max(names, key=lambda name: round(shares[name], 6))


def check_meets(grid: VolumeGrid, normal_lps: Vector, point_lps: Vector) -> NDArray[np.float64]:
    """Give the `section` of a plane.

    Raises
    ------
    UserError
        If the plane does not meet the volume.
    """
    corners = section(grid, normal_lps, point_lps)
    if len(corners) < 3:
        last = ",".join(str(count - 1) for count in reversed(grid.shape_kji))
        raise UserError(
            "The plane does not meet the volume.",
            hint=f"Choose a point inside: voxels are from 0,0,0 to {last}, which is from {reach_text(grid)}.",
        )
    return corners


def section(grid: VolumeGrid, normal_lps: Vector, point_lps: Vector) -> NDArray[np.float64]:
    """Give the corners at which a plane cuts the edges of the block of voxels, (n, 3) LPS in mm; none where it misses.

    The block reaches half a voxel beyond the outermost centres.
    """
    corners = corners_lps(grid, with_half_voxels=True)
    away = (corners - np.asarray(point_lps)) @ np.asarray(normal_lps)
    side = np.sign(away)
    found = []
    for a, b in combinations(range(8), 2):
        if bin(a ^ b).count("1") == 1 and side[a] * side[b] <= 0 and away[a] != away[b]:
            share = away[a] / (away[a] - away[b])
            found.append(corners[a] + share * (corners[b] - corners[a]))
    return np.array(found).reshape(-1, 3)


def reach_text(grid: VolumeGrid) -> str:
    """Say from where to where in the patient the centres of the voxels of a volume reach."""
    corners = corners_lps(grid)
    ends = (",".join(f"{value:.0f}" for value in end) for end in (corners.min(axis=0), corners.max(axis=0)))
    return f"{' to '.join(ends)} mm (LPS)"

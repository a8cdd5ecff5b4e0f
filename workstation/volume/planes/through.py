"""The plane that points of a measurement lie on, and its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workstation.errors import UserError
from workstation.model.geometry import Vector, VolumeGrid, as_vector, cross, unit
from workstation.volume.cutting.oblique import plane_directions
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, corners_lps
from workstation.volume.planes.lattice import Lattice, covering, pixel_mm

if TYPE_CHECKING:
    from workstation.model.geometry import Plane

FLAT_MM = 0.05
"""Points that are farther from a plane than this lie on none."""
_LINE = 1e-4
"""Points whose spread across a line is less than this part of that along it are one line."""


def normal_through(points_lps: Sequence[Vector]) -> Vector:
    """Give the normal of the plane through points; of a line or a point, of the plane of the patient it lies in best.

    Parameters
    ----------
    points_lps
        One or more, LPS in mm.
    """
    points = np.asarray(points_lps, dtype=np.float64)
    _, spread, ways = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    if len(spread) > 1 and spread[1] > _LINE * spread[0]:
        return as_vector(ways[2])
    normals = [np.asarray(cross(*each)) for each in DIRECTIONS_LPS.values()]
    if not len(spread) or spread[0] < 1e-9:
        return as_vector(normals[0])
    along = ways[0]
    best = min(normals, key=lambda each: round(abs(float(each @ along)), 6))
    return unit(as_vector(best - (best @ along) * along))


def pixels_through(
    grid: VolumeGrid,
    points_lps: Sequence[Vector],
    *,
    normal_lps: Vector | None = None,
    along_row_lps: Vector | None = None,
    first_lps: Vector | None = None,
    side_mm: float | None = None,
) -> Lattice:
    """Give the pixels of the plane that points lie on, covering the volume as those of planes in the window do.

    Parameters
    ----------
    grid
        Of the volume.
    points_lps
        One or more, LPS in mm.
    normal_lps
        Of the plane; that through the points where None.
    along_row_lps
        Direction of its rows; as the nearest plane of the patient is seen where None.
    first_lps
        Centre of the first pixel; of which also says where the plane lies along its normal.
    side_mm
        Of the square pixels; the smallest side of a voxel where None.

    Raises
    ------
    UserError
        If the points lie on no plane, or not on this one.
    ValueError
        If the rows run along the normal.
    """
    normal = unit(normal_lps) if normal_lps is not None else normal_through(points_lps)
    right, down = _directions(normal, along_row_lps)
    middle = as_vector(np.asarray(points_lps, dtype=np.float64).mean(axis=0))
    at = first_lps if first_lps is not None else middle
    away = np.abs((np.asarray(points_lps) - np.asarray(at)) @ np.asarray(cross(right, down)))
    if float(away.max()) > FLAT_MM:
        which = "one plane" if normal_lps is None else "the plane"
        raise UserError(
            f"The points do not lie on {which}: they are up to {float(away.max()):.2f} mm off.",
            hint="Give points of one plane, in mm of the patient (LPS).",
        )
    side = side_mm if side_mm is not None else pixel_mm(grid)
    found = covering(grid, right, down, at, side)
    return found if first_lps is None else _from(found, grid, first_lps)


def _directions(normal: Vector, along_row_lps: Vector | None) -> tuple[Vector, Vector]:
    if along_row_lps is None:
        return plane_directions(normal)
    row = np.asarray(unit(along_row_lps))
    flat = row - (row @ np.asarray(normal)) * np.asarray(normal)
    if float(np.linalg.norm(flat)) < 1e-3:
        raise ValueError("the rows of a plane do not run along its normal")
    right = unit(as_vector(flat)) if abs(float(row @ np.asarray(normal))) > 1e-12 else as_vector(row)
    return right, cross(normal, right)


def _from(found: Lattice, grid: VolumeGrid, first_lps: Vector) -> Lattice:
    """Have pixels begin at a place, and reach to the end of the volume."""
    plane: Plane = replace(found.plane, origin_lps=first_lps)
    axes = np.array([plane.along_row_lps, plane.along_column_lps])
    reach = ((corners_lps(grid) - np.asarray(first_lps)) @ axes.T).max(axis=0)
    columns, rows = (max(1, int(np.ceil(each / plane.spacing.between_columns - 1e-6)) + 1) for each in reach)
    return Lattice(plane, (columns, rows))

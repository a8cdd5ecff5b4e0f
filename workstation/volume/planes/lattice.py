"""The pixels of a plane of a volume, and how they are looked at: no picture jumps while the plane moves or turns."""

import math
from dataclasses import replace

import numpy as np

from workstation.display.view import Point, View
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    VolumeGrid,
    cross,
    dot,
    lps_to_image,
    point_to_lps,
    voxel_size_mm,
)
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName, corners_lps
from workstation.volume.inside import middle_of
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView

MOST_PIXELS = 2048
"""A plane has no more pixels a side: beyond, they become larger than a voxel."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where the pixels of a plane lie, and how many there are: columns and rows."""

    plane: Plane
    size_px: tuple[int, int]


def pixel_mm(grid: VolumeGrid) -> float:
    """Give the side of the pixels of all planes: the smallest side of a voxel, larger for what is very large."""
    corners = corners_lps(grid)
    diagonal = float(np.linalg.norm(corners - corners[::-1], axis=1).max())  # those across are in opposite order
    return max(min(voxel_size_mm(grid)), diagonal / MOST_PIXELS)


def lattice(view: PlanesView, grid: VolumeGrid, name: PlaneName, *, coarser: float = 1.0) -> Lattice:
    """Give the pixels of a plane: square, and covering the volume wherever the plane is along its normal.

    Where voxels lie along the plane, their centres lie on pixel centres. ``coarser`` makes pixels so many times as
    large.
    """
    look = view.plane(name)
    return covering(grid, look.along_row_lps, look.along_column_lps, view.cross_lps, pixel_mm(grid) * coarser)


def covering(
    grid: VolumeGrid, along_row_lps: Vector, along_column_lps: Vector, point_lps: Vector, side_mm: float
) -> Lattice:
    """Give the square pixels of a plane through a point: they cover the volume wherever the plane is along its normal.

    Parameters
    ----------
    grid
        Of the volume.
    along_row_lps, along_column_lps
        Unit vectors at right angles.
    point_lps
        LPS in mm.
    side_mm
        Of the pixels.
    """
    right, down, normal = along_row_lps, along_column_lps, cross(along_row_lps, along_column_lps)
    seen = corners_lps(grid) @ np.array([right, down]).T
    low, extent = seen.min(axis=0), np.ptp(seen, axis=0)
    columns, rows = (math.ceil(float(length) / side_mm - 1e-6) + 1 for length in extent)
    across, along, away = float(low[0]), float(low[1]), dot(point_lps, normal)
    x, y, z = (across * right[n] + along * down[n] + away * normal[n] for n in range(3))
    spacing = Spacing(side_mm, side_mm, SpacingSource.PIXEL_SPACING)
    return Lattice(Plane((x, y, z), right, down, spacing, grid.frame_of_reference_uid), (columns, rows))


def view_on(view: PlanesView, grid: VolumeGrid, name: PlaneName, plane: Plane) -> View:
    """Give how the pixels of a plane are looked at: windows and colours are those of all, the place is its own.

    Parameters
    ----------
    view, grid
        The planes, and the grid of their volume.
    name
        Which of them.
    plane
        Of the pixels: that of now, or one that is about to be replaced.
    """
    look = view.plane(name)
    side = plane.spacing.between_columns
    made = View(
        voi=view.voi,
        inverted=view.inverted,
        colours=view.colours,
        interpolation=view.pixels,
        rotation_quarters=look.rotation_quarters,
        flipped_h=look.flipped_h,
        flipped_v=look.flipped_v,
    )
    centre = foot_px(plane, look.centre_lps)
    if look.zoom_per_mm is None:
        return replace(made, fitted_px=_fitted(grid, name, centre, side))
    return replace(made, zoom=look.zoom_per_mm * side, centre_px=centre)


def looked_at(view: PlanesView, name: PlaneName, plane: Plane, wanted: View) -> PlanesView:
    """Look at a plane as a hand wants it, given as a view of the pixels that are shown."""
    side, look = plane.spacing.between_columns, view.plane(name)
    if wanted.zoom is None:
        look = replace(look, zoom_per_mm=None)
    else:
        centre = look.centre_lps if wanted.centre_px is None else point_to_lps(plane, wanted.centre_px)
        look = replace(look, zoom_per_mm=wanted.zoom / side, centre_lps=centre)
    look = replace(
        look,
        rotation_quarters=wanted.rotation_quarters,
        flipped_h=wanted.flipped_h,
        flipped_v=wanted.flipped_v,
    )
    return replace(
        view.with_plane(name, look),
        voi=wanted.voi,
        inverted=wanted.inverted,
        colours=wanted.colours,
        pixels=wanted.interpolation,
    )


def fitted(view: PlanesView, grid: VolumeGrid, names: tuple[PlaneName, ...] = PLANE_NAMES) -> PlanesView:
    """Show all of the volume in these planes."""
    for name in names:
        look = view.plane(name)
        view = view.with_plane(name, replace(look, zoom_per_mm=None, centre_lps=middle_of(grid)))
    return view


def foot_px(plane: Plane, point_lps: Vector) -> Point:
    """Give the image point (column, row) of the foot of a patient point in a plane."""
    points, _away = lps_to_image(plane, [point_lps])
    return float(points[0][0]), float(points[0][1])


def _fitted(grid: VolumeGrid, name: PlaneName, centre_px: Point, side_mm: float) -> tuple[int, int, int, int]:
    """Give the pixels around the centre that are as wide and high as the volume is in the plane of the patient.

    Turning a plane does not change it, so that the picture does not grow and shrink meanwhile.
    """
    extent = np.ptp(corners_lps(grid) @ np.array(DIRECTIONS_LPS[name]).T, axis=0)
    wide, high = (max(1, round(float(length) / side_mm) + 1) for length in extent)
    left, top = round(centre_px[0] - (wide - 1) / 2), round(centre_px[1] - (high - 1) / 2)
    return left, top, left + wide - 1, top + high - 1

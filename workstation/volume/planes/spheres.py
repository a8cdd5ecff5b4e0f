"""Spheres of the patient on planes: the circle in which a plane cuts one, and the voxels that it has chosen there."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workstation.model.geometry import (
    Plane,
    Vector,
    image_to_lps,
    lps_to_ijk,
    lps_to_image,
    plane_normal_lps,
    point_to_lps,
    slice_plane,
)
from workstation.model.outlines import mask_of

if TYPE_CHECKING:
    from workstation.measure.isocontour import Isocontour
    from workstation.model.annotation import Annotation, Mask, Point
    from workstation.model.geometry import VolumeGrid
    from workstation.model.volume import Volume

LEAST_MM = 0.05
"""A plane that cuts a smaller circle only touches the sphere."""


def section_on(annotation: Annotation, plane: Plane) -> Annotation | None:
    """Give the circle in which a plane cuts a sphere, on the pixels of the plane; None where it passes beside it.

    Parameters
    ----------
    annotation
        Of kind ``sphere``, of an image, with its points in the patient.
    plane
        Of the pixels that are seen, which are square.
    """
    if annotation.frame_of_reference_uid != plane.frame_of_reference_uid or len(annotation.points_lps) != 2:
        return None
    centre, rim = annotation.points_lps
    foot, away = lps_to_image(plane, [centre])
    radius_mm = math.sqrt(max(0.0, math.dist(centre, rim) ** 2 - float(away[0]) ** 2))
    if radius_mm < LEAST_MM:
        return None
    column, row = (float(each) for each in foot[0])
    end = column + radius_mm / plane.spacing.between_columns
    return replace(annotation, points_px=((column, row), (end, row)), label_px=(end, row), is_label_moved=False)


def sphere_of(section: Annotation, plane: Plane, volume: Volume, *, away_mm: float = 0.0) -> Annotation:
    """Give the sphere of a circle on a plane, on the slice that is nearest to its middle.

    Parameters
    ----------
    section
        Centre and a point of the rim, on the pixels of the plane.
    plane
        Of these.
    volume
        Made of the slices.
    away_mm
        How far the middle of the sphere is from the plane, along its normal.
    """
    foot, end = (point_to_lps(plane, each) for each in section.points_px)
    normal = plane_normal_lps(plane)
    x, y, z = (a + away_mm * b for a, b in zip(foot, normal, strict=True))
    radius_mm = math.hypot(math.dist(foot, end), away_mm)
    k = float(lps_to_ijk(volume.grid, [(x, y, z)])[0][2])
    at = min(range(len(volume.frames)), key=lambda each: abs(volume.frame_k[each] - k))
    ref, own = volume.frames[at], _plane_at(volume, volume.frame_k[at])
    rim = tuple(a + radius_mm * b for a, b in zip((x, y, z), own.along_row_lps, strict=True))
    places: tuple[Vector, Vector] = ((x, y, z), (rim[0], rim[1], rim[2]))
    points, _away = lps_to_image(own, places)
    centre_px, rim_px = (_point(each) for each in points)
    return replace(
        section,
        sop_instance_uid=ref.instance.sop_instance_uid,
        frame=ref.number,
        points_px=(centre_px, rim_px),
        label_px=rim_px,
        is_label_moved=False,
        points_lps=places,
        frame_of_reference_uid=own.frame_of_reference_uid,
        cut=None,
    )


def away_from(annotation: Annotation, plane: Plane) -> float:
    """Give how far the middle of a sphere is from a plane, along its normal, in mm."""
    return float(lps_to_image(plane, annotation.points_lps[:1])[1][0])


def chosen_on(found: Isocontour, grid: VolumeGrid, plane: Plane, size_px: tuple[int, int]) -> Mask | None:
    """Give the pixels of a plane that lie in voxels that a sphere has chosen; None where there are none.

    Parameters
    ----------
    found
        The voxels.
    grid
        Of the volume that they are of.
    plane, size_px
        Of the pixels: columns and rows.
    """
    box = np.asarray(found.inside_kji.shape)
    if not box.all():
        return None
    first = np.asarray(found.first_kji)
    ends = np.array([first - 0.5, first + box - 0.5])[:, ::-1]
    corners = [(ends[i, 0], ends[j, 1], ends[k, 2], 1.0) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    seen, _away = lps_to_image(plane, (np.asarray(corners) @ grid.affine_lps.T)[:, :3])
    low = np.maximum(np.floor(seen.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(seen.max(axis=0)).astype(int) + 1, size_px)
    columns, rows = (int(each) for each in high - low)
    if columns < 1 or rows < 1:
        return None
    across, down = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    places = image_to_lps(plane, np.stack([across.ravel(), down.ravel()], axis=1))
    voxels = np.floor(lps_to_ijk(grid, places)[:, ::-1] + 0.5).astype(int) - first
    is_there = ((voxels >= 0) & (voxels < box)).all(axis=1)
    inside = np.zeros(len(voxels), bool)
    k, j, i = voxels[is_there].T
    inside[is_there] = found.inside_kji[k, j, i]
    made = mask_of(inside.reshape(rows, columns))
    return None if made is None else replace(made, left=made.left + int(low[0]), top=made.top + int(low[1]))


def _plane_at(volume: Volume, k: float) -> Plane:
    """Give the plane of a slice, which may lie between those of the grid."""
    first, second = slice_plane(volume.grid, 0), slice_plane(volume.grid, 1)
    step = [b - a for a, b in zip(first.origin_lps, second.origin_lps, strict=True)]
    x, y, z = (at + k * by for at, by in zip(first.origin_lps, step, strict=True))
    return replace(first, origin_lps=(x, y, z))


def _point(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Point:
    return float(values[0]), float(values[1])

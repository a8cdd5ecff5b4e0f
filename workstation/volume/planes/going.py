"""Planes that pass through what was measured on a plane, as it was seen then."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workstation.model.geometry import Vector, as_vector, cross, dot, unit
from workstation.volume.cutting.oblique import nearest_name
from workstation.volume.cutting.slabs import slab_of
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName
from workstation.volume.inside import is_inside, nearest_inside
from workstation.volume.planes.marking import PARALLEL
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView, activated

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Plane, VolumeGrid
    from workstation.volume.planes.planes_view import PlaneLook


def view_through(view: PlanesView, grid: VolumeGrid, annotation: Annotation) -> PlanesView:
    """Have planes meet in the middle of a measurement, one of them its own plane with its slab; that one is active.

    Where one of the planes lies so already, none is turned. Otherwise the one that it is nearest to lies so, and the
    others turn with it, so that right angles stay.

    Parameters
    ----------
    view, grid
        The planes as they are, and the grid of their volume.
    annotation
        With a cut; one of an image changes nothing.
    """
    if annotation.cut is None or not annotation.points_lps:
        return view
    cut = annotation.cut
    middle = middle_lps(annotation)
    view = replace(view, cross_lps=middle if is_inside(grid, middle) else nearest_inside(grid, middle))
    name = _lying(view, cut.plane)
    if name is None:
        name = nearest_name(_normal(cut.plane))
        view = _turned(view, name, cut.plane)
    look = replace(view.plane(name), slab=slab_of(cut))
    if look.zoom_per_mm is not None:
        look = replace(look, centre_lps=middle)
    return activated(view.with_plane(name, look), name)


def middle_lps(annotation: Annotation) -> Vector:
    """Give the middle of the points of an annotation, LPS in mm."""
    x, y, z = (math.fsum(each) / len(each) for each in zip(*annotation.points_lps, strict=True))
    return x, y, z


def _lying(view: PlanesView, plane: Plane) -> PlaneName | None:
    """Name a plane that is parallel to one, of several the active one."""
    normal = _normal(plane)
    found = [name for name in PLANE_NAMES if abs(dot(view.plane(name).normal_lps, normal)) >= PARALLEL]
    return view.active if view.active in found else next(iter(found), None)


def _turned(view: PlanesView, name: PlaneName, plane: Plane) -> PlanesView:
    """Turn all planes so that one lies as another does, as the planes of the patient lie to each other."""
    own = _base(*DIRECTIONS_LPS[name])
    turn = _base(plane.along_row_lps, plane.along_column_lps) @ own.T
    for each in PLANE_NAMES:
        right, down = (unit(as_vector(turn @ np.asarray(way))) for way in DIRECTIONS_LPS[each])
        look: PlaneLook = view.plane(each)
        view = view.with_plane(each, replace(look, along_row_lps=right, along_column_lps=down))
    exact = replace(view.plane(name), along_row_lps=plane.along_row_lps, along_column_lps=plane.along_column_lps)
    return view.with_plane(name, exact)


def _base(right: Vector, down: Vector) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([right, down, cross(right, down)], dtype=np.float64).T


def _normal(plane: Plane) -> Vector:
    return unit(cross(plane.along_row_lps, plane.along_column_lps))

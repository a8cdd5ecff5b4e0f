"""Planes laid across a path: one of them is a cross-section of it, the two others run along it.

Whether they lie so is told by how they lie, and by nothing that is kept: what brings them elsewhere ends it, and what
brings them back, as a step that is taken back or open work that is opened again, begins it anew.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from workstation.model.geometry import Vector, as_vector, dot, unit
from workstation.volume.cutting.oblique import nearest_name
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName
from workstation.volume.inside import nearest_inside
from workstation.volume.planes.planes_view import THIN, PlanesView, activated, others

if TYPE_CHECKING:
    from workstation.model.geometry import VolumeGrid
    from workstation.volume.paths import Path3D, PathPlace
    from workstation.volume.planes.planes_view import PlaneLook

SAME_COSINE = math.cos(math.radians(0.3))
"""Planes that lean less than this from a cross-section are that: where one is along a path is known no better."""
SAME_MM = 0.1


def laid_across(
    view: PlanesView, at: PathPlace, *, zoom_per_mm: float | None, rotation_quarters: int = 0
) -> PlanesView:
    """Lay one plane across a path, exactly as the cross-section there is, and the two others along it; it is active.

    It is the plane that is nearest to it, or the one that lies across already. The others are turned and flipped so
    that they look as little different from the planes of the patient as can be with the path straight in them.

    Parameters
    ----------
    view
        The planes; they meet on the path afterwards.
    at
        Where on the path.
    zoom_per_mm
        Pixels of the screen for a millimetre of the plane that lies across; None: all of the volume.
    rotation_quarters
        By how many quarters its picture is turned.
    """
    right, down, along = axes_of(at)
    middle = as_vector(at.point_lps)
    name = lying_across(view, at) or nearest_name(along)
    look = replace(
        view.plane(name),
        along_row_lps=right,
        along_column_lps=down,
        centre_lps=middle,
        zoom_per_mm=zoom_per_mm,
        slab=THIN,
        rotation_quarters=rotation_quarters,
        flipped_h=False,
        flipped_v=False,
    )
    one, other = others(name)
    ways = ((right, along), (down, along)), ((down, along), (right, along))
    first, second = max(
        ways, key=lambda way: _likeness(one, _best(one, *way[0])) + _likeness(other, _best(other, *way[1]))
    )
    view = replace(view, cross_lps=middle).with_plane(name, look)
    for each, way in ((one, first), (other, second)):
        across, downwards = _best(each, *way)
        kept = replace(view.plane(each), along_row_lps=across, along_column_lps=downwards, centre_lps=middle)
        view = view.with_plane(each, kept)
    return activated(view, name)


def lying_across(view: PlanesView, at: PathPlace) -> PlaneName | None:
    """Name the plane that is the cross-section of a path at the place that is nearest to where the planes meet."""
    right, down, along = axes_of(at)
    away = dot(view.cross_lps, along) - dot(as_vector(at.point_lps), along)
    if abs(away) > SAME_MM:
        return None
    for name in (view.active, *others(view.active)):
        look = view.plane(name)
        if min(dot(look.along_row_lps, right), dot(look.along_column_lps, down)) >= SAME_COSINE:
            return name
    return None


def carried(view: PlanesView, name: PlaneName, before: PathPlace, after: PathPlace) -> PlanesView:
    """Take planes of which one lies across a path along with it: what is beside the path stays so in all pictures.

    Parameters
    ----------
    view
        The planes, but for where they meet, as they lie at ``before``.
    name
        The plane that lies across; it does so exactly at ``after``.
    before, after
        Places of the path.
    """
    turn = np.column_stack(axes_of(after)) @ np.column_stack(axes_of(before)).T
    right, down, _along = axes_of(after)
    for each in (name, *others(name)):
        look = view.plane(each)
        across = right if each == name else unit(as_vector(turn @ np.asarray(look.along_row_lps)))
        downwards = down if each == name else _square_to(across, as_vector(turn @ np.asarray(look.along_column_lps)))
        view = view.with_plane(each, _about(look, before, after, across, downwards))
    return view


def reached(path: Path3D, grid: VolumeGrid, from_mm: float, to_mm: float) -> float:
    """Give how far one gets along a path from a place on it within a volume, towards another place; in mm.

    The end of the path is one of the volume, too.
    """
    end = min(max(to_mm, 0.0), path.length_mm)
    steps = max(1, math.ceil(abs(end - from_mm) / path.step_mm))
    places = [from_mm + (end - from_mm) * number / steps for number in range(1, steps + 1)]
    inside = takewhile(lambda each: is_in(grid, path.at(each)), places)
    return max(inside, key=lambda each: abs(each - from_mm), default=from_mm)


def is_in(grid: VolumeGrid, at: PathPlace) -> bool:
    """Tell whether planes can meet at a place of a path: it lies between voxels of the volume."""
    place = as_vector(at.point_lps)
    return nearest_inside(grid, place) == place


def axes_of(at: PathPlace) -> tuple[Vector, Vector, Vector]:
    """Give the way to the right and down in a cross-section, and the way on along the path; unit vectors."""
    return as_vector(at.normal_lps), as_vector(at.binormal_lps), as_vector(at.tangent_lps)


def _about(look: PlaneLook, before: PathPlace, after: PathPlace, right: Vector, down: Vector) -> PlaneLook:
    """Turn a plane and move it along; the path stays where it is in its picture."""
    away = np.asarray(look.centre_lps) - before.point_lps
    aside, below = float(away @ np.asarray(look.along_row_lps)), float(away @ np.asarray(look.along_column_lps))
    centre = after.point_lps + aside * np.asarray(right) + below * np.asarray(down)
    return replace(look, along_row_lps=right, along_column_lps=down, centre_lps=as_vector(centre))


def _best(name: PlaneName, one: Vector, other: Vector) -> tuple[Vector, Vector]:
    """Give two axes, or their opposites, as the ways to the right and down that are most like those of the patient."""
    both = [
        (_scaled(right, sign), _scaled(down, way))
        for right, down in ((one, other), (other, one))
        for sign in (1, -1)
        for way in (1, -1)
    ]
    return max(both, key=lambda each: _likeness(name, each))


def _likeness(name: PlaneName, ways: tuple[Vector, Vector]) -> float:
    right, down = DIRECTIONS_LPS[name]
    return round(dot(ways[0], right) + dot(ways[1], down), 9)


def _square_to(right: Vector, down: Vector) -> Vector:
    """Take off what rounding adds up to along the rows."""
    share = dot(down, right)
    return unit((down[0] - share * right[0], down[1] - share * right[1], down[2] - share * right[2]))


def _scaled(a: Vector, by: int) -> Vector:
    return a[0] * by, a[1] * by, a[2] * by

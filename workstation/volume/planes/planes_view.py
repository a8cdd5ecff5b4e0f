"""Three planes through one point of a volume, and how they are looked at: one value, each change makes another.

All planes pass through the cross-hair. A line that is seen in one plane is where another one cuts it; dragging it moves
that other plane, turning it turns that plane, or both others, about the normal of the plane that it is seen in.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from workstation.model.geometry import LEAST_ANGLE, Vector, cross, difference, dot, slice_plane, unit
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.slabs import Interpolation, Slab
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName
from workstation.volume.inside import middle_of, nearest_inside, share_inside

if TYPE_CHECKING:
    from workstation.display.colour_tables import Colours
    from workstation.display.fusion import FusedLook
    from workstation.model.frame import Voi
    from workstation.model.geometry import VolumeGrid

THIN = Slab()
PLANE_NAMES: tuple[PlaneName, ...] = get_args(PlaneName)


@dataclass(frozen=True, slots=True)
class PlaneLook:
    """How one plane lies, and how it is looked at.

    Parameters
    ----------
    along_row_lps, along_column_lps
        Unit vectors to the right and down in its picture, at right angles.
    centre_lps
        The patient point whose foot in the plane is in the middle of the pane.
    zoom_per_mm
        Pixels of the screen for a millimetre; None: all of the volume, as it was seen first, is just seen.
    slab
        How thick it is, and what of it is seen.
    rotation_quarters, flipped_h, flipped_v
        As in `workstation.display.view.View`.
    """

    along_row_lps: Vector
    along_column_lps: Vector
    centre_lps: Vector
    zoom_per_mm: float | None = None
    slab: Slab = THIN
    rotation_quarters: int = 0
    flipped_h: bool = False
    flipped_v: bool = False

    @property
    def normal_lps(self) -> Vector:
        """Unit normal: along row x along column."""
        return cross(self.along_row_lps, self.along_column_lps)


@dataclass(frozen=True, slots=True)
class PlanesView:
    """Three planes through a point.

    Parameters
    ----------
    volume
        Tells the volume from others; see `workstation.volume.open_volume.volume_name`.
    cross_lps
        Where the three planes meet, LPS in mm.
    axial, sagittal, coronal
        The planes, by what they were at first.
    is_locked
        They stay at right angles.
    interpolation
        Between voxels.
    voi, inverted, colours, pixels
        Of all planes, as in `workstation.display.view.View`; ``pixels`` is its interpolation.
    fused
        What is laid over them; None for nothing.
    active
        The plane that keys and commands act on.
    alone
        The plane that fills all the room; None where all are seen.
    """

    volume: str
    cross_lps: Vector
    axial: PlaneLook
    sagittal: PlaneLook
    coronal: PlaneLook
    is_locked: bool = True
    interpolation: Interpolation = "linear"
    voi: Voi | None = None
    inverted: bool = False
    colours: Colours = ""
    pixels: Literal["linear", "nearest", "cubic"] = "linear"
    fused: FusedLook | None = None
    active: PlaneName = "axial"
    alone: PlaneName | None = None

    def plane(self, name: PlaneName) -> PlaneLook:
        """Give a plane."""
        return {"axial": self.axial, "sagittal": self.sagittal, "coronal": self.coronal}[name]

    def with_plane(self, name: PlaneName, look: PlaneLook) -> PlanesView:
        """Put another plane in the place of one."""
        if name == "axial":
            return replace(self, axial=look)
        return replace(self, sagittal=look) if name == "sagittal" else replace(self, coronal=look)

    @property
    def shown(self) -> tuple[PlaneName, ...]:
        """The planes that can be seen."""
        return PLANE_NAMES if self.alone is None else (self.alone,)


def others(name: PlaneName) -> tuple[PlaneName, PlaneName]:
    """Give the two planes beside one."""
    first, second = (each for each in PLANE_NAMES if each != name)
    return first, second


def first_view(volume: str, grid: VolumeGrid, *, cross_lps: Vector | None = None) -> PlanesView:
    """Give axial, sagittal and coronal planes of the patient, through a point or the middle of the volume.

    Parameters
    ----------
    volume
        Tells the volume from others.
    grid
        Of the volume.
    cross_lps
        LPS mm; a point outside is brought to the nearest one inside.
    """
    middle = middle_of(grid)
    at = middle if cross_lps is None else nearest_inside(grid, cross_lps)
    axial, sagittal, coronal = (PlaneLook(*DIRECTIONS_LPS[name], centre_lps=middle) for name in PLANE_NAMES)
    return PlanesView(volume, at, axial, sagittal, coronal)


def with_cross(view: PlanesView, grid: VolumeGrid, point_lps: Vector) -> PlanesView:
    """Have the planes meet at a point, or at the nearest one inside the volume."""
    return replace(view, cross_lps=nearest_inside(grid, point_lps))


def scrolled(view: PlanesView, grid: VolumeGrid, name: PlaneName, by_mm: float) -> PlanesView:
    """Move a plane along its normal; it stops at the end of the volume."""
    normal = view.plane(name).normal_lps
    way = _scaled(normal, by_mm)
    share = share_inside(grid, view.cross_lps, way)
    return replace(view, cross_lps=_sum(view.cross_lps, _scaled(way, share)))


def line_direction(view: PlanesView, seen_in: PlaneName, of: PlaneName) -> Vector | None:
    """Give the direction in which a plane cuts the one that it is seen in; None where they are nearly parallel."""
    along = cross(view.plane(seen_in).normal_lps, view.plane(of).normal_lps)
    return unit(along) if math.sqrt(dot(along, along)) > LEAST_ANGLE / 2 else None


def line_dragged(view: PlanesView, grid: VolumeGrid, seen_in: PlaneName, of: PlaneName, to_lps: Vector) -> PlanesView:
    """Have a plane pass through a point of the plane in which its line is dragged; the third plane stays as it is."""
    third = next(each for each in others(seen_in) if each != of)
    along, normal = line_direction(view, seen_in, third), view.plane(of).normal_lps
    slope = dot(along, normal) if along is not None else 0.0
    if along is None or abs(slope) < LEAST_ANGLE / 2:
        along, slope = normal, 1.0
    way = _scaled(along, dot(difference(to_lps, view.cross_lps), normal) / slope)
    return replace(view, cross_lps=_sum(view.cross_lps, _scaled(way, share_inside(grid, view.cross_lps, way))))


def line_turned(view: PlanesView, seen_in: PlaneName, of: PlaneName, angle_deg: float) -> PlanesView:
    """Turn the plane whose line is dragged about the normal of the one it is seen in; locked, the third one with it.

    A positive angle turns from the row of the plane it is seen in to its column: clockwise as it is stored. What is at
    the cross-hair stays where it is on the screen.
    """
    axis = view.plane(seen_in).normal_lps
    for name in others(seen_in) if view.is_locked else (of,):
        view = view.with_plane(name, turned(view.plane(name), axis, angle_deg, about_lps=view.cross_lps))
    return view


def turned(look: PlaneLook, axis_lps: Vector, angle_deg: float, *, about_lps: Vector) -> PlaneLook:
    """Turn a plane about an axis (right-handed); a point stays where it is in its picture."""
    right = unit(_turned(look.along_row_lps, axis_lps, angle_deg))
    down = _turned(look.along_column_lps, axis_lps, angle_deg)
    down = unit(difference(down, _scaled(right, dot(down, right))))  # rounding does not add up
    away = difference(look.centre_lps, about_lps)
    kept = _sum(_scaled(right, dot(away, look.along_row_lps)), _scaled(down, dot(away, look.along_column_lps)))
    return replace(look, along_row_lps=right, along_column_lps=down, centre_lps=_sum(about_lps, kept))


def angle_between_deg(view: PlanesView, one: PlaneName, other: PlaneName) -> float:
    """Give the angle of two planes, 0 to 90 degrees."""
    share = abs(dot(view.plane(one).normal_lps, view.plane(other).normal_lps))
    return math.degrees(math.acos(min(1.0, share)))


def leaning_deg(view: PlanesView, name: PlaneName) -> float:
    """Give how far a plane leans from the one of the patient that it is called after, 0 to 90 degrees."""
    share = abs(dot(view.plane(name).normal_lps, cross(*DIRECTIONS_LPS[name])))
    return math.degrees(math.acos(min(1.0, share)))


def locked(view: PlanesView, *, on: bool) -> PlanesView:
    """Keep the planes at right angles from now on, or no longer; the active one stays, the others turn to it."""
    view = replace(view, is_locked=on)
    if not on:
        return view
    lead, (second, third) = view.plane(view.active), others(view.active)
    axis = lead.normal_lps
    looks = {}
    for name in (second, third):
        look = view.plane(name)
        level = difference(look.normal_lps, _scaled(axis, dot(look.normal_lps, axis)))
        looks[name] = _facing(look, unit(level) if dot(level, level) > 1e-12 else lead.along_row_lps, view.cross_lps)
    between = looks[second].normal_lps
    wanted = cross(axis, between)
    if dot(wanted, looks[third].normal_lps) < 0:
        wanted = _scaled(wanted, -1.0)
    looks[third] = _facing(looks[third], wanted, view.cross_lps)
    return view.with_plane(second, looks[second]).with_plane(third, looks[third])


def _facing(look: PlaneLook, normal_lps: Vector, about_lps: Vector) -> PlaneLook:
    """Turn a plane on the shortest way so that it has another normal."""
    axis = cross(look.normal_lps, normal_lps)
    sine = math.sqrt(dot(axis, axis))
    cosine = dot(look.normal_lps, normal_lps)
    if sine < 1e-9:
        return look if cosine > 0 else turned(look, look.along_column_lps, 180.0, about_lps=about_lps)
    return turned(look, unit(axis), math.degrees(math.atan2(sine, cosine)), about_lps=about_lps)


def snapped(view: PlanesView, grid: VolumeGrid) -> PlanesView:
    """Turn the planes so that one of them is that of the slices as they were taken, and the others its rows, columns.

    Of a tilted gantry it is the tilted plane. Each plane keeps its name and the side it is seen from.
    """
    plane = slice_plane(grid, 0)
    row, column = plane.along_row_lps, plane.along_column_lps
    return _along(view, grid, _nearest_axes((row, column, unit(cross(row, column)))))


def reset(view: PlanesView, grid: VolumeGrid) -> PlanesView:
    """Give the planes of the patient again, thin, all of them seen, through the middle; windows and colours stay."""
    fresh = first_view(view.volume, grid)
    return replace(view, cross_lps=fresh.cross_lps, axial=fresh.axial, sagittal=fresh.sagittal, coronal=fresh.coronal)


def straightened(view: PlanesView, grid: VolumeGrid) -> PlanesView:
    """Turn the planes to those of the patient, through the same point."""
    return _along(view, grid, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))


def _along(view: PlanesView, grid: VolumeGrid, axes: tuple[Vector, Vector, Vector]) -> PlanesView:
    """Lay the standard planes along other axes than those of the patient."""
    middle = middle_of(grid)
    for name in PLANE_NAMES:
        right, down = (_onto(axes, each) for each in DIRECTIONS_LPS[name])
        look = view.plane(name)
        view = view.with_plane(name, replace(look, along_row_lps=right, along_column_lps=down, centre_lps=middle))
    return view


def _onto(axes: tuple[Vector, Vector, Vector], point: Vector) -> Vector:
    first, second = _scaled(axes[0], point[0]), _scaled(axes[1], point[1])
    return _sum(_sum(first, second), _scaled(axes[2], point[2]))


def _nearest_axes(axes: tuple[Vector, Vector, Vector]) -> tuple[Vector, Vector, Vector]:
    """Order three axes at right angles as left, back, head of the patient, each pointing that way, right-handed."""
    left = list(axes)
    chosen: list[Vector] = []
    for direction in (2, 0):  # the axis to the head first: it says most
        best = max(left, key=lambda each: abs(each[direction]))
        left.remove(best)
        chosen.append(best if best[direction] >= 0 else _scaled(best, -1.0))
    head, across = chosen
    return across, unit(cross(head, across)), head


def with_slab(view: PlanesView, name: PlaneName, slab: Slab) -> PlanesView:
    """Make a plane a slab, or a thin plane again."""
    return view.with_plane(name, replace(view.plane(name), slab=slab))


def with_slabs(view: PlanesView, slab: Slab) -> PlanesView:
    """Make all planes slabs of one kind."""
    for name in PLANE_NAMES:
        view = with_slab(view, name, slab)
    return view


def maximised(view: PlanesView, *, on: bool) -> PlanesView:
    """Let the active plane take all the room, or give the others theirs back."""
    return replace(view, alone=view.active if on else None)


def activated(view: PlanesView, name: PlaneName) -> PlanesView:
    """Have keys and commands act on a plane; where one is alone, this one takes its place."""
    return replace(view, active=name, alone=name if view.alone is not None else None)


def _sum(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _scaled(a: Vector, by: float) -> Vector:
    return a[0] * by, a[1] * by, a[2] * by


def _turned(a: Vector, axis: Vector, angle_deg: float) -> Vector:
    """Turn a vector about a unit axis, right-handed (Rodrigues)."""
    sine, cosine = math.sin(math.radians(angle_deg)), math.cos(math.radians(angle_deg))
    along = _scaled(axis, dot(axis, a) * (1 - cosine))
    return _sum(_sum(_scaled(a, cosine), _scaled(cross(axis, a), sine)), along)

"""What a panel shows of a volume in three dimensions, as one immutable value, and what hands make of it.

Sizes and ways are in pixels of the picture: columns to the right, rows down.
"""

import math
from dataclasses import field, replace
from typing import Literal

import numpy as np

from workstation.model.geometry import Vector
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.camera import SIDES, Box, Camera, Side, axes_of, sight
from workstation.volume.looks.look3d import ClipPlane, Look3D, box_planes, look_of
from workstation.volume.looks.transfer import TransferFunction

Size = tuple[int, int]
Way = tuple[float, float]
Axis = Literal[0, 1, 2]

TURN_DEG = 220.0
"""A drag across the shorter side of the picture turns by so much."""
FIT_SHARE = 0.96
LEAST_ZOOM, MOST_ZOOM = 0.1, 60.0
PERSPECTIVE_DEG = 30.0
THINNEST_SHARE = 0.01
"""Of a side of the volume, between the two ends of the box."""
LEAST_WAY_PX = 40.0
"""Sides of the box whose axis is seen shorter are not taken by the hand."""
_NUDGE = 0.01
FLIGHT_MM = 40.0
"""An eye inside the volume goes so far where others double the zoom."""


@dataclass(frozen=True, slots=True)
class BoxCut:
    """A box along the patient's axes: only what is inside is shown.

    Parameters
    ----------
    low, high
        Its ends along x (to the left), y (to the back) and z (to the head), as shares of the box of the volume.
    """

    low: Vector = (0.0, 0.0, 0.0)
    high: Vector = (1.0, 1.0, 1.0)

    @property
    def is_whole(self) -> bool:
        """Whether it leaves everything."""
        return all(share <= 0 for share in self.low) and all(share >= 1 for share in self.high)


@dataclass(frozen=True, slots=True)
class View3D:
    """How a volume is shown.

    Parameters
    ----------
    volume
        Tells the volume from others; see `workstation.volume.open_volume.volume_name`.
    look
        How it is looked at, but for its clipping planes: these are made of what follows.
    preset
        The transfer function that comes with the program and is in use; empty for one of the user's own, and greys.
    box, plane
        What cuts; None cuts nothing.
    """

    volume: str
    look: Look3D = field(default_factory=Look3D)
    preset: str = ""
    box: BoxCut | None = None
    plane: ClipPlane | None = None

    @property
    def camera(self) -> Camera:
        """From where it is looked at."""
        return self.look.camera


def drawn_look(view: View3D, box: Box) -> Look3D:
    """Give what has to be drawn: the look with all that cuts."""
    planes: tuple[ClipPlane, ...] = () if view.plane is None else (view.plane,)
    if view.box is not None and not view.box.is_whole:
        planes = (*box_planes(point_in(box, view.box.low), point_in(box, view.box.high)), *planes)
    return replace(view.look, planes=planes)


def point_in(box: Box, shares: Vector) -> Vector:
    """Give the point (LPS, mm) at shares of the sides of a box."""
    x, y, z = (low + share * (high - low) for low, high, share in zip(box.low_lps, box.high_lps, shares, strict=True))
    return x, y, z


def with_camera(view: View3D, camera: Camera) -> View3D:
    """Look from elsewhere."""
    return replace(view, look=replace(view.look, camera=camera))


def turned(view: View3D, way_px: Way, size_px: Size) -> View3D:
    """Turn the patient by a drag, as if a hand lay on the side that is seen."""
    camera, per_px = view.camera, TURN_DEG / min(size_px)
    roll = math.radians(camera.roll_deg)
    right, down = way_px
    across = right * math.cos(roll) - down * math.sin(roll)
    upwards = -right * math.sin(roll) - down * math.cos(roll)
    return with_camera(view, camera.turned(-across * per_px, -upwards * per_px))


def rolled(view: View3D, clockwise_deg: float) -> View3D:
    """Turn the picture clockwise about its middle."""
    roll = (view.camera.roll_deg - clockwise_deg + 180) % 360 - 180
    return with_camera(view, replace(view.camera, roll_deg=roll))


def panned(view: View3D, way_px: Way, size_px: Size, box: Box) -> View3D:
    """Move the picture."""
    seen = sight(view.camera, box, size_px)
    mm = seen.mm_per_px(size_px)
    return _shifted(view, box, _along(seen.right, seen.up, -way_px[0] * mm, way_px[1] * mm))


def zoomed(view: View3D, factor: float, size_px: Size, box: Box, at_px: Way | None = None) -> View3D:
    """Make everything so many times as large; what is at a pixel stays there."""
    camera = view.camera
    if camera.eye_lps is not None:
        forwards = math.log2(factor) * FLIGHT_MM
        toward = axes_of(camera)[2]
        return _shifted(view, box, (-toward[0] * forwards, -toward[1] * forwards, -toward[2] * forwards))
    zoom = min(max(camera.zoom * factor, LEAST_ZOOM), MOST_ZOOM)
    nearer = with_camera(view, replace(camera, zoom=zoom))
    if at_px is None or zoom == camera.zoom:
        return nearer
    seen = sight(camera, box, size_px)
    share = seen.mm_per_px(size_px) * (1 - camera.zoom / zoom)
    right, down = at_px[0] - (size_px[0] - 1) / 2, at_px[1] - (size_px[1] - 1) / 2
    return _shifted(nearer, box, _along(seen.right, seen.up, right * share, -down * share))


def seen_from(view: View3D, side: Side) -> View3D:
    """Look from a side of the patient, level, as large as it is; a flight ends."""
    azimuth, elevation = SIDES[side]
    camera = view.camera
    kept = replace(camera, eye_lps=None) if camera.eye_lps is not None else camera
    return with_camera(view, replace(kept, azimuth_deg=azimuth, elevation_deg=elevation, roll_deg=0.0))


def fitted(view: View3D, size_px: Size, box: Box) -> View3D:
    """Show all of the volume in the middle, from where it is looked at, as large as the picture has room for."""
    plain = replace(view.camera, zoom=1.0, focus_lps=None, eye_lps=None)
    corners = [point_in(box, (x, y, z)) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    seen = sight(plain, box, size_px).seen_at(corners, size_px)
    sides = np.ptp(seen, axis=0)
    zoom = FIT_SHARE * min(size_px[0] / max(sides[0], 1.0), size_px[1] / max(sides[1], 1.0))
    return with_camera(view, replace(plain, zoom=min(max(float(zoom), LEAST_ZOOM), MOST_ZOOM)))


def in_perspective(view: View3D, *, on: bool) -> View3D:
    """Let what is near look larger, or have all rays parallel."""
    camera = replace(view.camera, eye_lps=None)
    return with_camera(view, replace(camera, perspective_deg=PERSPECTIVE_DEG if on else 0.0))


def with_function(view: View3D, function: TransferFunction, preset: str = "") -> View3D:
    """Use colours and opacity, with all that they are made for; what was cut stays cut."""
    look = look_of(function, view.camera)
    return replace(view, look=replace(look, cuts=view.look.cuts, masks=view.look.masks), preset=preset)


def window_of(look: Look3D, low: float, high: float) -> tuple[float, float]:
    """Give centre and width in use, in modality values, of a volume whose range is ``low`` to ``high``."""
    if look.window is not None:
        return look.window
    first, last = look.function_for(low, high).span
    return (first + last) / 2, last - first


def boxed(view: View3D, axis: Axis, low: float, high: float) -> View3D:
    """Put the two ends of the box along an axis, as shares; they keep some distance."""
    box = view.box or BoxCut()
    low, high = min(max(low, 0.0), 1 - THINNEST_SHARE), min(max(high, THINNEST_SHARE), 1.0)
    if high - low < THINNEST_SHARE:
        had_low = low == box.low[axis]
        low, high = (low, low + THINNEST_SHARE) if had_low else (high - THINNEST_SHARE, high)
    return replace(view, box=BoxCut(_put(box.low, axis, low), _put(box.high, axis, high)))


@dataclass(frozen=True, slots=True)
class BoxHandle:
    """The middle of a side of the box: where it is seen (column, row), and how far it goes for a whole share."""

    axis: Axis
    is_high: bool
    at_px: Way
    per_share_px: Way


def box_handles(view: View3D, box: Box, size_px: Size) -> tuple[BoxHandle, ...]:
    """Give what the box can be taken by; of sides that are seen edge on, none. Nothing without a box."""
    if view.box is None:
        return ()
    seen, cut = sight(view.camera, box, size_px), view.box
    middle = tuple((low + high) / 2 for low, high in zip(cut.low, cut.high, strict=True))
    found = []
    axes: tuple[Axis, ...] = (0, 1, 2)
    for axis in axes:
        for is_high in (False, True):
            share = (cut.high if is_high else cut.low)[axis]
            shares = [_put((middle[0], middle[1], middle[2]), axis, each) for each in (share, share + _NUDGE)]
            here, there = seen.seen_at([point_in(box, each) for each in shares], size_px).tolist()
            way = (there[0] - here[0]) / _NUDGE, (there[1] - here[1]) / _NUDGE
            if math.isfinite(here[0]) and math.hypot(*way) > LEAST_WAY_PX:
                found.append(BoxHandle(axis, is_high, (here[0], here[1]), way))
    return tuple(found)


def box_edges(view: View3D, box: Box, size_px: Size) -> tuple[tuple[Way, Way], ...]:
    """Give the twelve edges of the box as they are seen; nothing without a box."""
    if view.box is None:
        return ()
    ends = view.box.low, view.box.high
    bits = [(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    corners = [point_in(box, (ends[x][0], ends[y][1], ends[z][2])) for x, y, z in bits]
    places = sight(view.camera, box, size_px).seen_at(corners, size_px).tolist()
    if not np.isfinite(places).all():
        return ()
    return tuple(
        ((places[a][0], places[a][1]), (places[b][0], places[b][1]))
        for a in range(8)
        for b in range(a + 1, 8)
        if sum(one != other for one, other in zip(bits[a], bits[b], strict=True)) == 1
    )


def handle_dragged(view: View3D, handle: BoxHandle, way_px: Way) -> View3D:
    """Move a side of the box along its axis by what a hand has gone."""
    cut = view.box or BoxCut()
    across, down = handle.per_share_px
    by = (way_px[0] * across + way_px[1] * down) / (across * across + down * down)
    low, high = cut.low[handle.axis], cut.high[handle.axis]
    return boxed(view, handle.axis, low + (0 if handle.is_high else by), high + (by if handle.is_high else 0))


def facing_plane(view: View3D, box: Box) -> ClipPlane:
    """Give the plane through the middle of the volume that faces the eye, and cuts off what is before it."""
    x, y, z = axes_of(view.camera)[2]
    return ClipPlane(box.middle_lps, (-x, -y, -z))


def plane_depth(view: View3D, box: Box) -> float:
    """Give how deep the plane cuts: -1 nothing, 0 through the middle, 1 all of a ball round the volume."""
    if view.plane is None:
        return 0.0
    way = [a - b for a, b in zip(view.plane.point_lps, box.middle_lps, strict=True)]
    along = sum(a * b for a, b in zip(way, view.plane.towards_lps, strict=True))
    return along / math.hypot(*view.plane.towards_lps) / box.radius_mm


def at_depth(view: View3D, box: Box, depth: float) -> View3D:
    """Move the plane along the direction in which it cuts; see `plane_depth`."""
    if view.plane is None:
        return view
    by = depth * box.radius_mm / math.hypot(*view.plane.towards_lps)
    x, y, z = view.plane.towards_lps
    return replace(view, plane=replace(view.plane, point_lps=_plus(box.middle_lps, (x * by, y * by, z * by))))


def _put(vector: Vector, axis: int, value: float) -> Vector:
    x, y, z = (value if at == axis else old for at, old in enumerate(vector))
    return x, y, z


def _shifted(view: View3D, box: Box, by_mm: Vector) -> View3D:
    camera = view.camera
    if camera.eye_lps is not None:
        return with_camera(view, replace(camera, eye_lps=_plus(camera.eye_lps, by_mm)))
    return with_camera(view, replace(camera, focus_lps=_plus(camera.focus_lps or box.middle_lps, by_mm)))


def _along(right: Vector, up: Vector, across: float, upwards: float) -> Vector:
    x, y, z = (a * across + b * upwards for a, b in zip(right, up, strict=True))
    return x, y, z


def _plus(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]

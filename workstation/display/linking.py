"""What panes tell each other: reference lines, the 3D cursor, and which slice of one stack belongs to one of another.

Places are compared within one frame of reference only (PS3.3 C.7.4.1), unless an offset between two stacks is given.
Everything here is geometry of planes; no pixels are needed.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import (
    LEAST_ANGLE,
    SAME_PLACE_MM,
    Plane,
    Vector,
    difference,
    dot,
    image_to_lps,
    is_usable,
    lps_to_image,
    plane_normal_lps,
)
from workstation.quick_dataclass import dataclass

PARALLEL_DEG = 1.0
"""Planes that lean to each other by less have no line of intersection that would tell anything."""

SAME_COURSE_DEG = 30.0
"""Stacks whose normals differ by more are not scrolled together: they run another way through the patient."""

SINGLE_REACH_MM = 5.0
"""How far a point may be from a slice that has no neighbour and still be shown in it."""

BETWEEN_REACH = 0.5 + 1e-6
"""A point belongs to a slice up to this share of the step to its neighbour."""

PixelPoint = tuple[float, float]
Shape = tuple[int, int]


class Segment(NamedTuple):
    """A line in an image, from (column, row) to (column, row), in pixels from 0."""

    start_px: PixelPoint
    end_px: PixelPoint


@dataclass(frozen=True, slots=True)
class Located:
    """A patient point in a stack.

    ``index`` is the nearest slice, ``point_px`` (column, row) the foot of the point in it, ``distance_mm`` signed along
    the slice's normal. ``is_within`` says whether the slice reaches the point and the foot lies in the image.
    """

    index: int
    point_px: PixelPoint
    distance_mm: float
    is_within: bool


_NOWHERE = (math.nan,) * 11


@dataclass(frozen=True, slots=True)
class Match:
    """The slice of a stack that belongs to one of another, and whether it reaches its place or is only the nearest."""

    index: int
    distance_mm: float
    is_within: bool


@dataclass(frozen=True, slots=True)
class Offset:
    """How one stack lies to another of another study or frame of reference.

    ``mm`` is along the normal of the second stack, what has to be added to a place of the first; None where one of
    them has no places, and then ``images`` is what is added to the index.
    """

    mm: float | None
    images: int = 0


@dataclass(frozen=True)
class StackPlanes:
    """The planes of a stack, in its order; None for a slice without a place.

    ``shape_px`` is (rows, columns) of the images, 0 where they differ or are not known.
    """

    planes: tuple[Plane | None, ...]
    shape_px: Shape = (0, 0)

    @cached_property
    def origins_lps(self) -> NDArray[np.float64]:
        """Centres of the first pixels, (n, 3); NaN where a slice has no place."""
        return self._places[0]

    @cached_property
    def normals_lps(self) -> NDArray[np.float64]:
        """Unit normals, (n, 3); NaN where a slice has no place."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Origins and unit normals, as one computation for all slices: there may be tens of thousands."""
        numbers = np.array([_NOWHERE if plane is None else _numbers(plane) for plane in self.planes], np.float64)
        numbers = numbers.reshape(-1, 11)
        with np.errstate(invalid="ignore", over="ignore"):
            across = np.cross(numbers[:, 3:6], numbers[:, 6:9])
            lengths = np.sqrt(np.einsum("ij,ij->i", across, across))
            usable = np.isfinite(numbers).all(axis=1) & (numbers[:, 9:].min(axis=1, initial=np.inf) > 0)
            usable &= lengths > LEAST_ANGLE
            normals = across / np.where(lengths > 0, lengths, 1.0)[:, None]
        origins = np.where(usable[:, None], numbers[:, :3], np.nan)
        return origins, np.where(usable[:, None], normals, np.nan)

    @cached_property
    def reaches_mm(self) -> NDArray[np.float64]:
        """How far each slice reaches to either side, (n,): half of the way to its farther neighbour."""
        offsets = np.einsum("ij,ij->i", self.origins_lps, self.normals_lps)
        steps = np.abs(np.diff(offsets))
        if not len(steps):
            return np.full(len(offsets), SINGLE_REACH_MM)
        before, after = np.concatenate([[np.nan], steps]), np.concatenate([steps, [np.nan]])
        reach = np.fmax(before, after) * BETWEEN_REACH
        return np.where(reach > SAME_PLACE_MM, reach, SINGLE_REACH_MM)

    @cached_property
    def spaces(self) -> NDArray[np.str_]:
        """Frame of Reference UID of each slice, (n,); empty where there is none."""
        return np.array([plane.frame_of_reference_uid if plane is not None else "" for plane in self.planes], np.str_)

    def middle_lps(self, index: int) -> Vector | None:
        """Give the middle of a slice; None where it has no place."""
        plane = self.planes[index]
        if plane is None or not is_usable(plane):
            return None
        rows, columns = self.shape_px
        right_mm = max(columns - 1, 0) / 2 * plane.spacing.between_columns
        down_mm = max(rows - 1, 0) / 2 * plane.spacing.between_rows
        ways = zip(plane.origin_lps, plane.along_row_lps, plane.along_column_lps, strict=True)
        x, y, z = (float(start + along * right_mm + down * down_mm) for start, along, down in ways)
        return x, y, z


def _numbers(plane: Plane) -> tuple[float, ...]:
    spacing = plane.spacing
    sides = (spacing.between_rows, spacing.between_columns)
    return (*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps, *sides)


def is_same_space(one: Plane, other: Plane) -> bool:
    """Say whether places in two planes may be compared."""
    return one.frame_of_reference_uid != "" and one.frame_of_reference_uid == other.frame_of_reference_uid


def reference_line(
    other: Plane, other_shape_px: Shape, shown: Plane, shown_shape_px: Shape, *, whole: bool = False
) -> Segment | None:
    """Give the line along which another image cuts the one that is shown.

    Parameters
    ----------
    other, other_shape_px
        The plane of the other image and its (rows, columns).
    shown, shown_shape_px
        The plane of the image in which the line is drawn, and its (rows, columns).
    whole
        Take the plane of the other image without its edges, so that the line crosses the whole image.

    Returns
    -------
    Segment or None
        Clipped to the pixels of the shown image and, unless ``whole``, of the other one. None where the planes are
        parallel, don't meet within the images, or lie in different frames of reference.
    """
    if not is_same_space(other, shown) or not (is_usable(other) and is_usable(shown)):
        return None
    normal = plane_normal_lps(other)
    across = dot(normal, shown.along_row_lps) * shown.spacing.between_columns
    down = dot(normal, shown.along_column_lps) * shown.spacing.between_rows
    lean = abs(dot(normal, plane_normal_lps(shown)))
    if lean > math.cos(math.radians(PARALLEL_DEG)):
        return None
    gap = dot(normal, difference(shown.origin_lps, other.origin_lps))
    steepness = across**2 + down**2
    foot = np.array([-gap * across / steepness, -gap * down / steepness])
    way = np.array([-down, across]) / math.sqrt(steepness)
    bounds = [(foot, way, shown_shape_px)]
    if not whole:
        ends_px, _ = lps_to_image(other, image_to_lps(shown, np.stack([foot, foot + way])))
        bounds.append((ends_px[0], ends_px[1] - ends_px[0], other_shape_px))
    clipped = _clipped(bounds)
    if clipped is None:
        return None
    start, end = foot + clipped[0] * way, foot + clipped[1] * way
    return Segment((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))


def locate(stack: StackPlanes, point_lps: Vector, frame_of_reference_uid: str) -> Located | None:
    """Find a patient point in a stack, for the 3D cursor.

    Parameters
    ----------
    stack
        Where to look; slices of other frames of reference are left out.
    point_lps
        In mm.
    frame_of_reference_uid
        Frame of reference of the point.

    Returns
    -------
    Located or None
        None where no slice lies in that frame of reference.
    """
    found = _nearest(stack, np.asarray(point_lps, dtype=np.float64), stack.spaces == frame_of_reference_uid)
    if not frame_of_reference_uid or found is None:
        return None
    index, plane = found[0], stack.planes[found[0]]
    if plane is None:
        return None
    points_px, distance_mm = lps_to_image(plane, [point_lps])
    column, row = float(points_px[0, 0]), float(points_px[0, 1])
    rows, columns = stack.shape_px
    is_inside = not (rows and columns) or (-0.5 <= column < columns - 0.5 and -0.5 <= row < rows - 0.5)
    is_within = is_inside and abs(float(distance_mm[0])) <= stack.reaches_mm[index]
    return Located(index, (column, row), float(distance_mm[0]), is_within)


def by_position(one: StackPlanes, index: int, other: StackPlanes) -> Match | None:
    """Give the slice of another stack at the place of one of this stack.

    Returns
    -------
    Match or None
        None where they share no frame of reference there, or run different ways through the patient.
    """
    plane = one.planes[index]
    if plane is None or not plane.frame_of_reference_uid:
        return None
    return _along(one, index, other, 0.0, other.spaces == plane.frame_of_reference_uid)


def by_offset(one: StackPlanes, index: int, other: StackPlanes, offset: Offset) -> Match | None:
    """Give the slice of another stack that belongs to one of this stack by an offset, whatever their space.

    Returns
    -------
    Match or None
        None where they run different ways through the patient. Without places the index is moved, and beyond the ends
        of the other stack the last slice is given, not within.
    """
    if offset.mm is not None:
        return _along(one, index, other, offset.mm, np.ones(len(other.planes), np.bool_))
    if not other.planes:
        return None
    wanted = index + offset.images
    nearest = min(max(wanted, 0), len(other.planes) - 1)
    return Match(nearest, 0.0, nearest == wanted)


def offset_by_hand(one: StackPlanes, index: int, other: StackPlanes, other_index: int) -> Offset:
    """Give the offset at which two slices that someone has chosen belong together."""
    images = other_index - index
    if not is_same_course(one, index, other, other_index):
        return Offset(None, images)
    middle = np.asarray(one.middle_lps(index))
    normal = other.normals_lps[other_index]
    return Offset(float((other.origins_lps[other_index] - middle) @ normal), images)


def offset_from_positions(one: StackPlanes, other: StackPlanes) -> Offset | None:
    """Take the places of two stacks at their word, also across frames of reference.

    Returns
    -------
    Offset or None
        None where they have no places, run different ways, or overlap by less than half of the shorter one: then
        somebody has to say what belongs together.
    """
    if not (one.planes and other.planes and is_same_course(one, 0, other, 0)):
        return None
    normal = other.normals_lps[0]
    ranges = []
    for stack in (one, other):
        middles = [middle for at in range(len(stack.planes)) if (middle := stack.middle_lps(at)) is not None]
        along = np.asarray(middles) @ normal
        ranges.append((float(along.min()), float(along.max())))
    (low, high), (other_low, other_high) = ranges
    shorter = min(high - low, other_high - other_low)
    shared = min(high, other_high) - max(low, other_low)
    return Offset(0.0) if shared >= shorter / 2 and shared >= 0 else None


def is_same_course(one: StackPlanes, index: int, other: StackPlanes, other_index: int) -> bool:
    """Say whether two slices face the same way, to or from, within `SAME_COURSE_DEG`; False without places."""
    lean = abs(float(one.normals_lps[index] @ other.normals_lps[other_index]))
    return lean >= math.cos(math.radians(SAME_COURSE_DEG))


def _along(
    one: StackPlanes, index: int, other: StackPlanes, offset_mm: float, allowed: NDArray[np.bool_]
) -> Match | None:
    middle = one.middle_lps(index)
    if middle is None:
        return None
    found = _nearest(other, np.asarray(middle), allowed, offset_mm=offset_mm)
    if found is None or not is_same_course(one, index, other, found[0]):
        return None
    nearest, distance_mm = found
    return Match(nearest, distance_mm, abs(distance_mm) <= float(other.reaches_mm[nearest]))


def _nearest(
    stack: StackPlanes, point_lps: NDArray[np.float64], allowed: NDArray[np.bool_], *, offset_mm: float = 0.0
) -> tuple[int, float] | None:
    """Give the slice with the smallest distance, and that distance along its normal."""
    if not len(stack.planes):
        return None
    distances = np.einsum("ij,ij->i", point_lps - stack.origins_lps, stack.normals_lps) + offset_mm
    away = np.where(allowed & np.isfinite(distances), np.abs(distances), np.inf)
    index = int(away.argmin())
    return (index, float(distances[index])) if np.isfinite(away[index]) else None


def _clipped(
    lines: Sequence[tuple[NDArray[np.float64], NDArray[np.float64], Shape]],
) -> tuple[float, float] | None:
    """Give the part of a line that lies within images, as (from, to); each is (point, way, (rows, columns))."""
    first, last = -math.inf, math.inf
    for point, way, (rows, columns) in lines:
        for start, step, count in ((point[0], way[0], columns), (point[1], way[1], rows)):
            low, high = -0.5 - float(start), count - 0.5 - float(start)
            if abs(step) < 1e-12:
                if low > 0 or high < 0:
                    return None
                continue
            ends = sorted((low / float(step), high / float(step)))
            first, last = max(first, ends[0]), min(last, ends[1])
    return (first, last) if first < last and math.isfinite(first) and math.isfinite(last) else None

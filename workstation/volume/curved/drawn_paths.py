"""Paths that a person draws through volumes: points in the patient, whichever plane they were set in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import numpy as np

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.quick_dataclass import dataclass
from workstation.volume.path_files import MOST_POINTS
from workstation.volume.paths import curve_points

MOST_PATHS = 1000
CURVE_STEP_MM = 0.5
"""Of the curve on which it is looked between which points a new one belongs."""


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """A path, by the points that were set.

    Parameters
    ----------
    id
        Tells it from others.
    space
        Frame of reference of its points; of a volume without one, its series.
    points_lps
        In order, LPS mm; the path goes through all of them.
    file
        Where these points were read from or written to; empty where they are in no file, or no longer as they are.
    """

    id: str
    space: str
    points_lps: tuple[Vector, ...] = ()
    file: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether something can be seen along it."""
        return len(set(self.points_lps)) > 1

    def with_points(self, points_lps: tuple[Vector, ...]) -> DrawnPath:
        """Give it other points."""
        return replace(self, points_lps=points_lps, file="")

    def added(self, point_lps: Vector) -> DrawnPath:
        """Go on to another point."""
        return self.with_points((*self.points_lps, point_lps))

    def moved(self, number: int, to_lps: Vector) -> DrawnPath:
        """Put a point elsewhere."""
        points = list(self.points_lps)
        points[number] = to_lps
        return self.with_points(tuple(points))

    def inserted(self, before: int, point_lps: Vector) -> DrawnPath:
        """Put a point between two others, before the one of a number."""
        points = list(self.points_lps)
        points.insert(before, point_lps)
        return self.with_points(tuple(points))

    def without(self, number: int) -> DrawnPath:
        """Take a point away."""
        return self.with_points(tuple(each for at, each in enumerate(self.points_lps) if at != number))

    def place_for(self, point_lps: Vector) -> int:
        """Give before which point one belongs that is put on the curve."""
        curve, _length = curve_points(self.points_lps, step_mm=CURVE_STEP_MM)
        at = int(np.argmin(((curve - point_lps) ** 2).sum(axis=1)))
        passed = [int(np.argmin(((curve - each) ** 2).sum(axis=1))) for each in self.points_lps]
        inner = range(1, len(passed))
        return next((number for number in inner if at < passed[number]), len(passed) - 1)


@dataclass(frozen=True, slots=True)
class DrawnPaths:
    """All paths, and which of them is worked on."""

    paths: tuple[DrawnPath, ...] = ()
    chosen: str = ""

    @property
    def path(self) -> DrawnPath | None:
        """The one that is worked on."""
        return next((each for each in self.paths if each.id == self.chosen), None)

    def of(self, space: str) -> tuple[DrawnPath, ...]:
        """Give those that lie in a space."""
        return tuple(each for each in self.paths if each.space == space)

    def with_path(self, path: DrawnPath) -> DrawnPaths:
        """Add one, or put it in the place of the one of its id; it is the one that is worked on."""
        if all(each.id != path.id for each in self.paths):
            return DrawnPaths((*self.paths, path), path.id)
        return DrawnPaths(tuple(path if each.id == path.id else each for each in self.paths), path.id)

    def without(self, gone_id: str) -> DrawnPaths:
        """Take one away; the one before it in its space is worked on."""
        gone = next((each for each in self.paths if each.id == gone_id), None)
        left = tuple(each for each in self.paths if each.id != gone_id)
        near = [each.id for each in left if gone is not None and each.space == gone.space]
        return DrawnPaths(left, near[-1] if near else "")

    def choosing(self, chosen: str) -> DrawnPaths:
        """Work on another one."""
        return replace(self, chosen=chosen)


def new_path(space: str, points_lps: tuple[Vector, ...] = (), *, file: str = "") -> DrawnPath:
    """Begin a path."""
    return DrawnPath(uuid4().hex, space, points_lps, file)


def paths_json(drawn: DrawnPaths) -> dict[str, Any]:
    """Give them as JSON values, for `paths_from_json`; those of one point or none are left out."""
    kept = [
        {"id": each.id, "space": each.space, "points_lps": [list(point) for point in each.points_lps]}
        for each in drawn.paths
        if each.is_whole
    ]
    return {"paths": kept, "chosen": drawn.chosen}


def paths_from_json(value: object) -> DrawnPaths:
    """Give what can be read of what `paths_json` gave; what cannot is left out."""
    held = value if isinstance(value, dict) else {}
    given = held.get("paths")
    found = [path for each in given if (path := _path(each)) is not None] if isinstance(given, list) else []
    by_id = {each.id: each for each in found[:MOST_PATHS]}
    chosen = held.get("chosen")
    return DrawnPaths(tuple(by_id.values()), chosen if isinstance(chosen, str) and chosen in by_id else "")


def _path(value: object) -> DrawnPath | None:
    if not isinstance(value, dict):
        return None
    name, space, given = value.get("id"), value.get("space"), value.get("points_lps")
    if (
        not isinstance(name, str)
        or not isinstance(space, str)
        or not isinstance(given, list)
        or len(given) > MOST_POINTS
    ):
        return None
    try:
        points = tuple((float(x), float(y), float(z)) for x, y, z in given)
        curve_points(points, step_mm=100.0)
    except (TypeError, ValueError, OverflowError, UserError):
        return None
    return DrawnPath(name, space, points)

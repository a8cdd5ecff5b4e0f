"""A smooth path through the patient, with its length in mm and a frame that travels along without turning about it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

SAME_POINT_MM = 1e-6
STEPS_A_MM = 20
FEWEST_STEPS, MOST_STEPS = 16, 4000
"""Between two points of a path; the length is measured on so many chords."""
FARTHEST_MM = 1e9
LONGEST_MM = 100_000.0
MOST_SAMPLES = 200_000

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PathPlace:
    """A place of a path, and the frame there.

    Parameters
    ----------
    point_lps
        (3,) mm.
    tangent_lps, normal_lps
        (3,) unit vectors along the path and at right angles to it.
    """

    point_lps: Points
    tangent_lps: Points
    normal_lps: Points

    @property
    def binormal_lps(self) -> Points:
        """(3,) unit vector, tangent x normal."""
        return np.cross(self.tangent_lps, self.normal_lps)


@dataclass(frozen=True, eq=False)
class Path3D:
    """A path sampled at equal steps of its length.

    Parameters
    ----------
    points_lps
        (n, 3) mm, n at least 2.
    tangents_lps
        (n, 3) unit vectors along the path.
    normals_lps
        (n, 3) unit vectors at right angles to it, that don't turn about it from one point to the next
        (rotation-minimising frame by double reflection, Wang et al., ACM Trans. Graph. 27, 2008).
    step_mm
        Length of the path from one point to the next.
    """

    points_lps: Points
    tangents_lps: Points
    normals_lps: Points
    step_mm: float

    @property
    def length_mm(self) -> float:
        """The length of the whole path."""
        return self.step_mm * (len(self.points_lps) - 1)

    @property
    def binormals_lps(self) -> Points:
        """(n, 3) unit vectors, tangent x normal."""
        return np.cross(self.tangents_lps, self.normals_lps)

    def at(self, at_mm: float) -> PathPlace:
        """Give the place at a length along the path, also between its points; beyond an end that end.

        The curve between two points is the cubic that has their tangents: a chord would leave a bend of 10 mm by a
        hundredth of a millimetre.
        """
        share = min(max(at_mm / self.step_mm, 0.0), len(self.points_lps) - 1.0)
        before = min(int(share), len(self.points_lps) - 2)
        b = share - before
        a = 1.0 - b
        (one, other), (way, further) = self.points_lps[before : before + 2], self.tangents_lps[before : before + 2]
        point = a * one + b * other + a * b * self.step_mm * (a * way - b * further) + a * b * (a - b) * (one - other)
        nearer = before + (b > 0.5)  # where the path turns back on itself there is no direction between two
        tangent = _unit(a * way + b * further, or_else=self.tangents_lps[nearer])
        normal = a * self.normals_lps[before] + b * self.normals_lps[before + 1]
        normal = _unit(normal - tangent * float(normal @ tangent), or_else=self.normals_lps[nearer])
        return PathPlace(point, tangent, normal)


def path_through(
    points_lps: ArrayLike, *, step_mm: float, normal_lps: Sequence[float] | None = None, is_straight: bool = False
) -> Path3D:
    """Lay a path through points.

    Parameters
    ----------
    points_lps
        (n, 3) mm, n at least 2; the path goes through each of them, as a natural cubic spline over chord length.
    step_mm
        Distance of its samples along it; it is made a little smaller, so that a whole number of steps fits.
    normal_lps
        Direction that the first normal comes nearest to; the direction across the path in which its points spread
        least where not given, so that a path drawn in a plane has it for its normals.
    is_straight
        Straight from point to point.

    Raises
    ------
    UserError
        If there are fewer than two different points, numbers that are no places, or more samples than can be taken.
    """
    points, length_mm = curve_points(points_lps, step_mm=step_mm, is_straight=is_straight)
    tangents = tangents_of(points)
    first = _first_normal(tangents[0], points, normal_lps)
    return Path3D(points, tangents, _travelled(points, tangents, first), length_mm / (len(points) - 1))


def curve_points(points_lps: ArrayLike, *, step_mm: float, is_straight: bool = False) -> tuple[Points, float]:
    """Give the places of the path that `path_through` lays, (n, 3) at equal steps of its length, and that length in mm.

    It takes less time than the whole path: for one that is drawn while a hand moves it.
    """
    if step_mm <= 0:
        raise ValueError(f"a step of {step_mm} mm")
    knots = _different(np.asarray(points_lps, dtype=np.float64).reshape(-1, 3))
    _check_length(knots, step_mm)
    fine = _fine_line(knots) if is_straight else _fine_curve(knots)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    count = max(1, int(np.ceil(lengths[-1] / step_mm - 1e-9)))
    at = np.linspace(0.0, lengths[-1], count + 1)
    return np.column_stack([np.interp(at, lengths, fine[:, axis]) for axis in range(3)]), float(lengths[-1])


def _different(points: Points) -> Points:
    if not (np.abs(points) < FARTHEST_MM).all():  # neither is what is no number
        raise UserError("A point of the path is no place.", hint="Give three numbers a point, in mm.")
    kept = [each for number, each in enumerate(points) if not number or not _same(each, points[number - 1])]
    if len(kept) < 2:
        raise UserError("A path needs at least two different points.", hint="Give more points.")
    return np.array(kept)


def _check_length(knots: Points, step_mm: float) -> None:
    """Refuse what no patient is long enough for, and what would be looked at in too small steps."""
    length = float(np.linalg.norm(np.diff(knots, axis=0), axis=1).sum())
    if length > LONGEST_MM:
        raise UserError(
            f"A path of {length / 1000:.4g} m is no path through a patient.",
            hint="Its points are in mm, one after the other along the path: check them.",
        )
    if length / step_mm > MOST_SAMPLES:
        raise UserError(
            f"A path of {length:.4g} mm in steps of {step_mm:.3g} mm has more places than are looked at.",
            hint="Choose larger pixels.",
        )


def _same(one: Points, other: Points) -> bool:
    return float(np.linalg.norm(one - other)) < SAME_POINT_MM


def _steps(chord_mm: float) -> int:
    return int(min(max(chord_mm * STEPS_A_MM, FEWEST_STEPS), MOST_STEPS))


def _unit(vector: Points, *, or_else: Points) -> Points:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length) if length > SAME_POINT_MM else or_else


def _fine_line(knots: Points) -> Points:
    parts = [
        np.linspace(one, other, _steps(float(np.linalg.norm(other - one))), endpoint=False)
        for one, other in pairwise(knots)
    ]
    return np.concatenate([*parts, knots[-1:]])


def _fine_curve(knots: Points) -> Points:
    """Sample the natural cubic spline through the knots, parametrised by the length of its chords."""
    if len(knots) == 2:
        return _fine_line(knots)
    chords = np.linalg.norm(np.diff(knots, axis=0), axis=1)
    bends = _second_derivatives(knots, chords)
    parts = []
    for number, chord in enumerate(chords):
        b = np.linspace(0.0, 1.0, _steps(float(chord)), endpoint=False)[:, np.newaxis]
        a = 1.0 - b
        pulled = ((a**3 - a) * bends[number] + (b**3 - b) * bends[number + 1]) * chord**2 / 6
        parts.append(a * knots[number] + b * knots[number + 1] + pulled)
    return np.concatenate([*parts, knots[-1:]])


def _second_derivatives(knots: Points, chords: NDArray[np.float64]) -> Points:
    """Solve the tridiagonal system of a natural cubic spline (Thomas' algorithm), for the three axes at once."""
    count = len(knots)
    slopes = np.diff(knots, axis=0) / chords[:, np.newaxis]
    above, right = np.zeros(count), np.zeros((count, 3))
    for row in range(1, count - 1):
        before, after = chords[row - 1], chords[row]
        pivot = 2 * (before + after) - before * above[row - 1]
        above[row] = after / pivot
        right[row] = (6 * (slopes[row] - slopes[row - 1]) - before * right[row - 1]) / pivot
    solved = np.zeros((count, 3))
    for row in range(count - 2, 0, -1):
        solved[row] = right[row] - above[row] * solved[row + 1]
    return solved


def tangents_of(points: Points) -> Points:
    """Give unit vectors (n, 3) along points (n, 3) that follow each other, n at least 2."""
    along = np.gradient(points, axis=0, edge_order=2 if len(points) > 2 else 1)
    lengths = np.linalg.norm(along, axis=1, keepdims=True)
    # Where a path turns back on itself neighbours cancel out: there the way on is taken.
    ahead = np.diff(points, axis=0, append=points[-1:] * 2 - points[-2:-1])
    along = np.where(lengths < SAME_POINT_MM, ahead, along)
    return np.asarray(along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), SAME_POINT_MM))


def _first_normal(tangent: Points, points: Points, wanted: Sequence[float] | None) -> Points:
    candidates = [np.asarray(wanted, dtype=np.float64)] if wanted is not None else []
    if wanted is None:
        spread = np.linalg.eigh(np.cov((points - points.mean(axis=0)).T))[1]
        least = spread[:, 0]
        candidates.append(least if least[np.argmax(np.abs(least))] > 0 else -least)
    candidates += [np.eye(3)[axis] for axis in (2, 1, 0)]
    for candidate in candidates:
        across = candidate - tangent * float(candidate @ tangent)
        length = float(np.linalg.norm(across))
        if length > 1e-3 * max(float(np.linalg.norm(candidate)), SAME_POINT_MM):
            return across / length
    raise UserError("A path without a direction.", hint="Give other points.")


def _travelled(points: Points, tangents: Points, first: Points) -> Points:
    """Carry a normal along by two reflections a step: the first moves the point, the second its tangent."""
    normals = np.empty_like(points)
    normals[0] = first
    for number in range(len(points) - 1):
        chord = points[number + 1] - points[number]
        size = float(chord @ chord)
        normal = normals[number] - chord * (2 * float(chord @ normals[number]) / size)
        tangent = tangents[number] - chord * (2 * float(chord @ tangents[number]) / size)
        turn = tangents[number + 1] - tangent
        size = float(turn @ turn)
        if size > SAME_POINT_MM**2:
            normal = normal - turn * (2 * float(turn @ normal) / size)
        normal = normal - tangents[number + 1] * float(normal @ tangents[number + 1])
        normals[number + 1] = normal / np.linalg.norm(normal)
    return normals

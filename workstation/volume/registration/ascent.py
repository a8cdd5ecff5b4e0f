"""The way to the top of a similarity: the turn and the shift with which two volumes are most alike nearby."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.volume.registration.mutual_information import Likeness, Similarity

_TRIES = 12
_SHORTER = 0.4
_ENOUGH = 1e-4
"""A step is taken that rises so much of what the slope promises (Armijo)."""
_SMALL_STEPS = 3


@dataclass(frozen=True, eq=False)
class Pose:
    """Where a volume lies: turned by ``turn`` (3x3) about ``centre_lps`` and moved by ``shift_mm`` (3,)."""

    turn: NDArray[np.float64]
    shift_mm: NDArray[np.float64]
    centre_lps: NDArray[np.float64]

    def nudged(self, way: NDArray[np.float64], reach_mm: float) -> "Pose":
        """Turn and move on: ``way`` (6,) is in mm, the turn as it moves what is ``reach_mm`` away."""
        return Pose(turn_about(way[:3] / reach_mm) @ self.turn, self.shift_mm + way[3:], self.centre_lps)

    def moved(self, points_lps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give where points (3, n) come to lie."""
        return np.asarray(
            self.turn @ (points_lps - self.centre_lps[:, None]) + (self.centre_lps + self.shift_mm)[:, None]
        )

    def matrix(self) -> NDArray[np.float64]:
        """Give it as a 4x4 matrix of LPS mm."""
        made = np.eye(4)
        made[:3, :3] = self.turn
        made[:3, 3] = self.centre_lps + self.shift_mm - self.turn @ self.centre_lps
        return made


@dataclass(frozen=True, eq=False)
class Top:
    """Where an ascent ended, how alike the volumes are there, and whether it came to rest."""

    pose: Pose
    value: float
    is_at_rest: bool


def turn_about(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the matrix of a turn about an axis (3,) by its length in radians (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + math.sin(angle) * across + (1 - math.cos(angle)) * across @ across)


def climb(
    likeness: Likeness,
    start: Pose,
    *,
    reach_mm: float,
    step_mm: float,
    rest_mm: float,
    rounds: int,
    tick: Callable[[], None],
) -> Top:
    """Climb by the method of Broyden, Fletcher, Goldfarb and Shanno, in mm.

    Parameters
    ----------
    likeness
        What is climbed.
    start
        Where it begins.
    reach_mm
        How far most of the volume is from its centre: turns are counted by how they move what is there.
    step_mm
        Of the first step, at most; later ones are twice as long at most.
    rest_mm
        Some steps shorter than this are rest.
    rounds
        At most.
    tick
        Called once a round; it may raise.
    """
    slope = _Slope(np.eye(6), is_fresh=True)
    pose, small = start, 0
    here = _at(likeness, pose)
    for _ in range(rounds):
        tick()
        uphill = _uphill(here, reach_mm)
        way = slope.way(uphill, step_mm)
        if not way.any():
            return Top(pose, here.value, is_at_rest=True)
        found = _step(likeness, pose, way, here.value, float(uphill @ way), reach_mm)
        if found is None:
            if slope.is_fresh:
                return Top(pose, here.value, is_at_rest=True)
            slope = _Slope(np.eye(6), is_fresh=True)
            continue
        taken, pose, there = found
        slope = slope.after(taken, uphill - _uphill(there, reach_mm))
        here = there
        small = small + 1 if np.linalg.norm(taken) < rest_mm else 0
        if small == _SMALL_STEPS:
            return Top(pose, here.value, is_at_rest=True)
    return Top(pose, here.value, is_at_rest=False)


@dataclass(frozen=True, eq=False)
class _Slope:
    """What is known of how the slope bends: the inverse of the (negative) second derivatives, 6x6."""

    inverse: NDArray[np.float64]
    is_fresh: bool

    def way(self, uphill: NDArray[np.float64], step_mm: float) -> NDArray[np.float64]:
        """Give the step to try first."""
        way = self.inverse @ uphill
        length = float(np.linalg.norm(way))
        if length < 1e-12 or uphill @ way <= 0:
            return np.zeros(6)
        return np.asarray(way * (step_mm / length if self.is_fresh else min(1.0, 2 * step_mm / length)))

    def after(self, taken: NDArray[np.float64], flattened: NDArray[np.float64]) -> "_Slope":
        """Learn from a step, and by how much the slope became flatter over it."""
        bend = float(taken @ flattened)
        if bend <= 1e-14:
            return self
        inverse = np.eye(6) * bend / float(flattened @ flattened) if self.is_fresh else self.inverse
        left = np.eye(6) - np.outer(taken, flattened) / bend
        return _Slope(left @ inverse @ left.T + np.outer(taken, taken) / bend, is_fresh=False)


def _at(likeness: Likeness, pose: Pose) -> Similarity:
    return likeness.at(pose.turn, pose.centre_lps, pose.shift_mm)


def _uphill(found: Similarity, reach_mm: float) -> NDArray[np.float64]:
    return np.concatenate([found.turn / reach_mm, found.shift])


def _step(
    likeness: Likeness, pose: Pose, way: NDArray[np.float64], value: float, promised: float, reach_mm: float
) -> tuple[NDArray[np.float64], Pose, Similarity] | None:
    """Take the longest part of a step that rises; None where none does."""
    for tried in range(_TRIES):
        part = _SHORTER**tried
        there = pose.nudged(way * part, reach_mm)
        found = _at(likeness, there)
        if found.value >= value + _ENOUGH * part * promised:
            return way * part, there, found
    return None

"""The search for how a volume lies over another: from many beginnings in the coarse to one place in the fine."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import voxel_size_mm
from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.standard_planes import corners_lps
from workstation.volume.registration.ascent import Pose, Top, climb, turn_about
from workstation.volume.registration.mutual_information import Likeness, blurred, coarser, lattice_of

Report = Callable[[int, int], None]

_SEED = 20_261_126
_FINEST_PARTS, _FINEST_AT_MOST_MM = 120, 2.5
_COARSEST_PARTS, _COARSEST_AT_MOST_MM = 27, 10.0
_TURNS_DEG = 18.0
_MOST_ASIDE = 4
"""Beginnings to either side along an axis, where one volume reaches further than the other."""
_BEGINNING_POINTS, _BEGINNING_ROUNDS = 6_000, 12
_KEPT = 4
_LEVELS = ((12_000, 40), (30_000, 40), (100_000, 60))
"""Points that are compared and rounds at most, from coarse to fine."""
_ROUGH_REST, _REST = 0.05, 0.001
"""Steps shorter than this part of a block's side are rest."""
_HINT = "Choose volumes of the same part of the body that are not turned by more than about 30 degrees."


@dataclass(frozen=True, eq=False)
class Found:
    """The pose of the second volume over the first, and how sure it is; see `workstation.volume.registration.rigid`."""

    pose: Pose
    value: float
    before: float
    spread_mm: float


class Search:
    """Two volumes, coarse and fine.

    Parameters
    ----------
    fixed
        Its points are looked for in the other one; the smaller of both.
    moving
        The other one.
    report
        Called with (parts done, parts); it may raise `Cancelled`.
    """

    def __init__(self, fixed: Volume, moving: Volume, report: Report) -> None:
        self._coarser_mm = max(max(voxel_size_mm(each.grid)) for each in (fixed, moving))
        self._boxes = tuple(_box(each) for each in (fixed, moving))
        uid = fixed.grid.frame_of_reference_uid
        self._share_frame = bool(uid) and uid == moving.grid.frame_of_reference_uid
        extent_mm = float(np.mean(np.array(voxel_size_mm(fixed.grid)) * (np.array(fixed.grid.shape_kji[::-1]) - 1)))
        self._reach_mm = extent_mm / 3.5
        self._sides_mm = _sides_mm(fixed, moving, extent_mm)
        report(0, 1)
        finest = [lattice_of(each, self._sides_mm[-1]) for each in (fixed, moving)]
        self._lattices = [tuple(blurred(coarser(each, side)) for each in finest) for side in self._sides_mm]
        self._centre = self._lattices[0][0].middle_lps
        self._starts = list(self._beginnings())
        costs = [points * rounds for points, rounds in _LEVELS]
        total = len(self._starts) * _BEGINNING_POINTS * _BEGINNING_ROUNDS
        self._effort = _Effort(report, total + _KEPT * costs[0] + _KEPT // 2 * costs[1] + 2 * costs[2])

    def found(self) -> Found:
        """Search.

        Raises
        ------
        UserError
            If too little of one volume lies over the other, or two attempts ended at different places.
        """
        poses = self._rough()
        for level in range(len(_LEVELS)):
            tops = self._refined(poses, level)
            poses = [each.pose for each in tops[: max(1, len(poses) // 2)]]
        best = tops[0]
        if best.value <= 1.0:
            raise UserError(
                "The volumes could not be brought over each other: too little of one lies over the other.", hint=_HINT
            )
        spread_mm = self._spread_mm(best)
        self._effort.end()
        start, last = self._starts[0], len(_LEVELS) - 1
        before = self._likeness(last, _LEVELS[last][0], 1).at(start.turn, start.centre_lps, start.shift_mm).value
        return Found(best.pose, best.value, before, spread_mm)

    def _rough(self) -> list[Pose]:
        """Climb a little from everywhere in the coarse, and keep what is best and apart."""
        likeness = self._likeness(0, _BEGINNING_POINTS, 0)
        asked = (_BEGINNING_POINTS, _BEGINNING_ROUNDS)
        tops = [self._climbed(likeness, start, 0, asked, rest=_ROUGH_REST) for start in self._starts]
        kept: list[Pose] = []
        for top in sorted(tops, key=lambda each: -each.value):
            if len(kept) < _KEPT and all(self._apart_mm(top.pose, each) > self._sides_mm[0] / 2 for each in kept):
                kept.append(top.pose)
        return kept

    def _refined(self, poses: Sequence[Pose], level: int, seed: int = 1) -> list[Top]:
        """Climb on in a level, from coarse to fine; the best comes first."""
        likeness = self._likeness(level, _LEVELS[level][0], seed)
        tops = [self._climbed(likeness, pose, level, _LEVELS[level], rest=_REST) for pose in poses]
        return sorted(tops, key=lambda each: -each.value)

    def _spread_mm(self, top: Top) -> float:
        """Find the place once more, with other points and from beside it; raise where it is another one."""
        level = len(_LEVELS) - 1
        side_mm = self._sides_mm[level]
        beside = top.pose.nudged(np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]) * side_mm, self._reach_mm)
        again = self._refined([beside], level, seed=2)[0]
        spread_mm = self._apart_mm(top.pose, again.pose)
        if not (top.is_at_rest and again.is_at_rest) or spread_mm > max(self._coarser_mm, side_mm) / 2:
            raise UserError(
                f"No place was found that can be relied on: two attempts ended {spread_mm:.1f} mm apart.", hint=_HINT
            )
        return spread_mm

    def _climbed(self, likeness: Likeness, start: Pose, level: int, asked: tuple[int, int], *, rest: float) -> Top:
        points, rounds = asked
        side_mm = self._sides_mm[level]
        with self._effort.of(points * rounds):
            return climb(
                likeness,
                start,
                reach_mm=self._reach_mm,
                step_mm=side_mm,
                rest_mm=rest * side_mm,
                rounds=rounds,
                tick=lambda: self._effort.tick(points),
            )

    def _likeness(self, level: int, points: int, seed: int) -> Likeness:
        fixed, moving = self._lattices[level]
        return Likeness(fixed, moving, points=points, seed=_SEED + seed)

    def _beginnings(self) -> Iterator[Pose]:
        """Give where it may begin: first where it is expected, then turned, then moved."""
        fixed, moving = self._lattices[0]
        middles, masses = moving.middle_lps - self._centre, moving.mass_lps() - fixed.mass_lps()
        shifts = [np.zeros(3), middles, masses] if self._share_frame else [middles, masses]
        for turn in _turns():
            for shift in shifts:
                yield Pose(turn, shift, self._centre)
        own, other = self._boxes
        for axis in range(3):
            step = own[axis] / 4
            free = max(step, (other[axis] - own[axis]) / 2)
            for count in range(1, min(_MOST_ASIDE, math.ceil(free / (2 * step))) + 1):
                way = np.eye(3)[axis] * min(free, count * free / min(_MOST_ASIDE, math.ceil(free / (2 * step))))
                yield from (Pose(np.eye(3), middles + side * way, self._centre) for side in (1, -1))

    def _apart_mm(self, one: Pose, other: Pose) -> float:
        """Give how far apart two poses bring what lies over each other, root mean square."""
        fixed, moving = self._lattices[0]
        points = fixed.points_lps()
        inside = moving.contains(one.moved(points))
        seen = points[:, inside] if inside.any() else points
        return float(np.sqrt(((one.moved(seen) - other.moved(seen)) ** 2).sum(axis=0).mean()))


def _turns() -> list[NDArray[np.float64]]:
    """Give turns by some degrees about each axis and between each two; none is the first."""
    ways = sorted(product((0, 1, -1), repeat=3), key=lambda each: sum(map(abs, each)))
    vectors = [np.array(each) for each in ways if sum(map(abs, each)) < 3]
    return [turn_about(math.radians(_TURNS_DEG) * each / max(1.0, float(np.linalg.norm(each)))) for each in vectors]


def _sides_mm(fixed: Volume, moving: Volume, extent_mm: float) -> tuple[float, float, float]:
    """Give the sides of blocks from coarse to fine: not finer than the voxels of the coarser volume."""
    voxel_mm = max(float(np.prod(voxel_size_mm(each.grid))) ** (1 / 3) for each in (fixed, moving))
    finest = max(voxel_mm, min(extent_mm / _FINEST_PARTS, _FINEST_AT_MOST_MM))
    coarsest = max(finest, min(extent_mm / _COARSEST_PARTS, _COARSEST_AT_MOST_MM))
    return coarsest, math.sqrt(coarsest * finest), finest


def _box(volume: Volume) -> NDArray[np.float64]:
    """Give how far a volume reaches along the axes of the patient, (3,) mm."""
    return np.asarray(np.ptp(corners_lps(volume.grid), axis=0))


class _Effort:
    """How much of the work is done, in rounds times points; what ends early counts as done."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._total, self._done = report, total, 0

    def tick(self, amount: int) -> None:
        """Have done so much."""
        self._done += amount
        self._report(min(self._done, self._total), self._total)

    @contextmanager
    def of(self, amount: int) -> Iterator[None]:
        """Do a part that takes so much at most."""
        end = self._done + amount
        yield
        self._done = end

    def end(self) -> None:
        """Be done."""
        self._report(self._total, self._total)

"""Branching trees that fill a region: each branch heads for the middle of the points it has to feed, then divides."""

import numpy as np
from numpy.typing import NDArray

from workstation.phantoms.tubes import Tubes, pieces
from workstation.quick_dataclass import dataclass

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """Segments of a tree, root first.

    Parameters
    ----------
    start, end
        Shape (n, 3), LPS mm.
    radius_mm, generation
        Shape (n,); the root has generation 0.
    """

    start: Points
    end: Points
    radius_mm: NDArray[np.float64]
    generation: NDArray[np.int64]

    def tubes(self, *, thinnest_mm: float = 0.0, last_generation: int = 99) -> Tubes:
        """Give the segments that are thick and early enough, as tubes."""
        keep = (self.radius_mm >= thinnest_mm) & (self.generation <= last_generation)
        start, end = self.start[keep].astype(np.float32), self.end[keep].astype(np.float32)
        return pieces(start, end, self.radius_mm[keep].astype(np.float32))


def grow(
    root: Points, targets: Points, root_radius_mm: float, rng: np.random.Generator, *, murray: float = 2.6
) -> Tree:
    """Grow a tree from a point to many.

    Parameters
    ----------
    root
        Where it begins, shape (3,), LPS mm.
    targets
        Where its last branches end, shape (n, 3).
    root_radius_mm
        Radius of the first branch; the others follow Murray's law with the exponent ``murray``.
    rng
        Source of the irregularities.
    """
    segments: list[tuple[Points, Points, int, int]] = []
    waiting = [(root, np.arange(len(targets)), 0, np.zeros(3))]
    while waiting:
        at, served, generation, heading = waiting.pop()
        middle = targets[served].mean(axis=0)
        if len(served) == 1:
            segments.append((at, targets[served[0]], 1, generation))
            continue
        reach = rng.uniform(0.32, 0.45)
        end = at + reach * (middle - at) + 0.12 * np.linalg.norm(middle - at) * heading
        end = end + rng.normal(0, 0.06, 3) * np.linalg.norm(middle - at)
        segments.append((at, end, len(served), generation))
        direction = (end - at) / (np.linalg.norm(end - at) + 1e-9)
        halves = _divided(targets, served, end, direction, rng)
        waiting.extend((end, half, generation + 1, direction) for half in halves)
    starts, ends, counts, generations = zip(*segments, strict=True)
    share = np.array(counts) / len(targets)
    return Tree(np.array(starts), np.array(ends), root_radius_mm * share ** (1 / murray), np.array(generations))


def _divided(
    targets: Points, served: NDArray[np.intp], at: Points, direction: Points, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Cut the targets in two by a plane through the end of the branch, across their widest spread."""
    relative = targets[served] - at
    across = relative - np.outer(relative @ direction, direction)
    across -= across.mean(axis=0)
    _, axes = np.linalg.eigh(across.T @ across)
    along = relative @ axes[:, -1]
    first = along <= np.sort(along)[int(rng.uniform(0.36, 0.64) * (len(along) - 1))]
    if first.all() or not first.any():
        first = np.arange(len(served)) < len(served) // 2
    return served[first], served[~first]

"""The two points of many in space that are farthest apart, exactly and without looking at every pair."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_LEAF = 32
_DIRECTIONS = 64


def row_ends(inside: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the first and the last pixel inside of every row: (columns, rows); the farthest points are among them.

    A point between two others on a line is never farther from anything than both of them.
    """
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        return rows, rows
    some = inside[rows]
    first, last = some.argmax(axis=1), some.shape[1] - 1 - some[:, ::-1].argmax(axis=1)
    return np.concatenate([first, last]), np.concatenate([rows, rows])


def farthest(points: Points) -> tuple[float, tuple[int, int]]:
    """Give the greatest distance of two points, and which they are.

    Points that are too near to the middle to be one of them are left out; the others are put into boxes of a few, and
    only pairs of boxes are looked at that reach farther apart than the farthest pair so far.

    Parameters
    ----------
    points
        (n, 3) or (n, 2), at least one.
    """
    best, pair = _guess(points)
    middle = (points[pair[0]] + points[pair[1]]) / 2
    away = np.linalg.norm(points - middle, axis=1)
    kept = np.flatnonzero(away >= best - float(away.max()) - 1e-9 * best)
    leaves = _leaves(points, kept)
    low = np.array([points[leaf].min(axis=0) for leaf in leaves])
    high = np.array([points[leaf].max(axis=0) for leaf in leaves])
    for at, leaf in enumerate(leaves):
        reach = np.maximum(np.abs(high[at] - low[at:]), np.abs(high[at:] - low[at]))
        for other in np.flatnonzero(np.einsum("ij,ij->i", reach, reach) > best * best) + at:
            if float(((np.maximum(high[at] - low[other], high[other] - low[at])) ** 2).sum()) <= best * best:
                continue
            found, (one, two) = _of_two(points[leaf], points[leaves[other]])
            if found > best:
                best, pair = found, (int(leaf[one]), int(leaves[other][two]))
    return best, pair


def _guess(points: Points) -> tuple[float, tuple[int, int]]:
    """Give the farthest of the pairs that are extreme in some directions: nearly the answer, never more than it."""
    directions = np.random.default_rng(0).normal(size=(points.shape[1], _DIRECTIONS))
    along = points @ directions
    one, other = along.argmin(axis=0), along.argmax(axis=0)
    away = np.linalg.norm(points[one] - points[other], axis=1)
    best = int(away.argmax())
    return float(away[best]), (int(one[best]), int(other[best]))


def _leaves(points: Points, numbers: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Part points into boxes of a few, along the longest side each time."""
    if len(numbers) <= _LEAF:
        return [numbers]
    some = points[numbers]
    order = np.argpartition(some[:, int(np.ptp(some, axis=0).argmax())], len(numbers) // 2)
    half = len(numbers) // 2
    return _leaves(points, numbers[order[:half]]) + _leaves(points, numbers[order[half:]])


def _of_two(one: Points, other: Points) -> tuple[float, tuple[int, int]]:
    gaps = one[:, None] - other[None]
    squared = np.einsum("ijk,ijk->ij", gaps, gaps)
    most = int(squared.argmax())
    return math.sqrt(float(squared.flat[most])), (most // len(other), most % len(other))

"""Meshes closed again where a reduction of their triangles has torn or folded them."""

import numpy as np
from numpy.typing import NDArray

MOST_ROUNDS = 20

Triangles = NDArray[np.int32]


def edges_fit(triangles: Triangles, points: int) -> bool:
    """Tell whether each edge belongs to two triangles that run along it in opposite ways."""
    forwards, backwards = _half_edges(triangles, points)
    return bool(np.array_equal(np.sort(forwards), np.sort(backwards)))


def closed_again(points: NDArray[np.float32], triangles: Triangles) -> tuple[NDArray[np.float32], Triangles]:
    """Take out the triangles around edges that don't fit, and close the holes with fans.

    Parameters
    ----------
    points
        (n, 3).
    triangles
        (m, 3), those of a closed surface but for a few.

    Returns
    -------
    points, triangles
        With a point more for each hole. As they were given where that does not close them.
    """
    kept = triangles[_are_triangles(triangles)]
    bad = np.zeros(len(points), bool)
    for _ in range(MOST_ROUNDS):
        torn = _torn(kept, len(points))
        if not len(torn):
            break
        bad[:] = False
        bad[torn] = True
        kept = kept[~bad[kept].any(axis=1)]
    else:
        return points, triangles
    middles, fans = _fans(points, _open_edges(kept, len(points)))
    if not len(kept):
        return points, triangles
    made = np.concatenate([kept, fans]).astype(np.int32)
    every = np.concatenate([points, middles]).astype(np.float32)
    return (every, made) if edges_fit(made, len(every)) else (points, triangles)


def _are_triangles(triangles: Triangles) -> NDArray[np.bool_]:
    a, b, c = triangles.T
    return np.asarray((a != b) & (b != c) & (a != c))


def _half_edges(triangles: Triangles, points: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each edge of each triangle as one number, forwards and backwards."""
    starts = triangles.astype(np.int64).reshape(-1)
    ends = np.roll(triangles, -1, axis=1).astype(np.int64).reshape(-1)
    return starts * points + ends, ends * points + starts


def _torn(triangles: Triangles, points: int) -> NDArray[np.int64]:
    """Give the points at which edges are used twice in one way, or where several holes meet.

    A plain hole is none of these: its points have one open edge that comes and one that goes.
    """
    forwards, _ = _half_edges(triangles, points)
    forwards.sort()
    twice = forwards[1:][forwards[1:] == forwards[:-1]]
    starts = np.bincount(_open_edges(triangles, points)[:, 0], minlength=points)
    return np.unique(np.concatenate([twice // points, twice % points, np.flatnonzero(starts > 1)]))


def _open_edges(triangles: Triangles, points: int) -> NDArray[np.int64]:
    """Give the edges without a partner, (n, 2), as a triangle that fills the hole has to run along them."""
    if not len(triangles):
        return np.empty((0, 2), np.int64)
    forwards, backwards = _half_edges(triangles, points)
    # An edge and its partner are told as one number, so that a single sort finds those that are alone.
    undirected = np.minimum(forwards, backwards)
    order = np.argsort(undirected, kind="stable")
    sorted_edges = undirected[order]
    is_first = np.concatenate([[True], sorted_edges[1:] != sorted_edges[:-1]])
    is_last = np.concatenate([is_first[1:], [True]])
    alone = backwards[order[is_first & is_last]]
    return np.column_stack([alone // points, alone % points])


def _fans(points: NDArray[np.float32], edges: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Give a point in the middle of each hole, and the triangles from there to its edges."""
    following = dict(edges.tolist())
    middles: list[NDArray[np.float32]] = []
    fans: list[tuple[int, int, int]] = []
    while following:
        start, at = following.popitem()
        loop = [start]
        while at != start and at in following:
            loop.append(at)
            at = following.pop(at)
        middle = len(points) + len(middles)
        middles.append(points[loop].mean(axis=0))
        fans += [(one, other, middle) for one, other in zip(loop, [*loop[1:], start], strict=True)]
    if not middles:
        return np.empty((0, 3), np.float32), np.empty((0, 3), np.int64)
    return np.array(middles, np.float32), np.array(fans, np.int64)

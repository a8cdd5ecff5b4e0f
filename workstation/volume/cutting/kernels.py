"""Values along lines of pixels through voxels, compiled.

A line is taken in pieces that stay in the nearest cache of the processor. For each piece the places among the voxels
are worked out, the voxels around them fetched, and then mixed: the first and the last of these loops work on many
pixels at once.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workstation.volume.compiling import kept, part

Triple = tuple[float, float, float]

NEAREST, LINEAR, CUBIC = 0, 1, 2
HIGHEST, LOWEST, MEAN, SUM = 0, 1, 2, 3
PIECE = 256
"""Pixels worked on at a time."""
SLACK = 1e-6
"""What lies outside by less than this part of a voxel is rounding."""


class Voxels(NamedTuple):
    """One component of a volume: ``values`` is flat, voxel i, j, k is at the sum of these times ``strides``."""

    values: NDArray[Any]
    strides: tuple[int, int, int]
    counts: tuple[int, int, int]


class Lines(NamedTuple):
    """Rows of pixels among the voxels, as i, j, k: (rows, 3) each.

    ``starts`` are the first pixels, ``steps`` lead from one pixel to the next, ``through`` by 1 mm through the picture.
    """

    starts: NDArray[np.float64]
    steps: NDArray[np.float64]
    through: NDArray[np.float64]


class Depths(NamedTuple):
    """Where through the picture values are taken, in mm, the length in mm each stands for, what becomes of them."""

    places_mm: NDArray[np.float64]
    weights_mm: NDArray[np.float64]
    projection: int


class Ignored(NamedTuple):
    """Voxels from ``low`` to ``high`` have no part; values below ``least`` or above ``most`` are mixtures with them."""

    is_any: bool
    low: float
    high: float
    least: float
    most: float


class Given(NamedTuple):
    """What values are given as: cut to a range and rounded, with one for outside; sums times slope, and intercept."""

    low: float
    high: float
    is_rounded: bool
    outside: float
    slope: float
    intercept: float


class _Place(NamedTuple):
    """Where a piece of a line is: its first pixel is number ``column``, at ``first + column * step``."""

    first: Triple
    step: Triple
    column: int


class _Room(NamedTuple):
    """What is worked with, for as many pixels as a piece has."""

    offsets: NDArray[np.int64]
    shares: NDArray[Any]
    corners: NDArray[Any]
    values: NDArray[Any]
    nearest: NDArray[Any]


@part
def _inside(first: float, step: float, count: int, columns: int) -> tuple[int, int]:
    """Give from which column on, and before which one, a line is among so many voxels, or within half a one of them."""
    low, high = -0.5 - SLACK, count - 0.5 + SLACK
    if step == 0.0:
        return (0, columns) if low <= first <= high else (0, 0)
    one, other = (low - first) / step, (high - first) / step
    start = math.ceil(min(max(min(one, other), 0.0), float(columns)))
    stop = math.floor(min(max(max(one, other), -1.0), columns - 1.0)) + 1
    return start, stop


@part
def _take_nearest(voxels: Voxels, place: _Place, offsets: Any, values: Any) -> None:
    (x, y, z), (dx, dy, dz) = place.first, place.step
    of_i, of_j, of_k = float(voxels.strides[0]), float(voxels.strides[1]), float(voxels.strides[2])
    last_i, last_j, last_k = voxels.counts[0] - 1.0, voxels.counts[1] - 1.0, voxels.counts[2] - 1.0
    for n in range(len(values)):
        at = float(place.column + n)
        i = min(max(np.floor(x + dx * at + 0.5), 0.0), last_i)
        j = min(max(np.floor(y + dy * at + 0.5), 0.0), last_j)
        k = min(max(np.floor(z + dz * at + 0.5), 0.0), last_k)
        offsets[n] = np.int64(i * of_i + j * of_j + k * of_k)
    for n in range(len(values)):
        values[n] = voxels.values[np.uint64(offsets[n])]


@part
def _locate(voxels: Voxels, place: _Place, offsets: Any, shares: Any) -> None:
    """Give where the voxels before the pixels stand in memory, and the shares of those behind these."""
    (x, y, z), (dx, dy, dz) = place.first, place.step
    of_i, of_j, of_k = float(voxels.strides[0]), float(voxels.strides[1]), float(voxels.strides[2])
    last_i, last_j, last_k = voxels.counts[0] - 1.0, voxels.counts[1] - 1.0, voxels.counts[2] - 1.0
    most_i, most_j, most_k = max(last_i - 1.0, 0.0), max(last_j - 1.0, 0.0), max(last_k - 1.0, 0.0)
    for n in range(len(offsets)):
        at = float(place.column + n)
        i, j, k = x + dx * at, y + dy * at, z + dz * at
        i, j, k = min(max(i, 0.0), last_i), min(max(j, 0.0), last_j), min(max(k, 0.0), last_k)
        whole_i, whole_j, whole_k = min(np.floor(i), most_i), min(np.floor(j), most_j), min(np.floor(k), most_k)
        shares[0, n], shares[1, n], shares[2, n] = i - whole_i, j - whole_j, k - whole_k
        offsets[n] = np.int64(whole_i * of_i + whole_j * of_j + whole_k * of_k)


@part
def _fetch(voxels: Voxels, offsets: Any, corners: Any) -> None:
    """Fetch the eight voxels around each pixel; along an axis of one voxel it is the same one twice."""
    values, strides, counts = voxels.values, voxels.strides, voxels.counts
    i = np.uint64(strides[0] if counts[0] > 1 else 0)
    j = np.uint64(strides[1] if counts[1] > 1 else 0)
    k = np.uint64(strides[2] if counts[2] > 1 else 0)
    for n in range(len(offsets)):
        at = np.uint64(offsets[n])
        corners[0, n], corners[1, n] = values[at], values[at + i]
        at += j
        corners[2, n], corners[3, n] = values[at], values[at + i]
        at += k
        corners[6, n], corners[7, n] = values[at], values[at + i]
        at -= j
        corners[4, n], corners[5, n] = values[at], values[at + i]


@part
def _mix(corners: Any, shares: Any, values: Any) -> None:
    kind = values.dtype.type
    for n in range(len(values)):
        i, j, k = shares[0, n], shares[1, n], shares[2, n]
        a, b, c, d = kind(corners[0, n]), kind(corners[1, n]), kind(corners[2, n]), kind(corners[3, n])
        e, f, g, h = kind(corners[4, n]), kind(corners[5, n]), kind(corners[6, n]), kind(corners[7, n])
        ab, cd, ef, gh = a + i * (b - a), c + i * (d - c), e + i * (f - e), g + i * (h - g)
        before, behind = ab + j * (cd - ab), ef + j * (gh - ef)
        values[n] = before + k * (behind - before)


@part
def _take_linear(voxels: Voxels, place: _Place, room: _Room, values: Any) -> None:
    offsets = room.offsets[: len(values)]
    _locate(voxels, place, offsets, room.shares)
    _fetch(voxels, offsets, room.corners)
    _mix(room.corners, room.shares, values)


@part
def _four(place: float, count: int, stride: int) -> Any:
    """Give the four voxels around a place on one axis, and their weights (Keys 1981, a = -1/2)."""
    last = count - 1
    place = min(max(place, 0.0), float(last))
    before = math.floor(place)
    x = place - before
    weights = (
        ((2.0 - x) * x - 1.0) * x / 2.0,
        (3.0 * x - 5.0) * x * x / 2.0 + 1.0,
        ((4.0 - 3.0 * x) * x + 1.0) * x / 2.0,
        (x - 1.0) * x * x / 2.0,
    )
    offsets = (
        np.uint64(max(before - 1, 0) * stride),
        np.uint64(before * stride),
        np.uint64(min(before + 1, last) * stride),
        np.uint64(min(before + 2, last) * stride),
    )
    return offsets, weights


@part
def _take_cubic(voxels: Voxels, place: _Place, values: Any) -> None:
    (x, y, z), (dx, dy, dz) = place.first, place.step
    (of_i, of_j, of_k), (count_i, count_j, count_k) = voxels.strides, voxels.counts
    for n in range(len(values)):
        at = float(place.column + n)
        i, by_i = _four(x + dx * at, count_i, of_i)
        j, by_j = _four(y + dy * at, count_j, of_j)
        k, by_k = _four(z + dz * at, count_k, of_k)
        total = 0.0
        for each_k in range(4):
            plane = 0.0
            for each_j in range(4):
                line = k[each_k] + j[each_j]
                plane += by_j[each_j] * (
                    by_i[0] * voxels.values[line + i[0]]
                    + by_i[1] * voxels.values[line + i[1]]
                    + by_i[2] * voxels.values[line + i[2]]
                    + by_i[3] * voxels.values[line + i[3]]
                )
            total += by_k[each_k] * plane
        values[n] = total


@part
def _take(interpolation: int, voxels: Voxels, place: _Place, ignored: Ignored, room: _Room, values: Any) -> None:
    """Take the values of a piece; what is ignored is no number."""
    if interpolation == NEAREST:
        _take_nearest(voxels, place, room.offsets, values)
    elif interpolation == LINEAR:
        _take_linear(voxels, place, room, values)
    else:
        _take_cubic(voxels, place, values)
    if ignored.is_any:
        nearest = room.nearest[: len(values)]
        _take_nearest(voxels, place, room.offsets, nearest)
        for n in range(len(values)):
            if ignored.low <= nearest[n] <= ignored.high:
                values[n] = np.nan
            elif values[n] < ignored.least or values[n] > ignored.most:
                values[n] = nearest[n]


@part
def _add(projection: int, values: Any, weight: float, best: Any, total: Any, length: Any) -> None:
    """Let a piece have its part in the result."""
    if projection == HIGHEST:
        for n in range(len(values)):
            best[n] = values[n] if values[n] > best[n] else best[n]
    elif projection == LOWEST:
        for n in range(len(values)):
            best[n] = values[n] if values[n] < best[n] else best[n]
    else:
        for n in range(len(values)):
            is_there = values[n] == values[n]
            total[n] += values[n] * weight if is_there else 0.0
            length[n] += weight if is_there else 0.0


@part
def _finish(depths: Depths, given: Given, best: Any, total: Any, length: Any) -> None:
    """Make one value for each pixel of what its row has added up to, in ``best``; nothing is no number."""
    if depths.projection == SUM:
        for n in range(len(best)):
            best[n] = total[n] * given.slope + length[n] * given.intercept if length[n] > 0.0 else np.nan
    elif depths.projection == MEAN:
        for n in range(len(best)):
            best[n] = total[n] / length[n] if length[n] > 0.0 else np.nan
    else:
        nothing = _nothing(depths)
        for n in range(len(best)):
            best[n] = best[n] if best[n] != nothing else np.nan


@part
def _nothing(depths: Depths) -> float:
    return -np.inf if depths.projection == HIGHEST else np.inf


@part
def _give(given: Given, values: Any, out: Any) -> None:
    """Write a row of the picture."""
    kind = values.dtype.type
    low, high = kind(given.low), kind(given.high)
    if given.is_rounded:
        for n in range(len(out)):
            value = np.rint(min(max(values[n], low), high))
            out[n] = value if values[n] == values[n] else given.outside
    else:
        for n in range(len(out)):
            out[n] = values[n] if values[n] == values[n] else given.outside


@kept
def take_rows(
    voxels: Voxels,
    lines: Lines,
    interpolation: int,
    depths: Depths,
    ignored: Ignored,
    given: Given,
    first: int,
    stop: int,
    likeness: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """Take the rows of a picture from ``first`` to before ``stop``; it lets go of Python's lock.

    Parameters
    ----------
    voxels, lines
        What is looked at, and where the pixels are.
    interpolation, depths, ignored, given
        How.
    likeness
        Of the type that is calculated in: float32, or float64.
    out
        (rows, columns): what is written to.
    """
    columns, kind = out.shape[1], likeness.dtype
    room = _Room(
        np.empty(PIECE, np.int64),
        np.empty((3, PIECE), kind),
        np.empty((8, PIECE), voxels.values.dtype),
        np.empty(PIECE, kind),
        np.empty(PIECE, kind),
    )
    best, total, length = np.empty(columns, kind), np.empty(columns, np.float64), np.empty(columns, np.float64)
    for row in range(first, stop):
        best[:] = _nothing(depths)
        total[:] = 0.0
        length[:] = 0.0
        start, through = lines.starts[row], lines.through[row]
        step = (lines.steps[row, 0], lines.steps[row, 1], lines.steps[row, 2])
        for depth, weight in zip(depths.places_mm, depths.weights_mm):  # noqa: B905 - Numba knows no strict
            begin = (start[0] + through[0] * depth, start[1] + through[1] * depth, start[2] + through[2] * depth)
            left, right = 0, columns
            for axis in range(3):
                one, other = _inside(begin[axis], step[axis], voxels.counts[axis], columns)
                left, right = max(left, one), min(right, other)
            for column in range(left, right, PIECE):
                end = min(column + PIECE, right)
                values = room.values[: end - column]
                _take(interpolation, voxels, _Place(begin, step, column), ignored, room, values)
                _add(depths.projection, values, weight, best[column:end], total[column:end], length[column:end])
        _finish(depths, given, best, total, length)
        _give(given, best, out[row])

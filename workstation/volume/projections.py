"""Many slices made one along an axis of the array: the highest, the lowest, the sum; by two threads, block by block."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.volume.threads import THREADS, in_threads

ROWS_A_BLOCK = 64
"""At most about so many."""
SMALL = 1 << 18
"""Fewer voxels are not worth a second thread."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Values that take no part: those from ``low`` to ``high``, and floats that are no numbers."""

    low: float
    high: float

    def mask(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Mark them."""
        inside = (values >= self.low) & (values <= self.high)
        return inside | np.isnan(values) if values.dtype.kind == "f" else inside


def extremes(seen: NDArray[Any], kind: Literal["max", "min"], *, threads: int = THREADS) -> NDArray[Any]:
    """Give the highest or lowest value along the first axis.

    Parameters
    ----------
    seen
        (depth, rows, columns, ...): any view of an array of voxels.

    Returns
    -------
    ndarray
        (rows, columns, ...), same type.
    """
    reduce: Any = np.maximum if kind == "max" else np.minimum
    if _is_outermost(seen) and seen.size >= SMALL:  # each thread goes through memory from one end to the other
        parts = np.array_split(seen, threads)
        return functools.reduce(reduce, in_threads(lambda part: reduce.reduce(part, axis=0), parts, threads))
    result = np.empty(seen.shape[1:], seen.dtype)

    def work(seen: NDArray[Any], block: slice) -> None:
        reduce.reduce(seen, axis=0, out=result[block])

    _in_blocks(work, seen, threads)
    return result


def extremes_without(
    seen: NDArray[Any], kind: Literal["max", "min"], ignored: Ignored, *, threads: int = THREADS
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Give the highest or lowest value along the first axis among those that take part, and where there are any.

    Where there are none, the value is the lowest of the type for ``max`` and the highest for ``min``.
    """
    reduce: Any = np.maximum if kind == "max" else np.minimum
    worst = end_of(seen.dtype, lowest=kind == "max")
    result = np.full(seen.shape[1:], worst)
    is_there = np.zeros(seen.shape[1:], np.bool_)

    def work(seen: NDArray[Any], block: slice) -> None:
        out, found = result[block], is_there[block]
        for slab in seen:
            mask = ignored.mask(slab)
            reduce(out, np.where(mask, worst, slab), out=out)
            found |= ~mask

    _in_blocks(work, seen, threads)
    return result, is_there


def sums(
    seen: NDArray[Any], *, ignored: Ignored | None = None, threads: int = THREADS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add up along the first axis.

    Returns
    -------
    total : ndarray
        (rows, columns, ...) of float64.
    count : ndarray
        Same shape: how many values took part.
    """
    total = np.empty(seen.shape[1:], np.float64)
    count = np.full(seen.shape[1:], float(len(seen)))
    exact = seen.dtype.kind in "iu" and seen.dtype.itemsize <= 2 and len(seen) < 1 << 15

    def plain(seen: NDArray[Any], block: slice) -> None:
        total[block] = np.add.reduce(seen, axis=0, dtype=np.int32 if exact else np.float64)

    def masked(seen: NDArray[Any], block: slice) -> None:
        total[block] = count[block] = 0.0
        for slab in seen:
            keep = ~ignored.mask(slab) if ignored else np.True_
            total[block] += np.where(keep, slab, 0)
            count[block] += keep

    _in_blocks(masked if ignored else plain, seen, threads)
    return total, count


def end_of(dtype: np.dtype[Any], *, lowest: bool) -> Any:
    """Give the lowest or highest value of a type of voxels."""
    if dtype.kind == "f":
        return dtype.type(-np.inf if lowest else np.inf)
    limits = np.iinfo(dtype)
    return dtype.type(limits.min if lowest else limits.max)


def _is_outermost(seen: NDArray[Any]) -> bool:
    """Tell whether the first axis is the slowest in memory."""
    return abs(seen.strides[0]) == max(abs(stride) for stride in seen.strides)


def _in_blocks(work: Callable[[NDArray[Any], slice], None], seen: NDArray[Any], threads: int) -> None:
    """Do the work block of rows by block, in threads; numpy lets go of the interpreter meanwhile."""
    rounds = max(1, -(-seen.shape[1] // (threads * ROWS_A_BLOCK)))
    rows = max(1, -(-seen.shape[1] // (threads * rounds)))  # so that each thread has as much to do as the others
    blocks = [slice(at, at + rows) for at in range(0, seen.shape[1], rows)]
    in_threads(lambda block: work(seen[:, block], block), blocks, threads if seen.size >= SMALL else 1)

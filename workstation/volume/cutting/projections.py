"""Many slices made one along an axis of the array: the highest, the lowest, the sum; by two threads, block by block."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.volume.threads import THREADS, in_threads

ROWS_A_BLOCK = 64
"""At most about so many."""
SMALL = 1 << 18
"""Fewer voxels are not worth a second thread."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Values that take no part: those from ``low`` to ``high``, and floats that are no finite numbers."""

    low: float = np.inf
    high: float = -np.inf

    def mask(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Mark them."""
        inside = (values >= self.low) & (values <= self.high)
        return inside | ~np.isfinite(values) if values.dtype.kind == "f" else inside


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
    if seen.dtype.kind in "iu" and seen.ndim == 3 and seen.size:
        ordered = _Ordered.of(seen)
        if ordered is not None:
            return ordered.extremes(kind, threads if seen.size >= SMALL else 1)
    reduce: Any = np.maximum if kind == "max" else np.minimum
    result = np.empty(seen.shape[1:], seen.dtype)

    def work(seen: NDArray[Any], block: slice) -> None:
        reduce.reduce(seen, axis=0, out=result[block])

    _in_blocks(work, seen, threads)
    return result


@dataclass(frozen=True, eq=False)
class _Ordered:
    """Voxels in the order in which they lie in memory.

    Parameters
    ----------
    voxels
        A view of them, its axes from the slowest to the quickest, none of them backwards.
    axis
        Which of these is the first one of what is seen.
    is_turned
        Whether the other two are the columns and rows of what is seen, not its rows and columns.
    backwards
        Which of these two, as they are seen, run backwards.
    """

    voxels: NDArray[Any]
    axis: int
    is_turned: bool
    backwards: tuple[bool, bool]

    @classmethod
    def of(cls, seen: NDArray[Any]) -> "_Ordered | None":
        """Bring three axes into order; None where no voxels follow each other without a gap."""
        steps = tuple(-1 if stride < 0 else 1 for stride in seen.strides)
        forwards = seen[:: steps[0], :: steps[1], :: steps[2]]
        order = sorted(range(3), key=lambda each: -forwards.strides[each])
        voxels = forwards.transpose(order)
        if voxels.strides[2] != voxels.itemsize:
            return None
        return cls(voxels, order.index(0), order.index(2) < order.index(1), (steps[1] < 0, steps[2] < 0))

    def extremes(self, kind: Literal["max", "min"], threads: int) -> NDArray[Any]:
        """Give the highest or lowest along the first axis of what is seen."""
        from workstation.volume.cutting.projection_kernels import take_extremes

        split = 1 if self.axis == 0 else 0
        shape = [length for axis, length in enumerate(self.voxels.shape) if axis != self.axis]
        made = np.empty(shape, self.voxels.dtype)
        step = -(-self.voxels.shape[split] // threads)

        def take(first: int) -> None:
            part = self.voxels[(slice(None),) * split + (slice(first, first + step),)]
            size = part.itemsize
            far, near, _ = (stride // size for stride in part.strides)
            reach = 1 + (part.shape[0] - 1) * far + (part.shape[1] - 1) * near + part.shape[2] - 1
            flat = as_strided(part, (reach,), (size,), writeable=False)
            take_extremes(flat, part.shape, (far, near), self.axis, kind == "max", made[first : first + step])

        in_threads(take, range(0, self.voxels.shape[split], step), threads)
        turned = made.T if self.is_turned else made
        return turned[:: -1 if self.backwards[0] else 1, :: -1 if self.backwards[1] else 1]


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


def _in_blocks(work: Callable[[NDArray[Any], slice], None], seen: NDArray[Any], threads: int) -> None:
    """Do the work block of rows by block, in threads; numpy lets go of the interpreter meanwhile."""
    rounds = max(1, -(-seen.shape[1] // (threads * ROWS_A_BLOCK)))
    rows = max(1, -(-seen.shape[1] // (threads * rounds)))  # so that each thread has as much to do as the others
    blocks = [slice(at, at + rows) for at in range(0, seen.shape[1], rows)]
    in_threads(lambda block: work(seen[:, block], block), blocks, threads if seen.size >= SMALL else 1)

"""Values of a volume at the pixels of a plane or a slab, as `kernels` works them out, in threads."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.volume.cutting import kernels
from workstation.volume.cutting.kernels import Lines
from workstation.volume.cutting.outside import Outside, Padding
from workstation.volume.cutting.slabs import Interpolation, Projection
from workstation.volume.threads import THREADS, in_threads

Report = Callable[[int, int], None]

SAMPLES_A_BAND = 1 << 25
"""Values taken between two reports: a fraction of a second."""
FEW = 1 << 19
"""Fewer values are not worth a second thread: to hand over Python's lock may take a millisecond of a busy window."""
PARTS_A_THREAD = 2
"""So that threads have work until the end, and seldom need that lock."""
_INTERPOLATIONS: dict[Interpolation, int] = {
    "nearest": kernels.NEAREST,
    "linear": kernels.LINEAR,
    "cubic": kernels.CUBIC,
}
_PROJECTIONS: dict[Projection, int] = {
    "mip": kernels.HIGHEST,
    "minip": kernels.LOWEST,
    "mean": kernels.MEAN,
    "sum": kernels.SUM,
}


@dataclass(frozen=True, slots=True)
class Across:
    """How values across a slab become one.

    Parameters
    ----------
    offsets
        Where they are taken, in mm through the picture, and the length in mm that each stands for.
    projection
        What becomes of them.
    slope, intercept
        Make modality values of those that are summed.
    """

    offsets: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    projection: Projection = "mip"
    slope: float = 1.0
    intercept: float = 0.0


def sampled(
    array_kji: NDArray[Any],
    lines: Lines,
    columns: int,
    *,
    outside: Outside,
    interpolation: Interpolation = "linear",
    across: Across | None = None,
    padding: Padding | None = None,
    report: Report | None = None,
) -> NDArray[Any]:
    """Take values along rows of pixels.

    Parameters
    ----------
    array_kji
        (slices, rows, columns), or (slices, rows, columns, 3) in colour, as `as_taken` gives them.
    lines
        Where the rows lie among the voxels.
    columns
        Pixels of a row.
    outside
        Type of the result, and its value where there is no voxel within half a voxel.
    across
        Where values are taken through the picture, and what becomes of them: those outside have no part in it.
    padding
        Voxels that have no part in it either; the nearest voxel says where they are.
    report
        Called with (rows done, rows) while it takes long; it may raise `Cancelled`.

    Returns
    -------
    ndarray
        (rows, columns), or (rows, columns, 3).

    Raises
    ------
    ValueError
        If there are places that are no numbers, or no voxels.
    """
    if not all(np.isfinite(each).all() for each in lines) or not array_kji.size:
        raise ValueError("nothing can be taken: there are no voxels, or places that are no numbers")
    colours = array_kji.shape[3:]
    made = np.empty((*colours, len(lines.starts), columns), outside.dtype)
    for each in np.ndindex(*colours):
        voxels = _voxels(array_kji, each[0] if each else 0)
        _take(voxels, lines, made[each], outside, interpolation, across or Across(), padding, report)
    return np.ascontiguousarray(np.moveaxis(made, 0, -1)) if colours else made


def as_taken(array_kji: NDArray[Any]) -> NDArray[Any]:
    """Give voxels in one piece and a type of the processor's own: the same ones where they are, a copy where not."""
    dtype = array_kji.dtype.newbyteorder("=")
    return np.ascontiguousarray(array_kji, np.float32 if dtype == np.float16 else dtype)


def _voxels(array_kji: NDArray[Any], component: int) -> kernels.Voxels:
    k, j, i, *colours = array_kji.shape
    flat = np.asarray(array_kji).reshape(-1)[component:]
    flat.flags.writeable = False  # one kind of array, whether it is in memory or in a file
    size = colours[0] if colours else 1
    return kernels.Voxels(flat, (size, size * i, size * i * j), (i, j, k))


def _take(
    voxels: kernels.Voxels,
    lines: Lines,
    out: NDArray[Any],
    outside: Outside,
    interpolation: Interpolation,
    across: Across,
    padding: Padding | None,
    report: Report | None,
) -> None:
    places, weights = (np.ascontiguousarray(each, np.float64) for each in zip(*across.offsets, strict=True))
    depths = kernels.Depths(places, weights, _PROJECTIONS[across.projection])
    ignored = kernels.Ignored(False, 0.0, 0.0, 0.0, 0.0)  # noqa: FBT003 - its name is in the class
    if padding is not None:
        ignored = kernels.Ignored(True, padding.ignored.low, padding.ignored.high, *padding.measured)  # noqa: FBT003
    low, high = _limits(outside, overshoots=interpolation == "cubic" and voxels.strides[0] == 1)
    is_whole = out.dtype.kind in "iu"
    given = kernels.Given(low, high, is_whole, float(outside.value), across.slope, across.intercept)
    likeness = np.empty(0, Outside.no_number(voxels.values.dtype).dtype)

    def take(part: range) -> None:
        kernels.take_rows(
            voxels, lines, _INTERPOLATIONS[interpolation], depths, ignored, given, part.start, part.stop, likeness, out
        )

    rows, columns = out.shape
    band = rows if report is None else max(1, SAMPLES_A_BAND // (len(places) * columns))
    for first in range(0, rows, band):
        if report is not None and band < rows:
            report(first, rows)
        stop = min(first + band, rows)
        count = THREADS * PARTS_A_THREAD if len(places) * columns * (stop - first) > FEW else 1
        step = -(-(stop - first) // count)
        in_threads(take, [range(at, min(at + step, stop)) for at in range(first, stop, step)], THREADS)


def _limits(outside: Outside, *, overshoots: bool) -> tuple[float, float]:
    """Give the ends of a type as floats in it; greys that overshoot those of voxels never become what is outside."""
    if outside.dtype.kind == "f":
        return -np.inf, np.inf
    ends = np.iinfo(outside.dtype)
    low, high = int(ends.min), int(ends.max)
    if overshoots:
        low, high = low + (low == outside.value), high - (high == outside.value)
    most = float(high)
    return float(low), most if most <= high else float(np.nextafter(most, 0.0))

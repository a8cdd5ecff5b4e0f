"""Planes whose pixels are voxels: taken out of the array as they are, nothing to be worked out within the plane."""

import math
from functools import reduce
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.projections import Ignored, end_of, extremes, extremes_without, sums

IN_PLACE = 1e-3
"""A pixel this near to the centre of a voxel, in voxels, is that voxel."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pixels along one side of the picture: pixel n is voxel ``first + n * step`` of an axis of the array."""

    axis: int
    first: int
    step: int
    count: int

    def inside(self, length: int) -> tuple[slice, slice]:
        """Give which pixels lie in the array, and which voxels these are."""
        size = abs(self.step)
        before, behind = (
            (-self.first, length - 1 - self.first) if self.step > 0 else (self.first - length + 1, self.first)
        )
        start = max(0, -(-before // size))
        stop = min(self.count, behind // size + 1)
        if stop <= start:
            return slice(0, 0), slice(0, 0)
        after = self.first + stop * self.step
        return slice(start, stop), slice(self.first + start * self.step, after if after >= 0 else None, self.step)


@dataclass(frozen=True, slots=True)
class AlignedPlane:
    """A plane along two axes of the array.

    Parameters
    ----------
    rows, columns
        The pixels down and across.
    depth
        Axis of the array (0 to 2) along the normal.
    at
        Where the plane lies on it, in voxels.
    voxels_a_mm
        Voxels on it for a mm along the normal, above 0 whichever way it goes.
    """

    rows: Run
    columns: Run
    depth: int
    at: float
    voxels_a_mm: float

    def seen(self, array: NDArray[Any]) -> tuple[NDArray[Any], tuple[slice, slice]]:
        """Give the voxels behind the pixels, the depth in front, and which rows and columns of pixels they are."""
        rows, of_rows = self.rows.inside(array.shape[self.rows.axis])
        columns, of_columns = self.columns.inside(array.shape[self.columns.axis])
        order = (self.depth, self.rows.axis, self.columns.axis, *range(3, array.ndim))
        return array.transpose(order)[:, of_rows, of_columns], (rows, columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        return self.rows.count, self.columns.count


def aligned_plane(pixels_to_ijk: NDArray[np.float64], size_px: tuple[int, int]) -> AlignedPlane | None:
    """Tell whether the pixels of a plane are voxels, or lie straight between two of them along the normal.

    Parameters
    ----------
    pixels_to_ijk
        4x4, from (column, row, mm along the normal, 1) to voxel coordinates (i, j, k, 1).
    size_px
        Columns and rows.

    Returns
    -------
    AlignedPlane or None
        None where values have to be interpolated within the plane.
    """
    axes = np.argmax(np.abs(pixels_to_ijk[:3, :3]), axis=0)
    if len(set(axes.tolist())) < 3:
        return None
    chosen = pixels_to_ijk[axes, [0, 1, 2]]
    others = pixels_to_ijk[:3, :3].copy()
    others[axes, [0, 1, 2]] = 0.0
    reach = np.array([size_px[0], size_px[1], 10.0])
    steps, first = np.rint(chosen[:2]), np.rint(pixels_to_ijk[axes[:2], 3])
    off = np.concatenate(
        [
            (np.abs(others) * reach).ravel(),
            np.abs(chosen[:2] - steps) * reach[:2],
            np.abs(first - pixels_to_ijk[axes[:2], 3]),
        ]
    )
    if off.max() > IN_PLACE or 0 in steps:
        return None
    across, down = (Run(2 - int(axes[n]), int(first[n]), int(steps[n]), size_px[n]) for n in (0, 1))
    at = float(pixels_to_ijk[axes[2], 3])
    return AlignedPlane(down, across, 2 - int(axes[2]), at, abs(float(chosen[2])))


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a slab lies in the array, along its depth: from ``low`` to ``high`` in voxels, within half a voxel.

    ``inner`` are the voxels whose centres lie in it.
    """

    low: float
    high: float
    inner: slice

    @classmethod
    def of(cls, plane: AlignedPlane, thickness_mm: float, length: int) -> "Reach | None":
        """Cut a slab to an array of a length; None where nothing of it is left."""
        half = thickness_mm / 2 * plane.voxels_a_mm
        low, high = max(_snapped(plane.at - half), -0.5), min(_snapped(plane.at + half), length - 0.5)
        if low > high:
            return None
        first, last = max(math.ceil(low), 0), min(math.floor(high), length - 1)
        return cls(low, high, slice(first, max(first, last + 1)))

    def borders(self, seen: NDArray[Any], ignored: Ignored | None) -> list[tuple[NDArray[Any], float]]:
        """Give the values at both surfaces with the weights, in voxels, that correct a plain sum to an integral.

        The values between two voxels are on the line between them; beyond the outermost, the outermost.
        """
        first, after = self.inner.start, self.inner.stop
        if after == first:
            weight = (self.high - self.low) / 2
            return [(between(seen, place, ignored), weight) for place in (self.low, self.high)]
        before, behind = first - self.low, self.high - (after - 1)
        return [
            (between(seen, self.low, ignored), before / 2),
            (seen[first], before / 2 - 0.5),
            (seen[after - 1], behind / 2 - 0.5),
            (between(seen, self.high, ignored), behind / 2),
        ]


def between(seen: NDArray[Any], place: float, ignored: Ignored | None) -> NDArray[Any]:
    """Give the values at a place along the depth, on the line between two voxels; next to padding the nearer one."""
    place = min(max(place, 0.0), len(seen) - 1.0)
    below = min(math.floor(place), len(seen) - 1)
    share = place - below
    if share == 0.0:
        return np.asarray(seen[below])
    one, other = seen[below], seen[below + 1]
    mixed = one * np.float64(1 - share) + other * np.float64(share)
    if ignored is not None:
        touched = ignored.mask(one) | ignored.mask(other)
        mixed[touched] = (one if share < 0.5 else other)[touched]
    return np.asarray(mixed)


def highest_or_lowest(
    seen: NDArray[Any], reach: Reach, kind: Literal["max", "min"], ignored: Ignored | None
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Give the extremes over a slab, and where there are any; everywhere where that is None."""
    inner = seen[reach.inner]
    inside = [place for place in (reach.low, reach.high) if 0 < place < len(seen) - 1 and not place.is_integer()]
    surfaces = [between(seen, place, ignored) for place in inside]
    if ignored is None:
        parts = [*([extremes(inner, kind)] if len(inner) else []), *surfaces]
        return reduce(np.maximum if kind == "max" else np.minimum, parts), None
    result, is_there = extremes_without(inner, kind, ignored)
    if surfaces:
        beside, is_beside = extremes_without(np.stack(surfaces), kind, ignored)
        result = (np.maximum if kind == "max" else np.minimum)(
            np.where(is_there, result, end_of(beside.dtype, lowest=kind == "max")), beside
        )
        is_there = is_there | is_beside
    return result, is_there


def integral(
    seen: NDArray[Any], reach: Reach, ignored: Ignored | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the integral over a slab, values times voxels, and the length in voxels that is no padding."""
    total, length = sums(seen[reach.inner], ignored=ignored)
    for values, weight in reach.borders(seen, ignored):
        if weight == 0.0:
            continue
        keep = np.True_ if ignored is None else ~ignored.mask(values)
        total += np.where(keep, values, 0) * weight
        length += keep * weight
    return total, length


def _snapped(place: float) -> float:
    nearest = round(place)
    return float(nearest) if abs(place - nearest) < IN_PLACE else place

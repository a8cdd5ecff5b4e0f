"""How much the values of two volumes tell about each other, for a rigid way between them, and which way that grows.

Normalised mutual information (Studholme et al., Pattern Recognition 32, 1999) of values at scattered points. Joint
values are counted with cubic B-splines as in Mattes et al. (IEEE Trans. Med. Imaging 22, 2003), so that it has a slope.
Voxels lie where their grid says: it may shear, and be a mirrored one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass

BINS = 40
LOWEST_PERCENT, HIGHEST_PERCENT = 0.5, 99.5
LEAST_SHARE = 0.15
"""Of the points of one volume, so many have to lie in the other."""
_RANGE_SAMPLES = 200_000


@dataclass(frozen=True, eq=False)
class Lattice:
    """Values at places, between which they are interpolated.

    Parameters
    ----------
    values
        (slices, rows, columns).
    to_lps
        4x4, from (i, j, k) to LPS mm.
    low, high
        Nearly all values are between them.
    """

    values: NDArray[np.float32]
    to_lps: NDArray[np.float64]
    low: float
    high: float

    @property
    def middle_lps(self) -> NDArray[np.float64]:
        """The point in its middle, (3,)."""
        return np.asarray(self.to_lps[:3, :3] @ ((np.array(self.values.shape[::-1]) - 1) / 2) + self.to_lps[:3, 3])

    def points_lps(self) -> NDArray[np.float64]:
        """Give where the values lie, (3, n) LPS mm."""
        ijk = np.indices(self.values.shape[::-1], np.float64).reshape(3, -1)
        return np.asarray(self.to_lps[:3, :3] @ ijk + self.to_lps[:3, 3:])

    def contains(self, points_lps: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which points (3, n), LPS mm, lie between the values."""
        to_ijk = np.linalg.inv(self.to_lps)
        ijk = to_ijk[:3, :3] @ points_lps + to_ijk[:3, 3:]
        return np.asarray(((ijk >= 0) & (ijk <= np.array(self.values.shape[::-1])[:, None] - 1)).all(axis=0))

    def mass_lps(self) -> NDArray[np.float64]:
        """Give the centre of mass, (3,) LPS mm: the lowest values weigh nothing, the highest the same."""
        mass = np.clip(self.values, self.low, self.high) - self.low
        total = float(mass.sum(dtype=np.float64)) or 1.0
        axes = [np.arange(side) for side in self.values.shape[::-1]]
        sums = [mass.sum(axis=tuple({0, 1, 2} - {2 - axis}), dtype=np.float64) for axis in range(3)]
        ijk = np.array([float(places @ weights) / total for places, weights in zip(axes, sums, strict=True)])
        return np.asarray(self.to_lps[:3, :3] @ ijk + self.to_lps[:3, 3])

    def at(self, points_ijk: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Interpolate linearly.

        Parameters
        ----------
        points_ijk
            (3, n), all of them inside.

        Returns
        -------
        tuple of ndarray
            Values (n,), and how they grow along i, j, k (3, n).
        """
        slices, rows, columns = self.values.shape
        first = points_ijk.astype(np.int32)
        np.minimum(first, np.array([[columns - 2], [rows - 2], [slices - 2]], np.int32), out=first)
        x, y, z = (points_ijk - first).astype(np.float32)
        flat = self.values.reshape(-1)
        at = (first[2] * rows + first[1]) * columns + first[0]
        steps = (0, 1, columns, columns + 1)
        near = [flat.take(at + step) for step in steps]
        at += rows * columns
        far = [flat.take(at + step) for step in steps]
        # along i first, then j, then k: what remains of each difference is the slope
        (n0, n1), (f0, f1) = ((a + (b - a) * x, c + (d - c) * x) for a, b, c, d in (near, far))
        near_value, far_value = n0 + (n1 - n0) * y, f0 + (f1 - f0) * y
        along_j = (n1 - n0) + ((f1 - f0) - (n1 - n0)) * z
        near_i, far_i = ((b - a) + ((d - c) - (b - a)) * y for a, b, c, d in (near, far))
        slopes = np.stack([near_i + (far_i - near_i) * z, along_j, far_value - near_value])
        return near_value + (far_value - near_value) * z, slopes


def lattice_of(volume: Volume, side_mm: float) -> Lattice:
    """Give the means of blocks of voxels of about a size.

    Parameters
    ----------
    volume
        In grey. Padding, and what is no number, counts as the lowest value that was measured.
    side_mm
        Of the blocks, which are a voxel at least.
    """
    array, affine = volume.array_kji, volume.grid.affine_lps
    steps_kji = _steps(affine, array.shape, side_mm)
    shape = [side // step for side, step in zip(array.shape, steps_kji, strict=True)]
    lowest, _highest = measured_ends(volume)
    values = np.zeros(shape, np.float32)
    for k in range(steps_kji[0]):
        part = array[k : shape[0] * steps_kji[0] : steps_kji[0], : shape[1] * steps_kji[1], : shape[2] * steps_kji[2]]
        if volume.padding is not None:
            part = np.where((part < volume.padding[0]) | (part > volume.padding[1]), part, lowest)
        blocks = part.reshape(shape[0], shape[1], steps_kji[1], shape[2], steps_kji[2])
        values += blocks.mean(axis=(2, 4), dtype=np.float32)
    values /= np.float32(steps_kji[0])
    if not np.isfinite(values).all():
        values = np.where(np.isfinite(values), values, np.float32(lowest))
    return _lattice(values, affine, steps_kji)


def coarser(lattice: Lattice, side_mm: float) -> Lattice:
    """Give the means of blocks of values of about a size."""
    steps = _steps(lattice.to_lps, lattice.values.shape, side_mm)
    shape = [side // step for side, step in zip(lattice.values.shape, steps, strict=True)]
    used = lattice.values[tuple(slice(0, side * step) for side, step in zip(shape, steps, strict=True))]
    blocks = used.reshape(shape[0], steps[0], shape[1], steps[1], shape[2], steps[2])
    return _lattice(blocks.mean(axis=(1, 3, 5)), lattice.to_lps, steps)


def blurred(lattice: Lattice) -> Lattice:
    """Give a lattice whose values are mixed with their neighbours', so that noise makes no slopes."""
    values = lattice.values
    for axis in range(3):
        padded = np.pad(values, [(1, 1) if each == axis else (0, 0) for each in range(3)], mode="edge")
        before, at, after = (
            padded[tuple(slice(start, start + side) if each == axis else slice(None) for each in range(3))]
            for side in (values.shape[axis],)
            for start in range(3)
        )
        values = np.asarray((before + 2 * at + after) / 4, np.float32)
    return Lattice(np.ascontiguousarray(values), lattice.to_lps, lattice.low, lattice.high)


def _steps(to_lps: NDArray[np.float64], shape: tuple[int, ...], side_mm: float) -> list[int]:
    """Give how many values along (k, j, i) make a block; two blocks at least remain each way."""
    sizes = np.linalg.norm(to_lps[:3, :3], axis=0)[::-1]
    return [min(max(1, round(side_mm / size)), side // 2) for size, side in zip(sizes, shape, strict=True)]


def _lattice(values: NDArray[np.float32], to_lps: NDArray[np.float64], steps_kji: list[int]) -> Lattice:
    steps_ijk = np.array(steps_kji[::-1])
    made = to_lps.copy()
    made[:3, :3] = to_lps[:3, :3] * steps_ijk
    made[:3, 3] = to_lps[:3, :3] @ ((steps_ijk - 1) / 2) + to_lps[:3, 3]
    some = values.reshape(-1)[:: max(1, values.size // _RANGE_SAMPLES)]
    low, high = np.percentile(some, (LOWEST_PERCENT, HIGHEST_PERCENT))
    if low == high:
        low, high = values.min(), values.max()
    return Lattice(values, made, float(low), float(high))


def measured_ends(volume: Volume) -> tuple[float, float]:
    """Give the lowest and the highest value that was measured, no padding and a number; 0 for both where none was."""
    ends = [found for layer in volume.array_kji if (found := _ends_of(layer, volume.padding)) is not None]
    return (min(low for low, _high in ends), max(high for _low, high in ends)) if ends else (0.0, 0.0)


def _ends_of(values: NDArray[Any], padding: tuple[float, float] | None) -> tuple[float, float] | None:
    if padding is not None:
        values = values[(values < padding[0]) | (values > padding[1])]
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else None


@dataclass(frozen=True, eq=False)
class Similarity:
    """What was found for a way between volumes.

    Parameters
    ----------
    value
        Normalised mutual information, 1 (nothing in common) to 2.
    turn, shift
        (3,) each: how it grows with turning the moved points about their centre (a radian about x, y, z), and with
        moving them, a mm.
    share
        Of the points, how many lie in the moving volume.
    """

    value: float
    turn: NDArray[np.float64]
    shift: NDArray[np.float64]
    share: float


class Likeness:
    """Compares a moving volume with a fixed one at scattered points of it, the same ones each time.

    Parameters
    ----------
    fixed, moving
        The volumes.
    points
        How many points at most.
    seed
        Another one gives other points.
    """

    def __init__(self, fixed: Lattice, moving: Lattice, *, points: int, seed: int) -> None:
        chance = np.random.default_rng(seed)
        shape = np.array(fixed.values.shape[::-1], np.float64)
        count = min(points, fixed.values.size)
        ijk = chance.random((3, count)) * (shape[:, None] - 1)
        values, _ = fixed.at(ijk)
        self.points_lps = fixed.to_lps[:3, :3] @ ijk + fixed.to_lps[:3, 3:]
        self._rows = np.clip((values - fixed.low) / (fixed.high - fixed.low) * BINS, 0, BINS - 1).astype(np.int32)
        self._moving = moving
        self._to_ijk = np.linalg.inv(moving.to_lps)
        self._last = np.array(moving.values.shape[::-1], np.float64)[:, None] - 1

    def at(self, turn: NDArray[np.float64], centre: NDArray[np.float64], shift: NDArray[np.float64]) -> Similarity:
        """Compare where a point p of the fixed volume lies at ``turn (p - centre) + centre + shift`` in the moving one.

        Parameters
        ----------
        turn
            3x3.
        centre, shift
            (3,) LPS mm.
        """
        arms = turn @ (self.points_lps - centre[:, None])
        ijk = self._to_ijk[:3, :3] @ (arms + (centre + shift)[:, None]) + self._to_ijk[:3, 3:]
        within = np.minimum(ijk, self._last - ijk)  # how far from the border, in steps of the lattice
        inside = np.flatnonzero((within > 0).all(axis=0))
        share = len(inside) / self.points_lps.shape[1]
        if share < LEAST_SHARE:
            return Similarity(1.0, np.zeros(3), np.zeros(3), share)
        ijk, within = ijk[:, inside], within[:, inside]
        values, slopes = self._moving.at(ijk)
        fading = np.minimum(within, 1.0).astype(np.float32)
        counted = fading.prod(axis=0)
        value, rising, gain = self._compared(values, counted, self._rows[inside])
        # what nears the border counts less and less, so that nothing jumps where points come in or go out
        fades = np.where(within < 1, np.sign(self._last / 2 - ijk) * counted / fading, 0)
        slopes_lps = self._to_ijk[:3, :3].T @ (slopes * rising + fades * gain)
        turned = np.cross(arms[:, inside], slopes_lps, axis=0)
        return Similarity(value, turned.sum(axis=1), slopes_lps.sum(axis=1), share)

    def _compared(
        self, values: NDArray[np.float32], counted: NDArray[np.float32], rows: NDArray[np.int32]
    ) -> tuple[float, NDArray[np.float32], NDArray[np.float32]]:
        """Give the similarity, and how it grows with each value, and with how much each counts."""
        moving = self._moving
        scale = np.float32((BINS - 1) / (moving.high - moving.low))
        place = (values - np.float32(moving.low)) * scale
        is_between = (place > 0) & (place < BINS - 1)
        place = np.clip(place, 0, BINS - 1)
        first = np.minimum(place.astype(np.int32), BINS - 2)
        weights, slopes = _spline(place - first)
        width = BINS + 2  # a spline reaches one bin further on either side
        cells = rows * width + first
        joint = np.zeros(BINS * width)
        for step, weight in enumerate(weights):
            joint += np.bincount(cells + step, weights=weight * counted, minlength=joint.size)[: joint.size]
        total = joint.sum()
        joint /= total
        value, table = _normalised(joint.reshape(BINS, width))
        flat = table.reshape(-1)
        mean = float(flat @ joint)
        parts = [flat.take(cells + step) for step in range(4)]
        gain = (sum(part * weight for part, weight in zip(parts, weights, strict=True)) - mean) / total
        rising = sum(part * slope for part, slope in zip(parts, slopes, strict=True))
        return (
            value,
            np.asarray(rising * counted * is_between * (scale / total), np.float32),
            np.asarray(gain, np.float32),
        )


def _spline(way: NDArray[np.float32]) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """Give the weights of the four bins around a place, and their slopes; ``way`` is from the second to the third."""
    back = 1 - way
    weights = [back**3 / 6, 2 / 3 - way**2 * (2 - way) / 2, 2 / 3 - back**2 * (2 - back) / 2, way**3 / 6]
    slopes = [-(back**2) / 2, way * (3 * way - 4) / 2, back * (4 - 3 * back) / 2, way**2 / 2]
    return weights, slopes


def _normalised(joint: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Give the normalised mutual information of joint shares, and how it grows with each of them."""
    tiny = 1e-12
    log_rows, log_columns, log_joint = (
        np.log(each + tiny) for each in (joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True), joint)
    )
    apart = -float((joint * (log_rows + log_columns)).sum())
    together = max(-float((joint * log_joint).sum()), tiny)
    value = apart / together
    return value, (-(log_rows + log_columns + 2) + value * (log_joint + 1)) / together

"""The numbers of a mask in a volume: size, statistics of its voxels, largest diameter, centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.measure.farthest import farthest, row_ends
from workstation.measure.numbers import Numbers
from workstation.measure.region_values import statistics_numbers
from workstation.measure.sentences import number_of
from workstation.measure.setting import Setting
from workstation.measure.statistics import Counted, counted_of, of_tally
from workstation.model import quantities as q
from workstation.model.geometry import Vector, ijk_to_lps, voxel_volume_mm3
from workstation.model.measurement import Value
from workstation.model.quantities import ATTENUATION
from workstation.model.units import COUNT, LENGTHS, ML, VOXELS, LengthUnit, Unit, modality_unit
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.volume import Volume

_PIECE = 1 << 18
_PLAIN = Setting()

BY_VOXELS = "The volume is the number of voxels times the volume of one."


@dataclass(frozen=True)
class Solid:
    """What a mask in space is.

    Parameters
    ----------
    numbers
        Values, notes, methods and curves; ``pixels`` is the number of voxels.
    centre_lps
        Mean of the centres of its voxels, in mm.
    ends_lps
        The two centres of voxels that are farthest apart.
    """

    numbers: Numbers
    centre_lps: Vector
    ends_lps: tuple[Vector, Vector]


def solid_of(volume: Volume, mask_kji: NDArray[np.bool_], setting: Setting = _PLAIN) -> Solid:
    """Measure a mask in a volume.

    Parameters
    ----------
    volume
        Where it lies. Slices that are not straight above each other (tilted gantry) are no matter: the volume of a
        voxel is the determinant of its edges.
    mask_kji
        (slices, rows, columns), as the array of the volume.
    setting
        Units, scale of values, bins.

    Raises
    ------
    UserError
        If the shapes differ, or the mask is empty.
    """
    if mask_kji.shape != volume.array_kji.shape:
        sizes = " and ".join(" x ".join(map(str, shape[::-1])) for shape in (mask_kji.shape, volume.array_kji.shape))
        raise UserError(f"The mask and the volume have different sizes: {sizes} voxels.", hint="Choose its own series.")
    count = int(np.count_nonzero(mask_kji))
    if not count:
        raise UserError("The mask is empty: no voxel is inside.", hint="Paint or choose another.")
    counted, left_out = counted_inside(volume, mask_kji)
    if setting.scale is not None:
        counted = counted.rescaled(setting.scale.factor, 0.0)
    unit = modality_unit(volume.unit) if setting.scale is None else setting.scale.unit
    of = setting.scale.concept if setting.scale is not None else ATTENUATION if volume.unit == "HU" else None
    told = statistics_numbers(counted, unit, of, setting) if counted.count else Numbers()
    ends_ijk = ends_inside(mask_kji)
    ends = ijk_to_lps(volume.grid, ends_ijk)
    diameter, (one, other) = farthest(ends)
    values = (
        volume_value(count * voxel_volume_mm3(volume.grid), setting.units, count),
        *told.values,
        length_value(diameter, setting.units),
        Value(q.COUNT_OF_PIXELS, count, COUNT),
    )
    notes = (*volume.notes, *left_out, *(() if setting.scale is None else setting.scale.notes))
    numbers = Numbers(values, notes, (BY_VOXELS, *told.methods), told.curves, count)
    centre = ijk_to_lps(volume.grid, [_centre_ijk(mask_kji, count)])[0]
    return Solid(numbers, vector(centre), (vector(ends[one]), vector(ends[other])))


def counted_inside(volume: Volume, mask_kji: NDArray[np.bool_]) -> tuple[Counted, tuple[str, ...]]:
    """Give the modality values inside a mask, and sentences on what was left out.

    Integers of 8 and 16 bits are counted a piece at a time, without a copy of all that is inside.
    """
    array = volume.array_kji
    if array.dtype.kind in "iu" and array.dtype.itemsize <= 2 and array.dtype.isnative:
        counted, left_out = _tallied(array, mask_kji, volume.padding)
    else:
        values = array[mask_kji]
        keep = np.isfinite(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
        if volume.padding is not None:
            keep &= (values < volume.padding[0]) | (values > volume.padding[1])
        left_out = len(values) - int(np.count_nonzero(keep))
        counted = counted_of(values[keep] if left_out else values)
    note = f"{number_of(left_out, 'voxel is', 'voxels are')} padding or no number, and left out of the values."
    return counted.rescaled(volume.slope, volume.intercept), (note,) if left_out else ()


def ends_inside(mask_kji: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the first and last voxels inside of every row of every slice, (n, 3) in order i, j, k."""
    found = []
    for k in np.flatnonzero(mask_kji.any(axis=(1, 2))):
        columns, rows = row_ends(mask_kji[k])
        found.append(np.column_stack([columns, rows, np.full(len(rows), k)]))
    return np.concatenate(found).astype(np.float64)


def volume_value(cubic_mm: float, units: LengthUnit, voxels: int) -> Value:
    """Give a volume in the unit that goes with a unit of length: ml with mm; voxels with pixels."""
    if units == "px":
        return Value(q.VOLUME, voxels, VOXELS)
    _length, _area, volume, size = LENGTHS[units]
    return Value(q.VOLUME, cubic_mm / 1000, ML) if units == "mm" else Value(q.VOLUME, cubic_mm / size**3, volume)


def length_value(mm: float, units: LengthUnit) -> Value:
    """Give the largest diameter in a unit of length; in mm where that is pixels, which differ between directions."""
    unit: Unit
    unit, _area, _volume, size = LENGTHS["mm" if units == "px" else units]
    return Value(q.DIAMETER_3D, mm / size, unit)


def vector(values: NDArray[Any]) -> Vector:
    """Give three numbers as a point."""
    return float(values[0]), float(values[1]), float(values[2])


def _tallied(array: NDArray[Any], mask: NDArray[np.bool_], padding: tuple[float, float] | None) -> tuple[Counted, int]:
    """Count how often each value is inside, by its bits, and how many are padding."""
    size = 1 << (8 * array.dtype.itemsize)
    counts = np.zeros(size, np.int64)
    for slab, inside in zip(array, mask, strict=True):
        values, kept = np.ascontiguousarray(slab).reshape(-1), np.ascontiguousarray(inside).reshape(-1)
        bits = values.view(f"u{array.dtype.itemsize}")
        for at in range(0, len(bits), _PIECE):
            piece = slice(at, at + _PIECE)
            counts += np.bincount(np.compress(kept[piece], bits[piece]), minlength=size)
    low = 0
    if array.dtype.kind == "i":
        counts, low = np.roll(counts, size // 2), -(size // 2)
    left_out = 0
    if padding is not None:
        first, last = (int(np.clip(each - low, -1, size)) for each in (np.ceil(padding[0]), np.floor(padding[1])))
        marked = slice(max(first, 0), max(last + 1, 0))
        left_out = int(counts[marked].sum())
        counts[marked] = 0
    return of_tally(counts, low), left_out


def _centre_ijk(mask: NDArray[np.bool_], count: int) -> Vector:
    """Give the mean place of the voxels inside, a slice at a time."""
    sums = np.zeros(3)
    for k, inside in enumerate(mask):
        across, down = np.count_nonzero(inside, axis=0), np.count_nonzero(inside, axis=1)
        sums += (across @ np.arange(len(across)), down @ np.arange(len(down)), k * int(down.sum()))
    return vector(sums / count)

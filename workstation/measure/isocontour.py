"""Voxels of a sphere above a threshold: metabolic volumes of PET by 41 %, 50 %, a fixed SUV, or PERCIST's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.measure.connected import connected_to
from workstation.measure.percist import LEAN_UNITS
from workstation.measure.spheres import Index, Sphere, box_about, in_sphere, reaches_rim
from workstation.measure.suv_peak import Peak, peak_in
from workstation.model.geometry import ijk_to_lps, voxel_volume_mm3
from workstation.model.measurement import Value
from workstation.model.quantities import MAXIMUM, MEAN, MINIMUM, PEAK, SD_POPULATION, SD_SAMPLE, TOTAL_UPTAKE, VOLUME
from workstation.model.units import GRAM, ML, SUV_BW, Unit, modality_unit
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.scale import Scale
    from workstation.model.annotation import Threshold
    from workstation.model.concepts import Code
    from workstation.model.geometry import Vector
    from workstation.model.volume import Volume

_GRAMS_PER_ML = (*LEAN_UNITS, SUV_BW)


@dataclass(frozen=True)
class Isocontour:
    """The voxels of a sphere that a threshold chooses.

    Parameters
    ----------
    first_kji
        Slice, row, column of the first voxel of the box that holds them.
    inside_kji
        The box, (slices, rows, columns) of bool.
    low, high
        The limits, both included, in ``unit``; None where there is none.
    count, volume_ml
        How many voxels, and their volume.
    mean, sd_sample, sd_population, minimum, maximum
        Of their values, in ``unit``; the sample's deviation is None for a single voxel.
    maximum_lps
        Where the highest value is.
    peak
        The highest mean of a sphere of 1 ml whose centre is a voxel of it; None where none lies wholly in the volume.
    unit, of
        Of the values, and what they are.
    sentences
        How it was made.
    notes
        What a reader has to know.
    """

    first_kji: Index
    inside_kji: NDArray[np.bool_]
    low: float | None
    high: float | None
    count: int
    volume_ml: float
    mean: float
    sd_sample: float | None
    sd_population: float
    minimum: float
    maximum: float
    maximum_lps: Vector
    peak: Peak | None
    unit: Unit
    of: Code | None = None
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """Mean times volume: total lesion glycolysis where values are SUV, in g."""
        return self.mean * self.volume_ml

    def on_slice(self, k: int) -> tuple[int, int, NDArray[np.bool_]] | None:
        """Give left, top and the inside (rows, columns) of slice ``k``; None where it has no voxel there."""
        at = k - self.first_kji[0]
        if not 0 <= at < len(self.inside_kji) or not self.inside_kji[at].any():
            return None
        return self.first_kji[2], self.first_kji[1], self.inside_kji[at]

    def values(self) -> tuple[Value, ...]:
        """Give the numbers, the most important first."""
        made = [
            Value(VOLUME, self.volume_ml, ML),
            Value(MEAN, self.mean, self.unit, self.of),
            Value(MAXIMUM, self.maximum, self.unit, self.of),
            Value(MINIMUM, self.minimum, self.unit, self.of),
            Value(SD_POPULATION, self.sd_population, self.unit, self.of),
        ]
        if self.sd_sample is not None:
            made.insert(4, Value(SD_SAMPLE, self.sd_sample, self.unit, self.of))
        if self.peak is not None:
            made.insert(3, Value(PEAK, self.peak.mean, self.unit, self.of))
        if self.unit in _GRAMS_PER_ML:
            made.append(Value(TOTAL_UPTAKE, self.total, GRAM))
        return tuple(made)


def isocontour(
    volume: Volume,
    sphere: Sphere,
    threshold: Threshold,
    *,
    scale: Scale | None = None,
    connected: bool = True,
) -> Isocontour:
    """Choose the voxels of a sphere by their values.

    A voxel belongs to the sphere where its centre is at most the radius away, and to the result where its value is
    from the low to the high limit, both included.

    Parameters
    ----------
    volume
        Of one series.
    sphere
        In the frame of reference of the volume.
    threshold
        ``percent`` of the highest value in the sphere; ``value`` in modality units; ``suv``, which needs a scale to
        SUVbw; ``percist``, which needs one to SUL.
    scale
        From modality values to those that are given; None: modality values.
    connected
        Only what hangs together with the voxel of the highest value by faces; otherwise all of the sphere.

    Raises
    ------
    UserError
        If the sphere holds no voxel, none reaches the threshold, or the scale is not that of the threshold.
    """
    first, values = box_about(volume, sphere)
    if scale is not None:
        values = values * scale.factor
    candidates = in_sphere(volume, sphere, first, values.shape) & np.isfinite(values)
    if not candidates.any():
        raise UserError("The sphere holds no voxel of the volume.", hint="Draw it larger, or elsewhere.")
    highest = _highest(values, candidates)
    low, high, said = _limits(threshold, float(values[highest]), scale, volume.unit)
    chosen = candidates & _between(values, low, high)
    if not chosen.any():
        raise UserError(
            f"No voxel of the sphere is in the range: {said} The highest value in it is {values[highest]:.4g}.",
            hint="Lower the threshold.",
        )
    start = highest if chosen[highest] else _highest(values, chosen)
    notes = [] if chosen[highest] else ["The highest value of the sphere is above the upper limit."]
    rest = int(chosen.sum())
    if connected:
        chosen = connected_to(chosen, start)
        rest -= int(chosen.sum())
    if reaches_rim(volume, sphere, first, chosen):
        notes.append("The region reaches the rim of the sphere: it may go on beyond it.")
    hangs = "connected by faces to the highest value" if connected else "connected or not"
    sentences = [f"Voxels whose centre is within {sphere.radius_mm:.4g} mm of the middle, {hangs}.", said]
    if connected and rest:
        sentences.append(f"{rest} more voxels of the sphere are in the range, but not connected.")
    return _described(volume, first, values, chosen, low, high, scale, sentences, notes)


def _highest(values: NDArray[np.float64], among: NDArray[np.bool_]) -> Index:
    at = np.unravel_index(int(np.argmax(np.where(among, values, -np.inf))), values.shape)
    return int(at[0]), int(at[1]), int(at[2])


def _between(values: NDArray[np.float64], low: float | None, high: float | None) -> NDArray[np.bool_]:
    chosen = np.ones(values.shape, np.bool_)
    if low is not None:
        chosen &= values >= low
    if high is not None:
        chosen &= values <= high
    return chosen


def _limits(
    threshold: Threshold, highest: float, scale: Scale | None, volume_unit: str
) -> tuple[float | None, float | None, str]:
    """Give the limits in the unit of the values that are given, and a sentence about them."""
    low, high = threshold.low, threshold.high
    if threshold.kind == "percent":
        if highest <= 0:
            raise UserError(
                f"The highest value of the sphere is {highest:.4g}: there is no per cent of it.",
                hint="Give a value as threshold.",
            )
        said = f"{_range(low, high, '%')} of the highest value, {highest:.6g}."
        return _times(low, highest / 100), _times(high, highest / 100), said
    if threshold.kind == "value":
        factor = scale.factor if scale is not None else 1.0
        said = f"Values {_range(low, high, modality_unit(volume_unit).words)}."
        return _times(low, factor), _times(high, factor), said
    needed = LEAN_UNITS if threshold.kind == "percist" else (SUV_BW,)
    if scale is None or scale.unit not in needed:
        name = "SUL (SUV by lean body mass)" if threshold.kind == "percist" else "SUV by body weight"
        raise UserError(f"The threshold is in {name}, the values are not.", hint="Choose that kind of SUV.")
    said = f"Values {_range(low, high, scale.unit.words)}."
    return low, high, said


def _times(limit: float | None, factor: float) -> float | None:
    return None if limit is None else limit * factor


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return "of any size"
    limits = " to ".join(f"{each:.6g}" for each in (low, high) if each is not None)
    end = "or more" if high is None else "or less" if low is None else ""
    return " ".join(filter(None, (limits, unit, end)))


def _described(
    volume: Volume,
    first: Index,
    values: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    low: float | None,
    high: float | None,
    scale: Scale | None,
    sentences: list[str],
    notes: list[str],
) -> Isocontour:
    used = [np.flatnonzero(chosen.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    begin = [int(each[0]) for each in used]
    tight = tuple(slice(int(each[0]), int(each[-1]) + 1) for each in used)
    inside, kept = chosen[tight], values[chosen]
    start = (first[0] + begin[0], first[1] + begin[1], first[2] + begin[2])
    top = _highest(values, chosen)
    at = ijk_to_lps(volume.grid, [(first[2] + top[2], first[1] + top[1], first[0] + top[0])])[0]
    factor = scale.factor if scale is not None else 1.0
    peak = peak_in(volume, start, inside, factor)
    if peak is None:
        notes = [*notes, "No peak: every sphere of 1 ml about a voxel of the region reaches beyond the volume."]
    else:
        sentences = [*sentences, peak.sentence]
    return Isocontour(
        first_kji=start,
        inside_kji=inside,
        low=low,
        high=high,
        count=len(kept),
        volume_ml=len(kept) * voxel_volume_mm3(volume.grid) / 1000,
        mean=float(kept.mean()),
        sd_sample=float(kept.std(ddof=1)) if len(kept) > 1 else None,
        sd_population=float(kept.std()),
        minimum=float(kept.min()),
        maximum=float(kept.max()),
        maximum_lps=(float(at[0]), float(at[1]), float(at[2])),
        peak=peak,
        unit=scale.unit if scale is not None else modality_unit(volume.unit),
        of=scale.concept if scale is not None else None,
        sentences=tuple(sentences) if scale is None else (*sentences, scale.sentence),
        notes=tuple(notes) if scale is None else (*notes, *scale.notes),
    )

"""The values of a frame inside a region, counted: what is padding, colour or no number is left out, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.measure.sentences import number_of
from workstation.measure.statistics import Counted, counted_of
from workstation.model.concepts import Code
from workstation.model.quantities import ATTENUATION
from workstation.model.units import SUV_BW, SUV_LBM_JAMES, SUV_LBM_JAMES_128, SUV_LBM_JANMA, Unit, modality_unit
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.measure.regions import Region
    from workstation.measure.setting import ImageFacts, Scaling, Setting
    from workstation.model.annotation import Threshold
    from workstation.model.frame import Frame, ModalityTransform

_ACTIVITY = Code("110821", "DCM", "Nuclear Medicine Tomographic Activity")
_MR_SIGNAL = Code("110852", "DCM", "MR signal intensity")
_LEAN = (SUV_LBM_JAMES, SUV_LBM_JANMA, SUV_LBM_JAMES_128)


@dataclass(frozen=True)
class Chosen:
    """Values inside a region.

    Parameters
    ----------
    counted
        In modality units, or those of the scale; None where there are none to be had.
    notes
        What was left out, or why there are none.
    methods
        How they were chosen.
    """

    counted: Counted | None
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


def values_inside(frame: Frame, region: Region, scale: Scaling | None = None) -> Chosen:
    """Give the values of the pixels inside a region.

    Parameters
    ----------
    frame
        The image. Of colours, values are given where red, green and blue are alike: then they are greys.
    region
        Inside it.
    scale
        From modality values to others.
    """
    stored = frame.pixels[region.box][region.inside]
    if not len(stored):
        return Chosen(None, ("No pixel centre is inside: there are no values.",))
    if frame.is_colour:
        return _greys(stored)
    from workstation.display.voi import padding_mask

    left_out: list[str] = []
    if frame.padding is not None or stored.dtype.kind == "f":
        padding = padding_mask(stored, frame.padding)
        stored = _without(stored, padding, "padding or no number", left_out)
    if frame.supplemental is not None:
        stored = _without(stored, stored >= frame.supplemental.first_input, "a colour of a palette", left_out)
    if not len(stored):
        return Chosen(None, (*left_out, "No pixel is left: there are no values."))
    counted = modality_counted(counted_of(stored), frame.modality, stored.dtype)
    return Chosen(counted if scale is None else counted.rescaled(scale.factor, 0.0), tuple(left_out))


def modality_counted(counted: Counted, modality: ModalityTransform, stored_type: np.dtype[Any]) -> Counted:
    """Give counted stored values in modality units; integers as `ModalityTransform.apply` gives them."""
    if modality.lut is None:
        return counted.rescaled(modality.slope, modality.intercept)
    stored = counted.values.astype(np.int64 if stored_type.kind in "iub" else np.float64)
    looked_up = modality.apply(stored).astype(np.float64)
    order = np.argsort(looked_up, kind="stable")
    return Counted(looked_up[order], None if counted.counts is None else counted.counts[order])


def unit_of(frame: Frame, setting: Setting) -> Unit:
    """Give the unit in which the values of a frame are measured."""
    return modality_unit(frame.modality.unit) if setting.scale is None else setting.scale.unit


def concept_of(frame: Frame, setting: Setting, facts: ImageFacts | None) -> Code | None:
    """Give what the values of a frame are; None where nothing says so."""
    if setting.scale is not None:
        return setting.scale.concept
    unit = frame.modality.unit.strip().upper()
    if unit in ("HU", "BQML"):
        return ATTENUATION if unit == "HU" else _ACTIVITY
    return _MR_SIGNAL if facts is not None and facts.modality == "MR" and unit in ("", "US") else None


def limits_of(threshold: Threshold, counted: Counted, unit: Unit) -> tuple[float | None, float | None]:
    """Give the lowest and highest value that a threshold lets through, in the unit of the values.

    Raises
    ------
    ValueError
        If the values are not of the kind that it is meant for: the sentence says which it needs.
    """
    if threshold.kind == "percent":
        most = float(counted.values[-1])
        low, high = (None if each is None else each / 100 * most for each in (threshold.low, threshold.high))
        return low, high
    if threshold.kind == "suv" and unit is not SUV_BW:
        raise ValueError(f"It needs body-weight SUV, and these values are {unit.words or 'without a unit'}.")
    if threshold.kind == "percist" and unit not in _LEAN:
        raise ValueError(f"It needs SUV by lean body mass, and these values are {unit.words or 'without a unit'}.")
    if threshold.kind == "value" and unit in (SUV_BW, *_LEAN):
        raise ValueError("It is meant for values of the modality, and these are SUV.")
    return threshold.low, threshold.high


def _without(stored: NDArray[Any], marked: NDArray[np.bool_], what: str, told: list[str]) -> NDArray[Any]:
    count = int(np.count_nonzero(marked))
    if not count:
        return stored
    told.append(f"{number_of(count, 'pixel is', 'pixels are')} {what}, and left out of the values.")
    return stored[~marked]


def _greys(stored: NDArray[Any]) -> Chosen:
    red, green, blue = (stored[:, channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(red, blue):
        return Chosen(counted_of(red), ("Red, green and blue are alike here: their common value is measured.",))
    return Chosen(None, ("These are colours, which have no values to make statistics of.",))

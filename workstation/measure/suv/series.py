"""The factors of all images of a PET series, and whether one holds for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.factor import SuvFactor, check_rescaled, suv_factor
from workstation.measure.suv.kinds import SuvKind
from workstation.measure.suv.reading import earliest_acquisition, suv_inputs

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.measure.scale import Scale
    from workstation.measure.suv.values import SuvInputs

_ONE = 1e-3
"""Factors that differ by less, because times are rounded, are one."""


def suv_of_series(
    datasets: Sequence[Dataset], *, kind: SuvKind = "bw", corrections: Corrections | None = None
) -> tuple[SuvFactor, ...]:
    """Give the factor of each image of a series, all of one frame.

    Parameters
    ----------
    datasets
        The headers of all images: the earliest of them tells when the series began.
    kind
        Which SUV.
    corrections
        What a person gives in place of the headers.

    Raises
    ------
    UserError
        If there is no SUV of any of them, or their headers are of different patients or injections.
    """
    if not datasets:
        return ()
    earliest = earliest_acquisition(datasets)
    given = corrections or Corrections()
    for dataset in datasets:
        check_rescaled(dataset)
    inputs = [suv_inputs(each, earliest=earliest, corrections=given) for each in datasets]
    for each in inputs[1:]:
        _check_same(inputs[0], each)
    return tuple(suv_factor(each, kind) for each in inputs)


def _check_same(one: SuvInputs, other: SuvInputs) -> None:
    for words, first, second in (
        ("units", one.units.value, other.units.value),
        ("body weight", one.weight_kg.value, other.weight_kg.value),
        ("height", one.height_m.value, other.height_m.value),
        ("sex", one.sex.value, other.sex.value),
        ("injected dose", one.dose_bq.value, other.dose_bq.value),
        ("half-life", one.half_life_s.value, other.half_life_s.value),
        ("decay correction", one.decay_correction.value, other.decay_correction.value),
        ("time of injection", str(one.injected_at), str(other.injected_at)),
    ):
        if first != second:
            raise UserError(
                f"There is no SUV: images of the series differ in {words}: {first} and {second}.",
                hint="Open one series alone, or give the value.",
            )


def one_scale(factors: Sequence[SuvFactor]) -> Scale | None:
    """Give the scale that holds for all images; None where each has its own, as without correction for decay."""
    if not factors:
        return None
    first = factors[0]
    alike = all(math.isclose(each.factor, first.factor, rel_tol=_ONE) for each in factors)
    return first.scale() if alike else None

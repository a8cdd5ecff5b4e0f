"""The limit of PERCIST 1.0: how high a lesion's uptake has to be to be measured, by normal tissue."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from workstation.errors import UserError
from workstation.measure.spheres import Sphere, box_about, in_sphere
from workstation.model.units import SUV_LBM_JAMES, SUV_LBM_JAMES_128, SUV_LBM_JANMA
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.scale import Scale
    from workstation.model.volume import Volume

LEAN_UNITS = (SUV_LBM_JAMES, SUV_LBM_JAMES_128, SUV_LBM_JANMA)
"""Units of SUV by lean body mass (SUL)."""
Organ = Literal["liver", "blood"]
RADIUS_MM: dict[Organ, float] = {"liver": 15.0, "blood": 7.2}
"""Of spheres of normal tissue: 3 cm wide in the liver; in the aorta as large as the cylinder of PERCIST, 1 cm wide and
2 cm long."""


@dataclass(frozen=True, slots=True)
class PercistLimit:
    """The least SULpeak of a lesion that PERCIST 1.0 measures, from a region of normal tissue."""

    limit: float
    mean: float
    sd: float
    sentence: str
    notes: tuple[str, ...] = ()


def percist_limit(volume: Volume, sphere: Sphere, *, scale: Scale, organ: Organ = "liver") -> PercistLimit:
    """Give the limit of PERCIST 1.0 (Wahl et al., J Nucl Med 2009; 50: 122S-150S).

    1.5 times the mean of SUL in a sphere of 3 cm in the right lobe of the liver plus two standard deviations; where
    the liver is diseased, 2 times the mean of the blood pool of the descending aorta plus two standard deviations.

    Parameters
    ----------
    volume, sphere
        Where the normal tissue is.
    scale
        To SUL, by any formula for lean body mass.
    organ
        ``liver`` or ``blood``.

    Raises
    ------
    UserError
        If the scale is not to SUL, or the sphere holds fewer than two voxels.
    """
    if scale.unit not in LEAN_UNITS:
        raise UserError(
            f"PERCIST needs SUV by lean body mass (SUL); values are in {scale.unit}.",
            hint="Choose SUVlbm: it needs height, weight and sex.",
        )
    first, values = box_about(volume, sphere)
    inside = in_sphere(volume, sphere, first, values.shape) & np.isfinite(values)
    found = values[inside] * scale.factor
    if len(found) < 2:
        raise UserError("The sphere of normal tissue holds fewer than two voxels.", hint="Draw it larger.")
    mean, sd = float(found.mean()), float(found.std(ddof=1))
    times = 2.0 if organ == "blood" else 1.5
    words = "the blood pool" if organ == "blood" else "the liver"
    limit = times * mean + 2 * sd
    sentence = (
        f"PERCIST 1.0: {times:g} x {mean:.4g} (mean of {words}, {len(found)} voxels) + 2 x {sd:.4g} (its SD, of the "
        f"sample) = {limit:.4g} {scale.unit}."
    )
    notes = []
    if organ != "blood" and not math.isclose(sphere.radius_mm, RADIUS_MM["liver"], rel_tol=0.1):
        notes.append(f"PERCIST takes a sphere of 3 cm in the liver; this one has {sphere.radius_mm / 5:.2g} cm.")
    return PercistLimit(limit, mean, sd, sentence, tuple(notes))

"""The surface of all of a volume that is at or above a value, and which value is meant where none is given."""

from dataclasses import replace

from workstation.errors import UserError
from workstation.model.volume import Volume
from workstation.volume.surfaces import Finish, Surface, surface_of

CT_BONE_HU = 200.0


def threshold_for(volume: Volume, threshold: float | None) -> float:
    """Give the threshold that was asked for, or that of bone in CT.

    Raises
    ------
    UserError
        If none was given, and it is not CT.
    """
    if threshold is not None:
        return threshold
    if volume.unit == "HU":
        return CT_BONE_HU
    raise UserError(
        "Which threshold? These values have no usual one for a surface.",
        hint="Give --threshold, in the values of the images.",
    )


def surface_at(volume: Volume, threshold: float, finish: Finish) -> Surface:
    """Give the surface of all that is at or above a threshold in modality values.

    Raises
    ------
    UserError
        If the volume is in colour, or there is no surface.
    """
    if volume.array_kji.ndim == 4:
        raise UserError("A volume in colour has no threshold.", hint="Choose one in grey.")
    if volume.slope <= 0:
        raise UserError("The values of these images run backwards, which makes no surface.", hint="Give a mask.")
    stored = (threshold - volume.intercept) / volume.slope
    unit = f" {volume.unit}" if volume.unit else ""
    surface = surface_of(volume.array_kji, volume.grid, stored, finish=finish, name=f"At or above {threshold:g}{unit}")
    return replace(surface, notes=(*volume.notes, *surface.notes))

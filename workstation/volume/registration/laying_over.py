"""A second volume over the planes of a first one, as commands draw it: the same picture as in the window."""

from pathlib import Path

import numpy as np

from workstation.display.colour_tables import colour_table
from workstation.display.fusion import Fused, FusedLook, UpperPicture, window_between
from workstation.display.probe import number_text, unit_text
from workstation.display.voi import value_range
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.scale import Scale
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.reading import earliest_acquisition
from workstation.measure.suv.series import one_scale
from workstation.model.frame import Window
from workstation.model.geometry import VolumeGrid, ijk_to_lps, lps_to_ijk
from workstation.model.reading import read_dataset
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sheets import Taking
from workstation.volume.registration.brought import (
    BY_FRAME,
    Brought,
    by_file,
    by_frame_of_reference,
    by_registration,
    instances_of,
)
from workstation.volume.registration.over_parameters import LaidOver
from workstation.volume.registration.rigid import register
from workstation.volume.windows import chosen_voi, modality_of, sample_of, source_voi

OF_UPTAKE = ("PT", "NM")
_POINTS = 12


@dataclass(frozen=True, eq=False)
class LaidVolume:
    """A second volume that is ready to be cut along with a first.

    Parameters
    ----------
    reslicer
        Of its volume, in the frame of reference of the first.
    look
        How it is drawn.
    name
        What it is called.
    how
        How it was brought there.
    factor, unit
        What makes the quantity that is told of its values.
    brought
        Its place.
    """

    reslicer: Reslicer
    look: FusedLook
    name: str
    how: str
    factor: float
    unit: str
    brought: Brought

    def over(self, taking: Taking) -> Fused:
        """Take it where the first volume was taken, as thick as that."""
        upper = UpperPicture(self.reslicer.taken(taking), self.look.window, self.name)
        return Fused(upper, self.look, self.factor, self.unit)

    def lines(self) -> tuple[str, ...]:
        """Give what is written into a picture of it: what it is, the values of its colours, how it came there."""
        return f"+ {self.name}", self.values_text(), self.how.partition(":")[0]

    def told(self) -> str:
        """Say in words how it lies over another."""
        return told_of(self.name, self.look, self.values_text(), self.how)

    def values_text(self) -> str:
        """Give the values at the ends of its colours."""
        low, high = value_range(self.look.window) if self.look.window else (0.0, 0.0)
        return values_words((low * self.factor, high * self.factor), self.unit)


def values_words(between: tuple[float, float], unit: str) -> str:
    """Give the values at the ends of colours in words."""
    return f"{' to '.join(number_text(float(f'{each:.4g}')) for each in between)} {unit}".strip()


def told_of(name: str, look: FusedLook, values: str, how: str) -> str:
    """Say how a volume lies over another: with which values, colours and opacity, and how it came there."""
    colours = f", {look.colours}" if isinstance(look.colours, str) else ""
    return f"{name} over it ({values}{colours}, opacity {look.opacity:g}), {how or BY_FRAME}"


def laid_over(parameters: LaidOver, inputs: tuple[Path, ...], fixed: Volume, job: Job) -> LaidVolume | None:
    """Read a second volume and bring it over the first, as a command asks; None where there is none.

    Parameters
    ----------
    parameters
        What is asked for.
    inputs
        Where the first volume was read from.
    fixed
        The first volume.
    job
        Told how far it is.

    Raises
    ------
    UserError
        If it cannot be brought there; see `workstation.volume.registration.brought`.
    """
    if not parameters.has_over:
        return None
    moving = parameters.open_over(inputs, job)
    if moving.array_kji.ndim != 3:
        raise UserError("The second volume is in colour: it cannot be laid over another.", hint="Choose one in grey.")
    brought = _brought(parameters, fixed, moving, job)
    name = _name(moving)
    if not _touches(fixed.grid, brought.volume.grid):
        job.log(f"{name}: nothing of it lies in the volume, so none of it is seen.")
    factor, unit = 1.0, unit_text(moving.unit)
    scale = _scale(moving, job) if modality_of(moving) == "PT" else None
    if scale is not None:
        factor, unit = scale.factor, scale.unit.words
    return LaidVolume(
        Reslicer(brought.volume), _look(parameters, moving, factor), name, brought.how, factor, unit, brought
    )


def _brought(parameters: LaidOver, fixed: Volume, moving: Volume, job: Job) -> Brought:
    if parameters.registration is not None:
        return by_file(fixed, moving, parameters.registration)
    if not parameters.register:
        return by_frame_of_reference(fixed, moving)
    found = register(fixed, moving, report=lambda done, total: job.progress(done, total, "Registering"))
    brought = by_registration(fixed, moving, found)
    job.log(f"{_name(moving)}: {brought.how}.")
    return brought


def _look(parameters: LaidOver, moving: Volume, factor: float) -> FusedLook:
    is_uptake = modality_of(moving) in OF_UPTAKE
    colours = parameters.over_colours or ("hot-iron" if is_uptake else "viridis")
    colour_table(colours)  # told before any work is done
    opacity = parameters.opacity
    if parameters.over_window is not None:
        low, high = parameters.over_window
        window = window_between(low / factor, high / factor)
    else:
        found = chosen_voi(sample_of(moving, source_voi(moving)), moving)
        window = found if isinstance(found, Window) else window_between(*value_range(found))
    return FusedLook("", (0.7 if is_uptake else 0.5) if opacity is None else opacity, colours, window)


def _scale(moving: Volume, job: Job) -> Scale | None:
    """Give what makes SUV of a PET, where one factor holds for all of it; else say why not."""
    headers = {each.sop_instance_uid: read_dataset(each.place) for each in instances_of(moving)}
    earliest = earliest_acquisition(list(headers.values()))
    try:
        factors = [
            suv_of_frame(headers[each.instance.sop_instance_uid], each.number, earliest=earliest)
            for each in moving.frames
        ]
    except UserError as error:
        job.log(f"{_name(moving)}: {error.message}")
        return None
    scale = one_scale(factors)
    if scale is None:
        job.log(f"{_name(moving)}: its slices have different SUV factors, so its values are shown as they are.")
    return scale


def _name(volume: Volume) -> str:
    first = volume.frames[0].instance
    return clean(first.series_description) or clean(first.modality) or "The second volume"


def _touches(fixed: VolumeGrid, over: VolumeGrid) -> bool:
    """Say whether any of some points spread over one volume lies in the other, or the other way round."""
    return any(_reaches(*pair) for pair in ((fixed, over), (over, fixed)))


def _reaches(one: VolumeGrid, other: VolumeGrid) -> bool:
    last = np.array(one.shape_kji[::-1]) - 1
    spread = np.indices((_POINTS,) * 3).reshape(3, -1).T / (_POINTS - 1) * last
    index = lps_to_ijk(other, ijk_to_lps(one, spread))
    return bool(((index >= -0.5) & (index <= np.array(other.shape_kji[::-1]) - 0.5)).all(axis=1).any())

"""A second volume brought over a first one: by their frame of reference, by a registration, or by one that is saved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.model.index.records import Instance
from workstation.model.reading import read_dataset
from workstation.model.volume import Volume
from workstation.objects.derived_sources import SourceObject, source_object
from workstation.objects.spatial_registration import read_spatial_registration, spatial_registration_dataset
from workstation.objects.writing import save
from workstation.quick_dataclass import dataclass
from workstation.volume.inside import middle_of
from workstation.volume.registration.rigid import Registration, grid_over, turned_deg

_DIRECTIONS = (("left", "right"), ("back", "front"), ("up", "down"))
_LEAST_MM = 0.05
BY_FRAME = "by their frame of reference"


@dataclass(frozen=True, eq=False)
class Brought:
    """A volume over another.

    Parameters
    ----------
    volume
        Its grid is in the frame of reference of the other one.
    how
        In words.
    to_moving
        4x4, from points of the fixed volume to its own, LPS mm; None where both have one frame of reference.
    made_of
        The DICOM object that says so; None where none does.
    """

    volume: Volume
    how: str
    to_moving: NDArray[np.float64] | None = None
    made_of: SourceObject | None = None


def by_frame_of_reference(fixed: Volume, moving: Volume) -> Brought:
    """Take a volume as it lies.

    Raises
    ------
    UserError
        If they don't say that they have the same frame of reference.
    """
    uid = fixed.grid.frame_of_reference_uid
    if not uid or uid != moving.grid.frame_of_reference_uid:
        raise UserError(
            "The volumes have no common frame of reference, so their places cannot be compared.",
            hint="Register them with --register, or name a spatial registration of both with --registration.",
        )
    return Brought(moving, BY_FRAME)


def by_registration(fixed: Volume, moving: Volume, found: Registration) -> Brought:
    """Take a volume as a registration lays it."""
    return Brought(_over(fixed, moving, found.to_moving), how_registered(fixed, found), found.to_moving)


def by_file(fixed: Volume, moving: Volume, path: Path) -> Brought:
    """Take a volume as a saved registration lays it.

    Raises
    ------
    UserError
        If it is about other images.
    Refused
        If it cannot be read.
    """
    to_moving = read_spatial_registration(path).between(instances_of(fixed), instances_of(moving))
    if to_moving is None:
        raise UserError(f"{path.name}: this registration is not about both series.", hint="Choose the one that is.")
    words = way_text(to_moving, middle_of(fixed.grid))
    how, made_of = f"by {path.name}: {words}", source_object(read_dataset(path))
    return Brought(_over(fixed, moving, to_moving), how, to_moving, made_of)


def save_registration(found: Registration, fixed: Volume, moving: Volume, path: Path) -> None:
    """Write a registration as a DICOM object into the study of the fixed volume.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    save(registration_dataset(found, instances_of(fixed), instances_of(moving), middle_of(fixed.grid)), path)


def registration_dataset(
    found: Registration, fixed: Sequence[Instance], moving: Sequence[Instance], middle_lps: Vector
) -> Dataset:
    """Make the DICOM object of a registration, in the study of the fixed volume.

    Parameters
    ----------
    found
        The registration.
    fixed, moving
        The images of both volumes.
    middle_lps
        Of the fixed volume: how far it moves is told in words.

    Raises
    ------
    Refused
        If an image of it cannot be read any more.
    """
    way = way_text(found.to_moving, middle_lps).partition(" (")[0]  # 64 letters are kept
    return spatial_registration_dataset(
        fixed,
        moving,
        found.to_moving,
        read_dataset(fixed[0].place),
        comment=f"{way}; again within {found.spread_mm:.1f} mm",
        now=datetime.now(),
    )


def instances_of(volume: Volume) -> tuple[Instance, ...]:
    """Give the images of a volume, each once."""
    return tuple({each.instance.sop_instance_uid: each.instance for each in volume.frames}.values())


def how_registered(fixed: Volume, found: Registration) -> str:
    """Say what was found, and how sure it is."""
    return (
        f"registered: {way_text(found.to_moving, middle_of(fixed.grid))}; found again within {found.spread_mm:.1f} mm"
    )


def way_text(to_moving: NDArray[np.float64], middle_lps: Sequence[float]) -> str:
    """Say how far it turns, and how far and where to it moves the middle of the fixed volume."""
    way = to_moving[:3, :3] @ np.asarray(middle_lps) + to_moving[:3, 3] - middle_lps
    parts = [
        f"{abs(part):.1f} {words[int(part < 0)]}"
        for part, words in zip(way, _DIRECTIONS, strict=True)
        if abs(part) >= _LEAST_MM
    ]
    where = f" ({', '.join(parts)})" if parts else ""
    return f"turned {turned_deg(to_moving):.1f}°, moved {np.linalg.norm(way):.1f} mm{where}"


def _over(fixed: Volume, moving: Volume, to_moving: NDArray[np.float64]) -> Volume:
    return replace(moving, grid=grid_over(to_moving, moving.grid, fixed.grid.frame_of_reference_uid))

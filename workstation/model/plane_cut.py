"""A plane cut out of a volume, as a measurement on it remembers it: enough to cut the same pixels again."""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, is_usable
from workstation.quick_dataclass import dataclass

Interpolation = Literal["nearest", "linear", "cubic"]
Projection = Literal["mip", "minip", "mean", "sum"]

INTERPOLATIONS: tuple[Interpolation, ...] = get_args(Interpolation)
PROJECTIONS: tuple[Projection, ...] = get_args(Projection)
SHORT: dict[Projection, str] = {"mip": "MIP", "minip": "MinIP", "mean": "Mean", "sum": "Sum"}
THICKEST_MM = 10_000.0
MOST_PX = 65_535
_NUMBERS = 11
_LONGEST_WORDS = 256


@dataclass(frozen=True, slots=True)
class PlaneCut:
    """Pixels on a plane of a volume.

    Parameters
    ----------
    plane
        Where they lie in the patient.
    size_px
        Columns and rows.
    stack
        Label of the stack of the series that the volume is made of (a time, an echo); empty where there is one.
    thickness_mm, projection
        How thick a slab is, and what of the values across it is taken; 0 for the plane alone.
    interpolation
        Between voxels.
    is_as_taken
        Slices of uneven spacing were kept as they were taken, instead of made even.
    """

    plane: Plane
    size_px: tuple[int, int]
    stack: str = ""
    thickness_mm: float = 0.0
    projection: Projection = "mip"
    interpolation: Interpolation = "linear"
    is_as_taken: bool = False

    def __post_init__(self) -> None:
        if not (is_usable(self.plane) and self.plane.spacing.is_metric):
            raise ValueError("the pixels of a cut lie on no plane")
        if not all(1 <= each <= MOST_PX for each in self.size_px):
            raise ValueError(f"a cut of {self.size_px[0]} x {self.size_px[1]} pixels")
        if not 0 <= self.thickness_mm <= THICKEST_MM:
            raise ValueError(f"a slab of {self.thickness_mm} mm")

    @property
    def is_thin(self) -> bool:
        """Whether it is the plane alone."""
        return self.thickness_mm == 0

    def slab_text(self) -> str:
        """Give the slab in words; empty for a plane alone."""
        return slab_words(self.thickness_mm, self.projection)


def slab_words(thickness_mm: float, projection: Projection) -> str:
    """Say how thick a slab is, and what of it is taken: ``MIP 20 mm``; empty for a plane alone."""
    return f"{SHORT[projection]} {round(thickness_mm, 1):g} mm" if thickness_mm else ""


def cut_json(cut: PlaneCut) -> dict[str, Any]:
    """Give it as JSON values, for `cut_of_json`."""
    plane = cut.plane
    sides = (plane.spacing.between_rows, plane.spacing.between_columns)
    return {
        "plane": [*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps, *sides],
        "frame_of_reference": plane.frame_of_reference_uid,
        "size": list(cut.size_px),
        "stack": cut.stack,
        "thickness_mm": cut.thickness_mm,
        "projection": cut.projection,
        "interpolation": cut.interpolation,
        "as_taken": cut.is_as_taken,
    }


def cut_of_json(value: object) -> PlaneCut:
    """Give what `cut_json` was given.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is anything else.
    """
    if not isinstance(value, dict):
        raise TypeError("a cut is no record")
    uid, stack, as_taken = value["frame_of_reference"], value["stack"], value["as_taken"]
    if not (isinstance(uid, str) and isinstance(stack, str) and max(len(uid), len(stack)) <= _LONGEST_WORDS):
        raise TypeError("the words of a cut are none")
    size = tuple(value["size"])
    if len(size) != 2 or not all(isinstance(each, int) and not isinstance(each, bool) for each in size):
        raise TypeError("the size of a cut is no two whole numbers")
    return PlaneCut(
        plane_of_numbers([_number(each) for each in value["plane"]], uid),
        (size[0], size[1]),
        stack,
        _number(value["thickness_mm"]),
        projection_named(value["projection"]),
        interpolation_named(value["interpolation"]),
        as_taken is True,
    )


def plane_of_numbers(numbers: list[float], frame_of_reference_uid: str) -> Plane:
    """Give a plane by origin, direction of rows, of columns, distance of rows, of columns.

    Raises
    ------
    ValueError
        If these are not eleven.
    """
    if len(numbers) != _NUMBERS:
        raise ValueError(f"a plane of {len(numbers)} numbers")
    origin, row, column = (_vector(numbers[start : start + 3]) for start in (0, 3, 6))
    return Plane(
        origin, row, column, Spacing(numbers[9], numbers[10], SpacingSource.PIXEL_SPACING), frame_of_reference_uid
    )


def projection_named(name: object) -> Projection:
    """Give a projection by its name; ValueError where it is none."""
    if name not in PROJECTIONS:
        raise ValueError(f"{name!r} is no projection")
    return name


def interpolation_named(name: object) -> Interpolation:
    """Give an interpolation by its name; ValueError where it is none."""
    if name not in INTERPOLATIONS:
        raise ValueError(f"{name!r} is no interpolation")
    return name


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _vector(values: list[float]) -> Vector:
    return values[0], values[1], values[2]

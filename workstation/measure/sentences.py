"""Sentences that stand beside numbers: where values and lengths come from, how an image lies, what was left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workstation.model.geometry import Plane, Spacing, is_usable, main_orientation, plane_normal_lps, point_to_lps
from workstation.model.text import clean
from workstation.model.units import modality_unit

if TYPE_CHECKING:
    from workstation.measure.setting import Scaling
    from workstation.model.annotation import Point
    from workstation.model.frame import Frame, ModalityTransform
    from workstation.model.geometry import Vector

_SIDES = (("L", "R"), ("P", "A"), ("H", "F"))
_AXES = {"sagittal": 0, "coronal": 1, "axial": 2}
_STRAIGHT = 0.9998
"""Cosine of one degree: a plane whose normal leans less is not called oblique."""


def plane_words(plane: Plane | None, shape: tuple[int, int]) -> str:
    """Say how an image lies, and where its middle is: ``axial, H 120.5 mm``; empty where it has no plane.

    Parameters
    ----------
    plane
        Of the image.
    shape
        Its rows and columns.
    """
    return "" if plane is None or not is_usable(plane) else place_words(plane, shape)


def place_words(plane: Plane, shape: tuple[int, int]) -> str:
    """Say the same of a plane that is known to be usable."""
    name, leans = _lies(plane.along_row_lps, plane.along_column_lps)
    axis = _AXES[name]
    middle = point_to_lps(plane, ((shape[1] - 1) / 2, (shape[0] - 1) / 2))[axis]
    side = _SIDES[axis][0 if round(middle, 1) >= 0 else 1]
    return f"{'oblique, nearest to ' if leans else ''}{name}, {side} {abs(middle):.1f} mm"


@lru_cache(maxsize=32)
def _lies(along_row_lps: Vector, along_column_lps: Vector) -> tuple[str, bool]:
    """Name the plane of the patient, and tell whether images of these directions lean away from it."""
    plane = Plane((0.0, 0.0, 0.0), along_row_lps, along_column_lps, Spacing())
    name = main_orientation(plane)
    return name, abs(plane_normal_lps(plane)[_AXES[name]]) < _STRAIGHT


def values_words(modality: ModalityTransform, scale: Scaling | None = None) -> str:
    """Say how stored values became those that were measured: ``stored - 1024 (Rescale Intercept) = HU``."""
    unit = clean(modality_unit(modality.unit).words)
    if modality.lut is not None:
        words = "stored, through the modality LUT"
    elif modality.slope == 1 and modality.intercept == 0:
        words = "as stored"
    else:
        words = _rescaled(modality.slope, modality.intercept)
    words = f"{words} = {unit}" if unit else words
    if scale is None:
        return words
    return f"({words}) x {scale.factor:.8g} = {scale.unit}. {scale.sentence}"


def _rescaled(slope: float, intercept: float) -> str:
    """Say what is done to stored values, and which attributes say so; what changes nothing is left out."""
    by, added = slope != 1, intercept != 0
    words = f"stored{f' x {slope:.10g}' if by else ''}"
    if added:
        words += f" {'-' if intercept < 0 else '+'} {abs(intercept):.10g}"
    names = ", ".join(["Rescale Slope"] * by + ["Rescale Intercept"] * added)
    return f"{words} ({names})"


_END = r"(?<=[.;]) (?=[A-Z0-9])"


def sentences_of(words: str) -> tuple[str, ...]:
    """Part what was said into its sentences, so that each can stand on a line of its own; nothing for nothing."""
    return tuple(re.split(_END, words)) if words else ()


def outside_note(points_px: tuple[Point, ...], frame: Frame) -> str:
    """Say how many points lie beside the image; empty where none does."""
    rows, columns = frame.pixels.shape[:2]
    away = sum(not (-0.5 <= x <= columns - 0.5 and -0.5 <= y <= rows - 0.5) for x, y in points_px)
    if not away:
        return ""
    if len(points_px) == 1:
        return f"It lies outside the image of {columns} x {rows} pixels."
    return f"{away} of its {len(points_px)} points {'lies' if away == 1 else 'lie'} outside the image."


def number_of(count: int, one: str, many: str) -> str:
    """Give a count with its noun."""
    return f"1 {one}" if count == 1 else f"{count} {many}"

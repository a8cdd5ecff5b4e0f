"""The ruler of a frame: true proportions of its pixels, and how many units of length they are across and down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.units import LENGTHS

if TYPE_CHECKING:
    from workstation.measure.setting import Setting
    from workstation.model.units import Unit

Points = NDArray[np.float64]

_TOLD = (SpacingSource.IMAGER, SpacingSource.NOMINAL_SCANNED)
"""A length made with these is not that in the patient, so their note stands beside every number."""


@dataclass(frozen=True, slots=True)
class Metric:
    """How points of a frame become lengths.

    Parameters
    ----------
    shape
        Width and height of a pixel in true proportion: angles are made with it, and circles are round.
    scale
        Width and height of a pixel in ``length``; (1, 1) in pixels.
    length, area, volume
        Units; in pixels never metric.
    spacing
        What it was made of; that of no distance where the file's is none.
    notes
        Sentences that belong beside every length.
    """

    shape: tuple[float, float]
    scale: tuple[float, float]
    length: Unit
    area: Unit
    volume: Unit
    spacing: Spacing
    notes: tuple[str, ...] = ()

    @property
    def is_metric(self) -> bool:
        """Whether lengths are lengths, not pixels."""
        return self.length is not LENGTHS["px"][0]

    @property
    def pixel_area(self) -> float:
        """Area of a pixel in ``area``."""
        return self.scale[0] * self.scale[1]

    def scaled(self, points_px: object) -> Points:
        """Give points (n, 2), column and row, in ``length``."""
        return np.asarray(points_px, dtype=np.float64) * self.scale

    def shaped(self, points_px: object) -> Points:
        """Give points (n, 2), column and row, in true proportion."""
        return np.asarray(points_px, dtype=np.float64) * self.shape


def metric_of(spacing: Spacing, setting: Setting) -> Metric:
    """Give the ruler of a frame.

    Parameters
    ----------
    spacing
        Of the frame; that of the calibration goes before it.
    setting
        Units and calibration.
    """
    found = spacing if setting.calibration is None else setting.calibration.spacing
    sides = found.between_columns, found.between_rows
    notes: list[str] = []
    if not all(math.isfinite(side) and side > 0 for side in sides):
        words = f"{found.between_rows:g} and {found.between_columns:g}"
        notes.append(f"The spacing of the pixels ({found.source}: {words}) is no distance: lengths are in pixels.")
        found, sides = Spacing(), (1.0, 1.0)
    elif found.source is SpacingSource.ASPECT_RATIO:
        notes.append(
            f"Of the pixels only the shape is known ({found.source}): lengths count pixels across and down alike, "
            "areas count pixels; angles are true."
        )
    elif not found.is_metric:
        notes.append("The image says no spacing of its pixels: lengths are in pixels.")
    elif found.note and found.source in _TOLD:
        notes.append(f"{found.source}: {found.note}.")
    in_pixels = setting.units == "px" or not found.is_metric
    length, area, volume, size = LENGTHS["px" if in_pixels else setting.units]
    scale = (1.0, 1.0) if in_pixels else (sides[0] / size, sides[1] / size)
    return Metric(sides, scale, length, area, volume, found, tuple(notes))

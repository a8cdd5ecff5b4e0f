"""The ruler of a frame: true proportions of its pixels, and how many units of length they are across and down."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.model.geometry import Spacing
from workstation.model.units import LENGTHS
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.measure.calibration import Calibration
    from workstation.model.annotation import Point
    from workstation.model.frame import Frame
    from workstation.model.units import LengthUnit, Unit

_ALIKE = 1e-6
_LEAST_MM, _MOST_MM = 1e-9, 1e6
"""Pixels of no device are nearer or farther from each other; beyond, areas and volumes would overflow."""


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

    def distance(self, one: Point, other: Point) -> float:
        """Give how far two points (column, row) are apart, in ``length``."""
        return math.hypot((other[0] - one[0]) * self.scale[0], (other[1] - one[1]) * self.scale[1])

    def scaled(self, points_px: object) -> NDArray[np.float64]:
        """Give points (n, 2), column and row, in ``length``."""
        import numpy as np

        return np.asarray(points_px, dtype=np.float64) * self.scale

    def shaped(self, points_px: object) -> NDArray[np.float64]:
        """Give points (n, 2), column and row, in true proportion."""
        import numpy as np

        return np.asarray(points_px, dtype=np.float64) * self.shape


def metric_of(calibration: Calibration, units: LengthUnit) -> Metric:
    """Give the ruler of a calibration, with lengths in a unit where there are any.

    In pixels lengths count pixels across and down alike, and areas count pixels, whatever the shape of a pixel is.
    """
    spacing = calibration.spacing
    sides = spacing.between_columns, spacing.between_rows
    in_pixels = units == "px" or not spacing.is_metric
    length, area, volume, size = LENGTHS["px" if in_pixels else units]
    scale = (1.0, 1.0) if in_pixels else (sides[0] / size, sides[1] / size)
    notes = list(calibration.notes)
    if in_pixels and spacing.is_metric and not math.isclose(*sides, rel_tol=_ALIKE):
        notes.append("Pixels are not square here: lengths in pixels count them across and down alike.")
    return Metric(sides, scale, length, area, volume, spacing, tuple(notes))


def checked(frame: Frame) -> tuple[Frame, tuple[str, ...]]:
    """Give a frame without a spacing that is no distance (zero, negative, beyond all measure); that is told."""
    spacing = frame.spacing
    if all(_LEAST_MM <= side <= _MOST_MM for side in (spacing.between_rows, spacing.between_columns)):
        return frame, ()
    words = f"{spacing.between_rows:g} between rows, {spacing.between_columns:g} between columns"
    return replace(frame, spacing=Spacing()), (f"The spacing of its pixels ({words}) is no distance: it is left out.",)

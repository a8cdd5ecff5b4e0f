"""Transfer functions: which colour and how much opacity a value gets in a volume rendering.

They are JSON files (docs/volume-rendering.md, "tf.json"), and those that come with the program are such files too.
"""

import math
from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.quick_dataclass import dataclass

Colour = tuple[float, float, float]
"""Red, green, blue, from 0 to 1."""

Values = Literal["modality", "relative"]
Removed = Literal["table", "skin", "bone"]
Method = Literal["composite", "mip", "minip", "average", "isosurface"]


@dataclass(frozen=True, slots=True)
class TransferPoint:
    """What one value looks like; between two points, colour and opacity change evenly.

    Parameters
    ----------
    value
        In modality units, or from 0 to 1 over the range of the volume; see `TransferFunction.values`.
    colour
        Red, green, blue, from 0 to 1.
    opacity
        From 0 to 1: what a layer as thick as `TransferFunction.opacity_distance_mm` takes of the light behind it.
    """

    value: float
    colour: Colour
    opacity: float


@dataclass(frozen=True, slots=True)
class Shading:
    """How a surface answers a light beside the eye (Phong).

    Parameters
    ----------
    ambient, diffuse, specular
        Shares of light from everywhere, of light by the slope of the surface, and of gloss; 0 to 1.
    specular_power
        How small the gloss is; 1 to 128.
    """

    ambient: float = 0.15
    diffuse: float = 0.85
    specular: float = 0.2
    specular_power: float = 12.0


@dataclass(frozen=True, slots=True)
class TransferFunction:
    """How values look.

    Parameters
    ----------
    points
        At least two, values ascending. Values beyond them look like the nearest point.
    name, description, modality
        For people, and for whom the function is meant (``CT``, ``MR``, ``PT``; empty for any).
    values
        ``modality``: the values of the points are modality values (HU in CT). ``relative``: 0 is the low and 1 the
        high end of what the volume holds (its 1st and 99.8th percentile), for modalities without absolute values.
    gradient_opacity
        (change of value per mm, factor of opacity from 0 to 1), ascending: even tissue made clear, borders kept. With
        relative values the changes are parts of the range per mm. Empty for none.
    shading
        None for none.
    opacity_distance_mm
        See `TransferPoint.opacity`.
    method, background, removes
        What the function is made for, the colour behind it, and what of a CT is better taken out for it.
    """

    points: tuple[TransferPoint, ...]
    name: str = ""
    description: str = ""
    modality: str = ""
    values: Values = "modality"
    gradient_opacity: tuple[tuple[float, float], ...] = ()
    shading: Shading | None = Shading()
    opacity_distance_mm: float = 1.0
    method: Method = "composite"
    background: Colour = (0.0, 0.0, 0.0)
    removes: tuple[Removed, ...] = ()

    def __post_init__(self) -> None:
        values = [point.value for point in self.points]
        if (
            len(values) < 2
            or not all(map(math.isfinite, values))
            or any(after <= before for before, after in pairwise(values))
        ):
            raise ValueError("a transfer function has at least two points with ascending values")
        if not self.opacity_distance_mm > 0:
            raise ValueError("the distance of opacity is above 0")

    @property
    def span(self) -> tuple[float, float]:
        """The values of the first and the last point."""
        return self.points[0].value, self.points[-1].value

    def resolved(self, low: float, high: float) -> "TransferFunction":
        """Give the function in modality values, for a volume whose range is ``low`` to ``high``."""
        if self.values == "modality":
            return self
        width = high - low if high > low else 1.0
        gradients = tuple((change * width, factor) for change, factor in self.gradient_opacity)
        points = tuple(replace(point, value=low + point.value * width) for point in self.points)
        return replace(self, points=points, values="modality", gradient_opacity=gradients)

    def stretched(self, low: float, high: float) -> "TransferFunction":
        """Give the function with its points moved evenly, the first to ``low`` and the last to ``high``."""
        first, last = self.span
        factor = (high - low) / (last - first)
        if not factor > 0:
            raise ValueError("the high end is above the low one")
        return replace(
            self, points=tuple(replace(point, value=low + (point.value - first) * factor) for point in self.points)
        )

    def shifted(self, by: float) -> "TransferFunction":
        """Give the function with all points moved by a value."""
        return replace(self, points=tuple(replace(point, value=point.value + by) for point in self.points))

    def opacity_at(self, values: ArrayLike) -> NDArray[np.float64]:
        """Give the opacity of values, in the units of the points."""
        known = [point.value for point in self.points]
        return np.asarray(np.interp(np.asarray(values, float), known, [point.opacity for point in self.points]))

    def colour_at(self, value: float) -> Colour:
        """Give the colour of a value, in the units of the points."""
        points = self.points
        right = bisect_right([point.value for point in points], value)
        if right == 0:
            return points[0].colour
        if right == len(points):
            return points[-1].colour
        before, after = points[right - 1], points[right]
        share = (value - before.value) / (after.value - before.value)
        mixed = [(1 - share) * a + share * b for a, b in zip(before.colour, after.colour, strict=True)]
        return mixed[0], mixed[1], mixed[2]


def grey_ramp(low: float, high: float, *, name: str = "", opacity: float = 1.0) -> TransferFunction:
    """Give black at ``low`` to white at ``high``, its opacity growing with the value up to ``opacity``."""
    black, white = TransferPoint(low, (0.0, 0.0, 0.0), 0.0), TransferPoint(high, (1.0, 1.0, 1.0), opacity)
    return TransferFunction((black, white), name=name)

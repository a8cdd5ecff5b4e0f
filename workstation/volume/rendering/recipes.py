"""From modality values, in which people think, to the stored values that ray casters see."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.look3d import CT_THRESHOLD_HU, Look3D
from workstation.volume.looks.transfer import Shading, TransferFunction, TransferPoint

LOW_PERCENT, HIGH_PERCENT = 1.0, 99.8
AIR_HU = -1024.0
_SAMPLES = 2_000_000
_SURFACE_WIDTH = 0.03
"""Part of the range over which an isosurface becomes opaque: narrower ones show the steps of the rays."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What values a volume holds.

    Parameters
    ----------
    low, high
        Range in modality values: the 1st and 99.8th percentile of what is measured.
    slope, intercept
        Modality value = stored value * slope + intercept.
    least, most
        Smallest and largest stored value.
    kind
        Type of the stored values.
    unit
        Of modality values.
    has_numbers
        Whether any voxel has one.
    is_inverse
        Whether low values are bright in greys (MONOCHROME1).
    """

    low: float
    high: float
    slope: float
    intercept: float
    least: float
    most: float
    kind: "np.dtype[Any]"
    unit: str
    has_numbers: bool = True
    is_inverse: bool = False

    def stored(self, value: float) -> float:
        """Give the stored value of a modality value."""
        return (value - self.intercept) / self.slope

    @property
    def outside(self) -> float:
        """Stored value of what a tilted stack of slices does not reach: air in CT, the low end elsewhere."""
        return max(self.stored(AIR_HU if self.unit == "HU" else self.low), self.least)

    @property
    def below(self) -> float:
        """A stored value under all that are there, as far as the type goes."""
        lowest = float(np.iinfo(self.kind).min) if self.kind.kind in "iu" else -np.inf
        return max(self.least - 1, lowest)

    @property
    def above(self) -> float:
        """A stored value over all that are there, as far as the type goes."""
        highest = float(np.iinfo(self.kind).max) if self.kind.kind in "iu" else np.inf
        return min(self.most + 1, highest)

    def nothing(self, look: Look3D) -> float:
        """Give the stored value for voxels that a look hides: one that it does not show."""
        if look.method == "minip":
            return self.above
        if look.method != "composite":
            return self.below
        function = stored_function(look, self)
        clear = [value for value in (self.below, self.above) if function.opacity_at(value) == 0]
        clear = clear or [point.value for point in function.points if point.opacity == 0] or [self.below]
        middle = self.stored((self.low + self.high) / 2)
        return min(clear, key=lambda value: _seen_between(function, middle, value))


def _seen_between(function: TransferFunction, a: float, b: float) -> float:
    """Give how much is seen of the values that come about where what is there borders on what is hidden."""
    return float(function.opacity_at(np.linspace(a, b, 65)).mean())


def scale_of(volume: Volume) -> Scale:
    """Look at a part of the voxels, spread evenly, for their range; at all of them for the ends."""
    array = volume.array_kji
    step = max(1, round((array.size / _SAMPLES) ** (1 / 3)))
    sample = _measured(array[::step, ::step, ::step], volume.padding)
    ends = np.percentile(sample, (LOW_PERCENT, HIGH_PERCENT)) if sample.size else np.zeros(2)
    low, high = sorted((ends * volume.slope + volume.intercept).tolist())
    known = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    kind = array.dtype if array.ndim == 3 else np.dtype(np.float32)
    first = volume.frames[0].instance if volume.frames else None
    is_inverse = first is not None and first.photometric_interpretation == "MONOCHROME1"
    return Scale(
        low, high, volume.slope, volume.intercept, least, most, kind, volume.unit, bool(known.size), is_inverse
    )


def _measured(sample: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[Any]:
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    return sample if padding is None else sample[(sample < padding[0]) | (sample > padding[1])]


def stored_function(look: Look3D, scale: Scale) -> TransferFunction:
    """Give colours and opacity of a look, for stored values."""
    if look.method == "isosurface":
        function = _surface(look, scale)
    elif look.method == "composite":
        function = look.function_for(scale.low, scale.high)
    else:
        function = _projected(look, scale)
    if look.is_shaded is not None:
        function = replace(function, shading=(function.shading or Shading()) if look.is_shaded else None)
    return _in_stored_values(function, scale)


def threshold_of(look: Look3D, scale: Scale) -> float:
    """Give the modality value of an isosurface."""
    if look.threshold is not None:
        return look.threshold
    return CT_THRESHOLD_HU if scale.unit == "HU" else (scale.low + scale.high) / 2


def _surface(look: Look3D, scale: Scale) -> TransferFunction:
    threshold = threshold_of(look, scale)
    width = max((scale.high - scale.low) * _SURFACE_WIDTH, 1e-6)
    empty = TransferPoint(threshold - width / 2, look.surface_colour, 0.0)
    return TransferFunction((empty, TransferPoint(threshold + width / 2, look.surface_colour, 1.0)))


def _projected(look: Look3D, scale: Scale) -> TransferFunction:
    """Give a function whose colour alone tells the value; what stands for nothing is clear."""
    function = look.function_for(scale.low, scale.high)
    if scale.is_inverse and look.transfer is None:
        function = _inverted(function)
    points = [replace(point, opacity=1.0) for point in function.points]
    modality = [value * scale.slope + scale.intercept for value in (scale.below, scale.least, scale.most, scale.above)]
    below, least, most, above = modality if scale.slope > 0 else modality[::-1]
    if look.method == "minip" and most < above:
        points = [each for each in points if each.value < most]
        points += [_at(function, most, 1.0), _at(function, above, 0.0)]
    if look.method == "mip" and below < least:
        points = [
            _at(function, below, 0.0),
            _at(function, least, 1.0),
            *(each for each in points if each.value > least),
        ]
    return replace(function, points=tuple(points), gradient_opacity=(), shading=None)


def _inverted(function: TransferFunction) -> TransferFunction:
    def turned(point: TransferPoint) -> TransferPoint:
        red, green, blue = point.colour
        return replace(point, colour=(1 - red, 1 - green, 1 - blue))

    return replace(function, points=tuple(turned(each) for each in function.points))


def _at(function: TransferFunction, value: float, opacity: float) -> TransferPoint:
    return TransferPoint(value, function.colour_at(value), opacity)


def _in_stored_values(function: TransferFunction, scale: Scale) -> TransferFunction:
    if scale.slope == 1.0 and scale.intercept == 0.0:
        return function
    points = [replace(point, value=scale.stored(point.value)) for point in function.points]
    if scale.slope < 0:
        points.reverse()
    changes = tuple((change / abs(scale.slope), factor) for change, factor in function.gradient_opacity)
    return replace(function, points=tuple(points), gradient_opacity=changes)

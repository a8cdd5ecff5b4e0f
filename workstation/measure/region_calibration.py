"""Which region of an ultrasound picture holds a measurement, and what its axes count (PS3.3 C.8.5.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workstation.errors import UserError
from workstation.model.annotation import Point
from workstation.model.pixels.ultrasound import AxisUnit, RegionAxis, RegionFormat, UltrasoundRegion
from workstation.model.units import CM_PER_SECOND, DECIBEL, DEGREES, HERTZ, MM, PERCENT, PIXELS, SECONDS, Unit
from workstation.quick_dataclass import dataclass

_ALIKE = 1e-3
_UNITS: dict[AxisUnit, tuple[Unit, float]] = {
    AxisUnit.NONE: (PIXELS, 1.0),
    AxisUnit.PERCENT: (PERCENT, 1.0),
    AxisUnit.DECIBEL: (DECIBEL, 1.0),
    AxisUnit.CENTIMETRES: (MM, 10.0),
    AxisUnit.SECONDS: (SECONDS, 1.0),
    AxisUnit.HERTZ: (HERTZ, 1.0),
    AxisUnit.DECIBEL_PER_SECOND: (Unit("dB/s", "dB/s", "decibel per second"), 1.0),
    AxisUnit.CENTIMETRES_PER_SECOND: (CM_PER_SECOND, 1.0),
    AxisUnit.SQUARE_CENTIMETRES: (Unit("cm2", "cm²", "square centimeter", 2), 1.0),
    AxisUnit.SQUARE_CENTIMETRES_PER_SECOND: (Unit("cm2/s", "cm²/s", "square centimeter per second", 2), 1.0),
    AxisUnit.CUBIC_CENTIMETRES: (Unit("cm3", "cm³", "cubic centimeter", 2), 1.0),
    AxisUnit.CUBIC_CENTIMETRES_PER_SECOND: (Unit("cm3/s", "cm³/s", "cubic centimeter per second", 2), 1.0),
    AxisUnit.DEGREES: (DEGREES, 1.0),
}
_FORMATS = {
    RegionFormat.NONE: "region",
    RegionFormat.TWO_DIMENSIONAL: "2D",
    RegionFormat.M_MODE: "M mode",
    RegionFormat.SPECTRAL: "spectral Doppler",
    RegionFormat.WAVEFORM: "wave form",
    RegionFormat.GRAPHICS: "graphics",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """What steps along a direction of the image stand for.

    Parameters
    ----------
    unit
        Of the quantity; pixels where the file has none.
    per_px
        How much of it a step of a pixel is, to the right or down; signed.
    zero_px
        The column, or row, at which it is 0; None where only differences are known.
    """

    unit: Unit
    per_px: float
    zero_px: float | None = None

    def difference(self, first_px: float, last_px: float) -> float:
        """Give how much it grows from one column (row) to another."""
        return (last_px - first_px) * self.per_px

    def value(self, at_px: float) -> float | None:
        """Give its value at a column (row); None where only differences are known."""
        return None if self.zero_px is None else (at_px - self.zero_px) * self.per_px


def axes_of(region: UltrasoundRegion) -> tuple[Axis, Axis]:
    """Give what a step to the right and a step down stand for in a region; lengths are in mm."""
    return _axis(region.across), _axis(region.down)


def _axis(axis: RegionAxis) -> Axis:
    unit, factor = _UNITS[axis.unit]
    if not axis.has_scale:
        return Axis(PIXELS, 1.0)
    return Axis(unit, axis.delta * factor, axis.zero_px)


def has_scale(region: UltrasoundRegion) -> bool:
    """Tell whether any axis of a region counts anything but pixels."""
    return region.across.has_scale or region.down.has_scale


def describe(region: UltrasoundRegion) -> str:
    """Give a region in words: what it shows, where, and what its axes count."""
    left, top, right, bottom = region.rectangle_px
    across, down = axes_of(region)
    axes = "" if region.measures_lengths else f", {across.unit} across and {down.unit} down"
    return f"{_FORMATS[region.format]}, columns {left} to {right}, rows {top} to {bottom}{axes}"


def region_at(regions: Sequence[UltrasoundRegion], points_px: Sequence[Point]) -> UltrasoundRegion | None:
    """Give the region whose axes hold at all points; None where they lie outside every region.

    Of regions that overlap, one that is not transparent lies over one that is, and a small one over a large one
    (a box of colour flow over tissue). Points under different regions belong together only where one region holds all
    of them and the others have its scale (C.8.5.5.1.3).

    Raises
    ------
    UserError
        If the points lie in different regions.
    """
    scaled = [each for each in regions if has_scale(each)]
    owners = [_owner(scaled, point) for point in points_px]
    if all(each is None for each in owners):
        return None
    found = [each for each in owners if each is not None]
    if len(found) == len(owners):
        if all(each == found[0] for each in found):
            return found[0]
        for common in sorted(scaled, key=lambda each: each.area_px):
            if all(common.holds(*point) for point in points_px) and all(_alike(common, each) for each in found):
                return common
    names = list(dict.fromkeys("none" if each is None else describe(each) for each in owners))
    raise UserError(
        f"The points lie in different ultrasound regions ({'; '.join(names)}), which have no common scale.",
        hint="Put all points into one region, or give the distance of pixels yourself.",
    )


def _owner(regions: Sequence[UltrasoundRegion], point: Point) -> UltrasoundRegion | None:
    holding = [each for each in regions if each.holds(*point)]
    return min(holding, key=lambda each: (each.is_transparent, each.area_px), default=None)


def _alike(one: UltrasoundRegion, other: UltrasoundRegion) -> bool:
    pairs = ((one.across, other.across), (one.down, other.down))
    return one.format is other.format and all(
        a.unit is b.unit and math.isclose(a.delta, b.delta, rel_tol=_ALIKE) for a, b in pairs
    )

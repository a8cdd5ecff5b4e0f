"""The regions of an ultrasound picture, each with axes of its own: lengths, time, velocity (PS3.3 C.8.5.5)."""

from dataclasses import dataclass
from enum import IntEnum

from pydicom import Dataset

from workstation.model.attributes import integer, number
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.pixels.functional_groups import FunctionalGroups

_LOW_PRIORITY = 1  # bit 0 of Region Flags: what lies over it is seen


class RegionFormat(IntEnum):
    """Region Spatial Format (0018,6012)."""

    NONE = 0
    TWO_DIMENSIONAL = 1
    M_MODE = 2
    SPECTRAL = 3
    WAVEFORM = 4
    GRAPHICS = 5


class AxisUnit(IntEnum):
    """Physical Units X and Y Direction (0018,6024), (0018,6026)."""

    NONE = 0
    PERCENT = 1
    DECIBEL = 2
    CENTIMETRES = 3
    SECONDS = 4
    HERTZ = 5
    DECIBEL_PER_SECOND = 6
    CENTIMETRES_PER_SECOND = 7
    SQUARE_CENTIMETRES = 8
    SQUARE_CENTIMETRES_PER_SECOND = 9
    CUBIC_CENTIMETRES = 10
    CUBIC_CENTIMETRES_PER_SECOND = 11
    DEGREES = 12


@dataclass(frozen=True, slots=True)
class RegionAxis:
    """What a step to the right, or down, stands for.

    Parameters
    ----------
    unit
        What is counted along it.
    delta
        How much of it a pixel is; signed, 0 where the file says nothing.
    zero_px
        Column, or row, of the image at which its value is 0; None where the file has no reference pixel.
    """

    unit: AxisUnit = AxisUnit.NONE
    delta: float = 0.0
    zero_px: float | None = None

    @property
    def has_scale(self) -> bool:
        """Whether pixels along it are anything else than pixels."""
        return self.unit is not AxisUnit.NONE and self.delta != 0


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """A region of a picture with axes of its own.

    Parameters
    ----------
    rectangle_px
        Left, top, right, bottom; all inclusive.
    format
        What it shows.
    across, down
        Its axes.
    is_transparent
        Whether regions over it are seen rather than it (bit 0 of Region Flags).
    correction_angle_deg
        Doppler Correction Angle; None where there is none.
    """

    rectangle_px: tuple[int, int, int, int]
    format: RegionFormat = RegionFormat.NONE
    across: RegionAxis = RegionAxis()
    down: RegionAxis = RegionAxis()
    is_transparent: bool = False
    correction_angle_deg: float | None = None

    @property
    def is_two_dimensional(self) -> bool:
        """Whether it shows tissue or flow as it lies in the body."""
        return self.format is RegionFormat.TWO_DIMENSIONAL

    @property
    def measures_lengths(self) -> bool:
        """Whether both of its axes are lengths."""
        return all(
            axis.unit is AxisUnit.CENTIMETRES and axis.delta != 0 for axis in (self.across, self.down)
        ) and self.format in (RegionFormat.TWO_DIMENSIONAL, RegionFormat.NONE)

    @property
    def spacing(self) -> Spacing:
        """The distance of its pixels; not metric where its axes are not both lengths."""
        if not self.measures_lengths:
            return Spacing()
        return Spacing(abs(self.down.delta) * 10, abs(self.across.delta) * 10, SpacingSource.ULTRASOUND_REGION)

    @property
    def area_px(self) -> int:
        """How many pixels it covers."""
        left, top, right, bottom = self.rectangle_px
        return (right - left + 1) * (bottom - top + 1)

    def holds(self, column: float, row: float) -> bool:
        """Tell whether a point lies on one of its pixels."""
        left, top, right, bottom = self.rectangle_px
        return left - 0.5 <= column <= right + 0.5 and top - 0.5 <= row <= bottom + 0.5


def ultrasound_regions(groups: FunctionalGroups, frame: int) -> tuple[UltrasoundRegion, ...]:
    """Give all regions of a frame that have a place, in the order of the file."""
    found = []
    for item in groups.items("SequenceOfUltrasoundRegions", frame):
        corners = [integer(item, f"RegionLocation{corner}") for corner in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
        left, top, right, bottom = (-1 if corner is None else corner for corner in corners)
        if not (0 <= left <= right and 0 <= top <= bottom):
            continue
        flags = integer(item, "RegionFlags") or 0
        found.append(
            UltrasoundRegion(
                (left, top, right, bottom),
                _format(integer(item, "RegionSpatialFormat")),
                _axis(item, "X", left),
                _axis(item, "Y", top),
                is_transparent=bool(flags & _LOW_PRIORITY),
                correction_angle_deg=number(item, "DopplerCorrectionAngle"),
            )
        )
    return tuple(found)


def _format(found: int | None) -> RegionFormat:
    return RegionFormat(found) if found in set(RegionFormat) else RegionFormat.NONE


def _axis(item: Dataset, letter: str, first_px: int) -> RegionAxis:
    """Read an axis; its reference pixel counts from the first pixel of the region (C.8.5.5.1.6)."""
    unit, delta = integer(item, f"PhysicalUnits{letter}Direction"), number(item, f"PhysicalDelta{letter}")
    if unit not in set(AxisUnit) or not delta:
        return RegionAxis()
    reference = number(item, f"ReferencePixel{letter}0")
    if reference is None:
        return RegionAxis(AxisUnit(unit), delta)
    value = number(item, f"ReferencePixelPhysicalValue{letter}") or 0.0
    return RegionAxis(AxisUnit(unit), delta, first_px + reference - value / delta)

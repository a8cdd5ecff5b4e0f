"""The regions of an ultrasound picture, each with axes of its own: lengths, time, velocity (PS3.3 C.8.5.5)."""

from enum import IntEnum

from workstation.model.geometry import Spacing, SpacingSource
from workstation.quick_dataclass import dataclass


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

"""The regions of an ultrasound picture, read from its header (PS3.3 C.8.5.5)."""

from pydicom import Dataset

from workstation.model.attributes import integer, number
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.ultrasound import AxisUnit, RegionAxis, RegionFormat, UltrasoundRegion

_LOW_PRIORITY = 1  # bit 0 of Region Flags: what lies over it is seen


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

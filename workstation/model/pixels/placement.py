"""Where a frame lies and how far apart its pixels are, and which attribute says so (PS3.3 10.7, C.7.6.2, C.8.5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import first_item, integer, number, numbers, text
from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector
from workstation.model.pixels.functional_groups import FunctionalGroups

_CENTIMETRES = 3
_TWO_DIMENSIONAL = 1
_ORTHOGONAL = 0.02  # cosine between the axes of a plane, at most


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """A calibrated region of an ultrasound picture (PS3.3 C.8.5.5): (left, top, right, bottom), all inclusive."""

    rectangle_px: tuple[int, int, int, int]
    spacing: Spacing
    is_two_dimensional: bool


def frame_spacing(groups: FunctionalGroups, frame: int) -> Spacing:
    """Give the pixel spacing of a frame and where it comes from."""
    dataset = groups.dataset
    measures = groups.item("PixelMeasuresSequence", frame)
    if measures is not None and (pair := _pair(measures, "PixelSpacing")):
        return Spacing(*pair, SpacingSource.PIXEL_SPACING)
    return (
        _plain_spacing(dataset)
        or _imager_spacing(dataset)
        or _ultrasound_spacing(groups, frame)
        or _other_spacing(dataset)
        or Spacing()
    )


def _pair(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    found = numbers(dataset, keyword)
    if len(found) == 1:
        found = (found[0], found[0])
    return (found[0], found[1]) if len(found) >= 2 and min(found[:2]) > 0 else None


def _plain_spacing(dataset: Dataset) -> Spacing | None:
    pair = _pair(dataset, "PixelSpacing")
    if pair is None:
        return None
    imager = _pair(dataset, "ImagerPixelSpacing")
    kind = text(dataset, "PixelSpacingCalibrationType")
    if kind or (imager is not None and not np.allclose(pair, imager, rtol=1e-4)):
        described = text(dataset, "PixelSpacingCalibrationDescription")
        note = " – ".join(part for part in (kind.capitalize(), described) if part)
        return Spacing(*pair, SpacingSource.CALIBRATED, note)
    if imager is not None:
        return _imager_spacing(dataset)
    return Spacing(*pair, SpacingSource.PIXEL_SPACING)


def _imager_spacing(dataset: Dataset) -> Spacing | None:
    pair = _pair(dataset, "ImagerPixelSpacing")
    if pair is None:
        return None
    factor = number(dataset, "EstimatedRadiographicMagnificationFactor")
    origin = "estimated magnification"
    if factor is None:
        detector, patient = number(dataset, "DistanceSourceToDetector"), number(dataset, "DistanceSourceToPatient")
        if detector and patient and detector >= patient > 0:
            factor, origin = detector / patient, "distances of source, patient and detector"
    if factor and 1 < factor <= 20:
        note = f"magnification {factor:.4g} ({origin})"
        return Spacing(pair[0] / factor, pair[1] / factor, SpacingSource.IMAGER_MAGNIFIED, note)
    return Spacing(*pair, SpacingSource.IMAGER, "at the detector; the patient is smaller by an unknown magnification")


def _other_spacing(dataset: Dataset) -> Spacing | None:
    if pair := _pair(dataset, "NominalScannedPixelSpacing"):
        return Spacing(*pair, SpacingSource.NOMINAL_SCANNED, "of the scanned film")
    if (pair := _pair(dataset, "PixelAspectRatio")) and pair[0] != pair[1]:
        return Spacing(pair[0] / pair[1], 1.0, SpacingSource.ASPECT_RATIO)
    return None


def ultrasound_regions(groups: FunctionalGroups, frame: int) -> tuple[UltrasoundRegion, ...]:
    """Give the regions of a frame whose axes are lengths, in the order of the file."""
    found = []
    for item in groups.items("SequenceOfUltrasoundRegions", frame):
        corners = [integer(item, f"RegionLocation{corner}") for corner in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
        across, down = number(item, "PhysicalDeltaX"), number(item, "PhysicalDeltaY")
        units = {integer(item, "PhysicalUnitsXDirection"), integer(item, "PhysicalUnitsYDirection")}
        if None in corners or not across or not down or units != {_CENTIMETRES}:
            continue
        left, top, right, bottom = (corner or 0 for corner in corners)
        spacing = Spacing(abs(down) * 10, abs(across) * 10, SpacingSource.ULTRASOUND_REGION)
        flat = integer(item, "RegionSpatialFormat") == _TWO_DIMENSIONAL
        found.append(UltrasoundRegion((left, top, right, bottom), spacing, flat))
    return tuple(found)


def _ultrasound_spacing(groups: FunctionalGroups, frame: int) -> Spacing | None:
    regions = [each for each in ultrasound_regions(groups, frame) if each.is_two_dimensional]
    if not regions:
        return None
    largest = max(regions, key=_area)
    others = {(each.spacing.between_rows, each.spacing.between_columns) for each in regions}
    note = f"of the largest of {len(regions)} regions with different scales" if len(others) > 1 else ""
    spacing = largest.spacing
    return Spacing(spacing.between_rows, spacing.between_columns, spacing.source, note)


def _area(region: UltrasoundRegion) -> int:
    left, top, right, bottom = region.rectangle_px
    return (right - left + 1) * (bottom - top + 1)


def frame_plane(groups: FunctionalGroups, frame: int, spacing: Spacing) -> Plane | None:
    """Give the plane of a frame in the patient; None where the file does not place it."""
    orientation = groups.holder("PlaneOrientationSequence", "ImageOrientationPatient", frame)
    position = groups.holder("PlanePositionSequence", "ImagePositionPatient", frame)
    detector = first_item(groups.dataset, "DetectorInformationSequence")
    offset = _frame_offset_mm(groups.dataset, frame)
    if orientation is None or position is None:
        if detector is None:
            return None
        orientation = position = detector
        offset = _nuclear_offset_mm(groups.dataset, frame)
    axes, origin = numbers(orientation, "ImageOrientationPatient"), numbers(position, "ImagePositionPatient")
    directions = unit_axes(axes)
    if directions is None or len(origin) < 3 or offset is None:
        return None
    row, column = directions
    normal = np.cross(row, column)
    placed = np.asarray(origin[:3]) + normal * offset
    uid = text(groups.dataset, "FrameOfReferenceUID")
    return Plane(_vector(placed), _vector(row), _vector(column), spacing, uid)


def unit_axes(axes: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Give the two unit vectors of an Image Orientation; None where they are none, or not at right angles."""
    if len(axes) < 6:
        return None
    row, column = np.asarray(axes[:3], float), np.asarray(axes[3:6], float)
    lengths = float(np.linalg.norm(row)), float(np.linalg.norm(column))
    if min(lengths) < 0.5 or max(lengths) > 2:
        return None
    row, column = row / lengths[0], column / lengths[1]
    return (row, column) if abs(float(row @ column)) < _ORTHOGONAL else None


def _frame_offset_mm(dataset: Dataset, frame: int) -> float | None:
    """Give how far a frame of a dose grid lies from the first, along the normal (PS3.3 C.8.8.3.2)."""
    offsets = numbers(dataset, "GridFrameOffsetVector")
    if not offsets:
        return 0.0 if frame == 0 or not numbers(dataset, "ImagePositionPatient") else _stepped_mm(dataset)
    if frame >= len(offsets):
        return None
    if offsets[0] == 0:
        return offsets[frame]
    return offsets[frame] - offsets[0]  # absolute ones count along z; the first is where the position is


def _stepped_mm(dataset: Dataset) -> float | None:
    """A multi-frame image with one position and no groups: its frames are known to lie in one place only if alike."""
    return 0.0 if integer(dataset, "NumberOfFrames") == 1 or numbers(dataset, "FrameTime") else None


def _nuclear_offset_mm(dataset: Dataset, frame: int) -> float | None:
    """Give how far a reconstructed nuclear slice lies from the first (PS3.3 C.8.4.15)."""
    slices, step = numbers(dataset, "SliceVector"), number(dataset, "SpacingBetweenSlices")
    if frame == 0:
        return 0.0
    return (slices[frame] - 1) * step if step is not None and frame < len(slices) else None


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])

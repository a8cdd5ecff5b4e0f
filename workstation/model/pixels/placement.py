"""Where a frame lies in the patient (PS3.3 C.7.6.2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import first_item, integer, number, numbers, text
from workstation.model.geometry import Plane, Spacing, Vector
from workstation.model.pixels.functional_groups import FunctionalGroups

_ORTHOGONAL = 0.02  # cosine between the axes of a plane, at most


def frame_plane(groups: FunctionalGroups, frame: int, spacing: Spacing) -> Plane | None:
    """Give the plane of a frame in the patient; None where the file does not place it."""
    orientation = groups.holder("PlaneOrientationSequence", "ImageOrientationPatient", frame)
    position = groups.holder("PlanePositionSequence", "ImagePositionPatient", frame)
    detector = first_item(groups.dataset, "DetectorInformationSequence")
    offset = _frame_offset_mm(groups.dataset, frame) if position is groups.dataset else 0.0
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

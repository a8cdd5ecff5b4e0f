"""The slices that the values of a measurement on a plane were made of."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.model.annotation import Annotation
from workstation.model.attributes import integer
from workstation.model.geometry import image_to_lps, plane_normal_lps
from workstation.model.outlines import strokes
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.placement import frame_plane
from workstation.model.pixels.spacing import frame_spacing
from workstation.quick_dataclass import dataclass

MOST_FRAMES = 20_000
_SAME_MM = 1e-3


@dataclass(frozen=True, eq=False)
class SourceSlices:
    """Frames of an image, from 0."""

    header: Dataset
    frames: tuple[int, ...]


def slices_of_plane(annotation: Annotation, headers: Sequence[Dataset]) -> tuple[SourceSlices, ...]:
    """Give the slices between which a measurement lies, and those through it; all of them where none says its place.

    Parameters
    ----------
    annotation
        On a plane cut out of the volume.
    headers
        Of all images of the volume.
    """
    placed = [(header, frame, at) for header in headers for frame, at in _places(header)]
    if annotation.cut is None or not placed:
        return tuple(SourceSlices(each, (0,)) for each in headers)
    normal = placed[0][2][1]
    offsets = np.array([float(origin @ normal) for _header, _frame, (origin, _normal) in placed])
    low, high = _reach(annotation, normal)
    before, after = offsets[offsets <= low + _SAME_MM], offsets[offsets >= high - _SAME_MM]
    low = float(before.max()) if len(before) else float(offsets.min())
    high = float(after.min()) if len(after) else float(offsets.max())
    found: dict[str, SourceSlices] = {}
    for (header, frame, _at), offset in zip(placed, offsets.tolist(), strict=True):
        if low - _SAME_MM <= offset <= high + _SAME_MM:
            uid = str(header.SOPInstanceUID)
            frames = found[uid].frames if uid in found else ()
            found[uid] = SourceSlices(header, (*frames, frame))
    return tuple(found.values())


def _reach(annotation: Annotation, normal: NDArray[np.float64]) -> tuple[float, float]:
    """Give from where to where a measurement reaches along the normal of the slices, its slab included."""
    cut = annotation.cut
    if cut is None:
        raise ValueError("an annotation of an image")
    drawn = [np.asarray(each.points_px) for each in strokes(annotation, cut.plane.spacing)]
    points = np.concatenate([np.asarray(annotation.points_px, dtype=np.float64), *drawn])
    along = image_to_lps(cut.plane, points) @ normal
    half = cut.thickness_mm / 2 * abs(float(np.asarray(plane_normal_lps(cut.plane)) @ normal))
    return float(along.min()) - half, float(along.max()) + half


def _places(header: Dataset) -> list[tuple[int, tuple[NDArray[np.float64], NDArray[np.float64]]]]:
    """Give the first pixel and the normal of each frame that says where it lies."""
    groups = FunctionalGroups(header)
    found = []
    for frame in range(min(max(integer(header, "NumberOfFrames") or 1, 1), MOST_FRAMES)):
        plane = frame_plane(groups, frame, frame_spacing(groups, frame))
        if plane is not None:
            found.append((frame, (np.asarray(plane.origin_lps), np.asarray(plane_normal_lps(plane)))))
    return found

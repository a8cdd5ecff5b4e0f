"""Which images of a series a derived image was made of (PS3.3 C.7.6.1.1.4, Source Image Sequence)."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.model.frame import Frame
from workstation.model.geometry import Plane, image_to_lps, plane_normal_lps
from workstation.model.index.records import FrameRef
from workstation.objects.writing import coded, reference

MOST_FRAMES = 4096
"""Referenced Frame Numbers of one image; where there are more, the whole image is named."""


def source_items(sources: Sequence[FrameRef], frame: Frame | None, thickness_mm: float) -> list[Dataset]:
    """Give references to the images that a plane or slab passes through; to all where it has no place.

    Parameters
    ----------
    sources
        In order along the stack.
    frame
        The derived image; None, or one without a plane, for what is made of the whole.
    thickness_mm
        Of the slab about the plane.
    """
    plane = frame.plane if frame is not None else None
    chosen = list(sources)
    if frame is not None and plane is not None:
        rows, columns = frame.pixels.shape[:2]
        chosen = list(_crossed(sources, plane, (columns, rows), thickness_mm)) or chosen
    by_image: dict[str, list[FrameRef]] = {}
    for each in chosen:
        by_image.setdefault(each.instance.sop_instance_uid, []).append(each)
    return [_item(many) for many in by_image.values()]


def _item(frames: Sequence[FrameRef]) -> Dataset:
    instance = frames[0].instance
    numbers = tuple(sorted(each.number + 1 for each in frames)) if instance.number_of_frames > 1 else ()
    is_all = len(numbers) == instance.number_of_frames or len(numbers) > MOST_FRAMES
    item = reference(instance.sop_class_uid, instance.sop_instance_uid, () if is_all else numbers)
    item.PurposeOfReferenceCodeSequence = [coded("121322", "DCM", "Source image for image processing operation")]
    item.SpatialLocationsPreserved = "NO"
    return item


def _crossed(
    sources: Sequence[FrameRef], plane: Plane, size_px: tuple[int, int], thickness_mm: float
) -> Iterator[FrameRef]:
    """Give the frames between, or next to, the ends of a slab along the normal of the stack; none if unplaced."""
    orientation = sources[0].instance.image_orientation
    places = [each.instance.image_position_lps for each in sources]
    if orientation is None or any(place is None for place in places) or len({*places}) < 2:
        return
    normal = np.cross(orientation[:3], orientation[3:])
    offsets = np.asarray(places, float) @ normal
    ends = _corners(plane, size_px, thickness_mm) @ normal
    margin = float(np.abs(np.diff(np.sort(offsets))).max()) * 1.0001  # a slice next to it takes part
    for each, offset in zip(sources, offsets, strict=True):
        if ends.min() - margin < offset < ends.max() + margin:
            yield each


def _corners(plane: Plane, size_px: tuple[int, int], thickness_mm: float) -> NDArray[np.float64]:
    right, bottom = size_px[0] - 1, size_px[1] - 1
    flat = image_to_lps(plane, [(0, 0), (right, 0), (0, bottom), (right, bottom)])
    half = np.asarray(plane_normal_lps(plane)) * thickness_mm / 2
    return np.concatenate([flat - half, flat + half])

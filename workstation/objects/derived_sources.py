"""What a derived image was made of: the frames that it passes through, and what lies over them (PS3.3 C.12.4)."""

from collections.abc import Sequence
from dataclasses import field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.model.attributes import integer, items, text
from workstation.model.frame import Frame
from workstation.model.geometry import image_to_lps, plane_normal_lps
from workstation.model.index.records import FrameRef, Instance
from workstation.model.volume_frames import Images
from workstation.quick_dataclass import dataclass

MOST_FRAMES = 4096
"""Referenced Frame Numbers of one image; where there are more, the whole image is named."""
Role = Literal["source", "mask", "object"]


@dataclass(frozen=True, slots=True)
class SourceObject:
    """An object that images were made of, as they refer to it.

    Parameters
    ----------
    sop_class_uid, sop_instance_uid, series_instance_uid, study_instance_uid
        What it is, and of which series and study.
    role
        ``source``: an image that is seen; ``mask``: an image that says what of others is seen; ``object``: no image.
    frames
        Which frames of an image, from 1; none means all.
    segments, all_segments
        Which segments of a segmentation, and which it has; no ``segments`` means all.
    """

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    role: Role = "source"
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    all_segments: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class SecondSources:
    """What images were made of beside a first volume.

    Parameters
    ----------
    frames
        Of a second volume.
    to_own
        4x4, from points of the first volume to those of the second, LPS mm; None where both have one frame of
        reference.
    objects
        Segmentations, structure sets, doses, registrations: all images were made of them.
    """

    frames: Sequence[FrameRef] = ()
    to_own: NDArray[np.float64] | None = None
    objects: tuple[SourceObject, ...] = ()


def source_object(dataset: Dataset, role: Role | None = None) -> SourceObject:
    """Give how to refer to an object that was read; without a role, its own: what has rows is an image."""
    numbers = (integer(each, "SegmentNumber") for each in items(dataset, "SegmentSequence"))
    return SourceObject(
        text(dataset, "SOPClassUID"),
        text(dataset, "SOPInstanceUID"),
        text(dataset, "SeriesInstanceUID"),
        text(dataset, "StudyInstanceUID"),
        role or ("source" if integer(dataset, "Rows") else "object"),
        all_segments=tuple(each for each in numbers if each),  # 0 is the background
    )


def source_of(instance: Instance, *, all_segments: Sequence[int] = ()) -> SourceObject:
    """Give how to refer to an object of the index; ``all_segments`` are those of a segmentation."""
    return SourceObject(
        instance.sop_class_uid,
        instance.sop_instance_uid,
        instance.series_instance_uid,
        instance.study_instance_uid,
        "source" if instance.has_pixels else "object",
        all_segments=tuple(each for each in all_segments if each),
    )


def sources_of(frames: Sequence[FrameRef], role: Role = "source") -> list[SourceObject]:
    """Give how to refer to frames of images: one reference to each image."""
    by_image: dict[str, list[FrameRef]] = {}
    for each in frames:
        by_image.setdefault(each.instance.sop_instance_uid, []).append(each)
    return [_frames_of_one(many, role) for many in by_image.values()]


def _frames_of_one(frames: Sequence[FrameRef], role: Role) -> SourceObject:
    instance = frames[0].instance
    numbers = tuple(sorted({each.number + 1 for each in frames})) if instance.number_of_frames > 1 else ()
    is_all = len(numbers) == instance.number_of_frames or len(numbers) > MOST_FRAMES
    return SourceObject(
        instance.sop_class_uid,
        instance.sop_instance_uid,
        instance.series_instance_uid,
        instance.study_instance_uid,
        role,
        () if is_all else numbers,
    )


@dataclass(frozen=True, eq=False)
class SourceFrames:
    """The frames of a volume, and which of them something meets.

    Parameters
    ----------
    frames
        In order along the stack.
    to_own
        As in `SecondSources`.
    """

    frames: Sequence[FrameRef]
    to_own: NDArray[np.float64] | None = None
    _along: "list[_Along | None]" = field(default_factory=list)

    def met(self, points_lps: NDArray[np.float64] | None, *, beside: int, beyond_mm: float = 0.0) -> list[SourceObject]:
        """Give the images that have a share in values at some points, and between them.

        Parameters
        ----------
        points_lps
            (n, 3) in the frame of reference of the first volume, LPS mm: they span what is taken. None for anywhere.
        beside
            How many slices to each side take part in a value.
        beyond_mm
            How far what is taken reaches beyond the points.

        Returns
        -------
        list of SourceObject
            All where the frames don't say where they lie; none where nothing is met.

        Raises
        ------
        Refused
            If a multi-frame image cannot be read any more.
        """
        if points_lps is None or not self.frames:
            return sources_of(self.frames)
        if not self._along:
            self._along.append(_Along.of(self.frames))
        along = self._along[0]
        if along is None:
            return sources_of(self.frames)
        if self.to_own is not None:
            points_lps = points_lps @ self.to_own[:3, :3].T + self.to_own[:3, 3]
        ends = points_lps @ along.normal
        reach = along.gap_mm * 1.0001 * beside + beyond_mm
        is_met = (ends.min() - reach < along.offsets) & (along.offsets < ends.max() + reach)
        return sources_of([self.frames[int(at)] for at in np.flatnonzero(is_met)])


@dataclass(frozen=True, eq=False)
class _Along:
    """Where frames lie along their normal, and the largest distance of two that follow each other, mm."""

    normal: NDArray[np.float64]
    offsets: NDArray[np.float64]
    gap_mm: float

    @classmethod
    def of(cls, frames: Sequence[FrameRef]) -> "_Along | None":
        """Look where frames lie; None where they don't all say, or have one place."""
        images = Images()
        try:
            planes = [images.plane(each) for each in frames]
        finally:
            images.close()
        origins = [plane.origin_lps for plane in planes if plane is not None]
        if planes[0] is None or len(origins) < len(planes) or len({*origins}) < 2:
            return None
        normal: NDArray[Any] = np.asarray(plane_normal_lps(planes[0]))
        offsets = np.asarray(origins, float) @ normal
        return cls(normal, offsets, float(np.diff(np.sort(offsets)).max()))


def corners_of(frame: Frame, thickness_mm: float) -> NDArray[np.float64] | None:
    """Give the corners of a plane, or of the slab about it, (n, 3) LPS mm; None where the frame has no plane."""
    if frame.plane is None:
        return None
    rows, columns = frame.pixels.shape[:2]
    right, bottom = columns - 1, rows - 1
    flat = image_to_lps(frame.plane, [(0, 0), (right, 0), (0, bottom), (right, bottom)])
    half = np.asarray(plane_normal_lps(frame.plane)) * thickness_mm / 2
    return np.concatenate([flat - half, flat + half])

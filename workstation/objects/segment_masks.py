"""Which frames of a segmentation belong to a frame of an image, and their masks on the grid of that image."""

from collections import defaultdict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame
from workstation.model.frame_parts import Tile
from workstation.model.geometry import Plane, image_to_lps, lps_to_image, plane_normal_lps
from workstation.model.refusal import Refused
from workstation.model.segmentation import Segment, SegmentFrame, SegmentMask
from workstation.objects.segmentation import SegmentationImage
from workstation.quick_dataclass import dataclass

SAME_PLANE_MM = 0.05
"""Planes nearer than this are one: far below any slice distance, above the rounding of positions in headers."""
PARALLEL = 1 - 1e-5
"""Least product of two unit normals that count as parallel: a quarter of a degree."""
SAME_PIXEL = 0.02
"""Grids whose corners agree within this part of a pixel are one and are not resampled."""


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """A frame of an image, as far as it matters where segments lie: instance, frame from 0, size and plane."""

    sop_instance_uid: str
    frame: int
    rows: int
    columns: int
    plane: Plane | None = None
    tile: Tile | None = None

    @classmethod
    def of(cls, sop_instance_uid: str, frame: Frame) -> "ImagePlace":
        """Give the place of a frame of an instance."""
        rows, columns = frame.pixels.shape[:2]
        return cls(sop_instance_uid, frame.number, rows, columns, frame.plane, frame.tile)


@dataclass(frozen=True)
class FoundMasks:
    """The masks of one image frame; ``notes`` are sentences on what could not be shown."""

    masks: tuple[SegmentMask, ...] = ()
    notes: tuple[str, ...] = ()


class SegmentMasks:
    """Finds the masks of a segmentation for frames of images.

    The instances and frames that the object names decide: it is drawn on no others, so that what was seen at one time
    point is not shown at another. Where it names none, frames are matched by their position in a common frame of
    reference. Tiles of whole slides are matched by their place in the whole picture.

    Parameters
    ----------
    source
        The segmentation.
    is_by_place
        Whether frames are matched by their position although the object names others: at the user's word.
    """

    def __init__(self, source: SegmentationImage, *, is_by_place: bool = False) -> None:
        self.source = source
        self.is_by_place = is_by_place
        frames = source.segmentation.frames
        self._by_source: dict[tuple[str, int | None], list[SegmentFrame]] = defaultdict(list)
        for frame in frames:
            for each in dict.fromkeys(frame.sources):
                self._by_source[each.sop_instance_uid, each.frame].append(frame)
        self._by_tile: dict[Tile, list[SegmentFrame]] = defaultdict(list)
        for frame in frames:
            if frame.tile is not None:
                self._by_tile[frame.tile].append(frame)
        self._placed = [frame for frame in frames if frame.plane is not None]
        planes = [frame.plane for frame in frames if frame.plane is not None]
        self._origins = np.array([plane.origin_lps for plane in planes], np.float64).reshape(-1, 3)
        normals = {(plane.along_row_lps, plane.along_column_lps): plane_normal_lps(plane) for plane in planes}
        rows = [normals[plane.along_row_lps, plane.along_column_lps] for plane in planes]
        self._normals = np.array(rows, np.float64).reshape(-1, 3)

    def frames_for(self, place: ImagePlace) -> tuple[SegmentFrame, ...]:
        """Give the frames of the segmentation that were made of an image frame, or lie in its plane and name none."""
        segmentation = self.source.segmentation
        is_named = place.sop_instance_uid in segmentation.references
        if segmentation.references and not is_named and not self.is_by_place:
            return ()
        if segmentation.is_tiled:
            return self._of_tile(place, is_named=is_named)
        named = [
            *self._by_source.get((place.sop_instance_uid, place.frame), ()),
            *self._by_source.get((place.sop_instance_uid, None), ()),
        ]
        if place.plane is None:
            return tuple(named)
        uid, other = place.plane.frame_of_reference_uid, segmentation.frame_of_reference_uid
        in_plane = self._in_plane(place.plane) if is_named or (uid and uid == other) else []
        own = [frame for frame in in_plane if self.is_by_place or not frame.sources or _names(frame, place)]
        unplaced = [frame for frame in named if frame.plane is None]
        return tuple(sorted((*own, *unplaced), key=lambda frame: frame.number))

    def _of_tile(self, place: ImagePlace, *, is_named: bool) -> tuple[SegmentFrame, ...]:
        segmentation = self.source.segmentation
        uid = place.plane.frame_of_reference_uid if place.plane is not None else ""
        if place.tile is None or not (is_named or (uid and uid == segmentation.frame_of_reference_uid)):
            return ()
        return tuple(self._by_tile.get(place.tile, ()))

    def _in_plane(self, plane: Plane) -> list[SegmentFrame]:
        if not self._placed:
            return []
        normal = np.asarray(plane_normal_lps(plane))
        away = np.abs((self._origins - np.asarray(plane.origin_lps)) @ normal)
        parallel = np.abs(self._normals @ normal) >= PARALLEL
        return [self._placed[int(at)] for at in np.flatnonzero(parallel & (away <= SAME_PLANE_MM))]

    def _other_tiles(self, place: ImagePlace) -> str:
        """Say so where a segmentation of a slide was made of the image, but not in its tiles."""
        segmentation = self.source.segmentation
        if not segmentation.is_tiled or place.tile is None or place.sop_instance_uid not in segmentation.references:
            return ""
        sizes = {(tile.columns, tile.rows) for tile in self._by_tile}
        size = segmentation.columns, segmentation.rows
        if sizes == {(place.tile.columns, place.tile.rows)} and size == (place.columns, place.rows):
            return ""
        return "The segmentation is laid out in other tiles than the image, so its segments are listed and not drawn."

    def masks_for(self, place: ImagePlace) -> FoundMasks:
        """Give the masks of an image frame on its grid, one for each segment that is in it, background left out.

        A frame that cannot be decoded or placed becomes a note, the others are given.
        """
        merged: dict[int, NDArray[Any]] = {}
        notes: list[str] = []
        if other := self._other_tiles(place):
            return FoundMasks(notes=(other,))
        for frame in self.frames_for(place):
            try:
                for number, share in self.source.shares(frame):
                    placed = on_grid(share, frame.plane, place)
                    if placed is None:
                        notes.append(_other_size(frame, share, place))
                    elif placed.any():
                        before = merged.get(number)
                        merged[number] = placed if before is None else np.maximum(before, placed)
            except Refused as refusal:
                notes.append(f"Frame {frame.number + 1} of the segmentation cannot be shown: {refusal.message}")
        segments = {each.number: each for each in self.source.segmentation.segments}
        masks = (
            SegmentMask(segments.get(number) or Segment(number, f"Segment {number}"), share)
            for number, share in sorted(merged.items())
        )
        return FoundMasks(tuple(each for each in masks if not each.segment.is_background), tuple(dict.fromkeys(notes)))

    def missing_note(self, places: tuple[ImagePlace, ...]) -> str:
        """Say how many frames of the segmentation belong to none of some image frames; empty where all do."""
        used = {frame.number for place in places for frame in self.frames_for(place)}
        left = len(self.source.segmentation.frames) - len(used)
        if not left or self.source.segmentation.is_tiled:
            return ""
        return f"{left} of its {len(self.source.segmentation.frames)} frames lie in the plane of none of these images."


def _names(frame: SegmentFrame, place: ImagePlace) -> bool:
    return any(
        each.sop_instance_uid == place.sop_instance_uid and each.frame in (None, place.frame) for each in frame.sources
    )


def on_grid(share: NDArray[Any], plane: Plane | None, place: ImagePlace) -> NDArray[Any] | None:
    """Lay a mask on the grid of an image frame in the same plane.

    Parameters
    ----------
    share
        (rows, columns) of bool or float32.
    plane
        Where it lies; None for the same grid as the image.
    place
        The image frame.

    Returns
    -------
    ndarray or None
        Of the size of the image: as it is where the grids agree, else the value at the nearest pixel centre (bool) or
        between the pixels (float32). None where only the sizes could be compared, and differ.
    """
    shape = place.rows, place.columns
    if plane is None or place.plane is None:
        return share if share.shape == shape else None
    forward = _image_to_mask(place.plane, plane)
    corners = np.array([[0, 0, 1], [place.columns - 1, 0, 1], [0, place.rows - 1, 1]], np.float64)
    if share.shape == shape and np.abs(corners @ forward.T - corners[:, :2]).max() <= SAME_PIXEL:
        return share
    is_whole = share.dtype == np.bool_
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_NEAREST if is_whole else cv2.INTER_LINEAR)
    warped = cv2.warpAffine(
        share.astype(np.uint8 if is_whole else np.float32),
        forward,
        (place.columns, place.rows),
        flags=flags,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return np.asarray(warped != 0 if is_whole else warped)


def _image_to_mask(image: Plane, mask: Plane) -> NDArray[np.float64]:
    """Map image points (column, row, 1) to points of the mask, 2x3."""
    points = lps_to_image(mask, image_to_lps(image, [(0, 0), (1, 0), (0, 1)]))[0]
    return np.column_stack([points[1] - points[0], points[2] - points[0], points[0]])


def _other_size(frame: SegmentFrame, share: NDArray[Any], place: ImagePlace) -> str:
    rows, columns = share.shape
    return (
        f"Frame {frame.number + 1} of the segmentation has {columns} x {rows} pixels and no position, the image "
        f"{place.columns} x {place.rows}: it is not known where it lies."
    )

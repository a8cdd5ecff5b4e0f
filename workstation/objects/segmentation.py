"""Segmentations read tolerantly and lazily: the index of their frames at once, pixels frame by frame (PS3.3 A.51)."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import first_item, integer, items, numbers, text
from workstation.model.codes import code_of, first_code
from workstation.model.concepts import Code
from workstation.model.frame_parts import Tile
from workstation.model.geometry import Plane, Spacing, SpacingSource, directions
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.pixels.tiles import full_tile, is_full, tiles_in_all, whole_size
from workstation.model.pixels.transfer_syntaxes import readable_syntax
from workstation.model.refusal import Reason, Refused
from workstation.model.segmentation import Rgb, Segment, Segmentation, SegmentationKind, SegmentFrame, SourceFrame
from workstation.model.source import Source, source_of
from workstation.model.text import clean
from workstation.model.units import NARROWEST_MM, WIDEST_MM
from workstation.objects.frame_groups import FrameGroup, group_of, read_groups
from workstation.objects.presentation.colours import rgb_of_cielab

SEGMENTATION_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage and Label Map Segmentation Storage."""
PALETTE: tuple[Rgb, ...] = (
    *((230, 80, 70), (90, 190, 110), (80, 140, 240), (235, 200, 60), (190, 100, 220), (70, 200, 210)),
    *((245, 145, 60), (240, 130, 180), (150, 200, 60), (130, 130, 235), (200, 150, 110), (120, 220, 170)),
)
"""For segments and structures without a colour of their own, one after the other: told apart also beside each other."""
KEPT_FRAMES = 256


class SegmentationImage:
    """A segmentation object: its index as a value, its masks when they are asked for.

    Safe to use from several threads.
    """

    def __init__(self, image: Image, segmentation: Segmentation, *, greatest_fraction: int, background: int) -> None:
        self.segmentation = segmentation
        self._image = image
        self._greatest = greatest_fraction
        self.background = background
        self._kept: OrderedDict[int, NDArray[Any]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, place: Place | Path) -> "SegmentationImage":
        """Read what a file says about its segments and frames.

        Raises
        ------
        Refused
            OTHER_OBJECT where it is no segmentation, and the reasons of `workstation.model.image.Image.open`.
        """
        return cls.from_source(source_of(place))

    @classmethod
    def from_source(cls, source: Source) -> "SegmentationImage":
        """Read a segmentation whose bytes come from anywhere; raises as `open`."""
        header, groups = read_groups(source)
        dataset = header.dataset
        if not is_segmentation(dataset):
            raise Refused(Reason.OTHER_OBJECT, f"{source.name}: this is no segmentation.")
        syntax = readable_syntax(header.transfer_syntax_uid, source.name)
        if header.pixels is None or header.pixels.length == 0:
            raise Refused(Reason.PIXELS_MISSING, f"{source.name}: the segmentation has no pixels.")
        image = Image(header, header.pixels, syntax)
        return cls(
            image,
            segmentation_of(dataset, groups, image.number_of_frames),
            greatest_fraction=integer(dataset, "MaximumFractionalValue") or 255,
            background=integer(dataset, "PixelPaddingValue") or 0,
        )

    def stored(self, number: int) -> NDArray[Any]:
        """Give the stored values of a frame, from 0, as (rows, columns); raises as `Image.frame`."""
        with self._lock:
            found = self._kept.get(number)
            if found is not None:
                self._kept.move_to_end(number)
                return found
        found = self._image.stored(number)
        with self._lock:
            self._kept[number] = found
            while len(self._kept) > KEPT_FRAMES:
                self._kept.popitem(last=False)
        return found

    def shares(self, frame: SegmentFrame) -> list[tuple[int, NDArray[Any]]]:
        """Give each segment that is in a frame, with (rows, columns) of bool, or of float32 from 0 to 1.

        Raises
        ------
        Refused
            As `stored`.
        """
        stored = self.stored(frame.number)
        if self.segmentation.kind is SegmentationKind.LABELMAP:
            there = [int(each) for each in np.unique(stored) if int(each) != self.background]
            return [(each, stored == each) for each in there]
        if frame.segment is None or not stored.any():
            return []
        if self.segmentation.kind is SegmentationKind.FRACTIONAL:
            return [(frame.segment, np.clip(stored.astype(np.float32) / self._greatest, 0, 1))]
        return [(frame.segment, stored != 0)]

    def close(self) -> None:
        """Give back what is held in memory."""
        with self._lock:
            self._kept.clear()
        self._image.close()


def is_segmentation(dataset: Dataset) -> bool:
    """Whether a dataset is a segmentation, by its class or its type."""
    return text(dataset, "SOPClassUID") in SEGMENTATION_CLASSES or text(dataset, "SegmentationType") in tuple(
        SegmentationKind
    )


def segmentation_of(dataset: Dataset, groups: tuple[FrameGroup, ...], number_of_frames: int) -> Segmentation:
    """Give what a segmentation says, from its header and the per-frame groups read apart from it.

    Parameters
    ----------
    dataset
        The header.
    groups
        By frame; may be fewer than there are frames (tiled images that are full have none).
    number_of_frames
        How many frames the pixels have.
    """
    kind = _kind(dataset)
    notes: list[str] = []
    segments = _segments(dataset, kind)
    is_tiled = bool(dataset.get("TotalPixelMatrixColumns")) or any(each.tile for each in groups)
    frames = _frames(dataset, groups, number_of_frames, kind)
    known = {each.number for each in segments}
    unknown = sorted({each.segment for each in frames if each.segment is not None} - known)
    notes += [f"Its frames name segment {number}, which is not described." for number in unknown]
    segments += tuple(_undescribed(number) for number in unknown)
    if not segments:
        notes.append("It describes no segment.")
    is_whole = is_tiled and is_full(dataset)
    if len(groups) < number_of_frames and not is_whole:
        missing = number_of_frames - len(groups)
        notes.append(f"{missing} of its {number_of_frames} frames say nothing of where they lie.")
    return Segmentation(
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        kind=kind,
        label=clean(text(dataset, "ContentLabel")) or clean(text(dataset, "SeriesDescription")),
        rows=integer(dataset, "Rows") or 0,
        columns=integer(dataset, "Columns") or 0,
        segments=segments,
        frames=frames,
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        is_tiled=is_tiled,
        references=_references(dataset, frames),
        fraction_means=text(dataset, "SegmentationFractionalType"),
        may_overlap=text(dataset, "SegmentsOverlap") != "NO",
        notes=tuple(notes),
    )


def _references(dataset: Dataset, frames: tuple[SegmentFrame, ...]) -> frozenset[str]:
    """Give the instances that frames name, or that the object does as a whole (Common Instance Reference)."""
    named = {each.sop_instance_uid for frame in frames for each in frame.sources}
    named |= {
        text(each, "ReferencedSOPInstanceUID")
        for series in _referenced_series(dataset)
        for each in items(series, "ReferencedInstanceSequence")
    }
    return frozenset(named - {""})


def segmented_series(dataset: Dataset) -> tuple[str, ...]:
    """Give the series that a segmentation was made of, by its Common Instance Reference (PS3.3 C.12.2)."""
    return tuple(dict.fromkeys(filter(None, (text(each, "SeriesInstanceUID") for each in _referenced_series(dataset)))))


def _referenced_series(dataset: Dataset) -> Iterator[Dataset]:
    for holder in (dataset, *items(dataset, "StudiesContainingOtherReferencedInstancesSequence")):
        yield from items(holder, "ReferencedSeriesSequence")


def _kind(dataset: Dataset) -> SegmentationKind:
    told = text(dataset, "SegmentationType")
    if told in tuple(SegmentationKind):
        return SegmentationKind(told)
    return SegmentationKind.BINARY if integer(dataset, "BitsAllocated") == 1 else SegmentationKind.LABELMAP


def _segments(dataset: Dataset, kind: SegmentationKind) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for at, item in enumerate(items(dataset, "SegmentSequence")):
        number = integer(item, "SegmentNumber")
        found.append(_segment(item, at + 1 if number is None else number, len(found), kind))
    return tuple(found)


def _segment(item: Dataset, number: int, at: int, kind: SegmentationKind) -> Segment:
    own = numbers(item, "RecommendedDisplayCIELabValue")
    has_own = len(own) == 3 and all(0 <= each <= 65535 for each in own)
    property_type = first_code(item, "SegmentedPropertyTypeCodeSequence")
    label = clean(text(item, "SegmentLabel"))
    return Segment(
        number=number,
        label=label or (str(property_type) if property_type else f"Segment {number}"),
        description=clean(text(item, "SegmentDescription")),
        algorithm=clean(text(item, "SegmentAlgorithmType")),
        algorithm_name=clean(text(item, "SegmentAlgorithmName")),
        category=first_code(item, "SegmentedPropertyCategoryCodeSequence"),
        kind=property_type,
        regions=tuple(code for each in items(item, "AnatomicRegionSequence") if (code := code_of(each)) is not None),
        colour=rgb_of_cielab((int(own[0]), int(own[1]), int(own[2]))) if has_own else PALETTE[at % len(PALETTE)],
        has_own_colour=has_own,
        tracking_uid=clean(text(item, "TrackingUID")),
        tracking_id=clean(text(item, "TrackingID")),
        is_background=kind is SegmentationKind.LABELMAP and (number == 0 or _BACKGROUND.is_same(property_type)),
    )


_BACKGROUND = Code("125040", "DCM")  # PS3.16 CID 7150: Background


def _undescribed(number: int) -> Segment:
    return Segment(number, f"Segment {number}", colour=PALETTE[(number - 1) % len(PALETTE)])


def _frames(
    dataset: Dataset, groups: tuple[FrameGroup, ...], number_of_frames: int, kind: SegmentationKind
) -> tuple[SegmentFrame, ...]:
    shared = _shared(dataset)
    uid = text(dataset, "FrameOfReferenceUID")
    planes: dict[tuple[tuple[float, ...], ...], Plane | None] = {}
    found = []
    each_tiles = tiles_in_all(dataset) if is_full(dataset) else 0
    numbered = [integer(item, "SegmentNumber") for item in items(dataset, "SegmentSequence")]
    for at in range(number_of_frames):
        group = groups[at] if at < len(groups) else FrameGroup()
        key = (
            group.position or shared.position,
            group.orientation or shared.orientation,
            group.spacing or shared.spacing,
        )
        if key not in planes:
            planes[key] = _plane(*key, uid)
        segments = group.segments or shared.segments
        if each_tiles and not segments and at // each_tiles < len(numbered):
            # All tiles of one segment, then all of the next (PS3.3 C.7.6.17.3).
            segments = (numbered[at // each_tiles] or at // each_tiles + 1,)
        tile = full_tile(dataset, at) if each_tiles else _tile(group, dataset)
        sources = tuple(
            SourceFrame(instance, None if frame is None else frame - 1)
            for instance, frames in group.sources or shared.sources
            for frame in frames or (None,)
        )
        segment = None if kind is SegmentationKind.LABELMAP or not segments else segments[0]
        between = _between_slices(group.between_slices or shared.between_slices)
        found.append(SegmentFrame(at, segment, planes[key], sources, tile, between))
    return tuple(found)


def _between_slices(told: tuple[float, ...]) -> float | None:
    """Give a distance that can be; it may be below 0 where slices go against their normal (PS3.3 C.7.6.16.2.1)."""
    step = abs(told[0]) if told else 0.0
    return step if NARROWEST_MM <= step <= WIDEST_MM else None


def _tile(group: FrameGroup, dataset: Dataset) -> Tile | None:
    columns, rows = whole_size(dataset)
    return Tile(group.tile[0] - 1, group.tile[1] - 1, columns, rows) if len(group.tile) == 2 and columns else None


def _shared(dataset: Dataset) -> FrameGroup:
    """Give what holds for all frames: some writers put even the segment there where there is only one."""
    shared = first_item(dataset, "SharedFunctionalGroupsSequence")
    if shared is None:
        return FrameGroup()
    return group_of(shared)


def _plane(
    position: tuple[float, ...], orientation: tuple[float, ...], spacing: tuple[float, ...], uid: str
) -> Plane | None:
    if len(position) < 3 or len(orientation) < 6 or len(spacing) < 2 or min(spacing) <= 0:
        return None
    axes = directions((*orientation[:3], *orientation[3:6]))  # type: ignore[arg-type]  # six values, as checked
    if axes is None or not np.isfinite(position).all():
        return None
    between = Spacing(spacing[0], spacing[1], SpacingSource.PIXEL_SPACING)
    return Plane((position[0], position[1], position[2]), axes[0], axes[1], between, uid)

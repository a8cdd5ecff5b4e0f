"""Regions of files, as annotations of the frames that they lie on: segments (SEG) and structures (RTSTRUCT)."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.display.segment_files import read_segment_files
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import label_beside
from workstation.model.annotation import About, Annotation
from workstation.model.outlines import mask_of
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder, contour_mask

INSIDE = 0.5
"""Least share of a pixel, of a segmentation that gives shares or was drawn on another grid, that counts as inside."""


class RegionFiles:
    """Files with regions.

    Parameters
    ----------
    paths
        SEG and RTSTRUCT files.
    wanted
        Numbers or labels of segments and structures; all where there are none.

    Raises
    ------
    UserError
        If a file is neither, cannot be read, or has no segment of that name.
    """

    def __init__(self, paths: Sequence[Path], wanted: Sequence[str] = ()) -> None:
        self._sources = [
            each for each in read_segment_files(paths, 1.0).sources if isinstance(each, SegmentMasks | ContourFinder)
        ]
        self._wanted = {each.strip().casefold() for each in wanted}
        self._found: Counter[str] = Counter()
        self._names = ", ".join(str(path.name) for path in paths)
        self._check_wanted()

    def on(self, place: ImagePlace) -> list[Annotation]:
        """Give the regions of a frame, by their order in the files, as kind ``mask`` that is named by its segment.

        Raises
        ------
        UserError
            If the file is about another frame of reference than the frame, or a part of it cannot be read.
        """
        made = [each for source in self._sources for each in self._of(source, place)]
        self._found["regions"] += len(made)
        return [each.on_plane(place.plane) for each in made]

    def note(self, job: Job) -> None:
        """Say so where no region lies on any of the images."""
        if not self._found["regions"]:
            job.log(f"No region of {self._names} lies on these images.")

    def _of(self, source: SegmentMasks | ContourFinder, place: ImagePlace) -> Iterator[Annotation]:
        check_frame_of_reference(source, place, self._names)
        for number, label, uid, inside in inside_of(source, place):
            mask = mask_of(inside) if self.is_wanted(number, label) else None
            if mask is not None:
                box = (mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1)
                points = tuple((float(column), float(row)) for column, row in box)
                yield Annotation(
                    uuid.uuid4().hex,
                    "mask",
                    place.sop_instance_uid,
                    place.frame,
                    points,
                    label_beside(points),
                    label,
                    about=About(uid, label),
                    mask=mask,
                )

    def is_wanted(self, number: int, label: str) -> bool:
        """Tell whether a segment or structure was asked for."""
        return not self._wanted or bool({str(number), label.strip().casefold()} & self._wanted)

    def _check_wanted(self) -> None:
        known = [(number, label) for source in self._sources for number, label, _uid in parts_of(source)]
        names = {str(number) for number, _label in known} | {label.strip().casefold() for _number, label in known}
        missing = self._wanted - names
        if missing:
            raise UserError(
                f"{self._names} has no segment {', '.join(sorted(missing))}.",
                hint=f"There are: {', '.join(f'{number} {label}' for number, label in known)}.",
            )


def parts_of(source: SegmentMasks | ContourFinder) -> list[tuple[int, str, str]]:
    """Give number, label and tracking UID of each segment or structure of a file."""
    if isinstance(source, ContourFinder):
        return [(each.number, each.name, "") for each in source.structures.structures]
    segments = source.source.segmentation.segments
    return [(each.number, each.label, each.tracking_uid) for each in segments if not each.is_background]


def inside_of(
    source: SegmentMasks | ContourFinder, place: ImagePlace
) -> Iterator[tuple[int, str, str, NDArray[np.bool_]]]:
    """Give number, label, tracking UID and (rows, columns) of what lies inside each region on a frame.

    Raises
    ------
    UserError
        If a part of the file that belongs to the frame cannot be read.
    """
    if isinstance(source, ContourFinder):
        for each in source.contours_for(place):
            if each.closed:
                structure = each.structure
                yield structure.number, structure.name, "", contour_mask(each.closed, (place.rows, place.columns))
        return
    found = source.masks_for(place)
    if found.notes:
        raise UserError(" ".join(found.notes))
    for mask in found.masks:
        yield mask.segment.number, mask.segment.label, mask.segment.tracking_uid, _is_inside(mask.share)


def _is_inside(share: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(share if share.dtype == np.bool_ else share >= INSIDE, np.bool_)


def check_frame_of_reference(source: SegmentMasks | ContourFinder, place: ImagePlace, name: str) -> None:
    """Refuse a file about another frame of reference than an image's, unless it names the image.

    Raises
    ------
    UserError
        Both are named.
    """
    own = place.plane.frame_of_reference_uid if place.plane is not None else ""
    others = frames_of_reference(source)
    if not own or not others or own in others or _names_image(source, place):
        return
    raise UserError(
        f"{name} is in the frame of reference {', '.join(sorted(others))}, the image in {own}: they do not belong "
        "together.",
        hint="Give the mask that was made on these images, or register them first.",
    )


def frames_of_reference(source: SegmentMasks | ContourFinder) -> set[str]:
    """Give the frames of reference that a file is about."""
    if isinstance(source, ContourFinder):
        return {each.frame_of_reference_uid for each in source.structures.structures} - {""}
    return {source.source.segmentation.frame_of_reference_uid} - {""}


def _names_image(source: SegmentMasks | ContourFinder, place: ImagePlace) -> bool:
    if isinstance(source, ContourFinder):
        contours: Iterable[Any] = (contour for each in source.structures.structures for contour in each.contours)
        return any(place.sop_instance_uid in contour.sources for contour in contours)
    return any(
        each.sop_instance_uid == place.sop_instance_uid
        for frame in source.source.segmentation.frames
        for each in frame.sources
    )

"""Regions as segments: annotations over slices made into the masks of a segmentation, by the rule of all measuring."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.measure.regions import region_of
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.attributes import integer, text
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.spacing import frame_spacing
from workstation.objects.segmentation_writing import SegmentToWrite, segmentation_dataset, write_segmentation


def segments_of_regions(regions: Sequence[Annotation], images: Sequence[Dataset]) -> tuple[SegmentToWrite, ...]:
    """Make segments of regions.

    Parameters
    ----------
    regions
        Annotations that have an inside; others are left out. Those of one tracking identifier are one segment, also
        where several are on one slice; a region without one is a segment of its own.
    images
        Headers of the images that they are on.

    Raises
    ------
    UserError
        If there is no region, or an image is missing.
    """
    there = {text(each, "SOPInstanceUID"): each for each in images}
    groups: dict[str, list[Annotation]] = {}
    for each in regions:
        if TRAITS[each.kind].is_region:
            tracking = each.about.tracking_uid if each.about is not None else ""
            groups.setdefault(tracking or f"alone {each.id}", []).append(each)
    if not groups:
        raise UserError("There is no region, so there is nothing to save.", hint="Draw one.")
    return tuple(_segment(number, members, there) for number, members in enumerate(groups.values(), 1))


def write_regions(
    regions: Sequence[Annotation],
    images: Sequence[Dataset],
    target: Path,
    *,
    creator: str = "",
    now: datetime | None = None,
) -> Dataset:
    """Write regions as a segmentation into a file; see `segments_of_regions`.

    Raises
    ------
    UserError
        As that and `workstation.objects.segmentation_writing.write_segmentation`.
    """
    return write_segmentation(segments_of_regions(regions, images), images, target, creator=creator, now=now)


def regions_dataset(
    regions: Sequence[Annotation], images: Sequence[Dataset], *, creator: str = "", now: datetime
) -> Dataset:
    """Make a segmentation of regions; raises as `write_regions` but for the file."""
    return segmentation_dataset(segments_of_regions(regions, images), images, creator=creator, now=now)


def _segment(number: int, members: Sequence[Annotation], there: dict[str, Dataset]) -> SegmentToWrite:
    masks: dict[tuple[str, int], NDArray[np.bool_]] = {}
    for each in members:
        image = there.get(each.sop_instance_uid)
        if image is None:
            raise UserError("A region is on an image that is not there.", hint=f"Add {each.sop_instance_uid}.")
        shape = integer(image, "Rows") or 0, integer(image, "Columns") or 0
        spacing = frame_spacing(FunctionalGroups(image), each.frame)
        inside = region_of(each, shape, spacing).whole(shape)
        place = each.sop_instance_uid, each.frame
        masks[place] = masks[place] | inside if place in masks else inside
    first = members[0]
    about = first.about or About()
    label = about.tracking_id or first.text or f"{TRAITS[first.kind].name} {number}"
    return SegmentToWrite(label, masks, about, first.colour)

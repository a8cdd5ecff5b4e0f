"""Regions that a person has painted or drawn on images, as segments on the voxels of the volume that these make."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workstation.measure.regions import region_of
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Plane
from workstation.model.index.records import FrameRef
from workstation.model.segmentation import Segment, SegmentMask
from workstation.volume.segments.labels import MasksOf

Group = tuple[Segment, tuple[Annotation, ...]]


def regions_in(annotations: Sequence[Annotation], frames: Sequence[FrameRef]) -> tuple[Annotation, ...]:
    """Give the annotations with an inside that lie on frames of a volume."""
    places = {(ref.instance.sop_instance_uid, ref.number) for ref in frames}
    return tuple(each for each in annotations if TRAITS[each.kind].is_region and _place(each) in places)


def masks_of_regions(regions: Sequence[Annotation]) -> MasksOf:
    """Give what lies inside regions, for `workstation.volume.segments.labels.labels_of`.

    Parameters
    ----------
    regions
        With an inside. Those of one tracking identifier, such as a lesion over several slices, are one segment; a
        region without one is a segment of its own. Which pixels are inside is as for all numbers
        (`workstation.measure.regions.region_of`).
    """
    groups = _groups(regions)

    def masks(ref: FrameRef, plane: Plane) -> tuple[SegmentMask, ...]:
        place = ref.instance.sop_instance_uid, ref.number
        shape = ref.instance.rows, ref.instance.columns
        found = []
        for segment, members in groups:
            here = [region_of(each, shape, plane.spacing).whole(shape) for each in members if _place(each) == place]
            if here:
                inside: NDArray[np.bool_] = np.logical_or.reduce(here)
                found.append(SegmentMask(segment, inside))
        return tuple(found)

    return masks


def _groups(regions: Sequence[Annotation]) -> list[Group]:
    by_lesion: dict[str, list[Annotation]] = {}
    for each in regions:
        tracking = each.about.tracking_uid if each.about is not None else ""
        by_lesion.setdefault(tracking or f"alone {each.id}", []).append(each)
    groups = []
    for number, members in enumerate(by_lesion.values(), 1):
        first, about = members[0], members[0].about or About()
        label = about.tracking_id or first.text or f"{TRAITS[first.kind].name} {number}"
        groups.append((Segment(number, label, colour=first.colour), tuple(members)))
    return groups


def _place(annotation: Annotation) -> tuple[str, int]:
    return annotation.sop_instance_uid, annotation.frame

"""Segments and structures as live annotations of the images that they lie on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from workstation.errors import UserError
from workstation.model.annotation import About, Annotation, Mask
from workstation.model.annotation_kinds import Kind
from workstation.model.outlines import mask_of
from workstation.model.segmentation import Rgb, Segment
from workstation.model.structures import Structure, StructureSet
from workstation.objects.measurement_report.shapes import Points, mask_points, outlined_mask, without_end
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.structure_contours import ContourFinder, StructureContours

HALF = 0.5
"""The least share at which a pixel of a fractional segmentation is inside."""
_FEWEST_CORNERS = 3


def regions_of_segmentation(source: SegmentationImage, places: Sequence[ImagePlace]) -> tuple[Annotation, ...]:
    """Give the segments of a segmentation as painted regions, one on each image frame that they are in.

    Parameters
    ----------
    source
        The segmentation.
    places
        Frames of images.

    Returns
    -------
    tuple of Annotation
        Those of one segment share a tracking identifier. Pixels of a fractional one are inside from a half on.

    Raises
    ------
    UserError
        If it lies in another frame of reference than all of the images; the sentence names both.
    """
    masks = SegmentMasks(source)
    segmentation = source.segmentation
    named = {each.sop_instance_uid for frame in segmentation.frames for each in frame.sources}
    _check_space(segmentation.frame_of_reference_uid, places, "the segmentation", named)
    found = []
    for place in places:
        for each in masks.masks_for(place).masks:
            mask = mask_of(np.asarray(each.share >= HALF))
            if mask is not None:
                number = f"{each.segment.number}"
                about = _about_segment(each.segment, f"{segmentation.sop_instance_uid} {number}")
                origin = _Origin(segmentation.sop_instance_uid, number, each.segment.colour, about)
                found.append(origin.annotation("mask", mask_points(mask), place, mask))
    return tuple(found)


def regions_of_structures(structures: StructureSet, places: Sequence[ImagePlace]) -> tuple[Annotation, ...]:
    """Give the structures of a set as annotations of the image frames in whose plane their contours lie.

    Parameters
    ----------
    structures
        The structure set.
    places
        Frames of images.

    Returns
    -------
    tuple of Annotation
        A closed contour is a polygon; with others inside of it, as around a hole, a painted region; an open one a
        polyline, a point a point value. Those of one structure share a tracking identifier.

    Raises
    ------
    UserError
        If all of it lies in another frame of reference than the images; the sentence names both.
    """
    finder = ContourFinder(structures)
    named = {source for one in structures.structures for contour in one.contours for source in contour.sources}
    spaces = {each.frame_of_reference_uid for each in structures.structures} - {""} or set(
        structures.frame_of_reference_uids
    )
    if len(spaces) == 1:
        _check_space(next(iter(spaces)), places, "the structure set", named)
    found = []
    for place in places:
        for each in finder.contours_for(place):
            found += _of_structure(each, place, structures.sop_instance_uid)
    return tuple(found)


def _check_space(uid: str, places: Sequence[ImagePlace], name: str, named: set[str]) -> None:
    others = {each.plane.frame_of_reference_uid for each in places if each.plane is not None} - {""}
    if not uid or not others or uid in others or any(each.sop_instance_uid in named for each in places):
        return
    raise UserError(
        f"{name[0].upper()}{name[1:]} lies in the frame of reference {uid}, the images in {min(others)}.",
        hint="Positions in one say nothing about the other; open the images that it was made on.",
    )


def _of_structure(found: StructureContours, place: ImagePlace, source: str) -> list[Annotation]:
    structure = found.structure
    about = _about_structure(structure, source)
    closed = [without_end(each) for each in found.closed if len(without_end(each)) >= _FEWEST_CORNERS]
    mask = outlined_mask(closed) if _are_nested(closed) else None
    shapes: list[tuple[Kind, Points]] = [("polygon", each) for each in closed] if mask is None else []
    shapes += [("polyline", each) for each in found.open if len(each) > 1]
    shapes += [("point", each[:1]) for each in found.points]
    made = []
    if mask is not None:
        origin = _Origin(source, f"{structure.number} mask", structure.colour, about)
        made.append(origin.annotation("mask", mask_points(mask), place, mask))
    for at, (kind, points) in enumerate(shapes):
        origin = _Origin(source, f"{structure.number} {at}", structure.colour, about)
        made.append(origin.annotation(kind, points, place))
    return made


def _are_nested(closed: Sequence[Points]) -> bool:
    """Whether a contour lies inside of another, so that only together they say what is inside."""
    for one in closed:
        outline = one.astype(np.float32).reshape(-1, 1, 2)
        for other in closed:
            if other is not one:
                column, row = (float(each) for each in other[0])
                if cv2.pointPolygonTest(outline, (column, row), measureDist=False) > 0:
                    return True
    return False


def _about_segment(segment: Segment, number: str) -> About:
    return About(
        segment.tracking_uid or _uid_of(number),
        segment.tracking_id or segment.label,
        segment.kind,
        segment.regions[0] if segment.regions else None,
    )


def _about_structure(structure: Structure, source: str) -> About:
    return About(_uid_of(f"{source} {structure.number}"), structure.name)


def _uid_of(words: str) -> str:
    """Give the same identifier for the same words (PS3.5 B.2)."""
    return f"2.25.{int(hashlib.sha256(words.encode()).hexdigest()[:32], 16)}"


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where annotations come from: the object, which part of it, its colour, and what it is about."""

    source_uid: str
    part: str
    colour: Rgb
    about: About

    def annotation(self, kind: Kind, points: Points, place: ImagePlace, mask: Mask | None = None) -> Annotation:
        """Make an annotation of an image frame; the same part has the same number in every reading."""
        words = f"{self.source_uid} {self.part} {place.sop_instance_uid} {place.frame}"
        pairs = tuple((float(column), float(row)) for column, row in points)
        made = Annotation(
            hashlib.sha256(words.encode()).hexdigest()[:32],
            kind,
            place.sop_instance_uid,
            place.frame,
            pairs,
            max(pairs),
            colour=self.colour,
            about=self.about,
            mask=mask,
            source_uid=self.source_uid,
        )
        return made.on_plane(place.plane)

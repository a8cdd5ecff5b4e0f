"""Segments and structures as live annotations of the images that they lie on: what window and commands measure."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.annotation import About, Annotation, Mask
from workstation.model.annotation_kinds import Kind
from workstation.model.outlines import mask_of
from workstation.model.segmentation import Rgb, Segment
from workstation.model.structures import Structure
from workstation.objects.contour_relations import Relation, relations_of, without_twins
from workstation.objects.measurement_report.shapes import Points, mask_points, outlined_mask, without_end
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder, StructureContours
from workstation.quick_dataclass import dataclass

RegionSource = SegmentMasks | ContourFinder
"""A segmentation or a structure set that was read."""
INSIDE = 0.5
"""Least share of a pixel, of a segmentation that gives shares or was drawn on another grid, that counts as inside."""
_FEWEST_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A segment or a structure: its number and label in its object, what it is about, and its colour."""

    number: int
    label: str
    about: About
    colour: Rgb


_Found = Iterator[tuple[Annotation, Part]]


@dataclass(frozen=True, slots=True)
class FoundRegions:
    """Annotations in the order of images, then of parts; ``parts`` has that of each, ``notes`` what is lost."""

    annotations: tuple[Annotation, ...] = ()
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


def parts_of(source: RegionSource) -> tuple[Part, ...]:
    """Give the segments or structures of an object; what stands for the background is none."""
    if isinstance(source, ContourFinder):
        uid = source.structures.sop_instance_uid
        return tuple(_part_of_structure(each, uid) for each in source.structures.structures)
    segmentation = source.source.segmentation
    return tuple(
        _part_of_segment(each, segmentation.sop_instance_uid)
        for each in segmentation.segments
        if not each.is_background
    )


def found_regions(
    source: RegionSource,
    places: Sequence[ImagePlace],
    *,
    name: str = "",
    is_wanted: Callable[[int, str], bool] | None = None,
    together: bool = False,
) -> FoundRegions:
    """Give what an object holds as annotations of the image frames that it lies on.

    Parameters
    ----------
    source
        The object.
    places
        Frames of images.
    name
        What the object is called in messages.
    is_wanted
        Tells by number and label which parts are meant; all where it is left out.
    together
        Several closed contours of a structure on a frame are one painted region, whatever they are to each other.

    Returns
    -------
    FoundRegions
        A segment is a painted region on each frame; pixels of a fractional one are inside from a half on. A closed
        contour is a polygon; with others inside of it, as around a hole, or across it, they are one painted region by
        the even-odd rule, and where they overlap the annotation has a note of it. An open contour is a polyline, a
        point a point value. All annotations of a part share its tracking identifier.

    Raises
    ------
    UserError
        If all of it lies in another frame of reference than the images; the sentence names both.
    """
    check_space(source, places, name)
    found: list[tuple[Annotation, Part]] = []
    notes: list[str] = []
    for place in places:
        if isinstance(source, ContourFinder):
            for each in source.contours_for(place):
                if is_wanted is None or is_wanted(each.structure.number, each.structure.name):
                    found += _of_structure(each, place, source.structures.sop_instance_uid, together=together)
            continue
        masks = source.masks_for(place)
        notes += masks.notes
        uid = source.source.segmentation.sop_instance_uid
        for mask in masks.masks:
            if is_wanted is None or is_wanted(mask.segment.number, mask.segment.label):
                found += _of_segment(mask.segment, mask.share, place, uid)
    return FoundRegions(
        tuple(annotation for annotation, _part in found),
        tuple(part for _annotation, part in found),
        tuple(dict.fromkeys(notes)),
    )


def is_inside(share: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which pixels are inside, by the share of each (float) or by whether it is (bool)."""
    return np.asarray(share if share.dtype == np.bool_ else share >= INSIDE, np.bool_)


def check_space(source: RegionSource, places: Sequence[ImagePlace], name: str = "") -> None:
    """Refuse an object about another frame of reference than all of the images, unless it names one of them.

    Raises
    ------
    UserError
        Both are named.
    """
    own = frames_of_reference(source)
    theirs = {each.plane.frame_of_reference_uid for each in places if each.plane is not None} - {""}
    if not own or not theirs or own & theirs or any(_names(source, each) for each in places):
        return
    kind = "The structure set" if isinstance(source, ContourFinder) else "The segmentation"
    raise UserError(
        f"{name or kind} lies in the frame of reference {', '.join(sorted(own))}, the images lie in "
        f"{', '.join(sorted(theirs))}: they do not belong together.",
        hint="Take the images that it was made on, or register the two first.",
    )


def frames_of_reference(source: RegionSource) -> set[str]:
    """Give the frames of reference that an object is about."""
    if isinstance(source, ContourFinder):
        structures = source.structures
        own = {each.frame_of_reference_uid for each in structures.structures} - {""}
        return own or set(structures.frame_of_reference_uids) - {""}
    return {source.source.segmentation.frame_of_reference_uid} - {""}


def _names(source: RegionSource, place: ImagePlace) -> bool:
    if isinstance(source, ContourFinder):
        contours = (contour for each in source.structures.structures for contour in each.contours)
        return any(place.sop_instance_uid in contour.sources for contour in contours)
    return place.sop_instance_uid in source.source.segmentation.references


def _of_segment(segment: Segment, share: NDArray[Any], place: ImagePlace, source_uid: str) -> _Found:
    mask = mask_of(is_inside(share))
    if mask is not None:
        origin = _Origin(source_uid, str(segment.number), _part_of_segment(segment, source_uid))
        yield origin.annotation("mask", mask_points(mask), place, mask), origin.part


def _of_structure(found: StructureContours, place: ImagePlace, source_uid: str, *, together: bool) -> _Found:
    structure = found.structure
    part = _part_of_structure(structure, source_uid)
    drawn = [each for each in map(without_end, found.closed) if len(each) >= _FEWEST_CORNERS]
    closed = without_twins(drawn)
    relations = relations_of(closed, (place.rows, place.columns))
    is_one = bool(relations - {Relation.APART}) or (together and len(closed) > 1)
    mask = outlined_mask(closed) if is_one else None
    notes = tuple(_notes(structure.name, relations, is_twice=len(closed) < len(drawn)))
    shapes: list[tuple[Kind, Points]] = [("polygon", each) for each in closed] if mask is None else []
    shapes += [("polyline", each) for each in found.open if len(each) > 1]
    shapes += [("point", each[:1]) for each in found.points]
    if mask is not None:
        origin = _Origin(source_uid, f"{structure.number} mask", part, notes)
        yield origin.annotation("mask", mask_points(mask), place, mask), part
    for at, (kind, points) in enumerate(shapes):
        origin = _Origin(source_uid, f"{structure.number} {at}", part, notes if kind == "polygon" else ())
        yield origin.annotation(kind, points, place), part


def _notes(name: str, relations: frozenset[Relation], *, is_twice: bool) -> Iterator[str]:
    if Relation.OVERLAPPING in relations:
        yield (
            f"Contours of {name} overlap on a slice, and neither lies inside of the other: what lies in both is taken "
            "to be outside (even-odd), as a hole is. The file does not say whether that is meant."
        )
    if is_twice:
        yield f"A contour of {name} is there more than once on a slice; it is taken once."


def _part_of_segment(segment: Segment, source_uid: str) -> Part:
    about = About(
        segment.tracking_uid or _uid_of(f"{source_uid} {segment.number}"),
        segment.tracking_id or segment.label,
        segment.kind,
        segment.regions[0] if segment.regions else None,
    )
    return Part(segment.number, segment.label, about, segment.colour)


def _part_of_structure(structure: Structure, source_uid: str) -> Part:
    about = About(_uid_of(f"{source_uid} {structure.number}"), structure.name)
    return Part(structure.number, structure.name, about, structure.colour)


def _uid_of(words: str) -> str:
    """Give the same identifier for the same words (PS3.5 B.2)."""
    return f"2.25.{int(hashlib.sha256(words.encode()).hexdigest()[:32], 16)}"


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where annotations come from: the object, which piece of which part of it, and what has to be told of it."""

    source_uid: str
    piece: str
    part: Part
    notes: tuple[str, ...] = ()

    def annotation(self, kind: Kind, points: Points, place: ImagePlace, mask: Mask | None = None) -> Annotation:
        """Make an annotation of an image frame; the same piece has the same number in every reading."""
        words = f"{self.source_uid} {self.piece} {place.sop_instance_uid} {place.frame}"
        pairs = tuple((float(column), float(row)) for column, row in points)
        made = Annotation(
            hashlib.sha256(words.encode()).hexdigest()[:32],
            kind,
            place.sop_instance_uid,
            place.frame,
            pairs,
            max(pairs),
            colour=self.part.colour,
            about=self.part.about,
            mask=mask,
            source_uid=self.source_uid,
            notes=self.notes,
        )
        return made.on_plane(place.plane)

"""Measurements and regions that objects hold as live annotations: of reports, states, segmentations, structure sets."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.index.records import Instance
from workstation.model.instance_plane import plane_of
from workstation.model.marking import Marking
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.model.image import Image
    from workstation.objects.found_regions import RegionSource
    from workstation.objects.measurement_report.loose import CutsThrough
    from workstation.objects.measurement_report.values import FoundGroup, FoundReport
    from workstation.objects.segment_masks import ImagePlace

Images = Mapping[str, Instance]
"""Open images by SOP Instance UID."""
REPORTS, STATES, SEGMENTATIONS, STRUCTURES = "SR", "PR", "SEG", "RTSTRUCT"
_SAME_PX = _SAME_MM = 0.01


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an object holds: annotations, and sentences; ``is_shown`` says that it is to be shown as it is."""

    annotations: tuple[Annotation, ...] = ()
    notes: tuple[str, ...] = ()
    is_shown: bool = False


def can_hold(instance: Instance) -> bool:
    """Tell whether an object may hold measurements."""
    return instance.modality in (REPORTS, STATES, SEGMENTATIONS, STRUCTURES)


def load(instance: Instance, images: Images, job: Job, cuts: "CutsThrough | None" = None) -> Loaded:
    """Read an object.

    Parameters
    ----------
    instance
        The object.
    images
        That are open.
    job
        Is asked whether to go on.
    cuts
        Gives planes of volumes that are open, for graphics of reports that lie in no image.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    if instance.modality == STATES:
        return _of_state(instance, images, job)
    if instance.modality in (SEGMENTATIONS, STRUCTURES):
        return _of_regions(instance, images, job)
    return _of_report(instance, images, job, cuts)


def _of_report(instance: Instance, images: Images, job: Job, cuts: "CutsThrough | None") -> Loaded:
    job.check()
    found = report_on(instance, images, cuts)
    if not found.groups:
        return Loaded(notes=found.notes, is_shown=True)
    notes = [*found.notes, *(note for group in found.groups for note in group.notes)]
    there, empty = tuple[Annotation, ...](), 0
    series = {each.series_instance_uid for each in images.values()}
    for group in found.groups:
        drawn = [
            each for each in group.annotations if each.sop_instance_uid in (images if each.cut is None else series)
        ]
        if not drawn:
            segmented = _of_segments(group, images)
            drawn, notes = list(segmented.annotations), [*notes, *segmented.notes]
        there, empty = (*there, *drawn), empty + (not drawn)
    if empty:
        of = f"{empty} of {len(found.groups)} groups"
        notes.append(f"{of} have no graphics on images that are open; the report says all of them.")
    return Loaded(there, tuple(dict.fromkeys(notes)), is_shown=not there)


def report_on(instance: Instance, images: Images, cuts: "CutsThrough | None" = None) -> "FoundReport":
    """Read a report, its graphics laid on the images that it is about, or on planes of volumes.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    from workstation.objects.measurement_report.reading import read_report

    first = read_report(instance.place)
    named = set(_images_of(first))
    in_space = any(each.image is None for group in first.groups for each in group.shapes)
    wanted = [each for uid, each in images.items() if uid in named or (in_space and _may_lie_on(each, instance))]
    places = [place for each in wanted for place in _places_of(each)]
    return read_report(instance.place, places, cuts) if places or (cuts is not None and in_space) else first


def _of_segments(group: "FoundGroup", images: Images) -> Loaded:
    """Give what a group says of segments as live regions, where the segmentation and its images are open."""
    from workstation.objects.found_regions import found_regions
    from workstation.objects.segment_masks import SegmentMasks
    from workstation.objects.segmentation import SegmentationImage

    made: list[Annotation] = []
    notes: list[str] = []
    for named in group.segments:
        instance = images.get(named.sop_instance_uid)
        if instance is None:
            continue
        source = SegmentMasks(SegmentationImage.open(instance.place))
        references = source.source.segmentation.references
        places = [place for uid, each in images.items() if uid in references for place in _places_of(each)]
        wanted = set(named.segments)
        found = found_regions(source, places, is_wanted=lambda number, _label, wanted=wanted: number in wanted)  # type: ignore[misc]  # binds
        made += [replace(each, about=group.about) for each in found.annotations]
        notes += found.notes
    return Loaded(tuple(made), tuple(notes))


def _images_of(report: "FoundReport") -> Iterator[str]:
    for group in report.groups:
        for shape in group.shapes:
            if shape.image is not None:
                yield shape.image.image.sop_instance_uid
        for reference in group.references:
            yield reference.image.sop_instance_uid


def _may_lie_on(image: Instance, report: Instance) -> bool:
    """Tell whether graphics in space may lie on an image: of the same study, with a place in the patient."""
    return image.study_instance_uid == report.study_instance_uid and bool(image.frame_of_reference_uid)


def _places_of(instance: Instance) -> "Iterator[ImagePlace]":
    from workstation.objects.segment_masks import ImagePlace

    if instance.number_of_frames <= 1:
        yield ImagePlace(instance.sop_instance_uid, 0, instance.rows, instance.columns, plane_of(instance))
        return
    from workstation.model.image import Image
    from workstation.model.pixels.placement import frame_plane
    from workstation.model.pixels.spacing import frame_spacing

    with Image.open(instance.place) as image:
        groups = image.groups
        for number in range(image.number_of_frames):
            plane = frame_plane(groups, number, frame_spacing(groups, number))
            yield ImagePlace(instance.sop_instance_uid, number, instance.rows, instance.columns, plane)


def _of_regions(instance: Instance, images: Images, job: Job) -> Loaded:
    from workstation.objects.found_regions import found_regions
    from workstation.objects.segment_masks import SegmentMasks
    from workstation.objects.structure_contours import ContourFinder

    named: frozenset[str]
    source: RegionSource
    if instance.modality == SEGMENTATIONS:
        from workstation.objects.segmentation import SegmentationImage

        source = SegmentMasks(SegmentationImage.open(instance.place))
        named = source.source.segmentation.references
    else:
        from workstation.objects.structure_set import read_structure_set

        structures = read_structure_set(instance.place)
        contours = (contour for each in structures.structures for contour in each.contours)
        named = frozenset(uid for contour in contours for uid in contour.sources)
        source = ContourFinder(structures)
    wanted = [each for uid, each in images.items() if uid in named or (not named and _may_lie_on(each, instance))]
    job.check()
    places = [place for each in wanted for place in _places_of(each)]
    if not places:
        return Loaded(notes=("The images that its regions are on are not open.",))
    found = found_regions(source, places)
    none = () if found.annotations else ("None of its regions lies on an image that is open.",)
    told = dict.fromkeys(note for each in found.annotations for note in each.notes)
    return Loaded(found.annotations, (*found.notes, *told, *none))


def _of_state(instance: Instance, images: Images, job: Job) -> Loaded:
    from workstation.display.presentation import graphics_of
    from workstation.display.taken_annotations import annotations_of
    from workstation.model.image import Image
    from workstation.objects.presentation.reading import open_presentation_state

    state = open_presentation_state(instance.place)
    meant = [each for uid, each in images.items() if any(one.sop_instance_uid == uid for one in state.references)]
    found: list[Annotation] = []
    left = 0
    for done, each in enumerate(meant):
        job.progress(done, len(meant), "Reading images")
        with Image.open(each.place) as image:
            for number in range(image.number_of_frames):
                if not state.refers_to(each.sop_instance_uid, number):
                    continue
                frame = _flat(image, number)
                drawn = graphics_of(state, frame, each.sop_instance_uid)
                place = (each.sop_instance_uid, number)
                taken = annotations_of(drawn, frame, place, iter(lambda: uuid.uuid4().hex, ""))
                found += taken.annotations
                left += taken.left
    notes = [] if meant else ["The images that the presentation state is for are not open."]
    if left:
        notes.append(f"{left} of what the state draws are nothing that can be changed; the state still shows them.")
    return Loaded(tuple(found), tuple(notes))


def _flat(image: "Image", number: int) -> "Frame":
    """Give a frame without its pixels, with the place of its own in the patient."""
    from workstation.display.state_files import described_frame
    from workstation.model.pixels.placement import frame_plane
    from workstation.model.pixels.spacing import frame_spacing

    spacing = frame_spacing(image.groups, number)
    plane = frame_plane(image.groups, number, spacing)
    return replace(described_frame(image), number=number, spacing=spacing, plane=plane)


def with_loaded(marking: Marking, loaded: Sequence[Annotation]) -> tuple[Marking, int]:
    """Add annotations that are not there yet; gives also how many are there already, by id or by place and shape."""
    there = {each.id for each in marking.annotations}
    kinds: dict[tuple[str, str, int], list[Annotation]] = {}
    for each in marking.annotations:
        kinds.setdefault((each.kind, each.sop_instance_uid, each.frame), []).append(each)
    new = []
    for each in loaded:
        alike = kinds.setdefault((each.kind, each.sop_instance_uid, each.frame), [])
        if each.id in there or any(_is_same(each, other) for other in alike):
            continue
        new.append(each)
        alike.append(each)
        there.add(each.id)
    return replace(marking, annotations=(*marking.annotations, *new)), len(loaded) - len(new)


def _is_same(one: Annotation, other: Annotation) -> bool:
    if len(one.points_px) != len(other.points_px) or one.mask != other.mask or one.text != other.text:
        return False
    if one.cut is not None or other.cut is not None:
        places = (one.points_lps, other.points_lps)
        return all(places) and bool(np.abs(np.subtract(*places)).max() <= _SAME_MM)
    return bool(np.abs(np.subtract(one.points_px, other.points_px)).max() <= _SAME_PX)

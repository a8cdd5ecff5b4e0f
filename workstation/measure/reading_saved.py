"""Saved measurements of any program: the numbers as they stand in reports, or live again on their images."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from pydicom import Dataset

from workstation.display.inputs import Input, inputs_of
from workstation.display.presentation import graphics_of
from workstation.display.taken_annotations import annotations_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.calibration import calibration_at, spacing_facts
from workstation.measure.done import Done
from workstation.measure.measuring import measured
from workstation.measure.on_images import setting_of
from workstation.measure.parameters import ReadParameters
from workstation.measure.setting import ImageFacts
from workstation.measure.stated import stated
from workstation.measure.volumes_anew import volume_anew
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.attributes import text
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Place
from workstation.model.measurement import Measurement
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.stacks import MOST_FRAMES
from workstation.model.volume_frames import Images
from workstation.objects.measurement_report.loose import CutsThrough
from workstation.objects.measurement_report.numbers import value_of
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import is_volume, volumes_of_report
from workstation.objects.measurement_report.values import FoundGroup
from workstation.objects.presentation.reading import open_presentation_state
from workstation.objects.segment_masks import ImagePlace
from workstation.operations.operation import ItemFailed, one_line
from workstation.operations.places import OTHER_KIND, LeftOut, failed, places_of
from workstation.quick_dataclass import dataclass

_STATE = "PR"


@dataclass(frozen=True, slots=True)
class SavedGroup:
    """A measurement group as it stands in a report; ``numbers`` are (what, value with unit)."""

    source: str
    name: str
    tracking_id: str
    tracking_uid: str
    finding: str
    sites: tuple[str, ...]
    kinds: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    role: str = ""
    status: str = ""

    def text(self) -> str:
        """Give it as lines."""
        named = self.name or self.tracking_id or self.tracking_uid or "a group without a name"
        about = ", ".join(filter(None, (self.finding, *self.sites, self.role, self.status)))
        first = f"{self.source}: {named}" + (f" ({about})" if about else "")
        return "\n".join(one_line(line) for line in (first, *(f"  {what}: {value}" for what, value in self.numbers)))


class OnPlanes(Protocol):
    """What is known of volumes that images make."""

    def measured(
        self, annotations: Sequence[Annotation], instances: Mapping[str, Instance], parameters: ReadParameters, job: Job
    ) -> "Iterator[Done | ItemFailed]":
        """Measure anew what lies on planes of volumes."""

    def cuts(self, instances: Mapping[str, Instance]) -> CutsThrough:
        """Give what finds planes for graphics in space that lie in no image."""


def read_saved(parameters: ReadParameters, job: Job, on_planes: OnPlanes) -> Iterator[SavedGroup | Done | ItemFailed]:
    """Read saved measurements; with images those that lie on them, or on planes of them, are measured anew."""
    instances, problems = _images(parameters.images, job)
    yield from problems
    left_out = LeftOut(parameters.inputs)
    for done, place in enumerate(places_of(parameters.inputs)):
        job.progress(done, None, "Reading measurements")
        if isinstance(place, ItemFailed):
            yield place
            continue
        try:
            yield from _of_place(place, read_dataset(place), instances, parameters, (left_out, job, on_planes))
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
        except UserError as error:
            yield ItemFailed(str(place), error.message, error.hint)
    left_out.note(job)


def _images(paths: Sequence[Path], job: Job) -> tuple[dict[str, Instance], list[ItemFailed]]:
    found: dict[str, Instance] = {}
    problems: list[ItemFailed] = []
    for each in inputs_of(paths, job):
        if isinstance(each, Input):
            found[each.instance.sop_instance_uid] = each.instance
        else:
            problems.append(each)
    return found, problems


def _of_place(
    place: Place,
    dataset: Dataset,
    instances: dict[str, Instance],
    parameters: ReadParameters,
    telling: tuple[LeftOut, Job, OnPlanes],
) -> Iterator[SavedGroup | Done | ItemFailed]:
    left_out, job, on_planes = telling
    if text(dataset, "Modality") == _STATE:
        if not instances:
            yield ItemFailed(str(place), "A presentation state has no numbers of its own.", "Give --images.")
            return
        yield from _measured(place, list(_of_state(place, instances)), instances, parameters)
        return
    places = [each for instance in instances.values() for each in _places_of(instance)]
    report = report_of(dataset, places, on_planes.cuts(instances) if instances else None)
    if not report.groups:
        if left_out.is_named(place):
            yield ItemFailed(str(place), "It holds no measurement groups.", "sr show tells what it says.")
        else:
            left_out.count(OTHER_KIND)
        return
    if not instances:
        yield from (saved_group(place, group) for group in report.groups)
        return
    for note in dict.fromkeys(note for group in report.groups for note in group.notes):
        job.log(f"{place}: {note}")
    drawn = [(each, is_volume(group)) for group in report.groups for each in group.annotations]
    single = [each for each, is_contour in drawn if each.cut is None and not is_contour]
    cut = [each for each, _is_contour in drawn if each.cut is not None]
    volumes = [each for each in volumes_of_report(report) if each.contours or each.segmentation_uid or not cut]
    yield from on_planes.measured(cut, instances, parameters, job)
    if single or not (volumes or cut):
        yield from _measured(place, single, instances, parameters)
    for volume in volumes:
        yield from volume_anew(volume, str(place), instances, parameters, job)


def _places_of(instance: Instance) -> Iterator[ImagePlace]:
    size = instance.rows, instance.columns
    with closing(Images()) as images:
        for number in range(min(instance.number_of_frames, MOST_FRAMES)):
            plane = images.plane(FrameRef(instance, number))
            yield ImagePlace(instance.sop_instance_uid, number, *size, plane)


def _of_state(place: Place, instances: dict[str, Instance]) -> Iterator[Annotation]:
    state = open_presentation_state(place)
    for uid, instance in instances.items():
        with Image.open(instance.place) as image:
            for number in range(image.number_of_frames):
                if not state.refers_to(uid, number):
                    continue
                frame = image.frame(number)
                taken = annotations_of(
                    graphics_of(state, frame, uid), frame, (uid, number), iter(lambda: uuid.uuid4().hex, "")
                )
                yield from taken.annotations


def saved_group(place: Place, group: FoundGroup) -> SavedGroup:
    """Give a group as it stands in its report."""
    numbers = []
    for each in group.values:
        value = value_of(each)
        if value is not None:
            numbers.append((value.quantity.words, value.text()))
        else:
            unit = each.unit.value if each.unit is not None else ""
            numbers.append((str(each.concept or "a number"), f"{each.text} {unit}".strip() or "no value"))
    return SavedGroup(
        str(place),
        group.name,
        group.tracking_id,
        group.tracking_uid,
        str(group.finding or ""),
        tuple(str(each) for each in group.sites),
        tuple(each.kind for each in group.annotations),
        tuple(numbers),
        group.about.role,
        group.about.status,
    )


def _measured(
    place: Place, annotations: Sequence[Annotation], instances: dict[str, Instance], parameters: ReadParameters
) -> Iterator[Done | ItemFailed]:
    there = [each for each in annotations if each.sop_instance_uid in instances]
    if not there:
        yield ItemFailed(str(place), "Nothing in it lies on these images.", "Give the images that it is about.")
    for each in there:
        instance = instances[each.sop_instance_uid]
        if not TRAITS[each.kind].is_measured:
            said = stated(each, str(instance.place))
            yield from () if said is None else (Done(said, instance),)
            continue
        lines = [line for line in there if line.kind == "calibration" and line.is_on(each.sop_instance_uid, each.frame)]
        try:
            yield Done(_anew(each, instance, lines, parameters), instance)
        except Refused as refusal:
            yield failed(instance.place, refusal)
        except UserError as error:
            yield ItemFailed(str(instance.place), error.message, error.hint)


def _anew(
    annotation: Annotation, instance: Instance, lines: Sequence[Annotation], parameters: ReadParameters
) -> Measurement:
    with Image.open(instance.place) as image:
        frame, facts = image.frame(annotation.frame), spacing_facts(image, annotation.frame)
    calibration = calibration_at(
        frame,
        annotation.points_px,
        regions=facts.regions,
        given=parameters.calibration,
        lines=lines,
        detector=facts.detector,
        doubts=facts.doubts,
    )
    setting = replace(setting_of(parameters), calibration=calibration)
    about = ImageFacts(str(instance.place), instance.modality)
    return measured(annotation.on_plane(frame.plane), frame, setting, image_facts=about)

"""Volumes that a command asks for: of masks in files, and of thresholded spheres."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import about_of, whose
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.on_images import frame_in_index, setting_of
from workstation.measure.parameters import VolumeParameters
from workstation.measure.region_files import RegionFiles, labelled
from workstation.measure.setting import ImageFacts
from workstation.measure.stack_planes import slice_step
from workstation.measure.volumes import measured_contours, measured_segment
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.frame import Frame
from workstation.model.image_stacks import opened_together
from workstation.model.index.records import Instance, Place, Stack
from workstation.model.refusal import Refused
from workstation.model.stacks import stacks_of
from workstation.model.text import clean
from workstation.model.volume_frames import Images
from workstation.objects.found_regions import Part, RegionSource, check_space, found_regions, parts_of
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed

Found = Iterator[Done | ItemFailed]


def volumes(parameters: VolumeParameters, job: Job) -> Found:
    """Measure volumes on the images of a series.

    Raises
    ------
    UserError
        If the images are of several series, a mask cannot be read, the threshold is none, or nothing says which volume.
    """
    instances: list[Instance] = []
    for each in inputs_of(parameters.inputs, job):
        if isinstance(each, Input):
            instances.append(each.instance)
        else:
            yield each
    if not instances:
        return
    if not parameters.roi and parameters.centre is None:
        from workstation.measure.segments_alone import segment_volumes

        yield from segment_volumes(parameters, instances, job)
        return
    stack = stack_of(instances, parameters.stack)
    if parameters.centre is not None:
        from workstation.measure.sphere_files import sphere_volumes

        yield from sphere_volumes(parameters, stack, job)
        return
    files = RegionFiles(parameters.roi, parameters.segment)
    for path, source in zip(files.paths, files.sources, strict=True):
        for part in parts_of(source):
            if files.is_wanted(part.number, part.label):
                yield _part((Place(path), source), part, stack, parameters, job)


def stack_of(instances: Iterable[Instance], wanted: str = "") -> Stack:
    """Give the only stack of images, or the one of several that is named by its label or its number from 1.

    Frames of one file are told apart as those of several are: by time, echo, b-value ...

    Raises
    ------
    UserError
        If there are several, of one series or of more; those of one are named.
    """
    stacks = opened_together(stacks_of(tuple(instances)))
    if len({each.frames[0].instance.series_instance_uid for each in stacks}) > 1:
        raise UserError("The images are of several series.", hint="Give those of one series.")
    labels = [each.label or f"stack {number}" for number, each in enumerate(stacks, 1)]
    plain = wanted.strip().casefold()
    meant = [
        each
        for number, (each, label) in enumerate(zip(stacks, labels, strict=True), 1)
        if plain in ("", str(number), label.casefold())
    ]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(f"{number} {label}" for number, label in enumerate(labels, 1))
    if plain:
        raise UserError(f"The images have no stack {wanted}.", hint=f"There are: {names}.")
    raise UserError(f"The images make several stacks: {names}.", hint="Say which with --stack and its number.")


def _part(
    opened: tuple[Place, RegionSource], part: Part, stack: Stack, parameters: VolumeParameters, job: Job
) -> Done | ItemFailed:
    first, (place, source) = stack.frames[0].instance, opened
    subject = f"{first.place.path.parent}: {part.label}"
    setting = setting_of(parameters)
    facts = ImageFacts(str(first.place), first.modality)
    name = clean(parameters.annotation) or part.label
    about = about_of(parameters, whose(first)) or part.about
    try:
        with closing(Images()) as images:
            if isinstance(source, SegmentMasks):
                annotation = stand_in(first, name, about)
                frames = segmented(source, stack, images, job)
                made = measured_segment(annotation, source, part.number, frames, setting, image_facts=facts)
                extent = extent_of_segment(place, source, part.number, stack)
            else:
                contours = list(_contours(source, part.number, stack, images, job))
                if not contours:
                    return ItemFailed(subject, "It lies on none of these images.", "Give the images it was drawn on.")
                contours = [(replace(labelled(each, name), about=about), frame) for each, frame in contours]
                step = slice_step(stack, images)
                made = measured_contours(contours, setting, step_mm=step, image_facts=facts)
                drawn = tuple(each for each, _frame in contours)
                extent = Extent(_instances(stack, {each.sop_instance_uid for each in drawn}), drawn, place)
    except Refused as refusal:
        return failed(subject, refusal)
    except UserError as error:
        return ItemFailed(subject, error.message, error.hint)
    return Done(made, first, extent=extent)


def _instances(stack: Stack, uids: Collection[str]) -> tuple[Instance, ...]:
    found = {ref.instance.sop_instance_uid: ref.instance for ref in stack.frames}
    return tuple(each for uid, each in found.items() if uid in uids)


def extent_of_segment(place: Place, source: SegmentMasks, number: int, stack: Stack) -> Extent:
    """Give the frames of a stack that a segment lies on, by what the object says of its own frames."""
    frames = []
    with closing(Images()) as images:
        for ref in stack.frames:
            instance = ref.instance
            size = instance.rows, instance.columns
            here = ImagePlace(instance.sop_instance_uid, ref.number, *size, images.plane(ref))
            if any(each.segment in (None, number) for each in source.frames_for(here)):
                frames.append((instance.sop_instance_uid, ref.number))
    instances = _instances(stack, {uid for uid, _number in frames} or {stack.frames[0].instance.sop_instance_uid})
    return Extent(instances, source=place, segment=number, frames=tuple(frames))


def stand_in(instance: Instance, name: str, about: About) -> Annotation:
    """Give what a volume that has no region on one image is told as."""
    return Annotation(uuid.uuid4().hex, "text", instance.sop_instance_uid, 0, ((0, 0),), (0, 0), name, about=about)


def segmented(source: SegmentMasks, stack: Stack, images: Images, job: Job) -> Iterator[tuple[ImagePlace, Frame]]:
    """Give the frames in whose plane the object has any pixels; then the others without theirs, for their places."""
    others: list[tuple[ImagePlace, Frame]] = []
    for done, ref in enumerate(stack.frames):
        job.progress(done, len(stack.frames), "Measuring")
        instance = ref.instance
        plain = frame_in_index(instance)
        if plain is not None:
            place = ImagePlace(instance.sop_instance_uid, 0, instance.rows, instance.columns, plain.plane)
            check_space(source, [place])
            if not source.frames_for(place):
                others.append((place, plain))
                continue
        frame = images.frame(ref)
        place = ImagePlace.of(instance.sop_instance_uid, frame)
        check_space(source, [place])
        yield place, frame
    yield from others


def _contours(
    source: ContourFinder, number: int, stack: Stack, images: Images, job: Job
) -> Iterator[tuple[Annotation, Frame]]:
    """Give the regions of a structure as they are in the window, each with its frame."""
    for done, ref in enumerate(stack.frames):
        job.progress(done, len(stack.frames), "Measuring")
        instance = ref.instance
        place = ImagePlace(instance.sop_instance_uid, ref.number, instance.rows, instance.columns, images.plane(ref))
        found = found_regions(source, [place], is_wanted=lambda own, _label: own == number)
        regions = [each for each in found.annotations if TRAITS[each.kind].is_region]
        if regions:
            frame = images.frame(ref)
            yield from ((each, frame) for each in regions)

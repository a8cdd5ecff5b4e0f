"""Volumes that a command asks for: of masks in files, and of thresholded spheres."""

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workstation.display.inputs import Input, inputs_of
from workstation.display.segment_files import read_segment_files
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import about_of, label_beside, whose
from workstation.measure.on_images import Done, frame_in_index, setting_of
from workstation.measure.parameters import VolumeParameters
from workstation.measure.region_files import RegionFiles, check_frame_of_reference, parts_of
from workstation.measure.setting import ImageFacts
from workstation.measure.slice_distances import distance_of_slices
from workstation.measure.sphere_measurement import sphere_measurement
from workstation.measure.suv.series import one_scale, suv_of_series
from workstation.measure.volumes import measured_contours, measured_segment
from workstation.model.annotation import About, Annotation, Threshold
from workstation.model.frame import Frame
from workstation.model.geometry import lps_to_image
from workstation.model.image import Image
from workstation.model.index.records import Instance, Stack
from workstation.model.outlines import mask_of
from workstation.model.refusal import Refused
from workstation.model.slices import plane_of
from workstation.model.stacks import stacks_of
from workstation.model.text import clean
from workstation.model.volume import build_volume
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder, contour_mask
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.operations.values import parse_number

if TYPE_CHECKING:
    from pydicom import Dataset

Source = SegmentMasks | ContourFinder
Found = Iterator[Done | ItemFailed]
_PERCENT = re.compile(r"\s*([-+.\deE]+)\s*%\s*")
_RANGE = re.compile(r"\s*(suv)?\s*([-+.\deE]+?)\s*(?:\.\.\s*([-+.\deE]+)\s*)?")


def volumes(parameters: VolumeParameters, job: Job) -> Found:
    """Measure volumes on the images of a series.

    Raises
    ------
    UserError
        If the images are of several series, a mask cannot be read, or the threshold is none.
    """
    instances: list[Instance] = []
    for each in inputs_of(parameters.inputs, job):
        if isinstance(each, Input):
            instances.append(each.instance)
        else:
            yield each
    if not instances:
        return
    stack = stack_of(instances)
    if parameters.centre is not None:
        yield from _sphere(parameters, stack, job)
        return
    files = RegionFiles(parameters.roi, parameters.segment)
    for source in read_segment_files(parameters.roi, 1.0).sources:
        if not isinstance(source, SegmentMasks | ContourFinder):
            raise UserError("A dose has no regions.", hint="Give a SEG or RTSTRUCT object.")
        for number, label, uid in parts_of(source):
            if files.is_wanted(number, label):
                yield _part(source, (number, label, uid), stack, parameters, job)


def stack_of(instances: Iterable[Instance]) -> Stack:
    """Give the only stack of images.

    Raises
    ------
    UserError
        If there are several.
    """
    stacks = stacks_of(tuple(instances))
    if len({each.frames[0].instance.series_instance_uid for each in stacks}) > 1:
        raise UserError("The images are of several series.", hint="Give those of one series.")
    if len(stacks) > 1:
        names = ", ".join(each.label for each in stacks)
        raise UserError(f"The images make several stacks: {names}.", hint="Give the files of one of them.")
    return stacks[0]


def _part(
    source: Source, part: tuple[int, str, str], stack: Stack, parameters: VolumeParameters, job: Job
) -> Done | ItemFailed:
    number, label, uid = part
    first = stack.frames[0].instance
    subject = f"{first.place.path.parent}: {label}"
    setting = setting_of(parameters)
    facts = ImageFacts(str(first.place), first.modality)
    name = clean(parameters.annotation) or label
    about = about_of(parameters, whose(first)) or About(uid, label)
    try:
        if isinstance(source, SegmentMasks):
            annotation = _stand_in(first, name, about)
            images = _images(source, stack, job)
            made = measured_segment(annotation, source, number, images, setting, image_facts=facts)
        else:
            contours = list(_contours(source, number, stack, (name, about), job))
            if not contours:
                return ItemFailed(subject, "It lies on none of these images.", "Give the images it was drawn on.")
            planes = [plane for ref in stack.frames if (plane := plane_of(ref.instance)) is not None]
            step = distance_of_slices(planes) if len(planes) == len(stack.frames) else None
            made = measured_contours(contours, setting, step_mm=step, image_facts=facts)
    except Refused as refusal:
        return failed(subject, refusal)
    except UserError as error:
        return ItemFailed(subject, error.message, error.hint)
    return Done(made, first)


def _stand_in(instance: Instance, name: str, about: About) -> Annotation:
    """Give what a volume that has no region on one image is told as."""
    return Annotation(uuid.uuid4().hex, "text", instance.sop_instance_uid, 0, ((0, 0),), (0, 0), name, about=about)


def _images(source: SegmentMasks, stack: Stack, job: Job) -> Iterator[tuple[ImagePlace, Frame]]:
    """Give the frames in whose plane the object has any pixels; then the others without theirs, for their places."""
    others: list[tuple[ImagePlace, Frame]] = []
    for done, ref in enumerate(stack.frames):
        job.progress(done, len(stack.frames), "Measuring")
        instance = ref.instance
        plain = frame_in_index(instance)
        if plain is not None:
            place = ImagePlace(instance.sop_instance_uid, 0, instance.rows, instance.columns, plain.plane)
            check_frame_of_reference(source, place, "The mask")
            if not source.frames_for(place):
                others.append((place, plain))
                continue
        with Image.open(instance.place) as image:
            frame = image.frame(ref.number)
        place = ImagePlace.of(instance.sop_instance_uid, frame)
        check_frame_of_reference(source, place, "The mask")
        yield place, frame
    yield from others


def _contours(
    source: ContourFinder, number: int, stack: Stack, told: tuple[str, About], job: Job
) -> Iterator[tuple[Annotation, Frame]]:
    name, about = told
    for done, ref in enumerate(stack.frames):
        job.progress(done, len(stack.frames), "Measuring")
        instance = ref.instance
        place = ImagePlace(instance.sop_instance_uid, ref.number, instance.rows, instance.columns, plane_of(instance))
        check_frame_of_reference(source, place, "The mask")
        found = [each for each in source.contours_for(place) if each.structure.number == number and each.closed]
        if not found:
            continue
        with Image.open(instance.place) as image:
            frame = image.frame(ref.number)
        mask = mask_of(contour_mask(found[0].closed, (instance.rows, instance.columns)))
        if mask is None:
            continue
        points = ((mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1))
        made = Annotation(
            uuid.uuid4().hex,
            "mask",
            instance.sop_instance_uid,
            ref.number,
            points,
            label_beside(points),
            name,
            about=about,
            mask=mask,
        )
        yield made.on_plane(frame.plane), frame


def threshold_of(text: str) -> Threshold:
    """Read ``41%``, ``300``, ``300..2000``, ``suv4`` or ``suv2.5..9``.

    Raises
    ------
    UserError
        If it is none of these.
    """
    percent, limits = _PERCENT.fullmatch(text), _RANGE.fullmatch(text)
    try:
        if percent is not None:
            return Threshold("percent", parse_number(percent[1]))
        if limits is not None:
            high = parse_number(limits[3]) if limits[3] else None
            return Threshold("suv" if limits[1] else "value", parse_number(limits[2]), high)
    except ValueError:
        pass
    raise UserError(f"{text!r} is no threshold.", hint="Give 41%, a value such as 300 or 300..2000, or suv4.")


def _sphere(parameters: VolumeParameters, stack: Stack, job: Job) -> Found:
    if parameters.centre is None or parameters.radius is None:
        raise ValueError("a sphere without centre or radius")
    threshold = threshold_of(parameters.threshold)
    volume = build_volume(stack, report=lambda done, total: job.progress(done, total, "Reading slices"))
    middle = parameters.centre
    rim = (middle[0] + parameters.radius.value, middle[1], middle[2])
    nearest = min(stack.frames, key=lambda ref: _away_mm(ref.instance, middle))
    plane = plane_of(nearest.instance)
    uid = plane.frame_of_reference_uid if plane is not None else ""
    annotation = Annotation(
        uuid.uuid4().hex,
        "sphere",
        nearest.instance.sop_instance_uid,
        nearest.number,
        _in_image(nearest.instance, (middle, rim)),
        (0.0, 0.0),
        clean(parameters.annotation),
        points_lps=(middle, rim),
        frame_of_reference_uid=uid,
        about=about_of(parameters, whose(nearest.instance)),
        threshold=threshold,
    )
    scale = None
    if threshold.kind == "suv" or parameters.suv:
        factors = suv_of_series([_header(ref.instance) for ref in stack.frames])
        scale = one_scale(factors)
        if scale is None:
            raise UserError("The images have different factors to SUV.", hint="Measure in their own unit.")
    made, _voxels = sphere_measurement(annotation, volume, scale=scale, place=str(nearest.instance.place))
    yield Done(made, nearest.instance)


def _header(instance: Instance) -> "Dataset":
    with Image.open(instance.place) as image:
        return image.dataset


def _away_mm(instance: Instance, point: tuple[float, float, float]) -> float:
    plane = plane_of(instance)
    return float("inf") if plane is None else abs(float(lps_to_image(plane, [point])[1][0]))


def _in_image(instance: Instance, points: tuple[tuple[float, float, float], ...]) -> tuple[tuple[float, float], ...]:
    plane = plane_of(instance)
    if plane is None:
        raise UserError("The images have no place in the patient.", hint="Give slices of a volume.")
    return tuple((float(column), float(row)) for column, row in lps_to_image(plane, points)[0])

"""Volumes of saved reports measured anew: their contours on the images, or the segment that they name."""

from collections.abc import Iterator, Mapping
from contextlib import closing

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.on_images import setting_of
from workstation.measure.parameters import ReadParameters
from workstation.measure.setting import ImageFacts
from workstation.measure.stack_planes import slice_step, stack_with
from workstation.measure.volume_files import extent_of_segment, segmented, stand_in
from workstation.measure.volumes import measured_contours, measured_segment
from workstation.model.index.records import FrameRef, Instance
from workstation.model.refusal import Refused
from workstation.model.volume_frames import Images
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.segment_masks import SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed


def volume_anew(
    volume: VolumeMeasurement, name: str, instances: Mapping[str, Instance], parameters: ReadParameters, job: Job
) -> Iterator[Done | ItemFailed]:
    """Measure a volume of a report; one that cannot be measured is told.

    Parameters
    ----------
    volume
        As the report says it.
    name
        The report, for messages.
    instances
        The images, and segmentations, by SOP Instance UID.
    parameters
        Units, and what is told.
    job
        Is told how far it is.
    """
    try:
        with closing(Images()) as images:
            if volume.segmentation_uid:
                yield from _segments(volume, instances, parameters, images, job)
            else:
                yield _contours(volume, instances, parameters, images)
    except Refused as refusal:
        yield failed(name, refusal)
    except UserError as error:
        yield ItemFailed(name, error.message, error.hint)


def _segments(
    volume: VolumeMeasurement,
    instances: Mapping[str, Instance],
    parameters: ReadParameters,
    images: Images,
    job: Job,
) -> Iterator[Done]:
    own = instances.get(volume.segmentation_uid)
    if own is None:
        raise UserError(
            f"Its volume is a segment of the segmentation {volume.segmentation_uid}, which is not there.",
            hint="Give that file with --images too.",
        )
    source = SegmentMasks(SegmentationImage.open(own.place))
    there = [(uid, frame) for uid, frame in volume.sources if uid in instances]
    if not volume.sources:  # the report names a series; the segmentation itself names its images
        there = [(uid, 0) for uid in instances if uid in source.source.segmentation.references]
    if not there and volume.sources:
        raise UserError("None of the images that were segmented is there.", hint="Give them with --images too.")
    if not there:
        yield from _alone(volume, own, source, parameters)
        return
    stack = stack_with(instances.values(), there[0])
    first = stack.frames[0].instance
    facts = ImageFacts(str(first.place), first.modality)
    for number in volume.segments:
        annotation = stand_in(first, volume.name, volume.about)
        frames = segmented(source, stack, images, job)
        made = measured_segment(annotation, source, number, frames, setting_of(parameters), image_facts=facts)
        named = {uid: instances[uid] for uid, _frame in there}
        extent = Extent(tuple(named.values()), source=own.place, segment=number, frames=tuple(there))
        yield Done(
            made, first, extent=extent if volume.sources else extent_of_segment(own.place, source, number, stack)
        )


def _alone(
    volume: VolumeMeasurement, own: Instance, source: SegmentMasks, parameters: ReadParameters
) -> Iterator[Done]:
    """Measure segments on their own grid, as they are measured where there are no images."""
    facts = ImageFacts(str(own.place), own.modality)
    for number in volume.segments:
        annotation = stand_in(own, volume.name, volume.about)
        made = measured_segment(annotation, source, number, (), setting_of(parameters), image_facts=facts)
        yield Done(made, own, extent=Extent((own,), source=own.place, segment=number))


def _contours(
    volume: VolumeMeasurement, instances: Mapping[str, Instance], parameters: ReadParameters, images: Images
) -> Done:
    missing = {each.sop_instance_uid for each in volume.contours} - instances.keys()
    if missing or not volume.contours:
        lost = f"{len(missing)} of its images are" if len(missing) > 1 else "One of its images is"
        raise UserError(f"{lost} not there, so its volume is not known.", hint="Give all images that it was drawn on.")
    drawn = []
    for each in volume.contours:
        frame = images.frame(FrameRef(instances[each.sop_instance_uid], each.frame))
        drawn.append((each.on_plane(frame.plane), frame))
    first = volume.contours[0]
    stack = stack_with(instances.values(), (first.sop_instance_uid, first.frame))
    instance = instances[first.sop_instance_uid]
    made = measured_contours(
        drawn,
        setting_of(parameters),
        step_mm=slice_step(stack, images),
        image_facts=ImageFacts(str(instance.place), instance.modality),
    )
    named = {each.sop_instance_uid: instances[each.sop_instance_uid] for each in volume.contours}
    return Done(made, instance, extent=Extent(tuple(named.values()), tuple(each for each, _frame in drawn)))

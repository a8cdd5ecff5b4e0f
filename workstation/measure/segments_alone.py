"""Volumes of segments by the segmentation alone: its own voxels and their places, where its images are not at hand."""

from collections.abc import Iterator, Sequence

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import about_of, whose
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.on_images import setting_of
from workstation.measure.parameters import VolumeParameters
from workstation.measure.region_files import WantedParts
from workstation.measure.setting import ImageFacts
from workstation.measure.volume_files import stand_in
from workstation.measure.volumes import measured_segment
from workstation.model.index.records import Instance
from workstation.model.refusal import Refused
from workstation.model.text import clean
from workstation.objects.found_regions import Part, parts_of
from workstation.objects.segment_masks import SegmentMasks
from workstation.objects.segmentation import SEGMENTATION_CLASSES, SegmentationImage
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import failed


def segment_volumes(
    parameters: VolumeParameters, instances: Sequence[Instance], job: Job
) -> Iterator[Done | ItemFailed]:
    """Measure the segments of segmentations on their own grids; without images they have no values.

    Raises
    ------
    UserError
        If there are images among them, for which it is not said which volume is meant, or options that are about
        images.
    """
    images = [each for each in instances if each.sop_class_uid not in SEGMENTATION_CLASSES]
    if images:
        raise UserError(
            f"Nothing says which volume of {counted(len(images), 'image')} is meant.",
            hint="Give --roi with a mask, or --centre and --radius of a sphere; or segmentations alone.",
        )
    for is_given, name in ((parameters.stack, "--stack"), (parameters.calibration, "--calibration")):
        if is_given:
            raise UserError(f"{name} is about images, and there are none.", hint="Leave it out, or give images.")
    for done, instance in enumerate(instances):
        job.progress(done, len(instances), "Measuring")
        try:
            yield from _of_one(instance, parameters)
        except Refused as refusal:
            yield failed(instance.place, refusal)
        except UserError as error:
            yield ItemFailed(str(instance.place), error.message, error.hint)


def _of_one(instance: Instance, parameters: VolumeParameters) -> Iterator[Done | ItemFailed]:
    source = SegmentMasks(SegmentationImage.open(instance.place))
    parts = parts_of(source)
    wanted = WantedParts(parameters.segment, parts, str(instance.place))
    for part in parts:
        if wanted.has(part.number, part.label):
            yield _part(source, part, instance, parameters)


def _part(source: SegmentMasks, part: Part, instance: Instance, parameters: VolumeParameters) -> Done | ItemFailed:
    about = about_of(parameters, whose(instance)) or part.about
    annotation = stand_in(instance, clean(parameters.annotation) or part.label, about)
    facts = ImageFacts(str(instance.place), instance.modality)
    try:
        made = measured_segment(annotation, source, part.number, (), setting_of(parameters), image_facts=facts)
    except UserError as error:
        return ItemFailed(f"{instance.place}: {part.label}", error.message, error.hint)
    return Done(made, instance, extent=Extent((instance,), source=instance.place, segment=part.number))

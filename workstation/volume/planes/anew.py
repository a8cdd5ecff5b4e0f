"""What saved reports measured on planes of volumes, measured anew on the images that these are made of."""

from collections.abc import Iterator, Mapping, Sequence

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.on_images import setting_of
from workstation.measure.parameters import ReadParameters
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import Instance, Stack
from workstation.model.refusal import Refused
from workstation.model.volume import build_volume
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.opening import stacks_of_all
from workstation.volume.planes.graphics import PlanesThrough
from workstation.volume.planes.marking import frame_on
from workstation.volume.planes.measuring import facts_of, measured_on_cut, place_of


class OnPlanesOf:
    """See `workstation.measure.reading_saved.OnPlanes`; what is known of the images is found out once."""

    def __init__(self) -> None:
        self._known: tuple[Mapping[str, Instance], PlanesThrough] | None = None

    def measured(
        self, annotations: Sequence[Annotation], instances: Mapping[str, Instance], parameters: ReadParameters, job: Job
    ) -> Iterator[Done | ItemFailed]:
        """Measure anew what lies on planes."""
        return planes_anew(annotations, instances, parameters, job)

    def cuts(self, instances: Mapping[str, Instance]) -> PlanesThrough:
        """Give what finds planes."""
        if self._known is None or self._known[0] is not instances:
            self._known = instances, PlanesThrough(stacks_of_all(instances.values()))
        return self._known[1]


def planes_anew(
    annotations: Sequence[Annotation], instances: Mapping[str, Instance], parameters: ReadParameters, job: Job
) -> Iterator[Done | ItemFailed]:
    """Measure what lies on planes; what cannot be measured is told.

    Parameters
    ----------
    annotations
        With cuts.
    instances
        The images that are there, by SOP Instance UID.
    parameters
        Units.
    job
        Is told how far it is.
    """
    volumes: dict[tuple[str, str, bool], list[Annotation]] = {}
    for each in annotations:
        if each.cut is not None and TRAITS[each.kind].is_measured:
            key = (each.sop_instance_uid, each.cut.stack, each.cut.is_as_taken)
            volumes.setdefault(key, []).append(each)
    for (series, label, is_as_taken), several in volumes.items():
        stack = _stack(series, label, instances)
        if stack is None:
            words = "It was measured on a plane of a series that is not there"
            yield ItemFailed(f"series {series}", f"{words}.", "Give all images of that series with --images.")
            continue
        try:
            yield from _on_volume(several, stack, parameters, job, is_as_taken=is_as_taken)
        except Refused as refusal:
            yield failed(place_of(stack), refusal)
        except UserError as error:
            yield ItemFailed(place_of(stack), error.message, error.hint)


def _stack(series: str, label: str, instances: Mapping[str, Instance]) -> Stack | None:
    own = [each for each in instances.values() if each.series_instance_uid == series]
    stacks = [each for each in stacks_of_all(own) if len(each.frames) > 1]
    named = (each for each in stacks if each.label == label)
    return next(named, stacks[0] if len(stacks) == 1 else None)


def _on_volume(
    annotations: Sequence[Annotation], stack: Stack, parameters: ReadParameters, job: Job, *, is_as_taken: bool
) -> Iterator[Done]:
    volume = build_volume(
        stack,
        report=lambda done, total: job.progress(done, total, "Reading slices"),
        even=not is_as_taken,
        colour=True,
    )
    reslicer, setting, slices = Reslicer(volume), setting_of(parameters), len(stack.frames)
    images = tuple({ref.instance.sop_instance_uid: ref.instance for ref in stack.frames}.values())
    for each in annotations:
        made = measured_on_cut(each, reslicer, setting, slices=slices, image_facts=facts_of(stack))
        frame = frame_on(reslicer, each.cut) if each.cut is not None else None
        yield Done(made, images[0], extent=Extent(images), frame=frame)

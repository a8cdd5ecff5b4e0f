"""Regions measured in other series too, on the slice that lies where they are: HU and SUV of one region."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.done import Done
from workstation.measure.elsewhere import elsewhere
from workstation.measure.frame_times import moments
from workstation.measure.on_images import Scale, Subject, measured_on, named_subject, opened, setting_of
from workstation.measure.shared_parameters import OnImages
from workstation.measure.slice_distances import distance_of_slices
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance
from workstation.model.instance_plane import plane_of
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.quick_dataclass import dataclass

_REACH_MM = 1.5
"""How far a slice may be away whose thickness and whose neighbours are not known."""


@dataclass(frozen=True, slots=True)
class _Series:
    """Frames of a series, with their planes; ``reach_mm`` is half of the distance from slice to slice."""

    frames: tuple[FrameRef, ...]
    planes: tuple[Plane | None, ...]
    reach_mm: float

    @property
    def first(self) -> Instance:
        return self.frames[0].instance

    @property
    def instances(self) -> tuple[Instance, ...]:
        return tuple(dict.fromkeys(each.instance for each in self.frames))


class Others:
    """Other series: called with what was measured on a frame, it is measured on the slice of each that lies there.

    Parameters
    ----------
    paths
        Their images.
    parameters
        How to measure.
    job
        Is told what is done.
    scale
        What makes other values of theirs, such as SUV; None leaves them.
    """

    def __init__(self, paths: Sequence[Path], parameters: OnImages, job: Job, scale: Scale | None) -> None:
        self._parameters, self._scale = parameters, scale
        self._setting = setting_of(parameters)
        self.failures: list[ItemFailed] = []
        found: dict[str, list[Instance]] = {}
        for each in inputs_of(paths, job):
            if isinstance(each, Input):
                found.setdefault(each.instance.series_instance_uid, []).append(each.instance)
            else:
                self.failures.append(each)
        self._series = [series for several in found.values() if (series := self._read(several)) is not None]

    def __call__(self, subject: Subject, annotation: Annotation) -> Iterator[Done | ItemFailed]:
        """Measure it in each of them; where it does not lie there is told, with both named."""
        for series in self._series:
            if series.first.series_instance_uid != subject.instance.series_instance_uid:
                yield self._measured(subject, annotation, series)

    def _measured(self, subject: Subject, annotation: Annotation, series: _Series) -> Done | ItemFailed:
        own = named_subject(subject)
        named = f"{own} on {_named(series)}"
        plane = subject.frame.plane
        if plane is None:
            return ItemFailed(named, "The image says not where it lies in the patient.", "Take one with a plane.")
        try:
            there = elsewhere(annotation, plane, series.planes, series.reach_mm)
        except UserError as error:
            return ItemFailed(named, error.message, error.hint)
        ref = series.frames[there.index]
        moved = replace(there.annotation, sop_instance_uid=ref.instance.sop_instance_uid, frame=ref.number)
        try:
            with Image.open(ref.instance.place) as image:
                other = opened(image, ref.instance, ref.number, series.instances, needs_pixels=True)
                if isinstance(other, ItemFailed):
                    return other
                when = moments(image.dataset, image.number_of_frames)[ref.number]
                other = replace(other, moments=when)
                setting = self._setting if self._scale is None else self._scale(other, self._setting)
                made = measured_on(other, moved, setting, self._parameters)
        except Refused as refusal:
            return failed(ref.instance.place, refusal)
        except UserError as error:
            return ItemFailed(f"{ref.instance.place}, the region of {own}", error.message, error.hint)
        return _credited(made, f"The region is that of {own}", there.away_mm)

    def _read(self, instances: Sequence[Instance]) -> _Series | None:
        frames: list[FrameRef] = []
        planes: list[Plane | None] = []
        for instance in instances:
            if instance.number_of_frames <= 1:
                frames.append(FrameRef(instance))
                planes.append(plane_of(instance))
                continue
            try:
                with Image.open(instance.place) as image:
                    for number in range(image.number_of_frames):
                        frames.append(FrameRef(instance, number))
                        planes.append(image.plane(number))
            except Refused as refusal:
                self.failures.append(failed(instance.place, refusal))
        return _Series(tuple(frames), tuple(planes), _reach_mm(planes, instances[0])) if frames else None


def _named(series: _Series) -> str:
    many = len(series.instances)
    return str(series.first.place) if many == 1 else f"{series.first.place} and {many - 1} more of its series"


def _reach_mm(planes: Sequence[Plane | None], first: Instance) -> float:
    known = [each for each in planes if each is not None]
    distance = distance_of_slices(known) if len(known) > 1 else None
    return (distance or first.slice_thickness_mm or 2 * _REACH_MM) / 2


def _credited(made: Done | ItemFailed, sentence: str, away_mm: float) -> Done | ItemFailed:
    """Say of a measurement whose region it is."""
    if isinstance(made, ItemFailed):
        return made
    away = f", {away_mm:.1f} mm away along the normal" if away_mm >= 0.05 else ""
    basis = made.measurement.basis
    methods = (*basis.methods, f"{sentence}{away}.")
    return replace(made, measurement=replace(made.measurement, basis=replace(basis, methods=methods)))

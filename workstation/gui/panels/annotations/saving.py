"""Measurements written as DICOM objects, one for each study, and as tables and text; nothing of a screen."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import Dataset

from workstation.jobs.job import Job
from workstation.measure.stated import stated
from workstation.measure.words import plain_lines_of
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import FrameRef, Instance
from workstation.model.measurement import Measurement
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.objects.measurement_report.values import VolumeMeasurement

_PANE = (1024, 1024)
LABEL = "MEASUREMENTS"
DESCRIPTION = "Measurements"


@dataclass(frozen=True)
class Taken:
    """What is to be saved of an annotation: itself, its image, its numbers, and the volume that it is part of.

    Of one on a plane of a volume the image is a slice of that, and ``sources`` are all slices.
    """

    annotation: Annotation
    instance: Instance
    measurement: Measurement | None = None
    group: tuple[Annotation, ...] = ()
    volume: Measurement | None = None
    sources: tuple[Instance, ...] = ()

    @property
    def is_on_image(self) -> bool:
        """Whether it is on an image, instead of a plane cut out of a volume."""
        return self.annotation.cut is None


def by_study(taken: Iterable[Taken]) -> tuple[tuple[Taken, ...], ...]:
    """Put those of a study together."""
    found: dict[str, list[Taken]] = {}
    for each in taken:
        found.setdefault(each.instance.study_instance_uid, []).append(each)
    return tuple(tuple(each) for each in found.values())


def parts_of_report(taken: Sequence[Taken]) -> tuple[tuple[Measurement, ...], tuple["VolumeMeasurement", ...]]:
    """Give what a report holds: a measurement each, but contours of one volume together, with its numbers."""
    from workstation.objects.measurement_report.values import VolumeMeasurement

    meant = {each.annotation.id for each in taken}
    measurements: list[Measurement] = []
    volumes: dict[str, VolumeMeasurement] = {}
    for each in taken:
        group = [one for one in each.group if one.id in meant]
        if each.annotation.kind == "sphere" and each.volume is not None:
            measurements.append(replace(each.volume, annotation=each.annotation))
        elif each.volume is not None and len(group) == len(each.group) > 1:
            about = each.annotation.about or About()
            volumes[about.tracking_uid] = VolumeMeasurement(
                about, each.volume.values, each.volume.basis, tuple(group), _name(group), each.volume.notes
            )
        elif each.measurement is not None:
            measurements.append(each.measurement)
        elif (said := stated(each.annotation)) is not None:
            measurements.append(said)
    return tuple(measurements), tuple(volumes.values())


def _name(group: Sequence[Annotation]) -> str:
    return next((each.text for each in group if each.text), "")


Make = Callable[[Sequence[Taken], Job], Iterable[Dataset]]


def write_objects(taken: Sequence[Taken], make: Make, folder: Path, job: Job) -> Sequence[Path]:
    """Write what is made of the measurements of each study into a managed folder; gives the files."""
    from workstation.library.importing import place_for
    from workstation.objects.writing import save

    paths = []
    for several in by_study(taken):
        for dataset in make(several, job):
            path = place_for(
                folder,
                study=str(dataset.StudyInstanceUID),
                series=str(dataset.SeriesInstanceUID),
                instance=str(dataset.SOPInstanceUID),
            )
            save(dataset, path)
            paths.append(path)
    return paths


def headers_of(taken: Sequence[Taken], job: Job) -> list[Dataset]:
    """Read the headers of all images, also those of other contours of the same volumes, each once."""
    from workstation.model.reading import read_dataset

    images = (image for each in taken for image in (each.sources or (each.instance,)))
    wanted = {each.sop_instance_uid: each for each in images}
    found = []
    for done, instance in enumerate(wanted.values()):
        job.progress(done, len(wanted), "Reading headers")
        found.append(read_dataset(instance.place))
    return found


def reports(taken: Sequence[Taken], job: Job, *, creator: str) -> Iterable[Dataset]:
    """Make the report of a study (TID 1500); none where nothing is measured."""
    from workstation.objects.measurement_report.writing import ReportSetting, report_dataset

    measurements, volumes = parts_of_report(taken)
    if measurements or volumes:
        headers, setting = headers_of(taken, job), ReportSetting(creator=creator)
        yield report_dataset(measurements, headers, volumes=volumes, setting=setting, now=datetime.now())


def states(taken: Sequence[Taken], job: Job, *, creator: str) -> Iterable[Dataset]:
    """Make the presentation states of a study, which draw all of it with its numbers."""
    from workstation.display.state_files import described_frame
    from workstation.display.view import View
    from workstation.display.viewed_states import Viewed, state_datasets
    from workstation.model.image import Image

    refs: dict[tuple[str, int], FrameRef] = {}
    drawn: dict[tuple[str, int], tuple[Annotation, ...]] = {}
    names: dict[str, str] = {}
    for each in taken:
        place = each.annotation.sop_instance_uid, each.annotation.frame
        refs.setdefault(place, FrameRef(each.instance, each.annotation.frame))
        drawn[place] = (*drawn.get(place, ()), as_drawn(each))
        names[each.annotation.id] = each.annotation.text
    with Image.open(taken[0].instance.place) as image:
        frame = described_frame(image)
    viewed = Viewed(tuple(refs.values()), frame, View(), _PANE, drawn, LABEL, DESCRIPTION, creator, names)
    return state_datasets(viewed, job)[0]


def segmentations(taken: Sequence[Taken], job: Job, *, creator: str) -> Iterable[Dataset]:
    """Make a segmentation of the regions of each series of a study; none where there is no region."""
    from workstation.measure.region_segments import regions_dataset

    series: dict[str, list[Taken]] = {}
    for each in regions_of(taken):
        series.setdefault(each.instance.series_instance_uid, []).append(each)
    for several in series.values():
        regions = [each.annotation for each in several]
        yield regions_dataset(regions, headers_of(several, job), creator=creator, now=datetime.now())


def structure_sets(taken: Sequence[Taken], job: Job, *, creator: str) -> Iterable[Dataset]:  # noqa: ARG001 - as all are called
    """Make the structure set of the regions of a study, in which nobody is named; none where there is no region."""
    from workstation.objects.structure_set_writing import structure_set_dataset

    several = regions_of(taken)
    if several:
        regions = [each.annotation for each in several]
        yield structure_set_dataset(regions, headers_of(several, job), now=datetime.now())


def regions_of(taken: Iterable[Taken]) -> list[Taken]:
    """Leave what has an inside, on images."""
    return [each for each in taken if TRAITS[each.annotation.kind].is_region and each.is_on_image]


def as_drawn(taken: Taken) -> Annotation:
    """Give an annotation with its numbers below its name."""
    lines = plain_lines_of(taken.measurement) if taken.measurement is not None else ()
    return replace(taken.annotation, text="\n".join(filter(None, (taken.annotation.text, *lines))))


def written(taken: Sequence[Taken], suffix: str) -> str:
    """Give measurements as the text of a file: CSV, JSON, or lines for people."""
    from workstation.measure.results import Measured, as_csv, as_document, as_text
    from workstation.operations.plain import plain

    found = [Measured.of(one, each.instance) for each in taken for one in measurements_of(each)]
    if suffix == ".csv":
        return as_csv(found)
    if suffix == ".json":
        return json.dumps(plain(as_document(found)), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return as_text(found)


def measurements_of(taken: Taken) -> Iterator[Measurement]:
    """Give the numbers of an annotation, or what it says of a lesion; those of a volume come with its first contour."""
    if taken.measurement is not None and taken.annotation.kind != "sphere":
        yield taken.measurement
    if taken.measurement is None and taken.volume is None:
        said = stated(taken.annotation, str(taken.instance.place))
        yield from () if said is None else (said,)
    if taken.volume is not None and (not taken.group or taken.group[0].id == taken.annotation.id):
        yield replace(taken.volume, annotation=taken.annotation)

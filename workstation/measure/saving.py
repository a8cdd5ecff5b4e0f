"""Measurements as DICOM objects: structured reports (TID 1500) and presentation states; and read back from reports."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import Dataset

from workstation.display.live_annotations import marks_of, with_annotations
from workstation.display.presentation_saving import Subject as StateSubject
from workstation.display.presentation_saving import state_of_view
from workstation.display.state_files import SERIES_DESCRIPTION, SERIES_NUMBER, described_frame
from workstation.display.view import View
from workstation.errors import UserError
from workstation.measure.comparing import Saved, date_of, told_apart
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.over_time import Observation
from workstation.measure.region_segments import write_regions
from workstation.measure.shared_parameters import Format
from workstation.measure.stated import STATUS
from workstation.measure.whose import Whose
from workstation.measure.words import drawn_text
from workstation.model.annotation import About, Annotation
from workstation.model.attributes import text
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.quantities import quantity_of
from workstation.model.reading import read_dataset
from workstation.model.units import ONE, Unit, unit_of_ucum
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.measurement_report.writing import write_report
from workstation.objects.presentation.marks import Mark
from workstation.objects.presentation.values import ImageReference
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.segmentation import segmented_series
from workstation.objects.structure_set_writing import write_structure_set
from workstation.objects.writing import NewSeries, save

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.objects.measurement_report.values import FoundGroup, FoundValue

_PANE = (1024, 1024)
_DESCRIPTION = "Measurements"


def save_report(done: Sequence[Done], target: Path, creator: str = "") -> None:
    """Write measurements as a structured report.

    Raises
    ------
    UserError
        If the images are of different patients, or it cannot be written.
    """
    headers = _headers(done)
    single = [each.measurement for each in done if each.extent is None or _is_on_plane(each)]
    volumes = [
        _volume(each, each.extent, headers) for each in done if each.extent is not None and not _is_on_plane(each)
    ]
    write_report(single, list(headers.values()), target, creator=creator, volumes=volumes)


def save_state(done: Sequence[Done], target: Path, creator: str = "") -> None:
    """Write measurements as a presentation state that draws each on its image, with its numbers.

    Raises
    ------
    UserError
        If the images cannot be in one state, or it cannot be written.
    """
    opened = _opened(done)
    frames = {uid: sorted({each.measurement.annotation.frame for each in done if _uid(each) == uid}) for uid in opened}
    subjects = [
        StateSubject(header, frame, tuple(frames[uid]) if (header.get("NumberOfFrames") or 1) > 1 else ())
        for uid, (header, frame) in opened.items()
    ]
    saved = state_of_view(subjects, View(), _PANE, label="MEASUREMENTS", description=_DESCRIPTION, creator=creator)
    places = {uid: at for at, uid in enumerate(opened)}
    drawn = [(_reference(each, subjects[places[_uid(each)]]), _drawn(each)) for each in done]
    names = {each.measurement.annotation.id: each.measurement.annotation.text for each in done}
    state = with_annotations(saved.state, drawn, names=names)
    series = NewSeries("PR", SERIES_NUMBER, SERIES_DESCRIPTION)
    save(presentation_dataset(state, subjects[0].header, series, now=datetime.now()), target)


def save_segmentation(done: Sequence[Done], target: Path, creator: str = "") -> None:
    """Write regions as a segmentation.

    Raises
    ------
    UserError
        If there is no region, or it cannot be written.
    """
    regions = [each.measurement.annotation for each in done]
    write_regions(regions, [dataset for dataset, _frame in _opened(done).values()], target, creator=creator)


def save_structures(done: Sequence[Done], target: Path, _creator: str = "") -> None:
    """Write regions as a structure set.

    Raises
    ------
    UserError
        If there is no region, an image has no place in the patient, or it cannot be written.
    """
    regions = [each.measurement.annotation for each in done]
    write_structure_set(regions, [dataset for dataset, _frame in _opened(done).values()], target)


SAVED: dict[Format, Callable[[Sequence[Done], Path, str], None]] = {
    "sr": save_report,
    "gsps": save_state,
    "seg": save_segmentation,
    "rtstruct": save_structures,
}


def _headers(done: Sequence[Done]) -> dict[str | Place, Dataset]:
    """Give the headers of all images that measurements are on, and of the objects that volumes were read from.

    The former by their UID, the latter by their place.
    """
    found: dict[str | Place, Dataset] = {}
    for each in done:
        extent = each.extent or Extent((each.instance,))
        for instance in (each.instance, *extent.instances):
            if instance.sop_instance_uid not in found:
                found[instance.sop_instance_uid] = read_dataset(instance.place)
        if extent.source is not None and extent.source not in found:
            found[extent.source] = read_dataset(extent.source)
    return found


def _is_on_plane(done: Done) -> bool:
    return done.measurement.annotation.cut is not None


def _volume(done: Done, extent: Extent, headers: Mapping[str | Place, Dataset]) -> VolumeMeasurement:
    measurement = done.measurement
    uid = "" if extent.source is None else text(headers[extent.source], "SOPInstanceUID")
    return VolumeMeasurement(
        measurement.annotation.about or About(),
        measurement.values,
        measurement.basis,
        extent.contours,
        measurement.annotation.text,
        measurement.notes,
        "" if extent.segment is None else uid,
        () if extent.segment is None else (extent.segment,),
        extent.frames,
        uid if extent.segment is None else "",
        _series_of(headers[extent.source]) if extent.source and uid == _uid(done) else "",
    )


def _series_of(segmentation: Dataset) -> str:
    """Give the series that a segmentation was made of, which stands in a report where its images are not at hand."""
    found = segmented_series(segmentation)
    if len(found) == 1:
        return found[0]
    said = f"says that it was made of {len(found)} series" if found else "does not say of which series it was made"
    raise UserError(
        f"A report names the series that was segmented, and the segmentation {said}.",
        hint="Give its images, and --roi with the segmentation.",
    )


def _uid(done: Done) -> str:
    return done.instance.sop_instance_uid


def _opened(done: Sequence[Done]) -> dict[str, tuple[Dataset, "Frame"]]:
    """Give the header and a frame without its pixels of each image, in their order."""
    found: dict[str, tuple[Dataset, Frame]] = {}
    for each in done:
        if _uid(each) not in found:
            with Image.open(each.instance.place) as image:
                found[_uid(each)] = image.dataset, described_frame(image)
    return found


def _reference(done: Done, subject: StateSubject) -> ImageReference:
    frames = (done.measurement.annotation.frame,) if subject.frames else ()
    return replace(subject.reference, frames=frames)


def _drawn(done: Done) -> list[tuple[Annotation, tuple[Mark, ...]]]:
    """Give an annotation with what is drawn for it, in the size that fits a picture of it."""
    annotation, spacing = done.measurement.annotation, done.measurement.basis.spacing
    worded = replace(annotation, text=drawn_text(done.measurement))
    px = max(done.instance.columns, done.instance.rows) / max(_PANE)
    return [(annotation, marks_of(worded, px=px, view=View(), spacing=spacing))]


def saved_of_report(source: Path | Place) -> Iterator[Saved]:
    """Give the numbers of a structured report.

    Raises
    ------
    Refused
        If it cannot be read.
    UserError
        If it holds no measurement group.
    """
    dataset = read_dataset(source)
    report = report_of(dataset)
    path = Path(source.member or source.path) if isinstance(source, Place) else source
    if not report.groups:
        raise UserError(f"{path.name} holds no measurement groups.", hint="sr show tells what it says.")
    when, study = date_of(text(dataset, "StudyDate")), text(dataset, "StudyInstanceUID")
    whose = Whose(text(dataset, "PatientID"), text(dataset, "PatientName"))
    for group in report.groups:
        seen: Counter[str] = Counter()
        for each in group.values:
            if each.value is not None:
                made = _saved(path, group, each, each.value, seen)
                yield replace(made, observation=replace(made.observation, when=when, study=study), whose=whose)
        if not seen and (group.about.role or group.about.status):
            made = _of_group(path, group, (STATUS, "Status", 0.0, ONE))
            yield replace(made, observation=replace(made.observation, when=when, study=study), whose=whose)


def _saved(path: Path, group: "FoundGroup", found: "FoundValue", value: float, seen: Counter[str]) -> Saved:
    quantity = quantity_of(found.concept, found.derivation)
    key = told_apart(quantity.key if quantity else str(found.concept), seen)
    words = quantity.words if quantity else str(found.concept)
    unit = unit_of_ucum(found.unit.value if found.unit else "1", found.unit.meaning if found.unit else "")
    return _of_group(path, group, (key, words, value, unit))


def _of_group(path: Path, group: "FoundGroup", number: tuple[str, str, float, Unit]) -> Saved:
    """Give a number of a group with what that is about; a lesion without one has `STATUS` in its place."""
    name = group.tracking_id or group.name or group.tracking_uid or group.number
    observation = Observation(group.tracking_uid or name, name, *number, None, path.name)
    about = group.about
    site = str(group.sites[0]) if group.sites else ""
    codes = (*group.sites, *filter(None, [group.finding]))
    return Saved(observation, about.role, about.status, site, str(path), codes=codes, node=about.node)

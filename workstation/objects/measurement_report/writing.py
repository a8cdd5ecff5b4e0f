"""Measurement reports written strictly (PS3.3 A.35.3, A.35.13; PS3.16 TID 1500)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from workstation.errors import UserError
from workstation.model.attributes import text
from workstation.model.measurement import Measurement
from workstation.model.quantities import PRIVATE_SCHEME
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.groups import GroupWriter
from workstation.objects.measurement_report.images import Images, evidence, library, procedure
from workstation.objects.measurement_report.items import (
    code_value,
    container,
    person_item,
    text_item,
    uid_item,
)
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.writing import (
    IMPLEMENTATION_CLASS_UID,
    MANUFACTURER,
    MODEL,
    NewSeries,
    choose_character_set,
    complete,
    fitting,
    new_object,
    save,
)
from workstation.quick_dataclass import dataclass

COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
COMPREHENSIVE_3D_SR = "1.2.840.10008.5.1.4.1.1.88.34"
SERIES_NUMBER, SERIES_DESCRIPTION = 903, "Measurements"
_MOST_EXPLICIT_BYTES = 0xFFFE
_BYTES_OF_NUMBER = 4
_NO_IMAGES = ("SEG", "RTSTRUCT")


@dataclass(frozen=True, slots=True)
class ReportSetting:
    """How a report is written.

    Parameters
    ----------
    creator
        Who measured, as a person name (PN); empty where nobody said.
    description
        Series Description.
    in_patient
        Graphics in the patient (SCOORD3D) instead of on the images, where these have a frame of reference.
    series_uid, number
        Series Instance UID to add to (empty: a new series), and Instance Number.
    """

    creator: str = ""
    description: str = SERIES_DESCRIPTION
    in_patient: bool = False
    series_uid: str = ""
    number: int = 1


def write_report(
    measurements: Sequence[Measurement],
    images: Sequence[Dataset],
    target: Path,
    *,
    creator: str = "",
    volumes: Sequence[VolumeMeasurement] = (),
    in_patient: bool = False,
    now: datetime | None = None,
) -> Dataset:
    """Write a report as a file.

    Parameters
    ----------
    measurements, images, volumes
        See `report_dataset`.
    target
        The file; one that is there is replaced.
    creator, in_patient
        See `ReportSetting`.
    now
        When it is made, in local time; this moment where it is left out.

    Returns
    -------
    Dataset
        The report.

    Raises
    ------
    UserError
        As `report_dataset`, and if the file cannot be written.
    """
    setting = ReportSetting(creator=creator, in_patient=in_patient)
    ds = report_dataset(measurements, images, volumes=volumes, setting=setting, now=now or datetime.now())
    save(ds, target)
    return ds


def report_dataset(
    measurements: Sequence[Measurement],
    images: Sequence[Dataset],
    *,
    volumes: Sequence[VolumeMeasurement] = (),
    setting: ReportSetting | None = None,
    now: datetime,
) -> Dataset:
    """Make a report.

    Parameters
    ----------
    measurements
        Each becomes a measurement group: TID 1410 for regions, 1501 for lines and angles, 1411 for spheres.
    images
        Headers of the images that they are of, of one patient; patient and study are those of the first one measured.
        Of what lies on a plane of a volume all of its images.
        Those that no measurement is of are left out. Segmentations and structure sets of volumes are among them.
    volumes
        Each becomes a group of TID 1411. PixelMed's validator holds all groups of a report against TID 1411 once one
        of them refers to a segment, and against TID 1410 where there is one region in all of them together: what it
        then misses in a group of another template is none of that (PS3.16 TID 1500 includes each by itself).
    setting
        Who, and how.
    now
        When it is made, in local time.

    Raises
    ------
    UserError
        If there is nothing to write, an image is missing, or the images are of different patients.
    """
    setting = setting or ReportSetting()
    if not (measurements or volumes):
        raise UserError("There is no measurement, so there is nothing to save.", hint="Measure something first.")
    used = _used(measurements, volumes, Images.of(images))
    writer = GroupWriter(Images({text(each, "SOPInstanceUID"): each for each in used}), setting.in_patient)
    groups = [writer.group(each, number) for number, each in enumerate(measurements, 1)]
    groups += [writer.volume(each, number) for number, each in enumerate(volumes, 1)]
    shown = [each for each in used if text(each, "Modality") not in _NO_IMAGES]
    below = [
        code_value("HAS CONCEPT MOD", codes.LANGUAGE, codes.ENGLISH),
        *_observers(setting.creator),
        code_value("HAS CONCEPT MOD", codes.PROCEDURE, procedure(used[0])),
        *([library(shown)] if shown else []),
        container("CONTAINS", codes.MEASUREMENTS, groups),
    ]
    return _finished(container("", codes.REPORT, below, template="1500"), used, setting, now)


def _used(measurements: Sequence[Measurement], volumes: Sequence[VolumeMeasurement], images: Images) -> list[Dataset]:
    uids: list[str] = []
    for each in measurements:
        uid, is_on_plane = each.annotation.sop_instance_uid, each.annotation.cut is not None
        uids += [text(one, "SOPInstanceUID") for one in images.of_series(uid)] if is_on_plane else [uid]
    for volume in volumes:
        uids += [volume.basis.sop_instance_uid, *(each.sop_instance_uid for each in volume.contours)]
        uids += [uid for uid, _frame in volume.sources]
        uids += [each for each in (volume.segmentation_uid, volume.structure_set_uid) if each]
    return [images.header(uid) for uid in dict.fromkeys(uids)]


def _finished(root: Dataset, used: Sequence[Dataset], setting: ReportSetting, now: datetime) -> Dataset:
    is_3d = any(item.get("ValueType") == "SCOORD3D" for item in _walk(root))
    series = NewSeries("SR", SERIES_NUMBER, setting.description, setting.series_uid)
    sop_class = COMPREHENSIVE_3D_SR if is_3d else COMPREHENSIVE_SR
    ds = new_object(sop_class, used[0], series, number=setting.number, now=now)
    if "BodyPartExamined" in ds:
        del ds.BodyPartExamined  # no attribute of this series
    ds.ReferencedPerformedProcedureStepSequence = []
    ds.PerformedProcedureCodeSequence = []
    ds.ContentDate, ds.ContentTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    ds.CompletionFlag, ds.VerificationFlag, ds.PreliminaryFlag = "COMPLETE", "UNVERIFIED", "PRELIMINARY"
    current, other = evidence(used, str(ds.StudyInstanceUID))
    if current:
        ds.CurrentRequestedProcedureEvidenceSequence = current
    if other:
        ds.PertinentOtherEvidenceSequence = other
    ds.update(root)
    if any(_scheme(item) for item in ds.iterall()):
        ds.CodingSchemeIdentificationSequence = [_private_scheme()]
    choose_character_set(ds)
    longest = max((len(item.GraphicData) for item in _walk(root) if "GraphicData" in item), default=0)
    # The length of a number in explicit encoding has two bytes; a long outline needs the four of implicit encoding.
    is_long = longest * _BYTES_OF_NUMBER > _MOST_EXPLICIT_BYTES
    return complete(ds, ImplicitVRLittleEndian if is_long else ExplicitVRLittleEndian)


def _walk(item: Dataset) -> Iterator[Dataset]:
    yield item
    for each in item.get("ContentSequence") or ():
        yield from _walk(each)


def _scheme(element: object) -> bool:
    return (getattr(element, "keyword", ""), getattr(element, "value", "")) == (
        "CodingSchemeDesignator",
        PRIVATE_SCHEME,
    )


def _private_scheme() -> Dataset:
    """Describe our own codes (PS3.3 C.12.1, Coding Scheme Identification)."""
    item = Dataset()
    item.CodingSchemeDesignator = PRIVATE_SCHEME
    item.CodingSchemeName = "Codes of the workstation for which no published scheme has one"
    item.CodingSchemeResponsibleOrganization = MANUFACTURER
    return item


def _observers(creator: str) -> list[Dataset]:
    """Give who observed (TID 1002): the person, where one is named, and this program."""
    context = "HAS OBS CONTEXT"
    found: list[Dataset] = []
    if person := fitting(creator, "PN"):
        found.append(code_value(context, codes.OBSERVER_TYPE, codes.PERSON))
        found.append(person_item(context, codes.PERSON_NAME, person))
    found.append(code_value(context, codes.OBSERVER_TYPE, codes.DEVICE))
    found.append(uid_item(context, codes.DEVICE_UID, IMPLEMENTATION_CLASS_UID))
    found.append(text_item(context, codes.DEVICE_MANUFACTURER, MANUFACTURER))
    found.append(text_item(context, codes.DEVICE_MODEL, MODEL))
    return found

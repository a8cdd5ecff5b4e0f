"""What every object that we write shares: patient and study of its source, series, equipment, identifiers, the file."""

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

from pydicom import config
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.uid import UID, ExplicitVRLittleEndian

import workstation
from workstation.model.attributes import text
from workstation.model.text import clean, date_of, time_of
from workstation.quick_dataclass import dataclass
from workstation.whole_files import write_whole

IMPLEMENTATION_CLASS_UID = UID("2.25.118934761035092749630284165704238659021")
MANUFACTURER, MODEL = "The workstation project", "Workstation"
_LONGEST = {"SH": 16, "LO": 64, "PN": 64, "CS": 16, "UI": 64, "ST": 1024, "LT": 10240}
_OF_CHARACTER_SET = ("LO", "LT", "PN", "SH", "ST", "UC", "UT")
_PATIENT_AND_STUDY: Mapping[str, str] = {
    "PatientName": "PN",
    "PatientID": "LO",
    "PatientBirthDate": "DA",
    "PatientSex": "CS",
    "StudyInstanceUID": "UI",
    "StudyDate": "DA",
    "StudyTime": "TM",
    "ReferringPhysicianName": "PN",
    "StudyID": "SH",
    "AccessionNumber": "SH",
}
"""Required in the Patient and General Study modules, though they may be empty (PS3.3 C.7.1.1, C.7.2.1)."""
_WHERE_KNOWN: Mapping[str, str] = {"IssuerOfPatientID": "LO", "StudyDescription": "LO", "BodyPartExamined": "CS"}


@dataclass(frozen=True, slots=True)
class NewSeries:
    """The series that an object is written into (PS3.3 C.7.3.1)."""

    modality: str
    number: int
    description: str = ""
    uid: str = ""


def new_uid() -> UID:
    """Give an identifier that nobody else has (PS3.5 B.2)."""
    return UID(f"2.25.{uuid.uuid4().int}")


def new_object(sop_class: str, source: Dataset, series: NewSeries, *, number: int = 1, now: datetime) -> Dataset:
    """Begin an object in the study of another one (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1).

    Parameters
    ----------
    sop_class
        SOP Class UID.
    source
        Any object of the patient and study; what it has wrong (a date that is none) is written empty.
    series
        The series; a new identifier where it has none.
    number
        Instance Number.
    now
        When it is written, in local time.

    Returns
    -------
    Dataset
        With UTF-8 as its character set.
    """
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, new_uid()
    ds.InstanceCreationDate, ds.InstanceCreationTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    for keyword, vr in _PATIENT_AND_STUDY.items():
        setattr(ds, keyword, fitting(text(source, keyword), vr))
    for keyword, vr in _WHERE_KNOWN.items():
        if value := fitting(text(source, keyword), vr):
            setattr(ds, keyword, value)
    ds.PatientSex = ds.PatientSex if ds.PatientSex in ("M", "F", "O") else ""
    ds.StudyInstanceUID = ds.StudyInstanceUID or new_uid()
    ds.Modality, ds.SeriesInstanceUID = series.modality, series.uid or new_uid()
    ds.SeriesNumber, ds.InstanceNumber = series.number, number
    ds.SeriesDate, ds.SeriesTime = ds.InstanceCreationDate, ds.InstanceCreationTime
    if series.description:
        ds.SeriesDescription = fitting(series.description, "LO")
    ds.Manufacturer, ds.ManufacturerModelName = MANUFACTURER, MODEL
    ds.DeviceSerialNumber, ds.SoftwareVersions = "1", workstation.__version__
    return ds


def put_laterality(ds: Dataset, source: Dataset) -> None:
    """Say which side was examined, where a series may have one (PS3.3 C.7.3.1): empty where nobody knows."""
    if "BodyPartExamined" not in ds or "Laterality" in source:
        side = fitting(text(source, "Laterality"), "CS")
        ds.Laterality = side if side in ("R", "L") else ""


def fitting(value: str, vr: str) -> str:
    """Give a text from a file as this VR allows it: no control characters, no longer than allowed, empty where wrong.

    Parameters
    ----------
    value
        Decoded text; of several values, joined by a backslash, the first counts.
    vr
        Value Representation (PS3.5 6.2).
    """
    if vr in ("ST", "LT", "UT"):
        plain = clean(value, lines=True)
        return plain[: _LONGEST.get(vr, len(plain))]
    plain = clean(value.split("\\")[0])
    if vr == "DA":
        return f"{day:%Y%m%d}" if (day := date_of(plain)) else ""
    if vr == "TM":
        return f"{moment:%H%M%S}" if (moment := time_of(plain)) else ""
    if vr == "UI":
        return plain if UID(plain, validation_mode=config.IGNORE).is_valid else ""
    if vr == "CS":
        return re.sub(r"[^A-Z0-9_ ]", "", plain.upper())[: _LONGEST["CS"]].strip()
    if vr == "PN":
        return "=".join(group[: _LONGEST["PN"]] for group in plain.split("=")[:3])
    return plain[: _LONGEST[vr]].strip()


def decimal(value: float) -> str:
    """Give a number as a Decimal String: at most 16 characters, as exact as they allow (PS3.5 6.2)."""
    for digits in range(17, 0, -1):
        written = f"{value:.{digits}g}"
        if len(written) <= 16:
            return written
    raise ValueError(value)


def coded(value: str, scheme: str, meaning: str) -> Dataset:
    """Give an item of a code sequence (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def reference(sop_class_uid: str, sop_instance_uid: str, frames: tuple[int, ...] = ()) -> Dataset:
    """Give an item that refers to an image (PS3.3 10.3); ``frames`` count from 1, none means all."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class_uid, sop_instance_uid
    if frames:
        item.ReferencedFrameNumber = list(frames) if len(frames) > 1 else frames[0]
    return item


def choose_character_set(ds: Dataset) -> None:
    """Declare the smallest character set that has all text of an object: ASCII, Latin 1, else UTF-8 (PS3.3 C.12.1.1.2).

    Some programs check text against Latin 1 at most.
    """
    letters = "".join(_texts(ds))
    if letters.isascii():
        if "SpecificCharacterSet" in ds:
            del ds.SpecificCharacterSet
    else:
        is_latin = all(ord(letter) < 128 or 160 <= ord(letter) < 256 for letter in letters)
        ds.SpecificCharacterSet = "ISO_IR 100" if is_latin else "ISO_IR 192"


def _texts(ds: Dataset) -> Iterator[str]:
    for element in ds.iterall():
        if element.VR in _OF_CHARACTER_SET:
            many = element.value if isinstance(element.value, MultiValue) else [element.value]
            yield from (str(each) for each in many if each)


def complete(ds: Dataset, transfer_syntax: UID = ExplicitVRLittleEndian) -> Dataset:
    """Give an object its File Meta Information (PS3.10 7.1), and return it."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    meta.ImplementationVersionName = f"WORKSTATION_{workstation.__version__}"[:16]
    ds.file_meta = meta
    return ds


def save(ds: Dataset, path: Path) -> None:
    """Write an object as a DICOM file, whole or not at all; its folder is made, a file that is there is replaced.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    file = BytesIO()  # what pydicom says when a disk is full is no sentence for a person
    (ds if getattr(ds, "file_meta", None) else complete(ds)).save_as(file, enforce_file_format=True)
    write_whole(path, file.getbuffer())

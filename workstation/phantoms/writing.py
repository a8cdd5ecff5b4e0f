"""The modules that every object of a phantom shares, unique identifiers from a seed, and the file itself."""

import uuid
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian

from workstation.quick_dataclass import dataclass

_NAMESPACE = uuid.UUID("6f2c1c1e-5d1b-5f0e-9a43-2f1f6c1f7a10")
_IMPLEMENTATION_UID = UID("2.25.293104710254219466135702164093207516001")
_IMPLEMENTATION_VERSION = "PHANTOMS_1"

Vector = tuple[float, float, float]


def uid_of(*names: object) -> UID:
    """Give the unique identifier that belongs to these names: the same each time (PS3.5 B.2, name-based UUID)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(map(str, names))).int}")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient who does not exist."""

    name: str = "Phantom^Arne"
    patient_id: str = "PHANTOM-0"
    birth_date: str = "19610214"
    sex: str = "M"
    size_m: float = 1.79
    weight_kg: float = 82.0


@dataclass(frozen=True, slots=True)
class StudyOf:
    """One visit: what the Patient, General Study and Patient Study modules say. Times are HHMMSS."""

    person: Person
    uid: UID
    study_id: str
    date: str
    time: str
    description: str
    accession: str
    age: str


@dataclass(frozen=True, slots=True)
class SeriesOf:
    """One series: General Series and General Equipment. An empty frame of reference says that it has none."""

    study: StudyOf
    uid: UID
    number: int
    modality: str
    description: str
    time: str
    body_part: str
    model: str
    frame_of_reference_uid: str = ""
    patient_position: str = ""
    protocol: str = ""


def new_object(series: SeriesOf, sop_class: str, number: int) -> Dataset:
    """Begin an object: patient, study, series, equipment, frame of reference, SOP common (PS3.3 C.7, C.12).

    Parameters
    ----------
    series
        Where it belongs; the SOP Instance UID is made from the series' UID and ``number``.
    sop_class
        SOP Class UID.
    number
        Instance Number.
    """
    study, person = series.study, series.study.person
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, uid_of(series.uid, number)
    ds.PatientName, ds.PatientID = person.name, person.patient_id
    ds.PatientBirthDate, ds.PatientSex = person.birth_date, person.sex
    ds.PatientAge = study.age
    ds.PatientSize, ds.PatientWeight = f"{person.size_m:.2f}", f"{person.weight_kg:.1f}"
    ds.StudyInstanceUID, ds.StudyID = study.uid, study.study_id
    ds.StudyDate, ds.StudyTime, ds.StudyDescription = study.date, study.time, study.description
    ds.AccessionNumber, ds.ReferringPhysicianName = study.accession, "Referrer^Ida"
    ds.Modality, ds.SeriesInstanceUID, ds.SeriesNumber = series.modality, series.uid, series.number
    ds.SeriesDescription, ds.SeriesDate, ds.SeriesTime = series.description, study.date, series.time
    ds.BodyPartExamined = series.body_part
    if series.protocol:
        ds.ProtocolName = series.protocol
    if series.patient_position:
        ds.PatientPosition = series.patient_position
    if series.frame_of_reference_uid:
        ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = series.frame_of_reference_uid, ""
    ds.Manufacturer, ds.ManufacturerModelName = "Arithmetic", series.model
    ds.InstitutionName, ds.StationName = "Phantom Hospital", series.model.upper().replace(" ", "")[:16]
    ds.DeviceSerialNumber, ds.SoftwareVersions = "1", _IMPLEMENTATION_VERSION
    ds.InstanceNumber = number
    ds.AcquisitionDate, ds.AcquisitionTime = study.date, series.time
    ds.ContentDate, ds.ContentTime = study.date, series.time
    return ds


def describe_pixels(
    ds: Dataset, rows: int, columns: int, *, bits_stored: int, signed: bool = False, photometric: str = "MONOCHROME2"
) -> None:
    """Fill the Image Pixel module but for the pixels (PS3.3 C.7.6.3); colour is 8 bit by pixel."""
    colour = not photometric.startswith("MONOCHROME")
    ds.SamplesPerPixel, ds.PhotometricInterpretation = (3 if colour else 1), photometric
    if colour:
        ds.PlanarConfiguration = 0
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated = 8 if bits_stored <= 8 else 16
    ds.BitsStored, ds.HighBit = bits_stored, bits_stored - 1
    ds.PixelRepresentation = int(signed)


def decimal(value: float) -> str:
    """Give a number as a Decimal String: at most 16 characters, as exact as they allow (PS3.5 6.2)."""
    for digits in range(17, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= 16:
            return text
    raise ValueError(value)


def place_plane(
    ds: Dataset, *, position: Sequence[float], orientation: Sequence[float], spacing: tuple[float, float]
) -> None:
    """Fill the Image Plane module (PS3.3 C.7.6.2).

    Parameters
    ----------
    ds
        The object.
    position
        Centre of the first pixel, LPS mm.
    orientation
        Direction along a row, then down a column: six cosines.
    spacing
        Between rows, between columns, mm.
    """
    ds.ImagePositionPatient = [decimal(round(float(x), 6) + 0.0) for x in position]
    ds.ImageOrientationPatient = [decimal(round(float(x), 9) + 0.0) for x in orientation]
    ds.PixelSpacing = [decimal(x) for x in spacing]


def show_window(ds: Dataset, *windows: tuple[float, float, str]) -> None:
    """Offer windows (centre, width, what it shows) for the display (PS3.3 C.11.2)."""
    ds.WindowCenter = [decimal(centre) for centre, _, _ in windows]
    ds.WindowWidth = [decimal(width) for _, width, _ in windows]
    ds.WindowCenterWidthExplanation = [what for _, _, what in windows]


def put_pixels(ds: Dataset, pixels: NDArray[np.generic]) -> None:
    """Put native pixels into the object, little endian, padded to an even length (PS3.5 8.1)."""
    data = np.ascontiguousarray(pixels).tobytes()
    vr = "OW" if ds.BitsAllocated == 16 else "OB"
    ds.add_new(0x7FE00010, vr, data + b"\0" * (len(data) % 2))


def put_frames(ds: Dataset, frames: Sequence[bytes]) -> None:
    """Put compressed frames into the object, a fragment each, with a basic offset table (PS3.5 A.4)."""
    ds.add_new(0x7FE00010, "OB", encapsulate(list(frames)))
    ds["PixelData"].is_undefined_length = True


def complete(ds: Dataset, transfer_syntax: UID = ExplicitVRLittleEndian) -> Dataset:
    """Give the object its File Meta Information (PS3.10 7.1), and return it."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID, meta.ImplementationVersionName = _IMPLEMENTATION_UID, _IMPLEMENTATION_VERSION
    ds.file_meta = meta
    return ds


def save(ds: Dataset, path: Path) -> None:
    """Write a completed object as a DICOM file; its folder is made."""
    # What pydicom says when a disk is full is no sentence for a person.
    write_bytes(encoded(ds), path)


def encoded(ds: Dataset) -> bytes:
    """Give a completed object as the bytes of a DICOM file."""
    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return file.getvalue()


def write_bytes(file: bytes, path: Path) -> None:
    """Write the bytes of a file; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file)

"""Small DICOM files for the tests of the index, written by pydicom, which the index doesn't use for them."""

from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

STUDY, SERIES = "1.2.3.10", "1.2.3.10.1"


def dataset(number: int = 1, **changes: Any) -> Dataset:
    """A CT slice; ``changes`` are set by keyword, None takes an attribute away."""
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"1.2.3.10.1.{number}",
        "StudyDate": "20260102",
        "StudyTime": "101112",
        "Modality": "CT",
        "StudyDescription": "Thorax",
        "SeriesDescription": "Lung",
        "PatientName": "Müller^Jörg",
        "PatientID": "P1",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": SERIES,
        "SeriesNumber": 3,
        "InstanceNumber": number,
        "ImagePositionPatient": [-10.0, -20.0, float(number)],
        "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": 4,
        "Columns": 6,
        "PixelSpacing": [0.5, 0.75],
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": bytes(48),
        **changes,
    }
    made = Dataset()
    for keyword, value in values.items():
        if value is not None:
            setattr(made, keyword, value)
    return made


def as_bytes(made: Dataset, *, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The file of a data set, with preamble and file meta information."""
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = UID(syntax)
    made.file_meta.MediaStorageSOPClassUID = made.get("SOPClassUID", CTImageStorage)
    made.file_meta.MediaStorageSOPInstanceUID = made.get("SOPInstanceUID") or generate_uid()
    buffer = BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def write(path: Path, number: int = 1, *, syntax: str = ExplicitVRLittleEndian, **changes: Any) -> Path:
    """Write a CT slice and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(dataset(number, **changes), syntax=syntax))
    return path


def write_series(folder: Path, count: int, *, uid: str = SERIES, **changes: Any) -> list[Path]:
    """Write slices 1 to ``count`` of one series, with UIDs that end in 10001 and so on; quick also for thousands."""
    folder.mkdir(parents=True, exist_ok=True)
    made = dataset(1, SOPInstanceUID=f"{uid}.77777", SeriesInstanceUID=uid, **changes)
    made.InstanceNumber, made.ImagePositionPatient = "88888", ["-10.0", "-20.0", "99999"]
    template = as_bytes(made)
    paths = []
    for number in range(1, count + 1):
        content = template.replace(b".77777", b".%d" % (10000 + number))
        content = content.replace(b"88888", b"%5d" % number).replace(b"99999", b"%5d" % number)
        paths.append(folder / f"{number:04d}.dcm")
        paths[-1].write_bytes(content)
    return paths


def nested(depth: int) -> Dataset:
    """A data set with sequences one within another."""
    inner = Dataset()
    inner.TextValue = "innermost"
    for _ in range(depth):
        outer = Dataset()
        outer.ContentSequence = Sequence([inner])
        inner = outer
    return inner

"""Files that are measured on in tests of the commands: values that follow a formula, so that every answer is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from tests.unit.measure.pet_headers import header

CT, PET = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.128"
SPACING_MM = (0.8, 0.5)
"""Between rows, between columns."""


def ramp(size: int = 512) -> NDArray[np.int16]:
    """Stored values of a CT: column plus twice the row; HU are 1,024 less."""
    rows, columns = np.mgrid[:size, :size]
    return np.asarray(columns + 2 * rows, np.int16)


def write_ct(path: Path, number: int = 1, pixels: NDArray[np.int16] | None = None, **others: Any) -> Path:
    """Write an axial slice, 3 mm above the one before."""
    pixels = ramp() if pixels is None else pixels
    values: dict[str, Any] = {
        "PatientName": "Measured^Phantom",
        "PatientID": "M1",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "StudyInstanceUID": "2.25.50",
        "SeriesInstanceUID": "2.25.50.1",
        "FrameOfReferenceUID": "2.25.50.9",
        "PositionReferenceIndicator": "",
        "StudyDate": "20260301",
        "StudyTime": "101500",
        "StudyID": "1",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "Manufacturer": "",
        "Modality": "CT",
        "SeriesNumber": 1,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "InstanceNumber": number,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [-100, -120, 3 * number],
        "PixelSpacing": list(SPACING_MM),
        "SliceThickness": 3,
        "KVP": 120,
        "AcquisitionNumber": 1,
        "RescaleIntercept": -1024,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        "PixelRepresentation": 1,
    }
    return _write(path, CT, f"2.25.50.1.{number}", pixels, values | others)


def write_pet(path: Path, number: int = 1, **others: Any) -> Path:
    """Write a slice of a PET, 100 Bq/ml a stored value; stored values are as those of the CT."""
    ds = header(**others)
    values: dict[str, Any] = {
        "PatientName": "Measured^Phantom",
        "PatientID": "M1",
        "PatientBirthDate": "19700101",
        "StudyInstanceUID": "2.25.51",
        "SeriesInstanceUID": "2.25.51.1",
        "FrameOfReferenceUID": "2.25.51.9",
        "StudyTime": "101500",
        "InstanceNumber": number,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [-100, -120, 3 * number],
        "PixelSpacing": [4, 4],
        "SliceThickness": 3,
        "RescaleIntercept": 0,
        "RescaleSlope": 100,
        "PixelRepresentation": 0,
    }
    return _write(path, PET, f"2.25.51.1.{number}", ramp(256).astype(np.uint16), {**dict(_elements(ds)), **values})


def _elements(ds: pydicom.Dataset) -> list[tuple[str, Any]]:
    return [(element.keyword, element.value) for element in ds]


def _write(path: Path, sop_class: str, uid: str, pixels: NDArray[Any], values: dict[str, Any]) -> Path:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(sop_class), UID(uid)
    made = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID, made.SOPInstanceUID = UID(sop_class), UID(uid)
    for keyword, value in values.items():
        setattr(made, keyword, value)
    made.Rows, made.Columns = pixels.shape
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit = 15
    made.PixelData = pixels.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, made, enforce_file_format=True)
    return path

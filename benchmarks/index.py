"""Indexing 20,000 files into an empty library, the whole command, beside gdcm.Scanner, a whole process too."""

import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

from benchmarks.row import Row
from benchmarks.timing import in_turns, process
from workstation.model.index.attributes import ATTRIBUTES

FILES, PER_SERIES, PER_STUDY, ROUNDS = 20_000, 250, 1_000, 5
TIMES = 2.0

_SCANNER = """
import sys, gdcm
folder, tags = sys.argv[1], sys.argv[2:]
directory = gdcm.Directory()
directory.Load(folder, True)
scanner = gdcm.Scanner()
for tag in tags:
    scanner.AddTag(gdcm.Tag(int(tag[:4], 16), int(tag[4:], 16)))
sys.exit(not scanner.Scan(directory.GetFilenames()))
"""


def rows() -> Iterator[Row]:
    """Measure a first indexing, and a second one of the unchanged files for scale."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "files")
        write_files(folder, FILES)
        library = Path(name, "library", "library.sqlite")
        command = [
            sys.executable,
            "-m",
            "workstation",
            "--batch",
            "library",
            "add",
            str(folder),
            "--library",
            str(library),
        ]
        add = process(command)

        def into_empty_library() -> None:
            for part in library.parent.glob("*"):
                part.unlink()
            add()

        tags = [f"{attribute.tag:08x}" for attribute in ATTRIBUTES]
        scanner = process([sys.executable, "-c", _SCANNER, str(folder), *tags])
        ours, peer = in_turns(into_empty_library, scanner, rounds=ROUNDS)
        note = f"half implicit, half explicit VR; median of {ROUNDS}; the Scanner keeps the values in memory only"
        what = f"index {FILES:,} files into an empty library"
        yield Row.at_least(what, ours=ours, beside="gdcm.Scanner", peer=peer, times=TIMES, note=note)
        again, peer = in_turns(add, scanner, rounds=2)
        what = f"index {FILES:,} unchanged files again"
        yield Row.at_least(what, ours=again, beside="gdcm.Scanner", peer=peer, times=TIMES, note="whole command")


def write_files(folder: Path, count: int) -> None:
    """Write distinct instances of CT series, each with some ninety elements and a picture of 16x16."""
    for first in range(0, count, PER_SERIES):
        series = folder / f"study{first // PER_STUDY:03d}" / f"series{first // PER_SERIES:04d}"
        series.mkdir(parents=True)
        template = _template(_header(first // PER_STUDY, first // PER_SERIES))
        for number in range(min(PER_SERIES, count - first)):
            values = (f"{10000 + number}", f"{-200 + number * 1.25:9.3f}", f"1200{number % 60:02d}.{number:06d}")
            content = template
            for mark, value in zip(_MARKS, values, strict=True):
                content = content.replace(mark.encode(), value.encode())
            (series / f"IM{number:05d}.dcm").write_bytes(content)


# Stand where an instance differs from the others of its series, and are as long as what takes their place.
_MARKS = ("77777", "-8888.888", "010101.999999")


def _template(dataset: Dataset) -> bytes:
    number, location, time = _MARKS
    dataset.SOPInstanceUID = f"{dataset.SeriesInstanceUID}.{number}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.InstanceNumber = number
    dataset.ImagePositionPatient = ["-180.5", "-180.5", location]
    dataset.SliceLocation = location
    dataset.ContentTime = time
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _header(study: int, series: int) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if series % 2 else ImplicitVRLittleEndian
    for keyword, value in _SAME_IN_ALL.items():
        setattr(dataset, keyword, value)
    private = dataset.private_block(0x0019, "BENCHMARK", create=True)
    for number in range(20):
        private.add_new(number, "LO", f"private {number}")
    dataset.PatientName, dataset.PatientID = f"Benchmark^Patient {study}", f"B{study:05d}"
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["study", str(study)])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(series)])[:54]
    dataset.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame", str(study)])
    dataset.SeriesNumber, dataset.SeriesDescription = series % 4 + 1, f"Thorax {series % 4 + 1}"
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CTImageStorage, dataset.StudyInstanceUID
    dataset.ReferencedImageSequence = Sequence([reference])
    dataset.PixelData = bytes(16 * 16 * 2)
    return dataset


_SAME_IN_ALL: dict[str, Any] = {
    "SpecificCharacterSet": "ISO_IR 100",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "InstanceCreationDate": "20260102",
    "InstanceCreationTime": "101112",
    "SOPClassUID": CTImageStorage,
    "StudyDate": "20260102",
    "SeriesDate": "20260102",
    "AcquisitionDate": "20260102",
    "ContentDate": "20260102",
    "StudyTime": "101010",
    "SeriesTime": "101020",
    "AcquisitionTime": "101030",
    "AccessionNumber": "A0001",
    "Modality": "CT",
    "Manufacturer": "Nobody",
    "InstitutionName": "Hospital",
    "ReferringPhysicianName": "Doctor^Referring",
    "StationName": "CT1",
    "StudyDescription": "Thorax and abdomen",
    "ManufacturerModelName": "Model",
    "PatientBirthDate": "19500101",
    "PatientSex": "O",
    "PatientAge": "076Y",
    "PatientWeight": "70",
    "BodyPartExamined": "CHEST",
    "ScanOptions": "HELIX",
    "SliceThickness": "1.25",
    "KVP": "120",
    "SpacingBetweenSlices": "1.25",
    "DataCollectionDiameter": "500",
    "DeviceSerialNumber": "1234567",
    "SoftwareVersions": "1.0",
    "ProtocolName": "Thorax",
    "ReconstructionDiameter": "361",
    "DistanceSourceToDetector": "1040",
    "DistanceSourceToPatient": "570",
    "GantryDetectorTilt": "0",
    "TableHeight": "151",
    "RotationDirection": "CW",
    "ExposureTime": "500",
    "XRayTubeCurrent": "200",
    "Exposure": "100",
    "FilterType": "BODY",
    "GeneratorPower": "24",
    "FocalSpots": "0.7",
    "ConvolutionKernel": "STANDARD",
    "PatientPosition": "HFS",
    "StudyID": "1",
    "AcquisitionNumber": "1",
    "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    "PositionReferenceIndicator": "SN",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 16,
    "Columns": 16,
    "PixelSpacing": [0.705, 0.705],
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "WindowCenter": "40",
    "WindowWidth": "400",
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
}

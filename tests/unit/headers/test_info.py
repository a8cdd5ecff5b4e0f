"""The summary of a file."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from workstation.headers.operations import InfoParameters, info
from workstation.headers.summary import Summary
from workstation.jobs.job import Job
from workstation.operations.operation import ItemFailed


def slice_of_a_phantom() -> Dataset:
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "2.25.1"
    dataset.PatientName, dataset.PatientID = "Müller^Jörg\x1b[2J", "4711"
    dataset.PatientBirthDate = "19500203"
    dataset.StudyDate, dataset.StudyTime = "20240102", "030405"
    dataset.Modality, dataset.RescaleSlope, dataset.RescaleIntercept = "CT", 1, -1024
    dataset.WindowCenter, dataset.WindowWidth = [40, -600], [400, 1500]
    dataset.WindowCenterWidthExplanation = ["SOFT", "LUNG"]
    dataset.PixelSpacing = [0.5, 0.25]
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [-1, -2, -3.5], [1, 0, 0, 0, 1, 0]
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 2, 3, 1
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelData = np.zeros((2, 3), np.uint16).tobytes()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def written(path: Path, dataset: Dataset) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


def summary(*paths: Path) -> Summary:
    (result,) = info(InfoParameters(inputs=paths), Job())
    assert isinstance(result, Summary)
    return result


def test_that_the_summary_says_what_the_header_says(tmp_path: Path) -> None:
    found = summary(written(tmp_path / "a.dcm", slice_of_a_phantom()))

    assert found.pixels is not None
    assert found.geometry is not None
    assert found.patient.name == "Müller, Jörg[2J"
    assert found.patient.birth_date == "1950-02-03"
    assert found.study.acquired == "2024-01-02 03:04:05"
    assert found.image.kind == "CT Image Storage"
    assert (found.pixels.size, found.pixels.bits) == ("3 x 2", "12 of 16, unsigned")
    assert (found.pixels.rescale, found.pixels.unit) == ("1 x + -1024", "HU")
    assert (found.geometry.between_rows_mm, found.geometry.between_columns_mm) == (0.5, 0.25)
    assert found.geometry.spacing_from == "Pixel Spacing"
    assert found.geometry.first_pixel_lps == (-1.0, -2.0, -3.5)
    assert [(each.center, each.width, each.explanation) for each in found.windows] == [
        (40.0, 400.0, "SOFT"),
        (-600.0, 1500.0, "LUNG"),
    ]


def test_that_a_person_reads_it_without_what_is_absent(tmp_path: Path) -> None:
    text = summary(written(tmp_path / "a.dcm", slice_of_a_phantom())).text()

    assert "Between rows (mm)      0.5" in text
    assert "First pixel (LPS)      -1, -2, -3.5" in text
    assert "center -600, width 1500  LUNG" in text
    assert "Laterality" not in text
    assert "\x1b" not in text


def test_that_an_image_that_cannot_be_shown_is_summarised_with_the_reason(tmp_path: Path) -> None:
    dataset = slice_of_a_phantom()
    dataset.BitsStored = 17

    found = summary(written(tmp_path / "a.dcm", dataset))

    assert found.pixels is None
    assert found.patient.patient_id == "4711"
    assert any("17" in note for note in found.notes)


def test_that_an_object_without_pixels_is_summarised(tmp_path: Path) -> None:
    dataset = slice_of_a_phantom()
    del dataset.PixelData, dataset.Rows

    assert summary(written(tmp_path / "a.dcm", dataset)).series.modality == "CT"


def test_that_archives_and_their_entries_are_read(tmp_path: Path) -> None:
    file = written(tmp_path / "a.dcm", slice_of_a_phantom())
    disc = tmp_path / "disc.zip"
    with zipfile.ZipFile(disc, "w") as archive:
        archive.write(file, "IMAGES/1")

    assert summary(disc).place == f"{disc}!IMAGES/1"
    assert summary(Path(f"{disc}!IMAGES/1")).patient.patient_id == "4711"


def test_that_each_bad_input_is_reported_and_the_good_one_told(tmp_path: Path) -> None:
    good = written(tmp_path / "a.dcm", slice_of_a_phantom())
    bad = tmp_path / "bad.dcm"
    bad.write_text("no DICOM")

    results = list(info(InfoParameters(inputs=(tmp_path / "missing", good, bad)), Job()))

    assert [type(each) for each in results] == [ItemFailed, Summary, ItemFailed]
    assert [each.reason for each in results if isinstance(each, ItemFailed)] == ["file is gone", "not a DICOM file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_that_a_named_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")

    (result,) = info(InfoParameters(inputs=(tmp_path / "pipe.dcm",)), Job())

    assert isinstance(result, ItemFailed)
    assert "not a regular file" in result.message


@pytest.mark.skipif(os.name != "posix", reason="names of files have no line ends here")
def test_that_the_name_of_a_file_never_breaks_the_line_it_stands_in(tmp_path: Path) -> None:
    found = summary(written(tmp_path / "a\nb.dcm", slice_of_a_phantom()))
    failed = ItemFailed(str(tmp_path / "a\nb.dcm"), "The file is empty.")

    assert found.text().splitlines()[0].endswith("b.dcm")
    assert len(failed.text().splitlines()) == 1

"""What every written object shares."""

from datetime import datetime
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.objects.writing import NewSeries, decimal, fitting, new_object, save

NOW = datetime(2026, 11, 25, 14, 30, 5)


def _source() -> Dataset:
    source = Dataset()
    source.SpecificCharacterSet = "ISO_IR 100"
    source.PatientName, source.PatientID, source.StudyInstanceUID = "Müller^Jörg", "A\x1b[31m7", "1.2.3"
    source.StudyDate, source.PatientSex = "20261120", "X"
    return source


def test_that_an_object_joins_the_study_of_its_source(tmp_path: Path) -> None:
    made = new_object("1.2.840.10008.5.1.4.1.1.88.59", _source(), NewSeries("KO", 9, "Keys"), number=3, now=NOW)
    save(made, tmp_path / "new" / "a.dcm")
    read = pydicom.dcmread(tmp_path / "new" / "a.dcm")
    assert (str(read.PatientName), read.PatientID) == ("Müller^Jörg", "A[31m7")
    assert (read.StudyInstanceUID, read.StudyDate, read.PatientSex, read.StudyTime) == ("1.2.3", "20261120", "", "")
    assert (read.Modality, read.SeriesNumber, read.InstanceNumber) == ("KO", 9, 3)
    assert (read.SeriesDate, read.InstanceCreationTime) == ("20261125", "143005")
    assert read.file_meta.MediaStorageSOPInstanceUID == read.SOPInstanceUID
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.dcm"]


@pytest.mark.parametrize(
    ("value", "vr", "expected"),
    [
        ("x" * 70, "LO", "x" * 64),
        ("a\\b", "LO", "a"),
        ("20261340", "DA", ""),
        ("abdomen/pelvis", "CS", "ABDOMENPELVIS"),
        ("1.02.3", "UI", ""),
        ("one\r\ntwo\x07", "ST", "one\ntwo"),
        ("12:30", "TM", "123000"),
    ],
)
def test_that_text_from_a_file_is_made_to_fit(value: str, vr: str, expected: str) -> None:
    assert fitting(value, vr) == expected


@pytest.mark.parametrize("value", [1 / 3, -1e-7 / 3, 123456789.123456789, 1e30, 0.0])
def test_that_decimals_have_sixteen_characters_at_most(value: float) -> None:
    assert len(decimal(value)) <= 16
    assert float(decimal(value)) == pytest.approx(value, rel=1e-8)


def test_that_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        save(new_object("1.2", _source(), NewSeries("KO", 1), now=NOW), tmp_path / "file" / "a.dcm")
    (tmp_path / "folder.dcm").mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        save(new_object("1.2", _source(), NewSeries("KO", 1), now=NOW), tmp_path / "folder.dcm")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.dcm"]

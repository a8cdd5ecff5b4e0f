"""DICOMDIR: the files it lists are found, also where it is broken; what is listed and missing is told."""

import shutil
import warnings
from pathlib import Path

import pytest
from pydicom.config import IGNORE
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage, generate_uid

from tests.unit.model.index.test_scan import reasons, scanned
from tests.unit.model.index.written import write, write_series
from workstation.model.refusal import Reason


def write_directory(path: Path, *file_ids: list[str]) -> Path:
    """A DICOMDIR that lists files, without offsets between its records."""
    directory = Dataset()
    records = []
    for file_id in file_ids:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.add(DataElement(0x00041500, "CS", file_id, validation_mode=IGNORE))
        records.append(record)
    directory.FileSetID = "DISC"
    directory.DirectoryRecordSequence = Sequence(records)
    directory.file_meta = FileMetaDataset()
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # real media do have such names
        directory.save_as(path, enforce_file_format=True)
    return path


def test_that_the_files_a_directory_lists_are_instances(tmp_path: Path) -> None:
    write_series(tmp_path / "A", 2)
    write(tmp_path / "B" / "NOTLISTED", 9)
    directory = write_directory(tmp_path / "DICOMDIR", ["A", "0001.dcm"], ["A", "0002.dcm"])
    instances, refused = scanned(directory)
    assert {instance.place.path.name for instance in instances} == {"0001.dcm", "0002.dcm"}
    assert not refused


def test_that_a_folder_with_a_directory_is_read_whole_and_each_file_once(tmp_path: Path) -> None:
    write_series(tmp_path / "A", 2)
    write(tmp_path / "B" / "NOTLISTED", 9)
    write_directory(tmp_path / "DICOMDIR", ["A", "0001.dcm"], ["A", "0002.dcm"])
    instances, refused = scanned(tmp_path)
    assert len(instances) == 3
    assert not refused


def test_that_a_listed_file_that_is_missing_is_told(tmp_path: Path) -> None:
    write_series(tmp_path / "A", 1)
    directory = write_directory(tmp_path / "DICOMDIR", ["A", "0001.dcm"], ["A", "GONE"])
    instances, refused = scanned(directory)
    assert len(instances) == 1
    assert reasons(refused) == {"GONE": Reason.LISTED_BUT_MISSING}


def test_that_many_missing_files_are_told_in_one_sentence(tmp_path: Path) -> None:
    write_series(tmp_path / "A", 1)
    gone = [["A", f"GONE{number}"] for number in range(40)]
    instances, refused = scanned(write_directory(tmp_path / "DICOMDIR", ["A", "0001.dcm"], *gone))
    assert len(instances) == 1
    assert [file.message for file in refused] == ["DICOMDIR lists “A/GONE0”, and 39 others that are not there either."]


def test_that_copies_of_the_directory_in_each_folder_of_a_medium_miss_nothing(tmp_path: Path) -> None:
    files = [["STUDY", series, f"{number:04d}.dcm"] for series in ("S1", "S2") for number in (1, 2)]
    for _study, series, name in files:
        write(tmp_path / "STUDY" / series / name, int(name[:4]) + 10 * int(series[1]))
    for folder in (tmp_path, tmp_path / "STUDY", tmp_path / "STUDY" / "S1", tmp_path / "STUDY" / "S2"):
        write_directory(folder / "DIRFILE", *files)
    instances, refused = scanned(tmp_path)
    assert len(instances) == 4
    assert not refused
    instances, refused = scanned(tmp_path / "STUDY" / "S2" / "DIRFILE")
    assert {each.place.path.parent.name for each in instances} == {"S2"}, "what lies above is not what was asked for"
    assert len(instances) == 2
    assert not refused


def test_that_a_copy_of_the_directory_tells_what_is_missing_below_it(tmp_path: Path) -> None:
    write(tmp_path / "STUDY" / "S1" / "IM1", 1)
    copy = write_directory(tmp_path / "STUDY" / "S1" / "DIRFILE", ["STUDY", "S1", "IM1"], ["STUDY", "S1", "IM2"])
    instances, refused = scanned(copy)
    assert len(instances) == 1
    assert reasons(refused) == {"IM2": Reason.LISTED_BUT_MISSING}


def test_that_names_are_found_whatever_their_case_and_version(tmp_path: Path) -> None:
    write(tmp_path / "images" / "im1", 1)
    write(tmp_path / "images" / "im2;1", 2)
    directory = write_directory(tmp_path / "DICOMDIR", ["IMAGES", "IM1"], ["IMAGES", "IM2"])
    instances, refused = scanned(directory)
    assert len(instances) == 2
    assert not refused


def test_that_a_directory_of_the_whole_medium_in_one_of_its_folders_finds_the_files_of_that_folder(
    tmp_path: Path,
) -> None:
    write_series(tmp_path / "S1" / "A", 2)
    write_series(tmp_path / "S1" / "B", 1)
    listed = [["S1", "A", "0001.dcm"], ["S1", "A", "0002.dcm"], ["S1", "B", "0001.dcm"], ["S1", "A", "GONE"]]
    for folder, count in ((tmp_path, 3), (tmp_path / "S1", 3)):
        instances, refused = scanned(write_directory(folder / "DICOMDIR", *listed))
        assert len(instances) == count
        assert reasons(refused) == {"GONE": Reason.LISTED_BUT_MISSING}
    instances, refused = scanned(write_directory(tmp_path / "S1" / "A" / "DICOMDIR", *listed[:2]))
    assert len(instances) == 2
    assert not refused


def test_that_a_listed_path_cannot_leave_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "outside.dcm")
    (tmp_path / "disc").mkdir()
    directory = write_directory(tmp_path / "disc" / "DICOMDIR", ["..", "outside.dcm"], ["A/../..", "outside.dcm"])
    instances, refused = scanned(directory)
    assert instances == []
    assert {file.reason for file in refused} == {Reason.UNSAFE_ENTRY}


@pytest.mark.parametrize(
    "name",
    [
        "DICOMDIR",
        "DICOMDIR-bigEnd",
        "DICOMDIR-implicit",
        "DICOMDIR-nooffset",
        "DICOMDIR-nopatient",
        "DICOMDIR-reordered",
    ],
)
def test_that_all_variants_of_the_real_directory_lead_to_its_images(
    tmp_path: Path, shared_data: Path, name: str
) -> None:
    medium = tmp_path / "medium"
    shutil.copytree(shared_data / "dicomdir_pydicom", medium)
    instances, refused = scanned(medium / name)
    listed = {instance.place.path.relative_to(medium) for instance in instances}
    assert len(listed) == 31
    assert not refused


def test_that_a_real_directory_without_records_lists_nothing_and_harms_nothing(shared_data: Path) -> None:
    instances, refused = scanned(shared_data / "dicomdir_pydicom" / "DICOMDIR-empty.dcm")
    assert instances == []
    assert all(file.message for file in refused)


def test_that_a_directory_cut_anywhere_is_refused_or_leads_to_files(tmp_path: Path) -> None:
    write_series(tmp_path / "A", 2)
    content = write_directory(tmp_path / "DICOMDIR", ["A", "0001.dcm"], ["A", "0002.dcm"]).read_bytes()
    for size in range(140, len(content), 5):
        (tmp_path / "DICOMDIR").write_bytes(content[:size])
        instances, refused = scanned(tmp_path / "DICOMDIR")
        assert instances or refused, size

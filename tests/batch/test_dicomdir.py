"""Media: names, directories that others read, files byte for byte, and nothing left of what did not become whole."""

import copy
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.fileset import FileSet
from pydicom.uid import generate_uid

from tests.limits import file_size_limit
from tests.unit.display.files import write_image
from tests.unit.objects.key_object_samples import write_key_objects
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.view import View
from workstation.errors import Cancelled
from workstation.exporting.operations import CreateDirectoryParameters, create_directory
from workstation.jobs.events import Event, Progressed
from workstation.jobs.job import Job
from workstation.model.image import Image
from workstation.objects.media.records import KEYS
from workstation.phantoms import small

_OFFSETS = {0x00041400, 0x00041420}


def _run(*words: object) -> int:
    return main([str(word) for word in words])


def _results(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for name in ("axial", "tilted", "enhanced"):
        (folder / name).mkdir(parents=True)
        small.volume(name).write(folder / name)
    return folder


@pytest.fixture
def medium(studies: Path, tmp_path: Path) -> Path:
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "medium", "--id", "DISC_1") == 0
    return tmp_path / "medium"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_that_files_are_unchanged_and_their_names_allowed(studies: Path, medium: Path) -> None:
    names = [path.relative_to(medium).parts for path in _files(medium)]
    assert ("DICOMDIR",) in names
    assert all(re.fullmatch("[A-Z0-9_]{1,8}", part) for name in names for part in name)
    assert max(map(len, names)) <= 8
    copies = {path.read_bytes() for path in _files(medium) if path.name != "DICOMDIR"}
    assert copies == {path.read_bytes() for path in _files(studies)}


def test_that_pydicom_reads_every_instance_by_its_record(studies: Path, medium: Path) -> None:
    read = FileSet(medium / "DICOMDIR")
    assert read.ID == "DISC_1"
    assert {each.load().SOPInstanceUID for each in read} == {
        pydicom.dcmread(path).SOPInstanceUID for path in _files(studies)
    }
    for each in read:
        assert each.SOPInstanceUID == each.load().SOPInstanceUID
        assert each.TransferSyntaxUID == each.load().file_meta.TransferSyntaxUID
    read._stage["t"].cleanup()  # its temporary folder, which it leaves to the garbage collector


def test_that_the_records_are_those_that_dcmtk_makes(medium: Path, tmp_path: Path, tool: Callable[[str], str]) -> None:
    command = [
        tool("dcmmkdir"),
        "+I",
        "+r",
        "+id",
        str(medium),
        "+D",
        str(tmp_path / "theirs"),
        "+F",
        "DISC_1",
        "DICOM",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=medium)

    def leaves(path: Path) -> dict[str, list[Dataset]]:
        found: dict[str, list[Dataset]] = {}
        above: list[Dataset] = []
        for record in pydicom.dcmread(path).DirectoryRecordSequence:
            level = {"PATIENT": 0, "STUDY": 1, "SERIES": 2}.get(record.DirectoryRecordType, 3)
            above = [*above[:level], record]
            if level == 3:
                found[str(record.ReferencedSOPInstanceUIDInFile)] = above
        return found

    ours, theirs = leaves(medium / "DICOMDIR"), leaves(tmp_path / "theirs")
    assert ours.keys() == theirs.keys()
    assert len(ours) > 10
    for uid, records in ours.items():
        for own, other in zip(records, theirs[uid], strict=True):
            wanted = {*KEYS[own.DirectoryRecordType], "DirectoryRecordType", "ReferencedFileID"}
            for element in own:
                if element.tag not in _OFFSETS and element.keyword in wanted:
                    assert element.value == other[element.tag].value, element.keyword


def test_that_validators_find_nothing_wrong(medium: Path, tool: Callable[[str], str]) -> None:
    command = [tool("dciodvfy"), "-new", str(medium / "DICOMDIR")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (told.stdout + told.stderr).splitlines()
    assert any("BasicDirectory" in line for line in lines)
    assert not [line for line in lines if line.startswith("Error")]


def test_that_show_lists_the_tree_and_finds_it_whole(medium: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("dicomdir", "show", medium, "--json") == 0
    *records, total = _results(capsys)
    assert [each["level"] for each in records[:4]] == [0, 1, 2, 3]
    assert (total["file_set_id"], total["records"]) == ("DISC_1", len(records))
    assert total["files"] == len(_files(medium)) - 1


def test_that_show_names_what_is_missing_or_another_file(medium: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone, exchanged, source, *_rest = [path for path in _files(medium) if path.name != "DICOMDIR"]
    gone.unlink()
    exchanged.write_bytes(source.read_bytes())
    capsys.readouterr()
    assert _run("dicomdir", "show", medium / "DICOMDIR", "--json") == 1
    broken = [each for each in _results(capsys) if each.get("reason") == "broken reference"]
    assert [each["subject"] for each in broken] == [
        "/".join(path.relative_to(medium).parts) for path in (gone, exchanged)
    ]
    assert "no such file" in broken[0]["error"]
    assert "another instance" in broken[1]["error"]


def test_that_offsets_that_lead_nowhere_are_told(medium: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = pydicom.dcmread(medium / "DICOMDIR")
    directory.DirectoryRecordSequence[1].OffsetOfReferencedLowerLevelDirectoryEntity = 7
    directory.save_as(medium / "DICOMDIR")
    capsys.readouterr()
    assert _run("dicomdir", "show", medium, "--json") == 1
    told = _results(capsys)
    assert [each for each in told if each.get("reason") == "broken directory"]
    assert told[-1]["files"] == len(_files(medium)) - 1


def test_that_an_archive_holds_the_same(studies: Path, medium: Path, tmp_path: Path) -> None:
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "a.zip") == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["/".join(path.relative_to(medium).parts) for path in _files(medium)]
        for name in archive.namelist():
            if name != "DICOMDIR":
                assert archive.read(name) == (medium / name).read_bytes()
        assert pydicom.dcmread(io.BytesIO(archive.read("DICOMDIR"))).DirectoryRecordSequence


def test_that_plain_copies_are_by_series(studies: Path, tmp_path: Path) -> None:
    assert _run("export", studies, "-o", tmp_path / "out", "--format", "dicom") == 0
    copies = _files(tmp_path / "out")
    assert {path.suffix for path in copies} == {".dcm"}
    assert {path.read_bytes() for path in copies} == {path.read_bytes() for path in _files(studies)}


def test_that_a_series_can_be_chosen(studies: Path, tmp_path: Path) -> None:
    chosen = pydicom.dcmread(next((studies / "tilted").iterdir())).SeriesInstanceUID
    assert _run("export", studies, "-o", tmp_path / "a.zip", "--series", chosen) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.namelist()) - 1 == len(_files(studies / "tilted"))


def test_that_what_the_directory_needs_and_files_lack_is_filled_in_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_image(
        tmp_path / "bare.dcm", np.zeros((8, 8), np.uint16), PatientName="王^小東", SpecificCharacterSet="ISO_IR 192"
    )
    before = source.read_bytes()
    assert _run("dicomdir", "create", source, "-o", tmp_path / "medium", "--json") == 0
    (result,) = _results(capsys)
    assert {note.split()[0] for note in result["notes"]} >= {"PatientID", "StudyDate", "SeriesNumber"}
    record = pydicom.dcmread(tmp_path / "medium" / "DICOMDIR").DirectoryRecordSequence[0]
    assert (record.PatientName, record.SpecificCharacterSet) == ("王^小東", "ISO_IR 192")
    (copy,) = [path for path in _files(tmp_path / "medium") if path.name != "DICOMDIR"]
    assert copy.read_bytes() == before


def test_that_a_dataset_without_a_head_gets_one(studies: Path, tmp_path: Path) -> None:
    source = next((studies / "axial").iterdir())
    dataset = pydicom.dcmread(source)
    meta_length = 132 + 12 + dataset.file_meta.FileMetaInformationGroupLength
    raw = tmp_path / "raw.dcm"
    raw.write_bytes(source.read_bytes()[meta_length:])
    assert _run("dicomdir", "create", raw, "-o", tmp_path / "medium") == 0
    (copy,) = [path for path in _files(tmp_path / "medium") if path.name != "DICOMDIR"]
    assert copy.read_bytes()[128:132] == b"DICM"
    assert copy.read_bytes().endswith(raw.read_bytes())
    read = pydicom.dcmread(copy)
    assert read.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert read.pixel_array.tolist() == dataset.pixel_array.tolist()


def test_that_a_bad_file_is_told_and_the_rest_is_done(studies: Path, tmp_path: Path) -> None:
    (studies / "axial" / "bad.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x08\0")
    good = len(_files(studies)) - 1
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "medium") == 1
    assert len(_files(tmp_path / "medium")) - 1 == good


def test_that_a_folder_with_something_in_it_is_left_alone(
    studies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "mine", "--overwrite") == 1
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", ["medium", "medium.zip"])
def test_that_cancelling_leaves_nothing(studies: Path, tmp_path: Path, name: str) -> None:
    def sink(event: Event) -> None:
        if isinstance(event, Progressed) and event.text == "Copying" and event.done == 3:
            job.cancel()

    job = Job("medium", sink)
    output = tmp_path / "out" / name
    with pytest.raises(Cancelled):
        list(create_directory(CreateDirectoryParameters(inputs=(studies,), output=output), job))
    assert list(tmp_path.glob("out/*")) == []


@pytest.mark.parametrize("name", ["medium", "medium.zip"])
def test_that_a_disk_that_takes_no_more_leaves_nothing(
    studies: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    with file_size_limit(2_000):
        assert _run("dicomdir", "create", studies, "-o", tmp_path / "out" / name) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_that_what_belongs_to_no_patient_is_told(studies: Path, tmp_path: Path) -> None:
    protocol = pydicom.dcmread(next((studies / "axial").iterdir()))
    protocol.SOPClassUID = "1.2.840.10008.5.1.4.38.1"
    protocol.SOPInstanceUID = generate_uid()
    protocol.save_as(studies / "protocol.dcm")
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "medium") == 1
    assert len(_files(tmp_path / "medium")) - 1 == len(_files(studies)) - 1


def test_that_an_instance_without_a_name_or_class_is_told(studies: Path, tmp_path: Path) -> None:
    source = pydicom.dcmread(next((studies / "axial").iterdir()))
    for name in ("SOPInstanceUID", "SOPClassUID"):
        bare = copy.deepcopy(source)
        bare.SOPInstanceUID = bare.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        delattr(bare, name)
        delattr(bare.file_meta, f"MediaStorage{name}")
        bare.save_as(tmp_path / f"{name}.dcm", enforce_file_format=False)
    assert _run("dicomdir", "create", tmp_path / "SOPInstanceUID.dcm", "-o", tmp_path / "named") == 0
    record = pydicom.dcmread(tmp_path / "named" / "DICOMDIR").DirectoryRecordSequence[-1]
    assert record.ReferencedSOPInstanceUIDInFile.startswith("2.25.")
    assert _run("dicomdir", "create", studies, tmp_path / "SOPClassUID.dcm", "-o", tmp_path / "classless") == 1
    assert len(_files(tmp_path / "classless")) - 1 == len(_files(studies))


def test_that_a_copy_is_taken_once_and_a_conflict_is_told(studies: Path, tmp_path: Path) -> None:
    source = next((studies / "axial").iterdir())
    (studies / "copy.dcm").write_bytes(source.read_bytes())
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "once") == 0
    assert len(_files(tmp_path / "once")) - 1 == len(_files(studies)) - 1
    changed = pydicom.dcmread(source)
    changed.ImageComments = "changed"
    changed.save_as(studies / "copy.dcm")
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "told") == 1
    assert len(_files(tmp_path / "told")) - 1 == len(_files(studies)) - 1


@pytest.mark.parametrize("name", ["medium", "medium.zip", "copies"])
def test_that_the_patient_is_taken_out_of_files_and_directory(studies: Path, tmp_path: Path, name: str) -> None:
    original = pydicom.dcmread(next((studies / "axial").iterdir()))
    output = tmp_path / "out" / name
    layout = {"medium": "dicomdir", "medium.zip": "zip", "copies": "dicom"}[name]
    assert _run("export", studies, "-o", output, "--anonymise", "archive", "--format", layout) == 0
    if name.endswith("zip"):
        with zipfile.ZipFile(output) as archive:
            archive.extractall(tmp_path / "out" / "unpacked")
        output = tmp_path / "out" / "unpacked"
    files = _files(output)
    assert len([path for path in files if path.name != "DICOMDIR"]) == len(_files(studies))
    for value in (original.PatientName, original.PatientID, original.StudyInstanceUID, original.SOPInstanceUID):
        assert not [path for path in files if str(value).encode() in path.read_bytes()]
        assert not [path for path in files if str(value) in str(path.relative_to(output))]
    if name != "copies":
        assert _run("dicomdir", "show", output) == 0
        records = pydicom.dcmread(output / "DICOMDIR").DirectoryRecordSequence
        assert sum(record.DirectoryRecordType == "STUDY" for record in records) == 1


def test_that_pictures_are_not_said_to_be_without_a_patient(
    studies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("export", studies, "-o", tmp_path / "out", "--format", "png", "--anonymise", "basic") == 1
    assert "carry no header" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def _icons(medium: Path) -> dict[str, Dataset]:
    records = pydicom.dcmread(medium / "DICOMDIR").DirectoryRecordSequence
    return {
        "/".join(each.ReferencedFileID): each.IconImageSequence[0] for each in records if "IconImageSequence" in each
    }


def test_that_images_have_icons_where_they_are_wanted_and_the_directory_stays_valid(
    studies: Path, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    write_key_objects(studies / "key-objects.dcm")
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "plain") == 0
    assert _run("dicomdir", "create", studies, "-o", tmp_path / "medium", "--icons") == 0
    assert _icons(tmp_path / "plain") == {}
    icons = _icons(tmp_path / "medium")
    images = {each.relative_to(tmp_path / "medium").as_posix() for each in _files(tmp_path / "medium" / "DICOM")}
    is_image = {name: "Rows" in pydicom.dcmread(tmp_path / "medium" / name) for name in images}
    assert icons.keys() == {name for name, there in is_image.items() if there}
    assert len(icons) < len(images), "key objects have none"
    for name, item in icons.items():
        with Image.open(tmp_path / "medium" / name) as image:
            frame = image.frame(image.number_of_frames // 2)
        expected = render(frame, View(overlays=False), (64, 64))
        assert item.PhotometricInterpretation == "MONOCHROME2"
        assert (item.Rows, item.Columns, item.BitsAllocated, item.SamplesPerPixel) == (64, 64, 8, 1)
        np.testing.assert_array_equal(np.frombuffer(item.PixelData, np.uint8).reshape(64, 64), expected[..., 0])
    command = [tool("dciodvfy"), "-new", str(tmp_path / "medium" / "DICOMDIR")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert [line for line in told.stderr.splitlines() if line.startswith("Error")] == []


def test_that_an_icon_in_colour_has_a_palette_near_to_the_picture(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 96).astype(np.uint8)
    picture = np.stack([np.tile(ramp, (96, 1)), np.tile(ramp[:, None], (1, 96)), np.full((96, 96), 40, np.uint8)], -1)
    path = write_image(tmp_path / "colour.dcm", picture[..., 0], PatientID="1", StudyInstanceUID="2.25.1")
    dataset = pydicom.dcmread(path)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PlanarConfiguration = 3, "RGB", 0
    dataset.SeriesInstanceUID, dataset.PixelData = "2.25.2", picture.tobytes()
    dataset.save_as(path)
    assert _run("export", path, "-o", tmp_path / "medium", "--format", "dicomdir", "--icons") == 0
    (item,) = _icons(tmp_path / "medium").values()
    assert item.PhotometricInterpretation == "PALETTE COLOR"
    names = [f"{colour}PaletteColorLookupTable" for colour in ("Red", "Green", "Blue")]
    tables = [np.frombuffer(item[f"{name}Data"].value, "<u2") for name in names]
    assert all(list(item[f"{name}Descriptor"].value) == [len(tables[0]), 0, 16] for name in names)
    assert 100 < len(tables[0]) <= 256
    indices = np.frombuffer(item.PixelData, np.uint8).reshape(64, 64)
    shown = np.stack([table[indices] / 257 for table in tables], -1)
    expected = render(Image.open(path).frame(), View(), (64, 64))
    assert np.abs(shown - expected).max() <= 16


def test_that_an_icon_is_of_what_was_written(tmp_path: Path) -> None:
    pixels = np.full((80, 80), 200, np.uint8)
    pixels[60] = 0  # what is blacked gets the darkest value that there is
    path = write_image(tmp_path / "us.dcm", pixels, Modality="US", PatientID="1")
    dataset = pydicom.dcmread(path)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "2.25.1", "2.25.2"
    region = Dataset()
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, 40
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 79, 79
    dataset.SequenceOfUltrasoundRegions = [region]
    dataset.WindowCenter, dataset.WindowWidth = 128, 256
    dataset.save_as(path)
    words = ("dicomdir", "create", path, "-o", tmp_path / "medium", "--icons", "--anonymise", "teaching")
    assert _run(*words) == 0
    (item,) = _icons(tmp_path / "medium").values()
    picture = np.frombuffer(item.PixelData, np.uint8).reshape(64, 64)
    assert picture[:30].max() == 0, "what was blacked is black in the icon"
    assert picture[34:44].min() > 150


def test_that_an_image_that_cannot_be_decoded_has_no_icon_and_is_listed(studies: Path, tmp_path: Path) -> None:
    path = studies / "axial" / "001.dcm"
    data = path.read_bytes()
    path.write_bytes(data[:-400])
    assert _run("dicomdir", "create", studies / "axial", "-o", tmp_path / "medium", "--icons") in (0, 1)
    files, icons = _files(tmp_path / "medium" / "DICOM"), _icons(tmp_path / "medium")
    assert len(icons) == len(files) - 1

"""The commands of the library as functions: what they yield, and what they leave behind."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.unit.model.index.written import SERIES, STUDY, as_bytes, dataset, write, write_series
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.library import operations
from workstation.library.operations import (
    AddParameters,
    CheckParameters,
    ImportParameters,
    ListLibraryParameters,
    ListParameters,
    RemoveParameters,
)
from workstation.library.results import (
    Added,
    Checked,
    ImportDone,
    LeftOut,
    PatientListed,
    RefusedListed,
    Removed,
    SeriesListed,
    StackListed,
    StudyListed,
)
from workstation.model.index.library import Library
from workstation.operations.operation import ItemFailed, Result


@pytest.fixture
def images(tmp_path: Path) -> Path:
    write_series(tmp_path / "images" / "series", 3)
    (tmp_path / "images" / "README").write_text("hello", encoding="utf-8")
    (tmp_path / "images" / "cut.dcm").write_bytes(as_bytes(dataset(9))[:300])
    return tmp_path / "images"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "l.sqlite"


def kinds(results: Iterable[Result | ItemFailed]) -> list[str]:
    return [type(result).__name__ for result in results]


def test_that_adding_counts_what_is_no_dicom_and_reports_what_is_damaged(images: Path, library: Path) -> None:
    results = list(operations.add(AddParameters((images,), library), Job()))
    (added,) = [result for result in results if isinstance(result, Added)]
    assert (added.added, added.not_dicom, added.refused) == (3, 1, 1)
    (failed,) = [result for result in results if isinstance(result, ItemFailed)]
    assert failed.subject.endswith("cut.dcm")
    assert failed.reason == "file ends too early"
    (left_out,) = [result for result in results if isinstance(result, LeftOut)]
    assert left_out.text() == ""
    assert left_out.path.endswith("README")
    assert "1 file left out" in added.text()


def test_that_a_file_named_by_the_user_that_is_no_dicom_is_a_failure(images: Path, library: Path) -> None:
    results = list(operations.add(AddParameters((images / "README",), library), Job()))
    assert kinds(results) == ["ItemFailed", "Added"]


def test_that_a_path_without_files_is_a_failure(tmp_path: Path, library: Path) -> None:
    (tmp_path / "empty").mkdir()
    results = list(operations.add(AddParameters((tmp_path / "empty", tmp_path / "nowhere"), library), Job()))
    assert kinds(results) == ["ItemFailed", "ItemFailed", "Added"]


def test_that_the_library_is_listed_as_a_tree(images: Path, library: Path) -> None:
    list(operations.add(AddParameters((images,), library), Job()))
    listed = list(operations.list_library(ListLibraryParameters(library, stacks=True), Job()))
    assert [type(each) for each in listed] == [PatientListed, StudyListed, SeriesListed, StackListed]
    series = next(each for each in listed if isinstance(each, SeriesListed))
    assert (series.instances, series.frames, series.modality) == (3, 3, "CT")
    assert "Müller^Jörg" in listed[0].text()
    refused = list(operations.list_library(ListLibraryParameters(library, refused=True), Job()))
    assert [type(each) for each in refused] == [RefusedListed, RefusedListed]


def test_that_any_paths_are_listed_without_a_library(images: Path, home: Path) -> None:
    listed = list(operations.list_(ListParameters((images,)), Job()))
    assert kinds(listed) == ["PatientListed", "StudyListed", "SeriesListed", "LeftOut", "ItemFailed"] or kinds(
        listed
    ) == ["PatientListed", "StudyListed", "SeriesListed", "ItemFailed", "LeftOut"]
    assert not list(home.rglob("*.sqlite"))


def test_that_removing_names_what_it_did_not_find(images: Path, library: Path) -> None:
    list(operations.add(AddParameters((images,), library), Job()))
    results = list(operations.remove(RemoveParameters((), (STUDY,), ("1.2.999",), library), Job()))
    assert kinds(results) == ["ItemFailed", "Removed"]
    assert results[-1] == Removed(3)
    with Library.open(library) as opened:
        assert opened.instances() == ()
    with pytest.raises(UserError, match="Nothing was named"):
        list(operations.remove(RemoveParameters((), (), (), library), Job()))


def test_that_checking_reports_each_fault(images: Path, library: Path) -> None:
    write(images / "other.dcm", 1, SOPInstanceUID=f"{SERIES}.10001", PatientID="P2")
    list(operations.add(AddParameters((images,), library), Job()))
    (images / "series" / "0003.dcm").unlink()
    results = list(operations.check(CheckParameters(library), Job()))
    assert [result.reason for result in results if isinstance(result, ItemFailed)] == ["missing", "conflict"]
    assert results[-1] == Checked(4, 1, 0, 1, 0)


def test_that_importing_copies_and_adds_the_copies(images: Path, library: Path) -> None:
    results = list(operations.import_(ImportParameters((images,), None, library), Job()))
    (done,) = [result for result in results if isinstance(result, ImportDone)]
    assert (done.copied, done.refused, done.not_dicom) == (3, 1, 1)
    with Library.open(library) as opened:
        paths = [instance.place.path for instance in opened.instances()]
    assert len(paths) == 3
    assert all(path.is_relative_to(library.parent / "images") for path in paths)


@pytest.mark.parametrize("name", ["list", "check", "remove"])
def test_that_a_library_that_is_not_there_is_told_and_not_made(library: Path, name: str) -> None:
    runs = {
        "list": lambda: operations.list_library(ListLibraryParameters(library), Job()),
        "check": lambda: operations.check(CheckParameters(library), Job()),
        "remove": lambda: operations.remove(RemoveParameters((), ("1.2",), (), library), Job()),
    }
    with pytest.raises(UserError, match="There is no library"):
        list(runs[name]())
    assert not library.exists()


def test_that_a_cancelled_job_ends_adding(images: Path, library: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(operations.add(AddParameters((images,), library), job))


def test_that_the_library_of_the_settings_is_used(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_LIBRARY", str(tmp_path / "mine.sqlite"))
    list(operations.add(AddParameters((images,)), Job()))
    assert (tmp_path / "mine.sqlite").exists()


def test_that_adding_plain_files_loads_nothing_heavy(images: Path, library: Path) -> None:
    (images / "cut.dcm").unlink()
    program = (
        "import sys; from workstation.batch.main import main\n"
        f"code = main(['library', 'add', {str(images)!r}, '--library', {str(library)!r}])\n"
        "sys.exit(code or str([name for name in ('numpy', 'pydicom', 'PySide6') if name in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip() == ""
    assert "3 added" in done.stdout


def test_that_a_name_of_several_lines_stands_in_one() -> None:
    listed = PatientListed("patient", "P1", "Mister^X\r\n  2026-01-01  forged  1.2.3", 1)

    assert len(listed.text().splitlines()) == 1


def test_that_a_list_of_files_that_are_no_dicom_says_so(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("no DICOM")
    results = list(operations.list_(ListParameters((tmp_path,)), Job()))
    assert kinds(results) == ["LeftOut", "LeftOut", "ItemFailed"]
    assert results[-1].text() == "None of the 2 files there is DICOM."

"""Many files: whole ones or none, bad ones told, inputs untouched, reports and maps beside them."""

import errno
import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.contract.test_operations import write_dicomdir
from workstation.__main__ import dicom_anon
from workstation.batch.main import main
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.objects.deidentification import batch
from workstation.objects.deidentification.batch import deidentify_files
from workstation.objects.deidentification.operations import AnonParameters, BlankSpec, DateShift, policy_of
from workstation.objects.deidentification.policy import PROFILES, Policy
from workstation.objects.deidentification.report import FileReport
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.table import Option
from workstation.operations.operation import ItemFailed
from workstation.phantoms import small


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "deeper").mkdir(parents=True)
    small.volume("single_slice").write(folder)
    small.volume("gapped").write(folder / "deeper")
    (folder / "readme.txt").write_text("not an image")
    return folder


def digests(folder: Path) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def run(inputs: list[Path], output: Path, **more: Any) -> list[FileReport | ItemFailed]:
    return list(deidentify_files(inputs, output, Policy(), State(secret=b"k" * 32), Job(), **more))


def test_that_the_command_of_its_own_does_a_study(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = digests(study)

    assert dicom_anon(["study/", "--output", "anon-study/", "--profile", "archive", "--recursive"]) == 0

    assert digests(study) == before
    written = sorted((tmp_path / "anon-study").rglob("*.dcm"))
    assert len(written) == 8
    first = pydicom.dcmread(written[0])
    assert first.PatientIdentityRemoved == "YES"
    assert len(first.DeidentificationMethodCodeSequence) == 1 + len(PROFILES["archive"])
    assert str(written[0].parent.name) == first.SeriesInstanceUID
    assert capsys.readouterr().out.count("identifying values not found") == 8


def test_that_folders_in_folders_are_left_out_unless_wanted(study: Path, tmp_path: Path) -> None:
    assert len(run([study], tmp_path / "one")) == 1
    assert len(run([study], tmp_path / "all", is_recursive=True)) == 8


def test_that_bad_files_are_told_and_the_others_done(study: Path, tmp_path: Path) -> None:
    (study / "damaged.dcm").write_bytes((study / "001.dcm").read_bytes()[:700])
    results = run([study, tmp_path / "nowhere"], tmp_path / "out")

    failures = {each.subject: each for each in results if isinstance(each, ItemFailed)}
    assert {Path(subject).name for subject in failures} == {"damaged.dcm", "nowhere"}
    assert sum(isinstance(each, FileReport) for each in results) == 1


def test_that_what_is_no_dicom_is_told_where_it_was_named(study: Path, tmp_path: Path) -> None:
    (result,) = run([study / "readme.txt"], tmp_path / "out")

    assert isinstance(result, ItemFailed)
    assert not (tmp_path / "out").exists()


def test_that_a_dicomdir_is_left_out_of_a_folder_and_told_where_it_was_named(study: Path, tmp_path: Path) -> None:
    write_dicomdir(study / "DICOMDIR", "001.dcm")

    assert [type(each) for each in run([study], tmp_path / "out")] == [FileReport]
    (result,) = run([study / "DICOMDIR"], tmp_path / "out")
    assert isinstance(result, ItemFailed)
    assert "DICOMDIR" in result.message


def test_that_entries_of_archives_are_done(study: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "disc.zip", "w") as archive:
        archive.write(study / "001.dcm", "A/001.dcm")

    (result,) = run([tmp_path / "disc.zip"], tmp_path / "out")

    assert isinstance(result, FileReport)


def test_that_results_never_lie_among_the_inputs(study: Path) -> None:
    for output in (study, study / "out"):
        with pytest.raises(UserError, match="which is read"):
            run([study], output)
    with pytest.raises(UserError, match="is a file"):
        run([study / "001.dcm"], study / "readme.txt")


def test_that_a_second_run_with_the_same_secret_finds_its_files_and_other_content_is_not_overwritten(
    study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (first,) = run([study], out)
    assert isinstance(first, FileReport)
    path = Path(first.output)
    before = path.read_bytes()

    (again,) = run([study], out)
    assert isinstance(again, FileReport)
    changed = pydicom.dcmread(study / "001.dcm")
    changed.WindowCenter = 41
    changed.save_as(study / "001.dcm")
    (refused,) = run([study], out)

    assert isinstance(refused, ItemFailed)
    assert "there already" in refused.message
    assert path.read_bytes() == before


def test_that_cancelling_leaves_whole_files_and_a_report_of_them(study: Path, tmp_path: Path) -> None:
    job = Job()
    results = deidentify_files(
        [study], tmp_path / "out", Policy(), State(), job, is_recursive=True, report=tmp_path / "report.json"
    )
    next(results)
    job.cancel()

    with pytest.raises(Cancelled):
        list(results)

    (path,) = (tmp_path / "out").rglob("*.dcm")
    assert pydicom.dcmread(path).PatientIdentityRemoved == "YES"
    assert not list(tmp_path.rglob("*.part"))
    assert len(json.loads((tmp_path / "report.json").read_text())) == 1


def test_that_a_full_disk_is_told_and_leaves_no_half_file(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(UserError, match="the disk is full"):
        run([study], tmp_path / "out")

    assert not [each for each in (tmp_path / "out").rglob("*") if each.is_file()]


@pytest.mark.parametrize("name", ["report.json", "report.txt"])
def test_that_a_report_tells_each_attribute_and_no_old_value(study: Path, tmp_path: Path, name: str) -> None:
    shutil.move(study / "001.dcm", study / "Phantom SMALL-1.dcm")
    run([study], tmp_path / "out", report=tmp_path / name)

    text = (tmp_path / name).read_text()
    for old in ("Phantom", "SMALL-1", "20250304", "19610214", "Phantom Hospital", "S0001"):
        assert old not in text
    assert "(0008,0050)" in text
    if name.endswith("json"):
        (report,) = json.loads(text)
        done = {change["path"]: change["done"] for change in report["changes"]}
        assert (done["PatientID"], done["StudyDate"], done["StationName"]) == ("replaced", "emptied", "removed")
        assert report["checked"] > 10
        assert report["methods"] == ["Basic Application Confidentiality Profile"]


def test_that_the_map_is_kept_also_where_a_file_fails(study: Path, tmp_path: Path) -> None:
    (study / "damaged.dcm").write_bytes((study / "001.dcm").read_bytes()[:700])
    words = ["anon", str(study), "-o", str(tmp_path / "out"), "--map", str(tmp_path / "m.json")]

    assert main(words) == 1
    uids = json.loads((tmp_path / "m.json").read_text())["uids"]
    assert main(["anon", str(study / "001.dcm"), "-o", str(tmp_path / "again"), "--map", str(tmp_path / "m.json")]) == 0
    assert list(digests(tmp_path / "out").values()) == list(digests(tmp_path / "again").values())
    assert uids == json.loads((tmp_path / "m.json").read_text())["uids"]


def test_that_the_option_that_is_not_done_is_refused_with_its_sentence(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["anon", str(study), "-o", str(tmp_path / "out"), "--option", "clean-recognizable-visual-features"]

    assert main(words) == 1
    assert "not taken out of images" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_that_words_become_a_policy(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("patient_id,new_id\nA,B\n")
    policy = policy_of(
        AnonParameters(
            inputs=(),
            output=tmp_path,
            profile="archive",
            option=("retain-device-identity", "retain-full-dates"),
            pseudonym=str(tmp_path / "list.csv"),
            blank=(BlankSpec.parse("1,2,3,4@5-6"),),
        )
    )

    assert policy.options == PROFILES["archive"] - {Option.RETAIN_MODIFIED_DATES} | {
        Option.RETAIN_DEVICE,
        Option.RETAIN_FULL_DATES,
    }
    assert policy.pseudonyms == {"A": ("B", "B")}
    assert [policy.blanks[0].covers(frame) for frame in (4, 5, 6, 7)] == [False, True, True, False]


@pytest.mark.parametrize(("text", "seconds"), [("-30d", -2592000), ("52w", 31449600), ("+36h", 129600)])
def test_that_a_shift_is_read_and_spelt(text: str, seconds: int) -> None:
    shift = DateShift.parse(text)

    assert shift.seconds == seconds
    assert DateShift.parse(str(shift)) == shift


@pytest.mark.parametrize("text", ["", "30", "0d", "1.5d", "d", "30m"])
def test_that_a_shift_without_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shift"):
        DateShift.parse(text)


def test_that_the_profiles_of_the_command_are_those_of_the_program() -> None:
    assert set(PROFILES) == {"basic", "archive", "research", "teaching"}
    assert batch.__doc__

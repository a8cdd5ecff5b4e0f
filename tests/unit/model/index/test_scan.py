"""Scanning folders and files: everything comes out as an instance or with a reason, whatever happens meanwhile."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.model.index.written import as_bytes, dataset, write, write_series
from workstation.errors import Cancelled
from workstation.model.index import crew
from workstation.model.index.files import Inspector
from workstation.model.index.records import Instance, Place, RefusedFile
from workstation.model.index.rows import Stamp
from workstation.model.index.scan import Report, scan
from workstation.model.refusal import Reason


def scanned(*paths: Path, workers: int = 0, report: Report | None = None) -> tuple[list[Instance], list[RefusedFile]]:
    instances: list[Instance] = []
    refused: list[RefusedFile] = []
    for part in scan(paths, workers=workers, report=report):
        instances += part.instances
        refused += part.refused
    return instances, refused


def reasons(refused: list[RefusedFile]) -> dict[str, Reason]:
    return {file.place.path.name: file.reason for file in refused}


def test_that_every_file_below_a_folder_comes_out(tmp_path: Path) -> None:
    write_series(tmp_path / "a" / "b", 3)
    (tmp_path / "a" / "readme.dcm").write_text("not an image", encoding="utf-8")
    (tmp_path / "a" / "empty.dcm").touch()
    (tmp_path / "nothing").mkdir()
    instances, refused = scanned(tmp_path)
    assert [instance.place.path.name for instance in instances] == ["0001.dcm", "0002.dcm", "0003.dcm"]
    assert reasons(refused) == {"readme.dcm": Reason.NOT_DICOM, "empty.dcm": Reason.EMPTY_FILE}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b'{"resourceType": "Patient"}', "JSON (FHIR"),
        (b"MSH|^~\\&|A|B", "HL7"),
        (b"\x0bMSH|^~\\&|A|B", "HL7"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\x1f\x8b\x08" + bytes(100), "gzip"),
        (b"hello", "text"),
        ("Grüße".encode() * 3000, "text"),
        (bytes(1000), "zeros"),
        (bytes(range(255, 0, -1)), "no DICM mark"),
    ],
)
def test_that_what_is_no_dicom_is_called_by_what_it_looks_like(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "odd.dcm").write_bytes(content)
    _instances, (refused,) = scanned(tmp_path)
    assert refused.reason is Reason.NOT_DICOM
    assert word in refused.message


def test_that_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    _instances, (refused,) = scanned(tmp_path / "nowhere")
    assert refused.reason is Reason.VANISHED


def test_that_a_folder_named_twice_or_within_another_is_read_once(tmp_path: Path) -> None:
    write_series(tmp_path / "a", 2)
    instances, _refused = scanned(tmp_path, tmp_path / "a", tmp_path / "a" / "0001.dcm")
    assert len(instances) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and pipes")
def test_that_links_in_a_circle_and_pipes_end(tmp_path: Path) -> None:
    write_series(tmp_path / "a", 1)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    instances, refused = scanned(tmp_path)
    assert len(instances) == 1
    assert reasons(refused) == {"astray": Reason.VANISHED, "pipe": Reason.NOT_DICOM}


def raising(number: int, names: tuple[str, ...], real: Callable[..., Any]) -> Callable[..., Any]:
    def replacement(path: Any, *arguments: Any, **named: Any) -> Any:
        if os.fspath(path).endswith(names):
            raise OSError(number, os.strerror(number), path)
        return real(path, *arguments, **named)

    return replacement


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.EACCES, Reason.NO_PERMISSION), (errno.EIO, Reason.READ_ERROR), (errno.ENOENT, Reason.VANISHED)],
)
def test_that_what_the_system_says_of_a_file_becomes_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: Reason
) -> None:
    write_series(tmp_path, 3)
    monkeypatch.setattr(os, "open", raising(number, ("0002.dcm",), os.open))
    instances, refused = scanned(tmp_path)
    assert len(instances) == 2
    assert reasons(refused) == {"0002.dcm": reason}


def test_that_a_folder_without_permission_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_series(tmp_path / "open", 2)
    write_series(tmp_path / "closed", 2)
    monkeypatch.setattr(os, "scandir", raising(errno.EACCES, ("closed",), os.scandir))
    instances, refused = scanned(tmp_path)
    assert len(instances) == 2
    assert reasons(refused) == {"closed": Reason.NO_PERMISSION}


def test_that_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "one.dcm", PatientID="before")
    real_read = os.read
    times = [0]

    def read(descriptor: int, count: int) -> bytes:
        content = real_read(descriptor, count)
        times[0] += 1
        if times[0] == 1:
            path.write_bytes(as_bytes(dataset(PatientID="after, and longer")))
        return content

    monkeypatch.setattr(os, "read", read)
    (instance,), refused = scanned(path)
    assert instance.patient_id == "after, and longer"
    assert not refused


def test_that_a_file_that_never_stops_changing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "one.dcm")
    real_read = os.read

    def read(descriptor: int, count: int) -> bytes:
        content = real_read(descriptor, count)
        with path.open("ab") as stream:
            stream.write(b"x")
        return content

    monkeypatch.setattr(os, "read", read)
    instances, refused = scanned(path)
    assert not instances
    assert reasons(refused) == {"one.dcm": Reason.CHANGED}


def test_that_a_defect_of_ours_costs_one_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_series(tmp_path, 3)
    real = Inspector._look

    def look(self: Inspector, source: Any, path: str, member: str) -> Any:
        if path.endswith("0002.dcm"):
            raise ZeroDivisionError
        return real(self, source, path, member)

    monkeypatch.setattr(Inspector, "_look", look)
    instances, refused = scanned(tmp_path)
    assert len(instances) == 2
    assert reasons(refused) == {"0002.dcm": Reason.DAMAGED_HEADER}
    assert "ZeroDivisionError" in caplog.text


def test_that_known_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_series(tmp_path, 3)
    known = {Place(p): Stamp(p.stat().st_size, p.stat().st_mtime_ns) for p in paths[:2]}
    monkeypatch.setattr(os, "open", raising(errno.EIO, ("0001.dcm", "0002.dcm"), os.open))
    parts = list(scan([tmp_path], known=known, workers=0))
    assert sum(part.unchanged for part in parts) == 2
    assert [instance.place.path for part in parts for instance in part.instances] == [paths[2]]


def test_that_absent_uids_get_stand_ins_that_stay(tmp_path: Path) -> None:
    nameless: dict[str, Any] = {"StudyInstanceUID": None, "SeriesInstanceUID": None}
    for number in (1, 2):
        write(tmp_path / "a" / f"{number}.dcm", number, **nameless)
    write(tmp_path / "a" / "3.dcm", 3, **nameless, SeriesNumber=4)
    first, _refused = scanned(tmp_path)
    (tmp_path / "a").rename(tmp_path / "moved")
    second, _refused = scanned(tmp_path)
    assert len({instance.study_instance_uid for instance in first}) == 1
    assert len({instance.series_instance_uid for instance in first}) == 2
    assert all(instance.study_instance_uid.startswith("2.25.") for instance in first)
    assert all(len(instance.notes) == 2 for instance in first)
    uids = [(i.study_instance_uid, i.series_instance_uid, i.sop_instance_uid) for i in first]
    assert uids == [(i.study_instance_uid, i.series_instance_uid, i.sop_instance_uid) for i in second]


def test_that_processes_give_what_this_one_gives(tmp_path: Path) -> None:
    for series in range(7):
        write_series(tmp_path / str(series), 130, uid=f"1.2.3.{series + 1}")
    (tmp_path / "text.dcm").write_text("text", encoding="utf-8")
    alone = scanned(tmp_path)
    together = scanned(tmp_path, workers=2)
    assert sorted(together[0], key=lambda i: i.places) == sorted(alone[0], key=lambda i: i.places)
    assert together[1] == alone[1]


def test_that_the_work_of_a_killed_process_is_done_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "TASKS_ALONE", 1)
    write_series(tmp_path, 1500)
    started: list[int] = []
    real = subprocess.Popen

    def start(*arguments: Any, **named: Any) -> Any:
        process = real(*arguments, **named)
        if not started:
            os.kill(process.pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(crew.Crew, "_should_help", lambda self: bool(self._waiting) and not self._workers)
    instances, refused = scanned(tmp_path, workers=1)
    assert len(instances) == 1500
    assert not refused
    assert len(started) > 1


@pytest.mark.parametrize("workers", [0, 2])
def test_that_a_scan_can_be_stopped_at_each_report(tmp_path: Path, workers: int) -> None:
    write_series(tmp_path, 900)
    seen: list[int] = []

    def report(done: int, _total: int | None) -> None:
        seen.append(done)
        if done >= 300:
            raise Cancelled

    with pytest.raises(Cancelled):
        scanned(tmp_path, workers=workers, report=report)
    assert seen[-1] < 900


def test_that_progress_ends_with_all_files(tmp_path: Path) -> None:
    write_series(tmp_path, 250)
    told: list[tuple[int, int | None]] = []
    scanned(tmp_path, report=lambda done, total: told.append((done, total)))
    assert told[-1] == (250, 250)
    assert [done for done, _total in told] == sorted(done for done, _total in told)

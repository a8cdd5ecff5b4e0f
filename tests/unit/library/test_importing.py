"""Importing: whole copies under safe names, never half a file, never the same twice."""

import errno
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.model.index.written import SERIES, STUDY, as_bytes, dataset, write, write_series
from workstation.errors import Cancelled, UserError
from workstation.library import importing
from workstation.library.importing import import_files
from workstation.model.refusal import Reason


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_that_files_and_entries_are_copied_byte_by_byte(tmp_path: Path) -> None:
    disc = tmp_path / "disc"
    (first, second) = write_series(disc, 2)
    zipped = as_bytes(dataset(9))
    with zipfile.ZipFile(disc / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nine.dcm", zipped)
    (disc / "readme.txt").write_text("hello", encoding="utf-8")
    imported = import_files([disc], tmp_path / "images")
    assert files_of(tmp_path / "images") == {
        str(Path(STUDY, SERIES, f"{SERIES}.10001.dcm")): first.read_bytes(),
        str(Path(STUDY, SERIES, f"{SERIES}.10002.dcm")): second.read_bytes(),
        str(Path(STUDY, SERIES, f"{SERIES}.9.dcm")): zipped,
    }
    assert len(imported.copied) == 3
    assert [file.reason for file in imported.refused] == [Reason.NOT_DICOM]


def test_that_importing_again_copies_nothing(tmp_path: Path) -> None:
    write_series(tmp_path / "disc", 3)
    import_files([tmp_path / "disc"], tmp_path / "images")
    before = files_of(tmp_path / "images")
    again = import_files([tmp_path / "disc"], tmp_path / "images")
    assert (len(again.copied), again.already_there) == (0, 3)
    assert files_of(tmp_path / "images") == before


def test_that_another_file_of_the_same_uid_is_kept_beside(tmp_path: Path) -> None:
    first = write(tmp_path / "a.dcm", 1)
    second = write(tmp_path / "b.dcm", 1, PatientID="P2")
    import_files([first, second], tmp_path / "images")
    assert set(files_of(tmp_path / "images").values()) == {first.read_bytes(), second.read_bytes()}


@pytest.mark.parametrize("uid", ["../../../escaped", "/etc/escaped", "a\\b", "1.2/3", "9" * 70, "CON", ".."])
def test_that_a_uid_never_becomes_a_path(tmp_path: Path, uid: str) -> None:
    content = as_bytes(dataset(1, StudyInstanceUID="1.2.777777777777777777", SeriesInstanceUID="1.2.88888888"))
    padded = uid.encode().ljust(22, b"\0")[:22] if len(uid) <= 22 else uid.encode()
    if len(padded) == 22:
        content = content.replace(b"1.2.777777777777777777", padded)
    else:
        content = as_bytes(dataset(1, StudyInstanceUID=f"1.{uid}"))
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "evil.dcm").write_bytes(content)
    imported = import_files([tmp_path / "disc"], tmp_path / "images")
    ((_place, copy),) = imported.copied
    assert copy.resolve().is_relative_to(tmp_path / "images")
    assert len(copy.relative_to(tmp_path / "images").parts) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"disc", "images"}


def test_that_a_full_disk_leaves_whole_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_series(tmp_path / "disc", 3)
    real = os.fsync
    times = [0]

    def fsync(descriptor: int) -> None:
        times[0] += 1
        if times[0] == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(importing.os, "fsync", fsync)  # type: ignore[attr-defined]  # the module's own name for it
    with pytest.raises(UserError, match="full"):
        import_files([tmp_path / "disc"], tmp_path / "images")
    assert len(files_of(tmp_path / "images")) == 1
    assert len(import_files([tmp_path / "disc"], tmp_path / "images").copied) == 2


def test_that_a_file_that_changes_while_it_is_copied_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "disc" / "one.dcm")
    real = importing._read

    def read(source: Any) -> bytes:
        part = real(source)
        with path.open("ab") as stream:
            stream.write(b"x")
        return part[:10] if times.pop() else b""

    times = [False, True]
    monkeypatch.setattr(importing, "_read", read)
    imported = import_files([tmp_path / "disc"], tmp_path / "images")
    assert [file.reason for file in imported.refused] == [Reason.CHANGED]
    assert files_of(tmp_path / "images") == {}


def test_that_stopping_leaves_whole_files_only(tmp_path: Path) -> None:
    write_series(tmp_path / "disc", 5)

    def report(done: int, total: int | None) -> None:
        if total is not None and done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        import_files([tmp_path / "disc"], tmp_path / "images", report)
    assert len(files_of(tmp_path / "images")) == 2


def test_that_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    write_series(tmp_path / "disc", 1)
    (tmp_path / "images").write_text("a file is in the way", encoding="utf-8")
    with pytest.raises(UserError, match="Nothing can be written"):
        import_files([tmp_path / "disc"], tmp_path / "images")


@pytest.mark.skipif(os.name != "posix", reason="permissions are kept otherwise there")
def test_that_copies_are_for_the_user_alone(tmp_path: Path) -> None:
    write_series(tmp_path / "disc", 1)
    before = os.umask(0)
    try:
        import_files([tmp_path / "disc"], tmp_path / "images")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "images").rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = [tmp_path / "images", tmp_path / "images" / STUDY, tmp_path / "images" / STUDY / SERIES]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3


def test_that_what_a_killed_import_left_is_taken_away_once_nobody_writes_it(tmp_path: Path) -> None:
    write_series(tmp_path / "disc", 1)
    folder = tmp_path / "images" / STUDY / SERIES
    folder.mkdir(parents=True)
    for name in (".old.part", ".new.part"):
        (folder / name).write_bytes(b"half")
    os.utime(folder / ".old.part", (0, 0))

    import_files([tmp_path / "disc"], tmp_path / "images")

    assert {path.name for path in folder.glob(".*")} == {".new.part"}

"""Bad luck with the library's file: damage, a newer version, a full disk, two programs at once, a kill."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.samples import uncounted
from tests.unit.model.index.written import write_series
from workstation.errors import UserError
from workstation.model.index import crew, database, library, storing
from workstation.model.index.files import Inspector
from workstation.model.index.library import Library
from workstation.model.index.rows import Batch
from workstation.model.index.schema import APPLICATION_ID

_ADD = """
import sys
from contextlib import suppress
from pathlib import Path
from workstation.model.index import library
library._STORE_FILES = 50
with library.Library.open(Path(sys.argv[1])) as opened:
    report = opened.add([Path(sys.argv[2])], workers=int(sys.argv[3]), on_batch=lambda _: print("stored", flush=True))
"""


def filled(path: Path, images: Path, count: int = 300) -> Path:
    write_series(images, count)
    with Library.open(path) as opened:
        opened.add([images], workers=0)
    return path


def adding(path: Path, images: Path, *, workers: int = 0) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _ADD, str(path), str(images), str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=uncounted(),
    )


@pytest.mark.parametrize("keep", [0.5, 0.1])
def test_that_a_cut_library_is_set_aside_and_a_new_one_begun(tmp_path: Path, keep: float) -> None:
    path = filled(tmp_path / "l.sqlite", tmp_path / "images")
    content = path.read_bytes()
    cut = content[: int(len(content) * keep)]
    path.write_bytes(cut)
    with pytest.raises(UserError, match="damaged"), Library.open(path) as opened:
        opened.instances()
    if path.exists():  # it was noticed only in use
        with pytest.raises(UserError, match="kept as"):
            Library.open(path)
    (aside,) = tmp_path.glob("l-damaged-*.sqlite")
    assert aside.read_bytes() == cut
    with Library.open(path) as opened:
        assert opened.instances() == ()
        assert opened.add([tmp_path / "images"], workers=0).added == 300


def test_that_no_damage_anywhere_in_the_file_is_worse_than_an_error_in_words(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.sqlite", tmp_path / "images")
    whole = path.read_bytes()
    chance = random.Random(1)
    for _ in range(60):
        damaged = bytearray(whole)
        at = chance.randrange(16, len(whole) - 64)
        damaged[at : at + 64] = chance.randbytes(64)
        for old in tmp_path.glob("l*"):
            old.unlink()
        path.write_bytes(damaged)
        with suppress(UserError), Library.open(path) as opened:
            opened.instances()
            opened.refused()
            opened.check()


def test_that_a_library_of_a_newer_version_stays_as_it_is(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.sqlite", tmp_path / "images", 3)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match="newer version") as caught:
        Library.open(path)
    assert caught.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["text", "database"])
def test_that_a_file_that_is_no_library_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "precious"
    if kind == "text":
        path.write_text("my diary " * 1000, encoding="utf-8")
    else:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE diary (day TEXT)")
        connection.commit()
        connection.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match="not a library"):
        Library.open(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["precious"]


def test_that_an_empty_file_becomes_a_library(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    path.touch()
    with Library.open(path) as opened:
        assert opened.instances() == ()
    assert APPLICATION_ID.to_bytes(4) in path.read_bytes()[:100]


def test_that_a_folder_in_place_of_a_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        Library.open(tmp_path)


def test_that_a_full_disk_is_told_and_what_was_stored_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_STORE_FILES", 50)
    path = filled(tmp_path / "l.sqlite", tmp_path / "images" / "a", 100)
    write_series(tmp_path / "images" / "b", 3000, uid="1.2.9")
    with Library.open(path) as opened:
        pages = opened._connection.execute("PRAGMA page_count").fetchone()[0]
        opened._connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(UserError, match="disk is full") as caught:
            opened.add([tmp_path / "images"], workers=0)
        assert caught.value.hint
        assert 100 <= len(opened.instances()) < 3100
    with Library.open(path) as opened:
        opened.add([tmp_path / "images"], workers=0)
        assert len(opened.instances()) == 3100
        assert opened.check().is_sound


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files stands for a full disk on Linux only")
def test_that_a_file_that_cannot_grow_is_told_in_words(tmp_path: Path) -> None:
    write_series(tmp_path / "images", 2000)
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
    done = subprocess.run(
        [sys.executable, "-c", limited + _ADD, str(tmp_path / "l.sqlite"), str(tmp_path / "images"), "0"],
        capture_output=True,
        text=True,
        env=uncounted(),
    )
    assert "workstation.errors.UserError: The library" in done.stderr
    assert "full" in done.stderr
    with Library.open(tmp_path / "l.sqlite") as opened:
        assert opened.check().is_sound


@pytest.mark.parametrize("workers", [0, 2])
def test_that_a_kill_in_the_middle_loses_nothing_that_was_stored(tmp_path: Path, workers: int) -> None:
    path, images = tmp_path / "l.sqlite", tmp_path / "images"
    write_series(images, 4000)
    process = adding(path, images, workers=workers)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.communicate()
    with Library.open(path) as opened:
        stored = len(opened.instances())
        assert stored >= 150
        assert opened.check().is_sound
        report = opened.add([images], workers=0)
        assert report.unchanged == stored
        assert len(opened.instances()) == 4000


@pytest.mark.skipif(sys.platform != "linux", reason="lists processes by /proc")
def test_that_no_process_outlives_a_killed_parent(tmp_path: Path) -> None:
    write_series(tmp_path / "images", 3000)
    process = adding(tmp_path / "l.sqlite", tmp_path / "images", workers=2)
    assert process.stdout is not None
    process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() and _is_ours(child) for child in children):
        assert time.monotonic() < deadline, "a reader process is still there"
        time.sleep(0.05)


def _is_ours(process: str) -> bool:
    try:
        return b"index.worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_that_two_programs_fill_one_library_together(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "both"]
    for number, folder in enumerate(folders):
        write_series(folder, 500, uid=f"1.2.3.{number + 1}")
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    running = [adding(path, tmp_path) for _ in range(3)]
    errors = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    with Library.open(path) as opened:
        assert len(opened.instances()) == 1500
        assert opened.check().is_sound


def test_that_reader_processes_end_with_the_error_that_ends_the_adding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TASKS_ALONE", 1)
    write_series(tmp_path / "images", 1500)
    ended: list[crew.Crew] = []
    leave = crew.Crew.__exit__

    def left(self: crew.Crew, *how: Any) -> None:
        ended.append(self)
        leave(self, *how)

    def broken(*_arguments: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(crew.Crew, "__exit__", left)
    monkeypatch.setattr(storing, "put", broken)
    with Library.open(tmp_path / "l.sqlite") as opened:
        # The error keeps the frames alive, so nothing here is left to the collection of garbage.
        with pytest.raises(UserError, match="disk is full"):
            opened.add([tmp_path / "images"], workers=1)
        assert len(ended) == 1


def test_that_a_library_among_the_images_is_not_opened_by_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "l.sqlite", tmp_path, 3)
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    looked_at: list[str] = []
    inspect = Inspector.inspect

    def watched(self: Inspector, file: str, batch: Batch) -> None:
        looked_at.append(file)
        inspect(self, file, batch)

    monkeypatch.setattr(Inspector, "inspect", watched)
    with Library.open(path) as opened:
        assert (tmp_path / "l.sqlite-wal").exists()
        for folder in (tmp_path / "link", path):
            opened.add([folder], workers=0)
        left_out = {file.place.path.name: file.message for file in opened.refused()}
    assert set(left_out) >= {"l.sqlite", "l.sqlite-wal"}
    assert all("library that is in use" in message for message in left_out.values())
    assert [file for file in looked_at if "l.sqlite" in file] == []


def test_that_many_programs_make_one_library_at_the_same_moment(tmp_path: Path) -> None:
    for round_number in range(4):
        path = tmp_path / f"{round_number}.sqlite"
        with ThreadPoolExecutor(12) as pool:
            together = threading.Barrier(12)

            def opened(path: Path = path, together: threading.Barrier = together) -> int:
                together.wait()
                with Library.open(path) as library:
                    return len(library.instances())

            assert [each.result() for each in [pool.submit(opened) for _ in range(12)]] == [0] * 12


def test_that_a_library_locked_for_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.1)
    path = filled(tmp_path / "l.sqlite", tmp_path / "images", 3)
    write_series(tmp_path / "more", 3, uid="1.2.9")
    other: Any = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with Library.open(path) as opened, pytest.raises(UserError, match="in use by another program"):
            opened.add([tmp_path / "more"], workers=0)
    finally:
        other.close()


def test_that_a_library_that_breaks_while_it_is_used_is_told(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.sqlite", tmp_path / "images")
    with Library.open(path) as opened:
        with path.open("r+b") as stream:
            stream.seek(4096)
            stream.write(os.urandom(path.stat().st_size - 4096))
        with pytest.raises(UserError, match="damaged") as caught:
            opened.instances()
        assert caught.value.hint
    with pytest.raises(UserError, match="kept as"):
        Library.open(path)
    with Library.open(path) as opened:
        assert opened.instances() == ()

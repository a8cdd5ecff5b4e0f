"""Files written past the cache: every byte in its place, on disks that can do without it and on those that cannot."""

import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from workstation.volume.formats import unbuffered
from workstation.volume.formats.unbuffered import BLOCK, PIECE, UNBUFFERED_FROM, UnbufferedFile

SIZES = [0, 1, BLOCK, BLOCK + 1, PIECE - 1, PIECE, PIECE + 352, UNBUFFERED_FROM, UNBUFFERED_FROM + PIECE + 77]


def noise(count: int) -> bytes:
    return np.random.default_rng(count).integers(0, 256, count, np.uint8).tobytes()


def written(path: Path, data: bytes, part: int = 300_000) -> bytes:
    with UnbufferedFile(path, len(data)) as file:
        for start in range(0, len(data), part):
            file.write(data[start : start + part])
    return path.read_bytes()


@pytest.fixture
def as_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small files go past the cache, too."""
    monkeypatch.setattr(unbuffered, "UNBUFFERED_FROM", 0)


@pytest.mark.parametrize("size", SIZES)
def test_that_every_byte_is_in_its_place(size: int, tmp_path: Path) -> None:
    data = noise(size)
    assert written(tmp_path / "file", data) == data


@pytest.mark.usefixtures("as_small")
@pytest.mark.parametrize("part", [1000, BLOCK, 3 * PIECE])
def test_that_it_does_not_matter_how_much_is_written_at_once(part: int, tmp_path: Path) -> None:
    data = noise(3 * PIECE + 1234)
    assert written(tmp_path / "file", data, part) == data


def test_that_what_was_there_is_gone(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(noise(3 * PIECE))
    assert written(tmp_path / "file", b"short") == b"short"


def test_that_a_file_system_without_a_way_past_its_cache_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refusing(path: Path, flags: int, *mode: int) -> int:
        if flags & os.O_DIRECT:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", refusing)
    data = noise(UNBUFFERED_FROM + 99)
    assert written(tmp_path / "file", data) == data


@pytest.mark.usefixtures("as_small")
def test_that_a_disk_that_wants_larger_blocks_is_written_through_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    put, refusals = os.pwrite, []

    def refusing(file: int, data: bytes, offset: int) -> int:
        if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_DIRECT:
            refusals.append(offset)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return put(file, data, offset)

    monkeypatch.setattr(os, "pwrite", refusing)
    data = noise(4 * PIECE + 5)
    assert written(tmp_path / "file", data) == data
    assert refusals


@pytest.mark.usefixtures("as_small")
def test_that_what_a_disk_takes_in_parts_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: put(file, data[: 10 * BLOCK], offset))
    data = noise(PIECE + 9)
    assert written(tmp_path / "file", data) == data


def test_that_a_full_disk_is_told_and_no_thread_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int, _data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    before = threading.active_count()
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path / "file", noise(9 * PIECE))
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path / "file", b"the last piece alone")
    assert threading.active_count() == before


def test_that_an_error_of_the_reader_ends_the_threads_and_passes(tmp_path: Path) -> None:
    before = threading.active_count()

    def broken() -> None:
        with UnbufferedFile(tmp_path / "file", 9 * PIECE) as file:
            file.write(noise(3 * PIECE))
            raise KeyError("a slice")

    with pytest.raises(KeyError, match="a slice"):
        broken()
    assert threading.active_count() == before

"""Files that are there whole, or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tests.limits import file_size_limit
from workstation.errors import UserError
from workstation.whole_files import replaced, whole_file, write_whole


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_that_a_file_is_replaced_at_once_and_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    write_whole(path, b"one")
    with whole_file(path) as temporary:
        temporary.write_bytes(b"two")
        assert path.read_bytes() == b"one"
        assert temporary.suffix == ".bin"
    other = tmp_path / "other"
    other.write_bytes(b"")
    assert path.read_bytes() == b"two"
    assert _mode(path) == _mode(other)
    assert [each.name for each in path.parent.iterdir()] == ["a.bin"]


def test_that_a_private_file_is_for_the_user_alone_from_its_first_byte_on(tmp_path: Path) -> None:
    path = tmp_path / "own" / "secret.map"
    with replaced(path, is_private=True) as temporary:
        assert _mode(temporary) == 0o600
        temporary.write_bytes(b"secret")
    assert _mode(path) == 0o600
    assert _mode(path.parent) == 0o700


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_that_what_ends_early_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a"
    write_whole(path, b"before")

    def end_early() -> None:
        with whole_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        end_early()
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a", b"before")]


def test_that_a_full_disk_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"a\.bin cannot be written: the disk is full") as told:
        write_whole(tmp_path / "a.bin", b"1")
    assert "Make room" in told.value.hint
    assert not list(tmp_path.iterdir())


def test_that_a_limit_of_the_system_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.bin cannot be written: File too large") as told, file_size_limit(1000):
        write_whole(tmp_path / "a.bin", bytes(5000), hint="Elsewhere.")
    assert told.value.hint == "Elsewhere."
    assert not list(tmp_path.iterdir())


def test_a_pipe_is_written_into_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"{}")
        assert os.read(reader, 10) == b"{}"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe.json"]

"""Files that appear under their name only when all of them is on the disk."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workstation.errors import UserError

_ELSEWHERE = "Choose another place."


@contextmanager
def whole_file(path: Path, *, hint: str = _ELSEWHERE, is_private: bool = False) -> Iterator[Path]:
    """Give a temporary sibling to write to; it takes the name when the block ends well, and is gone when it does not.

    Parameters
    ----------
    path
        The file; one that is there is replaced, a device or a pipe is written into. Its folder is made where it is
        missing. The sibling has the same ending, since some libraries choose the format by it.
    hint
        What to do where it cannot be written, unless the disk is full.
    is_private
        For the user alone, from its first byte on.

    Raises
    ------
    UserError
        If it cannot be written, the disk being full among the reasons.
    """
    with written_to(path, hint=hint), replaced(path, is_private=is_private) as temporary:
        yield temporary


def write_whole(path: Path, data: Any, *, hint: str = _ELSEWHERE, is_private: bool = False) -> None:
    """Write bytes as a file whole or not at all; the rest is as with `whole_file`."""
    with whole_file(path, hint=hint, is_private=is_private) as temporary:
        temporary.write_bytes(data)


@contextmanager
def replaced(path: Path, *, is_private: bool = False) -> Iterator[Path]:
    """Give a temporary sibling as `whole_file` does, and let what the system says pass.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    is_device = path.exists() and not (path.is_file() or path.is_dir())
    if not is_device:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if is_private else 0o777)
    folder = None if is_device else path.parent
    handle, name = tempfile.mkstemp(prefix=".unfinished-", suffix=path.suffix[:20], dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        if is_device:  # a pipe, /dev/stdout, /dev/null: written into, never replaced by a file
            with temporary.open("rb") as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            return
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        if not is_private:
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def written_to(path: Path, *, hint: str = _ELSEWHERE) -> Iterator[None]:
    """Tell what the system says against writing to a path in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            room = "Make room there and do it again; nothing unfinished was left behind."
            raise UserError(f"{path} cannot be written: the disk is full.", hint=room) from error
        reason = error.strerror or type(error).__name__
        raise UserError(f"{path} cannot be written: {reason}.", hint=hint) from error


def _umask() -> int:
    """Give the mask of new files without a moment in which it is another one, where the system tells it."""
    try:
        status = Path("/proc/self/status").read_text()
        return next((int(line.split()[1], 8) for line in status.splitlines() if line.startswith("Umask:")), 0o022)
    except OSError:
        return 0o022

"""Files that appear under their name only when all of them is on the disk."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workstation.errors import UserError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary sibling to write to; it takes the name when the block ends well, and is gone when it does not.

    Parameters
    ----------
    path
        The file; one that is there is replaced. Its folder is made where it is missing. The sibling has the same
        ending, since some libraries choose the format by it.

    Raises
    ------
    UserError
        If it cannot be written, the disk being full among the reasons.
    """
    with written_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".unfinished-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb+") as stream:
                os.fsync(stream.fileno())
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def written_to(path: Path) -> Iterator[None]:
    """Tell what the system says against writing to a path in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "Make room there and do it again; nothing unfinished was left behind."
            raise UserError(f"The disk of {path} is full.", hint=hint) from error
        reason = error.strerror or type(error).__name__
        raise UserError(f"{path}: it cannot be written: {reason}.", hint="Choose another --output.") from error


def _umask() -> int:
    """Give the mask of new files without a moment in which it is another one, where the system tells it."""
    try:
        status = Path("/proc/self/status").read_text()
        return next((int(line.split()[1], 8) for line in status.splitlines() if line.startswith("Umask:")), 0o022)
    except OSError:
        return 0o022

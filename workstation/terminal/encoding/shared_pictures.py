"""Pictures handed to a terminal on the same machine in shared memory, which it removes when it has read them."""

from __future__ import annotations

import mmap
import os
import secrets
from contextlib import suppress

from workstation.terminal.encoding.boxes import Picture

_MOST_UNREAD = 4


class SharedPictures:
    """What was handed over and may not have been read yet.

    `multiprocessing.shared_memory` would start a process that removes what the terminal is to remove.
    """

    def __init__(self) -> None:
        self._names: list[str] = []

    def put(self, picture: Picture) -> str | None:
        """Give the name under which a picture lies; None where the terminal lags behind, or shares no memory."""
        try:
            from _posixshmem import shm_open  # type: ignore[import-not-found]  # no stub; not on Windows
        except ImportError:
            return None
        self._names = [name for name in self._names if _is_there(name)]
        if len(self._names) >= _MOST_UNREAD:
            return None
        name = f"/tty-picture-{secrets.token_hex(6)}"
        try:
            descriptor = shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except OSError:
            return None
        self._names.append(name)
        try:
            os.ftruncate(descriptor, picture.nbytes)
            with mmap.mmap(descriptor, picture.nbytes) as shared:
                shared[:] = picture.tobytes()
        except OSError:
            self.remove()
            return None
        finally:
            os.close(descriptor)
        return name

    def remove(self) -> None:
        """Remove what nobody has read."""
        if not self._names:
            return
        from _posixshmem import shm_unlink

        for name in self._names:
            with suppress(FileNotFoundError):
                shm_unlink(name)
        self._names = []


def _is_there(name: str) -> bool:
    from _posixshmem import shm_open

    try:
        os.close(shm_open(name, os.O_RDONLY, 0))
    except OSError:
        return False
    return True

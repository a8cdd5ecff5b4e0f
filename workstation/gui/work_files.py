"""Files in which the open work is kept: one for each running program, for the user alone, written whole or not."""

import contextlib
import json
from pathlib import Path
from typing import Any

from platformdirs import user_state_path
from PySide6.QtCore import QLockFile

from workstation.quick_dataclass import dataclass
from workstation.whole_files import replaced

VERSION = 2
"""Since 2 images are counted as they are read, not along the normal of their planes."""
MOST_PROGRAMS = 9
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Found:
    """What a file had.

    Parameters
    ----------
    work
        Its record; None where there is none that can be used.
    crashed
        The program that wrote it did not end by itself.
    failures
        So many programs have ended soon after they brought this work back.
    problem
        A sentence about a file that could not be used.
    """

    work: dict[str, Any] | None = None
    crashed: bool = False
    failures: int = 0
    problem: str = ""

    @property
    def version(self) -> int:
        """Of the program that wrote it."""
        return int(self.work["version"]) if self.work is not None else VERSION


class WorkFile:
    """One file, held by this program as long as it runs.

    Parameters
    ----------
    path
        The file; beside it lies the lock.
    """

    def __init__(self, path: Path, lock: QLockFile | None = None) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def take(cls, folder: Path | None = None) -> "WorkFile | None":
        """Take the file of a program that has crashed, else the first that no running program holds."""
        folder = folder or user_state_path("workstation", appauthor=False)
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        paths = [folder / f"open-work-{number}.json" for number in range(1, MOST_PROGRAMS + 1)]
        free: WorkFile | None = None
        for path in paths:
            lock = QLockFile(str(path.with_suffix(".lock")))
            lock.setStaleLockTime(0)  # only a program that is gone gives its lock away
            if not (free is None or path.exists()) or not lock.tryLock(0):
                continue
            made = cls(path, lock)
            if made._has_crashed():
                if free is not None:
                    free.release()
                return made
            if free is None:
                free = made
            else:
                made.release()
        return free

    def read(self) -> Found:
        """Read it; one that cannot be understood is kept aside."""
        try:
            is_too_large = self.path.stat().st_size > MOST_BYTES
            stored = None if is_too_large else json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Found()
        except OSError as error:
            return Found(problem=f"The open work of the last time cannot be read: {error.strerror}.")
        except (ValueError, RecursionError) as error:
            return Found(problem=self.set_aside(str(error)))
        if not isinstance(stored, dict) or not isinstance(stored.get("version"), int):
            return Found(problem=self.set_aside("it is too large" if is_too_large else "it is no record of open work"))
        if stored["version"] > VERSION:
            return Found(problem=self.set_aside("it was written by a newer version of this program"))
        failures = stored.get("failures", 0)
        return Found(stored, stored.get("ended") is not True, failures if isinstance(failures, int) else 0)

    def set_aside(self, reason: str) -> str:
        """Rename a file that cannot be used, and say so."""
        aside = self.path.with_suffix(".aside.json")
        try:
            self.path.replace(aside)
        except OSError as error:
            return f"The open work of the last time is not used: {reason}. It stays where it is: {error.strerror}."
        return f"The open work of the last time is not used: {reason}. It is kept as {aside}."

    def write(self, text: str) -> None:
        """Replace the file at once, or leave it as it was; it is for the user alone.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        with replaced(self.path, is_private=True) as temporary:
            temporary.write_text(text, encoding="utf-8")

    def release(self) -> None:
        """Let other programs have it."""
        if self._lock is not None:
            self._lock.unlock()

    def _has_crashed(self) -> bool:
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return False
        return isinstance(stored, dict) and stored.get("ended") is False and bool(stored.get("viewing"))

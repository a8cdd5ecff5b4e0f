"""Every file below some paths, one after the other, with what could not be listed."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from workstation.model.index.files import file_errors
from workstation.model.index.in_use import is_held
from workstation.model.index.rows import NO_STAMP
from workstation.model.refusal import Reason, Refused

#: A file: path, size in bytes and time of change in ns (both NO_STAMP where they were not asked for).
Found = tuple[str, int, int]


def files_below(paths: Iterable[Path], *, with_stamps: bool) -> Iterator[Found | tuple[str, Refused]]:
    """Walk folders in order of names, following links to files, and to folders that were not walked yet.

    Parameters
    ----------
    paths
        Files and folders.
    with_stamps
        Whether to ask for size and time of each file, which costs a system call.
    """
    walked: set[tuple[int, int]] = set()
    for path in paths:
        text = os.path.abspath(path)  # noqa: PTH100 - keeps links as the user wrote them
        try:
            with file_errors():
                status = os.stat(text)  # noqa: PTH116
        except Refused as refusal:
            if refusal.reason is Reason.VANISHED:
                refusal = Refused(Reason.VANISHED, "There is no such file or folder.", hint="Check how it is spelt.")
            yield text, refusal
            continue
        if os.path.isdir(text):  # noqa: PTH112
            walked.add((status.st_dev, status.st_ino))
            yield from _walk(text, walked, with_stamps=with_stamps)
        elif is_held(*os.path.split(text)):
            yield text, _library_itself()
        else:
            yield text, status.st_size, status.st_mtime_ns


def _library_itself() -> Refused:
    return Refused(Reason.NOT_DICOM, "This is a file of the library that is in use, not an image.")


def _walk(top: str, walked: set[tuple[int, int]], *, with_stamps: bool) -> Iterator[Found | tuple[str, Refused]]:
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with file_errors(), os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except Refused as refusal:
            yield folder, _of_folder(refusal)
            continue
        below = []
        for entry in listed:
            try:
                if entry.is_dir():
                    identity = _identity(entry)
                    if identity not in walked:
                        walked.add(identity)
                        below.append(entry.path)
                elif is_held(folder, entry.name):
                    yield entry.path, _library_itself()
                elif with_stamps:
                    status = entry.stat()
                    yield entry.path, status.st_size, status.st_mtime_ns
                else:
                    yield entry.path, NO_STAMP, NO_STAMP
            except OSError:  # a link that leads nowhere, or gone meanwhile: reading it will say what it is
                yield entry.path, NO_STAMP, NO_STAMP
        pending.extend(reversed(below))


def _identity(entry: os.DirEntry[str]) -> tuple[int, int]:
    status = os.stat(entry.path)  # noqa: PTH116 - DirEntry.stat has no inode on Windows
    return status.st_dev, status.st_ino


def _of_folder(refusal: Refused) -> Refused:
    if refusal.reason is Reason.NO_PERMISSION:
        return Refused(refusal.reason, "Listing this folder is not permitted.", hint="Ask its owner for permission.")
    return refusal

"""How the library and the files differ: gone, changed, and files that claim to be the same instance."""

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection

from workstation.model.index import storing
from workstation.model.index.files import Inspector
from workstation.model.index.records import Place
from workstation.model.index.reports import Conflict
from workstation.model.index.rows import place_of
from workstation.model.index.scan import Report
from workstation.model.refusal import Refused

Using = Callable[[], AbstractContextManager[Connection]]


def gone(
    before: storing.Stored, seen: Collection[str], reported: Collection[storing.Key], unreadable: Collection[bytes]
) -> list[storing.Key]:
    """Give the places that a scan of the same paths no longer found.

    Parameters
    ----------
    before
        What the library held below those paths.
    seen
        Paths that the scan met.
    reported
        Places it read.
    unreadable
        Paths it could not read this time: nothing is concluded from them.
    """
    read_again = {path for path, _member in reported}
    keys = []
    for key in (*before.files, *before.others):
        path, _member = key
        if key in reported or path in unreadable:
            continue
        if (
            (key in before.passing and key not in before.files)
            or path in read_again
            or (os.fsdecode(path) not in seen and _is_gone(path))
        ):
            keys.append(key)
    return keys


def _is_gone(path: bytes) -> bool:
    try:
        os.stat(path)  # noqa: PTH116 - a path in bytes
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # not to be told now: a drive that does not answer loses no patients
        return False
    return False


def compare_repeated(using: Using, report: Report | None) -> None:
    """Compute the digests of files whose SOP Instance UID and size another file has too, unless they are known."""
    with using() as connection:
        rows = storing.undigested(connection)
    inspector = Inspector()
    digests = []
    try:
        for done, (path, member) in enumerate(rows):
            tell = partial(report or _nobody, done, len(rows))
            try:
                digests.append((inspector.digest(os.fsdecode(path), member, tell=tell), path, member))
            except Refused:
                continue
    finally:
        inspector.close()
    if digests:
        with using() as connection:
            storing.put_digests(connection, digests)


def _nobody(_done: int, _total: int | None) -> None:
    return


def conflicts_of(rows: Sequence[tuple[str, bytes, str, bytes | None]]) -> tuple[Conflict, ...]:
    """Give the UIDs that files of different content have; files that could not be compared count as different.

    Parameters
    ----------
    rows
        SOP Instance UID, path, member and digest, in order of UID.
    """
    conflicts = []
    for uid, same in groupby(rows, key=itemgetter(0)):
        files = list(same)
        digests = {digest for _uid, _path, _member, digest in files}
        if len(files) > 1 and (len(digests) > 1 or None in digests):
            places = tuple(place_of((path, member, 0, 0, "")) for _uid, path, member, _digest in files)
            conflicts.append(Conflict(uid, places))
    return tuple(conflicts)


def compare_files(
    files: Sequence[tuple[bytes, str, int, int]], report: Report | None
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Give the places whose file is missing, and those whose file has another size or time of change."""
    missing, changed = [], []
    for done, (path, member, size, mtime_ns) in enumerate(files):
        if report is not None and done % 1000 == 0:
            report(done, len(files))
        try:
            status = os.stat(path)  # noqa: PTH116 - a path in bytes
        except (OSError, ValueError):  # no file can have such a name: the library is damaged
            missing.append(place_of((path, member, 0, 0, "")))
            continue
        if not member and (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
            changed.append(place_of((path, member, 0, 0, "")))
    return tuple(missing), tuple(changed)

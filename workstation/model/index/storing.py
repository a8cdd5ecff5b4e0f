"""What the library's tables are asked and told; the statements and nothing else. Every call is its own transaction."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workstation.model.index.database import transaction
from workstation.model.index.files import PASSING
from workstation.model.index.rows import NO_STAMP, Batch, ContainerRow, RefusedRow
from workstation.model.index.scan import Known
from workstation.model.index.schema import PUT_CONTAINER, PUT_FILE, PUT_HEADER, PUT_REFUSED
from workstation.model.refusal import Reason

#: A path as the file system has it, and the member of an archive.
Key = tuple[bytes, str]

_TABLES = ("file", "refused", "container")
_PASSING = frozenset(reason.value for reason in PASSING)


class Stored:
    """What the library held below some paths before they were scanned.

    ``passing`` are refusals that say nothing about a file's content, or that another file caused; the next scan decides
    again.
    """

    def __init__(self, connection: sqlite3.Connection, paths: Sequence[Path]) -> None:
        self.files: set[Key] = set()
        self.others: set[Key] = set()
        self.passing: set[Key] = set()
        stamps: dict[str, tuple[int, int]] = {}
        archives: Counter[str] = Counter()
        for table in _TABLES:
            keys = self.files if table == "file" else self.others
            condition = " AND kind <> 'dicomdir'" if table == "container" else ""
            for path, member, size, mtime_ns in _rows_below(connection, table, paths, condition):
                keys.add((path, member))
                if size == NO_STAMP and not member:
                    self.passing.add((path, member))
                if member:
                    archives[os.fsdecode(path)] += 1
                else:
                    stamps[os.fsdecode(path)] = (size, mtime_ns)
        self.known = Known(stamps, archives)


def _rows_below(
    connection: sqlite3.Connection, table: str, paths: Sequence[Path], condition: str = ""
) -> Iterator[tuple[bytes, str, int, int]]:
    for path in paths:
        raw = os.fsencode(os.path.abspath(path))  # noqa: PTH100 - as in the scan
        separator = os.fsencode(os.sep)
        low = raw.rstrip(separator) + separator
        high = low[:-1] + bytes([low[-1] + 1])
        statement = f"SELECT path, member, size, mtime_ns FROM {table} WHERE (path = ? OR path >= ? AND path < ?)"  # noqa: S608 - our own names
        yield from connection.execute(statement + condition, (raw, low, high))


def put(connection: sqlite3.Connection, batch: Batch, before: Stored) -> None:
    """Store a batch; what its places were before is replaced."""
    with transaction(connection):
        connection.executemany(PUT_HEADER, ((key, *texts) for key, texts in batch.headers.items()))
        connection.executemany(PUT_FILE, batch.instances)
        lasting = [row for row in batch.refused if _is_lasting(row)]
        connection.executemany(PUT_REFUSED, lasting)
        connection.executemany(PUT_CONTAINER, batch.containers)
        # A passing refusal says nothing about what the file holds: what is known of it stays.
        settled = [row for row in lasting if not is_passing(row)]
        for table, rows in (("file", batch.instances), ("refused", settled), ("container", batch.containers)):
            keys = [(row[0], row[1]) for row in rows]
            for other in _TABLES:
                held = before.files if other == "file" else before.others
                if other != table:
                    _delete(connection, other, [key for key in keys if key in held])


def _is_lasting(row: RefusedRow) -> bool:
    return row[4] != Reason.VANISHED.value


def _delete(connection: sqlite3.Connection, table: str, keys: Iterable[Key]) -> int:
    statement = f"DELETE FROM {table} WHERE path = ? AND member = ?"  # noqa: S608 - our own names
    return connection.executemany(statement, keys).rowcount


def forget(connection: sqlite3.Connection, keys: Sequence[Key]) -> int:
    """Drop places, and headers that no file refers to any more; gives how many of them were instances."""
    if not keys:
        return 0
    with transaction(connection):
        dropped = max(_delete(connection, "file", keys), 0)
        _delete(connection, "refused", keys)
        _delete(connection, "container", keys)
        connection.execute("DELETE FROM header WHERE key NOT IN (SELECT header FROM file)")
        return dropped


def instance_rows(
    connection: sqlite3.Connection, study: str | None, series: str | None
) -> tuple[list[tuple[Any, ...]], dict[int, tuple[str, ...]]]:
    """Give the rows of ``file`` of a study or series, or all, in order of paths, and their shared headers by key."""
    condition, uids = _chosen(study, series)
    headers = f"SELECT * FROM header WHERE {condition}"  # noqa: S608 - our own names
    chosen = f"header IN (SELECT key FROM header WHERE {condition})"  # noqa: S608 - likewise
    files = f"SELECT * FROM file WHERE {chosen} ORDER BY path, member"  # noqa: S608 - likewise
    return connection.execute(files, uids).fetchall(), {row[0]: row[1:] for row in connection.execute(headers, uids)}


def _chosen(study: str | None, series: str | None) -> tuple[str, list[str]]:
    wanted = {"study": study, "series": series}
    conditions = [f"{name}_instance_uid = ?" for name, uid in wanted.items() if uid is not None]
    return " AND ".join(conditions) or "1", [uid for uid in wanted.values() if uid is not None]


def count_of(connection: sqlite3.Connection, series: str) -> int:
    """Count the files of a series."""
    statement = "SELECT count(*) FROM file WHERE header IN (SELECT key FROM header WHERE series_instance_uid = ?)"
    return int(connection.execute(statement, [series]).fetchone()[0])


def repeated_in(
    connection: sqlite3.Connection, study: str | None, series: str | None
) -> list[tuple[str, bytes, str, bytes | None]]:
    """Give the same as `repeated`, for the UIDs of a study or series, and also for those that only one file has."""
    if study is None and series is None:
        return repeated(connection)
    condition, uids = _chosen(study, series)
    statement = (
        "SELECT sop_instance_uid, path, member, digest FROM file WHERE sop_instance_uid IN (SELECT sop_instance_uid "  # noqa: S608
        f"FROM file WHERE header IN (SELECT key FROM header WHERE {condition})) ORDER BY 1, 2, 3"
    )
    return connection.execute(statement, uids).fetchall()


def repeated(connection: sqlite3.Connection) -> list[tuple[str, bytes, str, bytes | None]]:
    """Give SOP Instance UID, path, member and digest of every file whose UID another file has too."""
    return connection.execute(
        "SELECT sop_instance_uid, path, member, digest FROM file WHERE sop_instance_uid IN "
        "(SELECT sop_instance_uid FROM file GROUP BY sop_instance_uid HAVING count(*) > 1) ORDER BY 1, 2, 3"
    ).fetchall()


def undigested(connection: sqlite3.Connection) -> list[tuple[bytes, str]]:
    """Give path and member of files without a digest whose UID and size another file has too.

    Files of one UID and different sizes differ; a digest would say nothing more.
    """
    return connection.execute(
        "SELECT path, member FROM file WHERE digest IS NULL AND (sop_instance_uid, size) IN "
        "(SELECT sop_instance_uid, size FROM file WHERE sop_instance_uid IN "
        "(SELECT sop_instance_uid FROM file GROUP BY 1 HAVING count(*) > 1) "
        "GROUP BY 1, 2 HAVING count(*) > 1) ORDER BY 1, 2"
    ).fetchall()


def put_digests(connection: sqlite3.Connection, digests: Sequence[tuple[bytes, bytes, str]]) -> None:
    """Store the digests of files: digest, path, member."""
    with transaction(connection):
        connection.executemany("UPDATE file SET digest = ? WHERE path = ? AND member = ?", digests)


def refused_rows(connection: sqlite3.Connection) -> list[RefusedRow]:
    """Give what is refused, in order of paths."""
    return connection.execute("SELECT * FROM refused ORDER BY path, member").fetchall()


def container_rows(connection: sqlite3.Connection) -> list[ContainerRow]:
    """Give the archives and media directories, in order of paths."""
    return connection.execute("SELECT * FROM container ORDER BY path, member").fetchall()


def keys_of(connection: sqlite3.Connection, study: str | None, series: str | None) -> list[Key]:
    """Give the places of the files of a study or series."""
    return [(row[0], row[1]) for row in instance_rows(connection, study, series)[0]]


def stamped_files(connection: sqlite3.Connection) -> list[tuple[bytes, str, int, int]]:
    """Give path, member, size and time of change of every instance."""
    return connection.execute("SELECT path, member, size, mtime_ns FROM file ORDER BY path, member").fetchall()


def is_passing(row: RefusedRow) -> bool:
    """Tell whether a refusal says nothing about what the file holds."""
    return row[4] in _PASSING

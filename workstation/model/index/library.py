"""The library: which instances there are and where, kept in an SQLite file that survives a crash and a kill."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from workstation.errors import Cancelled, UserError
from workstation.model.index import in_use, storing
from workstation.model.index.attributes import instance_of, shared_values
from workstation.model.index.database import (
    DamagedLibrary,
    connect,
    damaged_rows,
    database_errors,
    looks_like_library,
    mark_damaged,
    set_aside,
)
from workstation.model.index.differences import compare_files, compare_repeated, conflicts_of, gone
from workstation.model.index.records import Instance, Patient, Place, RefusedFile, Series
from workstation.model.index.reports import AddReport, CheckReport
from workstation.model.index.rows import FIRST_OWN, HEADER_KEY, Batch, notes_of, place_of, refused_of
from workstation.model.index.scan import Report, Scan, Scanned, scanned_of
from workstation.model.index.tree import series_of, tree_of

_DIGEST = -1
_STORE_FILES = 1000
_STORE_EVERY_S = 0.3
DEFAULT_NAME = "library.sqlite"
_BEGIN_ANEW = "Open it again: it is kept aside, and a new one is begun for your folders. No image was touched."


def default_path() -> Path:
    """Give where the library lies unless the user says otherwise: in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("workstation", appauthor=False) / DEFAULT_NAME


class Library:
    """Patients, studies, series and instances, and the files they were read from. Files themselves are never touched.

    It may be used by several threads, and the same file by several programs at once.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._is_open = True
        if path is not None:
            in_use.hold(path)

    @classmethod
    def open(cls, path: Path | None = None) -> "Library":
        """Open a library, or make it where there is none.

        Parameters
        ----------
        path
            Its file; the default one in the user's data folder where it is not given.

        Raises
        ------
        UserError
            If it cannot be opened, is of a newer version, or is no library: then it stays as it is. If it is damaged
            it is renamed, never deleted, so that opening again begins a new one.
        """
        path = (path or default_path()).absolute()
        try:
            return cls(connect(path), path)
        except DamagedLibrary as error:
            if not looks_like_library(path) and path != default_path():
                raise
            aside = set_aside(path)
            raise UserError(f"{error.message} It was kept as {aside.name}.", hint=_BEGIN_ANEW) from error

    @classmethod
    def in_memory(cls) -> "Library":
        """Make a library that is gone when it is closed."""
        return cls(connect(None), None)

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock, database_errors(self.path):
            self._connection.close()
            if self._is_open and self.path is not None:
                in_use.release(self.path)
            self._is_open = False

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with database_errors(self.path):
                    yield self._connection
            except DamagedLibrary as error:
                if self.path is not None:
                    mark_damaged(self.path)
                raise UserError(error.message, hint=_BEGIN_ANEW) from error

    def add(
        self,
        paths: Sequence[Path],
        *,
        report: Report | None = None,
        on_batch: Callable[[Scanned], None] | None = None,
        workers: int | None = None,
    ) -> AddReport:
        """Index files, folders, ZIP archives and DICOMDIRs where they lie.

        Files that are unchanged since the last time are not read again; those that are gone are dropped.

        Parameters
        ----------
        report
            Told (files done, files there are or None); it may raise `Cancelled`: what was stored until then stays.
        on_batch
            Given each batch after it was stored.
        workers
            Processes that read headers where there are many; 0 for none.

        Raises
        ------
        UserError
            If the library cannot be written; what was stored until then stays.
        """
        with self._using() as connection, damaged_rows(self.path):
            before = storing.Stored(connection, [_root_of(path) for path in paths])
        scan = Scan(paths, before.known, workers=workers, report=report)
        tally = _Tally(before)
        # Closed at once, also by an error while storing: the processes that read headers end with it.
        with closing(scan.batches()) as batches, closing(_gathered(batches)) as gathered:
            for batch in gathered:
                with self._using() as connection:
                    storing.put(connection, batch, before)
                tally.count(batch)
                if on_batch is not None:
                    on_batch(scanned_of(batch))
        keys = gone(before, scan.seen, tally.reported, tally.unreadable)
        with self._using() as connection:
            removed = storing.forget(connection, keys)
        compare_repeated(self._using, report)
        with self._using() as connection:
            conflicts = conflicts_of(storing.repeated(connection))
        notes = _notes(paths, scan.seen, tally.refused)
        return AddReport(tally.added, tally.updated, tally.unchanged, removed, tuple(tally.refused), conflicts, notes)

    def patients(self) -> tuple[Patient, ...]:
        """Give the whole tree: patients by name, studies newest first, series by number. Stacks are left out."""
        return tree_of(self.instances())

    def series(self, series_instance_uid: str) -> Series:
        """Give one series with its stacks.

        Raises
        ------
        UserError
            If the library has no such series.
        """
        from workstation.model.stacks import stacks_of

        found = series_of(self.instances(series=series_instance_uid), stacks_of=stacks_of)
        if not found:
            raise UserError("The library has no such series any more.", hint="Add its folder again.")
        return found[0]

    def instances(self, *, study: str | None = None, series: str | None = None) -> tuple[Instance, ...]:
        """Give the instances of a study or series, by UID, or all of them, in order of their first places."""
        with self._using() as connection, damaged_rows(self.path):
            rows, headers = storing.instance_rows(connection, study, series)
            repeated = storing.repeated_in(connection, study, series)
            return _instances(rows, headers, {conflict.sop_instance_uid for conflict in conflicts_of(repeated)})

    def file_counts(self, series: Iterable[str]) -> dict[str, int]:
        """Count the files of some series, by UID; a file that is there twice counts twice."""
        with self._using() as connection:
            return {uid: storing.count_of(connection, uid) for uid in series}

    def refused(self) -> tuple[RefusedFile, ...]:
        """Give the files that are not in the library, with the reasons."""
        with self._using() as connection, damaged_rows(self.path):
            return tuple(refused_of(row) for row in storing.refused_rows(connection))

    def containers(self) -> tuple[Place, ...]:
        """Give the ZIP archives and DICOMDIRs, which are no instances themselves but led to others."""
        with self._using() as connection:
            return tuple(place_of(row) for row in storing.container_rows(connection))

    def remove(self, *, paths: Sequence[Path] = (), studies: Sequence[str] = (), series: Sequence[str] = ()) -> int:
        """Forget what lies below some paths, or belongs to some studies or series; files are not touched.

        Returns
        -------
        int
            How many places of instances were forgotten.
        """
        with self._using() as connection:
            below = storing.Stored(connection, paths)
            keys = {*below.files, *below.others}
            for uid in studies:
                keys.update(storing.keys_of(connection, uid, None))
            for uid in series:
                keys.update(storing.keys_of(connection, None, uid))
            return storing.forget(connection, sorted(keys))

    def check(self, *, report: Report | None = None) -> CheckReport:
        """Compare the library with the files it lists, and have the database examine itself.

        Nothing is changed; but a library in which damage is found is set aside when it is opened next.
        """
        with self._using() as connection:
            damage = [str(text) for (text,) in connection.execute("PRAGMA integrity_check(20)") if text != "ok"]
            files = storing.stamped_files(connection)
            conflicts = conflicts_of(storing.repeated(connection))
        if damage and self.path is not None:
            mark_damaged(self.path)
        missing, changed = compare_files(files, report)
        return CheckReport(len(files), missing, changed, conflicts, tuple(damage))


def _gathered(batches: Iterator[Batch]) -> Generator[Batch, None, None]:
    """Put small batches together: storing a thousand files at once takes half the time of storing them by hundreds."""
    gathered = Batch()
    due = time.monotonic() + _STORE_EVERY_S
    try:
        for batch in batches:
            gathered.take_in(batch)
            if len(gathered) >= _STORE_FILES or time.monotonic() > due:
                yield gathered
                gathered = Batch()
                due = time.monotonic() + _STORE_EVERY_S
    except Cancelled:
        yield gathered
        raise
    if len(gathered):
        yield gathered


def _root_of(path: Path) -> Path:
    """Give the folder below which lies what a path leads to: a DICOMDIR leads to files beside it."""
    return path.parent if path.name.upper().startswith("DICOMDIR") and path.is_file() else path


class _Tally:
    """Counts what the batches of one scan did to a library."""

    def __init__(self, before: storing.Stored) -> None:
        self._before = before
        self.added = self.updated = self.unchanged = 0
        self.refused: list[RefusedFile] = []
        self.reported: set[storing.Key] = set()
        self.unreadable: set[bytes] = set()

    def count(self, batch: Batch) -> None:
        for row in batch.instances:
            if (row[0], row[1]) in self._before.files:
                self.updated += 1
            else:
                self.added += 1
        self.unchanged += batch.unchanged
        self.refused += [refused_of(row) for row in batch.refused]
        self.unreadable.update(row[0] for row in batch.refused if storing.is_passing(row))
        for rows in (batch.instances, batch.refused, batch.containers):
            self.reported.update((row[0], row[1]) for row in rows)


def _instances(
    rows: Sequence[tuple[Any, ...]], headers: Mapping[int, Sequence[str]], conflicting: Collection[str]
) -> tuple[Instance, ...]:
    shared = {key: shared_values(texts) for key, texts in headers.items()}
    return tuple(
        instance_of(
            shared[same[0][HEADER_KEY]],
            same[0][FIRST_OWN : _DIGEST - 1],
            places=tuple(place_of((*row[:4], "")) for row in same),
            notes=notes_of(same[0][:_DIGEST]),
            conflicting=uid in conflicting,
        )
        for (uid, _content), same in _same_content(rows).items()
    )


def _same_content(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, object], list[tuple[Any, ...]]]:
    """Group rows of one UID and equal bytes; a file that was not compared with others stands alone."""
    groups: dict[tuple[str, object], list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault((row[FIRST_OWN], row[_DIGEST] or row[:2]), []).append(row)
    return groups


def _notes(paths: Sequence[Path], seen: set[str], refused: Sequence[RefusedFile]) -> tuple[str, ...]:
    """Say which of the given folders hold no file at all."""
    listed = {str(file.place.path) for file in refused}
    empty = []
    for path in paths:
        text = os.path.abspath(path)  # noqa: PTH100 - as in the scan
        if text in seen or text in listed:
            continue
        prefix = text.rstrip(os.sep) + os.sep
        if not any(each.startswith(prefix) for each in (*seen, *listed)):
            empty.append(f"{path}: there is no file in this folder.")
    return tuple(empty)


__all__ = ["Library", "Place", "default_path"]

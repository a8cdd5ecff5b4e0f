"""From paths to instances: walks folders, opens containers, reads headers in parallel, leaves out what is known."""

import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from workstation.model.index.archive import list_members
from workstation.model.index.crew import Crew
from workstation.model.index.files import refuse, stamp_of
from workstation.model.index.folders import files_below
from workstation.model.index.media import INCOMPLETE, find_listed, listed_below, listed_files
from workstation.model.index.records import Instance, Place, RefusedFile
from workstation.model.index.rows import NO_STAMP, Batch, ContainerRow, Stamp, instances_of, refused_of
from workstation.model.index.worker import Task
from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

FILES_PER_TASK = 100
WORKERS = 2
MISSING_NAMED = 3
"""Files that a medium lists and that are not there are named up to this number."""

Report = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What some of the files gave; ``unchanged`` counts those that were not read again."""

    instances: tuple[Instance, ...]
    refused: tuple[RefusedFile, ...]
    unchanged: int


@dataclass(slots=True)
class Known:
    """What need not be read again: stamps by path, and how many places an archive that is among them holds."""

    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    archives: Mapping[str, int] = field(default_factory=dict)


def scan(
    paths: Iterable[Path],
    *,
    known: Mapping[Place, Stamp] | None = None,
    workers: int | None = None,
    report: Report | None = None,
) -> Iterator[Scanned]:
    """Read the headers of everything below some paths: files, folders, ZIP archives, DICOMDIR.

    Parameters
    ----------
    paths
        Files and folders.
    known
        Places and stamps of an earlier scan; a file with the same stamp is counted as unchanged and not read.
    workers
        Processes that read headers where there are many; 0 for none.
    report
        Told (files done, files there are or None); it may raise `Cancelled`, which ends the scan.

    Yields
    ------
    Scanned
        What a hundred files or so gave, in no particular order.
    """
    for batch in Scan(paths, _known_of(known or {}), workers=workers, report=report).batches():
        yield scanned_of(batch)


def scanned_of(batch: Batch) -> Scanned:
    """Build the records of a batch."""
    refused = tuple(refused_of(row) for row in batch.refused)
    return Scanned(tuple(instances_of(batch)), refused, batch.unchanged)


def _known_of(known: Mapping[Place, Stamp]) -> Known:
    archives = Counter(str(place.path) for place in known if place.member)
    stamps = {str(place.path): (stamp.size, stamp.mtime_ns) for place, stamp in known.items() if not place.member}
    return Known(stamps, archives)


class Scan:
    """One pass over some paths. ``seen`` holds, in the end, every file that is there, and ``opened`` the archives."""

    def __init__(
        self, paths: Iterable[Path], known: Known, *, workers: int | None = None, report: Report | None = None
    ) -> None:
        self.seen: set[str] = set()
        self.opened: set[str] = set()
        self._known = known
        self._workers = WORKERS if workers is None else workers
        self._report = report
        self._found = files_below(paths, with_stamps=bool(known.files))
        self._more: deque[tuple[str, str]] = deque()
        self._aside = Batch()
        self._walk_is_over = False
        self._done = 0
        self._total = 0

    def batches(self) -> Generator[Batch, None, None]:
        """Give what the files hold, as batches come."""
        with Crew(self._workers) as crew:
            while True:
                while crew.has_room and (task := self._next_task()):
                    crew.give(task)
                if not crew.in_flight:
                    break
                batch = crew.take()
                self._done += len(batch.instances) + len(batch.refused) + len(batch.containers)
                self._open_containers(batch)
                yield self._merged(batch)
                self._tell()
            if len(self._aside):
                yield self._merged(Batch())
            self._tell()

    def _merged(self, batch: Batch) -> Batch:
        """Add what was told from the walk alone: unchanged files, folders that could not be listed."""
        aside, self._aside = self._aside, Batch()
        self._done += len(aside)
        batch.refused += aside.refused
        batch.unchanged += aside.unchanged
        return batch

    def _tell(self) -> None:
        if self._report is not None:
            self._report(self._done, self._total if self._walk_is_over else None)

    def _next_task(self) -> Task:
        """Give the next files to read; empty when there are none for now."""
        task: Task = []
        while self._more and len(task) < FILES_PER_TASK:
            task.append(self._more.popleft())
        while not self._walk_is_over and len(task) < FILES_PER_TASK:
            found = next(self._found, None)
            if found is None:
                self._walk_is_over = True
            elif len(found) == 2:
                self._total += 1
                refuse((os.fsencode(found[0]), "", NO_STAMP, NO_STAMP), found[1], self._aside)
            elif not self._is_settled(*found):
                task.append((found[0], ""))
            if len(self._aside) >= FILES_PER_TASK * 10:
                self._tell()
        return task

    def _is_settled(self, path: str, size: int, mtime_ns: int) -> bool:
        """Tell whether a file was met already in this scan, or is unchanged since another."""
        if path in self.seen:
            return True
        self.seen.add(path)
        self._total += 1
        if size == NO_STAMP or self._known.files.get(path) != (size, mtime_ns):
            return False
        self._aside.unchanged += 1 + self._known.archives.get(path, 0)
        self._total += self._known.archives.get(path, 0)
        return True

    def _open_containers(self, batch: Batch) -> None:
        for row in list(batch.containers):
            try:
                if row[4] == "zip":
                    self._open_archive(row, batch)
                elif not row[1]:
                    self._open_media(row, batch)
            except Refused as refusal:
                batch.containers.remove(row)
                refuse(row[:4], refusal, batch)

    def _open_archive(self, row: ContainerRow, batch: Batch) -> None:
        path = os.fsdecode(row[0])
        good, bad = list_members(path)
        self.opened.add(path)
        self._more.extend((path, member) for member in good)
        self._total += len(good) + len(bad)
        self._done += len(bad)
        for member, refusal in bad:
            refuse((row[0], member, NO_STAMP, NO_STAMP), refusal, batch)

    def _open_media(self, row: ContainerRow, batch: Batch) -> None:
        path = os.fsdecode(row[0])
        folder = os.path.dirname(path)  # noqa: PTH120 - paths stay text in the scan
        missing: list[str] = []
        for components in listed_below(folder, listed_files(path)):
            listed = os.path.join(folder, *components)  # noqa: PTH118
            try:
                listed = find_listed(folder, components)
            except Refused as refusal:
                if refusal.reason is Reason.LISTED_BUT_MISSING:
                    missing.append(listed)
                else:
                    self._refuse_listed(listed, refusal, batch)
                continue
            if not self._is_settled(listed, *stamp_of(listed)):
                self._more.append((listed, ""))
        self._tell_missing(folder, missing, batch)

    def _tell_missing(self, folder: str, missing: list[str], batch: Batch) -> None:
        """Name the files that are not there; of many, one for all."""
        told = missing if len(missing) <= MISSING_NAMED else missing[:1]
        others = len(missing) - len(told)
        for path in told:
            name = Path(path).relative_to(folder).as_posix()
            also = f", and {others} others that are not there either" if others else ", but there is no such file"
            refusal = Refused(Reason.LISTED_BUT_MISSING, f"DICOMDIR lists “{name}”{also}.", hint=INCOMPLETE)
            self._refuse_listed(path, refusal, batch)

    def _refuse_listed(self, path: str, refusal: Refused, batch: Batch) -> None:
        self._total += 1
        self._done += 1
        refuse((os.fsencode(path), "", NO_STAMP, NO_STAMP), refusal, batch)

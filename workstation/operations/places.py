"""The places that paths of a command line name: files, what lies in folders, entries of ZIP archives."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.archive import list_members
from workstation.model.index.folders import files_below
from workstation.model.index.records import Place
from workstation.model.refusal import Reason, Refused
from workstation.operations.operation import ItemFailed

Made = TypeVar("Made")

_ZIP = b"PK\x03\x04"
OTHER_KIND = "of another kind"
EMPTY = "There is nothing in it."
_OTHERS = {Reason.NOT_DICOM: "not DICOM", Reason.OTHER_OBJECT: OTHER_KIND}


def places_of(paths: Iterable[Path]) -> Iterator[Place | ItemFailed]:
    """Give each file below the paths, archives by their entries; ``disc.zip!name`` is one entry."""
    for path in paths:
        archive, mark, member = str(path).partition("!")
        if mark and not path.exists() and Path(archive).is_file():
            yield Place(Path(archive), member)
        else:
            yield from _below(path)


def check_not_read(output: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write over what is read: a file that is named, or lies in a folder that is.

    Raises
    ------
    UserError
        If it is one of these.
    """
    if not output.exists():
        return
    target = output.resolve()
    for path in inputs:
        file = path if path.exists() else Path(str(path).partition("!")[0])
        source = file.resolve()
        if target == source or source in target.parents:
            raise UserError(
                f"{output} is {'one of the inputs' if target == source else f'in {path}, which is read'}, "
                "and is not overwritten.",
                hint="Choose another --output.",
            )


def near(place: str) -> str:
    """Give the name of a file as it is from the working directory, where it lies below that; for people, not for files.

    Parameters
    ----------
    place
        An absolute path, of an entry of an archive with its name behind.
    """
    return place.removeprefix(f"{Path.cwd()}{os.sep}")


def failed(subject: object, refusal: Refused) -> ItemFailed:
    """Give a refusal as the failure of one input, its name not said twice."""
    name = str(subject)
    own = f"{refusal.message.partition(': ')[0]}: "
    message = refusal.message.removeprefix(own) if name.endswith(own.removesuffix(": ")) else refusal.message
    return ItemFailed(name, message[:1].upper() + message[1:], refusal.hint, str(refusal.reason))


class LeftOut:
    """What lies in folders and archives without being what a command is for: counted and noted, no failure.

    Parameters
    ----------
    named
        What the user named: a file that is among it is never left out.
    """

    def __init__(self, named: Iterable[Path]) -> None:
        self._named = {str(path) for path in named}
        self._counts: Counter[str] = Counter()

    def is_named(self, place: Place) -> bool:
        """Tell whether the user asked for this very file."""
        return str(place) in self._named

    def failed(self, place: Place, refusal: Refused) -> Iterator[ItemFailed]:
        """Give the failure of an input, unless nobody asked for it and it is no DICOM, or another kind of object."""
        if self.is_named(place) or refusal.reason not in _OTHERS:
            yield failed(place, refusal)
        else:
            self.count(_OTHERS[refusal.reason])

    def count(self, kind: str) -> None:
        """Count something more."""
        self._counts[kind] += 1

    def note(self, job: Job) -> None:
        """Say what was left out, if anything was."""
        if self._counts:
            job.log(f"Left out: {', '.join(f'{count} {kind}' for kind, count in self._counts.items())}.")


def of_each_place(
    paths: Iterable[Path], job: Job, make: Callable[[Place], Iterable[Made]]
) -> Iterator[Made | ItemFailed]:
    """Give what is made of each file below the paths; what is left out is counted, and noted at the end.

    Parameters
    ----------
    paths
        As the user named them.
    make
        Reads one; where it raises `Refused`, that is the failure of this file alone.
    """
    named = tuple(paths)
    left_out = LeftOut(named)
    for done, place in enumerate(places_of(named)):
        job.progress(done, None, "read")
        if isinstance(place, ItemFailed):
            yield place
            continue
        try:
            yield from make(place)
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
    left_out.note(job)


def _below(path: Path) -> Iterator[Place | ItemFailed]:
    is_empty = True
    for each in _found_below(path):
        is_empty = False
        yield each
    if is_empty:
        yield ItemFailed(str(path), EMPTY)


def _found_below(path: Path) -> Iterator[Place | ItemFailed]:
    for found in files_below([path], with_stamps=False):
        if isinstance(found[1], Refused):
            yield failed(found[0] if path.is_dir() else path, found[1])
            continue
        file = Path(found[0]) if path.is_dir() else path
        if _is_archive(file):
            yield from _members(file)
        else:
            yield Place(file)


def _is_archive(path: Path) -> bool:
    try:
        if not path.is_file():  # opening a pipe would wait for somebody who writes to it
            return False
        with path.open("rb") as stream:
            return stream.read(4) == _ZIP
    except OSError:
        return False


def _members(path: Path) -> Iterator[Place | ItemFailed]:
    try:
        good, bad = list_members(str(path))
    except Refused as refusal:
        yield failed(path, refusal)
        return
    yield from (Place(path, name) for name in good)
    yield from (failed(Place(path, name), refusal) for name, refusal in bad)

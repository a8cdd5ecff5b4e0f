"""Copies instances into a folder tree that the program manages, so that they outlive the medium they came from."""

import errno
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from typing import BinaryIO

from workstation.errors import UserError
from workstation.model.index.files import Inspector, file_errors
from workstation.model.index.records import Instance, Place, RefusedFile
from workstation.model.index.scan import scan
from workstation.model.index.stand_ins import stand_in_uid
from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

Report = Callable[[int, int | None], None]

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_COPIES = 100
_CHUNK = 1 << 20
_UNFINISHED, _ABANDONED_S = ".part", 3600


@dataclass(slots=True)
class Imported:
    """What importing did.

    Parameters
    ----------
    folder
        Where the copies are.
    copied
        Places that were copied, and their copies.
    already_there
        How many were there with the same content.
    refused
        What was not copied, and why.
    """

    folder: Path
    copied: list[tuple[Place, Path]] = field(default_factory=list)
    already_there: int = 0
    refused: list[RefusedFile] = field(default_factory=list)


def import_files(paths: Sequence[Path], into: Path, report: Report | None = None) -> Imported:
    """Copy every instance below some paths to ``into/<study>/<series>/<instance>.dcm``, by UID.

    A copy appears under its name only when all of it is on the disk. Instances that are there with the same content
    are left alone; one of the same UID and other content is copied beside it.

    Parameters
    ----------
    paths
        Files, folders, ZIP archives, DICOMDIRs.
    into
        The managed folder; made, for the user alone, where there is none.
    report
        Told (instances copied, instances there are or None); it may raise `Cancelled`.

    Raises
    ------
    UserError
        If nothing can be written there, or the disk is full; what was copied until then is whole and stays.
    """
    _sweep(into)
    imported = Imported(into)
    instances: list[Instance] = []
    for scanned in scan(paths):
        if report is not None:
            report(0, None)
        instances += scanned.instances
        imported.refused += scanned.refused
    inspector = Inspector()
    try:
        for done, instance in enumerate(instances):
            if report is not None:
                report(done, len(instances))
            _import_one(instance, imported, inspector)
    finally:
        inspector.close()
    if report is not None:
        report(len(instances), len(instances))
    return imported


def _sweep(into: Path) -> None:
    """Take away what an import that was killed left unfinished; what another program may still write stays."""
    with suppress(OSError):
        for unfinished in into.glob(f"*/*/.*{_UNFINISHED}"):
            if time.time() - unfinished.stat().st_mtime > _ABANDONED_S:
                unfinished.unlink(missing_ok=True)


def _import_one(instance: Instance, imported: Imported, inspector: Inspector) -> None:
    try:
        target = _copy(instance, imported.folder, inspector)
    except Refused as refusal:
        imported.refused.append(RefusedFile(instance.place, refusal.reason, refusal.message, refusal.hint))
        return
    if target is None:
        imported.already_there += 1
    else:
        imported.copied.append((instance.place, target))


def _copy(instance: Instance, into: Path, inspector: Inspector) -> Path | None:
    """Copy an instance and give its path; None where it is there already."""
    folder = into / _name_of(instance.study_instance_uid) / _name_of(instance.series_instance_uid)
    with _writing(into):
        _make_private(folder)
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=_UNFINISHED, dir=folder)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as output:
            _pour(instance.place, output, into)
        for target in _names(folder, _name_of(instance.sop_instance_uid)):
            if _appears(unfinished, target, into):
                return target
            if target.stat().st_size == unfinished.stat().st_size and _same(unfinished, target, inspector):
                return None
    finally:
        unfinished.unlink(missing_ok=True)
    raise UserError(f"There are {_COPIES} different files of one instance in {folder}.", hint="Look at them by hand.")


def place_for(into: Path, *, study: str, series: str, instance: str) -> Path:
    """Give where an object of these UIDs lies in a managed folder; the folders are made, for the user alone."""
    folder = into / _name_of(study) / _name_of(series)
    with _writing(into):
        _make_private(folder)
    return folder / f"{_name_of(instance)}.dcm"


def _make_private(folder: Path) -> None:
    """Make a folder and those above it, as far as they are missing, for the user alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _pour(place: Place, output: BinaryIO, into: Path) -> None:
    """Copy the content of a place, all the way to the disk; refused if the file changes meanwhile."""
    from workstation.model.reading import open_stream

    before = _stamp(place)
    with open_stream(place) as source:
        while part := _read(source):
            with _writing(into):
                output.write(part)
    if _stamp(place) != before:
        hint = "Import it again when whatever writes to it has finished."
        raise Refused(Reason.CHANGED, "The file changed while it was copied.", hint=hint)
    with _writing(into):
        output.flush()
        os.fsync(output.fileno())


def _read(source: BinaryIO) -> bytes:
    with file_errors():
        return source.read(_CHUNK)


def _stamp(place: Place) -> tuple[int, int]:
    with file_errors():
        status = place.path.stat()
    return status.st_size, status.st_mtime_ns


def _appears(unfinished: Path, target: Path, into: Path) -> bool:
    """Give a whole copy its name, unless a file has it already: two programs may import the same."""
    with _writing(into):
        try:
            os.link(unfinished, target)
        except FileExistsError:
            return False
        except OSError:  # a file system without links, as on memory sticks
            if target.exists():
                return False
            unfinished.rename(target)
    return True


def _same(one: Path, other: Path, inspector: Inspector) -> bool:
    return inspector.digest(str(one)) == inspector.digest(str(other))


@contextmanager
def _writing(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"The disk of {into} is full."
            hint = "Make room and import again; what was copied until now is whole, and is not copied twice."
        else:
            message = f"Nothing can be written to {into}: {error.strerror or error}."
            hint = "Choose another folder with --into."
        raise UserError(message, hint=hint) from error


def _name_of(uid: str) -> str:
    """Give a UID as a name for a file: text from a file becomes a path only if it is what it should be."""
    return uid if len(uid) <= 64 and _UID.fullmatch(uid) else stand_in_uid(uid)


def _names(folder: Path, name: str) -> Iterator[Path]:
    yield folder / f"{name}.dcm"
    for number in range(2, _COPIES + 1):
        yield folder / f"{name}-{number}.dcm"

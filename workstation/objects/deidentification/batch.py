"""De-identifies many files into a folder: whole files or none, every bad one told, inputs never touched."""

import csv
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Place
from workstation.model.refusal import Reason, Refused
from workstation.objects.deidentification.deidentify import Deidentified, MediaDirectory, deidentify
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.report import FileReport
from workstation.objects.deidentification.state import State
from workstation.operations.operation import ItemFailed
from workstation.operations.places import LeftOut, check_not_read, failed, places_of
from workstation.whole_files import write_whole


def deidentify_files(
    inputs: Sequence[Path],
    output: Path,
    policy: Policy,
    state: State,
    job: Job,
    *,
    is_recursive: bool = False,
    report: Path | None = None,
) -> Iterator[FileReport | ItemFailed]:
    """De-identify the objects among some inputs into a folder.

    Parameters
    ----------
    inputs
        Files, folders and ZIP archives; what is no DICOM, and a DICOMDIR, is left out where it lies in a folder.
    output
        Folder of the results, made when it is needed; each lies below it by its new UIDs.
    is_recursive
        Whether folders in folders are looked into.
    report
        File for the reports of all files: JSON where its name ends with .json, text otherwise.

    Raises
    ------
    UserError
        If the output is one of the inputs or lies in one, or cannot be written.
    """
    _check_apart(inputs, output)
    if report is not None:
        check_not_read(report, inputs)
    left_out = LeftOut(inputs)
    places = list(_places(inputs, is_recursive=is_recursive))
    with _reporting(report) as note:
        for done, place in enumerate(places):
            job.progress(done, len(places), "De-identifying")
            if isinstance(place, ItemFailed):
                yield place
                continue
            for result in _one(place, output, policy, state, left_out):
                if isinstance(result, FileReport):
                    note(result)
                yield result
        job.progress(len(places), len(places), "De-identifying")
    left_out.note(job)


def _one(
    place: Place, output: Path, policy: Policy, state: State, left_out: LeftOut
) -> Iterator[FileReport | ItemFailed]:
    try:
        done = deidentify(place, policy, state)
    except Refused as refusal:
        is_other = refusal.reason is Reason.NOT_DICOM
        yield from left_out.failed(place, refusal) if is_other else [failed(place, refusal)]
    except UserError as error:
        if isinstance(error, MediaDirectory) and not left_out.is_named(place):
            left_out.count("DICOMDIR")
        else:
            yield ItemFailed(str(place), error.message, error.hint)
    else:
        yield _write(done, place, output)


def _write(done: Deidentified, place: Place, output: Path) -> FileReport | ItemFailed:
    path = output / done.path
    if path.exists():
        if path.stat().st_size == len(done.data) and path.read_bytes() == done.data:
            return replace(done.report, output=str(path))
        return ItemFailed(
            str(place),
            f"{path} is there already, with other content.",
            "Choose another --output; or two of the inputs are the same instance with different content.",
        )
    write_whole(path, done.data)  # a full disk ends the command: nothing after it could be written either
    return replace(done.report, output=str(path))


def _check_apart(inputs: Sequence[Path], output: Path) -> None:
    target = output.resolve()
    for path in inputs:
        source = path.resolve()
        if path.is_dir() and (target == source or source in target.parents):
            raise UserError(
                f"{output} is, or lies in, the folder {path}, which is read.",
                hint="Choose an --output beside it: the results would be taken for inputs the next time.",
            )
    if output.exists() and not output.is_dir():
        raise UserError(f"{output} is a file.", hint="Give a folder as --output.")


def _places(inputs: Sequence[Path], *, is_recursive: bool) -> Iterator[Place | ItemFailed]:
    for path in inputs:
        if is_recursive or not path.is_dir():
            yield from places_of([path])
        else:
            files = sorted(each for each in path.iterdir() if not each.is_dir())
            yield from places_of(files)
            if not files:
                hint = "--recursive looks into the folders that lie in it." if any(path.iterdir()) else ""
                yield ItemFailed(str(path), "There is no file in it.", hint)


@contextmanager
def _reporting(path: Path | None) -> "Iterator[_Note]":
    """Give what notes reports, and put them under their name when all is done, also when it is cancelled."""
    if path is None:
        yield _Note(None, is_json=False)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as error:
        raise UserError(f"{path}: the report cannot be written: {error.strerror}.") from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            note = _Note(stream, is_json=path.suffix.lower() == ".json")
            try:
                yield note
            finally:
                note.end()
        unfinished.replace(path)
    except BaseException:
        if unfinished.exists() and unfinished.stat().st_size:
            unfinished.replace(path)
        raise
    finally:
        unfinished.unlink(missing_ok=True)


class _Note:
    """Writes one report after the other."""

    def __init__(self, stream: TextIO | None, *, is_json: bool) -> None:
        self._stream = stream
        self._is_json = is_json
        self._count = 0

    def __call__(self, report: FileReport) -> None:
        if self._stream is None:
            return
        if self._is_json:
            self._stream.write((",\n" if self._count else "[\n") + json.dumps(asdict(report), ensure_ascii=False))
        else:
            self._stream.write(report.full_text() + "\n")
        self._count += 1

    def end(self) -> None:
        """Close what was begun."""
        if self._stream is not None and self._is_json:
            self._stream.write("\n]\n" if self._count else "[]\n")


def read_pseudonyms(path: Path) -> Mapping[str, tuple[str, str]]:
    """Read a list of pseudonyms: CSV with a header, columns patient_id, new_id and, if wanted, new_name.

    Raises
    ------
    UserError
        If it cannot be read, lacks a column, or gives one patient two pseudonyms.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
    except (OSError, UnicodeError, csv.Error) as error:
        raise UserError(f"{path}: the list of pseudonyms cannot be read ({error}).") from error
    found: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(lines, 2):
        old, new = (line.get("patient_id") or "").strip(), (line.get("new_id") or "").strip()
        if not old or not new or len(new) > 64 or "\\" in new:
            raise UserError(
                f"{path}, line {number}: there is no patient_id, or no new_id that DICOM allows.",
                hint="The first line has to name the columns: patient_id,new_id,new_name.",
            )
        value = new, (line.get("new_name") or "").strip() or new
        if found.setdefault(old, value) != value:
            raise UserError(f"{path}, line {number}: this patient has another pseudonym above.")
    return found

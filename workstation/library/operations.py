"""The commands of the library, and ``list``, which shows what lies anywhere."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.operations.operation import Example, ItemFailed, Operation, Result
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.index.library import Library
    from workstation.model.index.records import Patient, RefusedFile, Series, Stack
    from workstation.model.index.reports import AddReport

Results = Iterator[Result | ItemFailed]

_BEGIN_ANEW = "The next command keeps the library aside and begins a new one; add your folders again."
_LIBRARY = "The library's file; the one in the settings, or else in your data folder, where it is not given."


@dataclass(frozen=True, slots=True)
class AddParameters:
    """What to add, and to which library."""

    paths: tuple[Path, ...] = option("Files, folders, ZIP archives, DICOMDIR.", positional=True)
    library: Path | None = option(_LIBRARY, default=None)


def add(parameters: AddParameters, job: "Job") -> Results:
    """Index files where they lie."""
    from workstation.library.results import Added, is_left_out

    with _opened(parameters.library) as library:
        report = library.add(parameters.paths, report=job.progress)
        yield from _refused(report.refused, parameters.paths)
        yield from (ItemFailed("", note) for note in report.notes)
        named = _named(parameters.paths)
        not_dicom = sum(is_left_out(file, named) for file in report.refused)
        yield Added(
            report.added,
            report.updated,
            report.unchanged,
            report.removed,
            not_dicom,
            len(report.refused) - not_dicom,
            len(report.conflicts),
            str(library.path),
        )


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """What to copy, where to, and into which library."""

    paths: tuple[Path, ...] = option("Files, folders, ZIP archives, DICOMDIR.", positional=True)
    into: Path | None = option("The managed folder; “images” beside the library where it is not given.", default=None)
    library: Path | None = option(_LIBRARY, default=None)


def import_(parameters: ImportParameters, job: "Job") -> Results:
    """Copy files into a managed folder and index the copies."""
    from workstation.library.importing import import_files
    from workstation.library.results import ImportDone, is_left_out

    with _opened(parameters.library) as library:
        into = parameters.into or Path(library.path or ".").parent / "images"
        imported = import_files(parameters.paths, into, job.progress)
        yield from _refused(imported.refused, parameters.paths)
        if imported.copied or imported.already_there:
            library.add([into], report=job.progress)
        named = _named(parameters.paths)
        not_dicom = sum(is_left_out(file, named) for file in imported.refused)
        yield ImportDone(
            len(imported.copied),
            imported.already_there,
            not_dicom,
            len(imported.refused) - not_dicom,
            str(into),
            str(library.path),
        )


@dataclass(frozen=True, slots=True)
class ListLibraryParameters:
    """Which library, and how much of it."""

    library: Path | None = option(_LIBRARY, default=None)
    stacks: bool = option("Also list the stacks of each series.", default=False)
    refused: bool = option("List the files that were refused instead, with the reasons.", default=False)


def list_library(parameters: ListLibraryParameters, job: "Job") -> Results:
    """List patients, studies and series of the library."""
    from workstation.library.results import refused_listed

    with _opened(parameters.library, must_exist=True) as library:
        if parameters.refused:
            yield from map(refused_listed, library.refused())
        else:
            yield from _tree(library.patients(), job, with_stacks=parameters.stacks)


@dataclass(frozen=True, slots=True)
class ListParameters:
    """What to look at."""

    paths: tuple[Path, ...] = option("Files, folders, ZIP archives, DICOMDIR.", positional=True)
    stacks: bool = option("Also list the stacks of each series.", default=False)


def list_(parameters: ListParameters, job: "Job") -> Results:
    """List the patients, studies and series that lie somewhere, without a library."""
    from workstation.model.index.library import Library

    with Library.in_memory() as library:
        report = library.add(parameters.paths, report=job.progress)
        yield from _tree(library.patients(), job, with_stacks=parameters.stacks)
        yield from _refused(report.refused, parameters.paths)
        yield from (ItemFailed("", note) for note in report.notes)
        yield from _nothing_found(report, parameters.paths)


@dataclass(frozen=True, slots=True)
class RemoveParameters:
    """What the library shall forget."""

    paths: tuple[Path, ...] = option("Files and folders to forget with all below them.", positional=True, default=())
    study: tuple[str, ...] = option("Study Instance UID of a study to forget.", default=(), metavar="UID")
    series: tuple[str, ...] = option("Series Instance UID of a series to forget.", default=(), metavar="UID")
    library: Path | None = option(_LIBRARY, default=None)


def remove(parameters: RemoveParameters, job: "Job") -> Results:
    """Make the library forget files; the files themselves stay."""
    from workstation.errors import UserError
    from workstation.library.results import Removed

    if not (parameters.paths or parameters.study or parameters.series):
        raise UserError("Nothing was named to be forgotten.", hint="Give a path, or --study or --series with a UID.")
    with _opened(parameters.library, must_exist=True) as library:
        total = 0
        for subject, wanted in _wanted(parameters):
            job.check()
            removed = library.remove(**wanted)
            total += removed
            if not removed:
                yield ItemFailed(subject, "the library holds nothing of that.")
        yield Removed(total)


def _wanted(parameters: RemoveParameters) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in parameters.paths:
        yield str(path), {"paths": [path]}
    for uid in parameters.study:
        yield uid, {"studies": [uid]}
    for uid in parameters.series:
        yield uid, {"series": [uid]}


@dataclass(frozen=True, slots=True)
class CheckParameters:
    """Which library to check."""

    library: Path | None = option(_LIBRARY, default=None)


def check(parameters: CheckParameters, job: "Job") -> Results:
    """Compare the library with the files that it lists; change nothing."""
    from workstation.library.results import Checked

    with _opened(parameters.library, must_exist=True) as library:
        report = library.check(report=job.progress)
        readd = "Add its folder again."
        yield from (ItemFailed(str(place), "the file is not there.", readd, "missing") for place in report.missing)
        yield from (ItemFailed(str(place), "the file has changed.", readd, "changed") for place in report.changed)
        for conflict in report.conflicts:
            others = ", ".join(str(place) for place in conflict.places[1:])
            message = f"bears the same SOP Instance UID as {others}, but not the same content."
            yield ItemFailed(str(conflict.places[0]), message, reason="conflict")
        yield from (ItemFailed(str(library.path), text, _BEGIN_ANEW, "damage") for text in report.damage)
        yield Checked(
            report.instances, len(report.missing), len(report.changed), len(report.conflicts), len(report.damage)
        )


def _opened(path: Path | None, *, must_exist: bool = False) -> "Library":
    from workstation.errors import UserError
    from workstation.model.index.library import Library

    if path is not None and must_exist and not path.exists():
        raise UserError(f"There is no library {path}.", hint="Make it with “library add”, or check how it is spelt.")
    return Library.open(path or _chosen())


def _chosen() -> Path | None:
    from workstation.settings import Settings

    return Settings.load().library


def _tree(patients: "Iterable[Patient]", job: "Job", *, with_stacks: bool) -> Results:
    from workstation.library.results import patient_listed, series_listed, stack_listed, study_listed

    for patient in patients:
        yield patient_listed(patient)
        for study in patient.studies:
            yield study_listed(patient, study)
            for series in study.series:
                job.check()
                yield series_listed(study, series)
                if with_stacks:
                    yield from (stack_listed(series, stack) for stack in _stacks(series))


def _stacks(series: "Series") -> "Iterator[Stack]":
    from workstation.model.image_stacks import opened_together
    from workstation.model.stacks import stacks_of

    yield from opened_together(stacks_of(series.instances))


def _refused(files: "Iterable[RefusedFile]", paths: Iterable[Path]) -> Results:
    from workstation.library.results import failure, is_left_out, left_out

    named = _named(paths)
    for file in files:
        yield left_out(file) if is_left_out(file, named) else failure(file)


def _nothing_found(report: "AddReport", paths: Iterable[Path]) -> Results:
    from workstation.library.results import is_left_out

    named = _named(paths)
    if report.refused and not report.added and all(is_left_out(file, named) for file in report.refused):
        count = len(report.refused)
        yield ItemFailed(
            "", f"None of the {count} files there is DICOM." if count > 1 else "The file there is no DICOM."
        )


def _named(paths: Iterable[Path]) -> frozenset[str]:
    return frozenset(os.path.abspath(path) for path in paths)  # noqa: PTH100 - as in the scan


OPERATIONS = (
    Operation(
        "library.add",
        ("library", "add"),
        "Add files to the library where they lie",
        AddParameters,
        add,
        (
            Example("library add STUDIES", "adds everything below a folder; run again, it reads only what has changed"),
            Example("library add disc.zip DICOMDIR --library trial.sqlite", "adds to a library of your own"),
        ),
    ),
    Operation(
        "library.import",
        ("library", "import"),
        "Copy files into a managed folder and add the copies",
        ImportParameters,
        import_,
        (Example("library import disc.zip", "keeps what is in an archive; a disc or a folder just so"),),
    ),
    Operation(
        "library.list",
        ("library", "list"),
        "List the patients, studies and series of the library",
        ListLibraryParameters,
        list_library,
        (
            Example("library list --stacks", "shows the volumes of each series too"),
            Example("library list --refused --json", "gives what could not be read, with the reasons, to a program"),
        ),
    ),
    Operation(
        "library.remove",
        ("library", "remove"),
        "Make the library forget files; the files stay",
        RemoveParameters,
        remove,
        (Example("library remove STUDIES/old", "forgets what lies below a folder"),),
    ),
    Operation(
        "library.check",
        ("library", "check"),
        "Compare the library with the files that it lists",
        CheckParameters,
        check,
        (Example("library check", "ends with 1 if a file is missing or has changed"),),
    ),
    Operation(
        "list",
        ("list",),
        "List what lies in folders, ZIP archives or on a disc, without a library",
        ListParameters,
        list_,
        (
            Example("list STUDIES", "shows patients, studies and series"),
            Example("list disc.zip --stacks --json", "gives the same, and the volumes, to a program"),
        ),
    ),
)

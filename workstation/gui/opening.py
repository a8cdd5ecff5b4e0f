"""Decides what happens with what is opened: it is indexed where it lies, and shown while that goes on."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.gui.media import removable_medium
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.panels.refused.presenter import is_foreign
from workstation.gui.remembered import Remembered
from workstation.gui.words import plural
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import Instance, Patient, RefusedFile
from workstation.operations.operation import ItemFailed, Operation
from workstation.quick_dataclass import dataclass
from workstation.workspace import Selection, Workspace

if TYPE_CHECKING:
    from workstation.gui.collecting import Collector
    from workstation.model.index.library import Library
    from workstation.model.index.reports import AddReport

FIRST_IMAGE_S = 0.3
"""For so long at most the first image goes before everything else that an opening has to do."""
MOST_SINGLE_SERIES = 20
"""Up to so many changed series are read again one by one, beyond that the whole library."""


@dataclass(frozen=True)
class _Added:
    """What adding gave; ``tree`` is the part of the library that changed, or all of it."""

    report: "AddReport"
    tree: tuple[Patient, ...]
    is_whole: bool
    refused: tuple[RefusedFile, ...]
    first: str


class Opening:
    """Opens paths into the library, and the library into the workspace.

    Parameters
    ----------
    library_path
        The library's file; None for the default one.
    """

    def __init__(
        self, work: Work, workspace: Workspace, notes: NotesPresenter, remembered: Remembered, library_path: Path | None
    ) -> None:
        self._work = work
        self._workspace = workspace
        self._notes = notes
        self._remembered = remembered
        self._library_path = library_path
        self._library: Library | None = None
        self._waiting: list[Callable[[Library], object]] = []
        self._busy = 0
        self._first_is_seen = threading.Event()
        self.on_idle: Callable[[], None] = lambda: None
        self.on_read: Callable[[], None] = lambda: None
        self.on_added: Callable[[], None] = lambda: None

    @property
    def is_busy(self) -> bool:
        """Whether something is being opened."""
        return self._busy > 0

    def image_was_painted(self) -> None:
        """Be told that an image is on the screen: what waits for that goes on."""
        self._first_is_seen.set()

    def start(self) -> None:
        """Open the library and show what is in it."""
        self.begin()
        self._work.start(
            "Open library",
            lambda _job: _open_library(self._library_path),
            done=self._library_is_there,
            failed=self._library_is_missing,
            priority=Priority.INTERACTION,
        )

    def open(self, paths: Sequence[Path]) -> None:
        """Index paths where they lie, and show the first image as soon as it is known."""
        paths = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay as they are
        if not paths:
            return
        self._remembered.opened(paths)
        self._workspace.note_done("library", "add", *map(str, paths), *self.library_option())
        self.begin()
        self.with_library(lambda library: self._start_adding(library, paths))
        self._offer_import(paths)

    def import_copies(self, paths: Sequence[Path]) -> None:
        """Copy files into the managed folder, then show the copies."""
        from workstation.library.importing import import_files

        def run(job: Job, into: Path) -> tuple[Path, int, int]:
            imported = import_files(paths, into, job.progress)
            return into, len(imported.copied), len(imported.refused)

        def start(library: "Library") -> None:
            into = (library.path or Path(self._remembered.folder)).parent / "images"
            self._work.start(
                f"Import {name_of(paths)}",
                lambda job: run(job, into),
                done=self._imported,
                failed=self._broke(f"Import {name_of(paths)}"),
                stopped=self.end,
                is_shown=True,
            )

        self._workspace.note_done("library", "import", *map(str, paths), *self.library_option())
        self.begin()
        self.with_library(start)

    def open_demo(self, folder: Path) -> None:
        """Make the demo study, unless it is there, and open it."""
        if (folder / "TRUTH.json").exists():
            self.open([folder])
            return
        operation = _demo_operation()
        self._workspace.note_done("demo", "--output", str(folder))
        self.begin()

        def made(_value: object) -> None:
            self.open([folder])
            self.end()

        self._work.start(
            "Make the demo study",
            lambda job: _run_to_end(operation, operation.parameters(output=folder), job),
            done=made,
            failed=self._broke("Make the demo study"),
            stopped=self.end,
            is_shown=True,
        )

    def close(self) -> None:
        """Close the library; only after the last job."""
        if self._library is not None:
            self._library.close()
            self._library = None

    def library_option(self) -> tuple[str, ...]:
        """Give what a batch command needs to use the same library."""
        return ("--library", str(self._library_path)) if self._library_path else ()

    def begin(self) -> None:
        """Count as busy until `end`."""
        self._busy += 1

    def end(self) -> None:
        """End what `begin` began."""
        self._busy -= 1
        if self._busy == 0:
            self.on_idle()

    def _broke(self, title: str) -> Callable[[Exception], None]:
        def told(error: Exception) -> None:
            self.tell(title, error)
            self.end()

        return told

    def tell(self, title: str, error: Exception) -> None:
        """Say what a user can do something about; bugs were told already."""
        if isinstance(error, UserError):
            self._notes.error(title, error)

    def with_library(self, function: "Callable[[Library], object]") -> None:
        """Have a function called with the library, as soon as it is open."""
        if self._library is None:
            self._waiting.append(function)
        else:
            function(self._library)

    def _library_is_there(self, library: "Library") -> None:
        self._library = library
        waiting, self._waiting = self._waiting, []
        for function in waiting:
            function(library)

        def done(found: tuple[tuple[Patient, ...], tuple[RefusedFile, ...]]) -> None:
            self._workspace.merge(found[0])
            self._workspace.refuse(found[1])
            self.on_read()
            self.end()

        def failed(error: Exception) -> None:
            self.tell("Read library", error)
            self.on_read()
            self.end()

        self._work.start(
            "Read library", lambda _job: (_whole_tree(library), library.refused()), done=done, failed=failed
        )

    def _library_is_missing(self, error: Exception) -> None:
        """Go on without a library that cannot be used: images can be looked at all the same."""
        from workstation.model.index.library import Library

        hint = "Until the program ends, what you open is kept in memory only."
        text = error if isinstance(error, UserError) else UserError("The library cannot be opened.")
        self._notes.error("Open library", UserError(text.message, hint=f"{text.hint} {hint}".strip()))
        self._library_is_there(Library.in_memory())

    def _start_adding(self, library: "Library", paths: Sequence[Path]) -> None:
        selected = self._workspace.selection

        def publish(tree: tuple[Patient, ...]) -> None:
            self._workspace.merge(tree)
            if self._workspace.selection == selected:
                self._select_first(tree, with_images=True)

        def run(job: Job) -> _Added:
            from workstation.gui.collecting import Collector, first_look

            publish_first(first_look(paths))
            collector = Collector(lambda tree: self._work.post(lambda: publish(tree)))
            report = library.add(paths, report=job.progress, on_batch=collector.take)
            return _added(library, report, collector, paths)

        def publish_first(instances: Sequence[Instance]) -> None:
            if instances:
                self._first_is_seen.clear()
                self._work.post(lambda: publish(_tree_of(instances)))
                self._first_is_seen.wait(FIRST_IMAGE_S)

        def done(added: _Added) -> None:
            if added.is_whole:
                self._workspace.replace_tree(added.tree)
            else:
                self._workspace.merge(added.tree)
            self._workspace.replace_refused(added.refused)
            self._finish_adding(added, paths, was_selected=self._workspace.selection != selected)
            self.on_added()
            self.end()

        title = f"Open {name_of(paths)}"
        self._work.start(title, run, done=done, failed=self._broke(title), stopped=self.end, is_shown=True)

    def _finish_adding(self, added: _Added, paths: Sequence[Path], *, was_selected: bool) -> None:
        if not was_selected and added.first:
            self._workspace.select(Selection(added.first))
        elif not was_selected and not added.is_whole:
            self._select_first(added.tree, with_images=False)
        for note in summary_notes(added.report, paths):
            self._notes.add(note)

    def _select_first(self, tree: Sequence[Patient], *, with_images: bool) -> None:
        every = (series for patient in tree for study in patient.studies for series in study.series)
        first = next((series for series in every if series.stacks or not with_images), None)
        if first is not None:
            self._workspace.select(Selection(first.series_instance_uid))

    def _imported(self, done: tuple[Path, int, int]) -> None:
        into, copied, refused = done
        text = f"{plural(copied, 'image was', 'images were')} copied into {into}."
        hint = f"{plural(refused, 'file was', 'files were')} not copied; see the list of unreadable files."
        self._notes.add(Note("information", text, hint if refused else ""))
        self.open([into])
        self.end()

    def _offer_import(self, paths: Sequence[Path]) -> None:
        medium = next(filter(None, map(removable_medium, paths)), None)
        if medium is not None:
            act = ("Import copies", lambda: self.import_copies(paths))
            text = f"{name_of(paths)} lies on a removable medium ({medium})."
            hint = "It can be seen as long as the medium is there. Import copies it into the library's own folder."
            self._notes.add(Note("information", text, hint, action=act))


def _demo_operation() -> Operation:
    from workstation.phantoms.operations import OPERATIONS  # nobody waits for it while the window comes up

    return next(each for each in OPERATIONS if each.id == "demo")


def _run_to_end(operation: Operation, parameters: object, job: Job) -> None:
    for result in operation.run(parameters, job):
        if isinstance(result, ItemFailed):
            raise UserError(f"{result.subject}: {result.message}", hint=result.hint)


def name_of(paths: Sequence[Path]) -> str:
    """Name what is opened in a few words."""
    first = paths[0].name or str(paths[0])
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


def summary_notes(report: "AddReport", paths: Sequence[Path]) -> list[Note]:
    """Say what a person has to know about what was opened; nothing where all went well."""
    notes = [Note("warning", note) for note in report.notes]
    named = set(paths)
    alone = [file for file in report.refused if file.place.path in named and not file.place.member]
    notes += [Note("error", f"{file.place.path.name}: {file.message}", file.hint) for file in alone[:3]]
    rest = [file for file in report.refused if file not in alone[:3]]
    others = sum(not is_foreign(file) for file in rest)
    if others:
        text = f"{plural(others, 'file', 'files')} in {name_of(paths)} could not be read."
        notes.append(Note("warning", text, "The list of unreadable files has the reasons (Ctrl+U)."))
    if report.conflicts:
        listed = "\n".join(str(place) for conflict in report.conflicts for place in conflict.places)
        text = f"{plural(len(report.conflicts), 'object exists', 'objects exist')} twice with different content."
        hint = "Both are listed; neither is trusted over the other."
        notes.append(Note("warning", text, hint, listed))
    return notes


def _open_library(path: Path | None) -> "Library":
    from workstation.model.index.library import Library
    from workstation.settings import Settings

    return Library.open(path or Settings.load().library)


def _whole_tree(library: "Library") -> tuple[Patient, ...]:
    return _tree_of(library.instances())


def _tree_of(instances: Iterable[Instance]) -> tuple[Patient, ...]:
    from workstation.display.reading_order import stacks_in_reading_order
    from workstation.model.index.tree import tree_of

    return tree_of(instances, stacks_of=stacks_in_reading_order)


def _added(library: "Library", report: "AddReport", collector: "Collector", paths: Sequence[Path]) -> _Added:
    """Read what changed as the library has it: same files twice, conflicts, and parts that were there before.

    Where there is none of that, the library has what was collected, and only what was not yet given is left.
    """
    from workstation.gui.collecting import below

    is_plain = not (report.removed or report.updated or report.conflicts) and collector.is_all_of(
        library.file_counts(collector.series)
    )
    is_other = report.removed or report.updated or collector.has_repeated or len(collector.series) > MOST_SINGLE_SERIES
    is_whole = not is_plain and bool(is_other)
    if is_plain:
        tree = _tree_of(collector.rest)
    elif is_whole:
        tree = _whole_tree(library)
    else:
        changed = [each for uid in collector.series for each in library.instances(series=uid)]
        tree = _tree_of(changed)
    first = "" if collector.series or not report.unchanged else below(paths, library.instances())
    return _Added(report, tree, is_whole, library.refused(), first)

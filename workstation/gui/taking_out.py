"""Takes studies out of the library, and puts them back when that is undone, with their panes as they were."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.gui.opening import Opening, summary_notes
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.viewer.presenter import Viewer
from workstation.gui.work import Work
from workstation.model.index.records import Patient, Series
from workstation.workspace import Workspace

if TYPE_CHECKING:
    from workstation.model.index.library import Library

LABEL = "taking out of a study"


class TakingOut:
    """What is done to the library goes one after the other: undoing may come before the last change has ended.

    Parameters
    ----------
    on_gone
        Told the UIDs of series whose memory is to be given back.
    """

    def __init__(
        self,
        opening: Opening,
        viewer: Viewer,
        workspace: Workspace,
        work: Work,
        notes: NotesPresenter,
        on_gone: Callable[[Sequence[str]], None],
    ) -> None:
        self._opening, self._viewer, self._workspace = opening, viewer, workspace
        self._work, self._notes, self._on_gone = work, notes, on_gone
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_changing = False

    def study(self, study_instance_uid: str) -> None:
        """Take a study out of the library and give its memory back; its files stay where they are."""
        kept = tuple(_only(self._workspace.patients, study_instance_uid))
        if kept:
            _Removal(self, study_instance_uid, kept).begin()

    def _change(self, title: str, change: "Callable[[Library], Any]", done: Callable[[Any], None]) -> None:
        """Change the library after the changes that were asked for before."""

        def over() -> None:
            self._is_changing = False
            self._opening.end()
            self._go_on()

        def finished(value: object) -> None:
            done(value)
            over()

        def failed(error: Exception) -> None:
            self._opening.tell(title, error)
            over()

        def start() -> None:
            self._opening.with_library(
                lambda library: self._work.start(
                    title, lambda _job: change(library), done=finished, failed=failed, stopped=over
                )
            )

        self._opening.begin()
        self._waiting.append(start)
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting and not self._is_changing:
            self._is_changing = True
            self._waiting.popleft()()


class _Removal:
    """One study that is taken out, and what it takes to put it back."""

    def __init__(self, taking: TakingOut, study_instance_uid: str, kept: tuple[Patient, ...]) -> None:
        self._taking, self._uid, self._kept = taking, study_instance_uid, kept
        series = [each for patient in kept for study in patient.studies for each in study.series]
        self._series = [each.series_instance_uid for each in series]
        self._paths = sorted(_paths(series))
        self._words = ("library", "remove", "--study", study_instance_uid, *taking._opening.library_option())
        self._is_out = False

    def begin(self) -> None:
        self._taking._change("Take study out", self._remove, lambda _count: self._removed())

    def _remove(self, library: "Library") -> int:
        return library.remove(studies=[self._uid])

    def _removed(self) -> None:
        taking = self._taking
        taking._viewer.take_out(frozenset(self._series), LABEL, backwards=self._put_back, forwards=self._again)
        self._leave()
        words = "The study was taken out of the library. Its files were not touched."
        taking._notes.add(Note("information", words, action=("Add it again", self._add_again)))

    def _leave(self) -> None:
        workspace = self._taking._workspace
        self._is_out = True
        workspace.note_done(*self._words)
        workspace.replace_tree(_without(workspace.patients, self._uid))
        self._taking._on_gone(self._series)

    def _put_back(self) -> None:
        """Show the study at once as it was; the library reads its files again meanwhile."""
        self._is_out = False
        self._taking._workspace.unnote_done(*self._words)
        self._taking._workspace.merge(self._kept)
        self._taking._change("Add study again", lambda library: library.add(self._paths), self._added)

    def _added(self, report: Any) -> None:
        for note in summary_notes(report, self._paths):
            self._taking._notes.add(note)

    def _again(self) -> None:
        self._leave()
        self._taking._change("Take study out", self._remove, lambda _count: None)

    def _add_again(self) -> None:
        """Do what the note offers: undo where this was the last step, else a step of its own."""
        viewer = self._taking._viewer
        if not self._is_out:
            return
        if viewer.would_undo(self._put_back):
            viewer.undo()
        else:
            viewer.note_step("adding of a study again", self._again, self._put_back)
            self._put_back()


def _paths(series: Iterable[Series]) -> set[Path]:
    return {place.path for each in series for instance in each.instances for place in instance.places}


def _only(patients: Iterable[Patient], study_instance_uid: str) -> Iterable[Patient]:
    for patient in patients:
        studies = tuple(each for each in patient.studies if each.study_instance_uid == study_instance_uid)
        if studies:
            yield replace(patient, studies=studies)


def _without(patients: Iterable[Patient], study_instance_uid: str) -> Iterable[Patient]:
    for patient in patients:
        studies = tuple(each for each in patient.studies if each.study_instance_uid != study_instance_uid)
        if studies:
            yield patient if len(studies) == len(patient.studies) else replace(patient, studies=studies)

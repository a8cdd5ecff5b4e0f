"""Ctrl+S: what the active pane shows becomes a presentation state; and what a state draws becomes annotations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.gui.features.presentations import Presentations
from workstation.gui.keeping import keep_made
from workstation.gui.panels.annotations.presenter import instances
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.words import plural
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.text import person_name

if TYPE_CHECKING:
    from workstation.display.viewed_states import Viewed
    from workstation.gui.panels.saving.presenter import SavingForm
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.objects.presentation.finding import FoundState

NOTHING = "There is no picture to save: show an image first."


def install(session: "Session") -> None:
    """Add the commands."""
    if session.viewer is not None:
        feature = SavingStates(session, session.viewer)
        session.handle("save-state", lambda _on: feature.ask())
        session.handle("take-annotations", lambda _on: feature.take())


class SavingStates:
    """Opens the dialog and has the state written."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        self._session, self._viewer = session, viewer
        states = session.findChild(Presentations)
        self.know: Callable[[Iterable[FoundState]], object] = states.states.add if states else lambda _found: None

    def ask(self) -> None:
        """Open the dialog."""
        from workstation.gui.panels.saving.presenter import SavingForm
        from workstation.gui.panels.saving.view import SavingDialog

        pane = self._viewer.active
        scene, ref, stack = pane.scene, pane.shown_frame, pane.stack
        if scene is None or ref is None or stack is None:
            self._session.notes.add(Note("information", NOTHING))
            return
        here = self._viewer.now.marking.on(ref.instance.sop_instance_uid, ref.number)
        drawn = f", {plural(len(here), 'annotation', 'annotations')}" if here else ""
        what = f"Saved are the window, the part that is seen, turns and flips{drawn}. The images stay as they are."
        form = SavingForm(creator=person_name(self._session.remembered.creator))
        dialog = SavingDialog(form, what, len(stack.frames), self._session.window)
        dialog.save_wanted.connect(self._save)
        dialog.open()

    def _save(self, form: "SavingForm") -> None:
        """Save once annotations have their numbers, also on images of the series that nobody has looked at."""
        from workstation.gui.features.measurements import Measurements

        measurements = self._session.findChild(Measurements)
        if measurements is None:
            self._save_now(form)
        else:
            measurements.when_written(lambda: self._save_now(form))

    def _save_now(self, form: "SavingForm") -> None:
        from workstation.gui.panels.saving.presenter import checked

        answers = checked(form)
        self._session.remembered.creator = answers.creator
        viewed = self._viewed(answers)
        if viewed is None:
            self._session.notes.add(Note("information", NOTHING))
            return
        told: list[str] = []
        number, before = self._viewer.now.active, self._viewer.active.scene
        in_use = before.applied.uid if before is not None and before.applied is not None else ""
        # What is seen stays as it is until the new state is read: it would be laid under the view otherwise.
        self._viewer.present_with(number, in_use, is_step=False)

        def make(folder: Path, job: Job) -> Sequence[Path]:
            return write(viewed, folder, job, told)

        def done(paths: Sequence[Path]) -> None:
            self._note_done(viewed, paths)
            self._go_over(viewed, number, paths)
            many = f"{len(paths)} presentation states were saved: images that are rescaled differently need their own."
            text = "The presentation state was saved." if len(paths) == 1 else many
            details = "\n".join((*told, *map(str, paths)))
            self._session.notes.add(Note("warning" if told else "information", text, " ".join(told), details))

        keep_made(self._session, "Save presentation state", make, done)

    def _go_over(self, viewed: "Viewed", number: int, paths: Sequence[Path]) -> None:
        """Show the images with the state that was saved; the annotations that are in it are live no longer."""
        from workstation.objects.presentation.finding import states_among

        made = [each for each in instances(self._session.workspace) if each.place.path in paths]

        def arrived(found: "tuple[tuple[FoundState, ...], tuple[str, ...]]") -> None:
            if found[0]:
                self.know(found[0])
                self._viewer.go_over(number, viewed.annotations, found[0][0].instance.sop_instance_uid)

        self._session.work.start("Read presentation states", lambda _job: states_among(made), done=arrived)

    def _viewed(self, form: "SavingForm") -> "Viewed | None":
        from workstation.display.viewed_states import Viewed

        pane, view = self._viewer.active, self._session.window.pane
        scene, ref, stack = pane.scene, pane.shown_frame, pane.stack
        if scene is None or ref is None or stack is None:
            return None
        others = tuple(each for each in stack.frames if each is not ref) if form.whole_series else ()
        frame, looked = scene.renderer.frame, scene.view
        if not frame.is_colour:
            looked = replace(looked, voi=scene.renderer.voi(looked))
        found: dict[tuple[str, int], tuple[Annotation, ...]] = {}
        names: dict[str, str] = {}
        marking = self._viewer.now.marking
        for each in (ref, *others):
            place = (each.instance.sop_instance_uid, each.number)
            if here := marking.on(*place):
                found[place] = tuple(map(self._viewer.as_written, here))
                names |= {each.id: each.text for each in here}
        return Viewed(
            (ref, *others), frame, looked, view.size_px, found, form.label, form.description, form.creator, names
        )

    def _note_done(self, viewed: "Viewed", paths: Sequence[Path]) -> None:
        """Keep the command that does the same, where there is one that says all of it."""
        from workstation.gui.command_lines import state_words

        words = state_words(viewed) if len(paths) == 1 else ()
        if words:
            self._session.workspace.note_done(*words)

    def take(self) -> None:
        """Make live annotations of what the state draws, and hide the layers that nothing is left of."""
        from workstation.display.taken_annotations import annotations_of
        from workstation.gui.viewer.making import new_id

        pane = self._viewer.active
        scene, ref = pane.scene, pane.shown_frame
        presented = scene.applied.presented if scene is not None and scene.applied is not None else None
        if scene is None or ref is None or presented is None:
            self._session.notes.add(Note("information", "No presentation state draws anything on this image."))
            return
        place = (ref.instance.sop_instance_uid, ref.number)
        ids = iter(new_id, "")
        taken = annotations_of(presented.presentation, scene.frame, place, ids)
        if not taken.annotations:
            self._session.notes.add(Note("information", "The presentation state draws nothing here to be changed."))
            return
        marking = self._viewer.now.marking
        for each in taken.annotations:
            marking = marking.with_annotation(each)
        hidden = scene.view.hidden_layers | taken.layers
        self._viewer.mark_up(marking, "annotations of the state", hidden_layers=hidden)
        words = f"{plural(len(taken.annotations), 'annotation', 'annotations')} can be changed now."
        rest = "What else the state draws on this image stays as it is." if taken.left else ""
        self._session.notes.add(Note("information", words, rest))


def write(viewed: "Viewed", folder: Path, job: Job, told: list[str]) -> Sequence[Path]:
    """Write the states of what is viewed into a managed folder."""
    from workstation.display.viewed_states import state_datasets
    from workstation.library.importing import place_for
    from workstation.objects.writing import save

    datasets, sentences = state_datasets(viewed, job)
    told += sentences
    paths = []
    for each in datasets:
        path = place_for(
            folder,
            study=str(each.StudyInstanceUID),
            series=str(each.SeriesInstanceUID),
            instance=str(each.SOPInstanceUID),
        )
        save(each, path)
        paths.append(path)
    return paths

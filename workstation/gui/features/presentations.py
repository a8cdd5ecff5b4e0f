"""Presentation states over the images: read for the study that is seen, offered in the pane, changed by J."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from workstation.errors import UserError
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.palette.presenter import Entry
from workstation.gui.viewer.states import States
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import FrameRef, Instance, Place, Series
from workstation.model.text import clean, person_name
from workstation.objects.presentation.finding import FoundState, states_among
from workstation.objects.presentation.reading import is_presentation_state
from workstation.workspace import Change

if TYPE_CHECKING:
    from workstation.display.mask_subtraction import Subtraction
    from workstation.gui.canvas.presenter import PanePresenter
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Have images shown with their presentation states."""
    if session.viewer is not None:
        Presentations(session, session.viewer)


class Presentations(QObject):
    """Finds the states of the studies that are seen, and offers them."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        self._asked: set[Place] = set()
        self._seen: set[str] = set()
        self._reading = 0
        self._leading: tuple[int, Instance] | None = None
        self.states = States()
        self.states.is_automatic = session.settings.apply_states
        session.window.actions_by_id["states-by-themselves"].setChecked(self.states.is_automatic)
        self._connect(session, viewer)

    def _connect(self, session: "Session", viewer: "Viewer") -> None:
        viewer.panes.present = self.states.applied
        self.states.on_mask_wanted = self._read_mask
        viewer.panes.on_frame.append(self._frame_shown)
        self._open_other, viewer.panes.open_object = viewer.panes.open_object, self._open
        session.workspace.listen(self._changed)
        session.handle("next-state", lambda _on: self.step())
        session.handle("without-state", lambda _on: self.switch())
        session.handle("states-by-themselves", self._use_automatically)
        session.pane_menus.append(self._add_to_menu)
        session.command_copy.state_words = self._command
        session.more_entries.append(self._entries)
        session.window.states_menu.aboutToShow.connect(self._fill_bar_menu)
        session.window.grid.pane_made.connect(self._pane_made)
        for number in range(len(session.window.grid.panes)):
            self._pane_made(number)

    def step(self) -> None:
        """Show the active pane with the next state of its image, after the last one without."""
        pane = self._viewer.active
        ref = pane.shown_frame
        uid = self.states.after(ref, pane.presentation) if ref is not None else None
        if uid is None:
            self._session.notes.add(Note("information", "There is no presentation state for this image."))
        else:
            self._viewer.present_with(self._viewer.now.active, uid)

    def switch(self) -> None:
        """Show the active pane without its state, or with the newest one again."""
        pane = self._viewer.active
        ref = pane.shown_frame
        offered = self.states.of(ref) if ref is not None else ()
        if ref is None or not offered:
            self._session.notes.add(Note("information", "There is no presentation state for this image."))
            return
        is_on = self.states.chosen(ref, pane.presentation) is not None
        self._viewer.present_with(self._viewer.now.active, "" if is_on else offered[0].instance.sop_instance_uid)

    def fill(self, menu: QMenu, number: int) -> bool:
        """List the states of the image in a pane, and the layers of the one in use; tells whether there are any."""
        pane = self._viewer.pane(number)
        ref, scene = pane.shown_frame, pane.scene
        offered = self.states.of(ref) if ref is not None else ()
        if ref is None or scene is None or not offered:
            return False
        used = self.states.chosen(ref, pane.presentation)
        group = QActionGroup(menu)
        for state in (*offered, None):
            uid = state.instance.sop_instance_uid if state is not None else ""
            action = menu.addAction(_words(state) if state is not None else "Without presentation state\tShift+J")
            action.setCheckable(True)
            action.setChecked(state is used)
            action.setActionGroup(group)
            action.triggered.connect(lambda _on=False, uid=uid: self._viewer.present_with(number, uid))
        self._add_layers(menu, pane)
        return True

    def _add_layers(self, menu: QMenu, pane: "PanePresenter") -> None:
        scene = pane.scene
        if scene is None or scene.applied is None or scene.applied.presented is None:
            return
        names = scene.applied.presented.presentation.layer_names
        if names:
            menu.addSeparator()
        for name in names:
            action = menu.addAction(f"Layer {clean(name)}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name not in scene.view.hidden_layers)
            action.triggered.connect(lambda on, name=name: pane.change.show_layer(name, shown=on))

    def _entries(self) -> Iterator[tuple[Entry, Callable[[], object]]]:
        """Give the states of the image in the active pane for the palette."""
        number, ref = self._viewer.now.active, self._viewer.active.shown_frame
        for state in self.states.of(ref) if ref is not None else ():
            uid = state.instance.sop_instance_uid
            entry = Entry(f"state {uid}", f"Presentation state {clean(state.name)}", "Presentation")
            yield entry, lambda uid=uid: self._viewer.present_with(number, uid)  # type: ignore[misc]  # binds the state

    def _command(self, ref: FrameRef, scene: "Scene") -> list[str]:
        """Give the batch command that shows the image with its state; nothing where it is shown otherwise."""
        from workstation.gui.command_lines import applied_words

        applied = scene.applied
        found = self.states.state(applied.uid) if applied is not None else None
        if applied is None or found is None:
            return []
        size, state = self._session.window.pane.size_px, found.instance.place
        return applied_words(ref, applied, scene.view, size, state=state, output="picture.png")

    def _fill_bar_menu(self) -> None:
        menu = self._session.window.states_menu
        menu.clear()
        if not self.fill(menu, self._viewer.now.active):
            menu.addAction("No presentation state for this image").setEnabled(False)
        menu.addSeparator()
        for name in MENU:
            menu.addAction(self._session.window.actions_by_id[name])

    def _add_to_menu(self, menu: QMenu) -> None:
        part = menu.addMenu("Presentation")
        if self.fill(part, self._viewer.now.active):
            part.addSeparator()
        part.addAction(self._session.window.actions_by_id["save-state"])

    def _pane_made(self, number: int) -> None:
        view = self._session.window.grid.pane_view(number)
        grid = self._session.window.grid
        view.states_wanted.connect(lambda: self._show_menu(grid.number_of(view)))

    def _show_menu(self, number: int) -> None:
        self._viewer.activate(number)
        badge = self._session.window.grid.pane_view(number).badges.states
        menu = QMenu(self._session.window)
        if badge is not None and self.fill(menu, number):
            menu.addSeparator()
            menu.addAction(self._session.window.actions_by_id["take-annotations"])
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(badge.mapToGlobal(QPoint(0, badge.height() + 2)))

    def _use_automatically(self, on: bool) -> None:
        self.states.use_automatically(on=on)
        self._session.change_settings(apply_states=on)
        self._viewer.panes.present_again()

    def _changed(self, change: Change) -> None:
        if change is Change.TREE:
            self._seen.clear()
            there = {each.sop_instance_uid for _, each in self._objects(None)}
            self.states.forget(there)
            self._asked &= {each.place for _, each in self._objects(None)}
            self._frame_shown(self._viewer.active.shown_frame)

    def _frame_shown(self, ref: FrameRef | None) -> None:
        if ref is not None and ref.instance.study_instance_uid not in self._seen:
            self._look_into(ref.instance.study_instance_uid)

    def _look_into(self, study_instance_uid: str) -> None:
        """Read the states of a study that were not read yet."""
        self._seen.add(study_instance_uid)
        new = [each for _, each in self._objects(study_instance_uid) if each.place not in self._asked]
        if not new:
            return
        self._asked.update(each.place for each in new)
        self._reading += 1

        def over(then: Callable[[], None]) -> None:
            self._reading -= 1
            then()
            self._lead()

        def arrived(found: tuple[tuple[FoundState, ...], tuple[str, ...]]) -> None:
            self.states.add(found[0])
            for sentence in found[1]:
                self._session.notes.add(Note("warning", f"Presentation not applied: {sentence}"))
            over(self._viewer.panes.present_again)

        self._session.work.start(
            "Read presentation states",
            lambda _job: states_among(new),
            done=arrived,
            failed=lambda _error: over(lambda: None),
            stopped=lambda: over(lambda: None),
        )

    def _read_mask(self, found: FoundState, ref: FrameRef) -> None:
        """Read the frames that are to be subtracted; until they are there the image is shown as it is."""

        def arrived(mask: "Subtraction") -> None:
            self.states.keep_mask(found, ref, mask)
            self._viewer.panes.present_again()

        def job(_job: Job) -> "Subtraction":
            from workstation.display.mask_subtraction import read_subtraction

            return read_subtraction(ref.instance.place, found.state, ref.number)

        def broke(error: Exception) -> None:
            told = error.message if isinstance(error, UserError) else "The program failed on it."
            words = f"The mask of {clean(found.name)} is not subtracted: {told}"
            self._session.notes.add(Note("warning", words, subject="mask"))

        self._session.work.start("Read the mask", job, done=arrived, failed=broke, priority=Priority.VISIBLE)

    def _objects(self, study_instance_uid: str | None) -> Iterator[tuple[Series, Instance]]:
        """Give the instances of states, of one study or of all."""
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                if study_instance_uid in (None, study.study_instance_uid):
                    for series in study.series:
                        if is_presentation_state(series.first.sop_class_uid) or series.first.modality == "PR":
                            yield from ((series, each) for each in series.instances)

    def _open(self, number: int, series: Series) -> bool:
        """Show the images of a series of states; words stand there until they are found."""
        if not is_presentation_state(series.first.sop_class_uid):
            return self._open_other(number, series)
        self._leading = (self._viewer.now.identities[number], series.first)
        self._look_into(series.first.study_instance_uid)
        if not self._reading:  # not from within the change that is going on
            self._session.work.post(self._lead)
        return False

    def _lead(self) -> None:
        """Show the first image that a state is for in the pane in which the state was chosen."""
        leading, self._leading = self._leading, None
        if leading is None or self._reading:
            self._leading = leading
            return
        identity, instance = leading
        identities = self._viewer.now.identities
        number = identities.index(identity) if identity in identities else None
        selection = self._viewer.now.panes[number].selection if number is not None else None
        found = self.states.state(instance.sop_instance_uid)
        if number is None or found is None or selection is None:
            return
        if selection.series_instance_uid != instance.series_instance_uid:
            return
        ref = self._first_image(found)
        if ref is None:
            words = Note("information", "The images that the presentation state is for are not open.")
            self._session.notes.add(words)
        else:
            self._viewer.lead_to(number, ref, instance.sop_instance_uid)

    def _first_image(self, found: FoundState) -> FrameRef | None:
        wanted = [each.sop_instance_uid for each in found.state.references]
        frames = {each.sop_instance_uid: each.frames for each in found.state.references}
        open_: dict[str, Instance] = {}
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                for series in study.series:
                    open_.update((each.sop_instance_uid, each) for each in series.instances if each.has_pixels)
        uid = next((each for each in wanted if each in open_), None)
        return FrameRef(open_[uid], min(frames[uid], default=0)) if uid is not None else None


MENU = ("next-state", "without-state", "save-state", "take-annotations", "states-by-themselves")


def _words(found: FoundState) -> str:
    """Name a state in a list: what it shows, when it was made, by whom."""
    by = person_name(found.state.creator)
    words = clean(found.name) + (f"  ·  {by}" if by else "")
    return words.replace("&", "&&")

"""Joins the planes to the window: what the mouse does, which volume they are of, where the images are meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from workstation.errors import UserError
from workstation.gui.canvas.pane import Pane
from workstation.gui.features.segments import Segments
from workstation.gui.front import Beside
from workstation.gui.panels.planes.acts import PlaneActs
from workstation.gui.panels.planes.area import PlanesArea
from workstation.gui.panels.planes.assuming import Assuming
from workstation.gui.panels.planes.both_hands import BothHands
from workstation.gui.panels.planes.first_views import FirstViews
from workstation.gui.panels.planes.fusing import Fusing
from workstation.gui.panels.planes.hand import PlaneHand, turning_picture
from workstation.gui.panels.planes.laid import Laid
from workstation.gui.panels.planes.measuring import PlaneMeasuring
from workstation.gui.panels.planes.overlays import Overlays
from workstation.gui.panels.planes.pane import PlanePane
from workstation.gui.panels.planes.plane_words import plane_words
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.gui.panels.planes.saving import PlaneSaving
from workstation.gui.panels.planes.times import Times
from workstation.gui.plane_measure_words import source_words
from workstation.gui.viewer.wiring import image_point
from workstation.gui.volume_messages import not_read, reading, slices_read, why_none
from workstation.gui.volumes import OpenVolume, can_assume, key_of
from workstation.model.geometry import Vector, point_to_lps
from workstation.model.index.records import Series, Stack
from workstation.model.left_out import with_left_out
from workstation.model.mosaic import is_untold
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes.going import view_through
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView, maximised

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.annotation import Annotation

REST_MS, STILL_MS = 150, 80
ASSUME = "If they follow each other in order, say how far apart they are: “Distance of slices …” above."
NOTHING, NOT_SHOWN = "Nothing is chosen that planes could be cut from.", "There are no planes of this series."
MENU = ("invert", "rotate-right", "rotate-left", "flip-h", "flip-v", "fit", "reset", "reference-lines", "text")
OF_FILES = ("plane-picture", "planes-pictures", "planes-dicom", "copy-command")


class JoinedPlanes(QObject):
    """See `workstation.gui.front.Front`."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        window = session.window
        self.area = PlanesArea(window.tokens, window)
        self.area.addActions(window.grid.actions())
        window.tokens_changed.connect(self.area.set_tokens)
        self.presenter = PlanesPresenter(self.area, session.work, self.note_step)
        self.presenter.came_back = self._came_back
        self.presenter.on_changed = self._show_state
        self.presenter.on_crossed = lambda _point: self._rested.start()
        self.hide: Callable[[], None] = lambda: None
        self.show: Callable[[], None] = lambda: None
        self.beside: Beside | None = None
        self.asked_first: list[Callable[[str, bool], bool]] = []
        """What stands beside the planes is asked before them what a command means."""
        self.scrolled_first: list[Callable[[float, PlaneName], bool]] = []
        """And where a plane goes that is scrolled."""
        self.measuring = PlaneMeasuring(session, viewer, self.presenter, self.area)
        self._acts = PlaneActs(session, viewer, self)
        self.views = FirstViews(viewer)
        self.assuming = Assuming(session, self)
        self._wanted: Stack | None = None
        self._turn_cursor: QCursor | None = None
        self._is_pointing = False
        self.going: Annotation | None = None
        """What was measured on a plane, and is to be seen there once the volume is there."""
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.setInterval(REST_MS)
        self._rested.timeout.connect(self._point_in_other_windows)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self.presenter.rest)
        self.presenter.rest_later = self._still.start
        self.times = Times(session, self)
        viewer.panes.marks.on_pointed = self._pointed_elsewhere
        session.command_copy.front_words.append(self._words)
        for name in PLANE_NAMES:
            self._connect_pane(name, self.area.panes[name])
        self._acts.connect_bar(self.area.bar)
        self.fusing = Fusing(session, viewer, self.presenter, self.area.fusion_bar)
        menu = self.area.bar.fusion_menu
        menu.aboutToShow.connect(lambda: self.fusing.fill(menu))
        segments = session.findChild(Segments)
        overlays = Overlays(session, self.presenter, segments) if isinstance(segments, Segments) else None
        self.laid = Laid(self.fusing, overlays)
        self.saving = PlaneSaving(session, self.presenter, self.laid)

    def _connect_pane(self, name: PlaneName, pane: Pane) -> None:
        presenter = self.presenter
        change = presenter.panes[name].change
        lines = PlaneHand(presenter, name, pane, self._cursor_that_turns)
        measuring = self.measuring
        pane.hand = BothHands(measuring.annotator, PLANE_NAMES.index(name), measuring.tool_tip, lines)
        pane.scrolled.connect(lambda steps: self._scroll(steps, name))
        pane.window_started.connect(change.begin_window)
        pane.window_dragged.connect(lambda right, down: change.drag_window(right, down))
        pane.panned.connect(lambda right, down: change.pan((right, down), pane.size_px))
        pane.zoomed.connect(lambda factor, at: change.zoom(factor, pane.size_px, at))
        pane.pressed.connect(self._viewer.settle)
        pane.pressed.connect(lambda: presenter.activate(name))
        pane.maximise_wanted.connect(presenter.maximise)
        pane.cursor_moved.connect(lambda x, y: self._point(pane, x, y))
        pane.menu_wanted.connect(self._open_menu)
        self._session.window.grid.take_in(pane)

    @property
    def active(self) -> PlanePane:
        """The plane that windows and colours are chosen for."""
        return self.presenter.active

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come: also a whole one in the place of a draft."""
        return (
            self.presenter.is_waiting or self._still.isActive() or (self.beside is not None and self.beside.is_waiting)
        )

    @property
    def opened(self) -> OpenVolume | None:
        """The volume that is seen."""
        return self.presenter.opened

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the images."""
        if self.beside is not None and self.beside.take_beside(name, on):
            return True
        return any(take(name, on) for take in self.asked_first) or self._acts.take(name, on)

    def step_back(self) -> bool:
        """Give up what is being drawn, then give all planes their place back; tells whether there was anything."""
        if self.measuring.annotator.give_up():
            self.measuring.annotator.chosen.changed()
            return True
        now = self.presenter.now
        if now is None or now.alone is None:
            return False
        self.presenter.drift(maximised(now, on=False))
        return True

    def follow(self, series: Series | None, stack: Stack | None) -> None:
        """Show planes of a stack, or say why there are none."""
        if stack is not None and self._wanted is not None and key_of(stack) == key_of(self._wanted):
            self._go()
            return
        self.keep_view()
        if self._wanted is not None:
            self._session.volumes.give_up(self._wanted)
        if series is not None and stack is not None:
            stack = with_left_out(stack, series.stacks)
        self._wanted = stack
        self.assuming.follow(stack)
        if stack is None or len(stack.frames) < 2 or is_untold(stack.frames[0]):
            self._wanted = None
            self.times.leave()
            self.presenter.say(why_none(series, stack, nothing=NOTHING, not_shown=NOT_SHOWN))
            self._show_state()
            return
        if self._session.volumes.kept(stack) is None:
            self._say_reading(stack, 0, len(stack.frames))
        self.times.follow(series, stack)
        self._session.volumes.want(
            stack,
            done=lambda opened: self._arrived(stack, opened),
            failed=lambda error: self._failed(stack, error),
            progressed=lambda done, total: self._say_reading(stack, done, total),
            preview=lambda opened: self._arrived(stack, opened),
            colour=True,
        )

    def keep_as_taken(self, on: bool) -> None:
        """Read slices of uneven spacing anew, as they were taken or made even."""
        stack, opened = self._wanted, self.presenter.opened
        if stack is None or opened is None or opened.is_preview or opened.is_as_taken == on:
            return
        self._read_anew(stack, as_taken=on)
        label = "slices as taken" if on else "slices made even"
        backwards, forwards = (partial(self._read_anew, stack, as_taken=each) for each in (not on, on))
        self.note_step(label, backwards, forwards)

    def _read_anew(self, stack: Stack, *, as_taken: bool) -> None:
        self._session.volumes.keep_as_taken(stack, on=as_taken)
        self.look_anew(stack)

    def look_anew(self, stack: Stack) -> None:
        """Have a stack read anew, if it is the one that is looked at."""
        seen = self._wanted or self._session.workspace.selected_stack()
        if self._session.front is self and seen is not None and key_of(seen) == key_of(stack):
            self._wanted, self._acts.note = None, "The slices are read anew …"
            self._show_state()
            self.follow(self._session.workspace.selected_series(), stack)

    def leave(self) -> None:
        """Be told that the planes are out of sight."""
        self.measuring.put_away()
        self.keep_view()
        opened = self.presenter.opened
        if self._wanted is not None and (opened is None or opened.is_preview):
            self._session.volumes.give_up(self._wanted)
        self._wanted = None
        self.times.leave()
        self.presenter.close()
        if self.beside is not None:
            self.beside.leave_planes()

    def point_in_images(self) -> None:
        """Show in the images where the planes meet."""
        opened, now = self.presenter.opened, self.presenter.now
        if opened is None or now is None:
            return
        uid = opened.volume.grid.frame_of_reference_uid
        marks = self._viewer.panes.marks
        self._viewer.restore(marks.point_at(self._viewer.now, now.cross_lps, uid))
        marks.end_pointing()
        self.views.images_follow()

    def _scroll(self, steps: float, name: PlaneName) -> None:
        if not any(go(steps, name) for go in self.scrolled_first):
            self.presenter.scroll(steps, name)

    def _words(self) -> tuple[str, ...]:
        """Give the command that cuts the active plane; nothing while the images are seen."""
        opened, now, scene = self.presenter.opened, self.presenter.now, self.active.scene
        if self._session.front is not self or opened is None or now is None or scene is None:
            return ()
        voi = scene.renderer.voi(scene.view)
        source = source_words(opened, self._session.workspace)
        return plane_words(source, now, voi, output="plane.png", over=self.laid.words())

    def keep_view(self) -> None:
        """Remember how the volume is looked at."""
        now = self.presenter.now
        if now is not None:
            self.views.keep(now, self.presenter.opened)

    def _say_reading(self, stack: Stack, done: int, total: int) -> None:
        """Say how far it is: in words where nothing can be seen yet, else in the bar."""
        if stack is not self._wanted:
            return
        opened, first = self.presenter.opened, stack.frames[0].instance
        if opened is not None and first.series_instance_uid != key_of(opened.stack)[0]:
            opened = None
        is_other_time = opened is not None and opened.stack is not stack
        if opened is not None:
            if is_other_time or opened.is_preview:
                self._acts.note = (
                    f"{'Reading' if is_other_time else 'Coarse so far'}: {slices_read(done, total)} are read …"
                )
                self.presenter.show_progress(done / max(total, 1))
                self._show_state()
            return
        message = reading(stack, done, total, way_back="Esc goes back to the images.")
        self.presenter.say(message, done / max(total, 1))
        self._show_state()

    def _arrived(self, stack: Stack, opened: OpenVolume) -> None:
        if stack is not self._wanted:
            return
        viewer, now, before = self._viewer.active, self.presenter.now, self.presenter.opened
        self._acts.note = "Coarse so far: the other slices are read …" if opened.is_preview else ""
        self.presenter.preset_table = viewer.preset_table
        is_finer = now is not None and before is not None and before.is_preview and before.stack is stack
        view = now if is_finer and now is not None else self.views.of(stack, opened)
        self.presenter.open(opened, view, first_voi=viewer.first_voi(stack, opened.source))
        self._go()
        self.laid.bring(is_preview=opened.is_preview)
        if not opened.is_preview:
            self.times.read_ahead(opened)

    def meet_in(self, sphere: "Annotation") -> bool:
        """Have the planes meet in the middle of a sphere, and choose it; tells whether it lies in their volume."""
        opened = self.presenter.opened
        if opened is None or opened.volume.grid.frame_of_reference_uid != sphere.frame_of_reference_uid:
            return False
        self.presenter.cross_to(sphere.points_lps[0])
        self.measuring.annotator.chosen.select(sphere.id)
        return True

    def _go(self) -> None:
        """Go to what was measured on a plane of this volume, and choose it."""
        annotation, opened, now = self.going, self.presenter.opened, self.presenter.now
        if annotation is None or opened is None or now is None:
            return
        self.going = None
        if annotation.sop_instance_uid == opened.stack.frames[0].instance.series_instance_uid:
            self.presenter.drift(view_through(now, opened.volume.grid, annotation))
            self.measuring.annotator.chosen.select(annotation.id)
            self.area.active.setFocus()

    def _failed(self, stack: Stack, error: Exception) -> None:
        if stack is not self._wanted:
            return
        self.going = None
        message = not_read(stack, error, not_shown=NOT_SHOWN, key="F3")
        if isinstance(error, UserError) and can_assume(stack):
            message = replace(message, hint=ASSUME)
        self._wanted = None
        self.presenter.say(message)
        self._show_state()

    def note_step(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        self._viewer.note_step(label, backwards, forwards, merges_with=merges_with)
        self._viewer.on_changed()

    def _came_back(self, view: PlanesView) -> None:
        """Show planes as they were before a step, or after it."""
        now = self.presenter.now
        if now is not None and self.times.has(view.volume):  # what was done at another time holds for all of them
            view = replace(view, volume=now.volume)
        self.views.keep(view)
        if now is not None and now.volume == view.volume:
            self.presenter.drift(view)
        else:
            self._come_to_front()

    def _come_to_front(self) -> None:
        """Have a step be seen that is taken back while images are shown."""
        if self._session.front is not self:
            self.show()

    def _point(self, pane: Pane, x: float, y: float) -> None:
        scene = pane.scene
        if scene is not None and scene.frame.plane is not None:
            self.presenter.cross_to(point_to_lps(scene.frame.plane, image_point(pane, (x, y))))

    def _pointed_elsewhere(self, point_lps: Vector, frame_of_reference_uid: str) -> None:
        """Follow the place that is pointed at in the images of another window."""
        opened = self.presenter.opened
        if opened is None or opened.volume.grid.frame_of_reference_uid != frame_of_reference_uid:
            return
        self._is_pointing = True
        try:
            self.presenter.cross_to(point_lps)
        finally:
            self._is_pointing = False
            self._rested.stop()

    def _point_in_other_windows(self) -> None:
        if len(self._viewer.now.screens) > 1 and self._session.front is self:
            self.point_in_images()

    def _show_state(self) -> None:
        self._acts.show_state()
        self.fusing.follow()
        if self.beside is not None:
            self.beside.follow_planes(self.presenter.opened)

    def _open_menu(self, at: QPoint) -> None:
        window = self._session.window
        menu = QMenu(self.area.active)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for part in (window.windows_menu, window.group_menus["Colours"], window.part_menus["Planes"]):
            menu.addMenu(part)
        for name in MENU:
            menu.addAction(window.actions_by_id[name])
        self.measuring.add_to_menu(menu)
        menu.addSeparator()
        for name in OF_FILES:
            menu.addAction(window.actions_by_id[name])
        menu.popup(at)

    def _cursor_that_turns(self) -> QCursor:
        if self._turn_cursor is None:
            self._turn_cursor = QCursor(turning_picture())
        return self._turn_cursor

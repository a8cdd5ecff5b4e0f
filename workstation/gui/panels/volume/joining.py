"""Joins a volume in three dimensions to the window: what the mouse does, which volume it is of, where it stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu

from workstation.errors import UserError
from workstation.gui.canvas.scene import Message
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.volume.acts import VolumeActs
from workstation.gui.panels.volume.area import VolumeArea
from workstation.gui.panels.volume.presenter import VolumePresenter
from workstation.gui.panels.volume.telling import LEAST_SLICES, NOT_SHOWN, NOTHING
from workstation.gui.panels.volume.volume_words import unsaid, volume_words
from workstation.gui.panels.volume.windows import VolumeWindows
from workstation.gui.plane_measure_words import source_words
from workstation.gui.volume_messages import not_read, reading, why_none
from workstation.gui.volumes import OpenVolume, can_assume, key_of
from workstation.model.index.records import Series, Stack
from workstation.model.left_out import with_left_out
from workstation.model.mosaic import is_untold
from workstation.volume.looks.camera import box_of
from workstation.volume.looks.view3d import View3D, fitted, with_function
from workstation.volume.open_volume import volume_name

if TYPE_CHECKING:
    from workstation.gui.front import LookedAt
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

REST_MS = 180
KEEP_MS = 30_000
"""What draws is kept for so long after it went out of sight: shading a large volume takes seconds."""
MOST_VIEWS = 50
ASSUME = "If they follow each other in order, say in the planes (F3) how far apart they are: “Distance of slices …”."
MENU = ("fit", "reset", "rotate-right", "rotate-left", "text")


class JoinedVolume(QObject):
    """See `workstation.gui.front.Front`; ``views`` keeps how volumes were looked at."""

    def __init__(self, session: "Session", viewer: "Viewer", views: dict[str, View3D]) -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        window = session.window
        self.area = VolumeArea(window.tokens, window.grid, window)
        self.area.addActions(window.grid.actions())
        window.tokens_changed.connect(self.area.set_tokens)
        self.presenter = VolumePresenter(self.area.view, session.work.post, self._note_step)
        self.presenter.came_back = self._came_back
        self.presenter.on_changed = self._show_state
        self.presenter.on_opened = self._opened
        self.hide: Callable[[], None] = lambda: None
        self.show: Callable[[], None] = lambda: None
        self.change_place: Callable[[], None] = lambda: None
        self.on_state: list[Callable[[], None]] = []
        self.acts = VolumeActs(session, viewer, self)
        self._windows = VolumeWindows(
            lambda: self.presenter.opened, lambda: viewer.active.preset_table, self.acts.use_window
        )
        self._views: dict[str, View3D] = views
        self._wanted: Stack | None = None
        self._rested = self._timer(REST_MS, self.presenter.rest)
        self._unused = self._timer(KEEP_MS, self._let_go)
        self._sized = self._timer(REST_MS, self._draw_in_size)
        window.closing.connect(self.presenter.close)
        session.command_copy.front_words.insert(0, self._words)
        self._connect()

    def _timer(self, after_ms: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(act)
        return timer

    def _connect(self) -> None:
        view, bar, presenter, acts = self.area.view, self.area.bar, self.presenter, self.acts
        view.text_is_shown = self._session.remembered.text_is_shown
        view.pressed.connect(self._viewer.settle)
        view.turned.connect(lambda right, down: presenter.turn((right, down)))
        view.turned_by_key.connect(presenter.turn_by)
        view.rolled.connect(presenter.roll)
        view.panned.connect(lambda right, down: presenter.pan((right, down)))
        view.zoomed.connect(presenter.zoom)
        view.windowed.connect(presenter.window)
        view.rested.connect(presenter.rest)
        view.wheeled.connect(self._rested.start)
        view.resized.connect(self._resize)
        view.side_chosen.connect(acts.look_from)
        view.menu_wanted.connect(self._open_menu)
        view.maximise_wanted.connect(lambda: self.change_place())
        view.lassoed.connect(acts.cut)
        view.box_dragged.connect(lambda handle, right, down: presenter.drag_box(handle, (right, down)))
        bar.method_chosen.connect(acts.use_method)
        bar.preset_chosen.connect(acts.use_preset)
        bar.side_chosen.connect(acts.look_from)
        bar.commanded.connect(self._session.command)
        self._session.window.side.changed.connect(
            lambda: bar.panel.setChecked(self._session.window.side.shown == "volume-panel")
        )
        bar.closed.connect(lambda: self.hide())
        view.hands = lambda: self._session.window.grid.bindings

    @property
    def active(self) -> "LookedAt":
        """What windows are chosen for."""
        return self._windows

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self.presenter.is_waiting

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the images."""
        return self.acts.take(name, on)

    def follow(self, series: Series | None, stack: Stack | None) -> None:
        """Show a stack, or say why it cannot be shown."""
        self._unused.stop()
        if stack is not None and self._wanted is not None and key_of(stack) == key_of(self._wanted):
            return
        self.keep_view()
        if self._wanted is not None:
            self._session.volumes.give_up(self._wanted)
        if series is not None and stack is not None:
            stack = with_left_out(stack, series.stacks)
        self._wanted = stack
        if stack is None or len(stack.frames) < LEAST_SLICES or is_untold(stack.frames[0]):
            self._wanted = None
            self.presenter.say(why_none(series, stack, nothing=NOTHING, not_shown=NOT_SHOWN))
            self._show_state()
            return
        if self._session.volumes.kept(stack) is None:
            self._say_reading(stack, 0, len(stack.frames))
        self._session.volumes.want(
            stack,
            done=lambda opened: self._arrived(stack, opened),
            failed=lambda error: self._failed(stack, error),
            progressed=lambda done, total: self._say_reading(stack, done, total),
            preview=lambda opened: self._arrived(stack, opened),
            colour=True,
        )

    def leave(self) -> None:
        """Be told that the volume is out of sight."""
        self.keep_view()
        opened = self.presenter.opened
        if self._wanted is not None and (opened is None or opened.is_preview):
            self._session.volumes.give_up(self._wanted)
            self._wanted = None
        self._unused.start()

    def show_opened(self, opened: OpenVolume | None) -> None:
        """Show a volume that the planes have opened; nothing while they read one."""
        self._unused.stop()
        if opened is None:
            self.keep_view()
            self._wanted = None
            self.presenter.say(Message(""))
            self._show_state()
        elif opened is not self.presenter.opened:
            self._wanted = opened.stack
            self._arrived(opened.stack, opened)

    def first_view(self, opened: OpenVolume) -> View3D:
        """Give how a volume is looked at when it is first seen: from the front, as suits its modality."""
        from workstation.gui.panels.volume.presets import default_preset
        from workstation.volume.looks.transfer_files import preset

        name = default_preset(opened.modality)
        view = with_function(View3D(volume_name(opened.stack)), preset(name), name)
        return fitted(view, self.area.view.size_px, box_of(opened.volume.grid))

    def _let_go(self) -> None:
        self._wanted = None
        self.presenter.close()

    def keep_view(self) -> None:
        """Remember how the volume is looked at."""
        now = self.presenter.now
        if now is not None:
            self._views.pop(now.volume, None)
            self._views[now.volume] = now
            while len(self._views) > MOST_VIEWS:
                del self._views[next(iter(self._views))]

    def _say_reading(self, stack: Stack, done: int, total: int) -> None:
        if stack is not self._wanted or self.presenter.opened is not None:
            return
        message = reading(stack, done, total, way_back="Esc goes back.")
        self.presenter.say(message, done / max(total, 1))
        self._show_state()

    def _arrived(self, stack: Stack, opened: OpenVolume) -> None:
        if stack is not self._wanted:
            return
        self.keep_view()
        self.presenter.open(opened, self._views.get(volume_name(stack)) or self.first_view(opened))

    def _failed(self, stack: Stack, error: Exception) -> None:
        if stack is not self._wanted:
            return
        message = not_read(stack, error, not_shown=NOT_SHOWN, key="F4")
        if isinstance(error, UserError) and can_assume(stack):
            message = replace(message, hint=ASSUME)
        self._wanted = None
        self.presenter.say(message)
        self._show_state()

    def _opened(self) -> None:
        from workstation.gui.panels.volume.presets import offered
        from workstation.volume.looks.transfer_files import presets

        opened = self.presenter.opened
        if opened is not None:
            self.area.bar.show_presets(offered(presets(), opened.modality))
        self._show_state()

    def _note_step(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        self._viewer.note_step(label, backwards, forwards, merges_with=merges_with)
        self._viewer.on_changed()

    def _came_back(self, view: View3D) -> None:
        """Show the volume as it was before a step, or after it."""
        self._views[view.volume] = view
        now = self.presenter.now
        if now is not None and now.volume == view.volume:
            self.presenter.drift(view)

    def _resize(self) -> None:
        """Draw in the new size: at once swiftly, in full when the hand rests."""
        if self.presenter.now is not None and self.area.view.isVisible():
            self._sized.start()

    def _draw_in_size(self) -> None:
        if self.area.view.isVisible():
            self.presenter.draw()

    def _show_state(self) -> None:
        now = self.presenter.now
        self.area.bar.show_view(now)
        actions = self._session.window.actions_by_id
        actions["volume-perspective"].setChecked(now is not None and now.camera.perspective_deg > 0)
        self.tell_state()

    def tell_state(self) -> None:
        """Have the panel show what is shown now."""
        for tell in self.on_state:
            tell()

    def _words(self) -> tuple[str, ...]:
        """Give the command that draws what is seen; nothing while other things are seen."""
        presenter = self.presenter
        opened, now = presenter.opened, presenter.now
        is_meant = self._session.front is self or self.area.view.hasFocus()
        if not is_meant or opened is None or now is None:
            return ()
        if sentences := unsaid(now):
            self._session.notes.add(Note("information", " ".join(sentences)))
        source = source_words(opened, self._session.workspace)
        return volume_words(source, now, presenter.box, self.area.view.size_px, output="picture.png")

    def _open_menu(self, at: QPoint) -> None:
        window = self._session.window
        menu = QMenu(self.area.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for part in (window.windows_menu, window.part_menus["3D"]):
            menu.addMenu(part)
        for name in MENU:
            menu.addAction(window.actions_by_id[name])
        menu.popup(at)

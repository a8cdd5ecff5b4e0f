"""Joins the window, its presenters and the work: who tells whom."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu

from workstation.errors import UserError
from workstation.gui import theme
from workstation.gui.command_copy import CommandCopy
from workstation.gui.features import features
from workstation.gui.keys_page import keys_dialog
from workstation.gui.main_thread import MainThread
from workstation.gui.main_window import MainWindow
from workstation.gui.open_work import OpenWork
from workstation.gui.opening import Opening
from workstation.gui.pane_menu import show_pane_menu
from workstation.gui.panels.browser.nodes import Node
from workstation.gui.panels.browser.presenter import BrowserPresenter
from workstation.gui.panels.jobs.presenter import JobsPresenter
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.panels.refused.presenter import RefusedPresenter, summary
from workstation.gui.remembered import Remembered, recent_label
from workstation.gui.splitting import Splitting
from workstation.gui.thumbnails import Thumbnails, as_picture
from workstation.gui.volumes import OpenVolumes
from workstation.gui.warming_up import import_heavy, load_ahead
from workstation.gui.window_dialogs import choose_files, choose_folder, demo_folder, show_about
from workstation.gui.work import Work
from workstation.gui.work_files import WorkFile
from workstation.jobs.runner import Priority, Runner
from workstation.settings import Settings
from workstation.workspace import Change, Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.canvas.presenter import PanePresenter
    from workstation.gui.front import Front, LookedAt
    from workstation.gui.image_windows import ImageWindows
    from workstation.gui.panels.palette.presenter import Entry
    from workstation.gui.streaming import Streaming
    from workstation.gui.taking_out import TakingOut
    from workstation.gui.viewer.presenter import Viewer

CALM_MS = 100


class Session(QObject):
    """One run of the window.

    Parameters
    ----------
    window
        The widgets.
    remembered, settings
        What was kept from earlier runs.
    library_path
        The library's file; None for the one of the settings or the default.
    work_file
        Where the open work is kept; None keeps none.
    has_paths
        The program was told what to open, so that it does not begin with the work of the last time.
    """

    def __init__(
        self,
        window: MainWindow,
        remembered: Remembered,
        settings: Settings,
        *,
        library_path: Path | None = None,
        work_file: WorkFile | None = None,
        has_paths: bool = False,
    ) -> None:
        super().__init__(window)
        self.window, self.remembered, self.settings = window, remembered, settings
        self.workspace = Workspace()
        self.main_thread = MainThread(self)
        self.work = Work(Runner(), self.main_thread.post)
        self.notes = NotesPresenter(window.notes)
        self.jobs = JobsPresenter(window.strip)
        self.browser = BrowserPresenter(window.browser, self.workspace)
        self.refused = RefusedPresenter(window.refused, self.workspace)
        self.opening = Opening(self.work, self.workspace, self.notes, remembered, library_path)
        self.splitting = Splitting(self.work, self.workspace)
        self.thumbnails = Thumbnails(self.work, self._show_thumbnail, self._is_calm, self._soon)
        self.reads_next_series = True
        self.streaming: Streaming | None = None
        self.on_loaded: Callable[[], None] = lambda: None
        """Called once all that decodes and draws is loaded, and again after what was loaded ahead."""
        self.load_ahead: list[Callable[[], None]] = []
        """Called in a job once nothing is to be done: what is asked for next finds loaded what it needs."""
        self.loads_ahead = True
        self.open_work = OpenWork(
            work_file, self.work, self.notes, self, reopens=settings.reopen_work, has_paths=has_paths
        )
        self.viewer: Viewer | None = None
        self.front: Front | None = None
        self.volumes = OpenVolumes(self.work)
        self.image_windows: ImageWindows | None = None
        self._taking_out: TakingOut | None = None
        self.command_copy = CommandCopy(self.workspace, window, self.notes)
        self.back_steps: list[Callable[[], bool]] = []
        self.pane_menus: list[Callable[[QMenu], None]] = []
        self.more_entries: list[Callable[[], Iterable[tuple[Entry, Callable[[], object]]]]] = []
        self._handlers = self._own_handlers()
        self._waiting: list[Sequence[Path]] = []
        self._is_closed = False
        self._had_image = False
        self.work.watch = self.jobs.handle
        self.work.report = self.notes.error
        self.workspace.listen(self._changed)
        self._connect()
        self._show_recent()
        for note in settings.notes:
            self.notes.add(Note("warning", note))

    def _connect(self) -> None:
        window = self.window
        window.shown.connect(self._warm_up)
        window.closing.connect(self.close)
        window.commanded.connect(self.command)
        window.dropped.connect(self.open)
        window.recent_chosen.connect(lambda paths: self.open([Path(path) for path in paths]))
        window.browser.searched.connect(self.browser.search)
        window.browser.chosen.connect(self.browser.chosen)
        window.browser.thumbnail_wanted.connect(self._want_thumbnail)
        window.strip.cancelled.connect(self.jobs.cancel)
        window.strip.refused_wanted.connect(lambda: window.actions_by_id["unreadable"].trigger())
        window.notes.dismissed.connect(self.notes.dismiss)
        window.refused.closed.connect(window.side.close_panel)
        window.side.changed.connect(self._side_changed)
        window.refused.copied.connect(lambda: QApplication.clipboard().setText(self.refused.as_text()))
        window.escaped.connect(self._step_back)
        window.actions_by_id["theme"].setChecked(self.settings.theme == "light")
        window.actions_by_id["reference-lines"].setChecked(True)
        window.actions_by_id["text"].setChecked(self.remembered.text_is_shown)

    def _warm_up(self) -> None:
        """Load what decodes and draws while the window can be seen and used already."""
        self.work.start(
            "Start", lambda _job: import_heavy(), done=lambda _none: self._begin(), priority=Priority.INTERACTION
        )

    def _begin(self) -> None:
        self.on_loaded()
        from workstation.display.corner_templates import CornerTemplates
        from workstation.gui.canvas import annotations
        from workstation.gui.canvas.frames import FrameSource
        from workstation.gui.streaming import Streaming
        from workstation.gui.taking_out import TakingOut
        from workstation.gui.viewer.planes import Planes
        from workstation.gui.viewer.presenter import Viewer
        from workstation.model.alike_headers import AlikeImages
        from workstation.model.memory import FrameCache

        limit = self.settings.memory_limit_mb
        frames = FrameSource(self.work, FrameCache(limit * 1024 * 1024 if limit else None), AlikeImages().open)
        frames.facts.use(templates := CornerTemplates.load())
        for note in templates.notes:
            self.notes.add(Note("warning", note))
        planes = Planes(self.work)
        viewer = Viewer(self.window.grid, self.workspace, frames, planes)
        self.streaming = Streaming(
            frames, planes, viewer, self.workspace, self.window.browser, reads_next=self.reads_next_series
        )
        viewer.panes.show_text(shown=self.remembered.text_is_shown)
        viewer.panes.on_pane = self._connect_pane
        viewer.panes.on_shown = self._image_shown
        viewer.on_changed = self._viewing_changed
        self._taking_out = TakingOut(self.opening, viewer, self.workspace, self.work, self.notes, self.streaming.forget)
        self.opening.on_read = self.open_work.library_is_read
        self.viewer = viewer
        for install in features():
            install(self)
        viewer.start()
        self.open_work.start(viewer)
        self.window.layout_wanted.connect(viewer.lay_out)
        self.window.layout_menu.aboutToShow.connect(lambda: self.window.layout_menu.show_current(viewer.now.grid))
        annotations.rehearse()
        self.opening.start()
        waiting, self._waiting = self._waiting, []
        for paths in waiting:
            self.opening.open(paths)
        load_ahead(self, at_once=not waiting)

    def _is_calm(self) -> bool:
        return self.streaming is None or self.streaming.frames.is_calm

    def _soon(self, function: Callable[[], None]) -> None:
        QTimer.singleShot(CALM_MS, self, function)

    def _connect_pane(self, pane: "PanePresenter") -> None:
        from workstation.gui.viewer.wiring import connect_pane

        if self.viewer is None:
            return
        view = self.window.grid.pane_view(self.viewer.panes.number_of(pane))
        connect_pane(view, pane, self.viewer)
        view.painted.connect(self.opening.image_was_painted)
        view.menu_wanted.connect(lambda at: show_pane_menu(self.window, at, self.pane_menus))

    def _viewing_changed(self) -> None:
        """Let menus and the bar say how things are now."""
        viewer, actions = self.viewer, self.window.actions_by_id
        if viewer is None:
            return
        now = viewer.now
        self.open_work.changed()
        actions["close-window"].setEnabled(now.screen.number != 0)
        self.window.show_undo(viewer.undo_label, viewer.redo_label)
        for name, on in (
            ("tiles", now.is_tiled),
            ("link-scroll", now.links.scroll != "off"),
            ("link-zoom", now.links.zoom),
            ("link-window", now.links.window),
        ):
            if actions[name].isChecked() != on:
                actions[name].setChecked(on)

    @property
    def pane(self) -> "PanePresenter | None":
        """The pane that keys and commands act on; None while the program starts."""
        return self.viewer.active if self.viewer is not None else None

    @property
    def looked_at(self) -> "PanePresenter | LookedAt":
        """What windows and colours are chosen for, once there are panes: the active one, or what is in front of it."""
        found = self.front.active if self.front is not None else self.pane
        if found is None:
            raise RuntimeError("the panes are not there yet")
        return found

    def _image_shown(self) -> None:
        """Let keys go to the first image that is seen, unless someone is typing."""
        is_there = self.pane is not None and self.pane.scene is not None
        self.window.enable_looking(enabled=is_there)
        if is_there and not self._had_image:
            self._had_image = True
            if not self.window.browser.search.text():
                self.window.focused.setFocus()

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there: nothing is opened, read or drawn any more."""
        if self.viewer is None or self._waiting or self.opening.is_busy:
            return False
        is_waiting = self.viewer.panes.is_waiting or (self.front is not None and self.front.is_waiting)
        return self.work.is_idle and self.thumbnails.is_idle and not is_waiting

    def open(self, paths: Sequence[Path]) -> None:
        """Open files and folders; while the program still starts they wait."""
        if self.viewer is None:
            self._waiting.append(list(paths))
        else:
            self.opening.open(paths)
        self._show_recent()

    def close(self) -> None:
        """End all work."""
        if self._is_closed:
            return
        self._is_closed = True
        self.main_thread.close()
        self.opening.image_was_painted()
        self.work.close()
        self.opening.close()
        self.open_work.close()

    def handle(self, name: str, function: Callable[[bool], object]) -> None:
        """Have a command do something; it is given whether the command is on, where it is a switch."""
        self._handlers[name] = function

    def command(self, name: str, checked: bool = False) -> None:
        """Do what a command says; what is in front of the images comes first."""
        if self.front is not None and self.front.take(name, checked):
            return
        if name in self._handlers:
            self._handlers[name](checked)
        elif self.viewer is not None:
            self._viewer_command(self.viewer, name, on=checked)

    def _own_handlers(self) -> dict[str, Callable[[bool], object]]:
        actions: dict[str, Callable[[], object]] = {
            "open-files": lambda: choose_files(self.window, self.remembered.folder, self.open),
            "open-folder": lambda: choose_folder(self.window, "Open folder", self.remembered.folder, self.open),
            "import": lambda: choose_folder(
                self.window, "Import copies of a folder", self.remembered.folder, self.opening.import_copies
            ),
            "demo": lambda: self.opening.open_demo(demo_folder()),
            "forget": self._forget,
            "copy-command": lambda: self.command_copy.copy(self.pane),
            "quit": self.window.close,
            "search": self._search,
            "keys": lambda: keys_dialog(self.window, self.window.tokens, self.window.keymap).show(),
            "about": lambda: show_about(self.window),
            # Their menus are opened by the buttons of the bar.
            **dict.fromkeys(
                ("recent-menu", "layout-menu", "windows-menu", "states-menu", "colours-menu", "main-menu"), lambda: None
            ),
        }
        return {
            **{name: _without_state(act) for name, act in actions.items()},
            "text": self._switch_text,
            "theme": lambda on: self.set_theme("light" if on else "dark"),
            "full-screen": lambda on: self.window.showFullScreen() if on else self.window.showNormal(),
            "unreadable": lambda on: self.window.side.show_panel("unreadable", shown=on),
        }

    def _viewer_command(self, viewer: "Viewer", name: str, *, on: bool) -> None:
        from workstation.gui.viewer.wiring import viewer_commands, viewer_switches

        switches = viewer_switches(viewer)
        if name in switches:
            switches[name](on)
            return
        viewer.settle()
        viewer_commands(viewer, self.window.grid)[name]()

    def _switch_text(self, on: bool) -> None:
        self.remembered.text_is_shown = on
        if self.viewer is not None:
            self.viewer.panes.show_text(shown=on)

    def set_theme(self, name: str) -> None:
        """Change the colours, and keep that for the next run."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.window.set_tokens(theme.apply(application, name))
        self.change_settings(theme=name)

    def change_settings(self, **values: object) -> None:
        """Change settings, and keep them for the next run."""
        self.settings = self.settings.changed(**values)
        try:
            self.settings.save()
        except UserError as error:
            self.notes.error("Save settings", error)

    def _changed(self, change: Change) -> None:
        if change in (Change.TREE, Change.SELECTION):
            self.window.show_images(shown=bool(self.workspace.patients))
            counts = self.workspace.counts()
            self.window.strip.show_idle(
                "" if counts.images == 0 else f"{counts.images} images in {counts.series} series"
            )
        elif change is Change.REFUSED:
            text, is_warning = summary(self.workspace.refused)
            self.window.strip.show_refused(text, is_warning=is_warning)

    def _want_thumbnail(self, node: Node) -> None:
        if node.thumbnail is not None:
            self.thumbnails.want(node.key, node.thumbnail, node.spare)

    def _show_thumbnail(self, key: str, rgb: "NDArray[np.uint8] | None") -> None:
        self.window.browser.show_thumbnail(key, None if rgb is None else as_picture(rgb))

    def _show_recent(self) -> None:
        self.window.show_recent([(recent_label(entry), entry) for entry in self.remembered.recent])

    def _side_changed(self) -> None:
        for name in self.window.side.names:
            self.window.actions_by_id[name].setChecked(self.window.side.shown == name)

    def _step_back(self) -> None:
        """Esc: close what was opened last; then leave the search, then stop the jobs."""
        search = self.window.browser.search
        if any(step() for step in self.back_steps):
            return
        if self.notes.dismiss_newest():
            return
        had_focus = self.window.side.isAncestorOf(QApplication.focusWidget() or self.window)
        if self.window.side.close_panel():
            if had_focus:
                self.window.focused.setFocus()
            return
        if search.text():
            search.clear()
        elif not self.jobs.is_idle:
            self.jobs.cancel_all()
        else:
            self.window.focused.setFocus()

    def _search(self) -> None:
        self.window.browser.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.window.browser.search.selectAll()

    def _forget(self) -> None:
        series = self.workspace.selected_series()
        if series is not None and self._taking_out is not None:
            self._taking_out.study(series.first.study_instance_uid)


def _without_state(act: Callable[[], object]) -> Callable[[bool], object]:
    return lambda _on: act()

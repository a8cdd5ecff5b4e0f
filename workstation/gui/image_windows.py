"""Windows of images beside the main one: on other monitors, with panes of their own, where they were the last time."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QMoveEvent,
    QResizeEvent,
    QScreen,
    QShortcut,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.gui.canvas.grid import PaneArea
from workstation.gui.monitors import Monitor, WindowPlace, brought_into_sight, first_place, setup_name
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.remembered import Remembered
from workstation.gui.theme import Tokens
from workstation.gui.words import plural

if TYPE_CHECKING:
    from workstation.gui.main_window import MainWindow

NOT_TAKEN_OVER = ("forget", "full-screen")
"""Commands of the main window whose keys mean the window itself here."""
SETTLE_MS = 500


class ImageWindow(QWidget):
    """A window with nothing but panes."""

    closed = Signal(int)
    moved = Signal()
    dropped = Signal(list)

    def __init__(self, number: int, main: "MainWindow") -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.number = number
        self._main = main
        self._is_ending = False
        self.setWindowTitle(f"Images {number + 1}")
        self.setAcceptDrops(True)
        self.area = PaneArea(main.tokens, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        left_out = [main.actions_by_id[name] for name in NOT_TAKEN_OVER]
        self.addActions([action for action in main.actions() if action not in left_out])
        self.area.addActions(main.grid.actions())
        self._shortcuts: list[QShortcut] = []
        self._take_keys()
        main.keys_changed.connect(self._take_keys)

    def _take_keys(self) -> None:
        """Have the keys that mean the main window there mean this one here."""
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self._shortcuts = []
        for name, act in zip(NOT_TAKEN_OVER, (self.close, self._switch_full_screen), strict=True):
            for key in self._main.keymap.keys[name]:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.activated.connect(act)
                self._shortcuts.append(shortcut)

    def place(self) -> WindowPlace:
        """Give where it is."""
        rect = self.normalGeometry() if self.isMaximized() or self.isFullScreen() else self.geometry()
        numbers = (rect.x(), rect.y(), rect.width(), rect.height())
        return WindowPlace(numbers, self.isMaximized(), self.isFullScreen())

    def put(self, place: WindowPlace) -> None:
        """Show it at a place."""
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.setGeometry(QRect(*place.rect))
        if place.is_full:
            self.showFullScreen()
        elif place.is_large:
            self.showMaximized()
        else:
            self.show()

    def end(self) -> None:
        """Close it for good: the program ends."""
        self._is_ending = True
        self.close()
        self.deleteLater()

    def _switch_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_ending:
            super().closeEvent(event)
            return
        event.ignore()  # closing is a step that can be undone: who listens hides the window
        self.closed.emit(self.number)

    def moveEvent(self, event: QMoveEvent) -> None:
        self.moved.emit()
        super().moveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.moved.emit()
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])


class ImageWindows(QObject):
    """Opens and closes them, and keeps them in sight.

    Parameters
    ----------
    main
        The main window.
    remembered
        Where windows were, for each set-up of monitors.
    notes
        Told when a monitor is gone.
    monitors
        Gives the monitors there are now, at least one, and which of them the main window is on.
    """

    closed = Signal(int)
    dropped = Signal(list)

    def __init__(
        self,
        main: "MainWindow",
        remembered: Remembered,
        notes: NotesPresenter,
        monitors: Callable[[], tuple[Sequence[Monitor], int]] | None = None,
    ) -> None:
        super().__init__(main)
        self._main, self._remembered, self._notes = main, remembered, notes
        self._monitors = monitors or (lambda: present_monitors(main))
        self._windows: dict[int, ImageWindow] = {}
        self._setup = setup_name(self._monitors()[0])
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.look_at_monitors)
        main.tokens_changed.connect(self._set_tokens)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._watch)
            application.screenRemoved.connect(lambda _screen: self._timer.start())
            for screen in application.screens():
                self._watch(screen)

    def windows(self) -> tuple[ImageWindow, ...]:
        """Give those that are open."""
        return tuple(window for window in self._windows.values() if not window.isHidden())

    def areas(self, numbers: Sequence[int]) -> list[PaneArea]:
        """Have exactly the windows of these numbers open; gives what holds their panes."""
        self._keep()
        for number, window in self._windows.items():
            if number not in numbers and not window.isHidden():
                window.hide()
        return [self._open(number).area for number in numbers]

    def end(self) -> None:
        """Close all, with the main window."""
        self._timer.stop()
        self._keep()
        for window in self._windows.values():
            window.end()
        self._windows.clear()

    def look_at_monitors(self) -> None:
        """Put windows where they were with these monitors, and bring back what would be out of sight."""
        monitors, home = self._monitors()
        setup, before = setup_name(monitors), self._setup
        if setup == before:
            self._keep()
            return
        self._setup = setup
        brought = 0
        for window in self.windows():
            now = window.place()
            known = self._known(window.number)
            wanted = brought_into_sight(known or now, monitors, home)
            brought += known is None and wanted != now
            if wanted != now:
                window.put(wanted)
        self._bring_main_back(monitors, home)
        if brought:
            text = f"{plural(brought, 'image window was', 'image windows were')} on a monitor that is gone"
            self._notes.add(Note("information", f"{text}, and can be seen on this one now."))

    def _bring_main_back(self, monitors: Sequence[Monitor], home: int) -> None:
        if self._main.isMaximized() or self._main.isFullScreen() or self._main.isHidden():
            return
        rect = self._main.geometry()
        now = WindowPlace((rect.x(), rect.y(), rect.width(), rect.height()))
        wanted = brought_into_sight(now, monitors, home)
        if wanted != now:
            self._main.setGeometry(QRect(*wanted.rect))

    def _open(self, number: int) -> ImageWindow:
        window = self._windows.get(number)
        if window is None:
            window = self._windows[number] = ImageWindow(number, self._main)
            window.closed.connect(self.closed)
            window.dropped.connect(self.dropped)
            window.moved.connect(self._timer.start)
        if window.isHidden():
            monitors, home = self._monitors()
            known = self._known(number)
            place = brought_into_sight(known, monitors, home) if known else first_place(number, monitors, home)
            window.put(place)
        return window

    def _known(self, number: int) -> WindowPlace | None:
        return WindowPlace.parse(self._remembered.image_windows.get(self._setup, {}).get(str(number), ""))

    def _keep(self) -> None:
        """Remember where windows are, unless the monitors have changed and they were moved by that."""
        if not self.windows() or setup_name(self._monitors()[0]) != self._setup:
            return
        places = self._remembered.image_windows.pop(self._setup, {})
        places |= {str(window.number): window.place().as_text() for window in self.windows()}
        self._remembered.image_windows[self._setup] = places  # the newest last: the oldest are forgotten first

    def _watch(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(lambda _rect: self._timer.start())
        self._timer.start()

    def _set_tokens(self, tokens: Tokens) -> None:
        for window in self._windows.values():
            window.area.set_tokens(tokens)


def present_monitors(main: QWidget) -> tuple[list[Monitor], int]:
    """Give the monitors of this machine, and the number of the one with a window on it."""
    screens = QGuiApplication.screens()
    home = main.screen()
    found = []
    for screen in screens:
        rect = screen.availableGeometry()
        found.append(Monitor(screen.name(), (rect.x(), rect.y(), rect.width(), rect.height())))
    return found, screens.index(home) if home in screens else 0

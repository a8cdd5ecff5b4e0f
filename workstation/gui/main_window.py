"""The frame of the window: one slim bar on top, browser and pane, notes and the strip of jobs."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.canvas.grid import PaneGrid
from workstation.gui.canvas.pane import Pane
from workstation.gui.commands import (
    COMMANDS,
    COMMANDS_BY_ID,
    GIVES_WAY,
    MENUS,
    SECTIONS,
    TOP_BAR,
    TOP_BAR_RIGHT,
    Command,
    tool_tip,
)
from workstation.gui.empty_state import EmptyState
from workstation.gui.icons import SIZE_PX, icon
from workstation.gui.keymap import Keymap, shown_keys
from workstation.gui.layout_picker import LayoutPicker
from workstation.gui.panels.browser.view import Browser
from workstation.gui.panels.jobs.view import JobStrip
from workstation.gui.panels.notes.view import NotesArea
from workstation.gui.panels.refused.view import RefusedPanel
from workstation.gui.remembered import Remembered
from workstation.gui.side import SideColumn
from workstation.gui.theme import Tokens
from workstation.gui.top_bar import TopBar

NEED_A_PICTURE = frozenset(("cine", "cine-all", "note", "arrow", "key-image"))
OF_PICTURES = frozenset(("Look", "Measure"))
DEFAULT_SIZE = QSize(1280, 800)
BROWSER_PX, PANEL_PX = 300, 320


class Front(QWidget):
    """What can be shown in the place of the panes of images: it has panes of its own."""

    @property
    def active(self) -> Pane:
        """The pane that keys and commands act on."""
        raise NotImplementedError

    @property
    def focused(self) -> QWidget:
        """What the keyboard goes to."""
        return self.active


class MainWindow(QMainWindow):
    """Widgets and actions; what they do is decided by who listens to ``commanded`` and the widgets' signals."""

    commanded = Signal(str, bool)
    dropped = Signal(list)
    recent_chosen = Signal(list)
    layout_wanted = Signal(object)
    escaped = Signal()
    keys_changed = Signal()
    closing = Signal()
    tokens_changed = Signal(object)
    front_changed = Signal()
    shown = Signal()

    def __init__(self, tokens: Tokens, remembered: Remembered) -> None:
        super().__init__()
        self.setWindowTitle("Workstation")
        self.setAcceptDrops(True)
        self._tokens = tokens
        self._remembered = remembered
        self._was_shown = False
        self._is_looking: bool | None = None
        self._front: Front | None = None
        self._said: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.keymap = Keymap()
        self._make_widgets(tokens)
        self._make_actions()
        self._make_top_bar()
        self._restore()
        self.set_tokens(tokens)
        self.enable_looking(enabled=False)
        self.bar.give_way(self.actions_by_id[name] for name in GIVES_WAY)

    def _make_widgets(self, tokens: Tokens) -> None:
        self.browser = Browser(tokens, self)
        self.grid = PaneGrid(tokens, self)
        self.empty = EmptyState(self)
        self.notes = NotesArea(tokens, self)
        self.strip = JobStrip(tokens, self)
        self.refused = RefusedPanel(tokens, self)
        self.side = SideColumn(self)
        self.side.add("unreadable", lambda: self.refused)
        self.centre = QStackedWidget(self)
        self.centre.addWidget(self.empty)
        self.centre.addWidget(self.grid)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.centre, 1)
        self.notes.setParent(middle)
        self.notes.lie_over(self.centre)
        self._column = column
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for widget in (self.browser, middle, self.side):
            self.splitter.addWidget(widget)
        self.splitter.setHandleWidth(1)
        self.splitter.setStretchFactor(1, 1)
        middle.setMinimumWidth(320)
        self.splitter.setSizes([BROWSER_PX, 900, PANEL_PX])
        whole = QWidget(self)
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.splitter, 1)
        rows.addWidget(self.strip)
        self.setCentralWidget(whole)
        QWidget.setTabOrder(self.browser.search, self.browser.tree)
        QWidget.setTabOrder(self.browser.tree, self.grid.active)

    def _make_actions(self) -> None:
        self.actions_by_id: dict[str, QAction] = {}
        for command in COMMANDS:
            self._add_action(command)
        escape = QAction(self)
        escape.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        escape.triggered.connect(self.escaped)
        self.addAction(escape)
        self.empty.chosen.connect(lambda command: self.actions_by_id[command].trigger())

    def _add_action(self, command: Command) -> None:
        text = command.text.removeprefix(f"{command.group}: ") if command.group else command.text
        action = QAction(text[:1].upper() + text[1:], self)
        action.setAutoRepeat(not command.is_switch)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setToolTip(tool_tip(command.text, ", ".join(command.keys)))
        action.setCheckable(command.is_switch)
        if command.place != "window":
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda checked=False, name=command.id: self.commanded.emit(name, checked))
        owners: dict[str, list[QWidget]] = {
            "window": [self],
            "images": [self.grid, self.browser.tree],
            "pane": [self.grid],
        }
        for owner in owners[command.place]:
            owner.addAction(action)
        self.actions_by_id[command.id] = action

    def _make_top_bar(self) -> None:
        self.bar = TopBar("Commands", self)
        self.bar.setMovable(False)
        self.bar.setFloatable(False)
        self.bar.setIconSize(QSize(SIZE_PX, SIZE_PX))
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.recent_menu = QMenu("Recent", self)
        self.windows_menu = QMenu("Windows", self)
        self.states_menu = QMenu("Presentation", self)
        self.group_menus = {name: QMenu(name, self) for name in dict.fromkeys(c.group for c in COMMANDS if c.group)}
        self.layout_menu = LayoutPicker(self)
        self.layout_menu.chosen.connect(self.layout_wanted)
        self.main_menu = self._make_main_menu()
        special = {
            "recent": ("recent-menu", self.recent_menu),
            "windows": ("windows-menu", self.windows_menu),
            "colours": ("colours-menu", self.group_menus["Colours"]),
            "states": ("states-menu", self.states_menu),
            "layout": ("layout-menu", self.layout_menu),
            "measure": ("measure-menu", self.part_menus["Measure"]),
            "menu": ("main-menu", self.main_menu),
        }
        self._menu_buttons: dict[str, QToolButton] = {}
        for number, group in enumerate((*TOP_BAR, TOP_BAR_RIGHT)):
            if number == len(TOP_BAR):
                self._add_stretch()
            elif number:
                self.bar.addSeparator()
            for name in group:
                if name in special:
                    self._menu_buttons[name] = self._add_menu_button(*special[name])
                else:
                    self.bar.addAction(self.actions_by_id[name])
        for button in self.bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addToolBar(self.bar)

    def _make_main_menu(self) -> QMenu:
        menu = QMenu("All commands", self)
        self.part_menus: dict[str, QMenu] = {}
        for title in MENUS:
            part = self.part_menus[title] = QMenu(title, self)
            menu.addMenu(part)
            for command in COMMANDS:
                if command.menu != title or command.id not in self.actions_by_id:
                    continue
                if command.id in SECTIONS:
                    part.addSeparator()
                if command.group:
                    self.group_menus[command.group].addAction(self.actions_by_id[command.id])
                    part.addMenu(self.group_menus[command.group])
                else:
                    part.addAction(self.actions_by_id[command.id])
            if title == "Studies":
                part.insertMenu(self.actions_by_id["import"], self.recent_menu)
            if title == "Look":
                part.insertMenu(self.actions_by_id["auto-window"], self.windows_menu)
        return menu

    def _add_menu_button(self, name: str, menu: QMenu) -> QToolButton:
        command = COMMANDS_BY_ID[name]
        button = QToolButton(self.bar)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(tool_tip(command.text, ", ".join(command.keys)))
        button.setAccessibleName(command.text)
        button.setProperty("command", name)
        button.setProperty("icon-name", command.icon)
        self.actions_by_id[name].triggered.connect(button.showMenu)
        self.bar.addWidget(button)
        return button

    def _add_stretch(self) -> None:
        space = QWidget(self.bar)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.bar.addWidget(space)

    def add_below_panes(self, widget: QWidget) -> None:
        """Put a bar below the panes."""
        self._column.insertWidget(1, widget)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.grid.set_tokens(tokens)
        for command in COMMANDS:
            if command.icon and command.id in self.actions_by_id:
                self.actions_by_id[command.id].setIcon(icon(command.icon, tokens.text, disabled=tokens.disabled))
        for button in self._menu_buttons.values():
            button.setIcon(icon(str(button.property("icon-name")), tokens.text, disabled=tokens.disabled))
        for part in (self.browser, self.notes, self.strip, self.refused):
            part.set_tokens(tokens)
        self.tokens_changed.emit(tokens)

    @property
    def pane(self) -> Pane:
        """The pane that keys and commands act on."""
        return self.grid.active if self._front is None else self._front.active

    @property
    def focused(self) -> QWidget:
        """What the keyboard goes to in the place of the images."""
        return self.grid.active if self._front is None else self._front.focused

    @property
    def front(self) -> Front | None:
        """What is shown in the place of the panes of images."""
        return self._front

    def show_front(self, front: Front | None) -> None:
        """Show other panes in the place of those of images, or these again."""
        self._front = front
        if front is not None and self.centre.indexOf(front) < 0:
            self.centre.addWidget(front)
        shown = self.centre.currentWidget() is not self.empty
        self.show_images(shown=shown)
        self.front_changed.emit()

    def digit_text(self, number: int) -> str:
        """Give the key of a window by its digit, as a person reads it; 0 is the automatic one."""
        return shown_keys(self.keymap.keys["auto-window" if number == 0 else f"preset-{number}"])

    def show_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Say other keys where they are said."""
        for button in self._menu_buttons.values():
            name = str(button.property("command"))
            button.setToolTip(tool_tip(COMMANDS_BY_ID[name].text, shown_keys(keys[name])))
        words = "Show which files could not be read, and why"
        self.strip.unreadable.setToolTip(tool_tip(words, shown_keys(keys["unreadable"])))
        words = "Name, ID, date, description, modality … in any order"
        self.browser.search.setToolTip(tool_tip(words, shown_keys(keys["search"])))
        self.keys_changed.emit()

    def show_undo(self, undo: str, redo: str) -> None:
        """Say what would be undone and done again."""
        for name, verb, label in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            said = (label, self.keymap.keys[name])
            if self._said.get(name) == said:
                continue  # told at each image
            self._said[name] = said
            action = self.actions_by_id[name]
            action.setEnabled(bool(label))
            action.setText(f"{verb} {label}".strip())
            action.setToolTip(tool_tip(action.text(), shown_keys(self.keymap.keys[name])))

    def show_images(self, *, shown: bool) -> None:
        """Show the pane, or what to do where there is nothing to see."""
        self.centre.setCurrentWidget((self._front or self.grid) if shown else self.empty)

    def enable_looking(self, *, enabled: bool) -> None:
        """Let commands be chosen that need a picture, or not."""
        if enabled == self._is_looking:
            return  # told for every image
        self._is_looking = enabled
        for command in COMMANDS:
            if command.menu in OF_PICTURES or command.id in NEED_A_PICTURE:
                self.actions_by_id[command.id].setEnabled(enabled)
        for name in ("windows", "colours", "measure"):
            self._menu_buttons[name].setEnabled(enabled)

    def show_recent(self, entries: Sequence[tuple[str, list[str]]]) -> None:
        """Fill the menu of what was opened lately."""
        self.recent_menu.clear()
        for label, paths in entries:
            action = self.recent_menu.addAction(label.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, paths=paths: self.recent_chosen.emit(paths))
        if not entries:
            self.recent_menu.addAction("Nothing was opened yet").setEnabled(False)

    def _restore(self) -> None:
        geometry = QByteArray.fromBase64(self._remembered.geometry.encode("ascii", "ignore"))
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(DEFAULT_SIZE)
        sizes = QByteArray.fromBase64(self._remembered.splitters.get("main", "").encode("ascii", "ignore"))
        if not sizes.isEmpty():
            self.splitter.restoreState(sizes)
        self.splitter.setHandleWidth(1)

    def keep(self) -> None:
        """Put where the window is and how wide its parts are into what is remembered."""
        self._remembered.geometry = _text(self.saveGeometry())
        self._remembered.splitters["main"] = _text(self.splitter.saveState())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _local_paths(event)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_shown:
            self._was_shown = True
            # What is heavy is loaded when the window can be seen already.
            QTimer.singleShot(0, self, self.shown.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep()
        self.hide()  # what is still at work is waited for out of sight
        self.closing.emit()
        super().closeEvent(event)


def _local_paths(event: QDragEnterEvent | QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")

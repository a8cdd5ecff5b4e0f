"""The menu of a pane."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from workstation.gui.main_window import MainWindow

COMMANDS = ("invert", "rotate-right", "rotate-left", "flip-h", "flip-v", "fit", "reset", "text")


def show_pane_menu(window: MainWindow, at: QPoint, parts: Iterable[Callable[[QMenu], None]]) -> None:
    """Open the menu at a point of the screen; features add their parts to it."""
    menu = QMenu(window.pane)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part in (window.windows_menu, *window.group_menus.values(), window.part_menus["Measure"]):
        menu.addMenu(part)
    for name in COMMANDS:
        menu.addAction(window.actions_by_id[name])
    menu.addSeparator()
    for add in parts:
        add(menu)
    menu.addAction(window.actions_by_id["copy-command"])
    menu.popup(at)

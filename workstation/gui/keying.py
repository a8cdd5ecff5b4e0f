"""Puts a keymap into the window: keys of commands, tool tips, and what hands do in all panes, those to come too."""

from PySide6.QtGui import QKeySequence

from workstation.gui.commands import COMMANDS_BY_ID, tool_tip
from workstation.gui.keymap import Keymap, shown_keys
from workstation.gui.main_window import MainWindow


def apply_keymap(window: MainWindow, keymap: Keymap) -> None:
    """Have the window go by a keymap from now on."""
    window.keymap = keymap
    keys = keymap.keys
    # First all keys are taken away: a key that goes from one command to another never belongs to both.
    for action in window.actions_by_id.values():
        action.setShortcuts([])
    for name, action in window.actions_by_id.items():
        action.setShortcuts([QKeySequence(key) for key in keys[name]])
        if name not in ("undo", "redo"):  # they say what they would undo
            action.setToolTip(tool_tip(COMMANDS_BY_ID[name].text, shown_keys(keys[name])))
    window.show_keys(keys)
    window.grid.bind(keymap.bindings)

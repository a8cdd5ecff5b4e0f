"""The page that shows what keys and mouse do, made from the keymap that is in use."""

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from workstation.gui.canvas.bindings import Bindings, Tool
from workstation.gui.commands import COMMANDS, ESCAPE, MENUS, MORE_MOUSE, PRESET_KEYS
from workstation.gui.fitting import fit
from workstation.gui.keymap import Keymap, shown_keys
from workstation.gui.theme import Tokens

Rows = tuple[tuple[str, str], ...]
_WORDS: dict[Tool, str] = {
    "pan": "Move the picture",
    "zoom": "Zoom",
    "scroll": "Scroll through the images",
    "cursor": "Show the place in all panes",
}


def mouse_rows(bindings: Bindings) -> Rows:
    """Say what each hand does; hands that do nothing are left out."""
    return (*_hands(bindings), *MORE_MOUSE)


def _hands(bindings: Bindings) -> Iterator[tuple[str, str]]:
    centre = "up" if bindings.inverts_window else "down"
    words = {**_WORDS, "window": f"Window: right widens it, {centre} raises its centre"}
    for modifier, tool in bindings.wheel.items():
        if tool in words:
            yield _held(modifier, "Wheel or two fingers"), words[tool]
    for (button, modifier), tool in bindings.drags.items():
        if tool in words:
            yield _held(modifier, f"{button.capitalize()} drag"), words[tool]


def _held(modifier: str, words: str) -> str:
    return f"{modifier.capitalize()} + {words[:1].lower()}{words[1:]}" if modifier else words


def key_rows(keymap: Keymap, menu: str) -> Rows:
    """Say the keys of a menu's commands."""
    keys = keymap.keys
    rows = tuple(
        (shown_keys(keys[each.id]), each.text.rstrip(" …")) for each in COMMANDS if each.menu == menu and keys[each.id]
    )
    if menu != "Look":
        return rows
    digits = tuple(shown_keys(keys[f"preset-{number}"]) for number in PRESET_KEYS)
    words = "Windows of the file and of its modality, as the menu says"
    ranged = (
        f"{digits[0]} … {digits[-1]}" if digits == tuple(map(str, PRESET_KEYS)) else ", ".join(filter(None, digits))
    )
    return (*rows, (ranged, words), ESCAPE)


def keys_html(tokens: Tokens, keymap: Keymap) -> str:
    """Make the page."""
    groups = [("Mouse and touchpad", mouse_rows(keymap.bindings)), *((menu, key_rows(keymap, menu)) for menu in MENUS)]
    halves = [groups[:4], groups[4:]]
    cells = "".join(
        "<td width='50%'>" + "".join(_group(title, rows, tokens) for title, rows in half) + "</td>" for half in halves
    )
    return f"<table width='100%' cellpadding='4'><tr>{cells}</tr></table>"


def _group(title: str, rows: Rows, tokens: Tokens) -> str:
    lines = "".join(
        f"<tr><td style='color:{tokens.accent}; padding-right:16px'>{escape(keys)}</td><td>{escape(text)}</td></tr>"
        for keys, text in rows
    )
    return f"<p><b>{escape(title)}</b></p><table cellspacing='3'>{lines}</table>"


def keys_dialog(parent: QWidget, tokens: Tokens, keymap: Keymap) -> QDialog:
    """Make the dialog; it does not block the window."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys and mouse")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(False)
    page = QTextBrowser(dialog)
    page.setHtml(keys_html(tokens, keymap))
    page.setAccessibleName("Keys and mouse")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(page)
    layout.addWidget(buttons)
    fit(dialog, QSize(860, 680))
    return dialog

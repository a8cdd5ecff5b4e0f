"""The page that shows what keys and mouse do, made from the table of commands."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from workstation.gui.commands import COMMANDS, MENUS, MORE_KEYS, MOUSE
from workstation.gui.theme import Tokens

Rows = tuple[tuple[str, str], ...]


def keys_html(tokens: Tokens) -> str:
    """Make the page."""
    groups = [("Mouse", MOUSE)]
    for menu in MENUS:
        rows = tuple(
            (", ".join(each.keys), each.text.rstrip(" …")) for each in COMMANDS if each.menu == menu and each.keys
        )
        groups.append((menu, rows + MORE_KEYS if menu == "Look" else rows))
    halves = [groups[:3], groups[3:]]
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


def keys_dialog(parent: QWidget, tokens: Tokens) -> QDialog:
    """Make the dialog; it does not block the window."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys and mouse")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(False)
    page = QTextBrowser(dialog)
    page.setHtml(keys_html(tokens))
    page.setAccessibleName("Keys and mouse")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(page)
    layout.addWidget(buttons)
    dialog.resize(760, 620)
    return dialog

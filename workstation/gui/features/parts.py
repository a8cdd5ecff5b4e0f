"""F6: the keyboard goes from part to part of the window: studies, images, the open panel, the newest note."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from workstation.gui.main_window import MainWindow
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Add the command."""
    session.handle("next-part", lambda _on: next_part(session.window))


def next_part(window: "MainWindow") -> None:
    """Give the focus to the part after the one that has it."""
    parts = [part for part in (window.browser, window.centre, window.side, window.notes) if part.isVisible()]
    focused = QApplication.focusWidget()
    at = next((at for at, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)), -1)
    for step in range(1, len(parts) + 1):
        part = parts[(at + step) % len(parts)]
        wanted = window.focused if part is window.centre and window.focused.isVisible() else _first(part)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def _first(part: QWidget) -> QWidget | None:
    """Give what comes first in a part, from the top: its buttons to close it come last."""
    reached = [
        each
        for each in part.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    fields = [each for each in reached if not each.inherits("QToolButton")] or reached
    return min(fields, key=lambda each: (each.mapTo(part, each.rect().topLeft()).y(), each.x()), default=None)

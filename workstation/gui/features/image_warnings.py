"""The warnings about the image in the active pane, in words, wherever there is no room for them on the image."""

from typing import TYPE_CHECKING

from workstation.gui.panels.notes.presenter import Note

if TYPE_CHECKING:
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Add the command."""
    session.handle("warnings", lambda _on: _open(session))


def _open(session: "Session") -> None:
    if not session.window.pane.badges.open_warnings():
        session.notes.add(Note("information", "There is no warning about this image.", passes=True))

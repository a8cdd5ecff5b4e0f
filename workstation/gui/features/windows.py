"""Windows of images beside the main one: Ctrl+N opens another, Ctrl+W in it closes it; both can be undone."""

from pathlib import Path
from typing import TYPE_CHECKING

from workstation.gui.image_windows import ImageWindows

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Add the windows and their commands."""
    window, viewer = session.window, session.viewer
    if viewer is None:
        return
    windows = ImageWindows(window, session.remembered, session.notes)
    window.grid.other_areas = windows.areas
    windows.closed.connect(viewer.close_screen)
    windows.dropped.connect(lambda paths: session.open([Path(path) for path in paths]))
    window.closing.connect(windows.end)
    session.handle("new-window", lambda _on: viewer.open_screen())
    session.handle("close-window", lambda _on: _close_active(viewer))
    session.image_windows = windows


def _close_active(viewer: "Viewer") -> None:
    viewer.close_screen(viewer.now.screen.number)

"""Ctrl+K: every command of the window by its name, also layouts and windows of the image that is shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.gui.panels.palette.presenter import Entry

if TYPE_CHECKING:
    from workstation.gui.session import Session

MOST_LATELY = 8


def install(session: "Session") -> None:
    """Add the command."""
    lately: list[str] = []
    session.handle("commands", lambda _on: _open(session, lately))


def _open(session: "Session", lately: list[str]) -> None:
    from workstation.gui.panels.palette.view import Palette

    acts = _acts(session)
    palette = Palette(session.window.tokens, [entry for entry, _ in acts.values()], lately, session.window)

    def chosen(name: str) -> None:
        if name in lately:
            lately.remove(name)
        lately.insert(0, name)
        del lately[MOST_LATELY:]
        acts[name][1]()

    palette.chosen.connect(chosen)
    palette.open_over(session.window)


def _acts(session: "Session") -> dict[str, tuple[Entry, Callable[[], object]]]:
    """Give everything that can be done now, by an id."""
    from workstation.gui.commands import COMMANDS

    window = session.window
    found: dict[str, tuple[Entry, Callable[[], object]]] = {}
    for command in COMMANDS:
        action = window.actions_by_id.get(command.id)
        if action is not None and command.id != "commands":
            mark = "✓ " if action.isCheckable() and action.isChecked() else ""
            keys = ", ".join(command.keys)
            entry = Entry(command.id, f"{mark}{action.text()}", command.menu, keys, action.isEnabled())
            found[command.id] = (entry, action.trigger)
    if session.viewer is not None:
        pane = session.viewer.active
        for name, voi in pane.windows():
            entry = Entry(f"window {name}", f"Window {name}", "Look")
            found[entry.id] = (entry, lambda voi=voi: pane.set_window(voi))  # type: ignore[misc]  # binds the window
    return found

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
    from workstation.gui.keymap import shown_keys

    window = session.window
    keys = window.keymap.keys
    found: dict[str, tuple[Entry, Callable[[], object]]] = {}
    for menu in window.group_menus.values():
        menu.aboutToShow.emit()  # marks what is in use
    for command in COMMANDS:
        action = window.actions_by_id.get(command.id)
        if action is not None and command.id != "commands":
            mark = "✓ " if action.isCheckable() and action.isChecked() else ""
            text = command.text if command.group else action.text()
            entry = Entry(command.id, f"{mark}{text}", command.menu, shown_keys(keys[command.id]), action.isEnabled())
            found[command.id] = (entry, action.trigger)
    known = set(window.actions_by_id.values())
    for name, menu in window.group_menus.items():
        for action in menu.actions():
            if action not in known:  # palettes of the study
                entry = Entry(f"{name} {action.text()}", f"{name}: {action.text().replace('&&', '&')}", "Look")
                found[entry.id] = (entry, action.trigger)
    if session.viewer is not None:
        pane = session.viewer.active
        for name, voi in pane.windows():
            entry = Entry(f"window {name}", f"Window {name}", "Look")
            found[entry.id] = (entry, lambda voi=voi: pane.change.set_window(voi))  # type: ignore[misc]  # binds the window
    for give in session.more_entries:
        found |= {entry.id: (entry, act) for entry, act in give()}
    return found

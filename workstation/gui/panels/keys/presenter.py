"""Decides what the editor of keys shows and what its hands change; every change takes effect at once."""

from collections.abc import Callable
from typing import Protocol

from workstation.gui.canvas.bindings import Bindings, Button, Modifier, Tool
from workstation.gui.commands import COMMANDS, COMMANDS_BY_ID, MENUS, Command
from workstation.gui.key_sets import SET_NAMES
from workstation.gui.keymap import Keymap, shown_key, shown_keys
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A command in the list."""

    id: str
    group: str
    text: str
    keys: str
    is_own: bool


class KeysView(Protocol):
    """What the presenter needs of the dialog."""

    def show_sets(self, names: tuple[str, ...], chosen: str, *, is_changed: bool) -> None:
        """Offer the ready sets."""

    def show_rows(self, rows: tuple[KeyRow, ...], chosen: str) -> None:
        """Show the commands with their keys, one of them chosen."""

    def show_hands(self, bindings: Bindings) -> None:
        """Show what mouse and touchpad do."""

    def show_problem(self, text: str, *, can_take: bool) -> None:
        """Say beside the field why a key was not taken; ``can_take`` offers to take it from its command."""


class KeysPresenter:
    """Keeps the dialog and a keymap together; ``on_changed`` gets the keymap after every change."""

    def __init__(self, view: KeysView, keymap: Keymap, on_changed: Callable[[Keymap], None]) -> None:
        self._view = view
        self._on_changed = on_changed
        self.keymap = keymap
        self.chosen = min(COMMANDS, key=_place).id
        self._wanted: tuple[str, bool] | None = None

    def open(self) -> None:
        """Show everything."""
        self._show()

    def set_keymap(self, keymap: Keymap) -> None:
        """Show another keymap, as undo brings back."""
        self.keymap = keymap
        self._show()

    def choose(self, name: str) -> None:
        """Choose a command of the list."""
        if name in COMMANDS_BY_ID and name != self.chosen:
            self.chosen = name
            self._forget_problem()

    def press(self, key: str, *, in_addition: bool = False) -> None:
        """Give the chosen command a key; one that another command has is told, and changes nothing yet."""
        try:
            wanted = self._with(key, in_addition=in_addition)
        except ValueError as error:
            self._tell(f"{str(error)[:1].upper()}{str(error)[1:]}.", can_take=False)
            return
        holder = self.keymap.holder(key)
        if holder is not None and holder.id != self.chosen:
            self._wanted = (key, in_addition)
            self._tell(f"{shown_key(key)} is the key of “{holder.text.rstrip(' …')}”.", can_take=True)
            return
        self._change(wanted)

    def take(self) -> None:
        """Give the chosen command the key that was told to be another's."""
        if self._wanted is not None:
            key, in_addition = self._wanted
            self._change(self._with(key, in_addition=in_addition))

    def clear(self) -> None:
        """Leave the chosen command without a key."""
        self._change(self.keymap.with_keys(self.chosen, ()))

    def reset(self) -> None:
        """Give the chosen command the keys of the set again."""
        self._change(self.keymap.without_own(self.chosen))

    def reset_all(self) -> None:
        """Leave everything that was changed in the set."""
        self._change(Keymap(self.keymap.set_name))

    def choose_set(self, name: str) -> None:
        """Take a ready set as it is."""
        if name in SET_NAMES:
            self._change(self.keymap.with_set(name))

    def bind(self, button: Button, modifier: Modifier, tool: Tool | None) -> None:
        """Have a drag do something; None as without the key that is held."""
        self._change(self.keymap.with_hands(self.keymap.bindings.changed(button, modifier, tool)))

    def turn(self, modifier: Modifier, tool: Tool | None) -> None:
        """Have the wheel do something; None as without the key that is held."""
        self._change(self.keymap.with_hands(self.keymap.bindings.turned(modifier, tool)))

    def invert_window(self, *, on: bool) -> None:
        """Have a drag upwards raise the centre of the window, or one downwards."""
        bindings = self.keymap.bindings
        self._change(self.keymap.with_hands(Bindings(bindings.drags, bindings.wheel, on)))

    def _with(self, key: str, *, in_addition: bool) -> Keymap:
        had = self.keymap.keys[self.chosen] if in_addition else ()
        return self.keymap.with_keys(self.chosen, (*had, key))

    def _change(self, keymap: Keymap) -> None:
        self._wanted = None
        if keymap != self.keymap:
            self.keymap = keymap
            self._on_changed(keymap)
        self._show()

    def _show(self) -> None:
        keymap = self.keymap
        is_changed = bool(keymap.own) or keymap.hands is not None
        self._view.show_sets(SET_NAMES, keymap.set_name, is_changed=is_changed)
        self._view.show_rows(tuple(self._rows()), self.chosen)
        self._view.show_hands(keymap.bindings)
        self._forget_problem()

    def _rows(self) -> list[KeyRow]:
        keys = self.keymap.keys
        return [
            KeyRow(
                command.id,
                command.menu or "Window",
                command.text.rstrip(" …"),
                shown_keys(keys[command.id]),
                command.id in self.keymap.own,
            )
            for command in sorted(COMMANDS, key=_place)
        ]

    def _tell(self, text: str, *, can_take: bool) -> None:
        self._view.show_problem(text, can_take=can_take)

    def _forget_problem(self) -> None:
        self._wanted = None
        self._tell("", can_take=False)


def _place(command: Command) -> int:
    """Give where the menu of a command stands; commands of no menu come last."""
    return MENUS.index(command.menu) if command.menu in MENUS else len(MENUS)

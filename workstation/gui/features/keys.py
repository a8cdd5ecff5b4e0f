"""Keys and mouse as a person wants them: kept between runs, changed in a dialog, with ready sets."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.errors import UserError
from workstation.gui.canvas.bindings import Tool
from workstation.gui.commands import TOOLS
from workstation.gui.keying import apply_keymap
from workstation.gui.keymap import Keymap
from workstation.gui.panels.notes.presenter import Note

if TYPE_CHECKING:
    from workstation.gui.panels.keys.presenter import KeysPresenter
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Load the keys, and add the commands."""
    KeysAndHands(session)


class KeysAndHands(QObject):
    """Keeps the window at one keymap."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._window = session.window
        self._editor: KeysPresenter | None = None
        self._keymap = Keymap.load()
        for note in self._keymap.notes:
            session.notes.add(Note("warning", note))
        apply_keymap(self._window, self._keymap)
        session.handle("edit-keys", lambda _on: self._edit())
        for tool, _label in TOOLS:
            session.handle(f"tool-{tool}", lambda _on, tool=tool: self._take(tool))  # type: ignore[misc]  # binds
        self._window.group_menus["Left button"].aboutToShow.connect(self._show_tool)

    def _take(self, tool: Tool) -> None:
        """Have the left button do something for now; the kept keymap stays as it is."""
        self._window.grid.bind(self._window.grid.bindings.changed("left", "", tool))
        self._show_tool()

    def _show_tool(self) -> None:
        used = self._window.grid.bindings.drags.get(("left", ""), "none")
        for tool, _label in TOOLS:
            self._window.actions_by_id[f"tool-{tool}"].setChecked(tool == used)

    def _edit(self) -> None:
        from workstation.gui.panels.keys.presenter import KeysPresenter
        from workstation.gui.panels.keys.view import KeysDialog

        dialog = KeysDialog(self._window)
        editor = self._editor = KeysPresenter(dialog, self._keymap, self._changed)
        dialog.connect_to(editor)
        dialog.finished.connect(self._closed)
        editor.open()
        dialog.show()

    def _closed(self) -> None:
        self._editor = None

    def _changed(self, keymap: Keymap) -> None:
        """Use a changed keymap at once, keep it, and note how to go back."""
        before = self._keymap
        self._use(keymap)
        viewer = self._session.viewer
        if viewer is not None:
            viewer.note_step("keys and mouse", lambda: self._go_to(before), lambda: self._go_to(keymap))
            viewer.on_changed()

    def _go_to(self, keymap: Keymap) -> None:
        self._use(keymap)
        if self._editor is not None:
            self._editor.set_keymap(keymap)

    def _use(self, keymap: Keymap) -> None:
        self._keymap = keymap
        apply_keymap(self._window, keymap)
        self._show_tool()
        try:
            keymap.save()
        except UserError as error:
            self._session.notes.error("Keep keys", error)

"""Windows by name: the menu, the digits, and the editor in the column on the right; all from the user's own table."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workstation.display.preset_table import Preset, PresetTable
from workstation.display.presets import voi_text
from workstation.gui.commands import PRESET_KEYS
from workstation.gui.panels.notes.presenter import Note
from workstation.model.frame import Voi, Window
from workstation.model.text import clean

if TYPE_CHECKING:
    from workstation.gui.panels.presets.presenter import PresetsPresenter
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Add the menu, the panel and their commands."""
    if session.viewer is not None:
        WindowsByName(session, session.viewer)


class WindowsByName(QObject):
    """Keeps the panes, the menu and the editor at one table of windows."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session = session
        self._viewer = viewer
        self._table = PresetTable.load()
        self._kept = self._table
        self._is_going_back = False
        self._editor: PresetsPresenter | None = None
        for note in self._table.notes:
            session.notes.add(Note("warning", note))
        viewer.panes.use_presets(self._table)
        window = session.window
        window.windows_menu.aboutToShow.connect(self._fill_menu)
        window.side.add("presets", self._panel)
        session.handle("presets", self._show_panel)
        session.handle("add-preset", lambda _on: self._add())
        for number in PRESET_KEYS:
            session.handle(f"preset-{number}", lambda _on, number=number: self._use(number))  # type: ignore[misc]  # binds

    def _use(self, number: int) -> None:
        self._viewer.settle()
        self._session.looked_at.use_preset(number)

    def _choose(self, voi: Voi) -> None:
        self._viewer.settle()
        self._session.looked_at.change.set_window(voi)

    def _fill_menu(self) -> None:
        window, pane = self._session.window, self._session.looked_at
        menu = window.windows_menu
        menu.clear()
        offered = pane.windows()
        by_key = tuple(pane.windows_by_key().items())
        used = pane.scene.renderer.voi(pane.scene.view) if pane.scene is not None else None
        for name, voi in offered:
            digit = next((number for number, other in by_key if other == (name, voi)), None)
            key = "" if digit is None else window.digit_text(digit)
            numbers = f"   {voi_text(voi)}" if isinstance(voi, Window) else ""
            action = menu.addAction(f"{clean(name)}{numbers}\t{key}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(voi == used)
            action.triggered.connect(lambda _checked=False, voi=voi: self._choose(voi))
        if not offered:
            menu.addAction("No window applies").setEnabled(False)
        menu.addSeparator()
        for name in ("add-preset", "presets"):
            menu.addAction(window.actions_by_id[name])

    def _show_panel(self, on: bool) -> None:
        side = self._session.window.side
        side.show_panel("presets", shown=on)
        if on and self._editor is not None:
            self._editor.open(self._modality)

    @property
    def _modality(self) -> str:
        scene = self._session.looked_at.scene
        return scene.instance.modality if scene is not None else ""

    def _window_in_use(self) -> Window | None:
        scene = self._session.looked_at.scene
        voi = scene.renderer.voi(scene.view) if scene is not None else None
        return voi if isinstance(voi, Window) else None

    def _add(self) -> None:
        """Put the window in use into the table, and show it in the editor to be named."""
        if self._window_in_use() is None:
            self._session.notes.add(
                Note("information", "The image is shown with a table, which cannot be kept as a window by name.")
            )
            return
        self._show_panel(on=True)
        self._add_in_use()

    def _add_in_use(self) -> None:
        if self._editor is None:
            return
        window = self._window_in_use()
        if window is None:
            self._editor.add()
        else:
            self._editor.add(window)

    def _panel(self) -> QWidget:
        from workstation.gui.panels.presets.presenter import PresetsPresenter
        from workstation.gui.panels.presets.view import PresetsPanel

        window = self._session.window
        panel = PresetsPanel(window.tokens, window.side)
        editor = self._editor = PresetsPresenter(panel, self._table, save=self._save)
        editor.on_changed, editor.on_tried = self._changed, self._try
        panel.closed.connect(window.side.close_panel)
        panel.modality_chosen.connect(editor.open)
        panel.chosen.connect(editor.choose)
        panel.edited.connect(editor.edit)
        panel.finished.connect(editor.finish)
        panel.add_wanted.connect(self._add_in_use)
        panel.remove_wanted.connect(editor.remove)
        panel.moved.connect(editor.move)
        panel.reset_wanted.connect(editor.reset)
        window.tokens_changed.connect(panel.set_tokens)
        editor.open(self._modality)
        return panel

    def _changed(self, table: PresetTable) -> None:
        self._table = table
        self._viewer.panes.use_presets(table)

    def _try(self, preset: Preset) -> None:
        """Show what the window in the form looks like, where it is one for the image that is seen."""
        scene = self._session.looked_at.scene
        if scene is None or scene.renderer.frame.is_colour or self._editor is None:
            return
        if scene.instance.modality.strip().upper() == self._editor.modality:
            self._session.looked_at.change.set_window(preset.of(scene.renderer.frame))

    def _save(self, table: PresetTable) -> None:
        """Write the table, and note a step to undo: what was done in the form until the hand left it."""
        before, self._kept = self._kept, table
        if table != before and not self._is_going_back:
            self._viewer.note_step("windows by name", lambda: self._go_to(before), lambda: self._go_to(table))
            self._viewer.on_changed()
        table.save()

    def _go_to(self, table: PresetTable) -> None:
        self._is_going_back = True
        try:
            self._changed(table)
            if self._editor is not None:
                self._editor.set_table(table)
        finally:
            self._is_going_back = False

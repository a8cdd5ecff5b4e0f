"""Corner text: the form in the column on the right, with effect on all panes at once."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workstation.display.corner_templates import CornerTemplates

if TYPE_CHECKING:
    from workstation.gui.panels.corner_text.presenter import CornerTextPresenter
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Add the panel and its command."""
    if session.viewer is not None:
        CornerText(session, session.viewer)


class CornerText(QObject):
    """Keeps the form and the panes at one set of lines."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session = session
        self._viewer = viewer
        self._kept = viewer.panes.corner_templates
        self._is_going_back = False
        self._form: CornerTextPresenter | None = None
        session.window.side.add("corner-text", self._panel)
        session.handle("corner-text", self._show_panel)

    def _show_panel(self, on: bool) -> None:
        self._session.window.side.show_panel("corner-text", shown=on)
        if on and self._form is not None:
            scene = self._viewer.active.scene
            self._form.open(scene.instance.modality if scene is not None else "")

    def _panel(self) -> QWidget:
        from workstation.gui.panels.corner_text.presenter import CornerTextPresenter
        from workstation.gui.panels.corner_text.view import CornerTextPanel

        window = self._session.window
        panel = CornerTextPanel(window.tokens, window.side)
        form = self._form = CornerTextPresenter(panel, self._kept, save=self._save)
        form.on_changed = self._viewer.panes.use_corner_templates
        panel.closed.connect(window.side.close_panel)
        panel.modality_chosen.connect(form.open)
        panel.corner_chosen.connect(form.choose)
        panel.edited.connect(form.edit)
        panel.finished.connect(form.finish)
        panel.reset_wanted.connect(form.reset)
        window.tokens_changed.connect(panel.set_tokens)
        return panel

    def _save(self, templates: CornerTemplates) -> None:
        """Write the lines, and note a step to undo: what was typed until the hand left the form."""
        before, self._kept = self._kept, templates
        if not self._is_going_back:
            self._viewer.note_step("corner text", lambda: self._go_to(before), lambda: self._go_to(templates))
            self._viewer.on_changed()
        templates.save()

    def _go_to(self, templates: CornerTemplates) -> None:
        self._is_going_back = True
        try:
            self._viewer.panes.use_corner_templates(templates)
            if self._form is not None:
                self._form.set_templates(templates)
        finally:
            self._is_going_back = False

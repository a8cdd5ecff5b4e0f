"""Hanging protocols: studies are hung when they are opened, by Y, or by a protocol of one's choice."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QWidget

from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.palette.presenter import Entry
from workstation.gui.thumbnails import Thumbnails
from workstation.workspace import Change, Selection

if TYPE_CHECKING:
    from workstation.display.hanging.hung import HungScreen
    from workstation.display.hanging.matching import Subject
    from workstation.gui.panels.hanging.explanation import ExplanationPanel
    from workstation.gui.panels.hanging.presenter import HangingPresenter
    from workstation.gui.panels.hanging.studies import Known
    from workstation.gui.panels.hanging.window import HangingWindow
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

_PLACE = "hanging window"


def install(session: "Session") -> None:
    """Add the commands and the panel."""
    if session.viewer is not None:
        Hanging(session, session.viewer)


def load_ahead() -> None:
    """Load what knows and tries rules, and those that come with the program; called in a job."""
    from workstation.display.hanging import arranging, matching, store  # noqa: F401 - imported for the time it takes

    store.shipped_rules()


class Hanging(QObject):
    """Joins what decides to the window, the editor and the explanation."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        from workstation.gui.panels.hanging.studies import StudyHanging

        self._session, self._viewer = session, viewer
        settings = session.settings
        self.studies = StudyHanging(
            viewer, session.workspace, session.work, session.notes.add, by_itself=settings.hang_studies
        )
        self._editor: tuple[HangingWindow, HangingPresenter] | None = None
        self._edited: Subject | None = None
        self._panel: ExplanationPanel | None = None
        self.studies.explain = self._explain
        self.studies.monitors = lambda: len(QGuiApplication.screens())
        self.studies.on_known.append(self._known)
        self._connect(session)

    def _connect(self, session: "Session") -> None:
        window, studies = session.window, self.studies
        session.handle("hang", lambda _on: studies.hang())
        session.handle("next-hanging", lambda _on: studies.step(1))
        session.handle("previous-hanging", lambda _on: studies.step(-1))
        session.handle("learn-hanging", lambda _on: self._ask_name())
        session.handle("hanging-protocols", lambda _on: self.edit())
        session.handle("explain-hanging", lambda on: self._show_explanation(on=on))
        session.handle("hang-by-itself", self._hang_by_itself)
        session.more_entries.append(self._entries)
        window.actions_by_id["hang-by-itself"].setChecked(session.settings.hang_studies)
        window.side.add("explain-hanging", self._make_panel)
        window.browser.chosen.connect(lambda _selection: studies.touched())
        window.browser.hang_wanted.connect(self._hang_chosen)
        window.closing.connect(self._keep)
        session.opening.on_added = studies.opened
        session.load_ahead.append(load_ahead)
        session.workspace.listen(self._changed)

    def edit(self) -> None:
        """Open the editor on the study that is looked at."""
        self._open_editor()
        if self.studies.study_uid():
            self.studies.ask()

    def _open_editor(self) -> "tuple[HangingWindow, HangingPresenter]":
        if self._editor is None:
            from workstation.gui.panels.hanging.presenter import HangingPresenter
            from workstation.gui.panels.hanging.window import HangingWindow

            main = self._session.window
            window = HangingWindow(main.tokens, main)
            presenter = HangingPresenter(window.panel)
            window.panel.connect_to(presenter)
            presenter.on_changed = self.studies.rules_changed
            presenter.on_applied = self.studies.apply
            # A signal keeps no object that is none of Qt alive.
            self._pictures = Thumbnails(self._session.work, window.panel.preview.show_picture, as_opened=False)
            window.panel.preview.frame_wanted.connect(self._pictures.want)
            window.closed.connect(self._keep)
            main.tokens_changed.connect(window.panel.set_tokens)
            window.restore(self._session.remembered.splitters.get(_PLACE, ""))
            self._editor = window, presenter
        self._editor[0].bring_up()
        return self._editor

    def _keep(self) -> None:
        """Save what was edited, and where the editor was."""
        if self._editor is not None:
            window, presenter = self._editor
            presenter.settle()
            self._session.remembered.splitters[_PLACE] = window.geometry_text()

    def _hang_chosen(self, selection: Selection) -> None:
        series = self._session.workspace.series(selection.series_instance_uid)
        if series is not None:
            self.studies.hang(series.first.study_instance_uid)

    def _hang_by_itself(self, on: bool) -> None:
        self.studies.by_itself = on
        self._session.change_settings(hang_studies=on)

    def _entries(self) -> Iterable[tuple[Entry, Callable[[], object]]]:
        is_there = bool(self.studies.study_uid())
        for rule in self.studies.rules:
            if rule.is_enabled:
                entry = Entry(f"hang {rule.id}", f"Hang: {rule.name}", "Hanging", is_enabled=is_there)
                yield entry, partial(self.studies.hang_by, rule.id)

    def _ask_name(self) -> None:
        """Ask what the protocol is to be called that is learnt from the panes."""
        if not self.studies.study_uid():
            self._session.notes.add(Note("information", "There is nothing to learn from: open a study and arrange it."))
            return
        dialog = QInputDialog(self._session.window)
        dialog.setObjectName("nameOfProtocol")
        dialog.setWindowTitle("Hang studies like this")
        dialog.setLabelText("Studies like this one will be hung as the panes show it now. Name of the protocol:")
        dialog.setTextValue(self._suggested_name())
        dialog.setOkButtonText("Learn")
        dialog.textValueSelected.connect(self.learn)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _suggested_name(self) -> str:
        from workstation.model.text import clean

        series = self._session.workspace.selected_series()
        first = series.first if series is not None else None
        described = clean(first.study_description or first.body_part_examined) if first is not None else ""
        return f"{first.modality} {described}".strip() if first is not None else ""

    def learn(self, name: str) -> None:
        """Make a protocol of what the panes show, and open the editor on it."""

        def act(subject: "Subject", screens: "tuple[HungScreen, ...]") -> None:
            _window, presenter = self._open_editor()
            self._edit_on(subject)
            presenter.learn(screens, name.strip())

        self.studies.with_shown(act)

    def _edit_on(self, subject: "Subject | None") -> None:
        """Have the editor show its protocols on a study."""
        if self._editor is not None and subject is not self._edited:
            self._edited = subject
            self._editor[1].set_subject(subject)

    def _known(self, known: "Known | None") -> None:
        if self._editor is not None and self._editor[0].isVisible():
            self._edit_on(known.subject if known is not None else None)
        if self._panel is not None and self._session.window.side.shown == "explain-hanging":
            self._panel.show_explained(self.studies.explained())

    def _changed(self, change: Change) -> None:
        """Have the editor and the explanation follow what is looked at."""
        is_edited = self._editor is not None and self._editor[0].isVisible()
        is_explained = self._session.window.side.shown == "explain-hanging"
        if change is Change.SELECTION and (is_edited or is_explained) and self._session.workspace.patients:
            self.studies.follow()

    def _explain(self) -> None:
        self._show_explanation(on=True)

    def _show_explanation(self, *, on: bool) -> None:
        self._session.window.side.show_panel("explain-hanging", shown=on)
        if on:
            self.studies.ask()

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.hanging.explanation import ExplanationPanel

        window = self._session.window
        self._panel = ExplanationPanel(window.tokens, window.side)
        self._panel.closed.connect(window.side.close_panel)
        self._panel.protocols_wanted.connect(self.edit)
        window.tokens_changed.connect(self._panel.set_tokens)
        return self._panel

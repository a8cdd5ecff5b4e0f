"""Curved planes along paths that are drawn in the planes of a volume."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.features.planes import Planes
from workstation.gui.open_work import Extra
from workstation.volume.curved.drawn_paths import DrawnPaths, paths_from_json, paths_json
from workstation.volume.curved.lengths import Ruler, rulers_from_json, rulers_json

if TYPE_CHECKING:
    from workstation.gui.panels.curved.joining import JoinedCurved
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

OF_PATHS = (
    *("path-draw", "path-across", "path-open", "path-save", "path-delete"),
    *("curved-picture", "curved-dicom", "curved-sections"),
)
"""Commands that mean something only while a curved plane is asked for."""


def install(session: "Session") -> None:
    """Add the commands."""
    planes = session.findChild(Planes)
    if session.viewer is not None and isinstance(planes, Planes):
        Curved(session, session.viewer, planes)


class Curved(QObject):
    """Opens and closes the curved plane; what it is made of is loaded when it is first asked for."""

    def __init__(self, session: "Session", viewer: "Viewer", planes: Planes) -> None:
        super().__init__(session)
        self._session, self._viewer, self._planes = session, viewer, planes
        self._joined: JoinedCurved | None = None
        self._brought = DrawnPaths()
        self._rulers: tuple[Ruler, ...] = ()
        session.handle("curved", lambda on: planes.when_loaded(self.show) if on else self.hide())
        for name in OF_PATHS:
            session.handle(name, lambda _on: None)
        session.back_steps.insert(0, self._step_back)
        session.window.actions_by_id["volume-beside"].toggled.connect(lambda on: self.hide() if on else None)
        session.open_work.extras["paths"] = Extra(self._kept, self._bring_back)
        session.open_work.extras["lengths on curved planes"] = Extra(self._lengths_kept, self._bring_lengths_back)
        self.show_state()

    @property
    def is_shown(self) -> bool:
        """Whether it is beside the planes, in sight or not."""
        return self._joined is not None and self._joined.is_shown

    @property
    def drawn(self) -> DrawnPaths:
        """The paths that were drawn."""
        return self._joined.presenter.drawing.state.drawn if self._joined is not None else self._brought

    @property
    def joined(self) -> "JoinedCurved":
        """What it is made of."""
        if self._joined is None:
            from workstation.gui.panels.curved.joining import JoinedCurved

            self._joined = JoinedCurved(self._session, self._viewer, self._planes.joined)
            self._joined.show_state = self.show_state
            self._joined.come_to_front = self.show
            self._joined.presenter.drawing.bring(self._brought)
            self._joined.presenter.drawing.bring_lengths(self._rulers)
            self._joined.hide = self.hide
        return self._joined

    def show(self) -> None:
        """Show it beside the planes, which are opened where they are not; where there is no path one is drawn."""
        self._planes.show()
        if self._planes.is_shown:
            if self._session.window.actions_by_id["volume-beside"].isChecked():
                self._session.command("volume-beside", False)  # noqa: FBT003 - a switch
            self.joined.show(shown=True)
        self.show_state()

    def hide(self) -> None:
        """Have the planes alone again."""
        self._planes.give_up()
        if self._joined is not None:
            self._joined.show(shown=False)
        self.show_state()

    def show_state(self) -> None:
        """Let the menus say how things are."""
        actions = self._session.window.actions_by_id
        actions["curved"].setChecked(self.is_shown)
        if self._joined is not None:
            self._planes.joined.area.bar.curved.setChecked(self.is_shown)
        for name in OF_PATHS:
            actions[name].setEnabled(self.is_shown)

    def _kept(self) -> object:
        return paths_json(self.drawn)

    def _bring_back(self, value: object) -> None:
        self._brought = paths_from_json(value)
        if self._joined is not None:
            self._joined.presenter.drawing.bring(self._brought)

    @property
    def rulers(self) -> tuple[Ruler, ...]:
        """The lengths that were measured on curved planes."""
        return self._joined.presenter.drawing.state.rulers if self._joined is not None else self._rulers

    def _lengths_kept(self) -> object:
        return rulers_json(self.rulers)

    def _bring_lengths_back(self, value: object) -> None:
        self._rulers = rulers_from_json(value)
        if self._joined is not None:
            self._joined.presenter.drawing.bring_lengths(self._rulers)

    def _step_back(self) -> bool:
        """Esc: no more points; then the curved plane beside the planes where it was alone."""
        return self._planes.is_shown and self._joined is not None and self._joined.step_back()

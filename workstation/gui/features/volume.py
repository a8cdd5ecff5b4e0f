"""A volume in three dimensions, in the place of the images."""

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from workstation.gui.commands import VOLUME_SIDES
from workstation.gui.features.planes import CALM_MS, Planes
from workstation.gui.late import LoadedLate
from workstation.gui.open_work import Extra
from workstation.gui.panels.notes.presenter import Note
from workstation.workspace import Change

if TYPE_CHECKING:
    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.panels.volume.settings import VolumeSettings
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.gui.volumes import OpenVolume
    from workstation.volume.looks.view3d import View3D

OF_VOLUMES = (
    *(
        "volume-panel",
        "volume-picture",
        "volume-movie",
        "volume-save",
        "volume-open",
        "volume-scissors",
        "volume-keep",
        "volume-uncut",
        "volume-perspective",
    ),
    *(f"volume-{side}" for side, _words in VOLUME_SIDES),
)
"""Commands that mean something only while a volume is seen in three dimensions."""
MODULES = (
    "workstation.gui.panels.volume.joining",
    "workstation.gui.panels.volume.settings",
    "workstation.volume.looks.view3d_json",
)
"""What the view and the panel beside it are made of, and what keeps them with the open work."""
NOTHING_OPEN = "Open a study first: a series of slices is shown in three dimensions."


def install(session: "Session") -> None:
    """Add the commands."""
    planes = session.findChild(Planes)
    if session.viewer is not None and isinstance(planes, Planes):
        Volume3D(session, session.viewer, planes)


def load_ahead() -> None:
    """Load the view and its panel; called in a job. What draws is loaded by those who draw, on their threads."""
    from workstation.volume.looks.transfer_files import presets

    for name in MODULES:
        import_module(name)
    presets()


class Volume3D(QObject):
    """Opens and closes the view in three dimensions; what it is made of is loaded when it is first asked for."""

    def __init__(self, session: "Session", viewer: "Viewer", planes: Planes) -> None:
        super().__init__(session)
        self._session, self._viewer, self._planes = session, viewer, planes
        self._joined: JoinedVolume | None = None
        self._settings: VolumeSettings | None = None
        self._views: dict[str, View3D] = {}
        self._came_from_planes = False
        self._wants_panel = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._follow_tree)
        self._late = LoadedLate(session.work, "Load the view in 3D", MODULES, self._enable)
        if self._is_beside:
            planes.modules += MODULES
        session.handle("volume-beside", self._put_beside_when_loaded)
        session.handle("volume", lambda on: self._late.then(self.show) if on else self.hide())
        for side, _words in VOLUME_SIDES:
            session.handle(f"volume-{side}", lambda _on, side=side: self.joined.acts.look_from(side))  # type: ignore[misc]  # binds
        session.handle("volume-perspective", lambda on: self.joined.acts.use_perspective(on))
        session.window.side.add("volume-panel", self._make_panel)
        session.handle("volume-panel", lambda on: session.window.side.show_panel("volume-panel", shown=on))
        for name, act in (
            ("volume-picture", lambda: self.settings.keeping.ask_picture()),
            ("volume-movie", lambda: self.settings.movie.open()),
            ("volume-save", lambda: self.settings.keeping.ask_save()),
            ("volume-open", lambda: self.settings.keeping.ask_open()),
        ):
            session.handle(name, lambda _on, act=act: act())  # type: ignore[misc]  # binds
        session.handle("volume-scissors", lambda on: self.joined.acts.take_scissors("outside" if on else None))
        session.handle("volume-keep", lambda on: self.joined.acts.take_scissors("inside" if on else None))
        session.handle("volume-uncut", lambda _on: self.joined.acts.uncut())
        session.open_work.extras["views in 3D"] = Extra(self._kept, self._bring_back)
        session.back_steps.insert(0, self._step_back)  # scissors are put away before planes are left
        session.workspace.listen(self._changed)
        planes.on_made.append(self._stand_again)
        session.load_ahead.append(load_ahead)
        self._enable()

    @property
    def is_shown(self) -> bool:
        """Whether a volume is in the place of the images."""
        return self._joined is not None and self._session.front is self._joined

    @property
    def _is_beside(self) -> bool:
        """Whether it stands beside the planes when these are seen; remembered from one run to the next."""
        return self._session.remembered.volume_is_beside

    @_is_beside.setter
    def _is_beside(self, on: bool) -> None:
        self._session.remembered.volume_is_beside = on

    @property
    def joined(self) -> "JoinedVolume":
        """The view, made when it is first asked for."""
        if self._joined is None:
            from workstation.gui.panels.volume.joining import JoinedVolume

            self._joined = JoinedVolume(self._session, self._viewer, self._views)
            self._joined.hide, self._joined.show = self.hide, self.show
            self._joined.change_place = self.change_place
        return self._joined

    def show(self) -> None:
        """Show what the active pane shows in three dimensions, in the place of images and planes."""
        if self.is_shown:
            return
        session = self._session
        if not session.workspace.patients:
            session.notes.add(Note("information", NOTHING_OPEN, passes=True))
            self._enable()
            return
        self._came_from_planes = self._planes.is_shown
        if self._came_from_planes:
            self._planes.hide()
        joined = self.joined
        if self._is_beside:
            self._planes.joined.area.show_fourth(None)
        joined.area.take_view()
        session.front = joined
        session.window.show_front(joined.area)
        self._enable()
        joined.follow(session.workspace.selected_series(), session.workspace.selected_stack())
        self._open_panel()
        joined.area.view.setFocus()

    def _open_panel(self) -> None:
        """Open the panel the first time; afterwards it is as a hand left it."""
        side = self._session.window.side
        if self._wants_panel and not side.shown:
            side.show_panel("volume-panel")

    def hide(self) -> None:
        """Show the images again, or the planes it was opened from."""
        self._late.give_up()
        if not self.is_shown:
            return
        session = self._session
        self._wants_panel = session.window.side.shown == "volume-panel"
        if self._wants_panel:
            session.window.side.close_panel()
        session.front = None
        session.window.show_front(None)
        self.joined.leave()
        self._enable()
        if self._came_from_planes:
            self._planes.show()
            self._stand_beside()
        else:
            session.window.focused.setFocus()

    def _kept(self) -> object:
        """Give how volumes are looked at."""
        if self._joined is not None:
            self._joined.keep_view()
        if not self._views:
            return {}
        from workstation.volume.looks.view3d_json import to_json

        return {name: to_json(view) for name, view in self._views.items()}

    def _bring_back(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError("views in three dimensions are something else")  # noqa: TRY004 - as `Extra` wants it
        if value:
            from workstation.volume.looks.view3d_json import from_json

            self._views.update({name: from_json(each, name) for name, each in value.items() if isinstance(name, str)})

    def _make_panel(self) -> QWidget:
        return self.settings.panel

    @property
    def settings(self) -> "VolumeSettings":
        """What the panel does."""
        if self._settings is None:
            from workstation.gui.panels.volume.settings import VolumeSettings

            self._settings = VolumeSettings(self._session, self.joined, self._session.window.side)
        return self._settings

    def _put_beside_when_loaded(self, on: bool) -> None:
        self._late.then(lambda: self._planes.when_loaded(partial(self.put_beside, on)))

    def put_beside(self, on: bool) -> None:
        """Show the volume beside the planes, or these alone; opens the planes where they are not seen."""
        on = on or not self._planes.is_shown  # the switch was left on, and nothing of it is seen
        self._is_beside = on
        if on and not self._planes.is_shown:
            self._came_from_planes = True
            if self.is_shown:
                self.hide()
            else:
                self._planes.show()
        if self._planes.is_shown:
            self._stand_beside()
        self._is_beside = on and self._planes.is_shown
        self._enable()

    def _stand_again(self) -> None:
        """Stand beside the planes when these are opened, as when the program ended."""
        if self._is_beside:
            self._planes.joined.beside = self
            self._planes.joined.area.bar.volume.setChecked(True)

    def change_place(self) -> None:
        """Give the volume all the room, or let it stand beside the planes."""
        if self.is_shown:
            self._is_beside = self._came_from_planes = True
            self.hide()
        else:
            self.show()

    def _stand_beside(self) -> None:
        """Put the view where it belongs while planes are seen."""
        planes = self._planes.joined
        if self._is_beside:
            planes.beside = self
            self.follow_planes(planes.opened)
        elif planes.beside is not None:
            planes.beside = None
            planes.area.show_fourth(None)
            self.joined.leave()
        planes.area.bar.volume.setChecked(self._is_beside)
        self._enable()

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self.joined.is_waiting

    def follow_planes(self, opened: "OpenVolume | None") -> None:
        """Show the volume that the planes are of."""
        if self._is_beside and not self.is_shown:
            area, view = self._planes.joined.area, self.joined.area.view
            if area.fourth is not view:
                area.show_fourth(view)
            self.joined.show_opened(opened)
            self._enable()

    def take_beside(self, name: str, on: bool) -> bool:
        """Take the commands while the view has the focus."""
        return self.joined.area.view.hasFocus() and self.joined.take(name, on)

    def leave_planes(self) -> None:
        """Be told that the planes are out of sight."""
        self.joined.leave()

    @property
    def _is_seen(self) -> bool:
        return self.is_shown or (self._is_beside and self._planes.is_shown)

    def _enable(self) -> None:
        actions = self._session.window.actions_by_id
        actions["volume"].setChecked(self.is_shown)
        actions["volume-beside"].setChecked(self._is_beside)
        for name in OF_VOLUMES:
            actions[name].setEnabled(self._is_seen)

    def _step_back(self) -> bool:
        """Esc: what was begun is given up; then back."""
        if self._late.give_up():
            return True
        if not self._is_seen:
            return False
        if self._is_beside and not self.is_shown:
            return self.joined.acts.take_scissors(None)
        if not self.joined.acts.take_scissors(None):
            self.hide()
        return True

    def _changed(self, change: Change) -> None:
        if self.is_shown and change is Change.SELECTION:
            self._follow()
        elif self.is_shown and change is Change.TREE:
            self._later.start()

    def _follow(self) -> None:
        workspace = self._session.workspace
        self.joined.follow(workspace.selected_series(), workspace.selected_stack())

    def _follow_tree(self) -> None:
        """Look again at what is selected once all of it is there: a stack may have grown."""
        if self.is_shown and self._session.opening.is_busy:
            self._later.start()
        elif self.is_shown:
            self._follow()

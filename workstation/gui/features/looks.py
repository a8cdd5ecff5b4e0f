"""Colour tables and what is between pixels, for the active pane: menus, and the palettes that lie among the images."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from workstation.gui.commands import COLOURS, INTERPOLATIONS
from workstation.jobs.job import Job
from workstation.model.index.records import Instance, Place
from workstation.model.text import clean
from workstation.workspace import Change

if TYPE_CHECKING:
    from workstation.display.colour_tables import Colours, ColourTable
    from workstation.display.view import Interpolation, View
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

COLOR_PALETTE_STORAGE = "1.2.840.10008.5.1.4.39.1"


def install(session: "Session") -> None:
    """Add the menus."""
    if session.viewer is not None:
        Looks(session, session.viewer)


class Looks(QObject):
    """Keeps the menus of colours and of interpolation as the active pane is."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session = session
        self._viewer = viewer
        self._palettes: dict[Place, ColourTable | None] = {}
        self._actions: list[QAction] = []
        menus = session.window.group_menus
        menus["Colours"].aboutToShow.connect(self._open_colours)
        menus["Colours"].aboutToHide.connect(self._close_colours)
        menus["Between pixels"].aboutToShow.connect(self._show_interpolation)
        for name, _label in COLOURS:
            session.handle(f"colours-{name}", lambda _on, name=name: self._colour(name))  # type: ignore[misc]  # binds
        for how, _label in INTERPOLATIONS:
            session.handle(f"pixels-{how}", lambda _on, how=how: self._interpolate(how))  # type: ignore[misc]  # binds
        session.workspace.listen(self._changed)
        self._look_for_palettes()

    def _colour(self, colours: "Colours") -> None:
        self._viewer.settle()
        self._session.looked_at.change.colour(colours)
        self._show_colours()

    def _interpolate(self, how: "Interpolation") -> None:
        self._viewer.settle()
        self._session.looked_at.change.interpolate(how)
        self._show_interpolation()

    @property
    def _view(self) -> "View | None":
        scene = self._session.looked_at.scene
        return scene.view if scene is not None else None

    def _open_colours(self) -> None:
        """Let tables be chosen for greys; a picture in colour takes none."""
        self._show_colours()
        scene = self._session.looked_at.scene
        self._enable(enabled=scene is not None and not scene.renderer.frame.is_colour)

    def _close_colours(self) -> None:
        """Leave it to keys and the palette whether there is a picture: the next one may be grey."""
        self._enable(enabled=self._session.looked_at.scene is not None)

    def _enable(self, *, enabled: bool) -> None:
        for action in (*(self._session.window.actions_by_id[f"colours-{name}"] for name, _ in COLOURS), *self._actions):
            action.setEnabled(enabled)

    def _show_colours(self) -> None:
        """Mark the table in use."""
        from workstation.display.colour_tables import table_of

        scene, window = self._session.looked_at.scene, self._session.window
        is_grey = scene is not None and not scene.renderer.frame.is_colour
        used = scene.view.colours if scene is not None else ""
        plain = "grey" if isinstance(used, str) and table_of(used) is None else used
        for name, _label in COLOURS:
            action = window.actions_by_id[f"colours-{name}"]
            action.setChecked(is_grey and plain == name)
        for action in self._actions:
            action.setChecked(is_grey and action.data() == used)

    def _show_interpolation(self) -> None:
        view = self._view
        for how, _label in INTERPOLATIONS:
            self._session.window.actions_by_id[f"pixels-{how}"].setChecked(
                view is not None and view.interpolation == how
            )

    def _changed(self, change: Change) -> None:
        if change is Change.TREE:
            self._look_for_palettes()

    def _look_for_palettes(self) -> None:
        """Read the palettes that are open now, each once."""
        open_now = {instance.place: instance for instance in self._stored_palettes()}
        for place in self._palettes.keys() - open_now.keys():
            del self._palettes[place]
        for place, instance in open_now.items():
            if place not in self._palettes:
                self._palettes[place] = None
                self._read(instance)
        self._offer()

    def _stored_palettes(self) -> Iterator[Instance]:
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                for series in study.series:
                    if series.first.sop_class_uid == COLOR_PALETTE_STORAGE:
                        yield from series.instances

    def _read(self, instance: Instance) -> None:
        def arrived(table: "ColourTable") -> None:
            if instance.place in self._palettes:
                self._palettes[instance.place] = table
                self._offer()

        self._session.work.start("Read palette", lambda job: read_palette(instance.place, job), done=arrived)

    def _offer(self) -> None:
        """Put the palettes below the tables that come with the program."""
        menu = self._session.window.group_menus["Colours"]
        for action in self._actions:
            menu.removeAction(action)
            action.deleteLater()
        tables = {table.uid or table.rgb: table for table in self._palettes.values() if table is not None}
        self._actions = []
        for table in tables.values():
            action = QAction(clean(table.label).replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setData(table)
            action.triggered.connect(lambda _on=False, table=table: self._colour(table))
            menu.addAction(action)
            self._actions.append(action)


def read_palette(place: Place, job: Job) -> "ColourTable":
    """Read a Color Palette Storage object."""
    from workstation.display.colour_tables import table_of_palette
    from workstation.model.reading import read_dataset

    job.check()
    return table_of_palette(read_dataset(place), name=str(place))

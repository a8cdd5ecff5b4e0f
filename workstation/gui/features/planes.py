"""Planes of a volume in the place of the images: axial, sagittal, coronal, at any angle, thin or as slabs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from workstation.gui.commands import BETWEEN_VOXELS, PLANE_TURNS, PROJECTIONS
from workstation.gui.features.measurements import Measurements
from workstation.gui.late import LoadedLate
from workstation.gui.open_work import Extra
from workstation.gui.panels.annotations.presenter import stack_of
from workstation.gui.panels.notes.presenter import Note
from workstation.volume.planes.marking import from_older_work
from workstation.workspace import Change, Selection

if TYPE_CHECKING:
    from workstation.gui.panels.planes.joining import JoinedPlanes
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.annotation import Annotation
    from workstation.volume.planes.planes_view import PlanesView

OF_PLANES = (
    *("planes-straight", "planes-snap", "planes-as-taken", "planes-lock"),
    *("thicker-slab", "thinner-slab", "slab-everywhere"),
    *(f"nudge-planes-{name}" for name, _key, _words in PLANE_TURNS),
    *("planes-assume", "plane-picture", "planes-pictures", "planes-dicom"),
    *(f"slab-{name}" for name, _words in PROJECTIONS),
    *(f"voxels-{name}" for name, _words in BETWEEN_VOXELS),
)
"""Commands that mean something only while planes are shown."""
JOINING = "workstation.gui.panels.planes.joining"
"""What planes are made of; it takes a second to load."""
CALM_MS = 300
NOTHING_OPEN = "Open a study first: planes are cut from a series of slices."


def install(session: "Session") -> None:
    """Add the command."""
    if session.viewer is not None:
        Planes(session, session.viewer)


class Planes(QObject):
    """Opens and closes the planes; what they are made of is loaded when they are first asked for."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        self._joined: JoinedPlanes | None = None
        self._brought: dict[str, PlanesView] = {}
        self._of_pane = 0
        self.modules = [JOINING, "workstation.volume.planes.view_json"]
        """What is loaded before planes are first shown."""
        self._late = LoadedLate(session.work, "Load the planes", self.modules, self._enable)
        self.on_made: list[Callable[[], None]] = []
        """Called once the planes have been made."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._follow_tree)
        session.handle("planes", lambda on: self.when_loaded(self.show) if on else self.hide())
        for name in OF_PLANES:
            session.handle(name, lambda _on: None)
        session.back_steps.append(self._step_back)
        session.open_work.extras["measurements on planes"] = Extra(lambda: None, self._bring_back)
        session.open_work.extras["planes"] = Extra(self._views_kept, self._bring_views_back)
        measurements = session.findChild(Measurements)
        if isinstance(measurements, Measurements):
            measurements.go_to_plane = self.go_to
        session.workspace.listen(self._changed)
        self._enable()

    @property
    def is_shown(self) -> bool:
        """Whether planes are in the place of the images."""
        return self._joined is not None and self._session.front is self._joined

    @property
    def joined(self) -> "JoinedPlanes":
        """The planes, made when they are first asked for."""
        if self._joined is None:
            from workstation.gui.panels.planes.joining import JoinedPlanes

            self._joined = JoinedPlanes(self._session, self._viewer)
            self._joined.hide, self._joined.show = self.hide, self.show
            self._joined.views.bring(self._brought)
            for pane in self._joined.area.panes.values():
                pane.pressed.connect(self._come_here)
            for tell in self.on_made:
                tell()
        return self._joined

    def when_loaded(self, act: Callable[[], None]) -> None:
        """Do the last thing that is asked for once what planes are made of is loaded: at once, or after a job."""
        self._late.then(act)

    def give_up(self) -> bool:
        """Wait no longer for what is loaded; tells whether anything was awaited."""
        return self._late.give_up()

    def show(self) -> None:
        """Show planes of what the active pane shows, in the place of the images."""
        if self.is_shown:
            return
        if not self._session.workspace.patients:
            self._session.notes.add(Note("information", NOTHING_OPEN, passes=True))
            self._enable()
            return
        if self._session.front is not None:
            self._session.front.hide()
        joined, window = self.joined, self._session.window
        if self._session.front is joined:
            return  # what was in front had been opened from the planes
        self._session.front, self._of_pane = joined, self._viewer.now.active
        window.show_front(joined.area)
        self._enable()
        joined.follow(self._session.workspace.selected_series(), self._session.workspace.selected_stack())
        joined.area.active.setFocus()

    def hide(self) -> None:
        """Show the images again, where the planes met."""
        self.give_up()
        if not self.is_shown:
            return
        joined, window = self.joined, self._session.window
        joined.times.pause()
        joined.point_in_images()
        self._session.front = None
        window.show_front(None)
        joined.leave()
        self._enable()
        window.pane.setFocus()

    def go_to(self, annotation: "Annotation") -> bool:
        """Show a measurement on the plane that it lies on, and choose it; leaves what lies on images to these.

        While planes are seen, they meet in the middle of a sphere, which lies in all of them.
        """
        if annotation.cut is None:
            return annotation.kind == "sphere" and self.is_shown and self.joined.meet_in(annotation)
        self._lead_to(annotation, is_step=True)
        return True

    def lead_back_to(self, annotation: "Annotation") -> None:
        """Show a measurement on its plane, or where it was: no step of its own, which would end the way on."""
        self._lead_to(annotation, is_step=False)

    def is_seen(self, annotation: "Annotation") -> bool:
        """Tell whether one of the planes in sight shows an annotation."""
        return self.is_shown and self.joined.measuring.planes.is_seen(annotation)

    def _lead_to(self, annotation: "Annotation", *, is_step: bool) -> None:
        workspace = self._session.workspace
        stack = stack_of(annotation, workspace)
        series = workspace.series(annotation.sop_instance_uid)
        if stack is None or series is None:
            self._session.notes.add(Note("information", "The series of the measurement is not open."))
            return
        self.joined.going = annotation
        selection = Selection(series.series_instance_uid, series.stacks.index(stack))
        if workspace.selection != selection:
            active, now = self._viewer.now.active, self._viewer.now
            if is_step:
                self._viewer.show(active, selection)
            else:
                self._viewer.restore(now.with_shown(active, selection))
        if self.is_shown:
            self.joined.follow(series, stack)
        else:
            self.show()

    def _bring_back(self, value: object) -> None:
        """Take over what was measured on planes as older programs kept it."""
        found = from_older_work(value)
        if found:
            marking = self._viewer.now.marking
            for each in found:
                marking = marking.with_annotation(each)
            self._viewer.restore_marking(marking)

    def _views_kept(self) -> object:
        """Give how volumes are looked at."""
        if self._joined is not None:
            self._joined.keep_view()
            self._brought = self._joined.views.kept
        if not self._brought:
            return {}
        from workstation.volume.planes.view_json import to_json

        return {name: to_json(view) for name, view in self._brought.items()}

    def _bring_views_back(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError("views of planes are something else")  # noqa: TRY004 - as `Extra` wants it
        if value:
            from workstation.volume.planes.view_json import from_json

            self._brought = {name: from_json(each, name) for name, each in value.items() if isinstance(name, str)}
            if self._joined is not None:
                self._joined.views.bring(self._brought)

    def _enable(self) -> None:
        actions = self._session.window.actions_by_id
        actions["planes"].setChecked(self.is_shown)
        for name in OF_PLANES:
            actions[name].setEnabled(self.is_shown)

    def _step_back(self) -> bool:
        """Esc: all planes in the place of one; then the images."""
        if not self.is_shown:
            return self.give_up()
        area = self.joined.area
        focused = QApplication.focusWidget()
        if focused is not None and any(bar.isAncestorOf(focused) for bar in (area.bar, area.fusion_bar)):
            area.active.setFocus()
        elif not self.joined.step_back():
            self.hide()
        return True

    @property
    def _is_elsewhere(self) -> bool:
        """Whether one looks at images in another window than that of the pane whose series is seen in planes."""
        now = self._viewer.now
        return self._of_pane < len(now.panes) and now.at_screen(self._of_pane) != now.at_screen(now.active)

    def _come_here(self) -> None:
        """Have commands act on the pane of the planes again, not on one in another window."""
        if self.is_shown and self._is_elsewhere:
            self._viewer.activate(self._of_pane)

    def _changed(self, change: Change) -> None:
        workspace = self._session.workspace
        if change is Change.TREE:
            self._session.volumes.keep_only(lambda uid: workspace.series(uid) is not None)
        if self.is_shown and change is Change.SELECTION and not self._is_elsewhere:
            self.joined.follow(self._session.workspace.selected_series(), self._session.workspace.selected_stack())
        elif self.is_shown and change is Change.TREE:
            self._later.start()

    def _follow_tree(self) -> None:
        """Look again at what is selected once all of it is there: a stack may have grown."""
        if not self.is_shown or self._is_elsewhere:
            return
        if self._session.opening.is_busy:
            self._later.start()
        else:
            self.joined.follow(self._session.workspace.selected_series(), self._session.workspace.selected_stack())

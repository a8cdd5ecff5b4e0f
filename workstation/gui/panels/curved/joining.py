"""Joins the curved plane to the planes: paths are drawn in these, and what is seen along one stands beside them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from workstation.gui.canvas.changing import Changes
from workstation.gui.canvas.pane import Pane
from workstation.gui.panels.curved.across import Across
from workstation.gui.panels.curved.acts import CurvedActs
from workstation.gui.panels.curved.area import CurvedArea
from workstation.gui.panels.curved.bar import CurvedBar
from workstation.gui.panels.curved.drawing import Drawing
from workstation.gui.panels.curved.files import PathFiles
from workstation.gui.panels.curved.hand import AlongHand, Clicks, PathHand, SectionHand, TakesAway
from workstation.gui.panels.curved.presenter import CurvedPresenter
from workstation.gui.panels.curved.ruling import RulerHand
from workstation.gui.panels.curved.saving import CurvedSaving
from workstation.gui.panels.curved.tracing import trace_on
from workstation.gui.viewer.wiring import image_point
from workstation.model.geometry import point_to_lps
from workstation.volume.cutting.standard_planes import PlaneName, voxel_step_mm
from workstation.volume.planes.planes_view import PLANE_NAMES

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.panels.planes.cutting import Made
    from workstation.gui.panels.planes.joining import JoinedPlanes
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.volume.curved.drawn_paths import DrawnPath

MENU = ("invert", "rotate-right", "rotate-left", "flip-h", "flip-v", "fit", "reset", "text")
OF_FILES = ("path-open", "path-save", "path-delete")
OF_PICTURES = ("curved-picture", "curved-dicom", "curved-sections", "copy-command")


class JoinedCurved(QObject):
    """The curved plane beside the planes of a window."""

    def __init__(self, session: "Session", viewer: "Viewer", planes: "JoinedPlanes") -> None:
        super().__init__(session)
        self._session, self._viewer, self._planes = session, viewer, planes
        window = session.window
        self.area: CurvedArea = CurvedArea(window.tokens, planes.area)
        self.bar: CurvedBar = CurvedBar(window.tokens, planes.area)
        planes.area.add_bar(self.bar)
        window.tokens_changed.connect(self.area.set_tokens)
        window.tokens_changed.connect(self.bar.set_tokens)
        self.drawing: Drawing = Drawing(self._note_step)
        self.presenter: CurvedPresenter = CurvedPresenter(self.area, session.work, planes.presenter, self.drawing)
        self.presenter.first_voi = lambda opened: viewer.active.first_voi(opened.stack, opened.source)
        self.presenter.text_is_shown = session.remembered.text_is_shown
        self.presenter.on_changed = self._show_bar
        self.presenter.on_entered = self._draw_first
        self.change: Changes = Changes(lambda: self.presenter.scene, self.presenter.look)
        self.files: PathFiles = PathFiles(session, self.drawing)
        self.saving: CurvedSaving = CurvedSaving(session, self.presenter, planes.presenter, planes.laid)
        self.hide: Callable[[], None] = lambda: None
        self.show_state: Callable[[], None] = lambda: None
        self.come_to_front: Callable[[], None] = lambda: None
        self.is_shown: bool = False
        self.is_active: bool = False
        self.is_alone: bool = False
        self._draws_first = False
        self.across: Across = Across(
            self.presenter, planes.presenter, lambda name: planes.area.panes[name].size_px, planes.measuring.tell
        )
        self.hands: dict[PlaneName, PathHand] = {name: self._take_hand(planes.area.panes[name]) for name in PLANE_NAMES}
        self.acts = CurvedActs(self)
        self._connect()

    def _connect(self) -> None:
        planes, drawing, presenter = self._planes, self.drawing, self.presenter
        drawing.on_changed = self._changed
        drawing.on_pointed = planes.presenter.show_again
        drawing.came_back = self._come_back
        told = planes.presenter.on_changed

        def changed() -> None:
            told()
            presenter.follow()

        planes.presenter.on_changed = changed
        planes.presenter.on_laid = presenter.lie_over
        planes.presenter.dressers.append(self._dress)
        planes.asked_first.append(self.acts.take)
        planes.scrolled_first.append(self.across.scroll)
        planes.area.installEventFilter(self)
        for pane in planes.area.panes.values():
            pane.pressed.connect(lambda: self.activate(active=False))
            pane.installEventFilter(self)
        for pane in self.area.panes:
            self._connect_pane(pane)
        picture = self.area.picture
        picture.hand = self.rulers = RulerHand(
            presenter, picture, AlongHand(presenter, picture), planes.measuring.annotator, planes.measuring.tell
        )
        presenter.dressers.append(self.rulers.dress)
        picture.cursor_moved.connect(lambda x, y: presenter.point(image_point(picture, (x, y))))
        Clicks(picture, self._clicked)
        self.area.resized.connect(presenter.follow)
        self.acts.connect_bar(self.bar)
        for name in OF_FILES:
            self.bar.menu.addAction(self._session.window.actions_by_id[name])
        self.bar.menu.addSeparator()
        for name in OF_PICTURES:
            self.bar.menu.addAction(self._session.window.actions_by_id[name])
        self._session.command_copy.front_words.insert(0, self._words)

    def _take_hand(self, pane: Pane) -> PathHand:
        below = pane.hand
        if below is None:
            raise ValueError("a plane without a hand")
        hand = PathHand(self.presenter, pane, below, self._is_free)
        pane.hand = hand
        TakesAway(hand, pane)
        return hand

    def _is_free(self) -> bool:
        """Tell whether no tool is in the hand."""
        return self._planes.measuring.annotator.tool is None

    def _connect_pane(self, pane: Pane) -> None:
        change, presenter = self.change, self.presenter
        is_picture = pane is self.area.picture
        pane.scrolled.connect(presenter.scroll)
        pane.window_started.connect(change.begin_window)
        pane.window_dragged.connect(lambda right, down: change.drag_window(right, down))
        if is_picture:
            pane.panned.connect(lambda right, down: change.pan((right, down), pane.size_px))
            pane.zoomed.connect(lambda factor, at: change.zoom(factor, pane.size_px, at))
        else:
            measuring = self._planes.measuring
            pane.hand = SectionHand(self._is_free, measuring.tell, lambda: self.lay_across(pane))
            pane.cursor_moved.connect(lambda x, y: self._point(pane, x, y))
            pane.cursor_ended.connect(presenter.end_pointing)
        pane.pressed.connect(self._viewer.settle)
        pane.pressed.connect(lambda: self.activate(active=True))
        pane.installEventFilter(self)
        pane.maximise_wanted.connect(self.maximise)
        pane.menu_wanted.connect(lambda at: self._open_menu(pane, at))
        self._session.window.grid.take_in(pane)

    def show(self, *, shown: bool) -> None:
        """Stand beside the planes, or no longer."""
        area = self._planes.area
        if shown and area.fourth is not self.area:
            area.show_fourth(self.area)
        elif not shown and area.fourth is self.area:
            area.show_fourth(None)
        self.is_shown, self.is_alone = shown, False
        self.bar.setVisible(shown)
        if not shown:
            self.drawing.end()
            self.activate(active=False)
        self.presenter.show(shown=shown)
        self._draws_first = shown
        self._draw_first()
        self._planes.presenter.show_again()

    def _draw_first(self) -> None:
        """Where there is no path in a volume yet, the first clicks draw one."""
        if self._draws_first and self._planes.opened is not None:
            self._draws_first = False
            if self.drawing.path is None and not self.drawing.is_drawing:
                self.acts.draw()

    def activate(self, *, active: bool) -> None:
        """Have keys and commands act on the curved plane, or on the planes."""
        if self.is_active == active:
            return
        self.is_active = active
        self.area.show_active(active=active)
        now = self._planes.presenter.now
        for name, pane in self._planes.area.panes.items():
            pane.show_active(active=not active and now is not None and name == now.active)

    def maximise(self) -> None:
        """Let it take all the room, or give the planes theirs back."""
        if self.is_shown:
            self.is_alone = not self.is_alone
            self._planes.area.show_fourth(self.area, alone=self.is_alone)
            self.area.picture.setFocus()

    def lay_across(self, pane: Pane | None = None) -> None:
        """Have a cross-section on the planes: that of a pane, or the one where the planes meet."""
        at_mm = self._place_of(pane)
        if at_mm is None or not self.across.can_lie(at_mm):
            return
        if self.is_alone:
            self.maximise()
        self.settle()
        self.across.lay(at_mm)
        self.activate(active=False)
        self._planes.area.active.setFocus()

    def _place_of(self, pane: Pane | None) -> float | None:
        """Give where along the path the cross-section of a pane is; of the others where the planes meet."""
        if pane is None or pane is self.area.picture:
            return self.presenter.at_mm
        number = self.area.panes.index(pane) - 1
        places = self.presenter.section_places
        return places[number] if number < len(places) else None

    def step_back(self) -> bool:
        """Set no more points; then have the planes beside it. Tells whether there was anything."""
        if self.is_shown and self.drawing.end():
            return True
        if self.is_shown and self.is_alone:
            self.maximise()
            return True
        return False

    def settle(self) -> None:
        """Have what follows be a step of its own."""
        self._viewer.settle()

    def put_tools_away(self) -> None:
        """Have no other tool in the hand."""
        self._planes.measuring.put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self._planes.area:
            self.drawing.end()
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, Pane):
            self.activate(active=watched in self.area.panes)
        return super().eventFilter(watched, event)

    def _clicked(self, at_px: tuple[float, float]) -> None:
        made = self.presenter.made
        if made is not None and not self.rulers.takes(at_px):
            self.presenter.go_to(made.at_row(image_point(self.area.picture, at_px)[1]))

    def _point(self, pane: Pane, x: float, y: float) -> None:
        scene = pane.scene
        if scene is not None and scene.frame.plane is not None:
            place = point_to_lps(scene.frame.plane, image_point(pane, (x, y)))
            self.presenter.point_across(self.area.panes.index(pane) - 1, place)

    def _changed(self) -> None:
        self.presenter.follow()
        self._planes.presenter.show_again()
        self._show_bar()

    def _come_back(self) -> None:
        """Have a step be seen that is taken back while something else is."""
        if self._session.front is not self._planes or not self.is_shown:
            self.come_to_front()

    def _dress(self, scene: "Scene", _made: "Made") -> "Scene":
        """Add the paths to the picture of a plane."""
        opened, plane = self._planes.opened, scene.frame.plane
        if not self.is_shown or opened is None or plane is None or scene.guides is None:
            return scene
        name = next(each for each in PLANE_NAMES if each == scene.guides.plane)
        now = self._planes.presenter.now
        if now is None:
            return scene
        look = now.plane(name)
        reach = max(voxel_step_mm(opened.volume.grid, look.normal_lps), look.slab.thickness_mm) / 2
        drawing, chosen, lit = self.drawing, self.drawing.path, self.hands[name].lit
        traces = []
        for path in sorted(drawing.paths, key=lambda each: each is chosen):
            is_chosen = path is chosen
            course = drawing.course(self._points(path, is_chosen=is_chosen))
            curve = course.points_lps if course is not None else None
            traces.append(trace_on(path, curve, plane, reach, is_chosen=is_chosen, lit=lit if is_chosen else None))
        return self.across.dress(replace(scene, traces=tuple(traces)))

    def _points(self, path: "DrawnPath", *, is_chosen: bool) -> "tuple[tuple[float, float, float], ...]":
        """Give the points of a path, and while it is drawn the place of the pointer."""
        rubber = self.drawing.rubber
        return (*path.points_lps, rubber) if is_chosen and self.drawing.is_drawing and rubber else path.points_lps

    def _show_bar(self) -> None:
        drawing = self.drawing
        words = []
        for number, path in enumerate(drawing.paths, 1):
            course = drawing.course(path.points_lps)
            if course is not None:
                words.append((path.id, f"Path {number}, {course.length_mm:.1f} mm"))
        chosen = drawing.path
        is_whole = chosen is not None and chosen.is_whole
        self.bar.show_view(
            self.presenter.view,
            words,
            chosen.id if chosen is not None else "",
            is_drawing=drawing.is_drawing,
            is_whole=is_whole,
        )
        self.show_state()

    def _words(self) -> tuple[str, ...]:
        """Give the command that makes the picture, while it is what was pressed last."""
        if self._session.front is not self._planes or not self.is_shown or not self.is_active:
            return ()
        if self.presenter.made is None:
            return ()
        return self.saving.words()

    def _note_step(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        self._viewer.note_step(label, backwards, forwards, merges_with=merges_with)
        self._viewer.on_changed()

    def _open_menu(self, pane: Pane, at: QPoint) -> None:
        window = self._session.window
        menu = QMenu(self.area)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if pane is self.area.picture:
            menu.addAction(window.actions_by_id["path-across"])
        else:
            menu.addAction("Planes across the path here", lambda: self.lay_across(pane))
        menu.addSeparator()
        for part in (window.windows_menu, window.group_menus["Colours"]):
            menu.addMenu(part)
        for name in (*MENU, *OF_FILES, *OF_PICTURES):
            menu.addAction(window.actions_by_id[name])
        menu.popup(at)

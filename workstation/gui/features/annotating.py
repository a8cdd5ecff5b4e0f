"""Annotations in the panes: tools that make them, commands that change them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QMenu

from workstation.display.view import Point
from workstation.gui.annotation_menu import put_first
from workstation.gui.canvas.drawn import Drawn, Part, beyond_tail, laid_out, lay_out, to_screen
from workstation.gui.canvas.scene import Scene
from workstation.gui.commands import NUDGES
from workstation.gui.open_work import Extra
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.viewer.annotating_tools import TOOLS
from workstation.gui.viewer.annotator import BRUSH_STEP, Annotator
from workstation.gui.viewer.pane_hand import PaneHand
from workstation.gui.viewer.wiring import image_point
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import FOLLOWING
from workstation.model.geometry import lps_to_image
from workstation.model.index.records import FrameRef
from workstation.model.marking import Marking, rescued, to_json
from workstation.operations.operation import counted

if TYPE_CHECKING:
    from workstation.gui.canvas.label_editor import LabelEditor
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

OF_MEASUREMENT = (
    *("copy-measurement", "copy-measurement-command", "plot-measurement"),
    *("plot-over-frames", "plot-over-stack", "measure-elsewhere"),
)
OF_CHOSEN = (
    *("edit-annotation", "lock-annotation", "copy-annotation-on", "copy-annotation-back", "copy-annotation-to"),
    *("place-label", "delete-annotation"),
)
NEAR_MM = 10.0
"""Annotations that follow into other images are seen on those that pass so near."""
FAR_PX = 10


def install(session: "Session") -> None:
    """Add tools, commands and list."""
    if session.viewer is not None:
        Annotating(session, session.viewer)


class Annotating(QObject):
    """Joins the annotator to the panes and the commands."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        self._index: tuple[Marking | None, dict[tuple[str, int], tuple[Annotation, ...]]] = (None, {})
        self._editor: LabelEditor | None = None
        self.on_tool: list[Callable[[], None]] = []
        self.on_list: list[Callable[[], object]] = []
        self.tool_tip: Callable[[Annotation, Part], str] = lambda _annotation, _part: ""
        self.annotator = Annotator(viewer, self)
        viewer.panes.dressers.append(self._dress)
        viewer.panes.on_frame.append(lambda _ref: self._frame_shown())
        session.open_work.extras["annotations and key images"] = Extra(self._kept, self._bring_back)
        session.pane_menus.append(self._add_to_menu)
        session.back_steps.append(self.annotator.give_up)
        self.annotator.keeps_tool = session.remembered.keeps_tool
        session.window.actions_by_id["keep-tool"].setChecked(session.remembered.keeps_tool)
        self._connect_commands(session)
        session.window.grid.pane_made.connect(self._pane_made)
        for number in range(len(session.window.grid.panes)):
            self._pane_made(number)

    def _connect_commands(self, session: "Session") -> None:
        annotator = self.annotator
        for tool in TOOLS:
            session.handle(tool.id, lambda _on, tool=tool: annotator.take(tool))  # type: ignore[misc]  # binds the tool
        acts: dict[str, Callable[[], object]] = {
            "edit-annotation": self._edit,
            "lock-annotation": annotator.chosen.lock,
            "delete-annotation": self._delete,
            "copy-annotation-on": lambda: annotator.chosen.copy_on(1),
            "copy-annotation-back": lambda: annotator.chosen.copy_on(-1),
            "next-annotation": lambda: annotator.chosen.choose_next(1),
            "previous-annotation": lambda: annotator.chosen.choose_next(-1),
            "place-label": annotator.chosen.place_label,
            "smaller-brush": lambda: annotator.change_brush(1 / BRUSH_STEP),
            "larger-brush": lambda: annotator.change_brush(BRUSH_STEP),
        }
        for name, act in acts.items():
            session.handle(name, lambda _on, act=act: self._settled(act))  # type: ignore[misc]  # binds the act
        for way, (right, down) in NUDGES.items():
            for name, far in ((f"nudge-{way}", 1), (f"nudge-{way}-far", FAR_PX)):
                session.handle(name, partial(self._nudge, right * far, down * far))
        session.handle("keep-tool", self._keep_tools)

    def _nudge(self, right: int, down: int, _on: bool) -> None:
        """Move the chosen one; presses that follow each other are one step."""
        self.annotator.chosen.nudge(right, down)

    def _settled(self, act: Callable[[], object]) -> None:
        self._viewer.settle()
        act()

    # What the annotator asks of the panes.

    def image_point(self, number: int, at_px: Point) -> Point:
        """Give the image point under a point of a pane."""
        return image_point(self._session.window.grid.pane_view(number), at_px)

    def hit(self, number: int, at_px: Point) -> tuple[str, Part] | None:
        """Give the annotation under a point of a pane, the one on top first."""
        view = self._session.window.grid.pane_view(number)
        scene = view.scene
        if scene is None or not scene.annotations:
            return None
        ratio = view.devicePixelRatioF()
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        lit = self.annotator.chosen.lit
        for drawn in reversed(lay_out(scene, view.size_px, ratio)):
            part = drawn.part_at(at, with_turn=drawn.annotation.id == lit)
            if part is not None:
                return drawn.annotation.id, part
        return None

    def label_middle(self, number: int, annotation: Annotation) -> Point:
        """Give where the words of an annotation are seen."""
        drawn = self._drawn(number, annotation)
        if drawn is None or drawn.label is None:
            return annotation.label_px
        ratio = self._session.window.grid.pane_view(number).devicePixelRatioF()
        middle = drawn.label.center()
        return self.image_point(number, (middle.x() * ratio - 0.5, middle.y() * ratio - 0.5))

    def _say_tip(self, number: int, at_px: Point) -> str:
        """Say what is known of what is under the pointer."""
        found = self.hit(number, at_px)
        annotation = self._viewer.now.marking.annotation(found[0]) if found is not None else None
        return self.tool_tip(annotation, found[1]) if found is not None and annotation is not None else ""

    def _drawn(self, number: int, annotation: Annotation) -> Drawn | None:
        view = self._session.window.grid.pane_view(number)
        if view.scene is None:
            return None
        found = lay_out(view.scene, view.size_px, view.devicePixelRatioF())
        return next((each for each in found if each.annotation.id == annotation.id), None)

    def beyond_tail(self, number: int, annotation: Annotation) -> Point:
        """Give where the words of an arrow stand beyond its tail."""
        view = self._session.window.grid.pane_view(number)
        if view.scene is None:
            return annotation.label_px
        ratio = view.devicePixelRatioF()
        drawn = laid_out(annotation, to_screen(view.scene, view.size_px, ratio))
        middle = beyond_tail(drawn)
        return self.image_point(number, (middle.x() * ratio - 0.5, middle.y() * ratio - 0.5))

    def write(self, number: int, annotation: Annotation, done: Callable[[str | None], None]) -> None:
        """Let words be written in the pane."""
        self._write_in(number, annotation, annotation.text, done)

    def ask_length(self, number: int, annotation: Annotation, done: Callable[[float | None], None]) -> None:
        """Let the true length of a line be written: a number, with a unit or in mm."""
        from workstation.gui.viewer.lengths_written import length_mm

        known = "" if annotation.known_mm is None else f"{annotation.known_mm:g} mm"

        def written(text: str | None) -> None:
            found = None if text is None else length_mm(text)
            if text is not None and text.strip() and found is None:
                self.tell(f"“{text.strip()}” is no length. Write a number above 0, such as 20 mm, 2 cm or 1 in.")
            done(found)

        self._write_in(number, annotation, known, written, hint="true length, such as 20 mm")

    def _write_in(
        self, number: int, annotation: Annotation, text: str, done: Callable[[str | None], None], *, hint: str = ""
    ) -> None:
        from workstation.gui.canvas.label_editor import LabelEditor

        view = self._session.window.grid.pane_view(number)
        if view.scene is None:
            done(None)
            return
        drawn = self._drawn(number, annotation)
        at = to_screen(view.scene, view.size_px, view.devicePixelRatioF())(annotation.label_px)
        middle = drawn.label.center() if drawn is not None and drawn.label is not None else at
        editor = self._editor = LabelEditor(text, middle, annotation.colour, view)
        editor.setPlaceholderText(hint)

        def ended(text: str | None) -> None:
            if self._editor is editor:
                self._editor = None
                view.setFocus()
            done(text)

        editor.ended.connect(ended)

    def tell(self, words: str) -> None:
        """Say something below the panes."""
        self._session.notes.add(Note("information", words))

    def tool_changed(self) -> None:
        """Show which tool is in the hand, and what commands can act on."""
        actions = self._session.window.actions_by_id
        for tool in TOOLS:
            actions[tool.id].setChecked(self.annotator.tool == tool)
        for tell in self.on_tool:
            tell()
        self.show_list()

    def _delete(self) -> None:
        """Delete what is chosen, or the last point of what is being made."""
        if not self.annotator.take_back():
            self.annotator.chosen.delete()

    def _edit(self) -> None:
        """Write the words of the chosen annotation; with a tool in the hand, put one into the middle of the pane."""
        number, view = self._viewer.now.active, self._session.window.pane
        if self.annotator.tool is None:
            self.annotator.write(number)
        elif not self.annotator.close(number):
            width, height = view.size_px
            self.annotator.place_in_middle(number, ((width - 1) / 2, (height - 1) / 2))

    def _pane_made(self, number: int) -> None:
        grid = self._session.window.grid
        view = grid.pane_view(number)
        view.hand = PaneHand(self.annotator, lambda: grid.number_of(view), self._say_tip)

    def _frame_shown(self) -> None:
        if self._editor is not None:
            self._editor.clearFocus()
        self.show_list()

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        marking = self._viewer.now.marking
        if self._index[0] is not marking:
            found: dict[tuple[str, int], list[Annotation]] = {}
            for each in marking.annotations:
                found.setdefault((each.sop_instance_uid, each.frame), []).append(each)
            self._index = marking, {place: tuple(each) for place, each in found.items()}
        here = self._index[1].get((ref.instance.sop_instance_uid, ref.number), ())
        new = self.annotator.provisional
        if new is not None and new.is_on(ref.instance.sop_instance_uid, ref.number):
            here = (*here, new)
        lit = self.annotator.chosen.lit if here else ""
        followers = self._followers(scene, ref)
        brush = self.annotator.brush_seen(scene.instance.sop_instance_uid, scene.frame.number, scene.frame.spacing)
        if (here, lit, followers, brush) == (scene.annotations, scene.lit, scene.followers, scene.brush):
            return scene
        return replace(scene, annotations=here, lit=lit, followers=followers, brush=brush)

    def _followers(self, scene: Scene, ref: FrameRef) -> tuple[Annotation, ...]:
        """Give what lies on other images, and is seen on this one since it passes near: where it would be here."""
        plane = scene.frame.plane
        if plane is None or not plane.frame_of_reference_uid:
            return ()
        found = []
        for each in self._viewer.now.marking.annotations:
            if (
                each.kind in FOLLOWING
                and each.frame_of_reference_uid == plane.frame_of_reference_uid
                and not each.is_on(ref.instance.sop_instance_uid, ref.number)
            ):
                points, away = lps_to_image(plane, each.points_lps)
                if abs(float(away[0])) <= NEAR_MM:
                    at = float(points[0][0]), float(points[0][1])
                    found.append(replace(each, points_px=(at,), label_px=at))
        return tuple(found)

    def _keep_tools(self, on: bool) -> None:
        """Have tools stay in the hand after use, now and in later runs."""
        self.annotator.keeps_tool = self._session.remembered.keeps_tool = on

    def _kept(self) -> object:
        return to_json(self._viewer.now.marking)

    def _bring_back(self, value: object) -> None:
        marking, problems = rescued(value)
        self._viewer.restore_marking(marking)
        if problems:
            text = f"{counted(len(problems), 'annotation or key image', 'annotations or key images')} of the work could"
            self._session.notes.add(Note("warning", f"{text} not be brought back; the others were."))

    def _add_to_menu(self, menu: QMenu) -> None:
        """Add what can be done with the annotation that was clicked, and the tools."""
        actions = self._session.window.actions_by_id
        near = self.annotator.chosen.lit
        if near and self._viewer.now.marking.annotation(near) is not None:
            self.annotator.chosen.id = near
        part = menu.addMenu("Annotations")
        for name in ("note", "arrow", "annotations"):
            part.addAction(actions[name])
        chosen = self.annotator.chosen.annotation
        if chosen is not None:
            self._put_first(menu, chosen)

    def _put_first(self, menu: QMenu, chosen: Annotation) -> None:
        """Put what can be done with the chosen annotation at the beginning."""
        put_first(
            menu,
            chosen,
            self.annotator,
            self._session.window.actions_by_id,
            self._settled,
            of_measurement=OF_MEASUREMENT,
            of_chosen=OF_CHOSEN,
        )

    def show_list(self) -> None:
        """Have what lists annotations say what there is now."""
        for tell in self.on_list:
            tell()

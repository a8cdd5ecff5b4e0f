"""Annotations in the panes: N puts a note, Shift+N an arrow; a list of all of them on the right."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from workstation.display.view import Point
from workstation.gui.canvas.drawn import Part, beyond_tail, laid_out, to_screen
from workstation.gui.canvas.scene import Scene
from workstation.gui.open_work import Extra
from workstation.gui.panels.annotations.colours import add_colours
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.viewer.annotator import Annotator
from workstation.gui.viewer.wiring import image_point
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import Kind
from workstation.model.index.records import FrameRef
from workstation.model.marking import Marking, from_json, to_json

if TYPE_CHECKING:
    from workstation.gui.canvas.label_editor import LabelEditor
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

TOOLS: dict[str, Kind] = {"note": "text", "arrow": "arrow"}
OF_CHOSEN = ("edit-annotation", "lock-annotation", "copy-annotation-on", "copy-annotation-back", "delete-annotation")


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
        self._panel: QWidget | None = None
        self.annotator = Annotator(viewer, self)
        viewer.panes.dressers.append(self._dress)
        viewer.panes.on_frame.append(lambda _ref: self._frame_shown())
        session.open_work.extras["annotations and key images"] = Extra(self._kept, self._bring_back)
        session.window.side.add("annotations", self._make_panel)
        session.pane_menus.append(self._add_to_menu)
        session.back_steps.append(self.annotator.give_up)
        self._connect_commands(session)
        session.window.grid.pane_made.connect(self._pane_made)
        for number in range(len(session.window.grid.panes)):
            self._pane_made(number)

    def _connect_commands(self, session: "Session") -> None:
        annotator = self.annotator
        for name, kind in TOOLS.items():
            session.handle(name, lambda _on, kind=kind: annotator.take(kind))  # type: ignore[misc]  # binds the kind
        acts: dict[str, Callable[[], object]] = {
            "edit-annotation": self._edit,
            "lock-annotation": annotator.lock,
            "delete-annotation": annotator.delete,
            "copy-annotation-on": lambda: annotator.copy_on(1),
            "copy-annotation-back": lambda: annotator.copy_on(-1),
        }
        for name, act in acts.items():
            session.handle(name, lambda _on, act=act: self._settled(act))  # type: ignore[misc]  # binds the act
        session.handle("annotations", lambda on: session.window.side.show_panel("annotations", shown=on))

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
        screen = to_screen(scene, view.size_px, ratio)
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        for annotation in reversed(scene.annotations):
            part = laid_out(annotation, screen).part_at(at)
            if part is not None:
                return annotation.id, part
        return None

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
        from workstation.gui.canvas.label_editor import LabelEditor

        view = self._session.window.grid.pane_view(number)
        if view.scene is None:
            done(None)
            return
        middle = to_screen(view.scene, view.size_px, view.devicePixelRatioF())(annotation.label_px)
        editor = self._editor = LabelEditor(annotation.text, middle, annotation.colour, view)

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
        for name, kind in TOOLS.items():
            actions[name].setChecked(self.annotator.tool == kind)
        self._show_list()

    def _edit(self) -> None:
        """Write the words of the chosen annotation; with a tool in the hand, put one into the middle of the pane."""
        number, view = self._viewer.now.active, self._session.window.pane
        if self.annotator.tool is None:
            self.annotator.edit(number)
        else:
            width, height = view.size_px
            self.annotator.place_in_middle(number, ((width - 1) / 2, (height - 1) / 2))

    def _pane_made(self, number: int) -> None:
        grid = self._session.window.grid
        view = grid.pane_view(number)
        view.hand = _PaneHand(self.annotator, lambda: grid.number_of(view))

    def _frame_shown(self) -> None:
        if self._editor is not None:
            self._editor.clearFocus()
        self._show_list()

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
        lit = self.annotator.lit if here else ""
        if here == scene.annotations and lit == scene.lit:
            return scene
        return replace(scene, annotations=here, lit=lit)

    def _kept(self) -> object:
        return to_json(self._viewer.now.marking)

    def _bring_back(self, value: object) -> None:
        self._viewer.restore_marking(from_json(value))

    def _add_to_menu(self, menu: QMenu) -> None:
        """Add what can be done with the annotation that was clicked, and the tools."""
        actions = self._session.window.actions_by_id
        near = self.annotator.lit
        if near and self._viewer.now.marking.annotation(near) is not None:
            self.annotator.selected = near
        part = menu.addMenu("Annotations")
        for name in TOOLS:
            part.addAction(actions[name])
        part.addAction(actions["annotations"])
        if self.annotator.chosen is not None:
            part.addSeparator()
            for name in OF_CHOSEN:
                part.addAction(actions[name])
            add_colours(part.addMenu("Colour"), self.annotator.chosen.colour, self._recolour)

    def _recolour(self, colour: tuple[int, int, int]) -> None:
        self._viewer.settle()
        self.annotator.recolour(colour)

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.annotations.view import AnnotationsPanel

        window = self._session.window
        panel = AnnotationsPanel(window.tokens, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.chosen.connect(self._go_to)
        panel.delete_wanted.connect(lambda: self._settled(self.annotator.delete))
        panel.edit_wanted.connect(self._edit)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        self._viewer.on_marking.append(lambda _marking: self._show_list())
        self._show_list()
        return panel

    def _show_list(self) -> None:
        from workstation.gui.panels.annotations.view import AnnotationsPanel

        if isinstance(self._panel, AnnotationsPanel):
            from workstation.gui.panels.annotations.presenter import lines_of

            marking, selected = self._viewer.now.marking, self.annotator.selected
            self._panel.show_lines(lines_of(marking, self._session.workspace), selected)

    def _go_to(self, number: str) -> None:
        """Show the image of an annotation, and choose it."""
        from workstation.gui.panels.annotations.presenter import image_of

        annotation = self._viewer.now.marking.annotation(number)
        ref = image_of(annotation, self._session.workspace) if annotation is not None else None
        if ref is None:
            self.tell("The image of the annotation is not open.")
            return
        self._viewer.show_image(ref)
        self.annotator.select(number)


class _PaneHand:
    """The hand of one pane."""

    def __init__(self, annotator: Annotator, number: Callable[[], int]) -> None:
        self._annotator, self._number = annotator, number

    def press(self, at_px: Point) -> bool:
        return self._annotator.press(self._number(), at_px)

    def drag(self, at_px: Point) -> None:
        self._annotator.drag(self._number(), at_px)

    def release(self, at_px: Point) -> None:
        self._annotator.release(self._number(), at_px)

    def hover(self, at_px: Point) -> Qt.CursorShape | None:
        part = self._annotator.hover(self._number(), at_px)
        if self._annotator.tool is not None:
            return Qt.CursorShape.CrossCursor
        return None if part is None else Qt.CursorShape.PointingHandCursor

    def double_click(self, at_px: Point) -> bool:
        return self._annotator.double_click(self._number(), at_px)

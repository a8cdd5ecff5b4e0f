"""What hands do with annotations: made with a tool, dragged, written, coloured, locked, copied on, deleted."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from workstation.display.view import Point
from workstation.gui.viewer.presenter import Viewer
from workstation.model.annotation import Annotation, Rgb
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import Plane
from workstation.model.index.records import FrameRef
from workstation.model.marking import Marking
from workstation.model.slices import plane_of
from workstation.model.text import clean

Part = tuple[str, int]
NAMES: dict[Kind, str] = {"text": "note", "arrow": "arrow"}
HAND_PX = 4.0
"""Below so many device pixels a hand has only trembled."""
LABEL_AWAY_PX, TAIL_AWAY_PX = (46.0, -34.0), (52.0, 44.0)
"""Where words and tails go, right and down on the screen, where a hand says nothing."""


class AnnotatorView(Protocol):
    """What the annotator needs of the panes; points on the screen are device pixels of a pane."""

    def image_point(self, number: int, at_px: Point) -> Point:
        """Give the image point (column, row) under a point of a pane."""

    def hit(self, number: int, at_px: Point) -> tuple[str, Part] | None:
        """Give the annotation under a point of a pane, and what of it."""

    def beyond_tail(self, number: int, annotation: Annotation) -> Point:
        """Give where the middle of an arrow's words lies so that they stand just beyond its tail."""

    def write(self, number: int, annotation: Annotation, done: Callable[[str | None], None]) -> None:
        """Let the words of an annotation be written where they stand; None where that is given up."""

    def tell(self, words: str) -> None:
        """Say something to the person."""

    def tool_changed(self) -> None:
        """Be told that the tool, or what is chosen, has changed."""


class Annotator:
    """Changes the annotations of a viewer.

    Parameters
    ----------
    viewer
        Holds them, with everything else that can be undone.
    view
        The panes.
    """

    def __init__(self, viewer: Viewer, view: AnnotatorView) -> None:
        self._viewer, self._view = viewer, view
        self._drag: tuple[int, Annotation, Part, Point, Point] | None = None
        self._near = ""
        self.tool: Kind | None = None
        self.selected = ""
        self.provisional: Annotation | None = None
        self.colour: Rgb | None = None

    @property
    def marking(self) -> Marking:
        """What there is."""
        return self._viewer.now.marking

    @property
    def lit(self) -> str:
        """The annotation whose handles are seen."""
        return self._near or self.selected

    @property
    def chosen(self) -> Annotation | None:
        """The annotation that commands act on, where it is on an image that is seen."""
        found = self.marking.annotation(self.selected)
        return found if found is not None and found.is_on(*self._place()) else None

    def take(self, tool: Kind | None) -> None:
        """Have the next press make an annotation; the same tool again puts it away."""
        self.tool = None if tool == self.tool else tool
        self._drag = self.provisional = None
        self._view.tool_changed()

    def give_up(self) -> bool:
        """Put the tool away, or let go of what is chosen; tells whether there was anything."""
        was_busy = bool(self.tool or self.provisional or self.selected)
        self.tool, self.provisional, self._drag = None, None, None
        self.selected = self._near = ""
        if was_busy:
            self._changed()
        return was_busy

    def select(self, number: str) -> None:
        """Have commands act on an annotation."""
        self.selected = number
        self._changed()

    def press(self, number: int, at_px: Point) -> bool:
        """Begin to make or to move something."""
        ref = self._viewer.pane(number).shown_frame
        if ref is None:
            return False
        at = self._view.image_point(number, at_px)
        if self.tool is not None:
            self._begin(number, ref, at, at_px)
            return True
        found = self._view.hit(number, at_px)
        before = self.selected
        self.selected = found[0] if found is not None else ""
        if found is None or (annotation := self.marking.annotation(found[0])) is None:
            if before:
                self._changed()
            return False
        self._drag = (number, annotation, found[1], at, at_px)
        self._changed()
        return True

    def drag(self, number: int, at_px: Point) -> None:
        """Go on."""
        if self._drag is None:
            return
        _, annotation, part, start, start_px = self._drag
        if self.provisional is None and _distance(at_px, start_px) < HAND_PX:
            return
        at = self._view.image_point(number, at_px)
        if self.provisional is not None:
            is_far = _distance(at_px, start_px) >= HAND_PX
            self.provisional = _pulled(annotation, at) if is_far else annotation
            self._changed()
        elif annotation.is_locked:
            return
        else:
            self._put(_changed_part(annotation, part, start, at), "move of the", merges=True)

    def release(self, number: int, at_px: Point) -> None:
        """End it: a new annotation is written next."""
        drag, self._drag = self._drag, None
        made = self.provisional
        if drag is None or made is None:
            if drag is not None and drag[1].is_locked and _distance(at_px, drag[4]) >= HAND_PX:
                self._view.tell("The annotation is locked. Ctrl+L unlocks it.")
            return
        self.tool = None
        if _distance(at_px, drag[4]) < HAND_PX:
            away = TAIL_AWAY_PX if made.kind == "arrow" else LABEL_AWAY_PX
            made = _pulled(made, self._view.image_point(number, (at_px[0] + away[0], at_px[1] + away[1])))
        self._finish(number, made)

    def place_in_middle(self, number: int, middle_px: Point) -> None:
        """Make an annotation without the mouse: in the middle of the pane."""
        if self.tool is not None and self.press(number, middle_px):
            self.release(number, middle_px)

    def hover(self, number: int, at_px: Point) -> Part | None:
        """Be told where the pointer is; gives what is under it."""
        found = self._view.hit(number, at_px) if self.marking.annotations else None
        near = found[0] if found is not None else ""
        if near != self._near:
            self._near = near
            self._viewer.panes.dress_again()
        return found[1] if found is not None else None

    def double_click(self, number: int, at_px: Point) -> bool:
        """Write the words of what is there."""
        found = self._view.hit(number, at_px)
        if found is None:
            return False
        self._drag = None
        self.selected = found[0]
        self.edit(number)
        return True

    def edit(self, number: int) -> None:
        """Let the words of the chosen annotation be written anew; a note without words is deleted."""
        annotation = self._free()
        if annotation is None:
            return

        def done(text: str | None) -> None:
            now = self.marking.annotation(annotation.id)
            if text is None or now is None:
                return
            words = clean(text)
            written = replace(now, text=words)
            if now.kind == "arrow" and not now.text and words:
                written = written.with_label(self._view.beyond_tail(number, written))
            if not words and now.kind == "text":
                self._viewer.mark_up(self.marking.without_annotation(now.id), "deletion of the note")
            else:
                self._put(written, "words of the")

        self._view.write(number, annotation, done)

    def delete(self) -> None:
        """Delete the chosen annotation."""
        annotation = self._free()
        if annotation is not None:
            self.selected = self._near = ""
            name = NAMES[annotation.kind]
            self._viewer.mark_up(self.marking.without_annotation(annotation.id), f"deletion of the {name}")
            self._view.tool_changed()

    def recolour(self, colour: Rgb) -> None:
        """Give the chosen annotation another colour, and those that are made from now on."""
        self.colour = colour
        annotation = self._free() if self.selected else None
        if annotation is not None:
            self._put(replace(annotation, colour=colour), "colour of the")

    def lock(self) -> None:
        """Lock the chosen annotation, or unlock it."""
        annotation = self._chosen_or_told()
        if annotation is not None:
            what = "unlocking of the" if annotation.is_locked else "locking of the"
            self._put(replace(annotation, is_locked=not annotation.is_locked), what)

    def copy_on(self, steps: int) -> None:
        """Copy the chosen annotation to the next image of its stack, and go there."""
        annotation, pane = self._chosen_or_told(), self._viewer.active
        stack, scene = pane.stack, pane.scene
        if annotation is None or stack is None or scene is None:
            return
        index = scene.position[0] - 1 + steps
        if not 0 <= index < len(stack.frames):
            self._view.tell("There is no image on this side.")
            return
        ref = stack.frames[index]
        if (ref.instance.rows, ref.instance.columns) != (scene.instance.rows, scene.instance.columns):
            self._view.tell("The next image has another size, so the annotation has no place on it.")
            return
        place = {"sop_instance_uid": ref.instance.sop_instance_uid, "frame": ref.number}
        made = replace(annotation, id=new_id(), is_locked=False, **place)  # type: ignore[arg-type]  # fields of it
        self.selected = made.id
        self._put(made.on_plane(_plane_ahead(ref)), "copy of the")
        pane.go_to(index)

    def _begin(self, number: int, ref: FrameRef, at: Point, at_px: Point) -> None:
        kind = self.tool or "text"
        points = (at,) if kind == "text" else (at, at)
        uid, frame = ref.instance.sop_instance_uid, ref.number
        made = Annotation(new_id(), kind, uid, frame, points, at)
        self.provisional = made if self.colour is None else replace(made, colour=self.colour)
        self._drag = (number, self.provisional, ("label", 0), at, at_px)

    def _finish(self, number: int, made: Annotation) -> None:
        """Put a new annotation in; a note is one only once it has words."""
        self.provisional = made
        if made.kind == "arrow":
            self.provisional, self.selected = None, made.id
            self._put(made, "", merges=True)
        self._changed()
        self._view.tool_changed()

        def done(text: str | None) -> None:
            words = clean(text or "")
            self.provisional = None
            if words:
                self.selected = made.id
                written = replace(made, text=words)
                if made.kind == "arrow":
                    written = written.with_label(self._view.beyond_tail(number, written))
                self._put(written, "", merges=True)
            self._changed()

        self._view.write(number, made, done)

    def _put(self, annotation: Annotation, what: str, *, merges: bool = False) -> None:
        scene = self._viewer.active.scene
        on_image = annotation.is_on(*self._place())
        if on_image and scene is not None:
            annotation = annotation.on_plane(scene.frame.plane)
        label = f"{what} {NAMES[annotation.kind]}".strip()
        run = f"annotation {annotation.id} {what}" if merges else ""
        self._viewer.mark_up(self.marking.with_annotation(annotation), label, merges_with=run)

    def _free(self) -> Annotation | None:
        annotation = self._chosen_or_told()
        if annotation is not None and annotation.is_locked:
            self._view.tell("The annotation is locked. Ctrl+L unlocks it.")
            return None
        return annotation

    def _chosen_or_told(self) -> Annotation | None:
        annotation = self.chosen
        if annotation is None:
            self._view.tell("Choose an annotation first: click it.")
        return annotation

    def _place(self) -> tuple[str, int]:
        ref = self._viewer.active.shown_frame
        return ("", -1) if ref is None else (ref.instance.sop_instance_uid, ref.number)

    def _changed(self) -> None:
        self._viewer.panes.dress_again()
        self._view.tool_changed()


def new_id() -> str:
    """Give an id that no other annotation has."""
    return uuid.uuid4().hex


def _pulled(annotation: Annotation, at: Point) -> Annotation:
    """Give a new annotation whose words, and tail, are pulled to a point."""
    if annotation.kind == "arrow":
        return replace(annotation, points_px=(annotation.points_px[0], at), label_px=at)
    return annotation.with_label(at)


def _changed_part(annotation: Annotation, part: Part, start: Point, at: Point) -> Annotation:
    by = at[0] - start[0], at[1] - start[1]
    kind, number = part
    if kind == "point":
        moved = annotation.points_px[number]
        return annotation.with_point(number, (moved[0] + by[0], moved[1] + by[1]))
    if kind == "label":
        return annotation.with_label((annotation.label_px[0] + by[0], annotation.label_px[1] + by[1]))
    return annotation.moved(by)


def _plane_ahead(ref: FrameRef) -> Plane | None:
    """Give the plane of an image that is not read yet; that of a frame of several is known only then."""
    return plane_of(ref.instance) if ref.instance.number_of_frames <= 1 else None


def _distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)

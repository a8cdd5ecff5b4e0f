"""The annotation that commands act on: written, coloured, locked, copied on, deleted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from workstation.display.view import Point
from workstation.gui.canvas.reshaping import CORNERED, moved_by, with_point_added, without_point
from workstation.gui.viewer.annotated import Annotated
from workstation.gui.viewer.making import new_id, new_tracking
from workstation.model.annotation import Annotation, Rgb
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Plane, Spacing
from workstation.model.index.records import FrameRef
from workstation.model.instance_plane import plane_of
from workstation.model.marking import Marking
from workstation.model.outlines import strokes
from workstation.model.text import clean


class WordsView(Protocol):
    """What is needed of the panes; points on the screen are device pixels of a pane."""

    def beyond_tail(self, number: int, annotation: Annotation) -> Point:
        """Give where the middle of an arrow's words lies so that they stand just beyond its tail."""

    def write(self, number: int, annotation: Annotation, done: Callable[[str | None], None]) -> None:
        """Let the words of an annotation be written where they stand; None where that is given up."""

    def tell(self, words: str) -> None:
        """Say something to the person."""

    def tool_changed(self) -> None:
        """Be told that the tool, or what is chosen, has changed."""


class Chosen:
    """Changes the chosen annotation of a viewer.

    Parameters
    ----------
    viewer
        Holds all of them, with everything else that can be undone.
    view
        The panes.
    """

    def __init__(self, viewer: Annotated, view: WordsView) -> None:
        self._viewer, self._view = viewer, view
        self.id = ""
        self.near = ""
        self.colour: Rgb | None = None

    @property
    def marking(self) -> Marking:
        """What there is."""
        return self._viewer.now.marking

    @property
    def lit(self) -> str:
        """The annotation whose handles are seen."""
        return self.near or self.id

    @property
    def annotation(self) -> Annotation | None:
        """The one that commands act on, where it is on an image that is seen."""
        found = self.marking.annotation(self.id)
        return found if found is not None and found.is_on(*self._place()) else None

    def choose_next(self, steps: int) -> None:
        """Choose the annotation of the image that was made after the chosen one, or before it, round and round."""
        here = [each.id for each in self.marking.on(*self._place())]
        if not here:
            self._view.tell("There is no annotation on this image.")
            return
        self.near = ""
        at = here.index(self.id) + steps if self.id in here else (0 if steps > 0 else -1)
        self.select(here[at % len(here)])

    def nudge(self, right: int, down: int) -> None:
        """Move it by pixels of the image, as they are seen: to the right and down on the screen."""
        annotation, scene = self._free(), self._viewer.active.scene
        if annotation is not None and scene is not None:
            columns, rows = (scene.view.axes().T @ (right, down)).tolist()
            self.put(moved_by(annotation, (float(columns), float(rows))), "move of the", merges=True)

    def select(self, number: str) -> None:
        """Have commands act on an annotation."""
        self.id = number
        self.changed()

    def drop(self) -> bool:
        """Let go of it; tells whether there was one."""
        had, self.id, self.near = bool(self.id), "", ""
        return had

    def edit(self, number: int) -> None:
        """Let its words be written anew; a note without words is deleted."""
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
            if not words and now.kind in ("text", "vertebra"):
                self._viewer.mark_up(self.marking.without_annotation(now.id), f"deletion of the {_name(now)}")
            elif written != now:
                self.put(written, "words of the")

        self._view.write(number, annotation, done)

    def delete(self) -> None:
        """Delete it."""
        annotation = self._free()
        if annotation is not None:
            self.id = self.near = ""
            self._viewer.mark_up(self.marking.without_annotation(annotation.id), f"deletion of the {_name(annotation)}")
            self._view.tool_changed()

    def recolour(self, colour: Rgb) -> None:
        """Give it another colour, and those that are made from now on."""
        self.colour = colour
        annotation = self._free() if self.id else None
        if annotation is not None:
            self.put(replace(annotation, colour=colour), "colour of the")

    def lock(self) -> None:
        """Lock it, or unlock it."""
        annotation = self._chosen_or_told()
        if annotation is not None:
            what = "unlocking of the" if annotation.is_locked else "locking of the"
            self.put(replace(annotation, is_locked=not annotation.is_locked), what)

    def place_label(self) -> None:
        """Have its words go where they cover nothing again."""
        annotation = self._free()
        if annotation is not None:
            self.put(replace(annotation, is_label_moved=False), "place of the words of the")

    def add_point(self, at: Point) -> int | None:
        """Add a point to its line; gives the number of that."""
        annotation = self._free()
        if annotation is None or annotation.kind not in CORNERED:
            return None
        made, number = with_point_added(annotation, at)
        self.put(made, "new point of the")
        return number

    def remove_point(self, number: int) -> None:
        """Take one of its points away."""
        annotation = self._free()
        if annotation is None or annotation.kind not in CORNERED:
            return
        made = without_point(annotation, number)
        if made is None:
            fewest = TRAITS[annotation.kind].fewest
            self._view.tell(f"A {_name(annotation)} has at least {fewest} points.")
        else:
            self.put(made, "point less of the")

    def copy_on(self, steps: int) -> None:
        """Copy it to the next image of its stack, and go there."""
        index = self._index()
        if index is None:
            return
        made = self._copies([index + steps])
        if made:
            self.id = made[-1].id
            self._put_all(made, "copy of the")
            self._viewer.active.go_to(index + steps)

    def copy_to(self, before: int, after: int) -> None:
        """Copy it to so many images before its own and after it; a region makes a volume with its copies."""
        index = self._index()
        if index is None:
            return
        places = (*range(index - before, index), *range(index + 1, index + after + 1))
        made = self._copies(places)
        if made:
            self._put_all(made, "copies of the")

    def put(self, annotation: Annotation, what: str, *, merges: bool = False, only: bool = False) -> None:
        """Put it into the marking, in place of the one of its id, as a step that can be undone."""
        scene = self._viewer.active.scene
        if annotation.is_on(*self._place()) and scene is not None:
            annotation = _with_words_beside(annotation.on_plane(scene.frame.plane), scene.frame.spacing)
        label = what if only else f"{what} {_name(annotation)}".strip()
        run = f"annotation {annotation.id} {what}" if merges else ""
        self._viewer.mark_up(self.marking.with_annotation(annotation), label, merges_with=run)

    def changed(self) -> None:
        """Show what has changed."""
        self._viewer.panes.dress_again()
        self._view.tool_changed()

    def is_free(self, annotation: Annotation) -> bool:
        """Tell whether it may be changed, and the person where not."""
        if annotation.is_locked:
            self._view.tell("The annotation is locked. Ctrl+L unlocks it.")
        return not annotation.is_locked

    def _index(self) -> int | None:
        annotation, scene = self._chosen_or_told(), self._viewer.active.scene
        return scene.position[0] - 1 if annotation is not None and scene is not None else None

    def _copies(self, indexes: Iterable[int]) -> list[Annotation]:
        """Give it, and copies of it for images of the stack; says why where there can be none."""
        annotation, pane = self._chosen_or_told(), self._viewer.active
        stack, scene = pane.stack, pane.scene
        if annotation is None or stack is None or scene is None:
            return []
        if TRAITS[annotation.kind].is_region:
            # Contours of one lesion on several images are one volume.
            tracked = annotation.about if annotation.about and annotation.about.tracking_uid else None
            annotation = replace(annotation, about=tracked or new_tracking(annotation.about))
        refs = [stack.frames[index] for index in indexes if 0 <= index < len(stack.frames)]
        size = (scene.instance.rows, scene.instance.columns)
        fitting = [ref for ref in refs if (ref.instance.rows, ref.instance.columns) == size]
        if not refs:
            self._view.tell("There is no image on this side.")
        elif not fitting:
            self._view.tell("The next image has another size, so the annotation has no place on it.")
        return [annotation, *(_copied(annotation, ref) for ref in fitting)] if fitting else []

    def _put_all(self, made: list[Annotation], what: str) -> None:
        marking = self.marking
        for each in made:
            marking = marking.with_annotation(each)
        self._viewer.mark_up(marking, f"{what} {_name(made[0])}")

    def _free(self) -> Annotation | None:
        annotation = self._chosen_or_told()
        return annotation if annotation is not None and self.is_free(annotation) else None

    def _chosen_or_told(self) -> Annotation | None:
        annotation = self.annotation
        if annotation is None:
            self._view.tell("Choose an annotation first: click it.")
        return annotation

    def _place(self) -> tuple[str, int]:
        ref = self._viewer.active.shown_frame
        return ("", -1) if ref is None else (ref.instance.sop_instance_uid, ref.number)


def _name(annotation: Annotation) -> str:
    return TRAITS[annotation.kind].name


def _with_words_beside(annotation: Annotation, spacing: Spacing) -> Annotation:
    """Say where words of a measurement are that nobody has placed, for those who know nothing of a screen."""
    if annotation.is_label_moved or annotation.kind in ("text", "arrow"):
        return annotation
    points = [*annotation.points_px, *(tuple(at) for each in strokes(annotation, spacing) for at in each.points_px)]
    column, row = max(points)
    return annotation.with_label((float(column), float(row)))


def _copied(annotation: Annotation, ref: FrameRef) -> Annotation:
    place = {"sop_instance_uid": ref.instance.sop_instance_uid, "frame": ref.number}
    made = replace(annotation, id=new_id(), is_locked=False, **place)  # type: ignore[arg-type]  # fields of it
    return made.on_plane(_plane_ahead(ref))


def _plane_ahead(ref: FrameRef) -> Plane | None:
    """Give the plane of an image that is not read yet; that of a frame of several is known only then."""
    return plane_of(ref.instance) if ref.instance.number_of_frames <= 1 else None

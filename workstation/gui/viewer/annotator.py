"""What hands do with annotations: made with a tool, taken hold of, dragged, turned, written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.reshaping import CORNERED, moved_by, turned, with_point_at
from workstation.gui.canvas.scene import Brush
from workstation.gui.viewer.annotated import Annotated
from workstation.gui.viewer.annotating_tools import Tool
from workstation.gui.viewer.chosen import Chosen
from workstation.gui.viewer.finishing import Finishing, FinishingView
from workstation.gui.viewer.making import HAND_PX, Ground, Making, Options, Touch, distance
from workstation.gui.viewer.making_masks import MakingGrown, MakingMask
from workstation.gui.viewer.making_points import MakingPoints
from workstation.gui.viewer.making_strokes import MakingNote, MakingStroke
from workstation.gui.viewer.shaping import middle_clicks
from workstation.model.annotation import About, Annotation
from workstation.model.geometry import Spacing
from workstation.model.outlines import mm_per_px
from workstation.quick_dataclass import dataclass

Part = tuple[str, int]
"""What of an annotation is under the pointer: ("point", its number), ("turn", 0), ("label", 0), ("whole", 0)."""
NEED_GREYS = ("measure-grow", "measure-threshold-brush")
SMALLEST_BRUSH, LARGEST_BRUSH = 0.2, 400.0
BRUSH_STEP = 1.25
"""A key makes the brush so many times as large."""


class AnnotatorView(FinishingView, Protocol):
    """What the annotator needs of the panes; points on the screen are device pixels of a pane."""

    def hit(self, number: int, at_px: Point) -> tuple[str, Part] | None:
        """Give the annotation under a point of a pane, and what of it."""

    def label_middle(self, number: int, annotation: Annotation) -> Point:
        """Give the image point at which the middle of its words is seen."""


@dataclass(frozen=True)
class _Drag:
    number: int
    annotation: Annotation
    part: Part
    start: Touch
    spacing: Spacing


class Annotator:
    """Makes and changes the annotations of a viewer.

    Parameters
    ----------
    viewer
        Holds them, with everything else that can be undone.
    view
        The panes.
    options
        How tools work that have a choice; own ones where None.
    """

    def __init__(self, viewer: Annotated, view: AnnotatorView, options: Options | None = None) -> None:
        self._viewer, self._view = viewer, view
        self._drag: _Drag | None = None
        self._under: tuple[str, Part, Point] | None = None
        self._is_moving = False
        self._making: Making | None = None
        self._making_in = -1
        self._about: About | None = None
        self._brush: tuple[str, int, Point] | None = None
        self.tool: Tool | None = None
        self.keeps_tool = False
        self.options = options or Options()
        self.chosen = Chosen(viewer, view)
        self._finishing = Finishing(viewer, view, self.chosen, self.options)

    @property
    def on_made(self) -> Callable[[Annotation], object]:
        """Told of each new measurement."""
        return self._finishing.on_made

    @on_made.setter
    def on_made(self, told: Callable[[Annotation], object]) -> None:
        self._finishing.on_made = told

    @property
    def provisional(self) -> Annotation | None:
        """What is seen, but is none yet."""
        return self._making.made if self._making is not None else self._finishing.waiting

    @property
    def is_making(self) -> bool:
        """Whether something is begun."""
        return self._making is not None

    @property
    def is_whole(self) -> bool:
        """Whether there is enough of what is being made to be measured."""
        return self._making is not None and self._making.is_whole

    def take(self, tool: Tool | None) -> None:
        """Have the next press make an annotation; the same tool again puts it away."""
        self.tool = None if tool == self.tool else tool
        self._drag = self._about = self.options.last_vertebra = None
        self._drop_making()
        self._view.tool_changed()

    def give_up(self) -> bool:
        """Give up what is being made; else put the tool away; else let go of what is chosen."""
        if self._making is not None:
            self._drop_making()
        elif self.tool is not None:
            self.tool, self._drag, self._about = None, None, None
        elif not self.chosen.drop():
            return False
        self.chosen.changed()
        return True

    def press(self, number: int, at_px: Point, held: Modifier = "") -> bool:
        """Begin to make or to move something."""
        ground = self._ground(number, at_px)
        if ground is None:
            return False
        touch = self._touch(number, at_px, held)
        if self.tool is not None:
            self._press_tool(number, self.tool, ground, touch)
            return True
        return self._take_hold(number, touch, ground.frame.spacing)

    def drag(self, number: int, at_px: Point, held: Modifier = "") -> None:
        """Go on."""
        touch = self._touch(number, at_px, held)
        self._point_brush(number, touch.at)
        if self._making is not None:
            self._making.drag(touch)
            self._show_making()
        elif self._drag is not None and not self._drag.annotation.is_locked:
            self._is_moving = self._is_moving or distance(at_px, self._drag.start.at_px) >= HAND_PX
            if self._is_moving:
                self.chosen.put(_changed_part(self._drag, touch.at), _move_label(self._drag.part), merges=True)

    def release(self, number: int, at_px: Point, held: Modifier = "") -> None:
        """End it: a new note is written next."""
        drag, self._drag = self._drag, None
        if self._making is not None:
            self._making.release(self._touch(number, at_px, held))
            self._show_making()
            self._end_if_over(number)
        elif drag is not None and distance(at_px, drag.start.at_px) >= HAND_PX:
            self.chosen.is_free(drag.annotation)

    def move(self, number: int, at_px: Point, held: Modifier = "") -> Part | None:
        """Be told where the pointer is while no button is down; gives what is under it."""
        if self._making is not None:
            if number == self._making_in:
                self._making.move(self._touch(number, at_px, held))
                self._show_making()
            return None
        if self.tool is not None:
            if self._point_brush(number, self._view.image_point(number, at_px)):
                self._viewer.panes.dress_again()
            return None
        found = self._view.hit(number, at_px) if self.chosen.marking.annotations else None
        self._under = None if found is None else (found[0], found[1], self._view.image_point(number, at_px))
        near = found[0] if found is not None else ""
        if near != self.chosen.near:
            self.chosen.near = near
            self._viewer.panes.dress_again()
        return found[1] if found is not None else None

    def corner_acts(self) -> list[tuple[str, Callable[[], object]]]:
        """Give what can be done with the corner or the line of the chosen one that was last under the pointer."""
        chosen = self.chosen.annotation
        if self._under is None or chosen is None or chosen.kind not in CORNERED or self._under[0] != chosen.id:
            return []
        (name, number), at = self._under[1:]
        if name == "point":
            return [("Take this point away", lambda: self.chosen.remove_point(number))]
        return [("Add a point here", lambda: self.chosen.add_point(at))] if name == "whole" else []

    def leave(self) -> None:
        """Be told that the pointer is in no pane."""
        if self._brush is not None:
            self._brush = None
            self._viewer.panes.dress_again()

    def brush_on(self, sop_instance_uid: str, frame: int) -> Point | None:
        """Give the image point under a brush that is over this image."""
        is_in_hand = self.tool is not None and self.tool.way == "brush"
        here = self._brush is not None and self._brush[:2] == (sop_instance_uid, frame)
        return self._brush[2] if is_in_hand and here and self._brush is not None else None

    def brush_seen(self, sop_instance_uid: str, frame: int, spacing: Spacing) -> Brush | None:
        """Give the rim of the brush where the pointer is on this image."""
        at = self.brush_on(sop_instance_uid, frame)
        if at is None:
            return None
        columns, rows = (self.options.brush / 2 / mm_per_px(spacing)).tolist()
        return Brush(at, (columns, rows))

    def double_click(self, number: int, at_px: Point) -> bool:
        """End what is made, or write the words of what is there."""
        if self.tool is not None:
            if self._making is not None:
                self.close(number)
            return True
        found = self._view.hit(number, at_px)
        if found is None:
            return False
        self._drag = None
        self.chosen.id = found[0]
        self.write(number)
        return True

    def write(self, number: int) -> None:
        """Let the words of the chosen annotation be written anew, of a calibration line its length."""
        annotation = self.chosen.annotation
        if annotation is not None and annotation.kind == "calibration" and self.chosen.is_free(annotation):
            self._finishing.ask_length(number, annotation)
        else:
            self.chosen.edit(number)

    def close(self, number: int) -> bool:
        """End what is being made where it has enough points; tells whether anything is."""
        if self._making is None:
            return False
        self._making.close()
        self._show_making()
        self._end_if_over(number)
        return True

    def take_back(self) -> bool:
        """Take back the last point of what is being made; tells whether anything is."""
        if self._making is None:
            return False
        if not self._making.take_back():
            self._drop_making()
        self._show_making()
        return True

    def place_in_middle(self, number: int, middle_px: Point) -> None:
        """Make an annotation without the mouse: in the middle of the pane."""
        if self.tool is None or self.tool.way in ("stroke", "brush"):
            return
        reach = (middle_px[0] / 4, middle_px[1] / 4)
        for at_px in middle_clicks(self.tool, middle_px, reach) if self.tool.way == "points" else (middle_px,):
            self.press(number, at_px)
            self.release(number, at_px)
        self.close(number)

    def change_brush(self, factor: float) -> bool:
        """Have a larger or smaller brush; tells whether one is in the hand."""
        if self.tool is None or self.tool.way != "brush":
            return False
        self.options.brush = min(max(self.options.brush * factor, SMALLEST_BRUSH), LARGEST_BRUSH)
        self._viewer.panes.dress_again()
        self._view.tool_changed()
        return True

    def _point_brush(self, number: int, at: Point) -> bool:
        """Be told where the pointer is; tells whether it is a brush."""
        ref = self._viewer.pane(number).shown_frame
        if ref is None or self.tool is None or self.tool.way != "brush":
            return False
        self._brush = ref.instance.sop_instance_uid, ref.number, at
        return True

    def _press_tool(self, number: int, tool: Tool, ground: Ground, touch: Touch) -> None:
        if self._making is not None and (number != self._making_in or not self._is_made_on(ground)):
            self._drop_making()
        if self._making is None:
            if tool.id in NEED_GREYS and ground.frame.is_colour:
                self._view.tell("The pixels of a colour image have no single value, so there are no limits for them.")
                return
            self._making, self._making_in = self._begin(tool, ground, is_new=touch.held == "ctrl"), number
        self._making.press(touch)
        self._show_making()
        if self._making.is_over:  # closed by a click on a point
            self._end_if_over(number)

    def _is_made_on(self, ground: Ground) -> bool:
        made = self._making.made if self._making is not None else None
        return made is None or made.is_on(ground.sop_instance_uid, ground.number)

    def _begin(self, tool: Tool, ground: Ground, *, is_new: bool) -> Making:
        if tool.way == "note":
            return MakingNote(tool, ground)
        if tool.way == "stroke":
            return MakingStroke(tool, ground)
        if tool.way == "grow":
            return MakingGrown(ground, self.options)
        if tool.way == "brush":
            if is_new:
                self._about = None
            goes_on = None if is_new else self._painted_before(ground)
            return MakingMask(tool, ground, self.options, goes_on=goes_on, about=self._about)
        return MakingPoints(tool, ground)

    def _painted_before(self, ground: Ground) -> Annotation | None:
        """Give the painted region that a stroke goes on with: the chosen one, or that of the same volume here."""
        chosen = self.chosen.annotation
        if chosen is not None and chosen.kind == "mask" and not chosen.is_locked:
            return chosen
        return self._of_volume(ground, self._about) if self._about is not None else None

    def _of_volume(self, ground: Ground, about: About) -> Annotation | None:
        """Give the painted region of the same volume that is on this image."""
        here = self.chosen.marking.on(ground.sop_instance_uid, ground.number)
        of_it = (each for each in here if each.about is not None and each.about.tracking_uid == about.tracking_uid)
        return next((each for each in of_it if each.kind == "mask" and not each.is_locked), None)

    def _show_making(self) -> None:
        self._viewer.panes.dress_again()

    def _drop_making(self) -> None:
        self._making, self._making_in = None, -1
        self._viewer.panes.dress_again()

    def _end_if_over(self, number: int) -> None:
        making = self._making
        if making is None or not making.is_over or self.tool is None:
            return
        tool = self.tool
        self._drop_making()
        if not (tool.stays or self.keeps_tool):
            self.tool = None
        self._finishing.finish(number, tool, making)
        if tool.way == "brush" and making.made is not None:
            self._about = making.made.about
        self._view.tool_changed()

    def _take_hold(self, number: int, touch: Touch, spacing: Spacing) -> bool:
        """Choose what is under the pointer, and be ready to move it."""
        found = self._view.hit(number, touch.at_px)
        before = self.chosen.id
        self.chosen.id = found[0] if found is not None else ""
        annotation = self.chosen.marking.annotation(found[0]) if found is not None else None
        if found is None or annotation is None:
            if before:
                self.chosen.changed()
            return False
        part = found[1]
        if touch.held == "ctrl" and annotation.kind in CORNERED and part[0] in ("point", "whole"):
            part = self._change_corners(part, touch)
            annotation = self.chosen.marking.annotation(annotation.id) or annotation
        if part[0] == "label" and not annotation.is_locked:
            annotation = annotation.with_label(self._view.label_middle(number, annotation))
        self._drag, self._is_moving = _Drag(number, annotation, part, touch, spacing), False
        self.chosen.changed()
        return True

    def _change_corners(self, part: Part, touch: Touch) -> Part:
        """Take a corner away, or add one that is dragged from then on."""
        if part[0] == "point":
            self.chosen.remove_point(part[1])
            return "nothing", 0
        number = self.chosen.add_point(touch.at)
        return ("point", number) if number is not None else part

    def _touch(self, number: int, at_px: Point, held: Modifier) -> Touch:
        return Touch(self._view.image_point(number, at_px), at_px, held)

    def _ground(self, number: int, at_px: Point) -> Ground | None:
        pane = self._viewer.pane(number)
        ref, scene = pane.shown_frame, pane.scene
        if ref is None or scene is None:
            return None
        here = self._view.image_point(number, at_px)
        right = self._view.image_point(number, (at_px[0] + 1, at_px[1]))
        across = right[0] - here[0], right[1] - here[1]
        ground = Ground(ref.instance.sop_instance_uid, ref.number, scene.frame, across)
        return ground if self.chosen.colour is None else replace(ground, colour=self.chosen.colour)


def _move_label(part: Part) -> str:
    return "turn of the" if part[0] == "turn" else "move of the"


def _changed_part(drag: _Drag, at: Point) -> Annotation:
    annotation, start = drag.annotation, drag.start.at
    by = at[0] - start[0], at[1] - start[1]
    kind, number = drag.part
    if kind == "point":
        before = annotation.points_px[number]
        return with_point_at(annotation, number, (before[0] + by[0], before[1] + by[1]), drag.spacing)
    if kind == "turn":
        return turned(annotation, start, at, drag.spacing)
    if kind == "label":
        label = annotation.label_px[0] + by[0], annotation.label_px[1] + by[1]
        return replace(annotation.with_label(label), is_label_moved=annotation.kind not in ("text", "arrow"))
    return moved_by(annotation, by) if kind == "whole" else annotation

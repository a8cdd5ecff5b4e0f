"""Lengths on the picture along a path: what is down is along the path, in mm."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.drawn import Part, lay_out
from workstation.gui.canvas.hands import Hand
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Scene
from workstation.gui.panels.curved.presenter import CurvedPresenter
from workstation.gui.viewer.wiring import image_point
from workstation.model.annotation import Annotation
from workstation.volume.curved.lengths import Ruler

if TYPE_CHECKING:
    from workstation.gui.viewer.annotator import Annotator
    from workstation.volume.curved.view import Along

LENGTH = "measure-length"
ONLY_LENGTHS = "On a curved plane lengths are measured, and nothing else: angles and areas are not true on it."
LEAST_MM = 0.1
ACROSS = 0.05
"""A line that goes across by no more than this share of its length is said to be along the path."""


class RulerHand:
    """See `workstation.gui.canvas.hands.Hand`.

    Parameters
    ----------
    curved, pane
        The picture.
    below
        The hand for the line of the cross-hair.
    annotator
        Knows the tool in the hand.
    tell
        Says something to the person.
    """

    def __init__(
        self, curved: CurvedPresenter, pane: Pane, below: Hand, annotator: "Annotator", tell: Callable[[str], None]
    ) -> None:
        self._curved, self._pane, self._below = curved, pane, below
        self._annotator, self._tell = annotator, tell
        self._held: tuple[Ruler, int] | None = None
        self._is_new = self._is_refused = False
        self._run = ""
        self.lit = ""

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Begin a length, or take an end of one."""
        made, tool = self._curved.made, self._annotator.tool
        self._is_refused = tool is not None and tool.id != LENGTH
        if made is None or self._is_refused:
            if self._is_refused:
                self._tell(ONLY_LENGTHS)
            return self._is_refused or self._below.press(at_px, held)
        place = place_mm(made, image_point(self._pane, at_px))
        found = self._hit(at_px) if held == "" else None
        self._is_new = tool is not None
        if tool is not None:
            self._hold(Ruler(uuid4().hex, of(made), (place, place)), 1)
        elif found is not None:
            ruler, part = found
            self._light(ruler.id)
            if part[0] == "point":
                self._hold(ruler, part[1])
        else:
            self._light("")
            return self._below.press(at_px, held)
        return True

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Move the end; with Shift it stays straight along the path, or across it."""
        made = self._curved.made
        if self._held is None or made is None:
            if not self._is_refused:
                self._below.drag(at_px, held)
            return
        ruler, end = self._held
        place, other = place_mm(made, image_point(self._pane, at_px)), ruler.ends_mm[1 - end]
        if held == "shift":
            is_along = abs(place[1] - other[1]) >= abs(place[0] - other[0])
            place = (other[0], place[1]) if is_along else (place[0], other[1])
        new = replace(ruler, ends_mm=(place, other) if end == 0 else (other, place))
        self._hold(new, end)
        if math.dist(*new.ends_mm) >= LEAST_MM:
            self._curved.drawing.measure(new, "length on the curved plane", merges_with=f"length {self._run}")

    def release(self, at_px: Point, held: Modifier) -> None:
        """End it; the tool stays in the hand only where it was said to."""
        if self._held is not None:
            is_made = self._is_new and math.dist(*self._held[0].ends_mm) >= LEAST_MM
            if is_made:
                self._light(self._held[0].id)
                if not self._annotator.keeps_tool:
                    self._annotator.give_up()
                    self._annotator.chosen.changed()
            self._held = None
        elif not self._is_refused:
            self._below.release(at_px, held)
        self._is_refused = False

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Give the shape of the pointer."""
        if self._annotator.tool is not None:
            return Qt.CursorShape.CrossCursor
        found = self._hit(at_px) if held == "" else None
        if found is not None:
            return Qt.CursorShape.SizeAllCursor if found[1][0] == "point" else Qt.CursorShape.PointingHandCursor
        return self._below.hover(at_px, held)

    def leave(self) -> None:
        """Be told that the pointer is gone."""
        self._below.leave()

    def turn(self, steps: float, held: Modifier) -> bool:
        """Leave the wheel."""
        return self._below.turn(steps, held)

    def tool_tip(self, at_px: Point) -> str:
        """Say what is there."""
        return self._below.tool_tip(at_px)

    def double_click(self, at_px: Point) -> bool:
        """Leave it, but for what is measured."""
        return self.takes(at_px)

    def takes(self, at_px: Point) -> bool:
        """Tell whether a click there is about lengths."""
        return self._annotator.tool is not None or self._hit(at_px) is not None

    def delete(self) -> bool:
        """Take away the length that is chosen; tells whether there was one."""
        if not any(each.id == self.lit for each in self._curved.drawing.state.rulers):
            return False
        self._curved.drawing.forget_length(self.lit)
        return True

    def dress(self, scene: Scene, made: "Along") -> Scene:
        """Add the lengths that were measured on this picture."""
        rulers = [each for each in self._curved.drawing.state.rulers if each.of == of(made)]
        if not rulers:
            return scene
        drawn = tuple(_annotation(each, made) for each in rulers)
        numbers = {each.id: words_of(each) for each in rulers}
        return replace(scene, annotations=drawn, numbers=numbers, lit=self.lit)

    def _hold(self, ruler: Ruler, end: int) -> None:
        if self._held is None:
            self._run = uuid4().hex
        self._held = (ruler, end)

    def _light(self, name: str) -> None:
        if name != self.lit:
            self.lit = name
            self._curved.show_again()

    def _hit(self, at_px: Point) -> tuple[Ruler, Part] | None:
        scene = self._pane.scene
        if scene is None or not scene.annotations:
            return None
        ratio = self._pane.devicePixelRatioF()
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        known = {each.id: each for each in self._curved.drawing.state.rulers}
        for drawn in reversed(lay_out(scene, self._pane.size_px, ratio)):
            part = drawn.part_at(at)
            if part is not None and drawn.annotation.id in known:
                return known[drawn.annotation.id], part
        return None


def of(made: "Along") -> "tuple[tuple[tuple[float, float, float], ...], str, float]":
    """Tell the picture from others: what is measured on one is not true of another."""
    return made.wish.points_lps, made.wish.kind, made.wish.turn_deg


def place_mm(made: "Along", point_px: Point) -> tuple[float, float]:
    """Give how far across, from the middle, and along an image point of the picture is."""
    spacing = made.layout.spacing
    return (point_px[0] - (made.layout.columns - 1) / 2) * spacing.between_columns, point_px[1] * spacing.between_rows


def words_of(ruler: Ruler) -> tuple[str, ...]:
    """Give a length in words: what is true of it, and of what."""
    (across, along), (other, further) = ruler.ends_mm
    length, way = math.dist(*ruler.ends_mm), abs(further - along)
    if ruler.of[1] != "straightened":
        return (f"{length:.1f} mm",)
    if abs(other - across) <= ACROSS * length:
        return (f"{way:.1f} mm along the path",)
    if way <= ACROSS * length:
        return (f"{length:.1f} mm across",)
    return f"{way:.1f} mm along the path", f"{abs(other - across):.1f} mm across"


def _annotation(ruler: Ruler, made: "Along") -> Annotation:
    spacing = made.layout.spacing
    first, last = (
        (across / spacing.between_columns + (made.layout.columns - 1) / 2, along / spacing.between_rows)
        for across, along in ruler.ends_mm
    )
    middle = (first[0] + last[0]) / 2, (first[1] + last[1]) / 2
    return Annotation(ruler.id, "length", "", 0, (first, last), middle)

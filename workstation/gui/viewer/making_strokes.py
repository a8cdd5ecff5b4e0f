"""Annotations drawn in one go with the button held, and notes and arrows, which are pulled to where words stand."""

from dataclasses import replace

from workstation.display.view import Point
from workstation.gui.viewer.annotating_tools import Tool
from workstation.gui.viewer.making import HAND_PX, Ground, InOneDrag, Touch, distance
from workstation.model.annotation import Annotation


class MakingStroke(InOneDrag):
    """A line drawn with the button held."""

    APART_PX = 2.0

    def __init__(self, tool: Tool, ground: Ground) -> None:
        self._tool, self._ground = tool, ground
        self._points: list[Point] = []
        self._last_px: Point = (0.0, 0.0)
        self.made: Annotation | None = None
        self.is_whole = False

    def press(self, touch: Touch) -> None:
        """See `Making`."""
        self._points, self._last_px = [touch.at], touch.at_px

    def drag(self, touch: Touch) -> None:
        """See `Making`."""
        if not self._points or distance(touch.at_px, self._last_px) < self.APART_PX:
            return
        self._points.append(touch.at)
        self._last_px = touch.at_px
        if len(self._points) >= 3:
            points = tuple(self._points)
            self.is_whole = True
            self.made = (
                self._ground.annotation(self._tool.kind, points)
                if self.made is None
                else replace(self.made, points_px=points)
            )

    def release(self, touch: Touch) -> None:
        """See `Making`; a click alone draws nothing."""
        self.drag(touch)
        self.is_over = self.made is not None
        if not self.is_over:
            self._points = []


class MakingNote(InOneDrag):
    """A note, or an arrow: what it is about, and where its words or its tail go."""

    def __init__(self, tool: Tool, ground: Ground) -> None:
        self._tool, self._ground = tool, ground
        self.start_px: Point = (0.0, 0.0)
        self._first: Annotation | None = None
        self.made: Annotation | None = None
        self.is_whole = False
        self.is_pulled = False

    def press(self, touch: Touch) -> None:
        """See `Making`."""
        points = (touch.at,) if self._tool.kind == "text" else (touch.at, touch.at)
        self._first = self.made = self._ground.annotation(self._tool.kind, points)
        self.start_px = touch.at_px

    def drag(self, touch: Touch) -> None:
        """See `Making`."""
        if self._first is not None:
            self.is_pulled = distance(touch.at_px, self.start_px) >= HAND_PX
            self.made = pulled(self._first, touch.at) if self.is_pulled else self._first

    def release(self, touch: Touch) -> None:
        """See `Making`."""
        self.drag(touch)
        self.is_over = self.made is not None


def pulled(annotation: Annotation, at: Point) -> Annotation:
    """Give a new note or arrow whose words, and tail, are pulled to a point."""
    if annotation.kind == "arrow":
        return replace(annotation, points_px=(annotation.points_px[0], at), label_px=at)
    return annotation.with_label(at)

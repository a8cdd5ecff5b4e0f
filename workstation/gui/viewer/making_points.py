"""Annotations made point by point: clicks with a line that follows the pointer, or drags, two points at a time."""

from dataclasses import replace

from workstation.display.view import Point
from workstation.gui.viewer.annotating_tools import Tool
from workstation.gui.viewer.making import HAND_PX, Ground, Touch, distance, new_id
from workstation.gui.viewer.shaping import shaped, steadied
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS


class MakingPoints:
    """Points, clicked one by one or by drags, two at a time."""

    def __init__(self, tool: Tool, ground: Ground) -> None:
        self._tool, self._ground = tool, ground
        self._clicks: list[Point] = []
        self._places_px: list[Point] = []
        self._is_held = False
        self._id = new_id()
        self.made: Annotation | None = None
        self.is_over = self.is_whole = False

    def press(self, touch: Touch) -> None:
        """See `Making`."""
        if self._closes(touch):
            self.close()
            return
        self._add(touch)
        self._show()

    def drag(self, touch: Touch) -> None:
        """See `Making`."""
        if self.is_over or not self._clicks or not self._is_far(touch):
            return
        if self._has_room:
            self._show(touch)
        else:
            self._clicks[-1], self._places_px[-1] = self._straight(touch, self._clicks[:-1]), touch.at_px
            self._show()

    def release(self, touch: Touch) -> None:
        """See `Making`."""
        if self.is_over:
            return
        if self._has_room and self._clicks and self._is_far(touch):
            self._add(touch)
        if not self._has_room:
            self.is_over = True
        self._show()

    def move(self, touch: Touch) -> None:
        """See `Making`."""
        if self._clicks and not self.is_over:
            self._show(touch)

    def close(self) -> None:
        """See `Making`; with too few points nothing happens."""
        if self._tool.clicks is None and len(self._clicks) >= self._fewest:
            self._show()
            self.is_over = True

    def take_back(self) -> bool:
        """See `Making`."""
        if self._clicks:
            del self._clicks[-1], self._places_px[-1]
        self.made = None
        self._show()
        return bool(self._clicks)

    @property
    def _fewest(self) -> int:
        return TRAITS[self._tool.kind].fewest if self._tool.clicks is None else self._tool.clicks

    @property
    def _has_room(self) -> bool:
        return self._tool.clicks is None or len(self._clicks) < self._tool.clicks

    def _add(self, touch: Touch) -> None:
        self._clicks.append(self._straight(touch, self._clicks))
        self._places_px.append(touch.at_px)

    def _is_far(self, touch: Touch) -> bool:
        return distance(touch.at_px, self._places_px[-1]) >= HAND_PX

    def _closes(self, touch: Touch) -> bool:
        """Tell whether a click is meant for the first point, or again for the last."""
        if self._tool.clicks is not None or len(self._clicks) < self._fewest:
            return False
        ends = self._places_px[-1:] if self._tool.kind == "polyline" else [self._places_px[0], self._places_px[-1]]
        return any(distance(touch.at_px, each) < 2 * HAND_PX for each in ends)

    def _straight(self, touch: Touch, before: list[Point]) -> Point:
        if touch.held != "shift" or not before:
            return touch.at
        return steadied(self._tool, (*before, touch.at), self._ground.frame.spacing)[-1]

    def _show(self, touch: Touch | None = None) -> None:
        """Make of it what there is, with the point under the pointer."""
        clicks = [*self._clicks]
        if touch is not None and self._has_room:
            clicks.append(self._straight(touch, self._clicks))
        if not clicks:
            return
        self.is_whole = len(clicks) >= self._fewest
        points = shaped(self._tool, clicks, self._ground.frame.spacing, across=self._ground.across)
        if self.made is None:
            self.made = replace(self._ground.annotation(self._tool.kind, points), id=self._id)
        else:
            self.made = replace(self.made, points_px=points)

"""The hand of one pane: what it does with annotations, and what the pointer looks like."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.viewer.annotator import Annotator

BRUSH_STEP = 1.15
"""A notch of the wheel makes the brush so many times as large."""


class PaneHand:
    """See `workstation.gui.canvas.hands.Hand`."""

    def __init__(self, annotator: Annotator, number: Callable[[], int], tool_tip: Callable[[int, Point], str]) -> None:
        self._annotator, self._number, self._tool_tip = annotator, number, tool_tip

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Begin something."""
        return self._annotator.press(self._number(), at_px, held)

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Go on with it."""
        self._annotator.drag(self._number(), at_px, held)

    def release(self, at_px: Point, held: Modifier) -> None:
        """End it."""
        self._annotator.release(self._number(), at_px, held)

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | None:
        """Be told where the pointer is; gives its shape."""
        part = self._annotator.move(self._number(), at_px, held)
        if self._annotator.tool is not None:
            return Qt.CursorShape.CrossCursor
        return None if part is None else Qt.CursorShape.PointingHandCursor

    def leave(self) -> None:
        """Be told that the pointer is gone."""
        self._annotator.leave()

    def turn(self, steps: float, held: Modifier) -> bool:
        """Make the brush larger or smaller."""
        return held == "alt" and self._annotator.change_brush(BRUSH_STEP**steps)

    def tool_tip(self, at_px: Point) -> str:
        """Say where numbers come from."""
        return self._tool_tip(self._number(), at_px)

    def double_click(self, at_px: Point) -> bool:
        """Write the words of what is there, or end what is made."""
        return self._annotator.double_click(self._number(), at_px)

"""The left button on a plane: tools and what lies on it first, then the lines of the other planes."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.hands import Hand
from workstation.gui.viewer.annotator import Annotator
from workstation.gui.viewer.pane_hand import PaneHand


class BothHands:
    """See `workstation.gui.canvas.hands.Hand`.

    Parameters
    ----------
    annotator, number, tool_tip
        As `workstation.gui.viewer.pane_hand.PaneHand` has them.
    lines
        The hand for lines.
    """

    def __init__(self, annotator: Annotator, number: int, tool_tip: Callable[[int, Point], str], lines: Hand) -> None:
        self._annotator, self._lines = annotator, lines
        self._drawing = PaneHand(annotator, lambda: number, tool_tip)
        self._held: Hand | None = None

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Begin something."""
        self._held = next((each for each in (self._drawing, self._lines) if each.press(at_px, held)), None)
        return self._held is not None

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Go on with it."""
        if self._held is not None:
            self._held.drag(at_px, held)

    def release(self, at_px: Point, held: Modifier) -> None:
        """End it."""
        hand, self._held = self._held, None
        if hand is not None:
            hand.release(at_px, held)

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Be told where the pointer is."""
        shape = self._drawing.hover(at_px, held)
        if shape is not None or self._annotator.tool is not None:
            self._lines.leave()
            return shape
        return self._lines.hover(at_px, held)

    def leave(self) -> None:
        """Be told that the pointer is gone."""
        self._drawing.leave()
        self._lines.leave()

    def turn(self, steps: float, held: Modifier) -> bool:
        """Take a turn of the wheel."""
        return self._drawing.turn(steps, held)

    def tool_tip(self, at_px: Point) -> str:
        """Say what is there."""
        return self._drawing.tool_tip(at_px) or ("" if self._annotator.tool else self._lines.tool_tip(at_px))

    def double_click(self, at_px: Point) -> bool:
        """Act on what is there."""
        return self._drawing.double_click(at_px)

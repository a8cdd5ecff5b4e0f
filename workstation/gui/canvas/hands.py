"""What a pane asks before it does with the left button what its bindings say: tools, and what lies on the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QCursor

    from workstation.display.view import Point
    from workstation.gui.canvas.bindings import Modifier


class Hand(Protocol):
    """Takes the left button where there is something for it. Points are device pixels of the pane."""

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Begin something; False leaves the press to the bindings of the pane."""

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Go on with it."""

    def release(self, at_px: Point, held: Modifier) -> None:
        """End it."""

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Be told where the pointer is while no button is held; gives its shape, None for the usual one."""

    def leave(self) -> None:
        """Be told that the pointer is in the pane no longer."""

    def turn(self, steps: float, held: Modifier) -> bool:
        """Take a turn of the wheel, in notches; False leaves it to the pane."""

    def tool_tip(self, at_px: Point) -> str:
        """Say what is there, for one who rests on it; empty where there is nothing to say."""

    def double_click(self, at_px: Point) -> bool:
        """Act on what is there; False leaves the double click to the pane."""

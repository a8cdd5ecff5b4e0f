"""What a pane asks before it does with the left button what its bindings say: tools, and what lies on the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from workstation.display.view import Point


class Hand(Protocol):
    """Takes the left button where there is something for it. Points are device pixels of the pane."""

    def press(self, at_px: Point) -> bool:
        """Begin something; False leaves the press to the bindings of the pane."""

    def drag(self, at_px: Point) -> None:
        """Go on with it."""

    def release(self, at_px: Point) -> None:
        """End it."""

    def hover(self, at_px: Point) -> Qt.CursorShape | None:
        """Be told where the pointer is while no button is held; gives its shape, None for the usual one."""

    def double_click(self, at_px: Point) -> bool:
        """Act on what is there; False leaves the double click to the pane."""

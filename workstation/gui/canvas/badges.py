"""The buttons that lie over the picture of a pane: its presentation state, and its warnings where they are counted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from workstation.gui.canvas.badge import StatesBadge
from workstation.gui.canvas.scene import Scene
from workstation.gui.canvas.warnings_badge import WarningsBadge, open_warnings

if TYPE_CHECKING:
    from workstation.gui.canvas.pane import Pane


class Badges:
    """Makes each button when there is first something to say with it."""

    def __init__(self, pane: "Pane") -> None:
        self._pane = pane
        self._shown: tuple[str, ...] = ()
        self.states: StatesBadge | None = None
        self.warnings: WarningsBadge | None = None

    def show(self, scene: Scene | None) -> None:
        """Say what belongs to a scene; None takes all away."""
        is_said = scene is not None and scene.text_is_shown
        applied = scene.applied if scene is not None and is_said else None
        if self.states is None and applied is not None:
            self.states = StatesBadge(self._pane)
            self.states.wanted.connect(self._pane.states_wanted)
        if self.states is not None:
            self.states.show_applied(applied)
        warnings = scene.warnings if scene is not None and is_said else ()
        if self.warnings is None and warnings:
            self.warnings = WarningsBadge(self._pane)
            self.warnings.opened.connect(self._pane.pressed)
        if self.warnings is not None:
            sides = scene.view.at_sides & {"left", "right"} if scene is not None else frozenset()
            guides = scene.guides if scene is not None else None
            above = guides.lines_of_words if guides is not None else 0
            self.warnings.show_warnings(warnings, at_right=sides == {"left"}, is_aside=len(sides) == 1, above=above)

    def place(self) -> None:
        """Stand where they belong in a pane of another size."""
        for badge in (self.states, self.warnings):
            if badge is not None:
                badge.place()

    def open_warnings(self) -> bool:
        """Open the warnings about the image in words; tells whether there are any."""
        scene = self._pane.scene
        if scene is None or not scene.warnings:
            return False
        badge = self.warnings
        at = badge.geometry().bottomLeft() if badge is not None and badge.isVisible() else QPoint(8, 40)
        open_warnings(scene.warnings, self._pane, at + QPoint(0, 2))
        return True

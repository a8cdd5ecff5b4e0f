"""A line that a hand draws round something: held and drawn, or set down corner by corner."""

from PySide6.QtCore import QPointF

from workstation.gui.canvas.gestures import SLOP_PX

CLOSE_PX = 8
"""A corner that is set down so near to the first closes the line."""
STEP_PX = 3


class Lasso:
    """Knows the corners, in logical pixels."""

    def __init__(self) -> None:
        self.is_on = False
        self.points: list[QPointF] = []
        self.pointer: QPointF | None = None
        self._is_held = self._is_drawn = False

    def begin(self) -> None:
        """Wait for the first corner."""
        self.end()
        self.is_on = True

    def end(self) -> None:
        """Forget everything."""
        self.is_on = self._is_held = self._is_drawn = False
        self.points = []
        self.pointer = None

    def press(self, at: QPointF) -> None:
        """Set a corner down."""
        self._is_held = True
        if not (self.points and _is_near(at, self.points[-1], SLOP_PX)):
            self.points.append(at)

    def move(self, to: QPointF) -> bool:
        """Follow the pointer; a held button draws. Tells whether there is something to be seen."""
        self.pointer = to
        if self._is_held and self.points and not _is_near(to, self.points[-1], STEP_PX):
            self._is_drawn = True
            self.points.append(to)
        return bool(self.points)

    def leave(self) -> None:
        """Be told that the pointer is elsewhere."""
        self.pointer = None

    def release(self) -> list[QPointF]:
        """End a drawn line, or leave a corner; gives the corners once the line is closed, else none."""
        self._is_held = False
        is_closed = len(self.points) > 3 and _is_near(self.points[-1], self.points[0], CLOSE_PX)
        if not (self._is_drawn or is_closed):
            return []
        corners = self.points[:-1] if is_closed else self.points
        self.points, self.pointer, self._is_drawn = [], None, False
        return corners if len(corners) >= 3 else []


def _is_near(a: QPointF, b: QPointF, px: float) -> bool:
    return (a - b).manhattanLength() <= px

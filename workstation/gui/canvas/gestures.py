"""What hands do: drags that begin after a few pixels, wheels that turn in small parts of a step."""

from PySide6.QtCore import QPointF, Qt

STEP = 120
"""A notch of a wheel, in eighths of a degree; touch pads give less at a time."""
SLOP_PX = 3


class WheelSteps:
    """Adds up turns of the wheel until they make a step."""

    def __init__(self) -> None:
        self._rest = 0

    def add(self, angle: int) -> int:
        """Give the whole steps that are complete now, upwards positive."""
        if (angle > 0) != (self._rest > 0):
            self._rest = 0
        self._rest += angle
        steps = int(self._rest / STEP)
        self._rest -= steps * STEP
        return steps


class Drag:
    """A drag with one button, in logical pixels."""

    def __init__(self, button: Qt.MouseButton, start: QPointF) -> None:
        self.button = button
        self.start = start
        self._last = start
        self.step = QPointF()
        self.is_moving = False

    def move(self, to: QPointF) -> bool:
        """Follow the pointer; False as long as the hand may only have trembled."""
        self.step = to - self._last
        if not self.is_moving and (to - self.start).manhattanLength() < SLOP_PX:
            return False
        self.is_moving = True
        self._last = to
        return True

    def whole(self) -> QPointF:
        """Give the way from the start."""
        return self._last - self.start

"""What hands do: drags that begin after a few pixels, wheels that turn in small parts of a step."""

from PySide6.QtCore import QPointF, Qt

STEP = 120
"""A notch of a wheel, in eighths of a degree; touch pads give less at a time."""
SLOP_PX = 3


TOUCH_PX = 24
"""Two fingers on a touchpad scroll by one image in so many pixels."""
NOTCH_PX = 48
"""A notch of a wheel that moves the picture moves it so far, in logical pixels."""


class WheelSteps:
    """Adds up turns of the wheel, or the way of fingers, until they make a step."""

    def __init__(self, step: int = STEP) -> None:
        self._step = step
        self._rest = 0

    def add(self, angle: int) -> int:
        """Give the whole steps that are complete now, upwards positive."""
        if (angle > 0) != (self._rest > 0):
            self._rest = 0
        self._rest += angle
        steps = int(self._rest / self._step)
        self._rest -= steps * self._step
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

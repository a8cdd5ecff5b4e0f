"""How far a drag of the mouse moves a window."""

from workstation.model.frame import Voi, Window

PIXELS_TO_DOUBLE = 256.0
"""A drag of so many pixels changes by the width it began with: fine in a narrow window, quick in a wide one."""


def dragged(start: Voi, fallback: Voi, *, right: float, down: float) -> Window:
    """Give the window after a drag: to the right it widens, downwards its centre rises.

    Parameters
    ----------
    start
        What was in use; a table gives way to ``fallback``.
    fallback
        A window that fits the image.
    right, down
        Logical pixels from where the drag began.
    """
    base = start if isinstance(start, Window) else fallback
    if not isinstance(base, Window):
        base = Window(0.5, 2.0)
    step = base.width / PIXELS_TO_DOUBLE
    least = 1.0 if base.function == "LINEAR" else base.width / 1000
    width = max(base.width + right * step, least)
    center = base.center + down * step
    digits = 0 if base.width >= 50 else 1 if base.width >= 5 else 6
    return Window(round(center, digits), max(round(width, digits), least), base.function)

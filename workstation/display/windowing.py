"""How far a drag of the mouse moves a window."""

from workstation.display.voi import value_range, window_from_zero
from workstation.model.frame import Voi, Window

PIXELS_TO_DOUBLE = 256.0
"""A drag of so many pixels changes by the width it began with: fine in a narrow window, quick in a wide one."""


def starts_at_zero(modality: str, lowest: float) -> bool:
    """Say whether a drag moves the upper end alone: uptake begins at zero, and so do counts where none is negative."""
    name = modality.strip().upper()
    return name == "PT" or (name == "NM" and lowest >= 0)


def dragged(start: Voi, fallback: Voi, *, right: float, down: float, from_zero: bool = False) -> Window:
    """Give the window after a drag: to the right it widens, downwards its centre rises.

    Parameters
    ----------
    start
        What was in use; a table gives way to ``fallback``.
    fallback
        A window that fits the image.
    right, down
        Logical pixels from where the drag began.
    from_zero
        The window begins at 0 and both ways move its upper end: right and down raise it.
    """
    base = start if isinstance(start, Window) else fallback
    if not isinstance(base, Window):
        base = Window(0.5, 2.0)
    if from_zero:
        return _upper_end(base, right + down)
    step = base.width / PIXELS_TO_DOUBLE
    least = 1.0 if base.function == "LINEAR" else base.width / 1000
    width = max(base.width + right * step, least)
    center = base.center + down * step
    digits = _digits(base.width)
    return Window(round(center, digits), max(round(width, digits), least), base.function)


def _upper_end(base: Window, by_px: float) -> Window:
    high = value_range(base)[1]
    high = high if high > 0 else base.width
    moved = max(high + by_px * high / PIXELS_TO_DOUBLE, high / 1000)
    return window_from_zero(max(round(moved, _digits(high)), high / 1000), base.function)


def _digits(width: float) -> int:
    return 0 if width >= 50 else 1 if width >= 5 else 6

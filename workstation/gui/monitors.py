"""Where windows go: on which monitor, remembered for each set-up of monitors, and never out of sight."""

from collections.abc import Sequence

from workstation.quick_dataclass import dataclass

Rect = tuple[int, int, int, int]
"""Left, top, width, height in logical pixels."""

TITLE_PX = 32
LEAST_SEEN_PX = 120
CASCADE_PX = 32
SHARE = 0.6
LARGEST_PX = 1 << 17


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor; ``area`` is what windows may cover."""

    name: str
    area: Rect


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """Where a window is when it is neither; ``is_large`` fills its monitor, ``is_full`` without a frame."""

    rect: Rect
    is_large: bool = False
    is_full: bool = False

    def as_text(self) -> str:
        """Write it for `parse`."""
        state = " full" if self.is_full else " large" if self.is_large else ""
        return ",".join(map(str, self.rect)) + state

    @classmethod
    def parse(cls, text: str) -> "WindowPlace | None":
        """Read what `as_text` wrote; None where it is anything else."""
        numbers, _, state = text.partition(" ")
        try:
            left, top, width, height = (int(each) for each in numbers.split(","))
        except ValueError:
            return None
        is_sensible = 0 < width < LARGEST_PX and 0 < height < LARGEST_PX and max(abs(left), abs(top)) < LARGEST_PX
        return cls((left, top, width, height), state == "large", state == "full") if is_sensible else None


def setup_name(monitors: Sequence[Monitor]) -> str:
    """Name a set-up of monitors: the same ones at the same places have the same name."""
    return "; ".join(sorted(f"{each.name} {','.join(map(str, each.area))}" for each in monitors))


def first_place(number: int, monitors: Sequence[Monitor], home: int) -> WindowPlace:
    """Give where an image window opens for the first time: on another monitor where there is one, filling it.

    Parameters
    ----------
    number
        From 1.
    monitors
        At least one.
    home
        The one with the main window.
    """
    others = [monitor for at, monitor in enumerate(monitors) if at != home]
    if others:
        return WindowPlace(others[(number - 1) % len(others)].area, is_large=True)
    left, top, width, height = monitors[home].area
    own_width, own_height = round(width * SHARE), round(height * SHARE)
    step = (number - 1) * CASCADE_PX % max(1, height - own_height)
    return WindowPlace((left + width - own_width - step, top + step + TITLE_PX, own_width, own_height - TITLE_PX))


def is_in_sight(rect: Rect, monitors: Sequence[Monitor]) -> bool:
    """Tell whether enough of the upper edge of a window can be seen for a hand to take hold of it."""
    left, top, width, _height = rect
    wanted = min(LEAST_SEEN_PX, width)
    for monitor in monitors:
        x, y, wide, high = monitor.area
        seen = min(left + width, x + wide) - max(left, x)
        if seen >= wanted and y <= top <= y + high - TITLE_PX:
            return True
    return False


def brought_into_sight(place: WindowPlace, monitors: Sequence[Monitor], home: int) -> WindowPlace:
    """Give the place itself where it can be seen, else one on the monitor of the main window, no larger than that."""
    if is_in_sight(place.rect, monitors):
        return place
    x, y, wide, high = monitors[home].area
    width, height = min(place.rect[2], wide), min(place.rect[3], high - TITLE_PX)
    left, top = x + (wide - width) // 2, y + TITLE_PX + (high - TITLE_PX - height) // 2
    return WindowPlace((left, top, width, height), place.is_large, place.is_full)

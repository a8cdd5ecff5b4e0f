"""How a stack is looked at before a hand or a protocol has said anything: uptake (PET) is dark on white."""

from collections.abc import Callable, Iterable, Sequence

from workstation.display.view import View
from workstation.display.voi import first_voi, missing_window, value_range, window_over
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import FrameRef

PET_CLASSES = frozenset(("1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.128.1", "1.2.840.10008.5.1.4.1.1.130"))
DARK_ON_WHITE = View(inverted=True)
SAMPLES = 7


def habitual_view(sop_class_uid: str) -> View:
    """Give the look that readers expect of images of a class."""
    return DARK_ON_WHITE if sop_class_uid in PET_CLASSES else View()


def looked_around(frames: Sequence[FrameRef]) -> tuple[FrameRef, ...]:
    """Choose some images all over a stack, whose values say which window suits it."""
    step = max(1, len(frames) // SAMPLES)
    return tuple(frames[step // 2 :: step])


def highest_window(refs: Iterable[FrameRef], modality: str, read: Callable[[FrameRef], Frame]) -> Voi | None:
    """Give the first window of the image that has the highest; None where the files' own windows will do.

    Where the first image lies beyond the body its window would be far too low for the rest of the stack.
    """
    windows = [first_voi(read(ref), modality) for ref in refs]
    return max((voi for voi in windows if voi is not None), key=lambda voi: value_range(voi)[1], default=None)


def film_window(refs: Iterable[FrameRef], read: Callable[[FrameRef], Frame]) -> Voi | None:
    """Give one window for all frames of a film whose file has none; None where it has.

    A film of which each frame had a window after its own values would flicker, and hide contrast that comes and goes.
    """
    windows = [missing_window(read(ref)) for ref in refs]
    known = [window for window in windows if window is not None]
    return window_over(known) if known and len(known) == len(windows) else None

"""The window that a stack is opened with, one for all its images, where the files' own would not do: uptake (PET)."""

from collections.abc import Callable

from workstation.display.habits import highest_window, looked_around
from workstation.display.voi import first_voi
from workstation.gui.canvas.frames import FrameSource
from workstation.jobs.job import Job
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import FrameRef, Stack

StackKey = tuple[str, str]
MOST_STACKS = 200


class FirstWindows:
    """Gives first windows: that of the image seen first at once, that of images all over the stack when they are read.

    Parameters
    ----------
    frames
        Reads the images.
    """

    def __init__(self, frames: FrameSource) -> None:
        self._frames = frames
        self._known: dict[StackKey, tuple[int, Voi | None]] = {}
        self.on_found: Callable[[StackKey, Voi], None] = lambda _key, _voi: None

    def of(self, stack: Stack, frame: Frame) -> Voi | None:
        """Give the window for a stack of which a frame is shown; None where the file's own will do."""
        modality = stack.frames[0].instance.modality
        count, found = self._known.get(stack_key(stack), (0, None))
        if count == 0:
            found = first_voi(frame, modality)
        # A stack that is still being read is looked at again when it has become much larger.
        if count == 0 or len(stack.frames) > 2 * count:
            self._keep(stack, found)
            if found is not None and len(stack.frames) > 1:
                self._look_around(stack, modality)
        return found

    def _keep(self, stack: Stack, voi: Voi | None) -> None:
        self._known[stack_key(stack)] = (len(stack.frames), voi)
        while len(self._known) > MOST_STACKS:
            del self._known[next(iter(self._known))]

    def _look_around(self, stack: Stack, modality: str) -> None:
        """Take the highest of some images: where the first one lies beyond the body its window would be far too low."""
        refs = looked_around(stack.frames)

        def found(voi: Voi | None) -> None:
            if voi is not None:
                self._keep(stack, voi)
                self.on_found(stack_key(stack), voi)

        self._frames.work.start(
            "Find the window", lambda job: self._highest(refs, modality, job), done=found, failed=lambda _error: None
        )

    def _highest(self, refs: tuple[FrameRef, ...], modality: str, job: Job) -> Voi | None:
        return highest_window(refs, modality, lambda ref: self._frames.read(ref, job).frame)


def stack_key(stack: Stack) -> StackKey:
    """Tell a stack from others, also while it grows: series and label."""
    return stack.frames[0].instance.series_instance_uid, stack.label

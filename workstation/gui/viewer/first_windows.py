"""The window that a stack is opened with, one for all its images, where the files' own will not do: uptake, films."""

from collections.abc import Callable

from workstation.display.habits import film_window, highest_window, looked_around
from workstation.display.voi import first_voi, missing_window
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
        self.on_found: Callable[[StackKey, Voi | None], None] = lambda _key, _voi: None

    def of(self, stack: Stack, frame: Frame) -> Voi | None:
        """Give the window for a stack of which a frame is shown; None where the file's own will do."""
        modality = stack.frames[0].instance.modality
        count, found = self._known.get(stack_key(stack), (0, None))
        if count == 0:
            found = first_voi(frame, modality)
            if found is None and stack.whole_image is not None:
                found = missing_window(frame)
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
        """Look at some images: where the first one lies beyond the body, or has no contrast yet, its window is none.

        Of a film whose other frames have windows of their own these hold.
        """
        refs, is_film = looked_around(stack.frames), modality.strip().upper() != "PT"

        def found(voi: Voi | None) -> None:
            if voi is not None or is_film:
                self._keep(stack, voi)
                self.on_found(stack_key(stack), voi)

        def find(job: Job) -> Voi | None:
            def read(ref: FrameRef) -> Frame:
                return self._frames.read(ref, job).frame

            return film_window(refs, read) if is_film else highest_window(refs, modality, read)

        self._frames.work.start("Find the window", find, done=found, failed=lambda _error: None)


def stack_key(stack: Stack) -> StackKey:
    """Tell a stack from others, also while its series grows: of a film by where it is, its label may come later."""
    first, film = stack.frames[0], stack.whole_image
    own = stack.label if film is None else f"{film.sop_instance_uid} {first.number}"
    return first.instance.series_instance_uid, own

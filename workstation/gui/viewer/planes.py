"""Where the images of a stack lie, kept for as long as it is open; multi-frame images are asked in jobs."""

from collections.abc import Callable, Iterable

from workstation.display.linking import StackPlanes
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.model.geometry import Plane
from workstation.model.index.records import FrameRef, Stack
from workstation.model.instance_plane import plane_of

MOST_STACKS = 200
MOST_AT_ONCE = 3000
"""The planes of longer stacks are found in a job: until then they follow by nothing."""


class Planes:
    """Gives the planes of stacks.

    Parameters
    ----------
    work
        Opens multi-frame images, whose planes are in their functional groups.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[int, tuple[Stack, StackPlanes]] = {}
        self.on_found: Callable[[], None] = lambda: None

    def of(self, stack: Stack) -> StackPlanes:
        """Give the planes of a stack; those of a multi-frame image are unknown until it was opened."""
        # By identity: comparing stacks compares every header in them.
        known = self._known.get(id(stack))
        found = known[1] if known is not None else None
        if found is None:
            first, is_long = stack.frames[0].instance, len(stack.frames) > MOST_AT_ONCE
            shape = (first.rows, first.columns)
            same_size = all((ref.instance.rows, ref.instance.columns) == shape for ref in stack.frames)
            planes = ((None,) * len(stack.frames)) if is_long else tuple(_plane(ref) for ref in stack.frames)
            found = StackPlanes(planes, shape if same_size else (0, 0))
            self._keep(stack, found)
            if is_long or first.number_of_frames > 1:
                self._look_into(stack, found.shape_px)
        return found

    def forget_series(self, series_instance_uids: Iterable[str]) -> None:
        """Forget what is known of some series."""
        gone = frozenset(series_instance_uids)
        for key, (stack, _planes) in tuple(self._known.items()):
            if stack.frames[0].instance.series_instance_uid in gone:
                del self._known[key]

    def _keep(self, stack: Stack, planes: StackPlanes) -> None:
        self._known[id(stack)] = (stack, planes)
        while len(self._known) > MOST_STACKS:
            del self._known[next(iter(self._known))]

    def _look_into(self, stack: Stack, shape_px: tuple[int, int]) -> None:
        def found(planes: StackPlanes) -> None:
            if id(stack) in self._known:  # else it was closed meanwhile
                self._keep(stack, planes)
                self.on_found()

        def find(job: Job) -> StackPlanes:
            planes = StackPlanes(_read_planes(stack, job), shape_px)
            _ = planes.reaches_mm  # computed here, not on the thread of the window
            return planes

        self._work.start("Find planes", find, done=found, failed=lambda _error: None)


def _plane(ref: FrameRef) -> Plane | None:
    return plane_of(ref.instance) if ref.instance.number_of_frames <= 1 else None


def _read_planes(stack: Stack, job: Job) -> tuple[Plane | None, ...]:
    from workstation.model.volume_frames import Images

    images = Images()
    try:
        planes = []
        for ref in stack.frames:
            job.check()
            planes.append(_plane(ref) if ref.instance.number_of_frames <= 1 else images.plane(ref))
    finally:
        images.close()
    return tuple(planes)

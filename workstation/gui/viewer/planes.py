"""Where the images of a stack lie, kept for as long as it is open; multi-frame images are asked in jobs."""

from collections.abc import Callable

from workstation.display.linking import StackPlanes
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.model.geometry import Plane
from workstation.model.index.records import FrameRef, Stack
from workstation.model.slices import plane_of

MOST_STACKS = 200


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
            first = stack.frames[0].instance
            shape = (first.rows, first.columns)
            same_size = all((ref.instance.rows, ref.instance.columns) == shape for ref in stack.frames)
            found = StackPlanes(tuple(_plane(ref) for ref in stack.frames), shape if same_size else (0, 0))
            self._keep(stack, found)
            if first.number_of_frames > 1:
                self._look_into(stack, found.shape_px)
        return found

    def _keep(self, stack: Stack, planes: StackPlanes) -> None:
        self._known[id(stack)] = (stack, planes)
        while len(self._known) > MOST_STACKS:
            del self._known[next(iter(self._known))]

    def _look_into(self, stack: Stack, shape_px: tuple[int, int]) -> None:
        def found(planes: tuple[Plane | None, ...]) -> None:
            self._keep(stack, StackPlanes(planes, shape_px))
            self.on_found()

        self._work.start("Find planes", lambda job: _read_planes(stack, job), done=found, failed=lambda _error: None)


def _plane(ref: FrameRef) -> Plane | None:
    return plane_of(ref.instance) if ref.instance.number_of_frames <= 1 else None


def _read_planes(stack: Stack, job: Job) -> tuple[Plane | None, ...]:
    from workstation.model.volume_frames import Images

    images = Images()
    try:
        planes = []
        for ref in stack.frames:
            job.check()
            planes.append(images.plane(ref))
    finally:
        images.close()
    return tuple(planes)

"""Looks into multi-frame images once they are selected: what the index takes for one stack may be several."""

from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef, Instance, Place, Series, Stack
from workstation.model.stacks import MOST_FRAMES
from workstation.workspace import Change, Workspace

Parts = dict[Place, tuple[Stack, ...]]


class Splitting:
    """Splits the selected stack where it is a whole multi-frame image; each image is opened for that once.

    The multi-frame images of a series are looked into together first, and again when more of them have come: several
    may be the same slices at other times.
    """

    def __init__(self, work: Work, workspace: Workspace) -> None:
        self._work = work
        self._workspace = workspace
        self._asked: set[Place] = set()
        self._together: set[tuple[str, int]] = set()
        self._busy: set[str] = set()
        workspace.listen(self._changed)

    def _changed(self, change: Change) -> None:
        series = self._workspace.selected_series() if change in (Change.SELECTION, Change.TREE) else None
        stack = self._workspace.selected_stack() if series is not None else None
        if series is None or stack is None or series.series_instance_uid in self._busy:
            return
        images = _several(series)
        key = (series.series_instance_uid, len(images))
        image = stack.whole_image
        if len(images) < 2 or key in self._together:
            images = ()
            if image is None or image.place in self._asked:
                return
        self._together.add(key)
        if image is not None:
            self._asked.add(image.place)
        self._start(series.series_instance_uid, stack, images)

    def _start(self, uid: str, stack: Stack, images: tuple[Instance, ...]) -> None:
        def split(parts: Parts) -> None:
            self._busy.discard(uid)
            if parts and parts != {stack.frames[0].instance.place: (stack,)}:
                self._asked.update(parts)
                self._workspace.split_all(parts)
            else:
                self._changed(Change.TREE)

        def ended(_error: Exception | None = None) -> None:
            self._busy.discard(uid)

        self._busy.add(uid)
        title = "Sort frames"
        self._work.start(title, lambda job: _opened(stack, images, job), done=split, failed=ended, stopped=ended)


def _several(series: Series) -> tuple[Instance, ...]:
    """Give the images of several frames of a series."""
    return tuple(each for each in series.instances if each.has_pixels and 1 < each.number_of_frames <= MOST_FRAMES)


def _whole(image: Instance) -> Stack:
    return Stack(tuple(FrameRef(image, number) for number in range(image.number_of_frames)))


def _opened(stack: Stack, images: tuple[Instance, ...], job: Job) -> Parts:
    """Give the stacks of each image of a series, or of one; those of several images stand with the first of them."""
    from workstation.display.reading_order import opened_in_reading_order, together_in_reading_order

    job.check()
    whole = [_whole(each) for each in images]
    together = together_in_reading_order(whole, check=job.check) if whole else None
    if together is None:
        image = stack.whole_image
        return {} if image is None else {image.place: opened_in_reading_order(stack)}
    parts: dict[Place, list[Stack]] = {each.place: [] for each in images}
    for each in together:
        places = {ref.instance.place for ref in each.frames}
        parts[next(place for place in parts if place in places)].append(each)
    return {place: tuple(several) for place, several in parts.items()}

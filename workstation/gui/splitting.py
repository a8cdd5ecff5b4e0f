"""Looks into multi-frame images once they are selected: what the index takes for one stack may be several."""

from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.model.index.records import Place, Stack
from workstation.workspace import Change, Workspace


class Splitting:
    """Splits the selected stack where it is a whole multi-frame image; each image is opened for that once."""

    def __init__(self, work: Work, workspace: Workspace) -> None:
        self._work = work
        self._workspace = workspace
        self._asked: set[Place] = set()
        workspace.listen(self._changed)

    def _changed(self, change: Change) -> None:
        stack = self._workspace.selected_stack() if change in (Change.SELECTION, Change.TREE) else None
        image = stack.whole_image if stack is not None else None
        if stack is None or image is None or image.place in self._asked:
            return
        self._asked.add(image.place)

        def split(parts: tuple[Stack, ...]) -> None:
            if parts != (stack,):
                self._workspace.split(image, parts)

        self._work.start("Sort frames", lambda job: _opened(stack, job), done=split)


def _opened(stack: Stack, job: Job) -> tuple[Stack, ...]:
    from workstation.display.reading_order import opened_in_reading_order

    job.check()
    return opened_in_reading_order(stack)

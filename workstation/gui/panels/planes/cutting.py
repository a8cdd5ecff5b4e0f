"""Cuts planes out of a volume beside the thread of the window; only the newest wish counts."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from workstation.gui.work import Work
from workstation.jobs.runner import Priority
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.sheets import Flat, Taking
from workstation.volume.cutting.slabs import Interpolation, Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.segments.over import Layers, Over, layers_over

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.frame import Frame
    from workstation.model.geometry import Plane
    from workstation.volume.cutting.reslice import Reslicer


@dataclass(frozen=True, slots=True)
class Cut:
    """A picture that is wanted: pixels on a plane, as a slab, between voxels; a draft is gone in a moment.

    ``over`` is what is cut along with it.
    """

    plane: "Plane"
    size_px: tuple[int, int]
    slab: Slab
    interpolation: Interpolation
    is_draft: bool = False
    over: tuple[Over, ...] = ()

    @property
    def taking(self) -> Taking:
        """What is taken of the volume, and of what lies over it."""
        return Taking(Flat(self.plane, self.size_px), self.slab, self.interpolation, self.is_draft)


@dataclass(frozen=True, eq=False)
class Made:
    """What came of a cut: the picture, and what lies over it by whose it is."""

    cut: Cut
    frame: "Frame"
    layers: Layers


class Arrived(Protocol):
    """Is given what came of cuts."""

    def __call__(self, found: Mapping[PlaneName, Made], *, is_all: bool) -> None:
        """Take some of them, the last of a wish where ``is_all``."""


class Cutter:
    """Has cuts made, one job after the other; what is wished meanwhile replaces what was wished before.

    Parameters
    ----------
    work
        Where they are made.
    arrived
        Given what came of cuts, each as it is ready: the window paints one while the next is cut.
    failed
        Told what went wrong.
    """

    def __init__(self, work: Work, arrived: Arrived, failed: Callable[[Exception], None]) -> None:
        self._work, self._arrived, self._failed = work, arrived, failed
        self._waiting: tuple[Reslicer, Mapping[PlaneName, Cut]] | None = None
        self._running: Mapping[PlaneName, Cut] | None = None
        self._cuts_of: Reslicer | None = None
        self._newest: Reslicer | None = None
        self.whole_s = 0.0
        """How long the newest cuts took that were no drafts, all of one wish."""

    @property
    def is_busy(self) -> bool:
        """Whether a picture is still to come."""
        return self._running is not None

    def want(self, reslicer: "Reslicer", cuts: Mapping[PlaneName, Cut]) -> None:
        """Have these made next; none takes back what waits, and what is being made of another volume is not shown."""
        self._newest = reslicer
        if self._running is not None:
            running = self._running if self._cuts_of is reslicer else {}
            others = {name: cut for name, cut in cuts.items() if running.get(name) != cut}
            self._waiting = (reslicer, others) if others else None
        elif cuts:
            self._start(reslicer, cuts)

    def _start(self, reslicer: "Reslicer", cuts: Mapping[PlaneName, Cut]) -> None:
        self._running, self._cuts_of = cuts, reslicer

        def made(job: "Job") -> tuple[dict[PlaneName, Made], float]:
            begun = time.perf_counter()
            found: dict[PlaneName, Made] = {}
            for name, cut in cuts.items():
                job.check()
                if found:
                    self._work.post(partial(self._tell, reslicer, found, is_all=False))
                found = {name: made_of(reslicer, cut)}
            return found, time.perf_counter() - begun

        def arrived(result: tuple[dict[PlaneName, Made], float]) -> None:
            found, took_s = result
            if not any(cut.is_draft for cut in cuts.values()):
                self.whole_s = took_s
            self._go_on()
            self._tell(reslicer, found, is_all=True)

        def failed(error: Exception) -> None:
            self._go_on()
            self._failed(error)

        self._work.start("Cut planes", made, done=arrived, failed=failed, priority=Priority.INTERACTION)

    def _tell(self, reslicer: "Reslicer", found: Mapping[PlaneName, Made], *, is_all: bool) -> None:
        self._arrived(found if reslicer is self._newest else {}, is_all=is_all)

    def _go_on(self) -> None:
        self._running, waiting, self._waiting = None, self._waiting, None
        if waiting is not None:
            self._start(*waiting)


def made_of(reslicer: "Reslicer", cut: Cut) -> Made:
    """Cut a plane, and what lies over it."""
    return Made(cut, reslicer.taken(cut.taking), layers_over(cut.over, cut.taking))

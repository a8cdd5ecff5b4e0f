"""Cuts planes out of a volume beside the thread of the window; only the newest wish counts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.gui.work import Work
from workstation.jobs.runner import Priority
from workstation.volume.slabs import Interpolation, Slab
from workstation.volume.standard_planes import PlaneName

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.frame import Frame
    from workstation.model.geometry import Plane
    from workstation.volume.reslice import Reslicer


@dataclass(frozen=True, slots=True)
class Cut:
    """A picture that is wanted: pixels on a plane, as a slab, between voxels; a draft is gone in a moment."""

    plane: "Plane"
    size_px: tuple[int, int]
    slab: Slab
    interpolation: Interpolation
    is_draft: bool = False


Arrived = Callable[[Mapping[PlaneName, tuple[Cut, "Frame"]]], None]


class Cutter:
    """Has cuts made, one job after the other; what is wished meanwhile replaces what was wished before.

    Parameters
    ----------
    work
        Where they are made.
    arrived
        Given the cuts with their frames, all of one wish at once.
    failed
        Told what went wrong.
    """

    def __init__(self, work: Work, arrived: Arrived, failed: Callable[[Exception], None]) -> None:
        self._work, self._arrived, self._failed = work, arrived, failed
        self._waiting: tuple[Reslicer, Mapping[PlaneName, Cut]] | None = None
        self._running: Mapping[PlaneName, Cut] | None = None
        self.whole_s = 0.0
        """How long the newest cuts took that were no drafts, all of one wish."""

    @property
    def is_busy(self) -> bool:
        """Whether a picture is still to come."""
        return self._running is not None

    def want(self, reslicer: "Reslicer", cuts: Mapping[PlaneName, Cut]) -> None:
        """Have these made next; none takes back what waits."""
        if self._running is not None:
            self._waiting = (reslicer, cuts) if cuts and cuts != self._running else None
        elif cuts:
            self._start(reslicer, cuts)

    def _start(self, reslicer: "Reslicer", cuts: Mapping[PlaneName, Cut]) -> None:
        self._running = cuts

        def made(job: "Job") -> "tuple[dict[PlaneName, tuple[Cut, Frame]], float]":
            begun = time.perf_counter()
            found = {}
            for name, cut in cuts.items():
                job.check()
                found[name] = cut, _frame(reslicer, cut)
            return found, time.perf_counter() - begun

        def arrived(result: "tuple[dict[PlaneName, tuple[Cut, Frame]], float]") -> None:
            found, took_s = result
            if not any(cut.is_draft for cut in cuts.values()):
                self.whole_s = took_s
            self._go_on()
            self._arrived(found)

        def failed(error: Exception) -> None:
            self._go_on()
            self._failed(error)

        self._work.start("Cut planes", made, done=arrived, failed=failed, priority=Priority.INTERACTION)

    def _go_on(self) -> None:
        self._running, waiting, self._waiting = None, self._waiting, None
        if waiting is not None:
            self._start(*waiting)


def _frame(reslicer: "Reslicer", cut: Cut) -> "Frame":
    return reslicer.frame(cut.plane, cut.size_px, slab=cut.slab, interpolation=cut.interpolation, is_draft=cut.is_draft)

"""Makes what is seen along a path beside the thread of the window; only the newest wish counts."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.gui.work import Work
from workstation.jobs.runner import Priority
from workstation.volume.curved.view import Along, CurvedWish, seen_along

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.cutting.reslice import Reslicer


class Maker:
    """Has pictures made, one job after the other; what is wished meanwhile replaces what was wished before.

    Parameters
    ----------
    work
        Where they are made.
    arrived
        Given what was made.
    failed
        Told what was wished, and what went wrong.
    """

    def __init__(
        self, work: Work, arrived: Callable[[Along], None], failed: Callable[[CurvedWish, Exception], None]
    ) -> None:
        self._work, self._arrived, self._failed = work, arrived, failed
        self._running: tuple[Reslicer, CurvedWish] | None = None
        self._waiting: tuple[Reslicer, CurvedWish] | None = None
        self._known: tuple[Reslicer, Along] | None = None
        self._generation = 0
        self.whole_s = 0.0
        """How long the newest picture took that was no draft."""

    @property
    def is_busy(self) -> bool:
        """Whether a picture is still to come."""
        return self._running is not None

    def want(self, reslicer: "Reslicer", wish: CurvedWish) -> None:
        """Have this made next."""
        if self._running is None:
            self._start(reslicer, wish)
        elif self._running == (reslicer, wish):
            self._waiting = None
        else:
            self._waiting = (reslicer, wish)

    def forget(self) -> None:
        """Hold nothing of a volume, and want nothing more; what is under way comes to nobody."""
        self._known = self._waiting = self._running = None
        self._generation += 1

    def _start(self, reslicer: "Reslicer", wish: CurvedWish) -> None:
        self._running = (reslicer, wish)
        known = self._known[1] if self._known is not None and self._known[0] is reslicer else None
        is_new = known is None or known.wish.of_path != wish.of_path
        generation = self._generation

        def made(_job: "Job") -> tuple[Along, float]:
            begun = time.perf_counter()
            return seen_along(reslicer, wish, known), time.perf_counter() - begun

        def arrived(found: tuple[Along, float]) -> None:
            if generation != self._generation:
                return
            along, took_s = found
            if not wish.is_draft and is_new:
                self.whole_s = took_s
            self._known = (reslicer, along)
            self._go_on()
            self._arrived(along)

        def failed(error: Exception) -> None:
            if generation == self._generation:
                self._go_on()
                self._failed(wish, error)

        self._work.start("Curved plane", made, done=arrived, failed=failed, priority=Priority.INTERACTION)

    def _go_on(self) -> None:
        self._running, waiting, self._waiting = None, self._waiting, None
        if waiting is not None:
            self._start(*waiting)

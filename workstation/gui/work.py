"""Jobs as the window uses them: started on the thread of the window, their ends delivered to it."""

import time
from collections.abc import Callable
from typing import TypeVar

from workstation.errors import UserError
from workstation.jobs.events import Event, Failed, Finished, Progressed, Stopped
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority, Runner

T = TypeVar("T")
PROGRESS_EVERY_S = 0.05


def _nobody(_error: Exception) -> None:
    pass


class Work:
    """Starts jobs on a runner; everything it calls back runs on the thread of the window.

    Parameters
    ----------
    runner
        Where the work is done.
    post
        Has a function run on the thread of the window.
    """

    def __init__(self, runner: Runner, post: Callable[[Callable[[], None]], None]) -> None:
        self._runner = runner
        self._post = post
        self._is_closed = False
        self._open = 0
        self.watch: Callable[[Job, Event], None] = lambda _job, _event: None
        self.report: Callable[[str, Exception], None] = lambda _title, _error: None

    @property
    def is_idle(self) -> bool:
        """Whether no job waits or runs."""
        return self._open == 0

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be started any more: a timer may still fire while the window ends."""
        return self._is_closed

    def post(self, function: Callable[[], None]) -> None:
        """Have a function run on the thread of the window; called from a job."""
        self._post(lambda: None if self._is_closed else function())

    def start(
        self,
        title: str,
        function: Callable[[Job], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        priority: Priority = Priority.VISIBLE,
        is_shown: bool = False,
    ) -> Job:
        """Start a job.

        ``is_shown`` puts it into the strip of jobs. An error goes to ``failed``, where that is None into a note; a
        bug always becomes a note.
        """
        sink = _Throttle(lambda event: self.post(lambda: deliver(event)), is_shown=is_shown)

        def deliver(event: Event) -> None:
            if is_shown:
                self.watch(job, event)
            if isinstance(event, Finished | Failed | Stopped):
                self._open -= 1
            if isinstance(event, Finished):
                done(event.value)  # type: ignore[arg-type]  # the value is what the function returned
            elif isinstance(event, Failed):
                if failed is None or not isinstance(event.error, UserError):
                    self.report(title, event.error)
                (failed or _nobody)(event.error)
            elif isinstance(event, Stopped) and stopped is not None:
                stopped()

        self._open += 1
        job = self._runner.submit(title, function, sink=sink, priority=priority)
        return job

    def close(self) -> None:
        """Cancel everything and wait for the threads; nothing is called back any more."""
        self._is_closed = True
        self._runner.close()


class _Throttle:
    """Lets pass what the window has to know, and progress only as often as an eye follows."""

    def __init__(self, deliver: Callable[[Event], None], *, is_shown: bool) -> None:
        self._deliver = deliver
        self._is_shown = is_shown
        self._last = 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progressed):
            now = time.monotonic()
            if not self._is_shown or now - self._last < PROGRESS_EVERY_S:
                return
            self._last = now
        elif not self._is_shown and not isinstance(event, Finished | Failed | Stopped):
            return
        self._deliver(event)

"""Runs jobs on threads, what the user waits for first; the event loop of a window never does the work itself."""

import heapq
import threading
from collections.abc import Callable
from dataclasses import field
from enum import IntEnum
from itertools import count
from typing import Any

from workstation import logs
from workstation.errors import Cancelled, UserError
from workstation.jobs.events import Event, Failed, Finished, Started, Stopped
from workstation.jobs.job import Job
from workstation.quick_dataclass import dataclass

_log = logs.subject("jobs")


class Priority(IntEnum):
    """What goes first."""

    INTERACTION = 0
    VISIBLE = 1
    PREFETCH = 2


@dataclass(order=True)
class _Waiting:
    priority: Priority
    number: int
    job: Job = field(compare=False)
    function: Callable[[Job], Any] = field(compare=False)


class Runner:
    """Jobs on threads, by priority, then in the order in which they came.

    One more thread takes only what the user waits for, so that it never stands behind long work. Every job that is
    submitted ends with exactly one of Finished, Failed and Stopped; its sink is called on the thread of the work.

    Parameters
    ----------
    workers
        Threads for jobs of every priority.
    """

    def __init__(self, workers: int = 2) -> None:
        self._waiting: list[_Waiting] = []
        self._running: dict[int, Job] = {}
        self._numbers = count()
        self._changed = threading.Condition()
        self._is_closed = False
        least = [Priority.PREFETCH] * workers + [Priority.INTERACTION]
        self._threads = [
            threading.Thread(target=self._work, args=(each,), name=f"job-{number}", daemon=True)
            for number, each in enumerate(least)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        title: str,
        function: Callable[[Job], Any],
        *,
        sink: Callable[[Event], None],
        priority: Priority = Priority.VISIBLE,
    ) -> Job:
        """Give a job to be run.

        Parameters
        ----------
        title
            What a person calls the job.
        function
            The work; what it returns becomes the value of Finished.
        sink
            Receives the events, on another thread.
        priority
            What goes first.

        Returns
        -------
        Job
            To be cancelled, if need be.

        Raises
        ------
        RuntimeError
            If the runner is closed.
        """
        job = Job(title, sink)
        with self._changed:
            if self._is_closed:
                raise RuntimeError("the runner is closed")
            heapq.heappush(self._waiting, _Waiting(priority, next(self._numbers), job, function))
            self._changed.notify_all()
        return job

    def close(self, *, timeout_s: float = 10.0) -> None:
        """Cancel everything and wait for the threads; a job that never reports is left behind after the time."""
        with self._changed:
            self._is_closed = True
            dropped, self._waiting = self._waiting, []
            for job in self._running.values():
                job.cancel()
            self._changed.notify_all()
        for item in dropped:
            item.job.cancel()
            _tell(item.job, Stopped(item.job.id))
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout_s)

    def _work(self, least: Priority) -> None:
        while (item := self._next(least)) is not None:
            _run(item.job, item.function)
            with self._changed:
                del self._running[item.job.id]

    def _next(self, least: Priority) -> _Waiting | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._has(least))
            if self._is_closed:
                return None
            item = heapq.heappop(self._waiting)
            self._running[item.job.id] = item.job
            return item

    def _has(self, least: Priority) -> bool:
        return bool(self._waiting) and self._waiting[0].priority <= least


def _run(job: Job, function: Callable[[Job], Any]) -> None:
    if job.is_cancelled:
        _tell(job, Stopped(job.id))
        return
    _tell(job, Started(job.id, job.title))
    try:
        value = function(job)
    except Cancelled:
        _tell(job, Stopped(job.id))
    except UserError as error:
        _tell(job, Failed(job.id, error))
    except Exception as error:  # noqa: BLE001 - it is logged, and told to the sink
        _log.exception("a job broke")
        _tell(job, Failed(job.id, error))
    else:
        _tell(job, Finished(job.id, value))


def _tell(job: Job, event: Event) -> None:
    try:
        job.sink(event)
    except Exception:  # noqa: BLE001 - the thread goes on
        _log.exception("a sink broke")

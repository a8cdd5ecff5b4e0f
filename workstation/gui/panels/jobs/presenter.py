"""Decides what the strip of jobs says: how far each is, how fast, how long it will take."""

import time
from collections.abc import Callable
from typing import Protocol

from workstation.gui.words import duration, grouped
from workstation.jobs.events import Event, Failed, Finished, Logged, Progressed, Started, Stopped
from workstation.jobs.job import Job
from workstation.quick_dataclass import dataclass

RATE_AFTER_S = 0.5
MOST_COUNTED = 100_000
"""Of more nobody knows what they are: the share says it."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job as the strip shows it; ``share`` is 0 to 1, None where nobody knows how much there is."""

    job_id: int
    title: str
    text: str = ""
    share: float | None = None
    is_stopping: bool = False


class JobsView(Protocol):
    """What the presenter needs of the strip."""

    def show_jobs(self, lines: tuple[JobLine, ...]) -> None:
        """Show the running jobs."""


@dataclass
class _Running:
    job: Job
    line: JobLine
    began_s: float


class JobsPresenter:
    """Follows the events of jobs."""

    def __init__(self, view: JobsView, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._view = view
        self._clock = clock
        self._running: dict[int, _Running] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no job runs that the strip shows."""
        return not self._running

    def handle(self, job: Job, event: Event) -> None:
        """Take an event of a job."""
        if isinstance(event, Finished | Failed | Stopped):
            self._running.pop(job.id, None)
        elif isinstance(event, Started):
            self._running[job.id] = _Running(
                job, JobLine(job.id, event.title, is_stopping=job.is_cancelled), self._clock()
            )
        elif job.id in self._running:
            running = self._running[job.id]
            running.line = self._line(running, event)
        self._show()

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; the strip says so at once, the job follows at its next report."""
        running = self._running.get(job_id)
        if running is not None:
            running.job.cancel()
            running.line = JobLine(job_id, running.line.title, "Stopping …", running.line.share, is_stopping=True)
            self._show()

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job_id in tuple(self._running):
            self.cancel(job_id)

    def _line(self, running: _Running, event: Event) -> JobLine:
        line = running.line
        if running.job.is_cancelled or not isinstance(event, Progressed | Logged):
            return line
        if isinstance(event, Logged):
            return JobLine(line.job_id, line.title, event.text, line.share)
        share = min(1.0, event.done / event.total) if event.total else None
        text = progress_text(event, self._clock() - running.began_s)
        return JobLine(line.job_id, line.title, text, share)

    def _show(self) -> None:
        self._view.show_jobs(tuple(running.line for running in self._running.values()))


def progress_text(event: Progressed, elapsed_s: float) -> str:
    """Say how far a job is, its rate and the time left: ``120 of 500  ·  340/s  ·  2 s left``."""
    is_counted = event.total is None or event.total <= MOST_COUNTED
    parts = [f"{grouped(event.done)} of {grouped(event.total)}" if event.total else grouped(event.done)]
    if event.total and not is_counted:
        parts = [f"{min(event.done, event.total) / event.total:.0%}".replace("%", "\N{NO-BREAK SPACE}%")]
    if event.text:
        parts.insert(0, event.text)
    if elapsed_s >= RATE_AFTER_S and event.done:
        rate = event.done / elapsed_s
        if is_counted:
            parts.append(f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
        if event.total and event.total > event.done:
            parts.append(f"{duration((event.total - event.done) / rate)} left")
    return "  ·  ".join(parts)

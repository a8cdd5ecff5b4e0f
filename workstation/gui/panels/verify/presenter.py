"""Decides what the dialog of the self-check shows, and runs it as a job."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.errors import UserError
from workstation.gui.words import plural
from workstation.jobs.events import Event, Progressed
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority

if TYPE_CHECKING:
    from workstation.gui.work import Work
    from workstation.verify.check import Row
    from workstation.verify.report import Verified

COMMAND = ("verify",)


class VerifyView(Protocol):
    """What the presenter needs of the dialog."""

    def show_running(self) -> None:
        """Show that it runs, with an empty table."""

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""

    def add_rows(self, rows: "tuple[Row, ...]", titles: dict[str, str]) -> None:
        """Add rows that have come in; ``titles`` are those of their groups."""

    def show_result(self, words: str, details: str, *, is_good: bool, can_save: bool) -> None:
        """Show that it has ended, what came of it, and whether there is a report to save."""


class VerifyPresenter:
    """Runs the checks for a dialog.

    Parameters
    ----------
    view
        The dialog.
    work
        Where jobs run.
    tell
        Is called with what became of a report.
    failed
        Is called with what was being done, and why it could not be.
    """

    def __init__(
        self, view: VerifyView, work: "Work", tell: Callable[[str], None], failed: Callable[[str, Exception], None]
    ) -> None:
        self._view: VerifyView | None = view
        self._work, self._tell, self._failed = work, tell, failed
        self._job: Job | None = None
        self._run: Verified | None = None

    def start(self) -> None:
        """Run all checks, unless they run already."""
        if self._job is not None or self._view is None:
            return
        self._run = None
        self._view.show_running()
        self._job = self._work.start(
            "Verify",
            self._checked,
            done=self._finished,
            failed=self._broken,
            stopped=self._stopped,
            priority=Priority.VISIBLE,
            is_shown=True,
        )

    def cancel(self) -> None:
        """Stop at the next check."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop; the dialog is gone, and nothing is shown any more."""
        self._view = None
        self.cancel()

    def save(self, path: Path) -> None:
        """Write the report of the last run, as a job."""
        run = self._run
        if run is None:
            return

        def write(_job: Job) -> Path:
            from workstation.verify.report import write as write_report

            write_report(run, path)
            return path

        self._work.start(
            "Save the report of the self-check",
            write,
            done=lambda written: self._tell(f"The report was written: {written}"),
            failed=lambda error: self._failed("Save the report", error),
        )

    def _checked(self, job: Job) -> "Verified":
        """Run on a thread of work: rows go to the dialog a part at a time."""
        from workstation.verify.groups import groups
        from workstation.verify.report import verified
        from workstation.verify.running import rows_of

        titles = {group.name: group.title for group in groups()}
        rows: list[Row] = []
        waiting: list[Row] = []

        def give() -> None:
            if waiting:
                given = tuple(waiting)
                waiting.clear()
                self._work.post(lambda: self._add(given, titles))

        last = -1

        def told(event: Event) -> None:
            nonlocal last
            if isinstance(event, Progressed) and event.done != last:
                last, done, total, text = event.done, event.done, event.total or 1, event.text
                give()
                self._work.post(lambda: self._progress(done, total, text))
                job.progress(done, total, text)
            job.check()

        for row in rows_of(Job(sink=told)):
            rows.append(row)
            waiting.append(row)
        give()
        return verified(rows, by="", only=())

    def _add(self, rows: "tuple[Row, ...]", titles: dict[str, str]) -> None:
        if self._view is not None:
            self._view.add_rows(rows, titles)

    def _progress(self, done: int, total: int, text: str) -> None:
        if self._view is not None:
            self._view.show_progress(done, total, text)

    def _end(self, words: str, details: str, *, is_good: bool = False) -> None:
        self._job = None
        if self._view is not None:
            self._view.show_result(words, details, is_good=is_good, can_save=self._run is not None)

    def _finished(self, run: "Verified") -> None:
        self._run = run
        count = plural(run.checks, "check", "checks")
        words = f"{run.failed} of {count} failed" if run.failed else f"All {count} passed"
        used = ", ".join(f"{name} {number}" for name, number in run.libraries.items())
        details = (
            f"Workstation {run.program} on {run.machine['name']}, {run.when}, {run.seconds:.1f} s\n"
            f"{used}, {run.machine['python']}, {run.machine['system']}"
        )
        self._end(words, details, is_good=not run.failed)

    def _stopped(self) -> None:
        self._end("Cancelled", "Not all checks were run.")

    def _broken(self, error: Exception) -> None:
        hint = error.hint if isinstance(error, UserError) else ""
        self._end("The checks could not be run", f"{error} {hint}".strip())

"""Things found out in jobs, each once, and taken when they are there: elements of a file, times of a cine, windows."""

from collections.abc import Callable, Hashable
from typing import Any

from workstation.errors import UserError
from workstation.jobs.events import Event, Failed, Finished
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority, Runner


class Background:
    """Answers by key.

    Parameters
    ----------
    runner
        Runs the jobs.
    told
        Called on their threads when an answer is there.
    """

    def __init__(self, runner: Runner, told: Callable[[], object]) -> None:
        self._runner, self._told = runner, told
        self._asked: set[Hashable] = set()
        self._found: dict[Hashable, Any] = {}

    def get(self, key: Hashable, title: str, work: Callable[[Job], Any]) -> Any:
        """Give an answer, or have it found; None until it is there, a sentence (``str``) where it cannot be."""
        if key not in self._asked:
            self._asked.add(key)
            self._runner.submit(title, work, sink=lambda event: self._take(key, event), priority=Priority.INTERACTION)
        return self._found.get(key)

    def _take(self, key: Hashable, event: Event) -> None:
        if isinstance(event, Finished):
            self._found[key] = event.value
        elif isinstance(event, Failed):
            error = event.error
            is_known = isinstance(error, UserError)
            self._found[key] = f"{error}" if is_known else f"{type(error).__name__}: more is in the log."
        else:
            return
        self._told()

"""What a running piece of work is given: a way to tell how far it is, which is also where it can be stopped."""

import threading
from collections.abc import Callable
from dataclasses import field
from itertools import count

from workstation.errors import Cancelled
from workstation.jobs.events import Event, Logged, Missed, Progressed
from workstation.quick_dataclass import dataclass

_ids = count(1)


def _nobody(_event: Event) -> None:
    pass


@dataclass
class Job:
    """The context of one piece of work. Every report is a cancel point.

    Parameters
    ----------
    title
        What a person calls it ("Index study folder").
    sink
        Receives each event, on the thread of the work.
    on_terminal
        Whether what it yields is printed in a terminal, which the work may ask what it can, and take for itself.
    """

    title: str = ""
    sink: Callable[[Event], None] = _nobody
    on_terminal: bool = False
    id: int = field(default_factory=lambda: next(_ids))
    _stop: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether someone asked to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Stop here if asked to.

        Raises
        ------
        Cancelled
            If `cancel` was called.
        """
        if self._stop.is_set():
            raise Cancelled

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Tell how far the work is; ``total`` is None where nobody knows. Raises `Cancelled` when asked to stop."""
        self.check()
        self.sink(Progressed(self.id, done, total, text))

    def log(self, text: str) -> None:
        """Tell something worth reading; no patient's name or ID in it."""
        self.sink(Logged(self.id, text))

    def missed(self, subject: str, message: str, hint: str = "", reason: str = "") -> None:
        """Tell that a part of the input could not be read: the work goes on without it, and a command ends with 1."""
        self.sink(Missed(self.id, subject, message, hint, reason))

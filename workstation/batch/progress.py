"""The line that tells how far a command is: on stderr, and only where a person watches."""

import os
import sys
import time
from typing import TextIO

from workstation.batch.output import safe_text, terminal_columns
from workstation.jobs.events import Event, Logged, Progressed

_SECONDS_BETWEEN = 0.1


class ProgressLine:
    """A sink that rewrites one line of a terminal; on anything else it only prints what jobs say."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shown_at = 0.0
        self._is_shown = False

    def __call__(self, event: Event) -> None:
        """Take an event of a job."""
        if isinstance(event, Logged):
            self.clear()
            self._stream.write(safe_text(event.text) + "\n")
        elif isinstance(event, Progressed) and self._is_terminal:
            self._show(event)

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_shown = False

    def _show(self, event: Progressed) -> None:
        now = time.monotonic()
        if now - self._shown_at < _SECONDS_BETWEEN:
            return
        self._shown_at = now
        width = terminal_columns() - 1
        line = safe_text(progress_text(event)).replace("\n", " ").replace("\t", " ")[:width]
        self._stream.write(f"\r{line}\x1b[K")
        self._stream.flush()
        self._is_shown = True


def progress_text(event: Progressed) -> str:
    """Give progress as a person reads it: ``1200 of 20000 (6 %)  text``."""
    if not event.total:
        amount = str(event.done)
    else:
        amount = f"{event.done} of {event.total} ({100 * event.done // event.total} %)"
    return f"{amount}  {event.text}".rstrip()

"""The series after those that are shown, read while nothing else is to do: they are there when they are wanted."""

from collections.abc import Callable, Iterable

from workstation.gui.canvas.frames import FrameSource
from workstation.model.index.records import Stack

SHARE_BEYOND = 0.6
"""Part of the cache up to which series that nobody looks at yet are read."""


class NextSeries:
    """Asks for the frames of the stacks that come next, one stack after the other, behind all panes.

    Parameters
    ----------
    frames
        Where they are read.
    following
        Gives the stacks that come after the one in the active pane, the next one first.
    """

    def __init__(self, frames: FrameSource, following: Callable[[], Iterable[Stack]]) -> None:
        self._frames, self._following = frames, following
        self._client = frames.last_client()
        self._asked: list[Stack] = []
        self._is_at_end = self._is_asking = False
        self._client.on_ahead = self._stop_when_full
        frames.on_drained = self.go_on

    def begin_again(self) -> None:
        """Be told that another series is shown, or that there are others: what comes next may be something else."""
        self._asked.clear()
        self._is_at_end = False
        self._client.forget()

    def go_on(self) -> None:
        """Ask for the next stack; called when nothing is to be read any more."""
        if self._is_at_end or self._is_asking:  # what is asked for may be there, and then this is called again
            return
        self._is_asking = True
        try:
            for stack in self._following():
                if self._client.is_reading_ahead:
                    return
                # By identity: comparing stacks compares every header in them.
                if any(stack is asked for asked in self._asked):
                    continue
                if self._is_full:
                    break
                self._asked.append(stack)
                self._client.read_ahead(stack.frames, range(len(stack.frames)))
            self._is_at_end = not self._client.is_reading_ahead
        finally:
            self._is_asking = False

    @property
    def _is_full(self) -> bool:
        cache = self._frames.cache
        return cache.used_bytes >= cache.budget_bytes * SHARE_BEYOND

    def _stop_when_full(self) -> None:
        if self._is_full and not self._is_at_end:
            self._is_at_end = True
            self._client.forget()

"""Frames of panes read in jobs: those that are seen first, then their neighbours, whatever they are made of."""

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from workstation import logs
from workstation.display.around import outwards, span_around
from workstation.errors import UserError
from workstation.jobs.events import Event
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority, Runner
from workstation.model.memory import frame_bytes, memory_budget_bytes
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.frame import Frame

_log = logs.subject("terminal")
READERS = 2
SHARE_AHEAD = 0.25
"""Part of the memory for pixels that frames read ahead may take, all panes together."""


class Frames(Protocol):
    """Frames in order, numbers from 0: images of a series, or planes of a volume."""

    @property
    def count(self) -> int:
        """How many there are."""

    def frame(self, number: int) -> "Frame":
        """Give a frame, made now where it is not held; raises `Refused`. Called on several threads."""

    def held(self, number: int) -> "Frame | None":
        """Give a frame that is in memory."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The frame that a pane shows.

    Parameters
    ----------
    key
        Tells the frames from others.
    frames, number
        The frames, and which of them.
    forwards
        Which way one scrolls: more are read that way.
    most
        How many are read around it at most; None for as many as there is memory for.
    """

    key: Hashable
    frames: Frames
    number: int
    forwards: bool = True
    most: int | None = None


class Fetching:
    """Reads what panes ask for; a new question takes the place of the last one.

    Parameters
    ----------
    runner
        Runs the jobs.
    arrived
        Called on their threads when a frame that is seen is there, or cannot be had.
    """

    def __init__(self, runner: Runner, arrived: Callable[[], object]) -> None:
        self._runner, self._arrived = runner, arrived
        self._lock = threading.Lock()
        self._asked: tuple[Asked, ...] = ()
        self._left: Iterator[tuple[Asked, int]] = iter(())
        self._reading: set[tuple[Hashable, int]] = set()
        self._failed: dict[tuple[Hashable, int], str] = {}
        self._readers = 0

    def want(self, asked: Sequence[Asked]) -> None:
        """Have the frames of all panes read, then those around them."""
        with self._lock:
            if tuple(asked) == self._asked:
                return
            self._asked = tuple(asked)
            self._left = self._order(self._asked)
            missing = READERS - self._readers
            self._readers += missing
        for number in range(missing):
            # The first reader is for what is seen: it never waits behind a volume that is being read.
            priority = Priority.INTERACTION if number == 0 else Priority.PREFETCH
            self._runner.submit("Read images", self._read_all, sink=_nothing, priority=priority)

    def failure(self, key: Hashable, number: int) -> str | None:
        """Say why a frame cannot be shown; None where nothing is known against it."""
        return self._failed.get((key, number))

    def _read_all(self, job: Job) -> None:
        while not job.is_cancelled and (next_one := self._next()) is not None:
            asked, number = next_one
            failure = _failure(asked.frames, number)
            with self._lock:
                self._reading.discard((asked.key, number))
                if failure is not None:
                    self._failed[asked.key, number] = failure
                is_seen = any((each.key, each.number) == (asked.key, number) for each in self._asked)
            if is_seen:
                self._arrived()

    def _next(self) -> tuple[Asked, int] | None:
        """Take what is to be read next; with None the reader ends."""
        with self._lock:
            for asked, number in self._left:
                key = (asked.key, number)
                if key in self._reading or key in self._failed or asked.frames.held(number) is not None:
                    continue
                self._reading.add(key)
                return asked, number
            self._readers -= 1
            return None

    def _order(self, asked: tuple[Asked, ...]) -> Iterator[tuple[Asked, int]]:
        for each in asked:
            yield each, each.number
        around = [self._around(each, len(asked)) for each in asked]
        while around:
            for neighbours in tuple(around):
                found = next(neighbours, None)
                if found is None:
                    around.remove(neighbours)
                else:
                    yield found

    def _around(self, asked: Asked, panes: int) -> Iterator[tuple[Asked, int]]:
        frame = asked.frames.held(asked.number)
        most = 8 if frame is None else int(memory_budget_bytes() * SHARE_AHEAD / panes / max(1, frame_bytes(frame)))
        most = most if asked.most is None else min(most, asked.most)
        span = span_around(asked.frames.count, asked.number, forwards=asked.forwards, most=most)
        for number in outwards(span, asked.number, forwards=asked.forwards):
            yield asked, number


def _failure(frames: Frames, number: int) -> str | None:
    """Read a frame; say in words why that is not possible."""
    try:
        frames.frame(number)
    except UserError as error:
        return f"{error.message} {error.hint}".strip()
    except Exception as error:  # noqa: BLE001 - it is logged; the other images go on
        _log.exception("an image broke")
        return f"This image cannot be shown: {type(error).__name__}. More is in the log."
    return None


def _nothing(_event: Event) -> None:
    pass

"""Volumes of open stacks for panels that look at them otherwise than as images: read once, kept while there is room."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.gui.work import Work
from workstation.jobs.runner import Priority
from workstation.model.index.records import Stack
from workstation.model.memory import memory_budget_bytes
from workstation.model.stacks import in_colour
from workstation.quick_dataclass import dataclass
from workstation.volume.open_volume import Key as Key
from workstation.volume.open_volume import OpenVolume as OpenVolume
from workstation.volume.open_volume import can_assume as can_assume
from workstation.volume.open_volume import coarser as coarser
from workstation.volume.open_volume import key_of as key_of
from workstation.volume.open_volume import open_stack as open_stack

if TYPE_CHECKING:
    from workstation.jobs.job import Job

MOST_KEPT = 3
"""Series whose volumes are kept; of each the last one in any case, others (times) while there is room."""
ROOM_SHARE = 0.25
"""Part of the memory that pixels may take which volumes nobody looks at may keep."""
TELL_EVERY_S = 0.1
SLOW_S = 0.15
"""Where the fewest take longer, they are seen by themselves: the others are not there in a moment."""


@dataclass(eq=False)
class _Wish:
    stack: Stack
    done: list[Callable[[OpenVolume], object]] = field(default_factory=list)
    failed: list[Callable[[Exception], object]] = field(default_factory=list)
    progressed: list[Callable[[int, int], object]] = field(default_factory=list)
    preview: list[Callable[[OpenVolume], object]] = field(default_factory=list)
    job: "Job | None" = None


class OpenVolumes:
    """Reads volumes in jobs, each once; the last ones stay.

    Parameters
    ----------
    work
        Where they are read.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._kept: OrderedDict[Key, OpenVolume] = OrderedDict()
        self._wishes: dict[Key, _Wish] = {}
        self._ahead: tuple[Stack, ...] = ()
        self._as_taken: set[Key] = set()
        self._assumed: dict[Key, float] = {}
        self.room_bytes: int | None = None
        """What is kept takes no more, but for the last three volumes; None is a share of the memory that is granted."""

    def kept(self, stack: Stack) -> OpenVolume | None:
        """Give the volume of a stack, if it is in memory."""
        found = self._kept.get(key_of(stack))
        if found is not None:
            self._kept.move_to_end(key_of(stack))
        return found

    def want(
        self,
        stack: Stack,
        *,
        done: Callable[[OpenVolume], object],
        failed: Callable[[Exception], object],
        progressed: Callable[[int, int], object] = lambda _done, _total: None,
        preview: Callable[[OpenVolume], object] | None = None,
        colour: bool = False,
    ) -> None:
        """Have a volume read; what is in memory is there at once.

        Parameters
        ----------
        stack
            What it is made of.
        done, failed
            Given the volume, or the error.
        progressed
            Told (slices read, slices).
        preview
            Given a coarse volume of a stack that takes long; it is made only where somebody wants it.
        colour
            Whether slices in colour will do; else they are refused.
        """
        if not colour and in_colour(stack):
            hint = "Look at them as images, as planes (F3), or in three dimensions (F4)."
            failed(UserError("Slices in colour make no volume of values.", hint=hint))
            return
        kept = self.kept(stack)
        if kept is not None:
            done(kept)
            return
        wish = self._wishes.setdefault(key_of(stack), _Wish(stack))
        wish.done.append(done)
        wish.failed.append(failed)
        wish.progressed.append(progressed)
        if preview is not None:
            wish.preview.append(preview)
        if wish.job is None:
            wish.job = self._start(wish)

    def read_ahead(self, stacks: Sequence[Stack], each_bytes: int) -> None:
        """Have volumes read that may be looked at next, one after the other, as many as there is room for.

        Parameters
        ----------
        stacks
            What they are made of, that which is looked at first; it is not read, but stays.
        each_bytes
            How much memory one of them takes.
        """
        count = self._room_bytes() // max(each_bytes, 1)
        near = tuple(stacks[:count])
        for stack in reversed(near):  # what is far goes first where room is needed
            self.kept(stack)
        self._ahead = near[1:]
        self._read_next()

    def keep_as_taken(self, stack: Stack, *, on: bool) -> None:
        """Choose whether slices of uneven spacing are kept as they were taken, or made even; it is to be read anew."""
        key = key_of(stack)
        self._as_taken.add(key) if on else self._as_taken.discard(key)
        self.give_up(stack)
        self._kept.pop(key, None)

    def assume(self, stack: Stack, apart_mm: float | None) -> None:
        """Take slices that don't say where they lie as so far apart, None for none of it; it is to be read anew."""
        key = key_of(stack)
        self._assumed.pop(key, None)
        if apart_mm is not None:
            self._assumed[key] = apart_mm
        self.give_up(stack)
        self._kept.pop(key, None)

    def give_up(self, stack: Stack) -> None:
        """Read a volume no longer."""
        wish = self._wishes.pop(key_of(stack), None)
        if wish is not None and wish.job is not None:
            wish.job.cancel()

    def keep_only(self, is_open: Callable[[str], bool]) -> None:
        """Let go of volumes of series that are open no longer, told by their UID."""
        for key in [key for key in self._kept if not is_open(key[0])]:
            del self._kept[key]
        self._ahead = tuple(each for each in self._ahead if is_open(key_of(each)[0]))

    def _read_next(self) -> None:
        """Read what may be wanted next, once nobody waits for anything."""
        while self._ahead and not self._wishes:
            stack, *rest = self._ahead
            self._ahead = tuple(rest)
            if key_of(stack) not in self._kept:
                wish = self._wishes[key_of(stack)] = _Wish(stack)
                wish.job = self._start(wish, Priority.PREFETCH)

    def _room_bytes(self) -> int:
        return int(memory_budget_bytes() * ROOM_SHARE) if self.room_bytes is None else self.room_bytes

    def _make_room(self) -> None:
        room = self._room_bytes() if len(self._kept) > MOST_KEPT else 0
        while len(self._kept) > MOST_KEPT:
            series = {key[0] for key in self._kept}
            taken = sum(each.volume.array_kji.nbytes for each in self._kept.values())
            if len(series) <= MOST_KEPT and taken <= room:
                return
            self._kept.popitem(last=False)

    def _start(self, wish: _Wish, priority: Priority = Priority.VISIBLE) -> "Job":
        last = 0.0

        def report(job: "Job", done: int, total: int) -> None:
            nonlocal last
            job.progress(done, total, "Reading slices")
            if time.monotonic() - last >= TELL_EVERY_S:
                last = time.monotonic()
                self._work.post(lambda: self._tell(wish, done, total))

        is_as_taken = key_of(wish.stack) in self._as_taken
        assumed_mm = self._assumed.get(key_of(wish.stack))

        def read(job: "Job") -> OpenVolume:
            coarse = coarser(wish.stack) if wish.preview else ()
            for few in coarse:
                begun = time.monotonic()
                made = replace(open_stack(few, lambda _done, _total: job.check()), stack=wish.stack, is_preview=True)
                if few is coarse[-1] or time.monotonic() - begun > SLOW_S:
                    self._work.post(partial(self._preview, wish, made))
            return open_stack(
                wish.stack,
                lambda done, total: report(job, done, total),
                is_as_taken=is_as_taken,
                assumed_mm=assumed_mm,
            )

        return self._work.start(
            "Read the volume",
            read,
            done=lambda opened: self._arrived(wish, opened),
            failed=lambda error: self._failed(wish, error),
            stopped=lambda: self._stopped(wish),
            priority=priority,
            is_shown=priority is not Priority.PREFETCH,
        )

    def _tell(self, wish: _Wish, done: int, total: int) -> None:
        if self._wishes.get(key_of(wish.stack)) is wish:
            for tell in wish.progressed:
                tell(done, total)

    def _preview(self, wish: _Wish, opened: OpenVolume) -> None:
        if self._wishes.get(key_of(wish.stack)) is wish:
            for tell in wish.preview:
                tell(opened)

    def _arrived(self, wish: _Wish, opened: OpenVolume) -> None:
        if self._wishes.get(key_of(wish.stack)) is wish:
            del self._wishes[key_of(wish.stack)]
        self._kept[key_of(wish.stack)] = opened
        self._make_room()
        for tell in wish.done:
            tell(opened)
        self._read_next()

    def _failed(self, wish: _Wish, error: Exception) -> None:
        self._wishes.pop(key_of(wish.stack), None)
        for tell in wish.failed:
            tell(error)
        self._read_next()

    def _stopped(self, wish: _Wish) -> None:
        from workstation.errors import Cancelled

        if self._wishes.pop(key_of(wish.stack), None) is wish:
            for tell in wish.failed:
                tell(Cancelled())
        self._read_next()

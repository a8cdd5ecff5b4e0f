"""Frames for the pane: the wanted one before everything else, its neighbours ahead of time, all read in jobs."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from workstation.display.around import outwards, span_around
from workstation.display.corner_templates import CornerTemplates
from workstation.display.open_images import ImageLike, OpenImages
from workstation.errors import UserError
from workstation.gui.canvas.facts import FactsHeld
from workstation.gui.canvas.loaded import Loaded, key_of, orientation_of
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef, Place
from workstation.model.memory import FrameCache, Key, frame_bytes

Clock = Callable[[], float]
AHEAD_AT_ONCE = 2
MOST_TOGETHER, TOGETHER_S = 8, 0.008
"""So many frames, and no longer than this, are read ahead in one job: a job costs as much as reading a small frame."""
CALM_AFTER_S = 0.3
SHARE_AHEAD = 0.5
"""Part of the cache that frames read ahead of time may take."""


class FrameSource:
    """Reads frames for all panes into one cache. Used on the thread of the window.

    Parameters
    ----------
    work
        Runs the jobs.
    cache
        Keeps decoded frames.
    open_image
        Reads the header of an image; called in jobs.
    clock
        Seconds that go on evenly.
    """

    def __init__(
        self, work: Work, cache: FrameCache, open_image: Callable[[Place], ImageLike], *, clock: Clock = time.monotonic
    ) -> None:
        self.work, self._clock = work, clock
        self.cache = cache
        self._images = OpenImages(open_image)
        self._clients: list[FrameClient] = []
        self._reading: set[Key] = set()
        self._readers = 0
        self.failed: set[Key] = set()
        self.orientations: dict[Key, tuple[str, ...]] = {}
        self.facts = FactsHeld()
        self._last: FrameClient | None = None
        self._wanted_at = 0.0
        self.on_kept: Callable[[str], None] = lambda _series_instance_uid: None
        self.is_open: Callable[[str], bool] = lambda _series_instance_uid: True
        self.on_drained: Callable[[], None] = lambda: None

    @property
    def is_calm(self) -> bool:
        """Whether no pane waits for an image, and nobody has scrolled just now: other work may use the processor."""
        return not self._is_waited_for() and self._clock() - self._wanted_at > CALM_AFTER_S

    def note_wanted(self) -> None:
        """Be told that a pane wants an image."""
        self._wanted_at = self._clock()

    def last_client(self) -> "FrameClient":
        """Give the one that is served when no pane has anything left to ask for."""
        self._last = FrameClient(self)
        return self._last

    def client(self) -> "FrameClient":
        """Give what a pane asks for its frames; those asked for first are served first."""
        made = FrameClient(self)
        self._clients.append(made)
        return made

    def serve_first(self, client: "FrameClient") -> None:
        """Read ahead for this one before the others: the active pane."""
        self._clients.remove(client)
        self._clients.insert(0, client)

    def capacity(self, frame: Frame) -> int:
        """Give how many frames of this size each of the panes may read ahead."""
        askers = sum(client.is_in_use for client in self._clients) or 1
        return int(self.cache.budget_bytes * SHARE_AHEAD / max(1, frame_bytes(frame)) / askers)

    def forget_series(self, series_instance_uids: Iterable[str]) -> None:
        """Give back the memory of some series; what is read ahead is given up."""
        for client in self._every():
            client.forget()
        self.failed.clear()
        self._images.clear()
        gone = frozenset(series_instance_uids)
        self.facts.forget_series(gone)
        for uid in gone:
            self.cache.forget((uid,))
        self.orientations = {key: words for key, words in self.orientations.items() if key[0] not in gone}

    def read(self, ref: FrameRef, job: Job) -> Loaded:
        """Give a frame from the cache or its file; called in jobs."""
        job.check()
        frame = self.cache.get(key_of(ref))
        image = self._images.get(ref.instance.place)
        frame = image.frame(ref.number) if frame is None else frame
        orientation = orientation_of(image.dataset) if frame.plane is None else ()
        return Loaded(frame, orientation, self.facts.read(ref, image.dataset, frame))

    def _give_up(self, ref: FrameRef) -> None:
        """Note a frame that cannot be read: nobody waits for it any more."""
        self.failed.add(key_of(ref))
        self.on_kept(ref.instance.series_instance_uid)

    def keep(self, ref: FrameRef, loaded: Loaded) -> Loaded:
        """Put what was read into the cache, and give it as it is held."""
        self.cache.put(key_of(ref), loaded.frame)
        self.on_kept(ref.instance.series_instance_uid)
        if loaded.orientation:
            self.orientations[key_of(ref)[:3]] = loaded.orientation
        return replace(loaded, facts=self.facts.keep(key_of(ref), loaded.facts))

    def held(self, ref: FrameRef) -> Loaded | None:
        """Give a frame that is in the cache, with its facts; None where any of it has to be read."""
        frame, facts = self.cache.get(key_of(ref)), self.facts.get(key_of(ref))
        if frame is None or facts is None:
            return None
        return Loaded(frame, self.orientations.get(key_of(ref)[:3], ()), facts)

    def go_on(self) -> None:
        """Read ahead, as long as no pane waits for the frame it shows."""
        if self._is_waited_for():
            return
        self._serve()
        if not self._reading and not any(client.is_to_ask for client in self._clients):
            self.on_drained()  # may ask for more, which comes back here

    def _is_waited_for(self) -> bool:
        return any(client.is_waiting for client in self._clients)

    def _every(self) -> "list[FrameClient]":
        return [*self._clients, *([self._last] if self._last is not None else [])]

    def _serve(self) -> None:
        for client in self._every():
            while self._readers < AHEAD_AT_ONCE and (batch := self._batch_of(client)):
                self._start_ahead(client, batch)

    def _batch_of(self, client: "FrameClient") -> list[FrameRef]:
        """Take frames that one job may read."""
        batch: list[FrameRef] = []
        most = 1 if client is self._last else MOST_TOGETHER  # what nobody looks at has to stop where memory ends
        while len(batch) < most and (ref := client.next_ahead()) is not None:
            key = key_of(ref)
            if key in self.cache or key in self._reading:
                client.has_got(key)
            else:
                self._reading.add(key)
                batch.append(ref)
        return batch

    def _start_ahead(self, client: "FrameClient", batch: list[FrameRef]) -> None:
        self._readers += 1

        def over(done: int = 0) -> None:
            keys = [key_of(ref) for ref in batch]
            self._reading.difference_update(keys)
            client.put_back(batch[done:])
            for key in keys[:done]:
                client.has_got(key)
            self._readers -= 1
            self.go_on()

        def arrived(read: list[Loaded | None]) -> None:
            for ref, loaded in zip(batch, read, strict=False):
                if loaded is None:
                    self._give_up(ref)
                elif self.is_open(ref.instance.series_instance_uid):  # else it was closed while this was read
                    self.keep(ref, loaded)
            over(len(read))

        def broke(_error: Exception) -> None:
            self._give_up(batch[0])
            over(1)

        self.work.start(
            "Read ahead",
            lambda job: self._read_some(batch, job),
            done=arrived,
            failed=broke,
            stopped=lambda: over(len(batch)),
            priority=Priority.PREFETCH,
        )

    def _read_some(self, batch: list[FrameRef], job: Job) -> list[Loaded | None]:
        """Read frames for a moment, at least one; None for one that is refused. Called in jobs."""
        read: list[Loaded | None] = []
        until = self._clock() + TOGETHER_S
        for ref in batch:
            try:
                read.append(self.read(ref, job))
            except UserError:
                read.append(None)
            except Exception:
                if read:  # what was read is kept; this one is the first of the next job, and is told there
                    return read
                raise
            if self._clock() >= until:
                break
        return read


class FrameClient:
    """What one pane asks of a `FrameSource`: the frame it shows now, and those it may show next."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._wanted: tuple[Key, Job] | None = None
        self._pinned: tuple[Key, ...] = ()
        self._frames: Sequence[FrameRef] = ()
        self._ahead: deque[int] = deque()
        self._span = range(0)
        self._on_the_way: set[Key] = set()
        self._returned: deque[FrameRef] = deque()
        self._asked = self._losses = 0
        self._complete: tuple[object, int, range] | None = None
        self.is_to_ask = False
        """Whether a frame was shown, and what is wanted ahead will be asked for once it is on the screen."""
        self.on_ahead: Callable[[], None] = lambda: None

    @property
    def is_waiting(self) -> bool:
        """Whether the frame that is to be shown is still to come."""
        return self._wanted is not None

    @property
    def is_in_use(self) -> bool:
        """Whether it shows something."""
        return bool(self._pinned)

    @property
    def share(self) -> float | None:
        """Give the part of the frames asked for ahead that is there, 0 to 1; None where nothing is to come."""
        left = len(self._ahead) + len(self._returned) + len(self._on_the_way)
        return max(0.0, 1 - left / self._asked) if left and self._asked else None

    def want(self, ref: FrameRef, *, done: Callable[[Loaded], None], failed: Callable[[Exception], None]) -> None:
        """Have a frame: at once where it is in the cache, else soon; one that was wanted before is given up."""
        source, key = self._source, key_of(ref)
        source.note_wanted()
        self._pin(key)
        self._give_up_waiting()
        self.is_to_ask = True
        if (held := source.held(ref)) is not None:
            done(held)
            return

        def arrived(loaded: Loaded) -> None:
            loaded = source.keep(ref, loaded)
            if self._wanted is not None and self._wanted[0] == key:
                self._wanted = None
                done(loaded)
            source.go_on()

        def broke(error: Exception) -> None:
            if self._wanted is not None and self._wanted[0] == key:
                self._wanted, self.is_to_ask = None, False
                failed(error)
            source.go_on()

        job = source.work.start(
            "Show image", lambda job: source.read(ref, job), done=arrived, failed=broke, priority=Priority.INTERACTION
        )
        self._wanted = (key, job)

    def give_up(self) -> None:
        """Want nothing any more: the pane is empty, or out of sight."""
        self._give_up_waiting()
        self._source.cache.unpin(self._pinned)
        self._pinned = ()
        self.read_ahead((), ())

    def read_ahead(self, frames: Sequence[FrameRef], order: Iterable[int]) -> None:
        """Read these as long as nothing else is to do; replaces what was asked for before.

        Parameters
        ----------
        frames
            Of a stack.
        order
            Their numbers, most wanted first; taken only as far as needed.
        """
        # What is there already is found out one by one as its turn comes: a stack may be very long.
        self._frames, self._ahead, self._span = frames, deque(order), range(0)
        self._returned.clear()
        self._asked, self._losses, self._complete = len(self._ahead), self._source.cache.losses, None
        self.is_to_ask = False
        self._source.go_on()

    def read_around(self, frames: Sequence[FrameRef], start: int, *, forwards: bool, most: int) -> None:
        """Read so many images around one ahead, as `read_ahead`; what costs time is only what is new."""
        losses, known = self._source.cache.losses, range(0)
        self.is_to_ask = False
        if self._complete is not None and self._complete[0] is frames and self._complete[1] == losses:
            known = self._complete[2]
        span = span_around(len(frames), start, forwards=forwards, most=most)
        if span.start >= known.start and span.stop <= known.stop:
            self._source.go_on()
            return
        self._frames, self._span = frames, span
        self._ahead = deque(outwards(span, start, forwards=forwards, known=known))
        self._asked, self._losses, self._complete = len(span) - 1, losses, None
        self._source.go_on()

    def forget(self) -> None:
        """Ask for nothing ahead any more, and hold no images."""
        self.read_ahead((), ())
        self._complete = None

    @property
    def is_reading_ahead(self) -> bool:
        """Whether frames it has asked for ahead are still to come."""
        return bool(self._ahead or self._returned or self._on_the_way)

    def next_ahead(self) -> FrameRef | None:
        """Take the next frame to read ahead; None where there is none."""
        while self._returned or self._ahead:
            ref = self._returned.popleft() if self._returned else self._frames[self._ahead.popleft()]
            key = key_of(ref)
            if not self._is_there(key):
                self._on_the_way.add(key)
                return ref
        if self._span and not self._on_the_way:
            self._complete = (self._frames, self._losses, self._span)
        return None

    def put_back(self, refs: Iterable[FrameRef]) -> None:
        """Be told that frames were not read after all: they are the next ones."""
        for ref in refs:
            self._on_the_way.discard(key_of(ref))
            self._returned.append(ref)

    def has_got(self, key: Key) -> None:
        """Be told that a frame read ahead is there, or cannot be had."""
        self._on_the_way.discard(key)
        self.on_ahead()

    def capacity(self, frame: Frame) -> int:
        """Give how many frames of this size may be read ahead."""
        return self._source.capacity(frame)

    @property
    def templates(self) -> CornerTemplates:
        """The lines of the corner text."""
        return self._source.facts.templates

    def serve_first(self) -> None:
        """Be read ahead for before the other panes."""
        self._source.serve_first(self)

    def _is_there(self, key: Key) -> bool:
        return key in self._source.cache or key in self._source.failed

    def _give_up_waiting(self) -> None:
        if self._wanted is not None:
            self._wanted[1].cancel()
            self._wanted = None

    def _pin(self, key: Key) -> None:
        self._source.cache.pin((key,))
        self._source.cache.unpin(self._pinned)
        self._pinned = (key,)

"""Frames for the pane: the wanted one before everything else, its neighbours ahead of time, all read in jobs."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef, Place
from workstation.model.memory import FrameCache, Key, frame_bytes

OPEN_IMAGES = 24
AHEAD_AT_ONCE = 2
SHARE_AHEAD = 0.5
"""Part of the cache that frames read ahead of time may take."""


class ImageLike(Protocol):
    """What is asked of an image: `workstation.model.image.Image` or a fake."""

    dataset: Any

    def frame(self, number: int = 0) -> Frame:
        """Decode a frame."""


@dataclass(frozen=True)
class Loaded:
    """A frame, with what of its header the pane needs besides: Patient Orientation."""

    frame: Frame
    orientation: tuple[str, ...] = ()


class FrameSource:
    """Gives frames from the cache, or reads them. Used on the thread of the window.

    Parameters
    ----------
    work
        Runs the jobs.
    cache
        Keeps decoded frames.
    open_image
        Reads the header of an image; called in jobs.
    """

    def __init__(self, work: Work, cache: FrameCache, open_image: Callable[[Place], ImageLike]) -> None:
        self._work = work
        self.cache = cache
        self._images = _OpenImages(open_image)
        self._wanted: tuple[Key, Job] | None = None
        self._ahead: list[FrameRef] = []
        self._reading: set[Key] = set()
        self._failed: set[Key] = set()
        self._orientations: dict[Place, tuple[str, ...]] = {}
        self._pinned: tuple[Key, ...] = ()
        self.on_ahead: Callable[[], None] = lambda: None

    def want(self, ref: FrameRef, *, done: Callable[[Loaded], None], failed: Callable[[Exception], None]) -> None:
        """Have a frame: at once where it is in the cache, else soon; one that was wanted before is given up."""
        key = key_of(ref)
        self._pin(key)
        if self._wanted is not None:
            self._wanted[1].cancel()
            self._wanted = None
        frame = self.cache.get(key)
        if frame is not None:
            done(Loaded(frame, self._orientations.get(ref.instance.place, ())))
            return

        def arrived(loaded: Loaded) -> None:
            self._keep(ref, loaded)
            if self._wanted is not None and self._wanted[0] == key:
                self._wanted = None
                done(loaded)
            self._read_ahead()

        def broke(error: Exception) -> None:
            if self._wanted is not None and self._wanted[0] == key:
                self._wanted = None
                failed(error)
            self._read_ahead()

        job = self._work.start(
            "Show image", lambda job: self._read(ref, job), done=arrived, failed=broke, priority=Priority.INTERACTION
        )
        self._wanted = (key, job)

    def read_ahead(self, refs: Iterable[FrameRef]) -> None:
        """Read these as long as nothing else is to do, in their order; replaces what was asked for before."""
        self._ahead = [ref for ref in refs if key_of(ref) not in self.cache and key_of(ref) not in self._failed]
        if self._wanted is None:
            self._read_ahead()

    @property
    def is_reading_ahead(self) -> bool:
        """Whether there is something left to read ahead."""
        return bool(self._ahead or self._reading)

    def share_cached(self, refs: Sequence[FrameRef]) -> float:
        """Give the part of some frames that can be shown at once, 0 to 1."""
        return sum(key_of(ref) in self.cache for ref in refs) / len(refs) if refs else 1.0

    def capacity(self, frame: Frame) -> int:
        """Give how many frames of this size may be read ahead."""
        return int(self.cache.budget_bytes * SHARE_AHEAD / max(1, frame_bytes(frame)))

    def forget_series(self, series_instance_uids: Iterable[str]) -> None:
        """Give back the memory of some series; what is read ahead is given up."""
        self._ahead = []
        self._failed.clear()
        self._images.clear()
        for uid in series_instance_uids:
            self.cache.forget((uid,))

    def _read_ahead(self) -> None:
        while self._ahead and len(self._reading) < AHEAD_AT_ONCE:
            ref = self._ahead.pop(0)
            if key_of(ref) not in self.cache and key_of(ref) not in self._reading:
                self._start_ahead(ref)

    def _start_ahead(self, ref: FrameRef) -> None:
        key = key_of(ref)
        self._reading.add(key)

        def over() -> None:
            self._reading.discard(key)
            self._read_ahead()
            self.on_ahead()

        def arrived(loaded: Loaded) -> None:
            self._keep(ref, loaded)
            over()

        def broke(_error: Exception) -> None:
            self._failed.add(key)
            over()

        self._work.start(
            "Read ahead",
            lambda job: self._read(ref, job),
            done=arrived,
            failed=broke,
            stopped=over,
            priority=Priority.PREFETCH,
        )

    def _read(self, ref: FrameRef, job: Job) -> Loaded:
        job.check()
        frame = self.cache.get(key_of(ref))
        image = self._images.get(ref.instance.place)
        frame = image.frame(ref.number) if frame is None else frame
        return Loaded(frame, _orientation(image.dataset) if frame.plane is None else ())

    def _keep(self, ref: FrameRef, loaded: Loaded) -> None:
        self.cache.put(key_of(ref), loaded.frame)
        if loaded.orientation:
            self._orientations[ref.instance.place] = loaded.orientation

    def _pin(self, key: Key) -> None:
        self.cache.pin((key,))
        self.cache.unpin(self._pinned)
        self._pinned = (key,)


class _OpenImages:
    """The headers read last, so that the frames of one file don't each read it again."""

    def __init__(self, open_image: Callable[[Place], ImageLike]) -> None:
        self._open = open_image
        self._images: OrderedDict[Place, ImageLike] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: Place) -> ImageLike:
        with self._lock:
            image = self._images.get(place)
        if image is None:
            image = self._open(place)
        with self._lock:
            self._images[place] = image
            self._images.move_to_end(place)
            while len(self._images) > OPEN_IMAGES:
                self._images.popitem(last=False)
        return image

    def clear(self) -> None:
        with self._lock:
            self._images.clear()


def key_of(ref: FrameRef) -> Key:
    """Give the key of a frame in the cache; files of one UID that differ are different frames."""
    instance = ref.instance
    return instance.series_instance_uid, instance.sop_instance_uid, str(instance.place), ref.number


def _orientation(dataset: Any) -> tuple[str, ...]:
    value = dataset.get("PatientOrientation")
    if value is None:
        return ()
    return tuple(str(each) for each in ([value] if isinstance(value, str) else value))


def outwards(count: int, start: int, *, forwards: bool) -> list[int]:
    """Give the numbers around one, the nearest first, twice as many in the direction of the last move."""
    ahead = list(range(start + 1, count))
    behind = list(range(start - 1, -1, -1))
    if not forwards:
        ahead, behind = behind, ahead
    found = []
    while ahead or behind:
        found += ahead[:2] + behind[:1]
        ahead, behind = ahead[2:], behind[1:]
    return found

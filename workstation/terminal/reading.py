"""Frames read into memory: the one that is looked at first, then its neighbours, on a thread of its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from workstation.display.around import outwards, span_around
from workstation.model.index.records import FrameRef
from workstation.model.memory import FrameCache, Key, frame_bytes
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.model.image import Image

SHARE_AHEAD = 0.5
"""Part of the memory for frames that those around the one that is looked at may take."""


class Reading:
    """Reads frames and keeps them. Used by the thread that shows them, and by its own.

    Parameters
    ----------
    cache
        Keeps what was read; one of the usual size where None.
    """

    def __init__(self, cache: FrameCache | None = None) -> None:
        from workstation.display.open_images import OpenImages
        from workstation.model.image import Image

        self._images: OpenImages[Image] = OpenImages(Image.open)
        self._cache = cache or FrameCache()
        self._pinned: tuple[Key, ...] = ()
        self._wish: _Wish | None = None
        self._changed = threading.Condition()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def image(self, ref: FrameRef) -> "Image":
        """Give the image that a frame is of; raises `Refused`."""
        return self._images.get(ref.instance.place)

    def held(self, ref: FrameRef) -> "Frame | None":
        """Give a frame that is in memory; None where it is not."""
        return self._cache.get(key_of(ref))

    def frame(self, ref: FrameRef) -> "Frame":
        """Give a frame, read now where it is not in memory; raises `Refused`."""
        frame = self.held(ref)
        if frame is None:
            frame = self.image(ref).frame(ref.number)
            self._cache.put(key_of(ref), frame)
        return frame

    def read_around(
        self, frames: Sequence[FrameRef], number: int, *, forwards: bool, arrived: Callable[[], object]
    ) -> None:
        """Read a frame and its neighbours on the thread; see `workstation.terminal.opened.ShownSeries.read_around`."""
        key = key_of(frames[number])
        self._cache.pin((key,))
        self._cache.unpin(self._pinned)
        self._pinned = (key,)
        with self._changed:
            self._wish = _Wish(frames, number, forwards, arrived)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="Reading frames", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread, once the frame that it reads is there, and give back the memory."""
        with self._changed:
            self._is_over = True
            self._wish = None
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._cache.forget()
        self._images.clear()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wish is not None or self._is_over)
                wish, self._wish = self._wish, None
            if wish is None:
                return
            frame = self._read(wish.frames[wish.number])
            wish.arrived()
            for number in self._neighbours(wish, frame) if frame is not None else ():
                if self._is_disturbed():
                    break
                if key_of(wish.frames[number]) not in self._cache:
                    self._read(wish.frames[number])

    def _is_disturbed(self) -> bool:
        return self._wish is not None or self._is_over

    def _read(self, ref: FrameRef) -> "Frame | None":
        try:
            return self.frame(ref)
        except Exception:  # noqa: BLE001 - whoever asks for this frame meets it again, and tells it
            return None

    def _neighbours(self, wish: "_Wish", frame: "Frame") -> Iterator[int]:
        most = int(self._cache.budget_bytes * SHARE_AHEAD / max(1, frame_bytes(frame)))
        span = span_around(len(wish.frames), wish.number, forwards=wish.forwards, most=most)
        return outwards(span, wish.number, forwards=wish.forwards)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be read: a frame of some, and then those around it."""

    frames: Sequence[FrameRef]
    number: int
    forwards: bool
    arrived: Callable[[], object]


def key_of(ref: FrameRef) -> Key:
    """Give the key of a frame in the cache; files of one UID that differ are different frames."""
    instance = ref.instance
    return instance.series_instance_uid, instance.sop_instance_uid, str(instance.place), ref.number

"""Cine in the active pane: which image is due, whatever the terminal can show; what comes too late is dropped."""

from workstation.display.cine import CineClock, Playback
from workstation.model.cine_timing import CineTiming


class Playing:
    """A cine that runs, or none. Times are those of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self.clock: CineClock | None = None
        self._timing: CineTiming | None = None
        self._speed = 1.0

    def keep(self, timing: CineTiming, speed: float, index: int, now_s: float) -> None:
        """Play, from the image that is seen where it is not the one that was due."""
        clock = self.clock
        if clock is not None and self._timing is timing and self._speed == speed and clock.frame == index:
            return
        playback = Playback.of(timing)
        playback = Playback(timing, playback.mode, playback.first, playback.last, speed)
        self.clock = CineClock.start(playback, now_s, frame=index)
        self._timing, self._speed = timing, speed

    def stop(self) -> None:
        """Play no more."""
        self.clock = None

    def due(self, now_s: float) -> int | None:
        """Give the image that is due now; None where that is the one that is seen."""
        if self.clock is None:
            return None
        clock = self.clock.tick(now_s)
        if clock is self.clock:
            return None
        self.clock = clock
        return clock.frame

    def wait_s(self, now_s: float) -> float | None:
        """Give how long until the next image is due; None where none comes."""
        return None if self.clock is None else self.clock.wait_s(now_s)

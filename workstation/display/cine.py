"""When each frame of a cine is due: real time, whatever the screen can show; what comes too late is dropped."""

from bisect import bisect_right
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import Literal, Self

from workstation.model.cine_timing import CineTiming
from workstation.quick_dataclass import dataclass

Mode = Literal["loop", "sweep", "once"]
SLOWEST, FASTEST = 0.05, 20.0
"""Least and greatest factor of the speed."""
_ROUNDING_MS = 1e-6  # a timer that fires when a frame is due finds that frame
RATE_OVER_S = 1.0
"""The rate that is told is that of the last second."""


@dataclass(frozen=True)
class Playback:
    """What is played, and how.

    Parameters
    ----------
    timing
        When the frames are due.
    mode
        ``loop`` begins again, ``sweep`` goes there and back, the frames at the turns once (PS3.3 C.7.6.5, 0018,1244),
        ``once`` stops at the last frame.
    first, last
        The range, from 0, both included.
    speed
        1 is the speed of the acquisition, or what the file recommends.
    """

    timing: CineTiming
    mode: Mode = "loop"
    first: int = 0
    last: int = 0
    speed: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a range that is none, and a speed that is none."""
        if not 0 <= self.first <= self.last < self.timing.count:
            raise ValueError(f"frames {self.first} to {self.last} are no range in {self.timing.count} frames")
        if not SLOWEST <= self.speed <= FASTEST:
            raise ValueError(f"the speed {self.speed} is not between {SLOWEST} and {FASTEST}")

    @classmethod
    def of(cls, timing: CineTiming) -> Self:
        """Play what the file wants to be played, as it wants it."""
        return cls(timing, timing.sequencing, timing.first, timing.last)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Frames of one pass, from 0."""
        there = tuple(range(self.first, self.last + 1))
        return there + there[-2:0:-1] if self.mode == "sweep" else there

    @cached_property
    def ends_ms(self) -> tuple[float, ...]:
        """When each frame of a pass ends, from the start of the pass, at the speed 1."""
        durations = self.timing.durations_ms
        if self.mode == "sweep" and self.last > self.first:
            there = durations[self.first : self.last]
            return tuple(accumulate((*there, *reversed(there))))
        return tuple(accumulate(durations[self.first : self.last + 1]))

    @property
    def pass_ms(self) -> float:
        """How long a pass lasts, at the speed 1."""
        return self.ends_ms[-1]

    @property
    def rate_hz(self) -> float:
        """How many frames a second are due, on the average of a pass."""
        return 1000 * len(self.order) / self.pass_ms * self.speed

    def elapsed_ms(self, step: int) -> float:
        """Give when a step begins, at the speed 1; steps count frames from the start of the first pass, from 0."""
        passes, within = divmod(step, len(self.order))
        return passes * self.pass_ms + (self.ends_ms[within - 1] if within else 0.0)

    def step_at(self, elapsed_ms: float) -> int:
        """Give the step that is due, ``elapsed_ms`` counted at the speed 1; with ``once`` no further than the last."""
        if self.mode == "once" and elapsed_ms >= self.pass_ms:
            return len(self.order) - 1
        passes, within = divmod(max(elapsed_ms, 0.0) + _ROUNDING_MS, self.pass_ms)
        return int(passes) * len(self.order) + min(bisect_right(self.ends_ms, within), len(self.order) - 1)

    def frame_of(self, step: int) -> int:
        """Give the frame of a step, from 0."""
        return self.order[step % len(self.order)]


@dataclass(frozen=True)
class CineClock:
    """A running cine as a value: `tick` with the time gives the clock with the frame that is due.

    Times are those of a monotonic clock, in seconds. Several panes in step are ticked with one time.

    Parameters
    ----------
    playback
        What is played.
    origin_s
        When the step 0 would have begun.
    step
        The step that is shown.
    shown, dropped
        How many frames were shown since the start, and how many came too late to be.
    recent_s
        When the frames of the last second were shown.
    """

    playback: Playback
    origin_s: float
    step: int = 0
    shown: int = 1
    dropped: int = 0
    recent_s: tuple[float, ...] = ()

    @classmethod
    def start(cls, playback: Playback, now_s: float, *, frame: int | None = None) -> Self:
        """Start at a frame, from 0; at the first of the range where it lies outside, or is None."""
        step = playback.order.index(frame) if frame in playback.order else 0
        return cls(playback, _origin_s(playback, now_s, step), step, recent_s=(now_s,))

    @property
    def frame(self) -> int:
        """The frame that is shown, from 0."""
        return self.playback.frame_of(self.step)

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self.playback.mode == "once" and self.step >= len(self.playback.order) - 1

    @property
    def dropped_share(self) -> float:
        """Part of the frames that were due and not shown, 0 to 1."""
        return self.dropped / (self.shown + self.dropped)

    @property
    def rate_hz(self) -> float | None:
        """How many frames a second were truly shown, over the last second; None until there are two."""
        if len(self.recent_s) < 2 or self.recent_s[-1] <= self.recent_s[0]:
            return None
        return (len(self.recent_s) - 1) / (self.recent_s[-1] - self.recent_s[0])

    def tick(self, now_s: float) -> Self:
        """Give the clock with the frame that is due; itself where that is shown already."""
        step = self.playback.step_at((now_s - self.origin_s) * 1000 * self.playback.speed)
        if step <= self.step:
            return self
        recent = tuple(each for each in self.recent_s if now_s - each <= RATE_OVER_S)
        return replace(
            self,
            step=step,
            shown=self.shown + 1,
            dropped=self.dropped + step - self.step - 1,
            recent_s=(*recent, now_s),
        )

    def wait_s(self, now_s: float) -> float | None:
        """Give how long until the next frame is due, 0 where it is late; None where none comes."""
        if self.is_over or len(self.playback.order) == 1:
            return None
        due_s = self.origin_s + self.playback.elapsed_ms(self.step + 1) / 1000 / self.playback.speed
        return max(0.0, due_s - now_s)

    def changed(self, now_s: float, playback: Playback) -> Self:
        """Go on with another range, mode or speed, from the frame that is shown; the counts begin anew."""
        return type(self).start(playback, now_s, frame=self.frame)


def _origin_s(playback: Playback, now_s: float, step: int) -> float:
    return now_s - playback.elapsed_ms(step) / 1000 / playback.speed

"""When the pictures of a cine are due, in formats that know only one rate, or only hundredths of a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

DEFAULT_RATE_HZ = 24.0
FASTEST_RATE_HZ = 60.0
_EVEN = 0.02


@dataclass(frozen=True, slots=True)
class Timeline:
    """``rate_hz`` pictures a second, and which frame (from 0) each of them shows: real time is kept."""

    rate_hz: float
    frames: tuple[int, ...]


def timeline(times_ms: Sequence[float]) -> Timeline:
    """Put frames on an even raster: frames that are shown longer are repeated, what no screen can show is dropped.

    Parameters
    ----------
    times_ms
        When each frame is due, from the first, rising. The last is shown as long as the one before it.
    """
    steps = [max(0.0, after - before) for before, after in pairwise(times_ms)]
    if not steps or not any(steps):
        return Timeline(DEFAULT_RATE_HZ, tuple(range(len(times_ms))))
    mean = sum(steps) / len(steps)
    is_even = all(abs(step - mean) <= _EVEN * mean for step in steps)
    if is_even and 1000 / mean <= FASTEST_RATE_HZ:
        return Timeline(1000 / mean, tuple(range(len(times_ms))))
    rate_hz = FASTEST_RATE_HZ if is_even else min(FASTEST_RATE_HZ, 1000 / min(step for step in steps if step > 0))
    ends = [*times_ms[1:], times_ms[-1] + steps[-1]]
    count = max(1, round(ends[-1] * rate_hz / 1000))
    shown, frame = [], 0
    for number in range(count):
        middle = (number + 0.5) * 1000 / rate_hz
        while frame < len(ends) - 1 and ends[frame] <= middle:
            frame += 1
        shown.append(frame)
    return Timeline(rate_hz, tuple(shown))


def even_times_ms(count: int, rate_hz: float) -> tuple[float, ...]:
    """Give the times of frames at one rate, in ms."""
    return tuple(index * 1000 / rate_hz for index in range(count))


def hundredths(line: Timeline, shortest: int = 2) -> list[tuple[int, int]]:
    """Give (frame, how long in 1/100 s) for an animation that counts in these, the whole of it as long as it is.

    Rounding does not add up. Times below ``shortest``, which viewers take for a tenth of a second, are not written:
    where frames follow each other faster, some are left out.
    """
    shown: list[tuple[int, int]] = []
    runs: list[tuple[int, int]] = []  # (frame, number of the first picture that does not show it)
    for number, frame in enumerate(line.frames):
        if runs and runs[-1][0] == frame:
            runs[-1] = frame, number + 1
        else:
            runs.append((frame, number + 1))
    begin = 0
    for index, (frame, stop) in enumerate(runs):
        end = round(stop * 100 / line.rate_hz)
        is_last = index == len(runs) - 1
        if end - begin >= shortest or (is_last and not shown):
            shown.append((frame, max(shortest, end - begin)))
            begin = end
        elif is_last:
            shown[-1] = shown[-1][0], shown[-1][1] + end - begin
    return shown

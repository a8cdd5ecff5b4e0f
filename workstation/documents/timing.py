"""When the pictures of a cine are due, in formats that know only one rate, or only hundredths of a second."""

from collections.abc import Sequence
from itertools import accumulate

from workstation.quick_dataclass import dataclass

FASTEST_RATE_HZ = 60.0
_EVEN = 0.02
_ROUNDING_MS = 1e-6


@dataclass(frozen=True, slots=True)
class Timeline:
    """``rate_hz`` pictures a second, and which frame (from 0) each of them shows: real time is kept."""

    rate_hz: float
    frames: tuple[int, ...]


def timeline(durations_ms: Sequence[float]) -> Timeline:
    """Put frames on an even raster: frames that are shown longer are repeated, what no screen can show is dropped.

    Parameters
    ----------
    durations_ms
        How long each frame is shown, above 0.
    """
    mean = sum(durations_ms) / len(durations_ms)
    is_even = all(abs(each - mean) <= _EVEN * mean for each in durations_ms)
    if is_even and 1000 / mean <= FASTEST_RATE_HZ:
        return Timeline(1000 / mean, tuple(range(len(durations_ms))))
    rate_hz = min(FASTEST_RATE_HZ, 1000 / min(durations_ms))
    ends = list(accumulate(durations_ms))
    count = max(1, round(ends[-1] * rate_hz / 1000))
    shown, frame = [], 0
    for number in range(count):
        middle = (number + 0.5) * 1000 / rate_hz
        while frame < len(ends) - 1 and ends[frame] <= middle + _ROUNDING_MS:
            frame += 1
        shown.append(frame)
    return Timeline(rate_hz, tuple(shown))


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

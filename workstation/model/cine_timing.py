"""How fast the frames of a file follow each other: where that stands, and what is done where it is absurd."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from pydicom import Dataset

from workstation.model.attributes import integer, number, numbers, text, value_of
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.text import datetime_of_dt
from workstation.quick_dataclass import dataclass

DEFAULT_RATE_HZ = 24.0
LEAST_MS, MOST_MS = 0.1, 10_000.0
"""Least and greatest time from frame to frame that is believed."""
MOST_ACQUIRED_MS = 1000.0
"""Greatest believed one that is only the time of acquisition: what was acquired more slowly is no film."""
_FRAME_TIME, _FRAME_TIME_VECTOR = 0x00181063, 0x00181065


@dataclass(frozen=True)
class CineTiming:
    """How long each frame stays.

    Parameters
    ----------
    durations_ms
        Of each frame, at the speed of the acquisition or what the file recommends.
    source
        Where that comes from, in words for a person.
    sequencing
        What the file prefers.
    first, last
        The frames that the file wants shown, from 0, both included.
    notes
        What was absurd in the file, and is not used.
    is_told
        Whether the file says how long; else it is the usual rate.
    """

    durations_ms: tuple[float, ...]
    source: str
    sequencing: Literal["loop", "sweep"] = "loop"
    first: int = 0
    last: int = 0
    notes: tuple[str, ...] = ()
    is_told: bool = True

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.durations_ms)

    @property
    def rate_hz(self) -> float:
        """Frames a second, on the average."""
        return 1000 * self.count / sum(self.durations_ms)


class _Told(NamedTuple):
    """A way to get the times: what it is called, what is wrong with it, the time of each frame or None."""

    name: str
    wrong: str
    durations: tuple[float, ...] | None


def cine_timing(dataset: Dataset, count: int) -> CineTiming:
    """Read the timing of a multi-frame image (PS3.3 C.7.6.5, C.7.6.6, C.7.6.16.2.2).

    What Frame Increment Pointer names comes first, Frame Time or Frame Time Vector; then Recommended Display Frame
    Rate, Cine Rate, Actual Frame Duration and Effective Duration; then the temporal positions, times and durations of
    the frames of an enhanced image; then a Frame Time that nothing points at; then 24 a second.

    Parameters
    ----------
    dataset
        The header.
    count
        How many frames there are, at least 1.
    """
    notes: list[str] = []
    chosen: _Told | None = None
    for way in _ways(dataset):
        told = way(dataset, count)
        if told.durations is not None:
            chosen = told
            break
        if told.wrong:
            notes.append(f"{told.name} is not used: {told.wrong}.")
    first, last = _trim(dataset, count, notes)
    sequencing: Literal["loop", "sweep"] = "sweep" if integer(dataset, "PreferredPlaybackSequencing") == 1 else "loop"
    if chosen is None or chosen.durations is None:
        durations = (1000 / DEFAULT_RATE_HZ,) * count
        return CineTiming(durations, "the usual 24 a second", sequencing, first, last, tuple(notes), is_told=False)
    return CineTiming(chosen.durations, chosen.name, sequencing, first, last, tuple(notes))


def even_timing(count: int, rate_hz: float = DEFAULT_RATE_HZ) -> CineTiming:
    """Give the timing of a stack of single images, which has none of its own."""
    if not (math.isfinite(rate_hz) and rate_hz > 0 and count > 0):
        raise ValueError(f"{rate_hz} a second is no rate for {count} frames")
    return CineTiming((1000 / rate_hz,) * count, f"{rate_hz:g} a second", last=count - 1)


_Way = Callable[[Dataset, int], _Told]


def _ways(dataset: Dataset) -> Iterator[_Way]:
    pointed = _pointers(dataset)
    is_silent = not pointed
    if _FRAME_TIME_VECTOR in pointed:
        yield _vector
    if _FRAME_TIME in pointed or (is_silent and _FRAME_TIME_VECTOR not in pointed):
        yield _frame_time
    if is_silent:
        yield _vector
    yield from (_recommended, _cine_rate, _actual_duration, _effective_duration)
    yield from (_temporal_positions, _frame_times_of_day, _frame_durations)
    if _FRAME_TIME not in pointed and not is_silent:
        yield _frame_time
    if _FRAME_TIME_VECTOR not in pointed and not is_silent:
        yield _vector


def _pointers(dataset: Dataset) -> frozenset[int]:
    value = value_of(dataset, "FrameIncrementPointer")
    many = value if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]
    return frozenset(int(each) for each in many if isinstance(each, int))


def _frame_time(dataset: Dataset, count: int) -> _Told:
    return _even("Frame Time", _raw(dataset, "FrameTime"), count)


def _vector(dataset: Dataset, count: int) -> _Told:
    """Make durations of increments: the first entry is that of the first frame, and is zero (C.7.6.5.1.2)."""
    name, found = "Frame Time Vector", _raw(dataset, "FrameTimeVector")
    if len(found) != count or count < 2:
        wrong = f"it has {len(found)} values for {count} frames" if len(found) not in (0, count) else ""
        return _Told(name, wrong, None)
    steps = found[1:]
    durations = _believed((*steps, sum(steps) / len(steps)), MOST_MS)
    return _Told(name, _wrong(steps) if durations is None else "", durations)


def _recommended(dataset: Dataset, count: int) -> _Told:
    return _rate("Recommended Display Frame Rate", _raw(dataset, "RecommendedDisplayFrameRate"), count)


def _cine_rate(dataset: Dataset, count: int) -> _Told:
    return _rate("Cine Rate", _raw(dataset, "CineRate"), count)


def _actual_duration(dataset: Dataset, count: int) -> _Told:
    found = _raw(dataset, "ActualFrameDuration")
    return _acquired("Actual Frame Duration", found, found[:1] * count)


def _effective_duration(dataset: Dataset, count: int) -> _Told:
    seconds = _raw(dataset, "EffectiveDuration")
    steps = tuple(each * 1000 / count for each in seconds)
    return _acquired("Effective Duration", steps, steps[:1] * count)


def _temporal_positions(dataset: Dataset, count: int) -> _Told:
    offsets = []
    groups = FunctionalGroups(dataset)
    for frame in range(count if groups.are_there else 0):
        item = groups.item("TemporalPositionSequence", frame)
        offset = number(item, "TemporalPositionTimeOffset") if item is not None else None
        if offset is None:
            break
        offsets.append(offset * 1000)
    return _from_starts("Temporal Position Time Offset", offsets, count)


def _frame_times_of_day(dataset: Dataset, count: int) -> _Told:
    groups = FunctionalGroups(dataset)
    for keyword, name in (
        ("FrameReferenceDateTime", "Frame Reference Date Time"),
        ("FrameAcquisitionDateTime", "Frame Acquisition Date Time"),
    ):
        starts: list[float] = []
        for frame in range(count if groups.are_there else 0):
            item = groups.item("FrameContentSequence", frame)
            moment = datetime_of_dt(text(item, keyword)) if item is not None else None
            if moment is None:
                break
            starts.append(moment.timestamp() * 1000)
        told = _from_starts(name, starts, count)
        if told.durations is not None:
            return told
    return _Told("Frame Reference Date Time", "", None)


def _frame_durations(dataset: Dataset, count: int) -> _Told:
    groups = FunctionalGroups(dataset)
    durations: list[float] = []
    for frame in range(count if groups.are_there else 0):
        item = groups.item("FrameContentSequence", frame)
        durations += [] if item is None else _raw(item, "FrameAcquisitionDuration")[:1]
    found = tuple(durations)
    return _acquired("Frame Acquisition Duration", found, found if len(found) == count else ())


def _from_starts(name: str, starts: list[float], count: int) -> _Told:
    """Make durations of times; times that don't grow are those of slices at one time, and no absurdity."""
    steps = [after - before for before, after in pairwise(starts)]
    if len(starts) != count or count < 2 or min(steps) <= 0:
        return _Told(name, "", None)
    return _Told(name, "", _believed([*steps, sum(steps) / len(steps)], MOST_ACQUIRED_MS))


def _even(name: str, found: tuple[float, ...], count: int) -> _Told:
    durations = _believed(found[:1] * count, MOST_MS)
    return _Told(name, _wrong(found[:1]) if durations is None else "", durations)


def _acquired(name: str, found: tuple[float, ...], durations: tuple[float, ...]) -> _Told:
    """Take times of acquisition; long ones are those of slow acquisitions, and no absurdity."""
    short = tuple(each for each in found if not each > MOST_ACQUIRED_MS)
    believed = _believed(durations, MOST_ACQUIRED_MS)
    return _Told(name, _wrong(short) if believed is None and len(found) == len(short) else "", believed)


def _rate(name: str, found: tuple[float, ...], count: int) -> _Told:
    step = 1000 / found[0] if found and found[0] else math.nan
    durations = _believed((step,) * count, MOST_MS)
    return _Told(name, _wrong(found[:1], "rate") if durations is None else "", durations)


def _believed(durations: Iterable[float], most: float) -> tuple[float, ...] | None:
    made = tuple(durations)
    return made if made and all(LEAST_MS <= each <= most for each in made) else None


def _raw(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Give all values, also those that are no number, as NaN, so that they can be told."""
    found = numbers(dataset, keyword)
    return found if found or not text(dataset, keyword).strip() else (math.nan,)


def _wrong(found: Sequence[float], what: str = "time between frames") -> str:
    if not found:
        return ""
    wrong = next((each for each in found if not each >= LEAST_MS), max(found))
    return "it is no number" if math.isnan(wrong) else f"{wrong:g} is no {what}"


def _trim(dataset: Dataset, count: int, notes: list[str]) -> tuple[int, int]:
    """Give the first and last frame to be shown, from 0 (Start Trim and Stop Trim count from 1)."""
    start, stop = integer(dataset, "StartTrim"), integer(dataset, "StopTrim")
    first, last = (1 if start is None else start), (count if stop is None else stop)
    if 1 <= first <= last <= count:
        return first - 1, last - 1
    notes.append(f"Start and Stop Trim are not used: {first} to {last} is no range in {count} frames.")
    return 0, count - 1

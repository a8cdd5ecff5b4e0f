"""When frames were acquired: where that stands in headers, for curves over time."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import NamedTuple

from pydicom import Dataset

from workstation.measure.spot import Moments
from workstation.model.attributes import integer, items, number, numbers, text
from workstation.model.cine_timing import cine_timing
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.text import datetime_of, datetime_of_dt

_SHOWN = "Recommended Display Frame Rate"
"""How fast frames are to be shown says nothing of when they were acquired."""


class Clock(NamedTuple):
    """Seconds of each frame from a common start, and the attribute that they are from."""

    source: str
    seconds: tuple[float, ...]


def moments(dataset: Dataset, count: int) -> tuple[Moments, ...]:
    """Give what an image says of when each of its frames was acquired.

    Of several frames, from the first of them: Frame Reference and Frame Acquisition Date Time, Temporal Position Time
    Offset (PS3.3 C.7.6.16.2.2, C.7.6.16.2.5), the phases of nuclear medicine (C.8.4.14), then the timing of a film. Of
    one: when it was acquired, and Trigger Time.

    Parameters
    ----------
    dataset
        The header.
    count
        How many frames there are, at least 1.
    """
    if count == 1:
        return (_of_one(dataset),)
    clocks = [*_dated(dataset, count), *_phases(dataset, count), *_film(dataset, count)]
    begun = [min(each.seconds) for each in clocks]
    return tuple(
        {each.source: each.seconds[frame] - first for each, first in zip(clocks, begun, strict=True)}
        for frame in range(count)
    )


def _of_one(dataset: Dataset) -> Moments:
    found: dict[str, float] = {}
    day = text(dataset, "AcquisitionDate") or text(dataset, "SeriesDate") or text(dataset, "StudyDate")
    joined = datetime_of_dt(text(dataset, "AcquisitionDateTime"))
    apart = datetime_of(day, text(dataset, "AcquisitionTime")) if text(dataset, "AcquisitionTime") else None
    if joined is not None or apart is not None:
        moment = apart if joined is None else joined
        assert moment is not None  # noqa: S101  # one of the two is there
        found["Acquisition Date and Time"] = _seconds(moment)
    reference, trigger = number(dataset, "FrameReferenceTime"), number(dataset, "TriggerTime")
    if reference is not None:
        found["Frame Reference Time"] = reference / 1000
    if trigger is not None:
        found["Trigger Time"] = trigger / 1000
    return found


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _dated(dataset: Dataset, count: int) -> list[Clock]:
    groups = FunctionalGroups(dataset)
    if not groups.are_there:
        return []
    clocks = []
    for keyword, source in (
        ("FrameReferenceDateTime", "Frame Reference Date Time"),
        ("FrameAcquisitionDateTime", "Frame Acquisition Date Time"),
    ):
        contents = [groups.item("FrameContentSequence", frame) for frame in range(count)]
        read = [None if each is None else datetime_of_dt(text(each, keyword)) for each in contents]
        found = [_seconds(each) for each in read if each is not None]
        if len(found) == count:
            clocks.append(Clock(source, tuple(found)))
    positions = [groups.item("TemporalPositionSequence", frame) for frame in range(count)]
    offsets = [None if each is None else number(each, "TemporalPositionTimeOffset") for each in positions]
    told = tuple(each for each in offsets if each is not None)
    if len(told) == count:
        clocks.append(Clock("Temporal Position Time Offset", told))
    return clocks


def _phases(dataset: Dataset, count: int) -> list[Clock]:
    """Read the phases of a dynamic study in nuclear medicine (PS3.3 C.8.4.14)."""
    vector = [int(each) for each in numbers(dataset, "PhaseVector")]
    slices = [int(each) for each in numbers(dataset, "TimeSliceVector")]
    phases = items(dataset, "PhaseInformationSequence")
    if len(vector) != count or not phases or not all(1 <= each <= len(phases) for each in vector):
        return []
    if len(slices) != count:
        slices = _counted(vector)
    starts, steps, begun = [], [], 0.0
    for each in phases:
        duration, frames = number(each, "ActualFrameDuration"), integer(each, "NumberOfFramesInPhase")
        if duration is None or duration <= 0 or not frames:
            return []
        delay, pause = (number(each, name) or 0.0 for name in ("PhaseDelay", "PauseBetweenFrames"))
        starts.append(begun + delay)
        steps.append(duration + pause)
        begun += delay + frames * (duration + pause)
    at = [starts[phase - 1] + (which - 1) * steps[phase - 1] for phase, which in zip(vector, slices, strict=True)]
    return [Clock("Actual Frame Duration of each phase", tuple(each / 1000 for each in at))]


def _counted(vector: Sequence[int]) -> list[int]:
    """Number the frames of each phase, in their order."""
    counts: Counter[int] = Counter()
    found = []
    for each in vector:
        counts[each] += 1
        found.append(counts[each])
    return found


def _film(dataset: Dataset, count: int) -> list[Clock]:
    timing = cine_timing(dataset, count)
    if not timing.is_told or timing.source == _SHOWN:
        return []
    starts = accumulate((each / 1000 for each in timing.durations_ms[:-1]), initial=0.0)
    return [Clock(timing.source, tuple(starts))]

"""How much time lies between the volumes of a series, and which attribute says so."""

from collections.abc import Sequence
from datetime import time
from functools import lru_cache
from itertools import pairwise

from pydicom import Dataset

from workstation.model.attributes import PARSER_FAILURES, number, text
from workstation.model.index.records import FrameRef, Place, Stack
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.text import time_of
from workstation.quick_dataclass import dataclass

CLOCK, TIMER = "acquisition times", "timer of the scanner"
DAY_S = 86_400.0
EVEN, EXACT = 0.02, 0.005
"""Steps that differ from their mean by no more, as a share of it, are even; those by a timer, from what was planned."""
ROUNDED_S = 1.0
"""Clocks of many scanners tell whole seconds."""
LEAST_VOLUME_S = 1.0
"""A shorter Repetition Time is that of a line of a picture, unless the sequence is echo planar."""
OLD_TICKS, MOST_REPETITIONS = 10_000.0, 100.0
"""Old GE timers count ticks, so many a second: where a volume took more than so many repetitions by it, it is one."""


@dataclass(frozen=True, slots=True)
class TimeStep:
    """From one volume to the next: 0 where nobody knows, and a sentence for the user."""

    seconds: float
    told: str


def time_step(stacks: Sequence[Stack]) -> TimeStep:
    """Find the time between volumes that follow each other.

    What was planned is exact, but may lack pauses: the Repetition Time (PS3.3 C.8.3.1) of slices that are taken one
    after the other. What was measured is told, where several steps agree that it is longer, or nothing was planned: the
    trigger times of the first slices, when they were acquired, the timer of GE scanners.
    """
    if len(stacks) < 2:
        return TimeStep(0.0, "")
    firsts, headers = [stack.frames[0] for stack in stacks], _Headers()
    planned = headers.repetition_s(firsts[0])
    triggers_ms, clocks_s = zip(*_times(firsts), strict=True)
    for name, moments_s in (
        ("trigger times", [None if each is None else each / 1000 for each in triggers_ms]),
        (CLOCK, clocks_s),
        (TIMER, None),
    ):
        steps = _steps([headers.timer_s(each) for each in firsts] if moments_s is None else moments_s)
        if steps and name == TIMER and 0 < MOST_REPETITIONS * planned < min(steps):
            steps = [step / OLD_TICKS for step in steps]
        if steps:
            measured = _measured(steps, name)
            if not planned or (len(steps) > 1 and measured.seconds > planned + _slack_s(steps, planned, name)):
                return measured
            break
    if planned:
        return TimeStep(planned, f"{planned:.4g} s from volume to volume, by the Repetition Time")
    return TimeStep(0.0, "The headers do not say how much time lies between the volumes")


def _slack_s(steps: Sequence[float], planned: float, name: str) -> float:
    """Give by how much steps that are measured may be off; clocks of day stray more than timers that run for it."""
    share = EVEN if name == CLOCK else EXACT
    return max(share * planned, ROUNDED_S / len(steps) if all(step.is_integer() for step in steps) else 0.0)


def _measured(steps: list[float], name: str) -> TimeStep:
    mean = sum(steps) / len(steps)
    away = max(abs(step - mean) for step in steps)
    if away <= EVEN * mean or (away <= ROUNDED_S and all(step.is_integer() for step in steps)):
        return TimeStep(mean, f"{mean:.4g} s from volume to volume, by the {name}")
    usual = sorted(steps)[len(steps) // 2]
    told = f"{usual:.4g} s from volume to volume, by the {name}"
    return TimeStep(usual, f"{told}; it varies from {min(steps):.4g} to {max(steps):.4g} s")


def _steps(seconds: Sequence[float | None]) -> list[float]:
    """Give the steps where moments are known, but for the first, and follow each other; a clock may pass midnight."""
    after_first = seconds[1:] if seconds[0] is None else seconds
    known = [each for each in after_first if each is not None]
    if len(known) < max(len(after_first), 2):
        return []
    steps = [round(after - before, 6) for before, after in pairwise(known)]
    steps = [step + DAY_S if step < -DAY_S / 2 else step for step in steps]
    return steps if min(steps) > 0 else []


def _times(frames: Sequence[FrameRef]) -> list[tuple[float | None, float | None]]:
    """Give the trigger time of frames in ms, and when they were taken in seconds."""
    if frames[0].instance.number_of_frames > 1:
        from workstation.model.image_stacks import frame_times

        return frame_times(frames)
    clocks = [time_of(each.instance.acquisition_time) for each in frames]
    seconds = [None if each is None else _seconds(each) for each in clocks]
    return list(zip((each.instance.trigger_time_ms for each in frames), seconds, strict=True))


class _Headers:
    """Reads what is not in the index; the frames of one image are asked for one after the other."""

    def __init__(self) -> None:
        self._groups = lru_cache(maxsize=1)(_groups)

    def timer_s(self, frame: FrameRef) -> float | None:
        """Give the time since a GE scanner began to scan (private), in old files in ticks."""
        try:
            block = self._groups(frame.instance.place).dataset.private_block(0x0021, "GEMS_RELA_01")
            return float(block[0x5E].value) or None  # it is 0 where it was not running yet
        except PARSER_FAILURES:
            return None

    def repetition_s(self, frame: FrameRef) -> float:
        """Give the Repetition Time where one volume was taken in it; 0 otherwise."""
        groups = self._groups(frame.instance.place)
        header = groups.dataset
        timing = groups.item("MRTimingAndRelatedParametersSequence", frame.number)
        found = (number(header if timing is None else timing, "RepetitionTime") or 0.0) / 1000
        sequences = text(header, "ScanningSequence").split("\\")
        is_planar = "EP" in sequences or text(header, "EchoPlanarPulseSequence") == "YES"
        is_volume = text(header, "MRAcquisitionType") != "3D" and (is_planar or found >= LEAST_VOLUME_S)
        return found if is_volume else 0.0


def _groups(place: Place) -> FunctionalGroups:
    try:
        return FunctionalGroups(read_dataset(place))
    except Refused:  # whoever reads its pixels is told why
        return FunctionalGroups(Dataset())


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6

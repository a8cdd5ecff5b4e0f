"""Stacks of one series that are the same volume at different times, or with different weighting: one file in 4D."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise

from workstation.errors import UserError
from workstation.model.index.records import FrameRef, Stack
from workstation.model.instance_plane import plane_of
from workstation.model.left_out import with_left_out
from workstation.model.text import clean, time_of
from workstation.volume.opening import named_stacks

_COUNTED = re.compile(r"(?:time|phase|set) (\d+) of \d+")
_WEIGHTED = re.compile(
    r"b ([\d.]+(?:e\+\d+)?)|(?:direction|label type|acquisition) (\d+)|no (?:b|direction|label type)"
)
"""What tells the volumes of one file from each other; another echo or kind of image is another file."""

_EVEN = 0.02
"""Steps whose mean is so near to their median are even: the mean tells more than clocks of milliseconds do."""


def chosen_times(stacks: Sequence[Stack], series: str = "") -> list[Stack]:
    """Give the stacks that belong into one file; empty where there are none, or one of several is meant.

    Parameters
    ----------
    stacks
        All that there are.
    series
        What the user named: a Series Instance UID, or a part of a description that all of them have.

    Returns
    -------
    list of Stack
        By time, phase or b-value where they differ in one of these alone, else as they follow each other in the series.
    """
    named = _named(stacks, series)
    if len(named) < 2 or len(_kinds(named)) > 1 or "" in {_along(stack) for stack in named}:
        return []
    first = named[0].frames[0].instance
    if len({re.sub(r"[\d.]+", "", _along(stack)) for stack in named}) == 1 and "," not in _along(named[0]):
        named.sort(key=_number)
    are_one = {stack.frames[0].instance.series_instance_uid for stack in named} == {first.series_instance_uid}
    if not (are_one and all(_is_alike(stack, named[0]) for stack in named)):
        return []
    return [with_left_out(named[0], stacks), *named[1:]]


def check_one_kind(stacks: Sequence[Stack], series: str = "") -> None:
    """Refuse a series with volumes over time of several kinds, such as those of each echo.

    Raises
    ------
    UserError
        With the names of the kinds.
    """
    named = _named(stacks, series)
    kinds = _kinds(named)
    uids = {stack.frames[0].instance.series_instance_uid for stack in named}
    if len(uids) == 1 and len(kinds) > 1 and "" not in kinds and max(map(len, kinds.values())) > 1:
        told = ", ".join(f"{clean(kind)} ({len(each)})" for kind, each in kinds.items())
        raise UserError(
            f"The series has volumes of {len(kinds)} kinds: {told}.",
            hint=f'Say which with --series, such as --series "{clean(next(iter(kinds)))}", or one with --time.',
        )


def order_told(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """Say what follows what along the fourth axis, where it is not time or phase alone."""
    weights = [_COUNTED.sub("", _along(stack)).strip(", ") for stack in stacks]
    runs = [(weight, len(list(several))) for weight, several in groupby(weights)]
    if len(runs) < 2 or "" in weights:
        return ()
    told = [f"{weight} ({count} volumes)" if count > 1 else weight for weight, count in runs]
    return (f"Volumes one after the other: {'; '.join(told if len(told) < 13 else [*told[:11], '…', told[-1]])}",)


def _named(stacks: Sequence[Stack], series: str) -> list[Stack]:
    volumes = [stack for stack in stacks if stack.is_volume]
    return named_stacks(volumes, series) if series else volumes


def _kinds(stacks: Sequence[Stack]) -> dict[str, list[Stack]]:
    """Gather stacks by the words of their labels that do not go along the fourth axis."""
    found: dict[str, list[Stack]] = {}
    for stack in stacks:
        found.setdefault(", ".join(word for word in stack.label.split(", ") if not _goes_along(word)), []).append(stack)
    return found


def _along(stack: Stack) -> str:
    return ", ".join(word for word in stack.label.split(", ") if _goes_along(word))


def _goes_along(word: str) -> bool:
    return bool(_COUNTED.fullmatch(word) or _WEIGHTED.fullmatch(word))


def _number(stack: Stack) -> float:
    found = _COUNTED.fullmatch(_along(stack)) or _WEIGHTED.fullmatch(_along(stack))
    return float(next(filter(None, found.groups()), 0)) if found else 0.0


def _is_alike(stack: Stack, other: Stack) -> bool:
    """Tell whether two stacks have the same slices at the same places."""
    if len(stack.frames) != len(other.frames):
        return False
    pairs = zip(stack.frames, other.frames, strict=True)
    return all(
        (one.instance.rows, one.instance.columns) == (two.instance.rows, two.instance.columns)
        and (one.instance.number_of_frames > 1 or plane_of(one.instance) == plane_of(two.instance))
        for one, two in pairs
    )


def time_step_s(stacks: Sequence[Stack]) -> float:
    """Give the time from one volume to the next by when they were taken, or their triggers; 0 where nobody knows."""
    firsts = [stack.frames[0] for stack in stacks]
    told = _times(firsts)
    known = [trigger / 1000 for trigger, _ in told if trigger is not None]
    if len(known) < len(firsts) or len(set(known)) < len(known):
        known = [taken for _, taken in told if taken is not None]
    steps = [after - before for before, after in pairwise(known)]
    if len(firsts) < 2 or len(steps) < len(firsts) - 1 or min(steps) <= 0:
        return 0.0
    middle, mean = sorted(steps)[len(steps) // 2], (known[-1] - known[0]) / len(steps)
    return round(mean if abs(mean - middle) < _EVEN * middle else middle, 6)


def _times(frames: Sequence[FrameRef]) -> list[tuple[float | None, float | None]]:
    """Give the trigger time of frames in ms, and when they were taken in seconds."""
    if frames[0].instance.number_of_frames > 1:
        from workstation.model.image_stacks import frame_times

        return frame_times(frames)
    clocks = [time_of(each.instance.acquisition_time) for each in frames]
    start = datetime(1, 1, 1)
    seconds = [(datetime.combine(start, each) - start).total_seconds() if each else None for each in clocks]
    return list(zip((each.instance.trigger_time_ms for each in frames), seconds, strict=True))

"""Stacks of one series that are the same volume at different times, or with different weighting: one file in 4D."""

import re
from collections.abc import Sequence
from itertools import pairwise

from workstation.model.index.records import Stack
from workstation.model.instance_plane import plane_of
from workstation.model.left_out import with_left_out
from workstation.model.text import time_of
from workstation.volume.opening import is_named

_LABEL = re.compile(r"(?:^|, )(?:(?:time|phase|set) (\d+) of \d+|b ([\d.]+))$")


def chosen_times(stacks: Sequence[Stack], series: str = "") -> list[Stack]:
    """Give the stacks that belong into one file; empty where there are none, or one of several is meant.

    Parameters
    ----------
    stacks
        All that there are.
    series
        What the user named: a Series Instance UID, or a part of a description that all of them have.
    """
    named = [stack for stack in stacks if stack.is_volume and (not series or is_named(stack, series.strip()))]
    if len(named) < 2 or not all(_LABEL.search(stack.label) for stack in named):
        return []
    first = named[0].frames[0].instance
    named.sort(key=_number)
    are_one = {stack.frames[0].instance.series_instance_uid for stack in named} == {first.series_instance_uid}
    if not (are_one and all(_is_alike(stack, named[0]) for stack in named)):
        return []
    return [with_left_out(named[0], stacks), *named[1:]]


def _number(stack: Stack) -> float:
    found = _LABEL.search(stack.label)
    return float(found[1] or found[2]) if found else 0.0


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
    firsts = [stack.frames[0].instance for stack in stacks]
    triggers = [each.trigger_time_ms for each in firsts]
    known = [each / 1000 for each in triggers if each is not None]
    if len(known) < len(firsts) or len(set(known)) < len(known):
        clocks = [time_of(each.acquisition_time) for each in firsts]
        known = [each.hour * 3600 + each.minute * 60 + each.second + each.microsecond / 1e6 for each in clocks if each]
    steps = [after - before for before, after in pairwise(known)]
    if len(firsts) < 2 or len(steps) < len(firsts) - 1 or min(steps) <= 0:
        return 0.0
    return sorted(steps)[len(steps) // 2]

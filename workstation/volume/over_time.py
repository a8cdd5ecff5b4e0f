"""Stacks of one series that are the same volume at different times, or with different weighting: one file in 4D."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from workstation.errors import UserError
from workstation.model.index.records import Stack
from workstation.model.instance_plane import plane_of
from workstation.model.left_out import with_left_out
from workstation.model.text import clean
from workstation.volume.opening import named_stacks

_COUNTED = re.compile(r"(?:time|phase|set) (\d+) of \d+")
_IN_TURN = re.compile(rf"{_COUNTED.pattern}|acquisition \d+")
_WEIGHTED = re.compile(
    r"b ([\d.]+(?:e\+\d+)?)|(?:direction|label type|acquisition) (\d+)|no (?:b|direction|label type)"
)
"""What tells the volumes of one file from each other; another echo or kind of image is another file."""

_LEAST_USUAL = 3
"""So many volumes at least tell how many slices one has."""


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

    Raises
    ------
    UserError
        If one of several volumes has not all slices, unless it is the last, which is left out with a note.
    """
    if series.strip().isdecimal() and 1 <= int(series) <= len(stacks):  # one stack is meant, by its number
        return []
    named = _named(stacks, series)
    if len(named) < 2 or len(_kinds(named)) > 1 or "" in {_along(stack) for stack in named}:
        return []
    first = named[0].frames[0].instance
    if len({re.sub(r"[\d.]+", "", _along(stack)) for stack in named}) == 1 and "," not in _along(named[0]):
        named.sort(key=_number)
    if len({stack.frames[0].instance.series_instance_uid for stack in named}) == 1:
        named = _complete(named)
    are_one = {stack.frames[0].instance.series_instance_uid for stack in named} == {first.series_instance_uid}
    if not (are_one and all(_is_alike(stack, named[0]) for stack in named)):
        return []
    return [with_left_out(named[0], stacks), *named[1:]]


def _complete(stacks: list[Stack]) -> list[Stack]:
    """Leave out the last volume where it is not whole, as of a scan that was stopped."""
    counts = Counter(len(stack.frames) for stack in stacks)
    usual, times = counts.most_common(1)[0]
    odd = [stack for stack in stacks if len(stack.frames) != usual]
    if not odd or times < max(_LEAST_USUAL, len(stacks) // 2 + 1):
        return stacks
    if odd != [stacks[-1]] or len(odd[0].frames) > usual:
        raise UserError(
            f"{clean(odd[0].label)} has {len(odd[0].frames)} slices, and most volumes of the series have {usual}.",
            hint="Give all images, leave those of this volume out, or write one volume with --time.",
        )
    note = f"The last volume ({clean(odd[0].label)}) is left out: it has {len(odd[0].frames)} slices of {usual}"
    return [replace(stacks[0], notes=(*stacks[0].notes, note)), *stacks[1:-1]]


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
    weights = [_IN_TURN.sub("", _along(stack)).strip(", ") for stack in stacks]
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

"""Splitting slices that share their places: time points, echoes, b-values and the like, each into its own stack."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from workstation.model.geometry import SAME_PLACE_MM, Vector, dot
from workstation.model.slice_spacing import slice_spacing
from workstation.model.slices import PRIVATE, TRAITS, Namer, Slice, Value, differing_words, name_value, ordering

T = TypeVar("T")

_IN_TIME = ("temporal_position", "acquisition_number", "acquisition_time")
_ROW_OFFSET = {"row_offset": name_value("position")}

Part = tuple[str, list[Slice]]
"""A label, empty where nothing needs to be said, and its slices ordered along the normal."""


def split_by_place(slices: Sequence[Slice]) -> list[Part]:
    """Split parallel slices of one size so that no part has two at one place; images of a single place stay together.

    Parameters
    ----------
    slices
        All with a plane; parallel.

    Returns
    -------
    list of (label, slices)
        The slices of each part ordered along the normal.
    """
    if len(by_place(slices)) == 1:
        return [("", sorted(slices, key=lambda item: item.order))]
    return [(", ".join(labels), sorted(part, key=attrgetter("offset_mm"))) for labels, part in _split(list(slices), ())]


def by_place(slices: Iterable[Slice]) -> list[list[Slice]]:
    """Gather the slices at each place, in order of the places along the normal."""
    places: list[list[Slice]] = []
    for item in sorted(slices, key=attrgetter("offset_mm")):
        if places and item.offset_mm - places[-1][0].offset_mm < SAME_PLACE_MM:
            places[-1].append(item)
        else:
            places.append([item])
    return places


def grouped(items: Iterable[T], key: Callable[[T], Value]) -> dict[Value, list[T]]:
    """Gather items by a value, values in ascending order, those without one last."""
    groups: defaultdict[Value, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {value: groups[value] for value in sorted(groups, key=lambda value: (value is None, value))}


def _split(slices: list[Slice], labels: tuple[str, ...]) -> list[tuple[tuple[str, ...], list[Slice]]]:
    places = by_place(slices)
    most = max(len(place) for place in places)
    if most == 1 and not _is_interleaved(places):
        return [(labels, slices)]
    found = _separating(slices, most)
    if found is None:
        return _by_rank(places, labels) if most > 1 else [(labels, slices)]
    trait, parts = found
    names = _names(trait, _namers(slices)[trait], tuple(parts))
    if trait in _IN_TIME:
        names = _weighted(names, parts)
    return [result for value, part in parts.items() for result in _split(part, (*labels, names[value]))]


def _separating(slices: list[Slice], most: int) -> tuple[str, dict[Value, list[Slice]]] | None:
    """Give the first trait that takes slices apart, and what it makes of them; rather one that all of them have."""
    first = None
    for trait in _namers(slices):
        parts = grouped(slices, partial(_trait, name=trait))
        if (None not in parts or first is None) and _separates(parts, most):
            if None not in parts:
                return trait, parts
            first = trait, parts
    return first


def _namers(slices: Sequence[Slice]) -> dict[str, Namer]:
    own = {name: name_value(name) for item in slices[:1] for name in item.traits if name not in TRAITS}
    private = {name: name_value(name.removeprefix(PRIVATE)) for name in own if name.startswith(PRIVATE)}
    return {**{name: own[name] for name in own if name not in private}, **TRAITS, **private, **_ROW_OFFSET}


def _weighted(names: dict[Value, str], parts: dict[Value, list[Slice]]) -> dict[Value, str]:
    """Put the b-value before the names of parts that follow each other in time, where each has one, not all the same.

    Directions of diffusion are often numbered as times; without the b-value nobody knew which is which.
    """
    values = {value: {item.traits.get("b_value") for item in part} for value, part in parts.items()}
    if any(len(each) > 1 or None in each for each in values.values()) or len(set().union(*values.values())) < 2:
        return names
    return {value: f"{TRAITS['b_value'](min(values[value], key=str), 0, 0)}, {name}" for value, name in names.items()}


def _names(trait: str, namer: Namer, values: tuple[Value, ...]) -> dict[Value, str]:
    if trait == "image_type":
        return differing_words(values)
    return {value: namer(value, number, len(values)) for number, value in enumerate(values, start=1)}


def _trait(item: Slice, *, name: str) -> Value:
    if name != "row_offset" or item.plane is None:
        value = item.traits.get(name)
        return None if value == "" else value
    across: Vector = item.plane.along_row_lps
    return round(dot(item.plane.origin_lps, across))


def _separates(parts: dict[Value, list[Slice]], most: int) -> bool:
    """Tell whether a trait takes apart what shares a place, and doesn't tear apart what belongs together."""
    if most == 1:
        return len(parts) > 1 and all(_is_even(part) for part in parts.values())
    if not 1 < len(parts) <= most:
        return False
    return all(max(len(place) for place in by_place(part)) < most for part in parts.values())


def _is_even(slices: Sequence[Slice]) -> bool:
    return len(slices) > 2 and slice_spacing(sorted(item.offset_mm for item in slices)).is_even


def _is_interleaved(places: Sequence[Sequence[Slice]]) -> bool:
    """Tell whether two regular stacks may lie in each other: the spacing is uneven, so a closer look is worth it."""
    return len(places) > 5 and not slice_spacing([place[0].offset_mm for place in places]).is_even and _overlaps(places)


def _overlaps(places: Sequence[Sequence[Slice]]) -> bool:
    numbers = [place[0].traits.get("acquisition_number") for place in places]
    changes = sum(a != b for a, b in pairwise(numbers))
    return changes >= len(set(numbers)) > 1


def _by_rank(places: Sequence[list[Slice]], labels: tuple[str, ...]) -> list[tuple[tuple[str, ...], list[Slice]]]:
    """Take the first of each place, the second, and so on, where no header field says what they are."""
    most = max(len(place) for place in places)
    columns = _telling_columns(places, most)
    ranked = [sorted(place, key=lambda item: ([item.order[n] for n in columns], item.order)) for place in places]
    ranks = _by_number(ranked) if min(len(place) for place in ranked) < most else []
    ranks = ranks or [[place[rank] for place in ranked if rank < len(place)] for rank in range(most)]
    word = _rank_word(ranks)
    return [((*labels, f"{word} {number} of {len(ranks)}"), part) for number, part in enumerate(ranks, start=1)]


def _by_number(places: Sequence[Sequence[Slice]]) -> list[list[Slice]]:
    """Tell by instance numbers of which round each slice is, where some are missing or there twice.

    Scanners number all slices of a round one after the other, or all rounds of a slice. Where neither fits all numbers,
    nothing is known. What is there again, under the same number, follows at the end.
    """
    known = {item.frame.instance.instance_number for place in places for item in place}
    if None in known or any(item.frame.instance.number_of_frames > 1 for place in places for item in place):
        return []
    rounds = max(len({item.frame.instance.instance_number for item in place}) for place in places)
    for count, is_slices_first in ((len(places), True), (rounds, False)):
        found = [[divmod((item.frame.instance.instance_number or 0) - 1, count) for item in place] for place in places]
        own = [{pair[is_slices_first] for pair in place} for place in found]
        if all(len(each) == 1 for each in own) and len(set.union(*own)) == len(places):
            return _rounds(places, [[pair[not is_slices_first] for pair in place] for place in found])
    return []


def _rounds(places: Sequence[Sequence[Slice]], numbers: Sequence[Sequence[int]]) -> list[list[Slice]]:
    rounds: defaultdict[int, list[Slice]] = defaultdict(list)
    again: list[Slice] = []
    for place, own in zip(places, numbers, strict=True):
        taken = set[int]()
        for item, number in zip(place, own, strict=True):
            (again if number in taken else rounds[number]).append(item)
            taken.add(number)
    ordered = [rounds[number] for number in sorted(rounds)]
    return [*ordered, again] if again else ordered


def _telling_columns(places: Sequence[Sequence[Slice]], most: int) -> list[int]:
    """Give which parts of `Slice.order` sort the slices of every place alike.

    A number that all slices of a place have for themselves does, and one whose values are the same at all places. One
    that is another for a few slices only, such as an acquisition number that a scanner wrote wrong, would change their
    rank, and mix slices of different volumes.
    """
    complete = [place for place in places if len(place) == most]
    found = []
    for column in range(min(len(item.order) for place in complete for item in place)):
        values = [sorted(item.order[column] for item in place) for place in complete]
        if all(len(set(each)) == most for each in values) or all(each == values[0] for each in values):
            found.append(column)
    return found


def _rank_word(ranks: Sequence[Sequence[Slice]]) -> str:
    """Call the parts phases or times where every slice of one was taken before every slice of the next."""
    for trait, word in (("trigger_time_ms", "phase"), ("acquisition_time", "time")):
        times = [sorted(ordering(item.traits.get(trait)) for item in part) for part in ranks]
        known = times[-1][-1] != ordering(None)
        if known and all(before[-1] < after[0] for before, after in pairwise(times)):
            return word
    return "set"

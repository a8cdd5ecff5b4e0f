"""Slices of one volume whose headers say no usable way from stored to modality values, unlike those of the others."""

from collections import Counter
from collections.abc import Mapping, Sequence

from workstation.model.index.records import FrameRef
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

MOST_NAMED = 3
_MISSING = "Rescale Slope or Intercept is missing, values are taken as stored; they are not "


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a slice's Rescale Slope and Intercept (PS3.3 C.11.1).

    ``unit`` is that of its modality values; ``doubts`` are sentences on what its header says that cannot be true;
    ``is_given`` says that it says anything.
    """

    unit: str
    doubts: tuple[str, ...] = ()
    slope_intercept: tuple[float, float] = (1.0, 0.0)
    is_given: bool = True


def unit_of_all(lines: Sequence[Line]) -> str:
    """Give the unit that most slices have whose header is sound; of all where none is."""
    sound = [each.unit for each in lines if not each.doubts]
    counts = Counter(sound or [each.unit for each in lines])
    return counts.most_common(1)[0][0] if counts else ""


def told_lines(lines: Mapping[int, Line], frames: Sequence[FrameRef], *, from_end: bool = False) -> tuple[str, ...]:
    """Say which slices have values that are not like those of the others, and what was done with them.

    Parameters
    ----------
    lines
        Of the slices that were read, by their place in the volume.
    frames
        All slices, in the order of the volume.
    from_end
        Whether people count them from the other end.

    Returns
    -------
    tuple of str
        A sentence without slices where all have the same fault; none where nothing is wrong.
    """
    unit, faults = unit_of_all(list(lines.values())), dict[str, list[int]]()
    others_change = any(each.slope_intercept != (1.0, 0.0) for each in lines.values() if each.is_given)
    for index in sorted(lines, reverse=from_end):
        is_missing = others_change and not lines[index].is_given
        fault = _MISSING + _unlike(unit) if is_missing else _fault(lines[index], unit)
        if fault:
            faults.setdefault(fault, []).append(index)
    if len({(each.doubts, each.unit, each.is_given and others_change) for each in lines.values()}) == 1:
        return next(iter(lines.values())).doubts
    return tuple(f"{_named(places, frames, from_end=from_end)}: {fault}" for fault, places in faults.items())


def _fault(line: Line, unit: str) -> str:
    """Say what is wrong with a slice; empty where nothing is."""
    if line.doubts:
        cause, _colon, done = line.doubts[0].partition(": ")
        taken = done.partition(",")[0].removeprefix("it is ")
        return f"{cause}, {taken}; values there are not {_unlike(unit)}"
    if line.unit == unit:
        return ""
    if line.unit:
        return f"values there are in {line.unit}, those of the others {f'in {unit}' if unit else 'without a unit'}"
    return f"{_MISSING}{_unlike(unit)}"


def _unlike(unit: str) -> str:
    return f"in {unit} as the others" if unit else "sure to be like the others"


def _named(places: Sequence[int], frames: Sequence[FrameRef], *, from_end: bool) -> str:
    """Name slices by their number, and the first ones by their file."""
    count = len(frames)
    named = []
    for index in places[:MOST_NAMED]:
        number, ref = count - index if from_end else index + 1, frames[index]
        path = ref.instance.place
        file = clean((path.member or path.path.name).rpartition("/")[2])
        frame = f", frame {ref.number + 1}" if ref.instance.number_of_frames > 1 else ""
        named.append(f"{number} ({file}{frame})")
    more = len(places) - len(named)
    listed = named if not more else [*named, f"{more} more"]
    words = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
    return f"{'Slice' if len(places) == 1 else 'Slices'} {words} of {count}"

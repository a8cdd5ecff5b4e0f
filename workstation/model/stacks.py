"""From the instances of a series to its stacks: what belongs together, in order of place, with what is odd about it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from workstation.model.geometry import Plane, Vector, cross, difference, dot, tilt_deg, unit
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.slice_spacing import slice_spacing, told_mm
from workstation.model.slices import Slice, ordering, slice_of
from workstation.model.stack_split import by_place, split_by_place
from workstation.quick_dataclass import dataclass

SAME_DIRECTION = 0.0001
"""Direction cosines that differ by no more (0.006 degrees) are the same."""

TILT_DEG = 0.5
"""A smaller tilt is not worth a note."""

SHIFT_PX = 1.0
"""Slices further than this from a straight line make no volume."""

HOLE_STEPS, HOLE_MM = 10, 20.0
"""A stack with a distance larger than this many usual ones, and than this, makes no volume: nothing is known there."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Slices of one form: size, colour, orientation, spacing; the label says what sets it apart."""

    label: str
    slices: list[Slice]


NO_VOLUME = "not shown as a volume"
"""How the note ends that says why parallel slices make none."""

MISSING = re.compile(r"missing between (\d+) and (\d+)$")
"""How `spacing_notes` names the two slices around a hole, numbers from 1."""

MOST_FRAMES = 200_000
"""Frames of one image that are listed: a header of a few bytes may declare thousands of millions."""


def stacks_of(instances: Sequence[Instance]) -> tuple[Stack, ...]:
    """Make the stacks of one series.

    Images with a place in the patient are gathered by size, orientation and spacing, then split until no two of a
    stack share their place: by temporal position, echo, b-value, image type, trigger time, acquisition. They are
    ordered along the normal of their plane. Images without a place stay together in order of their number. Each
    multi-frame instance is a stack of its own, see `stacks_of_image`.

    Parameters
    ----------
    instances
        Of one series; those without pixels are left out.

    Returns
    -------
    tuple of Stack
        In order of their lowest instance number.
    """
    with_pixels = [instance for instance in instances if instance.has_pixels]
    several = [instance for instance in with_pixels if instance.number_of_frames > 1]
    slices = [slice_of(instance) for instance in with_pixels if instance.number_of_frames <= 1]
    stacks = [*stacks_of_slices(slices), *(_multi_frame(instance, len(with_pixels) > 1) for instance in several)]
    return tuple(sorted(stacks, key=lowest_number))


def stacks_of_slices(slices: Sequence[Slice]) -> list[Stack]:
    """Make stacks of single frames; the part of `stacks_of` that enhanced images share."""
    placed = [item for item in slices if item.plane is not None]
    loose = [item for item in slices if item.plane is None]
    groups = _gather_singles(_by_form(placed))
    several = len(groups) + bool(loose) > 1
    stacks = [stack for group in groups for stack in _stacks_of_group(group, several=several)]
    if loose:
        label = "images without a position" if groups else ""
        stacks.append(Stack(tuple(item.frame for item in sorted(loose, key=lambda item: item.order)), label))
    return stacks


def _multi_frame(instance: Instance, several: bool) -> Stack:
    label = ""
    if several:
        number = "" if instance.instance_number is None else f" {instance.instance_number}"
        label = f"image{number}, {instance.number_of_frames} frames"
    declared = instance.number_of_frames
    note = f"It declares {declared} frames; the first {MOST_FRAMES} are listed."
    frames = tuple(FrameRef(instance, number) for number in range(min(declared, MOST_FRAMES)))
    return Stack(frames, label, notes=(note,) if declared > MOST_FRAMES else ())


def lowest_number(stack: Stack) -> tuple[tuple[tuple[int, str | int | float], ...], int]:
    """Give what sorts the stacks of a series: the lowest instance number in it, then the lowest number of a frame."""
    lowest = min(ordering(frame.instance.instance_number) for frame in stack.frames)
    return lowest, min(frame.number for frame in stack.frames)


def _by_form(slices: Iterable[Slice]) -> list[list[Slice]]:
    groups: list[list[Slice]] = []
    nearest: list[Slice] | None = None
    for item in slices:
        if nearest is None or not _same_form(nearest[0], item):
            nearest = next((group for group in groups if _same_form(group[0], item)), None)
        if nearest is None:
            nearest = []
            groups.append(nearest)
        nearest.append(item)
    return groups


def _same_form(a: Slice, b: Slice) -> bool:
    if (a.size_px, a.is_grey, a.has_spacing) != (b.size_px, b.is_grey, b.has_spacing):
        return False
    if a.plane is None or b.plane is None:
        return False
    for sizes in (
        (a.plane.spacing.between_rows, b.plane.spacing.between_rows),
        (a.plane.spacing.between_columns, b.plane.spacing.between_columns),
    ):
        if abs(sizes[0] - sizes[1]) > 0.001 * sizes[0]:
            return False
    return _same_directions(a.plane, b.plane)


def _same_directions(a: Plane, b: Plane) -> bool:
    pairs = ((a.along_row_lps, b.along_row_lps), (a.along_column_lps, b.along_column_lps))
    return all(abs(x - y) <= SAME_DIRECTION for one, other in pairs for x, y in zip(one, other, strict=True))


def _gather_singles(forms: Sequence[list[Slice]]) -> list[_Group]:
    """Put images that are alone in their form together: the three views of a localizer are one stack to scroll."""
    singles = [item for form in forms if len(form) == 1 for item in form]
    if len(singles) < 2:
        return _labelled(forms)
    groups = _labelled([form for form in forms if len(form) > 1])
    return [*groups, _Group("single images", sorted(singles, key=lambda item: item.order))]


def _labelled(forms: Sequence[list[Slice]]) -> list[_Group]:
    firsts = [form[0] for form in forms]
    names = {
        "orientation": [_orientation_name(item.plane) for item in firsts],
        "size": [f"{item.size_px[1]} x {item.size_px[0]} pixels" for item in firsts],
        "spacing": [_spacing_name(item) for item in firsts],
        "colour": ["grey" if item.is_grey else "colour" for item in firsts],
    }
    telling = [values for values in names.values() if len(set(values)) > 1]
    labels = [", ".join(values[index] for values in telling) for index in range(len(forms))]
    numbered = len(set(labels)) < len(labels)
    return [
        _Group(f"{label}, group {index}".removeprefix(", ") if numbered else label, form)
        for index, (label, form) in enumerate(zip(labels, forms, strict=True), start=1)
    ]


def _orientation_name(plane: Plane | None) -> str:
    if plane is None:
        return ""
    normal = [abs(value) for value in cross(plane.along_row_lps, plane.along_column_lps)]
    largest = max(normal)
    name = ("sagittal", "coronal", "axial")[normal.index(largest)]
    return name if largest > 0.9 else f"oblique {name}"


def _spacing_name(item: Slice) -> str:
    if item.plane is None or not item.has_spacing:
        return "no pixel spacing"
    return f"pixels of {item.plane.spacing.between_rows:.3g} x {item.plane.spacing.between_columns:.3g} mm"


def _stacks_of_group(group: _Group, *, several: bool) -> list[Stack]:
    if len(group.slices) > 1 and not _same_form(group.slices[0], group.slices[1]):
        note = f"{len(group.slices)} images that differ in orientation, size or spacing; in order of their number"
        return [Stack(tuple(item.frame for item in group.slices), group.label if several else "", notes=(note,))]
    stacks = []
    for frame_label, part in _by_frame_of_reference(group.slices):
        for label, slices in split_by_place(part):
            words = [group.label if several else "", frame_label, label]
            stacks.append(_stack(slices, ", ".join(word for word in words if word)))
    return stacks


def _frame_uid(item: Slice) -> str:
    return item.plane.frame_of_reference_uid if item.plane else ""


def _by_frame_of_reference(slices: list[Slice]) -> list[tuple[str, list[Slice]]]:
    """Split by frame of reference, unless the slices complete each other.

    De-identification may give every slice a frame of its own, so a frame with one slice says nothing. Slices that
    follow each other evenly were taken together whatever their frame is called, unless each frame is an even stack
    that only happens to lie between the others.
    """
    frames: dict[str, list[Slice]] = {}
    for item in slices:
        frames.setdefault(_frame_uid(item), []).append(item)
    if len(frames) == 1 or min(len(part) for part in frames.values()) == 1:
        return [("", slices)]
    places = by_place(slices)
    complete = max(len(place) for place in places) == 1 and slice_spacing([p[0].offset_mm for p in places]).is_even
    if complete and not _are_stacks_between_others(list(frames.values())):
        return [("", slices)]
    names = (f"frame of reference {number} of {len(frames)}" for number in range(1, len(frames) + 1))
    return list(zip(names, frames.values(), strict=True))


def _are_stacks_between_others(parts: Sequence[Sequence[Slice]]) -> bool:
    offsets = sorted((sorted(item.offset_mm for item in part) for part in parts), key=lambda places: places[0])
    overlap = any(after[0] < before[-1] for before, after in pairwise(offsets))
    return overlap and all(len(places) > 2 and slice_spacing(places).is_even for places in offsets)


def _stack(slices: list[Slice], label: str) -> Stack:
    frames = tuple(item.frame for item in slices)
    if len(by_place(slices)) < len(slices):
        note = f"{len(slices)} images at the same place; in order of time and number"
        return Stack(frames, label, notes=(note,))
    planes = [item.plane for item in slices if item.plane is not None]
    notes = _notes(slices, planes)
    obstacle = _obstacle(slices, planes)
    if obstacle:
        notes.append(f"{obstacle}; {NO_VOLUME}")
    else:
        notes.extend(_tilt_notes(slices, planes))
    has_voxels = len(planes) > 1 and not obstacle and slices[0].has_spacing
    is_grey = slices[0].is_grey
    return Stack(frames, label, has_voxels and is_grey, tuple(notes), is_colour_volume=has_voxels and not is_grey)


def _obstacle(slices: Sequence[Slice], planes: Sequence[Plane]) -> str:
    """Say why parallel slices make no volume; empty where they do."""
    shift = sideways_shift_mm(planes)
    if shift > SHIFT_PX * min(planes[0].spacing.between_rows, planes[0].spacing.between_columns):
        return f"Slices are shifted sideways by up to {shift:.1f} mm against each other"
    spacing = slice_spacing([item.offset_mm for item in slices])
    if spacing.largest_mm > max(HOLE_STEPS * spacing.step_mm, HOLE_MM) and not spacing.is_even:
        return f"Nothing was taken over {spacing.largest_mm:.0f} mm between two slices"
    return ""


def sideways_shift_mm(planes: Sequence[Plane]) -> float:
    """Give the largest distance of a slice's first pixel from the line through the first and the last, in mm."""
    if len(planes) < 3:
        return 0.0
    start = planes[0].origin_lps
    along = difference(planes[-1].origin_lps, start)
    normal = unit(cross(planes[0].along_row_lps, planes[0].along_column_lps))
    height = dot(along, normal)
    if height == 0.0:
        return 0.0
    worst = 0.0
    for plane in planes[1:-1]:
        from_start = difference(plane.origin_lps, start)
        share = dot(from_start, normal) / height
        on_line: Vector = (along[0] * share, along[1] * share, along[2] * share)
        off = difference(from_start, on_line)
        worst = max(worst, dot(off, off))
    return float(worst**0.5)


def _notes(slices: Sequence[Slice], planes: Sequence[Plane]) -> list[str]:
    notes = []
    frames = {plane.frame_of_reference_uid for plane in planes}
    if len(frames) > 1:
        count = "different" if len(frames) == len(planes) else f"{len(frames)} different"
        notes.append(f"{len(planes)} slices carry {count} frames of reference; shown as one volume by position")
    notes.extend(spacing_notes([item.offset_mm for item in slices]))
    return notes


def _tilt_notes(slices: Sequence[Slice], planes: Sequence[Plane]) -> list[str]:
    tilt = tilt_deg(planes[0], planes[-1])
    if tilt < TILT_DEG:
        return []
    is_ct = slices[0].frame.instance.modality == "CT"
    return [f"Gantry tilted by {tilt:.1f} degrees" if is_ct else f"Stack slanted by {tilt:.1f} degrees"]


def spacing_notes(offsets_mm: Sequence[float]) -> list[str]:
    """Say in words what is odd about the distances of slices; numbers of slices from 1."""
    spacing = slice_spacing(offsets_mm)
    if spacing.is_even:
        return []
    if not spacing.gaps:
        return [f"Spacing varies from {told_mm(spacing.smallest_mm, spacing.largest_mm)} mm"]
    shown = [
        f"{count} slice{'s' if count > 1 else ''} missing between {index + 1} and {index + 2}"
        for index, count in spacing.gaps[:3]
    ]
    if len(spacing.gaps) > 3:
        shown.append(f"slices missing at {len(spacing.gaps) - 3} more places")
    return shown


def from_other_end(stack: Stack) -> Stack:
    """Give a stack whose last frame is the first; numbers of slices in its notes are counted from there, too."""
    count = len(stack.frames)

    def counted_anew(match: re.Match[str]) -> str:
        return f"missing between {count + 1 - int(match[2])} and {count + 1 - int(match[1])}"

    holes = iter([MISSING.sub(counted_anew, note) for note in reversed(stack.notes) if MISSING.search(note)])
    notes = tuple(next(holes) if MISSING.search(note) else note for note in stack.notes)
    return replace(stack, frames=stack.frames[::-1], notes=notes)


def in_colour(stack: Stack) -> bool:
    """Tell whether a stack would be a volume if its slices were not in colour."""
    return stack.is_colour_volume

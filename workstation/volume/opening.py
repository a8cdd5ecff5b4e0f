"""The volume that the paths of a command name."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Instance, Stack
from workstation.model.instance_plane import has_spacing, plane_of
from workstation.model.left_out import with_left_out
from workstation.model.mosaic import is_mosaic, is_untold
from workstation.model.stacks import in_colour, lowest_number, stacks_of
from workstation.model.text import clean, date_of, time_of
from workstation.operations.operation import counted
from workstation.volume.assumed import assumed_planes, planes_at_detector
from workstation.volume.holes import parts_at_holes
from workstation.volume.without import tell_lost

if TYPE_CHECKING:
    from workstation.model.geometry import Plane
    from workstation.model.volume import Volume

DRAWN_OVER = ("SEG", "RTDOSE")
"""Modalities of volumes that go with another one: they are meant only where they are named, or alone."""
MANY_OF_SERIES = 4
"""So many stacks of one series, such as times, are listed together."""
_NUMBERED = re.compile(r"\b(\d+) of \d+\b")


def open_volume(
    paths: Sequence[Path],
    job: Job,
    *,
    series: str = "",
    time: int | None = None,
    even: bool = True,
    assume_spacing_mm: float | None = None,
    least_slices: int = 1,
    colour: bool = False,
    option: str = "--series",
) -> "tuple[Volume, Stack]":
    """Read the volume in files, folders and archives; what is in its headers stands in the stack.

    Parameters
    ----------
    series
        Which stack, where there are several: a number as the refusal counts them, a Series Instance UID, or part of
        a description; see `chosen_stack`.
    time
        Which of several stacks at the same place, as of a series over time, from 1.
    even
        As in `workstation.model.volume.build_volume`.
    assume_spacing_mm
        Distance of slices whose files do not say where they lie; None refuses those.
    least_slices
        Fewer are refused.
    colour
        Whether slices in colour make a volume, too.
    option
        Which option of the command says ``series``, for the hints.

    Raises
    ------
    UserError
        If there is no volume, or there are several and it is not said which.
    Refused
        If fewer than two slices can be read.
    """
    from workstation.model.volume import build_volume

    stack = chosen_stack(stacks_in(paths, job), series, time, option=option)
    stack, planes = placed(stack, job, assume_spacing_mm=assume_spacing_mm, least_slices=least_slices, colour=colour)

    def report(done: int, total: int) -> None:
        job.progress(done, total, "Reading slices")

    volume = build_volume(stack, report=report, even=even, planes=planes, colour=colour)
    for note in tell_lost(volume, stack, job):
        if note not in stack.notes:
            job.log(note)
    return volume, stack


def placed(
    stack: Stack,
    job: Job,
    *,
    assume_spacing_mm: float | None = None,
    least_slices: int = 1,
    colour: bool = False,
) -> "tuple[Stack, tuple[Plane, ...] | None]":
    """Tell a stack's notes, and give places that are assumed for its slices where the files do not say them.

    Raises
    ------
    UserError
        If it makes no volume.
    """
    planes, is_volume = None, stack.is_volume or (colour and in_colour(stack))
    if assume_spacing_mm is not None and is_volume:
        job.log("The files say where the slices lie, so nothing is assumed about it.")
    elif assume_spacing_mm is not None:
        stack, planes = assumed_planes(stack, assume_spacing_mm)
        is_volume = True
    elif not is_volume and (known := planes_at_detector(stack)) is not None:
        stack, planes = known
        is_volume = stack.is_volume
    _check(stack, least_slices, is_volume=is_volume)
    for note in stack.notes:
        job.log(note)
    return stack, planes


def stacks_in(paths: Sequence[Path], job: Job) -> list[Stack]:
    """Give the stacks in files, folders and archives; what cannot be read is told and left out."""
    instances: list[Instance] = []
    for each in inputs_of(paths, job):
        if isinstance(each, Input):
            instances.append(each.instance)
        else:
            job.missed(each.subject, each.message, each.hint, each.reason)
    once = _once(instances)
    if len(once) < len(instances):
        images = counted(len(instances) - len(once), "image")
        job.log(f"{images} given more than once, of which one is taken.")
    return stacks_of_all(once)


def _once(instances: Sequence[Instance]) -> Sequence[Instance]:
    """Leave out copies of the same image; those that only carry the same UID, as by a mistake, stay."""
    if len({each.sop_instance_uid for each in instances}) == len(instances):
        return instances
    first: dict[Instance, Instance] = {}
    for each in instances:
        first.setdefault(replace(each, places=(), notes=()), each)
    return list(first.values())


def stacks_of_all(instances: Iterable[Instance]) -> list[Stack]:
    """Give the stacks of all series, in order of series number and as each series is split."""
    by_series: dict[str, list[Instance]] = {}
    for each in instances:
        by_series.setdefault(each.series_instance_uid, []).append(each)
    ordered = sorted(by_series.values(), key=lambda some: (some[0].series_number or 0, some[0].series_instance_uid))
    return [part for some in ordered for part in _parts_of_series(_stacks_of_series(some))]


def _parts_of_series(stacks: Sequence[Stack]) -> list[Stack]:
    """Look into the enhanced images of a series: together where they are the same slices again, else each alone."""
    enhanced = [stack for stack in stacks if stack.whole_image is not None or _is_unplaced(stack)]
    if sum(1 if stack.whole_image else len(stack.frames) for stack in enhanced) < 2:
        return [part for stack in stacks for part in _parts(stack)]
    from workstation.model.image_stacks import stacks_of_images

    images = [part for stack in enhanced for part in ([stack] if stack.whole_image else _single(stack))]
    together = stacks_of_images(images)
    if together is None:
        return [part for stack in stacks for part in _parts(stack)]
    others = [part for stack in stacks if stack not in enhanced for part in _parts(stack)]
    return sorted([*together, *others], key=lowest_number)


def _stacks_of_series(instances: Sequence[Instance]) -> tuple[Stack, ...]:
    if not any(is_mosaic(each) for each in instances):
        return stacks_of(instances)
    from workstation.model.mosaic_tiles import stacks_with_tiles

    return stacks_with_tiles(instances)


def _is_unplaced(stack: Stack) -> bool:
    """Tell whether a stack is of single frames whose headers do not place them: functional groups may."""
    return all(ref.instance.number_of_frames <= 1 and plane_of(ref.instance) is None for ref in stack.frames)


def _single(stack: Stack) -> list[Stack]:
    return [Stack((frame,)) for frame in stack.frames]


def _parts(stack: Stack) -> tuple[Stack, ...]:
    """Split a multi-frame image into its stacks, be it functional groups, a dose grid or a detector that place them."""
    instance = stack.whole_image
    if instance is None:
        return parts_at_holes(stack)
    from workstation.model.image import Image
    from workstation.model.image_stacks import stacks_of_image
    from workstation.model.refusal import Refused

    try:
        with Image.open(instance.place) as image:
            parts = stacks_of_image(image, instance)
    except Refused:  # whoever reads its voxels is told why
        return (stack,)
    if not any(part.is_volume or in_colour(part) for part in parts):
        return (replace(stack, notes=tuple(dict.fromkeys(note for part in parts for note in part.notes))),)
    return tuple(replace(part, label=", ".join(each for each in (stack.label, part.label) if each)) for part in parts)


def chosen_stack(
    stacks: Sequence[Stack], series: str = "", time: int | None = None, *, option: str = "--series"
) -> Stack:
    """Give the stack that is meant: the only one that makes a volume, or the one that is named.

    Parameters
    ----------
    series
        The number of a stack, a Series Instance UID, or a part of a description.
    time
        Of what that leaves, the stack whose label counts so ("time 3 of 10"), or else that comes so in order.
    option
        Which option of the command says ``series``, for the hints.

    Raises
    ------
    UserError
        If none or several are meant; the hint lists them.
    """
    if not stacks:
        raise UserError("There are no images.", hint="Give the files or the folder of a series.")
    volumes = [stack for stack in stacks if stack.is_volume]
    if not series:
        images = [stack for stack in volumes if stack.frames[0].instance.modality not in DRAWN_OVER]
        meant = images or volumes or list(stacks)
    elif re.fullmatch(r"\d+", series.strip()) and 1 <= int(series) <= len(stacks):
        meant = [stacks[int(series) - 1]]
    else:
        meant = named_stacks(stacks, series)
    if time is not None and meant:
        meant = _at_time(meant, time)
    if len(meant) == 1:
        return with_left_out(meant[0], stacks)
    listed = _listed(stacks)
    if not meant:
        what = f"No series is called {clean(series)!r}" if time is None else f"There is no stack number {time}"
        raise UserError(f"{what}.", hint=f"Give one of these with {option}: {listed}.")
    if len({stack.frames[0].instance.series_instance_uid for stack in meant}) == 1:
        is_counted = option == "--series" and _lie_alike(meant)  # --time is of the first volume
        by_time = f"with --time, 1 to {len(meant)}, or " if is_counted else ""
        raise UserError(
            f"The series has {len(meant)} stacks: {_labels(meant)}.",
            hint=f"Say which {by_time}by its name with {option}.",
        )
    raise UserError("There are several series or stacks.", hint=f"Say which with {option}: {listed}.")


def _at_time(stacks: Sequence[Stack], time: int) -> list[Stack]:
    counted = [stack for stack in stacks if (found := _NUMBERED.search(stack.label)) and int(found[1]) == time]
    return counted or list(stacks[time - 1 : time] if time > 0 else ())


def _check(stack: Stack, least_slices: int, *, is_volume: bool) -> None:
    """Say why a stack makes no volume, before a single slice is read."""
    count = len(stack.frames)
    if count < least_slices:
        slices = "one slice makes" if count == 1 else f"{count} slices make"
        raise UserError(
            f"{_name(stack)}: {slices} no volume, {least_slices} or more are needed.",
            hint="Look at the images themselves, as with the command image.",
        )
    if is_untold(stack.frames[0]):
        raise UserError(
            f"{_name(stack)}: {'; '.join(stack.notes)}.",
            hint="Send the series anew with the private elements of the scanner, or as enhanced multi-frame images.",
        )
    if is_volume or count == 1:
        return
    if in_colour(stack):
        raise UserError(
            f"{_name(stack)}: images in colour have no values for this.",
            hint="They can be shown and exported: 3d mpr, 3d volume, 3d export.",
        )
    singles = [ref.instance for ref in stack.frames if ref.instance.number_of_frames <= 1]
    why = "; ".join(stack.notes) or "they are not parallel slices at different places"
    hint = "If they follow each other in order, say how far apart they are with --assume-spacing, such as 3mm."
    if stack.frames[0].instance.modality == "SM":
        why, hint = "tiles of a slide are no slices", "Look at the images themselves, as with the command image."
    elif any(plane_of(each) is None for each in singles):
        why = "their files do not say where they lie"
    elif not singles and not stack.notes:
        why = "the file does not say where its frames lie, or they are no parallel slices"
    elif singles and not has_spacing(singles[0]):
        why = "; ".join((*stack.notes, "their files do not say how large pixels are"))
        hint = "Say how far apart slices are with --assume-spacing, such as 3mm: pixels are then taken as 1 mm wide."
    elif singles and "at the same place" not in why:
        hint = "Say with --series which images belong together, or give their files."
    raise UserError(f"{_name(stack)}: these images make no volume: {why}.", hint=hint)


def named_stacks(stacks: Iterable[Stack], words: str) -> list[Stack]:
    """Give the stacks that are meant: by words of labels, a Series Instance UID, or a part of what lists call them.

    Whole words of a label come first: "m" is the magnitude, not all that is called MR.
    """
    listed, wanted = list(stacks), words.strip().casefold()
    parts = set(wanted.split(", "))
    by_label = [stack for stack in listed if parts <= set(clean(stack.label).casefold().split(", "))]
    return by_label or [
        stack
        for stack in listed
        if words.strip() == stack.frames[0].instance.series_instance_uid or wanted in _name(stack).casefold()
    ]


def _labels(stacks: Sequence[Stack]) -> str:
    labels = [clean(stack.label) or f"{len(stack.frames)} images" for stack in stacks]
    between = "; " if any("," in label for label in labels) else ", "
    return between.join(labels if len(labels) < 5 else [*labels[:2], "…", labels[-1]])


def _lie_alike(stacks: Sequence[Stack]) -> bool:
    """Tell whether stacks may be the same slices at several times: those of several directions are not."""
    return len({stack.frames[0].instance.image_orientation for stack in stacks}) == 1


def _listed(stacks: Sequence[Stack], most: int = 20) -> str:
    """List stacks with their numbers; of many in one series the first and the last."""
    lines, names = [], _told_apart(stacks)
    numbered = enumerate(stacks, 1)
    for _uid, of_series in groupby(numbered, key=lambda pair: pair[1].frames[0].instance.series_instance_uid):
        run = list(of_series)
        if len(run) < MANY_OF_SERIES:
            lines += [f"{number}: {names[number - 1]}" for number, _stack in run]
            continue
        (first, _), (last, end) = run[0], run[-1]
        lines.append(f"{first} to {last}: {names[first - 1]}, …, {clean(end.label)}")
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return "; ".join([*lines[:most], *more])


def _told_apart(stacks: Sequence[Stack]) -> list[str]:
    """Name stacks; those of one name with what tells them apart."""
    alike: dict[str, list[Stack]] = {}
    for stack in stacks:
        alike.setdefault(_name(stack), []).append(stack)
    tells: dict[str, Callable[[Stack], str]] = {}
    for name, some in alike.items():
        for tell in (_series, _study, _file):
            if len({tell(each) for each in some}) > 1:
                tells[name] = tell
                break
    named = ((stack, _name(stack)) for stack in stacks)
    return [f"{name}, {tells[name](stack)}" if name in tells else name for stack, name in named]


def _series(stack: Stack) -> str:
    return f"series {stack.frames[0].instance.series_number}"


def _study(stack: Stack) -> str:
    first = stack.frames[0].instance
    day, time = date_of(first.study_date), time_of(first.study_time)
    return " ".join(
        ["study of", day.isoformat() if day else "no date", time.isoformat("minutes") if time else ""]
    ).strip()


def _file(stack: Stack) -> str:
    return "from " + clean("/".join(Path(str(stack.frames[0].instance.place)).parts[-2:]))


def _name(stack: Stack) -> str:
    first = stack.frames[0].instance
    parts = (first.modality, first.series_description, stack.label)
    return " ".join(clean(part) for part in parts if part) + f" ({counted(len(stack.frames), 'image')})"

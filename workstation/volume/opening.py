"""The volume that the paths of a command name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.image import Image
from workstation.model.image_stacks import stacks_of_image
from workstation.model.index.records import Instance, Stack
from workstation.model.refusal import Refused
from workstation.model.stacks import stacks_of
from workstation.model.text import clean
from workstation.model.volume import Volume, build_volume


def open_volume(paths: Sequence[Path], job: Job, *, series: str = "", even: bool = True) -> tuple[Volume, Stack]:
    """Read the volume in files, folders and archives; what is in its headers stands in the stack.

    Parameters
    ----------
    series
        Which stack, where there are several: a number as the refusal counts them, a Series Instance UID, or part of
        a description; see `chosen_stack`.
    even
        As in `workstation.model.volume.build_volume`.

    Raises
    ------
    UserError
        If there is no volume, or there are several and it is not said which.
    Refused
        If fewer than two slices can be read.
    """
    instances: list[Instance] = []
    for each in inputs_of(paths, job):
        if isinstance(each, Input):
            instances.append(each.instance)
        else:
            job.log(f"{each.subject}: {each.message}")
    stack = chosen_stack(stacks_of_all(instances), series)
    for note in stack.notes:
        job.log(note)
    return build_volume(stack, report=lambda done, total: job.progress(done, total, "Reading slices"), even=even), stack


def stacks_of_all(instances: Iterable[Instance]) -> list[Stack]:
    """Give the stacks of all series, in order of series number and as each series is split."""
    by_series: dict[str, list[Instance]] = {}
    for each in instances:
        by_series.setdefault(each.series_instance_uid, []).append(each)
    ordered = sorted(by_series.values(), key=lambda some: (some[0].series_number or 0, some[0].series_instance_uid))
    return [part for some in ordered for stack in stacks_of(tuple(some)) for part in _parts(stack)]


def _parts(stack: Stack) -> tuple[Stack, ...]:
    """Split a multi-frame image into its stacks, be it functional groups, a dose grid or a detector that place them."""
    instance = stack.whole_image
    if instance is None:
        return (stack,)
    try:
        with Image.open(instance.place) as image:
            parts = stacks_of_image(image, instance)
    except Refused:  # whoever reads its voxels is told why
        return (stack,)
    if not any(part.is_volume for part in parts):
        return (stack,)
    return tuple(replace(part, label=", ".join(each for each in (stack.label, part.label) if each)) for part in parts)


def chosen_stack(stacks: Sequence[Stack], series: str = "") -> Stack:
    """Give the stack that is meant: the only one that makes a volume, or the one that ``series`` names.

    Raises
    ------
    UserError
        If none or several are meant; the hint lists them.
    """
    if not stacks:
        raise UserError("There are no images.", hint="Give the files or the folder of a series.")
    volumes = [stack for stack in stacks if stack.is_volume]
    if not series:
        meant = volumes if volumes else list(stacks)
    elif re.fullmatch(r"\d+", series.strip()) and 1 <= int(series) <= len(stacks):
        meant = [stacks[int(series) - 1]]
    else:
        meant = [stack for stack in stacks if _is_named(stack, series.strip())]
    if len(meant) == 1:
        return meant[0]
    listed = "; ".join(f"{number}: {_name(stack)}" for number, stack in enumerate(stacks, 1))
    if not meant:
        raise UserError(f"No series is called {clean(series)!r}.", hint=f"Give one of these with --series: {listed}.")
    raise UserError("There are several series or stacks.", hint=f"Say which with --series: {listed}.")


def _is_named(stack: Stack, words: str) -> bool:
    first = stack.frames[0].instance
    return words == first.series_instance_uid or words.casefold() in _name(stack).casefold()


def _name(stack: Stack) -> str:
    first = stack.frames[0].instance
    parts = (first.modality, first.series_description, stack.label)
    return " ".join(clean(part) for part in parts if part) + f" ({len(stack.frames)} images)"

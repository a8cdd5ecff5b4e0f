"""The batch command that makes the same numbers as a measurement on a plane of a volume."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from workstation.gui.panels.annotations.presenter import stack_of
from workstation.measure.arguments import Painted
from workstation.model.annotation import Annotation
from workstation.model.geometry import Vector, plane_normal_lps
from workstation.model.index.records import Stack
from workstation.model.units import LengthUnit
from workstation.volume.open_volume import OpenVolume, key_of
from workstation.volume.planes.measure_parameters import Shape
from workstation.volume.planes.measuring import is_summed, needs_values
from workstation.workspace import Workspace

if TYPE_CHECKING:
    from workstation.gui.viewer.series_scales import SeriesScales

EXACT_POINTS, DIGITS = 8, 6
"""So many points are written in full, more of them with so many digits after the point."""
LONGEST = 24_000
"""Letters, see `workstation.gui.measure_words`."""


def plane_measure_words(
    annotation: Annotation, stack: Stack, *, time: int | None = None, suv: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Give the command as words; nothing for what has none: it is no shape, or has too many points for a line.

    Parameters
    ----------
    annotation
        On a plane.
    stack
        That the volume is made of.
    time
        Which of the stacks of its series it is, from 1; None where there is one.
    suv
        Options of the SUV that values are given as; None for values as the files have them.
    """
    cut = annotation.cut
    if cut is None or annotation.kind not in get_args(Shape):
        return ()
    shape = _shape(annotation)
    if sum(map(len, shape)) > LONGEST:
        return ()
    words = ["measure", "plane", *places(stack), "--series", stack.frames[0].instance.series_instance_uid]
    words += ["--time", str(time)] if time is not None else []
    words += ["--keep-uneven"] if cut.is_as_taken else []
    words += ["--shape", annotation.kind, *shape]
    words += ["--plane-normal", _point(plane_normal_lps(cut.plane)), "--plane-row", _point(cut.plane.along_row_lps)]
    words += ["--first-pixel", _point(cut.plane.origin_lps), "--pixel", f"{cut.plane.spacing.between_columns!r}mm"]
    if not cut.is_thin:
        words += ["--thickness", f"{cut.thickness_mm!r}mm", "--projection", cut.projection]
    if cut.interpolation != "linear":
        words += ["--interpolation", cut.interpolation]
    words += ["--suv", *suv] if suv is not None else []
    words += ["--annotation", annotation.text] if annotation.text else []
    return (*words, "--statistics")


def _shape(annotation: Annotation) -> list[str]:
    if annotation.mask is not None:
        return ["--painted", str(Painted(annotation.mask))]
    is_exact = len(annotation.points_lps) <= EXACT_POINTS
    return ["--points", *(_point(each, None if is_exact else DIGITS) for each in annotation.points_lps)]


def words_of(
    annotation: Annotation, workspace: Workspace, scales: "SeriesScales", units: LengthUnit
) -> tuple[str, ...]:
    """Give the command that makes the same numbers of a measurement on a plane, units and SUV; nothing for none."""
    stack = stack_of(annotation, workspace)
    series, cut = workspace.series(annotation.sop_instance_uid), annotation.cut
    if stack is None or series is None or cut is None:
        return ()
    first = stack.frames[0].instance
    scale = scales.of(first)
    is_scaled = scale is not None and scale.whole is not None and needs_values(annotation) and not is_summed(cut)
    suv = scales.options(first) if is_scaled else None
    words = plane_measure_words(annotation, stack, time=time_of(stack, series.stacks), suv=suv)
    return (*words, "--units", units) if words and units != "mm" else words


def time_of(stack: Stack, stacks: Sequence[Stack]) -> int | None:
    """Give which stack of its series one is, as commands count them from 1; None where its `places` hold no other."""
    named = set(places(stack))
    there = [each for each in stacks if named & set(map(str, _on_way_to(each)))]
    if len(there) < 2:
        return None
    counted = re.search(r"\b(\d+) of \d+\b", stack.label) if len(there) == len(stacks) else None
    found = (number for number, each in enumerate(there, 1) if key_of(each) == key_of(stack))
    return int(counted[1]) if counted else next(found, None)


def _on_way_to(stack: Stack) -> set[Path]:
    """Give the files of a stack, and all folders around them."""
    files = {ref.instance.place.path for ref in stack.frames}
    return files | {around for folder in {path.parent for path in files} for around in (folder, *folder.parents)}


def source_words(opened: OpenVolume, workspace: Workspace) -> list[str]:
    """Give what commands of volumes say of one that is open: its files, which it is of its series, and how it was read.

    Parameters
    ----------
    opened
        The volume.
    workspace
        Knows the other stacks of its series.
    """
    uid = opened.stack.frames[0].instance.series_instance_uid
    series = workspace.series(uid)
    time = time_of(opened.stack, series.stacks) if series is not None else None
    words = [*places(opened.stack), "--series", uid]
    words += ["--time", str(time)] if time is not None else []
    words += ["--keep-uneven"] if opened.is_as_taken else []
    return words + (["--assume-spacing", f"{opened.assumed_mm:.9g}mm"] if opened.assumed_mm is not None else [])


def places(stack: Stack) -> list[str]:
    """Give the files of a volume, or the folder that they lie in."""
    files = list(dict.fromkeys(ref.instance.place.path for ref in stack.frames))
    folders = list(dict.fromkeys(path.parent for path in files))
    found: list[Path] = folders if len(files) > 1 and len(folders) == 1 else files
    return [str(path) for path in found]


def _point(point: Vector, digits: int | None = None) -> str:
    return ",".join(repr(float(each) if digits is None else round(float(each), digits) + 0.0) for each in point)

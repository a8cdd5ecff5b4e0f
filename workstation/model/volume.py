"""A stack of parallel slices as one block of voxels with its place in the patient."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.even_slices import even_count, make_even
from workstation.model.frame import ModalityTransform
from workstation.model.geometry import Plane, VolumeGrid, offset_mm, slice_plane
from workstation.model.index.records import FrameRef, Stack
from workstation.model.memory import memory_budget_bytes
from workstation.model.refusal import Refused
from workstation.model.single_slice import thickness_of
from workstation.model.slice_lines import told_lines, unit_of_all
from workstation.model.slice_places import place_notes
from workstation.model.slice_spacing import slice_spacing, told_mm
from workstation.model.slices import is_grey
from workstation.model.stack_grid import grid_of_slices
from workstation.model.stacks import from_other_end, in_colour
from workstation.model.volume_frames import Images, read_frames
from workstation.model.volume_pixels import Report, Voxels, locate_all, read_located
from workstation.model.voxel_memory import disk_room_bytes, no_room
from workstation.quick_dataclass import dataclass

NO_NUMBERS = "No voxel has a number: all of them are marked as none (NaN)"


@dataclass(frozen=True)
class Volume:
    """Voxels on a regular grid.

    Parameters
    ----------
    array_kji
        (slices, rows, columns), or (slices, rows, columns, 3) of RGB. Modality value =
        ``array_kji * slope + intercept``; where they are 1 and 0 (CT whose values fit 16 bits, PET), the array holds
        modality values itself.
    grid
        Where the voxels lie. With ``even=False`` on an unevenly spaced stack it is a mean, and ``frame_k`` tells how
        far each slice is off.
    unit
        Of modality values: ``HU``, ``BQML``, ``US`` or empty.
    notes
        Sentences for the user: those of the stack, and what was done to the slices.
    frames
        The frames it was made of, in order along k.
    frame_k
        Where each frame lies along k; 0, 1, 2 … unless slices were interpolated between them.
    padding
        Range of values in ``array_kji`` that stand for "no measurement", both inclusive.
    """

    array_kji: NDArray[Any]
    grid: VolumeGrid
    slope: float
    intercept: float
    unit: str
    notes: tuple[str, ...]
    frames: tuple[FrameRef, ...]
    frame_k: tuple[float, ...]
    padding: tuple[float, float] | None = None

    @property
    def rescaled_in_place(self) -> bool:
        """Whether ``array_kji`` holds modality values."""
        return self.slope == 1.0 and self.intercept == 0.0

    def modality_values(self, k: int) -> NDArray[Any]:
        """Give slice ``k`` in modality units, (rows, columns)."""
        values = self.array_kji[k]
        return values if self.rescaled_in_place else ModalityTransform(self.slope, self.intercept).apply(values)

    def plane(self, k: int) -> Plane:
        """Give the plane of slice ``k``."""
        return slice_plane(self.grid, k)


def build_volume(
    stack: Stack,
    *,
    report: Report | None = None,
    threads: int = 2,
    even: bool = True,
    planes: Sequence[Plane] | None = None,
    colour: bool = False,
) -> Volume:
    """Read the frames of a stack into one array.

    Uncompressed slices are read straight to their place, compressed ones are decoded there; CT values get their
    intercept where the result fits 16 bits without loss, slices with rescale lines of their own (PET) become float32.

    Parameters
    ----------
    stack
        A stack with ``is_volume``, or of one grey frame with a place in the patient. Its frames may run along the
        normal of their planes or against it: the slices of the volume run along it.
    report
        Called with (slices done, slices); it may raise `Cancelled`.
    threads
        Decoding threads.
    even
        Interpolate slices where the spacing is uneven or one is missing, so that the grid is true everywhere;
        otherwise one slice a frame as acquired.
    planes
        Where the frames lie, in place of what their files say; None takes that.
    colour
        Whether slices in colour make a volume, too (`workstation.model.stacks.in_colour`).

    Returns
    -------
    Volume
        A slice that cannot be read is left out, with a note. Voxels beyond the memory budget lie in a temporary file,
        with a note.

    Raises
    ------
    UserError
        If the stack is no volume, or needs more than the memory budget and the disk have.
    Refused
        If fewer than two of its slices can be read.
    Cancelled
        From ``report``.
    """
    is_colour = colour and not is_grey(stack.frames[0].instance)
    if not stack.is_volume and len(stack.frames) != 1 and not (is_colour and in_colour(stack)):
        hint = "Choose a stack of parallel slices of one size."
        raise UserError("These images make no volume: they are not parallel slices at different places.", hint=hint)
    images, notes = Images(), stack.notes
    try:
        planes = [_placed(images.plane(frame)) for frame in stack.frames] if planes is None else list(planes)
        if is_backwards := offset_mm(planes[0]) > offset_mm(planes[-1]):  # as it is read, not along the normal
            stack, planes = from_other_end(stack), planes[::-1]
        count = even_count([offset_mm(plane) for plane in planes]) if even else len(planes)
        notes = (*notes, *_memory_notes(stack.frames, count))
        locations = None if is_colour else locate_all(stack.frames)
        if locations is not None:
            voxels = read_located(stack.frames, locations, threads=threads, report=report)
        else:
            voxels = read_frames(stack.frames, images, threads=threads, report=report, colour=is_colour)
            voxels, doubts = _doubted(stack.frames, voxels, images, from_end=is_backwards)
            notes = (*notes, *doubts)
    finally:
        images.close()
    lost = _loss_notes(voxels.lost, len(planes), from_end=is_backwards)
    return _volume(stack, planes, voxels, even=even, notes=[*notes, *lost])


def _doubted(
    frames: Sequence[FrameRef], voxels: Voxels, images: Images, *, from_end: bool
) -> tuple[Voxels, tuple[str, ...]]:
    """Give voxels in the unit of most slices, and say whose values are not what the headers say, or none at all."""
    read = ((index, images.lines.get((each.instance.place, each.number))) for index, each in enumerate(frames))
    lines = {index: line for index, line in read if line is not None and index not in voxels.lost}
    doubts = told_lines(lines, frames, from_end=from_end)
    if voxels.array_kji.dtype.kind == "f" and not any(np.isfinite(part).any() for part in voxels.array_kji):
        doubts = (*doubts, NO_NUMBERS)
    return replace(voxels, unit=unit_of_all(list(lines.values()))) if lines else voxels, doubts


def _placed(plane: Plane | None) -> Plane:
    if plane is None:
        raise UserError("An image has no place in the patient, so it makes no volume.", hint="Look at it by itself.")
    return plane


def _memory_notes(frames: Sequence[FrameRef], slices: int) -> list[str]:
    """Say where voxels go that exceed the budget; while slices are interpolated, those as acquired are there, too.

    Raises
    ------
    UserError
        If neither memory nor disk can hold them.
    """
    first = frames[0].instance
    samples = 1 if is_grey(first) else 3
    slice_bytes = first.rows * first.columns * samples * max(first.bits_allocated, 8) // 8
    needed = slice_bytes * (slices if slices == len(frames) else slices + len(frames))
    budget = memory_budget_bytes()
    if needed <= budget:
        return []
    if needed > disk_room_bytes():
        raise no_room(needed)
    return [
        f"{len(frames)} slices of {first.columns} x {first.rows} pixels need {needed / 2**30:.1f} GiB, and "
        f"{budget / 2**30:.1f} GiB of memory are granted: kept in a temporary file, which is slower"
    ]


def _volume(stack: Stack, planes: Sequence[Plane], voxels: Voxels, *, even: bool, notes: list[str]) -> Volume:
    kept = [index for index in range(len(planes)) if index not in voxels.lost]
    if len(kept) < min(2, len(planes)):
        raise next(iter(voxels.lost.values()))
    array = voxels.array_kji
    if voxels.lost:  # in place: there may be no memory for another
        for place, index in enumerate(kept):
            array[place] = array[index]
        array = array[: len(kept)]
    planes = [planes[index] for index in kept]
    offsets = [offset_mm(plane) for plane in planes]
    count = even_count(offsets) if even else len(kept)
    frame_k = tuple(float(k) for k in range(len(kept)))
    if even and not slice_spacing(offsets).is_even:
        array = make_even(array, offsets, count=count)
        step = (offsets[-1] - offsets[0]) / (count - 1)
        frame_k = tuple((offset - offsets[0]) / step for offset in offsets)
        notes.append(f"Slices in between are interpolated, one every {told_mm(step)} mm")
    elif not slice_spacing(offsets).is_even:
        step = (offsets[-1] - offsets[0]) / (len(kept) - 1)
        away = max(abs(offset - offsets[0] - index * step) for index, offset in enumerate(offsets))
        notes.append(
            f"Slices are as they were taken, under a mean distance of {told_mm(step)} mm: "
            f"places are up to {told_mm(away)} mm off"
        )
    notes.extend(place_notes(planes))
    thickness_mm = 1.0
    if len(planes) == 2:
        notes.append(f"Two slices, {told_mm(offsets[1] - offsets[0])} mm apart: what is between them is interpolated")
    elif len(planes) == 1:
        thickness_mm, told = thickness_of(stack.frames[kept[0]])
        notes.append(told)
    shape = (count, array.shape[1], array.shape[2])
    grid = grid_of_slices(planes, shape, thickness_mm)
    frames = tuple(stack.frames[index] for index in kept)
    return Volume(
        array, grid, voxels.slope, voxels.intercept, voxels.unit, tuple(notes), frames, frame_k, voxels.padding
    )


def _loss_notes(lost: dict[int, Refused], count: int, *, from_end: bool) -> list[str]:
    """Name lost slices by their numbers in the stack that was given."""
    numbers = {count - index if from_end else index + 1: reason for index, reason in lost.items()}
    shown = [f"Slice {number} of {count} left out: {numbers[number].message}" for number in sorted(numbers)[:3]]
    return shown if len(lost) <= 3 else [*shown, f"{len(lost) - 3} more slices left out"]

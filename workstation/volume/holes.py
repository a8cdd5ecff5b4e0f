"""Slices of one series that were taken in several blocks, with nothing between them: each block is a stack."""

from dataclasses import replace
from itertools import pairwise

from workstation.model.geometry import offset_mm
from workstation.model.index.records import Stack
from workstation.model.instance_plane import plane_of
from workstation.model.left_out import makes_volume
from workstation.model.slice_spacing import slice_spacing
from workstation.model.slices import slice_of
from workstation.model.stacks import HOLE_MM, HOLE_STEPS, stacks_of_slices


def parts_at_holes(stack: Stack) -> tuple[Stack, ...]:
    """Give the blocks of a stack that is no volume because nothing was taken in between; else the stack itself.

    A lone slice far from the others is a block that makes no volume.
    """
    planes = [plane_of(frame.instance) for frame in stack.frames if frame.instance.number_of_frames <= 1]
    known = [plane for plane in planes if plane is not None]
    if makes_volume(stack) or len(known) < max(len(stack.frames), 3):
        return (stack,)
    offsets = [offset_mm(plane) for plane in known]
    if any(after <= before for before, after in pairwise(offsets)):
        return (stack,)
    longest = max(HOLE_STEPS * slice_spacing(offsets).step_mm, HOLE_MM)
    starts = [0, *(n for n, (before, after) in enumerate(pairwise(offsets), 1) if after - before > longest)]
    ends = [*starts[1:], len(offsets)]
    blocks = [
        part
        for start, end in zip(starts, ends, strict=True)
        for part in stacks_of_slices([slice_of(frame.instance) for frame in stack.frames[start:end]])
    ]
    if len(blocks) != len(starts) or not any(makes_volume(part) for part in blocks):
        return (stack,)
    labels = (f"block {number} of {len(blocks)}" for number in range(1, len(blocks) + 1))
    return tuple(
        replace(part, label=", ".join(each for each in (stack.label, label) if each))
        for part, label in zip(blocks, labels, strict=True)
    )

"""Images of a series that are no part of the volume that is made of it: they are counted, never left out in silence."""

from collections.abc import Iterable
from dataclasses import replace

from workstation.model.index.records import FrameRef, Stack


def makes_volume(stack: Stack) -> bool:
    """Tell whether a stack is a volume, be it in greys or in colour."""
    return stack.is_volume or stack.is_colour_volume


def with_left_out(stack: Stack, stacks: Iterable[Stack]) -> Stack:
    """Give a stack with a note on the images of its series that make no volume at all; as it is where there are none.

    Parameters
    ----------
    stack
        What a volume is made of.
    stacks
        All that there are. Those that make volumes of their own, such as other times, are chosen by themselves.
    """
    uid = stack.frames[0].instance.series_instance_uid
    others = [each for each in stacks if each.frames[0].instance.series_instance_uid == uid]
    lost = [frame for each in others if not makes_volume(each) for frame in each.frames]
    if not lost or not makes_volume(stack):
        return stack
    taken = {_place(frame) for frame in stack.frames} - {None}
    again = sum(_place(frame) in taken for frame in lost)
    notes = [
        f"{'1 image of the series is' if count == 1 else f'{count} images of the series are'} left out: {why}"
        for count, why in (
            (again, "there is another one at the same place"),
            (len(lost) - again, "no parallel slices of this stack"),
        )
        if count
    ]
    return replace(stack, notes=(*stack.notes, *notes))


def _place(frame: FrameRef) -> tuple[float, ...] | None:
    """Give what is equal for images at the same place; None where the index does not know it."""
    position, direction = frame.instance.image_position_lps, frame.instance.image_orientation
    if position is None or direction is None or frame.instance.number_of_frames > 1:
        return None
    return *(round(each, 2) for each in position), *(round(each, 3) for each in direction)

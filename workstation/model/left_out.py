"""Images of a series that are no part of the volume that is made of it: they are counted, never left out in silence."""

from collections.abc import Iterable
from dataclasses import replace

from workstation.model.index.records import Stack


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
    count = sum(len(each.frames) for each in others if not makes_volume(each))
    if not count or not makes_volume(stack):
        return stack
    images = "1 image of the series is" if count == 1 else f"{count} images of the series are"
    return replace(stack, notes=(*stack.notes, f"{images} left out: no parallel slices of this stack"))

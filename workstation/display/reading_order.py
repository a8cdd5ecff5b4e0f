"""In which order the images of a stack are read on a screen: how they are numbered, else as one reads a body.

Stacks are made along the normal of their planes, which says nothing to a person: of one patient it may run to the head,
of another, who lay the other way round, to the feet. Volumes keep that order, whatever is read here.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from workstation.model.geometry import SAME_PLACE_MM, Vector, difference, dot, plane_normal_lps
from workstation.model.index.records import Instance, Stack
from workstation.model.instance_plane import plane_of
from workstation.model.stacks import from_other_end, stacks_of

ONWARDS_LPS = (1.0, 1.0, -1.0)
"""Along each axis of the patient (LPS), the sign of the way that is read: to the left, to the back, to the feet."""

PARALLEL = 0.999
"""Cosine of the angle between the first and the last plane of a stack that runs one way."""


def in_reading_order(stack: Stack) -> Stack:
    """Give a stack with its images as they are read, first to last; the stack itself where they are already.

    Parameters
    ----------
    stack
        Frames of one series. Only those that lie one behind the other are turned round; images without a place, and
        those at one place, which are ordered by time, stay as they are.

    Returns
    -------
    Stack
        By Instance Number (0020,0013), and by the number of the frame in an image of several, where these go one way
        through the whole stack: so other viewers show it, and the numbers in reports are those on the screen. Elsewhere
        by anatomy: axial images from the head to the feet, coronal ones from front to back, sagittal ones from the
        right to the left of the patient; oblique ones as the plane that is nearest.
    """
    return from_other_end(stack) if _is_read_backwards(stack) else stack


def stacks_in_reading_order(instances: Sequence[Instance]) -> tuple[Stack, ...]:
    """Make the stacks of one series, see `workstation.model.stacks.stacks_of`, each as it is read."""
    return tuple(in_reading_order(stack) for stack in stacks_of(instances))


def opened_in_reading_order(stack: Stack) -> tuple[Stack, ...]:
    """Split a multi-frame image, see `workstation.model.image_stacks.opened_stacks`, each part as it is read."""
    from workstation.model.image_stacks import opened_stacks

    return tuple(in_reading_order(part) for part in opened_stacks(stack))


def together_in_reading_order(stacks: Sequence[Stack], *, check: Callable[[], None]) -> tuple[Stack, ...] | None:
    """Split multi-frame images together, see `workstation.model.image_stacks.stacks_of_images`, each part as read."""
    from workstation.model.image_stacks import stacks_of_images

    parts = stacks_of_images(stacks, check=check)
    return None if parts is None else tuple(in_reading_order(part) for part in parts)


def runs_against_normal(stack: Stack) -> bool:
    """Tell whether a stack runs against the normal of its planes, as far as headers tell that."""
    course = _course(stack)
    return course is not None and course[1] < 0


def _is_read_backwards(stack: Stack) -> bool:
    course = _course(stack)
    if course is None and not stack.is_volume:
        return False  # in order of time, or of their numbers, already
    numbers = [(ref.instance.instance_number, ref.number) for ref in stack.frames]
    known = [(number, frame) for number, frame in numbers if number is not None]
    steps = [(one > two) - (one < two) for one, two in pairwise(known)]
    if len(known) == len(numbers) and abs(sum(steps)) == len(steps):
        return steps[0] > 0
    if course is None:  # frames of one image, whose header in the index tells no places: most of them decide
        return sum(one > two for (_, one), (_, two) in pairwise(numbers)) > len(numbers) / 2
    normal, sense = course
    along = max(range(3), key=lambda axis: round(abs(normal[axis]), 6))
    return normal[along] * sense * ONWARDS_LPS[along] < 0


def _course(stack: Stack) -> tuple[Vector, int] | None:
    """Give the normal of the planes of single frames, and 1 or -1 for the way along it; None where that is not told."""
    if len(stack.frames) < 2 or any(ref.instance.number_of_frames > 1 for ref in (stack.frames[0], stack.frames[-1])):
        return None
    first, last = (plane_of(ref.instance) for ref in (stack.frames[0], stack.frames[-1]))
    if first is None or last is None:
        return None
    normal = plane_normal_lps(first)
    way = dot(normal, difference(last.origin_lps, first.origin_lps))
    lean = dot(normal, plane_normal_lps(last))
    return None if abs(way) < SAME_PLACE_MM or lean < PARALLEL else (normal, 1 if way > 0 else -1)

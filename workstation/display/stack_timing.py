"""When the frames of a stack are due: the times of a multi-frame image, or the usual rate."""

from workstation.model.cine_timing import CineTiming, cine_timing, even_timing
from workstation.model.image import Image
from workstation.model.index.records import Stack


def stack_timing(stack: Stack) -> CineTiming:
    """Read when the frames of a stack are due; single images have no times of their own.

    Raises
    ------
    Refused
        If a multi-frame image cannot be read.
    """
    first, count = stack.frames[0].instance, len(stack.frames)
    if first.number_of_frames < 2:
        return even_timing(count)
    with Image.open(first.place) as image:
        timing = cine_timing(image.dataset, first.number_of_frames)
    return timing if count == first.number_of_frames else even_timing(count, timing.rate_hz)

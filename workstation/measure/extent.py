"""What a volume was made of: the images, contours or the segment."""

from workstation.model.annotation import Annotation
from workstation.model.index.records import Instance, Place
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """What a volume was made of.

    Parameters
    ----------
    instances
        The images that it lies on.
    contours
        Its regions on them; none of a segment.
    source
        The SEG or RTSTRUCT that it was read from.
    segment
        Segment Number; None of a structure.
    frames
        Of a segment: the frames that it lies on, SOP Instance UID and number from 0.
    """

    instances: tuple[Instance, ...]
    contours: tuple[Annotation, ...] = ()
    source: Place | None = None
    segment: int | None = None
    frames: tuple[tuple[str, int], ...] = ()

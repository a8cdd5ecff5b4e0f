"""How thick a slice is that is alone in its volume: no neighbour tells it."""

from workstation.model.index.records import FrameRef

UNKNOWN_MM = 1.0
"""Taken where the file does not say it."""
MOST_MM = 1000.0
"""No slice of a patient is thicker."""


def thickness_of(frame: FrameRef) -> tuple[float, str]:
    """Give how thick a single slice is taken to be, in mm, and a sentence that says so.

    It is the Slice Thickness of the file (PS3.3 C.7.6.2.1.1, nominal), else `UNKNOWN_MM`.
    """
    told = frame.instance.slice_thickness_mm
    if told is None:
        told = _of_groups(frame)
    if told is not None and 0 < told < MOST_MM:
        return told, f"One slice, {told:g} mm thick by its Slice Thickness"
    return UNKNOWN_MM, f"One slice, taken as {UNKNOWN_MM:g} mm thick: the file does not say how thick it is"


def _of_groups(frame: FrameRef) -> float | None:
    """Give the thickness that an enhanced image has in its functional groups; None where there is none."""
    from workstation.model.attributes import number
    from workstation.model.image import Image
    from workstation.model.refusal import Refused

    try:
        with Image.open(frame.instance.place) as image:
            measures = image.groups.item("PixelMeasuresSequence", frame.number)
    except Refused:
        return None
    return number(measures, "SliceThickness") if measures is not None else None

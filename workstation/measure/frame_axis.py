"""Along what a curve over frames runs: position in the patient, time, or the number of the frame."""

from collections.abc import Sequence
from itertools import pairwise

from workstation.measure.spot import Spot
from workstation.model.geometry import SAME_PLACE_MM, dot, offset_mm, plane_normal_lps
from workstation.quick_dataclass import dataclass

_PARALLEL = 1 - 1e-5


@dataclass(frozen=True, slots=True)
class FrameAxis:
    """A place for each frame, in their order; ``words`` with the unit, ``source`` the attributes."""

    x: tuple[float, ...]
    words: str
    source: str


def frame_axis(spots: Sequence[Spot], *, is_one_image: bool) -> FrameAxis:
    """Give what frames differ in: position where each has its own, time where all lie at one place, else the number.

    Parameters
    ----------
    spots
        One at least.
    is_one_image
        Frames of one image: time counts from its first frame, also where that is none of these; else from the first
        of these.
    """
    offsets = offsets_of(spots)
    if offsets is not None and len(spots) > 1 and _are_apart(offsets, SAME_PLACE_MM):
        return FrameAxis(tuple(offsets), "Position along the normal (mm)", "Image Position (Patient)")
    is_one_place = offsets is None or max(offsets) - min(offsets) <= SAME_PLACE_MM
    for source in spots[0].moments if is_one_place else ():
        seconds = [each.moments[source] for each in spots if source in each.moments]
        if len(seconds) == len(spots) > 1 and _are_apart(seconds, 0.0):
            first = 0.0 if is_one_image else min(seconds)
            return FrameAxis(tuple(round(each - first, 6) for each in seconds), "Time (s)", source)
    numbers = [each.number for each in spots if each.number is not None]
    if len(numbers) == len(spots) and _are_apart(numbers, 0.0):
        return FrameAxis(tuple(map(float, numbers)), "Frame" if is_one_image else "Instance Number", "")
    return FrameAxis(tuple(float(number) for number in range(1, len(spots) + 1)), "Image", "")


def offsets_of(spots: Sequence[Spot]) -> list[float] | None:
    """Give positions along the common normal, in mm; None where there is none."""
    planes = [each.plane for each in spots if each.plane is not None]
    if len(planes) < len(spots):
        return None
    normals = [plane_normal_lps(each) for each in planes]
    spaces = {each.frame_of_reference_uid for each in planes}
    if len(spaces) > 1 or min(dot(each, normals[0]) for each in normals) < _PARALLEL:
        return None
    return [offset_mm(each) for each in planes]


def _are_apart(values: Sequence[float], least: float) -> bool:
    return all(after - before > least for before, after in pairwise(sorted(values)))

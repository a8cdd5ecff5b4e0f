"""A region or a point of an image measured on what lies at its place at other times, and on the slices of its stack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.calibration import SpacingFacts, spacing_facts
from workstation.measure.done import Done
from workstation.measure.elsewhere import carried
from workstation.measure.followed import Followed, follow
from workstation.measure.frame_times import moments
from workstation.measure.spot import Moments, Spot
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.geometry import SAME_PLACE_MM, Plane, offset_mm, plane_normal_lps
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Place
from workstation.model.instance_plane import plane_of
from workstation.model.measurement import Measurement
from workstation.model.refusal import Refused
from workstation.quick_dataclass import dataclass

_PARALLEL = 1 - 1e-5
Measure = Callable[[Annotation, Frame, FrameRef, SpacingFacts], Measurement]
"""Measures an annotation on a frame that has been read."""


@dataclass(frozen=True, slots=True)
class Following:
    """The tables: over time, where there are frames of other times; over slices, where there are any.

    ``problems`` says of frames that could not be measured why not.
    """

    tables: tuple[Followed, ...]
    problems: tuple[str, ...] = ()


def follow_through(
    annotation: Annotation, ref: FrameRef, stacks: Sequence[Sequence[FrameRef]], measure: Measure, job: Job
) -> Following:
    """Measure an annotation on other frames.

    Parameters
    ----------
    annotation
        On the frame ``ref``.
    ref
        One of the first of the stacks.
    stacks
        Frames: the stack of ``ref`` first, then others of its series, such as those of other times.
    measure
        Makes the numbers.
    job
        Is told how far this is.

    Raises
    ------
    UserError
        If there is no other frame to measure on.
    """
    reader = _Reader()
    with reader:
        planes = {each: reader.plane(each) for stack in stacks for each in stack}
        own = planes[ref]
        at_place = [each for each in planes if _is_at(planes[each], own, each, ref)]
        slices = [each for each in stacks[0] if _is_parallel(planes[each], own)]
        sets = [each for each in (at_place, [] if set(slices) <= set(at_place) else slices) if len(each) > 1]
        if not sets:
            raise UserError(
                "There is no other frame at this place, and no other slice.", hint="Open the whole series, or a film."
            )
        wanted = dict.fromkeys(each for one in sets for each in one)
        found: dict[FrameRef, Done] = {}
        problems: list[str] = []
        for number, each in enumerate(wanted):
            job.progress(number, len(wanted), "Measuring")
            job.check()
            try:
                found[each] = reader.measured(_moved(annotation, own, planes[each], each), each, measure)
            except (Refused, UserError) as error:
                problems.append(f"{each.instance.place}: {error}")
    tables = tuple(follow(done) for one in sets if len(done := [found[each] for each in one if each in found]) > 1)
    if not tables:
        raise UserError("It could be measured on one frame at most.", hint=problems[0] if problems else "")
    return Following(tables, tuple(problems))


class _Reader:
    """Reads frames one after the other; the image that was read last stays open."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._image: Image | None = None
        self._moments: tuple[Moments, ...] = ()

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_failure: object) -> None:
        self._close()

    def plane(self, ref: FrameRef) -> Plane | None:
        if ref.instance.number_of_frames <= 1:
            return plane_of(ref.instance)
        return self._opened(ref).plane(ref.number)

    def measured(self, annotation: Annotation, ref: FrameRef, measure: Measure) -> Done:
        image = self._opened(ref)
        if not self._moments:
            self._moments = moments(image.dataset, image.number_of_frames)
        frame = image.frame(ref.number)
        made = measure(annotation, frame, ref, spacing_facts(image, ref.number))
        number = ref.number + 1 if image.number_of_frames > 1 else ref.instance.instance_number
        return Done(made, ref.instance, Spot(number, frame.plane, self._moments[ref.number]))

    def _opened(self, ref: FrameRef) -> Image:
        if self._image is None or self._place != ref.instance.place:
            self._close()
            self._image, self._place = Image.open(ref.instance.place), ref.instance.place
        return self._image

    def _close(self) -> None:
        if self._image is not None:
            self._image.close()
        self._image, self._moments = None, ()


def _is_parallel(one: Plane | None, other: Plane | None) -> bool:
    if one is None or other is None or one.frame_of_reference_uid != other.frame_of_reference_uid:
        return False
    return float(np.dot(plane_normal_lps(one), plane_normal_lps(other))) >= _PARALLEL


def _is_at(one: Plane | None, own: Plane | None, ref: FrameRef, own_ref: FrameRef) -> bool:
    """Tell whether a frame lies where another does: of frames without planes, those of one image do."""
    if one is None or own is None:
        return one is own and ref.instance.sop_instance_uid == own_ref.instance.sop_instance_uid
    return _is_parallel(one, own) and abs(offset_mm(one) - offset_mm(own)) <= SAME_PLACE_MM


def _moved(annotation: Annotation, own: Plane | None, plane: Plane | None, ref: FrameRef) -> Annotation:
    made = annotation if own is None or plane is None else carried(annotation, own, plane)
    return replace(made, sop_instance_uid=ref.instance.sop_instance_uid, frame=ref.number)


def of_image(stacks: Iterable[Sequence[FrameRef]], ref: FrameRef) -> list[list[FrameRef]]:
    """Keep the frames of the image of ``ref``; stacks without any are left out."""
    uid = ref.instance.sop_instance_uid
    kept = ([each for each in stack if each.instance.sop_instance_uid == uid] for stack in stacks)
    return [each for each in kept if each]

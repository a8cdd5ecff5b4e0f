"""Numbers of what lies on several slices: volumes of contours and thresholded spheres, measured in jobs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workstation.errors import UserError
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.measure.setting import ImageFacts
from workstation.measure.slice_distances import distance_of_slices
from workstation.measure.volumes import measured_contours
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.model.slices import plane_of

Group = tuple[Annotation, ...]
Places = Mapping[str, tuple[Instance, Stack]]
"""By SOP instance: the image, and the stack that it is in."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a group: its numbers, or why there are none."""

    group: Group
    measurement: Measurement | None
    problem: str = ""


class VolumeNumbers:
    """Measures groups of annotations that make one volume, each again when one of them changes.

    Parameters
    ----------
    work
        Runs jobs.
    places
        Gives where images are, of those that are open.
    on_arrived
        Called when there are new numbers.
    """

    def __init__(self, work: Work, places: Callable[[Iterable[str]], Places], on_arrived: Callable[[], object]) -> None:
        self._work, self._places, self._on_arrived = work, places, on_arrived
        self._found: dict[str, Found] = {}
        self._wanted: dict[str, Group] = {}

    def bring(self, marking: Marking) -> None:
        """Measure what has changed, and forget what is no more."""
        groups = groups_of(marking)
        for key in self._found.keys() - groups.keys():
            del self._found[key]
        changed = {key: group for key, group in groups.items() if self._wanted.get(key) != group}
        self._wanted = {key: group for key, group in groups.items() if key not in changed}
        if not changed:
            return
        places = self._places({each.sop_instance_uid for group in changed.values() for each in group})
        for key, group in changed.items():
            if all(each.sop_instance_uid in places for each in group):
                self._wanted[key] = group
                self._start(key, group, places)

    def of(self, annotation: Annotation) -> Found | None:
        """Give what was found of the volume that an annotation belongs to, as it is now."""
        found = self._found.get(_key(annotation))
        return found if found is not None and annotation in found.group else None

    def _start(self, key: str, group: Group, places: Places) -> None:
        def arrived(found: Found) -> None:
            if self._wanted.get(key) == found.group:
                self._found[key] = found
                self._on_arrived()

        self._work.start(
            "Measure volume", lambda job: _measured(group, places, job), done=arrived, priority=Priority.VISIBLE
        )


def groups_of(marking: Marking) -> dict[str, Group]:
    """Give the regions that are on several images and make one volume, by what they are known by."""
    groups: dict[str, list[Annotation]] = {}
    for each in marking.annotations:
        if TRAITS[each.kind].is_region and _key(each):
            groups.setdefault(_key(each), []).append(each)
    return {
        key: tuple(group)
        for key, group in groups.items()
        if len({(each.sop_instance_uid, each.frame) for each in group}) > 1
    }


def volume_text(measurement: Measurement) -> str:
    """Give the volume for people; empty where there is none."""
    volume = measurement.value("volume")
    return f"Volume {volume.text()}" if volume is not None else ""


def _key(annotation: Annotation) -> str:
    return annotation.about.tracking_uid if annotation.about is not None else ""


def _measured(group: Group, places: Places, job: Job) -> Found:
    """Read the frames of a group, and measure."""
    contours = []
    try:
        for done, each in enumerate(group):
            job.progress(done, len(group), "Reading images")
            with Image.open(places[each.sop_instance_uid][0].place) as image:
                contours.append((each, image.frame(each.frame)))
        instance, stack = places[group[0].sop_instance_uid]
        facts = ImageFacts(str(instance.place), instance.modality)
        return Found(group, measured_contours(contours, step_mm=_step(stack.frames), image_facts=facts))
    except UserError as error:
        return Found(group, None, error.message)


def _step(frames: Sequence[FrameRef]) -> float | None:
    """Give the distance of the slices of a stack; of frames of one file it is known only when they are read."""
    if any(each.instance.number_of_frames > 1 for each in frames):
        return None
    planes = [plane for each in frames if (plane := plane_of(each.instance)) is not None]
    return distance_of_slices(planes) if len(planes) == len(frames) else None

"""Numbers of what lies on several slices: volumes of contours and thresholded spheres, measured in jobs."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import field, replace

from workstation.errors import UserError
from workstation.gui.canvas.reshaping import mask_points
from workstation.gui.viewer.series_scales import SeriesScale
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.measure.isocontour import Isocontour
from workstation.measure.setting import ImageFacts, Setting
from workstation.measure.slice_distances import distance_of_slices
from workstation.measure.sphere_measurement import sphere_measurement
from workstation.measure.stack_planes import slice_step
from workstation.measure.volumes import measured_contours
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import VolumeGrid
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.instance_plane import plane_of
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.model.outlines import mask_of
from workstation.model.volume import Volume, build_volume
from workstation.model.volume_frames import Images
from workstation.quick_dataclass import dataclass

Group = tuple[Annotation, ...]
Places = Mapping[str, tuple[Instance, Stack]]
"""By SOP instance: the image, and the stack that it is in."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a group: its numbers, or why there are none.

    Of a sphere also its voxels on each image, and in the volume: ``chosen``, with the grid of that.
    """

    group: Group
    measurement: Measurement | None
    problem: str = ""
    voxels: Mapping[tuple[str, int], Annotation] = field(default_factory=dict)
    chosen: tuple[Isocontour, VolumeGrid] | None = None


class VolumeNumbers:
    """Measures groups of annotations that make one volume, each again when one of them changes.

    Parameters
    ----------
    work
        Runs jobs.
    places
        Gives where images are, of those that are open.
    scale_of
        Gives the scale of the series of an image; None while it is not known.
    on_arrived
        Called when there are new numbers.
    """

    def __init__(
        self,
        work: Work,
        places: Callable[[Iterable[str]], Places],
        scale_of: Callable[[Instance], SeriesScale | None],
        on_arrived: Callable[[], object],
    ) -> None:
        self._work, self._places, self._scale_of, self._on_arrived = work, places, scale_of, on_arrived
        self._found: dict[str, Found] = {}
        self._wanted: dict[str, tuple[Group, SeriesScale]] = {}
        self._volume: tuple[Stack, Volume] | None = None

    def bring(self, marking: Marking) -> None:
        """Measure what has changed, and forget what is no more."""
        groups = groups_of(marking)
        for key in self._found.keys() - groups.keys():
            del self._found[key]
        if not any(each.kind == "sphere" for each in marking.annotations):
            self._volume = None
        if not groups:
            self._wanted = {}
            return
        places = self._places({each.sop_instance_uid for group in groups.values() for each in group})
        wanted: dict[str, tuple[Group, SeriesScale]] = {}
        for key, group in groups.items():
            if not all(each.sop_instance_uid in places for each in group):
                continue
            scale = self._scale_of(places[group[0].sop_instance_uid][0])
            if scale is None:
                continue
            wanted[key] = group, scale
            before = self._wanted.get(key)
            if before is None or before[0] != group or before[1] is not scale:
                self._start(key, group, scale, places)
        self._wanted = wanted

    @property
    def is_waiting(self) -> bool:
        """Whether a volume is still being measured."""
        found = {key: each.group for key, each in self._found.items()}
        return any(found.get(key) != group for key, (group, _scale) in self._wanted.items())

    def of(self, annotation: Annotation) -> Found | None:
        """Give what was found of the volume that an annotation belongs to, as it is now."""
        found = self._found.get(_key(annotation))
        return found if found is not None and annotation in found.group else None

    def by_id(self, number: str) -> Found | None:
        """Give what was found of a sphere, by its id."""
        return self._found.get(f"sphere {number}")

    def voxels_on(self, sop_instance_uid: str, frame: int) -> tuple[Annotation, ...]:
        """Give the voxels that spheres have chosen on an image."""
        place = sop_instance_uid, frame
        return tuple(each.voxels[place] for each in self._found.values() if place in each.voxels)

    def _start(self, key: str, group: Group, scale: SeriesScale, places: Places) -> None:
        kept = self._volume

        def measure(job: Job) -> tuple[Found, tuple[Stack, Volume] | None]:
            if group[0].kind == "sphere":
                return _sphere(group, scale, places, kept, job)
            return _contours(group, scale, places, job), None

        def arrived(result: tuple[Found, tuple[Stack, Volume] | None]) -> None:
            found, volume = result
            if self._wanted.get(key) == (group, scale):
                self._found[key] = found
                self._volume = volume or self._volume
                self._on_arrived()

        self._work.start("Measure volume", measure, done=arrived, priority=Priority.VISIBLE)


def groups_of(marking: Marking) -> dict[str, Group]:
    """Give spheres, and the regions that are on several images and make one volume, by what they are known by."""
    groups: dict[str, list[Annotation]] = {}
    for each in marking.annotations:
        if each.cut is None and (TRAITS[each.kind].is_region or each.kind == "sphere") and _key(each):
            groups.setdefault(_key(each), []).append(each)
    return {
        key: tuple(group)
        for key, group in groups.items()
        if group[0].kind == "sphere" or len({(each.sop_instance_uid, each.frame) for each in group}) > 1
    }


def volume_text(measurement: Measurement) -> str:
    """Give the volume for people; empty where there is none."""
    volume = measurement.value("volume")
    return f"Volume {volume.text()}" if volume is not None else ""


def _key(annotation: Annotation) -> str:
    if annotation.kind == "sphere":
        return f"sphere {annotation.id}"
    if annotation.about is None or not annotation.about.tracking_uid:
        return ""
    # The same lesion in another study is another volume.
    return f"{annotation.about.tracking_uid} {annotation.frame_of_reference_uid}"


def _contours(group: Group, scale: SeriesScale, places: Places, job: Job) -> Found:
    """Read the frames of a group, and measure."""
    contours = []
    try:
        with closing(Images()) as images:
            for done, each in enumerate(group):
                job.progress(done, len(group), "Reading images")
                contours.append((each, images.frame(FrameRef(places[each.sop_instance_uid][0], each.frame))))
            instance, stack = places[group[0].sop_instance_uid]
            step = slice_step(stack, images)
        facts = ImageFacts(str(instance.place), instance.modality)
        return Found(group, measured_contours(contours, Setting(scale=scale.whole), step_mm=step, image_facts=facts))
    except UserError as error:
        return Found(group, None, error.message)


def _sphere(
    group: Group, scale: SeriesScale, places: Places, kept: tuple[Stack, Volume] | None, job: Job
) -> tuple[Found, tuple[Stack, Volume] | None]:
    """Read the volume that a sphere lies in, unless it was read for the last one, and measure."""
    annotation = group[0]
    instance, stack = places[annotation.sop_instance_uid]
    try:
        if kept is None or kept[0] is not stack:
            kept = stack, build_volume(stack, report=lambda done, total: job.progress(done, total, "Reading images"))
        measurement, found = sphere_measurement(annotation, kept[1], scale=scale.whole, place=str(instance.place))
    except UserError as error:
        needs_suv = annotation.threshold is not None and annotation.threshold.kind in ("suv", "percist")
        return Found(group, None, scale.problem if needs_suv and scale.problem else error.message), kept
    voxels = _voxels(annotation, kept[1], found)
    return Found(group, measurement, voxels=voxels, chosen=(found, kept[1].grid)), kept


def _voxels(annotation: Annotation, volume: Volume, found: Isocontour) -> dict[tuple[str, int], Annotation]:
    """Give what was chosen on each image as a painted region; images between which slices were made have none."""
    made = {}
    for ref, k in zip(volume.frames, volume.frame_k, strict=True):
        chosen = found.on_slice(round(k)) if abs(k - round(k)) < 1e-6 else None
        mask = mask_of(chosen[2]) if chosen is not None else None
        if chosen is not None and mask is not None:
            mask = replace(mask, left=mask.left + chosen[0], top=mask.top + chosen[1])
            place = ref.instance.sop_instance_uid, ref.number
            made[place] = replace(
                Annotation(annotation.id, "mask", *place, mask_points(mask), mask_points(mask)[1], mask=mask),
                colour=annotation.colour,
            )
    return made


def step_of(stack: Stack) -> float | None:
    """Give the distance of the slices of a stack by the index; of frames of one file it is known once they are read."""
    if any(each.instance.number_of_frames > 1 for each in stack.frames):
        return None
    planes = [plane for each in stack.frames if (plane := plane_of(each.instance)) is not None]
    return distance_of_slices(planes) if len(planes) == len(stack.frames) else None

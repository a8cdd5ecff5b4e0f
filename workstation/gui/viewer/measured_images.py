"""What is measured on the images that are open: numbers of annotations, of volumes, in SUV; and their words."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from workstation.gui.canvas.scene import Scene
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.viewer.annotator import Annotator
from workstation.gui.viewer.carrying import ANATOMY, EMISSION, carried_onto
from workstation.gui.viewer.numbers import Context, Numbers
from workstation.gui.viewer.presenter import Viewer
from workstation.gui.viewer.series_scales import SeriesScales
from workstation.gui.viewer.volume_numbers import Places, VolumeNumbers, step_of, volume_text
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.measure.calibration import SpacingFacts, spacing_facts
from workstation.measure.setting import ImageFacts, Setting
from workstation.measure.words import basis_text, lines_of, plain_lines_of
from workstation.model.annotation import Annotation
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.model.units import LengthUnit
from workstation.workspace import Change, Workspace

NO_FACTS = SpacingFacts()


class MeasuredImages:
    """Measures what is seen, and what lies on several images in jobs.

    Parameters
    ----------
    viewer, workspace
        What is shown, and what is open.
    work
        Runs jobs.
    annotator
        Says what is being made.
    units
        Of lengths.
    gives_suv
        Whether values of PET are SUV where they can be.
    later
        Called when volumes are to be brought up to date soon: `bring`.
    """

    def __init__(
        self,
        viewer: Viewer,
        workspace: Workspace,
        work: Work,
        annotator: Annotator,
        *,
        units: LengthUnit,
        gives_suv: bool,
        later: Callable[[], object],
    ) -> None:
        self._viewer, self._workspace, self._work, self._annotator, self._later = (
            viewer,
            workspace,
            work,
            annotator,
            later,
        )
        self.units = units
        self._spacings: dict[tuple[str, int], SpacingFacts | None] = {}
        self._known: dict[str, tuple[Instance, Stack] | None] = {}
        self._steps: dict[int, float | None] = {}
        self._shown_refs: dict[tuple[str, int], FrameRef] = {}
        self.numbers = Numbers(self._spacing_facts, lambda: Setting(units=self.units))
        self.scales = SeriesScales(work, self._instances_of, self.changed)
        self.scales.is_on = gives_suv
        self.volumes = VolumeNumbers(work, self.places, self.scales.of, self._volumes_arrived)
        self.on_volumes: list[Callable[[], object]] = []
        workspace.listen(self._tree_changed)

    def changed(self) -> None:
        """Measure everything that is seen anew: units or scales are others."""
        self._later()
        self._viewer.panes.dress_again()

    def _volumes_arrived(self) -> None:
        self._viewer.panes.dress_again()
        for tell in self.on_volumes:
            tell()

    def bring(self) -> None:
        """Measure what lies on several images, where it has changed."""
        self.volumes.bring(self._viewer.now.marking)

    def forget_all_but(self, marking: Marking) -> None:
        """Keep numbers of what there still is."""
        self.numbers.keep_only(marking.annotations)

    def with_curves(self, annotation: Annotation, scene: Scene) -> Measurement:
        """Give the numbers of an annotation of an image with what can be plotted."""
        return self.numbers.with_curves(annotation, scene.frame, self._about(scene))

    def measured(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers of an annotation of the image in the active pane."""
        scene = self._viewer.active.scene
        if scene is None or annotation not in scene.annotations:
            return None
        return self._of(annotation, scene)

    def dress(self, scene: Scene, ref: FrameRef) -> Scene:
        """Add the numbers of what is on an image, and what lies on it of other images."""
        voxels = self.volumes.voxels_on(ref.instance.sop_instance_uid, ref.number)
        if voxels != scene.voxels:
            scene = replace(scene, voxels=voxels)
        others = self._carried(scene)
        if others != scene.carried:
            scene = replace(scene, carried=others)
        if not scene.annotations and not others:
            return replace(scene, numbers={}) if scene.numbers else scene
        self._shown_refs[ref.instance.sop_instance_uid, ref.number] = ref
        annotator = self._annotator
        found = {}
        for each in (*scene.annotations, *others):
            is_in_the_making = annotator.provisional is not None and each.id == annotator.provisional.id
            if is_in_the_making and annotator.is_making and not annotator.is_whole:
                continue
            measurement = self._of(each, scene)
            if measurement is not None:
                found[each.id] = lines_of(measurement) + self._volume_lines(each)
        return scene if found == scene.numbers else replace(scene, numbers=found)

    def as_written(self, annotation: Annotation, found: Measurement | None) -> Annotation:
        """Give an annotation with its numbers below its name: ``found``, else those that were shown last."""
        found = found or self.numbers.last(annotation)
        words = "\n".join(filter(None, (annotation.text, *(plain_lines_of(found) if found is not None else ()))))
        return annotation if words == annotation.text else replace(annotation, text=words)

    def tip(self, annotation: Annotation) -> str:
        """Say where the numbers of an annotation come from; empty where it has none."""
        measurement = self.measured(annotation)
        if measurement is None or not measurement.values:
            return ""
        words = [basis_text(measurement)]
        volume = self.volumes.of(annotation)
        if volume is not None:
            whole = basis_text(volume.measurement) if volume.measurement is not None else volume.problem
            head = "In the sphere" if annotation.kind == "sphere" else f"The volume on {len(volume.group)} images"
            words.append(f"{head}\n{whole}")
        return "\n\n".join(words)

    def _of(self, annotation: Annotation, scene: Scene) -> Measurement | None:
        return self.numbers.of(annotation, scene.frame, self._about(scene))

    def _about(self, scene: Scene) -> Context:
        """Give what the numbers on an image depend on beside the frame."""
        instance = scene.instance
        facts = ImageFacts(str(instance.place), instance.modality)
        return Context(lines_on(scene), facts, self.scales.scale(instance, scene.frame.number))

    def _instances_of(self, series_instance_uid: str) -> tuple[Instance, ...]:
        series = self._workspace.series(series_instance_uid)
        return tuple(each for each in series.instances if each.has_pixels) if series is not None else ()

    def _carried(self, scene: Scene) -> tuple[Annotation, ...]:
        """Give the regions of CT and MR that lie on a PET image, and back."""
        regions = self._viewer.now.marking.annotations
        if scene.instance.modality not in (*EMISSION, *ANATOMY) or not regions:
            return ()
        found = self._place_of(scene.instance.sop_instance_uid)
        if found is None:
            return ()
        stack = found[1]
        if id(stack) not in self._steps:
            self._steps[id(stack)] = step_of(stack)
        return carried_onto(scene, regions, self._instance_of, self._steps[id(stack)])

    def _instance_of(self, uid: str) -> Instance | None:
        found = self._place_of(uid)
        return found[0] if found is not None else None

    def _tree_changed(self, change: Change) -> None:
        if change is Change.TREE:
            self._known.clear()
            self._steps.clear()

    def _place_of(self, uid: str) -> tuple[Instance, Stack] | None:
        """Give where an image is; looked for once as long as the same studies are open."""
        if uid not in self._known:
            self._known[uid] = self.places([uid]).get(uid)
        return self._known[uid]

    def _volume_lines(self, annotation: Annotation) -> tuple[str, ...]:
        """Say how large the volume is that a region belongs to."""
        found = self.volumes.of(annotation)
        if found is None:
            return ()
        if annotation.kind == "sphere":
            return lines_of(found.measurement) if found.measurement is not None else (found.problem,)
        if found.measurement is None:
            return ()
        slices = len({(each.sop_instance_uid, each.frame) for each in found.group})
        return (f"{volume_text(found.measurement)}, {slices} slices",)

    def places(self, wanted: Iterable[str]) -> Places:
        """Give where images are."""
        left, found = set(wanted), {}
        for series in all_series(self._workspace):
            for stack in series.stacks:
                for ref in stack.frames:
                    if ref.instance.sop_instance_uid in left:
                        found[ref.instance.sop_instance_uid] = (ref.instance, stack)
        return found

    def _spacing_facts(self, sop_instance_uid: str, frame: int) -> SpacingFacts | None:
        """Give what the header says of the spacing; it is read where somebody measures, once."""
        key = sop_instance_uid, frame
        ref = self._shown_refs.get(key)
        if key not in self._spacings and ref is not None:
            self._spacings[key] = None

            def arrived(facts: SpacingFacts) -> None:
                self._spacings[key] = facts
                if facts != NO_FACTS:
                    self._viewer.panes.dress_again()

            self._work.start(
                "Read spacing",
                partial(_read_spacing, ref),
                done=arrived,
                failed=lambda _error: None,
                priority=Priority.VISIBLE,
            )
        return self._spacings.get(key)


def lines_on(scene: Scene) -> tuple[Annotation, ...]:
    """Give the calibration lines on an image."""
    return tuple(each for each in scene.annotations if each.kind == "calibration" and each.known_mm)


def _read_spacing(ref: FrameRef, job: Job) -> SpacingFacts:
    job.check()
    with Image.open(ref.instance.place) as image:
        return spacing_facts(image, ref.number)

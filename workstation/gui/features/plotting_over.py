"""Regions and points over the frames of their image, and over the slices and times of their series, as a plot."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.features.annotating import Annotating
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.notes.presenter import Note
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import FrameRef

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.jobs.job import Job
    from workstation.measure.calibration import SpacingFacts
    from workstation.measure.following import Following
    from workstation.model.frame import Frame
    from workstation.model.measurement import Measurement


def install(session: "Session") -> None:
    """Register the commands."""
    annotating, measuring = session.findChild(Annotating), session.findChild(Measuring)
    if session.viewer is not None and isinstance(annotating, Annotating) and isinstance(measuring, Measuring):
        PlottingOver(session, session.viewer, annotating, measuring)


class PlottingOver(QObject):
    """Measures what is chosen on other frames, in a job that can be cancelled."""

    def __init__(self, session: "Session", viewer: "Viewer", annotating: Annotating, measuring: Measuring) -> None:
        super().__init__(session)
        self._session, self._viewer, self._annotating, self._measuring = session, viewer, annotating, measuring
        self._job: Job | None = None
        session.handle("plot-over-frames", lambda _on: self._start(of_image_alone=True))
        session.handle("plot-over-stack", lambda _on: self._start(of_image_alone=False))

    def _start(self, *, of_image_alone: bool) -> None:
        chosen, ref = self._annotating.annotator.chosen.annotation, self._viewer.active.shown_frame
        if chosen is None or ref is None or not (TRAITS[chosen.kind].is_region or chosen.kind == "point"):
            self._tell("Choose a region or the value of a pixel first: click it.")
            return
        if of_image_alone and ref.instance.number_of_frames <= 1:
            self._tell(
                "The image has one frame. Its series is plotted by: Plot over the slices and times of the series."
            )
            return
        scale = self._measuring.images.scales.of(ref.instance)
        if scale is None:
            self._tell("The SUV factors of the series are still being read: try again in a moment.")
            return
        self._measure(chosen, ref, self._stacks(ref), of_image_alone=of_image_alone)

    def _measure(
        self, annotation: Annotation, ref: FrameRef, stacks: list[list[FrameRef]], *, of_image_alone: bool
    ) -> None:
        from workstation.gui.viewer.measured_images import lines_on
        from workstation.gui.viewer.numbers import Context, measured_in
        from workstation.measure.following import follow_through, of_image
        from workstation.measure.setting import ImageFacts, Setting

        images, scene = self._measuring.images, self._viewer.active.scene
        scale = images.scales.of(ref.instance)
        lines = lines_on(scene) if scene is not None else ()
        setting = Setting(units=images.units)

        def measure(there: Annotation, frame: "Frame", at: FrameRef, facts: "SpacingFacts") -> "Measurement":
            key = at.instance.sop_instance_uid, at.number
            same = at.instance.sop_instance_uid == ref.instance.sop_instance_uid
            about = Context(
                lines if same else (),
                ImageFacts(str(at.instance.place), at.instance.modality),
                scale.frames.get(key) if scale is not None else None,
            )
            return measured_in(there, frame, setting, about, facts)

        def run(job: "Job") -> "Following":
            wanted = of_image(stacks, ref) if of_image_alone else stacks
            return follow_through(annotation, ref, wanted, measure, job)

        if self._job is not None:
            self._job.cancel()
        self._job = self._session.work.start("Measure over frames", run, done=self._show, is_shown=True)

    def _show(self, found: "Following") -> None:
        self._measuring.plot_window().show_followed(found.tables, found.problems)

    def _stacks(self, ref: FrameRef) -> list[list[FrameRef]]:
        """Give the frames of the series, the stack of the shown one first."""
        own = self._viewer.active.stack
        stacks = [[ref] if own is None or ref not in own.frames else list(own.frames)]
        series = self._session.workspace.series(ref.instance.series_instance_uid)
        seen = {(each.instance.sop_instance_uid, each.number) for stack in stacks for each in stack}
        for stack in series.stacks if series is not None else ():
            others = [each for each in stack.frames if (each.instance.sop_instance_uid, each.number) not in seen]
            if others:
                stacks.append(others)
        return stacks

    def _tell(self, words: str) -> None:
        self._session.notes.add(Note("information", words))

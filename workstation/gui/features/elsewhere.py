"""A region measured where it lies on the other series of its frame of reference: HU and SUV of one place."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from workstation.gui.features.annotating import Annotating
from workstation.gui.features.measurements import Measurements
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.annotations.presenter import all_series, where
from workstation.gui.panels.notes.presenter import Note
from workstation.model.annotation_kinds import TRAITS
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.jobs.job import Job
    from workstation.measure.scale import Scale
    from workstation.measure.setting import Setting
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Plane
    from workstation.model.index.records import FrameRef, Instance, Stack
    from workstation.model.measurement import Measurement
    from workstation.model.volume_frames import Images

CALM_MS = 100
KEYS = ("mean", "sd_sample", "min", "max", "area")
CHOOSE = "Choose a region first: click it."
NOTHING = "No other open series lies in the same frame of reference where this region is."
HINT = "Open a series of the same examination, or measure on a slice that both have."
LEAST_STEP_MM = 3.0
"""Distance of slices that is taken where nothing says it."""


def install(session: "Session") -> None:
    """Add the command."""
    found = [session.findChild(each) for each in (Annotating, Measuring, Measurements)]
    annotating, measuring, measurements = found
    if (
        isinstance(annotating, Annotating)
        and isinstance(measuring, Measuring)
        and isinstance(measurements, Measurements)
    ):
        Elsewhere(session, annotating, measuring, measurements)


@dataclass(frozen=True)
class There:
    """The place of a region on another series: as it is there, its image, and what makes SUV of the values."""

    annotation: "Annotation"
    ref: "FrameRef"
    away_mm: float
    scale: "Scale | None" = None


@dataclass(frozen=True)
class Found:
    """Where a region lies on other series; ``problems`` say which of them cannot be read."""

    places: tuple[There, ...]
    problems: tuple[str, ...] = ()


class Elsewhere(QObject):
    """Measures the chosen region on other series, and keeps what came of it for its details."""

    def __init__(
        self, session: "Session", annotating: Annotating, measuring: Measuring, measurements: Measurements
    ) -> None:
        super().__init__(session)
        self._session, self._annotating, self._measuring = session, annotating, measuring
        self._measurements = measurements
        self._told: dict[str, tuple[Annotation, str]] = {}
        measurements.more.append(self.told)
        session.handle("measure-elsewhere", lambda _on: self.measure())

    def told(self, annotation: "Annotation") -> str:
        """Give what was found of an annotation as it is."""
        kept = self._told.get(annotation.id)
        return kept[1] if kept is not None and kept[0] == annotation else ""

    def measure(self) -> None:
        """Measure the chosen region on every other series that lies there."""
        chosen = self._annotating.annotator.chosen.annotation
        instance = self._measurements.images().get(chosen.sop_instance_uid) if chosen is not None else None
        if chosen is None or instance is None or not TRAITS[chosen.kind].is_region:
            self._session.notes.add(Note("information", CHOOSE))
            return
        stacks = self._stacks(chosen, instance)
        if not stacks:
            self._session.notes.add(Note("information", NOTHING, HINT))
            return

        def arrived(found: "Found") -> None:
            if not found.places:
                self._session.notes.add(Note("information", NOTHING, HINT, "\n".join(found.problems)))
                return
            self._start(chosen, found)

        # The planes of frames of one file stand in it: it is read for them.
        self._session.work.start("Find the place", lambda job: _found(chosen, instance, stacks, job), done=arrived)

    def _start(self, chosen: "Annotation", found: "Found") -> None:
        scales = self._measuring.images.scales
        if any(scales.of(each.ref.instance) is None for each in found.places):
            QTimer.singleShot(CALM_MS, self, lambda: self._start(chosen, found))
            return
        scaled = [replace(each, scale=scales.scale(each.ref.instance, each.ref.number)) for each in found.places]
        from workstation.measure.setting import Setting

        setting = Setting(units=self._measuring.units)

        def arrived(lines: list[str]) -> None:
            words = "\n".join((*lines, *found.problems))
            self._told[chosen.id] = chosen, words
            self._measurements.show_chosen()
            self._session.notes.add(Note("information", lines[0], "", words))

        self._session.work.start("Measure elsewhere", lambda job: _measured(scaled, setting, job), done=arrived)

    def _stacks(self, chosen: "Annotation", instance: "Instance") -> "list[Stack]":
        """Give the stacks of other series in the frame of reference of the region."""
        space = chosen.frame_of_reference_uid or instance.frame_of_reference_uid
        return [
            stack
            for series in all_series(self._session.workspace)
            if series.series_instance_uid != instance.series_instance_uid
            for stack in series.stacks
            if space and any(each.instance.frame_of_reference_uid == space for each in stack.frames)
        ]


def _found(chosen: "Annotation", instance: "Instance", stacks: "Sequence[Stack]", job: "Job") -> Found:
    """Give where a region lies on stacks, by the plane of each of their frames."""
    from workstation.model.index.records import FrameRef
    from workstation.model.refusal import Refused
    from workstation.model.volume_frames import Images

    images, places, problems = Images(), list[There](), list[str]()
    try:
        own = images.plane(FrameRef(instance, chosen.frame))
        for done, stack in enumerate(stacks if own is not None else ()):
            job.progress(done, len(stacks), "Finding the place")
            try:
                there = _there(chosen, own, stack, images) if own is not None else None
            except Refused as refusal:
                problems.append(f"{where(stack.frames[0].instance, 0)} cannot be read: {refusal.message}")
                continue
            if there is not None:
                places.append(there)
    finally:
        images.close()
    return Found(tuple(places), tuple(problems))


def _there(chosen: "Annotation", own: "Plane", stack: "Stack", images: "Images") -> There | None:
    from workstation.errors import UserError
    from workstation.measure.elsewhere import elsewhere
    from workstation.measure.slice_distances import distance_of_slices

    planes = [images.plane(each) for each in stack.frames]
    known = [each for each in planes if each is not None]
    step = distance_of_slices(known) if len(known) > 1 else None
    reach = (step or stack.frames[0].instance.slice_thickness_mm or LEAST_STEP_MM) / 2
    try:
        found = elsewhere(chosen, own, planes, reach)
    except UserError:
        return None  # it does not lie there
    ref = stack.frames[found.index]
    annotation = replace(found.annotation, sop_instance_uid=ref.instance.sop_instance_uid, frame=ref.number)
    return There(annotation, ref, found.away_mm)


def _measured(found: "Sequence[There]", setting: "Setting", job: "Job") -> list[str]:
    from workstation.errors import UserError
    from workstation.gui.viewer.all_numbers import measured_there

    lines = []
    for done, each in enumerate(found):
        job.progress(done, len(found), "Reading images")
        place = where(each.ref.instance, each.ref.number)
        away = f", {each.away_mm:.1f} mm away" if each.away_mm >= 0.05 else ""
        try:
            made = measured_there(each.annotation, each.ref.instance, each.scale, setting)
        except UserError as error:
            lines.append(f"Also on {place}{away}: {error.message}")
            continue
        lines.append(f"Also on {place}{away}: {_numbers(made)}")
    return lines


def _numbers(made: "Measurement | None") -> str:
    values = [made.value(key) for key in KEYS] if made is not None else []
    words = [f"{each.quantity.words} {each.text()}" for each in values if each is not None]
    return ", ".join(words) or "no values"

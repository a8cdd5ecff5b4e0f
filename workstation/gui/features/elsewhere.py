"""A region measured where it lies on the other series of its frame of reference: HU and SUV of one place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from workstation.gui.features.annotating import Annotating
from workstation.gui.features.measurements import Measurements
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.annotations.presenter import all_series, where
from workstation.gui.panels.notes.presenter import Note
from workstation.model.annotation_kinds import TRAITS

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.jobs.job import Job
    from workstation.measure.scale import Scale
    from workstation.measure.setting import Setting
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Plane
    from workstation.model.index.records import FrameRef, Instance, Stack
    from workstation.model.measurement import Measurement

CALM_MS = 100
KEYS = ("mean", "sd_sample", "min", "max", "area")
CHOOSE = "Choose a region first: click it."
NOTHING = "No other open series lies in the same frame of reference where this region is."


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
        found = list(self._places(chosen, instance))
        if not found:
            hint = "Open a series of the same examination, or measure on a slice that both have."
            self._session.notes.add(Note("information", NOTHING, hint))
            return
        self._start(chosen, found)

    def _start(self, chosen: "Annotation", found: "Sequence[There]") -> None:
        scales = self._measuring.images.scales
        if any(scales.of(each.ref.instance) is None for each in found):
            QTimer.singleShot(CALM_MS, self, lambda: self._start(chosen, found))
            return
        scaled = [replace(each, scale=scales.scale(each.ref.instance, each.ref.number)) for each in found]
        from workstation.measure.setting import Setting

        setting = Setting(units=self._measuring.units)

        def arrived(lines: list[str]) -> None:
            words = "\n".join(lines)
            self._told[chosen.id] = chosen, words
            self._measurements.show_chosen()
            self._session.notes.add(Note("information", lines[0], "", words))

        self._session.work.start("Measure elsewhere", lambda job: _measured(scaled, setting, job), done=arrived)

    def _places(self, chosen: "Annotation", instance: "Instance") -> "Iterator[There]":
        """Give where the region lies on other series of its frame of reference."""
        from workstation.model.slices import plane_of

        own = plane_of(instance)
        if own is None or not own.frame_of_reference_uid:
            return
        for series in all_series(self._session.workspace):
            if series.series_instance_uid == instance.series_instance_uid:
                continue
            for stack in series.stacks:
                there = _there(chosen, own, stack)
                if there is not None:
                    yield there


def _there(chosen: "Annotation", own: "Plane", stack: "Stack") -> There | None:
    from workstation.errors import UserError
    from workstation.gui.viewer.volume_numbers import step_of
    from workstation.measure.elsewhere import elsewhere
    from workstation.model.slices import plane_of

    planes = [plane_of(each.instance) if each.instance.number_of_frames <= 1 else None for each in stack.frames]
    if not any(each is not None and each.frame_of_reference_uid == own.frame_of_reference_uid for each in planes):
        return None
    step = step_of(stack)
    try:
        found = elsewhere(chosen, own, planes, step / 2 if step is not None else 1.5)
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

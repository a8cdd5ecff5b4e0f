"""Measuring in the panes: numbers beside what is drawn, where they come from, the tool in the hand and its choices."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog

from workstation.gui.canvas.drawn import Part
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.annotating import Annotating
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.tool.view import ToolLine
from workstation.gui.viewer.carrying import ANATOMY, EMISSION, carried_onto
from workstation.gui.viewer.numbers import Context, Numbers, basis_text, lines_of, plain_lines_of, values_text
from workstation.gui.viewer.series_scales import SeriesScales
from workstation.gui.viewer.volume_numbers import Places, VolumeNumbers, step_of, volume_text
from workstation.gui.words import tip
from workstation.jobs.runner import Priority
from workstation.measure.calibration import SpacingFacts
from workstation.measure.setting import ImageFacts, Setting
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.model.units import LengthUnit
from workstation.workspace import Change

if TYPE_CHECKING:
    from workstation.gui.panels.plot.view import PlotWindow
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.jobs.job import Job

NO_FACTS = SpacingFacts()
MM: LengthUnit = "mm"
UNITS: tuple[LengthUnit, ...] = get_args(LengthUnit)
CALM_MS = 200
"""Volumes are measured once nothing has changed for so long."""


def install(session: "Session") -> None:
    """Add numbers, tool line and commands."""
    annotating = session.findChild(Annotating)
    if session.viewer is not None and isinstance(annotating, Annotating):
        Measuring(session, session.viewer, annotating)


class Measuring(QObject):
    """Joins numbers to annotations, and tools to their line at the foot."""

    def __init__(self, session: "Session", viewer: "Viewer", annotating: Annotating) -> None:
        super().__init__(session)
        self._session, self._viewer, self._annotating = session, viewer, annotating
        self._spacings: dict[tuple[str, int], SpacingFacts | None] = {}
        self.units = next((each for each in UNITS if each == session.remembered.length_unit), MM)
        self.numbers = Numbers(self._spacing_facts, lambda: Setting(units=self.units))
        self.scales = SeriesScales(session.work, self._instances_of, self._numbers_changed)
        self.volumes = VolumeNumbers(session.work, self._places, self.scales.of, viewer.panes.dress_again)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(lambda: self.volumes.bring(viewer.now.marking))
        self._later.timeout.connect(annotating.show_list)
        self._known: dict[str, tuple[Instance, Stack] | None] = {}
        self._steps: dict[int, float | None] = {}
        session.workspace.listen(self._tree_changed)
        self._shown_refs: dict[tuple[str, int], FrameRef] = {}
        self.plot: PlotWindow | None = None
        self.line = ToolLine(annotating.annotator.options, session.window.strip)
        session.window.strip.add_tool(self.line)
        self.line.changed.connect(viewer.panes.dress_again)
        self.line.done.connect(lambda: session.window.pane.setFocus())
        annotating.on_tool.append(self._tool_changed)
        annotating.annotator.on_made = self._made
        annotating.tool_tip = self._tool_tip
        viewer.panes.dressers.append(self._dress)
        viewer.on_marking.append(self._marking_changed)
        viewer.as_written = self._as_written
        viewer.panes.on_frame.append(lambda _ref: self._later.start() if viewer.now.marking.annotations else None)
        acts: dict[str, Callable[[], object]] = {
            "copy-measurement": self._copy_values,
            "copy-measurement-command": self._copy_command,
            "plot-measurement": self.show_plot,
            "copy-annotation-to": self._ask_copies,
        }
        self.scales.is_on = session.remembered.gives_suv
        session.window.actions_by_id["suv-values"].setChecked(self.scales.is_on)
        session.handle("suv-values", self._use_suv)
        for unit in UNITS:
            session.handle(f"units-{unit}", lambda _on, unit=unit: self._use_units(unit))  # type: ignore[misc]  # binds
        self._show_units()
        for name, act in acts.items():
            session.handle(name, lambda _on, act=act: act())  # type: ignore[misc]  # binds the act

    def measured(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers of an annotation of the image in the active pane."""
        scene = self._viewer.active.scene
        if scene is None or annotation not in scene.annotations:
            return None
        return self._of(annotation, scene)

    def _of(self, annotation: Annotation, scene: Scene) -> Measurement | None:
        return self.numbers.of(annotation, scene.frame, self._about(scene))

    def _about(self, scene: Scene) -> Context:
        """Give what the numbers on an image depend on beside the frame."""
        instance = scene.instance
        facts = ImageFacts(str(instance.place), instance.modality)
        return Context(_lines_on(scene), facts, self.scales.scale(instance, scene.frame.number))

    def _instances_of(self, series_instance_uid: str) -> tuple[Instance, ...]:
        series = self._session.workspace.series(series_instance_uid)
        return tuple(each for each in series.instances if each.has_pixels) if series is not None else ()

    def _numbers_changed(self) -> None:
        self._later.start()
        self._viewer.panes.dress_again()

    def _use_units(self, units: LengthUnit) -> None:
        """Give lengths, areas and volumes in another unit, now and in later runs."""
        self.units = self._session.remembered.length_unit = units
        self._show_units()
        self._numbers_changed()

    def _show_units(self) -> None:
        for unit in UNITS:
            self._session.window.actions_by_id[f"units-{unit}"].setChecked(unit == self.units)

    def _use_suv(self, on: bool) -> None:
        """Give values of PET as SUV, where there is one, or as the file has them."""
        self._session.remembered.gives_suv = on
        self.scales.change(is_on=on)

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        voxels = self.volumes.voxels_on(ref.instance.sop_instance_uid, ref.number)
        if voxels != scene.voxels:
            scene = replace(scene, voxels=voxels)
        others = self._carried(scene)
        if others != scene.carried:
            scene = replace(scene, carried=others)
        if not scene.annotations and not others:
            return replace(scene, numbers={}) if scene.numbers else scene
        self._shown_refs[ref.instance.sop_instance_uid, ref.number] = ref
        annotator = self._annotating.annotator
        found = {}
        for each in (*scene.annotations, *others):
            is_in_the_making = annotator.provisional is not None and each.id == annotator.provisional.id
            if is_in_the_making and annotator.is_making and not annotator.is_whole:
                continue
            measurement = self._of(each, scene)
            if measurement is not None:
                found[each.id] = lines_of(measurement) + self._volume_lines(each)
        return scene if found == scene.numbers else replace(scene, numbers=found)

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
            self._known[uid] = self._places([uid]).get(uid)
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

    def _places(self, wanted: Iterable[str]) -> Places:
        """Give where images are."""
        left, found = set(wanted), {}
        for series in all_series(self._session.workspace):
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

            self._session.work.start(
                "Read spacing",
                lambda job: _read_spacing(ref, job),
                done=arrived,
                failed=lambda _error: None,
                priority=Priority.VISIBLE,
            )
        return self._spacings.get(key)

    def _marking_changed(self, marking: Marking) -> None:
        self.numbers.keep_only(marking.annotations)
        self._later.start()
        if self.plot is not None:
            self._fill_plot()

    def _made(self, annotation: Annotation) -> None:
        """Plot the values along a line at once: that is what it is drawn for."""
        if annotation.kind == "profile":
            self.show_plot()

    def _as_written(self, annotation: Annotation) -> Annotation:
        """Give an annotation with its numbers below its name; those of images that nobody has looked at have none."""
        found = self.numbers.last(annotation)
        words = "\n".join(filter(None, (annotation.text, *(plain_lines_of(found) if found is not None else ()))))
        return annotation if words == annotation.text else replace(annotation, text=words)

    def _tool_changed(self) -> None:
        annotator = self._annotating.annotator
        scene = self._viewer.active.scene
        unit = "mm" if scene is None or scene.frame.spacing.is_metric else "px"
        values = "" if scene is None else scene.frame.modality.unit
        text = "" if annotator.tool is None else self._session.window.actions_by_id[annotator.tool.id].text()
        self.line.show_tool(annotator.tool, text, length_unit=unit, value_unit=values)
        self._session.window.strip.show_tool(shown=annotator.tool is not None)

    def _tool_tip(self, annotation: Annotation, part: Part) -> str:
        """Say where numbers come from, to one who rests on them."""
        measurement = self.measured(annotation)
        if part[0] != "label" or measurement is None or not measurement.values:
            return ""
        volume = self.volumes.of(annotation)
        words = [basis_text(measurement)]
        if volume is not None:
            whole = basis_text(volume.measurement) if volume.measurement is not None else volume.problem
            head = "In the sphere" if annotation.kind == "sphere" else f"The volume on {len(volume.group)} images"
            words.append(f"{head}\n{whole}")
        return tip("\n\n".join(words))

    def _chosen(self) -> Measurement | None:
        chosen = self._annotating.annotator.chosen.annotation
        return self.measured(chosen) if chosen is not None else None

    def _chosen_or_told(self) -> Measurement | None:
        found = self._chosen()
        if found is None:
            self._session.notes.add(Note("information", "Choose a measurement first: click it."))
        return found

    def _copy_values(self) -> None:
        found = self._chosen_or_told()
        if found is not None:
            QApplication.clipboard().setText(values_text(found) + "\n")
            self._session.notes.add(Note("information", "The values were copied.", details=values_text(found)))

    def _copy_command(self) -> None:
        from workstation.gui.command_lines import shell_line
        from workstation.gui.measure_words import measure_words

        found, scene, ref = self._chosen_or_told(), self._viewer.active.scene, self._viewer.active.shown_frame
        if found is None or scene is None or ref is None:
            return
        words = measure_words(found.annotation, ref, scene.frame.spacing, lines=_lines_on(scene))
        if self.scales.scale(ref.instance, ref.number) is not None and words[1:2] == ("roi",):
            words = ("measure", "suv", *words[2:])
        if not words:
            text = f"A {TRAITS[found.annotation.kind].name} has no command: save it as a segmentation first."
            self._session.notes.add(Note("information", text))
            return
        if self.units != "mm" and words[1] not in ("angle", "pixel", "volume"):
            words = (*words, "--units", self.units)
        line = shell_line(words)
        QApplication.clipboard().setText(line + "\n")
        text = "The command was copied. It makes the same numbers in a shell."
        self._session.notes.add(Note("information", text, details=line))

    def show_plot(self) -> None:
        """Show the histogram of a region, or the curve of a profile, with all numbers."""
        if self._chosen_or_told() is None:
            return
        from workstation.gui.panels.plot.view import PlotWindow

        if self.plot is None:
            self.plot = PlotWindow(self._session.window.tokens, self._session.window)
            self._session.window.tokens_changed.connect(self.plot.set_tokens)
            self.plot.finished.connect(self._plot_closed)
        self._fill_plot()
        self.plot.show()

    def _fill_plot(self) -> None:
        chosen, scene = self._annotating.annotator.chosen.annotation, self._viewer.active.scene
        if chosen is not None and scene is not None and self.plot is not None and TRAITS[chosen.kind].is_measured:
            self.plot.show_measurement(self.numbers.with_curves(chosen, scene.frame, self._about(scene)))

    def _plot_closed(self) -> None:
        if self.plot is not None:
            self.plot.deleteLater()
            self.plot = None

    def _ask_copies(self) -> None:
        """Ask on how many images a copy is wanted; those before and after alike."""
        annotator = self._annotating.annotator
        if annotator.chosen.annotation is None:
            self._session.notes.add(Note("information", "Choose an annotation first: click it."))
            return
        dialog = QInputDialog(self._session.window)
        dialog.setWindowTitle("Copy to several images")
        dialog.setLabelText("Images on each side of this one:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, 999)
        dialog.setIntValue(2)
        dialog.setOkButtonText("Copy")

        def copy(count: int) -> None:
            self._viewer.settle()
            annotator.chosen.copy_to(count, count)

        dialog.intValueSelected.connect(copy)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _lines_on(scene: Scene) -> tuple[Annotation, ...]:
    """Give the calibration lines on an image."""
    return tuple(each for each in scene.annotations if each.kind == "calibration" and each.known_mm)


def _read_spacing(ref: FrameRef, job: "Job") -> SpacingFacts:
    from workstation.measure.calibration import spacing_facts
    from workstation.model.image import Image

    job.check()
    image = Image.open(ref.instance.place)
    try:
        return spacing_facts(image, ref.number)
    finally:
        image.close()

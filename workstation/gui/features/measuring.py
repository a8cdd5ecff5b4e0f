"""Measuring in the panes: numbers beside what is drawn, where they come from, the tool in the hand and its choices."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog

from workstation.gui.canvas.drawn import Part
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.annotating import Annotating
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.words import tip
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import FrameRef
from workstation.model.marking import Marking
from workstation.model.units import LengthUnit

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.gui.panels.plot.view import PlotWindow
    from workstation.gui.panels.tool.view import ToolLine
    from workstation.gui.session import Session
    from workstation.gui.viewer.measured_images import MeasuredImages
    from workstation.gui.viewer.presenter import Viewer
    from workstation.jobs.job import Job
    from workstation.model.geometry import Spacing
    from workstation.model.measurement import Curve, Measurement

MM: LengthUnit = "mm"
UNITS: tuple[LengthUnit, ...] = get_args(LengthUnit)
CALM_MS = 200
"""Volumes are measured once nothing has changed for so long."""


def install(session: "Session") -> None:
    """Add numbers, tool line and commands."""
    annotating = session.findChild(Annotating)
    if session.viewer is not None and isinstance(annotating, Annotating):
        Measuring(session, session.viewer, annotating)


def load_ahead() -> None:
    """Load what measures; called in a job."""
    import workstation.gui.viewer.measured_images  # noqa: F401 - imported for the time it takes


class Measuring(QObject):
    """Joins numbers to annotations, and tools to their line at the foot; what measures is loaded once it is needed."""

    def __init__(self, session: "Session", viewer: "Viewer", annotating: Annotating) -> None:
        super().__init__(session)
        self._session, self._viewer, self._annotating = session, viewer, annotating
        self._images: MeasuredImages | None = None
        self.on_images: list[Callable[[MeasuredImages], object]] = []
        """Called with what measures once that is made."""
        self._line: ToolLine | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._bring)
        self.plot: PlotWindow | None = None
        annotating.on_tool.append(self._tool_changed)
        annotating.annotator.on_made = self._made
        annotating.tool_tip = self._tool_tip
        viewer.panes.dressers.append(self._dress)
        viewer.on_marking.append(self._marking_changed)
        viewer.as_written = self._as_written
        self.measured_elsewhere: Callable[[Annotation], Measurement | None] = lambda _annotation: None
        """Gives numbers of annotations of images that nobody looks at, as far as they were asked for."""
        viewer.panes.on_frame.append(lambda _ref: self._later.start() if viewer.now.marking.annotations else None)
        session.load_ahead.append(load_ahead)
        self._connect_commands()

    def _connect_commands(self) -> None:
        session = self._session
        acts: dict[str, Callable[[], object]] = {
            "copy-measurement": self._copy_values,
            "copy-measurement-command": self._copy_command,
            "plot-measurement": self._plot_chosen,
            "copy-annotation-to": self._ask_copies,
        }
        for name, act in acts.items():
            session.handle(name, lambda _on, act=act: act())  # type: ignore[misc]  # binds the act
        session.window.actions_by_id["suv-values"].setChecked(session.remembered.gives_suv)
        session.handle("suv-values", self._use_suv)
        for unit in UNITS:
            session.handle(f"units-{unit}", lambda _on, unit=unit: self._use_units(unit))  # type: ignore[misc]  # binds
        self._show_units()

    @property
    def units(self) -> LengthUnit:
        """Of lengths."""
        return next((each for each in UNITS if each == self._session.remembered.length_unit), MM)

    @property
    def images(self) -> "MeasuredImages":
        """What measures."""
        if self._images is None:
            from workstation.gui.viewer.measured_images import MeasuredImages

            self._images = MeasuredImages(
                self._viewer,
                self._session.workspace,
                self._session.work,
                self._annotating.annotator,
                units=self.units,
                gives_suv=self._session.remembered.gives_suv,
                later=self._later.start,
            )
            for tell in self.on_images:
                tell(self._images)
        return self._images

    @property
    def line(self) -> "ToolLine":
        """What tells of the tool in the hand."""
        if self._line is None:
            from workstation.gui.panels.tool.view import ToolLine

            self._line = ToolLine(self._annotating.annotator.options, self._session.window.strip)
            self._session.window.strip.add_tool(self._line)
            self._line.changed.connect(self._viewer.panes.dress_again)
            self._line.done.connect(lambda: self._session.window.pane.setFocus())
        return self._line

    def measured(self, annotation: Annotation) -> "Measurement | None":
        """Give the numbers of an annotation of the image in the active pane."""
        return self.images.measured(annotation)

    def _bring(self) -> None:
        if self._images is not None:
            self._images.bring()
        self._annotating.show_list()

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        if self._images is None and not scene.annotations and not self._viewer.now.marking.annotations:
            return scene
        dressed = self.images.dress(scene, ref)
        new = self._annotating.annotator.provisional if self._annotating.annotator.is_whole else None
        if new is not None and new in dressed.annotations and TRAITS[new.kind].is_measured:
            self._follow_plot(lambda: self.images.with_curves(new, dressed))
        return dressed

    def _marking_changed(self, marking: Marking) -> None:
        if self._images is not None:
            self._images.forget_all_but(marking)
        self._later.start()
        self._follow_plot(self._with_curves)

    def _as_written(self, annotation: Annotation) -> Annotation:
        if self._images is None:
            return annotation
        return self._images.as_written(annotation, self.measured_elsewhere(annotation))

    def _tool_tip(self, annotation: Annotation, part: Part) -> str:
        """Say where numbers come from, to one who rests on them."""
        words = self.images.tip(annotation) if part[0] == "label" else ""
        return tip(words) if words else ""

    def _use_units(self, units: LengthUnit) -> None:
        """Give lengths, areas and volumes in another unit, now and in later runs."""
        self._session.remembered.length_unit = units
        self._show_units()
        if self._images is not None:
            self._images.units = units
            self._images.changed()

    def _show_units(self) -> None:
        for unit in UNITS:
            self._session.window.actions_by_id[f"units-{unit}"].setChecked(unit == self.units)

    def _use_suv(self, on: bool) -> None:
        """Give values of PET as SUV, where there is one, or as the file has them."""
        self._session.remembered.gives_suv = on
        if self._images is not None:
            self._images.scales.change(is_on=on)

    def _made(self, annotation: Annotation) -> None:
        """Plot the values along a line at once: that is what it is drawn for."""
        if annotation.kind == "profile":
            self._plot_chosen()

    def _tool_changed(self) -> None:
        annotator = self._annotating.annotator
        self._follow_plot(self._with_curves)  # another one may be chosen now
        if annotator.tool is None and self._line is None:
            return
        scene = self._viewer.active.scene
        unit = "mm" if scene is None or scene.frame.spacing.is_metric else "px"
        values = "" if scene is None else scene.frame.modality.unit
        text = "" if annotator.tool is None else self._session.window.actions_by_id[annotator.tool.id].text()
        self.line.show_tool(annotator.tool, text, length_unit=unit, value_unit=values)
        self._session.window.strip.show_tool(shown=annotator.tool is not None)

    def _chosen(self) -> "Measurement | None":
        chosen = self._annotating.annotator.chosen.annotation
        return self.measured(chosen) if chosen is not None else None

    def _chosen_or_told(self) -> "Measurement | None":
        found = self._chosen()
        if found is None:
            self._session.notes.add(Note("information", "Choose a measurement first: click it."))
        return found

    def _copy_values(self) -> None:
        from workstation.measure.words import values_text

        found = self._chosen_or_told()
        if found is not None:
            QApplication.clipboard().setText(values_text(found) + "\n")
            self._session.notes.add(Note("information", "The values were copied.", details=values_text(found)))

    def _copy_command(self) -> None:
        from workstation.gui.command_lines import shell_line
        from workstation.gui.viewer.measured_images import lines_on

        found, scene, ref = self._chosen_or_told(), self._viewer.active.scene, self._viewer.active.shown_frame
        if found is None or scene is None or ref is None:
            return
        words = self.words_of(found.annotation, ref, scene.frame.spacing, lines_on(scene))
        if not words:
            text = f"A {TRAITS[found.annotation.kind].name} has no command: save it as a segmentation first."
            self._session.notes.add(Note("information", text))
            return
        line = shell_line(words)
        QApplication.clipboard().setText(line + "\n")
        text = "The command was copied. It makes the same numbers in a shell."
        self._session.notes.add(Note("information", text, details=line))

    def words_of(
        self, annotation: Annotation, ref: FrameRef, spacing: "Spacing", lines: "Sequence[Annotation]"
    ) -> tuple[str, ...]:
        """Give the command that makes the same numbers, units and SUV; nothing for what has none."""
        from workstation.gui.measure_words import measure_words

        words = measure_words(annotation, ref, spacing, lines=lines)
        if self.images.scales.scale(ref.instance, ref.number) is not None and words[1:2] == ("roi",):
            words = ("measure", "suv", *words[2:], *self.images.scales.options(ref.instance))
        if words and self.units != "mm" and words[1] not in ("angle", "pixel", "volume"):
            words = (*words, "--units", self.units)
        return words

    def _plot_chosen(self) -> None:
        """Show the histogram of a region, or the curve of a profile, with all numbers."""
        found = self._with_curves() if self._chosen_or_told() is not None else None
        if found is not None:
            self.show_plot(found)

    def show_plot(self, measurement: "Measurement") -> None:
        """Show the plot of a measurement on an image or a plane, in the one window for plots."""
        self.plot_window().show_measurement(measurement)

    @property
    def follows_plot(self) -> bool:
        """Whether a plot is seen that follows what is changed."""
        return self.plot is not None and not self.plot.is_over_frames

    def _follow_plot(self, find: "Callable[[], Measurement | None]") -> None:
        """Plot anew what is changed or chosen on the images, while these are seen."""
        if self.follows_plot and self._session.front is None:
            found = find()
            if found is not None:
                self.show_plot(found)

    def plot_window(self) -> "PlotWindow":
        """Give the window with plots, shown."""
        from workstation.gui.panels.plot.view import PlotWindow

        if self.plot is None:
            self.plot = PlotWindow(self._session.window.tokens, self._session.window)
            self.plot.save_wanted = self._save_plot
            self._session.window.tokens_changed.connect(self.plot.set_tokens)
            self.plot.finished.connect(self._plot_closed)
            self.plot.keep_free(QApplication.focusWidget() or self._session.window.pane)
        self.plot.show()
        return self.plot

    def _save_plot(self, curve: "Curve", title: str, note: str, path: "Path") -> None:
        """Write a plot as a picture, for paper."""

        def write(_job: "Job") -> None:
            from workstation.display.picture import write_picture
            from workstation.documents.plots import plot_picture
            from workstation.measure.plotting import plot_of_curve

            write_picture(plot_picture([plot_of_curve(curve, title, note)]), path, "png")

        def saved(_none: None) -> None:
            self._session.notes.add(Note("information", f"The plot was saved as {path.name}."))

        self._session.work.start("Save the plot", write, done=saved)

    def _with_curves(self) -> "Measurement | None":
        """Give the numbers of the chosen one with what can be plotted."""
        chosen, scene = self._annotating.annotator.chosen.annotation, self._viewer.active.scene
        if chosen is None or scene is None or not TRAITS[chosen.kind].is_measured:
            return None
        return self.images.with_curves(chosen, scene)

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

"""Measuring on planes: the tools of the images, with the same numbers, and what lies on a plane seen on it again."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtWidgets import QMenu

from workstation.display.value_scale import ValueScale
from workstation.gui.annotation_menu import put_first
from workstation.gui.canvas.drawn import Drawn, Part, beyond_tail, laid_out, lay_out, to_screen
from workstation.gui.canvas.scene import Scene
from workstation.gui.commands import NUDGES
from workstation.gui.features.annotating import Annotating
from workstation.gui.features.measurements import Measurements
from workstation.gui.features.measuring import Measuring
from workstation.gui.features.probe import Pointing
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.planes.annotated import AnnotatedPlanes, shown_cut
from workstation.gui.panels.planes.copying import NONE_CHOSEN, PlaneCopying
from workstation.gui.panels.planes.cutting import Made
from workstation.gui.panels.planes.plotting import PlanePlot
from workstation.gui.panels.planes.spheres import SpheresOnPlanes
from workstation.gui.viewer.annotating_tools import TOOLS, Tool
from workstation.gui.viewer.annotator import BRUSH_STEP, Annotator
from workstation.gui.viewer.numbers import Context, Numbers
from workstation.gui.viewer.wiring import image_point
from workstation.gui.words import tip
from workstation.measure.calibration import SpacingFacts
from workstation.measure.setting import Setting
from workstation.measure.words import basis_text, lines_of
from workstation.model.annotation_kinds import TRAITS
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes.marking import OF_IMAGES, is_same_plane
from workstation.volume.planes.measuring import facts_of, with_cut
from workstation.volume.planes.planes_view import PLANE_NAMES

if TYPE_CHECKING:
    from workstation.display.view import Point
    from workstation.gui.canvas.pane import Pane
    from workstation.gui.panels.planes.area import PlanesArea
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.measure.scale import Scale
    from workstation.model.annotation import Annotation
    from workstation.model.measurement import Measurement
    from workstation.model.plane_cut import PlaneCut

COPIED = ("copy-measurement", "copy-measurement-command", "plot-measurement")
OF_CHOSEN = ("edit-annotation", "lock-annotation", "place-label", "delete-annotation")
FAR_PX = 10
CALM_MS = 200


class PlaneMeasuring(QObject):
    """See `workstation.gui.viewer.annotator.AnnotatorView`; also keeps the numbers beside what is drawn."""

    def __init__(self, session: "Session", viewer: "Viewer", presenter: "PlanesPresenter", area: "PlanesArea") -> None:
        super().__init__(session)
        self._session, self._viewer, self._presenter, self._area = session, viewer, presenter, area
        self.planes = AnnotatedPlanes(presenter, viewer, self.tell)
        annotating = session.findChild(Annotating)
        shared = annotating.annotator.options if isinstance(annotating, Annotating) else None
        self.annotator = Annotator(self.planes, self, shared)
        self.annotator.keeps_tool = session.remembered.keeps_tool
        self._numbers = Numbers(lambda _uid, _frame: SpacingFacts(), self._setting)
        self._last: dict[str, tuple[str, ...]] = {}
        self._is_joined = False
        self._spheres = SpheresOnPlanes(self._measuring, presenter)
        self._copying = PlaneCopying(session, self._measuring)
        self._plot = PlanePlot(self._measuring, self._measured)
        self.annotator.on_made = lambda made: self._show_plot() if made.kind == "profile" else None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(presenter.show_again)
        presenter.dressers.append(self._scaled)
        presenter.dressers.append(self._dress)
        viewer.on_marking.append(lambda _marking: presenter.show_again())
        measurements = session.findChild(Measurements)
        if isinstance(measurements, Measurements):
            measurements.on_numbers.append(presenter.show_again)
        pointing = session.findChild(Pointing)
        if isinstance(pointing, Pointing):
            pointing.more.append(_under_pointer)

    def commands(self) -> dict[str, Callable[[], object]]:
        """Give what commands do with what lies on the active plane."""
        chosen = self.annotator.chosen
        nudges = {
            f"nudge-{way}{far}": _nudge(chosen.nudge, right * by, down * by)
            for way, (right, down) in NUDGES.items()
            for far, by in (("", 1), ("-far", FAR_PX))
        }
        return {
            **nudges,
            **{tool.id: _take(self, tool) for tool in TOOLS},
            "edit-annotation": self._edit,
            "lock-annotation": chosen.lock,
            "delete-annotation": self._delete,
            "next-annotation": lambda: chosen.choose_next(1),
            "previous-annotation": lambda: chosen.choose_next(-1),
            "place-label": chosen.place_label,
            "smaller-brush": lambda: self.annotator.change_brush(1 / BRUSH_STEP),
            "larger-brush": lambda: self.annotator.change_brush(BRUSH_STEP),
            "plot-measurement": self._show_plot,
            "copy-measurement": self._copy_values,
            "copy-measurement-command": self._copy_command,
        }

    def add_to_menu(self, menu: QMenu) -> None:
        """Put what can be done with what was clicked before all else."""
        chosen = self.annotator.chosen
        if chosen.lit and self.planes.own(chosen.lit) is not None:
            chosen.id = chosen.lit
        annotation = chosen.annotation
        if annotation is not None:
            actions = self._session.window.actions_by_id
            put_first(
                menu, annotation, self.annotator, actions, self._settled, of_measurement=COPIED, of_chosen=OF_CHOSEN
            )

    def _settled(self, act: Callable[[], object]) -> None:
        self._viewer.settle()
        act()

    def take(self, tool: Tool) -> None:
        """Have a tool in the hand; those that are bound to images or slices are none for planes."""
        if tool.kind in OF_IMAGES:
            self.tell("This tool works on images, not on planes. Esc goes back to the images.")
            self.tool_changed()
        else:
            self.annotator.take(tool)

    def put_away(self) -> None:
        """Have nothing in the hand."""
        while self.annotator.give_up():
            pass

    # What the annotator asks of the panes.

    def image_point(self, number: int, at_px: "Point") -> "Point":
        """Give the image point under a point of a pane."""
        return image_point(self._pane(number), at_px)

    def hit(self, number: int, at_px: "Point") -> tuple[str, Part] | None:
        """Give the annotation under a point of a pane, the one on top first."""
        pane = self._pane(number)
        if pane.scene is None or not pane.scene.annotations:
            return None
        ratio = pane.devicePixelRatioF()
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        lit = self.annotator.chosen.lit
        for drawn in reversed(lay_out(pane.scene, pane.size_px, ratio)):
            part = drawn.part_at(at, with_turn=drawn.annotation.id == lit)
            if part is not None:
                return drawn.annotation.id, part
        return None

    def label_middle(self, number: int, annotation: "Annotation") -> "Point":
        """Give where the words of an annotation are seen."""
        drawn = self._drawn(number, annotation)
        if drawn is None or drawn.label is None:
            return annotation.label_px
        return self._from_screen(number, drawn.label.center())

    def beyond_tail(self, number: int, annotation: "Annotation") -> "Point":
        """Give where the words of an arrow stand beyond its tail."""
        pane = self._pane(number)
        if pane.scene is None:
            return annotation.label_px
        drawn = laid_out(annotation, to_screen(pane.scene, pane.size_px, pane.devicePixelRatioF()))
        return self._from_screen(number, beyond_tail(drawn))

    def write(self, number: int, annotation: "Annotation", done: Callable[[str | None], None]) -> None:
        """Let words be written in the pane."""
        from workstation.gui.canvas.label_editor import LabelEditor

        pane = self._pane(number)
        if pane.scene is None:
            done(None)
            return
        drawn = self._drawn(number, annotation)
        at = to_screen(pane.scene, pane.size_px, pane.devicePixelRatioF())(annotation.label_px)
        middle = drawn.label.center() if drawn is not None and drawn.label is not None else at
        editor = LabelEditor(annotation.text, middle, annotation.colour, pane)

        def ended(text: str | None) -> None:
            pane.setFocus()
            done(text)

        editor.ended.connect(ended)

    def ask_length(self, _number: int, _annotation: "Annotation", done: Callable[[float | None], None]) -> None:
        """Planes are not calibrated."""
        done(None)

    def tell(self, words: str) -> None:
        """Say something below the panes."""
        self._session.notes.add(Note("information", words, passes=True))

    def tool_changed(self) -> None:
        """Show which tool is in the hand."""
        actions, tool = self._session.window.actions_by_id, self.annotator.tool
        for each in TOOLS:
            actions[each.id].setChecked(tool == each)
        measuring = self._measuring()
        if measuring is not None and self._session.front is not None:
            unit = self._presenter.opened.volume.unit if self._presenter.opened is not None else ""
            text = actions[tool.id].text() if tool is not None else ""
            if not self._is_joined:
                self._is_joined = True
                measuring.line.changed.connect(self._presenter.show_again)
            measuring.line.show_tool(tool, text, length_unit="mm", value_unit=unit)
            self._session.window.strip.show_tool(shown=tool is not None)

    def tool_tip(self, number: int, at_px: "Point") -> str:
        """Say where the numbers under the pointer come from."""
        found, scene = self.hit(number, at_px), self._pane(number).scene
        if found is None or found[1][0] != "label" or scene is None:
            return ""
        annotation = next((each for each in scene.annotations if each.id == found[0]), None)
        measurement = self._measured(annotation, scene) if annotation is not None else None
        return tip(basis_text(measurement)) if measurement is not None and measurement.values else ""

    def _scaled(self, scene: Scene, made: Made) -> Scene:
        """Say values of PET as SUV, where one factor holds for all of the volume."""
        if made.cut.slab.projection == "sum" and not made.cut.slab.is_thin:
            return scene  # values times mm are no uptake
        scale = self._scale()
        return scene if scale is None else replace(scene, scale=ValueScale(scale.factor, scale.unit.words))

    def _dress(self, scene: Scene, made: Made) -> Scene:
        """Add what lies on a plane, with its numbers; a draft has the numbers that were there before."""
        if scene.guides is None:
            return scene
        name = next(each for each in PLANE_NAMES if each == scene.guides.plane)
        here, new = self.planes.on(name), self.annotator.provisional
        if new is not None and new.is_on(name, 0):
            here = (*here, new)
        brush = self.annotator.brush_seen(name, 0, scene.frame.spacing)
        if not here:
            return scene if brush is None else replace(scene, brush=brush)
        voxels = self._spheres.voxels(here, made)
        numbers: dict[str, tuple[str, ...]] = {}
        for each in here:
            is_making = new is not None and each.id == new.id and self.annotator.is_making
            if is_making and not self.annotator.is_whole:
                continue
            if not made.cut.is_draft:
                found = self._measured(each, scene)
                own = self.planes.own(each.id) if each.kind == "sphere" else None
                problem = self._spheres.problem(own) if own is not None else ""
                if found is not None or problem:
                    self._last[each.id] = lines_of(found) if found is not None else (problem,)
                if is_making or (name == self._presenter.active.name and each.id == self.annotator.chosen.id):
                    self._plot.follow(each, scene)
            if self._last.get(each.id):
                numbers[each.id] = self._last[each.id]
        return replace(
            scene, annotations=here, lit=self.annotator.chosen.lit, numbers=numbers, brush=brush, voxels=voxels
        )

    def _measured(self, annotation: "Annotation", scene: Scene, *, with_curves: bool = False) -> "Measurement | None":
        """Give numbers on the plane that an annotation was drawn on; they are brought where another one is seen."""
        opened, own = self._presenter.opened, self.planes.own(annotation.id)
        if opened is None or scene.guides is None or not TRAITS[annotation.kind].is_measured:
            return None
        if annotation.kind == "sphere":
            return self._spheres.measured(own) if own is not None else None
        name = next(each for each in PLANE_NAMES if each == scene.guides.plane)
        cut = shown_cut(self._presenter, name)
        if own is not None and not self._is_own(own, cut):
            return self._elsewhere(own, with_curves=with_curves)
        scale = self._scale() if scene.scale is not None else None
        context = Context(facts=facts_of(opened.stack), scale=scale)
        measure = self._numbers.with_curves if with_curves else self._numbers.of
        found = measure(own or annotation, scene.frame, context)
        kept = own or replace(annotation, cut=cut)
        return with_cut(found, kept, slices=len(opened.stack.frames), volume=opened.volume) if found else None

    def _is_own(self, own: "Annotation", cut: "PlaneCut | None") -> bool:
        """Tell whether the pixels that are seen are those that an annotation lies on."""
        opened = self._presenter.opened
        if own.cut is None or cut is None or opened is None or not is_same_plane(own.cut.plane, cut.plane):
            return False
        is_of_it = own.sop_instance_uid == opened.stack.frames[0].instance.series_instance_uid
        return is_of_it and replace(own.cut, plane=cut.plane) == cut

    def _elsewhere(self, own: "Annotation", *, with_curves: bool) -> "Measurement | None":
        """Give the numbers of what was drawn on another plane; they are measured where nobody has yet."""
        measurements = self._session.findChild(Measurements)
        if not isinstance(measurements, Measurements):
            return None
        numbers = measurements.plane_numbers
        found = numbers.with_curves(own) if with_curves else numbers.of(own)
        if found is None and not numbers.problem(own):
            measurements.bring()
        return found

    def _scale(self) -> "Scale | None":
        """Give what makes SUV of the volume, where one factor holds for all of it."""
        measuring, opened = self._measuring(), self._presenter.opened
        if measuring is None or opened is None or opened.stack.frames[0].instance.modality != "PT":
            return None
        found = measuring.images.scales.of(opened.stack.frames[0].instance)
        if found is None:
            self._later.start()
        return found.whole if found is not None else None

    def _setting(self) -> Setting:
        measuring = self._measuring()
        return Setting() if measuring is None else Setting(units=measuring.units)

    def _measuring(self) -> Measuring | None:
        found = self._session.findChild(Measuring)
        return found if isinstance(found, Measuring) else None

    def _show_plot(self) -> None:
        """Plot the chosen one: the histogram of a region, or the curve of a profile, with all numbers."""
        chosen, scene = self.annotator.chosen.annotation, self._presenter.active.scene
        if chosen is None or scene is None or not TRAITS[chosen.kind].is_measured:
            self.tell(NONE_CHOSEN)
        else:
            self._plot.show(chosen, scene)

    def _copy_values(self) -> None:
        chosen, scene = self.annotator.chosen.annotation, self._presenter.active.scene
        self._copying.values(self._measured(chosen, scene) if chosen is not None and scene is not None else None)

    def _copy_command(self) -> None:
        chosen = self.annotator.chosen.annotation
        self._copying.command(self.planes.own(chosen.id) if chosen is not None else None)

    def _delete(self) -> None:
        """Delete what is chosen, or the last point of what is being made."""
        if not self.annotator.take_back():
            self.annotator.chosen.delete()

    def _edit(self) -> None:
        """Write the words of the chosen one; with a tool in the hand, put one into the middle of the pane."""
        name: PlaneName = self._presenter.active.name
        number = PLANE_NAMES.index(name)
        if self.annotator.tool is None:
            self.annotator.write(number)
        elif not self.annotator.close(number):
            width, height = self._area.panes[name].size_px
            self.annotator.place_in_middle(number, ((width - 1) / 2, (height - 1) / 2))

    def _pane(self, number: int) -> "Pane":
        return self._area.panes[PLANE_NAMES[number]]

    def _drawn(self, number: int, annotation: "Annotation") -> Drawn | None:
        pane = self._pane(number)
        if pane.scene is None:
            return None
        found = lay_out(pane.scene, pane.size_px, pane.devicePixelRatioF())
        return next((each for each in found if each.annotation.id == annotation.id), None)

    def _from_screen(self, number: int, at: QPointF) -> "Point":
        ratio = self._pane(number).devicePixelRatioF()
        return self.image_point(number, (at.x() * ratio - 0.5, at.y() * ratio - 0.5))


def _under_pointer(scene: Scene, value: float) -> str:
    """Give a value of a plane as what its window is said in."""
    scale = scene.scale
    return "" if scale is None or scene.guides is None else f"{value * scale.factor:.2f} {scale.unit}"


def _nudge(act: Callable[[int, int], None], right: int, down: int) -> Callable[[], object]:
    return lambda: act(right, down)


def _take(measuring: PlaneMeasuring, tool: Tool) -> Callable[[], object]:
    return lambda: measuring.take(tool)

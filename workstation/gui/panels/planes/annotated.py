"""What is measured on planes, as making and changing annotations sees it: each plane as if it were an image."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.gui.panels.planes.presenter import NoteStep, PlanesPresenter
from workstation.model.index.records import FrameRef, Stack
from workstation.model.marking import Marking
from workstation.volume.plane_marking import OF_IMAGES, PlaneAnnotation, PlaneMarking
from workstation.volume.planes_view import PLANE_NAMES
from workstation.volume.standard_planes import PlaneName, voxel_step_mm

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.model.annotation import Annotation


@dataclass(frozen=True, slots=True)
class Marked:
    """What lies on a plane."""

    marking: Marking


class AnnotatedPlane:
    """See `workstation.gui.viewer.annotated.AnnotatedPane`."""

    def __init__(self, presenter: PlanesPresenter, name: PlaneName) -> None:
        self._presenter, self._name = presenter, name

    @property
    def scene(self) -> "Scene | None":
        """What it shows."""
        return self._presenter.scene_of(self._name)

    @property
    def shown_frame(self) -> FrameRef | None:
        """Stands for the plane as if it were the frame of an image."""
        scene = self.scene
        return FrameRef(replace(scene.instance, sop_instance_uid=self._name)) if scene is not None else None

    @property
    def stack(self) -> Stack | None:
        """None: planes are not counted."""
        return None

    def go_to(self, _index: int) -> None:
        """Do nothing: planes are not counted."""


class AnnotatedPlanes:
    """See `workstation.gui.viewer.annotated.Annotated`.

    Parameters
    ----------
    presenter
        The planes.
    note_step
        Puts a step into the history of the window.
    tell
        Says something to the person.
    """

    def __init__(self, presenter: PlanesPresenter, note_step: NoteStep, tell: Callable[[str], None]) -> None:
        self._presenter, self._note_step, self._tell = presenter, note_step, tell
        self._planes = [AnnotatedPlane(presenter, name) for name in PLANE_NAMES]
        self.kept = PlaneMarking()
        self.before_step: Callable[[], None] = lambda: None
        """Called when a step is taken back or done again: the planes are to be in sight."""

    @property
    def active(self) -> AnnotatedPlane:
        """The plane that commands act on."""
        return self.pane(PLANE_NAMES.index(self._presenter.active.name))

    @property
    def panes(self) -> "AnnotatedPlanes":
        """All of them."""
        return self

    @property
    def now(self) -> Marked:
        """What lies on the active plane."""
        return Marked(Marking(self.on(self._presenter.active.name)))

    def pane(self, number: int) -> AnnotatedPlane:
        """Give a plane by its number."""
        return self._planes[number]

    def dress_again(self) -> None:
        """Have added to all pictures what is known now."""
        self._presenter.show_again()

    def on(self, name: PlaneName) -> "tuple[Annotation, ...]":
        """Give what lies on a plane, on the pixels that are shown of it."""
        opened, now, plane = self._presenter.opened, self._presenter.now, self._presenter.plane_of(name)
        if opened is None or now is None or plane is None:
            return ()
        look = now.plane(name)
        reach_mm = max(voxel_step_mm(opened.volume.grid, look.normal_lps), look.slab.thickness_mm) / 2 + 0.01
        return tuple(replace(each, sop_instance_uid=name, frame=0) for each in self.kept.on(plane, reach_mm))

    def mark_up(self, marking: Marking, label: str, *, merges_with: str = "") -> None:
        """Take over what has changed on the active plane, as a step that can be undone."""
        name = self._presenter.active.name
        plane, opened = self._presenter.plane_of(name), self._presenter.opened
        if plane is None or opened is None:
            return
        if any(each.kind in OF_IMAGES for each in marking.annotations):
            self._tell("This tool works on images, not on planes.")
            return
        known = {each.id: each for each in self.on(name)}
        there = {each.id for each in marking.annotations}
        new = self.kept.without(frozenset(known.keys() - there))
        series = opened.stack.frames[0].instance.series_instance_uid
        for each in marking.annotations:
            if known.get(each.id) != each:
                new = new.with_annotation(PlaneAnnotation(replace(each, sop_instance_uid=series), plane))
        before = self.kept
        if new == before:
            return
        self.kept = new
        self.dress_again()
        self._note_step(label, lambda: self._go_to(before), lambda: self._go_to(new), merges_with=merges_with)

    def _go_to(self, kept: PlaneMarking) -> None:
        self.kept = kept
        self.before_step()
        self.dress_again()

"""Decides what the three planes show, and keeps what hands do with them in the history of the window."""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from workstation.display.render import Renderer
from workstation.gui.canvas.guides import Grip
from workstation.gui.canvas.scene import Layer, Message, Scene, What
from workstation.gui.panels.annotations.presenter import as_plane
from workstation.gui.panels.planes.cutting import Cut, Cutter, Made
from workstation.gui.panels.planes.guiding import guides_of
from workstation.gui.panels.planes.pane import PlanePane
from workstation.gui.viewer.presenter import LABELS, RUNS
from workstation.volume.cutting.standard_planes import PlaneName, voxel_step_mm
from workstation.volume.planes import planes_view
from workstation.volume.planes.asking import volume_notes
from workstation.volume.planes.lattice import fitted, foot_px, lattice, looked_at, view_on
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView

if TYPE_CHECKING:
    from workstation.display.preset_table import PresetTable
    from workstation.display.view import Size, View
    from workstation.gui.volumes import OpenVolume
    from workstation.gui.work import Work
    from workstation.model.frame import Voi
    from workstation.model.geometry import Plane, Vector
    from workstation.model.index.records import Instance
    from workstation.volume.segments.over import Layers, Over

SWIFT_S = 0.012
"""Cuts that take no longer than this are made in full also while a hand moves."""
SOON_S = 0.05
"""Lines over pictures that come no later wait for them: one paint is enough."""
SLOW_S = 0.25
"""Slabs that take longer are drawn with fewer pixels still, until the hand rests."""


class PlanesWidget(Protocol):
    """What the presenter needs of the widget."""

    def show_scene(self, name: PlaneName, scene: Scene) -> None:
        """Show a picture in a pane."""

    def show_message(self, message: Message | None) -> None:
        """Show words in place of the pictures; None where these are coming."""

    def show_layout(self, view: PlanesView) -> None:
        """Lay the panes out, and mark the active one."""

    def show_progress(self, share: float | None) -> None:
        """Draw how much of the volume is read."""

    def size_px(self, name: PlaneName) -> "Size":
        """Give the size of a pane in device pixels."""


class NoteStep(Protocol):
    """Puts a step into the history."""

    def __call__(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        """See `workstation.gui.viewer.presenter.Viewer.note_step`."""


class PlanesPresenter:
    """Three planes of one volume.

    Parameters
    ----------
    view
        The widget.
    work
        Where planes are cut.
    note_step
        Puts a step into the history of the window.
    """

    def __init__(self, view: PlanesWidget, work: "Work", note_step: NoteStep) -> None:
        self._view, self._note_step = view, note_step
        self._cutter = Cutter(work, self._arrived, self._failed)
        self._made: dict[PlaneName, Made] = {}
        self._renderers: dict[PlaneName, Renderer] = {}
        self._scenes: dict[PlaneName, Scene] = {}
        self._is_moving = self._is_rested = self._is_scrolling = False
        self._grips: dict[PlaneName, Grip] = {}
        self._readout: tuple[PlaneName, str] | None = None
        self._instance: Instance | None = None
        self._first_voi: Voi | None = None
        self._notes: tuple[str, ...] = ()
        self._text_is_shown = True
        self.lines_are_shown = True
        self.opened: OpenVolume | None = None
        self.now: PlanesView | None = None
        self.preset_table: PresetTable | None = None
        self.panes = {name: PlanePane(self, name) for name in PLANE_NAMES}
        self.on_changed: Callable[[], None] = lambda: None
        self.on_crossed: Callable[[Vector], None] = lambda _point: None
        self._over: dict[str, tuple[Over, ...]] = {}
        self.dressers: list[Callable[[Scene, Made], Scene]] = []
        """Add to the picture of a plane what is drawn on it."""
        self.lookers: list[Callable[[Layers], tuple[Layer, ...]]] = []
        """Give what was taken along with planes, flat and curved, as it is to look now; lowest first."""
        self.on_laid: Callable[[], None] = lambda: None
        """Called when other things lie over the planes, or in another look."""
        self.rest_later: Callable[[], None] = lambda: None
        """Has `rest` called a moment after nothing has moved any more."""
        self.came_back: Callable[[PlanesView], None] = lambda _view: None

    @property
    def active(self) -> PlanePane:
        """The plane that commands act on."""
        return self.panes[self.now.active if self.now is not None else "axial"]

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self._cutter.is_busy

    def open(self, opened: "OpenVolume", view: PlanesView, *, first_voi: "Voi | None") -> None:
        """Look at a volume, which is opened with a window."""
        if opened is not self.opened:
            self._over.clear()
            is_finer = self.opened is not None and self.opened.stack is opened.stack
            self._made.clear()
            if not is_finer:  # coarse pictures are seen until the others are there
                self._renderers.clear()
                self._scenes.clear()
        self.opened, self._first_voi = opened, first_voi
        self._instance = as_plane(opened.stack.frames[len(opened.stack.frames) // 2].instance)
        read, all_of_them = len(opened.volume.frames), len(opened.stack.frames)
        coarse = f"Coarse so far: made of {read} of {all_of_them} slices"
        self._notes = (coarse,) if opened.is_preview else tuple(volume_notes(opened.volume))
        self._view.show_progress(None)
        if not self._scenes:
            self._view.show_message(None)
        self.drift(view)

    def close(self) -> None:
        """Look at nothing; what was there can go."""
        self.opened = self.now = None
        self._made.clear()
        self._renderers.clear()
        self._scenes.clear()

    def say(self, message: Message, share: float | None = None) -> None:
        """Show words in place of the pictures, and how much is read."""
        self.close()
        self._view.show_message(message)
        self._view.show_progress(share)

    def show_progress(self, share: float | None) -> None:
        """Draw how much is read, below pictures of what there is."""
        self._view.show_progress(share)

    def scene_of(self, name: PlaneName) -> Scene | None:
        """Give what a plane shows, looked at as is wanted now: its picture may still be cut."""
        scene, now, opened = self._scenes.get(name), self.now, self.opened
        if scene is None or now is None or opened is None or scene.frame.plane is None:
            return scene
        return replace(scene, view=view_on(now, opened.volume.grid, name, scene.frame.plane))

    def plane_of(self, name: PlaneName) -> "Plane | None":
        """Give the plane whose pixels are shown; None where none are."""
        made = self._made.get(name)
        return made.cut.plane if made is not None else None

    def shown_cut(self, name: PlaneName) -> Cut | None:
        """Give of what the picture of a plane was made."""
        made = self._made.get(name)
        return made.cut if made is not None else None

    def drift(self, view: PlanesView) -> None:
        """Show the planes so, without a step that could be taken back: scrolling, pointing, what comes from outside."""
        if self.opened is None:
            return
        before = self.now
        if before is not None and before.cross_lps != view.cross_lps:
            view = self._with_cross_in_sight(view)
        self.now, self._is_rested = view, False
        if self._is_moving or self._is_scrolling:
            self.rest_later()
        if before is None or (before.active, before.alone) != (view.active, view.alone):
            self._view.show_layout(view)
        cut = self._want_cuts()
        for name in view.shown:
            if name not in cut or self._cutter.whole_s > SOON_S:
                self._show(name)
        if before is None or before.cross_lps != view.cross_lps:
            self.on_crossed(view.cross_lps)
        self.on_changed()

    def _with_cross_in_sight(self, view: PlanesView) -> PlanesView:
        """Move the pictures of planes in which the cross-hair would be out of sight, so that it is in their middle."""
        for name in view.shown:
            made, look = self._made.get(name), view.plane(name)
            if self.opened is None or made is None or look.zoom_per_mm is None or name in self._grips:
                continue
            plane, size_px = made.cut.plane, self._view.size_px(name)
            shown = view_on(view, self.opened.volume.grid, name, plane)
            matrix = shown.image_to_screen(made.frame, size_px)
            x, y = matrix @ (*foot_px(plane, view.cross_lps), 1.0)
            if not (0 <= x < size_px[0] and 0 <= y < size_px[1]):
                view = view.with_plane(name, replace(look, centre_lps=view.cross_lps))
        return view

    def do(self, view: PlanesView, label: str, *, merges_with: str = "") -> None:
        """Show the planes so, as a step that can be taken back."""
        before = self.now
        if before is None or view == before:
            return
        self.drift(view)
        self._note_step(label, lambda: self.came_back(before), lambda: self.came_back(view), merges_with=merges_with)

    def look(self, name: PlaneName, view: "View", what: What) -> None:
        """Look at a plane in another way; windows and colours are those of all."""
        scene, now = self.scene_of(name), self.now
        if scene is None or now is None or scene.frame.plane is None:
            return
        wanted = looked_at(now, name, scene.frame.plane, view)
        self.do(wanted, LABELS[what], merges_with=f"{what} of planes {name}" if what in RUNS else "")

    def activate(self, name: PlaneName) -> None:
        """Have keys and commands act on a plane."""
        if self.now is not None and self.now.active != name:
            self.drift(planes_view.activated(self.now, name))

    def step_pane(self, steps: int) -> None:
        """Go to another plane, round and round."""
        if self.now is not None:
            at = PLANE_NAMES.index(self.now.active) + steps
            self.activate(PLANE_NAMES[at % len(PLANE_NAMES)])

    def maximise(self) -> None:
        """Let the active plane take all the room, or give the others theirs back."""
        if self.now is not None:
            self.drift(planes_view.maximised(self.now, on=self.now.alone is None))

    def scroll(self, steps: float, name: PlaneName | None = None) -> None:
        """Go on along the normal of a plane by the way across so many voxels."""
        if self.now is None or self.opened is None:
            return
        grid, name = self.opened.volume.grid, name or self.now.active
        by_mm = steps * voxel_step_mm(grid, self.now.plane(name).normal_lps)
        self._is_scrolling = True
        self.drift(planes_view.scrolled(self.now, grid, name, by_mm))

    def cross_to(self, point_lps: "Vector") -> None:
        """Have the planes meet at a point."""
        if self.now is not None and self.opened is not None:
            self.drift(planes_view.with_cross(self.now, self.opened.volume.grid, point_lps))

    def fit(self) -> None:
        """Show all of the volume in the active plane."""
        if self.now is not None and self.opened is not None:
            self.do(fitted(self.now, self.opened.volume.grid, (self.now.active,)), LABELS["zoom"])

    def reset(self) -> None:
        """Look at the volume as at first: planes of the patient through its middle, thin, the first window."""
        if self.now is not None and self.opened is not None:
            fresh = planes_view.reset(self.now, self.opened.volume.grid)
            self.do(replace(fresh, voi=None, inverted=False, colours=""), "reset of the planes")

    def show_text(self, *, shown: bool) -> None:
        """Show or hide the words over the pictures."""
        self._text_is_shown = shown
        self.show_again()

    def show_lines(self, *, shown: bool) -> None:
        """Show or hide the lines of the planes."""
        self.lines_are_shown = shown
        self.show_again()

    @property
    def over(self) -> "tuple[Over, ...]":
        """What is cut along with the planes."""
        return tuple(each for some in self._over.values() for each in some)

    def lay_over(self, kind: str, over: "tuple[Over, ...]") -> None:
        """Have these cut along with the planes in the place of others of their kind, and all drawn anew."""
        if over != self._over.get(kind, ()):
            self._over[kind] = over
            self._want_cuts()
        self.show_again()
        self.on_laid()

    def laid(self, scene: Scene, layers: "Layers") -> Scene:
        """Lay what was taken along over a picture, as it is to look now."""
        return replace(scene, layers=tuple(each for dress in self.lookers for each in dress(layers)))

    def show_again(self) -> None:
        """Make the pictures anew with what is added to them."""
        for name in self.now.shown if self.now is not None else ():
            self._show(name)

    def light(self, name: PlaneName, grip: Grip | None) -> None:
        """Show what the pointer is at."""
        if self._grips.get(name) != grip:
            if grip is None:
                del self._grips[name]
            else:
                self._grips[name] = grip
            self._show(name)

    def begin_move(self) -> None:
        """Be told that a hand begins to move planes: pictures may be drafts until it rests."""
        self._is_moving = True

    def say_move(self, name: PlaneName, readout: str) -> None:
        """Say in numbers what a hand does."""
        self._readout = (name, readout)

    def rest(self) -> None:
        """Be told that nothing has moved for a moment: all pictures become whole, also while a button is held."""
        self._is_rested, self._is_scrolling = True, False
        self._want_cuts()

    def end_move(self) -> None:
        """Be told that the hand is gone: all pictures become whole."""
        readout, self._readout, self._is_moving = self._readout, None, False
        if readout is not None:
            self._show(readout[0])
        self._want_cuts()

    def cut_of(self, name: PlaneName) -> Cut:
        """Give the picture that is wanted of a plane now."""
        if self.now is None or self.opened is None:
            raise ValueError("there is no volume")
        slab = self.now.plane(name).slab
        is_moving = (self._is_moving or self._is_scrolling) and not self._is_rested
        is_draft = is_moving and (not slab.is_thin or self._cutter.whole_s > SWIFT_S)
        is_slow = self._cutter.whole_s > SLOW_S
        coarser = 1.0 if not is_draft else 3.0 if is_slow else 2.0
        found = lattice(self.now, self.opened.volume.grid, name, coarser=coarser)
        return Cut(found.plane, found.size_px, slab, self.now.interpolation, is_draft, self.over)

    def _want_cuts(self) -> Container[PlaneName]:
        """Have cut what is not as it is wanted; gives what that is."""
        if self.now is None or self.opened is None:
            return ()
        wanted = {name: self.cut_of(name) for name in self.now.shown}
        held = {name: made.cut for name, made in self._made.items()}
        missing = {
            name: cut for name, cut in wanted.items() if held.get(name) not in (cut, replace(cut, is_draft=False))
        }
        self._cutter.want(self.opened.reslicer, missing)
        return missing

    def _arrived(self, found: Mapping[PlaneName, Made], *, is_all: bool) -> None:
        if self.opened is None or self.now is None:
            return
        for name, made in found.items():
            self._made[name] = made
            self._renderers[name] = self._renderer(made, self.opened)
            self._show(name)
        if is_all:
            self._want_cuts()
            self.on_changed()

    def _failed(self, error: Exception) -> None:
        self._view.show_message(
            Message("The planes cannot be shown.", getattr(error, "message", str(error)), getattr(error, "hint", ""))
        )

    def _renderer(self, made: Made, opened: "OpenVolume") -> Renderer:
        inverse = opened.source.presentation_is_inverse
        return Renderer(replace(made.frame, presentation_is_inverse=inverse), self._first_voi)

    def _show(self, name: PlaneName) -> None:
        held = self._made.get(name)
        scene = self.drawn(name, held) if held is not None and self.now and name in self.now.shown else None
        if scene is not None:
            self._scenes[name] = scene
            self._view.show_scene(name, scene)

    def drawn(self, name: PlaneName, held: Made) -> Scene | None:
        """Give the picture of what was cut, looked at as a plane is, with all that lies over it."""
        now, opened = self.now, self.opened
        if now is None or opened is None or self._instance is None:
            return None
        plane, is_shown = held.cut.plane, held is self._made.get(name)
        readout = self._readout[1] if self._readout is not None and self._readout[0] == name else ""
        guides = guides_of(
            now, name, plane, lit=self._grips.get(name), readout=readout, lines_are_shown=self.lines_are_shown
        )
        view = view_on(now, opened.volume.grid, name, plane)
        scene = Scene(
            self._renderers[name] if is_shown else self._renderer(held, opened),
            view,
            self._instance,
            (1, 1),
            warnings=self._notes if name == now.shown[0] else (),
            text_is_shown=self._text_is_shown,
            guides=guides,
        )
        scene = self.laid(scene, held.layers)
        for dress in self.dressers:
            scene = dress(scene, held)
        return scene

"""Decides what every pane shows: layouts, panes that follow each other, lines between them, undo."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from workstation.display.corner_templates import CornerTemplates
from workstation.display.history import History
from workstation.display.laid_view import onto_first
from workstation.display.linked import Linkable, followed, index_beside, spacing_of
from workstation.display.mixed import is_in_colour
from workstation.display.preset_table import PresetTable
from workstation.display.view import Point, View
from workstation.display.viewing import Grid, Links, Look, PaneState, Viewing
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.presenter import PanePresenter, PaneView, What
from workstation.gui.canvas.scene import Applied, Scene
from workstation.gui.viewer.first_looks import habitual
from workstation.gui.viewer.first_windows import FirstWindows, StackKey, stack_key
from workstation.gui.viewer.following import moved, moves
from workstation.gui.viewer.marking import Marks
from workstation.gui.viewer.planes import Planes
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import FrameRef, Instance, Series, Stack
from workstation.model.marking import Marking
from workstation.workspace import Change, Selection, Workspace

LABELS: dict[What, str] = {
    "window": "window",
    "pan": "move",
    "zoom": "zoom",
    "turn": "turn",
    "invert": "invert",
    "colours": "colours",
    "interpolation": "interpolation",
    "layers": "layer of the presentation state",
    "reset": "reset of the view",
}
RUNS = frozenset({"window", "pan", "zoom"})
"""Changes that come in runs, such as a drag, and are undone at once."""


Dresser = Callable[[Scene, FrameRef], Scene]
"""Adds to a scene what a feature knows of its image: a presentation state, segments, warnings."""


class GridView(Protocol):
    """What the presenter needs of the widget that holds the panes."""

    def pane_view(self, number: int) -> PaneView:
        """Give a pane, made when it is first asked for."""

    def show_layout(self, viewing: Viewing) -> None:
        """Lay the panes of all windows out, hide those not shown, and mark the active one."""


class Viewer:
    """All panes.

    Parameters
    ----------
    view
        The widget.
    workspace
        What is open; its selection is what the active pane shows.
    frames
        Where pictures come from.
    planes
        Where images lie.
    """

    def __init__(self, view: GridView, workspace: Workspace, frames: FrameSource, planes: Planes) -> None:
        self._view = view
        self._workspace = workspace
        self._frames = frames
        self._planes = planes
        self._panes: list[PanePresenter] = []
        self._history: History[Viewing] = History(Viewing(), keep=Viewing.with_positions_of)
        self._anchors: dict[Selection, int] = {}
        self._marks = Marks(planes, self._stack_of)
        self._is_telling = False
        self._told_frame: FrameRef | None = None
        self._text_is_shown = True
        self._preset_table: PresetTable | None = None
        self.first_windows = FirstWindows(frames)
        self.on_shown: Callable[[], None] = lambda: None
        self.on_pane: Callable[[int, PanePresenter], None] = lambda _number, _pane: None
        self.on_changed: Callable[[], None] = lambda: None
        self._marking = self.now.marking
        self.on_marking: list[Callable[[Marking], None]] = []
        self.dressers: list[Dresser] = []
        self.stops: Callable[[Stack], tuple[int, ...]] = lambda _stack: ()
        self.present: Callable[[Frame, FrameRef, str | None], Applied | None] = lambda _frame, _ref, _wished: None
        self.open_object: Callable[[int, Series], bool] = lambda _number, _series: False
        self.on_frame: list[Callable[[FrameRef | None], None]] = []
        self.on_pane_shown: list[Callable[[int], None]] = []
        self.mm_per_px: Callable[[int], float | None] = lambda _number: None
        self.play: Callable[[int], None] = lambda _number: None
        self.is_playing: Callable[[int], bool] = lambda _number: False
        self.hands = 0
        planes.on_found = self._mark
        self.first_windows.on_found = self._open_with
        workspace.listen(self._changed)

    def start(self) -> None:
        """Show the first layout."""
        self._apply()

    @property
    def now(self) -> Viewing:
        """What is shown, and how."""
        return self._history.now

    @property
    def active(self) -> PanePresenter:
        """The pane that keys and commands act on."""
        return self.pane(self.now.active)

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return any(pane.is_waiting for pane in self._panes)

    @property
    def undo_label(self) -> str:
        """What would be undone."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str:
        """What would be done again."""
        return self._history.redo_label

    def pane(self, number: int) -> PanePresenter:
        """Give the presenter of a pane."""
        while len(self._panes) <= number:
            new = len(self._panes)
            pane = PanePresenter(
                self._view.pane_view(new),
                self._frames.client(),
                lambda look, what, new=new: self._wish(new, look, what),  # type: ignore[misc]  # binds the number
            )
            pane.on_shown = lambda new=new: self._pane_shown(new)  # type: ignore[misc]  # binds the number
            pane.dress = self._dressed
            pane.stops = lambda stack: self.stops(stack)
            pane.present = lambda frame, ref, wished: self.present(frame, ref, wished)
            pane.open_object = lambda series, new=new: self.open_object(new, series)  # type: ignore[misc]  # likewise
            pane.fulfil = lambda look, frame, of, new=new: self._fulfilled(new, look, frame, of)  # type: ignore[misc]
            pane.on_fulfilled = lambda look, new=new: self._keep_fulfilled(new, look)  # type: ignore[misc]  # likewise
            pane.show_text(shown=self._text_is_shown)
            pane.preset_table = self._preset_table
            pane.first_voi = self.first_windows.of
            self._panes.append(pane)
            self.on_pane(new, pane)
        return self._panes[number]

    def activate(self, number: int) -> None:
        """Have keys and commands act on a pane."""
        if number != self.now.active and number < len(self.now.panes):
            self._history.drift(self.now.activated(number))
            self._apply()

    def next_pane(self, steps: int) -> None:
        """Go to another pane, round and round."""
        self.activate((self.now.active + steps) % len(self.now.panes))

    def lay_out(self, grid: Grid) -> None:
        """Change the number of panes; new ones show the next series of the study."""
        if grid != self.now.grid:
            laid_out = self._habitual(self.now.with_grid(grid, self._following()))
            self.change_to(self._beside(laid_out), f"layout {grid}")

    def hang(self, grid: Grid, panes: Iterable[PaneState], name: str) -> None:
        """Show these panes in the main window."""
        self.hang_on({0: (grid, panes)}, name)

    def hang_on(self, screens: Mapping[int, tuple[Grid, Iterable[PaneState]]], name: str) -> None:
        """Show these panes in the windows of these numbers, 0 the main one; missing windows are opened."""
        self.change_to(self.now.hung_on(screens), name)

    def open_screen(self) -> None:
        """Open one more window of images, with the series after the active one."""
        taken = {pane.selection for pane in self.now.panes}
        selection = next((each for each in self._following() if each not in taken), None)
        self.change_to(self.now.with_new_screen(PaneState(selection, self.now.look_of(selection))), "new image window")

    def close_screen(self, number: int) -> None:
        """Close a window of images."""
        self.change_to(self.now.without_screen(number), "closing of an image window")

    def restore(self, viewing: Viewing) -> None:
        """Show what was kept from an earlier run; no step that one would take back."""
        self._history.drift(viewing)
        self._apply()

    def change_to(self, viewing: Viewing, label: str) -> None:
        """Show something else in all panes, as a step that can be undone."""
        self.hands += 1
        if viewing != self.now:
            self._history.do(viewing, label)
            self._apply()

    def mark_up(
        self, marking: Marking, label: str, *, merges_with: str = "", hidden_layers: frozenset[str] | None = None
    ) -> None:
        """Change annotations or key images, as a step that can be undone; see `History.do` for runs of changes.

        ``hidden_layers`` of the presentation state in the active pane are hidden with it.
        """
        new = replace(self.now, marking=marking)
        if hidden_layers is not None:
            look = new.active_pane.look
            new = new.with_look(new.active, replace(look, view=replace(look.view, hidden_layers=hidden_layers)))
        if new != self.now:
            self._history.do(new, label, merges_with=merges_with)
            self._apply()

    def go_over(self, number: int, saved: Mapping[tuple[str, int], Iterable[Annotation]], state_uid: str) -> None:
        """Show a pane with the presentation state that was saved of it, in place of what went into that.

        Where the picture lies stays; the rest of the view, and the annotations, are the state's from now on.
        """
        marking = self.now.marking
        for annotation in (each for annotations in saved.values() for each in annotations):
            marking = marking.without_annotation(annotation.id)
        new = replace(self.now, marking=marking)
        scene = self._panes[number].scene
        for each in new.numbers_on(new.at_screen(number)) if new.is_tile(number) else (number,):
            look = new.panes[each].look
            view = View(zoom=look.view.zoom, centre_px=look.view.centre_px, interpolation=look.view.interpolation)
            if scene is not None and scene.frame.is_colour:
                view = replace(view, voi=look.view.voi, inverted=look.view.inverted)
            view = onto_first(view, new.panes[each].first.view)
            new = new.with_look(each, replace(look, view=view, presentation=state_uid))
        self.change_to(new, "saving of the presentation state")
        self.present_again()

    def restore_marking(self, marking: Marking) -> None:
        """Have the annotations and key images that were kept from an earlier run; no step that one would take back."""
        self._history.drift(replace(self.now, marking=marking))
        self._apply()

    def arrange(self, viewing: Viewing, name: str, *, merges_with: str = "") -> bool:
        """Show all panes so, as one step; tells whether that is another way. See `History.do` for ``merges_with``."""
        if replace(viewing, looks=self.now.looks) == self.now:
            return False
        self._history.do(viewing, name, merges_with=merges_with)
        self._apply()
        return True

    def show(self, number: int, selection: Selection, *, beside: bool = False) -> None:
        """Show a stack in a pane, and make that one the active.

        ``beside`` begins with the image that belongs to that of the pane that was active, unless it was seen before.
        """
        shown = self._habitual(self.now.with_shown(number, selection))
        self.change_to((self._beside(shown) if beside else shown).activated(number), "change of series")

    def show_image(self, ref: FrameRef) -> bool:
        """Show an image in the active pane; tells whether it is open."""
        found = self._place_of(ref)
        if found is not None:
            self.show(self.now.active, found[0])
            self.active.go_to(found[1])
        return found is not None

    def _place_of(self, ref: FrameRef) -> tuple[Selection, int] | None:
        """Find an image among the open ones: its stack, and its number there."""
        series = self._workspace.series(ref.instance.series_instance_uid)
        for number, stack in enumerate(series.stacks if series is not None else ()):
            for index, each in enumerate(stack.frames):
                if each.instance.sop_instance_uid == ref.instance.sop_instance_uid and each.number == ref.number:
                    return Selection(ref.instance.series_instance_uid, number), index
        return None

    def present_with(self, number: int, state_uid: str | None, *, is_step: bool = True) -> None:
        """Show what a pane shows with a presentation state; empty for none, None for what is usual."""
        now = self.now
        numbers = now.numbers_on(now.at_screen(number)) if now.is_tile(number) else (number,)
        new = self.now
        for each in numbers:
            look = new.panes[each].look
            new = new.with_look(each, replace(look, presentation=state_uid))
        if is_step:
            self.change_to(new, "presentation state")
        else:
            self._history.drift(new)
            self._apply()

    def lead_to(self, number: int, ref: FrameRef, state_uid: str) -> bool:
        """Show an image with a presentation state in place of the state's series; undone with the way to that."""
        found = self._place_of(ref)
        if found is None:
            return False
        selection, index = found
        look = replace(self.now.look_of(selection), index=index, presentation=state_uid)
        self._history.drift(self.now.with_shown(number, selection).with_look(number, look))
        self._apply()
        return True

    def present_again(self) -> None:
        """Have presentation states applied anew in all panes."""
        for number in self.now.shown:
            self._panes[number].present_again()

    def exchange(self, one: int, other: int) -> None:
        """Exchange what two panes show."""
        if one != other:
            self.change_to(self.now.with_exchanged(one, other).activated(other), "exchange of panes")

    def maximise(self) -> None:
        """Let the active pane fill the window, or give the others their place back."""
        self.change_to(self.now.maximised(on=not self.now.is_maximised), "size of the pane")

    def tile(self, *, on: bool) -> None:
        """Show one series as tiles, or one series a pane."""
        new = self.now
        if on and new.grid.count == 1:
            new = new.with_grid(Grid(3, 4))
        self.change_to(new.tiled(on=on), "tiles")

    def link(self, links: Links) -> None:
        """Change what panes do together; linked by hand, the images shown now belong together."""
        if links.scroll == "offset":
            self._anchors = {pane.selection: pane.look.index for pane in self.now.panes if pane.selection is not None}
        elif links.scroll == "position":
            self._anchors = {}
        ungrouped = self.now.mapped(lambda pane: replace(pane, group=0) if pane.group else pane)
        self.change_to(replace(ungrouped, links=links), "links")

    def next_series(self, steps: int) -> None:
        """Show another stack in the active pane, in the order of the tree."""
        order = self._workspace.selections()
        selection = self.now.active_pane.selection
        if selection in order:
            at = order.index(selection) + steps
            self.show(self.now.active, order[min(max(at, 0), len(order) - 1)])

    def undo(self) -> str:
        """Take the last change back; gives its name."""
        label = self._history.undo()
        self._apply()
        return label

    def redo(self) -> str:
        """Do again what was taken back last; gives its name."""
        label = self._history.redo()
        self._apply()
        return label

    def would_undo(self, backwards: Callable[[], None]) -> bool:
        """Tell whether the next step back is the one that this belongs to, see `note_step`."""
        return self._history.would_undo(backwards)

    def settle(self) -> None:
        """Be told that a hand begins anew: what it does next is a step of its own."""
        self._history.settle()

    def note_step(self, label: str, backwards: Callable[[], None], forwards: Callable[[], None]) -> None:
        """Put something into the history that is done elsewhere."""
        self._history.do(self.now, label, backwards=backwards, forwards=forwards)

    def take_out(
        self, gone: Container[str], label: str, *, backwards: Callable[[], None], forwards: Callable[[], None]
    ) -> None:
        """Empty the panes that show series that are about to go, as a step that can be undone.

        Parameters
        ----------
        gone
            UIDs of these series.
        label
            Name of the step.
        backwards, forwards
            Put the series back, and take them out again.
        """
        emptied = self.now.mapped(lambda state: PaneState() if _is_of(state, gone) else state)
        self._history.do(emptied, label, backwards=backwards, forwards=forwards)
        self._apply()

    def show_text(self, *, shown: bool) -> None:
        """Show or hide all words over the pictures."""
        self._text_is_shown = shown
        for pane in self._panes:
            pane.show_text(shown=shown)

    @property
    def corner_templates(self) -> CornerTemplates:
        """The lines of the corner text."""
        return self._frames.facts.templates

    def use_corner_templates(self, templates: CornerTemplates) -> None:
        """Have all panes show these lines; what they ask of headers is read anew."""
        self._frames.facts.use(templates)
        for number in self.now.shown:
            self._panes[number].tell_again()

    def use_presets(self, table: PresetTable) -> None:
        """Offer these windows in all panes."""
        self._preset_table = table
        for pane in self._panes:
            pane.preset_table = table

    def _open_with(self, key: StackKey, first_voi: Voi) -> None:
        for pane in self._panes:
            if pane.stack is not None and stack_key(pane.stack) == key:
                pane.open_with(first_voi)

    def show_lines(self, *, shown: bool) -> None:
        """Show or hide the lines of other panes' images."""
        self._marks.lines_are_shown = shown
        self._mark()

    def point(self, number: int, point_px: Point) -> None:
        """Show the place under an image point (column, row) of a pane in all others: the 3D cursor."""
        leader = self._panes[number].scene if number < len(self._panes) else None
        new = self._marks.point(self.now, leader, number, point_px)
        if new is not None:
            self._history.drift(new)
            self._apply()

    def dress_again(self) -> None:
        """Have features add to all pictures what they know now."""
        for number in self.now.shown:
            self._panes[number].dress_again()

    def _dressed(self, scene: Scene, ref: FrameRef) -> Scene:
        for dresser in self.dressers:
            scene = dresser(scene, ref)
        return scene

    def end_pointing(self) -> None:
        """Take the 3D cursor away."""
        if self._marks.end_pointing():
            self._mark()

    def _beside(self, new: Viewing) -> Viewing:
        """Have stacks that are shown for the first time begin where the active one is, if panes scroll together."""
        before = self.now
        leading = self._resolve(before.active_pane.selection)[1]
        if new.is_tiled or leading is None:
            return new
        seen = {*before.looks, *(pane.selection for pane in before.panes)}
        leader = self._linkable(before.active_pane, leading)
        at = min(before.active_pane.look.index, len(leading.frames) - 1)  # a tile may lie behind the last image
        for number, pane in enumerate(new.panes):
            stack = self._resolve(pane.selection)[1] if pane.selection not in seen else None
            if stack is not None:
                index = index_beside(before.links.scroll, leader, at, self._linkable(pane, stack))
                new = new.with_look(number, replace(pane.look, index=index))
        return new

    def _habitual(self, new: Viewing) -> Viewing:
        """Look at what is seen for the first time as its kind is looked at."""
        seen = {*self.now.looks, *(pane.selection for pane in self.now.panes)}
        return habitual(new, seen, lambda selection: self._resolve(selection)[0])

    def _fulfilled(self, number: int, look: Look, frame: Frame, instance: Instance) -> View:
        from workstation.gui.viewer.wishes import fulfilled

        return fulfilled(look, frame, instance.modality, table=self._preset_table, mm_per_px=self.mm_per_px(number))

    def _keep_fulfilled(self, number: int, look: Look) -> None:
        self._history.drift(self.now.with_look(number, look))

    def _wish(self, number: int, look: Look, what: What) -> None:
        self.hands += 1
        if what == "reset":
            first = self.now.panes[number].first
            look = replace(first, index=look.index, presentation=look.presentation)
            if look == self.now.panes[number].look:
                return
        viewing = followed(self.now.with_look(number, look), number, what, self._linkables(what))
        if what == "scroll":
            self._history.drift(viewing)
        else:
            merges = f"{what} {number}" if what in RUNS else ""
            self._history.do(viewing, LABELS[what], merges_with=merges)
        self._apply()

    def _apply(self) -> None:
        """Bring the panes, the browser's selection and the lines to what is wanted now."""
        now = self.now
        for number in range(len(now.panes)):
            self.pane(number)
        self._view.show_layout(now)
        self._panes[now.active].serve_first()
        shown = frozenset(now.shown)
        for number, pane in enumerate(self._panes):
            if number in shown:
                self._display(pane, now.panes[number], is_tile=now.is_tile(number))
            else:
                pane.clear()
        self._tell_selection()
        if now.marking is not self._marking:
            self._marking = now.marking
            for tell in self.on_marking:
                tell(now.marking)
            self.dress_again()
        self._mark()
        self._tell_frame()
        self.on_changed()

    def _display(self, pane: PanePresenter, state: PaneState, *, is_tile: bool) -> None:
        series, stack = self._resolve(state.selection)
        if is_tile and stack is not None and state.look.index >= len(stack.frames):
            series, stack = None, None
        pane.first_view = state.first.view
        pane.display(series, stack, state.look)

    def _resolve(self, selection: Selection | None) -> tuple[Series | None, Stack | None]:
        series = self._workspace.series(selection.series_instance_uid) if selection is not None else None
        if series is None or selection is None or selection.stack >= len(series.stacks):
            return series, None
        return series, series.stacks[selection.stack]

    def _tell_selection(self) -> None:
        self._is_telling = True
        try:
            self._workspace.select(self.now.active_pane.selection)
        finally:
            self._is_telling = False

    def _changed(self, change: Change) -> None:
        if change is Change.SELECTION and not self._is_telling:
            selection = self._workspace.selection
            if selection != self.now.active_pane.selection:
                self._selected_elsewhere(selection)
        elif change is Change.TREE:
            self._follow_tree()

    def _follow_tree(self) -> None:
        """Stay with images that are at another place now; empty panes whose series is gone, but not those of the past.

        What was taken out may come back by undoing, and finds its panes as they were.
        """
        shown = [(self.now.panes[number], pane.stack) for number, pane in enumerate(self._panes[: len(self.now.panes)])]
        places = moves(shown, self._workspace)
        if places:
            self._history.revised(lambda viewing: viewing.mapped(lambda state: moved(state, places)))
        self._history.drift(self.now.mapped(lambda state: PaneState() if self._is_gone(state) else state))
        self._apply()

    def _is_gone(self, state: PaneState) -> bool:
        return state.selection is not None and self._workspace.series(state.selection.series_instance_uid) is None

    def _selected_elsewhere(self, selection: Selection | None) -> None:
        new = self._habitual(self.now.with_shown(self.now.active, selection))
        if self.now.active_pane.selection is None or selection is None:
            self._history.drift(new)  # the first picture is no change that one would take back
        else:
            self._history.do(new, "change of series")
        self._apply()

    def _following(self) -> list[Selection]:
        """Give the stacks after the active one, those of its study first."""
        order = self._workspace.selections()
        selection = self.now.active_pane.selection
        if selection not in order:
            return order
        at = order.index(selection)
        return [each for each in order[at + 1 :] if self._resolve(each)[1] is not None]

    def next_stacks(self) -> list[Stack]:
        """Give the stacks of the study that come after the one in the active pane, and no pane shows."""
        current = self._resolve(self.now.active_pane.selection)[1]
        shown = {pane.selection for pane in self.now.panes}
        found = []
        for selection in self._following() if current is not None else ():
            stack = self._resolve(selection)[1]
            if stack is None or selection in shown:
                continue
            if _study_of(stack) != _study_of(current):
                break
            found.append(stack)
        return found

    def _stacks(self) -> dict[int, Stack]:
        found = {number: self._resolve(self.now.panes[number].selection)[1] for number in self.now.shown}
        return {number: stack for number, stack in found.items() if stack is not None}

    def _linkables(self, what: What) -> dict[int, Linkable]:
        links = self.now.links
        is_followed = links.scroll != "off" if what == "scroll" else links.zoom or links.window
        if len(self.now.shown) < 2 or not (is_followed or any(screen.is_tiled for screen in self.now.screens)):
            return {}
        return {number: self._linkable(self.now.panes[number], stack) for number, stack in self._stacks().items()}

    def _linkable(self, pane: PaneState, stack: Stack) -> Linkable:
        instance = stack.frames[min(pane.look.index, len(stack.frames) - 1)].instance
        selection = pane.selection
        return Linkable(
            len(stack.frames),
            self._planes.of(stack),
            instance.modality,
            (instance.rows, instance.columns),
            spacing_of(instance.pixel_spacing_mm),
            self._anchors.get(selection) if selection is not None else None,
            is_in_colour(instance),
        )

    def _tell_frame(self) -> None:
        """Tell features which image the active pane shows, once for each."""
        ref = self._panes[self.now.active].shown_frame
        if ref is not self._told_frame:
            self._told_frame = ref
            for tell in self.on_frame:
                tell(ref)

    def _pane_shown(self, number: int) -> None:
        for tell in self.on_pane_shown:
            tell(number)
        if len(self.now.shown) > 1:
            self._mark()
        if number == self.now.active:
            self.on_shown()
            self._tell_frame()

    def _mark(self) -> None:
        """Draw the active pane's line and the 3D cursor into the others."""
        self._marks.draw(self.now, self._panes)

    def _stack_of(self, number: int) -> Stack | None:
        return self._resolve(self.now.panes[number].selection)[1]


def _is_of(state: PaneState, series_instance_uids: Container[str]) -> bool:
    return state.selection is not None and state.selection.series_instance_uid in series_instance_uids


def _study_of(stack: Stack | None) -> str:
    return stack.frames[0].instance.study_instance_uid if stack is not None else ""

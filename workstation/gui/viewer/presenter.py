"""Decides what every pane shows: layouts, panes that follow each other, and the history of all changes."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace

from workstation.display.history import History
from workstation.display.linked import followed
from workstation.display.view import Point
from workstation.display.viewing import Grid, Links, Look, PaneState, Viewing
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.presenter import PanePresenter
from workstation.gui.canvas.scene import What
from workstation.gui.viewer.first_looks import habitual
from workstation.gui.viewer.following import moved, moves
from workstation.gui.viewer.linked_panes import LinkedPanes
from workstation.gui.viewer.panes import GridView, Panes
from workstation.gui.viewer.places import fillings, image_place, series_and_stack
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.saved_states import with_saved_state
from workstation.model.annotation import Annotation
from workstation.model.index.records import FrameRef, Stack
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
        self._workspace = workspace
        self._history: History[Viewing] = History(Viewing(), keep=Viewing.with_positions_of)
        self._links = LinkedPanes(workspace, planes)
        self._is_telling = False
        self._marking = self.now.marking
        self.selects_in = ""  # the run of changes that a selection belongs to, such as the drag of a slider
        self.panes = Panes(view, workspace, frames, planes, self)
        self.on_changed: Callable[[], None] = lambda: None
        self.on_marking: list[Callable[[Marking], None]] = []
        self.as_written: Callable[[Annotation], Annotation] = lambda annotation: annotation
        """Gives an annotation with all that stands beside it, as it leaves the window in pictures."""
        self.play: Callable[[int], None] = lambda _number: None
        self.is_playing: Callable[[int], bool] = lambda _number: False
        self.hands = 0
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
    def undo_label(self) -> str:
        """What would be undone."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str:
        """What would be done again."""
        return self._history.redo_label

    def pane(self, number: int) -> PanePresenter:
        """Give the presenter of a pane."""
        return self.panes.pane(number)

    def stack_of(self, selection: Selection) -> Stack | None:
        """Give an open stack; None where it is not open."""
        return series_and_stack(self._workspace, selection)[1]

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
            laid_out = self._habitual(self.now.with_grid(grid, fillings(self._workspace, self.now)))
            self.change_to(self._links.beside(self.now, laid_out), f"layout {grid}")

    def hang(self, grid: Grid, panes: Iterable[PaneState], name: str) -> None:
        """Show these panes in the main window."""
        self.hang_on({0: (grid, panes)}, name)

    def hang_on(self, screens: Mapping[int, tuple[Grid, Iterable[PaneState]]], name: str) -> None:
        """Show these panes in the windows of these numbers, 0 the main one; missing windows are opened."""
        self.change_to(self.now.hung_on(screens), name)

    def open_screen(self) -> None:
        """Open one more window of images, with the series after the active one."""
        taken = {pane.selection for pane in self.now.panes}
        selection = next((each for each in fillings(self._workspace, self.now) if each not in taken), None)
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
        scene = self.panes.made[number].scene
        keeps_window = scene is not None and scene.frame.is_colour
        new = with_saved_state(self.now, number, saved, state_uid, keeps_window=keeps_window)
        self.change_to(new, "saving of the presentation state")
        self.panes.present_again()

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
        self.change_to((self._links.beside(self.now, shown) if beside else shown).activated(number), "change of series")

    def show_image(self, ref: FrameRef) -> bool:
        """Show an image in the active pane; tells whether it is open."""
        found = image_place(self._workspace, ref)
        if found is not None:
            self.show(self.now.active, found[0])
            self.active.go_to(found[1])
        return found is not None

    def present_with(self, number: int, state_uid: str | None, *, is_step: bool = True) -> None:
        """Show what a pane shows with a presentation state; empty for none, None for what is usual."""
        new = self.now
        for each in new.showing_with(number):
            new = new.with_look(each, replace(new.panes[each].look, presentation=state_uid))
        if is_step:
            self.change_to(new, "presentation state")
        else:
            self._history.drift(new)
            self._apply()

    def lead_to(self, number: int, ref: FrameRef, state_uid: str) -> bool:
        """Show an image with a presentation state in place of the state's series; undone with the way to that."""
        found = image_place(self._workspace, ref)
        if found is None:
            return False
        selection, index = found
        look = replace(self.now.look_of(selection), index=index, presentation=state_uid)
        self._history.drift(self.now.with_shown(number, selection).with_look(number, look))
        self._apply()
        return True

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
        self._links.anchor(self.now, links)
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

    def note_step(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        """Put something into the history that is done elsewhere; see `History.do` for runs of changes."""
        self._history.do(self.now, label, merges_with=merges_with, backwards=backwards, forwards=forwards)

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

    def point(self, number: int, point_px: Point) -> None:
        """Show the place under an image point (column, row) of a pane in all others: the 3D cursor."""
        panes = self.panes.made
        leader = panes[number].scene if number < len(panes) else None
        new = self.panes.marks.point(self.now, leader, number, point_px)
        if new is not None:
            self._history.drift(new)
            self._apply()

    def _habitual(self, new: Viewing) -> Viewing:
        """Look at what is seen for the first time as its kind is looked at."""
        seen = {*self.now.looks, *(pane.selection for pane in self.now.panes)}
        return habitual(new, seen, lambda selection: series_and_stack(self._workspace, selection)[0])

    def keep_fulfilled(self, number: int, look: Look) -> None:
        """Keep what came of a wish that had to wait for the image."""
        self._history.drift(self.now.with_look(number, look))

    def wish(self, number: int, look: Look, what: What) -> None:
        """Look at what a pane shows as a hand wants it, and have others follow."""
        self.hands += 1
        if what == "reset":
            first = self.now.panes[number].first
            look = replace(first, index=look.index, presentation=look.presentation)
            if look == self.now.panes[number].look:
                return
        viewing = followed(self.now.with_look(number, look), number, what, self._links.of(self.now, what))
        if what == "scroll":
            self._history.drift(viewing)
        else:
            merges = f"{what} {number}" if what in RUNS else ""
            self._history.do(viewing, LABELS[what], merges_with=merges)
        self._apply()

    def _apply(self) -> None:
        """Bring the panes, the browser's selection and the lines to what is wanted now."""
        now = self.now
        self.panes.bring_to(now)
        self._tell_selection()
        if now.marking is not self._marking:
            self._marking = now.marking
            for tell in self.on_marking:
                tell(now.marking)
            self.panes.dress_again()
        self.panes.mark()
        self.panes.tell_frame()
        self.on_changed()

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
        shown = [(state, pane.stack) for state, pane in zip(self.now.panes, self.panes.made, strict=False)]
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
            self._history.do(new, "change of series", merges_with=self.selects_in)
        self._apply()


def _is_of(state: PaneState, series_instance_uids: Container[str]) -> bool:
    return state.selection is not None and state.selection.series_instance_uid in series_instance_uids

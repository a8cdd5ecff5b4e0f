"""What the panes show and how, as one value: every change makes a new one, so that every change can be undone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from workstation.display.layout import Grid as Grid
from workstation.display.view import View
from workstation.workspace import Selection

ScrollLink = Literal["off", "position", "offset"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a stack is looked at: which of its images, from 0, and how."""

    index: int = 0
    view: View = field(default_factory=View)


@dataclass(frozen=True, slots=True)
class PaneState:
    """What a pane shows; nothing where ``selection`` is None."""

    selection: Selection | None = None
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Links:
    """What panes do together.

    Parameters
    ----------
    scroll
        Not at all; by position in a shared frame of reference, and by offset elsewhere; or by offset alone.
    zoom
        Zoom, pan, turns and flips.
    window
        Window and colours, between images of one modality.
    """

    scroll: ScrollLink = "position"
    zoom: bool = False
    window: bool = False


@dataclass(frozen=True, slots=True)
class Viewing:
    """The state of all panes.

    Parameters
    ----------
    grid
        How panes are laid out; ``panes`` has one for each of its places, row by row.
    active
        The pane that keys and commands act on.
    is_maximised
        The active pane fills the window for a while.
    is_tiled
        All panes show one series, each the image after that of the pane before.
    links
        What panes do together.
    looks
        How stacks that are not shown were looked at, for when they are shown again.
    """

    grid: Grid = field(default_factory=Grid)
    panes: tuple[PaneState, ...] = (PaneState(),)
    active: int = 0
    is_maximised: bool = False
    is_tiled: bool = False
    links: Links = field(default_factory=Links)
    looks: Mapping[Selection, Look] = field(default_factory=dict)

    @property
    def active_pane(self) -> PaneState:
        """What the active pane shows."""
        return self.panes[self.active]

    @property
    def shown(self) -> tuple[int, ...]:
        """The panes that can be seen."""
        return (self.active,) if self.is_maximised else tuple(range(len(self.panes)))

    def look_of(self, selection: Selection | None) -> Look:
        """Give how a stack was looked at last, or a first look."""
        return self.looks.get(selection, Look()) if selection is not None else Look()

    def with_grid(self, grid: Grid, fill: Iterable[Selection] = ()) -> "Viewing":
        """Lay the panes out anew: those there are stay in their order, new ones take from ``fill`` in turn."""
        if self.is_tiled:
            return self._tiled(grid)
        kept = list(self.panes)
        if grid.count < len(kept):  # the active one stays in sight
            order = [self.active, *(number for number in range(len(kept)) if number != self.active)]
            kept = [self.panes[number] for number in sorted(order[: grid.count])]
        active = kept.index(self.active_pane) if self.active_pane in kept else 0
        taken = {pane.selection for pane in kept}
        waiting = [selection for selection in fill if selection not in taken]
        while len(kept) < grid.count:
            selection = waiting.pop(0) if waiting else None
            kept.append(PaneState(selection, self.look_of(selection)))
        return replace(
            self, grid=grid, panes=tuple(kept), active=active, is_maximised=False, looks=self._looks_with(self.panes)
        )

    def hung(self, grid: Grid, panes: Iterable[PaneState]) -> "Viewing":
        """Show these panes; missing ones stay empty."""
        given = list(panes)[: grid.count]
        filled = tuple(given + [PaneState()] * (grid.count - len(given)))
        active = next((number for number, pane in enumerate(filled) if pane.selection is not None), 0)
        looks = self._looks_with(self.panes)
        return replace(self, grid=grid, panes=filled, active=active, is_maximised=False, is_tiled=False, looks=looks)

    def with_shown(self, pane: int, selection: Selection | None) -> "Viewing":
        """Show a stack in a pane, as it was looked at last; in tiles all panes show it."""
        if self.panes[pane].selection == selection:
            return self
        looks = self._looks_with(self.panes)
        state = PaneState(selection, looks.get(selection, Look()) if selection is not None else Look())
        if self.is_tiled:
            first = replace(state, look=replace(state.look, index=0))
            return replace(self, panes=(first,) * len(self.panes), looks=looks)._tiled(self.grid)
        return replace(self, panes=_put(self.panes, pane, state), looks=looks)

    def with_look(self, pane: int, look: Look) -> "Viewing":
        """Look at what a pane shows in another way."""
        return replace(self, panes=_put(self.panes, pane, replace(self.panes[pane], look=look)))

    def with_exchanged(self, one: int, other: int) -> "Viewing":
        """Exchange what two panes show."""
        panes = list(self.panes)
        panes[one], panes[other] = panes[other], panes[one]
        return replace(self, panes=tuple(panes))

    def activated(self, pane: int) -> "Viewing":
        """Have keys and commands act on a pane."""
        return replace(self, active=pane)

    def maximised(self, *, on: bool) -> "Viewing":
        """Let the active pane fill the window, or give the others their place back."""
        return replace(self, is_maximised=on and len(self.panes) > 1)

    def tiled(self, *, on: bool) -> "Viewing":
        """Show the series of the active pane as tiles in all panes, or in one."""
        if on == self.is_tiled:
            return self
        if on:
            return self._tiled(self.grid)
        first = self.panes[0]
        rest = (PaneState(),) * (len(self.panes) - 1)
        return replace(self, is_tiled=False, panes=(first, *rest), active=0)

    def _tiled(self, grid: Grid) -> "Viewing":
        shown = self.active_pane
        start = max(0, shown.look.index - (self.active if self.is_tiled else 0))
        looks = (replace(shown.look, index=start + number) for number in range(grid.count))
        panes = tuple(PaneState(shown.selection, look) for look in looks)
        active = min(self.active, grid.count - 1) if self.is_tiled else 0
        return replace(self, grid=grid, panes=panes, active=active, is_tiled=True, is_maximised=False)

    def with_positions_of(self, other: "Viewing") -> "Viewing":
        """Keep which images are looked at where the same stack is still shown: undoing a window does not scroll."""
        if self.is_tiled != other.is_tiled or len(self.panes) != len(other.panes):
            return self
        pairs = zip(self.panes, other.panes, strict=True)
        panes = tuple(
            replace(mine, look=replace(mine.look, index=their.look.index))
            if mine.selection == their.selection
            else mine
            for mine, their in pairs
        )
        return replace(self, panes=panes)

    def mapped(self, new: Callable[[PaneState], PaneState]) -> "Viewing":
        """Change every pane, as when the tree of studies has changed."""
        return replace(self, panes=tuple(new(pane) for pane in self.panes))

    def _looks_with(self, panes: Iterable[PaneState]) -> dict[Selection, Look]:
        return {**self.looks, **{pane.selection: pane.look for pane in panes if pane.selection is not None}}


def _put(panes: tuple[PaneState, ...], number: int, state: PaneState) -> tuple[PaneState, ...]:
    return (*panes[:number], state, *panes[number + 1 :])

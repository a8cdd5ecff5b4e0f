"""What the panes show and how, as one value: every change makes a new one, so that every change can be undone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Literal, TypeVar

from workstation.display.layout import MOST_COLUMNS, MOST_ROWS
from workstation.display.layout import Grid as Grid
from workstation.display.layout import Screen as Screen
from workstation.display.view import View
from workstation.model.marking import Marking
from workstation.quick_dataclass import dataclass
from workstation.workspace import Selection

ScrollLink = Literal["off", "position", "offset"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of a picture before its image is read: it becomes part of the view as soon as that is there.

    Parameters
    ----------
    preset
        Name of a window, as `workstation.display.presets.preset_voi` finds it; empty for none.
    is_true_size
        A millimetre of the image is a millimetre on the monitor.
    """

    preset: str = ""
    is_true_size: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How a stack is looked at: which of its images, from 0, and how.

    ``presentation`` is the SOP Instance UID of the presentation state that ``view`` is laid over, empty for none; where
    it is None, what is usual is done. ``wish`` waits for the image.
    """

    index: int = 0
    view: View = field(default_factory=View)
    presentation: str | None = None
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class PaneState:
    """What a pane shows.

    Parameters
    ----------
    selection
        Nothing where it is None.
    look
        How it is looked at.
    first
        How it was looked at first: that is what a reset gives back.
    group
        Panes of the same number scroll together.
    """

    selection: Selection | None = None
    look: Look = field(default_factory=Look)
    first: Look = field(default_factory=Look)
    group: int = 0


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
    """The state of all panes of all windows.

    Parameters
    ----------
    screens
        The windows, the main one first.
    panes
        What each pane shows: those of the first window row by row, then those of the next.
    active
        The pane that keys and commands act on.
    links
        What panes do together, in all windows.
    looks
        How stacks that are not shown were looked at, for when they are shown again.
    marking
        Annotations and key images, of all images there are.
    """

    screens: tuple[Screen, ...] = (Screen(),)
    panes: tuple[PaneState, ...] = (PaneState(),)
    active: int = 0
    links: Links = field(default_factory=Links)
    looks: Mapping[Selection, Look] = field(default_factory=dict)
    marking: Marking = field(default_factory=Marking)

    def __post_init__(self) -> None:
        if len(self.panes) != sum(screen.grid.count for screen in self.screens):
            raise ValueError("as many panes as the grids of the windows have places")
        if not 0 <= self.active < len(self.panes):
            raise ValueError(f"pane {self.active} of {len(self.panes)} cannot be the active one")

    @property
    def active_pane(self) -> PaneState:
        """What the active pane shows."""
        return self.panes[self.active]

    @property
    def screen(self) -> Screen:
        """The window of the active pane."""
        return self.screens[self.at_screen(self.active)]

    @property
    def grid(self) -> Grid:
        """How the panes of the active window are laid out."""
        return self.screen.grid

    @property
    def is_maximised(self) -> bool:
        """Whether the active pane fills its window."""
        return self.screen.alone is not None

    @property
    def is_tiled(self) -> bool:
        """Whether the active window shows one series as tiles."""
        return self.screen.is_tiled

    @property
    def shown(self) -> tuple[int, ...]:
        """The panes that can be seen."""
        return tuple(number for at in range(len(self.screens)) for number in self.shown_on(at))

    @property
    def identities(self) -> tuple[int, ...]:
        """What stays the same of each pane whatever is laid out in other windows, by number: its window and place."""
        most = MOST_ROWS * MOST_COLUMNS
        return tuple(screen.number * most + place for screen in self.screens for place in range(screen.grid.count))

    def at_screen(self, pane: int) -> int:
        """Give the place in ``screens`` of the window that a pane is in."""
        return next(at for at in range(len(self.screens)) if pane in self.numbers_on(at))

    def numbers_on(self, at: int) -> range:
        """Give the numbers of the panes of the window at a place in ``screens``."""
        first = sum(screen.grid.count for screen in self.screens[:at])
        return range(first, first + self.screens[at].grid.count)

    def shown_on(self, at: int) -> tuple[int, ...]:
        """Give the panes that can be seen in the window at a place in ``screens``."""
        numbers, alone = self.numbers_on(at), self.screens[at].alone
        return tuple(numbers) if alone is None else (numbers[alone],)

    def is_tile(self, pane: int) -> bool:
        """Tell whether a pane is one of several tiles that show one series."""
        return self.screens[self.at_screen(pane)].is_tiled

    def showing_with(self, pane: int) -> Iterable[int]:
        """Give the panes that show one thing with a pane: of tiles all of the window, else that alone."""
        return self.numbers_on(self.at_screen(pane)) if self.is_tile(pane) else (pane,)

    def look_of(self, selection: Selection | None) -> Look:
        """Give how a stack was looked at last, or a first look."""
        return self.looks.get(selection, Look()) if selection is not None else Look()

    def with_grid(self, grid: Grid, fill: Iterable[Selection] = ()) -> "Viewing":
        """Lay out the panes of the active window anew: those there stay in order, new ones take from ``fill``."""
        at = self.at_screen(self.active)
        if self.screens[at].is_tiled:
            return self._tiled(grid)
        numbers = self.numbers_on(at)
        kept, active = [self.panes[number] for number in numbers], self.active - numbers[0]
        if grid.count < len(kept):  # the active one stays in sight
            order = [active, *(place for place in range(len(kept)) if place != active)]
            places = sorted(order[: grid.count])
            kept, active = [kept[place] for place in places], places.index(active)
        taken = {pane.selection for pane in self.panes if pane.selection is not None}
        waiting = [selection for selection in fill if selection not in taken]
        while len(kept) < grid.count:
            selection = waiting.pop(0) if waiting else None
            kept.append(PaneState(selection, self.look_of(selection)))
        return self._with_screen(at, replace(self.screens[at], grid=grid, alone=None), kept, active)

    def hung(self, grid: Grid, panes: Iterable[PaneState]) -> "Viewing":
        """Show these panes in the main window; missing ones stay empty."""
        return self.hung_on({0: (grid, panes)})

    def hung_on(self, screens: Mapping[int, tuple[Grid, Iterable[PaneState]]]) -> "Viewing":
        """Show these panes in the windows of these numbers, 0 the main one; windows that are not there are opened."""
        viewing = self
        for number, (grid, panes) in sorted(screens.items()):
            given = list(panes)[: grid.count]
            filled = given + [PaneState()] * (grid.count - len(given))
            at = next((at for at, each in enumerate(viewing.screens) if each.number == number), None)
            if at is None:
                viewing = viewing._with_new(Screen(number, grid), filled)
            else:
                viewing = viewing._with_screen(at, Screen(number, grid), filled, 0)
        hung = [
            pane for at, each in enumerate(viewing.screens) if each.number in screens for pane in viewing.numbers_on(at)
        ]
        active = next((pane for pane in hung if viewing.panes[pane].selection is not None), hung[0] if hung else 0)
        return replace(viewing, active=active)

    def with_new_screen(self, pane: PaneState) -> "Viewing":
        """Open one more window, with one pane, which becomes the active one."""
        numbers = {screen.number for screen in self.screens}
        free = next(number for number in range(1, len(numbers) + 1) if number not in numbers)
        new = self._with_new(Screen(free), [pane])
        at = next(at for at, screen in enumerate(new.screens) if screen.number == free)
        return replace(new, active=new.numbers_on(at)[0])

    def without_screen(self, number: int) -> "Viewing":
        """Close a window; the main one stays."""
        at = next((at for at, screen in enumerate(self.screens) if screen.number == number), 0)
        if at == 0:
            return self
        gone = self.numbers_on(at)
        active = self.active if self.active < gone.start else max(0, self.active - len(gone))
        active = self.numbers_on(0)[0] if self.active in gone else active
        panes = (*self.panes[: gone.start], *self.panes[gone.stop :])
        screens = (*self.screens[:at], *self.screens[at + 1 :])
        return replace(self, screens=screens, panes=panes, active=active, looks=self._looks_with(self.panes))

    def with_shown(self, pane: int, selection: Selection | None) -> "Viewing":
        """Show a stack in a pane, as it was looked at last; in tiles all panes of the window show it."""
        if self.panes[pane].selection == selection:
            return self
        looks = self._looks_with(self.panes)
        state = PaneState(selection, looks.get(selection, Look()) if selection is not None else Look())
        if not self.is_tile(pane):
            return replace(self, panes=_put(self.panes, pane, state), looks=looks)
        numbers = self.numbers_on(self.at_screen(pane))
        first = replace(state, look=replace(state.look, index=0))
        panes = (*self.panes[: numbers.start], *(first,) * len(numbers), *self.panes[numbers.stop :])
        shown = replace(self, panes=panes, looks=looks, active=pane)._tiled(self.screens[self.at_screen(pane)].grid)
        return replace(shown, active=self.active)

    def with_look(self, pane: int, look: Look) -> "Viewing":
        """Look at what a pane shows in another way."""
        return replace(self, panes=_put(self.panes, pane, replace(self.panes[pane], look=look)))

    def with_exchanged(self, one: int, other: int) -> "Viewing":
        """Exchange what two panes show."""
        panes = list(self.panes)
        panes[one], panes[other] = panes[other], panes[one]
        return replace(self, panes=tuple(panes))

    def activated(self, pane: int) -> "Viewing":
        """Have keys and commands act on a pane; where one pane is alone in its window, this one takes its place."""
        at = self.at_screen(pane)
        if self.screens[at].alone is None:
            return replace(self, active=pane)
        alone = replace(self.screens[at], alone=pane - self.numbers_on(at)[0])
        return replace(self, active=pane, screens=_put(self.screens, at, alone))

    def maximised(self, *, on: bool) -> "Viewing":
        """Let the active pane fill its window, or give the others their place back."""
        at = self.at_screen(self.active)
        numbers = self.numbers_on(at)
        alone = self.active - numbers[0] if on and len(numbers) > 1 else None
        return replace(self, screens=_put(self.screens, at, replace(self.screens[at], alone=alone)))

    def tiled(self, *, on: bool) -> "Viewing":
        """Show the series of the active pane as tiles in all panes of its window, or in one."""
        if on == self.is_tiled:
            return self
        if on:
            return self._tiled(self.grid)
        at = self.at_screen(self.active)
        numbers = self.numbers_on(at)
        panes = [self.panes[numbers[0]], *[PaneState()] * (len(numbers) - 1)]
        return self._with_screen(at, replace(self.screens[at], is_tiled=False), panes, 0, looks=self.looks)

    def _tiled(self, grid: Grid) -> "Viewing":
        at = self.at_screen(self.active)
        screen, place, shown = self.screens[at], self.active - self.numbers_on(at)[0], self.active_pane
        start = max(0, shown.look.index - (place if screen.is_tiled else 0))
        panes = [PaneState(shown.selection, replace(shown.look, index=start + number)) for number in range(grid.count)]
        active = min(place, grid.count - 1) if screen.is_tiled else 0
        tiled = replace(screen, grid=grid, alone=None, is_tiled=True)
        return self._with_screen(at, tiled, panes, active, looks=self.looks)

    def _with_screen(
        self,
        at: int,
        screen: Screen,
        panes: Sequence[PaneState],
        active: int,
        *,
        looks: Mapping[Selection, Look] | None = None,
    ) -> "Viewing":
        """Put a window with its panes in the place of another; ``active`` counts in that window."""
        old = self.numbers_on(at)
        return replace(
            self,
            screens=_put(self.screens, at, screen),
            panes=(*self.panes[: old.start], *panes, *self.panes[old.stop :]),
            active=old.start + active,
            looks=self._looks_with(self.panes) if looks is None else looks,
        )

    def _with_new(self, screen: Screen, panes: Sequence[PaneState]) -> "Viewing":
        """Add a window in the order of their numbers; the active pane stays the same."""
        at = sum(each.number < screen.number for each in self.screens)
        first = sum(each.grid.count for each in self.screens[:at])
        return replace(
            self,
            screens=(*self.screens[:at], screen, *self.screens[at:]),
            panes=(*self.panes[:first], *panes, *self.panes[first:]),
            active=self.active + (len(panes) if self.active >= first else 0),
        )

    def with_positions_of(self, other: "Viewing") -> "Viewing":
        """Keep which images are looked at where the same stack is still shown: undoing a window does not scroll."""
        ours, theirs = ([screen.is_tiled for screen in each.screens] for each in (self, other))
        if ours != theirs or len(self.panes) != len(other.panes):
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
        """Change every pane, as when the tree of studies has changed; gives the same value where none changes."""
        panes = tuple(new(pane) for pane in self.panes)
        if all(mine is theirs for mine, theirs in zip(panes, self.panes, strict=True)):
            return self
        return replace(self, panes=panes)

    def _looks_with(self, panes: Iterable[PaneState]) -> dict[Selection, Look]:
        return {**self.looks, **{pane.selection: pane.look for pane in panes if pane.selection is not None}}


T = TypeVar("T")


def _put(values: tuple[T, ...], number: int, value: T) -> tuple[T, ...]:
    return (*values[:number], value, *values[number + 1 :])

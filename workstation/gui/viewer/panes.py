"""Brings all panes to what is wanted: pictures with what features add to them, words, lines, the 3D cursor."""

from collections.abc import Callable, Sequence
from typing import Protocol

from workstation.display.corner_templates import CornerTemplates
from workstation.display.preset_table import PresetTable
from workstation.display.view import View
from workstation.display.viewing import Look, PaneState, Viewing
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.presenter import PanePresenter, PaneView
from workstation.gui.canvas.scene import Applied, Scene, What
from workstation.gui.viewer.first_windows import FirstWindows, StackKey, stack_key
from workstation.gui.viewer.marking import Marks
from workstation.gui.viewer.places import series_and_stack
from workstation.gui.viewer.planes import Planes
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import FrameRef, Instance, Series, Stack
from workstation.workspace import Workspace

Dresser = Callable[[Scene, FrameRef], Scene]
"""Adds to a scene what a feature knows of its image: a presentation state, segments, warnings."""


class GridView(Protocol):
    """What the presenter needs of the widget that holds the panes."""

    def number(self, identities: Sequence[int]) -> None:
        """Number the panes so, making those that are new, see `workstation.display.viewing.Viewing.identities`."""

    def pane_view(self, number: int) -> PaneView:
        """Give a pane by the number that it has now."""

    def show_layout(self, viewing: Viewing) -> None:
        """Lay the panes of all windows out, hide those not shown, and mark the active one."""


class Hands(Protocol):
    """Whom the panes tell what they cannot decide, and ask what is shown now."""

    @property
    def now(self) -> Viewing:
        """What is shown, and how."""

    def wish(self, number: int, look: Look, what: What) -> None:
        """Be told how a hand wants to look at what a pane shows."""

    def keep_fulfilled(self, number: int, look: Look) -> None:
        """Be told what came of a wish that had to wait for the image."""


class Panes:
    """The presenters of all panes, and what features have to do with their pictures.

    Parameters
    ----------
    view
        The widget.
    workspace
        What is open.
    frames
        Where pictures come from.
    planes
        Where images lie.
    hands
        Told what hands wish.
    """

    def __init__(self, view: GridView, workspace: Workspace, frames: FrameSource, planes: Planes, hands: Hands) -> None:
        self._view, self._workspace, self._frames, self._hands = view, workspace, frames, hands
        self._panes: list[PanePresenter] = []
        self._identities: list[int] = []
        self._told_frame: FrameRef | None = None
        self._text_is_shown, self._is_bringing = True, False
        self._preset_table: PresetTable | None = None
        self._first_windows = FirstWindows(frames)
        self.marks = Marks(planes, self._stack_of)
        self.on_shown: Callable[[], None] = lambda: None
        self.on_pane: Callable[[PanePresenter], None] = lambda _pane: None
        self.on_frame: list[Callable[[FrameRef | None], None]] = []
        self.on_pane_shown: list[Callable[[int], None]] = []
        self.on_brought: list[Callable[[Viewing], None]] = []
        self.dressers: list[Dresser] = []
        self.stops: Callable[[Stack], tuple[int, ...]] = lambda _stack: ()
        self.present: Callable[[Frame, FrameRef, str | None, Callable[[], float | None]], Applied | None] = (
            lambda _frame, _ref, _wished, _mm_per_px: None
        )
        self.open_object: Callable[[int, Series], bool] = lambda _number, _series: False
        self.mm_per_px: Callable[[int], float | None] = lambda _number: None
        planes.on_found = self.mark
        self._first_windows.on_found = self._open_with

    @property
    def made(self) -> Sequence[PanePresenter]:
        """The presenters of panes that were shown so far."""
        return self._panes

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return any(pane.is_waiting for pane in self._panes)

    def pane(self, number: int) -> PanePresenter:
        """Give the presenter of a pane by the number that it has now."""
        if number >= len(self._panes):
            self._number(self._hands.now)
        return self._panes[number]

    def number_of(self, pane: PanePresenter) -> int:
        """Give the number that a pane has now: with the layout of a window the panes of later ones get others."""
        return self._panes.index(pane)

    def _number(self, wanted: Viewing) -> None:
        """Number the panes as they are wanted, making those that are new; what is out of use comes last."""
        identities = wanted.identities
        if identities == tuple(self._identities[: len(identities)]):
            return
        self._view.number(identities)
        known = dict(zip(self._identities, self._panes, strict=True))
        new = {each: self._make(number) for number, each in enumerate(identities) if each not in known}
        self._identities = list(dict.fromkeys((*identities, *known)))
        self._panes = [(known | new)[each] for each in self._identities]
        for pane in new.values():
            self.on_pane(pane)

    def _make(self, number: int) -> PanePresenter:
        view = self._view.pane_view(number)
        pane = PanePresenter(
            view, self._frames.client(), lambda look, what: self._hands.wish(self.number_of(pane), look, what)
        )
        pane.on_shown = lambda: self._pane_shown(self.number_of(pane))
        pane.dress = self._dressed
        pane.stops = lambda stack: self.stops(stack)
        pane.present = lambda frame, ref, wished: self.present(
            frame, ref, wished, lambda: self.mm_per_px(self.number_of(pane))
        )
        pane.open_object = lambda series: self.open_object(self.number_of(pane), series)
        pane.fulfil = lambda look, frame, instance: self._fulfilled(self.number_of(pane), look, frame, instance)
        pane.on_fulfilled = lambda look: self._hands.keep_fulfilled(self.number_of(pane), look)
        pane.show_text(shown=self._text_is_shown)
        pane.preset_table = self._preset_table
        pane.first_voi = self._first_windows.of
        return pane

    def bring_to(self, wanted: Viewing) -> None:
        """Have the panes show what is wanted; `mark` is for who asked, once all of them do."""
        self._number(wanted)
        self._view.show_layout(wanted)
        self._panes[wanted.active].serve_first()
        shown = frozenset(wanted.shown)
        self._is_bringing = True
        try:
            for number, pane in enumerate(self._panes):
                if number in shown:
                    self._display(pane, wanted.panes[number], is_tile=wanted.is_tile(number))
                else:
                    pane.clear()
        finally:
            self._is_bringing = False
        for tell in self.on_brought:
            tell(wanted)

    def _display(self, pane: PanePresenter, state: PaneState, *, is_tile: bool) -> None:
        series, stack = series_and_stack(self._workspace, state.selection)
        if is_tile and stack is not None and state.look.index >= len(stack.frames):
            series, stack = None, None
        pane.first_view = state.first.view
        pane.display(series, stack, state.look)

    def tell_frame(self) -> None:
        """Tell features which image the active pane shows, once for each."""
        ref = self._panes[self._hands.now.active].shown_frame
        if ref is not self._told_frame:
            self._told_frame = ref
            for tell in self.on_frame:
                tell(ref)

    def mark(self) -> None:
        """Draw the active pane's line and the 3D cursor into the others."""
        self.marks.draw(self._hands.now, self._panes)

    def show_lines(self, *, shown: bool) -> None:
        """Show or hide the lines of other panes' images."""
        self.marks.lines_are_shown = shown
        self.mark()

    def end_pointing(self) -> None:
        """Take the 3D cursor away."""
        if self.marks.end_pointing():
            self.mark()

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
        for number in self._hands.now.shown:
            self._panes[number].tell_again()

    def use_presets(self, table: PresetTable) -> None:
        """Offer these windows in all panes."""
        self._preset_table = table
        for pane in self._panes:
            pane.preset_table = table

    def dress_again(self) -> None:
        """Have features add to all pictures what they know now."""
        for number in self._hands.now.shown:
            self._panes[number].dress_again()

    def present_again(self) -> None:
        """Have presentation states applied anew in all panes."""
        for number in self._hands.now.shown:
            self._panes[number].present_again()

    def _open_with(self, key: StackKey, first_voi: Voi | None) -> None:
        for pane in self._panes:
            if pane.stack is not None and stack_key(pane.stack) == key:
                pane.open_with(first_voi)

    def _dressed(self, scene: Scene, ref: FrameRef) -> Scene:
        for dresser in self.dressers:
            scene = dresser(scene, ref)
        return scene

    def _fulfilled(self, number: int, look: Look, frame: Frame, instance: Instance) -> View:
        from workstation.gui.viewer.wishes import fulfilled

        return fulfilled(look, frame, instance.modality, table=self._preset_table, mm_per_px=self.mm_per_px(number))

    def _pane_shown(self, number: int) -> None:
        for tell in self.on_pane_shown:
            tell(number)
        if not self._is_bringing and len(self._hands.now.shown) > 1:
            self.mark()
        if number == self._hands.now.active:
            self.on_shown()
            self.tell_frame()

    def _stack_of(self, number: int) -> Stack | None:
        return series_and_stack(self._workspace, self._hands.now.panes[number].selection)[1]

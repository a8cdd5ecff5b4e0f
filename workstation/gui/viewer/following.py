"""Stays with the images that are shown while the tree of studies changes around them."""

from collections.abc import Iterable
from dataclasses import replace

from workstation.display.viewing import PaneState
from workstation.gui.canvas.loaded import key_of
from workstation.model.index.records import FrameRef, Series, Stack
from workstation.workspace import Selection, Workspace

Places = dict[tuple[Selection, int], tuple[Selection, int]]
"""From (stack, number of an image in it) to where that image is now."""


def moves(shown: Iterable[tuple[PaneState, Stack | None]], workspace: Workspace) -> Places:
    """Give where images have gone that panes show, only those that are at another place now.

    Parameters
    ----------
    shown
        The state of each pane, with the stack as it was when the pane showed it.
    workspace
        With the tree as it is now.
    """
    found: Places = {}
    for state, stack in shown:
        selection, index = state.selection, state.look.index
        series = workspace.series(selection.series_instance_uid) if selection is not None else None
        if selection is None or series is None or stack is None or index >= len(stack.frames):
            continue
        ref = stack.frames[index]
        if ref.instance.series_instance_uid != selection.series_instance_uid:
            continue
        place = _place_of(ref, series, selection, index)
        if place is not None and place != (selection, index):
            found[selection, index] = place
    return found


def moved(state: PaneState, places: Places) -> PaneState:
    """Give a state that shows the same image at its new place; the state itself where nothing has moved."""
    place = places.get((state.selection, state.look.index)) if state.selection is not None else None
    return state if place is None else replace(state, selection=place[0], look=replace(state.look, index=place[1]))


def _place_of(ref: FrameRef, series: Series, selection: Selection, index: int) -> tuple[Selection, int] | None:
    """Find an image: at its old place, else in its stack, else in any."""
    stacks = series.stacks
    own = stacks[selection.stack].frames if selection.stack < len(stacks) else ()
    if index < len(own) and _is_same(own[index], ref):
        return selection, index
    for number in sorted(range(len(stacks)), key=lambda number: number != selection.stack):
        for at, each in enumerate(stacks[number].frames):
            if _is_same(each, ref):
                return replace(selection, stack=number), at
    return None


def _is_same(one: FrameRef, other: FrameRef) -> bool:
    # The UID first: keys are made of text, and a series may have tens of thousands of images.
    is_alike = one.number == other.number and one.instance.sop_instance_uid == other.instance.sop_instance_uid
    return is_alike and key_of(one) == key_of(other)

"""Open work that earlier versions of the program have kept, as it is meant now."""

from collections.abc import Callable
from dataclasses import replace

from workstation.display.reading_order import runs_against_normal
from workstation.display.viewing import Look, Viewing
from workstation.model.index.records import Stack
from workstation.workspace import Selection

ALONG_NORMAL = 1
"""The last version of kept work whose images are counted along the normal of their planes."""


def counted_as_read(viewing: Viewing, stack_of: Callable[[Selection], Stack | None]) -> Viewing:
    """Have panes show the same images, counted as they are read (see `workstation.display.reading_order`).

    Parameters
    ----------
    viewing
        Whose images are counted along the normal of their planes, as they were until version `ALONG_NORMAL`.
    stack_of
        Gives a stack as it is read; None where it is not open.
    """

    def turned(selection: Selection | None, look: Look, *, together: int = 1) -> Look:
        stack = stack_of(selection) if selection is not None else None
        if stack is None or not runs_against_normal(stack):
            return look
        return replace(look, index=max(0, len(stack.frames) - look.index - together))

    panes = []
    for at, screen in enumerate(viewing.screens):
        numbers = viewing.numbers_on(at)
        first = viewing.panes[numbers[0]]
        start = turned(first.selection, first.look, together=len(numbers)).index
        for place, number in enumerate(numbers):
            pane = viewing.panes[number]
            tile = replace(pane.look, index=start + place)
            panes.append(replace(pane, look=tile if screen.is_tiled else turned(pane.selection, pane.look)))
    looks = {selection: turned(selection, look) for selection, look in viewing.looks.items()}
    return replace(viewing, panes=tuple(panes), looks=looks)

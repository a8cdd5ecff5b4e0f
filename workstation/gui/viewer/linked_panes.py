"""What the rules of linking need to know of the panes: how long each stack is, where it lies, what it is of."""

from dataclasses import replace

from workstation.display.linked import Linkable, index_beside, spacing_of
from workstation.display.mixed import is_in_colour
from workstation.display.viewing import Links, PaneState, Viewing
from workstation.gui.canvas.scene import What
from workstation.gui.viewer.places import series_and_stack, stacks_shown
from workstation.gui.viewer.planes import Planes
from workstation.model.index.records import Stack
from workstation.workspace import Selection, Workspace


class LinkedPanes:
    """Describes panes to the rules of linking.

    Parameters
    ----------
    workspace
        What is open.
    planes
        Where images lie.
    """

    def __init__(self, workspace: Workspace, planes: Planes) -> None:
        self._workspace, self._planes = workspace, planes
        self._anchors: dict[Selection, int] = {}

    def anchor(self, viewing: Viewing, links: Links) -> None:
        """Linked by hand, the images shown now belong together; linked by position, they need not be told."""
        if links.scroll == "offset":
            self._anchors = {pane.selection: pane.look.index for pane in viewing.panes if pane.selection is not None}
        elif links.scroll == "position":
            self._anchors = {}

    def of(self, viewing: Viewing, what: What) -> dict[int, Linkable]:
        """Give the panes that may follow such a change, by number; none where nothing is linked."""
        links = viewing.links
        is_followed = links.scroll != "off" if what == "scroll" else links.zoom or links.window
        if len(viewing.shown) < 2 or not (is_followed or any(screen.is_tiled for screen in viewing.screens)):
            return {}
        stacks = stacks_shown(self._workspace, viewing)
        return {number: self._linkable(viewing.panes[number], stack) for number, stack in stacks.items()}

    def beside(self, before: Viewing, new: Viewing) -> Viewing:
        """Have stacks that are shown for the first time begin where the active one is, if panes scroll together."""
        leading = series_and_stack(self._workspace, before.active_pane.selection)[1]
        if new.is_tiled or leading is None:
            return new
        seen = {*before.looks, *(pane.selection for pane in before.panes)}
        leader = self._linkable(before.active_pane, leading)
        at = min(before.active_pane.look.index, len(leading.frames) - 1)  # a tile may lie behind the last image
        for number, pane in enumerate(new.panes):
            is_new = pane.selection not in seen
            stack = series_and_stack(self._workspace, pane.selection)[1] if is_new else None
            if stack is not None:
                index = index_beside(before.links.scroll, leader, at, self._linkable(pane, stack))
                new = new.with_look(number, replace(pane.look, index=index))
        return new

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

"""Decides what the study browser lists, and what a click in it selects."""

from collections.abc import Sequence
from typing import Protocol

from workstation.gui.panels.browser.nodes import Node, filtered, nodes_of
from workstation.gui.words import plural
from workstation.workspace import Change, Selection, Workspace

OPEN_BELOW = 60
"""With fewer series than this every study is unfolded from the start."""


class BrowserView(Protocol):
    """What the presenter needs of the browser."""

    def show_nodes(self, nodes: Sequence[Node], *, unfold: bool) -> None:
        """Show these rows; ``unfold`` opens patients and studies that were not there before."""

    def show_selected(self, key: str | None) -> None:
        """Mark a row and bring it into view."""

    def show_summary(self, text: str) -> None:
        """Say how much is listed."""


class BrowserPresenter:
    """Keeps the browser and the workspace together."""

    def __init__(self, view: BrowserView, workspace: Workspace) -> None:
        self._view = view
        self._workspace = workspace
        self._nodes: tuple[Node, ...] = ()
        self._text = ""
        workspace.listen(self._changed)
        self._changed(Change.TREE)

    def search(self, text: str) -> None:
        """Show only what matches."""
        self._text = text
        self._show()

    def chosen(self, selection: Selection | None) -> None:
        """Select what the user chose in the browser."""
        if selection is not None:
            self._workspace.select(selection)

    def _changed(self, change: Change) -> None:
        if change is Change.TREE:
            self._nodes = nodes_of(self._workspace.patients)
            self._show()
        elif change is Change.SELECTION:
            self._view.show_selected(self._selected_key())

    def _show(self) -> None:
        shown = filtered(self._nodes, self._text)
        series = _count_series(shown)
        self._view.show_nodes(shown, unfold=bool(self._text.strip()) or series <= OPEN_BELOW)
        self._view.show_selected(self._selected_key())
        every = _count_series(self._nodes)
        if series != every:
            self._view.show_summary(f"{series} of {plural(every, 'series', 'series')}")
        else:
            counts = self._workspace.counts()
            patients = plural(counts.patients, "patient", "patients")
            self._view.show_summary(f"{patients}, {plural(every, 'series', 'series')}" if every else "")

    def _selected_key(self) -> str | None:
        selection = self._workspace.selection
        if selection is None:
            return None
        series = self._workspace.selected_series()
        uid = selection.series_instance_uid
        return f"stack:{uid}:{selection.stack}" if series and len(series.stacks) > 1 else f"series:{uid}"


def _count_series(nodes: Sequence[Node]) -> int:
    return sum((node.kind == "series") + _count_series(node.children) for node in nodes if node.kind != "stack")

"""Finds the series, stacks and images that panes name among those that are open."""

from workstation.display.filling_order import filling_order
from workstation.display.viewing import Viewing
from workstation.model.index.records import FrameRef, Series, Stack
from workstation.workspace import Selection, Workspace


def series_and_stack(workspace: Workspace, selection: Selection | None) -> tuple[Series | None, Stack | None]:
    """Give what a selection names; None for what is not open, and for the stack of a series without such a one."""
    series = workspace.series(selection.series_instance_uid) if selection is not None else None
    if series is None or selection is None or selection.stack >= len(series.stacks):
        return series, None
    return series, series.stacks[selection.stack]


def fillings(workspace: Workspace, viewing: Viewing) -> list[Selection]:
    """Give the stacks with which new panes are filled."""
    return filling_order(workspace.patients, viewing.active_pane.selection)


def stacks_shown(workspace: Workspace, viewing: Viewing) -> dict[int, Stack]:
    """Give the stacks that the panes in sight show, by the number of the pane."""
    found = {number: series_and_stack(workspace, viewing.panes[number].selection)[1] for number in viewing.shown}
    return {number: stack for number, stack in found.items() if stack is not None}


def image_place(workspace: Workspace, ref: FrameRef) -> tuple[Selection, int] | None:
    """Find an image among the open ones: its stack, and its number there."""
    series = workspace.series(ref.instance.series_instance_uid)
    for number, stack in enumerate(series.stacks if series is not None else ()):
        for index, each in enumerate(stack.frames):
            if each.instance.sop_instance_uid == ref.instance.sop_instance_uid and each.number == ref.number:
                return Selection(ref.instance.series_instance_uid, number), index
    return None


def next_stacks(workspace: Workspace, viewing: Viewing) -> list[Stack]:
    """Give the stacks of the study of the active pane that no pane shows, first those after the active one."""
    current = series_and_stack(workspace, viewing.active_pane.selection)[1]
    shown = {pane.selection for pane in viewing.panes}
    found = []
    order = fillings(workspace, viewing) if current is not None else ()
    for selection in order:
        stack = series_and_stack(workspace, selection)[1]
        if stack is None or selection in shown:
            continue
        if _study_of(stack) != _study_of(current):
            break
        found.append(stack)
    return found


def _study_of(stack: Stack | None) -> str:
    return stack.frames[0].instance.study_instance_uid if stack is not None else ""

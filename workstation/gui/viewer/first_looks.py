"""How a series is looked at before a hand or a protocol has said anything: uptake (PET) is dark on white."""

from collections.abc import Callable, Container
from dataclasses import replace

from workstation.display.habits import DARK_ON_WHITE as DARK_ON_WHITE
from workstation.display.habits import PET_CLASSES as PET_CLASSES
from workstation.display.view import View
from workstation.display.viewing import Look, PaneState, Viewing
from workstation.model.index.records import Series
from workstation.workspace import Selection


def habitual(
    viewing: Viewing, seen: Container[Selection | None], series_of: Callable[[Selection | None], Series | None]
) -> Viewing:
    """Give panes that show uptake the look that readers expect.

    Parameters
    ----------
    viewing
        What is about to be shown.
    seen
        Stacks that were shown before: as they were left they stay, but a reset gives them back the usual look.
    series_of
        Finds the series of a stack.
    """

    def looked_at(pane: PaneState) -> PaneState:
        series = series_of(pane.selection)
        if series is None or series.first.sop_class_uid not in PET_CLASSES or pane.first != Look():
            return pane
        is_new = pane.selection not in seen and pane.look.view == View()
        look = replace(pane.look, view=DARK_ON_WHITE) if is_new else pane.look
        return replace(pane, look=look, first=Look(view=DARK_ON_WHITE))

    return viewing.mapped(looked_at)

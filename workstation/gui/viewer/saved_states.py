"""A pane goes over to the presentation state that was saved of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workstation.display.laid_view import onto_first
from workstation.display.view import View
from workstation.display.viewing import Viewing
from workstation.model.annotation import Annotation


def with_saved_state(
    viewing: Viewing,
    number: int,
    saved: Mapping[tuple[str, int], Iterable[Annotation]],
    state_uid: str,
    *,
    keeps_window: bool,
) -> Viewing:
    """Give what is shown once a state stands in place of what went into it.

    Parameters
    ----------
    viewing, number
        What is shown, and the pane that was saved.
    saved
        The annotations that are in the state now, by image and frame.
    state_uid
        SOP Instance UID of the state.
    keeps_window
        The state holds no window, as of images in colour.
    """
    marking = viewing.marking
    for annotation in (each for annotations in saved.values() for each in annotations):
        marking = marking.without_annotation(annotation.id)
    new = replace(viewing, marking=marking)
    for each in new.showing_with(number):
        look = new.panes[each].look
        view = View(zoom=look.view.zoom, centre_px=look.view.centre_px, interpolation=look.view.interpolation)
        if keeps_window:
            view = replace(view, voi=look.view.voi, inverted=look.view.inverted)
        view = onto_first(view, new.panes[each].first.view)
        new = new.with_look(each, replace(look, view=view, presentation=state_uid))
    return new

"""One way of looking at images of one stack that differ: in their size, and in being grey or in colour."""

from dataclasses import replace

from workstation.display.view import View
from workstation.model.frame import Frame
from workstation.model.index.records import Instance, Stack


def suited(view: View, frame: Frame, *, keeps_window: bool = True) -> View:
    """Give the view that shows of a frame what it shows of the image on which it was chosen.

    Parameters
    ----------
    view
        Zoom and centre were chosen on an image of ``of_px`` rows and columns.
    frame
        What it is to show. The same part of it is seen, as large on the screen.
    keeps_window
        False where the window was chosen on images of another kind, see `is_mixed`.

    Returns
    -------
    View
        The view itself where nothing is to be changed.
    """
    if not keeps_window and view.voi is not None:
        view = replace(view, voi=None)
    rows, columns = frame.pixels.shape[:2]
    if view.of_px is None or view.of_px == (rows, columns):
        return view
    old_rows, old_columns = view.of_px
    zoom = None if view.zoom is None else view.zoom * max(old_rows, old_columns) / max(rows, columns)
    centre = view.centre_px
    if centre is not None:
        centre = ((centre[0] + 0.5) * columns / old_columns - 0.5, (centre[1] + 0.5) * rows / old_rows - 0.5)
    return replace(view, zoom=zoom, centre_px=centre, of_px=(rows, columns))


def is_mixed(stack: Stack) -> bool:
    """Tell whether a stack has images in grey and in colour: a window of the ones means nothing for the others."""
    first = is_in_colour(stack.frames[0].instance)
    return any(is_in_colour(ref.instance) != first for ref in stack.frames)


def is_in_colour(instance: Instance) -> bool:
    """Tell from its header whether an image is in colour."""
    return instance.samples_per_pixel > 1 or instance.photometric_interpretation == "PALETTE COLOR"

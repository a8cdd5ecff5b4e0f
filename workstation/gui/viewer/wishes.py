"""What was wished of a picture before its image was there, made part of its view."""

from dataclasses import replace

from workstation.display.preset_table import PresetTable
from workstation.display.presets import preset_voi
from workstation.display.true_size import true_size
from workstation.display.view import View
from workstation.display.viewing import Look
from workstation.errors import UserError
from workstation.model.frame import Frame


def fulfilled(
    look: Look, frame: Frame, modality: str, *, table: PresetTable | None = None, mm_per_px: float | None = None
) -> View:
    """Give the view with what was wished; a window that no one knows, and true size without a scale, are left out.

    Parameters
    ----------
    look
        With the wish.
    frame, modality
        The image that is there now.
    table
        The windows of modalities; those that come with the program where it is None.
    mm_per_px
        Size of a device pixel of the monitor, None where it was not measured.
    """
    view, wish = look.view, look.wish
    if wish is None:
        return view
    if wish.preset and view.voi is None and not frame.is_colour:
        view = replace(view, voi=preset_voi(frame, wish.preset, modality, table=table))
    if wish.is_true_size and view.zoom is None:
        try:
            view = replace(view, zoom=true_size(frame.spacing, mm_per_px).zoom)
        except UserError:
            return view
    return view

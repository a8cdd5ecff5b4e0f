"""How an image is looked at: the window that is asked for, else that of the file, as it is first looked at."""

from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.colour_tables import table_of
from workstation.display.habits import habitual_view
from workstation.display.presets import preset_names, preset_voi, voi_text
from workstation.display.probe import unit_text
from workstation.display.render import Picture, render
from workstation.display.view import Size, View
from workstation.display.voi import default_voi, first_voi, value_range
from workstation.errors import UserError
from workstation.model.frame import Frame, Voi, Window
from workstation.model.index.records import Instance
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.drawings import Drawings
    from workstation.terminal.marks import Marks
    from workstation.terminal.operations import ViewerParameters


@dataclass(frozen=True, slots=True)
class Dressed:
    """A frame and how it is looked at, what is drawn on it, and sentences about that."""

    frame: Frame
    view: View
    drawings: "Drawings | None" = None
    words: tuple[str, ...] = ()


def dressed(
    frame: Frame,
    instance: Instance,
    parameters: "ViewerParameters",
    marks: "Marks | None" = None,
    *,
    with_texts: bool = False,
) -> Dressed:
    """Give a frame as it is looked at, without a zoom, and with what is to be drawn on it.

    Parameters
    ----------
    marks
        What there is to be drawn; None draws nothing.
    with_texts
        Whether there are so many dots that texts can be read in the picture.

    Raises
    ------
    UserError
        If there is no window, or no colour table, of the name that is asked for.
    """
    asked = asked_view(frame, instance, parameters)
    usual = usual_view(frame, instance, asked)
    if marks is None:
        return Dressed(frame, usual)
    return marks.dressed(frame, instance, usual=usual, asked=asked, with_texts=with_texts)


def picture_of(dressed: Dressed, view: View, size_px: Size, sop_instance_uid: str) -> Picture:
    """Render a frame with what is drawn on it, in a view that was fitted."""
    picture = render(dressed.frame, view, size_px)
    if dressed.drawings is not None:
        dressed.drawings.put_over(picture, sop_instance_uid, dressed.frame, view)
    return picture


def usual_view(frame: Frame, instance: Instance, asked: View) -> View:
    """Give the view of a frame: what is asked for, else how it is first looked at."""
    habit = habitual_view(instance.sop_class_uid)
    voi = asked.voi or first_voi(frame, instance.modality)
    return replace(asked, voi=voi, inverted=habit.inverted != asked.inverted)


def asked_view(frame: Frame, instance: Instance, parameters: "ViewerParameters") -> View:
    """Give what is asked for of a frame; no window where none is asked for, no zoom.

    Raises
    ------
    UserError
        If there is no window, or no colour table, of that name for it.
    """
    table_of(parameters.colours)
    voi = _voi(frame, instance, parameters)
    return View(voi=voi, inverted=parameters.invert, colours=parameters.colours, overlays=False)


def window_text(frame: Frame, view: View) -> str:
    """Say which window, as the corner text does; empty for colours as they are."""
    if frame.is_colour and view.voi is None:
        return ""
    unit = unit_text(frame.modality.unit)
    return voi_text(view.voi or default_voi(frame)) + (f" {unit}" if unit else "")


def _voi(frame: Frame, instance: Instance, parameters: "ViewerParameters") -> Voi | None:
    if parameters.preset:
        return _preset(frame, instance, parameters.preset)
    centre, width = parameters.window_center, parameters.window_width
    if centre is None and width is None:
        return None
    given = first_voi(frame, instance.modality) or default_voi(frame)
    low, high = value_range(given)
    own = given if isinstance(given, Window) else Window((low + high) / 2, max(high - low, 1))
    return replace(
        own,
        center=own.center if centre is None else centre,
        width=own.width if width is None else width,
        explanation="",
    )


def _preset(frame: Frame, instance: Instance, name: str) -> Voi:
    from workstation.display.preset_table import PresetTable

    table = PresetTable.load()
    voi = preset_voi(frame, name, instance.modality, table=table)
    if voi is None:
        names = ", ".join(preset_names(instance.modality, table=table))
        raise UserError(f"There is no window called {name!r} for it.", hint=f"There are: file, {names}.")
    return voi

"""A picture fitted into characters: which box it takes, and how it is looked at in there. Its shape stays right."""

from dataclasses import replace

from workstation.display.view import Size, View, natural_size
from workstation.model.frame import Frame
from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Box
from workstation.terminal.sheet import Sheet

Point = tuple[float, float]
Room = tuple[int, int | None]
"""Columns and rows that there are; no end of rows for None, of which `MOST_ROWS` are taken."""
MOST_ROWS = 400
"""Of a picture where there is no end of rows."""
_EXACT = 1000.0
"""Whole numbers of so many parts of a pixel have the shape of small images, too."""
MOST_TIMES = 4
"""How many times finer than the dots a picture is rendered at most."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The box of a picture, the size in which it is rendered, and the view for that."""

    box: Box
    size_px: Size
    view: View


def fitted(frame: Frame, view: View, sheet: Sheet, room: Room, *, zoom: float = 1.0, pan_px: Point = (0, 0)) -> Fitted:
    """Fit a picture into some characters.

    Parameters
    ----------
    frame, view
        What is shown and how, without a zoom.
    room
        What there is for the picture.
    zoom
        How many times larger than it just fits; what doesn't fit then is cut.
    pan_px
        How far right and down of the middle of the image is what is in the middle of the picture, in its pixels.
    """
    whole = _box(_shape(frame, view), sheet, room, 1.0)
    if zoom == 1.0 and not any(pan_px):
        return Fitted(whole, *finer(frame, view, sheet.encoder.wanted_px(whole, sheet.cell), sheet))
    box = _box(_shape(frame, view), sheet, room, zoom)
    fit = view.fit_zoom(frame, sheet.encoder.wanted_px(whole, sheet.cell))
    closer = looked(frame, view, fit * zoom, pan_px)
    return Fitted(box, *finer(frame, closer, sheet.encoder.wanted_px(box, sheet.cell), sheet))


def looked(frame: Frame, view: View, zoom: float, pan_px: Point) -> View:
    """Give a view with a zoom, in pixels of the picture for one of the image, away from the middle by some of these."""
    rows, columns = frame.pixels.shape[:2]
    left, top, right, bottom = view.fitted_px or (0, 0, columns - 1, rows - 1)
    middle = ((left + right) / 2 + pan_px[0], (top + bottom) / 2 + pan_px[1])
    return replace(view, zoom=zoom, centre_px=middle)


def finer(frame: Frame, view: View, size_px: Size, sheet: Sheet) -> tuple[Size, View]:
    """Give a larger size to render in, and the view for that, where dots are coarser than the pixels of the image.

    Rendering takes every so many pixels; the encoder takes the mean over the area of a dot.
    """
    times = min(MOST_TIMES, int(1 / view.effective_zoom(frame, size_px)))
    if sheet.has_dots or times < 2:
        return size_px, view
    zoomed = view if view.zoom is None else replace(view, zoom=view.zoom * times)
    return (size_px[0] * times, size_px[1] * times), zoomed


def _shape(frame: Frame, view: View) -> Size:
    return natural_size(frame, replace(view, zoom=_EXACT))


def _box(shape: Size, sheet: Sheet, room: Room, zoom: float) -> Box:
    """Give the box in which a picture of some shape is as large as it can be, or cut to what there is."""
    width, height = shape
    columns, rows = room[0], room[1] or MOST_ROWS
    scale = min(columns * sheet.cell.width_px / width, rows * sheet.cell.height_px / height) * zoom
    across, down = round(width * scale / sheet.cell.width_px), round(height * scale / sheet.cell.height_px)
    return Box(max(1, min(across, columns)), max(1, min(down, rows)))

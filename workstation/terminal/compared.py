"""Two images side by side: the same window where their values mean the same, the same scale where both have one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.display.view import View
from workstation.display.voi import default_voi
from workstation.model.frame import Frame
from workstation.model.index.records import Instance
from workstation.operations.places import near
from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Box
from workstation.terminal.fitting import Room, fitted, looked
from workstation.terminal.lines import GAP, Row, lines_of
from workstation.terminal.looks import Dressed, dressed, window_text
from workstation.terminal.opened import ShownSeries
from workstation.terminal.results import ShownPicture, ShownRow
from workstation.terminal.sheet import Sheet
from workstation.terminal.tiles import Tile, drawn_in, joined, tile_px
from workstation.terminal.words import plain

if TYPE_CHECKING:
    from workstation.terminal.marks import Marks
    from workstation.terminal.operations import ViewerParameters


Given = tuple[ShownSeries, "Marks | None"]


@dataclass(frozen=True, slots=True)
class _Side:
    series: ShownSeries
    number: int
    instance: Instance
    dressed: Dressed
    lines: tuple[str, ...] = ()


def compared(pair: tuple[Given, Given], parameters: "ViewerParameters", sheet: Sheet) -> ShownRow:
    """Draw two images beside each other; each with what is to be drawn on it.

    Raises
    ------
    Refused
        If one cannot be read.
    UserError
        If there is no such frame, or no such window.
    """
    columns = max(2, (sheet.room(0)[0] - len(GAP)) // 2)
    one, other = (_side(series, parameters, sheet, marks) for series, marks in pair)
    both = one, _in_window_of(one, other)
    sides = [
        replace(each, lines=_lines(each, name, parameters, columns))
        for each, name in zip(both, _names(both), strict=True)
    ]
    _, rows = sheet.room(max(len(each.lines) for each in sides))
    room = _room(sides, sheet, (columns, rows))
    views = _views(sides, sheet, room, parameters)
    tiles = [
        Tile(drawn_in(side.dressed, view, sheet, room, side.instance.sop_instance_uid), side.lines)
        for side, view in zip(sides, views, strict=True)
    ]
    sent, box, size_bytes = joined(tiles, sheet, room)
    told = tuple(_told(each, sheet, room, size_bytes) for each in sides)
    return ShownRow(pictures=told, columns=box.columns, rows=box.rows, for_terminal=sent)


def _side(series: ShownSeries, parameters: "ViewerParameters", sheet: Sheet, marks: "Marks | None") -> _Side:
    number = series.first if parameters.frame is None else parameters.frame - 1
    if number >= series.count:
        raise series.lacks_number()
    frame, instance = series.frame(number), series.instance(number)
    shown = dressed(frame, instance, parameters, marks, with_texts=sheet.has_dots)
    return _Side(series, number, instance, shown)


def _in_window_of(one: _Side, other: _Side) -> _Side:
    """Give the other side the window of the first, where their values mean the same."""
    means = [(each.instance.modality, each.dressed.frame.modality.unit) for each in (one, other)]
    if means[0] != means[1] or one.dressed.frame.is_colour or other.dressed.frame.is_colour:
        return other
    voi = one.dressed.view.voi or default_voi(one.dressed.frame)
    return replace(other, dressed=replace(other.dressed, view=replace(other.dressed.view, voi=voi)))


def _names(sides: Sequence[_Side]) -> list[str]:
    """Give the names of files, with their folders where the names alone are the same."""
    places = [each.instance.place for each in sides]
    names = [Path(each.member or each.path).name for each in places]
    return names if len(set(names)) == len(names) else [near(str(each)) for each in places]


def _lines(side: _Side, name: str, parameters: "ViewerParameters", columns: int) -> tuple[str, ...]:
    series, number, dressed = side.series, side.number, side.dressed
    which = f"{number + 1} of {series.counted}" if series.count > 1 else ""
    rows: tuple[Row, ...] = (Row("File" if parameters.show_info else "", (plain(name),)),)
    if parameters.show_info:
        from workstation.terminal.information import information

        rows += information(series, number, dressed.frame, dressed.view)
    else:
        said = (series.title, which, window_text(dressed.frame, dressed.view))
        rows += (Row("", tuple(filter(None, map(plain, said)))),)
    if dressed.words:
        rows += (Row("Drawn", tuple(map(plain, dressed.words))),)
    return lines_of(rows, columns)


def _room(sides: list[_Side], sheet: Sheet, room: Room) -> Box:
    boxes = [fitted(each.dressed.frame, each.dressed.view, sheet, room).box for each in sides]
    return Box(max(each.columns for each in boxes), max(each.rows for each in boxes))


def _views(sides: list[_Side], sheet: Sheet, room: Box, parameters: "ViewerParameters") -> list[View]:
    """Give the views of both: of one scale where lengths are known, else each fitted."""
    size_px = tile_px(sheet, room)
    fits = [each.dressed.view.fit_zoom(each.dressed.frame, size_px) for each in sides]
    closest = [_closest_mm(each.dressed.frame) for each in sides]
    if None not in closest:
        mm_per_px = max(mm / fit for mm, fit in zip(closest, fits, strict=True) if mm is not None)
        fits = [mm / mm_per_px for mm in closest if mm is not None]
    dressed = [each.dressed for each in sides]
    return [
        looked(each.frame, each.view, fit * parameters.zoom, parameters.pan)
        for each, fit in zip(dressed, fits, strict=True)
    ]


def _closest_mm(frame: Frame) -> float | None:
    spacing = frame.spacing
    return min(spacing.between_rows, spacing.between_columns) if spacing.is_metric else None


def _told(side: _Side, sheet: Sheet, room: Box, size_bytes: int) -> ShownPicture:
    return ShownPicture.of(
        side.series,
        side.number,
        room,
        tile_px(sheet, room),
        mode=sheet.mode,
        window=window_text(side.dressed.frame, side.dressed.view),
        caption=side.lines,
        size_bytes=size_bytes,
    )

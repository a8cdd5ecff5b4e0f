"""Pictures side by side as one, with the lines of each below it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workstation.display.render import Picture
from workstation.display.view import View
from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Box, resampled
from workstation.terminal.fitting import finer
from workstation.terminal.lines import GAP
from workstation.terminal.looks import Dressed, picture_of
from workstation.terminal.sheet import Sheet
from workstation.terminal.words import padded


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture in its room, black where it does not reach or where there is none; and cleaned lines below."""

    picture: Picture | None
    lines: tuple[str, ...]


def tile_px(sheet: Sheet, room: Box) -> tuple[int, int]:
    """Give the width and height of a picture that fills the room of a tile."""
    return sheet.encoder.wanted_px(room, sheet.cell)


def drawn_in(dressed: Dressed, view: View, sheet: Sheet, room: Box, sop_instance_uid: str) -> Picture:
    """Draw an image into the room of a tile: fitted, or as ``view.zoom`` says."""
    size_px = tile_px(sheet, room)
    larger, looked = finer(dressed.frame, view, size_px, sheet)
    return resampled(picture_of(dressed, looked, larger, sop_instance_uid), *size_px)


def joined(tiles: Sequence[Tile], sheet: Sheet, room: Box) -> tuple[bytes, Box, int]:
    """Encode tiles of one size beside each other.

    Returns
    -------
    tuple
        What is sent, the characters that the pictures take together, and the bytes of the pictures alone.
    """
    gap = len(GAP)
    box = Box(len(tiles) * (room.columns + gap) - gap, room.rows)
    width, height = sheet.encoder.wanted_px(box, sheet.cell)
    canvas = np.zeros((height, width, 3), np.uint8)
    for at, tile in enumerate(tiles):
        left = round(width * at * (room.columns + gap) / box.columns)
        right = min(width, left + round(width * room.columns / box.columns))
        if tile.picture is not None:
            canvas[:, left:right] = resampled(tile.picture, right - left, height)
    drawn = sheet.encoder.lines(canvas, box, sheet.cell)
    text = "".join(f"{line}\n" for line in _lines(tiles, room.columns))
    return drawn + text.encode(sheet.encoding, "replace"), box, len(drawn)


def _lines(tiles: Sequence[Tile], columns: int) -> list[str]:
    count = max(len(each.lines) for each in tiles)
    rows = [[each.lines[at] if at < len(each.lines) else "" for each in tiles] for at in range(count)]
    return [GAP.join(padded(line, columns) for line in row).rstrip() for row in rows]


def zoomed(view: View, dressed: Dressed, size_px: tuple[int, int], times: float) -> View:
    """Give a view some times larger than fitted."""
    return view if times == 1 else replace(view, zoom=view.fit_zoom(dressed.frame, size_px) * times)

"""A decoder of Sixel that follows the manual of the VT330 and VT340 (EK-VT3XX-TP, chapter 14) and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_INTRODUCER = re.compile(rb"\x1bP(\d*(?:;\d*)*)q(.*?)\x1b\\", re.DOTALL)
_PART = re.compile(rb'"(\d*(?:;\d*)*)|#(\d+(?:;\d+)*)|!(\d+)([?-~])|([?-~]+)|([$-])')


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture, which of its pixels were drawn, and how many colours were defined."""

    rgb: NDArray[np.float64]
    is_drawn: NDArray[np.bool_]
    colours: int


def decode(sent: bytes) -> Decoded:
    """Decode a control string that is a Sixel picture and nothing else."""
    found = _INTRODUCER.fullmatch(sent)
    assert found, sent[:80]
    data = found[2]
    at, places = 0, []
    while at < len(data):
        part = _PART.match(data, at)
        assert part, data[at : at + 20]
        places.append(part)
        at = part.end()
    width, height = _raster(places[0])
    rgb = np.full((height + 6, width, 3), np.nan)
    palette: dict[int, tuple[float, ...]] = {}
    colour, column, top = -1, 0, 0
    for part in places[1:]:
        _, chosen, repeat, repeated, plain, move = part.groups()
        if chosen:
            colour, *definition = map(int, chosen.split(b";"))
            if definition:
                kind, *percents = definition
                assert kind == 2, "red, green and blue"
                assert all(0 <= percent <= 100 for percent in percents)
                palette[colour] = tuple(255 * percent / 100 for percent in percents)
        elif move:
            column = 0
            top += 6 if move == b"-" else 0
        else:
            drawn = np.frombuffer(repeated * int(repeat) if repeat else plain, np.uint8) - 63
            for row in range(6):
                columns = column + np.flatnonzero(drawn >> row & 1)
                assert (columns < width).all(), "beyond the right edge"
                rgb[top + row, columns] = palette[colour]
            column += len(drawn)
    is_drawn = ~np.isnan(rgb[:, :, 0])
    assert not is_drawn[height:].any(), "below the last row"
    return Decoded(rgb[:height], is_drawn[:height], len(palette))


def _raster(part: re.Match[bytes]) -> tuple[int, int]:
    assert part[1], "raster attributes come first"
    down, across, width, height = map(int, part[1].split(b";"))
    assert (down, across) == (1, 1), "square pixels"
    return width, height

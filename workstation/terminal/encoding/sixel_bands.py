"""Numbers of colours as Sixel data: bands of six rows, each colour of a band in a line of its own with lengths of runs.

After the manual of DEC's VT330 and VT340 (EK-VT3XX-TP, chapter 14). All rows, columns and colours of many bands are
worked on at once:

* Where the same colour stands in several of the six rows of a column, one character draws them all. It is kept at the
  uppermost of these rows; comparing the rows with each other tells which it is, and which bits the character has.
* A run begins where that isn't the same as in the column to the left. Runs, not pixels, are then sorted by band, colour
  and column; each gives what moves to it and its characters as three words of eight bytes, zeros where not needed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BAND_PX = 6
MOST_COLOURS = 255

_NOTHING = 255
"""Below the last row of the picture there is no colour."""

_BANDS_AT_ONCE = 12
"""Few enough that all that is made of them stays near the processor (three times as fast as all at once)."""

_SHORTEST_RUN = 4
"""Shorter ones are written out."""

_NEXT_BAND, _SAME_BAND, _BLANK = ord("-"), ord("$"), ord("?")


class _Runs(NamedTuple):
    """Runs of one character, an entry each."""

    band: NDArray[np.intp]
    column: NDArray[np.intp]
    length: NDArray[np.intp]
    bits: NDArray[np.uint8]
    colour: NDArray[np.uint8]


class _Words(NamedTuple):
    """Bytes, at most eight in a word, the first in its lowest bits, by what they are for."""

    gaps: NDArray[np.uint64]
    """By how many columns are passed."""
    repeats: NDArray[np.uint64]
    """By the length of a run; its character comes after."""
    places: NDArray[np.uint64]
    """By the length of a run: times a character this is the character in all places where it stands in the word."""
    colours: NDArray[np.uint64]
    """By number of a colour: what goes back to the first column and chooses it."""


def sixel_data(colours: NDArray[np.uint8]) -> bytes:
    """Give the Sixel data of a picture whose colours are defined.

    Parameters
    ----------
    colours
        (height, width): numbers of colours, below `MOST_COLOURS`.
    """
    step = _BANDS_AT_ONCE * BAND_PX
    parts = [_bands(colours[top : top + step]) for top in range(0, colours.shape[0], step)]
    return b"-".join(parts)


def _bands(colours: NDArray[np.uint8]) -> bytes:
    height, width = colours.shape
    rest = height % BAND_PX
    if rest:
        colours = np.concatenate([colours, np.full((BAND_PX - rest, width), _NOTHING, np.uint8)])
    rows = np.ascontiguousarray(colours.reshape(-1, BAND_PX, width).swapaxes(0, 1))
    characters = _characters(rows)
    characters[rest or BAND_PX :, -1] = 0
    return _written(_runs(characters, rows), width)


def _characters(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the bits of the character that belongs to each pixel (row, band, column); 0 where that is of a row above."""
    bits, is_first = np.empty_like(rows), np.ones_like(rows)
    bits[:] = (1 << np.arange(BAND_PX, dtype=np.uint8))[:, None, None]
    for row in range(1, BAND_PX):
        is_same = np.equal(rows[:row], rows[row]).view(np.uint8)
        bits[:row] |= is_same * np.uint8(1 << row)
        is_first[row] = np.bitwise_or.reduce(is_same, axis=0) ^ np.uint8(1)
    bits *= is_first
    return bits


def _runs(bits: NDArray[np.uint8], colour: NDArray[np.uint8]) -> _Runs:
    """Find the runs along each row of each band."""
    both = bits.astype(np.uint16)
    both *= 256
    both += colour
    shown = bits != 0
    changes = np.ones((*bits.shape[:2], bits.shape[2] + 1), bool)
    np.not_equal(both[..., 1:], both[..., :-1], out=changes[..., 1:-1])
    first = np.flatnonzero(changes[..., :-1] & shown)
    last = np.flatnonzero(changes[..., 1:] & shown)
    row, column = np.divmod(first, bits.shape[2])
    return _Runs(row % bits.shape[1], column, last - first + 1, bits.ravel().take(first), colour.ravel().take(first))


def _written(runs: _Runs, width: int) -> bytes:
    """Write runs in the order of their bands, colours and columns."""
    line = runs.band.astype(np.uint16) * np.uint16(256) + runs.colour
    order = np.argsort(runs.column.astype(np.uint16), kind="stable")
    order = order.take(np.argsort(line.take(order), kind="stable"))
    column, length, line = runs.column.take(order), runs.length.take(order), line.take(order)
    is_new = np.ones(len(line), bool)
    np.not_equal(line[1:], line[:-1], out=is_new[1:])
    gap = column.copy()
    gap[1:] -= (column + length)[:-1] * ~is_new[1:]
    words = _words(1 << int(width).bit_length())
    character = runs.bits.take(order).astype(np.uint64) + np.uint64(_BLANK)
    written = np.zeros((len(line), 3), np.uint64)
    new = np.flatnonzero(is_new)
    written[new, 0] = _chosen(line.take(new), words)
    written[:, 1] = words.gaps.take(gap)
    written[:, 2] = words.repeats.take(length) + words.places.take(length) * character
    data = written.view(np.uint8).ravel()
    return data.take(np.flatnonzero(data != 0)).tobytes()


def _chosen(lines: NDArray[np.uint16], words: _Words) -> NDArray[np.uint64]:
    """Give the choice of a colour for each line, with what brings it to the next band, or back to the start of this."""
    chosen = words.colours.take(lines & np.uint16(255))
    band = lines >> np.uint16(8)
    chosen[1:] += (band[1:] != band[:-1]) * np.uint64(_NEXT_BAND - _SAME_BAND)
    chosen[0] -= np.uint64(_SAME_BAND)
    return chosen


@lru_cache(maxsize=4)
def _words(longest: int) -> _Words:
    short = range(_SHORTEST_RUN)
    repeats = [b"!%d" % length for length in range(_SHORTEST_RUN, longest)]
    places = [0, 1 << 56, 1 << 56 | 1 << 48, 1 << 56 | 1 << 48 | 1 << 40, *(1 << 56 for _ in repeats)]
    return _Words(
        gaps=_packed([*(b"?" * length for length in short), *(repeat + b"?" for repeat in repeats)]),
        repeats=_packed([*(b"" for _ in short), *repeats]),
        places=np.array(places, np.uint64),
        colours=_packed([b"$#%d" % number for number in range(MOST_COLOURS)]),
    )


def _packed(words: list[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(word.ljust(8, b"\0") for word in words), "<u8").astype(np.uint64)

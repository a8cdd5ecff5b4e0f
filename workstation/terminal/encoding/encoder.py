"""What every way to show a picture in a terminal offers, and the choice among them."""

from __future__ import annotations

from typing import Literal, Protocol, assert_never

from workstation.terminal.encoding.blocks import Blocks
from workstation.terminal.encoding.boxes import Box, Cell, Picture
from workstation.terminal.encoding.letters import Letters

Mode = Literal["ascii", "ansi"]
Colour = Literal["256", "24bit"]
BlockShape = Literal["half", "quarter"]
Quality = Literal["low", "high"]


class Encoder(Protocol):
    """Turns pictures into bytes; it remembers the last picture that it placed.

    A picture is uint8 (height, width, 3) of square pixels in the shape of its box, brought to the dots of the mode.
    """

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give width and height of the picture that fills a box at the resolution of the mode, in square pixels."""

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:
        """Give the picture for a stream.

        It begins where the cursor is, at the start of a line; the cursor ends at the start of the line below, with no
        colour left on.
        """

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:
        """Give the picture for a box of a full screen, over the one placed before, without flicker.

        Parameters
        ----------
        picture, box, cell
            The picture, the box that it fills, and the room of a character.
        column, row
            The character at the top left of the box, from 0.
        """

    def cleared(self) -> bytes:
        """Take off what was placed, where that is more than characters, and forget it: the next one is drawn whole."""


def encoder_of(
    mode: Mode, *, blocks: BlockShape = "half", colour: Colour = "24bit", quality: Quality = "high"
) -> Encoder:
    """Give a new encoder.

    Parameters
    ----------
    mode
        ``ascii`` letters, ``ansi`` coloured blocks.
    blocks
        Two dots (half) or four (quarter) a character, for ``ansi``.
    colour
        The 256 colours of xterm, or 24 bits, for ``ansi``.
    quality
        ``high`` chooses letters by their shape, ``low`` by their brightness among ten, for ``ascii``.
    """
    match mode:
        case "ascii":
            return Letters(quality)
        case "ansi":
            return Blocks(blocks, colour)
        case _:
            assert_never(mode)

"""What every way to show a picture in a terminal offers, and the choice among them."""

from __future__ import annotations

from typing import Literal, Protocol, assert_never

from workstation.terminal.encoding.blocks import Blocks
from workstation.terminal.encoding.boxes import Box, Cell, Picture
from workstation.terminal.encoding.iterm2 import ITerm2
from workstation.terminal.encoding.kitty import Kitty
from workstation.terminal.encoding.letters import Letters
from workstation.terminal.encoding.sixel import Sixel

Mode = Literal["ascii", "ansi", "iterm2", "kitty", "sixel"]
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
    mode: Mode,
    *,
    blocks: BlockShape = "half",
    colour: Colour = "24bit",
    quality: Quality = "high",
    sixel_colours: int = 256,
    sixel_largest_px: tuple[int, int] | None = None,
    shared_memory: bool = False,
    through_tmux: bool = False,
) -> Encoder:
    """Give a new encoder.

    Parameters
    ----------
    mode
        ``ascii`` letters, ``ansi`` coloured blocks, or the protocol of ``iterm2``, ``kitty`` or ``sixel``.
    blocks
        Two dots (half) or four (quarter) a character, for ``ansi``.
    colour
        The 256 colours of xterm, or 24 bits, for ``ansi``.
    quality
        ``high`` chooses letters by their shape, ``low`` by their brightness among ten, for ``ascii``.
    sixel_colours
        How many colours the terminal keeps, for ``sixel``.
    sixel_largest_px
        Width and height of the largest picture that it takes, where it says so, for ``sixel``.
    shared_memory
        Whether the terminal reads from the shared memory of this machine, for ``kitty``.
    through_tmux
        Whether what is no character goes through a tmux that doesn't understand it itself.
    """
    match mode:
        case "ascii":
            return Letters(quality)
        case "ansi":
            return Blocks(blocks, colour)
        case "iterm2":
            return ITerm2(through_tmux=through_tmux)
        case "kitty":
            return Kitty(shared_memory=shared_memory, through_tmux=through_tmux)
        case "sixel":
            return Sixel(colours=sixel_colours, largest_px=sixel_largest_px, through_tmux=through_tmux)
        case _:
            assert_never(mode)

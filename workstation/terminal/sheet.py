"""Where pictures are drawn: how many characters there are, how large each is, and what encodes pictures for them."""

import os
import sys
from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import Encoder, Mode, encoder_of

if TYPE_CHECKING:
    from workstation.terminal.device.abilities import Abilities
    from workstation.terminal.operations import ViewerParameters

COLUMNS, MOST_COLUMNS = 80, 2000
"""Of what is no terminal: usually, and at most."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to draw on.

    Parameters
    ----------
    encoder, mode
        What encodes pictures, and what that is called.
    columns, rows
        Characters that there are; no end of rows where ``rows`` is None.
    cell
        The room of a character.
    limit
        The most that a picture may take; None is all there is.
    encoding
        Of text.
    """

    encoder: Encoder
    mode: Mode
    columns: int
    rows: int | None
    cell: Cell
    limit: Box | None = None
    encoding: str = "utf-8"

    @property
    def has_dots(self) -> bool:
        """Whether pictures have so many dots that letters can be read in them."""
        return self.mode in ("iterm2", "kitty", "sixel")

    def room(self, lines: int) -> tuple[int, int | None]:
        """Give the columns and rows for a picture with so many lines of text below it, and one for what comes next."""
        if self.limit is not None:
            return self.limit.columns, self.limit.rows
        return self.columns, None if self.rows is None else max(2, self.rows - lines - 1)


def sheet_for(parameters: "ViewerParameters", abilities: "Abilities") -> Sheet:
    """Choose how pictures are drawn: as asked for, or as the terminal can."""
    columns, rows = abilities.columns, abilities.rows if abilities.is_terminal else None
    mode = mode_for(parameters, abilities)
    # The encoder parts a larger picture where characters end, if it is told where that is.
    if mode == "sixel" and abilities.sixel_largest_px is not None and not abilities.cell.is_told:
        columns, rows = _within(abilities.sixel_largest_px, columns, rows, abilities.cell)
    return Sheet(
        encoder_for(parameters, abilities),
        mode,
        columns,
        rows,
        abilities.cell,
        Box(parameters.size.width, parameters.size.height) if parameters.size else None,
        "utf-8" if abilities.unicode else "ascii",
    )


def mode_for(parameters: "ViewerParameters", abilities: "Abilities") -> Mode:
    """Give the mode that is asked for, or the best that the terminal can."""
    return abilities.best().mode if parameters.mode == "auto" else parameters.mode


def encoder_for(parameters: "ViewerParameters", abilities: "Abilities") -> Encoder:
    """Give a new encoder for a terminal."""
    mode = mode_for(parameters, abilities)
    tmux_draws = mode == "sixel" and abilities.sixel  # it says itself whether it was built so
    return encoder_of(
        mode,
        blocks=parameters.blocks,
        colour=parameters.color or ("256" if abilities.colours == "256" else "24bit"),
        quality=parameters.quality,
        sixel_colours=abilities.sixel_colours,
        sixel_largest_px=abilities.sixel_largest_px,
        shared_memory=abilities.kitty_shared_memory,
        through_tmux=abilities.inside_tmux and not tmux_draws,
    )


def _within(largest_px: tuple[int, int], columns: int, rows: int | None, cell: Cell) -> tuple[int, int]:
    """Give no more characters than the largest picture of a terminal takes."""
    most_rows = max(1, largest_px[1] // cell.height_px)
    return max(1, min(columns, largest_px[0] // cell.width_px)), most_rows if rows is None else min(rows, most_rows)


def no_terminal() -> "Abilities":
    """Give what a pipe or a file can: letters, as wide as ``COLUMNS`` says."""
    from workstation.terminal.device.abilities import Abilities

    given = os.environ.get("COLUMNS", "")
    columns = int(given) if given.isdecimal() and int(given) else COLUMNS
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return Abilities(columns=min(columns, MOST_COLUMNS), unicode=is_unicode)

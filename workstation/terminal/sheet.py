"""Where pictures are drawn: how many characters there are, how large each is, and what encodes pictures for them."""

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import Encoder, encoder_of

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.terminal.operations import ViewerParameters

COLUMNS = 80
"""Of what is no terminal."""


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
    """

    encoder: Encoder
    mode: str
    columns: int
    rows: int | None
    cell: Cell
    limit: Box | None = None

    @property
    def has_dots(self) -> bool:
        """Whether pictures have so many dots that letters can be read in them."""
        return self.mode in ("iterm2", "kitty", "sixel")

    def room(self, lines: int) -> tuple[int, int | None]:
        """Give the columns and rows for a picture with so many lines of text below it, and one for what comes next."""
        if self.limit is not None:
            return self.limit.columns, self.limit.rows
        return self.columns, None if self.rows is None else max(2, self.rows - lines - 1)


def sheet_for(parameters: "ViewerParameters", job: "Job") -> Sheet:
    """Choose how pictures are drawn: as asked for, or as the terminal can."""
    columns, rows = _size(job)
    mode = parameters.mode if parameters.mode != "auto" else "ansi" if job.on_terminal else "ascii"
    encoder = encoder_of(
        mode,
        blocks=parameters.blocks or "half",
        colour=parameters.color or "24bit",
        quality=parameters.quality,
    )
    limit = Box(parameters.size.width, parameters.size.height) if parameters.size else None
    return Sheet(encoder, mode, columns, rows, Cell(), limit)


def _size(job: "Job") -> tuple[int, int | None]:
    if job.on_terminal:
        size = shutil.get_terminal_size()
        return size.columns, size.lines
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() and int(given) else COLUMNS, None

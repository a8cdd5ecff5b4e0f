"""What a terminal can, as it told us itself, and which way to show pictures follows from that."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Cell

if TYPE_CHECKING:
    from workstation.terminal.device.asking import Asking


@dataclass(frozen=True, slots=True)
class Best:
    """The way to show pictures that suits a terminal best."""

    mode: Literal["ascii", "ansi", "iterm2", "kitty", "sixel"]
    colour: Literal["256", "24bit"] = "24bit"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a terminal can.

    Parameters
    ----------
    is_terminal
        False for a pipe or a file; everything else then has its default.
    has_screen
        Whether text can be put anywhere on it: not on a dumb one, nor where it is not ours to take.
    columns, rows, cell
        Its size in characters, and the room of one.
    kitty, kitty_shared_memory, kitty_placeholders
        The graphics protocol of kitty, pictures through memory that both see, and by placeholder characters.
    sixel, sixel_colours, sixel_largest_px
        Sixel, its colour registers, and the (width, height) that it takes where it says so.
    iterm2
        Inline images of iTerm2.
    colours
        Of characters; ``none`` also where the environment asks for none (NO_COLOR).
    unicode
        Whether it shows UTF-8.
    synchronized
        Whether it shows an update whole (mode 2026).
    mouse_in_pixels
        Whether it tells places of the mouse in pixels (mode 1016).
    inside_tmux
        Whether tmux stands between: kitty's sequences are wrapped then.
    said
        Its name and version (XTVERSION), cleaned.
    is_settled
        Whether it answered to the end, or was not asked. Otherwise answers may still come.
    asking
        How it was asked; ``Screen`` goes on with it.
    """

    is_terminal: bool = False
    has_screen: bool = False
    columns: int = 80
    rows: int = 24
    cell: Cell = field(default_factory=Cell)
    kitty: bool = False
    kitty_shared_memory: bool = False
    kitty_placeholders: bool = False
    sixel: bool = False
    sixel_colours: int = 256
    sixel_largest_px: tuple[int, int] | None = None
    iterm2: bool = False
    colours: Literal["none", "256", "24bit"] = "none"
    unicode: bool = False
    synchronized: bool = False
    mouse_in_pixels: bool = False
    inside_tmux: bool = False
    said: str = ""
    is_settled: bool = True
    asking: Asking | None = field(default=None, repr=False, compare=False)

    def best(self) -> Best:
        """Choose pixels before blocks before letters; letters where there is no terminal or no colour."""
        if not self.is_terminal or self.colours == "none":
            return Best("ascii")
        colour: Literal["256", "24bit"] = "24bit" if self.colours == "24bit" else "256"
        # tmux forgets where a picture is when it moves a pane; placeholders are characters and move with it.
        if self.kitty and (self.kitty_placeholders or not self.inside_tmux):
            return Best("kitty", colour)
        if self.iterm2 and not self.inside_tmux:
            return Best("iterm2", colour)
        if self.sixel:
            return Best("sixel", colour)
        return Best("ansi" if self.unicode else "ascii", colour)

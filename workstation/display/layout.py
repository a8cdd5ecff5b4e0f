"""How panes are laid out. It stands alone, so that a window can come up before anything that draws is loaded."""

import re
from dataclasses import field

from workstation.quick_dataclass import dataclass

MOST_ROWS = MOST_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns of panes, 1 to 5 each."""

    rows: int = 1
    columns: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.rows <= MOST_ROWS and 1 <= self.columns <= MOST_COLUMNS):
            raise ValueError(f"a grid of {self.rows} x {self.columns} panes: 1 to {MOST_ROWS} each way can be shown")

    @property
    def count(self) -> int:
        """How many panes there are."""
        return self.rows * self.columns

    @classmethod
    def parse(cls, text: str) -> "Grid":
        """Read ``2x3``: two rows of three panes."""
        match = re.fullmatch(r"\s*(\d+)\s*[xX×]\s*(\d+)\s*", text)
        if match is None:
            raise ValueError(f"{text!r} is not a grid such as 2x3")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}"


@dataclass(frozen=True, slots=True)
class Screen:
    """A window with panes of its own.

    Parameters
    ----------
    number
        0 is the main window, others are numbered as they were opened; a number that is free is taken again.
    grid
        Rows and columns of its panes.
    alone
        Place of the pane, from 0, that fills the window for a while.
    is_tiled
        All its panes show one series, each the image after that of the pane before.
    """

    number: int = 0
    grid: Grid = field(default_factory=Grid)
    alone: int | None = None
    is_tiled: bool = False

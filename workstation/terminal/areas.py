"""Which part of the terminal is for what: captions, pictures, the line of what is seen, the line of hints."""

from workstation.quick_dataclass import dataclass
from workstation.terminal.session import Area
from workstation.terminal.words import cut, wrapped

LEAST_COLUMNS, LEAST_ROWS = 24, 8
LEAST_COLUMNS_EACH = 20
"""Of pictures side by side."""
LEAST_PICTURE_ROWS = 8
"""Lines about the image give way to a picture of so many rows."""
LETTERS = 2
"""Columns beside a picture of characters for the letters of its sides."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand.

    Parameters
    ----------
    captions
        The line above each picture.
    pictures
        The pictures.
    information
        Lines about the image of the active pane, between captions and pictures.
    status_row, hint_row
        The last two lines.
    columns, rows
        Of the terminal.
    """

    captions: tuple[Area, ...]
    pictures: tuple[Area, ...]
    information: Area
    status_row: int
    hint_row: int
    columns: int
    rows: int

    @property
    def page(self) -> Area:
        """Where text in front of the images stands."""
        return Area(0, 0, self.columns, self.status_row)


def laid_out(columns: int, rows: int, panes: int, *, with_letters: bool, information_rows: int = 0) -> Layout | None:
    """Lay out a terminal; None where it is too small, see `needed`.

    Parameters
    ----------
    with_letters
        Keep room beside the pictures for letters, since they are too coarse to have any in them.
    information_rows
        How many lines about the image there are; as many of them are shown as there is room for.
    """
    if columns < needed(panes)[0] or rows < LEAST_ROWS:
        return None
    each = columns // panes
    captions = tuple(Area(number * each, 0, each - (number < panes - 1), 1) for number in range(panes))
    beside = LETTERS if with_letters else 0
    above = 1 + max(0, min(information_rows, rows - 3 - LEAST_PICTURE_ROWS))
    pictures = tuple(
        Area(place.column + beside, above, place.columns - 2 * beside, rows - 2 - above) for place in captions
    )
    return Layout(captions, pictures, Area(0, 1, columns, above - 1), rows - 2, rows - 1, columns, rows)


def needed(panes: int) -> tuple[int, int]:
    """Give the columns and rows that pictures side by side need."""
    return max(LEAST_COLUMNS, panes * LEAST_COLUMNS_EACH), LEAST_ROWS


def too_small(columns: int, rows: int, panes: int) -> tuple[str, ...]:
    """Say what is needed, in lines that fit."""
    across, down = needed(panes)
    words = f"This needs {across}x{down} characters. There are {columns}x{rows}. q quits."
    return tuple(cut(line, columns) for line in wrapped(words, columns, most=rows))

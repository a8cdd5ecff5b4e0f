"""A picture and the lines that go with it: below it, or beside it where it is larger so."""

from collections.abc import Callable

from workstation.quick_dataclass import dataclass
from workstation.terminal.fitting import Fitted, Room
from workstation.terminal.lines import GAP, Row, lines_of
from workstation.terminal.sheet import Sheet

BESIDE_COLUMNS = 36
"""Of lines beside a picture, at least."""


@dataclass(frozen=True, slots=True)
class Page:
    """A picture's place, and its lines, each no wider than its room."""

    place: Fitted
    lines: tuple[str, ...]
    is_beside: bool
    encoding: str
    has_dots: bool

    def joined(self, drawn: bytes) -> bytes:
        """Put the lines to a picture as `workstation.terminal.encoding.encoder.Encoder.lines` gives it."""
        if not self.is_beside:
            return drawn + self._encoded("".join(f"{line}\n" for line in self.lines))
        if self.has_dots:
            return drawn + self._beside_dots()
        rows = drawn.split(b"\n")
        for number, line in enumerate(self.lines):
            rows[number] += self._encoded(f"{GAP}{line}")
        return b"\n".join(rows)

    def _beside_dots(self) -> bytes:
        """Go up from below the picture, write right of it, and come back."""
        box = self.place.box
        right = b"\x1b[%dG" % (box.columns + len(GAP) + 1)
        written = b"".join(right + self._encoded(line) + b"\x1b[B" for line in self.lines)
        left = box.rows - len(self.lines)
        return b"\x1b[%dA" % box.rows + written + (b"\x1b[%dB" % left if left else b"") + b"\r"

    def _encoded(self, text: str) -> bytes:
        return text.encode(self.encoding, "replace")


def laid_out(rows: tuple[Row, ...], sheet: Sheet, fit: Callable[[Room], Fitted]) -> Page:
    """Place a picture with lines.

    Parameters
    ----------
    rows
        What the lines say.
    fit
        Fits the picture into some room.
    """
    lines = lines_of(rows, sheet.columns)
    below = Page(fit(sheet.room(len(lines))), lines, is_beside=False, encoding=sheet.encoding, has_dots=sheet.has_dots)
    if len(rows) < 2 or sheet.limit is not None or sheet.rows is None:
        return below
    columns = sheet.columns - BESIDE_COLUMNS - len(GAP)
    if columns < 2:
        return below
    place = fit((columns, sheet.room(0)[1]))
    lines = lines_of(rows, sheet.columns - place.box.columns - len(GAP))
    beside = Page(place, lines, is_beside=True, encoding=sheet.encoding, has_dots=sheet.has_dots)
    is_larger = beside.place.box.columns * beside.place.box.rows > below.place.box.columns * below.place.box.rows
    return beside if is_larger and len(lines) <= beside.place.box.rows else below

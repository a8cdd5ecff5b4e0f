"""Moving the cursor around what isn't made of characters."""

from workstation.terminal.encoding.boxes import Box, Place


def moved(place: Place) -> bytes:
    """Move the cursor to a character of the screen."""
    return b"\x1b[%d;%dH" % (place.row + 1, place.column + 1)


def moved_from_start(place: Place) -> bytes:
    """Move the cursor from the top left of a box, within what `below` draws."""
    if place == Place(0, 0):
        return b""
    down = b"\x1b[%dB" % place.row if place.row else b""
    return b"\x1b8" + down + (b"\x1b[%dC" % place.column if place.column else b"")


def below(drawn: bytes, box: Box) -> bytes:
    """Make room for a box at the cursor, draw it there, and go to the start of the line below.

    The lines are made first: a terminal scrolls for them, and no longer has to for the picture, which
    leaves the cursor anywhere.
    """
    return b"\n" * box.rows + b"\x1b[%dA\r\x1b7" % box.rows + drawn + b"\x1b8\x1b[%dB\r" % box.rows

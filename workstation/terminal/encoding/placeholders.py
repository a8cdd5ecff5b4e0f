"""Characters that stand for parts of a Kitty picture: they move with the text, so that tmux can keep it in a pane."""

from __future__ import annotations

PLACEHOLDER = "\U0010eeee"

# The marks that number rows and columns, as ranges: of Unicode 6.0 the characters of combining class 230 which nothing
# decomposes into, as the protocol lists them.
_MARKS = """
305 30D-30E 310 312 33D-33F 346 34A-34C 350-352 357 35B 363-36F 483-487 592-595 597-599 59C-5A1 5A8-5A9
5AB-5AC 5AF 5C4 610-617 657-65B 65D-65E 6D6-6DC 6DF-6E2 6E4 6E7-6E8 6EB-6EC 730 732-733 735-736 73A 73D
73F-741 743 745 747 749-74A 7EB-7F1 7F3 816-819 81B-823 825-827 829-82D 951 953-954 F82-F83 F86-F87 135D-135F
17DD 193A 1A17 1A75-1A7C 1B6B 1B6D-1B73 1CD0-1CD2 1CDA-1CDB 1CE0 1DC0-1DC1 1DC3-1DC9 1DCB-1DCC 1DD1-1DE6 1DFE
20D0-20D1 20D4-20D7 20DB-20DC 20E1 20E7 20E9 20F0 2CEF-2CF1 2DE0-2DFF A66F A67C-A67D A6F0-A6F1 A8E0-A8F1 AAB0
AAB2-AAB3 AAB7-AAB8 AABE-AABF AAC1 FE20-FE26 10A0F 10A38 1D185-1D189 1D1AA-1D1AD 1D242-1D244
"""


def _numbered() -> str:
    ends = [[int(end, 16) for end in part.split("-")] for part in _MARKS.split()]
    return "".join(chr(code) for part in ends for code in range(part[0], part[-1] + 1))


MARKS = _numbered()
"""The mark of each number from 0 on."""


def placeholder_rows(columns: int, rows: int, image_id: int) -> list[bytes]:
    """Give the characters of each row of a picture, with the colour that tells which picture.

    The first of a row tells row, column and the highest byte of the id; those after it, without marks, follow from it.
    The lowest byte is one of 256 colours, since tmux changes others where it takes its terminal to have no more.

    Parameters
    ----------
    columns, rows
        Of the box. Rows from the 298th on stay empty: there is no mark for them.
    image_id
        Zero in its two middle bytes.
    """
    colour, highest = image_id & 255, image_id >> 24
    start = b"\x1b[38;5;%dm" % colour
    rest = PLACEHOLDER * (columns - 1)
    texts = [PLACEHOLDER + mark + MARKS[0] + MARKS[highest] + rest for mark in MARKS[:rows]]
    return [start + text.encode() + b"\x1b[39m" for text in texts] + [b""] * (rows - len(texts))

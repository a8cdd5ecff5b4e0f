"""The control sequences that turn a terminal into our screen and back (xterm's ctlseqs, ECMA-48)."""

ENTERING = (
    b"\r\x1b[K"  # the line of progress is not to stand there when the other screen is left
    b"\x1b[?1049h"  # another screen, so that what was on it comes back
    b"\x1b[?25l"  # no cursor
    b"\x1b[?7l"  # a character in the last place must not scroll
    b"\x1b[?1002h\x1b[?1006h"  # mouse: buttons, drags and wheel, told in decimal numbers
    b"\x1b[?1004h"  # focus
    b"\x1b[?2004h"  # pasted text is told from keys
    b"\x1b[0m\x1b[2J"
)
LEAVING = (
    b"\x1b\\"  # ends what may have been cut in the middle: a picture is one long string
    b"\x1b[?2026l"
    b"\x1b[?2004l\x1b[?1004l\x1b[?1016l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1006l"
    b"\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
)
CLEARED = b"\x1b\\\x1b[0m\x1b[H\x1b[2J"  # pictures go with it, and GNU screen has no other screen unless it was told so
MOUSE_IN_PIXELS = b"\x1b[?1016h"
FOLLOW_MOUSE, LEAVE_MOUSE = b"\x1b[?1003h", b"\x1b[?1003l\x1b[?1002h"
BEGIN_UPDATE, END_UPDATE = b"\x1b[?2026h", b"\x1b[?2026l"
ASK_CELL = b"\x1b[16t"

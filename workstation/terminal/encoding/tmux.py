"""Past tmux to the terminal outside, as its option `allow-passthrough` lets it."""

_ESCAPE = b"\x1b"

_BATCH = 4096
"""tmux reads so many bytes at once, and brings the cursor of the terminal outside to where it is to be after each."""


def passed(sent: bytes) -> bytes:
    """Wrap a control string so that tmux hands it on as it is, at once, wherever the cursor outside is."""
    return b"\x1bPtmux;" + sent.replace(_ESCAPE, _ESCAPE + _ESCAPE) + b"\x1b\\"


def passed_at_cursor(sent: bytes) -> bytes:
    """Wrap a control string so that it is handed on where the cursor was moved to just before.

    What stands before a short one fills the batch in which the cursor was moved; tmux ignores zeros (3.3a was tried:
    without them a picture is drawn where the cursor was earlier).
    """
    return b"\0" * max(0, 2 * _BATCH - len(sent)) + passed(sent)

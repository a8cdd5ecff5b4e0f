"""When the next picture may be sent: once the terminal has taken the last one, so that it always shows the newest.

After each picture the terminal is asked for its status (ECMA-48 DSR 5). It answers when it has come so far in what it
was sent, also over a slow line. One that does not answer is given pictures as they come.
"""

STATUS_REQUEST = b"\x1b[5n"
PATIENCE_S = 1.0
"""An answer that takes longer is not waited for."""
MOST_SILENT = 2
"""After so many answers that did not come, none is asked for any more."""


class Pace:
    """Knows whether the terminal is still busy with a picture. Times are those of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._sent_s: float | None = None
        self._silent = 0
        self._has_answered = False

    def request(self, now_s: float) -> bytes:
        """Give what is sent after a picture."""
        if self._silent >= MOST_SILENT:
            return b""
        self._sent_s = now_s
        return STATUS_REQUEST

    def answered(self) -> None:
        """Be told that the terminal has answered."""
        self._sent_s, self._silent, self._has_answered = None, 0, True

    def wait_s(self, now_s: float) -> float:
        """Give how long no picture should be sent; 0 where the terminal is ready."""
        if self._sent_s is None:
            return 0.0
        left = self._sent_s + PATIENCE_S - now_s
        if left <= 0:
            self._sent_s = None
            self._silent += not self._has_answered
            return 0.0
        return left

"""A pseudo-terminal to run a program on, with a terminal at the other end that does as a test says; no sleeping."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 60.0
# A session of its own is not enough: the terminal is to be the one that controls it, as in a terminal's window.
_PRELUDE = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")


class PseudoTerminal:
    """The end of a pseudo-terminal where the terminal would be.

    Parameters
    ----------
    answer
        Gives what the terminal says to what it was sent (all of it so far).
    columns, rows, width_px, height_px
        Of the window.
    """

    def __init__(
        self,
        answer: Callable[[bytes], bytes] = lambda sent: b"",
        *,
        columns: int = 80,
        rows: int = 24,
        width_px: int = 0,
        height_px: int = 0,
    ) -> None:
        self.fd, self._program_fd = pty.openpty()
        self.sent = b""
        self.resize(columns, rows, width_px, height_px)
        self.found = self.modes_of_line()
        self._answer = answer
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(_PATIENCE_S)
        self.hang_up()

    def start(self, source: str, *, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Run Python on it."""
        known = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        known |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | dict(environment or {})
        end = self._program_fd
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PRELUDE + source],
            env=known, start_new_session=True, stdin=end, stdout=end, stderr=end,
        )  # fmt: skip
        os.close(self._program_fd)
        return self._process

    def run(self, source: str, *, environment: Mapping[str, str] | None = None) -> int:
        """Run Python on it until nothing holds the terminal any more, and give its exit status."""
        self.start(source, environment=environment)
        return self.end()

    def until(self, text: bytes) -> bytes:
        """Read until this was sent; give all that was sent up to there."""
        while text not in self.sent:
            assert self._receive(), f"it ended without {text!r}: {self.sent[-2000:]!r}"
        return self.sent[: self.sent.index(text) + len(text)]

    def end(self) -> int:
        """Read until the program, and whatever it left behind on the terminal, has ended; give its exit status."""
        while self._receive():
            pass
        assert self._process is not None
        return self._process.wait(_PATIENCE_S)

    def type(self, keys: bytes) -> None:
        """Send what a person, or the terminal, says."""
        os.write(self.fd, keys)

    def resize(self, columns: int, rows: int, width_px: int = 0, height_px: int = 0) -> None:
        """Change the size of the window; the program gets its signal."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, width_px, height_px))

    def hang_up(self) -> None:
        """Close the terminal's window."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def modes_of_line(self) -> list[Any]:
        """Give the modes of the line, as the program's end has them (Linux tells them at this end too)."""
        return termios.tcgetattr(self.fd)

    def modes_left_on(self) -> set[int]:
        """Give the private modes that are not as they were: cursor (25) and wrapping (7) begin on, all others off."""
        on = {7, 25}
        for numbers, final in _MODE.findall(self.sent):
            for number in map(int, numbers.split(b";")):
                (on.add if final == b"h" else on.discard)(number)
        return on ^ {7, 25}

    def _receive(self) -> bool:
        ready, _, _ = select.select([self.fd], [], [], _PATIENCE_S)
        assert ready, f"nothing came any more after {self.sent[-2000:]!r}"
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:  # what Linux says when the last program let go
            return False
        self.sent += data
        said = self._answer(self.sent)
        if said:
            os.write(self.fd, said)
        return bool(data)


def once(question: bytes, answer: bytes) -> Callable[[bytes], bytes]:
    """Give a terminal that answers a question the first time it hears it."""
    said: list[bytes] = []

    def respond(sent: bytes) -> bytes:
        if question in sent and not said:
            said.append(answer)
            return answer
        return b""

    return respond

"""What a terminal gets from tmux when a program runs inside it."""

from __future__ import annotations

import fcntl
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

PATIENCE_S = 30
END = b"-the-end-"


def shown_through_tmux(tmux: str, program: str, folder: Path, *, columns: int, rows: int) -> bytes:
    """Run a Python program in a tmux whose terminal is of this size, and give all that tmux sends to that.

    The program begins when tmux has drawn its empty screen, and has ended when the words at its end are on the screen.
    """
    (folder / "program.py").write_text(
        "import sys\nsys.stdin.readline()\n"
        + program
        + f"\nprint('\\x1b[{rows};1H{END.decode()}', end='', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    (folder / "tmux.conf").write_text("set -g allow-passthrough on\nset -g status off\n")
    command = shlex.join([sys.executable, str(folder / "program.py")])
    inside, outside = pty.openpty()
    fcntl.ioctl(outside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 10 * columns, 20 * rows))
    environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}
    environment.pop("TMUX", None)
    running = subprocess.Popen(
        [tmux, "-S", str(folder / "socket"), "-f", str(folder / "tmux.conf"), "new-session", command],
        stdin=outside,
        stdout=outside,
        stderr=outside,
        env=environment,
        start_new_session=True,
    )
    os.close(outside)
    try:
        seen = _until(inside, b"\x1b[?25h", b"")
        os.write(inside, b"\n")
        seen = _until(inside, END, seen)
        os.write(inside, b"\n")
        return seen
    finally:
        subprocess.run([tmux, "-S", str(folder / "socket"), "kill-server"], capture_output=True, check=False)
        running.wait(PATIENCE_S)
        os.close(inside)


def _until(inside: int, words: bytes, seen: bytes) -> bytes:
    end = time.monotonic() + PATIENCE_S
    while words not in seen:
        assert time.monotonic() < end, seen[-500:]
        seen += os.read(inside, 1 << 16)
    return seen

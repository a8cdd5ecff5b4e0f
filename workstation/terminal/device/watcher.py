"""A shell that outlives us by a moment: it puts the terminal back when we end without having done so."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

# Reads what we do with the terminal, a line each; our end of the pipe closes when we end, however that comes about.
# Modes are put back only where they still bear our mark a moment later: a shell that people type into sees us die too
# and sets its own, and what we found, set after that, would have it echo each line twice.
_SCRIPT = r"""
trap '' HUP INT QUIT TERM
exec 3<&1  # within $( ) the terminal is not 1
state=free
while read -r state_now words_now; do
    state=$state_now words=$words_now
done
[ "$state" = free ] && exit
[ "$state" = screen ] && printf %s "$1"
sleep 0.1 || sleep 1
case $(stty -a <&3) in *"time = 1;"*) stty $words <&3 ;; esac
"""


class Watcher:
    """The shell, and the pipe to it.

    It has a session of its own: neither Ctrl-C nor a signal to our process group reaches it, and it may write to the
    terminal although it is in no foreground.

    Parameters
    ----------
    terminal_fd
        The terminal to put back.
    leaving
        What is written to it in the state ``screen``; printable characters and Escape.
    """

    def __init__(self, terminal_fd: int, leaving: bytes) -> None:
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)
        self._pipe: int | None = theirs
        self._pid: int | None = None
        null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        # A script must work without it, so neither a missing shell nor a system without sessions is an error.
        with contextlib.suppress(OSError, NotImplementedError):
            self._pid = os.posix_spawn(
                "/bin/sh",
                ["sh", "-c", _SCRIPT, "sh", leaving.decode("ascii")],
                {"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, ours, 0),
                    (os.POSIX_SPAWN_DUP2, terminal_fd, 1),
                    (os.POSIX_SPAWN_DUP2, null, 2),
                ],
                setsid=True,
            )
        os.close(null)
        os.close(ours)

    def tell(self, state: str, words: Sequence[str] = ()) -> None:
        """Say how the terminal is held now.

        Parameters
        ----------
        state
            ``free``, ``raw`` (modes of the line changed) or ``screen`` (and ``leaving`` is due).
        words
            What ``stty`` is told to put the modes of the line back.
        """
        if self._pipe is not None:
            with contextlib.suppress(OSError):  # it was killed
                os.write(self._pipe, " ".join([state, *words]).encode("ascii") + b"\n")

    def end(self, *, waits: bool) -> None:
        """Let it go; after ``tell("free")`` it leaves the terminal alone, otherwise it puts it back now.

        Parameters
        ----------
        waits
            Until it has ended; not where the terminal takes nothing, since it would wait for that.
        """
        if self._pipe is None:
            return
        os.close(self._pipe)
        self._pipe = None
        if self._pid is not None and waits:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)

"""The line to a terminal: two descriptors of our own, its modes, and bytes that come and go (POSIX)."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import struct
import sys
import termios
from collections.abc import Sequence
from typing import Any, Literal, TextIO

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.terminal.device.modes import LEAVING
from workstation.terminal.device.watcher import Watcher

_MOST_UNREAD = 1 << 16
_MARK = 1
"""Tenths of a second between bytes: without meaning where one byte is enough; `watcher` knows our modes by it."""
_IN_FLAG, _LOCAL_FLAG, _CHARACTERS = 0, 3, 6  # places in what termios gives
# What a line that gives each key at once, as it is, goes without; named as `stty` names it.
_CHANGED = (
    ("icrnl", _IN_FLAG, termios.ICRNL),
    ("inlcr", _IN_FLAG, termios.INLCR),
    ("igncr", _IN_FLAG, termios.IGNCR),
    ("istrip", _IN_FLAG, termios.ISTRIP),
    ("ixon", _IN_FLAG, termios.IXON),
    ("echo", _LOCAL_FLAG, termios.ECHO),
    ("icanon", _LOCAL_FLAG, termios.ICANON),
    ("iexten", _LOCAL_FLAG, termios.IEXTEN),
)


class HungUp(Exception):
    """The terminal at the other end is gone."""


@dataclass(frozen=True, slots=True)
class WindowSize:
    """What the kernel knows of the window; zeros where it knows nothing."""

    columns: int = 0
    rows: int = 0
    width_px: int = 0
    height_px: int = 0


class Line:
    """Descriptors of a terminal, not shared with the shell: that they don't block remains ours even after a crash.

    Parameters
    ----------
    read_fd, write_fd
        Two descriptors of terminals; both are closed with the line.
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self._unread = bytearray()
        self._saved = termios.tcgetattr(read_fd)
        self._watcher: Watcher | None = None
        self._is_held = False
        self.is_open = True

    @classmethod
    def opened(cls) -> Line:
        """Open the terminal of standard output; keys come from standard input where that is one as well.

        Raises
        ------
        UserError
            If standard output is no terminal.
        """
        out = _standard_fd(sys.__stdout__)
        if out is None or not os.isatty(out):
            raise UserError("The output is no terminal.", hint="Run it in a terminal, or leave out --interactive.")
        given = _standard_fd(sys.__stdin__)
        write_fd = _reopened(out)
        try:
            return cls(_reopened(given if given is not None and os.isatty(given) else out), write_fd)
        except BaseException:
            os.close(write_fd)
            raise

    def close(self) -> None:
        """Close both descriptors and let the watcher go."""
        if self.is_open:
            self.is_open = False
            if self._watcher is not None:
                self._watcher.end(waits=not self._is_held)
            os.close(self.read_fd)
            os.close(self.write_fd)

    def is_in_foreground(self) -> bool:
        """Whether the shell gave us the terminal; changing its modes from the background would stop us."""
        try:
            return os.tcgetpgrp(self.read_fd) == os.getpgrp()
        except OSError:  # not the terminal that controls us, so nobody stops us
            return True

    def make_raw(self, *, state: Literal["raw", "screen"] = "raw") -> None:
        """Take keys one by one without echo; Ctrl-C and Ctrl-Z remain signals, so that they work however busy we are.

        From now on a watcher puts things back if we end without ``make_as_found``.

        Parameters
        ----------
        state
            ``screen`` where the watcher has to leave the full screen as well.

        Raises
        ------
        HungUp
            If the terminal is gone.
        """
        modes = self._as_found()
        for _, at, bit in _CHANGED:
            modes[at] &= ~bit
        modes[_CHARACTERS][termios.VMIN] = 1
        modes[_CHARACTERS][termios.VTIME] = _MARK
        if self._watcher is None:
            patient_fd = _reopened(self.write_fd, waits=True)  # what a full terminal can't take now would be lost
            self._watcher = Watcher(patient_fd, LEAVING)
            os.close(patient_fd)
        self._is_held = True
        self._set(modes)
        self._watcher.tell(state, self._words_of_found_modes())

    def make_as_found(self, *, drop_input: bool = False) -> None:
        """Put the modes back that the line had when it was opened.

        Parameters
        ----------
        drop_input
            Whether what was sent and not read is dropped: late answers would be taken for keys by the shell.
        """
        if not self._is_held or self._watcher is None:
            return  # to set anything from the background would stop us
        with contextlib.suppress(HungUp):
            self._set(self._as_found(), when=termios.TCSAFLUSH if drop_input else termios.TCSANOW)
        self._watcher.tell("free")
        self._is_held = False

    def _words_of_found_modes(self) -> list[str]:
        """Give what tells ``stty`` to put back what ``make_raw`` changes."""
        characters = self._saved[_CHARACTERS]
        words = [name if self._saved[at] & bit else f"-{name}" for name, at, bit in _CHANGED]
        times = (("min", characters[termios.VMIN]), ("time", characters[termios.VTIME]))
        return words + [word for name, value in times for word in (name, str(_number(value)))]

    def window_size(self) -> WindowSize:
        """Ask the kernel for the size of the window."""
        try:
            rows, columns, width_px, height_px = struct.unpack(
                "HHHH", fcntl.ioctl(self.write_fd, termios.TIOCGWINSZ, b"\0" * 8)
            )
        except OSError:
            return WindowSize()
        return WindowSize(columns, rows, width_px, height_px)

    def read(self, within_s: float | None, *, also: Sequence[int] = ()) -> bytes:
        """Give what came, waiting for it at most so long; nothing if nothing came or another descriptor is ready first.

        Raises
        ------
        HungUp
            If the terminal is gone.
        """
        if self._unread:
            taken = bytes(self._unread)
            self._unread.clear()
            return taken
        if self.read_fd not in wait_for([self.read_fd, *also], [], within_s)[0]:
            return b""
        return self._received()

    def write(self, data: bytes, *, within_s: float | None = None) -> None:
        """Send all of it, however slowly the terminal takes it; what comes meanwhile is kept for ``read``.

        Raises
        ------
        HungUp
            If the terminal is gone.
        TimeoutError
            If the terminal took nothing for the time given.
        """
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self.write_fd, rest) :]
            except BlockingIOError:
                # A terminal that waits for us to read its answers before it takes more must not wait for ever.
                listens = len(self._unread) < _MOST_UNREAD
                came, goes = wait_for([self.read_fd] if listens else [], [self.write_fd], within_s)
                if came:
                    self._unread += self._received()
                elif not goes:
                    raise TimeoutError from None
            except OSError as gone:
                raise HungUp from gone

    def give_back_keys(self, keys: bytes) -> None:
        """Put what was typed meanwhile back for the shell, where the system allows it (few do: it was misused)."""
        with contextlib.suppress(OSError):
            for place in range(len(keys)):
                fcntl.ioctl(self.read_fd, termios.TIOCSTI, keys[place : place + 1])

    def _received(self) -> bytes:
        try:
            data = os.read(self.read_fd, 1 << 16)
        except BlockingIOError:
            return b""
        except OSError as gone:
            raise HungUp from gone
        if not data:
            raise HungUp
        return data

    def _as_found(self) -> list[Any]:
        return [*self._saved[:_CHARACTERS], list(self._saved[_CHARACTERS])]

    def _set(self, modes: list[Any], *, when: int = termios.TCSANOW) -> None:
        while True:
            try:
                return termios.tcsetattr(self.read_fd, when, modes)
            except termios.error as error:
                if error.args[0] != errno.EINTR:  # stopped in the background and brought to the front again
                    raise HungUp from error


def wait_for(
    readable: Sequence[int], writable: Sequence[int], within_s: float | None
) -> tuple[frozenset[int], frozenset[int]]:
    """Wait until a descriptor can be read or written, and give those that can; a descriptor hung up can be read."""
    if sys.platform == "darwin":  # its poll() does not know terminals
        reads, writes, _ = select.select(readable, writable, [], within_s)
        return frozenset(reads), frozenset(writes)
    poll = select.poll()
    wanted = dict.fromkeys(readable, select.POLLIN)
    for fd in writable:
        wanted[fd] = wanted.get(fd, 0) | select.POLLOUT
    for fd, kinds in wanted.items():
        poll.register(fd, kinds)
    ready = poll.poll(None if within_s is None else max(within_s, 0) * 1000)
    is_gone = select.POLLHUP | select.POLLERR | select.POLLNVAL
    reads = [fd for fd, kinds in ready if kinds & (select.POLLIN | is_gone) and fd in readable]
    return frozenset(reads), frozenset(
        fd for fd, kinds in ready if kinds & (select.POLLOUT | is_gone) and fd in writable
    )


def _number(character: bytes | int) -> int:
    return character if isinstance(character, int) else character[0]


def _standard_fd(stream: TextIO | None) -> int | None:
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):  # no file underneath, or closed
        return None


def _reopened(fd: int, *, waits: bool = False) -> int:
    """Open the terminal once more: not to block is a mode that we would share with whoever gave it to us."""
    try:
        how = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC
        again = os.open(os.ttyname(fd), how if waits else how | os.O_NONBLOCK)
    except OSError:  # a terminal of outside a container has no name here
        return os.dup(fd)
    if os.fstat(again).st_rdev == os.fstat(fd).st_rdev:
        return again
    os.close(again)
    return os.dup(fd)

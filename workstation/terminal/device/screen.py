"""The terminal as a full screen: whole updates go out, events come in, and it is put back however the program ends."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from workstation.errors import UserError
from workstation.terminal.device import modes
from workstation.terminal.device.abilities import Abilities
from workstation.terminal.device.events import Ended, Event, Resized, Told, Woken, event_of, without_passed_places
from workstation.terminal.device.questions import told_cell
from workstation.terminal.device.signals import Signals
from workstation.terminal.device.tokens import Token, Tokens
from workstation.terminal.encoding.boxes import Box, Cell

if TYPE_CHECKING:
    from workstation.terminal.device.asking import Conversation
    from workstation.terminal.device.line import Line

_ESCAPE_S = 0.05  # after which a lone Escape is the key
_SEQUENCE_S = 1.0  # after which the rest of a sequence does not come any more
_LEAVING_S = 1.0  # a terminal that takes nothing for so long is left to the watcher


class Screen:
    """A full screen on a terminal, from ``with Screen.opened(abilities) as screen`` until the block is left.

    All but ``wake`` belongs to the main thread. Ctrl-C raises ``KeyboardInterrupt`` wherever the program is. Ctrl-Z
    suspends it, and ``Resized`` follows when it goes on. SIGTERM and SIGHUP put the terminal back and raise
    ``SystemExit``. Whatever else ends the program, a watcher puts the terminal back.
    """

    def __init__(self, line: Line, abilities: Abilities, *, conversation: Conversation | None = None) -> None:
        self.abilities = abilities
        self._line = line
        self._conversation = conversation
        self._tokens = conversation.tokens if conversation else Tokens()
        self._cell = abilities.cell
        self._events: list[Event] = []
        self._heard_at = time.monotonic()
        self._is_entered = False
        self._follows_mouse = False
        self._has_ended = False
        self._is_resized = False
        self._asks_cell = False
        self._waker = _Waker()
        self._signals = Signals(leave=self._leave, enter=self._reenter, resized=self._note_size)

    @classmethod
    def opened(cls, abilities: Abilities) -> Self:
        """Take the terminal that ``ask`` asked.

        Raises
        ------
        UserError
            If there is none, or the system has no terminals of POSIX.
        """
        if sys.platform == "win32":
            raise UserError(
                "interactive viewing needs a POSIX terminal",
                hint="run it in WSL, or look at single frames with --frame",
            )
        from workstation.terminal.device.line import Line

        handed = abilities.asking.handed_over() if abilities.asking else None
        line, conversation = handed or (Line.opened(), None)
        return cls(line, abilities, conversation=conversation)

    def __enter__(self) -> Self:
        self._signals.install()
        try:
            self._enter()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        if self._conversation is not None:
            self._take(self._conversation.typed)
            self._conversation.typed = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        self._signals.uninstall()
        self._line.close()
        self._waker.close()

    def size(self) -> Box:
        """Give the size in characters."""
        window = self._line.window_size()
        return Box(window.columns or self.abilities.columns, window.rows or self.abilities.rows)

    def cell(self) -> Cell:
        """Give the room of a character."""
        return self._cell

    def wake(self) -> None:
        """Have ``events`` return with ``Woken``; from any thread."""
        self._waker.wake()

    def follow_mouse(self, *, follows: bool) -> None:
        """Have the mouse told also where it moves with no button down, or no more."""
        if follows != self._follows_mouse:
            self._follows_mouse = follows
            self._send(modes.FOLLOW_MOUSE if follows else modes.LEAVE_MOUSE)

    def write(self, update: bytes) -> None:
        """Show an update whole; nothing happens any more when the terminal is gone (``Ended`` tells)."""
        if self.abilities.synchronized:
            update = modes.BEGIN_UPDATE + update + modes.END_UPDATE
        with self._signals.held_back():  # suspended in the middle of a picture, the rest would be text
            self._send(update)

    def events(self, timeout_s: float | None = None) -> list[Event]:
        """Wait for events: until there are some, or the time is over.

        Parameters
        ----------
        timeout_s
            None to wait for ever, 0 for what is there.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            self._receive(0 if self._events or self._is_resized else _left(until))
            if self._is_resized:
                self._is_resized = False
                self._ask_cell()
                self._events.append(Resized(self.size()))
            if self._has_ended:
                self._events.append(Ended())
            if self._events or _left(until) == 0:
                events, self._events = self._events, []
                return without_passed_places(events)

    def _receive(self, within_s: float | None) -> None:
        from workstation.terminal.device.line import HungUp

        if self._has_ended:
            return
        patience = {"": None, "escape": _ESCAPE_S, "sequence": _SEQUENCE_S}[self._tokens.pending]
        expires = None if patience is None else self._heard_at + patience
        waits = [wait for wait in (within_s, _left(expires)) if wait is not None]
        try:
            data = self._line.read(min(waits) if waits else None, also=[self._waker.fd])
        except HungUp:
            self._has_ended = True
            return
        if self._waker.was_woken():
            self._events.append(Woken())
        if data:
            self._heard_at = time.monotonic()
            self._take(self._tokens.feed(data))
        elif expires is not None and _left(expires) == 0:
            self._take(self._tokens.expire())

    def _take(self, tokens: Sequence[Token]) -> None:
        in_pixels = self._cell if self._has_mouse_in_pixels else None
        for token in tokens:
            event = event_of(token, pixels=in_pixels)
            if event is not None:
                self._events.append(event)
            else:
                self._answered(token)

    def _answered(self, token: Token) -> None:
        """Learn from an answer: those that came late, and the room of a character after a change of size."""
        cell = told_cell(token)
        if cell is not None and cell != self._cell:
            self._cell = cell
            self._is_resized = True
        if self._conversation is None or self.abilities.is_settled:
            return
        self._conversation.hear([token])
        if self._conversation.is_complete:
            self.abilities = self._conversation.abilities()
            self._cell = self.abilities.cell
            self._send(self._mouse_in_pixels())
            self._events.append(Told(self.abilities))

    def _ask_cell(self) -> None:
        """Ask for the room of a character after a change of size: it may be the font that changed."""
        if self._asks_cell and self._cell.is_told:
            self._send(modes.ASK_CELL)
        self._asks_cell = False

    @property
    def _has_mouse_in_pixels(self) -> bool:
        return self.abilities.mouse_in_pixels and self._cell.is_told

    def _mouse_in_pixels(self) -> bytes:
        return modes.MOUSE_IN_PIXELS if self._has_mouse_in_pixels else b""

    def _send(self, data: bytes) -> None:
        from workstation.terminal.device.line import HungUp

        if self._has_ended or not data:
            return
        try:
            self._line.write(data)
        except HungUp:
            self._has_ended = True

    def _enter(self) -> None:
        from workstation.terminal.device.line import HungUp

        self._is_entered = True
        try:
            self._line.make_raw(state="screen")
        except HungUp:
            self._has_ended = True
        follows = modes.FOLLOW_MOUSE if self._follows_mouse else b""
        self._send(modes.ENTERING + follows + self._mouse_in_pixels())

    def _reenter(self) -> None:
        """Take the terminal again after we were suspended, or stopped from outside."""
        self._enter()
        self._note_size()

    def _leave(self) -> None:
        from workstation.terminal.device.line import HungUp

        if not self._is_entered:
            return
        self._is_entered = False
        try:
            self._line.write(modes.CLEARED + modes.LEAVING, within_s=_LEAVING_S)
        except TimeoutError:
            return  # held still: the watcher puts it back as soon as the terminal takes it
        except HungUp:
            self._has_ended = True
        self._line.make_as_found()

    def _note_size(self) -> None:
        self._is_resized = self._asks_cell = True
        self._waker.wake_silently()


class _Waker:
    """A pipe that wakes whoever waits for its end."""

    def __init__(self) -> None:
        self.fd, self._end = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._end, False)
        self._lock = threading.RLock()  # a signal may come while we hold it
        self._is_open = True

    def wake(self) -> None:
        with self._lock, contextlib.suppress(BlockingIOError):  # full: it wakes already
            if self._is_open:
                os.write(self._end, b"w")

    def wake_silently(self) -> None:
        """Wake without ``was_woken``; from a signal handler, so it takes no lock."""
        with contextlib.suppress(OSError):
            os.write(self._end, b"s")

    def was_woken(self) -> bool:
        """Whether ``wake`` was called since the last time."""
        with contextlib.suppress(BlockingIOError):
            return b"w" in os.read(self.fd, 1 << 16)
        return False

    def close(self) -> None:
        with self._lock:
            self._is_open = False
            os.close(self.fd)
            os.close(self._end)


def _left(until: float | None, clock: Callable[[], float] = time.monotonic) -> float | None:
    return None if until is None else max(until - clock(), 0.0)

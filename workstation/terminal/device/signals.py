"""What signals do to a full screen: it is left before we stop or end, and taken again when we go on."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

_ENDING = ("SIGTERM", "SIGHUP")


class Signals:
    """Handlers, from ``install`` to ``uninstall``; main thread only.

    Parameters
    ----------
    leave, enter
        Give the terminal back, and take it again.
    resized
        The window has another size.
    """

    def __init__(self, *, leave: Callable[[], None], enter: Callable[[], None], resized: Callable[[], None]) -> None:
        self._leave = leave
        self._enter = enter
        self._resized = resized
        self._found: dict[int, Any] = {}
        self._waiting: list[int] = []
        self._holds_back = False
        self._is_suspended = False

    def install(self) -> None:
        """Put our handlers in place of those found."""
        handlers = {"SIGWINCH": self._on, "SIGTSTP": self._on, "SIGCONT": self._on}
        handlers |= dict.fromkeys(_ENDING, self._on_end)
        for name, handler in handlers.items():
            number = getattr(signal, name)
            # Started to outlive its terminal (nohup), it does.
            if signal.getsignal(number) is not signal.SIG_IGN or name not in _ENDING:
                self._found[number] = signal.signal(number, handler)

    def uninstall(self) -> None:
        """Put those found back."""
        for number, handler in self._found.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._found = {}

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Do what suspends, resumes and resizes only when the block is over."""
        self._holds_back = True
        try:
            yield
        finally:
            self._holds_back = False
            while self._waiting:
                self._do(self._waiting.pop(0))

    def _on(self, number: int, _frame: FrameType | None) -> None:
        if self._holds_back:
            self._waiting.append(number)
        else:
            self._do(number)

    def _do(self, number: int) -> None:
        if number == signal.SIGWINCH:
            self._resized()
        elif number == signal.SIGTSTP:
            self._suspend()
        elif not self._is_suspended:  # stopped from outside, without a chance to leave
            self._enter()

    def _suspend(self) -> None:
        self._is_suspended = True
        self._leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # here we stand still until SIGCONT
        signal.signal(signal.SIGTSTP, self._on)
        self._is_suspended = False
        self._enter()

    def _on_end(self, number: int, _frame: FrameType | None) -> None:
        self._leave()
        raise SystemExit(128 + number)

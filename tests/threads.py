"""Find threads that outlive the test that started them, and tell which line did."""

import sys
import sysconfig
import threading
import time
from collections.abc import Collection

GRACE_S = 5.0
_STANDARD_LIBRARY = sysconfig.get_path("stdlib")
_origins: dict[int, str] = {}
_start = threading.Thread.start


def remember_origins() -> None:
    """Keep, from now on, the line that starts each thread."""

    def start(self: threading.Thread) -> None:
        _start(self)
        if self.ident is not None:
            _origins[self.ident] = _caller()

    threading.Thread.start = start  # type: ignore[method-assign]  # the only way to see threads that libraries start


def _caller() -> str:
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_STANDARD_LIBRARY):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def running() -> set[threading.Thread]:
    """Give the threads that Python started; foreign ones that only called into Python are Qt's to account for."""
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread) and not thread.name.startswith("pytest_timeout")
    }


def left_behind(before: Collection[threading.Thread]) -> list[str]:
    """Describe the threads that were not there before and do not end within a moment."""
    deadline = time.monotonic() + GRACE_S
    while (new := running() - set(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return [f"{thread.name}, started at {_origins.get(thread.ident or 0, 'an unknown line')}" for thread in new]

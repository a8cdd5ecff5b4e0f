"""Decodes high-throughput JPEG 2000 by OpenJPH, and notices where it broke off.

WORKAROUND: imagecodecs 2026.3.6 cannot raise while it copies decoded lines; it reports a damaged stream to
``sys.excepthook`` and ``sys.unraisablehook`` only, and returns an array with lines that nobody wrote.
"""

import sys
import threading
from types import TracebackType
from typing import Any

import imagecodecs
from numpy.typing import NDArray


class _Noticing:
    """While any thread is inside, what it cannot raise is kept for it; other threads' goes where it went before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before: tuple[Any, Any] = (None, None)
        self._mine = threading.local()

    def __enter__(self) -> "_Noticing":
        with self._lock:
            if not self._inside:
                self._before = (sys.excepthook, sys.unraisablehook)
                sys.excepthook, sys.unraisablehook = self._notice_printed, self._notice
            self._inside += 1
        self._mine.errors = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                sys.excepthook, sys.unraisablehook = self._before
        errors, self._mine.errors = self._mine.errors, None
        if errors and error is None:
            raise RuntimeError(errors[0])

    def _notice(self, unraisable: "sys.UnraisableHookArgs") -> None:
        errors = getattr(self._mine, "errors", None)
        if errors is None:
            self._before[1](unraisable)
        else:
            errors.append(str(unraisable.exc_value))

    def _notice_printed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors = getattr(self._mine, "errors", None)
        if errors is None:
            self._before[0](kind, error, trace)
        else:
            errors.append(str(error))


_noticing = _Noticing()


def decode_htj2k(data: bytes, *, skip_levels: int = 0, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Decode a stream, ``skip_levels`` times halved.

    Raises
    ------
    RuntimeError
        If the stream is damaged.
    """
    with _noticing:
        found: NDArray[Any] = imagecodecs.htj2k_decode(data, planar=False, skipres=skip_levels or None, out=out)
    return found

"""The way from other threads to the thread of the window."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class MainThread(QObject):
    """Runs what other threads post, in order, on the thread that made it; nothing any more once it is closed."""

    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_closed = False
        self._posted.connect(self._run_one, Qt.ConnectionType.QueuedConnection)

    def post(self, function: Callable[[], None]) -> None:
        """Have it run soon; called from any thread."""
        if self._is_closed:
            return
        self._waiting.append(function)
        self._posted.emit()

    def close(self) -> None:
        """Forget what waits and take nothing more."""
        self._is_closed = True
        self._waiting.clear()

    def _run_one(self) -> None:
        if self._waiting:
            self._waiting.popleft()()

"""What every window test gets: a check that it leaves no window open."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that leaves a window open, and close it for the next one."""
    yield
    if not isinstance(QApplication.instance(), QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
    if left:
        names = ", ".join(f"{type(widget).__name__} {widget.windowTitle() or widget.objectName()!r}" for widget in left)
        pytest.fail(f"windows left open: {names}")

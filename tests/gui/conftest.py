"""What every window test gets: a check that it leaves no window open, and pictures of rows without delay."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def nobody_scrolls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pictures of the rows drawn as soon as no pane waits for an image, and not a third of a second later.

    That is for people who scroll; here each window would wait for it, which was most of what its test took.
    """
    monkeypatch.setattr("workstation.gui.canvas.frames.CALM_AFTER_S", 0.0)
    monkeypatch.setattr("workstation.gui.session.CALM_MS", 5)


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

"""PySide6 6.12.0 takes a reference off None at each call on CPython 3.11, and aborts after some thousand calls."""

import sys

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def test_that_calls_into_qt_take_no_references_off_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(100_000):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 100

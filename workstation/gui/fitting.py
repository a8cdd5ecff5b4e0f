"""Dialogs get the size they ask for, or what their screen has of it: a button below its edge cannot be reached."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME_PX = QSize(16, 48)
"""What the frame of a window may add."""


def fit(widget: QWidget, wanted: QSize) -> None:
    """Size a window for the screen of the window it belongs to."""
    parent = widget.parentWidget()
    screen = (parent.window() if parent is not None else widget).screen()
    room = screen.availableGeometry().size() - FRAME_PX
    widget.resize(wanted.boundedTo(room))

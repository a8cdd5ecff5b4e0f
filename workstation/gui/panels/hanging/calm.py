"""Choices that leave the wheel to the form: scrolling over them must not change a rule."""

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox


class CalmComboBox(QComboBox):
    """A combo box that the wheel does not turn."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalmSpinBox(QSpinBox):
    """A number that the wheel does not turn."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

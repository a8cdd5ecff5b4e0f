"""Fields for numbers look like the other fields of the window, and keep the key that ends a number."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox

INSET_PX = 5


def inset(field: QAbstractSpinBox) -> None:
    """Begin the number where other fields begin their text. WORKAROUND: Qt 6.11 lets style sheets pad only its end."""
    field.lineEdit().setTextMargins(INSET_PX, 0, 0, 0)
    field.installEventFilter(_KeepsReturn(field))


class _KeepsReturn(QObject):
    """Has Return end a number: it is a key of the images around, too."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return False
        is_end = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_end:
            event.accept()
        return is_end

"""Fields for numbers look like the other fields of the window."""

from PySide6.QtWidgets import QAbstractSpinBox

INSET_PX = 5


def inset(field: QAbstractSpinBox) -> None:
    """Begin the number where other fields begin their text. WORKAROUND: Qt 6.11 lets style sheets pad only its end."""
    field.lineEdit().setTextMargins(INSET_PX, 0, 0, 0)

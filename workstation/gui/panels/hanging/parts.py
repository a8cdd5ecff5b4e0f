"""Parts that the editor of hanging protocols is made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListWidget, QSpinBox, QWidget

from workstation.gui.calm import CalmSpinBox
from workstation.gui.fields import inset


def rules_list(parent: QWidget) -> QListWidget:
    """Make the list of protocols, whose lines can be dragged to other places."""
    made = QListWidget(parent)
    made.setAccessibleName("Hanging protocols, in the order in which they are tried")
    made.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
    made.setDefaultDropAction(Qt.DropAction.MoveAction)
    return made


def heading(words: str, parent: QWidget) -> QLabel:
    """Make the title of a part of the form."""
    label = QLabel(words, parent)
    label.setProperty("scale", "large")
    return label


def count_box(words: str, most: int, parent: QWidget) -> QSpinBox:
    """Make a field for a count, from 1."""
    box = CalmSpinBox(parent)
    inset(box)
    box.setRange(1, most)
    box.setAccessibleName(words)
    return box

"""Fields that exporting and printing have alike."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from workstation.gui.fields import inset

LEAST_PX = 26


def every_box(parent: QWidget, tell: Callable[..., object]) -> QSpinBox:
    """Make the field that says which images are taken: all, or one of so many."""
    box = QSpinBox(parent)
    inset(box)
    box.setRange(1, 1000)
    box.setMinimumHeight(LEAST_PX)
    box.setSpecialValueText("All")
    box.setPrefix("one of ")
    box.setAccessibleName("Which images: all, or one of so many")
    box.valueChanged.connect(tell)
    return box


def choice_box(
    parent: QWidget, words: str, choices: Sequence[tuple[str, str]], tell: Callable[..., object]
) -> QComboBox:
    """Make a field that chooses one of several, each with its key and its text."""
    box = QComboBox(parent)
    box.setAccessibleName(words)
    box.setMinimumHeight(LEAST_PX)
    for key, text in choices:
        box.addItem(text, key)
    box.activated.connect(tell)
    return box

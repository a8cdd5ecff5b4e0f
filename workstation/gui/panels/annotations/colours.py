"""A menu of the colours of annotations, each with a swatch and its name."""

from collections.abc import Callable

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

from workstation.model.annotation import COLOURS, Rgb

SWATCH_PX = 14


def add_colours(menu: QMenu, now: Rgb, choose: Callable[[Rgb], object]) -> None:
    """Add the colours to a menu."""
    for name, colour in COLOURS.items():
        action = menu.addAction(swatch(colour), name)
        action.setCheckable(True)
        action.setChecked(colour == now)
        action.triggered.connect(lambda _on=False, colour=colour: choose(colour))


def swatch(colour: Rgb) -> QIcon:
    """Give a small square of a colour."""
    made = QPixmap(SWATCH_PX, SWATCH_PX)
    made.fill(QColor(*colour))
    swatched = QIcon(made)
    swatched.addPixmap(made, QIcon.Mode.Selected)  # else the style tints it where its row is chosen
    return swatched

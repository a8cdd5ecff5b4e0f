"""The style sheet: what it draws beside colours."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QSpinBox, QStyle, QStyleOptionSpinBox, QWidget
from pytestqt.qtbot import QtBot

from workstation.gui import theme
from workstation.resources import resource


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_arrows_are_there_in_the_colours_of_the_theme(name: str) -> None:
    tokens = theme.TOKENS[name]
    for way in ("up", "down"):
        assert tokens.quiet_text in resource(f"styles/arrows/{way}-{name}.svg").read_text()
        assert tokens.line in resource(f"styles/arrows/{way}-{name}-off.svg").read_text()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_boxes_show_their_arrows(qtbot: QtBot, name: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    tokens = theme.apply(application, name)
    try:
        spin, double, combo = QSpinBox(), QDoubleSpinBox(), QComboBox()
        combo.addItems(["one", "two"])
        spin.setValue(5)
        double.setValue(5)
        for widget in (spin, double, combo):
            qtbot.addWidget(widget)
            widget.resize(120, 32)
            widget.show()
        for widget in (spin, double):
            assert _is_drawn(widget, _arrow(widget, QStyle.SubControl.SC_SpinBoxUp), tokens.quiet_text)
            assert _is_drawn(widget, _arrow(widget, QStyle.SubControl.SC_SpinBoxDown), tokens.quiet_text)
        assert _is_drawn(combo, QPoint(120 - 12, 16), tokens.quiet_text)
    finally:
        theme.apply(application, "dark")


def _arrow(widget: QSpinBox | QDoubleSpinBox, part: QStyle.SubControl) -> QPoint:
    option = QStyleOptionSpinBox()
    widget.initStyleOption(option)
    rect = widget.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, widget)
    assert rect.width() >= 16
    return rect.center()


def _is_drawn(widget: QWidget, at: QPoint, colour: str) -> bool:
    """Tell whether the colour of an arrow is seen around a point."""
    image, wanted = widget.grab().toImage(), QColor(colour)
    near = [image.pixelColor(at.x() + x, at.y() + y) for x in range(-5, 6) for y in range(-5, 6)]
    return any(abs(each.lightness() - wanted.lightness()) < 30 for each in near)

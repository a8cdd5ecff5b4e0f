"""Dialogs on small screens."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from workstation.gui.fitting import fit


def test_that_a_dialog_has_the_size_it_asks_for_or_that_of_its_screen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = QDialog(window)
    fit(dialog, QSize(300, 200))
    assert dialog.size() == QSize(300, 200)
    fit(dialog, QSize(30_000, 20_000))
    room = window.screen().availableGeometry().size()
    assert dialog.width() < room.width()
    assert dialog.height() < room.height()

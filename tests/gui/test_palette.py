"""The palette: what is found for what is typed, and the real window driven with it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.gui.commands import COMMANDS
from workstation.gui.panels.palette.presenter import Entry, found
from workstation.gui.panels.palette.view import Palette

ENTRIES = [
    Entry("rotate-right", "Rotate right", "Look"),
    Entry("reset", "Reset the view", "Look"),
    Entry("layout-2x2", "Four panes", "Layout"),
    Entry("undo", "Undo", "Edit", is_enabled=False),
]


def ids(text: str, lately: tuple[str, ...] = ()) -> list[str]:
    return [entry.id for entry in found(ENTRIES, text, lately)]


def test_that_words_are_found_by_their_beginnings_parts_and_letters_in_order() -> None:
    assert ids("rot") == ["rotate-right"]
    assert ids("look r")[0] in ("rotate-right", "reset")
    assert ids("pane four") == ["layout-2x2"]
    assert ids("rtv") == ["reset"]
    assert ids("xyz") == []


def test_that_what_cannot_be_used_now_comes_last_and_what_was_used_lately_first() -> None:
    assert ids("")[-1] == "undo"
    assert ids("", ("layout-2x2",))[0] == "layout-2x2"


def test_that_every_command_is_in_the_palette_and_a_person_uses_one(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial")
    with running_session(qtbot, tmp_path) as session:
        session.open([study])
        settle(qtbot, session)
        qtbot.keyClick(session.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Palette))
        known = set(palette.listed())
        assert {each.id for each in COMMANDS if each.id in session.window.actions_by_id} - {"commands"} <= known
        assert "window Lung" in known
        qtbot.keyClicks(palette.field, "rotate r")
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        scene = session.window.pane.scene
        assert scene is not None
        assert scene.view.rotation_quarters == 1

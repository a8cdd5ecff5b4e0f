"""Warnings about an image: in words where there is room, counted and opened by hand and by keys where there is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.display.viewing import Grid
from workstation.gui.canvas.warnings_badge import WarningsBadge, WarningsPopup
from workstation.gui.session import Session


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([small_study(tmp_path / "study", "gapped")])
        settle(qtbot, started)
        yield started


def badge_of(session: Session) -> WarningsBadge:
    badge = session.window.pane.badges.warnings
    assert badge is not None
    return badge


def popup(session: Session) -> WarningsPopup:
    found = [each for each in session.window.findChildren(WarningsPopup) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def closed(session: Session) -> bool:
    return not any(each.isVisible() for each in session.window.findChildren(WarningsPopup))


def test_that_a_small_pane_counts_its_warnings_and_opens_them_in_words(qtbot: QtBot, session: Session) -> None:
    assert session.viewer is not None
    assert badge_of(session).isHidden(), "they are in words on the image"
    session.viewer.lay_out(Grid(2, 2))
    settle(qtbot, session)
    badge = badge_of(session)
    scene = session.window.pane.scene
    assert scene is not None
    assert scene.warnings
    assert badge.isVisible()
    assert badge.text().strip() == f"{len(scene.warnings)} warning" + ("s" if len(scene.warnings) > 1 else "")
    qtbot.mouseClick(badge, Qt.MouseButton.LeftButton)
    opened = popup(session)
    assert all(each in opened.words.text() for each in scene.warnings)
    assert opened.words.text().isprintable() or "\n" in opened.words.text()
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert closed(session)


def test_that_keys_reach_the_warnings_too(qtbot: QtBot, session: Session) -> None:
    assert session.viewer is not None
    session.viewer.lay_out(Grid(3, 3))
    settle(qtbot, session)
    badge = badge_of(session)
    badge.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(badge, Qt.Key.Key_Space)
    qtbot.keyClick(popup(session), Qt.Key.Key_Return)
    assert closed(session)
    session.window.pane.setFocus()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(popup(session), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert closed(session)


def test_that_they_go_with_the_words_over_the_image_and_with_the_image(qtbot: QtBot, session: Session) -> None:
    assert session.viewer is not None
    session.viewer.lay_out(Grid(2, 2))
    settle(qtbot, session)
    session.window.actions_by_id["text"].trigger()
    assert badge_of(session).isHidden()
    session.window.actions_by_id["text"].trigger()
    assert badge_of(session).isVisible()
    session.workspace.replace_tree(())
    settle(qtbot, session)
    assert badge_of(session).isHidden()
    session.window.actions_by_id["warnings"].trigger()
    assert closed(session)

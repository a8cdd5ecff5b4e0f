"""Notes lie over the pictures, which stay where they are; long ones are unfolded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.panels.notes.view import MOST_LINES, WIDEST_PX, NotesArea
from workstation.gui.session import Session
from workstation.gui.theme import DARK

LONG = "The slices are too far apart to be cut along another direction than that in which they were taken. " * 6


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        settle(qtbot, running)
        yield running


@pytest.fixture
def over(qtbot: QtBot) -> Iterator[tuple[NotesArea, NotesPresenter, QWidget]]:
    """Give notes at the foot of a picture of 900 x 600 pixels."""
    whole = QWidget()
    qtbot.addWidget(whole)
    whole.resize(900, 600)
    picture = QWidget(whole)
    picture.resize(900, 600)
    area = NotesArea(DARK, whole)
    area.lie_over(picture)
    notes = NotesPresenter(area)
    area.dismissed.connect(notes.dismiss)
    whole.show()
    qtbot.waitExposed(whole)
    yield area, notes, picture
    whole.close()


def test_that_pictures_keep_their_place_and_size_when_a_note_comes_and_goes(qtbot: QtBot, session: Session) -> None:
    window = session.window
    before = window.centre.geometry()
    session.notes.add(Note("warning", "Slice 7 is missing.", hint="Look at the images that are there."))
    session.notes.add(Note("error", LONG, details="line\n" * 20))
    QApplication.processEvents()
    assert window.centre.geometry() == before
    assert window.notes.isVisible()
    foot = QPoint(before.width() // 2, before.height() - 12)
    at_foot = window.childAt(window.centre.mapTo(window, foot))
    assert at_foot is not None
    assert window.notes.isAncestorOf(at_foot), "they lie over the pictures, not behind them"
    while session.notes.dismiss_newest():
        QApplication.processEvents()
        assert window.centre.geometry() == before
    assert not window.notes.isVisible()


def test_that_notes_stand_at_the_foot_when_the_window_changes(over: tuple[NotesArea, NotesPresenter, QWidget]) -> None:
    area, notes, picture = over
    notes.add(Note("information", "The planes are registered."))
    QApplication.processEvents()
    for size in (QSize(900, 600), QSize(420, 300), QSize(1400, 900)):
        picture.resize(size)
        QApplication.processEvents()
        assert picture.geometry().contains(area.geometry())
        assert picture.geometry().bottom() - area.geometry().bottom() < 12
        assert abs(area.geometry().center().x() - picture.geometry().center().x()) <= 1
        assert area.width() <= WIDEST_PX


def test_that_long_notes_are_cut_told_in_their_tool_tip_and_unfolded(
    over: tuple[NotesArea, NotesPresenter, QWidget],
) -> None:
    area, notes, _picture = over
    notes.add(Note("warning", "It is short."))
    QApplication.processEvents()
    (short,) = area.cards
    assert not short.unfold_button.isVisible(), "there is nothing to be unfolded"
    assert short.words[0].toolTip() == ""
    notes.add(Note("warning", LONG))
    QApplication.processEvents()
    card = area.cards[0]
    label, low = card.words[0], area.height()
    assert len(label.seen_lines()) == MOST_LINES
    assert label.seen_lines()[0].startswith("The slices are too far apart")
    assert label.seen_lines()[-1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert label.toolTip() == label.text() == LONG
    assert label.height() >= MOST_LINES * label.fontMetrics().lineSpacing()
    assert card.unfold_button.isVisible()
    card.unfold_button.click()
    QApplication.processEvents()
    assert area.height() > low
    assert label.height() >= label.heightForWidth(label.width()) > MOST_LINES * label.fontMetrics().lineSpacing()
    assert label.toolTip() == ""
    assert card.unfold_button.isVisible(), "it can be folded again"
    card.unfold_button.click()
    QApplication.processEvents()
    assert area.height() == low

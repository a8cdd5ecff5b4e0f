"""A study that was taken out of the library comes back by undoing, with its panes as they were."""

import gc
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.display.viewing import Grid
from workstation.gui.session import Session
from workstation.model.frame import Frame, Window
from workstation.model.index.library import Library


def started(qtbot: QtBot, session: Session, folder: Path) -> list[object]:
    """Open a study in two panes and change how it is seen; gives what is shown."""
    session.open([small_study(folder / "study", "axial", "coronal")])
    settle(qtbot, session)
    assert session.viewer is not None
    session.viewer.lay_out(Grid(1, 2))
    session.viewer.pane(0).change.set_window(Window(33, 444))
    settle(qtbot, session)
    session.viewer.pane(1).go_to(1)
    settle(qtbot, session)
    return shown(session)


def shown(session: Session) -> list[object]:
    assert session.viewer is not None
    return [(pane.selection, pane.look) for pane in session.viewer.now.panes]


def pictures(session: Session) -> list[bool]:
    assert session.viewer is not None
    return [session.viewer.pane(number).scene is not None for number in (0, 1)]


def in_library(folder: Path) -> int:
    library = Library.open(folder / "library.sqlite")
    try:
        return sum(1 for _ in library.instances())
    finally:
        library.close()


def test_that_undo_puts_a_study_back_and_redo_takes_it_out(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        before = started(qtbot, session, tmp_path)
        count = in_library(tmp_path)
        actions = session.window.actions_by_id
        actions["forget"].trigger()
        settle(qtbot, session)
        assert (pictures(session), in_library(tmp_path)) == ([False, False], 0)
        assert session.workspace.patients == ()
        assert actions["undo"].text() == "Undo taking out of a study"
        for _ in range(2):
            actions["undo"].trigger()
            settle(qtbot, session)
            assert shown(session) == before
            assert (pictures(session), in_library(tmp_path)) == ([True, True], count)
            actions["redo"].trigger()
            settle(qtbot, session)
            assert (pictures(session), in_library(tmp_path)) == ([False, False], 0)
        # What was done before the study went is still there to be undone, once it is back.
        for _ in range(3):
            actions["undo"].trigger()
        settle(qtbot, session)
        assert session.viewer is not None
        assert session.viewer.now.grid == Grid(1, 1)
        assert not [words for words in session.workspace.done if words[1] == "remove"]


def test_that_undo_and_redo_faster_than_the_library_end_as_asked_for_last(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        before = started(qtbot, session, tmp_path)
        count = in_library(tmp_path)
        session.window.actions_by_id["forget"].trigger()
        settle(qtbot, session)
        for name in ("undo", "redo", "undo"):
            session.window.actions_by_id[name].trigger()
        settle(qtbot, session)
        assert (shown(session), in_library(tmp_path)) == (before, count)


def test_that_the_note_does_the_same_also_when_other_things_were_done_since(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        before = started(qtbot, session, tmp_path)
        session.window.actions_by_id["forget"].trigger()
        settle(qtbot, session)
        (note,) = (note for note in session.notes.notes if note.action)
        assert note.action is not None
        note.action[1]()
        settle(qtbot, session)
        assert shown(session) == before
        assert session.viewer is not None
        session.viewer.redo()
        settle(qtbot, session)
        session.viewer.lay_out(Grid(2, 2))
        note.action[1]()
        settle(qtbot, session)
        assert len(session.workspace.patients) == 1
        assert session.viewer.undo_label == "adding of a study again"
        session.viewer.undo()
        settle(qtbot, session)
        assert session.workspace.counts().patients == 0


def frames_alive() -> int:
    gc.collect()
    return sum(isinstance(each, Frame) for each in gc.get_objects())


def test_that_of_a_study_that_was_taken_out_no_pixels_stay_in_memory(qtbot: QtBot, tmp_path: Path) -> None:
    before = frames_alive()
    with running_session(qtbot, tmp_path) as session:
        started(qtbot, session, tmp_path)
        assert session.viewer is not None
        session.viewer.lay_out(Grid(2, 2))
        settle(qtbot, session)
        session.viewer.lay_out(Grid(1, 1))  # the other panes are out of sight, and hold nothing
        settle(qtbot, session)
        assert frames_alive() > before
        session.window.actions_by_id["forget"].trigger()
        settle(qtbot, session)
        assert frames_alive() == before
        assert session.window.browser.pictures() == set()

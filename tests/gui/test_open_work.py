"""The open work is kept and comes back: after a crash, at the next start, and never what is damaged."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.limits import file_size_limit
from tests.samples import uncounted
from workstation.display.viewing import Grid, Links
from workstation.gui.open_work import Extra
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile
from workstation.model.frame import Window

PROGRAM = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from workstation.display.viewing import Grid
from workstation.gui import theme
from workstation.gui.app import make_application
from workstation.gui.main_window import MainWindow
from workstation.gui.remembered import Remembered
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile
from workstation.model.frame import Window
from workstation.settings import Settings

settings = Settings()
application = make_application(settings)
window = MainWindow(theme.TOKENS["dark"], Remembered())
session = Session(window, Remembered(), settings, library_path=Path(sys.argv[2]), work_file=WorkFile.take())
session.open([Path(sys.argv[1])])
window.show()

def change():
    viewer = session.viewer
    if not session.is_settled or viewer.active.scene is None:
        QTimer.singleShot(20, change)
        return
    viewer.lay_out(Grid(1, 2))
    viewer.pane(0).change.set_window(Window(100, 250))
    viewer.pane(0).change.zoom(2.0, (300, 300))
    viewer.pane(0).change.invert()
    written = session.open_work._write
    def tell(text):
        written(text)
        print("kept", flush=True)
    session.open_work._write = tell

QTimer.singleShot(20, change)
application.exec()
"""


def take() -> WorkFile:
    file = WorkFile.take()
    assert file is not None
    return file


def record(file: Path) -> dict[str, Any]:
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(stored, dict)
    return stored


def views(session: Session) -> list[object]:
    assert session.viewer is not None
    return [(pane.selection, pane.look.view) for pane in session.viewer.now.panes]


def act(session: Session, words: str) -> None:
    """Do what a note offers."""
    action = next(note.action for note in session.notes.notes if note.action and note.action[0] == words)
    action[1]()


def worked_on(qtbot: QtBot, folder: Path) -> list[object]:
    """Open a study, change things, end; gives what was shown."""
    with running_session(qtbot, folder, work_file=take()) as session:
        assert session.viewer is not None
        session.open([small_study(folder / "study", "axial", "coronal")])
        settle(qtbot, session)
        session.viewer.lay_out(Grid(1, 2))
        session.viewer.pane(0).change.set_window(Window(33, 444))
        session.viewer.link(Links(zoom=True))
        return views(session)


def test_that_a_killed_program_comes_back_with_its_layout_and_looks(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial", "coronal")
    environment = uncounted() | {"PYTHONPATH": str(Path(__file__).parents[2])}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(study), str(tmp_path / "library.sqlite")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "kept\n"
        finally:
            program.kill()
    assert program.returncode == (-signal.SIGKILL if os.name == "posix" else 1)

    with running_session(qtbot, tmp_path, work_file=take()) as session:
        settle(qtbot, session)
        assert session.viewer is not None
        now = session.viewer.now
        assert now.grid == Grid(1, 2)
        view = now.panes[0].look.view
        assert (view.voi, view.inverted) == (Window(100, 250), True)
        assert view.zoom is not None
        assert all(session.viewer.pane(number).scene is not None for number in (0, 1))
        assert "was restored" in session.notes.notes[0].message
        act(session, "Start empty")
        assert session.viewer.now.grid == Grid(1, 1)
        assert session.viewer.active.scene is None
        session.viewer.undo()
        settle(qtbot, session)
        assert session.viewer.now.grid == Grid(1, 2)


def test_that_the_last_work_comes_back_after_a_good_end_without_a_word(qtbot: QtBot, tmp_path: Path) -> None:
    before = worked_on(qtbot, tmp_path)
    with running_session(qtbot, tmp_path, work_file=take()) as session:
        settle(qtbot, session)
        assert views(session) == before
        assert session.viewer is not None
        assert session.viewer.now.links == Links(zoom=True)
        assert session.notes.notes == ()
        assert session.viewer.undo_label == ""


def test_that_it_does_not_come_back_where_that_is_not_wanted(qtbot: QtBot, tmp_path: Path) -> None:
    worked_on(qtbot, tmp_path)
    with running_session(qtbot, tmp_path, work_file=take(), has_paths=True) as session:
        settle(qtbot, session)
        assert session.viewer is not None
        assert [pane.selection for pane in session.viewer.now.panes] == [None]


def test_that_after_a_crash_work_is_offered_where_other_things_were_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    before = worked_on(qtbot, tmp_path)
    file = take()
    file.write(json.dumps(record(file.path) | {"ended": False}))
    with running_session(qtbot, tmp_path, work_file=file, has_paths=True) as session:
        settle(qtbot, session)
        assert views(session) != before
        act(session, "Bring it back")
        settle(qtbot, session)
        assert views(session) == before


def test_that_work_with_which_the_program_keeps_ending_is_only_offered(qtbot: QtBot, tmp_path: Path) -> None:
    before = worked_on(qtbot, tmp_path)
    file = take()
    file.write(json.dumps(record(file.path) | {"ended": False, "failures": 2}))
    with running_session(qtbot, tmp_path, work_file=file) as session:
        settle(qtbot, session)
        assert views(session) != before
        assert "ended 2 times" in session.notes.notes[0].message


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"version": 99, "ended": true}', '{"version": 1, "ended": true, "viewing": {"panes": 3}}']
)
def test_that_a_file_that_cannot_be_used_is_told_and_kept_aside(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    file = take()
    file.write(text)
    with running_session(qtbot, tmp_path, work_file=file) as session:
        settle(qtbot, session)
        (note,) = session.notes.notes
        assert "is not used" in note.message
        assert file.path.with_suffix(".aside.json").read_text(encoding="utf-8") == text


def test_that_the_file_is_for_the_user_alone_and_says_nothing_of_the_patient(qtbot: QtBot, tmp_path: Path) -> None:
    worked_on(qtbot, tmp_path)
    file = take()
    if os.name == "posix":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    text = file.path.read_text(encoding="utf-8")
    with running_session(qtbot, tmp_path) as session:
        patient = session.workspace.patients[0]
        assert patient.patient_id
        assert patient.patient_id not in text
        assert patient.patient_name not in text
    assert record(file.path)["ended"] is True
    file.release()


def test_that_programs_at_the_same_time_keep_their_work_apart_and_a_crashed_one_is_found() -> None:
    one, two = take(), take()
    assert one.path != two.path
    two.write(json.dumps({"version": 1, "ended": False, "viewing": {"panes": []}}))
    two.release()
    again = take()
    assert again.path == two.path
    assert again.read().crashed
    for file in (one, again):
        file.release()


def test_that_a_file_that_cannot_be_written_costs_a_note_and_leaves_what_was_there(tmp_path: Path) -> None:
    file = WorkFile(tmp_path / "work.json")
    file.write("first")
    with file_size_limit(3), pytest.raises(OSError, match=r".*"):
        file.write("second")
    assert file.path.read_text(encoding="utf-8") == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["work.json"]


def test_that_features_keep_what_is_theirs_and_damage_of_one_spares_the_others(qtbot: QtBot, tmp_path: Path) -> None:
    def refuse(_value: object) -> None:
        raise ValueError("no")

    got: list[object] = []
    with running_session(qtbot, tmp_path, work_file=take()) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        session.open_work.extras["arrows"] = Extra(lambda: [1, 2], got.append)
        session.open_work.extras["texts"] = Extra(lambda: "x", refuse)

    def install(session: Session) -> None:
        session.open_work.extras["arrows"] = Extra(list, got.append)
        session.open_work.extras["texts"] = Extra(lambda: "", refuse)

    with running_session(qtbot, tmp_path, work_file=take(), before=install) as session:
        settle(qtbot, session)
        assert got == [[1, 2]]
        assert "texts" in session.notes.notes[0].message


def test_that_changes_are_written_while_the_program_runs(qtbot: QtBot, tmp_path: Path) -> None:
    file = take()
    with running_session(qtbot, tmp_path, work_file=file) as session:
        assert session.viewer is not None
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        session.viewer.pane(0).change.set_window(Window(5, 6))
        qtbot.waitUntil(lambda: file.path.exists() and '"width": 6' in file.path.read_text(encoding="utf-8"))
        assert record(file.path)["ended"] is False
    assert record(file.path)["ended"] is True

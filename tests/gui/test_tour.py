"""The main window, used as a person uses it; each copied command is run in a shell and held against the window."""

import json
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.gui.canvas.scene import Scene
from workstation.gui.objects.host import ObjectHost
from workstation.gui.panels.browser.nodes import Node
from workstation.gui.remembered import state_path
from workstation.gui.session import Session
from workstation.workspace import Selection

PROGRAM = [sys.executable, "-m", "workstation"]


def drop(session: Session, *paths: Path) -> None:
    """Let files fall onto the window as a file manager does."""
    window = session.window
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    middle = window.rect().center()
    with warnings.catch_warnings():
        # WORKAROUND: PySide6 6.12 wants a QPointF here, which 6.11 does not take.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(middle, *rest)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(middle), *rest))


def scene_of(session: Session) -> Scene:
    scene = session.window.pane.scene
    assert scene is not None
    return scene


def rows_of(session: Session) -> list[Node]:
    """Give what the browser lists, series only."""
    model = session.window.browser.model
    found: list[Node] = []
    pending = [model.index(row, 0) for row in range(model.rowCount())]
    while pending:
        index = pending.pop(0)
        node = index.data(Qt.ItemDataRole.UserRole)
        if node.kind == "series":
            found.append(node)
        pending += [model.index(row, 0, index) for row in range(model.rowCount(index))]
    return found


def choose(session: Session, node: Node) -> None:
    """Click a row of the browser."""
    tree = session.window.browser.tree
    index = session.window.browser.model.index_of_key(node.key)
    tree.scrollTo(index)
    tree.setCurrentIndex(index)


def copied_lines(session: Session) -> list[str]:
    session.window.actions_by_id["copy-command"].trigger()
    return QApplication.clipboard().text().splitlines()


def run_line(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a copied line in a shell, in an empty folder."""
    words = shlex.split(line)
    assert words[0] == "workstation"
    command = shlex.join([*PROGRAM, *words[1:]])
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def read_picture(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def test_that_a_person_can_drop_search_look_and_get_the_same_picture_from_a_shell(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial", "coronal", "tilted")
    with running_session(qtbot, tmp_path) as session:
        window = session.window
        assert window.centre.currentWidget() is window.empty
        drop(session, study)
        settle(qtbot, session)
        assert window.centre.currentWidget() is window.grid
        assert len(rows_of(session)) == 3

        qtbot.keyClicks(window.browser.search, "coronal")
        assert len(rows_of(session)) == 1
        choose(session, rows_of(session)[0])
        settle(qtbot, session)
        coronal = scene_of(session)
        assert "coronal" in coronal.instance.series_description.lower()

        window.pane.setFocus()
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Up):
            qtbot.keyClick(window.pane, key)
            settle(qtbot, session)
        count = coronal.position[1]
        assert scene_of(session).position == (count - 1, count)

        qtbot.mousePress(window.pane, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
        qtbot.mouseMove(window.pane, QPoint(240, 220))
        qtbot.mouseMove(window.pane, QPoint(260, 230))
        qtbot.mouseRelease(window.pane, Qt.MouseButton.LeftButton, pos=QPoint(260, 230))
        qtbot.keyClick(window.pane, Qt.Key.Key_R)
        qtbot.keyClick(window.pane, Qt.Key.Key_H)
        qtbot.keyClick(window.pane, Qt.Key.Key_I)
        qtbot.keyClick(window.pane, Qt.Key.Key_Plus)
        qtbot.mousePress(window.pane, Qt.MouseButton.MiddleButton, pos=QPoint(200, 200))
        qtbot.mouseMove(window.pane, QPoint(220, 210))
        qtbot.mouseMove(window.pane, QPoint(233, 219))
        qtbot.mouseRelease(window.pane, Qt.MouseButton.MiddleButton, pos=QPoint(233, 219))
        view = scene_of(session).view
        assert view.voi is not None
        assert view.inverted
        assert view.zoom is not None

        seen = window.pane.picture()
        lines = copied_lines(session)
        counts = session.workspace.counts()

    assert len(lines) == 2
    added = run_line(lines[0] + " --json", tmp_path)
    assert added.returncode == 0, added.stderr
    assert counts.images == json.loads(added.stdout.splitlines()[-1])["unchanged"]
    written = run_line(lines[1], tmp_path)
    assert written.returncode == 0, written.stderr
    assert seen is not None
    assert np.array_equal(read_picture(tmp_path / "picture.png"), seen)


def test_that_the_picture_as_it_is_first_shown_comes_from_a_shell_too(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "it's a study", "enhanced")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        qtbot.keyClick(session.window.pane, Qt.Key.Key_End)
        settle(qtbot, session)
        seen = session.window.pane.picture()
        line = copied_lines(session)[-1]
    written = run_line(line, tmp_path)
    assert written.returncode == 0, written.stderr
    assert seen is not None
    assert np.array_equal(read_picture(tmp_path / "picture.png"), seen)


def test_that_several_things_dropped_at_once_are_opened_and_each_bad_one_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial")
    text = tmp_path / "letter.dcm"
    text.write_text("Dear colleague, " * 40, encoding="utf-8")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study / "axial" / "003.dcm", text, tmp_path / "nowhere")
        settle(qtbot, session)
        assert session.workspace.counts().images == 1
        told = "\n".join(note.as_text() for note in session.notes.notes)
        assert "letter.dcm" in told
        assert "nowhere" in told
        session.window.actions_by_id["unreadable"].trigger()
        assert session.window.refused.isVisible()
        assert session.window.refused.tree.topLevelItemCount() > 0
        for _ in range(len(session.notes.notes) + 1):
            qtbot.keyClick(session.window, Qt.Key.Key_Escape)
        assert session.notes.notes == ()
        assert not session.window.refused.isVisible()


def test_that_the_library_is_shown_again_in_the_next_run(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial", "uneven")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        counts = session.workspace.counts()
    with running_session(qtbot, tmp_path, name="light") as session:
        settle(qtbot, session)
        assert session.workspace.counts() == counts
        session.open([study / "uneven"])
        settle(qtbot, session)
        assert "uneven" in scene_of(session).instance.series_description.lower()
        assert any("Spacing varies" in warning for warning in scene_of(session).warnings)


def test_that_a_study_taken_out_leaves_the_window_and_its_memory_and_its_files_stay(
    qtbot: QtBot, tmp_path: Path
) -> None:
    study = small_study(tmp_path / "study", "axial")
    files = sorted(study.rglob("*.dcm"))
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        session.window.actions_by_id["forget"].trigger()
        settle(qtbot, session)
        assert session.workspace.patients == ()
        assert session.window.centre.currentWidget() is session.window.empty
        assert session.window.pane.scene is None
        assert sorted(study.rglob("*.dcm")) == files
        note = session.notes.notes[0]
        assert note.action is not None
        note.action[1]()
        settle(qtbot, session)
        assert session.workspace.counts().images == len(files)


def test_that_a_damaged_library_is_told_and_images_can_be_looked_at_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"SQLite format 3\0" + b"\x11" * 5000)
    study = small_study(tmp_path / "study", "axial")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        assert session.workspace.counts().images == 9
        assert any("library" in note.message.lower() for note in session.notes.notes)


def test_that_files_are_chosen_in_a_dialog_that_does_not_block(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial")
    with running_session(qtbot, tmp_path) as session:
        session.window.actions_by_id["open-files"].trigger()
        dialog = session.window.findChild(QFileDialog)
        assert dialog is not None
        dialog.filesSelected.emit([str(study / "axial" / "001.dcm")])
        dialog.close()
        settle(qtbot, session)
        assert session.workspace.counts().images == 1


def test_that_the_keys_page_opens_and_the_theme_changes_without_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.window.actions_by_id["keys"].trigger()
        pages = [widget for widget in QApplication.topLevelWidgets() if widget.windowTitle() == "Keys and mouse"]
        assert len(pages) == 1
        pages[0].close()
        session.window.actions_by_id["theme"].trigger()
        assert session.settings.theme == "light"
        session.set_theme("dark")


def test_that_closing_while_much_is_read_ends_cleanly(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial", "coronal", "sagittal", "oblique")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)


def test_that_every_series_has_a_thumbnail(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial", "enhanced")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        for node in rows_of(session):
            choose(session, node)
            settle(qtbot, session)
        pictures = session.window.browser.pictures()
        assert {node.key for node in rows_of(session)} <= pictures


def test_that_all_sample_studies_are_shown_or_say_why_not(qtbot: QtBot, tmp_path: Path, shared_data: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        drop(session, shared_data / "sr", shared_data / "us", shared_data / "encapsulated", shared_data / "xa")
        settle(qtbot, session)
        for selection in session.workspace.selections():
            session.workspace.select(Selection(selection.series_instance_uid, selection.stack))
            settle(qtbot, session)
            pane = session.window.pane
            hosted = pane.hosted
            if hosted is not None:
                assert isinstance(hosted, ObjectHost)
                assert hosted.content is not None or hosted.words.text() != "Reading …"
            else:
                assert pane.scene is not None or pane.message.text() or pane.hosted is not None


@pytest.mark.parametrize("scale", ["1", "2"])
def test_that_a_screenshot_comes_with_a_summary(tmp_path: Path, scale: str) -> None:
    study = small_study(tmp_path / "study", "axial", "tilted")
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
    command = [*PROGRAM, "--library", "library.sqlite", "--screenshot", "shot/window.png", str(study)]
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["patients"], summary["series"], summary["images"], summary["refused"]) == (1, 2, 18, 0)
    assert not state_path().exists()
    picture = read_picture(tmp_path / "shot" / "window.png")
    assert picture.shape[1] >= 700 * int(scale)
    assert len(np.unique(picture[::9, ::9].reshape(-1, 3), axis=0)) > 50


def test_that_imported_copies_are_shown_and_stay_when_the_medium_goes(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "stick", "axial")
    with running_session(qtbot, tmp_path) as session:
        session.opening.import_copies([study])
        settle(qtbot, session)
        places = [each.place.path for each in session.workspace.patients[0].studies[0].series[0].instances]
        assert len(places) == 9
        assert all(path.is_relative_to(tmp_path / "images") for path in places)
        assert scene_of(session).position[1] == 9
        lines = copied_lines(session)
    again = run_line(lines[0] + " --json", tmp_path)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout.splitlines()[-1])["already_there"] == 9


def test_that_keys_of_letters_go_into_the_search_while_someone_types(qtbot: QtBot, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", "axial")
    with running_session(qtbot, tmp_path) as session:
        drop(session, study)
        settle(qtbot, session)
        before = scene_of(session).view
        qtbot.keyClick(session.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert session.window.browser.search.hasFocus()
        qtbot.keyClicks(session.window.browser.search, "hvri 1")
        assert session.window.browser.search.text() == "hvri 1"
        assert scene_of(session).view == before
        qtbot.keyClick(session.window.browser.search, Qt.Key.Key_Escape)
        assert session.window.browser.search.text() == ""

"""What is heavy is loaded beside the thread of the window: when it is asked for, or while nothing is to be done."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.gui.features.volume import MODULES, Volume3D
from workstation.gui.session import Session


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        running.window.pane.setFocus()
        yield running


def test_that_the_window_goes_on_while_what_the_view_in_3d_is_made_of_is_loaded(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    may_go_on, threads = threading.Event(), []

    def load(name: str) -> ModuleType:
        threads.append(threading.current_thread())
        assert may_go_on.wait(10)
        return import_module(name)

    monkeypatch.setattr("workstation.gui.late.import_module", load)
    monkeypatch.delitem(sys.modules, MODULES[0], raising=False)
    for key in (Qt.Key.Key_F4, Qt.Key.Key_Escape, Qt.Key.Key_F4):
        qtbot.keyClick(session.window.pane, key)
        assert not found.is_shown
        assert session.window.actions_by_id["volume"].isChecked() == (key is Qt.Key.Key_F4)
    may_go_on.set()
    settle(qtbot, session)
    assert found.is_shown
    assert len(threads) == len(MODULES), "each is loaded once"
    assert threading.main_thread() not in threads


def test_that_what_comes_next_is_loaded_ahead_once_what_was_opened_at_the_start_is_there(
    qtbot: QtBot, tmp_path: Path
) -> None:
    study, seen = small_study(tmp_path / "study", "axial"), []

    def before(session: Session) -> None:
        session.open([study])
        session.load_ahead.append(lambda: seen.append((threading.current_thread(), session.workspace.counts().images)))

    with running_session(qtbot, tmp_path, before=before) as session:
        qtbot.waitUntil(lambda: bool(seen))
        settle(qtbot, session)
        ((thread, images),) = seen
        assert thread is not threading.main_thread()
        assert images == session.workspace.counts().images > 0, "not before the study is there"


def test_that_a_picture_of_the_window_waits_for_nothing_that_is_loaded_ahead(qtbot: QtBot, tmp_path: Path) -> None:
    study, seen = small_study(tmp_path / "study", "axial"), []

    def before(session: Session) -> None:
        session.loads_ahead = False
        session.open([study])
        session.load_ahead.append(lambda: seen.append(1))

    with running_session(qtbot, tmp_path, before=before) as session:
        qtbot.wait(400)
        settle(qtbot, session)
    assert not seen


def test_that_features_are_loaded_by_the_job_that_loads_what_is_heavy() -> None:
    script = (
        "import sys; from workstation.gui.warming_up import import_heavy; import_heavy(); before = set(sys.modules)\n"
        "from workstation.gui.features import features; features()\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_that_work_that_is_waited_for_at_the_end_is_waited_for_out_of_sight(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window, seen = session.window, list[bool]()
        window.closing.connect(lambda: seen.append(window.isVisible()))
        window.close()
        assert seen == [False]

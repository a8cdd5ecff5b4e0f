"""Slices that do not say where they lie make planes at the user's word, which is told."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.batch.main import main
from workstation.gui.features.planes import Planes
from workstation.gui.features.volume import Volume3D
from workstation.gui.session import Session
from workstation.phantoms import small


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    folder = tmp_path / "study"
    small.volume("axial").write(folder)
    for path in folder.rglob("*.dcm"):
        image = pydicom.dcmread(path)
        for name in ("ImagePositionPatient", "ImageOrientationPatient", "SliceLocation"):
            if name in image:
                delattr(image, name)
        image.save_as(path)
    with running_session(qtbot, tmp_path) as running:
        running.open([folder])
        settle(qtbot, running)
        yield running


def is_open(planes: Planes) -> bool:
    return planes.joined.opened is not None


def test_that_the_distance_is_asked_for_told_undone_and_copied(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    planes = session.findChild(Planes)
    assert isinstance(planes, Planes)
    joined, bar = planes.joined, planes.joined.area.bar
    assert not is_open(planes)
    assert "Distance of slices" in joined.area.active.message.text(), "nothing is assumed without a word"
    assert bar.assume.isVisible()
    qtbot.mouseClick(bar.assume, Qt.MouseButton.LeftButton)
    dialog = session.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setDoubleValue(2.5)
    dialog.accept()
    settle(qtbot, session)
    assert joined.opened is not None
    grid = joined.opened.volume.grid
    assert np.linalg.norm(grid.affine_lps[:3, 2]) == pytest.approx(2.5)
    scene = joined.area.panes["axial"].scene
    assert scene is not None
    assert any(note.startswith("Assumed: slices 2.5 mm apart") for note in scene.warnings)
    session.window.actions_by_id["copy-command"].trigger()
    words = shlex.split(QApplication.clipboard().text().splitlines()[-1])
    assert words[words.index("--assume-spacing") + 1] == "2.5mm"
    assert main([*words[2:-1], str(tmp_path / "plane.png")]) == 0

    assert session.viewer is not None
    assert session.viewer.undo_label == "distance of slices"
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert not is_open(planes)
    session.window.actions_by_id["redo"].trigger()
    settle(qtbot, session)
    assert joined.opened is not None
    assert joined.opened.assumed_mm == 2.5


def test_that_it_is_not_offered_where_the_files_say_it(qtbot: QtBot, tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path / "study")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
        settle(qtbot, session)
        planes = session.findChild(Planes)
        assert isinstance(planes, Planes)
        assert planes.joined.area.bar.assume.isHidden()
        session.window.actions_by_id["planes-assume"].trigger()
        assert session.window.findChild(QInputDialog) is None


def test_that_the_view_in_3d_says_where_it_can_be_assumed(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["volume"].trigger()
    settle(qtbot, session)
    volume3d = session.findChild(Volume3D)
    assert isinstance(volume3d, Volume3D)
    assert "say in the planes (F3) how far apart they are" in volume3d.joined.area.view.message.text()

"""Planes that the window saves are those that the commands write."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.batch.main import main
from workstation.gui.features.planes import Planes
from workstation.gui.panels.planes.saving import PlaneSaving
from workstation.gui.session import Session
from workstation.model.index.records import Series
from workstation.volume.planes import planes_view

SAVING = ("plane-picture", "planes-pictures", "planes-dicom")


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        yield running


@pytest.fixture
def planes(qtbot: QtBot, session: Session) -> Planes:
    """Open planes, and turn the coronal one, thick and cubic."""
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    presenter = found.joined.presenter
    assert presenter.now is not None
    presenter.do(planes_view.line_turned(presenter.now, "axial", "coronal", 20.0), "turn")
    presenter.activate("coronal")
    found.joined.area.bar.thickness.setValue(3.0)
    session.window.actions_by_id["voxels-cubic"].trigger()
    settle(qtbot, session)
    return found


def saving(planes: Planes) -> PlaneSaving:
    return planes.joined.saving


def command(session: Session, *more: str, output: Path) -> None:
    """Run the command that is copied, with another output."""
    session.window.actions_by_id["copy-command"].trigger()
    words = shlex.split(QApplication.clipboard().text().splitlines()[-1])
    assert main([*words[2:-1], str(output), *more]) == 0


def colours(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)


def said(session: Session) -> str:
    return " ".join(label.text() for label in session.window.notes.findChildren(QLabel))


@pytest.mark.parametrize("name", ["seen.png", "seen.tif"])
def test_that_the_picture_is_that_of_the_copied_command(
    name: str, qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path
) -> None:
    for act in ("invert", "rotate-right", "flip-h", "colours-hot-iron"):
        session.window.actions_by_id[act].trigger()
    settle(qtbot, session)
    saving(planes).save_picture(tmp_path / name)
    settle(qtbot, session)
    command(session, output=tmp_path / "command.png")
    made = colours(tmp_path / name)
    assert made.std() > 1
    np.testing.assert_array_equal(made, colours(tmp_path / "command.png"))
    assert f"saved as {name}" in said(session)


def test_that_parallel_planes_are_written_as_pictures_like_those_of_the_command(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path
) -> None:
    session.window.actions_by_id["invert"].trigger()
    settle(qtbot, session)
    saving(planes).save_pictures(tmp_path / "window", 2.0)
    settle(qtbot, session)
    command(session, "--spacing", "2mm", output=tmp_path / "command")
    names = sorted(path.name for path in (tmp_path / "window").iterdir())
    assert len(names) > 3
    assert names == sorted(path.name for path in (tmp_path / "command").iterdir())
    for name in names:
        np.testing.assert_array_equal(colours(tmp_path / "window" / name), colours(tmp_path / "command" / name))


def test_that_parallel_planes_become_a_series_of_the_study_in_their_place(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    before = {each.series_instance_uid for each in all_series(session)}
    now = planes.joined.presenter.now
    assert now is not None
    saving(planes).save_series(2.5)
    settle(qtbot, session)
    (made,) = [each for each in all_series(session) if each.series_instance_uid not in before]
    assert len(made.stacks) == 1
    assert made.stacks[0].is_volume
    look, places = now.coronal, []
    for each in made.instances:
        image = pydicom.dcmread(each.place.path)
        assert image.ImageOrientationPatient == pytest.approx([*look.along_row_lps, *look.along_column_lps], abs=1e-6)
        assert image.ImageType[:2] == ["DERIVED", "SECONDARY"]
        assert float(image.SliceThickness) == 3.0
        places.append(float(np.dot(image.ImagePositionPatient, look.normal_lps)))
    assert np.diff(sorted(places)) == pytest.approx(2.5, abs=1e-4)
    assert min(abs(place - float(np.dot(now.cross_lps, look.normal_lps))) for place in places) < 1e-4
    assert f"a series of {len(places)} images" in said(session)


def all_series(session: Session) -> list[Series]:
    return [each for patient in session.workspace.patients for study in patient.studies for each in study.series]


def test_that_the_menu_asks_for_the_distance_and_the_file(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(saving(planes), "save_series", asked.append)
    actions = session.window.actions_by_id
    actions["planes-dicom"].trigger()
    dialog = session.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    assert dialog.doubleValue() == 3.0, "slabs that touch"
    assert "coronal" in dialog.labelText()
    dialog.accept()
    assert asked == [3.0]
    actions["plane-picture"].trigger()
    files = session.window.findChild(QFileDialog)
    assert isinstance(files, QFileDialog)
    assert files.selectedFiles()[0].endswith("coronal.png")
    files.reject()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    assert not any(actions[name].isEnabled() for name in SAVING)


def test_that_too_many_planes_are_refused_in_words(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path
) -> None:
    saving(planes).save_pictures(tmp_path / "many", 0.0001)
    settle(qtbot, session)
    assert "are too many" in said(session)
    assert not (tmp_path / "many").exists()

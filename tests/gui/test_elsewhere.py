"""A region measured on another series of its frame of reference, of single images and of frames of one file alike."""

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.gui.test_measuring import Key, drag, press, value
from workstation.gui.session import Session
from workstation.phantoms.small import layouts, volume
from workstation.workspace import Selection


@pytest.fixture
def both(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """The same block as single images and as frames of one file, in one frame of reference."""
    single = volume(layouts()[3].name)
    single.write(tmp_path / "single")
    volume("enhanced").write(tmp_path / "enhanced")
    (path,) = (tmp_path / "enhanced").rglob("*.dcm")
    header = pydicom.dcmread(path)
    header.FrameOfReferenceUID = single.datasets[0].FrameOfReferenceUID
    header.StudyInstanceUID = single.datasets[0].StudyInstanceUID
    header.save_as(path)
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "single", tmp_path / "enhanced"])
        settle(qtbot, session)
        yield session


def _uid(session: Session, *, multi_frame: bool) -> str:
    found = (
        series.series_instance_uid
        for patient in session.workspace.patients
        for study in patient.studies
        for series in study.series
        if (series.instances[0].number_of_frames > 1) == multi_frame
    )
    return next(found)


@pytest.mark.parametrize("from_multi_frame", [False, True])
def test_that_frames_of_one_file_take_part_both_ways(qtbot: QtBot, both: Session, *, from_multi_frame: bool) -> None:
    assert both.viewer is not None
    both.viewer.show(0, Selection(_uid(both, multi_frame=from_multi_frame)))
    settle(qtbot, both)
    both.viewer.active.go_to(3)
    settle(qtbot, both)
    both.window.pane.setFocus()
    press(qtbot, both, Key.Key_E)
    drag(qtbot, both, QPoint(330, 250), QPoint(420, 330))
    settle(qtbot, both)
    both.command("measure-elsewhere")
    qtbot.waitUntil(lambda: any("Also on" in note.message for note in both.notes.notes))
    (note,) = (each for each in both.notes.notes if "Also on" in each.message)
    assert f"Mean {value(both, 'mean'):.1f} HU" in note.message
    assert "mm away" not in note.message  # the frame that lies there, no neighbour
    assert ("frame 4" in note.message) is not from_multi_frame


def test_that_a_file_that_cannot_be_read_is_told(qtbot: QtBot, both: Session) -> None:
    assert both.viewer is not None
    both.viewer.show(0, Selection(_uid(both, multi_frame=False)))
    settle(qtbot, both)
    both.window.pane.setFocus()
    press(qtbot, both, Key.Key_E)
    drag(qtbot, both, QPoint(330, 250), QPoint(420, 330))
    settle(qtbot, both)
    for study in both.workspace.patients[0].studies:
        for series in study.series:
            if series.instances[0].number_of_frames > 1:
                series.instances[0].place.path.unlink()
    both.command("measure-elsewhere")
    qtbot.waitUntil(lambda: any("No other open series" in note.message for note in both.notes.notes))
    (note,) = (each for each in both.notes.notes if "No other open series" in each.message)
    assert "cannot be read" in note.details

"""Regions over frames, slices and times in the window, as a plot that is copied and saved."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.uid import UID
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.making import pet_series, running_session, settle
from tests.gui.test_measuring import Key, drag, measured, measuring, press
from tests.measured_files import ramp, write_ct
from workstation.gui.panels.plot.view import PlotWindow
from workstation.gui.session import Session

FRAMES = 5
A, B = QPoint(300, 250), QPoint(380, 330)


def film(path: Path) -> Path:
    """Write a film of five frames, each 10 more than the one before, a tenth of a second apart."""
    ds = pydicom.dcmread(write_ct(path))
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7.3")
    frames = np.stack([ramp(64) + 10 * number for number in range(FRAMES)]).astype(np.int16)
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.PixelData = FRAMES, 64, 64, frames.tobytes()
    ds.FrameTime, ds.FrameIncrementPointer = 100, 0x00181063
    ds.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([film(tmp_path / "film.dcm")])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def window(session: Session) -> PlotWindow:
    found = measuring(session).plot
    assert found is not None
    return found


def test_that_a_region_is_plotted_over_the_frames_of_a_film_copied_and_saved(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    press(qtbot, session, Key.Key_Q)
    drag(qtbot, session, A, B)
    mean = measured(session).value("mean")
    assert mean is not None
    session.command("plot-over-frames")
    settle(qtbot, session)
    plot = window(session)
    curve = plot.curve._curve
    assert curve is not None
    assert curve.x == pytest.approx((0, 0.1, 0.2, 0.3, 0.4))
    at = round((mean.value - curve.y[0]) / 10)
    assert curve.y == pytest.approx([mean.value + 10 * (number - at) for number in range(FRAMES)])
    assert len(curve.spread) == FRAMES
    assert "Time (s), by Frame Time: 5 frames" in plot.numbers.text()
    plot.grab()  # with its band
    plot.copy_button.click()
    table = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert len(table) == 1 + FRAMES
    assert float(table[2][table[0].index("mean (HU)")]) == pytest.approx(curve.y[1])
    plot.save_button.click()
    dialog = next(each for each in plot.findChildren(QFileDialog))
    dialog.fileSelected.emit(str(tmp_path / "curve.png"))
    dialog.close()
    settle(qtbot, session)
    picture = cv2.imread(str(tmp_path / "curve.png"))
    assert picture is not None
    assert picture.shape == (600, 960, 3)
    plot.close()


def test_that_what_cannot_be_plotted_over_frames_is_told(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(session.notes, "add", lambda note: told.append(note.message))
    session.command("plot-over-frames")
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    session.command("plot-over-stack")
    settle(qtbot, session)
    assert told == ["Choose a region or the value of a pixel first: click it."] * 2
    assert measuring(session).plot is None


def test_that_a_region_of_a_pet_is_plotted_in_suv_over_its_slices(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([pet_series(tmp_path / "pet")])
        settle(qtbot, session)
        session.window.pane.setFocus()
        press(qtbot, session, Key.Key_Q)
        middle = session.window.pane.rect().center()
        drag(qtbot, session, middle - QPoint(30, 30), middle + QPoint(30, 30))
        session.command("plot-over-stack")
        settle(qtbot, session)
        curve = window(session).curve._curve
        assert curve is not None
        assert (curve.x_words, curve.y_words) == ("Position along the normal (mm)", "Mean (g/ml SUVbw)")
        assert curve.x == pytest.approx([3.0 * number for number in range(16)])
        assert curve.y == pytest.approx([5 if 4 <= number < 12 else 1 for number in range(16)], rel=1e-3)
        window(session).close()

"""Films whose file has no window: one for all frames, so that nothing flickers and contrast is seen to come and go."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.display.voi import value_range
from workstation.gui.session import Session
from workstation.model.frame import Voi, Window
from workstation.workspace import Selection

XA_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.12.1"
FRAMES, ROWS, COLUMNS = 20, 32, 40


def angiogram(darkest: int = 200) -> NDArray[np.uint16]:
    """Make frames of a still background with a vessel that is filled in the middle of the film alone."""
    down = np.linspace(900, 1100, ROWS)[:, None] * np.ones((1, COLUMNS))
    frames = np.stack([down] * FRAMES)
    filled = 1 - np.abs(np.arange(FRAMES) - FRAMES / 2) / (FRAMES / 2)
    frames[:, 8:24, 15:25] -= (filled * (900 - darkest))[:, None, None]
    return frames.astype(np.uint16)


def write_film(
    path: Path, pixels: NDArray[np.uint16], number: int = 1, window: tuple[float, float] | None = None
) -> None:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID(XA_IMAGE_STORAGE)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.7.{number}")
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = "1.2.3.5", "1.2.3.6", "XA"
    ds.PatientID, ds.PatientName, ds.InstanceNumber, ds.SeriesNumber = "XA-1", "Film^One", number, 1
    ds.NumberOfFrames, ds.Rows, ds.Columns = pixels.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.FrameTime = "66"
    if window is not None:
        ds.WindowCenter, ds.WindowWidth = window
    ds.PixelData = pixels.tobytes()
    path.parent.mkdir(exist_ok=True)
    ds.save_as(path, enforce_file_format=True)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        yield running


def windows_of_all_frames(qtbot: QtBot, session: Session) -> list[Voi]:
    """Go through the film in the active pane, as cine does."""
    viewer = session.viewer
    assert viewer is not None
    stack = viewer.active.stack
    assert stack is not None
    found = []
    for index in range(len(stack.frames)):
        viewer.active.go_to(index)
        settle(qtbot, session)
        scene = viewer.active.scene
        assert scene is not None
        assert scene.frame.number == index
        found.append(scene.renderer.voi(scene.view))
    return found


def background(session: Session) -> tuple[int, ...]:
    """Give what is seen of a corner in which nothing moves."""
    assert session.viewer is not None
    scene = session.viewer.active.scene
    assert scene is not None
    return tuple(int(each) for each in scene.renderer.picture(scene.view, (COLUMNS, ROWS))[2, 2][:3])


def test_that_a_film_without_a_window_has_one_for_all_frames_and_its_background_stays_as_grey_as_it_is(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    write_film(tmp_path / "xa" / "1.dcm", angiogram())
    session.open([tmp_path / "xa"])
    settle(qtbot, session)
    (only,) = set(windows_of_all_frames(qtbot, session))
    low, high = value_range(only)
    assert low < 350, "the filled vessel is within it, though the first frame shows none"
    assert high >= 1090
    viewer = session.viewer
    assert viewer is not None
    greys = set()
    for index in (0, FRAMES // 2, FRAMES - 1):
        viewer.active.go_to(index)
        settle(qtbot, session)
        greys.add(background(session))
    assert len(greys) == 1


def test_that_films_of_one_series_have_windows_of_their_own(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    write_film(tmp_path / "xa" / "1.dcm", angiogram())
    write_film(tmp_path / "xa" / "2.dcm", angiogram() * np.uint16(3), 2)
    session.open([tmp_path / "xa"])
    settle(qtbot, session)
    viewer = session.viewer
    assert viewer is not None
    highest = []
    for stack in range(2):
        viewer.show(0, Selection("1.2.3.6", stack))
        settle(qtbot, session)
        (only,) = set(windows_of_all_frames(qtbot, session))
        highest.append(value_range(only)[1])
    assert highest[1] / highest[0] == pytest.approx(3, rel=0.01)


def test_that_a_film_with_a_window_keeps_it(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    write_film(tmp_path / "xa" / "1.dcm", angiogram(), window=(700, 900))
    session.open([tmp_path / "xa"])
    settle(qtbot, session)
    assert set(windows_of_all_frames(qtbot, session)) == {Window(700, 900)}


def test_that_a_real_angiogram_does_not_flicker(qtbot: QtBot, session: Session, shared_data: Path) -> None:
    session.open([shared_data / "xa"])
    settle(qtbot, session)
    assert len(set(windows_of_all_frames(qtbot, session))) == 1

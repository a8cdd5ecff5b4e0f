"""Registering in the planes: a series of another frame of reference is found, laid over, saved, and found again."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.gui.test_planes_over import fused_of, plane_of, planes_of, scene_of
from tests.unit.volume.registration.heads import CT, MR, affine, head, rigid
from workstation.display.fusion import Fused
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.session import Session
from workstation.model.geometry import slice_plane
from workstation.model.volume import Volume
from workstation.objects.spatial_registration import read_spatial_registration
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.planes.lattice import foot_px
from workstation.volume.registration.rigid import inverse
from workstation.workspace import Selection

TRUTH = rigid((1, 0.5, 2), 12, (8, -6, 10))
BELOW, ABOVE = (36, 44, 44), (40, 48, 48)


def write(folder: Path, volume: Volume, number: int) -> str:
    """Write a volume as a series of the small study, in a frame of reference of its own; gives its UID."""
    model = small.volume("axial").datasets[0]
    series, frame = generate_uid(), generate_uid()
    values = np.rint(volume.array_kji).astype(np.int16)
    for k, pixels in enumerate(values):
        made, plane = small.volume("axial").datasets[0], slice_plane(volume.grid, k)
        made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = (
            model.StudyInstanceUID,
            series,
            generate_uid(),
        )
        made.FrameOfReferenceUID, made.SeriesNumber, made.InstanceNumber = frame, number, k + 1
        made.SeriesDescription = f"Head {number}"
        made.Rows, made.Columns = pixels.shape
        made.ImagePositionPatient = [round(each, 6) for each in plane.origin_lps]
        made.ImageOrientationPatient = [*plane.along_row_lps, *plane.along_column_lps]
        made.PixelSpacing = [plane.spacing.between_rows, plane.spacing.between_columns]
        made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 1
        made.RescaleSlope, made.RescaleIntercept = 1, 0
        made.PixelData = pixels.tobytes()
        save(made, folder / f"{k:03d}.dcm")
    return str(series)


@pytest.fixture
def heads(tmp_path: Path) -> str:
    below = head(CT, affine((5, 5, 5), BELOW), BELOW, noise=10)
    above = head(MR, affine((5, 5, 5), ABOVE), ABOVE, inverse(TRUTH), noise=15)
    uid = write(tmp_path / "study" / "below", below, 1)
    write(tmp_path / "study" / "above", above, 2)
    return uid


def offered(session: Session) -> dict[str, QAction]:
    menu = planes_of(session).joined.area.bar.fusion_menu
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


def start(qtbot: QtBot, session: Session, folder: Path, series: str) -> None:
    session.open([folder])
    settle(qtbot, session)
    session.workspace.select(Selection(series))
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)


def to_moving(session: Session) -> NDArray[np.float64]:
    matrix = fused_of(session, "axial").look.to_moving
    assert matrix is not None
    return np.array(matrix).reshape(4, 4)


def test_that_a_series_that_lies_elsewhere_is_registered_kept_and_found_again(
    qtbot: QtBot, tmp_path: Path, heads: str
) -> None:
    with running_session(qtbot, tmp_path) as session:
        start(qtbot, session, tmp_path / "study", heads)
        choice = offered(session)
        assert "In another frame of reference, registered first:" in choice
        choice["CT Head 2  (40 images)"].trigger()
        settle(qtbot, session)
        matrix = to_moving(session)
        targets = np.array([(60, 0, 0, 1), (0, 70, 0, 1), (0, 0, -70, 1)], np.float64)
        away = targets @ (matrix - TRUTH).T
        assert np.linalg.norm(away[:, :3], axis=1).max() < 2.5, "half a voxel"
        tumour = (15.0, -40.0, 30.0)
        planes_of(session).joined.presenter.cross_to(tumour)
        settle(qtbot, session)
        read = fused_of(session, "coronal").reading(foot_px(plane_of(session, "coronal"), tumour))
        assert abs(float(read.split()[2]) - 700) < 80, "the value of the tumour in the volume above"
        bar = planes_of(session).joined.area.fusion_bar
        assert bar.name.text().startswith("Head 2, registered: turned 1")
        assert any("Registered: turned" in note.message for note in session.notes.notes)

        offered(session)["Save the registration"].trigger()
        settle(qtbot, session)
        session.window.actions_by_id["undo"].trigger()
        settle(qtbot, session)
        assert not any(isinstance(layer, Fused) for layer in scene_of(session, "axial").layers)
        session.window.actions_by_id["redo"].trigger()
        settle(qtbot, session)
        assert np.array_equal(to_moving(session), matrix)
        (saved,) = planes_of(session).joined.fusing.registering.objects()
        assert registrations_of(qtbot, session) == {saved.sop_instance_uid}

        offered(session)["End the fusion"].trigger()
        settle(qtbot, session)
        offered(session)["CT Head 2  (40 images)"].trigger()
        settle(qtbot, session)
        assert fused_of(session, "axial").look.how.startswith("by a saved registration: turned 1")
        assert to_moving(session) == pytest.approx(matrix, abs=1e-9)
        (written,) = planes_of(session).joined.fusing.registering.objects()
        assert read_spatial_registration(written.place).description.startswith("turned 1")
        assert registrations_of(qtbot, session) == {written.sop_instance_uid}


def registrations_of(qtbot: QtBot, session: Session) -> set[str]:
    """Save planes as a series, and give what its images name beside images."""
    before = {each.series_instance_uid for each in all_series(session.workspace)}
    planes_of(session).joined.saving.save_series(60.0)
    settle(qtbot, session)
    (made,) = [each for each in all_series(session.workspace) if each.series_instance_uid not in before]
    headers = [pydicom.dcmread(each.place.path) for each in made.instances]
    assert len({uid for ds in headers for uid in series_named(ds)}) == 3, "both series, and the registration"
    return {str(each.ReferencedSOPInstanceUID) for ds in headers for each in ds.get("SourceInstanceSequence", ())}


def series_named(ds: Dataset) -> list[str]:
    return [str(each.SeriesInstanceUID) for each in ds.ReferencedSeriesSequence]


def test_that_what_cannot_be_registered_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    below = head(CT, affine((8, 8, 8), (22, 28, 28)), (22, 28, 28), noise=10)
    noise = np.random.default_rng(3).normal(500, 100, (22, 28, 28)).astype(np.float32)
    series = write(tmp_path / "study" / "below", below, 1)
    write(tmp_path / "study" / "noise", Volume(noise, below.grid, 1, 0, "", (), (), below.frame_k), 2)
    with running_session(qtbot, tmp_path) as session:
        start(qtbot, session, tmp_path / "study", series)
        offered(session)["CT Head 2  (22 images)"].trigger()
        settle(qtbot, session)
        assert any("No place was found" in note.message for note in session.notes.notes)
        assert not any(isinstance(layer, Fused) for layer in scene_of(session, "axial").layers)

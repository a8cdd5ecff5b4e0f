"""Spatial registrations: ours written, found right by other programs and read again, others' read."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.registration.heads import rigid
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Instance
from workstation.model.refusal import Reason, Refused
from workstation.objects.spatial_registration import read_spatial_registration, spatial_registration_dataset
from workstation.objects.writing import save
from workstation.phantoms import small
from workstation.volume.opening import open_volume
from workstation.volume.registration.brought import instances_of

NOW = datetime(2026, 11, 26, 5, 0)
TO_MOVING = rigid((1, 2, 3), 17, (10, -20, 30))
Images = tuple[Instance, ...]


@pytest.fixture
def images(tmp_path: Path) -> Callable[[str], Images]:
    def write(name: str) -> Images:
        folder = tmp_path / name
        folder.mkdir()
        small.volume(name).write(folder)
        return instances_of(open_volume([folder], Job())[0])

    return write


@pytest.fixture
def written(images: Callable[[str], Images], tmp_path: Path) -> tuple[Path, Images, Images]:
    fixed, moving = images("axial"), images("oblique")
    header = pydicom.dcmread(str(fixed[0].place), stop_before_pixels=True)
    made = spatial_registration_dataset(fixed, moving, TO_MOVING, header, comment="turned 17.0°", now=NOW)
    path = tmp_path / "registration.dcm"
    save(made, path)
    return path, fixed, moving


def test_that_ours_is_found_right_and_says_what_was_meant(written: tuple[Path, Images, Images], tool: Tool) -> None:
    path, fixed, moving = written
    assert findings(tool, path) == []
    ds = pydicom.dcmread(path)
    assert ds.FrameOfReferenceUID == fixed[0].frame_of_reference_uid
    steps = [item.MatrixRegistrationSequence[0].MatrixSequence[0] for item in ds.RegistrationSequence]
    matrices = [np.array(step.FrameOfReferenceTransformationMatrix, np.float64).reshape(4, 4) for step in steps]
    assert matrices[0] == pytest.approx(np.eye(4))
    assert matrices[1] @ TO_MOVING == pytest.approx(np.eye(4), abs=1e-9)  # from the moving one to the registered one
    named = {each.SeriesInstanceUID for each in ds.ReferencedSeriesSequence}
    assert {each.series_instance_uid for each in fixed} <= named
    assert len(ds.RegistrationSequence[1].ReferencedImageSequence) == len(moving)


def test_that_it_is_read_again_in_both_directions(written: tuple[Path, Images, Images]) -> None:
    path, fixed, moving = written
    read = read_spatial_registration(path)
    assert read.description == "turned 17.0°"
    there, back = read.between(fixed, moving), read.between(moving, fixed)
    assert there == pytest.approx(TO_MOVING, abs=1e-9)
    assert back == pytest.approx(np.linalg.inv(TO_MOVING), abs=1e-9)


def test_that_it_says_nothing_of_other_images(
    written: tuple[Path, Images, Images], images: Callable[[str], Images]
) -> None:
    path, fixed, _moving = written
    read = read_spatial_registration(path)
    assert read.between(fixed, images("tilted")) is None
    assert read.between(fixed, fixed) is None


def item(uid: str, *matrices: NDArray[np.float64]) -> Dataset:
    """Give what others write: frames of reference alone, several matrices one after the other."""
    made, registration = Dataset(), Dataset()
    made.FrameOfReferenceUID = uid
    registration.MatrixSequence = [Dataset() for _ in matrices]
    for step, matrix in zip(registration.MatrixSequence, matrices, strict=True):
        step.FrameOfReferenceTransformationMatrixType = "RIGID"
        step.FrameOfReferenceTransformationMatrix = [f"{each:.6f}" for each in matrix.reshape(-1)]
    made.MatrixRegistrationSequence = [registration]
    return made


def foreign(path: Path, *items: Dataset, uid: str = "1.2.3") -> Path:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.66.1", "1.2.3.4"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = "1.2.3.5", "1.2.3.6", "REG"
    ds.FrameOfReferenceUID = uid
    ds.RegistrationSequence = list(items)
    save(ds, path)
    return path


def test_that_frames_of_reference_and_matrices_that_follow_each_other_are_enough(
    images: Callable[[str], Images], tmp_path: Path
) -> None:
    fixed, moving = images("axial"), images("oblique")
    first, second = rigid((0, 0, 1), 30, (1, 2, 3)), rigid((1, 0, 0), -20, (4, 5, 6))
    path = foreign(
        tmp_path / "other.dcm",
        item(moving[0].frame_of_reference_uid, first, second),
        uid=fixed[0].frame_of_reference_uid,
    )
    way = read_spatial_registration(path).between(fixed, moving)
    assert way is not None
    point = np.array([7.0, -8.0, 9.0, 1.0])
    assert second @ first @ way @ point == pytest.approx(point, abs=1e-3)
    assert way[:3, :3] @ way[:3, :3].T == pytest.approx(np.eye(3), abs=1e-12)


def test_that_what_stretches_is_not_taken_for_a_turn(images: Callable[[str], Images], tmp_path: Path) -> None:
    fixed, moving = images("axial"), images("oblique")
    stretched = np.diag([1.0, 1.1, 1.0, 1.0])
    uids = moving[0].frame_of_reference_uid, fixed[0].frame_of_reference_uid
    path = foreign(tmp_path / "affine.dcm", item(uids[0], stretched), uid=uids[1])
    with pytest.raises(UserError, match="stretches"):
        read_spatial_registration(path).between(fixed, moving)


@pytest.mark.parametrize(
    "matrix", [np.zeros((4, 4)), np.full((4, 4), 0.5), np.eye(3)], ids=["flat", "no affine", "too short"]
)
def test_that_damaged_matrices_are_told(matrix: NDArray[Any], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no matrix"):
        read_spatial_registration(foreign(tmp_path / "damaged.dcm", item("1.2.9", matrix)))


def test_that_other_objects_are_told(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path)
    with pytest.raises(Refused, match="no spatial registration") as told:
        read_spatial_registration(tmp_path / "001.dcm")
    assert told.value.reason is Reason.OTHER_OBJECT

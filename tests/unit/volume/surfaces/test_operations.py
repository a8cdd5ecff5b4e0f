"""Surfaces as commands write them."""

from pathlib import Path

import nrrd
import numpy as np
import pydicom
import pytest
import trimesh

from tests.unit.volume.commands import Said, refusal
from workstation.phantoms import small


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    small.volume("axial").write(folder)
    return folder


def test_a_surface_is_around_what_is_above_the_threshold(study: Path, said: Said, tmp_path: Path) -> None:
    (told,) = said("surface", study, "--threshold", 600, "-o", tmp_path / "s.stl")
    assert told["watertight"] is True
    assert told["threshold"] == 600
    mesh = trimesh.load(tmp_path / "s.stl")
    assert mesh.volume / 1000 == pytest.approx(told["volume_ml"], rel=1e-3)
    assert mesh.bounds.mean(axis=0) == pytest.approx(small.volume("axial").marker_lps, abs=0.1)


def test_ct_has_a_usual_threshold_and_others_are_asked(
    study: Path, said: Said, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (told,) = said("surface", study, "-o", tmp_path / "s.ply")
    assert told["threshold"] == 200
    files = list(study.iterdir())
    for file in files:
        ds = pydicom.dcmread(file)
        ds.Modality = "OT"
        del ds.RescaleType
        ds.save_as(file)
    assert "--threshold" in refusal(capsys, "surface", study, "-o", tmp_path / "t.stl")


def test_a_threshold_beyond_all_values_is_told(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "surface", study, "--threshold", 5000, "-o", tmp_path / "s.stl")
    assert "There is no surface at 5000: values are from" in said
    assert not (tmp_path / "s.stl").exists()


def test_masks_become_surfaces_of_their_own(
    study: Path, said: Said, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    volume = small.volume("axial")
    labels = np.zeros(volume.hu_kji.shape, np.uint8)
    labels[2:8, 4:12, 4:12] = 1
    labels[2:8, 4:12, 16:22] = 7
    axes = volume.grid.affine_lps
    header = {
        "space": "left-posterior-superior",
        "space directions": axes[:3, :3].T,
        "space origin": axes[:3, 3],
        "kinds": ["domain"] * 3,
    }
    nrrd.write(str(tmp_path / "labels.nrrd"), labels.transpose(2, 1, 0), header)
    both = said("surface", study, "--mask", tmp_path / "labels.nrrd", "-o", tmp_path / "m.obj")
    assert len(both) == 2
    voxel_ml = abs(np.linalg.det(axes[:3, :3])) / 1000
    for told, label in zip(both, (1, 7), strict=True):
        assert told["watertight"] is True
        assert told["volume_ml"] == pytest.approx((labels == label).sum() * voxel_ml, rel=0.1)
    (one,) = said("surface", study, "--mask", tmp_path / "labels.nrrd", "--segment", "7", "-o", tmp_path / "m.glb")
    assert one["triangles"] == both[1]["triangles"]
    words = ("--mask", tmp_path / "labels.nrrd", "--segment", "7", "--segment", "9", "-o", tmp_path / "no.glb")
    assert "There is no segment '9'. There are: 1 labels 1, 7 labels 7." in refusal(capsys, "surface", study, *words)
    assert not (tmp_path / "no.glb").exists()


@pytest.mark.parametrize(
    "words",
    [("-o", "s.dae"), ("-o", "s.stl", "--threshold", "1", "--mask", "m.nii"), ("-o", "s.stl", "--segment", "1"),
     ("-o", "s.stl", "--smooth", "300"), ("-o", "s.stl", "--reduce", "100")],
)  # fmt: skip
def test_contradictions_of_a_surface_are_usage_errors(
    study: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    refusal(capsys, "surface", study, *words, code=2)

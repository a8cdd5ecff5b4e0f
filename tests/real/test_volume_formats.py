"""Volumes of real series as NIfTI: voxels and places as dcm2niix gives them; straightened ones by interpolation."""

import subprocess
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.unit.objects.gate import Tool
from workstation.batch.main import main
from workstation.jobs.job import Job
from workstation.volume.opening import open_volume

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def exported(source: Path, target: Path) -> Any:
    """Our file, by nibabel."""
    assert main(["3d", "export", str(source), "--output", str(target)]) == 0
    return nibabel.load(target)


def by_dcm2niix(tool: Tool, source: Path, folder: Path) -> Any:
    folder.mkdir()
    command = [tool("dcm2niix"), "-o", folder, "-f", "x", "-z", "n", source]
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=120)
    return nibabel.load(max(folder.glob("*.nii"), key=lambda file: file.stat().st_size))  # others are segmentations


@pytest.mark.parametrize("folder", ["ct_chest_lidc0314", "mr_brain_t1_mrhead", "pet_fdg_qin0024", "mr_fmri_4d_ge"])
def test_that_voxels_and_places_are_those_of_dcm2niix(
    folder: str, shared_data: Path, tmp_path: Path, tool: Tool
) -> None:
    ours = exported(shared_data / folder, tmp_path / "ours.nii")
    theirs = by_dcm2niix(tool, shared_data / folder, tmp_path / "theirs")
    rng = np.random.default_rng(7)
    voxels = np.column_stack([rng.integers(0, side, 4000) for side in theirs.shape[:3]])
    places = theirs.affine @ np.column_stack([voxels, np.ones(len(voxels))]).T
    found = np.linalg.solve(ours.affine, places)[:3].T
    sides_mm = np.linalg.norm(ours.affine[:3, :3], axis=0)
    assert (np.abs(found - np.rint(found)) * sides_mm).max() < 0.01
    i, j, k = np.rint(found).astype(int).T
    expected, values = theirs.get_fdata(), ours.get_fdata()
    assert sorted(ours.shape) == sorted(theirs.shape)
    np.testing.assert_allclose(values[i, j, k], expected[tuple(voxels.T)], rtol=2e-6, atol=1e-6)
    for image in (ours, theirs):
        np.testing.assert_allclose(image.get_qform(), image.get_sform(), atol=2e-3)


@pytest.mark.parametrize("folder", ["ct_head_ge_tilt_varspacing", "series_irregular"])
def test_that_tilted_and_uneven_series_are_interpolated_on_a_straight_grid(
    folder: str, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = exported(shared_data / folder, tmp_path / "ours.nii")
    assert "Made straight" in capsys.readouterr().out
    axes = ours.affine[:3, :3] / np.linalg.norm(ours.affine[:3, :3], axis=0)
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-5)

    taken, _ = open_volume([shared_data / folder], Job())
    values: NDArray[Any] = ours.get_fdata()
    rng = np.random.default_rng(8)
    voxels = np.column_stack([rng.integers(0, side, 20000) for side in ours.shape])
    places = RAS_TO_LPS @ ours.affine @ np.column_stack([voxels, np.ones(len(voxels))]).T
    i, j, k = np.linalg.solve(taken.grid.affine_lps, places)[:3]
    np.testing.assert_allclose(k, np.rint(k), atol=2e-4)
    np.testing.assert_allclose(i, np.rint(i), atol=2e-3)
    _slices, rows, columns = taken.array_kji.shape
    inside = (j >= 0) & (j <= rows - 1) & (np.rint(i) >= 0) & (np.rint(i) < columns)
    assert inside.sum() > 10000
    below = np.clip(j[inside].astype(int), 0, rows - 2)
    share = j[inside] - below
    z, x = np.rint(k[inside]).astype(int), np.rint(i[inside]).astype(int)
    expected = taken.array_kji[z, below, x] * (1 - share) + taken.array_kji[z, below + 1, x] * share
    off = np.abs(values[tuple(voxels[inside].T)] - expected)
    steep = np.abs(taken.array_kji[z, below, x].astype(float) - taken.array_kji[z, below + 1, x])
    assert (off <= 0.51 + 2e-4 * steep).all()  # the affine in the file has 32 bits


def test_that_the_usage_line_gives_three_files(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "series").symlink_to(shared_data / "ct_chest_lidc0314")
    monkeypatch.chdir(tmp_path)
    files = [str(each) for each in sorted(Path("series").glob("*.dcm"))][:20]
    assert main(["3d", "export", *files, "--output", "volume", "--formats", "nifti,stl,metaimage"]) == 0
    assert {each.name for each in tmp_path.iterdir()} == {"series", "volume.nii", "volume.stl", "volume.mha"}


def test_that_labels_of_a_segmentation_are_those_of_dcmqi(shared_data: Path, tmp_path: Path, tool: Tool) -> None:
    series = shared_data / "pet_fdg_qin0024"
    seg = series / "SEG" / "tumor_User1_Manual_Trial1.dcm"
    assert main(["3d", "export", str(series), "--mask", str(seg), "-o", str(tmp_path / "labels.nrrd")]) == 0
    labels = SimpleITK.ReadImage(str(tmp_path / "labels.nrrd"))
    ours = SimpleITK.GetArrayFromImage(labels)
    (tmp_path / "dcmqi").mkdir()
    command = [tool("segimage2itkimage"), "--inputDICOM", seg, "--outputDirectory", tmp_path / "dcmqi", "-t", "nrrd"]
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=120)
    files = sorted((tmp_path / "dcmqi").glob("*.nrrd"))
    assert len(files) == 2
    for number, file in enumerate(files, 1):
        theirs = SimpleITK.Resample(
            SimpleITK.ReadImage(str(file)), labels, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0
        )
        expected = SimpleITK.GetArrayFromImage(theirs) != 0
        assert expected.sum() > 50
        assert np.array_equal(ours == number, expected)

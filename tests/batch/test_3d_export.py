"""``3d export``: the usage line, what says the format, and what is told where something cannot be written."""

import json
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
import trimesh
from pydicom.uid import UID

from tests.orientation_matrix import written
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.batch.main import main


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ``series`` where the command runs."""
    monkeypatch.chdir(tmp_path)
    written("axial", tmp_path / "series")
    return tmp_path / "series"


def test_that_the_usage_line_gives_three_files_at_the_same_place(series: Path) -> None:
    line = ["3d", "export", "series/*.dcm", "--output", "volume", "--formats", "nifti,stl,metaimage"]
    assert main(line) == 0
    made = {each.name for each in Path().iterdir()} - {"series"}
    assert made == {"volume.nii", "volume.stl", "volume.mha"}
    mesh = trimesh.load("volume.stl")
    assert mesh.is_watertight
    image = nibabel.load("volume.nii")
    values = image.get_fdata()
    voxels = np.argwhere(values >= 200)
    places = (np.diag([-1, -1, 1, 1]) @ image.affine @ np.column_stack([voxels, np.ones(len(voxels))]).T)[:3].T
    assert (places.min(axis=0) >= mesh.bounds[0] - 1e-3).all()
    assert (places.max(axis=0) <= mesh.bounds[1] + 1e-3).all()


@pytest.mark.parametrize(
    ("output", "files"),
    [
        ("v.nii", {"v.nii"}),
        ("v.nii.gz", {"v.nii.gz"}),
        ("v.mhd", {"v.mhd", "v.raw"}),
        ("v.NRRD", {"v.NRRD"}),
        ("v.nhdr", {"v.nhdr", "v.raw"}),
        ("v.raw", {"v.json", "v.raw"}),
        ("v.obj", {"v.obj"}),
        ("v.ply", {"v.ply"}),
        ("v.glb", {"v.glb"}),
    ],
)
def test_that_the_end_of_the_name_is_the_format(output: str, files: set[str], series: Path) -> None:
    assert main(["3d", "export", "series", "-o", output]) == 0
    assert {each.name for each in Path().iterdir()} - {"series"} == files


def test_that_formats_have_their_own_end_behind_the_name(series: Path) -> None:
    Path("out").mkdir()
    assert main(["3d", "export", "series", "-o", "out", "--formats", "nifti,nrrd,raw", "--compress"]) == 0
    assert {each.name for each in Path("out").iterdir()} == {
        "volume.nii.gz", "volume.nrrd", "volume.json", "volume.raw.gz",
    }  # fmt: skip
    assert main(["3d", "export", "series", "-o", "a.nii.gz", "--formats", "nifti,metaimage"]) == 0
    assert {each.name for each in Path().iterdir()} == {"series", "out", "a.nii.gz", "a.mha"}


def test_that_a_program_is_told_what_was_written(series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["3d", "export", "series", "-o", "v.mha", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["v.mha"]
    assert (told["columns"], told["rows"], told["slices"], told["times"]) == (28, 20, 9, 1)
    assert (told["format"], told["type"], told["unit"]) == ("metaimage", "int16", "HU")
    assert told["voxel_size_mm"] == [0.8, 0.8, 2.5]


def test_that_a_tilted_gantry_is_told_and_made_straight_or_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written("tilted", tmp_path / "series")
    assert main(["3d", "export", "series", "-o", "straight.nii"]) == 0
    assert "Made straight: slices were moved within their planes by up to 5.2 mm" in capsys.readouterr().out
    straight = nibabel.load("straight.nii")
    assert straight.shape == (28, 27, 9)
    assert main(["3d", "export", "series", "-o", "kept", "--formats", "nifti,metaimage", "--keep-tilt"]) == 1
    told = capsys.readouterr()
    assert "MetaImage cannot hold a sheared grid" in told.out + told.err
    kept = nibabel.load("kept.nii")
    assert kept.shape == (28, 20, 9)
    assert not Path("kept.mha").exists()


def test_that_uneven_slices_are_made_even_or_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written("gapped", tmp_path / "series")
    assert main(["3d", "export", "series", "-o", "even.nii"]) == 0
    assert "Slices in between are interpolated, one every 2.5 mm" in capsys.readouterr().out
    assert nibabel.load("even.nii").shape == (28, 20, 9)
    assert main(["3d", "export", "series", "-o", "kept.nii", "--keep-uneven"]) == 0
    assert nibabel.load("kept.nii").shape == (28, 20, 7)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["-o", "volume"], "says no format"),
        (["-o", ".nii"], "says no format"),
        (["-o", "v.stl", "--threshold", "5000"], "no surface at 5000"),
        (["-o", "v.nii", "--series", "7"], "No series is called"),
        (["-o", "missing/there/v.nii", "--formats", "stl", "--threshold", "9000"], "no surface"),
    ],
)
def test_that_what_cannot_be_done_is_said(
    line: list[str], words: str, series: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["3d", "export", "series", *line]) == 1
    told = capsys.readouterr()
    assert words in told.out + told.err
    assert {each.name for each in Path().iterdir()} == {"series"}


def test_that_a_surface_of_other_values_asks_for_its_threshold(
    series: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in series.iterdir():
        ds = pydicom.dcmread(path)
        ds.Modality, ds.RescaleType = "MR", "US"
        ds.save_as(path)
    assert main(["3d", "export", "series", "-o", "v", "--formats", "stl,nifti"]) == 1
    told = capsys.readouterr()
    assert "Give --threshold" in told.out + told.err
    assert Path("v.nii").exists()
    assert main(["3d", "export", "series", "-o", "v.stl", "--threshold", "500", "--smooth", "10"]) == 0


def test_that_an_input_is_never_written_over(series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (series / "v.nii").write_bytes(b"mine")
    assert main(["3d", "export", "series", "-o", "series/v.nii"]) == 1
    assert "which is read" in capsys.readouterr().err
    assert (series / "v.nii").read_bytes() == b"mine"
    assert main(["3d", "export", "series", "-o", "v.nii", "--smooth", "500"]) == 2


@pytest.mark.parametrize("name", ["axial", "oblique", "tilted", "gapped"])
def test_that_segments_are_labels_on_the_voxels_of_the_series(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    made = written(name, tmp_path / "series")
    images = in_order(made)
    masks = blobs((len(images), 20, 28))
    pydicom.dcmwrite("seg.dcm", segmentation(images, masks), enforce_file_format=True)
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "labels.nii.gz"]) == 0
    told = capsys.readouterr().out
    assert "Label 1: " in told
    assert "voxels are of several segments; they have the label of the last" in told
    assert main(["3d", "export", "series", "-o", "image.nii"]) == 0
    labels, image = nibabel.load("labels.nii.gz"), nibabel.load("image.nii")
    np.testing.assert_allclose(labels.affine, image.affine, atol=1e-5)
    assert labels.shape == image.shape
    assert labels.get_data_dtype() == np.uint8
    expected = np.where(masks[..., 1] > 0, 2, masks[..., 0]).T
    values = np.asarray(labels.dataobj)
    if name in ("axial", "oblique"):
        assert np.array_equal(values, expected)
    elif name == "tilted":
        voxels = np.argwhere(np.ones(values.shape))
        places = np.diag([-1, -1, 1, 1]) @ labels.affine @ np.column_stack([voxels, np.ones(len(voxels))]).T
        i, j, k = np.rint(np.linalg.solve(made.grid.affine_lps, places)[:3]).astype(int)
        is_inside = (j >= 0) & (j < 20)
        assert np.array_equal(values.ravel()[is_inside], expected[i[is_inside], j[is_inside], k[is_inside]])
        assert not values.ravel()[~is_inside].any()
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "one.nrrd", "--segment", "2"]) == 0
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "one.stl"]) == 1
    assert "3d surface with --mask" in capsys.readouterr().err
    assert main(["3d", "export", "series", "--segment", "2", "-o", "one.nii"]) == 2


@pytest.mark.parametrize(
    ("output", "blocked"), [("a.mhd", "a.mhd"), ("a.nhdr", "a.nhdr"), ("a.raw", "a.json"), ("b.mhd", "b.raw")]
)
def test_that_a_folder_in_the_way_leaves_neither_header_nor_voxels(
    output: str, blocked: str, series: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(blocked).mkdir()
    assert main(["3d", "export", "series", "-o", output]) == 1
    assert f"{blocked} is a folder." in capsys.readouterr().err
    assert {each.name for each in Path().iterdir()} == {"series", blocked}


def test_that_segments_of_converted_images_are_laid_by_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    images = in_order(written("axial", tmp_path / "series"))
    masks = blobs((len(images), 20, 28))
    pydicom.dcmwrite("seg.dcm", segmentation(images, masks), enforce_file_format=True)
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "own.nii"]) == 0
    for path in Path("series").iterdir():
        ds = pydicom.dcmread(path)
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"{ds.SOPInstanceUID}.7")
        ds.save_as(path)
    capsys.readouterr()
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "other.nii"]) == 0
    assert "made of other images, laid by its place in the same frame of reference" in capsys.readouterr().err
    assert np.array_equal(nibabel.load("other.nii").get_fdata(), nibabel.load("own.nii").get_fdata())
    for path in Path("series").iterdir():
        ds = pydicom.dcmread(path)
        ds.FrameOfReferenceUID = "2.25.5"
        ds.save_as(path)
    assert main(["3d", "export", "series", "--mask", "seg.dcm", "-o", "none.nii"]) == 1
    assert "nothing of it lies in the volume" in capsys.readouterr().err

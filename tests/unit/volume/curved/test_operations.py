"""Curved planes as commands write them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from tests.unit.volume.commands import Said, refusal
from workstation.batch.main import main
from workstation.phantoms import small


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    small.volume("axial").write(folder)
    return folder


def grey(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))


def middle_lps() -> np.ndarray:
    grid = small.volume("axial").grid
    return np.asarray(grid.affine_lps @ [*((np.array(grid.shape_kji[::-1]) - 1) / 2), 1])[:3]


def test_a_mark_on_the_path_is_in_the_row_of_its_length(study: Path, said: Said, tmp_path: Path) -> None:
    marker = np.array(small.volume("axial").marker_lps)
    path = tmp_path / "path.txt"
    np.savetxt(path, np.array([marker - np.array((8, 0, 0)), marker, marker + np.array((4, 0, 0))]))
    (told,) = said(
        "curved-mpr", study, "--centerline", path, "-o", tmp_path / "c.png", "--width", "8mm", "--pixel", "0.25mm",
        "--straight", "--window-center", 500, "--window-width", 1000,
    )  # fmt: skip
    assert told["length_mm"] == pytest.approx(12)
    assert told["pixel_mm"] == pytest.approx([0.25, 0.25])
    picture = grey(tmp_path / "c.png")
    assert picture.shape == (49, 33)
    row, column = np.unravel_index(picture.argmax(), picture.shape)
    assert row * 0.25 == pytest.approx(8, abs=0.26)
    assert column * 0.25 == pytest.approx(4, abs=0.26)


def test_a_panorama_has_the_head_up_and_the_right_of_the_patient_at_its_left(
    study: Path, said: Said, tmp_path: Path
) -> None:
    marker = np.array(small.volume("axial").marker_lps)
    path = tmp_path / "path.json"
    points = [marker + np.array((6, 0, -4)), marker + np.array((-9, 0, -4))]  # from left to right: it is turned about
    path.write_text(json.dumps({"points_lps": [point.tolist() for point in points]}))
    said(
        "curved-mpr", study, "--centerline", path, "-o", tmp_path / "p.png", "--kind", "panorama", "--width", "12mm",
        "--pixel", "0.5mm", "--window-center", 500, "--window-width", 1000,
    )  # fmt: skip
    picture = grey(tmp_path / "p.png")
    assert picture.shape == (25, 31)
    row, column = np.unravel_index(picture.argmax(), picture.shape)
    assert column * 0.5 == pytest.approx(9, abs=0.6)
    assert row * 0.5 == pytest.approx(6 - 4, abs=0.6)


def test_cross_sections_become_a_series_with_places(study: Path, said: Said, tmp_path: Path) -> None:
    middle = middle_lps()
    path = tmp_path / "path.txt"
    np.savetxt(path, np.array([middle - np.array((6, 0, 0)), middle + np.array((6, 0, 0))]))
    (told,) = said(
        "curved-mpr", study, "--centerline", path, "-o", tmp_path / "sections", "--sections", "4mm", "--width", "10mm",
        "--format", "dicom",
    )  # fmt: skip
    assert told["sections_mm"] == [0, 4, 8, 12]
    read = [pydicom.dcmread(file) for file in sorted((tmp_path / "sections").rglob("*")) if file.is_file()]
    assert len(read) == 4
    for number, ds in enumerate(sorted(read, key=lambda each: int(each.InstanceNumber))):
        normal = np.cross(ds.ImageOrientationPatient[:3], ds.ImageOrientationPatient[3:])
        assert abs(normal) == pytest.approx((1, 0, 0), abs=1e-6)
        assert float(ds.ImagePositionPatient[0]) == pytest.approx(middle[0] - 6 + 4 * number, abs=0.01)
        across = np.linalg.norm(small.volume("axial").grid.affine_lps[:3, 0])
        assert float(ds.SliceThickness) == pytest.approx(across), "a voxel, not the way to the next one"


def test_a_curved_plane_as_dicom_keeps_its_path(study: Path, said: Said, tmp_path: Path) -> None:
    middle = middle_lps()
    path = tmp_path / "path.txt"
    np.savetxt(path, np.array([middle - np.array((6, 0, 0)), middle + np.array((6, 0, 0))]))
    said("curved-mpr", study, "--centerline", path, "-o", tmp_path / "curved", "--format", "dicom")
    (file,) = (each for each in (tmp_path / "curved").rglob("*") if each.is_file())
    ds = pydicom.dcmread(file)
    assert "Curved plane along a path" in ds.DerivationDescription
    assert f"{middle[0] - 6:.2f},{middle[1]:.2f},{middle[2]:.2f}" in ds.ImageComments
    assert ds.DerivationCodeSequence[0].CodeValue == "113073"
    assert ds.SourceImageSequence


def test_a_path_beside_the_volume_is_told(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "path.txt"
    path.write_text("9000 0 0\n9010 0 0\n")
    words = ("curved-mpr", study, "--centerline", path, "-o", tmp_path / "c.png")
    told = refusal(capsys, *words)
    assert "The path lies outside the volume" in told
    assert "The volume reaches from -31,17,-142 to -9,32,-122 mm (LPS)." in told
    assert not (tmp_path / "c.png").exists()
    middle = middle_lps()
    np.savetxt(path, np.array([middle, middle + np.array((0, 0, 500))]))
    assert main(["3d", *map(str, words), "--json"]) == 0
    assert any("of the path lies outside" in note for note in json.loads(capsys.readouterr().out)["notes"])


@pytest.mark.parametrize(
    "words",
    [
        ("--width", "5px"),
        ("--sections", "5mm"),
        ("--across", "0,0,1"),
        ("--kind", "panorama", "--turn", "20"),
        ("--format", "dicom"),
        ("--sections", "5mm", "--kind", "stretched", "-o", "sections"),
        ("--sections", "5mm", "--turn", "20", "-o", "sections"),
    ],
)
def test_contradictions_of_a_curved_plane_are_usage_errors(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    refusal(capsys, "curved-mpr", study, "--centerline", "p.txt", "-o", tmp_path / "c.png", *words, code=2)

"""``measure plane``: numbers on planes cut out of a volume, held against images, SimpleITK and arithmetic."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK

from tests.unit.volume.planes.test_planes_view import GRID
from workstation.batch.main import main
from workstation.documents.plots import Plot
from workstation.errors import UserError
from workstation.model.geometry import cross, unit
from workstation.phantoms import small
from workstation.volume.planes.lattice import covering
from workstation.volume.planes.through import normal_through, pixels_through


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    small.volume("axial").write(folder)
    return folder


def slices(study: Path) -> list[pydicom.Dataset]:
    found = [pydicom.dcmread(path) for path in sorted(study.glob("*.dcm"))]
    return sorted(found, key=lambda each: float(each.ImagePositionPatient[2]))


def said(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["measure", *map(str, words), "--json"]) == 0, capsys.readouterr()
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *words: object, code: int = 1) -> str:
    capsys.readouterr()
    assert main(["measure", "plane", *map(str, words)]) == code
    return " ".join(capsys.readouterr().err.split())


def numbers(found: dict[str, Any]) -> dict[str, float]:
    return {each["quantity"]: each["value"] for each in found["values"]}


def lps(image: pydicom.Dataset, column: float, row: float) -> tuple[float, float, float]:
    """Give the place of a pixel by PS3.3 C.7.6.2.1.1."""
    origin = np.array(image.ImagePositionPatient, float)
    along_row, along_column = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
    rows, columns = (float(each) for each in image.PixelSpacing)
    x, y, z = (origin + column * columns * along_row + row * rows * along_column).tolist()
    return x, y, z


def place(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (float(each) for each in values)
    return x, y, z


def words(*points: tuple[float, float, float]) -> list[str]:
    return [",".join(map(repr, each)) for each in points]


CORNERS = ((5.2, 4.3), (20.7, 5.1), (17.4, 15.8), (6.1, 13.2))


def test_that_on_the_plane_of_a_slice_all_numbers_are_those_of_the_image(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = slices(study)[3]
    polygon = [f"{column},{row}" for column, row in CORNERS]
    on_image = said(capsys, "roi", image.filename, "--polygon", *polygon, "--statistics")
    places = words(*(lps(image, *each) for each in CORNERS))
    on_plane = said(capsys, "plane", study, "--shape", "polygon", "--points", *places, "--statistics")
    assert numbers(on_plane) == pytest.approx(numbers(on_image), rel=1e-9)
    assert on_plane["basis"]["pixels"] == on_image["basis"]["pixels"]
    assert on_plane["sop_instance_uid"] == ""
    assert on_plane["series_instance_uid"] == image.SeriesInstanceUID == on_image["series_instance_uid"]
    assert "axial" in on_plane["basis"]["plane"]
    assert "cut out of a volume" in " ".join(on_plane["basis"]["methods"])


def test_that_a_region_on_an_oblique_plane_has_the_mean_of_what_simpleitk_samples_there(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = slices(study)
    middle = np.array(lps(images[len(images) // 2], 14.0, 11.0))
    normal = unit((0.1, -0.4, 1.0))
    row = unit(cross((0.0, 1.0, 0.0), normal))
    column = cross(normal, row)
    first = middle - 8 * np.array(row) - 6 * np.array(column)
    side, across, down = 0.7, 21, 17
    along, across_rows = side * np.array(row), side * np.array(column)
    ends = ((1.5, 1.5), (12.5, 1.5), (12.5, 9.5), (1.5, 9.5))  # the borders of pixels
    corners = [place(first + c * along + r * across_rows) for c, r in ends]
    found = said(
        capsys,
        *("plane", study, "--shape", "rectangle", "--points", *words(*corners), "--plane-normal", *words(normal)),
        *("--plane-row", *words(row), "--first-pixel", *words(place(first)), "--pixel", f"{side}mm"),
    )
    volume = SimpleITK.GetImageFromArray(np.stack([each.pixel_array for each in images]).astype(np.float64))
    volume = volume * float(images[0].RescaleSlope) + float(images[0].RescaleIntercept)
    volume.SetOrigin([float(each) for each in images[0].ImagePositionPatient])
    step = float(images[1].ImagePositionPatient[2]) - float(images[0].ImagePositionPatient[2])
    volume.SetSpacing([float(images[0].PixelSpacing[1]), float(images[0].PixelSpacing[0]), step])
    plane = SimpleITK.Image([across, down, 1], SimpleITK.sitkFloat64)
    plane.SetOrigin(first.tolist())
    plane.SetSpacing([side, side, 1.0])
    plane.SetDirection(np.array([row, column, normal]).T.ravel().tolist())
    sampled = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(volume, plane, SimpleITK.Transform(), SimpleITK.sitkLinear, -5000.0)
    )[0]
    inside = sampled[2:10, 2:13]
    assert inside.min() > -4000
    assert found["basis"]["pixels"] == inside.size
    assert numbers(found)["mean"] == pytest.approx(float(inside.mean()), abs=0.6), "values are rounded to whole numbers"
    assert numbers(found)["max"] == pytest.approx(float(inside.max()), abs=0.6)
    assert numbers(found)["area"] == pytest.approx(11 * 8 * side**2)


def test_that_a_length_between_two_places_is_their_distance_whatever_the_plane(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = ((-3.0, 2.0, 4.0), (5.5, 6.0, 12.0))
    found = said(capsys, "plane", study, "--shape", "length", "--points", *words(*ends), "--units", "cm")
    assert numbers(found)["length"] == pytest.approx(math.dist(*ends) / 10)
    assert np.array(found["points_lps"]) == pytest.approx(np.array(ends))


def test_that_a_slab_has_the_highest_of_its_slices(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = slices(study)
    step = float(images[1].ImagePositionPatient[2]) - float(images[0].ImagePositionPatient[2])
    at = lps(images[4], 12, 9)
    found = said(
        capsys,
        *("plane", study, "--shape", "point", "--points", *words(at), "--thickness", f"{2 * step}mm"),
        *("--projection", "mip"),
    )
    slope, intercept = float(images[0].RescaleSlope), float(images[0].RescaleIntercept)
    highest = max(int(images[at].pixel_array[9, 12]) for at in (3, 4, 5)) * slope + intercept
    assert numbers(found)["value"] == highest
    assert "MIP" in found["basis"]["plane"]
    assert "maximum intensity projection" in " ".join(found["basis"]["methods"])


def test_that_tables_and_pictures_are_written(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = slices(study)[3]
    places = words(*(lps(image, *each) for each in CORNERS))
    shape = ("plane", study, "--shape", "polygon", "--points", *places, "--annotation", "liver", "--lesion", "L1")
    for name in ("a.csv", "a.json", "a.txt", "a.png"):
        assert main(["measure", *map(str, shape), "-o", str(tmp_path / name)]) == 0
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert {each["series_instance_uid"] for each in rows} == {image.SeriesInstanceUID}
    assert {each["plane"].split(",")[0] for each in rows} == {"axial"}
    assert len(rows[0]["points_lps"].split(" ")) == 4
    assert rows[0]["name"] == "liver"
    picture = (tmp_path / "a.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert "liver" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    capsys.readouterr()


def test_that_a_profile_across_slices_is_that_of_the_voxels_and_its_plot_names_plane_and_series(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = slices(study)
    first, last = lps(images[0], 5, 7), lps(images[-1], 5, 7)
    drawn: list[Plot] = []
    monkeypatch.setattr("workstation.measure.plotting.plot_picture", lambda plots, **_how: drawn.extend(plots))
    monkeypatch.setattr("workstation.measure.plotting.write_picture", lambda _picture, path, _kind: path.touch())
    line = (
        "--shape",
        "profile",
        "--points",
        *words(first, last),
        *["--interpolation", "nearest", "--plane-normal", "1,0,0"],
    )
    found = said(capsys, "plane", study, *line)
    (curve,) = found["curves"]
    step = float(np.linalg.norm(np.subtract(lps(images[1], 5, 7), first)))
    stored = [int(each.pixel_array[7, 5]) * float(each.RescaleSlope) + float(each.RescaleIntercept) for each in images]
    at = [int(np.abs(np.subtract(curve["x"], number * step)).argmin()) for number in range(len(images))]
    assert [curve["y"][each] for each in at] == pytest.approx(stored)
    assert curve["x"][-1] == pytest.approx(math.dist(first, last))
    assert main(["measure", "plane", str(study), *map(str, line), "--plot", str(tmp_path / "profile.png")]) == 0
    (plot,) = drawn
    assert plot.title.startswith("Line profile · sagittal, ")
    assert plot.title.endswith(f" · {study.name}")
    assert plot.lines[0].y == pytest.approx(curve["y"])


def test_that_what_cannot_be_is_said(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bent = words((0.0, 0.0, 4.0), (5.0, 0.0, 4.0), (5.0, 5.0, 4.0), (0.0, 5.0, 9.0))
    told = refusal(capsys, study, "--shape", "polygon", "--points", *bent)
    assert "do not lie on one plane" in told
    off = ("--points", "0,0,4", "1,0,5", "--plane-normal", "0,0,1")
    assert "do not lie on the plane: they are up to 0.50 mm off" in refusal(capsys, study, "--shape", "length", *off)
    rows = ("--points", "0,0,4", "1,0,4", "--plane-normal", "0,0,1", "--plane-row", "0,0,2")
    assert "do not run along its normal" in refusal(capsys, study, "--shape", "length", *rows)
    wrong = (
        (("--shape", "angle", "--points", "0,0,4", "1,0,4"), "3 points"),
        (("--shape", "length", "--points", "0,0,4", "1,0,4", "--format", "gsps", "-o", "x.dcm"), "take sr"),
        (("--shape", "length", "--points", "0,0,4", "1,0,4", "--kind", "bsa"), "about --suv"),
        (("--shape", "length", "--points", "0,0,4", "1,0,4", "--first-pixel", "0,0,0"), "needs --plane-normal"),
        (("--shape", "length", "--points", "0,0,4", "1,0,4", "--plane-normal", "0,0,0"), "no direction"),
    )
    for given, words_of in wrong:
        assert words_of in refusal(capsys, study, *given, code=2)
    assert "SUV" in refusal(capsys, study, "--shape", "point", "--points", "0,0,4", "--suv")
    one = slices(study)[0].filename
    assert "2 or more are needed" in refusal(capsys, one, "--shape", "point", "--points", "0,0,4")
    painted = ("--painted", "1,1,2,1:eNo7AAAAwQDB")
    assert "belong together" in refusal(capsys, study, "--shape", "point", "--points", "0,0,4", *painted, code=2)
    assert "--first-pixel" in refusal(capsys, study, "--shape", "mask", "--painted", "0,0,1,1:eNprAAAAgQCB", code=2)


def test_that_the_normal_of_points_is_that_of_their_plane_and_of_a_line_the_plane_it_lies_in_best() -> None:
    assert np.abs(normal_through([(0, 0, 0), (1, 0, 1), (0, 1, 0)])) == pytest.approx(
        [math.sqrt(0.5), 0, math.sqrt(0.5)]
    )
    assert np.abs(normal_through([(1, 2, 3), (4, 2, 3)])) == pytest.approx([0, 0, 1]), "a line to the left lies axial"
    along = unit((0.1, 0.2, 1.0))
    found = normal_through([(0, 0, 0), along])
    assert np.dot(found, along) == pytest.approx(0)
    assert np.abs(normal_through([(1, 2, 3)])) == pytest.approx([0, 0, 1])


def test_that_pixels_begin_where_they_are_told_and_reach_to_the_end_of_the_volume() -> None:
    plain = covering(GRID, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (10.0, -20.0, 31.0), 0.8)
    again = pixels_through(
        GRID,
        [(10.0, -20.0, 31.0)],
        normal_lps=(0.0, 0.0, 2.0),
        along_row_lps=(1.0, 0.0, 0.0),
        first_lps=plain.plane.origin_lps,
        side_mm=0.8,
    )
    assert again == plain
    assert pixels_through(GRID, [(10.0, -20.0, 31.0)]).plane == plain.plane
    with pytest.raises(UserError, match=r"up to 1\.00 mm off"):
        pixels_through(GRID, [(0.0, 0.0, 0.0), (0.0, 0.0, 2.0)], normal_lps=(0.0, 0.0, 1.0))


def test_that_a_report_of_a_plane_is_measured_anew_to_the_same_numbers(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = words(*(lps(slices(study)[3], *each) for each in CORNERS))
    shape = ("plane", study, "--shape", "polygon", "--points", *places, "--thickness", "4mm", "--statistics")
    before = said(capsys, *shape)
    report = tmp_path / "report.dcm"
    assert main(["measure", *map(str, shape), "-o", str(report), "--format", "sr"]) == 0
    again = said(capsys, "read", report, "--images", study)
    assert numbers(again) == pytest.approx(numbers(before), rel=1e-5)
    assert again["basis"]["pixels"] == before["basis"]["pixels"]
    assert again["basis"]["plane"] == before["basis"]["plane"]
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    small.volume("sagittal").write(elsewhere)
    capsys.readouterr()
    assert main(["measure", "read", str(report), "--images", str(elsewhere)]) == 1
    assert "a series that is not there" in " ".join(capsys.readouterr().err.split())


def test_that_rows_of_a_table_measure_on_planes_and_a_wrong_one_loses_no_others(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    rows = (
        f'plane,{study},length,"-3,2,4 5.5,6,12",',
        f'plane,{study},polygon,"0,0,4 5,0,4 5,5,4 0,5,9",',
        f'plane,{study},length,"0,0,0 3,4,0","0,0,1"',
    )
    table.write_text("\n".join(("command,file,shape,points,plane-normal", *rows)), encoding="utf-8")
    assert main(["measure", "batch", str(table), "--json"]) == 1
    said_of_rows = capsys.readouterr()
    found = [json.loads(line) for line in said_of_rows.out.splitlines()]
    lengths = [numbers(each)["length"] for each in found if "values" in each]
    assert lengths == pytest.approx([math.dist((-3, 2, 4), (5.5, 6, 12)), 5.0])

"""The commands of ``measure`` as a script uses them: the usage lines as they are printed, and what bad input gets."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.uid import UID

from tests.measured_files import ramp, write_ct, write_pet
from tests.segmentation_samples import segmentation
from tests.unit.measure.pet_headers import FACTOR
from tests.unit.objects.gate import Tool, findings
from workstation.__main__ import dicom_measure

SLICES = 4
POLYGON = ["100,100", "150,200", "200,200", "180,120"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CT, a series of it, a mask of a box in the series, and a PET."""
    folder = tmp_path_factory.mktemp("measured")
    write_ct(folder / "ct.dcm")
    images = [pydicom.dcmread(write_ct(folder / "series" / f"{number}.dcm", number)) for number in range(SLICES)]
    inside = np.zeros((SLICES, 512, 512, 1), np.uint8)
    inside[1:3, 50:60, 100:120, 0] = 1
    segmentation(images, inside, segments=1).save_as(folder / "roi-mask.dcm", enforce_file_format=True)
    write_pet(folder / "pet.dcm")
    return folder


@pytest.fixture
def folder(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A working directory in which the files of the usage lines lie, and nothing else."""
    for name in ("ct.dcm", "roi-mask.dcm", "pet.dcm", "series"):
        (tmp_path / name).symlink_to(place / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def measurements(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))["measurements"]
    assert isinstance(found, list)
    return found


def numbers(measurement: dict[str, Any]) -> dict[str, float]:
    return {each["quantity"]: each["value"] for each in measurement["values"]}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """Run a command that succeeds and give what it prints with ``--json``."""
    assert dicom_measure([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_distance_between_two_points_as_text(folder: Path) -> None:
    line = "distance ct.dcm --p1 100,200 --p2 300,400 --output measurements.txt"
    assert dicom_measure(line.split()) == 0
    # 200 columns of 0.5 mm and 200 rows of 0.8 mm.
    assert f"Length: {math.hypot(100, 160):.1f} mm" in (folder / "measurements.txt").read_text()
    assert "Pixel Spacing (0028,0030)" in (folder / "measurements.txt").read_text()


def test_area_of_a_polygon_as_json(folder: Path) -> None:
    assert dicom_measure(["area", "ct.dcm", "--polygon", *POLYGON, "--output", "area.json", "--format", "json"]) == 0
    (found,) = measurements(folder / "area.json")
    # Gauss: 100*200-150*100=5000, 150*200-200*200=-10000, 200*120-180*200=-12000, 180*100-100*120=6000: -11000 / 2.
    assert numbers(found)["area"] == pytest.approx(5500 * 0.5 * 0.8)
    assert "mean" not in numbers(found)
    assert found["basis"]["between_rows"] == 0.8


def test_volume_of_a_mask_in_a_series(folder: Path) -> None:
    inputs = sorted(str(each) for each in (folder / "series").iterdir())
    assert dicom_measure(["volume", *inputs, "--roi", "roi-mask.dcm", "--output", "volume.txt"]) == 0
    # 10 rows of 0.8 mm, 20 columns of 0.5 mm, 2 slices of 3 mm.
    assert f"Volume: {8 * 10 * 6 / 1000:.2f} ml" in (folder / "volume.txt").read_text()
    # Stored values are column + 2 * row, on average 109.5 + 2 * 54.5, less 1024.
    assert f"Mean: {109.5 + 109 - 1024:.1f} HU" in (folder / "volume.txt").read_text()


def test_uptake_in_a_rectangle(folder: Path) -> None:
    assert dicom_measure(["suv", "pet.dcm", "--roi", "150,150,50,50", "--output", "suv.json", "--format", "json"]) == 0
    (found,) = measurements(folder / "suv.json")
    values = ramp(256)[150:200, 150:200] * 100.0 * FACTOR
    assert numbers(found)["mean"] == pytest.approx(values.mean(), rel=1e-9)
    assert numbers(found)["max"] == pytest.approx(values.max(), rel=1e-9)
    assert {each["ucum"] for each in found["values"] if each["quantity"] == "mean"} == {"g/ml{SUVbw}"}


def test_hounsfield_units_with_statistics(folder: Path) -> None:
    assert dicom_measure(["hu", "ct.dcm", "--roi", "200,200,100,100", "--statistics", "--output", "hu-stats.txt"]) == 0
    told = (folder / "hu-stats.txt").read_text()
    values = ramp()[200:300, 200:300].astype(float) - 1024
    for line in (
        f"Mean: {values.mean():.1f} HU",
        f"SD (sample): {values.std(ddof=1):.1f} HU",
        f"SD (population): {values.std():.1f} HU",
        f"Minimum: {values.min():.1f} HU",
        f"Percentile 75: {np.percentile(values, 75):.1f} HU",
        "Pixels whose centre is inside: 10000",
    ):
        assert line in told


def test_a_region_with_statistics_and_histogram(folder: Path) -> None:
    words = ["roi", "ct.dcm", "--polygon", *POLYGON, "--statistics", "--histogram", "--output", "roi-analysis.json"]
    assert dicom_measure(words) == 0
    (found,) = measurements(folder / "roi-analysis.json")
    (histogram,) = found["curves"]
    assert sum(histogram["y"]) == numbers(found)["count"]
    assert len(histogram["x"]) == len(histogram["y"]) + 1
    assert {"skewness", "kurtosis", "entropy", "p95", "sum"} <= set(numbers(found))


def test_a_distance_as_a_presentation_state(folder: Path, tool: Tool) -> None:
    words = ["--output", "gsps.dcm", "--format", "gsps", "--annotation", "Tumor diameter"]
    assert dicom_measure(["distance", "ct.dcm", "--p1", "100,200", "--p2", "300,400", *words]) == 0
    state = pydicom.dcmread(folder / "gsps.dcm")
    (annotation,) = state.GraphicAnnotationSequence
    assert annotation.ReferencedImageSequence[0].ReferencedSOPInstanceUID == "2.25.50.1.1"
    # Half a pixel: the corner of the first pixel is the origin.
    assert list(annotation.GraphicObjectSequence[0].GraphicData) == [101 - 0.5, 201 - 0.5, 301 - 0.5, 401 - 0.5]
    text = annotation.TextObjectSequence[0].UnformattedTextValue
    assert "Tumor diameter" in text
    assert f"{math.hypot(100, 160):.1f} mm" in text
    assert not findings(tool, folder / "gsps.dcm")


def test_a_distance_on_each_image_of_a_series(folder: Path) -> None:
    inputs = sorted(str(each) for each in (folder / "series").iterdir())
    words = ["--p1", "100,200", "--p2", "300,400", "--output", "measurements.csv", "--format", "csv"]
    assert dicom_measure(["distance", *inputs, *words]) == 0
    rows = list(csv.DictReader((folder / "measurements.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == SLICES
    assert {row["value"] for row in rows} == {repr(math.hypot(100.0, 160.0))}
    assert [Path(row["source"]).name for row in rows] == [f"{number}.dcm" for number in range(SLICES)]


def test_a_report_holds_every_number_and_is_valid(folder: Path, tool: Tool) -> None:
    words = "roi ct.dcm --circle 200,200,20 --statistics -o report.dcm --format sr --lesion L1 --role target"
    assert dicom_measure(words.split()) == 0
    assert not findings(tool, folder / "report.dcm")
    text = str(pydicom.dcmread(folder / "report.dcm"))
    for meaning in ("Skewness", "Kurtosis", "Median", "Standard deviation of the population"):
        assert meaning in text


def test_a_picture_has_the_line_and_stays_the_image_elsewhere(folder: Path) -> None:
    assert dicom_measure(["distance", "ct.dcm", "--p1", "100,200", "--p2", "300,200", "--output", "drawn.png"]) == 0
    picture = cv2.imread(str(folder / "drawn.png"))
    assert picture is not None
    assert picture.shape == (2 * 819, 2 * 512, 3), "rows are further apart than columns"
    on_line, beside = picture[641, 400].astype(int), picture[1280, 400].astype(int)
    assert on_line[2] - on_line[0] > 80, "yellow"
    assert np.ptp(beside) == 0, "grey"


@pytest.mark.parametrize(
    ("words", "quantity", "expected"),
    [
        ("distance ct.dcm --p1 -10,20 --p2 90,20", "length", 50.0),
        ("distance ct.dcm --path 0,0 10,0 10,10", "path_length", 5 + 8),
        ("distance ct.dcm --p1 0,0 --p2 100,0 --p3 50,20", "distance", 16.0),
        ("distance ct.dcm --long 0,0,100,0 --short 50,0,50,20", "short_axis", 16.0),
        ("distance ct.dcm --heart 0,0,100,0 --chest 0,50,200,50", "cardiothoracic_ratio", 0.5),
        ("distance ct.dcm --p1 0,0 --p2 0,10 --units cm", "length", 0.8),
        ("distance ct.dcm --p1 0,0 --p2 0,127 --units inch", "length", 4.0),
        ("distance ct.dcm --p1 0,0 --p2 3,4 --units px", "length", 5.0),
        ("distance ct.dcm --p1 0,0 --p2 3,4 --calibration 2", "length", 10.0),
        ("distance ct.dcm --p1 0,0 --p2 3,4 --calibration none", "length", 0),
        ("angle ct.dcm --vertex 0,0 --p1 80,0 --p2 80,50", "angle", 45.0),
        ("angle ct.dcm --line 0,0,100,0 --line 0,0,80,50", "angle", 45.0),
        ("area ct.dcm --ellipse 100,100,80,50", "area", math.pi * 20 * 20),
        ("area ct.dcm --circle 100,100,40", "area", math.pi * 400),
        ("area ct.dcm --roi 10,10,20,30 --units cm", "area", 1.0 * 2.4),
        ("pixel ct.dcm --at 10,20", "value", 10 + 40 - 1024),
        ("pixel ct.dcm --at 10,20", "stored_value", 50),
    ],
)
def test_that_a_line_gives_the_number_that_arithmetic_gives(
    folder: Path, capsys: pytest.CaptureFixture[str], words: str, quantity: str, expected: float
) -> None:
    (found,) = run(capsys, *words.split())
    if words.endswith("none"):
        # Pixels keep the shape that the header gives them: 4 rows are 6.4 widths.
        assert found["values"][0]["unit"] == "px"
        return
    assert numbers(found)[quantity] == pytest.approx(expected, rel=1e-9)


def test_a_turned_ellipse_is_turned_clockwise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = run(capsys, "area", "ct.dcm", "--ellipse", "100,100,81,41,90")
    columns, rows = zip(*found["points_px"], strict=True)
    assert min(columns) == pytest.approx(140 - 20.5)
    assert max(rows) == pytest.approx(120 + 40.5)


def test_what_cannot_be_measured_is_told_and_the_rest_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "text.dcm").write_text("no image")
    assert dicom_measure(["hu", "ct.dcm", "text.dcm", "pet.dcm", "--roi", "10,10,5,5", "-o", "all.json"]) == 1
    told = capsys.readouterr().err
    assert "text.dcm" in told
    assert "pet.dcm: Its values are no Hounsfield units: modality PT, Rescale Type BQML." in told
    assert len(measurements(folder / "all.json")) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("distance ct.dcm --p1 1,2", "--p1 and --p2 belong together"),
        ("distance ct.dcm", "give --p1 and --p2"),
        ("area ct.dcm", "say which region"),
        ("area ct.dcm --polygon 1,1 2,2", "--polygon needs three points or more"),
        ("distance ct.dcm --p1 1,2 --p2 3,4 --calibration wide", "is no calibration"),
        ("angle ct.dcm --vertex 1,1 --p1 2,2", "give --vertex, --p1 and --p2"),
        ("roi ct.dcm --roi 1,1,2,2 --percentile 101", "--percentile is from 0 to 100"),
        ("distance ct.dcm --p1 1,2 --p2 3,4 --format sr", "--format sr needs --output"),
    ],
)
def test_a_line_that_says_too_little_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: str, sentence: str
) -> None:
    assert dicom_measure(words.split()) == 2
    assert sentence in capsys.readouterr().err


def test_an_output_that_says_no_format_or_is_an_input_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "distance ct.dcm --p1 1,2 --p2 3,4 -o"
    assert dicom_measure([*line.split(), "out.dcm"]) == 1
    assert "does not say which format" in capsys.readouterr().err
    assert dicom_measure([*line.split(), "ct.dcm", "--format", "gsps"]) == 1
    assert "is one of the inputs" in capsys.readouterr().err


def test_a_mask_of_another_frame_of_reference_is_refused_and_both_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_ct(folder / "other.dcm", 7, SeriesInstanceUID="2.25.60", FrameOfReferenceUID="2.25.60.9")
    assert dicom_measure(["roi", "other.dcm", "--roi", "roi-mask.dcm"]) == 1
    told = capsys.readouterr().err
    assert "2.25.50.9" in told
    assert "2.25.60.9" in told
    assert dicom_measure(["volume", "other.dcm", "--roi", "roi-mask.dcm"]) == 1
    assert "2.25.60.9" in capsys.readouterr().err


def test_without_a_weight_there_is_no_uptake_until_somebody_gives_one_and_that_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pet(folder / "light.dcm", PatientWeight=None)
    assert dicom_measure(["suv", "light.dcm", "--roi", "10,10,5,5"]) == 1
    assert "There is no SUV" in capsys.readouterr().err
    (found,) = run(
        capsys, *["suv", "light.dcm", "--roi", "10,10,5,5", "--correct", "weight=70kg", "--correct", "note=asked"]
    )
    assert numbers(found)["mean"] == pytest.approx(ramp(256)[10:15, 10:15].mean() * 100 * FACTOR, rel=1e-9)
    assert "70" in found["basis"]["values"]
    assert "asked" in json.dumps(found)


def test_an_image_without_spacing_is_measured_in_pixels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_ct(folder / "bare.dcm", PixelSpacing=None)
    (found,) = run(capsys, *["distance", "bare.dcm", "--p1", "0,0", "--p2", "3,4"])
    assert [(each["value"], each["unit"]) for each in found["values"]] == [(5.0, "px")]
    assert found["basis"]["between_rows"] is None


def test_many_measurements_by_a_table_and_by_a_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "many.csv").write_text(
        "command,file,p1,p2,roi,statistics,annotation\n"
        'distance,ct.dcm,"0,0","0,10",,,height\n'
        'hu,ct.dcm,,,"10,10,5,5",yes,\n'
        "wrong,ct.dcm,,,,,\n"
        'distance,ct.dcm,"0,0",,,,\n'
    )
    assert dicom_measure(["batch", "many.csv", "-o", "all.json"]) == 1
    told = capsys.readouterr().err
    assert "many.csv, entry 3: 'wrong' is no command" in told
    assert "many.csv, entry 4: --p1 and --p2 belong together" in told.replace("P1", "p1")
    first, second = measurements(folder / "all.json")
    assert (first["name"], numbers(first)["length"]) == ("height", 8.0)
    assert "entropy" in numbers(second)
    entries = [{"command": "area", "file": ["ct.dcm"], "polygon": [[0, 0], [10, 0], [10, 10]], "units": "cm"}]
    (folder / "many.json").write_text(json.dumps(entries))
    (found,) = run(capsys, "batch", "many.json")
    assert numbers(found)["area"] == pytest.approx(0.2)


def test_a_lesion_is_compared_over_studies_from_json_csv_and_reports(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uids = {"StudyInstanceUID": "2.25.70", "SeriesInstanceUID": "2.25.70.1"}
    write_ct(folder / "later.dcm", 9, None, StudyDate="20260501", **uids)
    of = ["--lesion", "Lesion 1", "--role", "target"]
    assert dicom_measure(["distance", "ct.dcm", "--p1", "0,0", "--p2", "0,50", *of, "-o", "base.json"]) == 0
    for name in ("next.csv", "next.json"):
        assert dicom_measure(["distance", "later.dcm", "--p1", "0,0", "--p2", "0,30", *of, "-o", name]) == 0
    words = ["--p1", "0,0", "--p2", "0,30", *of, "--format", "sr", "-o", "next.dcm"]
    assert dicom_measure(["distance", "later.dcm", *words]) == 0
    capsys.readouterr()
    for name in ("next.csv", "next.json", "next.dcm"):
        (found,) = run(capsys, "compare", "base.json", name)
        steps = found["trend"]["steps"]
        assert [step["when"] for step in steps] == ["2026-03-01", "2026-05-01"]
        assert steps[1]["since_first"] == pytest.approx(-16.0)
        assert steps[1]["since_first_percent"] == pytest.approx(-40.0)
        _, last = run(capsys, "compare", "base.json", name, "--recist")
        assert last["assessment"]["overall"] == "PR"
        assert "40 %" in last["assessment"]["reasons"][0]


@pytest.mark.parametrize("name", ["node.json", "node.csv", "node.dcm"])
@pytest.mark.parametrize(
    ("about", "options", "mm"),
    [
        (["--site", "mediastinal lymph node"], [], 16.0),
        (["--node", "yes"], [], 16.0),
        (["--site", "Lymph node", "--node", "no"], [], 40.0),
        ([], [], 40.0),
        ([], ["--node", "Lesion 1"], 16.0),
        (["--node", "yes"], ["--not-node", "Lesion 1"], 40.0),
    ],
)
def test_a_lymph_node_is_one_by_its_site_or_by_an_option_through_json_csv_and_reports(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, about: list[str], options: list[str], mm: float
) -> None:
    axes = ["--long", "10,10,10,60", "--short", "0,30,32,30", "--lesion", "Lesion 1", "--role", "target"]
    kind = ["--format", "sr"] if name.endswith(".dcm") else []
    assert dicom_measure(["distance", "ct.dcm", *axes, *about, "-o", name, *kind]) == 0
    capsys.readouterr()
    (found,) = run(capsys, "compare", name, "--recist", *options)
    assert found["assessment"]["sum_mm"] == pytest.approx(mm)


def test_a_site_without_a_code_is_refused_with_those_that_are_near(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dicom_measure(["distance", "ct.dcm", "--p1", "0,0", "--p2", "0,50", "--site", "lymph"]) == 2
    assert "--site lymph has no code; there are Axillary lymph node" in capsys.readouterr().err


def test_lesions_of_two_patients_are_never_compared_from_json_csv_and_reports(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = {"StudyInstanceUID": "2.25.71", "SeriesInstanceUID": "2.25.71.1", "PatientID": "OTHER"}
    write_ct(folder / "other.dcm", 9, None, StudyDate="20260501", **about)
    of = ["--lesion", "Lesion 1", "--tracking-uid", "1.2.3", "--role", "target"]
    assert dicom_measure(["distance", "ct.dcm", "--p1", "0,0", "--p2", "0,50", *of, "-o", "base.json"]) == 0
    for name in ("next.csv", "next.json"):
        assert dicom_measure(["distance", "other.dcm", "--p1", "0,0", "--p2", "0,30", *of, "-o", name]) == 0
    words = ["--p1", "0,0", "--p2", "0,30", *of, "--format", "sr", "-o", "next.dcm"]
    assert dicom_measure(["distance", "other.dcm", *words]) == 0
    capsys.readouterr()
    for name in ("next.csv", "next.json", "next.dcm"):
        first, second = run(capsys, "compare", "base.json", name)
        assert second["trend"]["patient"] == "OTHER"
        assert [step["since_first"] for found in (first, second) for step in found["trend"]["steps"]] == [None, None]
        assert "the two are not compared" in second["notes"][0]
        found = run(capsys, "compare", "base.json", name, "--recist")
        assert [(each["patient"] == "OTHER", each["assessment"]["overall"]) for each in found] == [
            (False, "none"),
            (True, "none"),
        ]


def test_a_lesion_measured_on_two_slices_of_a_study_shows_no_change_within_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = ["--p1", "0,0", "--lesion", "Lesion 1"]
    for name, end in (("0.dcm", "0,50"), ("1.dcm", "0,40")):
        image = f"series/{name}"
        assert dicom_measure(["distance", image, "--p2", end, *of, "-o", f"{name}.json"]) == 0
    capsys.readouterr()
    (found,) = run(capsys, "compare", "0.dcm.json", "1.dcm.json")
    assert [(step["since_first"], step["among"]) for step in found["trend"]["steps"]] == [(None, 2), (None, 2)]


def test_lengths_in_pixels_and_in_mm_are_not_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["distance", "ct.dcm", "--p1", "0,0", "--p2", "0,50", "--lesion", "L"]
    assert dicom_measure([*base, "-o", "mm.json"]) == 0
    assert dicom_measure([*base, "--units", "px", "-o", "px.json"]) == 0
    assert dicom_measure(["compare", "mm.json", "px.json"]) == 1
    assert "cannot be compared" in capsys.readouterr().err


def test_frames_of_a_cine_are_measured_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ds: Dataset = pydicom.dcmread(folder / "ct.dcm")
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7.3")
    frames = np.stack([ramp()[:64, :64] + 10 * number for number in range(3)])
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.PixelData = 3, 64, 64, frames.tobytes()
    ds.save_as(folder / "cine.dcm", enforce_file_format=True)
    found = run(capsys, *["roi", "cine.dcm", "--roi", "10,10,5,5", "--frame", "2-3"])
    table = found.pop()
    assert [each["frame"] for each in found] == [2, 3]
    assert [(each["frame"], each["x"]) for each in table["rows"]] == [(2, 2), (3, 3)]
    assert numbers(found[1])["mean"] - numbers(found[0])["mean"] == pytest.approx(10)
    assert dicom_measure(["roi", "cine.dcm", "--roi", "10,10,5,5", "--frame", "9"]) == 1
    assert "It has 3 frames" in capsys.readouterr().err


def test_a_report_and_a_state_are_measured_anew_on_their_image(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["roi", "ct.dcm", "--ellipse", "100,120,80,40,30", "--annotation", "cyst"]
    (direct,) = run(capsys, *line)
    for wanted in ("sr", "gsps"):
        assert dicom_measure([*line, "--format", wanted, "-o", f"{wanted}.dcm"]) == 0
        capsys.readouterr()
        (again,) = run(capsys, "read", f"{wanted}.dcm", "--images", "ct.dcm")
        assert (again["kind"], again["name"]) == ("ellipse", "cyst")
        # A file holds points in four bytes.
        for key in ("area", "count", "mean", "max"):
            assert numbers(again)[key] == pytest.approx(numbers(direct)[key], rel=1e-5)
    (told,) = run(capsys, "read", "sr.dcm")
    assert dict(told["numbers"])["Area"] == f"{numbers(direct)['area']:.1f} mm²"
    assert dicom_measure(["read", "gsps.dcm"]) == 1
    assert "Give --images" in capsys.readouterr().err
    assert dicom_measure(["read", "sr.dcm", "--images", "pet.dcm"]) == 1
    assert "Nothing in it lies on these images" in capsys.readouterr().err


def test_a_region_as_a_segment_and_as_a_structure_holds_the_same_pixels(
    folder: Path, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    line = ["roi", "ct.dcm", "--polygon", "100,100", "150,200", "200,200", "180,120", "--lesion", "L1"]
    (direct,) = run(capsys, *line)
    for wanted in ("seg", "rtstruct"):
        assert dicom_measure([*line, "--format", wanted, "-o", f"{wanted}.dcm"]) == 0
        assert not findings(tool, folder / f"{wanted}.dcm")
        capsys.readouterr()
        (again,) = run(capsys, "roi", "ct.dcm", "--roi", f"{wanted}.dcm")
        assert numbers(again)["count"] == pytest.approx(numbers(direct)["count"], abs=0 if wanted == "seg" else 3)
        assert numbers(again)["mean"] == pytest.approx(numbers(direct)["mean"], rel=1e-3)
    assert dicom_measure(["distance", "ct.dcm", "--p1", "1,1", "--p2", "5,5", "--format", "seg", "-o", "none.dcm"]) == 1
    assert "There is no region" in capsys.readouterr().err
    assert not (folder / "none.dcm").exists()


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("side", ["1e-300", "1e-9", "1e300", "0", "-1"])
def test_a_spacing_that_cannot_be_is_told_and_lengths_are_in_pixels(
    folder: Path, capsys: pytest.CaptureFixture[str], side: str
) -> None:
    write_ct(folder / "odd.dcm", PixelSpacing=[side, side])
    (found,) = run(capsys, "distance", "odd.dcm", "--p1", "0,0", "--p2", "3,4")
    assert [(each["value"], each["ucum"]) for each in found["values"]] == [(5.0, "{pixels}")]
    assert any("it was not used" in each for each in found["notes"])


@pytest.mark.parametrize(
    ("keyword", "value"), [("RescaleSlope", 0), ("RescaleIntercept", None), ("RescaleSlope", None)]
)
def test_values_of_a_ct_whose_rescale_is_damaged_are_no_hounsfield_units(
    folder: Path, capsys: pytest.CaptureFixture[str], keyword: str, value: float | None
) -> None:
    changed: dict[str, Any] = {keyword: value}
    write_ct(folder / "odd.dcm", **changed)
    assert dicom_measure(["hu", "odd.dcm", "--roi", "5,5,3,3"]) == 1
    assert "no Hounsfield units" in capsys.readouterr().err
    (found,) = run(capsys, "pixel", "odd.dcm", "--at", "3,3")
    assert "HU" not in [each["ucum"] for each in found["values"]]


def test_a_pet_without_rescale_slope_has_no_uptake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pet(folder / "odd.dcm", RescaleSlope=None)
    ds = pydicom.dcmread(folder / "odd.dcm")
    del ds.RescaleSlope
    ds.save_as(folder / "odd.dcm")
    assert dicom_measure(["suv", "odd.dcm", "--roi", "5,5,3,3"]) == 1
    assert "no usable Rescale Slope" in capsys.readouterr().err
    (found,) = run(capsys, "roi", "odd.dcm", "--roi", "5,5,3,3")
    assert "Bq/ml" not in [each["ucum"] for each in found["values"]]


def test_a_calibration_line_that_makes_pixels_of_no_size_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dicom_measure(["distance", "ct.dcm", "--p1", "0,0", "--p2", "3,4", "--calibration", "0,0,1e300,0=20mm"]) == 1
    assert "which cannot be" in capsys.readouterr().err


@pytest.mark.parametrize("slices", [(1, 3), (0, 3), (2,), (0, 1, 3)])
def test_a_segment_with_empty_slices_between_is_as_many_voxels_as_it_has(
    folder: Path, capsys: pytest.CaptureFixture[str], slices: tuple[int, ...]
) -> None:
    images = [pydicom.dcmread(folder / "series" / f"{number}.dcm") for number in range(SLICES)]
    inside = np.zeros((SLICES, 512, 512, 1), np.uint8)
    inside[list(slices), 50:60, 100:120, 0] = 1
    made = segmentation(images, inside, segments=1)
    assert made.NumberOfFrames == len(slices)  # as other programs write them, without what is empty
    made.save_as(folder / "mask.dcm", enforce_file_format=True)
    (found,) = run(capsys, "volume", "series", "--roi", "mask.dcm")
    assert numbers(found)["count"] == 200 * len(slices)
    assert numbers(found)["volume"] == pytest.approx(200 * len(slices) * 0.8 * 0.5 * 3 / 1000)


def test_contours_with_a_slice_between_take_their_distance_from_the_images(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["roi", "series/0.dcm", "series/2.dcm", "--roi", "100,50,20,10", "--lesion", "L1"]
    assert dicom_measure([*line, "--format", "rtstruct", "-o", "rt.dcm"]) == 0
    capsys.readouterr()
    (found,) = run(capsys, "volume", "series", "--roi", "rt.dcm")
    assert numbers(found)["volume"] == pytest.approx(200 * 0.8 * 0.5 * (4.5 + 4.5) / 1000, rel=0.05)
    assert any("1 slice has no contour in between" in each for each in found["notes"])

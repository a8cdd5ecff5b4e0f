"""Regions over frames and in other series, pictures of curves, and ultrasound regions, as a script uses them."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import UID

from tests.batch.test_measure import numbers, run
from tests.measured_files import ramp, write_ct, write_pet
from tests.unit.measure.pet_headers import FACTOR
from workstation.__main__ import dicom_measure

FRAMES = 6
REGION = ["--roi", "10,10,5,5"]


def picture(path: Path) -> NDArray[Any]:
    found = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert found is not None
    return np.asarray(found)


def has_colour(image: NDArray[Any], red_green_blue: tuple[int, int, int], *, least: int = 1) -> bool:
    near = np.abs(image[..., ::-1].astype(int) - red_green_blue).max(axis=2) <= 2
    return bool(np.count_nonzero(near) >= least)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CT, and a film of six frames, each 10 more than the one before, a quarter of a second apart."""
    ds: Dataset = pydicom.dcmread(write_ct(tmp_path / "ct.dcm"))
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7.3")
    frames = np.stack([ramp()[:64, :64] + 10 * number for number in range(FRAMES)])
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.PixelData = FRAMES, 64, 64, frames.tobytes()
    ds.FrameTime, ds.FrameIncrementPointer = "250", 0x00181063
    ds.save_as(tmp_path / "cine.dcm", enforce_file_format=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_region_over_frames_has_a_table_and_a_curve_over_time(folder: Path) -> None:
    assert dicom_measure(["roi", "cine.dcm", *REGION, "--all-frames", "-o", "all.json"]) == 0
    document = json.loads((folder / "all.json").read_text())
    assert len(document["measurements"]) == FRAMES
    (table,) = document["over_frames"]
    first = (ramp()[10:15, 10:15] - 1024.0).mean()
    (curve,) = table["curves"]
    assert (table["over"], table["over_from"], curve["y_words"]) == ("Time (s)", "Frame Time", "Mean (HU)")
    assert curve["x"] == [0, 0.25, 0.5, 0.75, 1, 1.25]
    assert curve["y"] == pytest.approx([first + 10 * number for number in range(FRAMES)])
    assert curve["spread"] == pytest.approx([ramp()[10:15, 10:15].std(ddof=1)] * FRAMES)
    assert [(row["frame"], numbers(row)["max"]) for row in table["rows"][:2]] == [(1, -982), (2, -972)]


def test_a_region_over_frames_is_told_as_lines_and_as_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dicom_measure(["hu", "cine.dcm", *REGION, "--frame", "2-4"]) == 0
    told = capsys.readouterr().out.splitlines()
    (head,) = (at for at, line in enumerate(told) if line.endswith("over 3 frames"))
    assert told[head + 1] == "  Time (s): Frame Time"
    assert told[head + 2].split("  ")[-1] == "Maximum (HU)"
    assert [line.split()[0] for line in told[head + 3 :]] == ["0.25", "0.5", "0.75"]
    assert dicom_measure(["hu", "cine.dcm", *REGION, "--frame", "2-4", "-o", "all.csv"]) == 0
    rows = [
        each for each in csv.DictReader((folder / "all.csv").read_text().splitlines()) if each["quantity"] == "mean"
    ]
    assert [(each["frame"], each["x"], each["over"]) for each in rows] == [
        ("2", "0.25", "Time (s)"),
        ("3", "0.5", "Time (s)"),
        ("4", "0.75", "Time (s)"),
    ]


def test_one_frame_and_a_length_have_no_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(run(capsys, "roi", "cine.dcm", *REGION)) == 1
    assert len(run(capsys, "distance", "cine.dcm", "--p1", "0,0", "--p2", "9,9", "--all-frames")) == FRAMES


def test_a_rate_of_display_is_no_time_of_acquisition(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ds = pydicom.dcmread(folder / "cine.dcm")
    del ds.FrameTime, ds.FrameIncrementPointer
    ds.RecommendedDisplayFrameRate = 10
    ds.save_as(folder / "shown.dcm", enforce_file_format=True)
    *_, table = run(capsys, "pixel", "shown.dcm", "--at", "3,4", "--all-frames")
    assert table["over"] == "Frame"
    assert [row["x"] for row in table["rows"]] == [1, 2, 3, 4, 5, 6]


def test_pictures_of_histogram_profile_curve_and_slices(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        write_ct(folder / "series" / f"{number}.dcm", number)
    for name, words in {
        "histogram.png": ["roi", "ct.dcm", *REGION],
        "profile.png": ["profile", "ct.dcm", "--p1", "3,3", "--p2", "90,40"],
        "curve.png": ["hu", "cine.dcm", *REGION, "--all-frames"],
        "slices.png": ["hu", "series", *REGION],
    }.items():
        assert dicom_measure([*words, "--plot", name]) == 0
        assert f"{name}: " in capsys.readouterr().out
        image = picture(folder / name)
        assert image.shape == (600, 960, 3)
        assert has_colour(image, (0, 114, 178))
        # A histogram is filled with three tenths of the colour, bands with less; a profile is a line.
        assert has_colour(image, (178, 213, 232), least=2000) == (name == "histogram.png")
        assert has_colour(image, (199, 224, 238), least=2000) == (name in ("curve.png", "slices.png"))
    # A picture changes nothing of what is told, but for the table over slices.
    (plain,) = run(capsys, "roi", "ct.dcm", *REGION)
    (with_plot, written) = run(capsys, "roi", "ct.dcm", *REGION, "--plot", "again.png")
    assert with_plot == plain
    assert (written["format"], written["measurements"]) == ("plot", 1)
    *_, table, _written = run(capsys, "hu", "series", *REGION, "--plot", "again.png")
    assert table["over"] == "Position along the normal (mm)"
    assert [row["x"] for row in table["rows"]] == [0, 3, 6]


def test_a_dark_picture_has_light_lines_on_a_dark_ground(folder: Path) -> None:
    assert dicom_measure(["roi", "ct.dcm", *REGION, "--plot", "dark.png", "--dark-plot"]) == 0
    image = picture(folder / "dark.png")
    assert image[0, 0].max() < 40
    assert has_colour(image, (86, 180, 233))


def test_rows_of_a_table_have_plots_of_their_own_beside_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    below = folder / "rows"
    below.mkdir()
    box = "10,10,5,5"
    rows = [
        {"command": "roi", "file": "../ct.dcm", "roi": box, "plot": "one.png"},
        {"command": "hu", "file": "../ct.dcm", "roi": box},
        {
            "command": "roi",
            "file": "../cine.dcm",
            "roi": box,
            "all-frames": True,
            "plot": "curve.png",
            "dark-plot": True,
        },
        {"command": "profile", "file": "../ct.dcm", "p1": "10,10", "p2": "20,10", "plot": "profile.png"},
    ]
    (below / "many.json").write_text(json.dumps(rows))
    assert dicom_measure(["batch", "rows/many.json", "-o", "all.json"]) == 0
    assert {each.name for each in below.iterdir()} == {"many.json", "one.png", "curve.png", "profile.png"}
    capsys.readouterr()
    assert dicom_measure(["roi", "ct.dcm", *REGION, "--plot", "alone.png"]) == 0
    assert dicom_measure(["roi", "cine.dcm", *REGION, "--all-frames", "--plot", "film.png", "--dark-plot"]) == 0
    assert (picture(below / "one.png") == picture(folder / "alone.png")).all()
    assert (picture(below / "curve.png") == picture(folder / "film.png")).all()
    assert len(json.loads((folder / "all.json").read_text())["measurements"]) == 3 + FRAMES
    capsys.readouterr()
    found = run(capsys, "batch", "rows/many.json", "--plot", "together.png")
    assert [each["path"] for each in found if each.get("format") == "plot"] == [
        "rows/one.png",
        "rows/curve.png",
        "rows/profile.png",
        "together.png",
    ]


def test_a_row_whose_plot_cannot_be_is_told_and_its_numbers_hold(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"command": "roi", "file": "ct.dcm", "roi": "10,10,5,5"}
    rows = [
        row | {"plot": "one.png"},
        row | {"plot": "one.png"},
        row | {"plot": "ct.dcm"},
        row | {"dark-plot": "yes"},
        {"command": "distance", "file": "ct.dcm", "p1": "1,1", "p2": "2,2", "plot": "a.png"},
        row | {"plot": "ct.dcm/a.png"},
        row | {"plot": "all.png"},
    ]
    (folder / "many.json").write_text(json.dumps(rows))
    before = (folder / "ct.dcm").read_bytes()
    assert dicom_measure(["batch", "many.json", "-o", "all.json", "--plot", "all.png", "--json"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = {each["subject"]: each["error"] for each in told if "error" in each}
    assert set(failed) == {f"many.json, entry {number}" for number in (2, 3, 4, 5, 6, 7)}
    assert "is written already" in failed["many.json, entry 2"]
    assert "--plot writes PNG" in failed["many.json, entry 3"]
    assert "Distance takes no plot" in failed["many.json, entry 5"]
    assert len(json.loads((folder / "all.json").read_text())["measurements"]) == 4
    assert (folder / "ct.dcm").read_bytes() == before


def test_lesions_are_plotted_over_the_dates_of_their_studies(folder: Path) -> None:
    for number, date in enumerate(("20260105", "20260412")):
        write_ct(folder / f"{date}.dcm", StudyDate=date)
        for lesion in ("A", "B"):
            line = ["--p1", "0,0", "--p2", f"{50 + 10 * number},0", "--lesion", lesion, "-o", f"{lesion}{date}.csv"]
            assert dicom_measure(["distance", f"{date}.dcm", *line]) == 0
    saved = sorted(str(each) for each in folder.glob("[AB]*.csv"))
    assert dicom_measure(["compare", *saved, "--plot", "trend.png"]) == 0
    image = picture(folder / "trend.png")
    assert image.shape == (600, 960, 3)
    assert has_colour(image, (213, 94, 0))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["roi", "ct.dcm", *REGION, "--plot", "a.pdf"], "--plot writes PNG: name it a.png"),
        (["roi", "ct.dcm", *REGION, "--dark-plot"], "--dark-plot is about --plot"),
        (["roi", "ct.dcm", *REGION, "--plot", "a.png", "-o", "a.png"], "--plot and --output are the same file"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert dicom_measure(words) == 2
    assert sentence in capsys.readouterr().err
    assert not list(folder.glob("a.*"))


def test_where_there_is_nothing_to_plot_that_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dicom_measure(["profile", "ct.dcm", "--p1=-90,-90", "--p2=-80,-80", "--plot", "a.png"]) == 1
    assert "There is nothing to plot" in capsys.readouterr().err
    assert not (folder / "a.png").exists()


# One region in two series.


def write_pet_of_ct(path: Path, *, space: str = "2.25.50.9", away_mm: float = 1.0) -> Path:
    """Write a PET in the space of the CT, whose slice is at 3 mm."""
    ds = pydicom.dcmread(write_pet(path))
    ds.FrameOfReferenceUID, ds.ImagePositionPatient = space, [-100, -120, 3 + away_mm]
    ds.save_as(path, enforce_file_format=True)
    return path


def test_a_region_gives_hounsfield_units_and_uptake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pet_of_ct(folder / "pet.dcm")
    region = ["--roi", "80,80,80,80"]
    ct, pet = run(capsys, "suv", "ct.dcm", *region, "--also", "pet.dcm")
    assert numbers(ct)["mean"] == pytest.approx((ramp()[80:160, 80:160] - 1024.0).mean())
    # The rectangle goes from column 79.5 to 159.5 and row 79.5 to 159.5, which are 39.75 to 79.75 mm to the left and
    # 63.6 to 127.6 mm backward: centres of columns 10 to 19 and rows 16 to 31 of the PET.
    assert numbers(pet)["count"] == 10 * 16
    assert numbers(pet)["mean"] == pytest.approx((ramp(256)[16:32, 10:20] * 100 * FACTOR).mean())
    assert {each["ucum"] for each in pet["values"] if each["quantity"] == "mean"} == {"g/ml{SUVbw}"}
    assert Path(pet["source"]).name == "pet.dcm"
    (sentence,) = (each for each in pet["basis"]["methods"] if each.startswith("The region is that of"))
    assert "ct.dcm, 1.0 mm away along the normal" in sentence


def test_other_series_are_as_they_are_without_suv_and_the_nearest_slice_is_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, away in enumerate((-3.0, 0.5, 4.0)):
        ds = pydicom.dcmread(write_pet_of_ct(folder / "pet" / f"{number}.dcm", away_mm=away))
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.51.7.{number}")
        ds.save_as(folder / "pet" / f"{number}.dcm", enforce_file_format=True)
    _ct, pet = run(capsys, "hu", "ct.dcm", "--roi", "80,80,80,80", "--also", "pet")
    assert pet["sop_instance_uid"] == "2.25.51.7.1"
    assert {each["unit"] for each in pet["values"] if each["quantity"] == "mean"} == {"Bq/ml"}


def test_a_region_is_not_carried_into_another_frame_of_reference_and_both_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pet_of_ct(folder / "pet.dcm", space="2.25.77")
    assert dicom_measure(["roi", "ct.dcm", *REGION, "--also", "pet.dcm", "--json"]) == 1
    out, err = capsys.readouterr()
    told = out + err
    assert "2.25.50.9" in told
    assert "2.25.77" in told
    assert "ct.dcm on" in told


def test_where_no_slice_of_the_other_series_lies_there_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pet_of_ct(folder / "pet.dcm", away_mm=40)
    assert dicom_measure(["roi", "ct.dcm", *REGION, "--also", "pet.dcm"]) == 1
    assert "No slice of the other images lies where this was measured" in capsys.readouterr().err


def test_a_missing_weight_is_told_of_the_other_image_and_the_first_is_measured(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ds = pydicom.dcmread(write_pet_of_ct(folder / "pet.dcm"))
    del ds.PatientWeight
    ds.save_as(folder / "pet.dcm", enforce_file_format=True)
    assert dicom_measure(["suv", "ct.dcm", *REGION, "--also", "pet.dcm"]) == 1
    out, err = capsys.readouterr()
    assert "Mean: " in out
    assert "pet.dcm, the region of" in err
    assert "eight" in err


# Ultrasound: three regions in one image, as scanners write them.


def us_region(
    box: tuple[int, int, int, int], form: int, kind: int, units: tuple[int, int], delta: tuple[float, float]
) -> Dataset:
    """Give an item of Sequence of Ultrasound Regions (PS3.3 C.8.5.5): units 3 are cm, 4 s, 7 cm/s."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = form, kind, 0
    item.RegionLocationMinX0, item.RegionLocationMinY0, item.RegionLocationMaxX1, item.RegionLocationMaxY1 = box
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = delta
    return item


@pytest.fixture
def ultrasound(folder: Path) -> Path:
    """An image with tissue above (0.02 x 0.03 cm), an M-mode below at the left, a spectrum below at the right."""
    ds = pydicom.dcmread(folder / "ct.dcm")
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.6.1")
    ds.Modality = "US"
    for keyword in ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID"):
        delattr(ds, keyword)
    spectrum = us_region((260, 260, 499, 499), 3, 3, (4, 7), (0.004, -0.5))
    spectrum.ReferencePixelX0, spectrum.ReferencePixelY0 = 0, 120
    spectrum.ReferencePixelPhysicalValueX, spectrum.ReferencePixelPhysicalValueY = 0.0, 0.0
    ds.SequenceOfUltrasoundRegions = [
        us_region((0, 0, 511, 249), 1, 1, (3, 3), (0.02, 0.03)),
        us_region((0, 260, 249, 499), 2, 1, (4, 3), (0.01, 0.05)),
        spectrum,
    ]
    ds.save_as(folder / "us.dcm", enforce_file_format=True)
    return folder / "us.dcm"


def line(first: str, last: str) -> list[str]:
    return ["distance", "us.dcm", "--p1", first, "--p2", last]


def test_a_line_in_tissue_is_a_length_by_the_deltas_of_its_region(
    ultrasound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = run(capsys, *line("100,50", "200,150"))
    assert numbers(found) == {"length": pytest.approx(math.hypot(100 * 0.2, 100 * 0.3))}
    assert found["basis"]["between_rows"] == pytest.approx(0.3)


def test_a_line_in_m_mode_is_a_time_and_a_depth(ultrasound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = run(capsys, *line("20,300", "70,340"))
    assert {each["ucum"]: each["value"] for each in found["values"]} == {
        "s": pytest.approx(50 * 0.01),
        "mm": pytest.approx(40 * 0.5),
        "cm/s": pytest.approx(40 * 0.05 / (50 * 0.01)),
    }
    assert "length" not in numbers(found)


def test_a_line_in_a_spectrum_is_a_time_and_a_velocity(ultrasound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = run(capsys, *line("300,380", "400,300"))
    units = {each["ucum"]: each["value"] for each in found["values"]}
    assert set(units) == {"s", "cm/s"}
    assert units["s"] == pytest.approx(100 * 0.004)
    assert abs(units["cm/s"]) == pytest.approx(80 * 0.5)
    (point,) = run(capsys, "pixel", "us.dcm", "--at", "300,320")
    # Row 260 + 120 is 0 cm/s, and each row above is half a cm/s more.
    assert next(each["value"] for each in point["values"] if each["ucum"] == "cm/s") == pytest.approx(60 * 0.5)


def test_a_line_from_one_region_into_another_is_refused(ultrasound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dicom_measure(line("100,50", "100,400")) == 1
    assert "region" in capsys.readouterr().err


def test_a_calibration_that_is_given_comes_before_the_regions(
    ultrasound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = run(capsys, *line("100,50", "200,50"), "--calibration", "0.5")
    assert numbers(found)["length"] == pytest.approx(50)


def test_copies_of_an_image_are_no_frames_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "copy.dcm").write_bytes((folder / "ct.dcm").read_bytes())
    assert len(run(capsys, "roi", "ct.dcm", "copy.dcm", *REGION)) == 2


def test_slices_at_several_times_are_followed_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for time in range(2):
        for number in range(3):
            path = folder / "dynamic" / f"{time}-{number}.dcm"
            ds = pydicom.dcmread(write_ct(path, number, (ramp() + 7 * time).astype(np.int16)))
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.61.{time}.{number}")
            ds.AcquisitionTime = f"10150{time}"
            ds.save_as(path, enforce_file_format=True)
    *tables, _written = run(capsys, "hu", "dynamic", *REGION, "--plot", "dynamic.png")[6:]
    assert [(each["over"], each["plane"]) for each in tables] == [
        ("Time (s)", "axial, H 0.0 mm"),
        ("Time (s)", "axial, H 3.0 mm"),
        ("Time (s)", "axial, H 6.0 mm"),
    ]
    for table in tables:
        (curve,) = table["curves"]
        assert curve["x"] == [0, 1]
        assert curve["y"][1] - curve["y"][0] == pytest.approx(7)
    assert has_colour(picture(folder / "dynamic.png"), (0, 158, 115))

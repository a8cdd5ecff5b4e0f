"""What the commands of ``measure`` print for a person: the number, then what it is made of, and what to do next."""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.measured_files import write_ct, write_pet
from workstation.__main__ import dicom_measure
from workstation.errors import UserError
from workstation.measure.asked import label_beside
from workstation.measure.sentences import sentences_of, values_words
from workstation.measure.sphere_files import threshold_of
from workstation.measure.uptake import with_option
from workstation.model.annotation import Threshold
from workstation.model.frame import ModalityTransform

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_ct(tmp_path / "ct.dcm")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text(capsys: Capture, line: str) -> list[str]:
    assert dicom_measure(line.split()) == 0
    return capsys.readouterr().out.splitlines()


def test_that_numbers_come_before_what_they_are_made_of(folder: Path, capsys: Capture) -> None:
    line = "hu ct.dcm --roi 10,10,5,4 --annotation liver --lesion L1 --role target --calibration 0.5"
    lines = text(capsys, line)
    assert folder.is_dir()
    assert lines[0] == "ct.dcm: liver, L1, target"
    assert lines[1] == "  Area: 5.0 mm²"
    assert lines[2].startswith("  Mean: ")
    how = lines.index("  How:")
    assert [each for each in lines[1:how] if each.startswith("  Note: ")] == lines[how - 1 : how]
    assert "    Values: stored - 1024 (Rescale Intercept) = HU" in lines[how:]
    pixels = [each.strip() for each in lines if "Pixels" in each and "20" in each]
    assert pixels == ["Pixels whose centre is inside: 20"]


def test_that_each_input_of_an_uptake_is_a_line(folder: Path, capsys: Capture) -> None:
    write_pet(folder / "pet.dcm")
    lines = text(capsys, "suv pet.dcm --circle 30,30,5")
    assert max(map(len, lines)) < 130
    for beginning in ("Values: (stored", "SUVbw = ", "Body weight ", "Dose ", "Injected at ", "Factor "):
        assert sum(each.startswith(f"    {beginning}") for each in lines) == 1, beginning


def test_that_the_widths_of_a_ratio_are_told_apart(folder: Path, capsys: Capture) -> None:
    lines = text(capsys, "distance ct.dcm --heart 0,0,100,0 --chest 0,50,200,50")
    assert folder.is_dir()
    assert lines[1:4] == [
        "  Cardiothoracic ratio: 0.500",
        "  Width of the heart: 50.0 mm",
        "  Width of the chest: 100.0 mm",
    ]


def test_that_a_stored_value_is_a_whole_number(folder: Path, capsys: Capture) -> None:
    assert folder.is_dir()
    assert text(capsys, "pixel ct.dcm --at 10,20")[1:3] == ["  Value: -974.0 HU", "  Stored value: 50"]


@pytest.mark.parametrize(
    ("modality", "words"),
    [
        (ModalityTransform(), "as stored"),
        (ModalityTransform(slope=2.0, unit="BQML"), "stored x 2 (Rescale Slope) = Bq/ml"),
        (ModalityTransform(intercept=-1024.0, unit="HU"), "stored - 1024 (Rescale Intercept) = HU"),
        (
            ModalityTransform(slope=0.5, intercept=3.0, unit="XYZ"),
            "stored x 0.5 + 3 (Rescale Slope, Rescale Intercept) = XYZ",
        ),
    ],
)
def test_that_what_changes_no_value_is_not_told(modality: ModalityTransform, words: str) -> None:
    assert values_words(modality) == words


def test_that_sentences_are_parted_and_numbers_are_not() -> None:
    assert sentences_of("Factor 0.5 of 1.5. Dose 312 MBq: DateTime (0018,1078). Left; no more.") == (
        "Factor 0.5 of 1.5.",
        "Dose 312 MBq: DateTime (0018,1078).",
        "Left; no more.",
    )
    assert sentences_of("") == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("41%", Threshold("percent", 41.0)),
        ("300", Threshold("value", 300.0)),
        ("300..2000", Threshold("value", 300.0, 2000.0)),
        ("-400..3000", Threshold("value", -400.0, 3000.0)),
        ("-500.5..-20.5", Threshold("value", -500.5, -20.5)),
        ("suv4", Threshold("suv", 4.0)),
        ("suv2.5..9", Threshold("suv", 2.5, 9.0)),
    ],
)
def test_that_a_threshold_is_understood_as_it_is_documented(words: str, expected: Threshold) -> None:
    assert threshold_of(words) == expected


@pytest.mark.parametrize("words", ["", "many", "..3", "1..2..3", "41%..50%", "nan"])
def test_that_what_is_no_threshold_is_told(words: str) -> None:
    with pytest.raises(UserError, match="is no threshold"):
        threshold_of(words)


@pytest.mark.parametrize(
    ("attributes", "option"),
    [
        ({"PatientWeight": None}, "--correct weight=70kg."),
        ({"DecayCorrection": None}, "--correct decay=START."),
    ],
)
def test_that_a_missing_input_is_told_with_the_option_that_gives_it(
    folder: Path, capsys: Capture, attributes: dict[str, Any], option: str
) -> None:
    write_pet(folder / "pet.dcm", **attributes)
    assert dicom_measure(["suv", "pet.dcm", "--roi", "10,10,5,5"]) == 1
    assert capsys.readouterr().err.strip().endswith(option)


def test_that_other_advice_stays_as_it_is() -> None:
    assert with_option("Choose a series in Bq/ml or SUV.") == "Choose a series in Bq/ml or SUV."


def test_that_a_lesion_that_is_gone_is_a_point_where_it_was(folder: Path, capsys: Capture) -> None:
    uids = {"StudyInstanceUID": "2.25.70", "SeriesInstanceUID": "2.25.70.1"}
    write_ct(folder / "later.dcm", 9, None, StudyDate="20260501", **uids)
    of = "--lesion L1 --role target"
    text(capsys, f"distance ct.dcm --p1 0,0 --p2 0,50 {of} -o base.json")
    text(capsys, f"pixel later.dcm --at 0,20 {of} --status absent -o gone.json")
    assert json.loads((folder / "gone.json").read_text())["measurements"][0]["status"] == "absent"
    assert text(capsys, "pixel later.dcm --at 0,20 --lesion L1 --role target --status absent")[0].endswith(
        ": L1, target absent"
    )
    lines = text(capsys, "compare base.json gone.json --recist")
    assert lines[0] == "2026-03-01: baseline; sum of diameters 40.0 mm"
    assert lines[1].startswith("2026-05-01: CR; sum of diameters 0.0 mm, -100.0 % from the baseline")


def test_that_a_change_is_told_once_for_the_second_study_and_nothing_has_no_sign(folder: Path, capsys: Capture) -> None:
    for number, (date, end) in enumerate((("20260501", "49.999"), ("20260601", "60")), 2):
        uids = {"StudyInstanceUID": f"2.25.7{number}", "SeriesInstanceUID": f"2.25.7{number}.1"}
        write_ct(folder / f"{number}.dcm", 9 + number, None, StudyDate=date, **uids)
        text(capsys, f"distance {number}.dcm --p1 0,0 --p2 0,{end} --lesion L1 -o {number}.json")
    text(capsys, "distance ct.dcm --p1 0,0 --p2 0,50 --lesion L1 -o 1.json")
    assert text(capsys, "compare 1.json 2.json 3.json") == [
        "L1: Length",
        "  2026-03-01   40.0 mm",
        "  2026-05-01   40.0 mm   0.0 mm (0.0 %) since the first",
        "  2026-06-01   48.0 mm   +8.0 mm (+20.0 %) since the first   +8.0 mm (+20.0 %) since the one before",
    ]


def test_that_a_picture_is_shown_in_the_window_that_is_asked_for(folder: Path, capsys: Capture) -> None:
    text(capsys, "distance ct.dcm --p1 300,20 --p2 320,20 --window -1000,100 -o bright.png")
    text(capsys, "distance ct.dcm --p1 300,20 --p2 320,20 --window 3000,100 -o dark.png")
    bright, dark = (cv2.imread(str(folder / name)) for name in ("bright.png", "dark.png"))
    assert bright is not None
    assert dark is not None
    assert bright[1200, 400].tolist() == [255, 255, 255]
    assert dark[1200, 400].tolist() == [0, 0, 0]
    line = "distance ct.dcm --p1 3,2 --p2 32,20 --window 3000,0 -o none.png"
    assert dicom_measure(line.split()) == 2
    assert re.search("width of --window is too small", capsys.readouterr().err)


def test_that_words_stand_beside_what_is_measured_also_at_the_right_end_of_an_image() -> None:
    assert label_beside(((10, 20), (60, 40)), (100, 100)) == (60, 30)
    assert label_beside(((10, 20), (90, 40)), (100, 100)) == (50, 46)
    assert label_beside(((10, 20), (90, 95)), (100, 100)) == (50, 14)
    assert label_beside(((10, 20), (90, 40))) == (90, 30)


def test_that_uptake_of_a_mask_is_left_to_the_command_for_it(folder: Path, capsys: Capture) -> None:
    assert folder.is_dir()
    assert dicom_measure(["volume", "ct.dcm", "--roi", "mask.dcm", "--suv"]) == 2
    assert "--suv is for spheres" in capsys.readouterr().err

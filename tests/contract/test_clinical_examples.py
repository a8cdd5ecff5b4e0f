"""The page of clinical examples: its commands print what it says, and its numbers are those of the phantoms."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest

from scripts.clinical_examples import IMAGES, PAGE, examples, run

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def truth(demo_study: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((demo_study / "TRUTH.json").read_text(encoding="utf-8"))
    return values


@pytest.fixture(scope="module")
def place(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory that holds nothing but the demo study."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "demo").symlink_to(demo_study)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def said(place: Path) -> list[str]:
    """What each example prints."""
    assert place.is_dir()
    return list(run(TEXT))


def numbers(name: str, command: str) -> list[float]:
    """Give the numbers of a name that the page says are printed by the examples with such a command."""
    found = [
        float(number)
        for each in examples(TEXT)
        if re.search(command, "\n".join(each.commands))
        for number in re.findall(rf"^  {re.escape(name)}: (-?[\d.]+)", each.printed, re.MULTILINE)
    ]
    assert found, (name, command)
    return found


@pytest.mark.parametrize("number", range(len(examples(TEXT))))
def test_that_an_example_prints_what_the_page_says(said: list[str], number: int) -> None:
    assert said[number] == examples(TEXT)[number].printed


def test_that_every_command_of_the_page_is_one_of_the_examples() -> None:
    listed = [each for each in TEXT.splitlines() if each.startswith(("dicom-", "workstation "))]
    run_here = [line for each in examples(TEXT) for line in each.commands]
    assert listed == ["workstation --batch demo --output demo", *run_here]


def test_that_each_picture_of_the_page_is_that_of_a_command(said: list[str], place: Path) -> None:
    shown = re.findall(r"\(images/measure-(\w+\.png)\)", TEXT)
    assert said
    assert sorted(shown) == sorted(path.name for path in place.glob("*.png"))
    for name in shown:
        made, kept = cv2.imread(str(place / name)), cv2.imread(str(IMAGES / f"measure-{name}"))
        assert made is not None
        assert kept is not None
        small = cv2.resize(made, (kept.shape[1], kept.shape[0]), interpolation=cv2.INTER_AREA)
        assert np.abs(small.astype(float) - kept).mean() < 4, name


def test_that_the_diameters_are_those_of_the_nodule(truth: dict[str, Any]) -> None:
    nodule = truth["nodules"][0]
    expected = [nodule[visit]["diameter_mm"] for visit in ("first", "second")]
    for name in ("Long axis", "Short axis"):
        assert numbers(name, "--role target") == pytest.approx(expected, abs=0.1)
    assert f"a ball of {expected[0]:.0f} mm, half a year later of {expected[1]:.0f} mm" in TEXT


def test_that_the_volume_doubles_as_fast_as_it_does(truth: dict[str, Any]) -> None:
    nodule = truth["nodules"][0]
    (text,) = [each.printed for each in examples(TEXT) if "--quantity volume" in each.commands[-1]]
    found = [float(each) for each in re.findall(r"^  \d{4}-\d\d-\d\d +([\d.]+) ml", text, re.MULTILINE)]
    expected = [nodule[visit]["volume_mm3"] / 1000 for visit in ("first", "second")]
    assert found == pytest.approx(expected, rel=0.07)
    (days,) = re.findall(r"doubles in (\d+) days,", text)
    assert float(days) == pytest.approx(nodule["volume_doubling_time_days"], rel=0.05)
    assert f"{expected[0]:.2f} ml, then {expected[1]:.2f} ml" in TEXT
    assert f"it doubles in {nodule['volume_doubling_time_days']:.0f} days" in TEXT


def test_that_the_response_follows_from_the_true_diameters(truth: dict[str, Any]) -> None:
    (text,) = [each.printed for each in examples(TEXT) if "--recist" in each.commands[-1]]
    for nodule in truth["nodules"]:
        told = re.search(rf"^{nodule['name']}: Long axis\n((?:  .*\n)+)", text, re.MULTILINE)
        assert told
        found = [float(each) for each in re.findall(r"^  \S+ +([\d.]+) mm", told[1], re.MULTILINE)]
        expected = [nodule[visit]["diameter_mm"] for visit in ("first", "second")]
        assert found == pytest.approx([each for each in expected if each], abs=0.1)
    targets = truth["nodules"][:2]
    sums = [sum(each[visit]["diameter_mm"] for each in targets) for visit in ("first", "second")]
    assert [float(each) for each in re.findall(r"sum of diameters ([\d.]+) mm", text)] == pytest.approx(sums, abs=0.1)
    # RECIST 1.1: neither 30 % less than the baseline, nor 20 % more than it.
    assert 0.7 < sums[1] / sums[0] < 1.2
    assert re.search(r"^2025-09-02: SD;", text, re.MULTILINE)


def test_that_the_uptake_is_that_of_the_sphere(truth: dict[str, Any]) -> None:
    liver = truth["pet"]["spheres"][0]
    assert numbers("Mean", r"suv demo.*(,4 |82,130,5,5)") == pytest.approx([liver["suv"]] * 2, rel=0.02)
    assert numbers("Maximum", "--suv$") == pytest.approx([liver["stored"]["maximum"]], abs=0.005)
    assert numbers("Volume", "--suv$") == pytest.approx([liver["volume_mm3"] / 1000], rel=0.15)
    (factor,) = {float(each) for each in re.findall(r"^    Factor ([\d.]+)\.$", TEXT, re.MULTILINE)}
    assert factor == pytest.approx(truth["pet"]["suvbw_per_bq_per_ml"], rel=1e-8)
    assert f"Body weight {truth['pet']['weight_kg']:g} kg: Patient's Weight (0010,1030)." in TEXT
    assert f"Dose {truth['pet']['injected_dose_bq'] / 1e6:g} MBq: " in TEXT
    assert f"a ball of {liver['volume_mm3'] / 1000:.1f} ml whose voxels reach {liver['stored']['maximum']:.4f}" in TEXT


def test_that_a_missing_weight_is_refused_and_a_given_one_makes_the_same_uptake(truth: dict[str, Any]) -> None:
    (text,) = [each.printed for each in examples(TEXT) if each.commands[0].startswith("dicom-anon")]
    refused, given = text.splitlines()[1], text.split("given-away/….dcm\n")[1]
    assert "There is no SUV: the file has no Patient's Weight (0010,1030)." in refused
    assert numbers("Mean", "dicom-anon") == pytest.approx([truth["pet"]["spheres"][0]["suv"]], rel=0.02)
    assert "given by the user where the header has none" in given
    assert "Note: from the ward" in given


def test_that_the_angles_are_those_of_the_hip(truth: dict[str, Any]) -> None:
    hip = truth["pelvis"]["hips"]["L"]
    expected = [hip["centre_edge_deg"], hip["roof_deg"], hip["neck_shaft_deg"]]
    assert numbers("Angle", "angle of the roof") == pytest.approx(expected, abs=0.5)
    names = ("centre_edge_deg", "roof_deg", "neck_shaft_deg")
    left, right = ([f"{truth['pelvis']['hips'][side][name]:.0f}°" for name in names] for side in "LR")
    assert f"{left[0]}, {left[1]} and {left[2]} (the right hip: {right[0]}, {right[1]} and {right[2]})" in TEXT


def test_that_heart_and_chest_are_measured_where_the_grey_changes_most(demo_study: Path) -> None:
    dataset = pydicom.dcmread(demo_study / "x-ray-chest" / "0001.dcm")
    dense = dataset.pixel_array.max() - dataset.pixel_array.astype(np.float32)

    def steps(row: int, first: int, last: int) -> Any:
        line = dense[row - 5 : row + 6].mean(axis=0)
        return np.gradient(cv2.GaussianBlur(line[None], (0, 0), 6)[0])[first:last]

    # Lung is less dense than what is about it.
    chest = 1400 + int(np.argmax(steps(940, 1400, 1700))) - 100 - int(np.argmin(steps(940, 100, 400)))
    heart = 1200 + int(np.argmin(steps(905, 1200, 1400))) - 650 - int(np.argmax(steps(905, 650, 760)))
    assert numbers("Cardiothoracic ratio", "--heart") == pytest.approx([heart / chest], abs=0.01)
    per_px = float(dataset.ImagerPixelSpacing[0]) / float(dataset.EstimatedRadiographicMagnificationFactor)
    assert numbers("Width of the chest", "--heart") == pytest.approx([chest * per_px], abs=1)
    assert numbers("Width of the heart", "--heart") == pytest.approx([heart * per_px], abs=2)


def test_that_the_mass_is_as_large_as_in_the_breast_and_larger_on_the_detector(truth: dict[str, Any]) -> None:
    (mass,) = truth["mammogram"]["views"]["LCC"]["findings"]
    on_detector = mass["diameter_mm"] * mass["magnification"]
    found = numbers("Length", "--calibration detector")
    assert found == pytest.approx([mass["diameter_mm"], on_detector], abs=0.05)
    assert f"magnified {mass['magnification']:.3f} times" in TEXT


def test_that_the_cyst_is_as_large_as_it_is(truth: dict[str, Any]) -> None:
    cyst = truth["ultrasound"]["cyst"]
    assert numbers("Length", "--p1 5,250") == pytest.approx([cyst["diameter_mm"]], abs=0.05)
    assert math.isclose(truth["ultrasound"]["pixel_mm"], 0.32)

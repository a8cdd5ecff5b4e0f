"""The limit of PERCIST from the command line: worked out in normal tissue, and what of a lesion is above it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workstation.__main__ import dicom_measure
from workstation.phantoms.known import known_pet
from workstation.phantoms.writing import complete, save

INJECTION = {
    "Radiopharmaceutical": "FDG",
    "RadiopharmaceuticalStartDateTime": "20250101100000",
    "RadionuclideTotalDose": "350000000",
    "RadionuclideHalfLife": "6586.2",
}
SIDE_MM = 4.0
PLACES = np.moveaxis(np.indices((24, 24, 48))[::-1], 0, -1) * SIDE_MM
"""Of the voxels (k, j, i), as x, y, z."""
LIVER, AORTA, LESION = (48.0, 48.0, 48.0), (96.0, 48.0, 48.0), (150.0, 48.0, 48.0)


def within(radius_mm: float, of: tuple[float, float, float]) -> np.ndarray:
    return np.asarray(np.linalg.norm(PLACES - of, axis=-1) <= radius_mm + 1e-6)


@pytest.fixture
def values(tmp_path: Path) -> np.ndarray:
    """Write a liver, blood, and a lesion of which a half is bright; give the values."""
    made = np.random.default_rng(5).normal(9000, 500, PLACES.shape[:3])
    made[~within(20, LIVER)] /= 2
    made[within(22, LESION)] = 12000
    made[within(13, LESION)] = 30000
    stored = np.rint(made).astype(np.int16)
    for k, pixels in enumerate(stored):
        place = {"spacing_mm": (SIDE_MM, SIDE_MM), "position_lps": (0.0, 0.0, SIDE_MM * k), "number": k + 1}
        save(complete(known_pet("percist", pixels, INJECTION, PatientSex="M", **place)), tmp_path / f"{k}.dcm")
    return np.asarray(stored, float)


def words(folder: Path, *more: str) -> list[str]:
    centre = ",".join(map(str, LESION))
    return ["volume", str(folder), "--centre", centre, "--radius", "25mm", "--threshold", "percist", *more]


def measured(capsys: pytest.CaptureFixture[str], *line: str) -> dict[str, Any]:
    assert dicom_measure([*line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("option", "place", "radius_mm", "times"), [("--liver", LIVER, 15.0, 1.5), ("--blood", AORTA, 7.2, 2.0)]
)
def test_the_limit_is_that_of_normal_tissue_and_stands_with_the_result(
    option: str,
    place: tuple[float, float, float],
    radius_mm: float,
    times: float,
    values: np.ndarray,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = measured(capsys, *words(tmp_path, option, ",".join(map(str, place))))
    normal = values[within(radius_mm, place)]
    limit = times * normal.mean() + 2 * normal.std(ddof=1)
    inside = within(25, LESION) & (values >= limit)
    assert inside.sum() == within({"--liver": 13, "--blood": 22}[option], LESION).sum()
    numbers = {each["quantity"]: each["value"] for each in found["values"]}
    assert numbers["volume"] == pytest.approx(inside.sum() * SIDE_MM**3 / 1000)
    (said,) = [each for each in found["basis"]["methods"] if each.startswith("PERCIST 1.0")]
    factor = numbers["mean"] / values[inside].mean()
    assert f"= {limit * factor:.4g} " in said
    assert f"{normal.size} voxels" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "by --liver or --blood"),
        (("--liver", "48,48,48", "--blood", "96,48,48"), "by --liver or --blood"),
        (("--liver", "48,48,48", "--suv"), "not --suv"),
        (("--liver", "48,48,48", "--threshold", "suv4"), "by --liver or --blood"),
    ],
)
def test_what_does_not_go_together_is_told(
    more: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dicom_measure(words(tmp_path, *more)) == 2
    assert said in capsys.readouterr().err

"""The Python examples of the documentation run, in order, and give what the phantom that they read is known to hold."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.samples import ROOT
from workstation.phantoms import small

PAGE = ROOT / "docs" / "python.md"


def _examples() -> str:
    """Give the page as one program, everything but the examples as empty lines, so that an error names its line."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    for example in re.finditer(r"```python\n(.*?)```", text, re.DOTALL):
        first = text.count("\n", 0, example.start(1))
        for offset, line in enumerate(example.group(1).splitlines()):
            lines[first + offset] = line
    return "\n".join(lines)


@pytest.fixture(scope="module")
def truth() -> small.SmallVolume:
    return small.volume("oblique")


@pytest.fixture
def names(truth: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the examples leave in their variables."""
    (tmp_path / "demo").mkdir()
    truth.write(tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    variables: dict[str, Any] = {}
    exec(compile(_examples(), str(PAGE), "exec"), variables)  # noqa: S102  # our own page
    return variables


def test_that_the_examples_run_and_find_the_truth(names: dict[str, Any], truth: small.SmallVolume) -> None:
    assert names["added"].added == len(truth.datasets)
    assert names["patients"][0].patient_name == "Small^Phantom"
    assert names["rgb"].shape == (512, 512, 3)
    np.testing.assert_array_equal(names["volume"].array_kji, truth.hu_kji)
    k, j, i = (size // 2 for size in truth.hu_kji.shape)
    assert names["value"] == truth.hu_kji[k, j, i]
    expected = (truth.grid.affine_lps @ (i, j, k, 1))[:3]
    np.testing.assert_allclose(names["point_lps"], expected, atol=1e-6)
    np.testing.assert_allclose(names["voxel_ijk"], (i, j, k), atol=1e-6)


def test_that_planes_surfaces_and_files_are_where_the_phantom_lies(
    names: dict[str, Any], truth: small.SmallVolume
) -> None:
    plane, step_mm = names["cut"].plane, names["coronal"].step_mm
    away = np.array(names["point_lps"]) - plane.origin_lps
    assert abs(away @ np.cross(plane.along_row_lps, plane.along_column_lps)) <= step_mm / 2 + 1e-6
    assert names["picture"].std() > 5
    assert names["surface"].is_watertight
    np.testing.assert_allclose(names["surface"].points_lps.mean(axis=0), truth.marker_lps, atol=0.2)
    np.testing.assert_allclose(names["read_again"].affine_lps, truth.grid.affine_lps, atol=1e-4)


def test_that_a_point_projected_onto_an_image_lies_as_far_from_it_as_the_example_says(names: dict[str, Any]) -> None:
    (back,), (distance,) = names["points_lps"], names["distances_mm"]
    assert np.linalg.norm(names["point_lps"] - back) == pytest.approx(abs(distance), abs=1e-6)
    assert abs(distance) > 1

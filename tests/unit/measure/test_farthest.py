"""The two points that are farthest apart, against all pairs and against SimpleITK."""

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st

from workstation.measure.farthest import farthest, row_ends
from workstation.measure.voxels import ends_inside


@given(st.integers(1, 400), st.integers(0, 1000), st.sampled_from(["box", "ball", "line", "grid"]))
def test_that_the_farthest_points_are_those_of_all_pairs(number: int, seed: int, how: str) -> None:
    random = np.random.default_rng(seed)
    points = random.normal(size=(number, 3)) * (30, 20, 10)
    if how == "ball":
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    elif how == "line":
        points[:, 1:] = 5
    elif how == "grid":
        points = np.round(points / 20) * 20
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    flat = np.sqrt(((points[:, None, :2] - points[None, :, :2]) ** 2).sum(axis=2))
    assert farthest(points[:, :2])[0] == pytest.approx(flat.max(), abs=1e-12)
    distance, (one, other) = farthest(points)
    assert distance == pytest.approx(gaps.max(), abs=1e-12)
    assert np.linalg.norm(points[one] - points[other]) == pytest.approx(distance, abs=1e-12)


@pytest.mark.parametrize("half", [(11, 11, 11), (3, 14, 9)])
def test_that_the_largest_diameter_is_that_of_simpleitk(half: tuple[int, int, int]) -> None:
    k, j, i = np.indices((26, 32, 30)) - np.array([13, 16, 15])[:, None, None, None]
    inside = (k / half[0]) ** 2 + (j / half[1]) ** 2 + (i / half[2]) ** 2 <= 1
    inside &= np.random.default_rng(0).random(inside.shape) < 0.8
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.ComputeFeretDiameterOn()
    image = SimpleITK.GetImageFromArray(inside.astype(np.uint8))
    image.SetSpacing((0.8, 0.5, 2.5))
    shape.Execute(image)
    assert farthest(ends_inside(inside) * (0.8, 0.5, 2.5))[0] == pytest.approx(shape.GetFeretDiameter(1), rel=1e-12)


def test_that_ends_of_rows_are_the_first_and_last_inside() -> None:
    columns, rows = row_ends(np.array([[0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]], np.bool_))
    assert sorted(zip(columns.tolist(), rows.tolist(), strict=True)) == [(0, 2), (0, 2), (1, 0), (3, 0)]
    assert len(row_ends(np.zeros((2, 2), np.bool_))[0]) == 0

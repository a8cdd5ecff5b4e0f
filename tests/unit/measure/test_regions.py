"""Which pixels are inside, against tests of every pixel by itself and against an image many times as fine."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.measure_samples import annotation, ellipse, painted, rectangle, spacing, turned
from workstation.measure.regions import polygon_region, region_of
from workstation.model.annotation import Annotation

SHAPE = (40, 50)
PLAIN = spacing()
SMALL = (9, 12)
quarter = st.integers(-12, 60).map(lambda each: each / 4)
corner = st.tuples(quarter, quarter)


def by_each_pixel(ring: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """Test each pixel in exact fractions: how many edges are crossed on the way to the left.

    The place that is tested is right of and below the centre by so little that only what is on a border is decided.
    """
    corners = [(Fraction(x), Fraction(y)) for x, y in ring]
    aside, below = Fraction(1, 10**6), Fraction(618033988749895, 10**21)
    inside = np.zeros(SMALL, np.bool_)
    for row in range(SMALL[0]):
        y = row + below
        crossings = [
            x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True)
            if (y0 <= y) != (y1 <= y)
        ]
        for column in range(SMALL[1]):
            inside[row, column] = sum(x <= column + aside for x in crossings) % 2 == 1
    return inside


@given(st.lists(corner, min_size=3, max_size=8))
def test_that_polygons_are_those_of_a_test_of_each_pixel_in_exact_fractions(ring: list[tuple[float, float]]) -> None:
    region = region_of(annotation("polygon", ring), SMALL, PLAIN)
    np.testing.assert_array_equal(region.whole(SMALL), by_each_pixel(ring))


def test_that_a_rectangle_has_its_left_and_upper_border_and_not_the_other() -> None:
    region = region_of(rectangle(10, 5, 20, 8), SHAPE, PLAIN)
    assert (region.left, region.top, region.inside.shape) == (10, 5, (8, 20))
    assert region.count == 160


def test_that_a_rectangle_turned_by_right_angles_and_with_rounding_in_its_corners_has_the_same_pixels() -> None:
    plain = region_of(rectangle(10, 5, 20, 8), SHAPE, PLAIN).whole(SHAPE)
    corners = [(10, 5), (30, 5), (30, 13), (10, 13)]
    for shift in range(4):
        noisy = np.roll(np.array(corners), shift, axis=0) + np.random.default_rng(shift).normal(size=(4, 2)) * 1e-9
        for ring in (noisy, noisy[::-1]):
            np.testing.assert_array_equal(region_of(annotation("rectangle", ring), SHAPE, PLAIN).whole(SHAPE), plain)


@given(st.lists(corner, min_size=3, max_size=8), st.tuples(corner, corner))
def test_that_two_halves_of_a_polygon_share_no_pixel_and_miss_none(
    ring: list[tuple[float, float]], cut: tuple[tuple[float, float], tuple[float, float]]
) -> None:
    one = polygon_region(np.array([*ring, cut[0], cut[1]]), SHAPE).whole(SHAPE)
    other = polygon_region(np.array([ring[-1], cut[0], cut[1], ring[0]]), SHAPE).whole(SHAPE)
    whole = polygon_region(np.array(ring), SHAPE).whole(SHAPE)
    np.testing.assert_array_equal(one ^ other, whole)


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133.7])
@pytest.mark.parametrize(("rows", "columns"), [(1.0, 1.0), (0.5, 0.8), (1.3, 0.4)])
def test_that_ellipses_turned_and_on_other_pixels_are_those_of_their_equation(
    degrees: float, rows: float, columns: float
) -> None:
    centre, half = np.array([20.3, 15.1]), (9.7, 4.2)  # mm
    ends = np.array([(-half[0], 0), (half[0], 0), (0, -half[1]), (0, half[1])])
    drawn = turned(ends, degrees) + centre
    region = region_of(annotation("ellipse", drawn / (columns, rows)), SHAPE, spacing(rows, columns))
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    back = turned(np.column_stack([x.ravel() * columns, y.ravel() * rows]) - centre, -degrees)
    expected = ((back / half) ** 2).sum(axis=1).reshape(SHAPE) <= 1
    np.testing.assert_array_equal(region.whole(SHAPE), expected)


def test_that_the_rim_of_a_circle_belongs_to_it() -> None:
    # Pythagoras: (3, 4) and (5, 0) lie on a circle of radius 5. There are 81 whole points in it.
    region = region_of(annotation("circle", [(20, 20), (23, 24)]), SHAPE, PLAIN)
    assert region.count == 81
    assert region.whole(SHAPE)[20, 25]
    assert region.whole(SHAPE)[16, 17]


def test_that_a_circle_is_round_in_the_patient() -> None:
    region = region_of(annotation("circle", [(20, 20), (30, 20)]), SHAPE, spacing(2.0, 1.0))
    assert region.inside.shape == (11, 21)


@pytest.mark.parametrize(
    "each",
    [
        annotation("polygon", [(3.3, 2.1), (40.2, 8.7), (44.9, 30.4), (20.5, 38.2), (6.1, 25.6)]),
        annotation("spline", [(10.3, 9.1), (30.2, 4.7), (42.9, 25.4), (20.5, 34.2)]),
        ellipse(4.4, 6.3, 33.1, 21.9),
        annotation("circle", [(24.4, 18.8), (38.1, 23.3)]),
        annotation("rectangle", turned([(10, 10), (35, 10), (35, 24), (10, 24)], 23, (20, 17))),
    ],
    ids=lambda each: each.kind,
)
def test_that_ten_times_finer_pixels_give_the_same_place_ten_times_finer(each: Annotation) -> None:
    """Each coarse pixel has the value of the fine one in its middle, so the coarse region is the fine one sampled."""
    fine = annotation(each.kind, np.array(each.points_px) * 11 + 5)  # centre of the 11 x 11 fine pixels of each
    there = region_of(fine, (SHAPE[0] * 11, SHAPE[1] * 11), PLAIN).whole((SHAPE[0] * 11, SHAPE[1] * 11))
    coarse = region_of(each, SHAPE, PLAIN).whole(SHAPE)
    np.testing.assert_array_equal(there[5::11, 5::11], coarse)
    assert there.sum() / 121 == pytest.approx(coarse.sum(), rel=0.03)


def test_that_pixels_beside_the_image_are_left_out_and_counted() -> None:
    region = region_of(rectangle(-5, 35, 20, 10), SHAPE, PLAIN)
    assert (region.left, region.top, region.count, region.cut) == (0, 35, 15 * 5, 200 - 75)
    assert region.is_cut_exact
    far = region_of(rectangle(-30, -30, 10, 10), SHAPE, PLAIN)
    assert (far.count, far.cut) == (0, 100)
    round_one = region_of(annotation("circle", [(0, 0), (3, 4)]), SHAPE, PLAIN)
    assert (round_one.count, round_one.cut) == (26, 81 - 26)


@given(st.lists(st.tuples(quarter, quarter), min_size=3, max_size=7), st.tuples(quarter, quarter))
def test_that_pixels_beside_the_image_are_counted_as_if_they_were_in_one(
    ring: list[tuple[float, float]], shift: tuple[float, float]
) -> None:
    beside = np.array(ring) - np.round(shift) - 0.125  # no point on a border
    everywhere = polygon_region(beside + 100, (250, 250))
    region = polygon_region(beside, SMALL)
    assert region.count + region.cut == everywhere.count
    half = np.array([beside[1] - beside[0], beside[2] - beside[0]]) / 3
    if abs(np.linalg.det(half)) > 0.1:
        drawn = [beside[0] - half[0], beside[0] + half[0], beside[0] - half[1], beside[0] + half[1]]
        oval, moved = annotation("ellipse", drawn), annotation("ellipse", np.array(drawn) + 100)
        small = region_of(oval, SMALL, PLAIN)
        assert small.count + small.cut == region_of(moved, (250, 250), PLAIN).count


def test_that_a_huge_region_is_cut_without_being_filled() -> None:
    region = region_of(rectangle(-1e7, -1e7, 2e7, 2e7), SHAPE, PLAIN)
    assert region.count == SHAPE[0] * SHAPE[1]
    assert not region.is_cut_exact
    assert region.cut == pytest.approx(4e14, rel=1e-6)
    assert region_of(annotation("circle", [(0, 0), (1e7, 0)]), SHAPE, PLAIN).count == SHAPE[0] * SHAPE[1]


def test_that_painted_pixels_are_those_painted() -> None:
    inside = np.random.default_rng(1).random((7, 11)) < 0.5
    region = region_of(painted(inside, -3, 36), SHAPE, PLAIN)
    assert (region.left, region.top) == (0, 36)
    np.testing.assert_array_equal(region.inside, inside[:4, 3:])
    assert region.cut == inside.sum() - inside[:4, 3:].sum()


def test_that_regions_without_an_inside_are_empty() -> None:
    assert region_of(annotation("polygon", [(3, 3), (9, 9), (5, 5)]), SHAPE, PLAIN).count == 0
    assert region_of(annotation("circle", [(3, 3), (3, 3)]), SHAPE, PLAIN).count == 0
    assert region_of(rectangle(3.2, 3.2, 0.5, 0.5), SHAPE, PLAIN).count == 0


def test_that_what_has_no_inside_or_no_finite_points_is_refused() -> None:
    with pytest.raises(ValueError, match="no inside"):
        region_of(annotation("length", [(0, 0), (1, 1)]), SHAPE, PLAIN)
    with pytest.raises(ValueError, match="no finite"):
        region_of(annotation("polygon", [(0, 0), (1, 1), (np.nan, 4)]), SHAPE, PLAIN)


def test_that_what_lies_within_two_turns_is_outside() -> None:
    star = [(25 + 15 * np.sin(turn), 20 - 15 * np.cos(turn)) for turn in np.arange(5) * 4 * np.pi / 5]
    assert not region_of(annotation("polygon", star), SHAPE, PLAIN).whole(SHAPE)[20, 25]

"""Lengths, angles and areas, against numbers worked out by hand and properties that hold however an image lies."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.measure_samples import turned
from workstation.measure import lengths

near = st.floats(-200, 200, allow_nan=False)
point = st.tuples(near, near)


def test_that_a_path_is_as_long_as_its_pieces() -> None:
    assert lengths.path_length([(0, 0), (3, 4), (3, 10)]) == 11
    assert lengths.path_length([(0, 0, 0), (2, 3, 6)]) == 7
    assert lengths.path_length([(5, 5)]) == 0
    assert lengths.perimeter([(0, 0), (3, 0), (3, 4)]) == 12


def test_that_angles_at_a_vertex_are_those_of_known_triangles() -> None:
    assert lengths.angle_deg((3, 0), (0, 0), (0, 5)) == pytest.approx(90, abs=1e-12)
    assert lengths.angle_deg((1, 0), (0, 0), (0.5, math.sqrt(3) / 2)) == pytest.approx(60, abs=1e-12)
    assert lengths.angle_deg((1, 0), (0, 0), (-2, 0)) == pytest.approx(180, abs=1e-12)
    assert lengths.angle_deg((1, 0, 0), (0, 0, 0), (0, 0, 2)) == pytest.approx(90, abs=1e-12)


def test_that_a_tiny_angle_keeps_its_digits() -> None:
    assert lengths.angle_between_deg((1, 0), (1, 1e-9)) == pytest.approx(math.degrees(1e-9), rel=1e-9)


def test_that_a_side_without_length_has_no_angle() -> None:
    with pytest.raises(ValueError, match="no length"):
        lengths.angle_deg((1, 1), (1, 1), (2, 2))


def test_that_an_open_angle_is_as_drawn_and_a_cobb_angle_is_not() -> None:
    lines = [(0, 0), (10, 0), (10, 30), (0, 32)]
    lean = math.degrees(math.atan2(2, 10))
    assert lengths.open_angle_deg(lines) == pytest.approx(180 - lean)
    assert lengths.cobb_deg(lines) == pytest.approx(lean)
    assert lengths.cobb_deg([lines[0], lines[1], lines[3], lines[2]]) == pytest.approx(lean)


def test_that_a_cobb_angle_of_a_severe_curve_is_more_than_a_right_angle() -> None:
    # End plates that lean 55 degrees to either side of what is at right angles to the spine.
    upper, lower = turned([(-5, 0), (5, 0)], 55), turned([(-5, 0), (5, 0)], -55) + np.array([0, 60])
    assert lengths.cobb_deg([*upper, *lower]) == pytest.approx(110)
    assert lengths.cobb_deg([*upper[::-1], *lower]) == pytest.approx(110)


def test_that_lines_along_each_other_have_the_smaller_angle() -> None:
    assert lengths.cobb_deg([(0, 0), (10, 1), (20, 0), (30, -1)]) == pytest.approx(2 * math.degrees(math.atan(0.1)))


@given(st.floats(0, 360), st.floats(-60, 60), st.floats(-60, 60), st.booleans(), st.booleans(), st.booleans())
def test_that_a_cobb_angle_does_not_change_when_the_image_is_turned_or_lines_are_drawn_the_other_way(
    degrees: float, one: float, other: float, swaps: bool, mirrors: bool, exchanges: bool
) -> None:
    upper, lower = turned([(-8, 0), (8, 0)], one), turned([(-6, 0), (6, 0)], other) + np.array([2, 70])
    expected = abs(one - other)
    lines = np.vstack([upper[::-1] if swaps else upper, lower])
    lines = np.vstack([lines[2:], lines[:2]]) if exchanges else lines
    lines = turned(lines * (-1, 1) if mirrors else lines, degrees, (31, 17))
    assert lengths.cobb_deg(lines) == pytest.approx(expected, abs=1e-6)


def test_that_a_four_point_angle_is_between_lines_through_middles() -> None:
    lines = [(0, -1), (0, 1), (10, -2), (10, 2), (0, 9), (0, 11), (9, 9), (11, 31)]
    assert lengths.four_point_angle_deg(lines) == pytest.approx(45)


def test_that_the_foot_on_a_line_may_lie_beyond_its_ends() -> None:
    assert lengths.foot_on_line((20, 7), (0, 3), (5, 3)).tolist() == [20, 3]
    with pytest.raises(ValueError, match="no length"):
        lengths.foot_on_line((1, 1), (2, 2), (2, 2))


def test_that_the_area_of_a_polygon_keeps_its_digits_far_from_the_origin() -> None:
    square = np.array([(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)]) + 1e7
    assert lengths.polygon_area(square) == pytest.approx(0.25, rel=1e-5)
    assert lengths.polygon_area(square[::-1] - 1e7) == 0.25


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    # The perimeter of half axes 5 and 3 is 25.526998863398124 (E(m) of published tables); of none, twice a line.
    [(1, 1, 2 * math.pi), (5, 3, 25.526998863398124), (3, 5, 25.526998863398124), (2, 0, 8), (0, 0, 0)],
)
def test_that_the_perimeter_of_an_ellipse_is_exact(first: float, second: float, expected: float) -> None:
    assert lengths.ellipse_perimeter(first, second) == pytest.approx(expected, rel=1e-14)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_that_the_perimeter_of_an_ellipse_is_that_of_a_polygon_of_many_corners(first: float, second: float) -> None:
    angles = np.linspace(0, 2 * np.pi, 5_000, endpoint=False)
    ring = np.column_stack([first * np.cos(angles), second * np.sin(angles)])
    assert lengths.ellipse_perimeter(first, second) == pytest.approx(lengths.perimeter(ring), rel=1e-5)
    assert lengths.ellipse_area(first, second) == pytest.approx(lengths.polygon_area(ring), rel=1e-5)


def test_that_half_axes_are_found_from_conjugate_diameters() -> None:
    angles = np.radians([20, 110])
    first, second = (np.array([7 * np.cos(angle), 4 * np.sin(angle)]) for angle in angles)
    assert lengths.half_axes(first, second) == pytest.approx((7, 4))


def test_that_a_line_that_crosses_itself_is_found() -> None:
    assert lengths.crosses_itself([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert not lengths.crosses_itself([(0, 0), (10, 0), (10, 10), (0, 10)])
    assert not lengths.crosses_itself([(0, 0), (10, 0), (5, 5)])
    touching = [(0, 0), (10, 0), (5, 5), (10, 10), (0, 10), (5, 5)]
    assert not lengths.crosses_itself(touching)


@given(st.lists(point, min_size=4, max_size=12, unique=True))
def test_that_crossings_are_those_found_pair_by_pair(ring: list[tuple[float, float]]) -> None:
    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    turns = [side(a, b, c) for a, b in edges for c in ring if c not in (a, b)]
    assume(all(abs(turn) > 1e-6 for turn in turns))
    expected = any(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for at, (a, b) in enumerate(edges)
        for c, d in edges[at + 1 :]
        if not {a, b} & {c, d}
    )
    assert lengths.crosses_itself(ring) == expected


def test_that_a_width_is_across_a_direction() -> None:
    assert lengths.width_across([(0, 0), (10, 0), (10, 3), (0, 3)], (5, 0)) == 3
    assert lengths.width_across([(0, 0), (10, 0)], (0, 0)) == 0

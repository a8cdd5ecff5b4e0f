"""Paths have the length of their curve, and a frame that does not turn about them."""

import math

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.volume.paths import path_through


def helix(turns: float, points: int, *, radius_mm: float = 20.0, rise_mm: float = 15.0) -> np.ndarray:
    angle = np.linspace(0, 2 * math.pi * turns, points)
    return np.column_stack([radius_mm * np.cos(angle), radius_mm * np.sin(angle), rise_mm * angle / (2 * math.pi)])


def test_a_helix_has_its_length_from_few_points() -> None:
    true_mm = 2 * math.hypot(2 * math.pi * 20, 15)
    assert path_through(helix(2, 25), step_mm=0.5).length_mm == pytest.approx(true_mm, rel=0.002)
    assert path_through(helix(2, 400), step_mm=0.5).length_mm == pytest.approx(true_mm, rel=2e-5)


def test_a_straight_line_is_its_distance_and_has_equal_steps() -> None:
    path = path_through([(0, 0, 0), (3, 4, 0)], step_mm=0.4)
    assert path.length_mm == pytest.approx(5)
    assert path.step_mm <= 0.4
    assert np.linalg.norm(np.diff(path.points_lps, axis=0), axis=1) == pytest.approx(path.step_mm)


def test_steps_are_equal_along_a_curve() -> None:
    path = path_through(helix(1, 12), step_mm=1.0)
    assert np.linalg.norm(np.diff(path.points_lps, axis=0), axis=1) == pytest.approx(path.step_mm, rel=1e-3)


def test_a_path_goes_through_its_points() -> None:
    points = np.array([(0, 0, 0), (10, 5, 2), (20, -5, 4), (30, 5, 6)], float)
    path = path_through(points, step_mm=0.05)
    for point in points:
        assert np.min(np.linalg.norm(path.points_lps - point, axis=1)) < 0.03


def test_normals_of_a_path_in_a_plane_stay_where_curvature_changes_its_sign() -> None:
    x = np.linspace(0, 60, 40)
    path = path_through(np.column_stack([x, 10 * np.sin(x / 6), np.full_like(x, 7.0)]), step_mm=0.5)
    assert path.normals_lps == pytest.approx(np.broadcast_to([0.0, 0.0, 1.0], path.normals_lps.shape), abs=1e-9)


def test_the_frame_is_orthonormal_and_never_jumps() -> None:
    path = path_through(helix(3, 60), step_mm=0.5)
    for one, other in (
        (path.tangents_lps, path.normals_lps),
        (path.normals_lps, path.binormals_lps),
        (path.tangents_lps, path.binormals_lps),
    ):
        assert np.sum(one * other, axis=1) == pytest.approx(0, abs=1e-9)
    neighbours = np.sum(path.normals_lps[1:] * path.normals_lps[:-1], axis=1)
    assert neighbours.min() > 0.998  # 0.5 mm of a circle of 20 mm are 1.4 degrees


def test_a_place_between_two_points_lies_on_the_curve_and_at_the_points_it_is_they() -> None:
    path = path_through(helix(1, 60, radius_mm=8.0), step_mm=1.0)
    speed = math.hypot(8.0, 15.0 / (2 * math.pi))
    for at in np.linspace(10.0, 40.0, 31):
        angle, place = at / speed, path.at(at)
        true = np.array([8 * math.cos(angle), 8 * math.sin(angle), 15 * angle / (2 * math.pi)])
        assert np.linalg.norm(place.point_lps - true) < 0.003  # a chord of 1 mm is away by 0.016
        way = np.array([-8 * math.sin(angle), 8 * math.cos(angle), 15 / (2 * math.pi)]) / speed
        assert place.tangent_lps @ way > 1 - 1e-5
        frame = np.array([place.tangent_lps, place.normal_lps, place.binormal_lps])
        assert frame @ frame.T == pytest.approx(np.eye(3), abs=1e-9)
    place = path.at(7 * path.step_mm)
    assert place.point_lps == pytest.approx(path.points_lps[7])
    assert place.normal_lps == pytest.approx(path.normals_lps[7])
    assert path.at(-5.0).point_lps == pytest.approx(path.points_lps[0])
    assert path.at(1e6).point_lps == pytest.approx(path.points_lps[-1])


def test_a_path_that_turns_back_on_itself_has_a_direction_everywhere() -> None:
    path = path_through([(0, 0, 0), (10, 0, 0), (0, 0, 0)], step_mm=1.0, is_straight=True)
    for at in np.linspace(0.0, path.length_mm, 81):
        place = path.at(float(at))
        assert np.linalg.norm(place.tangent_lps) == pytest.approx(1.0)
        assert np.linalg.norm(place.normal_lps) == pytest.approx(1.0)


def test_the_frame_turns_about_a_helix_by_its_torsion() -> None:
    """Against the Frenet frame a rotation-minimising one turns by the integral of the torsion, c / (r^2 + c^2)."""
    path = path_through(helix(1, 400), step_mm=0.05, normal_lps=(-1, 0, 0))
    centre = np.column_stack([-path.points_lps[:, 0], -path.points_lps[:, 1], np.zeros(len(path.points_lps))])
    frenet = centre / np.linalg.norm(centre, axis=1, keepdims=True)
    angle = np.arctan2(
        np.sum(path.normals_lps * np.cross(path.tangents_lps, frenet), axis=1),
        np.sum(path.normals_lps * frenet, axis=1),
    )
    turned = np.unwrap(angle)
    pitch = 15 / (2 * math.pi)
    torsion = pitch / (20**2 + pitch**2)
    assert turned[-5] - turned[5] == pytest.approx(-torsion * path.step_mm * (len(turned) - 10), rel=0.01)


@pytest.mark.parametrize("points", [[(1, 2, 3)], [(1, 2, 3), (1, 2, 3)], [(1, 2, 3), (math.nan, 0, 0)]])
def test_what_is_no_path_is_refused(points: list[tuple[float, float, float]]) -> None:
    with pytest.raises(UserError):
        path_through(points, step_mm=1)


def test_a_path_that_turns_back_on_itself_has_a_frame_everywhere() -> None:
    path = path_through([(0, 0, 0), (10, 0, 0), (0, 0, 0)], step_mm=1, is_straight=True)
    assert np.isfinite(path.normals_lps).all()
    assert np.linalg.norm(path.tangents_lps, axis=1) == pytest.approx(1)

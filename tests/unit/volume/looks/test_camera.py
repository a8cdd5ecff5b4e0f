"""A camera's angles are those about the patient, and points are seen where projection says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.model.geometry import VolumeGrid
from workstation.volume.looks.camera import SIDES, Box, Camera, Side, axes_of, box_of, camera_towards, sight

BOX = Box((-100.0, -100.0, -200.0), (100.0, 100.0, 200.0))
LEFT, BACK, HEAD = np.eye(3)


@pytest.mark.parametrize(
    ("side", "right", "up", "toward"),
    [
        ("front", LEFT, HEAD, -BACK),
        ("back", -LEFT, HEAD, BACK),
        ("left", BACK, HEAD, LEFT),
        ("right", -BACK, HEAD, -LEFT),
        ("head", LEFT, BACK, HEAD),
        ("feet", LEFT, -BACK, -HEAD),
    ],
)
def test_each_side_of_the_patient_is_seen_as_radiologists_expect(
    side: Side, right: np.ndarray, up: np.ndarray, toward: np.ndarray
) -> None:
    axes = axes_of(Camera(*SIDES[side]))
    np.testing.assert_allclose(axes, (right, up, toward), atol=1e-12)


@given(st.floats(-360, 360), st.floats(-90, 90), st.floats(-180, 180))
def test_the_axes_of_a_picture_are_a_right_handed_frame(azimuth: float, elevation: float, roll: float) -> None:
    right, up, toward = map(np.asarray, axes_of(Camera(azimuth, elevation, roll)))
    np.testing.assert_allclose(np.cross(right, up), toward, atol=1e-9)


def test_a_roll_turns_the_picture_against_the_clock() -> None:
    front, rolled = sight(Camera(), BOX, (101, 101)), sight(Camera(roll_deg=90), BOX, (101, 101))
    above = [(0.0, 0.0, 50.0)]
    assert front.seen_at(above, (101, 101))[0, 1] < 50  # row: towards the top
    assert rolled.seen_at(above, (101, 101))[0, 0] < 50  # column: towards the left


def test_what_is_nearer_is_larger_with_a_perspective_and_not_without() -> None:
    near, far = (50.0, -80.0, 0.0), (50.0, 80.0, 0.0)
    plain = sight(Camera(), BOX, (200, 200)).seen_at([near, far], (200, 200))
    deep = sight(Camera(perspective_deg=40), BOX, (200, 200)).seen_at([near, far], (200, 200))
    assert plain[0, 0] == pytest.approx(plain[1, 0])
    assert deep[0, 0] > plain[0, 0] > deep[1, 0]


def test_points_behind_an_eye_in_the_volume_are_seen_nowhere() -> None:
    view = sight(Camera(perspective_deg=90, eye_lps=(0.0, 0.0, 0.0)), BOX, (100, 100))
    seen = view.seen_at([(0.0, 10.0, 10.0), (0.0, -10.0, 0.0)], (100, 100))
    assert seen[0, 0] == pytest.approx(49.5)
    assert seen[0, 1] == pytest.approx(-0.5)  # 45 degrees up are the upper side of the picture
    assert np.isnan(seen[1]).all()


@pytest.mark.parametrize("camera", [Camera(33, 21, 10, 1.5), Camera(-70, -15, 0, 0.7, (5.0, 6.0, 7.0), 35)])
def test_the_matrix_of_a_projection_says_the_same(camera: Camera) -> None:
    view, points = sight(camera, BOX, (320, 200)), np.random.default_rng(1).uniform(-90, 90, (20, 3))
    projected = np.column_stack([points, np.ones(20)]) @ view.projection((320, 200)).T
    np.testing.assert_allclose(projected[:, :2] / projected[:, 2:], view.seen_at(points, (320, 200)), atol=1e-9)


def test_zoom_one_shows_all_of_the_patient_from_every_side() -> None:
    for angles in SIDES.values():
        for size in ((300, 300), (400, 200), (200, 400)):
            seen = sight(Camera(*angles), BOX, size).seen_at([BOX.low_lps, BOX.high_lps], size)
            assert (seen >= -0.5).all()
            assert (seen <= np.asarray(size) - 0.5).all()


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_a_camera_towards_a_direction_looks_there_with_the_head_up(x: float, y: float, z: float) -> None:
    if math.hypot(x, y, z) < 1e-3:
        return
    right, _up, toward = axes_of(camera_towards((x, y, z)))
    np.testing.assert_allclose(np.asarray(toward) * -math.hypot(x, y, z), (x, y, z), atol=1e-6)
    assert right[2] == pytest.approx(0, abs=1e-6)


def test_the_box_of_a_tilted_volume_holds_all_its_voxels() -> None:
    affine = np.array([[0.5, 0, 0, -10], [0, 0.5, 1.0, -20], [0, 0, 3.0, 5], [0, 0, 0, 1]])
    box = box_of(VolumeGrid(affine, (11, 21, 41)))
    np.testing.assert_allclose(box.low_lps, (-10.25, -20.75, 3.5))
    np.testing.assert_allclose(box.high_lps, (10.25, 0.75, 36.5))


@pytest.mark.parametrize(
    "wrong", [{"zoom": 0}, {"azimuth_deg": math.nan}, {"perspective_deg": 180}, {"eye_lps": (0.0, 0.0, 0.0)}]
)
def test_what_is_no_camera_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"camera|perspective"):
        Camera(**wrong)  # type: ignore[arg-type]


def test_turning_stops_above_the_head() -> None:
    turned = Camera(170, 80).turned(20, 30)
    assert (turned.azimuth_deg, turned.elevation_deg) == (-170, 90)

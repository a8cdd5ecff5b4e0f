"""Every pixel of a curved plane has its place in the patient, and lengths along it are those of the path."""

import math

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.model.geometry import Plane, image_to_lps
from workstation.volume.cutting.curved_planes import cross_section, straightened, stretched
from workstation.volume.paths import path_through


def arc(*, rise_mm: float = 0.0) -> np.ndarray:
    """Half a circle of 30 mm, as a jaw; it rises towards its end."""
    angle = np.linspace(0, math.pi, 60)
    return np.column_stack([30 * np.cos(angle), -30 * np.sin(angle), rise_mm * angle / math.pi])


def test_the_path_is_the_middle_of_its_straightened_picture() -> None:
    path = path_through(arc(rise_mm=20), step_mm=0.5)
    layout = straightened(path, width_mm=40, spacing_mm=0.5)
    assert layout.columns == 81
    for row in (0, 30, len(path.points_lps) - 1):
        assert layout.point_lps((layout.path_column[row], row)) == pytest.approx(path.points_lps[row])
        ends = [np.array(layout.point_lps((column, row))) for column in (0, 80)]
        assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(40)
        assert (ends[1] - ends[0]) @ path.tangents_lps[row] == pytest.approx(0, abs=1e-9)


def test_rows_of_a_straightened_picture_turn_about_the_path() -> None:
    path = path_through(arc(), step_mm=1)
    plain, turned = (straightened(path, width_mm=10, spacing_mm=1, turn_deg=angle) for angle in (0, 90))
    assert turned.across_lps == pytest.approx(path.binormals_lps)
    assert plain.through_lps == pytest.approx(path.binormals_lps)


def test_a_panorama_is_rolled_out_without_changing_lengths() -> None:
    path = path_through(arc(rise_mm=20), step_mm=0.5)
    layout = stretched(path, across_lps=(0, 0, 2), width_mm=50, spacing_mm=0.5)
    assert (len(layout.starts_lps) - 1) * layout.spacing.between_rows == pytest.approx(30 * math.pi, rel=1e-4)
    assert (layout.columns - 1) * 0.5 == pytest.approx(70, abs=0.5)
    rows = np.arange(len(layout.starts_lps))
    drawn = np.column_stack([layout.path_column * 0.5, rows * layout.spacing.between_rows])
    on_picture = np.linalg.norm(np.diff(drawn, axis=0), axis=1).sum()
    assert on_picture == pytest.approx(path.length_mm, rel=1e-4)
    for row in (0, 50, len(rows) - 1):
        place = layout.point_lps((layout.path_column[row], row))
        assert np.min(np.linalg.norm(path.points_lps - place, axis=1)) < 0.3


def test_a_slab_of_a_panorama_reaches_through_the_jaw() -> None:
    layout = stretched(path_through(arc(), step_mm=0.5), across_lps=(0, 0, 1), width_mm=10, spacing_mm=0.5)
    middle = len(layout.starts_lps) // 2
    assert abs(layout.through_lps[middle]) == pytest.approx((0, 1, 0), abs=0.01)


def test_a_path_that_turns_back_as_it_is_seen_is_rolled_out_there_too() -> None:
    angle = np.linspace(-math.pi / 2, math.pi / 2, 9)
    bow = np.column_stack([30 * np.cos(angle), np.zeros(9), 30 * np.sin(angle)])
    layout = stretched(path_through(bow, step_mm=0.5), across_lps=(0, 0, 1), width_mm=10, spacing_mm=0.5)
    assert (len(layout.starts_lps) - 1) * layout.spacing.between_rows == pytest.approx(60, rel=1e-3)
    assert np.abs(layout.through_lps) == pytest.approx(np.tile((0, 1, 0), (len(layout.through_lps), 1)), abs=1e-6)


def test_a_path_along_the_rows_cannot_be_rolled_out() -> None:
    path = path_through([(0, 0, 0), (0, 0, 50)], step_mm=1)
    with pytest.raises(UserError, match="direction of the rows"):
        stretched(path, across_lps=(0, 0, 1), width_mm=20, spacing_mm=1)


def test_a_cross_section_is_at_right_angles_and_has_the_path_in_its_middle() -> None:
    path = path_through(arc(rise_mm=5), step_mm=0.5)
    plane = cross_section(path, 20.0, width_mm=30, spacing_mm=0.5, frame_uid="1.2")
    assert isinstance(plane, Plane)
    assert plane.frame_of_reference_uid == "1.2"
    assert image_to_lps(plane, [(30, 30)])[0] == pytest.approx(path.at(20.0).point_lps)
    normal = np.cross(plane.along_row_lps, plane.along_column_lps)
    assert normal == pytest.approx(path.at(20.0).tangent_lps)

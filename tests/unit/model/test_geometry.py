"""The pixel-centre rule, index order and array order, on planes and grids of every kind."""

import math
import subprocess
import sys

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    VolumeGrid,
    directions,
    grid_of_planes,
    ijk_to_lps,
    image_to_lps,
    lps_to_ijk,
    lps_to_image,
    offset_mm,
    plane_normal_lps,
    point_to_lps,
    slice_plane,
    tilt_deg,
    unit,
    voxel_size_mm,
    voxel_volume_mm3,
)
from workstation.model.slice_spacing import slice_spacing
from workstation.phantoms import small

angles = st.floats(-180, 180)
lengths = st.floats(0.05, 10)
places = st.floats(-1000, 1000)


def rotation(a: float, b: float, c: float) -> NDArray[np.float64]:
    turn = SimpleITK.Euler3DTransform()
    turn.SetRotation(math.radians(a), math.radians(b), math.radians(c))
    return np.array(turn.GetMatrix()).reshape(3, 3)


def vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def plane(origin: Vector, turn: NDArray[np.float64], rows_mm: float = 1.0, columns_mm: float = 1.0) -> Plane:
    spacing = Spacing(rows_mm, columns_mm, SpacingSource.PIXEL_SPACING)
    return Plane(origin, vector(turn[:, 0]), vector(turn[:, 1]), spacing, "1.2.3")


AXIAL = plane((-100.0, -80.0, 30.0), np.eye(3), 0.8, 0.5)


def test_that_the_first_pixel_of_an_image_has_its_centre_at_image_position() -> None:
    np.testing.assert_allclose(image_to_lps(AXIAL, [(0, 0)]), [(-100, -80, 30)])


def test_that_columns_run_along_the_row_direction_with_the_second_value_of_pixel_spacing() -> None:
    np.testing.assert_allclose(image_to_lps(AXIAL, [(1, 0)]), [(-99.5, -80, 30)])
    np.testing.assert_allclose(image_to_lps(AXIAL, [(0, 1)]), [(-100, -79.2, 30)])


def test_that_the_normal_of_an_axial_plane_points_to_the_head() -> None:
    assert plane_normal_lps(AXIAL) == (0, 0, 1)


def test_that_a_point_above_the_plane_has_a_positive_distance() -> None:
    points, distances = lps_to_image(AXIAL, [(-99.0, -78.4, 33.0), (-100, -80, 28)])
    np.testing.assert_allclose(points, [(2, 2), (0, 0)], atol=1e-9)
    np.testing.assert_allclose(distances, [3, -2])


@given(angles, angles, angles, st.tuples(places, places, places), lengths, lengths, st.tuples(places, places))
def test_that_image_points_survive_the_way_to_the_patient_and_back(
    a: float, b: float, c: float, origin: Vector, rows_mm: float, columns_mm: float, point: tuple[float, float]
) -> None:
    oblique = plane(origin, rotation(a, b, c), rows_mm, columns_mm)
    points, distances = lps_to_image(oblique, image_to_lps(oblique, [point]))
    np.testing.assert_allclose(points, [point], atol=1e-6)
    np.testing.assert_allclose(distances, [0], atol=1e-6)


@given(angles, angles, angles, st.tuples(places, places, places), lengths, lengths, lengths)
def test_that_a_grid_places_voxels_where_simpleitk_does(
    a: float, b: float, c: float, origin: Vector, rows_mm: float, columns_mm: float, step_mm: float
) -> None:
    turn = rotation(a, b, c)
    first = plane(origin, turn, rows_mm, columns_mm)
    last = plane(vector(np.array(origin) + turn[:, 2] * step_mm * 7), turn, rows_mm, columns_mm)
    grid = grid_of_planes(first, last, shape_kji=(8, 5, 6))
    image = SimpleITK.Image([6, 5, 8], SimpleITK.sitkUInt8)
    image.SetOrigin(origin)
    image.SetSpacing((columns_mm, rows_mm, step_mm))
    image.SetDirection(turn.ravel().tolist())
    for ijk in ((0, 0, 0), (5, 0, 0), (0, 4, 0), (0, 0, 7), (2.25, 3.5, 6.75)):
        expected = image.TransformContinuousIndexToPhysicalPoint([float(x) for x in ijk])
        np.testing.assert_allclose(ijk_to_lps(grid, [ijk])[0], expected, atol=1e-6)
        np.testing.assert_allclose(lps_to_ijk(grid, [expected])[0], ijk, atol=1e-6)
    np.testing.assert_allclose(voxel_size_mm(grid), (columns_mm, rows_mm, step_mm), rtol=1e-6)
    assert voxel_volume_mm3(grid) == pytest.approx(columns_mm * rows_mm * step_mm, rel=1e-6)


def test_that_a_tilted_grid_shears_and_its_voxels_lose_volume() -> None:
    tilted = plane((0.0, 0.0, 0.0), rotation(20, 0, 0))
    above = plane((0.0, 0.0, 30.0), rotation(20, 0, 0))
    assert tilt_deg(tilted, above) == pytest.approx(20)
    grid = grid_of_planes(tilted, above, shape_kji=(11, 4, 4))
    np.testing.assert_allclose(ijk_to_lps(grid, [(0, 0, 5)]), [(0, 0, 15)], atol=1e-9)
    assert voxel_volume_mm3(grid) == pytest.approx(3 * math.cos(math.radians(20)))


def test_that_tilt_is_the_same_from_above_and_below_and_none_for_one_plane() -> None:
    low, high = plane((0, 0, 0), rotation(0, 15, 0)), plane((0, 0, 9), rotation(0, 15, 0))
    assert tilt_deg(low, high) == pytest.approx(tilt_deg(high, low)) == pytest.approx(15)
    assert tilt_deg(low, low) == 0


@pytest.mark.parametrize("name", [name for name in small.names() if name not in ("gapped", "uneven")])
def test_that_the_marker_of_each_phantom_is_found_in_its_slice(name: str) -> None:
    truth = small.volume(name)
    k, j, i = truth.marker_kji
    points, distances = lps_to_image(slice_plane(truth.grid, k), [truth.marker_lps])
    np.testing.assert_allclose(points, [(i, j)], atol=1e-3)
    np.testing.assert_allclose(distances, [0], atol=1e-3)


def test_that_a_single_slice_gets_a_step_along_its_normal() -> None:
    grid = grid_of_planes(AXIAL, AXIAL, shape_kji=(1, 4, 4))
    np.testing.assert_allclose(grid.affine_lps[:3, 2], (0, 0, 1))


def test_that_a_grid_keeps_its_frame_of_reference() -> None:
    grid = VolumeGrid(np.eye(4), (2, 2, 2), "1.2.3")
    assert slice_plane(grid, 1).frame_of_reference_uid == "1.2.3"


@pytest.mark.parametrize(
    "orientation",
    [
        (0, 0, 0, 0, 1, 0),
        (1, 0, 0, 1, 0, 0),
        (1, 0, 0, 0.5, 1, 0),
        (math.nan, 0, 0, 0, 1, 0),
        (1, 0, 0, 0, math.inf, 0),
    ],
)
def test_that_values_that_span_no_plane_are_no_directions(
    orientation: tuple[float, float, float, float, float, float],
) -> None:
    assert directions(orientation) is None


def test_that_rounded_directions_are_made_unit_vectors() -> None:
    found = directions((0.9999, 0.0, 0.0, 0.0, 0.9483, -0.3173))
    assert found is not None
    for each in found:
        assert math.hypot(*each) == pytest.approx(1, abs=1e-12)


def test_that_nothing_has_no_direction() -> None:
    with pytest.raises(ValueError, match="no direction"):
        unit((0.0, 0.0, 0.0))


def test_that_positions_count_along_the_normal() -> None:
    turned = plane((10.0, 20.0, 30.0), np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], float))
    assert plane_normal_lps(turned) == (1, 0, 0)
    assert offset_mm(turned) == 10


def test_that_even_spacing_gives_the_mean_step() -> None:
    spacing = slice_spacing([0.0, 2.5, 5.0, 7.5002])
    assert spacing.is_even
    assert spacing.step_mm == pytest.approx(2.50007, abs=1e-4)
    assert spacing.gaps == ()


def test_that_errors_that_add_up_are_uneven_although_each_step_is_nearly_right() -> None:
    heights = np.cumsum([1.0] * 30 + [1.06] * 30)
    assert not slice_spacing(heights.tolist()).is_even


def test_that_gaps_are_whole_steps() -> None:
    spacing = slice_spacing([0.0, 1.0, 2.0, 4.0, 5.0, 6.0])
    assert (spacing.is_even, spacing.step_mm, spacing.gaps) == (False, 1.0, ((2, 1),))
    assert spacing.grid_step_mm == pytest.approx(1)


def test_that_uneven_distances_are_no_gaps() -> None:
    spacing = slice_spacing([0.0, 1.08, 5.08, 12.08])
    assert spacing.gaps == ()
    assert spacing.grid_step_mm is None
    assert spacing.smallest_mm == pytest.approx(1.08)
    assert spacing.largest_mm == pytest.approx(7)


@pytest.mark.parametrize("heights", [[], [3.0]])
def test_that_fewer_than_two_planes_have_no_step(heights: list[float]) -> None:
    assert slice_spacing(heights).step_mm == 0
    assert slice_spacing(heights).is_even


@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=40))
def test_that_what_is_said_about_distances_holds(steps: list[float]) -> None:
    heights = np.concatenate([[0.0], np.cumsum(steps)]).tolist()
    spacing = slice_spacing(heights)
    assert spacing.smallest_mm <= spacing.step_mm * (1 + 1e-9)
    assert spacing.step_mm <= spacing.largest_mm * (1 + 1e-9)
    if spacing.grid_step_mm is not None:
        places_in_grid = np.array(heights) / spacing.grid_step_mm
        assert np.abs(places_in_grid - np.rint(places_in_grid)).max() <= 0.21
    for index, count in spacing.gaps:
        assert count >= 1
        assert steps[index] > spacing.smallest_mm


def test_that_headers_can_be_read_without_numpy() -> None:
    code = "import sys, workstation.model.geometry; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_that_one_point_is_converted_as_many_are() -> None:
    plane = Plane((-3.0, 7.5, 11.0), unit((1.0, 0.2, -0.1)), unit((-0.2, 1.0, 0.0)), Spacing(0.8, 0.5), "1.9")
    for point in ((0.0, 0.0), (-4.25, 17.0), (300.0, 2.5)):
        np.testing.assert_allclose(point_to_lps(plane, point), image_to_lps(plane, [point])[0], rtol=1e-14)

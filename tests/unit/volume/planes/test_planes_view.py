"""Planes through a point of a volume, dragged, turned, made thick: nothing but geometry."""

import math
from dataclasses import replace

import numpy as np
import pytest

from workstation.model.geometry import Vector, VolumeGrid, cross, dot, ijk_to_lps, lps_to_ijk
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName
from workstation.volume.inside import is_inside, middle_of, nearest_inside, share_inside
from workstation.volume.planes import planes_view
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView, first_view, others


def grid_of(
    *,
    spacing: Vector = (0.8, 0.8, 2.0),
    shape: tuple[int, int, int] = (40, 64, 96),
    turn: float = 0.0,
    shear: float = 0.0,
) -> VolumeGrid:
    """Make a grid about the point (10, -20, 30); turned about the axis to the head, and sheared as by a gantry."""
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    axes = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]]) * np.array(spacing)
    axes[1, 2] = shear
    affine = np.eye(4)
    affine[:3, :3] = axes
    middle = (np.array(shape[::-1]) - 1) / 2
    affine[:3, 3] = np.array((10.0, -20.0, 30.0)) - axes @ middle
    return VolumeGrid(affine, shape, "1.2.3")


GRID = grid_of()


def normals(view: PlanesView) -> dict[PlaneName, Vector]:
    return {name: view.plane(name).normal_lps for name in PLANE_NAMES}


def are_square(view: PlanesView) -> bool:
    """Tell whether all three planes stand at right angles, and rows to columns in each of them."""
    found = normals(view)
    between = [abs(dot(found[one], found[other])) for one in PLANE_NAMES for other in others(one)]
    within = [abs(dot(view.plane(name).along_row_lps, view.plane(name).along_column_lps)) for name in PLANE_NAMES]
    lengths = [abs(math.hypot(*view.plane(name).normal_lps) - 1) for name in PLANE_NAMES]
    return max(*between, *within, *lengths) < 1e-9


def on_screen(view: PlanesView, name: PlaneName, point: Vector) -> tuple[float, float]:
    """Give where a point is seen from the middle of a pane, in mm to the right and down."""
    look = view.plane(name)
    away = tuple(a - b for a, b in zip(point, look.centre_lps, strict=True))
    return dot((away[0], away[1], away[2]), look.along_row_lps), dot((away[0], away[1], away[2]), look.along_column_lps)


def test_that_planes_begin_as_those_of_the_patient_through_the_middle() -> None:
    view = first_view("v", GRID)
    assert view.cross_lps == pytest.approx((10, -20, 30))
    assert normals(view) == {"axial": (0, 0, 1), "sagittal": (-1, 0, 0), "coronal": (0, 1, 0)}
    assert are_square(view)
    assert view.plane("sagittal").along_row_lps == (0, 1, 0), "the front is at the left"
    assert view.plane("coronal").along_column_lps == (0, 0, -1), "the head is at the top"


def test_that_a_point_outside_is_brought_to_the_nearest_one_inside() -> None:
    assert nearest_inside(GRID, (10.0, -20.0, 31.0)) == (10.0, -20.0, 31.0)
    far = nearest_inside(GRID, (1000.0, -20.0, 31.0))
    assert far == pytest.approx((10 + 0.8 * 95 / 2, -20, 31))
    assert first_view("v", GRID, cross_lps=(0.0, 0.0, -999.0)).cross_lps[2] == pytest.approx(30 - 39)


def test_that_the_inside_reaches_half_a_voxel_beyond_the_centres_of_a_sheared_volume() -> None:
    grid = grid_of(shear=0.6)
    corner = ijk_to_lps(grid, [(95.49, 63.49, 39.49)])[0]
    beyond = ijk_to_lps(grid, [(95.51, 63.0, 39.0)])[0]
    assert is_inside(grid, (float(corner[0]), float(corner[1]), float(corner[2])))
    assert not is_inside(grid, (float(beyond[0]), float(beyond[1]), float(beyond[2])))


def test_that_a_plane_scrolls_along_its_normal_and_stops_at_the_end() -> None:
    view = first_view("v", GRID)
    moved = planes_view.scrolled(view, GRID, "axial", 4.0)
    assert moved.cross_lps == pytest.approx((10, -20, 34))
    end = planes_view.scrolled(moved, GRID, "axial", 1e6)
    assert end.cross_lps == pytest.approx((10, -20, 30 + 39))
    assert planes_view.scrolled(end, GRID, "axial", 1.0).cross_lps == pytest.approx(end.cross_lps)
    assert planes_view.scrolled(end, GRID, "axial", -1.0).cross_lps == pytest.approx((10, -20, 68))


def test_that_an_oblique_plane_stops_where_the_cross_hair_would_leave_the_volume() -> None:
    view = planes_view.line_turned(first_view("v", GRID), "axial", "coronal", 30.0)
    end = planes_view.scrolled(view, GRID, "coronal", 1e6)
    index = lps_to_ijk(GRID, [end.cross_lps])[0]
    assert is_inside(GRID, end.cross_lps)
    assert min(abs(index[0]), abs(index[0] - 95), abs(index[1]), abs(index[1] - 63)) < 1e-6
    away = np.subtract(end.cross_lps, view.cross_lps)
    assert np.cross(away, view.coronal.normal_lps) == pytest.approx([0, 0, 0], abs=1e-6)
    assert share_inside(GRID, view.cross_lps, (0.0, 0.0, 0.0)) == 1.0


def test_that_dragging_the_cross_hair_moves_the_two_other_planes() -> None:
    view = planes_view.with_cross(first_view("v", GRID), GRID, (14.0, -26.0, 30.0))
    assert view.cross_lps == (14.0, -26.0, 30.0)
    assert normals(view) == normals(first_view("v", GRID))


def test_that_dragging_a_line_moves_its_plane_alone() -> None:
    view = first_view("v", GRID)
    moved = planes_view.line_dragged(view, GRID, "axial", "sagittal", (17.0, -3.0, 30.0))
    assert moved.cross_lps == pytest.approx((17, -20, 30)), "along the line it may be taken anywhere"


def test_that_dragging_a_line_leaves_the_third_plane_where_it_is_at_any_angle() -> None:
    view = planes_view.locked(first_view("v", GRID), on=False)
    view = planes_view.line_turned(view, "axial", "sagittal", 25.0)
    before = dot(view.cross_lps, view.coronal.normal_lps)
    moved = planes_view.line_dragged(view, GRID, "axial", "sagittal", (18.0, -22.0, 30.0))
    assert dot(moved.cross_lps, moved.coronal.normal_lps) == pytest.approx(before)
    assert moved.cross_lps[2] == pytest.approx(30)
    away = tuple(a - b for a, b in zip((18.0, -22.0, 30.0), moved.cross_lps, strict=True))
    assert dot((away[0], away[1], away[2]), moved.sagittal.normal_lps) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seen_in", PLANE_NAMES)
def test_that_turning_a_line_turns_the_two_others_about_the_normal_of_the_plane(seen_in: PlaneName) -> None:
    view = first_view("v", GRID)
    of, third = others(seen_in)
    turned = planes_view.line_turned(view, seen_in, of, 20.0)
    assert turned.plane(seen_in) == view.plane(seen_in)
    axis = view.plane(seen_in).normal_lps
    for name in (of, third):
        before, after = view.plane(name).normal_lps, turned.plane(name).normal_lps
        assert dot(before, after) == pytest.approx(math.cos(math.radians(20)))
        assert dot(cross(before, after), axis) == pytest.approx(math.sin(math.radians(20)))
        assert dot(after, axis) == pytest.approx(0, abs=1e-12)
    assert are_square(turned)
    assert turned.cross_lps == view.cross_lps


def test_that_a_positive_turn_is_clockwise_in_the_picture() -> None:
    view = first_view("v", GRID)
    turned = planes_view.line_turned(view, "axial", "coronal", 10.0)
    right, down = (dot(turned.coronal.along_row_lps, each) for each in DIRECTIONS_LPS["axial"])
    assert math.degrees(math.atan2(down, right)) == pytest.approx(10)


def test_that_free_planes_turn_alone() -> None:
    view = planes_view.locked(first_view("v", GRID), on=False)
    turned = planes_view.line_turned(view, "axial", "coronal", 20.0)
    assert turned.sagittal == view.sagittal
    assert planes_view.angle_between_deg(turned, "sagittal", "coronal") == pytest.approx(70)
    assert planes_view.leaning_deg(turned, "coronal") == pytest.approx(20)
    assert planes_view.leaning_deg(turned, "sagittal") == pytest.approx(0)


def test_that_locking_again_brings_all_to_right_angles_and_leaves_the_active_one() -> None:
    view = planes_view.locked(first_view("v", GRID), on=False)
    view = planes_view.line_turned(view, "axial", "coronal", 20.0)
    view = planes_view.line_turned(view, "coronal", "sagittal", 11.0)
    view = planes_view.line_turned(view, "sagittal", "axial", -17.0)
    assert not are_square(view)
    squared = planes_view.locked(replace(view, active="coronal"), on=True)
    assert are_square(squared)
    assert squared.coronal == view.coronal
    assert all(dot(normals(squared)[name], normals(view)[name]) > 0.7 for name in PLANE_NAMES), "none is turned over"


def test_that_double_oblique_planes_stay_square_through_many_turns() -> None:
    view = first_view("v", GRID)
    for number in range(300):
        seen_in = PLANE_NAMES[number % 3]
        view = planes_view.line_turned(view, seen_in, others(seen_in)[number % 2], 7.3)
    assert are_square(view)


def test_that_the_cross_hair_stays_where_it_is_on_the_screen_while_planes_turn() -> None:
    view = planes_view.with_cross(first_view("v", GRID), GRID, (30.0, -12.0, 41.0))
    turned = planes_view.line_turned(view, "axial", "coronal", 33.0)
    turned = planes_view.line_turned(turned, "coronal", "axial", -12.0)
    for name in PLANE_NAMES:
        assert on_screen(turned, name, view.cross_lps) == pytest.approx(on_screen(view, name, view.cross_lps))


@pytest.mark.parametrize("name", PLANE_NAMES)
def test_that_a_line_lies_where_both_planes_are(name: PlaneName) -> None:
    view = planes_view.line_turned(first_view("v", GRID), "axial", "coronal", 33.0)
    for other in others(name):
        along = planes_view.line_direction(view, name, other)
        assert along is not None
        assert dot(along, view.plane(name).normal_lps) == pytest.approx(0, abs=1e-12)
        assert dot(along, view.plane(other).normal_lps) == pytest.approx(0, abs=1e-12)


def test_that_parallel_planes_have_no_line() -> None:
    view = planes_view.locked(first_view("v", GRID), on=False)
    view = planes_view.line_turned(view, "axial", "coronal", 90.0)
    assert planes_view.line_direction(view, "sagittal", "coronal") is None


def test_that_dragging_a_line_of_nearly_parallel_planes_moves_it_along_its_own_normal() -> None:
    view = planes_view.locked(first_view("v", GRID), on=False)
    view = planes_view.line_turned(view, "axial", "coronal", 90.0)
    moved = planes_view.line_dragged(view, GRID, "axial", "sagittal", (15.0, -20.0, 30.0))
    assert moved.cross_lps == pytest.approx((15, -20, 30))


def test_that_planes_snap_to_the_slices_of_a_turned_volume() -> None:
    grid = grid_of(turn=12.0)
    view = planes_view.snapped(first_view("v", grid), grid)
    assert are_square(view)
    along = grid.affine_lps[:3, 0] / np.linalg.norm(grid.affine_lps[:3, 0])
    assert view.axial.along_row_lps == pytest.approx(tuple(along))
    assert view.axial.normal_lps == pytest.approx((0, 0, 1))
    assert dot(view.coronal.normal_lps, (0.0, 1.0, 0.0)) > 0.9, "it is still seen from the front"


def test_that_of_a_tilted_gantry_planes_snap_to_the_tilted_slices() -> None:
    affine = np.eye(4)
    tilt = math.radians(18.5)
    affine[:3, :3] = np.array([[1, 0, 0], [0, math.cos(tilt), 0], [0, math.sin(tilt), 4]])
    grid = VolumeGrid(affine, (20, 64, 64))
    view = planes_view.snapped(first_view("v", grid), grid)
    assert view.axial.along_column_lps == pytest.approx((0, math.cos(tilt), math.sin(tilt)))
    assert are_square(view)
    assert planes_view.leaning_deg(view, "axial") == pytest.approx(18.5)


@pytest.mark.parametrize(
    ("axes", "name"),
    [
        (((1, 0, 0), (0, 0, -1), (0, 1, 0)), "coronal"),
        (((0, 1, 0), (0, 0, -1), (-1, 0, 0)), "sagittal"),
        (((-1, 0, 0), (0, 1, 0), (0, 0, -1)), "axial"),
    ],
)
def test_that_slices_taken_in_another_plane_snap_to_the_plane_of_that_name(
    axes: tuple[Vector, Vector, Vector], name: PlaneName
) -> None:
    affine = np.eye(4)
    affine[:3, :3] = np.array(axes, float).T
    grid = VolumeGrid(affine, (10, 20, 30))
    view = planes_view.snapped(first_view("v", grid), grid)
    assert abs(dot(view.plane(name).normal_lps, axes[2])) == pytest.approx(1), "the slices themselves"
    assert normals(view) == {
        each: pytest.approx(normal, abs=1e-12) for each, normal in normals(first_view("v", grid)).items()
    }


def test_that_straight_planes_keep_the_point_and_a_reset_does_not() -> None:
    view = planes_view.line_turned(first_view("v", GRID, cross_lps=(20.0, -20.0, 30.0)), "axial", "coronal", 33.0)
    view = planes_view.with_slabs(view, Slab(12.0, "minip"))
    straight = planes_view.straightened(view, GRID)
    assert normals(straight) == {
        each: pytest.approx(normal, abs=1e-12) for each, normal in normals(first_view("v", GRID)).items()
    }
    assert straight.cross_lps == (20.0, -20.0, 30.0)
    assert straight.axial.slab == Slab(12.0, "minip")
    fresh = planes_view.reset(replace(view, inverted=True), GRID)
    assert fresh.cross_lps == pytest.approx(middle_of(GRID))
    assert fresh.axial.slab.is_thin
    assert fresh.inverted


def test_that_a_slab_is_that_of_one_plane_or_of_all() -> None:
    view = planes_view.with_slab(first_view("v", GRID), "coronal", Slab(10.0, "mean"))
    assert [view.plane(name).slab.thickness_mm for name in PLANE_NAMES] == [0, 0, 10]
    view = planes_view.with_slabs(view, Slab(5.0, "mip"))
    assert [view.plane(name).slab for name in PLANE_NAMES] == [Slab(5.0, "mip")] * 3


def test_that_one_plane_takes_all_the_room_and_another_its_place() -> None:
    view = planes_view.activated(first_view("v", GRID), "coronal")
    alone = planes_view.maximised(view, on=True)
    assert (alone.shown, view.shown) == (("coronal",), PLANE_NAMES)
    assert planes_view.activated(alone, "axial").shown == ("axial",)
    assert planes_view.maximised(alone, on=False).shown == PLANE_NAMES

"""What is seen along a path, and where along it things are."""

import math
from dataclasses import replace

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.curved.view import (
    Course,
    CurvedView,
    CurvedWish,
    in_order,
    places_around,
    seen_along,
)
from workstation.volume.cutting.curved_planes import stretched
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.paths import path_through


def helix(turns: float = 1.5) -> tuple[tuple[float, float, float], ...]:
    angle = np.linspace(0, turns * 2 * math.pi, 60)
    return tuple((float(20 * math.cos(a)), float(20 * math.sin(a)), float(4 * a)) for a in angle)


def reslicer() -> Reslicer:
    affine = np.diag([1.0, 1.0, 1.0, 1.0])
    affine[:3, 3] = (-30, -30, -5)
    k, _j, i = np.mgrid[0:60, 0:61, 0:61]
    grid = VolumeGrid(affine, (60, 61, 61), "1.2.3")
    return Reslicer(Volume(((i - 30) + 100 * (k - 5)).astype(np.int16), grid, 1.0, 0.0, "HU", (), (), ()))


def wish(**changes: object) -> CurvedWish:
    made = CurvedWish(helix(), "straightened", 10.0, 0.0, Slab(), "linear", 0.5)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_place_along_a_helix_is_where_its_length_says() -> None:
    course = Course.through(helix())
    assert course.length_mm == pytest.approx(3 * math.pi * math.hypot(20, 4), rel=0.005)
    for share in (0.1, 0.5, 0.9):
        at = share * course.length_mm
        assert course.nearest(course.place(at)) == pytest.approx((at, 0), abs=1e-6)
    assert course.place(-5) == pytest.approx(helix()[0])
    assert course.place(1e9) == pytest.approx(helix()[-1])
    assert course.nearest((0.0, 0.0, 0.0))[1] == pytest.approx(20, abs=2)


@pytest.mark.parametrize("kind", ["straightened", "stretched", "panorama"])
def test_rows_and_places_along_the_path_are_each_other(kind: str) -> None:
    made = seen_along(reslicer(), wish(kind=kind))
    for at in (3.0, 40.0, 150.0):
        row = made.row_at(at)
        assert made.at_row(row) == pytest.approx(at, abs=0.2)
        on_path = made.layout.point_lps(
            (float(np.interp(row, range(len(made.layout.path_column)), made.layout.path_column)), row)
        )
        course = Course(made.path.points_lps, made.path.length_mm)
        assert course.nearest(on_path) == pytest.approx((at, 0), abs=0.5)


def test_lengths_on_a_rolled_out_cylinder_are_true_in_every_direction() -> None:
    """Along a helix, which is straight on its cylinder once that is rolled out; along its axis; and around it."""
    path = path_through(helix(), step_mm=0.5)
    layout = stretched(path, across_lps=(0.0, 0.0, 1.0), width_mm=10.0, spacing_mm=0.5)
    points = np.column_stack([layout.path_column, np.arange(len(layout.path_column))])
    places = points * (layout.spacing.between_columns, layout.spacing.between_rows)
    for first, last in ((0, -1), (40, 200)):
        angle = 2 * math.pi * 1.5 * (points[last, 1] - points[first, 1]) / (len(points) - 1)
        assert math.dist(places[first], places[last]) == pytest.approx(angle * math.hypot(20, 4), rel=0.005)
        assert abs(places[last] - places[first]) == pytest.approx((4 * angle, 20 * angle), rel=0.005)


def test_what_is_the_same_is_not_made_again() -> None:
    volume = reslicer()
    first = seen_along(volume, wish(places_mm=(10.0, 20.0)))
    second = seen_along(volume, wish(places_mm=(12.0,)), first)
    assert second.frame is first.frame
    assert len(second.sections) == 1
    third = seen_along(volume, wish(turn_deg=90.0), second)
    assert third.frame is not first.frame


def test_a_cross_section_has_the_path_in_its_middle() -> None:
    made = seen_along(reslicer(), wish(places_mm=(50.0,)))
    x, _y, z = Course(made.path.points_lps, made.path.length_mm).place(50.0)
    frame = made.sections[0]
    middle = frame.pixels.shape[0] // 2
    assert frame.modality_values()[middle, middle] == pytest.approx(round(x) + 100 * z, abs=30)


def test_a_path_outside_is_refused() -> None:
    with pytest.raises(UserError, match="outside"):
        seen_along(reslicer(), wish(points_lps=((500.0, 0.0, 0.0), (500.0, 50.0, 0.0))))


def test_a_panorama_begins_at_the_right_of_the_patient() -> None:
    to_right = ((5.0, 0.0, 0.0), (-5.0, 0.0, 0.0))
    assert in_order(to_right, "panorama") == to_right[::-1]
    assert in_order(to_right[::-1], "panorama") == to_right[::-1]
    assert in_order(to_right, "stretched") == to_right


def test_places_beyond_the_ends_are_none() -> None:
    assert places_around(2.0, 20.0, 5.0, 3) == (None, 2.0, 7.0)
    assert places_around(20.0, 20.0, 5.0, 5) == (10.0, 15.0, 20.0, None, None)


def test_turns_go_round_and_widths_have_ends() -> None:
    view = CurvedView(zoom_per_mm=3.0)
    assert view.turned(-30).turn_deg == 330
    assert view.wide(1e6).width_mm == 400
    assert view.wide(30).zoom_per_mm is None

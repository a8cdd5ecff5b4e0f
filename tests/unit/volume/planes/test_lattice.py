"""The pixels of planes, and how they are looked at while planes move and turn."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.volume.planes.test_planes_view import GRID, grid_of
from workstation.display.view import View
from workstation.model.frame import Frame, Window
from workstation.model.geometry import VolumeGrid, image_to_lps, lps_to_ijk, lps_to_image
from workstation.volume.cutting.standard_planes import PlaneName, corners_lps
from workstation.volume.planes import planes_view
from workstation.volume.planes.lattice import (
    MOST_PIXELS,
    Lattice,
    fitted,
    foot_px,
    lattice,
    looked_at,
    pixel_mm,
    view_on,
)
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView, first_view

PANE = (800, 600)


def frame_of(found: Lattice) -> Frame:
    return Frame(np.zeros(found.size_px[::-1], np.int16), "MONOCHROME2", 16, found.plane.spacing, plane=found.plane)


def screen_of(view: PlanesView, grid: VolumeGrid, name: PlaneName, coarser: float = 1.0) -> tuple[float, float]:
    """Give where the cross-hair is seen, in pixels of the pane."""
    found = lattice(view, grid, name, coarser=coarser)
    matrix = view_on(view, grid, name, found.plane).image_to_screen(frame_of(found), PANE)
    x, y = matrix @ np.array([*foot_px(found.plane, view.cross_lps), 1.0])
    return float(x), float(y)


def test_that_pixels_of_an_axial_plane_are_voxels() -> None:
    view = first_view("v", GRID)
    found = lattice(view, GRID, "axial")
    assert found.size_px == (96, 64)
    assert found.plane.spacing.between_rows == found.plane.spacing.between_columns == pytest.approx(0.8)
    index = lps_to_ijk(GRID, image_to_lps(found.plane, [(0, 0), (95, 63)]))
    assert index[:, :2] == pytest.approx(np.array([(0, 0), (95, 63)]), abs=1e-9)
    assert found.plane.frame_of_reference_uid == "1.2.3"


def test_that_pixels_cover_the_volume_at_any_angle() -> None:
    grid = grid_of(turn=20.0, shear=0.7)
    view = first_view("v", grid)
    view = planes_view.line_turned(view, "axial", "coronal", 31.0)
    view = planes_view.line_turned(view, "coronal", "axial", -22.0)
    for name in PLANE_NAMES:
        found = lattice(view, grid, name)
        points, _away = lps_to_image(found.plane, corners_lps(grid))
        assert points.min() >= -1e-6
        assert (points <= np.array(found.size_px) - 1 + 1e-6).all()
        assert (points.max(axis=0) >= np.array(found.size_px) - 2).all(), "and no more than that"


def test_that_pixels_stay_where_they_are_while_a_plane_scrolls() -> None:
    view = planes_view.line_turned(first_view("v", GRID), "axial", "coronal", 31.0)
    before = lattice(view, GRID, "coronal")
    after = lattice(planes_view.scrolled(view, GRID, "coronal", 3.0), GRID, "coronal")
    assert after.size_px == before.size_px
    moved = np.subtract(after.plane.origin_lps, before.plane.origin_lps)
    assert moved == pytest.approx(3.0 * np.array(view.coronal.normal_lps))


def test_that_a_very_large_volume_gets_larger_pixels() -> None:
    affine = np.diag([0.1, 0.1, 0.1, 1.0])
    grid = VolumeGrid(affine, (3000, 2000, 2000))
    assert pixel_mm(grid) == pytest.approx(0.1 * math.dist((0, 0, 0), (1999, 1999, 2999)) / MOST_PIXELS)
    assert max(lattice(first_view("v", grid), grid, "coronal").size_px) <= MOST_PIXELS + 1


def test_that_all_of_the_volume_is_seen_at_first() -> None:
    view = first_view("v", GRID)
    for name in PLANE_NAMES:
        found = lattice(view, GRID, name)
        frame = frame_of(found)
        own = view_on(view, GRID, name, found.plane)
        assert own.zoom is None
        assert own.effective_zoom(frame, PANE) == pytest.approx(View().effective_zoom(frame, PANE))
        assert own.placement(frame, PANE) == View().placement(frame, PANE)


@pytest.mark.parametrize("name", PLANE_NAMES)
def test_that_no_picture_jumps_or_grows_while_planes_turn_and_pixels_are_coarse(name: PlaneName) -> None:
    view = first_view("v", GRID, cross_lps=(25.0, -12.0, 40.0))
    turned = planes_view.line_turned(view, "axial", "coronal", 23.0)
    turned = planes_view.line_turned(turned, "sagittal", "axial", 9.0)
    at = screen_of(view, GRID, name)
    assert screen_of(turned, GRID, name) == pytest.approx(at, abs=5.0), "within a pixel of the image"
    assert screen_of(turned, GRID, name, coarser=2.0) == pytest.approx(at, abs=10.0)
    shown = lattice(turned, GRID, name)
    zoom = view_on(turned, GRID, name, shown.plane).effective_zoom(frame_of(shown), PANE)
    first = lattice(view, GRID, name)
    assert zoom == pytest.approx(View().effective_zoom(frame_of(first), PANE), rel=0.02)


def test_that_what_a_hand_zooms_and_moves_is_kept_in_millimetres() -> None:
    view = first_view("v", GRID)
    found = lattice(view, GRID, "coronal")
    frame = frame_of(found)
    own = view_on(view, GRID, "coronal", found.plane)
    wanted = own.zoomed(frame, PANE, factor=2.0).panned(frame, PANE, by_px=(40, -10))
    new = looked_at(view, "coronal", found.plane, wanted)
    assert new.coronal.zoom_per_mm == pytest.approx(own.effective_zoom(frame, PANE) * 2 / 0.8)
    assert view_on(new, GRID, "coronal", found.plane) == replace(wanted, of_px=None, fitted_px=None)
    assert new.axial == view.axial
    coarse = lattice(new, GRID, "coronal", coarser=2.0)
    other = view_on(new, GRID, "coronal", coarse.plane)
    assert other.zoom == pytest.approx((wanted.zoom or 0) * 2)
    assert fitted(new, GRID).coronal == view.coronal


def test_that_windows_and_colours_are_those_of_all_planes_and_turns_of_one() -> None:
    view = first_view("v", GRID)
    found = lattice(view, GRID, "axial")
    own = view_on(view, GRID, "axial", found.plane)
    window = Window(40.0, 400.0)
    new = looked_at(view, "axial", found.plane, replace(own, voi=window, inverted=True, colours="pet").rotated(1))
    for name in PLANE_NAMES:
        seen = view_on(new, GRID, name, lattice(new, GRID, name).plane)
        assert (seen.voi, seen.inverted, seen.colours) == (window, True, "pet")
        assert seen.rotation_quarters == (1 if name == "axial" else 0)
    assert new.axial.zoom_per_mm is None

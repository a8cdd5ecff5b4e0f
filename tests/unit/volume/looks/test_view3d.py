"""What hands do with a volume in three dimensions, held against where points are seen."""

from dataclasses import replace

import numpy as np
import pytest

from workstation.model.geometry import Vector
from workstation.volume.looks import view3d
from workstation.volume.looks.camera import SIDES, Box, Camera, Side, sight
from workstation.volume.looks.look3d import ClipPlane, Cut
from workstation.volume.looks.transfer_files import preset
from workstation.volume.looks.view3d import BoxCut, View3D

SIZE = (400, 300)
BOX = Box((-100.0, -80.0, -60.0), (120.0, 90.0, 140.0))
CAMERAS = (
    Camera(),
    Camera(30, 20),
    Camera(-140, 50, roll_deg=35, zoom=2.5),
    Camera(10, -30, roll_deg=-100, zoom=0.7, focus_lps=(5, 6, 7)),
    Camera(60, 15, roll_deg=20, perspective_deg=30),
)


def view(camera: Camera) -> View3D:
    return view3d.with_camera(View3D("1"), camera)


def seen(of: View3D, point: Vector) -> np.ndarray:
    place: np.ndarray = sight(of.camera, BOX, SIZE).seen_at([point], SIZE)[0]
    return place


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("way", [(12.0, 0.0), (0.0, 12.0), (-7.0, 9.0)])
def test_what_faces_the_eye_follows_a_hand_that_turns(camera: Camera, way: tuple[float, float]) -> None:
    before = view(camera)
    middle = np.asarray(camera.focus_lps or BOX.middle_lps)
    near = tuple((middle + 50 * np.asarray(sight(camera, BOX, SIZE).toward)).tolist())
    moved = seen(view3d.turned(before, way, SIZE), near) - seen(before, near)
    along = float(moved @ np.asarray(way)) / (np.linalg.norm(moved) * np.linalg.norm(way))
    assert along > 0.85  # the azimuth goes round the long axis, so away from the level it is not quite the way


@pytest.mark.parametrize("camera", CAMERAS[:4])
def test_a_move_moves_every_point_by_the_way_of_the_hand(camera: Camera) -> None:
    before = view(camera)
    after = view3d.panned(before, (31.0, -17.0), SIZE, BOX)
    for point in ((0.0, 0.0, 0.0), (60.0, -40.0, 100.0)):
        assert seen(after, point) - seen(before, point) == pytest.approx((31.0, -17.0), abs=1e-6)


@pytest.mark.parametrize("camera", CAMERAS[:4])
def test_what_is_under_the_pointer_stays_there_while_it_grows(camera: Camera) -> None:
    before = view(camera)
    under, other = (20.0, 10.0, 30.0), (60.0, -40.0, 100.0)
    at = tuple(seen(before, under).tolist())
    after = view3d.zoomed(before, 1.6, SIZE, BOX, at)
    assert seen(after, under) == pytest.approx(at, abs=1e-6)
    assert seen(after, other) - np.asarray(at) == pytest.approx(1.6 * (seen(before, other) - np.asarray(at)), abs=1e-6)


def test_a_zoom_ends_at_its_limits_without_moving_the_picture() -> None:
    largest = view(Camera(zoom=view3d.MOST_ZOOM))
    assert view3d.zoomed(largest, 2.0, SIZE, BOX, (10, 10)) == largest


def test_an_eye_inside_goes_forwards_where_others_zoom() -> None:
    inside = view(Camera(90, 0, perspective_deg=60, eye_lps=(0.0, 0.0, 0.0)))
    eye = view3d.zoomed(inside, 2.0, SIZE, BOX).camera.eye_lps
    assert eye == pytest.approx((-view3d.FLIGHT_MM, 0, 0))  # it looks from the left to the right


def test_a_picture_is_rolled_clockwise() -> None:
    before = view(Camera())
    up = (10.0, 5.0, 140.0)
    after = seen(view3d.rolled(before, 90), up) - (np.asarray(SIZE) - 1) / 2
    across, down = seen(before, up) - (np.asarray(SIZE) - 1) / 2
    assert after == pytest.approx((-down, across))


@pytest.mark.parametrize("side", list(SIDES))
def test_the_eye_goes_to_each_side_and_the_volume_fits(side: Side) -> None:
    there = view3d.seen_from(view(Camera(12, 34, 56, zoom=3.0)), side)
    assert (there.camera.azimuth_deg, there.camera.elevation_deg) == SIDES[side]
    assert (there.camera.roll_deg, there.camera.zoom) == (0, 3.0)
    whole = view3d.fitted(there, SIZE, BOX)
    corners = [view3d.point_in(BOX, (x, y, z)) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    places = sight(whole.camera, BOX, SIZE).seen_at(corners, SIZE)
    share = np.ptp(places, axis=0) / SIZE
    assert share.max() == pytest.approx(view3d.FIT_SHARE)
    assert places.min() > -1


def test_a_box_is_made_of_shares_and_keeps_an_inside() -> None:
    cut = view3d.boxed(view(Camera()), 2, 0.25, 0.75)
    assert cut.box == BoxCut((0, 0, 0.25), (1, 1, 0.75))
    planes = view3d.drawn_look(cut, BOX).planes
    assert len(planes) == 6
    assert {plane.point_lps[2] for plane in planes} == {-10.0, 90.0}
    thin = view3d.boxed(cut, 2, 0.25, 0.1).box
    assert thin is not None
    assert thin.high[2] - thin.low[2] == pytest.approx(view3d.THINNEST_SHARE)
    assert thin.low[2] == 0.25
    assert view3d.drawn_look(replace(cut, box=BoxCut()), BOX).planes == ()


def test_a_plane_cuts_beside_the_box() -> None:
    plane = ClipPlane((0, 0, 0), (0, 1, 0))
    cut = replace(view3d.boxed(view(Camera()), 0, 0.5, 1), plane=plane)
    assert view3d.drawn_look(cut, BOX).planes[-1] == plane


def test_another_transfer_function_keeps_what_was_cut_and_the_camera() -> None:
    cut = Cut(((0, 0), (5, 0), (5, 5)), (10, 10), Camera())
    before = view(Camera(12, 3))
    before = replace(before, look=replace(before.look, cuts=(cut,), window=(40, 400)))
    after = view3d.with_function(before, preset("ct-mip-vessels"), "ct-mip-vessels")
    assert (after.look.cuts, after.camera, after.look.window) == ((cut,), before.camera, None)
    assert (after.look.method, after.preset) == ("mip", "ct-mip-vessels")


def test_the_window_in_use_is_that_of_the_points_where_none_was_chosen() -> None:
    look = view3d.with_function(View3D("1"), preset("ct-bone")).look
    first, last = preset("ct-bone").span
    assert view3d.window_of(look, -1000, 1000) == ((first + last) / 2, last - first)
    assert view3d.window_of(replace(look, window=(50, 350)), -1000, 1000) == (50, 350)

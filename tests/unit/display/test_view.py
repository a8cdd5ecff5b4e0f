import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.display.render import render
from workstation.display.view import Side, View
from workstation.model.frame import Window

SIZE = (301, 190)
WAYS = [
    View(rotation_quarters=quarters, flipped_h=h, flipped_v=v)
    for quarters, h, v in itertools.product(range(4), (False, True), (False, True))
]


def _map(matrix: NDArray[np.float64], point: tuple[float, float]) -> NDArray[np.float64]:
    return np.asarray(matrix @ [*point, 1])


def _with_one_bright_pixel(column: int, row: int) -> NDArray[np.uint8]:
    pixels = np.zeros((40, 60), np.uint8)
    pixels[row, column] = 255
    return pixels


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("spacing_mm", [(1, 1), (3, 2), (0.5, 1)])
def test_that_a_pixel_is_drawn_where_its_coordinates_are_mapped(way: View, spacing_mm: tuple[float, float]) -> None:
    frame = frame_of(_with_one_bright_pixel(47, 9), spacing_mm=spacing_mm, voi=(Window(128, 256),))
    x, y = _map(way.image_to_screen(frame, SIZE), (47, 9))
    for view in (way, way.zoomed(frame, SIZE, factor=1.7, at_px=(x, y))):
        drawn = render(frame, view, SIZE)[..., 0].astype(float)
        rows, columns = np.indices(drawn.shape)
        seen = np.array([(columns * drawn).sum(), (rows * drawn).sum()]) / drawn.sum()
        expected = _map(view.image_to_screen(frame, SIZE), (47, 9))
        np.testing.assert_allclose(seen, expected, atol=0.55)


@pytest.mark.parametrize("way", WAYS)
def test_that_screen_and_image_points_map_to_and_fro(way: View) -> None:
    frame = frame_of(np.zeros((40, 60)), spacing_mm=(2, 1.5))
    view = way.zoomed(frame, SIZE, factor=3.3, at_px=(10, 20)).panned(frame, SIZE, by_px=(7, -5))
    there = _map(view.image_to_screen(frame, SIZE), (13.25, 31.5))
    np.testing.assert_allclose(_map(view.screen_to_image(frame, SIZE), (there[0], there[1])), (13.25, 31.5))


def test_that_turning_is_clockwise() -> None:
    frame = frame_of(np.zeros((40, 60)))
    start = _map(View().image_to_screen(frame, SIZE), (59, 0))
    turned = _map(View(rotation_quarters=1).image_to_screen(frame, SIZE), (59, 0))
    assert start[0] > SIZE[0] / 2
    assert start[1] < SIZE[1] / 2
    assert turned[0] > SIZE[0] / 2
    assert turned[1] > SIZE[1] / 2


@pytest.mark.parametrize("way", WAYS)
def test_that_a_turn_and_a_flip_change_what_is_seen_however_it_stood(way: View) -> None:
    frame = frame_of(np.arange(35, dtype=np.uint8).reshape(5, 7), voi=(Window(128, 256),))
    seen = render(frame, way, (31, 31))
    np.testing.assert_array_equal(render(frame, way.rotated(), (31, 31)), np.rot90(seen, -1))
    np.testing.assert_array_equal(render(frame, way.flipped(horizontally=True), (31, 31)), seen[:, ::-1])
    np.testing.assert_array_equal(render(frame, way.flipped(vertically=True), (31, 31)), seen[::-1])


@pytest.mark.parametrize("way", WAYS)
def test_that_zooming_holds_the_point_under_the_pointer(way: View) -> None:
    frame = frame_of(np.zeros((400, 600)), spacing_mm=(1, 1.25))
    view = way.zoomed(frame, SIZE, factor=2)
    before = _map(view.screen_to_image(frame, SIZE), (40, 150))
    after = _map(view.zoomed(frame, SIZE, factor=1.5, at_px=(40, 150)).screen_to_image(frame, SIZE), (40, 150))
    np.testing.assert_allclose(before, after, atol=1.5 / view.effective_zoom(frame, SIZE))


@pytest.mark.parametrize("way", WAYS)
def test_that_a_pan_moves_the_picture_by_as_many_pixels(way: View) -> None:
    frame = frame_of(np.zeros((40, 60)))
    before = _map(way.image_to_screen(frame, SIZE), (20, 20))
    after = _map(way.panned(frame, SIZE, by_px=(13, -4)).image_to_screen(frame, SIZE), (20, 20))
    np.testing.assert_allclose(after - before, (13, -4), atol=1)


def test_that_many_small_steps_end_where_one_large_step_does() -> None:
    frame = frame_of(np.zeros((333, 517)), spacing_mm=(1.1, 1))
    stepped = View()
    for _ in range(100):
        stepped = stepped.panned(frame, SIZE, by_px=(0.3, 0.7)).zoomed(frame, SIZE, factor=1.01)
    for _ in range(100):
        stepped = stepped.zoomed(frame, SIZE, factor=1 / 1.01).panned(frame, SIZE, by_px=(-0.3, -0.7))
    assert stepped.centre_px == pytest.approx((258, 166))


def test_that_fitting_respects_the_shape_of_pixels() -> None:
    frame = frame_of(np.full((100, 100), 255, np.uint8), spacing_mm=(2, 1), voi=(Window(128, 256),))
    bright = render(frame, View(), (400, 400))[..., 0] > 0
    assert bright.any(axis=1).sum() == 400
    assert bright.any(axis=0).sum() == 200
    assert View().fit_zoom(frame, (400, 400)) == 2


def test_that_a_spacing_of_zero_is_taken_as_square() -> None:
    assert View().fit_zoom(frame_of(np.zeros((10, 10)), spacing_mm=(0, 1)), (20, 20)) == 2


def test_that_the_zoom_stays_within_its_limits() -> None:
    frame = frame_of(np.zeros((512, 512)))
    assert View().zoomed(frame, SIZE, factor=1e9).zoom == 64
    assert View().zoomed(frame, SIZE, factor=1e-9).zoom == pytest.approx(8 / 512)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("zoom", [None, 1.5, 9.0])
@pytest.mark.parametrize("sides", [{"left"}, {"right"}, {"top"}, {"bottom"}, {"left", "bottom"}, {"right", "top"}])
def test_that_a_picture_begins_at_the_sides_that_are_named(way: View, zoom: float | None, sides: set[Side]) -> None:
    frame = frame_of(np.full((40, 61), 255, np.uint8), spacing_mm=(1, 1.3), voi=(Window(128, 256),))
    view = replace(way, zoom=zoom, at_sides=frozenset(sides))
    corners = [_map(view.image_to_screen(frame, SIZE), corner) for corner in ((-0.5, -0.5), (60.5, 39.5))]
    (left, top), (right, bottom) = np.min(corners, axis=0) + 0.5, np.max(corners, axis=0) + 0.5
    wanted = {"left": (left, 0), "right": (right, SIZE[0]), "top": (top, 0), "bottom": (bottom, SIZE[1])}
    for side in sides:
        assert wanted[side][0] == pytest.approx(wanted[side][1], abs=1)
    if not sides & {"left", "right"}:
        assert left + right == pytest.approx(SIZE[0], abs=2)
    if not sides & {"top", "bottom"}:
        assert top + bottom == pytest.approx(SIZE[1], abs=2)
    lit = render(frame, view, SIZE)[..., 0] > 0
    edges = {"left": lit[:, 0], "right": lit[:, -1], "top": lit[0], "bottom": lit[-1]}
    assert all(edges[side].any() for side in sides)


def test_that_a_picture_at_a_side_is_moved_from_where_it_is() -> None:
    frame = frame_of(np.zeros((40, 60)))
    view = View(zoom=2, at_sides=frozenset({"left"}))
    before = _map(view.image_to_screen(frame, SIZE), (20, 20))
    after = _map(view.panned(frame, SIZE, by_px=(13, -4)).image_to_screen(frame, SIZE), (20, 20))
    np.testing.assert_allclose(after - before, (13, -4), atol=1)

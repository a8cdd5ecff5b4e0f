"""Shutters and overlays, pixel by pixel at one screen pixel a pixel, and where they lie when magnified."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.frame_parts import Overlay, Shutter

ROWS, COLUMNS = 30, 40
FULL = Window(0, 1)  # everything white
POLYGON = ((5.1, 3.2), (33.3, 8.4), (20.2, 15.3), (30.1, 27.4), (4.3, 22.2))


def _in_polygon(column: float, row: float) -> bool:
    """Go round the point and add up the angles: a full turn inside, none outside."""
    angles = [math.atan2(y - row, x - column) for x, y in POLYGON]
    turns = sum(
        math.remainder(after - before, math.tau) for before, after in zip(angles, angles[1:] + angles[:1], strict=True)
    )
    return abs(turns) > math.pi


@pytest.mark.parametrize(
    ("shutter", "is_shown"),
    [
        (Shutter(rectangle_px=(4, 6, 30, 20)), lambda c, r: 4 <= c <= 30 and 6 <= r <= 20),
        (Shutter(circle_px=(18.3, 14.2, 9.7)), lambda c, r: math.hypot(c - 18.3, r - 14.2) <= 9.7),
        (Shutter(polygon_px=POLYGON), _in_polygon),
        (
            Shutter(rectangle_px=(0, 0, 20, 29), circle_px=(18, 14, 10), polygon_px=POLYGON),
            lambda c, r: c <= 20 and math.hypot(c - 18, r - 14) <= 10 and _in_polygon(c, r),
        ),
    ],
)
def test_that_a_pixel_is_shown_where_every_shape_shows_it(
    shutter: Shutter, is_shown: Callable[[float, float], bool]
) -> None:
    frame = frame_of(np.full((ROWS, COLUMNS), 100, np.uint8), shutter=shutter)
    drawn = render(frame, View(FULL), (COLUMNS, ROWS))[..., 0]
    for row, column in np.ndindex(ROWS, COLUMNS):
        assert drawn[row, column] == (255 if is_shown(column, row) else 0), (column, row)


def test_that_the_shutter_keeps_its_place_when_magnified_and_turned() -> None:
    frame = frame_of(np.full((ROWS, COLUMNS), 100, np.uint8), shutter=Shutter(rectangle_px=(4, 6, 30, 20)))
    drawn = render(frame, View(FULL, zoom=10), (400, 300))[..., 0]
    assert np.flatnonzero((drawn > 0).any(axis=1))[[0, -1]].tolist() == [60, 209]
    assert np.flatnonzero((drawn > 0).any(axis=0))[[0, -1]].tolist() == [40, 309]
    turned = render(frame, View(FULL, zoom=10, rotation_quarters=1), (300, 400))[..., 0]
    np.testing.assert_array_equal(turned, np.rot90(drawn, -1))


def test_that_a_circle_is_round_to_the_eye_where_pixels_are_tall() -> None:
    """Its radius counts pixels along the row (PS3.3 C.7.6.11.1)."""
    frame = frame_of(
        np.full((ROWS, COLUMNS), 100, np.uint8), spacing_mm=(2, 1), shutter=Shutter(circle_px=(20, 15, 10))
    )
    drawn = render(frame, View(FULL, zoom=5), (400, 400))[..., 0] > 0
    assert abs(drawn.any(axis=0).sum() - drawn.any(axis=1).sum()) <= 2
    assert drawn.any(axis=0).sum() == pytest.approx(100, abs=2)


def test_that_what_is_shut_has_the_grey_of_the_file_and_can_be_shown() -> None:
    shutter = Shutter(circle_px=(20, 15, 5), value=0x8000)
    frame = frame_of(np.full((ROWS, COLUMNS), 100, np.uint8), shutter=shutter)
    for inverted in (False, True):
        assert render(frame, View(FULL, inverted=inverted), (COLUMNS, ROWS))[0, 0, 0] == 0x80
    assert (render(frame, View(FULL, shutter=False), (COLUMNS, ROWS)) == 255).all()


def _overlaid(bits: NDArray[np.bool_], origin_px: tuple[int, int]) -> NDArray[np.bool_]:
    frame = frame_of(np.full((ROWS, COLUMNS), 100, np.uint8), overlays=(Overlay(bits, origin_px, 0x6000),))
    return np.asarray(render(frame, View(Window(150, 2)), (COLUMNS, ROWS))[..., 0] == 255)


@pytest.mark.parametrize("origin_px", [(0, 0), (7, 3), (-4, -5), (30, 25), (100, 0), (0, -90)])
def test_that_an_overlay_is_drawn_from_its_origin_and_cut_at_the_edges(origin_px: tuple[int, int]) -> None:
    bits = np.random.default_rng(3).random((12, 15)) > 0.6
    expected = np.zeros((ROWS, COLUMNS), np.bool_)
    for row, column in zip(*bits.nonzero(), strict=True):
        y, x = row + origin_px[1], column + origin_px[0]
        if 0 <= y < ROWS and 0 <= x < COLUMNS:
            expected[y, x] = True
    np.testing.assert_array_equal(_overlaid(bits, origin_px), expected)


def test_that_an_overlay_is_seen_on_white_as_on_black() -> None:
    bits = np.zeros((ROWS, COLUMNS), np.bool_)
    bits[15, 5:30] = True
    frame = frame_of(np.full((ROWS, COLUMNS), 100, np.uint8), overlays=(Overlay(bits, (0, 0), 0x6000),))
    drawn = render(frame, View(FULL), (COLUMNS, ROWS))[..., 0]
    assert drawn[15, 10] == 255
    assert drawn[14, 10] == 0
    assert (render(frame, View(FULL, overlays=False), (COLUMNS, ROWS)) == 255).all()


@pytest.mark.parametrize("zoom", [0.37, 0.21, 0.05])
def test_that_a_thin_line_survives_when_the_picture_is_reduced(zoom: float) -> None:
    bits = np.zeros((400, 500), np.bool_)
    bits[203], bits[:, 117] = True, True
    frame = frame_of(np.zeros((400, 500), np.uint8), overlays=(Overlay(bits, (0, 0), 0x6000),), voi=(Window(5, 2),))
    drawn = render(frame, View(zoom=zoom), (500, 400))[..., 0] > 0
    assert drawn.sum(axis=1).max() >= int(500 * zoom)
    assert drawn.sum(axis=0).max() >= int(400 * zoom)

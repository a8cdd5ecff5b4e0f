"""The lens shows what lies under it, larger; true size is that of a ruler."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.display.frames import frame_of
from workstation.display.magnifier import Magnifier
from workstation.display.render import Renderer, render
from workstation.display.true_size import Calibrations, measured, true_size
from workstation.display.view import View
from workstation.errors import UserError
from workstation.model.frame import Window
from workstation.model.geometry import Spacing, SpacingSource

PIXELS = np.random.default_rng(3).integers(0, 4096, (300, 400)).astype(np.uint16)
FRAME = frame_of(PIXELS)
SIZE = (200, 150)
VIEWS = [
    View(Window(2000, 4000), zoom=0.6, interpolation="nearest"),
    View(Window(2000, 4000), zoom=0.7, centre_px=(120, 200), rotation_quarters=1, interpolation="nearest"),
    View(Window(2000, 4000), zoom=1.3, flipped_h=True, inverted=True, colours="pet", interpolation="nearest"),
]


@pytest.mark.parametrize("view", VIEWS)
def test_that_the_middle_of_the_lens_is_the_pixel_under_the_point(view: View) -> None:
    magnifier = Magnifier(Renderer(FRAME))
    checked = 0
    for at in itertools.product(range(60, 150, 13), range(40, 110, 11)):
        column, row = view.screen_to_image(FRAME, SIZE) @ np.array([*at, 1.0])
        if max(abs(column - round(column)), abs(row - round(row))) > 0.35:
            continue  # on the border of two pixels
        checked += 1
        lens = magnifier.lens(view, SIZE, at, factor=12, side_px=101)
        expected = render(FRAME, replace(view, zoom=1.0, centre_px=(round(column), round(row))), (1, 1))[0, 0]
        assert np.array_equal(lens.picture[50, 50], expected)
        assert lens.top_left_px == (at[0] - 50, at[1] - 50)
    assert checked >= 9


def test_that_the_lens_shows_the_image_itself_not_the_reduced_picture() -> None:
    board = frame_of((np.indices((400, 400)).sum(axis=0) % 2 * 1000).astype(np.uint16))
    view = View(Window(500, 1001), zoom=0.25)
    assert np.ptp(render(board, view, (100, 100))) < 10
    lens = Magnifier(Renderer(board)).lens(view, (100, 100), (50, 50), factor=32, side_px=64)
    assert np.ptp(lens.picture) > 150


def test_that_the_lens_leaves_the_picture_of_the_pane_alone() -> None:
    renderer, view = Renderer(FRAME), View(Window(2000, 4000))
    before = renderer.picture(view, SIZE)
    Magnifier(renderer).lens(view, SIZE, (30, 30), side_px=64)
    assert np.array_equal(renderer.picture(view, SIZE), before)


def test_that_the_lens_has_a_round_edge_or_a_square_one() -> None:
    magnifier = Magnifier(Renderer(FRAME))
    circle = magnifier.lens(View(), SIZE, (5, 5), side_px=80)
    square = magnifier.lens(View(), SIZE, (5, 5), side_px=80, shape="square")
    assert (square.alpha == 255).all()
    assert circle.alpha[0, 0] == 0
    assert circle.alpha[40, 40] == circle.alpha[40, 1] == 255
    assert circle.alpha.astype(float).mean() / 255 == pytest.approx(np.pi / 4, abs=0.01)
    assert np.array_equal(circle.alpha, circle.alpha[::-1, ::-1].T)


def test_that_beside_the_image_the_lens_is_black() -> None:
    lens = Magnifier(Renderer(FRAME)).lens(View(zoom=0.1), SIZE, (0, 0), factor=2, side_px=50)
    assert not lens.picture.any()


@pytest.mark.parametrize(("mm_per_px", "side_mm"), [(0.25, 0.7), (0.1, 2.0)])
def test_that_a_length_on_the_screen_is_the_one_in_the_image(mm_per_px: float, side_mm: float) -> None:
    spacing = Spacing(side_mm * 2, side_mm, SpacingSource.PIXEL_SPACING)
    frame = replace(FRAME, spacing=spacing)
    size = true_size(spacing, mm_per_px)
    there = View(zoom=size.zoom).image_to_screen(frame, (900, 900))
    for direction, length_mm in (((1, 0), side_mm), ((0, 1), side_mm * 2)):
        on_screen = np.linalg.norm(there[:, :2] @ np.array(direction)) * mm_per_px
        assert on_screen == pytest.approx(length_mm)
    assert size.note == ""


@pytest.mark.parametrize("source", [SpacingSource.NONE, SpacingSource.ASPECT_RATIO])
def test_that_true_size_is_refused_without_a_spacing(source: SpacingSource) -> None:
    with pytest.raises(UserError, match="how large"):
        true_size(Spacing(1, 1, source), 0.25)


@pytest.mark.parametrize("side", [0.0, -1.0, np.nan, np.inf])
def test_that_true_size_is_refused_where_the_spacing_makes_no_sense(side: float) -> None:
    with pytest.raises(UserError, match="how large"):
        true_size(Spacing(side, side, SpacingSource.PIXEL_SPACING), 0.25)


@pytest.mark.parametrize("mm_per_px", [None, 0.0, 50.0, np.nan])
def test_that_true_size_is_refused_on_a_monitor_that_was_not_measured(mm_per_px: float | None) -> None:
    with pytest.raises(UserError, match="calibrated"):
        true_size(Spacing(1, 1, SpacingSource.PIXEL_SPACING), mm_per_px)


def test_that_size_at_the_detector_is_told() -> None:
    assert "detector" in true_size(Spacing(0.2, 0.2, SpacingSource.IMAGER), 0.25).note
    note = true_size(Spacing(0.2, 0.2, SpacingSource.IMAGER_MAGNIFIED, "factor 1.1"), 0.25).note
    assert note.endswith("factor 1.1")


def test_that_calibrations_are_kept_by_monitor_and_nonsense_is_left_out() -> None:
    kept = Calibrations().with_monitor("Left", measured(100, 400)).with_monitor("Right", 0.2)
    assert Calibrations.of(kept.as_dict()) == kept
    assert kept.mm_per_px["Left"] == 0.25
    assert kept.without("Left").as_dict() == {"Right": 0.2}
    stored: dict[str, object] = {"Good": 0.3, "Text": "0.3", "Zero": 0, "NaN": float("nan"), "Yes": True}
    assert Calibrations.of(stored).as_dict() == {"Good": 0.3}
    assert Calibrations.of(None) == Calibrations.of([1]) == Calibrations()
    with pytest.raises(UserError, match="none that a monitor has"):
        kept.with_monitor("Left", 12.0)
    with pytest.raises(UserError, match="tells nothing"):
        measured(100, 0)

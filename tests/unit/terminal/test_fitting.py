"""A picture fitted into characters: its shape is right, whatever that of pixels and characters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.terminal.test_sheet import TERMINAL, parameters
from workstation.display.view import View
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing, SpacingSource
from workstation.terminal.encoding.boxes import Cell
from workstation.terminal.fitting import fitted
from workstation.terminal.sheet import Sheet, sheet_for

KITTY = sheet_for(parameters(mode="kitty"), TERMINAL)
BLOCKS = sheet_for(parameters(mode="ansi", blocks="half"), TERMINAL)


def frame(rows: int, columns: int, spacing: tuple[float, float] = (1, 1)) -> Frame:
    return Frame(np.zeros((rows, columns), np.int16), "MONOCHROME2", 16, Spacing(*spacing, SpacingSource.PIXEL_SPACING))


@pytest.mark.parametrize("sheet", [KITTY, BLOCKS], ids=["pixels", "blocks"])
@given(
    st.integers(1, 4000),
    st.integers(1, 4000),
    st.floats(0.25, 4),
    st.integers(2, 200),
    st.integers(2, 80),
    st.sampled_from([Cell(10, 20), Cell(8, 16), Cell(9, 19), Cell(7, 15)]),
)
def test_that_the_whole_image_is_in_the_box_and_fills_it_but_for_a_character(
    sheet: Sheet, rows: int, columns: int, tall: float, across: int, down: int, cell: Cell
) -> None:
    sheet = Sheet(sheet.encoder, sheet.mode, across, down, cell)
    shown = frame(rows, columns, (tall, 1))

    place = fitted(shown, View(), sheet, (across, down))

    assert 1 <= place.box.columns <= across
    assert 1 <= place.box.rows <= down
    width, height = columns * 1.0, rows * tall  # in millimetres
    scale = min(across * cell.width_px / width, down * cell.height_px / height)
    assert abs(place.box.columns * cell.width_px - width * scale) <= max(cell.width_px, 0.01 * width * scale)
    assert abs(place.box.rows * cell.height_px - height * scale) <= max(cell.height_px, 0.01 * height * scale)


def test_that_zoom_takes_more_characters_until_there_are_no_more() -> None:
    shown = frame(100, 400)
    boxes = [fitted(shown, View(), KITTY, (100, 40), zoom=zoom).box for zoom in (0.5, 1, 2, 3, 8)]
    assert [(box.columns, box.rows) for box in boxes] == [(50, 6), (100, 12), (100, 25), (100, 38), (100, 40)]


def test_that_pan_moves_what_is_in_the_middle_by_pixels_of_the_image() -> None:
    shown = frame(101, 201)
    view = fitted(shown, View(), KITTY, (80, 20), zoom=4, pan_px=(30, -7)).view
    assert view.centre_px == (100 + 30, 50 - 7)


def test_that_what_is_coarser_than_the_image_is_rendered_finer_for_the_mean_of_each_dot() -> None:
    coarse = fitted(frame(512, 512), View(), BLOCKS, (64, 32))
    exact = fitted(frame(64, 64), View(), BLOCKS, (64, 32))
    pixels = fitted(frame(4000, 4000), View(), KITTY, (64, 32))
    assert (coarse.size_px, exact.size_px, pixels.size_px) == ((256, 256), (64, 64), (640, 640))


def test_that_a_part_that_a_state_asks_for_is_what_is_fitted() -> None:
    shown = frame(100, 100)
    place = fitted(shown, View(fitted_px=(10, 40, 89, 59)), KITTY, (80, 40))
    assert (place.box.columns, place.box.rows) == (80, 10)
    moved = fitted(shown, View(fitted_px=(10, 40, 89, 59)), KITTY, (80, 40), zoom=2)
    assert moved.view.centre_px == (49.5, 49.5)


def test_that_a_file_has_many_rows_and_not_millions() -> None:
    boxes = [fitted(frame(rows, 100), View(), BLOCKS, (80, None)).box for rows in (500, 60_000)]
    assert [(box.columns, box.rows) for box in boxes] == [(80, 200), (1, 400)]

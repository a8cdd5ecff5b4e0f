"""Images of one stack that differ in size and colour are looked at in one way."""

from dataclasses import replace

import numpy as np
import pytest

from tests.gui.making import instance
from tests.unit.display.frames import frame_of
from workstation.display.mixed import is_mixed, suited
from workstation.display.view import View
from workstation.model.frame import Frame, Window
from workstation.model.index.records import FrameRef, Stack

SIZE = (400, 300)


def blank(rows: int, columns: int) -> Frame:
    return frame_of(np.zeros((rows, columns), np.uint8))


def shares(frame: Frame, view: View) -> tuple[float, float]:
    """Give the point in the middle of the screen as shares of the image's width and height."""
    matrix = view.screen_to_image(frame, SIZE)
    column, row = matrix @ np.array([(SIZE[0] - 1) / 2, (SIZE[1] - 1) / 2, 1])
    return (column + 0.5) / frame.pixels.shape[1], (row + 0.5) / frame.pixels.shape[0]


@pytest.mark.parametrize("shape", [(2000, 3000), (25, 37), (1, 1), (512, 512)])
def test_that_the_same_part_is_seen_in_an_image_of_another_size(shape: tuple[int, int]) -> None:
    first, other = blank(200, 300), blank(*shape)
    view = View().zoomed(first, SIZE, factor=2.0).panned(first, SIZE, by_px=(-40, 25))
    seen = suited(view, other)
    assert seen.of_px == shape
    assert shares(other, seen) == pytest.approx(shares(first, view), abs=0.02)
    assert seen.zoom is not None
    assert view.zoom is not None
    assert seen.zoom * max(shape) == pytest.approx(view.zoom * 300)
    back = suited(seen, first)
    assert back.centre_px == pytest.approx(view.centre_px)
    assert back.zoom == pytest.approx(view.zoom)


def test_that_what_was_not_moved_and_images_of_the_same_size_are_left_alone() -> None:
    view = View(voi=Window(1, 2))
    assert suited(view, blank(5, 5)) is view
    moved = view.panned(blank(5, 5), SIZE, by_px=(3, 3))
    assert suited(moved, blank(5, 5)) is moved


def test_that_a_window_of_grey_images_is_not_applied_to_colours() -> None:
    view = View(voi=Window(1, 2), inverted=True)
    assert suited(view, blank(5, 5), keeps_window=False) == replace(view, voi=None)


def test_that_a_stack_of_greys_and_colours_is_known() -> None:
    grey, colour = instance(1), instance(2, samples_per_pixel=3)
    palette = instance(3, photometric_interpretation="PALETTE COLOR")
    assert is_mixed(Stack((FrameRef(grey), FrameRef(colour))))
    assert is_mixed(Stack((FrameRef(grey), FrameRef(palette))))
    assert not is_mixed(Stack((FrameRef(colour), FrameRef(palette))))

"""Segments and contours are drawn on the pixels they cover, turned, flipped and magnified with the image."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.display.render import render
from workstation.display.segments import ContourLayer, Dressed, Look, SegmentLayer, edges_of, looks_of
from workstation.display.view import View
from workstation.model.frame import Frame, Window
from workstation.model.segmentation import Segment, SegmentMask
from workstation.model.structures import Structure
from workstation.objects.structure_contours import StructureContours

SIZE = (210, 170)
VIEWS = [
    View(),
    View(zoom=7.3, centre_px=(20.2, 11.7)),
    View(zoom=0.8),
    View(rotation_quarters=1, flipped_h=True, zoom=5.5),
    View(rotation_quarters=3, flipped_v=True),
    View(rotation_quarters=2, zoom=40.0, centre_px=(2.0, 2.0)),
]


def blob() -> NDArray[np.bool_]:
    mask = np.zeros((24, 36), np.bool_)
    mask[3:12, 5:20] = True
    mask[5:8, 8:11] = False
    mask[15, 30] = True
    return mask


def black(spacing_mm: tuple[float, float] = (1, 1)) -> Frame:
    return frame_of(np.zeros((24, 36), np.int16), spacing_mm=spacing_mm, voi=(Window(50, 100),))


def drawn(masks: Sequence[SegmentMask], looks: dict[int, Look], view: View = VIEWS[0]) -> NDArray[np.uint8]:
    picture = render(black(), view, SIZE)
    return SegmentLayer(masks).draw(picture, black(), view, SIZE, looks)


def mask_of(number: int, share: NDArray[np.bool_] | NDArray[np.float32]) -> SegmentMask:
    return SegmentMask(Segment(number, f"Segment {number}"), share)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("spacing_mm", [(1, 1), (1.5, 0.7)])
def test_that_an_area_covers_the_screen_pixels_of_its_image_pixels(view: View, spacing_mm: tuple[float, float]) -> None:
    frame = black(spacing_mm)
    white = frame_of(np.where(blob(), 100, 0).astype(np.int16), spacing_mm=spacing_mm, voi=(Window(50, 100),))
    nearest = replace(view, interpolation="nearest")

    layer = SegmentLayer([mask_of(1, blob())])
    out = layer.draw(render(frame, view, SIZE), frame, view, SIZE, {1: Look((255, 255, 255), 1.0, outline_px=0)})

    np.testing.assert_array_equal(out, render(white, nearest, SIZE))


def test_that_areas_are_mixed_by_their_opacity_and_share() -> None:
    half = np.zeros((24, 36), np.float32)
    half[4:8, 4:8] = 0.5
    out = drawn([mask_of(1, half)], {1: Look((200, 100, 0), 0.5, outline_px=0)})
    column, row = (View().image_to_screen(black(), SIZE) @ (6, 6, 1)).round().astype(int)

    assert np.abs(out[row, column].astype(int) - (50, 25, 0)).max() <= 1


def test_that_what_is_switched_off_or_has_no_look_is_not_drawn() -> None:
    plain = render(black(), VIEWS[0], SIZE)
    masks = [mask_of(1, blob()), mask_of(2, blob())]

    assert (drawn(masks, {1: Look((255, 0, 0), is_shown=False)}) == plain).all()
    assert (drawn(masks, {}) == plain).all()
    assert not (drawn(masks, {2: Look((255, 0, 0))}) == plain).all()


def test_that_the_picture_given_is_left_as_it_is() -> None:
    picture = render(black(), VIEWS[0], SIZE)
    SegmentLayer([mask_of(1, blob())]).draw(picture, black(), VIEWS[0], SIZE, {1: Look((255, 0, 0))})

    assert not picture.any()


def test_that_the_outline_runs_along_the_edges_of_the_pixels() -> None:
    mask = np.zeros((5, 6), np.bool_)
    mask[1:3, 2:5] = True

    pieces = {tuple(map(tuple, piece)) for piece in edges_of(mask).tolist()}

    assert pieces == {
        ((1.5, 0.5), (4.5, 0.5)),
        ((1.5, 2.5), (4.5, 2.5)),
        ((1.5, 0.5), (1.5, 2.5)),
        ((4.5, 0.5), (4.5, 2.5)),
    }


def test_that_the_outline_of_any_mask_is_as_long_as_pixels_differ_from_their_neighbours() -> None:
    mask = np.random.default_rng(1).random((30, 40)) > 0.6
    padded = np.pad(mask, 1)
    differing = np.count_nonzero(np.diff(padded, axis=0)) + np.count_nonzero(np.diff(padded, axis=1))

    pieces = edges_of(mask)

    assert np.abs(np.diff(pieces, axis=1)).sum() == differing


def test_that_a_magnified_outline_is_one_screen_pixel_wide_and_lies_on_the_border() -> None:
    view = View(zoom=20.0, centre_px=(5.0, 3.0))
    out = drawn([mask_of(1, blob())], {1: Look((255, 0, 0), 0.0)}, view)
    x, y = view.image_to_screen(black(), SIZE) @ (4.5, 4.0, 1)  # the left border of the mask, above its hole
    across = out[round(float(y)), :, 0]

    assert across[round(float(x)) - 1 : round(float(x)) + 2].sum() >= 250
    assert np.count_nonzero(across > 60) <= 2


def test_that_a_canvas_for_the_screen_gets_the_same_in_its_own_order() -> None:
    view, frame, looks = VIEWS[3], black(), {1: Look((200, 100, 30), 0.5)}
    ring = np.array([(4.5, 4.5), (20.5, 4.5), (20.5, 14.5)])
    for layer in (
        SegmentLayer([mask_of(1, blob())]),
        ContourLayer([StructureContours(Structure(1, "A"), closed=(ring,), points=(np.array([(30.0, 20.0)]),))]),
    ):
        picture = render(frame, view, SIZE)
        canvas = np.full((SIZE[1], SIZE[0], 4), 255, np.uint8)
        canvas[..., :3] = 0
        Dressed(layer, looks).put_over(picture, frame, view, SIZE)
        Dressed(layer, looks).put_over(canvas, frame, view, SIZE)

        assert picture.any()
        np.testing.assert_array_equal(canvas[..., 2::-1], picture)
        assert (canvas[..., 3] == 255).all()


def test_that_an_empty_mask_draws_nothing() -> None:
    empty = np.zeros((24, 36), np.bool_)

    assert not drawn([mask_of(1, empty)], {1: Look((255, 0, 0))}).any()
    assert edges_of(empty).shape == (0, 2, 2)


def test_that_contours_are_filled_up_to_their_holes_and_drawn_where_they_lie() -> None:
    outer = np.array([(4.5, 4.5), (20.5, 4.5), (20.5, 14.5), (4.5, 14.5)])
    hole = np.array([(8.5, 7.5), (12.5, 7.5), (12.5, 11.5), (8.5, 11.5)])
    structure = Structure(3, "Lung")
    layer = ContourLayer([StructureContours(structure, closed=(outer, hole), points=(np.array([(30.0, 20.0)]),))])
    out = layer.draw(render(black(), VIEWS[0], SIZE), black(), VIEWS[0], SIZE, {3: Look((0, 200, 0), 0.5)})

    def at(column: float, row: float) -> list[int]:
        x, y = (VIEWS[0].image_to_screen(black(), SIZE) @ (column, row, 1)).round().astype(int)
        return [int(value) for value in out[y, x]]

    assert at(6, 6) == [0, 100, 0]
    assert at(10, 9) == [0, 0, 0]
    assert at(15, 4.5)[1] > 120
    assert at(30, 20)[1] > 190


def test_that_contours_far_off_the_screen_draw_nothing_and_do_not_fail() -> None:
    far = np.array([(1e7, 1e7), (2e7, 1e7), (2e7, 2e7)])
    layer = ContourLayer([StructureContours(Structure(1, "Far"), closed=(far,), points=(far,))])
    view = View(zoom=64.0)

    assert not layer.draw(render(black(), view, SIZE), black(), view, SIZE, {1: Look((255, 0, 0))}).any()


def test_that_looks_are_the_colours_of_the_segments() -> None:
    assert looks_of([Segment(4, "a", colour=(1, 2, 3))], opacity=0.2) == {4: Look((1, 2, 3), 0.2)}


def test_that_what_lies_under_a_point_is_named_unless_it_is_hidden() -> None:
    other = np.zeros((24, 36), np.float32)
    other[3:5, 5:20] = 0.8
    layer = SegmentLayer([mask_of(1, blob()), mask_of(2, other)])
    looks = {1: Look((1, 2, 3)), 2: Look((3, 2, 1))}
    told = {point: Dressed(layer, looks).reading(point) for point in ((6.0, 4.4), (6.0, 9.0), (9.0, 6.0), (-2.0, 60.0))}
    assert list(told.values()) == ["Segment 1, Segment 2", "Segment 1", "", ""]
    assert Dressed(layer, {**looks, 1: Look((1, 2, 3), is_shown=False)}).reading((6.0, 4.4)) == "Segment 2"


def test_that_a_hole_in_a_structure_is_not_it() -> None:
    outer = np.array([(2.0, 2.0), (20.0, 2.0), (20.0, 20.0), (2.0, 20.0)])
    hole = np.array([(8.0, 8.0), (12.0, 8.0), (12.0, 12.0), (8.0, 12.0)])
    layer = ContourLayer([StructureContours(Structure(4, "PTV"), closed=(outer, hole))])
    dressed = Dressed(layer, {4: Look((1, 2, 3))})
    assert [dressed.reading(point) for point in ((5.0, 5.0), (10.0, 10.0), (30.0, 5.0))] == ["PTV", "", ""]

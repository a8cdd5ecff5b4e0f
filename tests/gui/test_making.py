"""How clicks and drags become shapes: right angles and circles in the patient, on pixels that are not square too."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.gui.making import frame
from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.reshaping import moved_by, turned, with_point_added, with_point_at, without_point
from workstation.gui.viewer.annotating_tools import TOOLS, TOOLS_BY_ID, Tool
from workstation.gui.viewer.lengths_written import length_mm
from workstation.gui.viewer.making import Ground, Making, Options, Touch
from workstation.gui.viewer.making_masks import MakingGrown, MakingMask
from workstation.gui.viewer.making_points import MakingPoints
from workstation.gui.viewer.making_strokes import MakingStroke
from workstation.gui.viewer.naming import next_vertebra
from workstation.gui.viewer.shaping import middle_clicks, shaped, steadied
from workstation.measure.painting import brushed, grown, inside_of, limits_around
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import KINDS, TRAITS
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.outlines import mask_bits, mask_of, outline_px

TALL = Spacing(1.5, 0.5, SpacingSource.PIXEL_SPACING)
SCALE = np.array([0.5, 1.5])


def ground(rows: int = 40, columns: int = 60) -> Ground:
    return Ground("1.2", 0, replace(frame(rows=rows, columns=columns), spacing=TALL))


def touch(column: float, row: float, held: Modifier = "") -> Touch:
    """Touch a point of a screen on which a pixel of the image is ten wide and high."""
    return Touch((column, row), (10 * column, 10 * row), held)


def click(making: Making, *points: Point) -> None:
    for point in points:
        making.move(touch(*point))
        making.press(touch(*point))
        making.release(touch(*point))


def dragged(making: Making, *points: Point, held: Modifier = "") -> None:
    making.press(touch(*points[0], held))
    for point in points[1:]:
        making.drag(touch(*point, held))
    making.release(touch(*points[-1], held))


def is_over(making: Making) -> bool:
    """Ask anew: what was so before a call may be otherwise after it."""
    return making.is_over


def made_of(making: Making) -> Annotation | None:
    """Likewise."""
    return making.made


def points_of(tool: str, *clicks: Point) -> np.ndarray:
    return np.array(shaped(TOOLS_BY_ID[tool], clicks, TALL))


def made(tool: str, *clicks: Point) -> Annotation:
    return ground().annotation(TOOLS_BY_ID[tool].kind, shaped(TOOLS_BY_ID[tool], clicks, TALL))


def is_right_angled(one: np.ndarray, other: np.ndarray) -> bool:
    return abs(float((one * SCALE) @ (other * SCALE))) < 1e-9


def test_that_there_is_a_tool_for_every_kind() -> None:
    assert {tool.kind for tool in TOOLS} == set(KINDS)


@pytest.mark.parametrize("tool", [each for each in TOOLS if each.way == "points"], ids=lambda each: each.id)
def test_that_every_tool_makes_its_kind_from_one_click_on(tool: Tool) -> None:
    clicks = middle_clicks(tool, (30, 20), (10, 8))
    assert len(clicks) == (tool.clicks or 4)
    for count in range(1, len(clicks) + 1):
        points = shaped(tool, clicks[:count], TALL)
        traits = TRAITS[tool.kind]
        assert traits.fewest <= len(points) <= (traits.most or len(points))


def test_that_a_drag_and_two_clicks_make_the_same_line() -> None:
    tool = TOOLS_BY_ID["measure-length"]
    one, other = MakingPoints(tool, ground()), MakingPoints(tool, ground())
    dragged(one, (3, 4), (10, 10), (20, 12))
    click(other, (3, 4))
    other.move(touch(15, 15))
    assert other.made is not None
    assert list(other.made.points_px) == [(3, 4), (15, 15)]
    assert not is_over(other)
    click(other, (20, 12))
    assert is_over(one)
    assert is_over(other)
    assert one.made is not None
    assert one.made.points_px == other.made.points_px == ((3, 4), (20, 12))


def test_that_two_drags_make_two_lines() -> None:
    making = MakingPoints(TOOLS_BY_ID["measure-cobb"], ground())
    dragged(making, (3, 4), (20, 5))
    assert not making.is_whole
    making.move(touch(4, 14))
    dragged(making, (4, 15), (20, 18))
    assert is_over(making)
    assert making.made is not None
    assert making.made.points_px == ((3, 4), (20, 5), (4, 15), (20, 18))


def test_that_a_polygon_is_closed_by_its_first_point_and_backspace_takes_points_back() -> None:
    making = MakingPoints(TOOLS_BY_ID["measure-polygon"], ground())
    click(making, (5, 5), (20, 5), (28, 12))
    assert making.take_back()
    click(making, (20, 20), (5, 20))
    making.press(touch(5.2, 5.1))
    assert is_over(making)
    assert making.made is not None
    assert making.made.points_px == ((5, 5), (20, 5), (20, 20), (5, 20))


def test_that_a_polyline_ends_where_it_is_clicked_twice_and_not_before_it_has_two_points() -> None:
    making = MakingPoints(TOOLS_BY_ID["measure-polyline"], ground())
    click(making, (5, 5))
    making.close()
    assert not is_over(making)
    click(making, (20, 5), (20, 20), (20, 20))
    assert is_over(making)
    assert making.made is not None
    assert making.made.points_px == ((5, 5), (20, 5), (20, 20))


def test_that_taking_back_the_only_point_leaves_nothing() -> None:
    making = MakingPoints(TOOLS_BY_ID["measure-polygon"], ground())
    click(making, (5, 5))
    assert not making.take_back()
    assert made_of(making) is None


def test_that_shift_keeps_lines_straight_and_boxes_even_in_the_patient() -> None:
    line = steadied(TOOLS_BY_ID["measure-length"], ((0, 0), (30, 9)), TALL)[-1]
    assert line[0] * 0.5 == pytest.approx(line[1] * 1.5)
    box = steadied(TOOLS_BY_ID["measure-rectangle"], ((0, 0), (30, 2)), TALL)[-1]
    assert box == pytest.approx((30, 10))


def test_that_a_circle_goes_through_three_points() -> None:
    clicks = ((10.0, 10.0), (40.0, 12.0), (25.0, 30.0))
    centre, rim = points_of("measure-circle-of-three", *clicks)
    radius = np.hypot(*((rim - centre) * SCALE))
    assert [np.hypot(*((np.array(each) - centre) * SCALE)) for each in clicks] == pytest.approx([radius] * 3)
    flat = points_of("measure-circle-of-three", (0, 0), (10, 0), (20, 0))
    assert np.isfinite(flat).all()


def test_that_the_short_axis_halves_the_long_one_at_right_angles() -> None:
    a, b, c, d = points_of("measure-bidirectional", (10, 10), (40, 16), (20, 22))
    assert (c + d) / 2 == pytest.approx((a + b) / 2)
    assert is_right_angled(b - a, d - c)
    assert np.hypot(*((d - c) * SCALE)) > 10


def test_that_lines_of_the_cardiothoracic_ratio_lie_level_on_the_screen() -> None:
    tool = TOOLS_BY_ID["measure-ratio"]
    clicks = ((10, 10), (40, 16), (5, 22), (50, 20))
    assert shaped(tool, clicks, TALL)[1::2] == ((40, 10), (50, 22))
    assert shaped(tool, clicks, TALL, across=(0.0, 2.0))[1::2] == ((10, 16), (5, 20))


def test_that_a_rectangle_keeps_its_right_angles_when_turned_and_pulled() -> None:
    box = made("measure-rectangle", (10, 10), (30, 20))
    tilted = turned(box, (40, 15), (35, 25), TALL)
    pulled = with_point_at(tilted, 2, (45, 27), TALL)
    points = np.array(pulled.points_px)
    assert points[2] == pytest.approx((45, 27))
    assert points[0] == pytest.approx(tilted.points_px[0])
    for before, after in pairwise(np.diff(points, axis=0)):
        assert is_right_angled(before, after)
    sides = [np.hypot(*(each * SCALE)) for each in np.diff(np.array(tilted.points_px), axis=0)]
    assert sides == pytest.approx([10, 15, 10])


def test_that_an_ellipse_keeps_centre_and_axes_when_turned_and_stretched() -> None:
    before = made("measure-ellipse", (10, 10), (30, 20))
    after = with_point_at(turned(before, (40, 15), (30, 25), TALL), 1, (44, 30), TALL)
    points = np.array(after.points_px)
    assert points.mean(axis=0) == pytest.approx((20, 15))
    assert is_right_angled(points[1] - points[0], points[3] - points[2])
    assert np.hypot(*((points[3] - points[2]) * SCALE)) == pytest.approx(15)
    rim = outline_px(after, TALL)
    assert np.isfinite(rim).all()


def test_that_both_axes_stay_at_right_angles_whatever_end_is_moved() -> None:
    axes = made("measure-bidirectional", (10, 10), (40, 16), (20, 22))
    for number, at in ((0, (5.0, 14.0)), (1, (44.0, 8.0)), (2, (22.0, 26.0)), (3, (33.0, 4.0))):
        moved = np.array(with_point_at(axes, number, at, TALL).points_px)
        assert is_right_angled(moved[1] - moved[0], moved[3] - moved[2]), number
        if number < 2:
            assert moved[number] == pytest.approx(at)


def test_that_the_middle_of_a_circle_takes_all_of_it_along() -> None:
    circle = made("measure-circle", (20, 20), (26, 20))
    assert with_point_at(circle, 0, (22, 21), TALL).points_px == ((22, 21), (28, 21))
    assert with_point_at(circle, 1, (20, 24), TALL).points_px == ((20, 20), (20, 24))


def test_that_corners_come_and_go_where_the_line_is_nearest() -> None:
    polygon = made("measure-polygon", (0, 0), (10, 0), (10, 10), (0, 10))
    more, number = with_point_added(polygon, (0.2, 4.0))
    assert number == 4
    assert more.points_px[4] == (0.2, 4.0)
    line, number = with_point_added(made("measure-polyline", (0, 0), (10, 0), (10, 10)), (6, 1))
    assert (number, line.points_px[1]) == (1, (6, 1))
    less = without_point(more, 0)
    assert less is not None
    assert len(less.points_px) == 4
    assert without_point(made("measure-polygon", (0, 0), (10, 0), (10, 10)), 0) is None


def test_that_a_stroke_is_as_the_hand_drew_it_and_a_click_is_none() -> None:
    making = MakingStroke(TOOLS_BY_ID["measure-freehand"], ground())
    click(making, (3, 3))
    assert made_of(making) is None
    assert not is_over(making)
    dragged(making, (3, 3), (9, 3), (9, 9), (3, 9))
    assert is_over(making)
    assert making.made is not None
    assert making.made.points_px == ((3, 3), (9, 3), (9, 9), (3, 9))


def test_that_a_brush_is_round_in_the_patient() -> None:
    bits = brushed((40, 60), (30, 20), (30, 20), radius_mm=6.2, spacing=TALL)
    rows, columns = np.nonzero(bits)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (18, 42, 16, 24)
    away = np.hypot((np.arange(60) - 30) * 0.5, ((np.arange(40) - 20) * 1.5)[:, None])
    assert np.array_equal(bits, away <= 6.2)
    # A brush smaller than a pixel paints the one it stands on.
    assert np.argwhere(brushed((40, 60), (30.4, 20.3), (30.4, 20.3), radius_mm=0.01, spacing=TALL)).tolist() == [
        [20, 30]
    ]


def test_that_strokes_add_and_rub_out_and_nothing_is_left_of_what_is_rubbed_out() -> None:
    options = Options(brush=6.0)
    tool = TOOLS_BY_ID["measure-brush"]
    first = MakingMask(tool, ground(), options, goes_on=None, about=None)
    dragged(first, (10, 20), (40, 20))
    assert first.made is not None
    assert first.made.about is not None
    assert first.made.about.tracking_uid.startswith("2.25.")
    assert first.made.mask is not None
    painted = int(mask_bits(first.made.mask).sum())
    second = MakingMask(tool, ground(), options, goes_on=first.made, about=None)
    dragged(second, (20, 20), (25, 20), held="shift")
    assert second.made is not None
    assert second.made.id == first.made.id
    assert second.made.mask is not None
    assert int(mask_bits(second.made.mask).sum()) < painted
    third = MakingMask(tool, ground(), Options(brush=200), goes_on=second.made, about=None)
    dragged(third, (20, 20), (21, 20), held="shift")
    assert third.made is None
    assert third.deletes == first.made.id


def test_that_a_threshold_brush_paints_values_within_its_limits_only() -> None:
    place = ground()
    options = Options(brush=20.0, limits=(1200.0, 1300.0))
    making = MakingMask(TOOLS_BY_ID["measure-threshold-brush"], place, options, goes_on=None, about=None)
    dragged(making, (30, 20), (31, 20))
    assert making.made is not None
    inside = inside_of(making.made.mask, (40, 60))
    values = place.frame.modality_values()
    touched = brushed((40, 60), (30, 20), (31, 20), radius_mm=10, spacing=TALL)
    assert np.array_equal(inside, touched & (values >= 1200) & (values <= 1300))


def test_that_like_values_grow_from_a_click_and_a_drag_takes_in_more() -> None:
    values = np.zeros((30, 30))
    values[5:15, 5:15] = 100
    values[20:25, 20:25] = 100
    values[8, 8] = 130
    island = grown(values, (6, 6), 90, 110)
    assert island.sum() == 99
    assert not island[22, 22]
    assert grown(values, (6, 6), 110, 200).sum() == 0
    assert grown(values, (-3, 6), None, None).sum() == 0
    low, high = limits_around(values, (11, 11))
    assert low < 100 < high
    place = Ground("1.2", 0, replace(frame(rows=30, columns=30), pixels=values))
    making = MakingGrown(place, Options())
    making.press(touch(11, 11))
    assert making.made is not None
    few = making.made.mask
    making.drag(Touch((11, 7), (110.0, -300.0)))
    assert making.made.mask is not None
    assert few is not None
    assert mask_bits(making.made.mask).sum() > mask_bits(few).sum()


def test_that_padding_takes_no_part_in_limits() -> None:
    values = np.full((30, 30), -32768, np.int16)
    values[2:28, 2:28] = 40
    values[8:20, 8:20] = 340
    place = Ground("1.2", 0, replace(frame(rows=30, columns=30), pixels=values, padding=(-32768, -32768)))
    making = MakingGrown(place, Options())
    making.press(touch(14, 14))
    assert making.made is not None
    assert making.made.mask is not None
    assert mask_bits(making.made.mask).sum() == 144
    unlimited = MakingGrown(place, Options(limits=(None, None)))
    unlimited.press(touch(14, 14))
    assert unlimited.made is not None
    assert unlimited.made.mask is not None
    assert mask_bits(unlimited.made.mask).sum() == 26 * 26, "nor is it painted"


def test_that_a_mask_holds_what_was_painted_and_goes_by_whole_pixels() -> None:
    inside = np.zeros((40, 60), bool)
    inside[7:9, 11:30] = True
    mask = mask_of(inside)
    assert mask is not None
    assert (mask.left, mask.top, mask.columns, mask.rows) == (11, 7, 19, 2)
    assert np.array_equal(inside_of(mask, (40, 60)), inside)
    annotation = ground().annotation("mask", ((11, 7), (29, 8)), mask=mask)
    moved = moved_by(annotation, (-20.4, 2.6))
    assert moved.mask is not None
    assert [moved.mask.left, moved.mask.top] == [-9, 10]
    assert list(moved.points_px) == [(-9, 10), (9, 11)]
    assert inside_of(moved.mask, (40, 60)).sum() == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20", 20), ("2 cm", 20), ("1in", 25.4), ("0,5 mm", 0.5), ("", None), ("0", None), ("-3", None), ("two", None)],
)
def test_that_lengths_are_read_as_people_write_them(text: str, expected: float | None) -> None:
    assert length_mm(text) == expected


def test_that_vertebrae_are_counted_the_way_one_clicks() -> None:
    plane = Plane((0, 0, 0), (0, 1, 0), (0, 0, -1), TALL)
    options = Options(vertebra="L5")
    names = []
    for row in (30, 25, 20, 28, 38):
        here = ground().annotation("vertebra", ((10, row),))
        options.vertebra = next_vertebra(options, here, plane)
        options.last_vertebra = here
        names.append(options.vertebra)
    assert names == ["L5", "L4", "L3", "L4", "L5"]
    options = Options(vertebra="C1")
    options.last_vertebra = ground().annotation("vertebra", ((10, 20),))
    assert next_vertebra(options, ground().annotation("vertebra", ((10, 10),)), None) == "C1"
    assert next_vertebra(options, ground().annotation("vertebra", ((10, 30),)), None) == "C2"

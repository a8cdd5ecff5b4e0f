"""Reference lines, the 3D cursor and linked scrolling, against the index transforms of SimpleITK on oblique images."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workstation.display.linking import (
    SINGLE_REACH_MM,
    Located,
    Match,
    Offset,
    StackPlanes,
    by_offset,
    by_position,
    is_same_space,
    locate,
    offset_by_hand,
    offset_from_positions,
    reference_line,
)
from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, main_orientation

Turn = NDArray[np.float64]
AXIAL, SAGITTAL, CORONAL = (
    np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], float),
    np.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], float),
    np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float),
)
# SimpleITK gives NaN for turns by the smallest numbers there are.
angles = (st.floats(-180, 180)).map(lambda angle: round(angle, 9))


def turned(a: float, b: float, c: float) -> Turn:
    turn = SimpleITK.Euler3DTransform()
    turn.SetRotation(math.radians(a), math.radians(b), math.radians(c))
    return np.array(turn.GetMatrix()).reshape(3, 3)


def vector(values: Turn) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def plane_of(turn: Turn, origin: Vector, rows_mm: float = 1.0, columns_mm: float = 1.0, space: str = "1.2") -> Plane:
    spacing = Spacing(rows_mm, columns_mm, SpacingSource.PIXEL_SPACING)
    return Plane(origin, vector(turn[:, 0]), vector(turn[:, 1]), spacing, space)


def image_of(plane: Plane, turn: Turn, slices: int = 1, step_mm: float = 1.0) -> SimpleITK.Image:
    image = SimpleITK.Image([4, 4, slices], SimpleITK.sitkUInt8)
    image.SetOrigin(plane.origin_lps)
    image.SetSpacing((plane.spacing.between_columns, plane.spacing.between_rows, step_mm))
    image.SetDirection(turn.ravel().tolist())
    return image


def stack_of(
    turn: Turn, origin: Vector, count: int, step_mm: float, *, shape_px: tuple[int, int] = (100, 80), space: str = "1.2"
) -> StackPlanes:
    origins = [np.array(origin) + turn[:, 2] * step_mm * index for index in range(count)]
    return StackPlanes(tuple(plane_of(turn, vector(place), 0.7, 0.9, space) for place in origins), shape_px)


@given(angles, angles, angles, angles, angles, angles, st.tuples(*[st.floats(-60, 60)] * 3))
def test_that_a_line_lies_in_both_images_and_ends_at_an_edge_of_one(
    a: float, b: float, c: float, d: float, e: float, f: float, shift: Vector
) -> None:
    turns = turned(a, b, c), turned(d, e, f)
    assume(abs(turns[0][:, 2] @ turns[1][:, 2]) < math.cos(math.radians(3)))
    shown_shape, other_shape = (120, 90), (64, 200)
    shown, other = plane_of(turns[0], (-30, -40, 5), 0.8, 1.1), plane_of(turns[1], shift, 1.3, 0.6)
    line = reference_line(other, other_shape, shown, shown_shape)
    images = image_of(shown, turns[0]), image_of(other, turns[1])
    if line is None:
        assert not _meets(images, shown_shape, other_shape)
        return
    for column, row in line:
        point = images[0].TransformContinuousIndexToPhysicalPoint([column, row, 0.0])
        i, j, k = images[1].TransformPhysicalPointToContinuousIndex(point)
        margins = [
            column + 0.5, shown_shape[1] - 0.5 - column, row + 0.5, shown_shape[0] - 0.5 - row,
            i + 0.5, other_shape[1] - 0.5 - i, j + 0.5, other_shape[0] - 0.5 - j,
        ]  # fmt: skip
        assert k == pytest.approx(0, abs=1e-6)
        assert min(margins) == pytest.approx(0, abs=1e-5)


def _meets(images: tuple[SimpleITK.Image, SimpleITK.Image], shape: tuple[int, int], other: tuple[int, int]) -> bool:
    """Walk the edges of one image and its diagonals: does a point well inside both lie in the other's plane?"""
    ways = [((column, 0.0), (column, shape[0] - 1.0)) for column in np.linspace(0, shape[1] - 1, 30)]
    ways += [((0.0, row), (shape[1] - 1.0, row)) for row in np.linspace(0, shape[0] - 1, 30)]
    for start, end in ways:
        first, last = (
            images[1].TransformPhysicalPointToContinuousIndex(
                images[0].TransformContinuousIndexToPhysicalPoint([float(point[0]), float(point[1]), 0.0])
            )
            for point in (start, end)
        )
        if first[2] * last[2] < 0:
            share = first[2] / (first[2] - last[2])
            i, j = (first[axis] + share * (last[axis] - first[axis]) for axis in (0, 1))
            if 0 < i < other[1] - 1 and 0 < j < other[0] - 1:
                return True
    return False


def test_that_an_axial_slice_is_a_level_line_in_a_coronal_one() -> None:
    coronal = plane_of(CORONAL, (-50, 0, 100), 2.0, 1.0)
    axial = plane_of(AXIAL, (-50, -50, 60))
    line = reference_line(axial, (101, 101), coronal, (80, 101))
    assert line is not None
    assert np.array(sorted(line)) == pytest.approx(np.array([(-0.5, 20), (100.5, 20)]))


def test_that_a_line_ends_where_the_smaller_image_ends_unless_its_whole_plane_is_asked_for() -> None:
    coronal = plane_of(CORONAL, (-50, 0, 100))
    small = plane_of(AXIAL, (-20, -50, 60))
    line = reference_line(small, (101, 41), coronal, (80, 101))
    assert line is not None
    assert sorted(point[0] for point in line) == pytest.approx([29.5, 70.5])
    whole = reference_line(small, (101, 41), coronal, (80, 101), whole=True)
    assert whole is not None
    assert sorted(point[0] for point in whole) == pytest.approx([-0.5, 100.5])
    beside = plane_of(AXIAL, (-20, 10, 60))
    assert reference_line(beside, (20, 41), coronal, (80, 101)) is None


@pytest.mark.parametrize(
    "other",
    [
        plane_of(AXIAL, (0, 0, 10)),
        plane_of(turned(0.5, 0, 0), (0, 0, 10)),
        plane_of(CORONAL, (-50, 0, 100), space="9.9"),
        plane_of(CORONAL, (-50, 0, 100), space=""),
        plane_of(CORONAL, (-50, 500, 100)),
        plane_of(CORONAL, (math.nan, 0, 100)),
        plane_of(CORONAL, (-50, 0, 100), 0.0, 1.0),
        replace(plane_of(CORONAL, (-50, 0, 100)), along_row_lps=(0, 0, 0)),
    ],
    ids=["parallel", "nearly", "another space", "no space", "beside", "no number", "no spacing", "no direction"],
)
def test_that_there_is_no_line_where_there_is_none_to_draw(other: Plane) -> None:
    assert reference_line(other, (100, 100), plane_of(AXIAL, (-50, -50, 0)), (100, 100)) is None


def test_that_planes_without_a_frame_of_reference_share_no_space() -> None:
    nowhere = plane_of(AXIAL, (0, 0, 0), space="")
    assert not is_same_space(nowhere, nowhere)


@given(angles, angles, angles, st.tuples(st.floats(-3, 82), st.floats(-3, 102), st.floats(-3, 12)))
def test_that_a_point_is_found_where_simpleitk_finds_it(a: float, b: float, c: float, index: Vector) -> None:
    turn = turned(a, b, c)
    stack = stack_of(turn, (-12, 30, 7), 10, 2.5)
    assert stack.planes[0] is not None
    image = image_of(stack.planes[0], turn, 10, 2.5)
    assume(all(abs(part % 1 - 0.5) > 1e-3 for part in index))  # not on an edge, where rounding decides
    point = image.TransformContinuousIndexToPhysicalPoint(index)
    found = locate(stack, point, "1.2")
    assert found is not None
    nearest = min(max(round(index[2]), 0), 9)
    assert found.index == nearest
    assert found.point_px == pytest.approx(index[:2], abs=1e-6)
    assert found.distance_mm == pytest.approx((index[2] - nearest) * 2.5, abs=1e-6)
    inside = -0.5 <= index[0] < 79.5 and -0.5 <= index[1] < 99.5 and -0.5 < index[2] < 9.5
    assert found.is_within == inside


def test_that_a_point_of_another_space_is_in_no_slice() -> None:
    stack = stack_of(AXIAL, (0, 0, 0), 5, 3)
    assert locate(stack, (1, 1, 1), "9.9") is None
    assert locate(stack, (1, 1, 1), "") is None
    assert locate(StackPlanes(()), (1, 1, 1), "1.2") is None
    assert locate(StackPlanes((None, None)), (1, 1, 1), "1.2") is None


def test_that_slices_without_a_place_and_of_other_spaces_are_passed_over() -> None:
    good, other = plane_of(AXIAL, (0, 0, 9)), plane_of(AXIAL, (0, 0, 0), space="9.9")
    broken = plane_of(AXIAL, (0, 0, 0), 0.0)
    found = locate(StackPlanes((other, None, broken, good), (20, 20)), (3, 4, 0), "1.2")
    assert found == Located(3, (3, 4), -9, is_within=False)


def test_that_a_single_slice_and_slices_at_one_place_reach_a_little_to_both_sides() -> None:
    for count in (1, 3):
        stack = stack_of(AXIAL, (0, 0, 0), count, 0.0)
        found = [locate(stack, (1, 1, SINGLE_REACH_MM + more), "1.2") for more in (-0.1, 0.1)]
        assert [each and each.is_within for each in found] == [True, False]


def test_that_a_slice_beside_a_wider_step_reaches_to_its_middle() -> None:
    planes = tuple(plane_of(AXIAL, (0, 0, z)) for z in (0, 5, 10, 20, 30))
    stack = StackPlanes(planes, (50, 50))
    found = [locate(stack, (1, 1, z), "1.2") for z in (2.4, 12.6, 14.9, 15.1, 34.9, 35.1)]
    assert [each and (each.index, each.is_within) for each in found] == [
        (0, True), (2, True), (2, True), (3, True), (4, True), (4, False),
    ]  # fmt: skip


@pytest.mark.parametrize("tilt_deg", [0, 12, 29])
def test_that_the_slice_at_the_same_place_is_found_in_a_stack_of_other_steps(tilt_deg: float) -> None:
    fine = stack_of(AXIAL, (-36, -35, 0), 60, 1.0)
    coarse_turn = turned(tilt_deg, 0, 0)
    origin = vector(-coarse_turn[:, 0] * 36 - coarse_turn[:, 1] * 35)
    coarse = stack_of(coarse_turn, origin, 12, 5.0)
    assert coarse.planes[0] is not None
    image = image_of(coarse.planes[0], coarse_turn, 12, 5.0)
    for index in range(60):
        middle = (-36 + 79 / 2 * 0.9, -35 + 99 / 2 * 0.7, float(index))
        k = image.TransformPhysicalPointToContinuousIndex(middle)[2]
        match = by_position(fine, index, coarse)
        assert match is not None
        assert abs(match.index - k) <= 0.5 + 1e-6 or match.index in (0, 11)
        assert match.distance_mm == pytest.approx((k - match.index) * 5, abs=1e-6)
        assert match.is_within == (-0.5 <= round(k, 6) <= 11.5)


def test_that_a_stack_the_other_way_round_is_followed_by_place_not_by_number() -> None:
    up = stack_of(AXIAL, (0, 0, 0), 10, 3)
    down = stack_of(np.diag([1.0, -1.0, -1.0]), (0, 69.3, 27), 10, 3)
    assert [by_position(up, index, down) for index in (0, 4, 9)] == [
        Match(9, 0, is_within=True), Match(5, 0, is_within=True), Match(0, 0, is_within=True)
    ]  # fmt: skip


def test_that_stacks_of_other_spaces_or_another_way_through_the_patient_are_not_scrolled_by_place() -> None:
    axial = stack_of(AXIAL, (0, 0, 0), 10, 3)
    assert by_position(axial, 0, stack_of(AXIAL, (0, 0, 0), 10, 3, space="9.9")) is None
    assert by_position(axial, 0, stack_of(CORONAL, (0, 0, 0), 10, 3)) is None
    assert by_position(axial, 0, stack_of(turned(31, 0, 0), (0, 0, 0), 10, 3)) is None
    assert by_position(StackPlanes((None,)), 0, axial) is None
    nowhere = stack_of(AXIAL, (0, 0, 0), 10, 3, space="")
    assert by_position(nowhere, 0, nowhere) is None


@pytest.mark.parametrize(("turn", "start"), [(AXIAL, 1000.0), (np.diag([1.0, -1.0, -1.0]), 1027.0)])
def test_that_an_offset_set_by_hand_holds_for_the_other_slices(turn: Turn, start: float) -> None:
    one = stack_of(AXIAL, (0, 0, 0), 10, 3)
    other = stack_of(turn, (4, 1, start), 10, 3, space="9.9")
    chosen = 5 if turn is AXIAL else 4  # both 15 mm above the lowest
    offset = offset_by_hand(one, 2, other, chosen)
    followed = [by_offset(one, index, other, offset) for index in range(10)]
    sense = 1 if turn is AXIAL else -1
    expected = [chosen + sense * (index - 2) for index in range(10)]
    assert [match and match.index for match in followed] == [min(max(index, 0), 9) for index in expected]
    assert [match and match.is_within for match in followed] == [0 <= index <= 9 for index in expected]


def test_that_without_places_an_offset_counts_images() -> None:
    one, other = StackPlanes((None,) * 5), StackPlanes((None,) * 8)
    offset = offset_by_hand(one, 1, other, 4)
    assert offset == Offset(None, 3)
    assert by_offset(one, 2, other, offset) == Match(5, 0, is_within=True)
    assert by_offset(one, 4, other, Offset(None, 6)) == Match(7, 0, is_within=False)
    assert by_offset(one, 0, StackPlanes(()), offset) is None


def test_that_places_are_taken_at_their_word_where_stacks_overlap() -> None:
    now = stack_of(AXIAL, (0, 0, 100), 20, 5)
    prior = stack_of(AXIAL, (2, 3, 91), 12, 8, space="9.9")
    offset = offset_from_positions(now, prior)
    assert offset == Offset(0.0)
    assert by_offset(now, 10, prior, offset) == Match(7, 3.0, is_within=True)
    assert offset_from_positions(now, stack_of(AXIAL, (0, 0, 900), 12, 8, space="9.9")) is None
    assert offset_from_positions(now, stack_of(SAGITTAL, (0, 0, 100), 12, 8, space="9.9")) is None
    assert offset_from_positions(now, StackPlanes((None,))) is None
    assert offset_from_positions(StackPlanes(()), now) is None


@pytest.mark.parametrize(("turn", "name"), [(AXIAL, "axial"), (SAGITTAL, "sagittal"), (CORONAL, "coronal")])
def test_that_a_plane_has_the_name_of_the_one_it_is_nearest_to(turn: Turn, name: str) -> None:
    for a, b in itertools.product((-25, 0, 25), repeat=2):
        assert main_orientation(plane_of(turned(a, b, 0) @ turn, (0, 0, 0))) == name

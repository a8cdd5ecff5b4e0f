"""Outlines of regions: smooth curves, and painted pixels run around along their edges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.measure_samples import annotation, ellipse, mask, painted, spacing
from workstation.measure.lengths import polygon_area
from workstation.measure.outlines import mask_outlines, mask_pixels, outline_px, pixel_shape
from workstation.model.geometry import Spacing


def test_that_a_ring_of_pixels_has_an_outer_and_an_inner_outline() -> None:
    outer, inner = mask_outlines(mask(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.bool_), 5, 7))
    assert outer.tolist() == [[4.5, 6.5], [7.5, 6.5], [7.5, 9.5], [4.5, 9.5]]
    assert polygon_area(inner) == 1


def test_that_pixels_that_touch_at_a_corner_are_apart() -> None:
    assert len(mask_outlines(mask(np.eye(3, dtype=np.bool_)))) == 3


@given(arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_that_outlines_of_painted_pixels_enclose_as_many_as_there_are(inside: NDArray[np.bool_]) -> None:
    rings = mask_outlines(mask(inside))
    signed = sum((x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2 for x, y in (ring.T for ring in rings))
    assert signed == inside.sum()
    for ring in rings:
        steps = np.roll(ring, -1, axis=0) - ring
        assert np.all((steps == 0).sum(axis=1) == 1)
        assert np.all((steps != 0)[:, 0] != (np.roll(steps, 1, axis=0) != 0)[:, 0])


def test_that_a_mask_is_unpacked_as_it_was_packed() -> None:
    inside = np.random.default_rng(0).random((5, 7)) < 0.5
    np.testing.assert_array_equal(mask_pixels(mask(inside)), inside)


def test_that_the_outline_of_an_ellipse_lies_on_it() -> None:
    ring = outline_px(ellipse(10, 20, 30, 12), spacing())
    np.testing.assert_allclose((((ring - (25, 26)) / (15, 6)) ** 2).sum(axis=1), 1)


def test_that_the_outline_of_a_circle_is_round_in_the_patient() -> None:
    ring = outline_px(annotation("circle", [(20, 20), (26, 20)]), spacing(2.0, 1.0))
    np.testing.assert_allclose(np.hypot(*((ring - 20) * (1.0, 2.0)).T), 6)


def test_that_a_spline_runs_through_its_points_and_a_polygon_is_its_points() -> None:
    points = [(10, 10), (30, 12), (28, 33), (9, 25)]
    ring = outline_px(annotation("spline", points), spacing())
    np.testing.assert_allclose(ring[::16], points)
    assert outline_px(annotation("polygon", points), spacing()).tolist() == [list(map(float, each)) for each in points]


def test_that_the_outline_of_painted_pixels_is_their_longest() -> None:
    assert len(outline_px(painted(np.array([[1, 0, 1], [0, 0, 1]])), spacing())) == 4


def test_that_a_spacing_that_is_no_distance_counts_as_square_pixels() -> None:
    assert pixel_shape(Spacing(0.0, 1.0)).tolist() == [1, 1]
    assert pixel_shape(Spacing(2.0, float("nan"))).tolist() == [1, 1]
    assert pixel_shape(Spacing(2.0, 0.5)).tolist() == [0.5, 2.0]

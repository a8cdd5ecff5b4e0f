"""The lines of annotations: round and at right angles in the patient, whatever the pixels are like."""

import numpy as np
import pytest

from workstation.model.annotation import Annotation, Mask, Point
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.geometry import Spacing
from workstation.model.outlines import (
    foot_px,
    mask_bits,
    mask_borders,
    mm_per_px,
    outline_px,
    spline_px,
    strokes,
)

TALL = Spacing(1.5, 0.5)


def annotation(kind: Kind, *points: Point, mask: Mask | None = None) -> Annotation:
    return Annotation("1", kind, "1.2", 0, points, (0, 0), mask=mask)


def ring(*rows: str, left: int = 3, top: int = 5) -> Mask:
    bits = np.array([[each == "#" for each in row] for row in rows])
    return Mask(left, top, bits.shape[1], bits.shape[0], np.packbits(bits).tobytes())


def shoelace(points: np.ndarray) -> float:
    x, y = points.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_that_a_circle_is_round_in_the_patient() -> None:
    around = outline_px(annotation("circle", (10, 20), (16, 20)), TALL)
    away = np.hypot(*((around - (10, 20)) * mm_per_px(TALL)).T)
    assert away == pytest.approx(np.full(len(around), 3.0))
    assert around[:, 1].max() == pytest.approx(22)


def test_that_a_turned_ellipse_keeps_its_axes_in_the_patient() -> None:
    turn = np.deg2rad(30)
    long_mm = np.array([np.cos(turn), np.sin(turn)]) * 6
    short_mm = np.array([-np.sin(turn), np.cos(turn)]) * 2
    centre = np.array([40.0, 30.0])
    ends = [centre + way / mm_per_px(TALL) for way in (-long_mm, long_mm, -short_mm, short_mm)]
    around = (outline_px(annotation("ellipse", *map(tuple, ends)), TALL) - centre) * mm_per_px(TALL)
    along, across = around @ (long_mm / 6), around @ (short_mm / 2)
    assert (along / 6) ** 2 + (across / 2) ** 2 == pytest.approx(np.ones(len(around)))


def test_that_a_spline_goes_through_its_points_and_is_the_same_in_every_spacing() -> None:
    points = np.array([(0, 0), (10, 1), (12, 9), (3, 11)], dtype=float)
    curve = spline_px(points)
    assert curve[::16] == pytest.approx(points)
    assert spline_px(points * (0.5, 1.5)) == pytest.approx(curve * (0.5, 1.5))


def test_that_a_perpendicular_is_one_in_the_patient_and_its_foot_may_lie_beyond_the_line() -> None:
    points = ((0.0, 0.0), (10.0, 10.0), (20.0, 0.0))
    scale = mm_per_px(TALL)
    foot = foot_px(points, TALL) * scale
    along = np.array([10, 10]) * scale
    assert (np.array([20, 0]) * scale - foot) @ along == pytest.approx(0)
    assert foot[1] / foot[0] == pytest.approx(3)
    assert len(strokes(annotation("perpendicular", *points), TALL)) == 2
    beyond = strokes(annotation("perpendicular", (0, 0), (10, 0), (14, 5)), TALL)
    assert [each.is_aid for each in beyond] == [False, False, True]
    assert beyond[2].points_px.tolist() == [[10, 0], [14, 0]]


def test_that_borders_of_a_painted_region_run_along_pixels_and_around_holes() -> None:
    mask = ring("####", "#..#", "####")
    assert mask_bits(mask).sum() == 10
    borders = mask_borders(mask)
    assert sorted(map(shoelace, borders)) == [-2, 12]
    outer = max(borders, key=shoelace)
    assert sorted(map(tuple, outer.tolist())) == [(2.5, 4.5), (2.5, 7.5), (6.5, 4.5), (6.5, 7.5)]


def test_that_pixels_that_touch_at_a_corner_have_the_border_of_both() -> None:
    borders = mask_borders(ring("#.", ".#"))
    assert sum(map(shoelace, borders)) == 2
    assert sum(map(len, borders)) == 8


def test_that_every_kind_with_a_length_or_an_inside_has_lines() -> None:
    without = {"text", "point", "vertebra"}
    for kind in KINDS:
        traits = TRAITS[kind]
        count = max(traits.fewest, 3) if traits.most is None else traits.most
        points = [(10.0 + 7 * number, 10.0 + (number * 13) % 17) for number in range(count)]
        mask = ring("##") if kind == "mask" else None
        lines = strokes(annotation(kind, *points, mask=mask), TALL)
        assert bool(lines) == (kind not in without), kind
        assert all(each.points_px.ndim == 2 and len(each.points_px) >= 2 for each in lines)
    with pytest.raises(ValueError, match="no single outline"):
        outline_px(annotation("length", (0, 0), (1, 1)), TALL)

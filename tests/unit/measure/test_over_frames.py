"""One region on many frames: a table and a curve."""

import numpy as np
import pytest

from tests.measure_samples import HU, annotation, frame, rectangle, spacing
from workstation.errors import UserError
from workstation.measure.over_frames import over_frames

FRAMES = [
    (number, frame(np.full((20, 20), 1024 + 10 * number, np.int16), spacing(), modality=HU)) for number in range(3)
]


def test_that_a_region_has_a_row_for_each_frame_and_a_curve_of_its_mean() -> None:
    found = over_frames(rectangle(1, 1, 9, 9), FRAMES)
    assert [row.annotation.frame for row in found.rows] == [0, 1, 2]
    assert [row.basis.frame for row in found.rows] == [0, 1, 2]
    (curve,) = found.curves
    assert (curve.x, curve.y) == ((1, 2, 3), (0, 10, 20))
    assert (curve.x_words, curve.y_words) == ("Frame", "Mean (HU)")


def test_that_a_curve_is_over_time_where_all_frames_have_one() -> None:
    times = {0: 0.0, 1: 0.5, 2: 2.0}
    (curve,) = over_frames(annotation("point", [(3, 3)]), FRAMES, times_s=times).curves
    assert (curve.x, curve.x_words, curve.y_words) == ((0, 0.5, 2), "Time (s)", "Value (HU)")
    (other,) = over_frames(annotation("point", [(3, 3)]), FRAMES, times_s={0: 0.0}).curves
    assert other.x_words == "Frame"


def test_that_a_point_on_colours_has_three_curves_and_a_length_one() -> None:
    colours = [(number, frame(np.full((5, 5, 3), (1, 2, 3 + number), np.uint8))) for number in range(2)]
    found = over_frames(annotation("point", [(1, 1)]), colours)
    assert [(each.name, each.y) for each in found.curves] == [("Red", (1, 1)), ("Green", (2, 2)), ("Blue", (3, 4))]
    (length,) = over_frames(annotation("length", [(0, 0), (3, 4)]), FRAMES).curves
    assert length.y == (5, 5, 5)


def test_that_one_frame_has_no_curve_and_none_is_refused() -> None:
    assert not over_frames(rectangle(1, 1, 9, 9), FRAMES[:1]).curves
    with pytest.raises(UserError, match="no frames"):
        over_frames(rectangle(1, 1, 9, 9), [])

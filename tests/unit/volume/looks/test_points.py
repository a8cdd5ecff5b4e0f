"""Points of transfer functions under the hand, and the histogram below them."""

from dataclasses import replace

import numpy as np
import pytest

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks import points
from workstation.volume.looks.transfer import TransferFunction, TransferPoint
from workstation.volume.rendering.histogram import histogram_of

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
FUNCTION = TransferFunction(
    (TransferPoint(0, RED, 0.0), TransferPoint(100, BLUE, 0.5), TransferPoint(200, BLUE, 1.0)), name="Bone"
)


def test_a_point_stays_between_its_neighbours_and_in_sight() -> None:
    pushed = points.moved(FUNCTION, 1, 500, 2.0)
    assert 199 < pushed.points[1].value < 200
    assert pushed.points[1].opacity == 1.0
    assert 0 < points.moved(FUNCTION, 1, -500, -1).points[1].value < 1
    assert points.moved(FUNCTION, 0, -500, 0.2).points[0] == TransferPoint(-500, RED, 0.2)
    assert points.moved(pushed, 1, 50, 0.1).name == "Bone, changed"


def test_a_new_point_has_the_colour_that_was_there() -> None:
    function, at = points.added(FUNCTION, 50, 0.8)
    assert at == 1
    assert function.points[1] == TransferPoint(50, (0.5, 0.0, 0.5), 0.8)
    assert points.added(FUNCTION, 100.001, 0.8) == (FUNCTION, 1)
    assert points.added(FUNCTION, -9, 0.8)[1] == 0


def test_two_points_always_stay() -> None:
    fewer = points.removed(FUNCTION, 1)
    assert [point.value for point in fewer.points] == [0, 200]
    assert points.removed(fewer, 0) == fewer


def test_all_points_move_together_and_one_gets_a_colour() -> None:
    assert [point.value for point in points.shifted(FUNCTION, -30).points] == [-30, 70, 170]
    assert points.coloured(FUNCTION, 2, RED).points[2].colour == RED


def volume(array: np.ndarray, **more: object) -> Volume:
    grid = VolumeGrid(np.eye(4), array.shape[:3])
    made = Volume(array, grid, 2.0, -10.0, "", (), (), ())
    return replace(made, **more)  # type: ignore[arg-type]  # of its fields


def test_the_histogram_counts_modality_values() -> None:
    array = np.repeat(np.arange(10, dtype=np.int16), 100).reshape(10, 10, 10)
    found = histogram_of(volume(array), bins=10)
    assert (found.low, found.high) == pytest.approx((-10, 8))
    assert found.counts.tolist() == [100] * 10


def test_padding_and_nan_are_not_counted() -> None:
    array = np.full((4, 4, 4), np.nan, np.float32)
    array[0] = 3.0
    array[1] = 4.0
    assert histogram_of(volume(array)).counts.sum() == 32
    assert histogram_of(volume(array, padding=(3.0, 3.0))).counts.sum() == 16
    nothing = histogram_of(volume(np.full((4, 4, 4), np.nan, np.float32)))
    assert nothing.counts.sum() == 0


def test_colour_is_counted_by_its_brightness() -> None:
    array = np.zeros((2, 2, 2, 3), np.uint8)
    array[..., 0] = 200  # of red, three tenths of how bright it is
    found = histogram_of(volume(array), bins=4)
    assert found.low < -10 + 2 * 60 < found.high
    assert found.counts.sum() == 8

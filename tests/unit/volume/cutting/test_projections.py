"""The highest and lowest along an axis, of arrays that lie in memory in any way, as numpy gives them."""

import itertools
from typing import Any

import numpy as np
import pytest

from workstation.volume.cutting import projections
from workstation.volume.cutting.projections import extremes

ORDERS = tuple(itertools.permutations(range(3)))


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.float32])
@pytest.mark.parametrize("order", ORDERS)
def test_that_parts_of_arrays_turned_and_flipped_give_what_numpy_gives(order: Any, dtype: Any) -> None:
    array = np.random.default_rng(1).integers(0, 120, (9, 14, 33)).astype(dtype).transpose(order)
    for steps in itertools.product((1, -1, 2), repeat=3):
        seen = array[:: steps[0], :: steps[1], :: steps[2]][:, 1:, 2:]
        np.testing.assert_array_equal(extremes(seen, "max"), seen.max(axis=0))
        np.testing.assert_array_equal(extremes(seen, "min"), seen.min(axis=0))
        assert extremes(seen, "max").dtype == dtype


@pytest.mark.parametrize("shape", [(1, 5, 7), (5, 1, 7), (5, 7, 1), (1, 1, 1), (4, 5, 1), (6, 3, 2)])
def test_that_axes_of_few_voxels_are_taken_by_threads_as_well(shape: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "SMALL", 0)
    for order in ORDERS:
        seen = np.random.default_rng(2).integers(-99, 99, shape).astype(np.int16).transpose(order)
        np.testing.assert_array_equal(extremes(seen, "max", threads=3), seen.max(axis=0))

"""Renderings against stored ones. Ray casters of other versions of VTK differ a little at edges, so shares may, too."""

import numpy as np
import pytest

from tests.golden.renderings import FOLDER, LOOKS, drawn, stored

TOLERANCE = 12
SHARE = 0.02


@pytest.fixture(scope="module")
def pictures() -> dict[str, np.ndarray]:
    return drawn()


@pytest.mark.parametrize("name", LOOKS)
def test_that_a_rendering_is_still_the_one_that_was_looked_at(name: str, pictures: dict[str, np.ndarray]) -> None:
    golden = stored(name).astype(int)
    assert pictures[name].shape == golden.shape
    difference = np.abs(pictures[name].astype(int) - golden).max(axis=-1)
    assert (difference > TOLERANCE).mean() <= SHARE
    assert difference.mean() <= 2


def test_that_every_stored_rendering_is_one_of_the_looks() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(LOOKS)

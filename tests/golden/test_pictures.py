"""Pictures against stored ones. A pixel may differ by one grey level, as rounding may between processors."""

import numpy as np
import pytest

from tests.golden.presentations import WITH_TEXT
from tests.golden.scenes import PICTURES, SCENES, stored

TOLERANCE = 1
TEXT_SHARE = 0.005
"""Text is drawn by the fonts of OpenCV, whose edges may move with its version: this share of pixels may differ."""


@pytest.mark.parametrize("name", SCENES)
def test_that_a_picture_is_still_the_one_that_was_looked_at(name: str) -> None:
    drawn, golden = SCENES[name]().astype(int), stored(name).astype(int)
    assert drawn.shape == golden.shape
    differing = np.abs(drawn - golden).max(axis=-1) > TOLERANCE
    assert differing.mean() <= (TEXT_SHARE if name in {"annotations", *WITH_TEXT} else 0)


def test_that_every_stored_picture_is_one_of_the_scenes() -> None:
    assert {path.stem for path in PICTURES.glob("*.png")} == set(SCENES)

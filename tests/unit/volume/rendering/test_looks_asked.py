"""The look that a command asks for: what is taken out of a CT."""

from pathlib import Path

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.rendering.looks_asked import look_asked
from workstation.volume.rendering.parameters import VolumeParameters


def volume(unit: str) -> Volume:
    array = np.zeros((4, 5, 6), np.int16)
    return Volume(array, VolumeGrid(np.eye(4), array.shape), 1.0, 0.0, unit, (), (), ())


def removed(unit: str, *asked: str, preset: str = "ct-bone") -> frozenset[str]:
    given = VolumeParameters(inputs=(Path("x"),), output=Path("x.png"), preset=preset, remove=asked)  # type: ignore[arg-type]
    return look_asked(given, volume(unit)).removed


def test_what_is_asked_for_is_taken_out_beside_what_the_colours_take_out() -> None:
    assert removed("HU") == {"table"}
    assert removed("HU", "bone") == {"table", "bone"}


def test_none_leaves_what_the_colours_would_take_out() -> None:
    assert removed("HU", "none") == frozenset()
    assert removed("HU", "none", "bone") == {"bone"}
    assert removed("", "none", preset="mr-head") == frozenset()


def test_bones_are_taken_out_of_ct_only_and_that_is_told() -> None:
    with pytest.raises(UserError, match="--remove bone: it is told apart by the values of CT"):
        removed("", "bone")

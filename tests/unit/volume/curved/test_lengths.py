"""Lengths on pictures along paths, as they are kept with the open work."""

import json
from typing import get_args

import pytest

from workstation.volume.curved.lengths import KINDS, Ruler, rulers_from_json, rulers_json
from workstation.volume.curved.view import CurvedKind

POINTS = ((0.1, 1.0, 2.0), (3.0, 4.0, 1 / 3), (5.0, -6.5, 7.0))
ONE = Ruler("a", (POINTS, "straightened", 12.5), ((0.0, 10.0), (-2.5, 1 / 7)))
OTHER = Ruler("b", (POINTS, "panorama", 0.0), ((1.0, 2.0), (3.0, 4.0)))


def test_that_they_come_back_to_the_last_digit() -> None:
    assert rulers_from_json(json.loads(json.dumps(rulers_json((ONE, OTHER))))) == (ONE, OTHER)
    assert rulers_from_json([]) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", "x" * 65),
        ("id", 3),
        ("path", [[0, 0, 0]]),
        ("path", [[0, 0, 0], [1, 2]]),
        ("path", "a path"),
        ("kind", "bent"),
        ("turn", "much"),
        ("turn", float("nan")),
        ("ends", [[0, 0]]),
        ("ends", [[0, 0], [1, 1e9]]),
    ],
)
def test_that_a_damaged_one_loses_no_others(name: str, value: object) -> None:
    kept = rulers_json((ONE, OTHER))
    kept[0][name] = value
    assert rulers_from_json(kept) == (OTHER,)


def test_that_the_kinds_are_those_of_the_pictures() -> None:
    assert get_args(CurvedKind) == KINDS


def test_that_anything_else_is_refused() -> None:
    others: tuple[object, ...] = (None, {}, "lengths", 5)
    for value in others:
        with pytest.raises(ValueError, match="no list"):
            rulers_from_json(value)
    assert rulers_from_json([None, 5, [], {}]) == ()

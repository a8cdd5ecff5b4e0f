"""Paths that are drawn: points in order, kept as JSON."""

import json

import pytest

from workstation.volume.curved.drawn_paths import DrawnPaths, new_path, paths_from_json, paths_json

CORNERS = ((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (10.0, 10.0, 0.0))


def test_a_point_put_on_the_curve_goes_between_its_neighbours() -> None:
    path = new_path("1.2", CORNERS)
    assert path.place_for((4.0, -1.0, 0.0)) == 1
    assert path.place_for((11.0, 6.0, 0.0)) == 2
    assert path.inserted(1, (4.0, -1.0, 0.0)).points_lps[:3] == (CORNERS[0], (4.0, -1.0, 0.0), CORNERS[1])


def test_a_path_that_comes_back_on_itself_takes_points_where_they_are_put() -> None:
    path = new_path("1.2", ((0.0, 0.0, 0.0), (20.0, 0.0, 0.0), (20.0, 5.0, 0.0), (0.0, 5.0, 0.0)))
    assert path.place_for((10.0, 5.5, 0.0)) == 3
    assert path.place_for((10.0, -0.5, 0.0)) == 1


def test_what_is_in_a_file_is_known_until_a_point_is_changed() -> None:
    path = new_path("1.2", CORNERS, file="path.txt")
    assert path.moved(0, (1.0, 1.0, 1.0)).file == path.without(0).file == path.added((1.0, 1.0, 1.0)).file == ""


def test_a_path_of_one_place_is_none() -> None:
    assert not new_path("1.2", (CORNERS[0], CORNERS[0])).is_whole
    assert new_path("1.2", CORNERS).is_whole


def test_when_a_path_is_taken_away_another_one_of_its_space_is_worked_on() -> None:
    paths = [new_path(space, CORNERS) for space in ("1", "1", "2")]
    drawn = DrawnPaths()
    for path in paths:
        drawn = drawn.with_path(path)
    assert drawn.path is paths[2]
    assert drawn.of("1") == tuple(paths[:2])
    assert drawn.without(paths[1].id).path is paths[0]
    assert drawn.without(paths[2].id).path is None


def test_paths_come_back_as_they_were_kept() -> None:
    drawn = DrawnPaths().with_path(new_path("1.2", CORNERS)).with_path(new_path("1.3", (CORNERS[0],)))
    found = paths_from_json(json.loads(json.dumps(paths_json(drawn))))
    assert found.paths == drawn.paths[:1], "one point is no path"
    assert found.path is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"paths": 3},
        {"paths": [{"id": 1, "space": "1", "points_lps": [[0, 0, 0], [1, 1, 1]]}]},
        {"paths": [{"id": "a", "space": "1", "points_lps": [[0, 0, 0], [1, "x", 1]]}]},
        {"paths": [{"id": "a", "space": "1", "points_lps": [[0, 0, 0], [1, 1]]}]},
        {"paths": [{"id": "a", "space": "1", "points_lps": [[0, 0, 0], [1, 1, 10**400]]}]},
        {"paths": [{"id": "a", "space": "1", "points_lps": [[0, 0, 0], [1, 1, float("inf")]]}], "chosen": "a"},
    ],
)
def test_what_is_no_path_is_left_out(value: object) -> None:
    assert paths_from_json(value) == DrawnPaths()

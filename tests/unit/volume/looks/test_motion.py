"""Animations begin, go on and end where they are told to."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.volume.looks.camera import Camera, axes_of
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.motion import FLIGHT_DEG, Key, flown, keyed, read_keys, turned

LOOK = Look3D(camera=Camera(10, 20))


def azimuths(looks: list[Look3D]) -> list[float]:
    return [look.camera.azimuth_deg for look in looks]


def test_a_whole_turn_ends_a_step_before_it_began() -> None:
    assert azimuths(turned(LOOK, 360, 4)) == [10, 100, 190, 280]
    assert azimuths(turned(LOOK, -720, 4)) == [10, -170, -350, -530]


def test_part_of_a_turn_goes_all_the_way() -> None:
    assert azimuths(turned(LOOK, 90, 4)) == [10, 40, 70, 100]
    assert {look.camera.elevation_deg for look in turned(LOOK, 90, 4)} == {20}


def test_keys_are_passed_through_and_not_beyond() -> None:
    keys = [Key(0, (0, 0), zoom=1.0), Key(1, (90, 30), zoom=2.0), Key(3, (90, 30)), Key(4, (0, 0), zoom=1.0)]
    looks = keyed(LOOK, keys, 41)
    assert [round(looks[n].camera.azimuth_deg, 6) for n in (0, 10, 30, 40)] == [0, 90, 90, 0]
    assert [round(looks[n].camera.zoom, 6) for n in (0, 10, 30, 40)] == [1, 2, 2, 1]
    assert max(azimuths(looks)) <= 90 + 1e-9
    assert min(azimuths(looks)) >= -1e-9
    assert max(abs(after - before) for before, after in pairwise(azimuths(looks))) < 20


def test_what_keys_do_not_say_is_as_the_command_says() -> None:
    looks = keyed(LOOK, [Key(0), Key(1, window=(40.0, 400.0)), Key(2, threshold=200.0)], 3)
    assert [look.camera.azimuth_deg for look in looks] == [10, 10, 10]
    assert looks[0].window == (40.0, 400.0)
    assert looks[2].threshold == 200.0
    assert [look.threshold for look in keyed(LOOK, [Key(0), Key(1, threshold=0.0)], 3)] == [0.0, 0.0, 0.0]


def test_a_flight_is_on_its_path_and_looks_where_it_goes() -> None:
    angle = np.linspace(0, np.pi, 9)
    points = np.stack([40 * np.cos(angle), 40 * np.sin(angle), 5 * angle], axis=1)
    looks = flown(Look3D(), [(x, y, z) for x, y, z in points.tolist()], 20)
    eyes = np.array([look.camera.eye_lps for look in looks])
    np.testing.assert_allclose(eyes[0], points[0], atol=1e-6)
    np.testing.assert_allclose(eyes[-1], points[-1], atol=0.5)
    assert {look.camera.perspective_deg for look in looks} == {FLIGHT_DEG}
    for number in range(len(looks) - 2):
        toward = np.asarray(axes_of(looks[number].camera)[2])
        ahead = eyes[number + 2] - eyes[number]
        assert -toward @ ahead / np.linalg.norm(ahead) > 0.9
    steps = np.linalg.norm(np.diff(eyes, axis=0), axis=1)
    assert steps.std() < 0.05 * steps.mean()


def test_a_flight_straight_up_does_not_flip() -> None:
    points = [(0.0, 0.0, 0.0), (0.0, 20.0, 20.0), (0.0, 25.0, 60.0), (0.0, 20.0, 100.0), (0.0, 0.0, 120.0)]
    ups = [np.asarray(axes_of(look.camera)[1]) for look in flown(Look3D(), points, 60)]
    assert min(float(before @ after) for before, after in pairwise(ups)) > 0.9


def written(folder: Path, data: Any) -> Path:
    path = folder / "keys.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_key_frames_are_read(tmp_path: Path) -> None:
    data = {"keys": [{"at": 0, "camera_angle": [0, 10]}, {"at": 2.5, "window": [40, 400], "focus_lps": [1, 2, 3]}]}
    keys = read_keys(written(tmp_path, data))
    assert keys == (Key(0, (0, 10)), Key(2.5, window=(40, 400), focus_lps=(1, 2, 3)))
    assert read_keys(written(tmp_path, data["keys"])) == keys


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("{", "no JSON"),
        ([{"at": 0}], "a list of 2 to 1000 keys"),
        ([{"at": 0}, {"at": 0}], "key 2 is not after the one before it"),
        ([{"at": 0}, {"zoom": 1}], "key 2 is an object with the time"),
        ([{"at": 0}, {"at": 1, "angle": 3}], "key 2 has no 'angle'; it may have at, camera_angle"),
        ([{"at": 0}, {"at": 1, "camera_angle": 3}], "camera_angle of key 2 is 2 numbers"),
        ([{"at": 0}, {"at": 1, "camera_angle": [3, "x"]}], "camera_angle of key 2 is numbers"),
        ([{"at": "now"}, {"at": 1}], "at of key 1 is a number"),
        ([{"at": 0}, {"at": 1, "zoom": 0}], "zoom and the width of the window of key 2 are above 0"),
        ([{"at": 0}, {"at": 1, "window": [1, -1]}], "zoom and the width of the window of key 2 are above 0"),
        ([{"at": 0}, {"at": 1, "perspective": 180}], "perspective of key 2 is from 0 to 170"),
        ('[{"at": NaN}, {"at": 1}]', "at of key 1 is a number"),
    ],
)
def test_key_frames_that_say_nothing_sensible_are_told(tmp_path: Path, data: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        read_keys(written(tmp_path, data))
    assert told in caught.value.message

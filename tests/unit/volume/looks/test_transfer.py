"""Transfer functions mean what their files say, and files that say nothing sensible are told so."""

import json
from pathlib import Path
from typing import Any

import pytest

from workstation.errors import UserError
from workstation.volume.looks.transfer import Shading, TransferFunction, TransferPoint, grey_ramp
from workstation.volume.looks.transfer_files import (
    presets,
    read_transfer_function,
    transfer_function_json,
    write_transfer_function,
)

GOOD: dict[str, Any] = {
    "name": "Bones",
    "modality": "CT",
    "points": [
        {"value": 150, "colour": "#804000", "opacity": 0},
        {"value": 400, "colour": [1, 0.5, 0.25], "opacity": 0.5},
        [1200, "#ffffff", 1],
    ],
    "gradient_opacity": [[0, 0], [50, 1]],
    "shading": {"ambient": 0.2},
    "opacity_distance_mm": 2,
}


def written(folder: Path, data: Any) -> Path:
    path = folder / "tf.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_a_file_is_read_as_it_says(tmp_path: Path) -> None:
    function = read_transfer_function(written(tmp_path, GOOD))
    assert [point.value for point in function.points] == [150, 400, 1200]
    assert function.points[0].colour == (128 / 255, 64 / 255, 0.0)
    assert function.points[1].colour == (1.0, 0.5, 0.25)
    assert function.gradient_opacity == ((0.0, 0.0), (50.0, 1.0))
    assert function.shading == Shading(ambient=0.2)
    assert (function.opacity_distance_mm, function.values, function.method) == (2, "modality", "composite")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    function = read_transfer_function(written(tmp_path, GOOD))
    write_transfer_function(function, tmp_path / "again.json")
    again = read_transfer_function(tmp_path / "again.json")
    assert transfer_function_json(again) == transfer_function_json(function)
    assert [point.value for point in again.points] == [150, 400, 1200]
    assert again.shading == function.shading


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"points": [[0, "#000000", 0]]}, "at least two points"),
        ({"points": [[0, "#000000", 0], [0, "#ffffff", 1]]}, "point 2 has the value 0, which is not above"),
        ({"points": [[0, "#000000", 0], [9, "#ffffff", 1.5]]}, "the opacity of point 2 is from 0 to 1, not 1.5"),
        ({"points": [[0, "black", 0], [9, "#ffffff", 1]]}, "the colour of point 1 is red, green, blue"),
        ({"points": [[0, "#000000"], [9, "#ffffff", 1]]}, "point 1 is value, colour and opacity"),
        ({"points": [{"value": 1, "colour": "#000000"}, [9, "#ffffff", 1]]}, "point 1 has no opacity"),
        ({"points": [{"valu": 1}, [9, "#ffffff", 1]]}, "point 1 has no 'valu'; it may have"),
        ({"points": [[True, "#000000", 0], [9, "#ffffff", 1]]}, "the value of point 1 is a number"),
        ({"gradient_opacity": [[0, 0]]}, "gradient_opacity is a list of at least two pairs"),
        ({"gradient_opacity": [[5, 0], [5, 1]]}, "pair 2 of gradient_opacity is not above"),
        ({"shading": {"gloss": 1}}, "shading has no 'gloss'"),
        ({"shading": "yes"}, "shading is true, false, or an object"),
        ({"values": "grey"}, "values is one of modality, relative"),
        ({"method": "surface"}, "method is one of composite, mip"),
        ({"opacity_distance_mm": 0}, "opacity_distance_mm is from 0.001 to 1000"),
        ({"name": 7}, "name is a text"),
        ({"curve": []}, "the transfer function has no 'curve'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as caught:
        read_transfer_function(written(tmp_path, GOOD | change))
    assert told in caught.value.message
    assert "tf.json" in caught.value.message
    assert "docs/volume-rendering.md" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "this is no JSON"),
        ("[]", "an object, in braces"),
        ("[" * 100_000, "this is no JSON"),
        ('{"points": [[NaN, "#000000", 0], [1, "#000000", 1]]}', "the value of point 1 is from"),
        ('{"points": [[1e999, "#000000", 0], [1, "#000000", 1]]}', "the value of point 1 is from"),
        (f'{{"points": [[{10**400}, "#000000", 0], [1, "#000000", 1]]}}', "the value of point 1 is from"),
    ],
)
def test_what_is_no_transfer_function_at_all_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read_transfer_function(written(tmp_path, text))


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_transfer_function(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="no JSON file"):
        read_transfer_function(tmp_path / "bytes.json")
    (tmp_path / "large.json").write_bytes(b" " * 1_000_001)
    with pytest.raises(UserError, match="too large"):
        read_transfer_function(tmp_path / "large.json")


def test_relative_values_are_those_of_the_volume() -> None:
    points = (TransferPoint(0.0, (0, 0, 0), 0.0), TransferPoint(0.5, (1, 1, 1), 1.0))
    function = TransferFunction(points, values="relative", gradient_opacity=((0.0, 0.0), (0.1, 1.0)))
    resolved = function.resolved(100, 300)
    assert resolved.span == (100.0, 200.0)
    assert resolved.gradient_opacity == ((0.0, 0.0), (20.0, 1.0))
    assert resolved.resolved(0, 1) is resolved


def test_a_function_is_stretched_and_moved() -> None:
    function = grey_ramp(0, 100)
    assert function.stretched(50, 60).span == (50.0, 60.0)
    assert function.shifted(-7).span == (-7.0, 93.0)
    assert function.opacity_at([-5, 25, 200]).tolist() == [0, 0.25, 1]
    assert function.colour_at(25) == (0.25, 0.25, 0.25)
    assert function.colour_at(-1) == (0.0, 0.0, 0.0)
    assert function.colour_at(100) == (1.0, 1.0, 1.0)


def test_every_preset_reads_and_has_a_name_and_a_description() -> None:
    assert presets()
    for key, function in presets().items():
        assert function.name, key
        assert function.description.endswith("."), key
        assert max(point.opacity for point in function.points) > 0, key

"""Transfer functions read from JSON files and written to them, and those that come with the program."""

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from workstation.errors import UserError
from workstation.model.text import clean
from workstation.resources import resource
from workstation.volume.looks.transfer import Colour, Method, Removed, Shading, TransferFunction, TransferPoint, Values
from workstation.whole_files import write_whole

LARGEST_BYTES = 1_000_000
_KEYS = {
    "name", "description", "modality", "values", "unit", "points", "gradient_opacity", "shading",
    "opacity_distance_mm", "method", "background", "removes",
}  # fmt: skip
_POINT_KEYS = {"value", "colour", "color", "opacity"}
_SHADING_LIMITS = {"ambient": (0.0, 1.0), "diffuse": (0.0, 1.0), "specular": (0.0, 1.0), "specular_power": (1.0, 128.0)}
_HINT = "docs/volume-rendering.md tells what such a file holds; a preset written out is one to begin with."


class _Wrong(ValueError):
    """What is wrong with the file, and where in it."""


def read_transfer_function(path: Path) -> TransferFunction:
    """Read a transfer function from a JSON file.

    Raises
    ------
    UserError
        If it cannot be read, or is none: the message tells what is wrong, and with which point.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UserError(f"{path}: too large for a transfer function.", hint=_HINT)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError(f"{path}: the transfer function cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: this is no JSON file.", hint=_HINT) from error
    try:
        return transfer_function_of(text)
    except _Wrong as error:
        raise UserError(f"{path}: {error}.", hint=_HINT) from error


def transfer_function_of(text: str) -> TransferFunction:
    """Read a transfer function from the text of such a file; `_Wrong` tells what is the matter."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Wrong(f"this is no JSON: {clean(str(error))}") from error
    if not isinstance(data, dict):
        raise _Wrong("a transfer function is an object, in braces")
    _check_keys(data, _KEYS, "the transfer function")
    distance = _number(data.get("opacity_distance_mm", 1.0), "opacity_distance_mm", 1e-3, 1e3)
    return TransferFunction(
        _points(data.get("points")),
        name=_words(data, "name"),
        description=_words(data, "description"),
        modality=_words(data, "modality"),
        values=_one_of(data.get("values", "modality"), get_args(Values), "values"),
        gradient_opacity=_gradients(data.get("gradient_opacity", [])),
        shading=_shading(data.get("shading", True)),
        opacity_distance_mm=distance,
        method=_one_of(data.get("method", "composite"), get_args(Method), "method"),
        background=_colour(data.get("background", "#000000"), "the background"),
        removes=_removes(data.get("removes", [])),
    )


def _check_keys(data: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise _Wrong(f"{where} has no {clean(unknown[0])[:40]!r}; it may have {', '.join(sorted(known))}")


def _words(data: dict[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise _Wrong(f"{key} is a text")
    return clean(value)[:500]


def _one_of(value: Any, allowed: tuple[str, ...], where: str) -> Any:
    if value not in allowed:
        raise _Wrong(f"{where} is one of {', '.join(allowed)}")
    return value


def _number(value: Any, where: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"{where} is a number")
    if not low <= value <= high:  # as no NaN does
        raise _Wrong(f"{where} is from {low:g} to {high:g}, not {str(value)[:20]}")
    return float(value)


def _points(data: Any) -> tuple[TransferPoint, ...]:
    if not isinstance(data, list) or len(data) < 2:
        raise _Wrong("points is a list of at least two points")
    points = [_point(each, f"point {number}") for number, each in enumerate(data, 1)]
    for number, (before, after) in enumerate(pairwise(points), 2):
        if after.value <= before.value:
            raise _Wrong(f"point {number} has the value {after.value:g}, which is not above that of the one before")
    return tuple(points)


def _point(data: Any, where: str) -> TransferPoint:
    if isinstance(data, list) and len(data) == 3:
        data = dict(zip(("value", "colour", "opacity"), data, strict=True))
    if not isinstance(data, dict):
        raise _Wrong(f"{where} is value, colour and opacity")
    _check_keys(data, _POINT_KEYS, where)
    for key in ("value", "opacity"):
        if key not in data:
            raise _Wrong(f"{where} has no {key}")
    colour = data.get("colour", data.get("color"))
    return TransferPoint(
        _number(data["value"], f"the value of {where}", -1e9, 1e9),
        _colour(colour, f"the colour of {where}"),
        _number(data["opacity"], f"the opacity of {where}", 0.0, 1.0),
    )


def _colour(data: Any, where: str) -> Colour:
    if isinstance(data, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", data):
        return int(data[1:3], 16) / 255, int(data[3:5], 16) / 255, int(data[5:7], 16) / 255
    if isinstance(data, list) and len(data) == 3:
        parts = [_number(part, where, 0.0, 1.0) for part in data]
        return parts[0], parts[1], parts[2]
    raise _Wrong(f'{where} is red, green, blue: "#ff8000" or [1, 0.5, 0]')


def _gradients(data: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(data, list) or len(data) == 1:
        raise _Wrong("gradient_opacity is a list of at least two pairs of change per mm and factor")
    pairs = []
    for number, each in enumerate(data, 1):
        where = f"pair {number} of gradient_opacity"
        if not isinstance(each, list) or len(each) != 2:
            raise _Wrong(f"{where} is a change of value per mm and a factor")
        pairs.append((_number(each[0], where, 0.0, 1e9), _number(each[1], f"the factor of {where}", 0.0, 1.0)))
        if number > 1 and pairs[-1][0] <= pairs[-2][0]:
            raise _Wrong(f"{where} is not above the one before")
    return tuple(pairs)


def _removes(data: Any) -> tuple[Removed, ...]:
    if not isinstance(data, list):
        raise _Wrong("removes is a list")
    return tuple(_one_of(each, get_args(Removed), "each of removes") for each in data)


def _shading(data: Any) -> Shading | None:
    if isinstance(data, bool):
        return Shading() if data else None
    if not isinstance(data, dict):
        raise _Wrong("shading is true, false, or an object")
    _check_keys(data, set(_SHADING_LIMITS), "shading")
    return Shading(**{key: _number(value, key, *_SHADING_LIMITS[key]) for key, value in data.items()})


def transfer_function_json(function: TransferFunction) -> str:
    """Give a transfer function as the text of a file."""
    shading = function.shading
    data: dict[str, Any] = {
        "name": function.name,
        "description": function.description,
        "modality": function.modality,
        "method": function.method,
        "values": function.values,
        "points": [
            {"value": point.value, "colour": colour_name(point.colour), "opacity": round(point.opacity, 4)}
            for point in function.points
        ],
        "gradient_opacity": [list(pair) for pair in function.gradient_opacity],
        "shading": shading is not None and {key: getattr(shading, key) for key in _SHADING_LIMITS},
        "opacity_distance_mm": function.opacity_distance_mm,
        "background": colour_name(function.background),
        "removes": list(function.removes),
    }
    lines = json.dumps(data, indent=2, ensure_ascii=False)
    return re.sub(r"\n {6,}([^\n]*)|\n {4}([\]}])", _on_one_line, lines) + "\n"


def _on_one_line(match: re.Match[str]) -> str:
    return f" {match[1]}" if match[1] is not None else f" {match[2]}"


def write_transfer_function(function: TransferFunction, path: Path) -> None:
    """Write a transfer function as a JSON file.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write_whole(path, transfer_function_json(function).encode())


def colour_name(colour: Colour) -> str:
    """Give a colour as ``#rrggbb``."""
    return "#" + "".join(f"{round(255 * max(0.0, min(1.0, part))):02x}" for part in colour)


@cache
def presets() -> dict[str, TransferFunction]:
    """Give the transfer functions that come with the program, by the names of their files (``ct-bone``)."""
    return {path.stem: read_transfer_function(path) for path in sorted(resource("transfer").glob("*.json"))}


def preset_key(name: str) -> str:
    """Give a name as `presets` has it, whatever its capitals and blanks."""
    return re.sub(r"[\s_]+", "-", name.strip().lower())


def preset(name: str) -> TransferFunction:
    """Give a transfer function that comes with the program, or one in a file.

    Parameters
    ----------
    name
        As `presets` has it; capitals and blanks don't matter.

    Raises
    ------
    UserError
        If there is none; the hint lists them.
    """
    there, key = presets(), preset_key(name)
    if key not in there:
        raise UserError(f"There is no preset {clean(name)[:60]!r}.", hint=f"There are {', '.join(there)}.")
    return there[key]

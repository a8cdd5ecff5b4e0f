"""Paths in files: points a line, or JSON."""

import json
import math
import re
from pathlib import Path
from typing import Any

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.whole_files import write_whole

MOST_BYTES = 20_000_000
MOST_POINTS = 100_000
_HINT = (
    'Write a point a line, "x y z" or "x,y,z" in LPS mm; or JSON: a list of [x, y, z], {"points_lps": [...]}, '
    "or the markups of 3D Slicer."
)
_RIGHT_TO_LEFT = {"LPS": 1.0, "0": -1.0, "1": 1.0, "RAS": -1.0}


_HEADS = re.compile(r"\W*x(_?lps)?(\W*mm)?\W*y(_?lps)?(\W*mm)?\W*z(_?lps)?(\W*mm)?\W*", re.IGNORECASE)
"""The first line of a table that names its columns; one that names another coordinate system is refused."""


def read_path(file: Path) -> list[Vector]:
    """Read the points of a path, LPS in mm.

    Text has a point a line, three numbers apart by spaces, commas or tabs; what follows ``#`` is left out. JSON is a
    list of points, an object with ``points_lps``, or markups as 3D Slicer writes them, their coordinate system heeded.

    Raises
    ------
    UserError
        If it cannot be read, or is none of these.
    """
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise UserError(f"{file}: it cannot be read: {error.strerror}.", hint="Give a file with a path.") from error
    if size > MOST_BYTES:
        raise UserError(f"{file}: a path of {size / 1e6:.0f} MB is not read.", hint=_HINT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: it is no text.", hint=_HINT) from error
    points = _of_json(text, file) if text.lstrip()[:1] in ("{", "[") else _of_lines(text, file)
    if len(points) > MOST_POINTS:
        raise UserError(f"{file}: {len(points)} points are more than the {MOST_POINTS} that are read.", hint=_HINT)
    return points


def write_path(file: Path, points_lps: list[Vector]) -> None:
    """Write a path as `read_path` reads it, LPS in mm, as text."""
    lines = ["# x y z, patient coordinates LPS in mm", *(f"{x:.6f} {y:.6f} {z:.6f}" for x, y, z in points_lps)]
    write_whole(file, ("\n".join(lines) + "\n").encode())


def _of_lines(text: str, file: Path) -> list[Vector]:
    points = []
    for number, line in enumerate(text.splitlines(), 1):
        words = [word for word in re.split(r"[\s,;]+", line.partition("#")[0].strip()) if word]
        if number == 1 and _HEADS.fullmatch(" ".join(words)):
            continue
        if words:
            points.append(_point(words, f"{file}, line {number}"))
    return points


def _of_json(text: str, file: Path) -> list[Vector]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file}: it is no valid JSON: {error}.", hint=_HINT) from error
    sign, listed = 1.0, value
    if isinstance(value, dict) and isinstance(value.get("markups"), list) and value["markups"]:
        sign, listed = _markups(value["markups"][0], file)
    elif isinstance(value, dict):
        listed = value.get("points_lps")
    if not isinstance(listed, list):
        raise UserError(f"{file}: there are no points in it.", hint=_HINT)
    points = [_point(each, f"{file}, point {number}") for number, each in enumerate(listed, 1)]
    return [(sign * x, sign * y, z) for x, y, z in points]


def _markups(value: Any, file: Path) -> tuple[float, list[Any]]:
    system = str(value.get("coordinateSystem", "LPS")).upper() if isinstance(value, dict) else ""
    if system not in _RIGHT_TO_LEFT or not isinstance(value.get("controlPoints"), list):
        raise UserError(f"{file}: markups of a kind that is not read.", hint=_HINT)
    places = [each.get("position") if isinstance(each, dict) else None for each in value["controlPoints"]]
    return _RIGHT_TO_LEFT[system], places


def _point(words: Any, where: str) -> Vector:
    try:
        numbers = [float(word) for word in words]
    except (TypeError, ValueError, OverflowError):
        numbers = []
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        raise UserError(f"{where}: there are no three numbers.", hint=_HINT)
    return numbers[0], numbers[1], numbers[2]

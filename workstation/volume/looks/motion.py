"""How a look changes from picture to picture: turned about the patient, from key to key, along a path."""

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.camera import camera_towards
from workstation.volume.looks.look3d import Look3D
from workstation.volume.paths import path_through

FLIGHT_DEG = 75.0
"""Angle of the picture of a flight where none is asked for: about what one sees in an endoscope."""

LOOK_AHEAD_MM = 12.0
"""An eye in flight looks at where it will be after so much of the path: bends come smoothly."""

MOST_KEYS, MOST_BYTES = 1000, 1_000_000
_HINT = "docs/volume-rendering.md tells what such a file holds."


@dataclass(frozen=True, slots=True)
class Key:
    """A look at a time; None is what the key before it has, and for the first what the command says.

    Parameters
    ----------
    at
        When, in any unit: the pictures are spread evenly from the first key to the last.
    camera_angle
        Azimuth and elevation in degrees; from 0 to 360 is a whole turn.
    roll, zoom, perspective, focus_lps
        As of `workstation.volume.looks.camera.Camera`.
    window
        Centre and width.
    threshold
        Of an isosurface.
    """

    at: float
    camera_angle: tuple[float, float] | None = None
    roll: float | None = None
    zoom: float | None = None
    perspective: float | None = None
    focus_lps: Vector | None = None
    window: tuple[float, float] | None = None
    threshold: float | None = None


def turned(look: Look3D, degrees: float, count: int) -> list[Look3D]:
    """Turn the eye round the patient.

    Parameters
    ----------
    degrees
        Towards the patient's left; below 0 towards the right. Of a whole turn the last picture is a step before the
        first one, so that it goes on without a stop.
    count
        Pictures.
    """
    is_closed = degrees != 0 and math.isclose(degrees % 360, 0.0, abs_tol=1e-9)
    steps = count if is_closed else max(1, count - 1)
    start = look.camera.azimuth_deg
    return [
        replace(look, camera=replace(look.camera, azimuth_deg=start + degrees * number / steps))
        for number in range(count)
    ]


def flown(look: Look3D, points_lps: Sequence[Vector], count: int) -> list[Look3D]:
    """Let the eye fly along a path, at an even pace, looking ahead.

    Parameters
    ----------
    points_lps
        At least two; the path goes smoothly through them.
    """
    path = path_through(points_lps, step_mm=0.5)
    ahead = max(1, round(LOOK_AHEAD_MM / path.step_mm))
    last = len(path.points_lps) - 1
    looks, up = [], (0.0, 0.0, 1.0)
    for at in np.linspace(0, last, count):
        eye = _between(path.points_lps, float(at))
        aim = _between(path.points_lps, min(float(at) + ahead, float(last)))
        direction = aim - eye
        if np.linalg.norm(direction) < path.step_mm / 2:
            direction = path.tangents_lps[last]
        x, y, z = direction.tolist()
        camera = camera_towards((x, y, z), up)
        up = _carried(up, direction)
        place = eye.tolist()
        angle = look.camera.perspective_deg or FLIGHT_DEG
        looks.append(
            replace(
                look,
                camera=replace(camera, eye_lps=(place[0], place[1], place[2]), perspective_deg=angle),
            )
        )
    return looks


def _between(points: NDArray[np.float64], at: float) -> NDArray[np.float64]:
    before = min(int(at), len(points) - 2)
    return np.asarray(points[before] + (at - before) * (points[before + 1] - points[before]))


def _carried(up: Vector, direction: NDArray[np.float64]) -> Vector:
    """Carry the upward direction along, so that the picture does not flip where the path goes straight up."""
    along = direction / np.linalg.norm(direction)
    across = np.asarray(up) - along * float(np.asarray(up) @ along)
    size = float(np.linalg.norm(across))
    if size < 1e-6:
        return up
    x, y, z = (across / size).tolist()
    return x, y, z


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read key frames: a JSON list of objects, or an object with the list ``keys``.

    Raises
    ------
    UserError
        If it cannot be read, or says something else; the message tells where.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.stat().st_size <= MOST_BYTES else ""
    except OSError as error:
        raise UserError(f"{path}: it cannot be read: {error.strerror or type(error).__name__}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: this is no JSON file.", hint=_HINT) from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: this is no JSON: {clean(str(error))}.", hint=_HINT) from error
    keys = data.get("keys") if isinstance(data, dict) else data
    if not isinstance(keys, list) or not 2 <= len(keys) <= MOST_KEYS:
        raise UserError(f"{path}: key frames are a list of 2 to {MOST_KEYS} keys.", hint=_HINT)
    try:
        read = tuple(_key(each, f"key {number}") for number, each in enumerate(keys, 1))
        _check_order(read)
    except ValueError as error:
        raise UserError(f"{path}: {error}.", hint=_HINT) from error
    return read


def _check_order(keys: Sequence[Key]) -> None:
    for number, (before, after) in enumerate(pairwise(keys), 2):
        if after.at <= before.at:
            raise ValueError(f"key {number} is not after the one before it")


_SIZES = {"camera_angle": 2, "focus_lps": 3, "window": 2}


def _key(data: Any, where: str) -> Key:
    known = [field.name for field in fields(Key)]
    if not isinstance(data, dict) or "at" not in data:
        raise ValueError(f"{where} is an object with the time at which it is, at")
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ValueError(f"{where} has no {clean(unknown[0])[:40]!r}; it may have {', '.join(known)}")
    values = {name: _value(value, _SIZES.get(name), f"{name} of {where}") for name, value in data.items()}
    if values.get("zoom", 1.0) <= 0 or (values.get("window") or (0.0, 1.0))[1] <= 0:
        raise ValueError(f"zoom and the width of the window of {where} are above 0")
    if not 0 <= values.get("perspective", 0.0) < 170:
        raise ValueError(f"perspective of {where} is from 0 to 170 degrees")
    return Key(**values)


def _value(value: Any, size: int | None, where: str) -> Any:
    parts = value if size else [value]
    if not isinstance(parts, list) or len(parts) != (size or 1):
        raise ValueError(f"{where} is {size} numbers")
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, int | float) or not -1e9 <= part <= 1e9:
            raise ValueError(f"{where} is {'numbers' if size else 'a number'}")
    return tuple(map(float, parts)) if size else float(parts[0])


def keyed(look: Look3D, keys: Sequence[Key], count: int) -> list[Look3D]:
    """Go from key to key: through each of them, smoothly (Catmull-Rom splines over the times of the keys)."""
    times = [key.at for key in keys]
    camera = look.camera
    focus = camera.focus_lps or next((key.focus_lps for key in keys if key.focus_lps), None)
    window = look.window or next((key.window for key in keys if key.window), None)
    thresholds_said = (look.threshold, *(key.threshold for key in keys))
    threshold = next((each for each in thresholds_said if each is not None), None)
    angle = _course(keys, lambda key: key.camera_angle, (camera.azimuth_deg, camera.elevation_deg))
    roll = _course(keys, lambda key: key.roll, camera.roll_deg)
    zoom = _course(keys, lambda key: key.zoom and math.log(key.zoom), math.log(camera.zoom))
    perspective = _course(keys, lambda key: key.perspective, camera.perspective_deg)
    focuses = _course(keys, lambda key: key.focus_lps, focus) if focus else None
    windows = _course(keys, lambda key: key.window, window) if window else None
    thresholds = _course(keys, lambda key: key.threshold, threshold) if threshold is not None else None
    looks = []
    for at in np.linspace(times[0], times[-1], count).tolist():
        azimuth, elevation = _at(times, angle, at)
        moved = replace(
            camera,
            azimuth_deg=azimuth,
            elevation_deg=elevation,
            roll_deg=_at(times, roll, at)[0],
            zoom=math.exp(_at(times, zoom, at)[0]),
            perspective_deg=min(169.0, max(0.0, _at(times, perspective, at)[0])),
        )
        if focuses is not None:
            x, y, z = _at(times, focuses, at)
            moved = replace(moved, focus_lps=(x, y, z))
        changed = replace(look, camera=moved)
        if windows is not None:
            centre, width = _at(times, windows, at)
            changed = replace(changed, window=(centre, max(width, 1e-6)))
        if thresholds is not None:
            changed = replace(changed, threshold=_at(times, thresholds, at)[0])
        looks.append(changed)
    return looks


Course = NDArray[np.float64]


def _course(keys: Sequence[Key], value: Callable[[Key], Any], start: Any) -> Course:
    """Give a value at each key, (keys, parts): its own, or that of the one before."""
    values = []
    for key in keys:
        own = value(key)
        start = start if own is None else own
        values.append(np.atleast_1d(np.asarray(start, dtype=np.float64)))
    return np.stack(values)


def _at(times: Sequence[float], course: Course, at: float) -> list[float]:
    """Give the values at a time, by cubics whose slopes at the keys are those of their neighbours."""
    right = min(max(1, bisect_right(times, at)), len(times) - 1)
    left = right - 1
    width = times[right] - times[left]
    share = (at - times[left]) / width
    slopes = [_slope(times, course, each) * width for each in (left, right)]
    square, cube = share**2, share**3
    mixed = (
        (2 * cube - 3 * square + 1) * course[left]
        + (cube - 2 * square + share) * slopes[0]
        + (3 * square - 2 * cube) * course[right]
        + (cube - square) * slopes[1]
    )
    return [float(part) for part in mixed]


def _slope(times: Sequence[float], course: Course, at: int) -> Course:
    before, after = max(0, at - 1), min(len(times) - 1, at + 1)
    slope = (course[after] - course[before]) / (times[after] - times[before])
    if 0 < at < len(times) - 1:  # no swinging beyond a key that is the largest or smallest of its neighbours
        is_turn = (course[at] - course[before]) * (course[after] - course[at]) <= 0
        slope = np.where(is_turn, 0.0, slope)
    return np.asarray(slope)

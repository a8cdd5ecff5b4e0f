"""Views of volumes in three dimensions as JSON, so that they can be kept and opened again."""

import json
from dataclasses import replace
from typing import Any, get_args

from workstation.model.geometry import Vector
from workstation.model.text import clean
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import ClipPlane, Cut, Look3D
from workstation.volume.looks.transfer import Method, Removed
from workstation.volume.looks.transfer_files import transfer_function_json, transfer_function_of
from workstation.volume.looks.view3d import BoxCut, View3D

VERSION = 1
MOST_CUTS, MOST_CORNERS, MOST_MASKS = 200, 20_000, 256
_LARGEST = 1e9


def to_json(view: View3D) -> dict[str, Any]:
    """Give a view as JSON values; the volume that it is of is left out, since that is for who keeps it."""
    look = view.look
    return {
        "version": VERSION,
        "method": look.method,
        "preset": view.preset,
        "transfer": None if look.transfer is None else json.loads(transfer_function_json(look.transfer)),
        "window": look.window,
        "threshold": look.threshold,
        "surface_colour": look.surface_colour,
        "is_shaded": look.is_shaded,
        "shadows": look.shadows,
        "background": look.background,
        "removed": sorted(look.removed),
        "masks": list(look.masks),
        "camera": _camera_json(look.camera),
        "cuts": [_cut_json(each) for each in look.cuts],
        "box": None if view.box is None else {"low": view.box.low, "high": view.box.high},
        "plane": None
        if view.plane is None
        else {"point_lps": view.plane.point_lps, "towards_lps": view.plane.towards_lps},
    }


def from_json(data: Any, volume: str) -> View3D:
    """Read a view of a volume.

    Raises
    ------
    ValueError
        If it is something else; the message tells what is wrong.
    """
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError(f"this is no view in three dimensions of version {VERSION}")
    try:
        look = _look(data)
        box, plane = data.get("box"), data.get("plane")
        return View3D(
            volume,
            look,
            preset=_text(data.get("preset", "")),
            box=None if box is None else BoxCut(_vector(box["low"]), _vector(box["high"])),
            plane=None if plane is None else ClipPlane(_vector(plane["point_lps"]), _vector(plane["towards_lps"])),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"a part of the view is missing or of another kind: {clean(str(error))[:80]}") from error


def _look(data: dict[str, Any]) -> Look3D:
    transfer, window, threshold = data.get("transfer"), data.get("window"), data.get("threshold")
    is_shaded = data.get("is_shaded")
    cuts, masks = _list(data["cuts"], MOST_CUTS), _list(data["masks"], MOST_MASKS)
    return Look3D(
        method=_one_of(data["method"], get_args(Method)),
        transfer=None if transfer is None else transfer_function_of(json.dumps(transfer)),
        window=None if window is None else (_number(window[0]), _number(window[1])),
        threshold=None if threshold is None else _number(threshold),
        surface_colour=_share_vector(data["surface_colour"]),
        is_shaded=None if is_shaded is None else bool(is_shaded),
        shadows=min(max(_number(data["shadows"]), 0.0), 1.0),
        camera=_camera(data["camera"]),
        background=_share_vector(data["background"]),
        cuts=tuple(_cut(each) for each in cuts),
        removed=frozenset(_one_of(each, get_args(Removed)) for each in data["removed"]),
        masks=tuple(_text(each) for each in masks),
    )


def _camera_json(camera: Camera) -> dict[str, Any]:
    return {
        "azimuth_deg": camera.azimuth_deg,
        "elevation_deg": camera.elevation_deg,
        "roll_deg": camera.roll_deg,
        "zoom": camera.zoom,
        "focus_lps": camera.focus_lps,
        "perspective_deg": camera.perspective_deg,
        "eye_lps": camera.eye_lps,
    }


def _camera(data: dict[str, Any]) -> Camera:
    focus, eye = data.get("focus_lps"), data.get("eye_lps")
    return Camera(
        _number(data["azimuth_deg"]),
        _number(data["elevation_deg"]),
        _number(data["roll_deg"]),
        _number(data["zoom"]),
        None if focus is None else _vector(focus),
        _number(data["perspective_deg"]),
        None if eye is None else _vector(eye),
    )


def _cut_json(cut: Cut) -> dict[str, Any]:
    return {
        "polygon_px": [list(point) for point in cut.polygon_px],
        "size_px": cut.size_px,
        "camera": _camera_json(cut.camera),
        "keep": cut.keep,
    }


def _cut(data: dict[str, Any]) -> Cut:
    points = _list(data["polygon_px"], MOST_CORNERS)
    corners = tuple((_number(point[0]), _number(point[1])) for point in points)
    size = int(_number(data["size_px"][0])), int(_number(data["size_px"][1]))
    if not all(0 < side <= 100_000 for side in size):
        raise ValueError("the size of the picture of a cut is none")
    made = Cut(corners, size, _camera(data["camera"]))
    return replace(made, keep=_one_of(data["keep"], ("inside", "outside")))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"{clean(str(value))[:40]!r} is not a number that can be used")
    return float(value)


def _vector(values: Any) -> Vector:
    x, y, z = (_number(each) for each in values)
    return x, y, z


def _share_vector(values: Any) -> Vector:
    x, y, z = (min(max(_number(each), 0.0), 1.0) for each in values)
    return x, y, z


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"a list in the view is none, or has more than {most} entries")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{clean(str(value))[:40]!r} is no text")  # noqa: TRY004 - as all of these
    return clean(value)[:200]


def _one_of(value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{clean(str(value))[:40]!r} is none of {', '.join(allowed)}")
    return value

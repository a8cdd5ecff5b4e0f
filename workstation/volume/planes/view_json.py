"""How planes of volumes are looked at, as JSON values: kept with the open work."""

import math
from typing import Any, Literal, cast, get_args

from workstation.display.colour_tables import table_of
from workstation.display.fusion import FusedLook
from workstation.errors import UserError
from workstation.model.frame import Voi, Window
from workstation.model.geometry import Vector, dot
from workstation.volume.cutting.slabs import Interpolation, Projection, Slab
from workstation.volume.planes.planes_view import PLANE_NAMES, PlaneLook, PlanesView

NEAR = 1e-6


def to_json(view: PlanesView) -> dict[str, Any]:
    """Give a view as JSON values; tables as windows, and colours that have no name, are left out."""
    return {
        "cross_lps": list(view.cross_lps),
        "planes": {name: _plane(view.plane(name)) for name in PLANE_NAMES},
        "is_locked": view.is_locked,
        "interpolation": view.interpolation,
        "window": _window(view.voi),
        "inverted": view.inverted,
        "colours": view.colours if isinstance(view.colours, str) else "",
        "pixels": view.pixels,
        "fused": _fused(view.fused),
        "active": view.active,
        "alone": view.alone,
    }


def from_json(value: object, volume: str) -> PlanesView:
    """Give the view of a volume again.

    Raises
    ------
    ValueError
        If it is something else, or no view that there can be.
    """
    try:
        return _view(cast("dict[str, Any]", value), volume)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"it is no view of planes: {error}") from error


def _view(value: dict[str, Any], volume: str) -> PlanesView:
    looks = {name: _look(value["planes"][name]) for name in PLANE_NAMES}
    return PlanesView(
        volume,
        _vector(value["cross_lps"]),
        looks["axial"],
        looks["sagittal"],
        looks["coronal"],
        is_locked=bool(value["is_locked"]),
        interpolation=_one_of(value["interpolation"], Interpolation),
        voi=_window_of(value["window"]),
        inverted=bool(value["inverted"]),
        colours=_colours(value["colours"]),
        pixels=_one_of(value["pixels"], Literal["linear", "nearest", "cubic"]),
        fused=_fused_of(value["fused"]),
        active=_one_of(value["active"], Literal["axial", "sagittal", "coronal"]),
        alone=None if value["alone"] is None else _one_of(value["alone"], Literal["axial", "sagittal", "coronal"]),
    )


def _plane(look: PlaneLook) -> dict[str, Any]:
    return {
        "along_row_lps": list(look.along_row_lps),
        "along_column_lps": list(look.along_column_lps),
        "centre_lps": list(look.centre_lps),
        "zoom_per_mm": look.zoom_per_mm,
        "thickness_mm": look.slab.thickness_mm,
        "projection": look.slab.projection,
        "rotation_quarters": look.rotation_quarters,
        "flipped": [look.flipped_h, look.flipped_v],
    }


def _look(value: dict[str, Any]) -> PlaneLook:
    row, column = _vector(value["along_row_lps"]), _vector(value["along_column_lps"])
    if any(abs(dot(each, each) - 1.0) > NEAR for each in (row, column)) or abs(dot(row, column)) > NEAR:
        raise ValueError("rows and columns of a plane are unit vectors at right angles")
    zoom = None if value["zoom_per_mm"] is None else _number(value["zoom_per_mm"])
    thickness_mm = _number(value["thickness_mm"])
    if thickness_mm < 0 or (zoom is not None and zoom <= 0):
        raise ValueError("sizes are above 0")
    across, down = value["flipped"]
    slab = Slab(thickness_mm, _one_of(value["projection"], Projection))
    centre, quarters = _vector(value["centre_lps"]), int(value["rotation_quarters"]) % 4
    return PlaneLook(row, column, centre, zoom, slab, quarters, bool(across), bool(down))


def _window(voi: Voi | None) -> dict[str, Any] | None:
    if not isinstance(voi, Window):
        return None
    return {"center": voi.center, "width": voi.width, "function": voi.function, "explanation": voi.explanation}


def _window_of(value: dict[str, Any] | None) -> Window | None:
    if value is None:
        return None
    function = _one_of(value["function"], Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"])
    return Window(_number(value["center"]), _number(value["width"]), function, str(value["explanation"]))


def _fused(look: FusedLook | None) -> dict[str, Any] | None:
    if look is None:
        return None
    return {
        "volume": look.volume,
        "opacity": look.opacity,
        "colours": look.colours if isinstance(look.colours, str) else "",
        "window": _window(look.window),
        "to_moving": None if look.to_moving is None else list(look.to_moving),
        "how": look.how,
    }


def _fused_of(value: dict[str, Any] | None) -> FusedLook | None:
    if value is None:
        return None
    matrix = None if value["to_moving"] is None else tuple(_number(each) for each in value["to_moving"])
    if matrix is not None and len(matrix) != 16:
        raise ValueError("a registration has 16 numbers")
    opacity = min(max(_number(value["opacity"]), 0.0), 1.0)
    window = _window_of(value["window"])
    return FusedLook(str(value["volume"]), opacity, _colours(value["colours"]), window, matrix, str(value["how"]))


def _colours(value: Any) -> str:
    try:
        table_of(value)
    except UserError as error:
        raise ValueError(error.message) from error
    return str(value)


def _vector(value: Any) -> Vector:
    x, y, z = value
    return _number(x), _number(y), _number(z)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _one_of(value: Any, choices: Any) -> Any:
    if value not in get_args(choices):
        raise ValueError(f"{value!r} is none of {', '.join(map(str, get_args(choices)))}")
    return value

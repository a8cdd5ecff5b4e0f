"""The look that a command asks for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from workstation.display.preset_table import PresetTable
from workstation.display.presets import preset_names, preset_voi
from workstation.errors import UserError
from workstation.model.frame import Window
from workstation.model.geometry import Vector, VolumeGrid, ijk_to_lps
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.volume.looks.camera import SIDES, Camera
from workstation.volume.looks.look3d import ClipPlane, Look3D, box_planes, look_of, voxel_box_planes
from workstation.volume.looks.transfer import Method, Removed, TransferFunction
from workstation.volume.looks.transfer_files import preset, preset_key, presets, read_transfer_function
from workstation.volume.rendering.colours import is_coloured
from workstation.volume.rendering.parameters import LookParameters, Six, parse_colour
from workstation.volume.windows import modality_of, sample_of, source_voi

_DEFAULTS = {"CT": "ct-bone", "MR": "mr-tissue", "PT": "pet-uptake", "US": "amber"}
_METHODS: dict[str, Method] = {
    "volume": "composite", "mip": "mip", "minip": "minip", "average": "average", "isosurface": "isosurface",
}  # fmt: skip


def look_asked(parameters: LookParameters, volume: Volume) -> Look3D:
    """Give the look of a command at a volume.

    Raises
    ------
    UserError
        If there is no such preset, the file is no transfer function, a box has no inside, or something is to be taken
        out that is told apart in CT only.
    """
    function = _function(parameters)
    look = look_of(function) if function is not None else Look3D()
    if parameters.method is not None:
        look = replace(look, method=_METHODS[parameters.method])
    elif parameters.threshold is not None:
        look = replace(look, method="isosurface")
    window = _named_window(parameters.preset, volume) if function is None and parameters.preset else None
    if parameters.window_center is not None and parameters.window_width is not None:
        window = parameters.window_center, parameters.window_width
    if look.method == "composite" and function is None and window is None:
        look = look_of(default_function(volume))
    elif function is not None and function.method != look.method and look.method in ("mip", "minip", "average"):
        look = replace(look, removed=frozenset())
    return replace(
        look,
        window=window,
        threshold=parameters.threshold,
        surface_colour=parse_colour(parameters.colour) if parameters.colour else look.surface_colour,
        is_shaded=None if parameters.shading is None else parameters.shading == "on",
        shadows=parameters.shadows,
        camera=_camera(parameters, volume.grid),
        background=parse_colour(parameters.background) if parameters.background else look.background,
        planes=_planes(parameters, volume.grid),
        removed=_removed(parameters.remove, look, volume),
    )


def _removed(asked: Sequence[Removed | Literal["none"]], look: Look3D, volume: Volume) -> frozenset[Removed]:
    parts = [each for each in asked if each != "none"]
    if parts and volume.unit != "HU":
        raise UserError(
            f"--remove {parts[0]}: it is told apart by the values of CT, and this is none.",
            hint="Leave it out, or cut with --clip, --clip-plane or --mask.",
        )
    return frozenset(parts) | (frozenset() if "none" in asked else look.removed)


def default_function(volume: Volume) -> TransferFunction:
    """Give the transfer function that suits the modality of a volume, or its colours."""
    return preset("grey" if is_coloured(volume) else _DEFAULTS.get(modality_of(volume), "grey"))


def _function(parameters: LookParameters) -> TransferFunction | None:
    if parameters.transfer_function is not None:
        return read_transfer_function(parameters.transfer_function)
    return presets().get(preset_key(parameters.preset))


def _named_window(name: str, volume: Volume) -> tuple[float, float]:
    """Give the window of a name that is no transfer function: centre and width."""
    table = PresetTable.load()
    sample, modality = sample_of(volume, source_voi(volume)), modality_of(volume)
    voi = preset_voi(sample, name, modality, table=table)
    if isinstance(voi, Window):
        return voi.center, voi.width
    windows = ", ".join(preset_names(modality, table=table))
    raise UserError(
        f"There is no preset {clean(name)[:60]!r}.",
        hint=f"There are the transfer functions {', '.join(presets())}; and the windows {windows}.",
    )


def _camera(parameters: LookParameters, grid: VolumeGrid) -> Camera:
    azimuth, elevation = parameters.camera_angle or SIDES[parameters.side or "front"]
    focus = None if parameters.focus is None else _point(parameters.focus, grid, is_lps=parameters.lps)
    return Camera(azimuth, elevation, parameters.roll, parameters.zoom, focus, parameters.perspective)


def _point(point: Vector, grid: VolumeGrid, *, is_lps: bool) -> Vector:
    if is_lps:
        return point
    x, y, z = ijk_to_lps(grid, [point])[0].tolist()
    return x, y, z


def _planes(parameters: LookParameters, grid: VolumeGrid) -> tuple[ClipPlane, ...]:
    planes = tuple(_plane(each, grid, is_lps=parameters.lps) for each in parameters.clip_plane)
    if parameters.clip is None:
        return planes
    low, high = parameters.clip[::2], parameters.clip[1::2]
    try:
        if parameters.lps:
            return (*planes, *box_planes((low[0], low[1], low[2]), (high[0], high[1], high[2])))
        return (*planes, *voxel_box_planes(grid, low, high))
    except ValueError as error:
        raise UserError(f"--clip: {error}.", hint="Give the first and the last of each axis.") from error


def _plane(plane: Six, grid: VolumeGrid, *, is_lps: bool) -> ClipPlane:
    point, towards = (plane[0], plane[1], plane[2]), (plane[3], plane[4], plane[5])
    if not is_lps:
        turned = grid.affine_lps[:3, :3] @ np.asarray(towards)
        x, y, z = turned.tolist()
        towards = (x, y, z)
    return ClipPlane(_point(point, grid, is_lps=is_lps), towards)

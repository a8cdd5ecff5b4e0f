"""How a volume is looked at in three dimensions: one immutable value, which panel, command and animation share."""

import math
from collections.abc import Sequence
from dataclasses import field
from typing import Literal

import numpy as np

from workstation.model.geometry import Vector, VolumeGrid, ijk_to_lps, unit
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.transfer import Colour, Method, Removed, TransferFunction, grey_ramp


@dataclass(frozen=True, slots=True)
class ClipPlane:
    """A plane that cuts off one side.

    Parameters
    ----------
    point_lps
        A point in the plane, in mm.
    towards_lps
        Direction of what stays.
    """

    point_lps: Vector
    towards_lps: Vector


@dataclass(frozen=True, slots=True)
class Cut:
    """Scissors: a polygon drawn on a picture takes away what lies behind it, to the far side of the volume.

    Parameters
    ----------
    polygon_px
        Corners (column, row) in the picture, from 0 at the centre of the first pixel; at least three.
    size_px
        Columns and rows of that picture.
    camera
        From where it was seen.
    keep
        ``outside`` takes away what is inside of the polygon, ``inside`` what is outside of it.
    """

    polygon_px: tuple[tuple[float, float], ...]
    size_px: tuple[int, int]
    camera: Camera
    keep: Literal["outside", "inside"] = "outside"

    def __post_init__(self) -> None:
        if len(self.polygon_px) < 3 or not all(math.isfinite(part) for point in self.polygon_px for part in point):
            raise ValueError("a cut is a polygon of at least three corners")


CT_THRESHOLD_HU = 200.0
"""Of a surface of a CT where none is chosen: bone."""


@dataclass(frozen=True, slots=True)
class Look3D:
    """How a volume is looked at.

    Parameters
    ----------
    method
        ``composite`` sees layers through each other; ``mip``, ``minip`` and ``average`` take the largest, the smallest
        or the mean value along each ray; ``isosurface`` shows where the threshold is crossed.
    transfer
        Colours and opacity for ``composite``; of the projections the colours, where ``window`` is None and a function
        is given. None: greys.
    window
        Centre and width, in modality values, of the greys of the projections; for ``composite`` the function is
        stretched over it. None: as the function says, or what the volume holds.
    threshold, surface_colour
        Of ``isosurface``: modality value (None: chosen by the values), and its colour.
    is_shaded
        Whether there is a light; None as the function says.
    shadows
        From 0 to 1: how far light is dimmed on its way to what it falls on. Only with graphics hardware.
    camera, background
        From where, and the colour behind.
    planes
        What they cut off is not there; `box_planes` makes those of a box.
    cuts, removed, masks
        Scissors; what is told apart and taken out of a CT (``table``: all but the patient; ``skin``: that and the
        outermost millimetres; ``bone``); names of masks, of which only what is in one stays.
        The smallest value in a CT is sought under the skin only.
    """

    method: Method = "composite"
    transfer: TransferFunction | None = None
    window: tuple[float, float] | None = None
    threshold: float | None = None
    surface_colour: Colour = (0.91, 0.85, 0.74)
    is_shaded: bool | None = None
    shadows: float = 0.0
    camera: Camera = field(default_factory=Camera)
    background: Colour = (0.0, 0.0, 0.0)
    planes: tuple[ClipPlane, ...] = ()
    cuts: tuple[Cut, ...] = ()
    removed: frozenset[Removed] = frozenset()
    masks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.window is not None and not (math.isfinite(self.window[0]) and self.window[1] > 0):
            raise ValueError("the width of a window is above 0")

    def function_for(self, low: float, high: float) -> TransferFunction:
        """Give the function to be used, in modality values, for a volume whose range is ``low`` to ``high``."""
        span = None
        if self.window is not None:
            span = self.window[0] - self.window[1] / 2, self.window[0] + self.window[1] / 2
        if self.transfer is None:
            return grey_ramp(*(span or (low, high if high > low else low + 1)))
        function = self.transfer.resolved(low, high)
        return function.stretched(*span) if span else function


def look_of(function: TransferFunction, camera: Camera | None = None) -> Look3D:
    """Give the look that a transfer function is made for."""
    return Look3D(
        method=function.method,
        transfer=function,
        camera=camera or Camera(),
        background=function.background,
        removed=frozenset(function.removes),
    )


def box_planes(low_lps: Vector, high_lps: Vector) -> tuple[ClipPlane, ...]:
    """Give the six planes of a box along the patient's axes; what is inside stays.

    Raises
    ------
    ValueError
        If it has no inside.
    """
    if not all(low < high for low, high in zip(low_lps, high_lps, strict=True)):
        raise ValueError("the box has no inside: its low sides are not below its high ones")
    axes: tuple[Vector, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    from_low = tuple(ClipPlane(low_lps, axis) for axis in axes)
    return (*from_low, *(ClipPlane(high_lps, (-axis[0], -axis[1], -axis[2])) for axis in axes))


def voxel_box_planes(grid: VolumeGrid, low_ijk: Sequence[float], high_ijk: Sequence[float]) -> tuple[ClipPlane, ...]:
    """Give the six planes round the voxels from ``low_ijk`` to ``high_ijk``, both included, to their outer sides.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not all(low <= high for low, high in zip(low_ijk, high_ijk, strict=True)):
        raise ValueError("the box has no inside: its first voxels are not below its last ones")
    rows = np.linalg.inv(grid.affine_lps[:3, :3])  # row n: the direction in which voxel index n grows
    low = ijk_to_lps(grid, [np.asarray(low_ijk) - 0.5])[0].tolist()
    high = ijk_to_lps(grid, [np.asarray(high_ijk) + 0.5])[0].tolist()
    planes = []
    for row in rows.tolist():
        planes.append(ClipPlane((low[0], low[1], low[2]), unit((row[0], row[1], row[2]))))
        planes.append(ClipPlane((high[0], high[1], high[2]), unit((-row[0], -row[1], -row[2]))))
    return tuple(planes)

"""Shapes painted onto one slice at a time, with edges as soft as a voxel that lies half in and half out."""

import math
from collections.abc import Sequence
from dataclasses import field
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass

Floats = NDArray[np.floating[Any]]
Window = tuple[slice, slice]
WHOLE: Window = (slice(None), slice(None))
ANGLES = 2048
COARSE = 2

Property = Literal["hu", "suv", "t1", "t2"]


@dataclass(frozen=True, slots=True)
class Tissue:
    """What a substance is to CT (Hounsfield units), FDG PET (SUV by body weight), T1- and T2-weighted MR (signal)."""

    hu: float
    suv: float = 0.0
    t1: float = 0.0
    t2: float = 0.0


@dataclass(frozen=True)
class SheetGrid:
    """The in-plane grid that all slices of a volume share, LPS mm.

    Parameters
    ----------
    x_mm, y_mm
        Centres of columns and rows, shape (columns,) and (rows,).
    step_mm
        Size of a voxel along x, y and z.
    """

    x_mm: Floats
    y_mm: Floats
    step_mm: tuple[float, float, float]
    coarse_x: Floats = field(init=False)
    coarse_y: Floats = field(init=False)
    radius_mm: Floats = field(init=False)
    angle_index: NDArray[np.int16] = field(init=False)

    def __post_init__(self) -> None:
        for name, centres in (("coarse_x", self.x_mm), ("coarse_y", self.y_mm)):
            step = centres[1] - centres[0]
            count = math.ceil(len(centres) / COARSE)
            object.__setattr__(self, name, (centres[0] + COARSE * step * np.arange(count)).astype(np.float32))
        x, y = self.coarse_x[None, :], self.coarse_y[:, None]
        object.__setattr__(self, "radius_mm", np.hypot(x, y))
        turns = np.arctan2(y, x) / (2 * math.pi) + 0.5
        object.__setattr__(self, "angle_index", np.minimum(turns * ANGLES, ANGLES - 1).astype(np.int16))

    def fine(self, coarse: Floats) -> Floats:
        """Bring a field that was computed at every `COARSE`-th voxel to all of them, linearly."""
        matrix = np.array([[1 / COARSE, 0, 0], [0, 1 / COARSE, 0]])
        size = (len(self.x_mm), len(self.y_mm))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        dense = cv2.warpAffine(coarse, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(dense, np.float32)

    def part(self, window: Window) -> "SheetGrid":
        """Give the grid of a window of the slice."""
        return SheetGrid(self.x_mm[window[1]], self.y_mm[window[0]], self.step_mm)

    @classmethod
    def centred(cls, size: int, pixel_mm: float, slice_mm: float) -> "SheetGrid":
        """Make a square grid of ``size`` pixels whose middle is the axis x = y = 0."""
        centres = ((np.arange(size) - (size - 1) / 2) * pixel_mm).astype(np.float32)
        return cls(centres, centres, (pixel_mm, pixel_mm, slice_mm))


class Sheet:
    """One axial slice that is being painted."""

    def __init__(self, grid: SheetGrid, z_mm: float, what: Property, background: Floats) -> None:
        self.grid, self.z_mm, self.what = grid, z_mm, what
        self.values = background.copy()
        self._bend(z_mm)

    def _bend(self, z: float) -> None:
        """Displace the points at which organs are asked, by some mm: nothing in a body is an ellipsoid."""
        x, y = self.grid.x_mm[None, :], self.grid.y_mm[:, None]
        self.bent_x = (x + 3.0 * np.sin(y / 23 + z / 31)) + 1.3 * np.sin(y / 8.5 - z / 12) * np.cos(x / 11)
        self.bent_y = (y + 3.0 * np.sin(x / 21 - z / 27 + 1)) + 1.3 * np.sin(x / 9.5 + z / 10) * np.cos(y / 12)
        self.bent_z = z + 3.0 * np.sin(x / 25 + 2) * np.cos(y / 29)

    def window(self, x0: float, x1: float, y0: float, y1: float) -> Window | None:
        """Give the pixels of a rectangle in mm and a margin of one, or None where it lies outside."""
        columns = _span(self.grid.x_mm, x0, x1)
        rows = _span(self.grid.y_mm, y0, y1)
        return (rows, columns) if columns.start < columns.stop and rows.start < rows.stop else None

    def paint(self, cover: Floats | float, tissue: Tissue, window: Window = WHOLE) -> None:
        """Blend a tissue in, as much as ``cover`` (0 to 1) says."""
        part = self.values[window]
        part += cover * (getattr(tissue, self.what) - part)


def _span(centres: Floats, low: float, high: float) -> slice:
    step = float(centres[1] - centres[0])
    first = math.floor((low - float(centres[0])) / step)
    last = math.ceil((high - float(centres[0])) / step)
    return slice(max(first, 0), min(last + 1, len(centres)))


def soft(inside_mm: Floats, extent_mm: float | Floats) -> Floats:
    """Turn a distance (positive inside) into cover: from 0 to 1 over the extent of a voxel."""
    cover: Floats = inside_mm / extent_mm
    cover += np.float32(0.5)
    np.clip(cover, 0, 1, out=cover)
    return cover


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid.

    Parameters
    ----------
    centre
        LPS mm.
    radii
        Along its own axes, mm.
    turn_deg
        Rotations about z, then x, then y, that lead from the patient's axes to its own.
    bent
        Whether it follows the irregular displacement of soft organs.
    """

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    bent: bool = True
    axes: NDArray[np.float64] = field(init=False)
    reach: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        axes = rotation(self.turn_deg)
        object.__setattr__(self, "axes", axes)
        slack = 6.0 if self.bent else 0.0
        object.__setattr__(self, "reach", np.sqrt(((axes.T * self.radii) ** 2).sum(axis=1)) + slack)

    def grown(self, by_mm: float) -> "Ellipsoid":
        """Give the same with longer radii."""
        a, b, c = (max(r + by_mm, 0.1) for r in self.radii)
        return Ellipsoid(self.centre, (a, b, c), self.turn_deg, self.bent)

    def level(self, x: Floats, y: Floats, z: Floats | float) -> Floats:
        """Give about the distance inside the surface, mm, at points that broadcast."""
        q = self._local(x, y, z)
        length = np.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2) + np.float32(1e-6)
        slope = np.sqrt(sum((q[n] / self.radii[n]) ** 2 for n in range(3))) + np.float32(1e-9)
        return ((1 - length) * length / slope).astype(np.float32)

    def _local(self, x: Floats, y: Floats, z: Floats | float) -> list[Floats]:
        dx, dy, dz = x - self.centre[0], y - self.centre[1], z - self.centre[2]
        scaled = (self.axes / np.array(self.radii)[:, None]).astype(np.float32)
        return [row[0] * dx + row[1] * dy + row[2] * dz for row in scaled]

    def cover(self, sheet: Sheet) -> tuple[Floats, Window] | None:
        """Give how much of each voxel it fills and the window that it touches, or None."""
        if abs(sheet.z_mm - self.centre[2]) > self.reach[2] + sheet.grid.step_mm[2]:
            return None
        (x, y, _), (rx, ry, _) = self.centre, self.reach
        window = sheet.window(x - rx, x + rx, y - ry, y + ry)
        if window is None:
            return None
        if self.bent:
            q = self._local(sheet.bent_x[window], sheet.bent_y[window], sheet.bent_z[window])
        else:
            q = self._local(sheet.grid.x_mm[None, window[1]], sheet.grid.y_mm[window[0], None], sheet.z_mm)
        length = np.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2) + np.float32(1e-6)
        gradient = (self.axes / np.array(self.radii)[:, None]).astype(np.float32)
        extent = sum(
            np.abs(sum(gradient[n, axis] * q[n] for n in range(3))) * np.float32(sheet.grid.step_mm[axis])
            for axis in range(3)
        )
        return np.clip((1 - length) * length / (extent + np.float32(1e-9)) + np.float32(0.5), 0, 1), window

    def paint(self, sheet: Sheet, tissue: Tissue, *, within: Floats | None = None) -> None:
        """Paint it, only as far as ``within`` (cover of the whole slice) allows."""
        found = self.cover(sheet)
        if found is not None:
            cover, window = found
            sheet.paint(cover if within is None else cover * within[window], tissue, window)


def rotation(turn_deg: Sequence[float]) -> NDArray[np.float64]:
    """Give the matrix whose rows are the turned axes."""
    (cz, sz), (cx, sx), (cy, sy) = ((math.cos(math.radians(a)), math.sin(math.radians(a))) for a in turn_deg)
    about_z = np.array([[cz, sz, 0], [-sz, cz, 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cx, sx], [0, -sx, cx]])
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    result: NDArray[np.float64] = about_y @ about_x @ about_z
    return result

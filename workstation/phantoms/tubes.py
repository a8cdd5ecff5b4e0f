"""Tubes: vessels, bronchi, ribs and bowel as chains of short round pieces, painted many at a time."""

import math
from collections.abc import Sequence
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.phantoms.shapes import Floats, Sheet, Tissue, Window
from workstation.quick_dataclass import dataclass

Knots = NDArray[np.floating[Any]]
_CLASSES_PX = (3, 4, 5, 7, 10, 14, 20, 28, 40, 60, 90)


@dataclass(frozen=True)
class Tubes:
    """A set of straight round pieces.

    Parameters
    ----------
    start, end
        Ends of the axis of each piece, shape (n, 3), LPS mm.
    radius_mm
        Shape (n,).
    height
        Stretch of the cross-section along z: a rib is higher than it is thick.
    """

    start: Floats
    end: Floats
    radius_mm: Floats
    height: float = 1.0
    low_z: Floats = field(init=False)
    high_z: Floats = field(init=False)

    def __post_init__(self) -> None:
        reach = self.radius_mm * self.height
        object.__setattr__(self, "low_z", np.minimum(self.start[:, 2], self.end[:, 2]) - reach)
        object.__setattr__(self, "high_z", np.maximum(self.start[:, 2], self.end[:, 2]) + reach)

    def away_from(self, centre: Sequence[float], distance_mm: float) -> "Tubes":
        """Give the pieces whose surface stays farther than a distance from a point."""
        nearest = _distance(np.asarray(centre, np.float32)[None], self.start, self.end) - self.radius_mm
        keep = nearest > distance_mm
        return Tubes(self.start[keep], self.end[keep], self.radius_mm[keep], self.height)

    def covers(self, sheet: Sheet, *growths_mm: float) -> tuple[tuple[Floats, ...], Window] | None:
        """Give how much of each voxel is filled and the window that is touched, or None where no piece passes.

        There is one answer for each of ``growths_mm``, by which all radii are changed; the first is the largest.
        """
        half = sheet.grid.step_mm[2] / 2 + max(growths_mm) * self.height
        chosen = np.flatnonzero((self.low_z < sheet.z_mm + half) & (self.high_z > sheet.z_mm - half))
        window = self._window(sheet, chosen, growths_mm[0]) if len(chosen) else None
        if window is None:
            return None
        shape = (window[0].stop - window[0].start, window[1].stop - window[1].start)
        covers = np.zeros((len(growths_mm), shape[0] * shape[1]), np.float32)
        reach_px = self._reach_px(sheet, chosen) + max(growths_mm[0], 0.0) / sheet.grid.step_mm[0]
        lower = 0
        for half_px in _CLASSES_PX:
            part = chosen[(reach_px > lower) & (reach_px <= half_px)]
            lower = half_px
            if len(part):
                self._cover_patches(sheet, part, half_px, growths_mm, window, covers)
        return tuple(cover.reshape(shape) for cover in covers), window

    def paint(self, sheet: Sheet, *layers: tuple[float, Tissue], within: Floats | None = None) -> None:
        """Paint all pieces that touch the slice, in layers of (growth in mm, tissue) from the outside in."""
        found = self.covers(sheet, *(growth for growth, _ in layers))
        if found is None:
            return
        covers, window = found
        for cover, (_, tissue) in zip(covers, layers, strict=True):
            sheet.paint(cover if within is None else cover * within[window], tissue, window)

    def _window(self, sheet: Sheet, chosen: NDArray[np.intp], growth_mm: float) -> Window | None:
        reach = self.radius_mm[chosen, None] + np.float32(growth_mm + sheet.grid.step_mm[0])
        low = (np.minimum(self.start[chosen, :2], self.end[chosen, :2]) - reach).min(axis=0)
        high = (np.maximum(self.start[chosen, :2], self.end[chosen, :2]) + reach).max(axis=0)
        return sheet.window(float(low[0]), float(high[0]), float(low[1]), float(high[1]))

    def _reach_px(self, sheet: Sheet, chosen: NDArray[np.intp]) -> Floats:
        length = np.linalg.norm((self.end - self.start)[chosen, :2], axis=1)
        result: Floats = (self.radius_mm[chosen] + length / 2) / sheet.grid.step_mm[0] + 1
        return result

    def _cover_patches(
        self, sheet: Sheet, chosen: NDArray[np.intp], half_px: int, growths: tuple[float, ...], window: Window,
        covers: Floats,
    ) -> None:  # fmt: skip
        grid = sheet.grid
        middle = (self.start[chosen] + self.end[chosen]) / 2
        column = np.rint((middle[:, 0] - grid.x_mm[0]) / grid.step_mm[0]).astype(np.int32)
        row = np.rint((middle[:, 1] - grid.y_mm[0]) / grid.step_mm[1]).astype(np.int32)
        around = np.arange(-half_px, half_px + 1, dtype=np.int32)
        columns, rows = column[:, None] + around, row[:, None] + around
        x = grid.x_mm[0] + np.float32(grid.step_mm[0]) * columns.astype(np.float32)
        y = grid.y_mm[0] + np.float32(grid.step_mm[1]) * rows.astype(np.float32)
        filled = np.zeros((len(growths), len(chosen), len(around), len(around)), np.float32)
        for offset in (-1 / 4, 1 / 4):
            inside = self._inside(chosen, x, y, sheet.z_mm + offset * grid.step_mm[2])
            inside *= np.float32(1 / grid.step_mm[0])
            for n, growth in enumerate(growths):
                filled[n] += np.clip(inside + np.float32(growth / grid.step_mm[0] + 0.5), 0, 1)
        inside_x = (columns >= window[1].start) & (columns < window[1].stop)
        inside_y = (rows >= window[0].start) & (rows < window[0].stop)
        keep = np.flatnonzero(inside_y[:, :, None] & inside_x[:, None, :] & (filled[0] > 0))
        width = window[1].stop - window[1].start
        flat = ((rows - window[0].start)[:, :, None] * width + (columns - window[1].start)[:, None, :]).reshape(-1)[
            keep
        ]
        for n in range(len(growths)):
            np.maximum.at(covers[n], flat, filled[n].reshape(-1)[keep] * np.float32(0.5))

    def _inside(self, chosen: NDArray[np.intp], x: Floats, y: Floats, z: float) -> Floats:
        start, axis = self.start[chosen], (self.end - self.start)[chosen]
        stretch = np.float32(1 / self.height)
        dx = (x - start[:, :1])[:, None, :]
        dy = (y - start[:, 1:2])[:, :, None]
        dz = ((z - start[:, 2]) * stretch)[:, None, None]
        ax, ay, az = (axis[:, n, None, None] for n in range(3))
        az = az * stretch
        length2 = ax * ax + ay * ay + az * az + np.float32(1e-6)
        along = dx * (ax / length2) + dy * (ay / length2)  # a row and a column broadcast to the patch
        along += dz * az / length2
        np.clip(along, 0, 1, out=along)
        away = (dx - along * ax) ** 2
        away += (dy - along * ay) ** 2
        away += (dz - along * az) ** 2
        np.sqrt(away, out=away)
        result: Floats = np.subtract(self.radius_mm[chosen][:, None, None], away, out=away)
        return result


def _distance(point: Floats, start: Floats, end: Floats) -> Floats:
    axis = end - start
    along = np.clip(((point - start) * axis).sum(1) / ((axis * axis).sum(1) + 1e-6), 0, 1)
    result: Floats = np.linalg.norm(point - start - along[:, None] * axis, axis=1)
    return result


def pieces(start: Floats, end: Floats, radius_mm: Floats, *, longest_mm: float = 4.0, height: float = 1.0) -> Tubes:
    """Cut segments, shape (n, 3), into pieces no longer than ``longest_mm`` or their own radius."""
    length = np.linalg.norm(end - start, axis=1)
    count = np.maximum(np.ceil(length / np.maximum(radius_mm, longest_mm)), 1).astype(int)
    which = np.repeat(np.arange(len(count)), count)
    step = np.concatenate([np.arange(n) for n in count]) if len(count) else np.zeros(0)
    axis = end - start
    low = (step / count[which]).astype(np.float32)[:, None]
    high = ((step + 1) / count[which]).astype(np.float32)[:, None]
    return Tubes(
        start[which] + low * axis[which], start[which] + high * axis[which], radius_mm[which].astype(np.float32), height
    )


def tube(
    points: Sequence[Sequence[float] | Knots] | Knots,
    radii_mm: float | Sequence[float] | Knots,
    *,
    height: float = 1.0,
    smooth: bool = True,
) -> Tubes:
    """Lead a tube through points, LPS mm; the radius is one number or one for each point."""
    knots = np.asarray(points, np.float64)
    radii = np.broadcast_to(np.asarray(radii_mm, np.float64), len(knots))
    if smooth and len(knots) > 2:
        knots, radii = _smooth(knots, radii)
    start, end = knots[:-1].astype(np.float32), knots[1:].astype(np.float32)
    return pieces(start, end, ((radii[:-1] + radii[1:]) / 2).astype(np.float32), height=height)


def _smooth(knots: NDArray[np.float64], radii: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Run a Catmull-Rom spline through the knots."""
    data = np.column_stack([knots, radii])
    padded = np.vstack([2 * data[0] - data[1], data, 2 * data[-1] - data[-2]])
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, math.ceil(float(np.linalg.norm((c - b)[:3])) / max(3.0, 0.6 * b[3])))
        t = (np.arange(count) / count)[:, None]
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    curve = np.vstack([*parts, data[-1:]])
    return curve[:, :3], np.maximum(curve[:, 3], 0.2)


def joined(*tubes: Tubes) -> Tubes:
    """Put sets of the same height together."""
    return Tubes(
        np.concatenate([t.start for t in tubes]),
        np.concatenate([t.end for t in tubes]),
        np.concatenate([t.radius_mm for t in tubes]),
        tubes[0].height,
    )


def mirrored(tubes: Tubes) -> Tubes:
    """Give the same on the other side of the patient."""
    flip = np.array([-1, 1, 1], np.float32)
    return Tubes(tubes.start * flip, tubes.end * flip, tubes.radius_mm, tubes.height)

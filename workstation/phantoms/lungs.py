"""Lungs: their tissue, the fissures, arteries, veins and bronchi that branch into them, and nodules of known size."""

from functools import cached_property

import numpy as np

from workstation.phantoms import form
from workstation.phantoms.shapes import COARSE, Floats, Sheet, SheetGrid, Tissue, soft
from workstation.phantoms.trees import Points, Tree, grow
from workstation.phantoms.tubes import Tubes, joined
from workstation.quick_dataclass import dataclass

TISSUE = Tissue(-862, 0.45)
ARTERY = Tissue(118, 1.6)
VEIN = Tissue(112, 1.6)
WALL = Tissue(-60, 0.5)
AIR = Tissue(-985, 0.0)
_FISSURE_MM = 0.55


@dataclass(frozen=True, slots=True)
class Nodule:
    """A ball of one density in a lung.

    Parameters
    ----------
    name
        Stable name.
    centre_lps
        mm.
    diameter_mm
        0 where it is gone.
    hu
        Its density; ``suv`` its uptake.
    """

    name: str
    centre_lps: tuple[float, float, float]
    diameter_mm: float
    hu: float
    suv: float = 0.0

    def cover(self, grid: SheetGrid, z_mm: float) -> tuple[Floats, tuple[slice, slice]] | None:
        """Give the exact part of each voxel inside the ball, by 9x9x9 samples, and the window."""
        x0, y0, z0 = self.centre_lps
        radius, (sx, sy, sz) = self.diameter_mm / 2, grid.step_mm
        if radius <= 0 or abs(z_mm - z0) > radius + sz:
            return None
        columns = np.flatnonzero(np.abs(grid.x_mm - x0) < radius + sx)
        rows = np.flatnonzero(np.abs(grid.y_mm - y0) < radius + sy)
        parts = (np.arange(9) - 4) / 9
        x = (grid.x_mm[columns][:, None] + parts * sx).reshape(-1) - x0
        y = (grid.y_mm[rows][:, None] + parts * sy).reshape(-1) - y0
        flat = x[None, :] ** 2 + y[:, None] ** 2
        filled = sum((flat + (z_mm + part * sz - z0) ** 2 <= radius**2).astype(np.float32) for part in parts)
        cover = np.asarray(filled, np.float32).reshape(len(rows), 9, len(columns), 9).mean(axis=(1, 3)) / 9
        return cover, (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))


class Lungs:
    """Both lungs; grown once for a seed.

    Parameters
    ----------
    rng
        Source of the branching.
    clearings
        Places (LPS mm) and radii (mm) that vessels stay out of, so that a nodule there has edges of its own.
    """

    def __init__(self, rng: np.random.Generator, clearings: list[tuple[tuple[float, float, float], float]]) -> None:
        self.arteries: list[Tree] = []
        self._trees: dict[str, list[Tree]] = {"vein": [], "bronchus": []}
        for side in (-1, 1):
            points = _points_inside(side, rng, clearings)
            artery_root = np.array([-40.0, -10, 93]) if side < 0 else np.array([45.0, 7, 97])
            airway_root = np.array([-33.0, 4, 89]) if side < 0 else np.array([43.0, 8, 89])
            vein_root = np.array([-52.0, 2, 62]) if side < 0 else np.array([56.0, 4, 64])
            self.arteries.append(grow(artery_root, points[:900], 8.2, rng, murray=3.1))
            self._trees["vein"].append(grow(vein_root, points[900:1600], 7.0, rng, murray=3.1))
            self._trees["bronchus"].append(grow(airway_root, points[:900:4], 5.6, rng, murray=2.4))
        self._clearings = clearings

    def _clear(self, tubes: Tubes) -> Tubes:
        for centre, radius in self._clearings:
            tubes = tubes.away_from(centre, radius)
        return tubes

    @cached_property
    def _tubes(self) -> tuple[Tubes, Tubes, Tubes]:
        arteries, veins, bronchi = self.arteries, self._trees["vein"], self._trees["bronchus"]
        return (
            self._clear(joined(*(t.tubes(thinnest_mm=0.35) for t in arteries))),
            self._clear(joined(*(t.tubes(thinnest_mm=0.35) for t in veins))),
            self._clear(joined(*(t.tubes(thinnest_mm=0.8, last_generation=7) for t in bronchi))),
        )

    def paint(self, sheet: Sheet, wall_mm: Floats) -> Floats:
        """Paint tissue and fissures, then what branches in them; give the cover by lung."""
        grid = sheet.grid
        x, y, z = grid.coarse_x[None, :], grid.coarse_y[:, None], sheet.z_mm
        depth = form.lung_inside(x, y, z, wall_mm[::COARSE, ::COARSE])
        if depth.max() < -1:
            return np.zeros_like(sheet.values)
        lung = soft(grid.fine(depth), grid.step_mm[0])
        sheet.paint(lung, TISSUE)
        if sheet.what == "suv":
            return lung
        density = np.clip(0.34 * grid.y_mm[:, None], -34, 34)
        fissure = np.clip(1.1 - grid.fine(form.fissure_mm(x, y, z)) / grid.step_mm[0], 0, 1)
        sheet.values += lung * (density + fissure * (_FISSURE_MM / grid.step_mm[0] * 320))
        arteries, veins, bronchi = self._tubes
        veins.paint(sheet, (0, VEIN))
        arteries.paint(sheet, (0, ARTERY))
        bronchi.paint(sheet, (0.7, WALL), (0, AIR))
        return lung


def _points_inside(
    side: int, rng: np.random.Generator, clearings: list[tuple[tuple[float, float, float], float]]
) -> Points:
    low, high = (8.0, -92.0, -78.0), (138.0, 100.0, 182.0)
    points = rng.uniform(low, high, (7000, 3))
    points[:, 0] *= side
    x, y, z = points.T.astype(np.float32)
    wall = form.cavity_radius(x, y, z) - np.hypot(x, y)
    keep = (form.lung_inside(x, y, z, wall) > 4.5) & (form.fissure_mm(x, y, z) > 3.5)
    for centre, radius in clearings:
        keep &= np.linalg.norm(points - centre, axis=1) > radius + 2
    return points[keep][:1600]

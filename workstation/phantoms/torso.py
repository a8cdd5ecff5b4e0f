"""A trunk from the top of the shoulders to the pelvis, painted slice by slice in HU or in SUV."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.phantoms import form
from workstation.phantoms.lungs import Lungs, Nodule
from workstation.phantoms.organs import AIR, FAT, MUSCLE, Belly, Chest
from workstation.phantoms.shapes import WHOLE, Ellipsoid, Floats, Property, Sheet, SheetGrid, Tissue, Window, soft
from workstation.phantoms.skeleton import Skeleton

SKIN = Tissue(18, 0.6)
DIAPHRAGM = Tissue(58, 0.9)
TABLE_SHELL = Tissue(-80, 0.0)
TABLE_CORE = Tissue(-870, 0.0)

_TEXTURE_MM = 4.0
_TEXTURE_HU = np.array([
    (-1100, 0), (-930, 0), (-890, 8), (-820, 9), (-600, 8), (-150, 4), (-110, 6), (-60, 14), (20, 7), (70, 7), (128, 4),
    (212, 3), (228, 26), (320, 40), (500, 40), (900, 20),
])  # fmt: skip


class Torso:
    """A trunk, made once for a seed."""

    def __init__(self, rng: np.random.Generator, clearings: list[tuple[tuple[float, float, float], float]]) -> None:
        self.lungs = Lungs(rng, clearings)
        self._skeleton, self._chest, self._belly = Skeleton(), Chest(), Belly(rng)
        self._grounds: dict[tuple[int, str], tuple[Floats, Window, SheetGrid]] = {}
        self._texture = rng.standard_normal((120, 106, 106), np.float32)

    def paint(self, grid: SheetGrid, z_mm: float, what: Property) -> Floats:
        """Give one slice, shape (rows, columns), without noise: HU, or SUV by body weight."""
        background, window, part = self._ground(grid, what)
        sheet = Sheet(part, z_mm, what, background[window])
        outline = form.Outline.at(z_mm)
        wall = self._paint_layers(sheet, outline)
        lung = self.lungs.paint(sheet, wall)
        self._belly.paint(sheet, self._below_diaphragm(sheet, wall, lung))
        self._chest.paint(sheet)
        self._skeleton.paint(sheet)
        self._chest.paint_airways(sheet)
        if what == "hu":
            self._add_texture(sheet)
        whole = background.copy()
        whole[window] = sheet.values
        return whole

    def _ground(self, grid: SheetGrid, what: Property) -> tuple[Floats, Window, SheetGrid]:
        """Give the empty table, the window that the body lies in, and its grid; the same for all slices."""
        key = (id(grid), what)
        if key not in self._grounds:
            whole = Sheet(grid, 0.0, what, np.full((len(grid.y_mm), len(grid.x_mm)), getattr(AIR, what), np.float32))
            _paint_table(whole)
            window = whole.window(-198, 198, -124, 124) or WHOLE
            self._grounds[key] = whole.values, window, grid.part(window)
        return self._grounds[key]

    @staticmethod
    def _paint_layers(sheet: Sheet, outline: form.Outline) -> Floats:
        step = sheet.grid.step_mm[0]
        skin = form.inside(outline.skin, sheet.grid)
        sheet.paint(soft(skin, step), SKIN)
        sheet.paint(soft(skin - 1.7, step), FAT)
        sheet.paint(soft(form.inside(outline.muscle, sheet.grid), step), MUSCLE)
        wall = form.sheet_wall(sheet, outline)
        _paint_fat_planes(sheet, skin, wall)
        space = float(np.interp(sheet.z_mm, [178, 186], [1, 0]))
        inside = soft(wall, step) * space
        sheet.paint(inside, FAT)
        if sheet.z_mm > -75:
            grid = sheet.grid
            height = np.asarray(sheet.z_mm, np.float32)
            beside = grid.fine(form.paraspinal_inside(grid.coarse_x[None, :], grid.coarse_y[:, None], height))
            sheet.paint(inside * soft(beside, step), MUSCLE)
        return wall

    @staticmethod
    def _below_diaphragm(sheet: Sheet, wall: Floats, lung: Floats) -> Floats:
        grid = sheet.grid
        if sheet.z_mm > 14:
            return np.zeros_like(wall)
        depth = grid.fine(form.diaphragm_z(grid.coarse_x[None, :], grid.coarse_y[:, None])) - np.float32(sheet.z_mm)
        inner = soft(wall - 2, grid.step_mm[0]) * (1 - lung)
        leaf = inner * soft(depth, grid.step_mm[2]) * soft(5 - depth, grid.step_mm[2])
        sheet.paint(leaf, DIAPHRAGM)
        return inner * soft(depth - 2.5, grid.step_mm[2])

    def _add_texture(self, sheet: Sheet) -> None:
        grain = self._grain(sheet)
        hu = sheet.values
        amount = cv2.remap(
            _AMOUNT[None, :], np.clip(hu + 1100, 0, 2199), np.zeros_like(hu), cv2.INTER_LINEAR
        )  # fmt: skip
        hu += amount * grain
        flesh = (hu > 40) & (hu < 66)
        hu -= flesh * np.clip(grain - 1.0, 0, 1.6) * 42

    def _grain(self, sheet: Sheet) -> Floats:
        """Give a field without a mean, of deviation 1, that is smooth over some mm in all directions."""
        depth = sheet.z_mm / _TEXTURE_MM + 64
        lower, part = int(depth), np.float32(depth - int(depth))
        layer = self._texture[lower % 120] * (1 - part) + self._texture[(lower + 1) % 120] * part
        layer /= np.sqrt((1 - part) ** 2 + part**2)
        scale = _TEXTURE_MM / sheet.grid.step_mm[0]
        rows, columns = sheet.values.shape
        matrix = np.array([[1 / scale, 0, 0.3], [0, 1 / scale, 0.3]])
        coarse = cv2.warpAffine(
            layer, matrix, (columns, rows), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_WRAP
        )
        result: Floats = np.asarray(coarse, np.float32) * np.float32(1.35)
        return result


_AMOUNT: Floats = np.interp(np.arange(2200) - 1100, _TEXTURE_HU[:, 0], _TEXTURE_HU[:, 1]).astype(np.float32)


def _paint_table(sheet: Sheet) -> None:
    x, y = sheet.grid.x_mm[None, :], sheet.grid.y_mm[:, None]
    top = 124 - 0.00042 * x * x
    edge = soft(196 - np.abs(x), sheet.grid.step_mm[0])
    depth = y - top
    below = soft(depth, 1.0) * soft(26 - 0.0005 * x * x - depth, 1.0) * edge
    sheet.paint(below, TABLE_SHELL)
    core = soft(depth - 1.6, 1.0) * soft(24.4 - 0.0005 * x * x - depth, 1.0) * soft(194 - np.abs(x), 1.0)
    sheet.paint(core, TABLE_CORE)


_FAT_PADS = tuple(
    Ellipsoid((side * x, y, z), radii, (side * turn, 0, 0))
    for side in (-1, 1)
    for x, y, z, radii, turn in (
        (136, 22, 128, (15, 34, 42), 0),  # armpit
        (120, 6, 150, (22, 20, 16), 0),
        (58, -34, 180, (30, 16, 14), 10),  # above the collar bone
        (78, 44, 188, (46, 5, 26), -25),
        (92, -14, 192, (40, 4, 24), 15),
        (44, 30, 196, (7, 26, 26), 30),
        (112, 66, 128, (5, 34, 42), 48),  # before the shoulder blade
        (92, -82, 118, (34, 2.6, 40), -22),  # behind the breast muscle
        (30, 88, -90, (3, 22, 140), -8),  # beside the muscles of the back
    )
)


def _paint_fat_planes(sheet: Sheet, skin: Floats, wall: Floats) -> None:
    """Part the muscles of the wall by layers of fat."""
    x, y = sheet.grid.x_mm[None, :], sheet.grid.y_mm[:, None]
    outer = -wall - 13 + 1.6 * np.sin(x / 17 + sheet.z_mm / 21) + 1.4 * np.sin(y / 14)
    for pad in _FAT_PADS:
        found = pad.cover(sheet)
        if found is not None:
            cover, window = found
            sheet.paint(cover * soft(skin[window] - 5, sheet.grid.step_mm[0]), FAT, window)
    sheet.paint(0.75 * soft(1.1 - np.abs(outer), sheet.grid.step_mm[0]) * (np.abs(x) > 22), FAT)
    if sheet.z_mm < -20:
        middle = soft(2.5 - np.abs(x), 1.0) * (y < 0) * soft(14 + wall, 2.0)
        sheet.paint(0.9 * middle, FAT)


def paint_nodules(
    values: NDArray[np.float32], grid: SheetGrid, z_mm: float, nodules: Sequence[Nodule], what: Property
) -> None:
    """Blend nodules into a finished slice, each voxel as far as it lies within."""
    for nodule in nodules:
        found = nodule.cover(grid, z_mm)
        if found is not None:
            cover, window = found
            values[window] += cover * (getattr(nodule, what) - values[window])

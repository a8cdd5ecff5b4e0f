"""The bones of a trunk: vertebrae and discs, ribs and cartilage, breastbone, shoulder blades, collar bones, pelvis."""

import math

import numpy as np

from workstation.phantoms import form
from workstation.phantoms.shapes import Ellipsoid, Floats, Sheet, Tissue, soft
from workstation.phantoms.tubes import Tubes, joined, mirrored, tube
from workstation.quick_dataclass import dataclass

CORTEX = Tissue(620, 0.7)
DENSE = Tissue(430, 0.9)
MARROW = Tissue(232, 1.3)
RIB_MARROW = Tissue(240, 1.1)
CARTILAGE = Tissue(105, 0.6)
DISC = Tissue(88, 0.6)
FLUID = Tissue(12, 0.4)
CORD = Tissue(42, 1.5)
EPIDURAL_FAT = Tissue(-70, 0.4)

LEVELS = (
    *((f"T{n}", 190.0 - 21.1 * (n - 1)) for n in range(1, 11)),
    ("T11", -22.5),
    ("T12", -47.0),
    ("L1", -74.0),
    ("L2", -103.0),
    ("L3", -133.0),
    ("L4", -163.5),
    ("L5", -194.0),
)
_RIB_DROP = (33, 48, 58, 66, 71, 74, 76, 74, 68, 56, 36, 20)
_RIB_LAST_DEG = (-48, -55, -60, -63, -65, -66, -64, -55, -44, -32, 6, 34)
_STERNAL_Z = (152, 126, 104, 84, 64, 46, 32)


@dataclass(frozen=True)
class Bone:
    """A bone: its outside in one tissue, its inside in another."""

    tubes: Tubes
    shell_mm: float
    shell: Tissue = CORTEX
    core: Tissue = MARROW

    def paint(self, sheet: Sheet) -> None:
        """Paint shell, then marrow."""
        self.tubes.paint(sheet, (0, self.shell), (-self.shell_mm, self.core))


class Skeleton:
    """All bones of the trunk."""

    def __init__(self) -> None:
        ribs, cartilage = zip(*(_rib(n) for n in range(1, 13)), strict=True)
        both = joined(*ribs, *(mirrored(r) for r in ribs))
        self._ribs = Bone(both, 1.1, core=RIB_MARROW)
        soft_parts = [c for c in cartilage if c is not None]
        self._cartilage = joined(*soft_parts, *(mirrored(c) for c in soft_parts))
        arches = joined(*(_arch(name, z) for name, z in LEVELS))
        self._arches = Bone(arches, 1.4, shell=DENSE)
        self._shoulder = Bone(_shoulder(), 1.3, shell=DENSE)
        self._plates = [Ellipsoid(e.centre, e.radii, e.turn_deg, bent=False) for e in _plates()]
        self._heads = [Ellipsoid((side * 158, 8, 163), (23, 23, 24), bent=False) for side in (-1, 1)]
        self._sternum = _sternum()

    def paint(self, sheet: Sheet) -> None:
        """Paint all that touches the slice."""
        self._cartilage.paint(sheet, (0, CARTILAGE))
        for plate in (*self._plates, *self._heads, *self._sternum):
            plate.paint(sheet, DENSE)
            plate.grown(-1.6).paint(sheet, MARROW)
        self._shoulder.paint(sheet)
        _paint_vertebrae(sheet)
        self._arches.paint(sheet)
        _paint_canal(sheet)
        self._ribs.paint(sheet)


def _rib(n: int) -> tuple[Tubes, Tubes | None]:
    top = LEVELS[n - 1][1] + 6
    last = math.radians(_RIB_LAST_DEG[n - 1])
    first = math.radians(66)
    along = np.linspace(0, 1, 42)
    angle = first + (last - first) * along
    z = top - 3 + 5 * np.sin(along * math.pi) - _RIB_DROP[n - 1] * along**1.25
    x, y = np.cos(angle), np.sin(angle)
    radius = form.cavity_radius(x.astype(np.float32), y.astype(np.float32), z.astype(np.float32)) + 5.0
    if n < 3:
        radius = np.maximum(radius, 44 + 14 * n)
    spine = form.spine_y(top)
    head = [(15, spine + 5, top), (27, spine + 25, top - 1)]
    points = np.vstack([head, np.column_stack([radius * x, radius * y, z])])
    thick = np.interp(np.linspace(0, 1, len(points)), [0, 0.1, 0.5, 1], [3.6, 4.2, 4.0, 4.3])
    rib = tube(points, thick, height=1.5)
    if n > 10:
        return rib, None
    return rib, tube(_to_sternum(points[-1], n), 4.2, height=1.5)


def _to_sternum(end: Floats, n: int) -> list[tuple[float, float, float]]:
    """Lead the cartilage of a rib to the breastbone, or to the cartilage above."""
    x, y, z = (float(v) for v in end)
    if n > 7:
        return [(x, y, z), (x * 0.88, y - 9, z + 2), (x * 0.68, y - 18, z + 14), (x * 0.48, -96, z + 34)]
    goal_z = _STERNAL_Z[n - 1]
    goal = (15.0, _sternum_y(goal_z) + 1, float(goal_z))
    middle = ((x + goal[0]) / 2, (y + goal[1]) / 2 - 3, z * 0.62 + goal[2] * 0.38 - 3)
    return [(x, y, z), middle, goal]


def _sternum_y(z: float) -> float:
    return float(np.interp(z, [10, 60, 120, 165], [-98, -95, -84, -66]))


def _sternum() -> list[Ellipsoid]:
    body = Ellipsoid((0, _sternum_y(78), 76), (19, 6, 52), (0, 11, 0), bent=False)
    handle = Ellipsoid((0, _sternum_y(142), 143), (30, 7.5, 25), (0, 22, 0), bent=False)
    tip = Ellipsoid((0, -97, 14), (8, 3.6, 16), bent=False)
    return [body, handle, tip]


def _shoulder() -> Tubes:
    collar = tube([(20, -64, 160), (50, -70, 168), (95, -54, 178), (140, -18, 181)], [7.5, 6, 6, 6])
    ridge = tube([(72, 104, 150), (100, 92, 164), (140, 48, 180)], [3.5, 5, 7], height=1.2)
    border = tube([(78, 100, 160), (86, 104, 110), (98, 98, 62)], [3.2, 3.4, 3.6])
    outer = tube([(98, 98, 62), (122, 74, 110), (140, 40, 156)], [3.8, 4.4, 7])
    one_side = joined(collar, ridge, border, outer)
    return joined(one_side, mirrored(one_side))


def _plates() -> list[Ellipsoid]:
    plates = []
    for side in (-1, 1):
        plates.append(Ellipsoid((side * 102, 90, 122), (32, 2.6, 52), (side * -42.0, 6, 0), bent=False))
        plates.append(Ellipsoid((side * 92, 34, -228), (6.5, 54, 58), (side * 46.0, 0, side * -14.0), bent=False))
    return plates


def _arch(name: str, z: float) -> Tubes:
    """Make pedicles, laminae and processes of a vertebra."""
    y = form.spine_y(z)
    lumbar = name.startswith("L")
    deep, wide = (15.0, 22.0) if lumbar else (13.0, 16.0)
    tip = (0, y + deep + (38 if lumbar else 40), z - (5 if lumbar else 22))
    lamina = (0, y + deep + 23, z - (3 if lumbar else 8))
    half = joined(
        tube([(wide * 0.72, y + deep - 3, z + 5), (wide * 0.74, y + deep + 9, z + 4)], 4.2, height=1.4),
        tube(
            [(wide * 0.74, y + deep + 9, z + 3), (wide * 0.5, y + deep + 17, z - 2), lamina],
            [4.2, 3.6, 3.8],
            height=1.9,
        ),
        tube([(wide * 0.8, y + deep + 9, z + 11), (wide * 0.9, y + deep + 11, z - 11)], 4.8),
        tube(
            [
                (wide * 0.74, y + deep + 9, z + 3),
                (wide + (20 if lumbar else 18), y + deep + (13 if lumbar else 22), z + 3),
            ],
            [4.6, 3.4],
        ),
    )
    return joined(half, mirrored(half), tube([lamina, tip], [3.6, 3.2], height=1.8))


def _paint_vertebrae(sheet: Sheet) -> None:
    z = sheet.z_mm
    y0 = form.spine_y(z)
    width = float(np.interp(z, [-200, -70, 0, 190], [26, 22, 17, 14]))
    depth = float(np.interp(z, [-200, -70, 0, 190], [19, 17, 16, 10.5]))
    window = sheet.window(-width - 6, width + 6, y0 - depth - 6, y0 + depth + 6)
    if window is None:
        return
    x, y = sheet.grid.x_mm[None, window[1]], sheet.grid.y_mm[window[0], None] - y0
    angle = np.arctan2(y / depth, x / width)
    flat = 1 + 0.10 * np.exp(-(((np.degrees(angle) - 90) / 38) ** 2))  # hollow towards the canal
    round_ = np.sqrt((x / width) ** 2 + (y / depth) ** 2) * flat
    step = sheet.grid.step_mm
    for _, middle in LEVELS:
        height = _height(middle)
        away = abs(z - middle)
        if away > height / 2 + 5:
            continue
        waist = 1 - 0.10 * max(0.0, 1 - (away / (height / 2)) ** 2)
        inside = (waist - round_) * depth
        sheet.paint(soft(inside - 0.5, step[0]), DISC, window)
        body = float(np.clip((height / 2 - away) / step[2] + 0.5, 0, 1))
        sheet.paint(soft(inside, step[0]) * body, DENSE, window)
        core = float(np.clip((height / 2 - 1.6 - away) / step[2] + 0.5, 0, 1))
        sheet.paint(soft(inside - 1.3, step[0]) * core, MARROW, window)


def _height(z: float) -> float:
    return float(np.interp(z, [-200, -74, 0, 190], [23.5, 21.5, 17.5, 16.5]))


def _paint_canal(sheet: Sheet) -> None:
    z = sheet.z_mm
    deep = float(np.interp(z, [-200, -70, 0, 190], [19, 17, 16, 10.5]))
    y = form.spine_y(z) + deep + 8.0
    for radii, tissue in (((10.5, 8.3, 40), EPIDURAL_FAT), ((8.6, 7.0, 40), FLUID)):
        Ellipsoid((0, y, z), radii, bent=False).paint(sheet, tissue)
    if z > -85:
        Ellipsoid((0, y, z), (5.2, 4.0, 40), bent=False).paint(sheet, CORD)
    else:
        for n in range(5):
            Ellipsoid((2.2 * (n - 2), y + 3, z), (1.1, 1.1, 40), bent=False).paint(sheet, CORD)

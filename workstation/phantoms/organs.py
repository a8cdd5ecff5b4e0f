"""What lies in a trunk besides bones and lungs: heart, vessels, airways, liver, spleen, kidneys, stomach, bowel."""

import math

import numpy as np

from workstation.phantoms import form
from workstation.phantoms.shapes import Ellipsoid, Floats, Sheet, Tissue, soft
from workstation.phantoms.trees import grow
from workstation.phantoms.tubes import Tubes, joined, mirrored, tube

AIR = Tissue(-990, 0.0)
FAT = Tissue(-104, 0.25)
MUSCLE = Tissue(56, 0.7)
BLOOD = Tissue(196, 1.6)
VENOUS = Tissue(172, 1.6)
HEART_WALL = Tissue(92, 3.4)
AIRWAY_WALL = Tissue(35, 0.7)
GULLET = Tissue(58, 1.2)
THYROID = Tissue(132, 1.5)
LIVER = Tissue(108, 2.2)
LIVER_VEIN = Tissue(160, 1.8)
BILE = Tissue(9, 0.4)
SPLEEN = Tissue(120, 1.9)
CORTEX = Tissue(188, 2.6)
MEDULLA = Tissue(132, 3.2)
URINE = Tissue(14, 9.0)
PANCREAS = Tissue(88, 1.3)
GUT_WALL = Tissue(78, 1.6)
GUT_CONTENT = Tissue(24, 1.2)
STOOL = Tissue(8, 1.0)


class Chest:
    """Heart, great vessels and airways."""

    def __init__(self) -> None:
        heart = form.HEART
        self._fat = heart
        turn = heart.turn_deg
        self._right = [
            Ellipsoid((10, -60, 28), (42, 21, 37), (22, 0, -24)),
            Ellipsoid((-22, -34, 42), (20, 26, 31)),
            Ellipsoid((12, -4, 58), (36, 18, 22)),
        ]
        self._septum = Ellipsoid((43, -34, 26), (38, 33, 38), turn)
        self._left = Ellipsoid((42, -33, 28), (27, 21, 27), turn)
        self._papillary = [Ellipsoid((54, -40, 24), (7, 4, 9), turn), Ellipsoid((46, -22, 22), (7, 4, 9), turn)]
        self._arteries, self._veins = _arteries(), _veins()
        self._airways, self._gullet = _airways(), _gullet()
        self._thyroid = [Ellipsoid((side * 19, -30, 190), (9, 11, 18)) for side in (-1, 1)]

    def paint(self, sheet: Sheet) -> None:
        """Paint all that touches the slice."""
        self._fat.paint(sheet, FAT)
        bag = _cover(self._fat.grown(-2), sheet)
        for chamber in self._right:
            chamber.paint(sheet, HEART_WALL, within=bag)
            chamber.grown(-2.5).paint(sheet, VENOUS, within=bag)
        self._septum.paint(sheet, HEART_WALL, within=bag)
        self._left.paint(sheet, BLOOD)
        for muscle in self._papillary:
            muscle.paint(sheet, HEART_WALL)
        for gland in self._thyroid:
            gland.paint(sheet, THYROID)
        self._veins.paint(sheet, (0, VENOUS))
        self._arteries.paint(sheet, (0, BLOOD))
        self._gullet.paint(sheet, (0, GULLET), (-6, Tissue(-300, 0.6)))

    def paint_airways(self, sheet: Sheet) -> None:
        """Paint trachea and main bronchi, over everything."""
        self._airways.paint(sheet, (1.6, AIRWAY_WALL), (0, AIR))


def _cover(shape: Ellipsoid, sheet: Sheet) -> Floats:
    whole = np.zeros_like(sheet.values)
    found = shape.cover(sheet)
    if found is not None:
        whole[found[1]] = found[0]
    return whole


def _before_spine(x: float, z: float, gap: float) -> tuple[float, float, float]:
    return (x, form.spine_y(z) - gap, z)


def _arteries() -> Tubes:
    down = [_before_spine(20 - 6 * t, 106 - 300 * t, 27 + 2 * t) for t in np.linspace(0, 1, 14)]
    arch = [(2, -34, 58), (-12, -46, 82), (-14, -42, 106), (-4, -28, 128), (8, -6, 137), (18, 16, 130), *down]
    radii = [14, 14.5, 14.5, 14, 13.5, 12.5, *np.linspace(12.2, 8.5, 14)]
    up = [
        tube([(-6, -26, 132), (-14, -24, 152), (-24, -22, 168), (-27, -14, 220)], [6.5, 6, 4.5, 4]),
        tube([(4, -12, 138), (10, -16, 158), (22, -16, 178), (27, -12, 220)], [4.5, 4, 4, 4]),
        tube([(14, 6, 137), (26, 4, 158), (52, -14, 170), (105, -8, 176)], [5, 4.5, 4.5, 4]),
        tube([(-24, -22, 166), (-52, -16, 171), (-105, -8, 176)], [5, 4.5, 4]),
    ]
    lungs = [
        tube([(14, -58, 58), (20, -52, 78), (22, -30, 97)], [13, 13.5, 13]),
        tube([(20, -32, 96), (-6, -18, 97), (-38, -12, 94)], [11, 10.5, 9]),
        tube([(22, -30, 98), (34, -8, 105), (44, 6, 98)], [11.5, 10.5, 9]),
    ]
    belly = [
        tube([_before_spine(14, -72, 32), (8, -14, -76), (30, 2, -78), (92, 36, -62)], [4.2, 3.6, 3, 2.6]),
        tube([(8, -14, -76), (-18, -18, -76), (-44, -14, -72)], [3.2, 2.8, 2.2]),
        tube([_before_spine(12, -88, 30), (8, -14, -110), (2, -24, -150), (-14, -30, -190)], [4, 3.8, 3.2, 2.4]),
        tube([_before_spine(14, -97, 26), (34, 22, -99), (54, 34, -98)], [3.4, 3, 2.6]),
        tube([_before_spine(10, -99, 26), (-24, 24, -101), (-54, 34, -100)], [3.4, 3, 2.6]),
        tube([(14, 12, -190), (30, 16, -225)], 6),
        tube([(12, 12, -190), (-14, 16, -225)], 6),
    ]
    return joined(tube(arch, radii), *up, *lungs, *belly)


def _veins() -> Tubes:
    cava = [_before_spine(-20, z, g) for z, g in ((-225, 26), (-160, 28), (-100, 30), (-60, 34))]
    lower = tube([*cava, (-26, 2, -22), (-24, -12, 6), (-21, -28, 30)], [10, 10.5, 11.5, 12, 12.5, 13, 13])
    upper = tube([(-22, -34, 52), (-27, -34, 84), (-28, -30, 120), (-24, -34, 146)], [11, 9.5, 9, 8])
    arms = [
        tube([(-24, -34, 144), (-36, -36, 160), (-70, -34, 172), (-115, -16, 175)], [7, 6.5, 5.5, 5]),
        tube([(-24, -34, 143), (4, -44, 150), (34, -40, 164), (72, -36, 174), (115, -16, 177)], [7, 6.5, 6.5, 5.5, 5]),
        tube([(-34, -32, 162), (-36, -14, 220)], [6, 6]),
        tube([(34, -34, 165), (36, -14, 220)], [5.5, 5.5]),
    ]
    lung = [
        tube([(-6, -4, 58), (-36, -8, 66), (-52, -14, 78)], [6.5, 6, 5]),
        tube([(-6, 2, 56), (-34, 8, 54), (-50, 16, 46)], [6.5, 6, 5]),
        tube([(30, -4, 64), (48, -10, 76), (56, -18, 86)], [6, 5.5, 5]),
        tube([(34, 4, 58), (50, 14, 52), (58, 22, 44)], [6, 5.5, 5]),
    ]
    portal = tube([(2, -14, -112), (-10, -12, -92), (-34, -12, -74), (-52, -8, -66)], [6.5, 7, 7, 6])
    splenic = tube([(96, 38, -56), (56, 6, -80), (22, -6, -86), (-6, -13, -96)], [4, 4.5, 4.5, 5])
    mesenteric = tube([(2, -14, -112), (-4, -26, -150), (-20, -32, -190)], [6, 5, 3.4])
    renal = tube([(56, 34, -102), (28, 14, -102), (-16, 6, -102), (-54, 34, -103)], [3.6, 4, 4.4, 3.6])
    azygos = tube([_before_spine(-8, z, 22) for z in (-60, 0, 60, 104)], 2.6)
    return joined(lower, upper, *arms, *lung, portal, splenic, mesenteric, renal, azygos)


def _airways() -> Tubes:
    trachea = tube([(0, -22, 225), (0, -16, 190), (1, -8, 150), (2, 2, 114)], [8.4, 8.6, 8.6, 8.6], height=1)
    right = tube([(2, 2, 114), (-14, 4, 103), (-32, 4, 90)], [7.6, 6.8, 6.2])
    left = tube([(2, 2, 114), (20, 6, 104), (42, 8, 90)], [7, 6, 5.6])
    return joined(trachea, right, left)


def _gullet() -> Tubes:
    line = [_before_spine(4 if z > 20 else 4 + (20 - z) * 0.55, z, 20) for z in (220, 170, 120, 70, 20, -18)]
    return tube([*line, (50, -2, -30)], [6.5, 7, 7, 7, 7, 8, 8])


class Belly:
    """The organs below the diaphragm."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._liver = [
            Ellipsoid((-66, -4, -52), (92, 96, 92), (0, 0, 14)),
            Ellipsoid((4, -58, -36), (72, 42, 40), (0, 0, -12)),
        ]
        self._liver_veins = _liver_veins(rng)
        self._gall = Ellipsoid((-46, -58, -112), (15, 17, 30), (0, 18, 0))
        self._spleen = Ellipsoid((104, 44, -50), (40, 58, 60), (-28, 0, 10))
        self._stomach = [
            Ellipsoid((58, -6, -34), (44, 37, 38)),
            Ellipsoid((58, -36, -70), (36, 32, 48), (0, 0, 16)),
            Ellipsoid((26, -54, -104), (46, 21, 22), (0, 0, -16)),
        ]
        self._pancreas = joined(
            tube(
                [(-26, -16, -116), (-16, -24, -102), (14, -26, -88), (52, -4, -78), (86, 24, -66)], [14, 12, 9, 8.5, 6]
            )
        )
        self._gut = _small_bowel(rng)
        self._colon = _colon()
        self._kidneys = [_Kidney(side) for side in (-1, 1)]
        self._psoas = [
            tube(
                [(s * 32, form.spine_y(-80), -80), (s * 42, form.spine_y(-140) + 2, -140), (s * 58, 30, -225)],
                [6, 17, 24],
            )
            for s in (-1, 1)
        ]
        self._quadratus = [Ellipsoid((s * 66, 62, -150), (21, 8, 62), (s * 24.0, 0, 0)) for s in (-1, 1)]
        ureter = tube([(34, 32, -112), (40, 24, -150), (38, 18, -225)], 2.2)
        self._ureters = joined(ureter, mirrored(ureter))

    def paint(self, sheet: Sheet, allowed: Floats) -> None:
        """Paint all that touches the slice, no farther than ``allowed`` (cover by the space below the diaphragm)."""
        for psoas, quadratus in zip(self._psoas, self._quadratus, strict=True):
            psoas.paint(sheet, (0, MUSCLE))
            quadratus.paint(sheet, MUSCLE)
        self._paint_bowel(sheet, allowed)
        self._spleen.paint(sheet, SPLEEN, within=allowed)
        self._paint_stomach(sheet, allowed)
        self._pancreas.paint(sheet, (0, PANCREAS), within=allowed)
        for kidney in self._kidneys:
            kidney.paint(sheet)
        self._ureters.paint(sheet, (0, URINE))
        self._paint_liver(sheet, allowed)

    def _paint_liver(self, sheet: Sheet, allowed: Floats) -> None:
        body = np.maximum(*(_cover(part, sheet) for part in self._liver)) * allowed
        for kidney in self._kidneys:
            body *= 1 - _cover(kidney.outside.grown(5), sheet)
        sheet.paint(body, LIVER)
        self._liver_veins.paint(sheet, (0, LIVER_VEIN), within=body)
        self._gall.paint(sheet, Tissue(60, 0.9), within=allowed)
        self._gall.grown(-1.6).paint(sheet, BILE)

    def _paint_stomach(self, sheet: Sheet, allowed: Floats) -> None:
        wall = np.maximum.reduce([_cover(part, sheet) for part in self._stomach]) * allowed
        if not wall.any():
            return
        sheet.paint(wall, GUT_WALL)
        content = np.maximum.reduce([_cover(part.grown(-4.5), sheet) for part in self._stomach]) * wall
        sheet.paint(content, GUT_CONTENT)
        above = soft(-38 - sheet.grid.y_mm[:, None], sheet.grid.step_mm[1])
        sheet.paint(content * above, AIR)

    def _paint_bowel(self, sheet: Sheet, allowed: Floats) -> None:
        self._gut.paint(sheet, (0, GUT_WALL), (-2.6, GUT_CONTENT), within=allowed)
        colon = self._colon.covers(sheet, 0, -2.4)
        if colon is None:
            return
        (wall, inner), window = colon
        sheet.paint(wall * allowed[window], GUT_WALL, window)
        inner = inner * allowed[window]
        sheet.paint(inner, STOOL, window)
        x, y = sheet.bent_x[window], sheet.bent_y[window]
        lumps = np.sin(x / 5 + sheet.z_mm / 7) * np.sin(y / 6 - sheet.z_mm / 9)
        gas = soft(-y - 12 + 9 * lumps, 3.0)
        sheet.paint(inner * np.maximum(gas, 0.25 * (lumps > 0.5)), AIR, window)


class _Kidney:
    """One kidney: cortex, pyramids, fat of the hilum and the pelvis with urine."""

    def __init__(self, side: int) -> None:
        x, y, z = side * 62, 42, (-108 if side > 0 else -117)
        turn = (side * -32.0, 12.0, side * 10.0)
        self.outside = Ellipsoid((x, y, z), (30, 25, 52), turn)
        axes = self.outside.axes
        self._pyramids = []
        for up in (-34, -17, 0, 17, 34):
            for around in (-60, 0, 60):
                a = math.radians(around)
                narrow = math.sqrt(1 - (up / 53) ** 2)
                local = np.array([side * 16 * math.cos(a) * narrow, 15 * math.sin(a) * narrow, up])
                at = np.array([x, y, z]) + local @ axes
                self._pyramids.append(Ellipsoid((at[0], at[1], at[2]), (7.2, 6.4, 6.8), turn))
        inward = np.array([x, y, z]) + np.array([-side * 21, 0, 0]) @ axes
        self._fat = Ellipsoid((inward[0], inward[1], inward[2]), (17, 9, 28), turn)
        self._pelvis = Ellipsoid((inward[0], inward[1], inward[2]), (8, 4.5, 13), turn)

    def paint(self, sheet: Sheet) -> None:
        if abs(sheet.z_mm - self.outside.centre[2]) > 70:
            return
        self.outside.paint(sheet, CORTEX)
        for pyramid in self._pyramids:
            pyramid.paint(sheet, MEDULLA)
        self._fat.paint(sheet, FAT)
        self._pelvis.paint(sheet, URINE)


def _liver_veins(rng: np.random.Generator) -> Tubes:
    points = rng.uniform((-138, -88, -125), (40, 78, -12), (2400, 3))
    shape = (Ellipsoid((-66, -4, -52), (82, 86, 80), bent=False), Ellipsoid((4, -58, -36), (60, 32, 30), bent=False))
    x, y, z = points.T.astype(np.float32)
    level = np.maximum(*(e.level(x, y, z) for e in shape))
    points = points[(level > 6) & (z < form.diaphragm_z(x, y) - 14)]
    portal = grow(np.array([-50.0, -8, -66]), points[:130], 6.0, rng, murray=2.9)
    hepatic = grow(np.array([-26.0, -2, -16]), points[130:250], 6.0, rng, murray=2.9)
    return joined(portal.tubes(thinnest_mm=0.9), hepatic.tubes(thinnest_mm=0.9))


def _small_bowel(rng: np.random.Generator) -> Tubes:
    """Lead a long curve through points strewn in the middle of the belly, always on to the nearest."""
    points = np.array([[30.0, -30, -118]])
    for candidate in rng.uniform((-74, -80, -240), (76, -2, -122), (1500, 3)):
        if ((points - candidate) ** 2).sum(axis=1).min() > 23**2:
            points = np.vstack([points, candidate])
    line, points = [points[0]], points[1:]
    while len(points):
        away = ((points - line[-1]) ** 2).sum(axis=1)
        nearest = int(away.argmin())
        if away[nearest] > 60**2:
            break
        line.append(points[nearest])
        points = np.delete(points, nearest, axis=0)
    return tube(line, rng.uniform(9.5, 12.5, len(line)))


def _colon() -> Tubes:
    line = [
        (-96, 6, -240),
        (-100, 14, -190),
        (-98, 12, -150),
        (-88, -10, -132),
        (-60, -58, -140),
        (-20, -74, -150),
        (30, -74, -146),
        (72, -56, -122),
        (98, -4, -92),
        (104, 22, -110),
        (106, 28, -150),
        (102, 26, -200),
        (98, 20, -240),
    ]
    base = tube(line, [24, 23, 22, 20, 19, 18, 18, 18, 17, 17, 16, 16, 16])
    wave = 1 + 0.13 * np.sin(np.arange(len(base.radius_mm)) * 1.1)
    return Tubes(base.start, base.end, (base.radius_mm * wave).astype(np.float32))

"""The form of a trunk: skin, fat, muscle, the cavity within the ribs, diaphragm, middle of the chest, lungs.

Everything is a distance that is positive inside, in mm, at points in LPS mm. z = 0 is the top of the right diaphragm.
"""

import math

import numpy as np

from workstation.phantoms.shapes import ANGLES, Ellipsoid, Floats, Sheet, SheetGrid
from workstation.quick_dataclass import dataclass

_SKIN = np.array([
    # z, half width, front, back, power of the superellipse
    (-240, 166, 104, 112, 2.35), (-190, 160, 106, 110, 2.35), (-140, 155, 108, 108, 2.4), (-90, 157, 110, 109, 2.4),
    (-30, 158, 111, 112, 2.35), (30, 159, 112, 116, 2.3), (90, 164, 107, 119, 2.3), (130, 178, 99, 119, 2.3),
    (155, 190, 91, 115, 2.3), (172, 186, 82, 110, 2.2), (186, 162, 74, 103, 2.1), (200, 120, 68, 96, 2.05),
    (215, 84, 64, 88, 2.0),
])  # fmt: skip
_CAVITY = np.array([
    (-240, 108, 78, 70, 2.3), (-190, 118, 80, 72, 2.3), (-140, 122, 84, 74, 2.3), (-90, 126, 88, 82, 2.3),
    (-30, 132, 91, 92, 2.3), (30, 135, 90, 98, 2.3), (90, 127, 80, 99, 2.3), (125, 112, 68, 96, 2.2),
    (150, 92, 54, 90, 2.1), (168, 68, 36, 82, 2.0), (180, 42, 18, 74, 2.0),
    (188, 14, 4, 60, 2.0), (220, 10, 3, 50, 2.0),
])  # fmt: skip
_FAT_MM = np.array([(-240, 19.0), (-140, 16.0), (-60, 11.0), (40, 9.0), (130, 9.0), (180, 8.0), (215, 6.0)])
_SPINE_Y = np.array([(-240, 46), (-200, 42), (-130, 36), (-60, 46), (0, 55), (60, 61), (120, 60), (170, 50), (215, 40)])
_MIDDLE_WIDTH = np.array([(-60, 38), (0, 30), (40, 27), (90, 28), (125, 29), (155, 30), (175, 26), (215, 24)])

HEART = Ellipsoid((23, -38, 30), (57, 41, 42), (28, 0, -22), bent=False)


def spine_y(z_mm: float) -> float:
    """Give y of the middle of the vertebral bodies, LPS mm."""
    return float(np.interp(z_mm, _SPINE_Y[:, 0], _SPINE_Y[:, 1]))


def _radii(profile: np.typing.NDArray[np.float64], z_mm: float) -> Floats:
    """Give the radius of an outline for `ANGLES` directions from the axis x = y = 0."""
    width, front, back, power = (np.interp(z_mm, profile[:, 0], profile[:, n]) for n in range(1, 5))
    angle = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * math.pi - math.pi
    c, s = np.abs(np.cos(angle)), np.sin(angle)
    depth = np.where(s < 0, front, back)
    return ((c / width) ** power + (np.abs(s) / depth) ** power) ** (-1 / power)


def _bumps(angle: Floats, *bumps: tuple[float, float, float]) -> Floats:
    """Add up bumps (direction and width in degrees, height in mm)."""
    total = np.zeros_like(angle)
    for where, wide, high in bumps:
        away = (np.degrees(angle) - where + 180) % 360 - 180
        total += high * np.exp(-((away / wide) ** 2))
    return total


def _cavity_radii(z_mm: float) -> Floats:
    angle = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * math.pi - math.pi
    chest = float(np.interp(z_mm, [-20, 60, 130, 175], [0, 1, 1, 0]))
    cavity = _radii(_CAVITY, z_mm) + _bumps(angle, (-90, 9, -5 * chest)) + 1.2 * np.sin(5 * angle + z_mm / 15)
    return cavity.astype(np.float32)


@dataclass(frozen=True)
class Outline:
    """The layers of one slice: radii for `ANGLES` directions, mm."""

    skin: Floats
    muscle: Floats
    cavity: Floats

    @classmethod
    def at(cls, z_mm: float) -> "Outline":
        """Give the layers at a height."""
        angle = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * math.pi - math.pi
        chest = float(np.interp(z_mm, [-20, 60, 130, 175], [0, 1, 1, 0]))
        belly = float(np.interp(z_mm, [-200, -120, -20], [1, 0.8, 0]))
        skin = _radii(_SKIN, z_mm) + _bumps(
            angle,
            (-125, 17, 7 * chest), (-55, 17, 7 * chest),  # breast muscles
            (90, 7, -5), (70, 16, 4), (110, 16, 4),  # furrow of the back
            (90 - 62, 13, 6 * chest), (90 + 62, 13, 6 * chest),  # broad muscles of the back
            (-90, 10, -3 * belly), (-90, 45, 5 * belly),
        )  # fmt: skip
        fat = np.interp(z_mm, _FAT_MM[:, 0], _FAT_MM[:, 1]) * np.ones_like(angle)
        fat += _bumps(angle, (-90, 28, 7 * belly), (25, 25, 5 * belly), (155, 25, 5 * belly), (90, 30, 3))
        fat += 1.2 * np.sin(9 * angle + z_mm / 17) + 0.8 * np.sin(17 * angle - z_mm / 23)
        cavity = _cavity_radii(z_mm)
        muscle = np.maximum(skin - np.maximum(fat, 3), np.minimum(cavity + 7, skin - 3))
        return cls(skin.astype(np.float32), muscle.astype(np.float32), cavity.astype(np.float32))


def inside(radii: Floats, grid: SheetGrid) -> Floats:
    """Give the distance inside an outline for all pixels of a slice, mm."""
    return grid.fine(radii[grid.angle_index] - grid.radius_mm)


def cavity_radius(x: Floats, y: Floats, z: Floats) -> Floats:
    """Give the radius of the cavity in the direction of points, mm; one outline per point."""
    result = np.empty(len(x))
    angle = np.minimum((np.arctan2(y, x) / (2 * math.pi) + 0.5) * ANGLES, ANGLES - 1).astype(int)
    for n, height in enumerate(z):
        result[n] = _cavity_at(round(float(height) / 2) * 2)[angle[n]]
    return result.astype(np.float32)


_known_cavities: dict[int, Floats] = {}


def _cavity_at(z_mm: int) -> Floats:
    if z_mm not in _known_cavities:
        _known_cavities[z_mm] = _cavity_radii(z_mm)
    return _known_cavities[z_mm]


def diaphragm_z(x: Floats, y: Floats) -> Floats:
    """Give the height of the diaphragm over a point of the axial plane, LPS mm: two domes and a saddle."""
    right = 4 - 78 * (((x + 64) / 80) ** 2 + ((y + 12) / 108) ** 2) ** 1.15
    left = -8 - 72 * (((x - 66) / 78) ** 2 + ((y + 10) / 106) ** 2) ** 1.15
    saddle = -14 - 60 * (np.abs(y + 40) / 75) ** 2.5 - 30 * (np.abs(x) / 70) ** 2
    sharp = np.float32(0.22)
    high = np.maximum(np.maximum(right, left), saddle)
    total = sum(np.exp(sharp * (dome - high)) for dome in (right, left, saddle))
    result: Floats = np.maximum(high + np.log(total) / sharp, -82).astype(np.float32)
    return result


def lung_inside(x: Floats, y: Floats, z: Floats | float, wall_mm: Floats) -> Floats:
    """Give about the distance inside a lung, mm.

    Parameters
    ----------
    x, y, z
        Points, LPS mm, that broadcast.
    wall_mm
        Distance inside the cavity at these points.
    """
    height = np.asarray(z, np.float32)
    dome = (height - diaphragm_z(x, y)) * np.float32(0.75)
    return np.asarray(np.minimum(np.minimum(wall_mm - 2.5, dome), -middle_inside(x, y, height)))


def middle_inside(x: Floats, y: Floats, z: Floats) -> Floats:
    """Give about the distance inside the middle of the chest (heart, great vessels, spine), mm."""
    width = np.interp(z, _MIDDLE_WIDTH[:, 0], _MIDDLE_WIDTH[:, 1]).astype(np.float32)
    spine = np.interp(z, _SPINE_Y[:, 0], _SPINE_Y[:, 1]).astype(np.float32)
    narrow_front = np.clip((-48 - y) / 26, 0, 1) * np.clip((z - 20) / 40, 0, 1)
    narrow_back = np.clip((y - 8) / 22, 0, 1)
    half = width * (1 - 0.72 * narrow_front) * (1 - 0.34 * narrow_back) + 2.5 * np.sin(y / 13 + z / 19)
    column = half - np.abs(x - 3 * np.sin(z / 37))
    vertebra = 25 - np.hypot(x, (y - spine) * np.float32(0.95))
    aorta = 17 - np.hypot(x - 20, y - (spine - 26)) - 100 * np.clip((z - 128) / 10, 0, 1)
    heart = HEART.level(x, y, z) + 4
    beside = paraspinal_inside(x, y, z)
    return np.asarray(
        np.maximum(np.maximum(np.maximum(column, vertebra), np.maximum(aorta, heart)), beside), np.float32
    )


def paraspinal_inside(x: Floats, y: Floats, z: Floats) -> Floats:
    """Give about the distance inside the wedge of muscle and rib necks on both sides of the spine, mm."""
    behind = y - np.interp(z, _SPINE_Y[:, 0], _SPINE_Y[:, 1]).astype(np.float32) - 10
    return np.asarray(np.minimum(behind, 0.8 * (22 + 0.85 * behind - np.abs(x))), np.float32)


def fissure_mm(x: Floats, y: Floats, z: Floats | float) -> Floats:
    """Give the distance from the nearest fissure between lobes, mm; great where there is none."""
    wave = 3.5 * np.sin(x / 26 + 1) + 3 * np.sin(y / 31)
    oblique = np.abs(z - (52 + 0.95 * y + wave + np.where(x < 0, 0, 8) - 0.12 * np.abs(x))) * np.float32(0.72)
    minor = np.abs(z - (64 + 0.1 * (y + 30) + 0.06 * x + wave))
    below_major = 52 + 0.95 * y + wave - 0.12 * np.abs(x)
    has_minor = (x < 0) & (z > below_major)
    return np.asarray(np.where(has_minor, np.minimum(oblique, minor), oblique), np.float32)


def sheet_wall(sheet: Sheet, outline: Outline) -> Floats:
    """Give the distance inside the cavity for all pixels of a slice, mm."""
    return inside(outline.cavity, sheet.grid)

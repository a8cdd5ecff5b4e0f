"""A head: skin, skull, brain with folds and ventricles, eyes, air cells; for CT and for T1- and T2-weighted MR alike.

Its coordinates are LPS mm from the middle of the brain.
"""

import cv2
import numpy as np

from workstation.phantoms.shapes import Ellipsoid, Floats, Property, Tissue, soft
from workstation.quick_dataclass import dataclass

AIR = Tissue(-995, t1=8, t2=8)
SKIN = Tissue(25, t1=420, t2=330)
FAT = Tissue(-92, t1=980, t2=720)
FLESH = Tissue(52, t1=430, t2=230)
BONE = Tissue(1080, t1=45, t2=40)
DIPLOE = Tissue(620, t1=330, t2=260)
CSF = Tissue(7, t1=150, t2=1350)
GREY = Tissue(39, t1=520, t2=560)
WHITE = Tissue(29, t1=740, t2=400)
DEEP_GREY = Tissue(41, t1=560, t2=440)
FALX = Tissue(62, t1=240, t2=130)
MARROW = Tissue(260, t1=560, t2=480)
BLOOD = Tissue(48, t1=90, t2=60)
EYE = Tissue(12, t1=170, t2=1300)
LENS = Tissue(75, t1=330, t2=150)
CALCIUM = Tissue(190, t1=120, t2=70)
TRUE_TISSUES = {"csf": CSF, "grey_matter": GREY, "white_matter": WHITE, "fat": FAT}

SULCUS_DEPTH_MM = 19.0


@dataclass(frozen=True)
class Section:
    """A plane through the head. Each of x, y and z changes along its rows, along its columns, or nowhere.

    Parameters
    ----------
    x_mm, y_mm, z_mm
        Of each column, shape (1, columns), or of each row, shape (rows, 1), or of all, shape (1, 1).
    soft_mm
        Extent of a voxel along x, y and z, over which edges are blended.
    """

    x_mm: Floats
    y_mm: Floats
    z_mm: Floats
    soft_mm: tuple[float, float, float]

    stride: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Give rows and columns."""
        rows, columns = np.broadcast_shapes(self.x_mm.shape, self.y_mm.shape, self.z_mm.shape)
        return rows, columns

    def window(self, shape: Ellipsoid) -> tuple[slice, slice] | None:
        """Give the pixels that a shape can touch."""
        rx, ry, rz = shape.reach + max(self.soft_mm) + 4
        reach = (rx * 1.12, ry, rz)  # wider than it is behind: see `points`
        found = [np.ones(count, bool) for count in self.shape]
        for centres, middle, far in zip((self.x_mm, self.y_mm, self.z_mm), shape.centre, reach, strict=True):
            near = np.abs(centres - middle) <= far
            along = 1 if centres.shape[0] == 1 else 0
            found[along] &= near.reshape(-1)
        rows, columns = (np.flatnonzero(near) for near in found)
        if not len(columns) or not len(rows):
            return None
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)

    def points(self, window: tuple[slice, slice]) -> tuple[Floats, Floats, Floats]:
        """Give x, y and z at every ``stride``-th pixel of a window; the head is broader behind than in front."""
        x, y, z = (self._part(centres, window) for centres in (self.x_mm, self.y_mm, self.z_mm))
        return x * (1 - 0.0011 * y) + 0.8 * np.sin(y / 23 + z / 31), y + 0.9 * np.sin(z / 25 + 1) + 0 * x, z

    def _part(self, centres: Floats, window: tuple[slice, slice]) -> Floats:
        rows, columns = window
        if centres.shape[0] > 1:
            centres = centres[rows][:: self.stride]
        return centres[:, columns][:, :: self.stride] if centres.shape[1] > 1 else centres

    def dense(self, field: Floats, window: tuple[slice, slice]) -> Floats:
        """Bring a field at `points` to all pixels of the window, linearly."""
        if self.stride == 1:
            return field
        (rows, columns), scale = window, 1 / self.stride
        size = (columns.stop - columns.start, rows.stop - rows.start)
        matrix = np.array([[scale, 0, 0], [0, scale, 0]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        whole = cv2.warpAffine(field.astype(np.float32), matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(whole, np.float32)


def _both(centre: tuple[float, float, float], radii: tuple[float, float, float], turn: float = 0.0) -> list[Ellipsoid]:
    x, y, z = centre
    return [Ellipsoid((s * x, y, z), radii, (s * turn, 0, 0), bent=False) for s in (-1, 1)]


def _one(
    centre: tuple[float, float, float], radii: tuple[float, float, float], turn: tuple[float, float, float] = (0, 0, 0)
) -> Ellipsoid:
    return Ellipsoid(centre, radii, turn, bent=False)


SKULL = _one((0, 2, 13), (74, 92, 76))
INNER = _one((0, 4, 14), (67, 85, 68))
BRAIN = _one((0, 4, 14), (64.5, 82, 65.5))
CEREBELLUM = _one((0, 46, -34), (60, 44, 34))

_OUTSIDE: list[tuple[Ellipsoid, Tissue]] = [
    (_one((0, 40, -110), (60, 62, 80)), SKIN),
    (_one((0, 40, -110), (58, 60, 78)), FAT),
    (_one((0, 40, -110), (52, 54, 76)), FLESH),
    (_one((0, -46, -56), (60, 58, 66)), SKIN),
    (_one((0, -46, -56), (58, 56, 64)), FAT),
    (_one((0, -40, -58), (54, 54, 62)), FLESH),
    (_one((0, -104, -44), (12, 14, 20)), FLESH),
    *((e, SKIN) for e in _both((76, 14, -26), (5, 14, 26), -20)),
    *((e, FAT) for e in _both((40, 20, -96), (4, 30, 60), 40)),
    *((e, FAT) for e in _both((20, 66, -100), (26, 2.5, 60), 14)),
    (_one((0, 46, -104), (24, 30, 70)), FLESH),
    *((_one((0, 22, -66 - 17 * n), (15, 11, 7.2)), MARROW) for n in range(5)),
    *((e, MARROW) for n in range(5) for e in _both((16, 34, -66.0 - 17 * n), (7, 8, 6))),
    (_one((0, 41, -110), (11, 9, 75)), CSF),
    (_one((0, 41, -110), (6.5, 4.8, 75)), WHITE),
    (_one((0, -10, -88), (11, 6, 44)), AIR),
    (_one((0, -46, -80), (25, 32, 20)), FLESH),
    *((e, FAT) for e in _both((31, -36, -80), (5, 34, 20), 8)),
    *((e, MARROW) for e in _both((44, -36, -88), (5, 40, 13), 20)),
    *((e, BLOOD) for e in _both((30, 8, -105), (4, 4, 60))),
    *((e, BLOOD) for e in _both((37, 12, -105), (5, 5, 60))),
    *((e, FAT) for e in _both((58, -40, -50), (6, 26, 34), 10)),
    (SKULL.grown(6.5), SKIN),
    (SKULL.grown(4.8), FAT),
    (SKULL.grown(1.2), FLESH),
]
_BASE: list[tuple[Ellipsoid, Tissue]] = [
    *((e, BONE) for e in _both((42, 16, -36), (26, 10, 10), 38)),
    *((e, BONE) for e in _both((56, 30, -44), (11, 16, 20))),
    *((e, AIR) for e in _both((57, 31, -45), (6, 11, 13))),
    *((e, DIPLOE) for e in _both((56, 30, -45), (2.2, 12, 14))),
    (_one((0, -4, -40), (12, 8, 20), (0, -28, 0)), DIPLOE),
    (_one((0, -32, -33), (15, 15, 13)), BONE),
    (_one((0, -34, -32), (12, 12, 10)), AIR),
    (_one((0, -34, -32), (0.9, 12, 10)), BONE),
    *((e, BONE) for e in _both((24, -62, -54), (18, 21, 22))),
    *((e, AIR) for e in _both((24, -62, -54), (16, 19, 20))),
    *((e, FAT) for e in _both((30, -56, -22), (19, 30, 18), 16)),
    *((e, FLESH) for e in _both((27, -44, -22), (2.4, 22, 6), 22)),
    *((e, FLESH) for e in _both((42, -50, -22), (2, 18, 7), 4)),
    *((e, FLESH) for e in _both((33, -72, -21), (13.3, 13.3, 13.3))),
    *((e, EYE) for e in _both((33, -72, -21), (12, 12, 12))),
    *((e, LENS) for e in _both((33, -81, -21), (4.6, 2.2, 4.6))),
    *((e, BONE) for e in _both((47, -58, -22), (3, 26, 20), 14)),
    (_one((0, -64, -26), (13, 28, 15)), BONE),
    (_one((0, -64, -26), (11.8, 27, 14)), AIR),
    *((e, BONE) for e in _both((5, -64, -26), (0.7, 26, 14))),
    (_one((0, -64, -26), (1.1, 27, 14)), BONE),
    *((_one((0, y, -26), (12, 0.8, 14)), BONE) for y in (-80, -66, -52)),
    (_one((0, -70, -56), (12, 30, 20)), AIR),
    (_one((0, -70, -56), (1.3, 30, 20)), BONE),
    *((e, FLESH) for e in _both((7, -66, -60), (3, 22, 7))),
    *((e, BONE) for e in _both((11, -84, 4), (12, 6, 12))),
    *((e, AIR) for e in _both((11, -84, 4), (10, 4, 10))),
]
_DEEP: list[tuple[Ellipsoid, Tissue]] = [
    *((e, DEEP_GREY) for e in _both((17, -15, 17), (6, 15, 9), 12)),
    *((e, DEEP_GREY) for e in _both((27, -2, 6), (7.5, 20, 12), 14)),
    *((e, DEEP_GREY) for e in _both((11, 15, 8), (9, 15, 10), -14)),
    *((e, CSF) for e in _both((11, -22, 20), (6, 15, 8.5), 14)),
    *((e, CSF) for e in _both((13, 4, 26), (6.5, 30, 7), -4)),
    *((e, CSF) for e in _both((25, 34, 14), (7, 15, 11), -24)),
    *((e, CSF) for e in _both((35, 14, -10), (3.4, 20, 3.8), 10)),
    (_one((0, 6, 4), (2.4, 15, 11)), CSF),
    (_one((0, 26, -22), (15, 13, 34), (0, 14, 0)), WHITE),
    (_one((0, 37, -31), (7, 5, 11)), CSF),
    (_one((0, 4, -20), (13, 9, 7)), CSF),
    (_one((0, 36, -2), (11, 5, 7)), CSF),
    (_one((0, 26, 4), (2.4, 2.4, 2.4)), CALCIUM),
    *((e, CALCIUM) for e in _both((24, 36, 15), (2.0, 2.6, 2.4))),
]


def paint_head(section: Section, what: Property) -> Floats:
    """Give a section of the head without noise, shape (rows, columns)."""
    values = np.full(section.shape, getattr(AIR, what), np.float32)
    for ellipsoid, tissue in _OUTSIDE:
        _paint(values, section, ellipsoid, tissue, what)
    _paint(values, section, SKULL, BONE, what)
    _paint(values, section, SKULL.grown(-1.9), DIPLOE, what)
    _paint(values, section, INNER.grown(1.7), BONE, what)
    for ellipsoid, tissue in _BASE:
        _paint(values, section, ellipsoid, tissue, what)
    _paint(values, section, INNER, CSF, what)
    _paint_brain(values, section, what)
    _paint_cerebellum(values, section, what)
    for ellipsoid, tissue in _DEEP:
        _paint(values, section, ellipsoid, tissue, what)
    _paint_petrous(values, section, what)
    return values


def cover(section: Section, shape: Ellipsoid) -> tuple[Floats, tuple[slice, slice]] | None:
    """Give how much of each pixel a shape fills and the window that it touches."""
    window = section.window(shape)
    if window is None:
        return None
    inside = section.dense(shape.level(*section.points(window)), window)
    return soft(inside, max(section.soft_mm)), window


def _paint(values: Floats, section: Section, shape: Ellipsoid, tissue: Tissue, what: Property) -> None:
    found = cover(section, shape)
    if found is not None:
        filled, window = found
        values[window] += filled * (getattr(tissue, what) - values[window])


def _folds(x: Floats, y: Floats, z: Floats) -> Floats:
    """Give about the distance from the nearest of many winding surfaces, mm: the floors of the furrows."""
    wave = (
        np.sin(x / 4.7 + 2.1 * np.sin(y / 13) + 1.2 * np.sin(z / 11))
        + np.sin(y / 5.1 + 1.9 * np.sin(z / 13 + 1) + 1.3 * np.sin(x / 14))
        + np.sin(z / 4.6 + 2.0 * np.sin(x / 12) + 1.2 * np.sin(y / 15 + 2))
    )
    lateral = np.abs(z - 5 + 0.22 * y + 2 * np.sin(y / 9)) + 0.9 * np.maximum(33 - np.abs(x), 0)
    lateral = lateral + 0.6 * np.maximum(np.abs(y + 4) - 34, 0)
    result: Floats = np.minimum(np.abs(wave - 0.3) * np.float32(3.3), lateral * 0.8)
    return result


def _tent(y: Floats, z: Floats) -> Floats:
    """Give about the distance above the tent between brain and cerebellum, mm."""
    return np.maximum(z + 14 - 0.12 * (y - 40), 17 - y)


def _paint_brain(values: Floats, section: Section, what: Property) -> None:
    window = section.window(BRAIN)
    if window is None:
        return
    x, y, z = section.points(window)
    depth = BRAIN.level(x, y, z)
    middle = np.abs(x + 0.8 * np.sin(y / 14)) + 40 * np.clip((25 - z) / 10, 0, 1) * (np.abs(y - 4) < 50) - 1.1
    surface = np.minimum(np.minimum(depth, middle), _tent(y, z) - 0.6)
    furrow = _folds(x, y, z) + np.maximum(depth - SULCUS_DEPTH_MM, 0) * 0.8 + np.maximum(depth - 32, 0)
    falx = np.minimum(0.7 - np.abs(x), INNER.level(x, y, z)) + np.minimum(z - 30, 0)
    surface, furrow, depth, falx = (section.dense(field, window) for field in (surface, furrow, depth, falx))
    sharp = section.soft_mm[0] + 0.4
    brain = soft(surface, sharp)
    part = values[window]
    part += brain * (getattr(WHITE, what) - part)
    ribbon = np.minimum(furrow, surface + 0.6)
    part += brain * soft(3.3 - ribbon, 1.3) * (getattr(GREY, what) - part)
    part += brain * soft(0.75 - furrow, sharp) * soft(26 - depth, 5.0) * (getattr(CSF, what) - part)
    part += soft(falx, sharp) * 0.85 * (getattr(FALX, what) - part)


def _paint_cerebellum(values: Floats, section: Section, what: Property) -> None:
    window = section.window(CEREBELLUM)
    if window is None:
        return
    x, y, z = section.points(window)
    depth = np.minimum(np.minimum(INNER.level(x, y, z) - 2.5, -_tent(y, z) - 0.6), CEREBELLUM.level(x, y, z))
    branch = 3 * np.sin(np.arctan2(y - 40, np.abs(x) + 3) * 7 + z / 6)
    leaf = np.abs(np.sin((z + 0.5 * y + 0.02 * x * x) / 2.3))
    middle = np.abs(x) + 0 * depth
    depth, branch, leaf, middle = (section.dense(field, window) for field in (depth, branch, leaf, middle))
    inside = soft(depth, section.soft_mm[0] + 0.4)
    part = values[window]
    part += inside * (getattr(GREY, what) - part)
    part += inside * soft(depth - 8 + branch, 1.5) * (getattr(WHITE, what) - part)
    part += inside * soft(7 - depth, 2.0) * soft(0.2 - leaf, 0.5) * 0.7 * (getattr(CSF, what) - part)
    part += inside * soft(1.2 - middle, 1.5) * soft(8 - depth, 3.0) * (getattr(CSF, what) - part)


def _paint_petrous(values: Floats, section: Section, what: Property) -> None:
    for shape in _both((38, 16, -36), (22, 7.5, 8), 38):
        _paint(values, section, shape, BONE, what)
    for shape in _both((34, 12, -35), (3, 2, 2)):
        _paint(values, section, shape, CSF, what)

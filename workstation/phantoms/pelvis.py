"""A radiograph of the pelvis with two hips whose angles are known: the left one is shallow, as in dysplasia.

Places are mm in the plane of the hips, about the middle of the image: ``x`` to the image's right (the patient's left),
``y`` down. All of it is painted as if it lay in that plane, so that one magnification holds.
"""

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.phantoms.shapes import Floats
from workstation.phantoms.writing import (
    SeriesOf,
    complete,
    decimal,
    describe_pixels,
    new_object,
    put_pixels,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

CR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.1"
ROWS, COLUMNS, DETECTOR_MM = 1040, 1300, 0.3
SOURCE_TO_DETECTOR_MM, HIPS_TO_DETECTOR_MM = 1150.0, 150.0
MAGNIFICATION = SOURCE_TO_DETECTOR_MM / (SOURCE_TO_DETECTOR_MM - HIPS_TO_DETECTOR_MM)
HEAD_MM, _JOINT_MM, _ROOF_MM = 46.0, 2.6, 3.4
"""Diameter of the head of the femur; width of the joint space; thickness of the roof of the socket."""
_SHAFT_LEAN_DEG, _NECK_MM, _SHAFT_MM = 4.0, 52.0, 27.0
"""By how much the shaft leans inwards as it goes down; from the middle of the head to the shaft's axis; its width."""

Place = tuple[float, float]


def pixel_of(place: Place) -> Place:
    """Give (column, row) from 0 of a place."""
    scale = MAGNIFICATION / DETECTOR_MM
    return (COLUMNS - 1) / 2 + place[0] * scale, (ROWS - 1) / 2 + place[1] * scale


@dataclass(frozen=True, slots=True)
class Hip:
    """One hip.

    Parameters
    ----------
    side
        ``R`` or ``L`` of the patient; the right one is on the left of the image.
    centre_edge_deg
        Lateral centre-edge angle (Wiberg): from straight up to the outer edge of the roof, about the head's middle.
    roof_deg
        Inclination of the roof (Tönnis): of the line from its inner to its outer end, upwards to the outside.
    neck_shaft_deg
        Between the axes of neck and shaft of the femur.
    """

    side: str
    centre_edge_deg: float
    roof_deg: float
    neck_shaft_deg: float

    def _out(self, outwards: float, down: float) -> Place:
        x, y = self.head
        return (x + outwards if self.side == "L" else x - outwards), y + down

    @property
    def head(self) -> Place:
        """The middle of the head of the femur."""
        return (86.0 if self.side == "L" else -86.0), 30.0

    @property
    def inner_deg(self) -> float:
        """From straight up to the inner end of the roof: its chord then rises outwards by ``roof_deg``."""
        return self.centre_edge_deg + 2 * self.roof_deg

    def on_roof(self, degrees: float) -> Place:
        """Give the place on the lower surface of the roof at an angle from straight up, outwards."""
        radius, turned = HEAD_MM / 2 + _JOINT_MM, math.radians(degrees)
        return self._out(radius * math.sin(turned), -radius * math.cos(turned))

    @property
    def roof(self) -> tuple[Place, Place]:
        """The inner and the outer end of the roof."""
        return self.on_roof(-self.inner_deg), self.on_roof(self.centre_edge_deg)

    def on_femur(self, outwards_mm: float, down_mm: float) -> Place:
        """Give a place beside where the axes of the femur meet: across the shaft, and along it."""
        bearing = math.radians(_SHAFT_LEAN_DEG + self.neck_shaft_deg)
        lean = math.radians(_SHAFT_LEAN_DEG)
        outwards = _NECK_MM * math.sin(bearing) + outwards_mm * math.cos(lean) - down_mm * math.sin(lean)
        return self._out(
            outwards, -_NECK_MM * math.cos(bearing) + outwards_mm * math.sin(lean) + down_mm * math.cos(lean)
        )


HIPS = (Hip("R", 32.0, 6.0, 127.0), Hip("L", 17.0, 17.0, 139.0))

_ILIUM: tuple[Place, ...] = (
    (31, -62), (38, -98), (62, -119), (96, -121), (127, -102), (140, -78), (131, -58), (119, -34), (113, -10),
)  # fmt: skip
_BRIM: tuple[Place, ...] = ((63, 52), (52, 44), (51, 15), (44, -18))
_PUBIS: tuple[Place, ...] = (
    (64, 36), (44, 33), (22, 38), (3, 46), (3, 84), (16, 92), (36, 106), (56, 116), (72, 108), (75, 84), (70, 60),
)  # fmt: skip
_SACRUM: tuple[Place, ...] = ((0, -80), (30, -80), (37, -62), (31, -34), (18, -4), (10, 22), (0, 26))
_VERTEBRA: tuple[Place, ...] = (
    (0, -120),
    (25, -121),
    (23, -103),
    (40, -108),
    (42, -100),
    (25, -94),
    (27, -86),
    (0, -86),
)
_FORAMINA: tuple[tuple[float, float, float], ...] = ((15, -58, 4.5), (13, -37, 4.0), (10, -16, 3.4))


class _Painting:
    """Thickness of bone and flesh, painted one over another."""

    def __init__(self) -> None:
        scale = DETECTOR_MM / MAGNIFICATION
        self.x = ((np.arange(COLUMNS, dtype=np.float32) - np.float32((COLUMNS - 1) / 2)) * np.float32(scale))[None, :]
        self.y = ((np.arange(ROWS, dtype=np.float32) - np.float32((ROWS - 1) / 2)) * np.float32(scale))[:, None]
        self.scale = scale
        self.values: Floats = np.zeros((ROWS, COLUMNS), np.float32)

    def polygon(self, places: tuple[Place, ...], *, rounded: int = 2) -> NDArray[np.uint8]:
        """Give the mask of a polygon whose corners are cut."""
        corners = np.array(places, np.float64)
        for _ in range(rounded):
            after = np.roll(corners, -1, axis=0)
            corners = np.stack((corners * 0.75 + after * 0.25, corners * 0.25 + after * 0.75), 1).reshape(-1, 2)
        pixels = np.rint(np.array([pixel_of((x, y)) for x, y in corners]) * 16).astype(np.int32)
        mask = np.zeros((ROWS, COLUMNS), np.uint8)
        cv2.fillPoly(mask, [pixels], 1, shift=4)
        return mask

    def disk(self, centre: Place, radii: Place) -> NDArray[np.uint8]:
        """Give the mask of an ellipse."""
        inside = ((self.x - centre[0]) / radii[0]) ** 2 + ((self.y - centre[1]) / radii[1]) ** 2 <= 1
        return np.asarray(inside, np.uint8)

    def band(self, first: Place, last: Place, radius: float) -> NDArray[np.uint8]:
        """Give the mask of what is near a line."""
        (x0, y0), (x1, y1) = first, last
        length = math.hypot(x1 - x0, y1 - y0)
        across, along = (x1 - x0) / length, (y1 - y0) / length
        at = np.clip((self.x - x0) * across + (self.y - y0) * along, 0, length)
        away = (self.x - x0 - at * across) ** 2 + (self.y - y0 - at * along) ** 2
        return np.asarray(away <= radius**2, np.uint8)

    def bone(self, mask: NDArray[np.uint8], *, inner: float, cortex: float) -> None:
        """Add a bone: dense at its rim, where the beam runs along the cortex, and spongy within."""
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5) * np.float32(self.scale)
        rim = np.exp(-(((depth - 1.2) / 1.3) ** 2))
        self.values += (mask * (inner * (1 - np.exp(-depth / 5)) + cortex * rim)).astype(np.float32)


def _paint_flesh(painting: _Painting, rng: np.random.Generator) -> None:
    x, y = painting.x, painting.y
    half = 172 + 10 * np.sin((y - 10) / 70)
    inside = np.clip(1 - (np.abs(x) / half) ** 3, 0, None)
    legs = 1 - 0.55 * np.exp(-((x / (5 + np.clip(y - 96, 0, 60) * 0.35)) ** 2)) * np.clip((y - 92) / 20, 0, 1)
    painting.values += (0.9 * np.sqrt(inside) * legs).astype(np.float32)
    for _ in range(9):  # gas in the bowel
        at = float(rng.uniform(-70, 70)), float(rng.uniform(-110, -20))
        radii = float(rng.uniform(7, 15)), float(rng.uniform(5, 11))
        ratio = ((x - at[0]) / radii[0]) ** 2 + ((y - at[1]) / radii[1]) ** 2
        painting.values -= (0.13 * np.sqrt(np.clip(1 - ratio, 0, None))).astype(np.float32)


def _paint_middle(painting: _Painting) -> None:
    for half, inner, cortex in ((_SACRUM, 0.2, 0.09), (_VERTEBRA, 0.24, 0.12)):
        mirrored = tuple((-x, y) for x, y in reversed(half) if x)
        mask = painting.polygon((*half, *mirrored), rounded=1)
        if half is _SACRUM:
            for x, y, radius in _FORAMINA:
                for side in (-1, 1):
                    mask &= 1 - painting.disk((side * x, y), (radius, radius * 0.8))
        painting.bone(mask, inner=inner, cortex=cortex)


def _paint_hip(painting: _Painting, hip: Hip) -> None:
    sign = 1 if hip.side == "L" else -1
    head, outer = hip.head, hip.roof[1]
    gap = HEAD_MM / 2 + _JOINT_MM
    ilium = (*((sign * x, y) for x, y in _ILIUM), outer, outer, outer, head, *((sign * x, y) for x, y in _BRIM))
    socket = painting.disk(head, (gap, gap))
    painting.bone(painting.polygon(ilium) & (1 - socket), inner=0.24, cortex=0.17)
    pubis = painting.polygon(tuple((sign * x, y) for x, y in _PUBIS)) & (1 - socket)
    pubis &= 1 - painting.disk((sign * 40, 72), (19, 17))
    painting.bone(pubis, inner=0.27, cortex=0.17)
    _paint_roof(painting, hip)
    crossing, low = hip.on_femur(0, 0), hip.on_femur(0, 140)
    femur = painting.disk(head, (HEAD_MM / 2, HEAD_MM / 2)) | painting.band(head, crossing, 14.5)
    femur |= painting.band(crossing, low, _SHAFT_MM / 2)
    femur |= painting.band(hip.on_femur(3, -15), hip.on_femur(4, 6), 15)  # the greater trochanter
    femur |= painting.band(hip.on_femur(-11, 34), hip.on_femur(-9, 46), 7)  # the lesser one
    painting.bone(femur, inner=0.42, cortex=0.3)


def _paint_roof(painting: _Painting, hip: Hip) -> None:
    """Paint the dense arc above the head, from its inner to its outer end; it ends sharply at both."""
    (x, y), gap = hip.head, HEAD_MM / 2 + _JOINT_MM
    outwards = (painting.x - x) * (1 if hip.side == "L" else -1)
    away = np.hypot(outwards, painting.y - y)
    turned = np.degrees(np.arctan2(outwards, y - painting.y))
    arc = (away >= gap) & (away <= gap + _ROOF_MM) & (turned >= -hip.inner_deg) & (turned <= hip.centre_edge_deg)
    painting.values += arc.astype(np.float32) * np.float32(0.4)


def paint_pelvis(seed: int) -> NDArray[np.uint16]:
    """Give the stored values, shape (rows, columns): bone is high."""
    rng = np.random.default_rng((seed, 90))
    painting = _Painting()
    _paint_flesh(painting, rng)
    _paint_middle(painting)
    for hip in HIPS:
        _paint_hip(painting, hip)
    soft = cv2.GaussianBlur(painting.values, (0, 0), 1.6)
    grain = cv2.resize(rng.standard_normal((ROWS // 5, COLUMNS // 5), np.float32), (COLUMNS, ROWS))
    noise = cv2.GaussianBlur(rng.standard_normal(soft.shape, np.float32), (0, 0), 0.7)
    shown = soft + 0.02 * soft * grain + np.float32(0.012) * noise
    return np.ascontiguousarray(np.clip(np.rint(shown * 1900 + 150), 0, 4095), np.uint16)


def write_pelvis(series: SeriesOf, seed: int, path: Path) -> None:
    """Write the radiograph."""
    ds = new_object(series, CR_IMAGE_STORAGE, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.AcquisitionNumber = 1
    ds.ViewPosition, ds.PatientOrientation = "AP", ["L", "F"]
    ds.KVP, ds.ExposureTime, ds.XRayTubeCurrent, ds.Exposure = "75", 50, 400, 20
    ds.DistanceSourceToDetector = decimal(SOURCE_TO_DETECTOR_MM)
    ds.DistanceSourceToPatient = decimal(SOURCE_TO_DETECTOR_MM - HIPS_TO_DETECTOR_MM)
    ds.EstimatedRadiographicMagnificationFactor = decimal(MAGNIFICATION)
    ds.ImagerPixelSpacing = [decimal(DETECTOR_MM)] * 2
    ds.PlateID = "1"
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=12)
    show_window(ds, (1750, 2700, "Bone"))
    put_pixels(ds, paint_pelvis(seed))
    save(complete(ds), path)

"""An ultrasound cine: a sector of speckle with a vessel in colour, a cyst of known size, and a wall that moves."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import JPEGBaseline8Bit

from workstation.phantoms.ct import Report
from workstation.phantoms.enhanced import item
from workstation.phantoms.shapes import Floats
from workstation.phantoms.writing import (
    SeriesOf,
    complete,
    decimal,
    describe_pixels,
    new_object,
    put_frames,
    save,
)
from workstation.quick_dataclass import dataclass

US_MULTIFRAME_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.3.1"
ROWS, COLUMNS, FRAMES, FRAME_TIME_MS = 480, 640, 30, 40.0
APEX_PX, PIXEL_CM, DEPTH_CM, HALF_ANGLE_DEG = (320.0, 8.0), 0.032, 14.4, 38.0
PROBE_CM = 1.0
_BEAMS, _SAMPLES = 360, 600


@dataclass(frozen=True, slots=True)
class Disc:
    """A round structure in the image plane: centre (column, row) in pixels, diameter in mm."""

    centre_px: tuple[float, float]
    diameter_mm: float


CYST = Disc((232.0, 250.0), 24.0)
STONE = Disc((404.0, 322.0), 9.0)
VESSEL_ROW_PX, VESSEL_MEAN_MM, VESSEL_SWING_MM = 172.0, 11.0, 2.4


def vessel_diameter_mm(frame: int) -> float:
    """Give the diameter of the vessel in a frame, counted from 0: two beats over the cine."""
    return VESSEL_MEAN_MM + VESSEL_SWING_MM / 2 * math.sin(2 * math.pi * 2 * frame / FRAMES)


def write_ultrasound(series: SeriesOf, seed: int, path: Path, pool: ThreadPoolExecutor, tick: Report) -> None:
    """Write the cine as JPEG baseline."""
    rng = np.random.default_rng((seed, 70))
    scatter = rng.standard_normal((2, _SAMPLES, _BEAMS), np.float32)
    still = _Still.made()
    encoded = list(pool.map(lambda n: _encoded(_frame(still, scatter, n)), range(FRAMES)))
    tick(FRAMES)
    ds = _header(series, sum(map(len, encoded)))
    put_frames(ds, encoded)
    save(complete(ds, JPEGBaseline8Bit), path)


def _encoded(rgb: NDArray[np.uint8]) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(rgb, level=92, colorspace="RGB", outcolorspace="YCBCR", subsampling="422"))


@dataclass(frozen=True)
class _Still:
    """What is the same in all frames, by sample and beam: place on the screen, echo, shadow; and the scan lines."""

    x: Floats
    y: Floats
    echo: Floats
    shadow: Floats
    lines: tuple[Floats, Floats]

    @classmethod
    def made(cls) -> "_Still":
        depth_cm = (np.arange(_SAMPLES, dtype=np.float32) + 0.5)[:, None] / _SAMPLES * DEPTH_CM
        angle = np.radians(np.linspace(-HALF_ANGLE_DEG, HALF_ANGLE_DEG, _BEAMS, dtype=np.float32))[None, :]
        radius_px = (depth_cm + PROBE_CM) / PIXEL_CM
        x = (APEX_PX[0] + radius_px * np.sin(angle)).astype(np.float32)
        y = (APEX_PX[1] + radius_px * np.cos(angle)).astype(np.float32)
        return cls(x, y, _reflectivity(x, y), _shadows(x, y, depth_cm), _scan_lines())


def _frame(still: _Still, scatter: Floats, n: int) -> NDArray[np.uint8]:
    """Give a frame in RGB, shape (rows, columns, 3)."""
    echo = _with_vessel(still, n)
    blurred = [cv2.GaussianBlur(part * echo, (0, 0), 1.15, sigmaY=0.9) for part in scatter]
    envelope = np.hypot(blurred[0], blurred[1]) * still.shadow
    grey = np.clip(112 + 62 * np.log10(envelope * 4 + 1e-3), 0, 255).astype(np.float32)
    image = cv2.remap(grey, *still.lines, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    rgb = np.repeat(np.asarray(image)[:, :, None], 3, axis=2)
    _add_flow(rgb, n)
    _add_scales(rgb)
    return np.asarray(np.clip(np.rint(rgb), 0, 255), np.uint8)


def _with_vessel(still: _Still, n: int) -> Floats:
    """Give the echo of a frame: the vessel is empty, its wall bright."""
    away = np.abs(still.y - _vessel_axis(still.x)) - np.float32(vessel_diameter_mm(n) / 20 / PIXEL_CM)
    return np.asarray(still.echo * (1 - 0.985 * _edge(-away)) + 2.2 * np.exp(-((away / 2.0) ** 2)), np.float32)


def _scan_lines() -> tuple[Floats, Floats]:
    """Give beam and sample of each pixel of the screen."""
    x = np.arange(COLUMNS, dtype=np.float32)[None, :] - APEX_PX[0]
    y = np.arange(ROWS, dtype=np.float32)[:, None] - APEX_PX[1]
    angle = np.degrees(np.arctan2(x, y))
    depth = np.hypot(x, y) * PIXEL_CM - PROBE_CM
    beam = (angle + HALF_ANGLE_DEG) / (2 * HALF_ANGLE_DEG) * (_BEAMS - 1)
    sample = depth / DEPTH_CM * _SAMPLES - 0.5
    return beam.astype(np.float32), sample.astype(np.float32)


def _edge(inside_px: Floats) -> Floats:
    return np.asarray(np.clip(inside_px / 1.5 + 0.5, 0, 1))


def _vessel_axis(x: Floats) -> Floats:
    return np.asarray(VESSEL_ROW_PX + 0.10 * (x - 320) + 9 * np.sin(x / 90))


def _reflectivity(x: Floats, y: Floats) -> Floats:
    """Give how strongly each point scatters: layers of the wall, an organ, a cyst, a vessel, a stone."""
    layers = 0.55 + 0.45 * np.sin(y / 7 + 2 * np.sin(x / 60)) * np.clip((100 - y) / 30, 0, 1)
    organ = 0.8 + 0.25 * np.sin(x / 31 + 1.3 * np.sin(y / 27)) * np.sin(y / 37)
    echo = np.where(y < 96, layers, organ)
    capsule = np.abs(y - 98 - 6 * np.sin(x / 75))
    echo = echo + 2.4 * np.exp(-((capsule / 2.5) ** 2))
    for branch in range(5):
        line = np.abs(y - (250 + 42 * branch) + 0.4 * (x - 320) * (-1) ** branch + 11 * np.sin(x / 40 + branch))
        echo = echo * (1 - 0.75 * _edge(4.0 - line)) + 0.9 * np.exp(-(((line - 5) / 1.6) ** 2))
    diaphragm = np.hypot(x - 320, y - 90) - 345
    echo = echo + 4.5 * np.exp(-((diaphragm / 3.2) ** 2)) * (x > 300)
    from_cyst = np.hypot(x - CYST.centre_px[0], y - CYST.centre_px[1]) - CYST.diameter_mm / 20 / PIXEL_CM
    echo = (echo + 0.8 * np.exp(-((from_cyst / 2.2) ** 2))) * (1 - _edge(-from_cyst)) + 0.008
    from_stone = np.hypot(x - STONE.centre_px[0], y - STONE.centre_px[1]) - STONE.diameter_mm / 20 / PIXEL_CM
    return np.asarray(echo + 7.0 * _edge(-from_stone), np.float32)


def _shadows(x: Floats, y: Floats, depth_cm: Floats) -> Floats:
    """Give what is left of the beam: less with depth, little behind the stone, more behind the cyst."""
    angle = np.arctan2(x - APEX_PX[0], y - APEX_PX[1])
    left = np.exp(-0.035 * depth_cm) * (1 - 0.25 * (angle / np.radians(HALF_ANGLE_DEG)) ** 2)
    for disc, factor in ((STONE, 0.12), (CYST, 1.7)):
        dx, dy = disc.centre_px[0] - APEX_PX[0], disc.centre_px[1] - APEX_PX[1]
        half = disc.diameter_mm / 20 / PIXEL_CM / math.hypot(dx, dy)
        within = np.clip((half - np.abs(angle - math.atan2(dx, dy))) / 0.012 + 0.5, 0, 1)
        behind = np.clip((np.hypot(x - APEX_PX[0], y - APEX_PX[1]) - math.hypot(dx, dy)) / 6, 0, 1)
        left = left * (1 + (factor - 1) * within * behind)
    return np.asarray(left, np.float32)


def _add_flow(rgb: Floats, n: int) -> None:
    """Colour the vessel inside its box: towards the probe red, away blue."""
    x = np.arange(COLUMNS, dtype=np.float32)[None, :]
    y = np.arange(ROWS, dtype=np.float32)[:, None]
    radius = vessel_diameter_mm(n) / 20 / PIXEL_CM
    inside = _edge(radius - 1.5 - np.abs(y - _vessel_axis(x))) * ((x > 300) & (x < 430))
    beat = 0.55 + 0.45 * math.sin(2 * math.pi * 2 * n / FRAMES)
    speed = beat * (1 - np.clip((y - _vessel_axis(x)) / radius, -1, 1) ** 2) * np.sign(np.cos((x - 300) / 52))
    red = np.stack(np.broadcast_arrays(90 + 165 * speed, 150 * speed**2, 0 * speed), axis=-1)
    blue = np.stack(np.broadcast_arrays(0 * speed, 150 * speed**2, 90 - 165 * speed), axis=-1)
    colour = np.where(speed[..., None] > 0, red, blue)
    rgb += inside[..., None] * (colour - rgb)
    cv2.rectangle(rgb, (300, 120), (430, 228), (210, 210, 90), 1)


def _add_scales(rgb: Floats) -> None:
    """Draw the grey bar, the colour bar and a tick for each centimetre of depth."""
    ramp = np.linspace(255, 0, 128, dtype=np.float32)[:, None]
    rgb[24:152, 612:624] = ramp[:, :, None]
    rgb[176:240, 612:624] = np.linspace(1, 0, 64, dtype=np.float32)[:, None, None] * np.array([255, 150, 0])
    rgb[240:304, 612:624] = np.linspace(0, 1, 64, dtype=np.float32)[:, None, None] * np.array([0, 150, 255])
    for centimetre in range(int(DEPTH_CM) + 1):
        row = round(APEX_PX[1] + (centimetre + PROBE_CM) / PIXEL_CM)
        if row < ROWS:
            rgb[row, 584 : 592 if centimetre % 5 else 598] = 200


def _region(kind: int, box: tuple[int, int, int, int], reference: tuple[int, int]) -> Dataset:
    """Describe a calibrated region (PS3.3 C.8.5.5): kind 1 is tissue, 2 is colour flow; units are cm."""
    return item(
        RegionSpatialFormat=1, RegionDataType=kind, RegionFlags=2 if kind == 1 else 3,
        RegionLocationMinX0=box[0], RegionLocationMinY0=box[1], RegionLocationMaxX1=box[2], RegionLocationMaxY1=box[3],
        PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=3, PhysicalDeltaX=PIXEL_CM, PhysicalDeltaY=PIXEL_CM,
        ReferencePixelX0=reference[0], ReferencePixelY0=reference[1],
        ReferencePixelPhysicalValueX=0.0, ReferencePixelPhysicalValueY=0.0, TransducerFrequency=3500,
    )  # fmt: skip


def _header(series: SeriesOf, compressed_bytes: int) -> Dataset:
    ds = new_object(series, US_MULTIFRAME_IMAGE_STORAGE, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0011"]
    ds.PatientOrientation = ""
    ds.NumberOfFrames, ds.FrameTime, ds.FrameIncrementPointer = FRAMES, decimal(FRAME_TIME_MS), 0x00181063
    ds.CineRate, ds.RecommendedDisplayFrameRate = 25, 25
    ds.StartTrim, ds.StopTrim = 1, FRAMES
    ds.TransducerType = "SECTOR_PHASED"
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=8, photometric="YBR_FULL_422")
    apex = (int(APEX_PX[0]), int(APEX_PX[1]))
    tissue = (30, 0, 580, ROWS - 1)
    ds.SequenceOfUltrasoundRegions = DicomSequence(
        [
            _region(1, tissue, (apex[0] - tissue[0], apex[1] - tissue[1])),
            _region(2, (300, 120, 430, 228), (apex[0] - 300, apex[1] - 120)),
        ]
    )
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression, ds.LossyImageCompressionMethod = "01", "ISO_10918_1"
    ds.LossyImageCompressionRatio = decimal(round(ROWS * COLUMNS * 3 * FRAMES / compressed_bytes, 2))
    ds.UltrasoundColorDataPresent = 1
    return ds

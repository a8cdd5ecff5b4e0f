"""An MR of the brain in three planes that cross in one frame of reference, with a capsule on the right temple."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import JPEGLSLossless

from workstation.phantoms.head import Section, paint_head
from workstation.phantoms.headscans import MR_IMAGE_STORAGE
from workstation.phantoms.shapes import Ellipsoid, Floats, Property, Tissue, soft
from workstation.phantoms.writing import (
    SeriesOf,
    Vector,
    complete,
    decimal,
    describe_pixels,
    new_object,
    place_plane,
    put_frames,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

SIZE, PIXEL_MM, STEP_MM, THICKNESS_MM = 256, 0.9, 5.0, 4.0
NOISE = 12.0
AXIAL_TILT_DEG = 12.0
HEAD_ORIGIN_LPS = (1.5, -12.0, 6.0)
CAPSULE = Ellipsoid((-81.0, -22.0, 20.0), (5.0, 5.0, 5.0), bent=False)
"""A capsule of oil stuck to the right side, in the head's own coordinates: bright in every contrast."""
_OIL = Tissue(-80, t1=1250, t2=1250)
_MIDDLE = (0.0, 4.0, 0.0)
_TILT = math.radians(AXIAL_TILT_DEG)

Report = Callable[[int], None]


@dataclass(frozen=True)
class Plane:
    """One series: which way its slices lie, how many there are, and what they weight.

    Parameters
    ----------
    key, folder
        Of the series in the demo study.
    description
        What its technologist called it.
    along_row, along_column
        Direction cosines, LPS.
    count
        Slices, `STEP_MM` from one to the next along the normal, about the middle of the head.
    weighting
        Property of tissues that is shown.
    window
        Centre, width and name.
    timing
        Repetition and echo time, ms; echoes in a train.
    """

    key: str
    folder: str
    description: str
    along_row: Vector
    along_column: Vector
    count: int
    weighting: Property
    window: tuple[float, float, str]
    timing: tuple[str, str, str]
    normal: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "normal", tuple(float(x) for x in np.cross(self.along_row, self.along_column)))

    def number(self, k: int) -> int:
        """Give the number of slice ``k``, from 1: the scanner counts from the head, the front or the right side."""
        main = max(range(3), key=lambda n: abs(self.normal[n]))
        onwards = self.normal[main] * (1, 1, -1)[main] > 0
        return k + 1 if onwards else self.count - k

    def first_voxel(self, k: int) -> tuple[float, float, float]:
        """Give the centre of the first pixel of slice ``k`` in the head's own coordinates, mm."""
        along = (k - (self.count - 1) / 2) * STEP_MM
        half = (SIZE - 1) / 2 * PIXEL_MM
        x, y, z = (
            _MIDDLE[n] + along * self.normal[n] - half * (self.along_row[n] + self.along_column[n]) for n in range(3)
        )
        return x, y, z

    def position_lps(self, k: int) -> Vector:
        """Give the centre of the first pixel of slice ``k``, LPS mm."""
        x, y, z = (a + b for a, b in zip(self.first_voxel(k), HEAD_ORIGIN_LPS, strict=True))
        return x, y, z

    def section(self, k: int) -> Section:
        """Give the plane through the middle of slice ``k``."""
        first = self.first_voxel(k)
        x, y, z = (self._centres(first[n], n) for n in range(3))
        return Section(x, y, z, (PIXEL_MM, PIXEL_MM, PIXEL_MM))

    def _centres(self, first_mm: float, axis: int) -> Floats:
        """Give one coordinate of all pixels; none changes along rows and along columns."""
        steps = np.arange(SIZE, dtype=np.float32) * np.float32(PIXEL_MM)
        if self.along_row[axis]:
            return (np.float32(first_mm) + self.along_row[axis] * steps)[None, :].astype(np.float32)
        if self.along_column[axis]:
            return (np.float32(first_mm) + self.along_column[axis] * steps)[:, None].astype(np.float32)
        return np.full((1, 1), first_mm, np.float32)

    def pixel_of(self, point_mm: Vector) -> tuple[float, float, float]:
        """Give (column, row) and the slice, all from 0, of a point in the head's own coordinates."""
        away = np.subtract(point_mm, self.first_voxel(0))
        column, row = float(away @ np.array(self.along_row)), float(away @ np.array(self.along_column))
        return column / PIXEL_MM, row / PIXEL_MM, float(away @ np.array(self.normal)) / STEP_MM


PLANES = (
    Plane("mr_axial", "mr-planes-axial", "T2 axial", (1.0, 0.0, 0.0),
          (0.0, math.cos(_TILT), -math.sin(_TILT)), 26, "t2", (620, 1240, "Brain"), ("5200", "98", "15")),
    Plane("mr_sagittal", "mr-planes-sagittal", "T1 sagittal", (0.0, 1.0, 0.0),
          (0.0, 0.0, -1.0), 34, "t1", (430, 860, "Brain"), ("520", "9", "1")),
    Plane("mr_coronal", "mr-planes-coronal", "T2 coronal", (1.0, 0.0, 0.0),
          (0.0, 0.0, -1.0), 32, "t2", (620, 1240, "Brain"), ("5600", "101", "15")),
)  # fmt: skip


def write_plane(
    plane: Plane, series: SeriesOf, seed: int, folder: Path, pool: ThreadPoolExecutor, tick: Report
) -> None:
    """Write the slices of one plane."""
    for k, data in enumerate(pool.map(lambda k: _slice(plane, seed, k), range(plane.count))):
        ds = _header(plane, series, k)
        put_frames(ds, [data])
        save(complete(ds, JPEGLSLossless), folder / f"{plane.number(k):04d}.dcm")
        tick(1)


def _slice(plane: Plane, seed: int, k: int) -> bytes:
    section = plane.section(k)
    signal = paint_head(section, plane.weighting)
    cover = soft(CAPSULE.level(section.x_mm, section.y_mm, section.z_mm), PIXEL_MM)  # the head is bent, it is not
    signal += cover * (getattr(_OIL, plane.weighting) - signal)
    rng = np.random.default_rng((seed, 70, PLANES.index(plane), k))
    real, imaginary = rng.standard_normal((2, *signal.shape), np.float32) * np.float32(NOISE)
    stored = np.clip(np.rint(np.hypot(signal + real, imaginary)), 0, 4095).astype(np.uint16)
    return bytes(imagecodecs.jpegls_encode(stored))


def _header(plane: Plane, series: SeriesOf, k: int) -> Dataset:
    ds = new_object(series, MR_IMAGE_STORAGE, plane.number(k))
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    ds.AcquisitionNumber = 1
    ds.ScanningSequence, ds.SequenceVariant, ds.ScanOptions = "SE", "SK", ""
    ds.MRAcquisitionType, ds.SequenceName = "2D", "ARITH2D"
    ds.RepetitionTime, ds.EchoTime, ds.EchoTrainLength = plane.timing
    ds.FlipAngle, ds.NumberOfAverages = "90", "2"
    ds.MagneticFieldStrength, ds.ImagingFrequency, ds.ImagedNucleus, ds.EchoNumbers = "1.5", "63.87", "1H", "1"
    ds.PixelBandwidth, ds.PercentSampling, ds.PercentPhaseFieldOfView = "180", "100", "100"
    ds.SliceThickness, ds.SpacingBetweenSlices = decimal(THICKNESS_MM), decimal(STEP_MM)
    position = plane.position_lps(k)
    ds.SliceLocation = decimal(round(float(np.dot(position, plane.normal)), 6))
    orientation = (*plane.along_row, *plane.along_column)
    place_plane(ds, position=position, orientation=orientation, spacing=(PIXEL_MM, PIXEL_MM))
    describe_pixels(ds, SIZE, SIZE, bits_stored=12)
    show_window(ds, plane.window)
    return ds

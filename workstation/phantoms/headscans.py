"""The scans of the head: a CT with tilted gantry and uneven spacing, and a coronal T1-weighted MR with known bias."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import JPEGLosslessSV1, JPEGLSLossless

from workstation.phantoms.ct import CtLook, Report, quantise, write_ct
from workstation.phantoms.head import Section, paint_head
from workstation.phantoms.noise import NoiseField
from workstation.phantoms.shapes import Floats
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

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
TILT_DEG = 15.0
CT_PIXEL_MM, CT_SIZE = 0.46, 512
CT_HEIGHTS = (*(-45.0 + 3 * n for n in range(14)), *(-1.5 + 6 * n for n in range(15)))
CT_NOISE_HU = 4.0
HEAD_ORIGIN_LPS = (2.5, -140.0, -900.0)
MR_SLICES, MR_SIZE, MR_PIXEL_MM, MR_STEP_MM, MR_FIRST_Y_MM = 92, 256, 1.0, 2.0, -92.0
MR_NOISE = 14.0
BIAS_PER_MM = (0.0014, -0.0011, 0.0012)


def head_ct_positions() -> list[Vector]:
    """Give the centre of the first pixel of each slice, LPS mm, from the feet up."""
    half = (CT_SIZE - 1) / 2 * CT_PIXEL_MM
    tilt = math.radians(TILT_DEG)
    x, y, z = HEAD_ORIGIN_LPS
    return [(x - half, y - half * math.cos(tilt), z + height + half * math.sin(tilt)) for height in CT_HEIGHTS]


def head_ct_thicknesses() -> list[float]:
    """Give the thickness of each slice, mm."""
    return [3.0 if height < -5 else 6.0 for height in CT_HEIGHTS]


def write_head_ct(series: SeriesOf, seed: int, folder: Path, pool: ThreadPoolExecutor, tick: Report) -> None:
    """Write the CT of the head."""
    tilt = math.radians(TILT_DEG)
    look = CtLook(
        folder=folder,
        transfer_syntax=JPEGLosslessSV1,
        thickness_mm=3.0,
        pixel_mm=CT_PIXEL_MM,
        windows=((40, 80, "Brain"), (600, 2800, "Bone")),
        kernel="HEAD",
        tube_ma=280,
        tilt_deg=TILT_DEG,
        orientation=(1, 0, 0, 0, math.cos(tilt), -math.sin(tilt)),
    )
    write_ct(
        series, look, _head_slices(seed, pool), head_ct_positions(), pool, tick, thicknesses_mm=head_ct_thicknesses()
    )


def _head_slices(seed: int, pool: ThreadPoolExecutor) -> Iterator[NDArray[np.int16]]:
    tilt = math.radians(TILT_DEG)
    along = ((np.arange(CT_SIZE) - (CT_SIZE - 1) / 2) * CT_PIXEL_MM).astype(np.float32)

    field = NoiseField(np.random.default_rng((seed, 40)))

    def paint(k: int) -> NDArray[np.int16]:
        section = Section(
            along[None, :],
            (along * math.cos(tilt))[:, None],
            (CT_HEIGHTS[k] - along * math.sin(tilt))[:, None],
            (CT_PIXEL_MM, CT_PIXEL_MM, 1.0),
            stride=2,
        )
        hu = paint_head(section, "hu")
        rng = np.random.default_rng((seed, 40, k))
        return quantise(hu + np.float32(CT_NOISE_HU) * field.part(rng, hu.shape))

    return pool.map(paint, range(len(CT_HEIGHTS)))


def bias(x_mm: Floats, y_mm: Floats | float, z_mm: Floats) -> Floats:
    """Give the factor of the receiving coil, linear in the head's own coordinates (from the middle of the brain)."""
    a, b, c = BIAS_PER_MM
    return np.asarray(1 + a * x_mm + b * y_mm + c * z_mm, np.float32)


def mr_y_mm(k: int) -> float:
    """Give y of a coronal slice in the head's own coordinates, from the front (k = 0) backwards."""
    return MR_FIRST_Y_MM + MR_STEP_MM * k


def write_mr(series: SeriesOf, seed: int, folder: Path, pool: ThreadPoolExecutor, tick: Report) -> None:
    """Write the MR of the brain."""
    half = (MR_SIZE - 1) / 2 * MR_PIXEL_MM
    x, y, z = HEAD_ORIGIN_LPS
    encoded = pool.map(lambda k: _mr_slice(seed, k), range(MR_SLICES))
    for k, data in enumerate(encoded):
        ds = _mr_header(series, k, (x - half, y + mr_y_mm(k), z - 8 + half))
        put_frames(ds, [data])
        save(complete(ds, JPEGLSLossless), folder / f"{k + 1:04d}.dcm")
        tick(1)


def mr_section(k: int) -> Section:
    """Give the plane of a coronal slice."""
    along = ((np.arange(MR_SIZE) - (MR_SIZE - 1) / 2) * MR_PIXEL_MM).astype(np.float32)
    z = (-8 - along)[:, None]
    return Section(along[None, :], np.full_like(z, mr_y_mm(k)), z, (MR_PIXEL_MM, MR_PIXEL_MM, MR_PIXEL_MM))


def _mr_slice(seed: int, k: int) -> bytes:
    section = mr_section(k)
    signal = paint_head(section, "t1") * bias(section.x_mm, mr_y_mm(k), section.z_mm)
    rng = np.random.default_rng((seed, 50, k))
    real, imaginary = rng.standard_normal((2, *signal.shape), np.float32) * np.float32(MR_NOISE)
    magnitude = np.hypot(signal + real, imaginary)  # Rician, as magnitude images are
    stored = np.clip(np.rint(magnitude), 0, 4095).astype(np.uint16)
    return bytes(imagecodecs.jpegls_encode(stored))


def _mr_header(series: SeriesOf, k: int, position: Vector) -> Dataset:
    ds = new_object(series, MR_IMAGE_STORAGE, k + 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    ds.AcquisitionNumber = 1
    ds.ScanningSequence, ds.SequenceVariant, ds.ScanOptions = ["GR", "IR"], ["SP", "MP"], ""
    ds.MRAcquisitionType, ds.SequenceName = "3D", "ARITH3D"
    ds.RepetitionTime, ds.EchoTime, ds.InversionTime = "1900", "3.2", "900"
    ds.EchoTrainLength, ds.FlipAngle, ds.NumberOfAverages = "1", "9", "1"
    ds.MagneticFieldStrength, ds.ImagingFrequency, ds.ImagedNucleus, ds.EchoNumbers = "1.5", "63.87", "1H", "1"
    ds.PixelBandwidth, ds.PercentSampling, ds.PercentPhaseFieldOfView = "180", "100", "100"
    ds.SliceThickness, ds.SpacingBetweenSlices = decimal(MR_STEP_MM), decimal(MR_STEP_MM)
    ds.SliceLocation = decimal(position[1])
    place_plane(ds, position=position, orientation=(1, 0, 0, 0, 0, -1), spacing=(MR_PIXEL_MM, MR_PIXEL_MM))
    describe_pixels(ds, MR_SIZE, MR_SIZE, bits_stored=12)
    show_window(ds, (430, 860, "Brain"))
    return ds

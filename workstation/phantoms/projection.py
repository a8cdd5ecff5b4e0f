"""A chest X-ray: the rays from a point through the trunk of the CT, as a detector sees them."""

from pathlib import Path

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless

from workstation.phantoms.ct import FIRST_Z_MM, PIXEL_MM, SIZE, SLICE_MM, SLICES
from workstation.phantoms.shapes import Floats
from workstation.phantoms.writing import (
    SeriesOf,
    complete,
    decimal,
    describe_pixels,
    new_object,
    put_frames,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

CR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.1"
ROWS, COLUMNS, DETECTOR_MM = 1760, 1760, 0.2
SOURCE_TO_DETECTOR_MM, DETECTOR_Y_MM = 1800.0, -135.0
CENTRE_Z_MM = 32.0
_COARSE = 4
_WATER_PER_MM = 0.0160


@dataclass(frozen=True, slots=True)
class OnDetector:
    """Where a point of the patient falls on the X-ray."""

    column_px: float
    row_px: float
    magnification: float


def project(x_mm: float, y_mm: float, z_mm: float) -> OnDetector:
    """Project a point, LPS mm: the source is behind the patient, the detector in front (PA), seen from the front."""
    magnification = SOURCE_TO_DETECTOR_MM / (SOURCE_TO_DETECTOR_MM - (y_mm - DETECTOR_Y_MM))
    column = (COLUMNS - 1) / 2 + x_mm * magnification / DETECTOR_MM
    row = (ROWS - 1) / 2 - (z_mm - CENTRE_Z_MM) * magnification / DETECTOR_MM
    return OnDetector(column, row, magnification)


def attenuation(hu_kji: NDArray[np.int16]) -> Floats:
    """Give the line integrals of the attenuation on the detector, shape (rows, columns): one plane after another."""
    first = (-(SIZE - 1) / 2) * PIXEL_MM
    total = np.zeros((ROWS // _COARSE, COLUMNS // _COARSE), np.float32)
    step = 2
    for j in range(40, 440, step):
        y = first + (j + (step - 1) / 2) * PIXEL_MM
        if y > 121:
            break
        plane = hu_kji[:, j : j + step].mean(axis=1, dtype=np.float32)
        density = np.clip(plane * np.float32(0.001) + 1, 0, None)
        density += np.clip(density - 1.12, 0, None) * 1.5  # bone takes more than water of the same CT number
        total += cv2.warpAffine(
            density, _to_plane(y), (COLUMNS // _COARSE, ROWS // _COARSE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
    fine = cv2.resize(total, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, np.float32) * np.float32(step * PIXEL_MM * _WATER_PER_MM)


def _to_plane(y_mm: float) -> NDArray[np.float64]:
    """Give the matrix from a coarse detector pixel to (column, slice) of the coronal plane at y."""
    at_origin, away = project(0, y_mm, FIRST_Z_MM), project(1, y_mm, FIRST_Z_MM + 1)
    per_column = 1 / (away.column_px - at_origin.column_px)
    per_row = 1 / (away.row_px - at_origin.row_px)
    x0 = (0.5 * (_COARSE - 1) - at_origin.column_px) * per_column
    z0 = (0.5 * (_COARSE - 1) - at_origin.row_px) * per_row
    return np.array(
        [
            [_COARSE * per_column / PIXEL_MM, 0, x0 / PIXEL_MM + (SIZE - 1) / 2],
            [0, _COARSE * per_row / SLICE_MM, z0 / SLICE_MM],
        ]
    )


def write_x_ray(series: SeriesOf, hu_kji: NDArray[np.int16], seed: int, path: Path) -> None:
    """Write the chest X-ray: MONOCHROME1, so that bone is bright where values are low."""
    if hu_kji.shape != (SLICES, SIZE, SIZE):
        raise ValueError(f"the trunk has shape {hu_kji.shape}")
    integral = attenuation(hu_kji)
    rng = np.random.default_rng((seed, 60))
    quanta = np.exp(-np.minimum(integral, 9)) + 0.012  # what scatters reaches everywhere
    noise = rng.standard_normal(integral.shape, np.float32) * np.float32(0.0035) / np.sqrt(quanta)
    signal = np.log(quanta) + cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 0.6)
    signal += 0.9 * (signal - cv2.blur(signal, (181, 181)))  # contrast evened out, as X-ray stations do
    low, high = np.percentile(signal[::8, ::8], (0.5, 99.5))
    stored = np.clip((signal - low) / (high - low) * 3600 + 250, 0, 4095)
    ds = _header(series)
    pixels = np.rint(stored).astype(np.uint16)
    put_frames(ds, [_lossless(pixels)])
    save(complete(ds, JPEG2000Lossless), path)


def _lossless(pixels: NDArray[np.uint16]) -> bytes:
    return bytes(
        imagecodecs.jpeg2k_encode(pixels, level=0, bitspersample=12, codecformat="j2k", reversible=True, numthreads=2)
    )


def _header(series: SeriesOf) -> Dataset:
    ds = new_object(series, CR_IMAGE_STORAGE, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.AcquisitionNumber = 1
    ds.ViewPosition, ds.PatientOrientation = "PA", ["L", "F"]
    ds.KVP, ds.ExposureTime, ds.XRayTubeCurrent, ds.Exposure = "125", 6, 320, 2
    ds.DistanceSourceToDetector = decimal(SOURCE_TO_DETECTOR_MM)
    ds.DistanceSourceToPatient = decimal(SOURCE_TO_DETECTOR_MM + DETECTOR_Y_MM)
    ds.EstimatedRadiographicMagnificationFactor = decimal(round(project(0, 0, 0).magnification, 6))
    ds.ImagerPixelSpacing = [decimal(DETECTOR_MM)] * 2
    ds.PlateID = "1"
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=12, photometric="MONOCHROME1")
    show_window(ds, (2050, 3700, "Chest"))
    return ds

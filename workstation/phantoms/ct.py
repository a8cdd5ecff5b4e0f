"""CT series: a painted volume with nodules and noise, quantised and written slice by slice."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGLosslessSV1, JPEGLSLossless

from workstation.phantoms.lungs import Nodule
from workstation.phantoms.noise import NoiseField, ct_deviation
from workstation.phantoms.shapes import Floats, SheetGrid
from workstation.phantoms.torso import Torso, paint_nodules
from workstation.phantoms.writing import (
    SeriesOf,
    Vector,
    complete,
    decimal,
    describe_pixels,
    new_object,
    place_plane,
    put_frames,
    put_pixels,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
SLICES, FIRST_Z_MM, SLICE_MM, PIXEL_MM, SIZE = 128, -192.0, 3.0, 0.8, 512
_INTERCEPT = -1024

Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class CtLook:
    """What differs from one CT series to the next.

    ``windows`` are centre, width and name; ``orientation`` is that of the rows, then of the columns.
    """

    folder: Path
    transfer_syntax: UID
    thickness_mm: float
    pixel_mm: float
    windows: tuple[tuple[float, float, str], ...]
    kernel: str
    tube_ma: int
    tilt_deg: float = 0.0
    contrast: bool = False
    orientation: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def trunk_grid() -> SheetGrid:
    """Give the in-plane grid of the trunk's CT."""
    return SheetGrid.centred(SIZE, PIXEL_MM, SLICE_MM)


def slice_heights() -> Floats:
    """Give z of each slice of the trunk, LPS mm, from the feet up."""
    return FIRST_Z_MM + SLICE_MM * np.arange(SLICES)


def paint_trunk(torso: Torso, pool: ThreadPoolExecutor, spheres: Sequence[Nodule], tick: Report) -> NDArray[np.int16]:
    """Paint the trunk without nodules and noise, HU, shape (slices, rows, columns), slices from the feet up."""
    grid = trunk_grid()
    hu = np.empty((SLICES, SIZE, SIZE), np.int16)

    def paint(k: int) -> int:
        z = float(slice_heights()[k])
        values = torso.paint(grid, z, "hu")
        paint_nodules(values, grid, z, spheres, "hu")
        np.rint(values, out=values)
        hu[k] = values
        return k

    for _ in pool.map(paint, range(SLICES)):
        tick(1)
    return hu


def noisy_slices(
    hu_kji: NDArray[np.int16], nodules: Sequence[Nodule], seeds: tuple[int, int], pool: ThreadPoolExecutor
) -> Iterator[NDArray[np.int16]]:
    """Give the slices with nodules and noise, in HU, in order."""
    grid = trunk_grid()
    field = NoiseField(np.random.default_rng(seeds))

    def finish(k: int) -> NDArray[np.int16]:
        rng = np.random.default_rng((*seeds, k))
        values = hu_kji[k].astype(np.float32)
        paint_nodules(values, grid, float(slice_heights()[k]), nodules, "hu")
        deviation = ct_deviation(values, PIXEL_MM, base_hu=11.0)
        return quantise(values + deviation * field.part(rng, values.shape))

    return pool.map(finish, range(len(hu_kji)))


def quantise(hu: Floats) -> NDArray[np.int16]:
    """Round to whole HU within what 12 bits hold."""
    return np.clip(np.rint(hu), _INTERCEPT, _INTERCEPT + 4095).astype(np.int16)


def write_ct(
    series: SeriesOf, look: CtLook, slices: Iterator[NDArray[np.int16]], positions: Sequence[Vector],
    pool: ThreadPoolExecutor, tick: Report, *, thicknesses_mm: Sequence[float] = (),
) -> None:  # fmt: skip
    """Write slices as CT Image objects, numbered from the last (the uppermost) to the first."""
    stored = pool.map(lambda hu: _encoded(hu, look.transfer_syntax), slices)
    for k, (pixels, position) in enumerate(zip(stored, positions, strict=True)):
        number = len(positions) - k
        this = replace(look, thickness_mm=thicknesses_mm[k]) if thicknesses_mm else look
        ds = _ct_header(series, this, number, position, (SIZE, SIZE))
        if isinstance(pixels, bytes):
            put_frames(ds, [pixels])
        else:
            put_pixels(ds, pixels)
        save(complete(ds, look.transfer_syntax), look.folder / f"{number:04d}.dcm")
        tick(1)


def _encoded(hu: NDArray[np.int16], transfer_syntax: UID) -> bytes | NDArray[np.uint16]:
    stored = (hu - np.int16(_INTERCEPT)).astype(np.uint16)
    if transfer_syntax == ExplicitVRLittleEndian:
        return stored
    if transfer_syntax == JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(stored))
    if transfer_syntax == JPEGLosslessSV1:
        return bytes(imagecodecs.ljpeg_encode(stored, bitspersample=12))
    raise ValueError(transfer_syntax)


def _ct_header(series: SeriesOf, look: CtLook, number: int, position: Vector, shape: tuple[int, int]) -> Dataset:
    ds = new_object(series, CT_IMAGE_STORAGE, number)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.AcquisitionNumber, ds.KVP, ds.SliceThickness = 1, "120", decimal(look.thickness_mm)
    ds.SliceLocation = decimal(round(position[2], 4))
    ds.ConvolutionKernel, ds.XRayTubeCurrent = look.kernel, look.tube_ma
    ds.ExposureTime, ds.Exposure = 500, look.tube_ma // 2
    ds.DataCollectionDiameter, ds.ReconstructionDiameter = "500", decimal(round(look.pixel_mm * shape[1], 3))
    ds.GantryDetectorTilt, ds.TableHeight, ds.RotationDirection = decimal(look.tilt_deg), "150", "CW"
    if look.contrast:
        ds.ContrastBolusAgent, ds.ContrastBolusRoute, ds.ContrastBolusVolume = "Arithmetic 300", "IV", "90"
    spacing = (look.pixel_mm, look.pixel_mm)
    place_plane(ds, position=position, orientation=look.orientation, spacing=spacing)
    describe_pixels(ds, *shape, bits_stored=12)
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = decimal(_INTERCEPT), "1", "HU"
    show_window(ds, *look.windows)
    return ds

"""Series of CT slices to measure on, written once per run into a folder of the benchmark's own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from workstation.phantoms.ct import quantise, slice_heights, trunk_grid
from workstation.phantoms.noise import NoiseField
from workstation.phantoms.torso import Torso

SIDE_PX = 512


def trunk_slices(count: int) -> list[NDArray[np.uint16]]:
    """Paint noisy CT slices of the demo patient from the feet up: what a codec makes of them is what a CT costs."""
    torso, grid, field = Torso(np.random.default_rng(1), []), trunk_grid(), NoiseField(np.random.default_rng(2))
    slices = []
    for number, z_mm in enumerate(np.linspace(slice_heights()[0], slice_heights()[-1], count)):
        noise = 11.0 * field.part(np.random.default_rng(number), (SIDE_PX, SIDE_PX))
        slices.append((quantise(torso.paint(grid, float(z_mm), "hu") + noise) + np.int16(1024)).astype(np.uint16))
    return slices


def recorded_slices(count: int) -> list[NDArray[np.uint16]]:
    """Give slices all over a recorded chest CT, as 12 bits above -1024 HU; none where the samples are missing."""
    folder = Path("..", "shared", "data", "ct_chest_lidc0314")
    if not folder.is_dir():
        return []
    heights = []
    for path in sorted(folder.iterdir()):
        dataset = pydicom.dcmread(path)
        stored = dataset.pixel_array.astype(np.int32) * int(dataset.RescaleSlope) + int(dataset.RescaleIntercept) + 1024
        heights.append((float(dataset.ImagePositionPatient[2]), np.clip(stored, 0, 4095).astype(np.uint16)))
    heights.sort(key=lambda each: each[0])
    return [pixels for _, pixels in heights[:: max(1, len(heights) // count)][:count]]


def disc_slices(count: int) -> list[NDArray[np.uint16]]:
    """Give a disc of white noise at different heights: the hardest content for a predictor."""
    return [np.roll(_disc(), number, axis=0) for number in range(count)]


def write_slices(folder: Path, count: int, *, pictures: Sequence[NDArray[np.uint16]] = ()) -> list[Path]:
    """Write ``count`` uncompressed 12-bit slices of one series, 1 mm apart, and give their paths in order.

    ``pictures`` are repeated; without them each slice is a noisy disc.
    """
    folder.mkdir(parents=True)
    pixels = _disc()
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    paths = []
    for number in range(count):
        dataset = _slice(number)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, series, frame
        picture = pictures[number % len(pictures)] if pictures else np.roll(pixels, number, axis=0)
        dataset.PixelData = picture.tobytes()
        paths.append(folder / f"{number:05d}.dcm")
        dataset.save_as(paths[-1], enforce_file_format=True)
    return paths


def _disc() -> NDArray[np.uint16]:
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX] - SIDE_PX / 2
    disc = np.where(np.hypot(rows, columns) < SIDE_PX * 0.4, 1064, 24)
    noise = np.random.default_rng(0).normal(0, 12, disc.shape)
    return np.clip(disc + noise, 0, 4095).astype(np.uint16)


def _slice(number: int) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, generate_uid()
    dataset.PatientName, dataset.PatientID = "Benchmark", "benchmark"
    dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20260101", "120000", "CT"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number + 1
    dataset.ImagePositionPatient = [-180.0, -180.0, float(number)]
    dataset.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    dataset.PixelSpacing, dataset.SliceThickness = [0.7, 0.7], 1.0
    dataset.Rows = dataset.Columns = SIDE_PX
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.RescaleIntercept, dataset.RescaleSlope = -1024, 1
    dataset.WindowCenter, dataset.WindowWidth = 40, 400
    return dataset

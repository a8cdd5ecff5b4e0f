"""Series of CT slices to measure on, written once per run into a folder of the benchmark's own."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid


def write_slices(folder: Path, count: int, *, side_px: int = 512) -> list[Path]:
    """Write ``count`` uncompressed 12-bit slices of one series, 1 mm apart, and give their paths in order."""
    folder.mkdir(parents=True)
    pixels = _pixels(side_px)
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    paths = []
    for number in range(count):
        dataset = _slice(side_px, number)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, series, frame
        dataset.PixelData = np.roll(pixels, number, axis=0).tobytes()
        paths.append(folder / f"{number:05d}.dcm")
        dataset.save_as(paths[-1], enforce_file_format=True)
    return paths


def _pixels(side_px: int) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    rows, columns = np.mgrid[:side_px, :side_px] - side_px / 2
    disc = np.where(np.hypot(rows, columns) < side_px * 0.4, 1064, 24)
    noise = np.random.default_rng(0).normal(0, 12, disc.shape)
    return np.clip(disc + noise, 0, 4095).astype(np.int16)


def _slice(side_px: int, number: int) -> Dataset:
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
    dataset.Rows = dataset.Columns = side_px
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.RescaleIntercept, dataset.RescaleSlope = -1024, 1
    dataset.WindowCenter, dataset.WindowWidth = 40, 400
    return dataset

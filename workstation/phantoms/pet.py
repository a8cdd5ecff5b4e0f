"""PET: uptake of FDG painted like the CT, blurred, made noisy, and written in Bq/ml with all that SUV needs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from workstation.phantoms.ct import Report
from workstation.phantoms.enhanced import code, item
from workstation.phantoms.lungs import Nodule
from workstation.phantoms.noise import blur, pet_noise
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
    put_pixels,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

PET_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.128"
SIZE, PIXEL_MM, SLICES, SLICE_MM, FIRST_Z_MM = 256, 2.0, 96, 4.0, -191.5
BLUR_FWHM_MM = 5.0
NOISE_SHARE = 0.03
_BED_SLICES, _BED_SECONDS = 24, 150


@dataclass(frozen=True, slots=True)
class Injection:
    """The dose and its times (HHMMSS on the day of the study); PS3.3 C.8.9.2.

    ``dose_bq`` is what was injected, at ``injection_time``; images are corrected for decay to ``scan_time``.
    """

    dose_bq: float = 312.0e6
    injection_time: str = "090500"
    scan_time: str = "100730"
    half_life_s: float = 6586.2

    @property
    def elapsed_s(self) -> float:
        """Time from injection to scan, s."""
        return float(_seconds(self.scan_time) - _seconds(self.injection_time))

    def bq_per_ml_of_suv(self, weight_kg: float) -> float:
        """Give the activity concentration at scan time that is an SUVbw of 1 g/ml."""
        return self.dose_bq * 2 ** (-self.elapsed_s / self.half_life_s) / (weight_kg * 1000)


def _seconds(time: str) -> int:
    return int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:6])


def paint_uptake(
    torso: Torso, lesions: Sequence[Nodule], rng: np.random.Generator, pool: ThreadPoolExecutor, tick: Report
) -> Floats:
    """Give the SUV of each voxel, shape (slices, 256, 256), slices from the feet up, with blur and noise."""
    grid = pet_grid()

    def paint(z: float) -> Floats:
        values = torso.paint(grid, z, "suv")
        paint_nodules(values, grid, z, lesions, "suv")
        tick(1)
        return values

    sharp = np.stack(list(pool.map(paint, map(float, slice_heights()))))
    sigma_mm = BLUR_FWHM_MM / 2.3548
    smooth = blur(sharp, (sigma_mm / SLICE_MM, sigma_mm / PIXEL_MM, sigma_mm / PIXEL_MM))
    noise = pet_noise(rng, smooth.shape, 1.1)
    result: Floats = np.maximum(smooth + noise * (NOISE_SHARE * np.sqrt(smooth * 1.5) + np.float32(0.01)), 0)
    return result


def slice_heights() -> Floats:
    """Give z of each slice, LPS mm, from the feet up."""
    return FIRST_Z_MM + SLICE_MM * np.arange(SLICES)


def pet_grid() -> SheetGrid:
    """Give the in-plane grid of the PET."""
    return SheetGrid.centred(SIZE, PIXEL_MM, SLICE_MM)


def write_pet(series: SeriesOf, injection: Injection, suv_kji: Floats, folder: Path, tick: Report) -> Floats:
    """Write slices as PET Image objects, and give the SUV that was really stored, shape (slices, rows, columns)."""
    factor = injection.bq_per_ml_of_suv(series.study.person.weight_kg)
    half = (SIZE - 1) / 2 * PIXEL_MM
    written = np.empty_like(suv_kji)
    for k, (suv, z) in enumerate(zip(suv_kji, slice_heights(), strict=True)):
        number = len(suv_kji) - k
        activity = suv.astype(np.float64) * factor
        slope = float(decimal(float(f"{activity.max() / 32000:.8g}")))
        stored = np.rint(activity / slope).astype(np.int16)
        ds = _pet_header(series, injection, number, len(suv_kji), (-half, -half, float(z)))
        ds.RescaleIntercept, ds.RescaleSlope = "0", decimal(slope)
        show_window(ds, (3.5 * factor, 7 * factor, "SUV 0 to 7"))
        put_pixels(ds, stored)
        save(complete(ds), folder / f"{number:04d}.dcm")
        written[k] = stored * (slope / factor)
        tick(1)
    return written


def _pet_header(series: SeriesOf, injection: Injection, number: int, count: int, position: Vector) -> Dataset:
    ds = new_object(series, PET_IMAGE_STORAGE, number)
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.SeriesType, ds.Units, ds.CountsSource = ["WHOLE BODY", "IMAGE"], "BQML", "EMISSION"
    ds.NumberOfSlices, ds.ImageIndex = count, number
    ds.CorrectedImage = ["NORM", "DTIM", "RAN", "SCAT", "ATTN", "DECY"]
    ds.DecayCorrection, ds.CollimatorType = "START", "NONE"
    ds.RandomsCorrectionMethod, ds.AttenuationCorrectionMethod = "SING", "measured, CT"
    ds.ScatterCorrectionMethod, ds.ReconstructionMethod = "Model based", "OSEM 3i24s"
    _describe_bed(ds, injection, (number - 1) // _BED_SLICES)
    ds.RadiopharmaceuticalInformationSequence = _radiopharmaceutical(series, injection)
    _describe_posture(ds)
    ds.SliceThickness, ds.SliceLocation = decimal(SLICE_MM), decimal(position[2])
    place_plane(ds, position=position, orientation=(1, 0, 0, 0, 1, 0), spacing=(PIXEL_MM, PIXEL_MM))
    describe_pixels(ds, SIZE, SIZE, bits_stored=16, signed=True)
    return ds


def _describe_bed(ds: Dataset, injection: Injection, bed: int) -> None:
    """Fill in when a bed position was measured: later ones are corrected back to the start of the series."""
    start = _seconds(injection.scan_time) + bed * _BED_SECONDS
    rate = np.log(2) / injection.half_life_s
    middle_s = -np.log((1 - np.exp(-rate * _BED_SECONDS)) / (rate * _BED_SECONDS)) / rate
    ds.AcquisitionTime = f"{start // 3600:02d}{start // 60 % 60:02d}{start % 60:02d}"
    ds.ActualFrameDuration = str(_BED_SECONDS * 1000)
    ds.FrameReferenceTime = decimal(round((bed * _BED_SECONDS + middle_s) * 1000, 1))
    ds.DecayFactor = decimal(round(float(np.exp(rate * (bed * _BED_SECONDS + middle_s))), 7))


def _radiopharmaceutical(series: SeriesOf, injection: Injection) -> DicomSequence:
    return DicomSequence(
        [
            item(
                Radiopharmaceutical="Fluorodeoxyglucose",
                RadiopharmaceuticalStartTime=injection.injection_time,
                RadiopharmaceuticalStartDateTime=series.study.date + injection.injection_time,
                RadionuclideTotalDose=decimal(injection.dose_bq),
                RadionuclideHalfLife=decimal(injection.half_life_s),
                RadionuclidePositronFraction="0.967",
                RadionuclideCodeSequence=code("77004003", "SCT", "^18^Fluorine"),
                RadiopharmaceuticalCodeSequence=code("35321007", "SCT", "Fluorodeoxyglucose F^18^"),
            )
        ]
    )


def _describe_posture(ds: Dataset) -> None:
    """Say that the patient lies on the back, head first (PS3.3 C.8.4.6)."""
    lying = code("102538003", "SCT", "recumbent")
    lying[0].PatientOrientationModifierCodeSequence = code("40199007", "SCT", "supine")
    ds.PatientOrientationCodeSequence = lying
    ds.PatientGantryRelationshipCodeSequence = code("102540008", "SCT", "headfirst")

"""Dose grids made by arithmetic, over the small volumes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.objects.writing import complete, new_uid

SCALING = 0.001


def dose_object(
    values: NDArray[np.floating],
    origin: tuple[float, float, float],
    spacing: tuple[float, float, float],
    *,
    frame_of_reference_uid: str,
    orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0),
    offsets: list[float] | None = None,
    **attributes: Any,
) -> Dataset:
    """A dose (planes, rows, columns) in Gy; ``spacing`` between planes, rows and columns in mm."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.2", new_uid()
    ds.Modality, ds.PatientID, ds.PatientName = "RTDOSE", "SMALL", "Phantom^Small"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = new_uid(), new_uid(), frame_of_reference_uid
    ds.SeriesNumber = ds.InstanceNumber = 1
    ds.ImagePositionPatient, ds.ImageOrientationPatient = list(origin), list(orientation)
    ds.PixelSpacing = list(spacing[1:])
    ds.NumberOfFrames, ds.Rows, ds.Columns = values.shape
    ds.FrameIncrementPointer = 0x3004000C
    ds.GridFrameOffsetVector = offsets or [number * spacing[0] for number in range(len(values))]
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 32, 32, 31
    ds.DoseUnits, ds.DoseType, ds.DoseSummationType, ds.DoseGridScaling = "GY", "PHYSICAL", "PLAN", SCALING
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    ds.PixelData = np.rint(values / SCALING).astype("<u4").tobytes()
    ds["PixelData"].VR = "OW"
    return complete(ds)

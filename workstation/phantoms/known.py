"""Single images of given pixels, for checks whose answers are known beforehand: CT, PET, X-rays, ultrasound, masks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from workstation.phantoms.enhanced import item
from workstation.phantoms.writing import (
    Person,
    SeriesOf,
    StudyOf,
    Vector,
    complete,
    decimal,
    describe_pixels,
    new_object,
    place_plane,
    put_pixels,
    uid_of,
)

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
PET_IMAGE = "1.2.840.10008.5.1.4.1.1.128"
CR_IMAGE = "1.2.840.10008.5.1.4.1.1.1"
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_CLASSES = {"CT": CT_IMAGE, "PT": PET_IMAGE, "CR": CR_IMAGE, "US": US_IMAGE}
_PERSON = Person(name="Known^Answers", patient_id="KNOWN-1", weight_kg=70.0, size_m=1.75)


def known_series(name: str, modality: str = "CT", *, has_place: bool = True) -> SeriesOf:
    """Give the series of a name; all of them are of one study and one frame of reference."""
    study = StudyOf(_PERSON, uid_of("known", "study"), "1", "20250101", "110000", "Known answers", "K0001", "050Y")
    space = uid_of("known", "frame of reference") if has_place else ""
    return SeriesOf(
        study, uid_of("known", name), 1, modality, name, "110000", "CHEST", "Known Answers", space,
        "HFS" if has_place else "",
    )  # fmt: skip


def known_image(
    name: str,
    pixels: NDArray[np.generic],
    *,
    modality: str = "CT",
    spacing_mm: tuple[float, float] | None = (1.0, 1.0),
    position_lps: Vector = (0.0, 0.0, 0.0),
    orientation: Sequence[float] = AXIAL,
    rescale: tuple[float, float, str] | None = (1.0, 0.0, "HU"),
    number: int = 1,
    **attributes: Any,
) -> Dataset:
    """Make an image.

    Parameters
    ----------
    name
        Of its series.
    pixels
        (rows, columns) of stored values: uint8, uint16, int16; or (rows, columns, 3) of uint8 for colours.
    modality
        CT, PT, CR or US: which decides the class of the object.
    spacing_mm
        Between rows, between columns; None leaves out the whole Image Plane module.
    position_lps, orientation
        Centre of the first pixel, mm; cosines along a row, then down a column.
    rescale
        Slope, intercept and type; None leaves them out.
    number
        Instance Number.
    attributes
        By keyword: what else the header has, in place of what it had; None takes an attribute out.
    """
    series = known_series(name, modality, has_place=spacing_mm is not None)
    ds = new_object(series, _CLASSES[modality], number)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    if spacing_mm is not None:
        place_plane(ds, position=position_lps, orientation=orientation, spacing=spacing_mm)
    rows, columns = pixels.shape[:2]
    bits = 8 * pixels.dtype.itemsize
    photometric = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    describe_pixels(ds, rows, columns, bits_stored=bits, signed=pixels.dtype.kind == "i", photometric=photometric)
    if rescale is not None and pixels.ndim == 2:
        ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = decimal(rescale[0]), decimal(rescale[1]), rescale[2]
    put_pixels(ds, pixels)
    for keyword, value in attributes.items():
        if value is None:
            ds.pop(keyword, None)
        else:
            setattr(ds, keyword, value)
    return complete(ds)


def known_stack(
    name: str, values_kji: NDArray[np.generic], *, step_mm: float, thickness_mm: float, **others: Any
) -> list[Dataset]:
    """Make axial slices, one above the other, ``step_mm`` apart, whatever their thickness; otherwise `known_image`."""
    return [
        known_image(
            name,
            values,
            position_lps=(0.0, 0.0, step_mm * k),
            number=k + 1,
            SliceThickness=decimal(thickness_mm),
            **others,
        )
        for k, values in enumerate(values_kji)
    ]


def known_pet(name: str, pixels: NDArray[np.generic], injection: dict[str, Any], **attributes: Any) -> Dataset:
    """Make a PET image; ``injection`` is the item of Radiopharmaceutical Information Sequence, by keyword."""
    plain: dict[str, Any] = {
        "Units": "BQML",
        "DecayCorrection": "START",
        "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"],
        "ActualFrameDuration": "300000",
        "RescaleType": None,
        "RadiopharmaceuticalInformationSequence": DicomSequence([item(**injection)]),
    }
    return known_image(name, pixels, modality="PT", **{**plain, **attributes})


def known_region(rectangle_px: tuple[int, int, int, int], **attributes: Any) -> Dataset:
    """Make an item of Sequence of Ultrasound Regions: left, top, right, bottom, and what its axes count."""
    left, top, right, bottom = rectangle_px
    plain = {"RegionSpatialFormat": 1, "RegionDataType": 1, "RegionFlags": 0}
    corners = {"RegionLocationMinX0": left, "RegionLocationMinY0": top}
    others = {"RegionLocationMaxX1": right, "RegionLocationMaxY1": bottom}
    return item(**{**plain, **corners, **others, **attributes})


def known_mask(slices: Sequence[Dataset], inside_kji: NDArray[np.bool_], step_mm: float) -> Dataset:
    """Make a binary segmentation with one segment, a frame for each slice (PS3.3 C.8.20)."""
    first = slices[0]
    series = known_series("mask", "SEG")
    ds = new_object(series, SEGMENTATION, 1)
    ds.ImageType = ["DERIVED", "PRIMARY"]
    describe_pixels(ds, *inside_kji.shape[1:], bits_stored=8)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.NumberOfFrames = 1, 1, 0, len(inside_kji)
    ds.SegmentationType, ds.ContentLabel = "BINARY", "MASK"
    ds.SegmentSequence = DicomSequence(
        [item(SegmentNumber=1, SegmentLabel="Known", SegmentAlgorithmType="MANUAL")],
    )
    measures = item(PixelSpacing=first.PixelSpacing, SliceThickness="1", SpacingBetweenSlices=decimal(step_mm))
    shared = item(
        PixelMeasuresSequence=DicomSequence([measures]),
        PlaneOrientationSequence=DicomSequence([item(ImageOrientationPatient=first.ImageOrientationPatient)]),
        SegmentIdentificationSequence=DicomSequence([item(ReferencedSegmentNumber=1)]),
    )
    ds.SharedFunctionalGroupsSequence = DicomSequence([shared])
    ds.PerFrameFunctionalGroupsSequence = DicomSequence(
        [
            item(PlanePositionSequence=DicomSequence([item(ImagePositionPatient=each.ImagePositionPatient)]))
            for each in slices
        ]
    )
    put_pixels(ds, np.packbits(inside_kji.reshape(-1), bitorder="little"))
    return complete(ds)

"""Warnings about an image: said where they hold, silent where all is well, and in plain words."""

from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import JPEG2000, UID, ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEGLSNearLossless

from workstation.display.warnings import LONGEST, all_warnings, header_warnings, lossy_text, spacing_warning
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.image import Image


def header(syntax: str = ExplicitVRLittleEndian, **values: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    return dataset


@pytest.mark.parametrize(
    ("syntax", "values", "said"),
    [
        (ExplicitVRLittleEndian, {}, ""),
        (ExplicitVRLittleEndian, {"LossyImageCompression": "00"}, ""),
        (
            ExplicitVRLittleEndian,
            {
                "LossyImageCompression": "01",
                "LossyImageCompressionRatio": 12.5,
                "LossyImageCompressionMethod": "ISO_10918_1",
            },
            "Lossy compression 12.5:1 (JPEG)",
        ),
        (
            JPEG2000,
            {
                "LossyImageCompression": "01",
                "LossyImageCompressionRatio": [10, 4],
                "LossyImageCompressionMethod": ["ISO_10918_1", "ISO_15444_1"],
            },
            "Lossy compression 10:1 (JPEG), then 4:1 (JPEG 2000)",
        ),
        (ExplicitVRLittleEndian, {"LossyImageCompression": "01"}, "Lossy compression, ratio not told"),
        (JPEGBaseline8Bit, {}, "Lossy compression (JPEG), ratio not told"),
        (JPEGBaseline8Bit, {"LossyImageCompression": "00"}, "Lossy compression (JPEG), ratio not told"),
        (JPEGLSNearLossless, {}, "Lossy compression (JPEG-LS), ratio not told"),
        (JPEG2000, {}, "Lossy compression (JPEG 2000), ratio not told"),
        (JPEG2000, {"LossyImageCompression": "00"}, ""),
        (
            ExplicitVRLittleEndian,
            {"LossyImageCompression": "01", "LossyImageCompressionRatio": 0, "LossyImageCompressionMethod": "MINE\x1b"},
            "Lossy compression (MINE)",
        ),
    ],
)
def test_that_lossy_compression_is_told_with_each_step(syntax: str, values: dict[str, Any], said: str) -> None:
    assert lossy_text(header(syntax, **values)) == said


@pytest.mark.parametrize(
    ("spacing", "said"),
    [
        (Spacing(1, 1, SpacingSource.PIXEL_SPACING), ""),
        (Spacing(1, 1, SpacingSource.ULTRASOUND_REGION), ""),
        (Spacing(), "No pixel spacing: lengths are in pixels"),
        (Spacing(4 / 3, 1, SpacingSource.ASPECT_RATIO), "Only the shape of the pixels is known: lengths are in pixels"),
        (Spacing(1, 1, SpacingSource.IMAGER, "x"), "Lengths are those at the detector: the patient is smaller"),
        (
            Spacing(1, 1, SpacingSource.IMAGER_MAGNIFIED, "magnification 1.2 (estimated magnification)"),
            "Lengths are estimated (magnification 1.2)",
        ),
        (
            Spacing(1, 1, SpacingSource.CALIBRATED, "Fiducial – ruler"),
            "Pixel spacing was calibrated (Fiducial – ruler)",
        ),
        (
            Spacing(1, 1, SpacingSource.NOMINAL_SCANNED, "of the scanned film"),
            "Pixel spacing is that of the scanned film",
        ),
    ],
)
def test_that_the_source_of_a_spacing_is_told_where_it_matters(spacing: Spacing, said: str) -> None:
    assert spacing_warning(spacing) == said


def test_that_every_source_is_either_plain_or_told() -> None:
    silent = {each for each in SpacingSource if not spacing_warning(Spacing(1, 1, each))}
    assert silent == {SpacingSource.PIXEL_SPACING, SpacingSource.ULTRASOUND_REGION}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY"]}, ()),
        ({"ImageType": ["DERIVED", "SECONDARY"]}, ("Derived image, not as acquired",)),
        ({"ImageType": ["DERIVED"], "DerivationDescription": "MIP 10 mm"}, ("Derived image: MIP 10 mm",)),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, ("Secondary capture, not the original image",)),
        (
            {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.2", "ConversionType": "DF"},
            ("Secondary capture: digitized film",),
        ),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.4"}, ()),
        ({"BurnedInAnnotation": "YES"}, ("Text is burned into the image; it may name the patient",)),
        ({"BurnedInAnnotation": "NO"}, ()),
    ],
)
def test_that_what_is_not_as_acquired_is_told(values: dict[str, Any], said: tuple[str, ...]) -> None:
    assert header_warnings(header(**values)) == said


def test_that_warnings_stand_once_cleaned_and_bounded_with_geometry_first() -> None:
    together = all_warnings(
        ("Derived\x1b[31m image", "x" * 500), stack=("1 slice missing", "1 slice missing"), presentation=("No LUT", "")
    )
    assert together[:3] == ("1 slice missing", "No LUT", "Derived[31m image")
    assert len(together) == 4
    assert max(len(each) for each in together) == LONGEST


def test_that_real_images_get_the_warnings_that_hold(shared_data: Path) -> None:
    with Image.open(shared_data / "xa" / "jpeg_baseline_8bit.dcm") as image:
        told = header_warnings(image.dataset, image.spacing())
    assert any(each.startswith("Lossy compression") for each in told)
    slices = sorted((shared_data / "ct_chest_lidc0314").rglob("*.dcm"))
    with Image.open(slices[0]) as image:
        assert header_warnings(image.dataset, image.spacing()) == ()

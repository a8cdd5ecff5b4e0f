"""What lengths are made with: header, region, line or a person's word, and what each is told as."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydicom import Dataset

from tests.unit.model import built_files as built
from workstation.errors import UserError
from workstation.measure.calibration import Calibration, calibration_at, spacing_facts
from workstation.measure.given import Given
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.image import Image
from workstation.model.pixels.ultrasound import AxisUnit, RegionAxis, RegionFormat, UltrasoundRegion
from workstation.model.source import BytesSource

NO_SPACING = Spacing()
HERE = ((10.0, 10.0), (13.0, 14.0))
LENGTH = RegionAxis(AxisUnit.CENTIMETRES, 0.05)
TISSUE = UltrasoundRegion((0, 0, 199, 99), RegionFormat.TWO_DIMENSIONAL, LENGTH, LENGTH, is_transparent=True)
FLOW = UltrasoundRegion((50, 20, 99, 59), RegionFormat.TWO_DIMENSIONAL, LENGTH, LENGTH)
TIME = RegionAxis(AxisUnit.SECONDS, 0.004, 0.0)
M_MODE = UltrasoundRegion((0, 100, 199, 149), RegionFormat.M_MODE, TIME, RegionAxis(AxisUnit.CENTIMETRES, 0.02, 100.0))
VELOCITY = RegionAxis(AxisUnit.CENTIMETRES_PER_SECOND, -1.5, 170.0)
SPECTRAL = UltrasoundRegion((0, 150, 199, 199), RegionFormat.SPECTRAL, TIME, VELOCITY)


def frame(spacing: Spacing = NO_SPACING) -> Frame:
    return Frame(np.zeros((200, 200), np.uint8), "MONOCHROME2", 8, spacing)


def line(points: tuple[tuple[float, float], tuple[float, float]], known_mm: float) -> Annotation:
    return Annotation(f"{known_mm}", "calibration", "1.2", 0, points, (0.0, 0.0), known_mm=known_mm)


def of_header(**values: Any) -> Calibration:
    image = Image.from_source(BytesSource(built.native_file(built.grey(), **values)))
    facts = spacing_facts(image)
    return calibration_at(image.frame(), HERE, regions=facts.regions, detector=facts.detector, doubts=facts.doubts)


def length_mm(found: Calibration, ends: tuple[tuple[float, float], tuple[float, float]]) -> float:
    across, down = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
    return math.hypot(across * found.spacing.between_columns, down * found.spacing.between_rows)


@pytest.mark.parametrize(
    ("values", "sentence", "distances"),
    [
        ({"PixelSpacing": [0.5, 0.25]}, "Pixel Spacing (0028,0030): 0.5 x 0.25 mm", (0.5, 0.25)),
        (
            {"PixelSpacing": [0.4, 0.4], "ImagerPixelSpacing": [0.5, 0.5], "PixelSpacingCalibrationType": "FIDUCIAL"},
            "Pixel Spacing (0028,0030), calibrated: 0.4 mm (Fiducial)",
            (0.4, 0.4),
        ),
        (
            {
                "PixelSpacing": [0.4, 0.4],
                "ImagerPixelSpacing": [0.5, 0.5],
                "PixelSpacingCalibrationType": "GEOMETRY",
                "PixelSpacingCalibrationDescription": "table height",
            },
            "Pixel Spacing (0028,0030), calibrated: 0.4 mm (Geometry – table height)",
            (0.4, 0.4),
        ),
        (
            {"ImagerPixelSpacing": [0.3, 0.3], "EstimatedRadiographicMagnificationFactor": 1.5},
            "Imager Pixel Spacing (0018,1164) divided by the magnification: 0.2 mm, "
            "magnification 1.5 (estimated magnification)",
            (0.2, 0.2),
        ),
        (
            {"ImagerPixelSpacing": [0.3, 0.3], "EstimatedRadiographicMagnificationFactor": 1},
            "Imager Pixel Spacing (0018,1164): 0.3 mm, magnification 1 (estimated magnification)",
            (0.3, 0.3),
        ),
        (
            {"NominalScannedPixelSpacing": [0.1, 0.1]},
            "Nominal Scanned Pixel Spacing (0018,2010): 0.1 mm (of the scanned film)",
            (0.1, 0.1),
        ),
    ],
)
def test_that_a_length_says_which_attribute_it_was_made_with(
    values: dict[str, Any], sentence: str, distances: tuple[float, float]
) -> None:
    found = of_header(**values)
    assert found.is_metric
    assert found.sentence == sentence
    assert (found.spacing.between_rows, found.spacing.between_columns) == pytest.approx(distances)


def test_that_the_spacing_at_the_detector_is_told_as_such() -> None:
    found = of_header(ImagerPixelSpacing=[0.3, 0.3])
    assert found.spacing.source is SpacingSource.IMAGER
    assert any("on the detector" in note for note in found.notes)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["0", "0"], "above 0"),
        (["-0.5", "-0.5"], "above 0"),
        (["0.5", "0"], "above 0"),
        (["1e9", "1e9"], "which no image has"),
        (["1e-9", "1e-9"], "which no image has"),
    ],
)
def test_that_a_spacing_that_cannot_be_gives_pixels_and_says_so(wrong: list[str], said: str) -> None:
    found = of_header(PixelSpacing=wrong)
    assert not found.is_metric
    assert (found.spacing.between_rows, found.spacing.between_columns) == (1, 1)
    assert any(said in note and "Pixel Spacing (0028,0030)" in note for note in found.notes)
    assert found.notes[0] == "No spacing in the file: lengths are in pixels."


def test_that_pixels_taller_than_wide_stay_so_where_no_distance_is_known() -> None:
    found = of_header(PixelAspectRatio=[4, 3])
    assert not found.is_metric
    assert found.spacing.between_rows / found.spacing.between_columns == pytest.approx(4 / 3)
    assert "times as high as wide" in found.notes[0]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"Modality": "DX", "PixelSpacing": [0.2, 0.2]}, "does not say whether Pixel Spacing holds at the detector"),
        (
            {"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.2, 0.2], "PixelSpacingCalibrationType": "GEOMETRY"},
            "equals Imager Pixel Spacing although it is said to be calibrated (GEOMETRY)",
        ),
        ({"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.3, 0.3]}, "does not say how"),
        (
            {"PixelSpacing": [0.4, 0.4], "ImagerPixelSpacing": [0.3, 0.3], "PixelSpacingCalibrationType": "GEOMETRY"},
            "larger than at the detector",
        ),
        (
            {
                "PixelSpacing": [0.25, 0.25],
                "ImagerPixelSpacing": [0.5, 0.5],
                "PixelSpacingCalibrationType": "FIDUCIAL",
                "EstimatedRadiographicMagnificationFactor": 1.5,
            },
            "Magnification Factor 1.5 makes 0.3333 mm",
        ),
        (
            {"ImagerPixelSpacing": [0.3, 0.3], "EstimatedRadiographicMagnificationFactor": 0.4},
            "A magnification of 0.4 (estimated magnification) cannot be",
        ),
        ({"PixelSpacing": [0.5, 0.5], "PixelAspectRatio": [2, 1]}, "Pixel Spacing was used"),
    ],
)
def test_that_contradictions_of_a_header_are_told(values: dict[str, Any], said: str) -> None:
    assert any(said in note for note in of_header(**values).notes)


def test_that_a_plain_ct_has_nothing_to_be_told() -> None:
    assert of_header(Modality="CT", PixelSpacing=[0.5, 0.5]).notes == ()


def test_that_an_enhanced_xray_frame_has_its_own_detector_and_distances() -> None:
    properties, geometry, shared = Dataset(), Dataset(), Dataset()
    properties.ImagerPixelSpacing = [0.3, 0.3]
    geometry.DistanceSourceToDetector, geometry.DistanceSourceToIsocenter = 1000.0, 750.0
    shared.FramePixelDataPropertiesSequence, shared.XRayGeometrySequence = [properties], [geometry]
    found = of_header(Modality="XA", SharedFunctionalGroupsSequence=[shared])
    assert found.spacing.between_rows == pytest.approx(0.225)
    assert "isocentre" in found.spacing.note


# Ultrasound: each region has axes of its own.


def test_that_a_length_in_tissue_has_the_scale_of_its_region() -> None:
    found = calibration_at(frame(), HERE, regions=[TISSUE, M_MODE, SPECTRAL])
    assert found.spacing.source is SpacingSource.ULTRASOUND_REGION
    assert length_mm(found, HERE) == pytest.approx(2.5)
    assert "2D, columns 0 to 199, rows 0 to 99" in found.sentence


def test_that_an_m_mode_gives_time_across_and_depth_down() -> None:
    found = calibration_at(frame(), [(10, 110), (60, 120)], regions=[TISSUE, M_MODE, SPECTRAL])
    assert not found.is_metric
    assert found.across is not None
    assert found.down is not None
    assert (found.across.unit.ucum, found.down.unit.ucum) == ("s", "mm")
    assert found.across.difference(10, 60) == pytest.approx(0.2)
    assert found.down.difference(110, 120) == pytest.approx(2.0)
    assert "M mode" in found.sentence


def test_that_a_spectrum_gives_time_and_velocity_against_its_baseline() -> None:
    found = calibration_at(frame(), [(10, 160)], regions=[TISSUE, M_MODE, replace(SPECTRAL, correction_angle_deg=60.0)])
    assert found.down is not None
    assert found.down.unit.ucum == "cm/s"
    assert found.down.value(160) == pytest.approx(15.0)
    assert found.down.value(170) == pytest.approx(0.0)
    assert "60°" in found.notes[0]


def test_that_points_in_different_regions_are_refused_with_both_named() -> None:
    with pytest.raises(UserError, match=r"2D, columns 0 to 199.*M mode"):
        calibration_at(frame(), [(10, 10), (10, 120)], regions=[TISSUE, M_MODE, SPECTRAL])


def test_that_a_point_outside_all_regions_and_one_inside_have_no_length() -> None:
    half = replace(TISSUE, rectangle_px=(0, 0, 99, 99))
    with pytest.raises(UserError, match="none"):
        calibration_at(frame(), [(10, 10), (150, 10)], regions=[half])


def test_that_outside_every_region_lengths_are_pixels_whatever_the_header_says() -> None:
    spacing = Spacing(0.5, 0.5, SpacingSource.PIXEL_SPACING)
    found = calibration_at(
        frame(spacing), [(150, 10), (150, 20)], regions=[replace(TISSUE, rectangle_px=(0, 0, 99, 99))]
    )
    assert not found.is_metric
    assert "outside every ultrasound region" in found.notes[0]


def test_that_a_line_from_tissue_into_its_colour_box_has_the_scale_of_the_tissue() -> None:
    found = calibration_at(frame(), [(10, 30), (60, 30)], regions=[TISSUE, FLOW])
    assert length_mm(found, ((10, 30), (60, 30))) == pytest.approx(25.0)


def test_that_a_line_into_a_box_of_another_scale_is_refused() -> None:
    zoomed = replace(FLOW, across=RegionAxis(AxisUnit.CENTIMETRES, 0.02), down=RegionAxis(AxisUnit.CENTIMETRES, 0.02))
    with pytest.raises(UserError, match="different ultrasound regions"):
        calibration_at(frame(), [(10, 30), (60, 30)], regions=[TISSUE, zoomed])


def test_that_side_by_side_pictures_of_one_scale_have_no_length_between_them() -> None:
    left, right = replace(TISSUE, rectangle_px=(0, 0, 99, 99)), replace(TISSUE, rectangle_px=(100, 0, 199, 99))
    with pytest.raises(UserError, match="different ultrasound regions"):
        calibration_at(frame(), [(50, 10), (150, 10)], regions=[left, right])


def test_that_a_region_that_is_not_transparent_lies_over_one_that_is() -> None:
    over = replace(SPECTRAL, rectangle_px=(0, 50, 199, 99), is_transparent=False)
    found = calibration_at(frame(), [(10, 60)], regions=[TISSUE, over])
    assert found.across is not None


def test_that_a_region_without_units_has_no_say() -> None:
    whole = UltrasoundRegion((0, 0, 199, 199))
    assert calibration_at(frame(), HERE, regions=[whole, TISSUE]).is_metric


def _item(**values: Any) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat, item.RegionFlags = 3, 1
    item.RegionLocationMinX0, item.RegionLocationMinY0 = 0, 0
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 9, 11
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = 4, 7
    item.PhysicalDeltaX, item.PhysicalDeltaY = 0.01, -2.0
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def test_that_reference_pixel_and_value_give_the_zero_of_an_axis() -> None:
    item = _item(RegionLocationMinY0=2, ReferencePixelX0=0, ReferencePixelY0=5, ReferencePixelPhysicalValueY=10.0)
    image = Image.from_source(BytesSource(built.native_file(built.grey(), SequenceOfUltrasoundRegions=[item])))
    (region,) = image.ultrasound_regions()
    assert region.is_transparent
    # Row 2 + 5 is 10 cm/s, and a row further down is 2 cm/s less: 0 is five rows below.
    assert region.down.zero_px == pytest.approx(12.0)
    assert region.across.zero_px == 0.0
    assert (region.format, region.down.unit) == (RegionFormat.SPECTRAL, AxisUnit.CENTIMETRES_PER_SECOND)


@pytest.mark.parametrize(
    "values",
    [
        {"RegionLocationMaxX1": 0, "RegionLocationMinX0": 5},
        {"PhysicalUnitsXDirection": 99, "PhysicalUnitsYDirection": 0},
        {"PhysicalDeltaX": 0.0, "PhysicalDeltaY": math.nan},
        {"RegionSpatialFormat": 77},
    ],
)
def test_that_odd_regions_give_pixels_or_what_can_be_known_of_them(values: dict[str, Any]) -> None:
    assert not of_header(SequenceOfUltrasoundRegions=[_item(**values)]).is_metric


# Lines of known length, and what a person gives.


def test_that_a_drawn_line_scales_the_image_alike_in_every_direction() -> None:
    found = calibration_at(frame(), HERE, lines=[line(((0, 0), (0, 50)), 100.0)])
    assert found.spacing == Spacing(2.0, 2.0, SpacingSource.USER_LINE, found.spacing.note)
    assert "100 mm for 50 widths of pixels, the same in every direction" in found.sentence
    assert any("taken for square" in note for note in found.notes)


def test_that_a_drawn_line_keeps_the_shape_of_pixels() -> None:
    tall = frame(Spacing(2.0, 1.0, SpacingSource.ASPECT_RATIO))
    ends = ((0.0, 0.0), (30.0, 20.0))  # 30 wide and 40 high, in widths of pixels
    found = calibration_at(tall, HERE, lines=[line(ends, 25.0)])
    assert length_mm(found, ends) == pytest.approx(25.0)
    assert (found.spacing.between_rows, found.spacing.between_columns) == pytest.approx((1.0, 0.5))
    assert not any("square" in note for note in found.notes)


def test_that_the_last_of_contradicting_lines_counts_and_the_other_is_told() -> None:
    both = [line(((0, 0), (50, 0)), 100.0), line(((0, 0), (50, 0)), 50.0)]
    found = calibration_at(frame(Spacing(0.5, 0.5, SpacingSource.PIXEL_SPACING)), HERE, lines=both)
    assert found.spacing.between_columns == pytest.approx(1.0)
    assert any("Another calibration line" in note for note in found.notes)
    assert any("It replaces the header's: Pixel Spacing (0028,0030): 0.5 mm." in note for note in found.notes)


def test_that_a_line_comes_before_the_region_and_a_persons_word_before_the_line() -> None:
    known = [line(((0, 0), (50, 0)), 100.0)]
    assert calibration_at(frame(), HERE, regions=[TISSUE], lines=known).spacing.source is SpacingSource.USER_LINE
    found = calibration_at(frame(), HERE, regions=[TISSUE], lines=known, given=Given.parse("0.5,0.7"))
    assert found.spacing == Spacing(0.5, 0.7, SpacingSource.USER)
    assert found.sentence == "a distance of pixels given by the user: 0.5 x 0.7 mm"


@pytest.mark.parametrize(
    ("text", "rows", "columns"),
    [
        ("0.5", 0.5, 0.5),
        ("0.5,0.7", 0.5, 0.7),
        ("0.05cm", 0.5, 0.5),
        ("0.5mm/px", 0.5, 0.5),
        ("0.1inch,0.1in", 2.54, 2.54),
    ],
)
def test_that_distances_are_read_with_their_unit(text: str, rows: float, columns: float) -> None:
    found = calibration_at(frame(), HERE, given=Given.parse(text)).spacing
    assert (found.between_rows, found.between_columns) == pytest.approx((rows, columns))


def test_that_detector_and_magnification_come_from_the_detector_of_the_file() -> None:
    magnified = Spacing(0.2, 0.2, SpacingSource.IMAGER_MAGNIFIED)
    detector = Spacing(0.3, 0.3, SpacingSource.IMAGER)
    found = calibration_at(frame(magnified), HERE, given=Given.parse("detector"), detector=detector)
    assert found.spacing.between_rows == 0.3
    assert "as the user asked" in found.sentence
    found = calibration_at(frame(magnified), HERE, given=Given.parse("magnification=1.2"), detector=detector)
    assert found.spacing.between_rows == pytest.approx(0.25)
    with pytest.raises(UserError, match="no spacing at the detector"):
        calibration_at(frame(magnified), HERE, given=Given.parse("detector"))


def test_that_none_gives_pixels_of_their_shape() -> None:
    found = calibration_at(frame(Spacing(1.0, 0.5, SpacingSource.PIXEL_SPACING)), HERE, given=Given.parse("none"))
    assert not found.is_metric
    assert found.spacing.between_rows == 2.0
    assert found.notes == ("It replaces the header's: Pixel Spacing (0028,0030): 1 x 0.5 mm.",)


def test_that_a_known_line_is_read_with_negative_points() -> None:
    asked = Given.parse("-10,20,40,20=2cm")
    assert asked.line_px == ((-10.0, 20.0), (40.0, 20.0))
    assert calibration_at(frame(), HERE, given=asked).spacing.between_columns == pytest.approx(0.4)


NO_CALIBRATION = """
0|-0.5|0.5,0.5,0.5|1e9|nan|inf|half|0.5furlongs|0.5,|magnification=0.5|magnification=x\
|1,2,3=20mm|1,2,1,2=20mm|1,2,3,4=0mm|1,2,3,4=
"""


@pytest.mark.parametrize("text", ["", *NO_CALIBRATION.strip().split("|")])
def test_that_what_is_no_calibration_is_refused(text: str) -> None:
    said = r"is no calibration|is not a number|cannot be|mm apart|above 0|the same point"
    with pytest.raises(ValueError, match=said):
        Given.parse(text)


@drawn(st.floats(1e-4, 90), st.floats(1e-4, 90))
def test_that_what_is_given_is_written_as_it_is_read(rows: float, columns: float) -> None:
    for each in (
        Given("spacing", rows, columns),
        Given("line", line_px=((rows, -columns), (0.0, columns)), known_mm=rows),
        Given("detector"),
        Given("none"),
        Given("magnification", magnification=1 + columns / 9),
    ):
        assert Given.parse(str(each)) == each

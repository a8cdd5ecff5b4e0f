"""The value and the place under a point, against pydicom's modality function and SimpleITK's transform."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.pixels.processing import apply_modality_lut

from tests.unit.display.files import write_image
from tests.unit.display.frames import frame_of, ramp
from workstation.display.probe import Probe, number_text, position_text, probe, unit_text
from workstation.model.frame import Frame, LookupTable, ModalityTransform
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.image import Image

PIXELS = ramp(0, 4095, np.uint16)
OBLIQUE = (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)


def _probed(frame: Frame, point_px: tuple[float, float]) -> Probe:
    found = probe(frame, point_px)
    assert found is not None
    return found


def test_that_values_and_places_are_those_of_pydicom_and_simpleitk(tmp_path: Path) -> None:
    source = write_image(
        tmp_path / "a.dcm", PIXELS, BitsStored=12, RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU",
        ImageOrientationPatient=list(OBLIQUE), ImagePositionPatient=[-12.5, 30, 700.25], PixelSpacing=[0.7, 0.9],
        FrameOfReferenceUID="1.2.3",
    )  # fmt: skip
    dataset = pydicom.dcmread(source)
    values = apply_modality_lut(dataset.pixel_array, dataset)
    image = SimpleITK.ReadImage(str(source))
    frame = Image.open(source).frame()
    for column, row in ((0, 0), (63, 0), (0, 63), (17, 41)):
        found = _probed(frame, (column + 0.3, row - 0.4))
        assert (found.column, found.row) == (column, row)
        assert found.stored == (PIXELS[row, column],)
        assert found.value == values[row, column]
        assert found.unit == "HU"
        assert found.position_lps == pytest.approx(image.TransformIndexToPhysicalPoint((column, row, 0)), abs=1e-6)


def test_that_the_line_reads_as_people_write_it() -> None:
    plane = Plane((-100, 40.1, 1203.5), (1, 0, 0), (0, 1, 0), Spacing(1, 1, SpacingSource.PIXEL_SPACING))
    pixels = np.full((200, 200), 1067, np.uint16)
    frame = frame_of(pixels, modality=ModalityTransform(1, -1024, unit="HU"), plane=plane)
    assert _probed(frame, (120, 88)).text() == "x 120, y 88 · 43 HU · L 20.0 P 128.1 H 1203.5 mm"
    assert "43 HU (stored 1067)" in _probed(frame, (120, 88)).text(with_stored=True)
    assert _probed(replace(frame, plane=None), (0, 0)).text() == "x 0, y 0 · 43 HU"
    assert _probed(replace(frame, modality=ModalityTransform()), (0, 0)).value_text(with_stored=True) == "1067"


@pytest.mark.parametrize("point", [(-0.51, 3), (3, -0.51), (8.5, 3), (3, 6.5), (np.nan, 0), (0, np.inf), (1e300, 0)])
def test_that_there_is_nothing_beside_the_image(point: tuple[float, float]) -> None:
    assert probe(frame_of(np.zeros((7, 9), np.uint8)), point) is None


def test_that_pixels_reach_half_a_pixel_around_their_centres() -> None:
    frame = frame_of(np.arange(63, dtype=np.uint8).reshape(7, 9))
    assert [_probed(frame, point).stored[0] for point in ((-0.5, -0.5), (8.49, 6.49), (0.5, 0))] == [0, 62, 1]


def test_that_padding_and_what_is_no_number_are_told() -> None:
    padded = frame_of(np.full((2, 2), -2000, np.int16), padding=(-2000, -2000))
    assert _probed(padded, (0, 0)).value_text() == "padding (-2000)"
    assert _probed(padded, (0, 0)).value is None
    broken = frame_of(np.array([[np.nan, np.inf], [1.5, -0.0]], np.float32))
    assert [_probed(broken, point).value_text() for point in ((0, 0), (1, 0), (0, 1))] == ["no number"] * 2 + ["1.5"]


def test_that_colours_are_told_by_their_parts() -> None:
    colours = frame_of(np.array([[[12, 200, 3]]], np.uint8), photometric="RGB")
    found = _probed(colours, (0, 0))
    assert found.value_text(with_stored=True) == "R 12 G 200 B 3"
    assert found.value is None


def test_that_a_table_of_modality_values_is_followed() -> None:
    table = LookupTable(10, np.array([5, 500], np.uint16), 16)
    frame = frame_of(np.array([[9, 10, 11, 12]], np.uint8), modality=ModalityTransform(lut=table, unit="OD"))
    assert [_probed(frame, (at, 0)).value_text() for at in range(4)] == ["5 OD", "5 OD", "500 OD", "500 OD"]


@pytest.mark.parametrize(
    ("unit", "words"), [("BQML", "Bq/ml"), ("US", ""), (" hu ", "hu"), ("", ""), ("a\x1bb", "ab"), ("GML", "g/ml")]
)
def test_that_units_are_written_as_people_do(unit: str, words: str) -> None:
    assert unit_text(unit) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(43, "43"), (-1024, "-1024"), (0.123456, "0.1235"), (12345.678, "12345.7"), (1e12, "1e+12"), (1e-7, "1e-07")],
)
def test_that_numbers_have_sensible_digits(value: float, words: str) -> None:
    assert number_text(value) == words


def test_that_places_are_named_by_sides() -> None:
    assert position_text((12.34, -40.06, -0.04)) == "L 12.3 A 40.1 H 0.0 mm"
    assert position_text((-1, 2, -3)) == "R 1.0 P 2.0 F 3.0 mm"

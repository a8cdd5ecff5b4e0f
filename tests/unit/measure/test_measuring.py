"""Every kind of annotation measured: numbers by hand and by others, units, where they come from, what is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.measure_samples import HU, annotation, blank, ellipse, frame, numbers, painted, rectangle, spacing, turned
from workstation.errors import UserError
from workstation.measure.bins import Bins
from workstation.measure.calibration import Calibration
from workstation.measure.measuring import measured
from workstation.measure.region_calibration import Axis
from workstation.measure.setting import ImageFacts, Setting
from workstation.model.annotation import Annotation, Threshold
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.concepts import Code
from workstation.model.frame import LookupTable, ModalityTransform
from workstation.model.frame_parts import SupplementalPalette
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.image import Image
from workstation.model.measurement import Value
from workstation.model.quantities import LENGTH
from workstation.model.units import CM_PER_SECOND, MM, PIXELS, SECONDS, SUV_BW, Unit

OBLONG = spacing(0.5, 0.8)
"""Pixels 0.5 mm high and 0.8 mm wide."""


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (annotation("length", [(10, 10), (15, 16)]), {"length": 5.0}),  # 4 mm and 3 mm
        (annotation("calibration", [(0, 0), (10, 0)], known_mm=9.0), {"length": 8.0}),
        (annotation("profile", [(10, 10), (15, 16)]), {"length": 5.0}),
        (annotation("polyline", [(0, 0), (5, 6), (5, 16)]), {"path_length": 10.0}),
        (annotation("curve", [(0, 0), (5, 6), (10, 0)]), {"path_length": 10.0}),
        (annotation("angle", [(10, 0), (0, 0), (10, 16)]), {"angle": 45.0}),
        (annotation("cobb", [(0, 0), (10, 0), (0, 60), (10, 76)]), {"cobb_angle": 45.0}),
        (annotation("open_angle", [(0, 0), (10, 0), (10, 76), (0, 60)]), {"angle": 135.0}),
        (
            annotation("four_point_angle", [(0, -1), (0, 1), (10, -2), (10, 2), (0, 9), (0, 11), (9, 25), (11, 27)]),
            {"angle": 45.0},
        ),
        (annotation("bidirectional", [(0, 0), (10, 0), (5, -4), (5, 4)]), {"long_axis": 8.0, "short_axis": 4.0}),
        (annotation("perpendicular", [(0, 0), (10, 0), (30, 12)]), {"distance": 6.0}),
        (
            annotation("ratio", [(20, 5), (30, 5), (10, 9), (35, 9)]),
            {"cardiothoracic_ratio": 0.4, "heart_width": 8.0, "chest_width": 20.0},
        ),
        (annotation("sphere", [(20, 20), (25, 20)]), {"radius": 4.0, "diameter": 8.0}),
    ],
    ids=lambda each: each.kind if isinstance(each, Annotation) else "",
)
def test_that_lines_and_angles_are_in_mm_on_pixels_that_are_not_square(
    drawn: Annotation, expected: dict[str, float]
) -> None:
    assert numbers(measured(drawn, blank(pixel_spacing=OBLONG))) == pytest.approx(expected)


def test_that_a_perpendicular_is_at_right_angles_in_the_patient() -> None:
    # The line goes 8 mm across and 6 mm down; from (0, 12) down its side the distance is 6 * 8 / 10.
    found = measured(annotation("perpendicular", [(0, 0), (10, 12), (0, 12)]), blank(pixel_spacing=OBLONG))
    assert numbers(found)["distance"] == pytest.approx(4.8)


def test_that_the_two_widths_of_a_ratio_are_those_of_heart_and_chest() -> None:
    found = measured(annotation("ratio", [(20, 5), (30, 5), (10, 9), (35, 9)]), blank(pixel_spacing=OBLONG))
    assert [each.quantity.key for each in found.values] == ["cardiothoracic_ratio", "heart_width", "chest_width"]
    assert [each.value for each in found.values] == pytest.approx([0.4, 8.0, 20.0])


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (rectangle(10, 10, 20, 16), {"area": 128.0, "perimeter": 48.0, "length": 16.0, "width": 8.0, "count": 320}),
        (
            annotation("polygon", [(0, 0), (10, 0), (10, 16)]),
            {"area": 32.0, "long_axis": 128**0.5, "short_axis": 32**0.5},
        ),
        (ellipse(10, 10, 20, 16), {"area": np.pi * 32, "major_axis": 16.0, "minor_axis": 8.0}),
        (annotation("circle", [(20, 20), (25, 20)]), {"area": np.pi * 16, "radius": 4.0, "perimeter": np.pi * 8}),
        (painted(np.ones((3, 4)), 5, 5), {"area": 12 * 0.4, "count": 12}),
    ],
    ids=lambda each: each.kind if isinstance(each, Annotation) else "",
)
def test_that_areas_are_analytic_on_pixels_that_are_not_square(drawn: Annotation, expected: dict[str, float]) -> None:
    found = numbers(measured(drawn, blank(pixel_spacing=OBLONG)))
    assert {key: found[key] for key in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("unit", "length", "area", "words"),
    [("cm", 0.5, 1.28, "cm"), ("inch", 5 / 25.4, 128 / 25.4**2, "in"), ("px", 61**0.5, 320, "px")],
)
def test_that_units_of_length_and_area_go_together(unit: Any, length: float, area: float, words: str) -> None:
    image = blank(pixel_spacing=OBLONG)
    line = measured(annotation("length", [(10, 10), (15, 16)]), image, Setting(units=unit)).values[0]
    box = measured(rectangle(10, 10, 20, 16), image, Setting(units=unit)).values[0]
    assert (line.value, box.value) == pytest.approx((length, area))
    assert (line.unit.words, box.unit.words) == (words, f"{words}²")


@pytest.mark.parametrize(
    ("given_spacing", "told"),
    [
        (Spacing(), "No spacing in the file"),
        (Spacing(4 / 3, 1.0, SpacingSource.ASPECT_RATIO), "angles are true"),
        (spacing(0.0, 1.0), "no distance"),
        (spacing(-0.5, 0.5), "no distance"),
        (spacing(float("nan"), 0.5), "no distance"),
        (spacing(float("inf"), 0.5), "no distance"),
    ],
)
def test_that_without_a_true_spacing_lengths_are_in_pixels_and_it_is_told(given_spacing: Spacing, told: str) -> None:
    image = blank(pixel_spacing=given_spacing)
    for drawn, amount in ((annotation("length", [(3, 3), (6, 7)]), 5.0), (rectangle(3, 3, 10, 5), 50.0)):
        found = measured(drawn, image)
        assert found.values[0].value == pytest.approx(amount)
        assert "mm" not in found.values[0].unit.words
        assert any(told in note for note in found.notes)
        assert not found.basis.spacing.is_metric


def test_that_angles_are_true_where_only_the_shape_of_pixels_is_known() -> None:
    image = blank(pixel_spacing=Spacing(2.0, 1.0, SpacingSource.ASPECT_RATIO))
    assert numbers(measured(annotation("angle", [(10, 0), (0, 0), (10, 5)]), image)) == pytest.approx({"angle": 45})
    circle = measured(annotation("circle", [(20, 20), (30, 20)]), image)
    assert numbers(circle)["count"] == pytest.approx(np.pi * 50, rel=0.05)
    assert numbers(circle)["major_axis"] == pytest.approx(20)
    assert numbers(circle)["minor_axis"] == pytest.approx(10)


TRUTH = {
    # Left, top, width, height of the rectangle or ellipse, then perimeter, area, mean, standard deviation: TRUTH.json.
    "simple01": (rectangle(77, 79, 100, 100), 400, 10000, 255, 0),
    "simple02": (rectangle(77, 79, 100, 100), 400, 10000, 128.3, 73.98),
    "simple03": (rectangle(77, 79, 100, 100), 400, 10000, 127.9, 52.05),
    "simple04": (ellipse(36, 100, 179, 90), 138.206 * np.pi, 12653, 255, 0),
    "simple05": (ellipse(50, 75, 150, 150), 150 * np.pi, 17671, 255, 0),
    "simple06": (ellipse(50, 75, 150, 150), 150 * np.pi, 17671, 169.122, 59.527),
    "aspect01": (rectangle(78.619, 132.239, 92.761, 92.761), 371.046, 8604.68, 255, 0),
    "aspect02": (rectangle(78.619, 132.239, 92.761, 92.761), 371.046, 8604.68, 255, 0),
    "aspect03": (rectangle(78.619, 132.239, 92.761, 92.761), 14.842, 13.767, 255, 0),
    "aspect05": (rectangle(104.826, 132.239, 123.682, 92.761), 432.89, 11472.87, 255, 1.25),
    "aspect07": (rectangle(104.826, 132.239, 123.682, 92.761), 14.842, 13.767, 255, 1.25),
    "aspect09": (rectangle(78.619, 176.318, 92.761, 123.682), 432.89, 11472.87, 255, 7.0),
    "aspect11": (rectangle(78.619, 176.318, 92.761, 123.682), 14.842, 13.767, 255, 7.0),
}


@pytest.mark.parametrize("name", TRUTH)
def test_that_regions_are_those_worked_out_by_hand_for_real_images(name: str, shared_data: Path) -> None:
    """Their answers are of another rule at the border: geometry agrees to their digits, values within that border."""
    drawn, perimeter, area, mean, deviation = TRUTH[name]
    image = Image.open(shared_data / "roi_truth_clearcanvas" / f"{name}.dcm").frame()
    found = numbers(measured(drawn, image, Setting(units="cm")))
    assert found["perimeter"] == pytest.approx(perimeter, rel=1e-5, abs=6e-4)
    assert found["area"] == pytest.approx(area, rel=5e-5, abs=6e-4)
    assert found["mean"] == pytest.approx(mean, rel=0.01)
    assert found["sd_population"] == pytest.approx(deviation, rel=0.01, abs=1.3)


def test_that_lines_and_angles_are_those_worked_out_by_hand_for_real_images(shared_data: Path) -> None:
    folder = shared_data / "roi_truth_clearcanvas"
    line = annotation("length", [(77, 79), (177, 179)])
    assert numbers(measured(line, Image.open(folder / "simple01.dcm").frame()))["length"] == pytest.approx(
        141.421, abs=5e-4
    )
    for name, wide, high in (("aspect01", 1, 1), ("aspect07", 4 / 3, 1), ("aspect11", 1, 4 / 3)):
        points = np.array([(125, 52), (25, 225), (225, 225)]) * (wide, high)
        angle = numbers(measured(annotation("angle", points), Image.open(folder / f"{name}.dcm").frame()))["angle"]
        assert angle == pytest.approx(60, abs=0.05), name


def noisy(rows: int = 48, columns: int = 64) -> NDArray[np.int16]:
    return np.random.default_rng(11).integers(0, 3000, (rows, columns)).astype(np.int16)


REGIONS: tuple[Annotation, ...] = (
    rectangle(5.3, 7.2, 30.1, 22.2),
    ellipse(6.6, 4.1, 40.3, 33.3),
    annotation("circle", [(30, 24), (41.5, 30.2)]),
    annotation("polygon", [(3, 3), (50.2, 8.7), (44.9, 40.4), (20.5, 31.2)]),
    annotation("freehand", turned([(5, 0), (20, 2), (22, 21), (10, 25), (2, 12)], 12, (10, 10))),
    annotation("spline", [(10, 10), (50, 12), (44, 40), (12, 30)]),
    painted(np.random.default_rng(1).random((20, 30)) < 0.4, 9, 9),
)


@pytest.mark.parametrize("drawn", REGIONS, ids=lambda each: each.kind)
def test_that_statistics_of_regions_are_those_of_simpleitk_in_modality_units(drawn: Annotation) -> None:
    from workstation.measure.regions import region_of

    image = frame(noisy(), OBLONG, modality=HU)
    found = measured(drawn, image)
    inside = region_of(drawn, (48, 64), OBLONG).whole((48, 64))
    label = SimpleITK.LabelStatisticsImageFilter()
    values = SimpleITK.GetImageFromArray(image.pixels.astype(np.float64) - 1024)
    label.Execute(values, SimpleITK.GetImageFromArray(inside.astype(np.uint8)))
    ours = numbers(found)
    assert ours["count"] == label.GetCount(1) == found.basis.pixels
    assert ours["mean"] == pytest.approx(label.GetMean(1), rel=1e-12)
    assert ours["sd_sample"] == pytest.approx(label.GetSigma(1), rel=1e-12)
    assert ours["sum"] == pytest.approx(label.GetSum(1), rel=1e-12)
    assert (ours["min"], ours["max"]) == (label.GetMinimum(1), label.GetMaximum(1))
    mean = found.value("mean")
    assert mean is not None
    assert mean.unit.words == "HU"
    assert mean.of == Code("112031", "DCM", "Attenuation Coefficient")


Turn = Callable[[NDArray[Any]], NDArray[Any]]


@pytest.mark.parametrize("drawn", REGIONS[:6], ids=lambda each: each.kind)
@pytest.mark.parametrize("which", ["transposed", "flipped", "mirrored", "turned"])
def test_that_no_number_changes_when_the_image_is_turned_with_its_region(drawn: Annotation, which: str) -> None:
    pixels, points = noisy(), np.array(drawn.points_px)
    other_pixels, other_points, other_spacing = {
        "transposed": (pixels.T, points[:, ::-1], spacing(0.8, 0.5)),
        "flipped": (pixels[::-1], points * (1, -1) + (0, 47), OBLONG),
        "mirrored": (pixels[:, ::-1], points * (-1, 1) + (63, 0), OBLONG),
        "turned": (np.rot90(pixels), points[:, ::-1] * (1, -1) + (0, 63), spacing(0.8, 0.5)),
    }[which]
    if drawn.kind == "rectangle":  # its border runs through no pixel centre, so both rules of the border agree
        assert not np.any(points == np.round(points))
    one = numbers(measured(drawn, frame(pixels, OBLONG, modality=HU)))
    turned_frame = frame(np.ascontiguousarray(other_pixels), other_spacing, modality=HU)
    other = numbers(measured(annotation(drawn.kind, other_points), turned_frame))
    if drawn.kind in ("circle", "rectangle", "ellipse"):
        assert other == pytest.approx(one, rel=1e-9)
    else:  # a corner may lie on a pixel centre, which then is inside or not
        assert {key: other[key] for key in ("area", "perimeter", "long_axis")} == pytest.approx(
            {key: one[key] for key in ("area", "perimeter", "long_axis")}, rel=1e-9
        )
        assert other["count"] == pytest.approx(one["count"], abs=4)
        assert other["mean"] == pytest.approx(one["mean"], rel=0.01)


@given(st.floats(0, 180), st.sampled_from([(0.25, 0.25), (0.15, 0.3), (0.3, 0.1)]))
def test_that_a_turned_rectangle_has_its_size_and_nearly_its_pixels(degrees: float, sides: tuple[float, float]) -> None:
    rows, columns = sides
    corners = turned([(-6, -4), (6, -4), (6, 4), (-6, 4)], degrees) + (20, 20)  # noqa: RUF005  # an array
    found = numbers(
        measured(annotation("rectangle", corners / (columns, rows)), blank(300, 300, spacing(rows, columns)))
    )
    assert (found["area"], found["perimeter"], found["length"], found["width"]) == pytest.approx((96, 40, 12, 8))
    assert found["count"] * rows * columns == pytest.approx(96, abs=20 * np.hypot(*sides))


def drawn_in_mm(kind: Kind, degrees: float, sides: tuple[float, float]) -> Annotation:
    """Draw a shape of some 20 mm around (25, 25) mm on pixels of some (rows, columns) in mm."""
    ends = {
        "circle": [(0, 0), (10, 0)],
        "ellipse": [(-11, 0), (11, 0), (0, -6), (0, 6)],
        "rectangle": [(-9, -6), (9, -6), (9, 6), (-9, 6)],
        "polygon": [(-9, -8), (10, -5), (7, 9), (0, 2), (-8, 7)],
        "spline": [(-9, -8), (10, -5), (7, 9), (-8, 7)],
    }[kind]
    return annotation(kind, (turned(ends, degrees) + np.array([25, 25])) / (sides[1], sides[0]))


@given(
    st.sampled_from(["circle", "ellipse", "rectangle", "polygon", "spline"]),
    st.floats(0, 360),
    st.sampled_from([(0.25, 0.25), (0.2, 0.4), (0.5, 0.15)]),
)
def test_that_numbers_of_one_phantom_do_not_depend_on_its_pixels_or_its_turn(
    kind: Kind, degrees: float, sides: tuple[float, float]
) -> None:
    """Values rise evenly across the patient, 4 HU a mm, and the phantom is turned with its region."""
    found = []
    for rows, columns, angle in ((0.1, 0.1, 0.0), (*sides, degrees)):
        shape = (round(50 / rows), round(50 / columns))
        y, x = np.mgrid[: shape[0], : shape[1]]
        place = np.column_stack([x.ravel() * columns, y.ravel() * rows]) - 25
        values = (100 + 4 * turned(place, -angle)[:, 0]).reshape(shape)
        image = frame(values, spacing(rows, columns), modality=ModalityTransform(unit="HU"))
        found.append(numbers(measured(drawn_in_mm(kind, angle, (rows, columns)), image)))
    fine, other = found
    exact = {"area", "perimeter", "radius", "major_axis", "minor_axis", "length", "width", "long_axis", "short_axis"}
    for key in exact & set(fine):
        tolerance = 1e-9 if kind != "spline" or "axis" not in key else 1e-3
        assert other[key] == pytest.approx(fine[key], rel=tolerance), key
    assert other["count"] * sides[0] * sides[1] == pytest.approx(fine["count"] * 0.01, rel=0.06)
    assert other["mean"] == pytest.approx(fine["mean"], abs=1.5)
    assert other["sd_sample"] == pytest.approx(fine["sd_sample"], abs=1.0)
    assert other["median"] == pytest.approx(fine["median"], abs=2.0)


def test_that_a_region_of_a_real_ct_has_the_values_that_simpleitk_reads(shared_data: Path) -> None:
    path = shared_data / "seg" / "ct3slice" / "01.dcm"
    drawn = ellipse(180.3, 200.1, 90.4, 70.9)
    with Image.open(path) as image:
        shown = image.frame()
    found = numbers(measured(drawn, shown))
    theirs = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))[0]
    y, x = np.mgrid[: theirs.shape[0], : theirs.shape[1]]
    inside = ((x - 225.5) / 45.2) ** 2 + ((y - 235.55) / 35.45) ** 2 <= 1
    assert found["count"] == inside.sum()
    assert found["mean"] == pytest.approx(theirs[inside].mean(dtype=np.float64), rel=1e-12)
    assert found["sd_population"] == pytest.approx(theirs[inside].std(dtype=np.float64), rel=1e-12)
    assert found["median"] == np.median(theirs[inside])


def test_that_every_kind_is_measured_or_has_nothing_to_measure() -> None:
    for kind in KINDS:
        if kind == "mask":
            continue
        traits = TRAITS[kind]
        points = [(10 + 7 * at % 23, 12 + 11 * at % 29) for at in range(traits.fewest)]
        found = measured(annotation(kind, points), blank(pixel_spacing=OBLONG))
        assert bool(found.values) == traits.is_measured, kind
        assert all(np.isfinite(value.value) for value in found.values)


@pytest.mark.parametrize("kind", ["angle", "cobb", "open_angle", "four_point_angle", "perpendicular", "ratio"])
def test_that_points_in_one_place_have_no_number_and_it_is_told(kind: Any) -> None:
    found = measured(annotation(kind, [(5, 5)] * TRAITS[kind].fewest), blank())
    assert not found.values
    assert "no number" in found.notes[0]


def test_that_a_point_gives_its_value_and_the_stored_one() -> None:
    found = measured(annotation("point", [(3.4, 7.6)]), frame(noisy(), modality=HU))
    stored = float(noisy()[8, 3])
    assert [(each.quantity.key, each.value, each.unit.words) for each in found.values] == [
        ("value", stored - 1024, "HU"),
        ("stored_value", stored, ""),
    ]
    assert found.basis.methods[-1].endswith("column 3, row 8, from 0.")
    assert found.basis.values == "stored - 1024 (Rescale Intercept) = HU"


def test_that_a_point_of_a_colour_image_gives_red_green_and_blue() -> None:
    image = frame(np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3))
    assert numbers(measured(annotation("point", [(2, 1)]), image)) == {"red": 21, "green": 22, "blue": 23}


def test_that_a_point_on_padding_has_no_value_and_one_beside_the_image_none_at_all() -> None:
    image = frame(np.full((4, 4), -2000, np.int16), modality=HU, padding=(-2000, -2000))
    found = measured(annotation("point", [(1, 1)]), image)
    assert numbers(found) == {"stored_value": -2000}
    assert "no value" in found.notes[0]
    outside = measured(annotation("point", [(9, 1)]), image)
    assert not outside.values
    assert outside.notes == ("It lies outside the image of 4 x 4 pixels.",)


def test_that_a_modality_lut_is_looked_up() -> None:
    table = LookupTable(0, np.array([500, 100, 300, 100], np.uint16), 16)
    image = frame([[0, 1], [2, 3]], modality=ModalityTransform(lut=table, unit="US"))
    found = measured(painted(np.ones((2, 2))), image)
    assert numbers(found)["mean"] == 250
    assert numbers(found)["median"] == 200
    assert "modality LUT" in found.basis.values


def test_that_padding_is_left_out_and_told() -> None:
    pixels = np.full((10, 10), 100, np.int16)
    pixels[2, 2:5] = -2000
    found = measured(rectangle(0, 0, 9, 9), frame(pixels, modality=HU, padding=(-2000, -2000)))
    assert numbers(found)["mean"] == 100 - 1024
    assert numbers(found)["count"] == 81
    assert any("3 pixels are padding" in note for note in found.notes)


def test_that_what_is_no_number_is_left_out_and_told() -> None:
    pixels = np.ones((6, 6), np.float32)
    pixels[1, 1] = np.nan
    found = measured(rectangle(0, 0, 5, 5), frame(pixels))
    assert numbers(found)["sum"] == 24
    assert any("1 pixel is padding or no number" in note for note in found.notes)
    nothing = measured(rectangle(1, 1, 1, 1), frame(pixels))
    assert nothing.value("mean") is None
    assert any("No pixel is left" in note for note in nothing.notes)


def test_that_colours_of_a_palette_are_left_out() -> None:
    palette = SupplementalPalette(100, np.zeros((4, 3), np.uint8))
    found = measured(painted(np.ones((1, 4))), frame([[10, 20, 101, 103]], supplemental=palette))
    assert numbers(found)["mean"] == 15
    assert any("2 pixels are a colour of a palette" in note for note in found.notes)


def test_that_a_colour_image_has_geometry_and_no_statistics_unless_it_is_grey() -> None:
    colours = np.random.default_rng(2).integers(0, 255, (20, 20, 3)).astype(np.uint8)
    found = measured(rectangle(2, 2, 10, 10), frame(colours, OBLONG))
    assert numbers(found)["area"] == pytest.approx(40)
    assert found.value("mean") is None
    assert any("colours" in note for note in found.notes)
    greys = np.repeat(colours[..., :1], 3, axis=2)
    grey = measured(rectangle(2, 2, 10, 10), frame(greys, OBLONG))
    assert numbers(grey)["mean"] == pytest.approx(greys[2:12, 2:12, 0].mean())
    assert any("alike" in note for note in grey.notes)


def test_that_a_region_beyond_the_image_is_told_with_its_pixels() -> None:
    found = measured(rectangle(-5, 0, 10, 10), blank(20, 20))
    assert numbers(found)["area"] == 100
    assert numbers(found)["count"] == 50
    assert any("50 pixels lie beside it" in note for note in found.notes)
    outside = measured(rectangle(-50, 0, 10, 10), blank(20, 20))
    assert outside.value("mean") is None
    assert any("No pixel centre is inside" in note for note in outside.notes)


def test_that_points_beside_the_image_are_told() -> None:
    found = measured(annotation("length", [(-5, 3), (30, 3)]), blank(20, 40))
    assert "1 of its 2 points lies outside the image." in found.notes
    assert numbers(found)["length"] == 35


def test_that_an_outline_that_crosses_itself_is_told_and_its_area_counted() -> None:
    found = measured(annotation("polygon", [(2, 2), (22, 22), (22, 2), (2, 22)]), blank(pixel_spacing=OBLONG))
    assert any("crosses itself" in note for note in found.notes)
    assert numbers(found)["area"] == pytest.approx(numbers(found)["count"] * 0.4)


def test_that_a_point_that_is_no_number_is_refused() -> None:
    with pytest.raises(UserError, match="no finite number"):
        measured(annotation("length", [(0, 0), (np.nan, 1)]), blank())


@pytest.mark.parametrize(
    ("threshold", "count", "words"),
    [
        (Threshold("value", 50), 50, "at least 50"),
        (Threshold("value", 20, 29), 10, "from 20 to 29"),
        (Threshold("value", None, 9), 10, "at most 9"),
        (Threshold("percent", 40), 60, "at least 39.6"),
        (Threshold("value", None, None), 100, "any"),
    ],
)
def test_that_a_threshold_chooses_pixels_and_the_area_is_theirs(threshold: Threshold, count: int, words: str) -> None:
    image = frame(np.arange(100, dtype=np.int16).reshape(10, 10), OBLONG)
    drawn = annotation("rectangle", [(-0.5, -0.5), (9.5, -0.5), (9.5, 9.5), (-0.5, 9.5)], threshold=threshold)
    found = measured(drawn, image)
    assert numbers(found)["count"] == count
    assert numbers(found)["area"] == pytest.approx(count * 0.4)
    assert found.basis.pixels == 100
    assert any(words in method for method in found.basis.methods)


def test_that_a_threshold_that_leaves_nothing_is_told() -> None:
    found = measured(rectangle(1, 1, 5, 5, threshold=Threshold("value", 1e6)), blank())
    assert numbers(found)["area"] == 0
    assert found.value("mean") is None
    assert "No pixel inside is within the threshold." in found.notes


class Factor:
    """A scale as the one of SUV is."""

    factor = 0.001
    unit: Unit = SUV_BW
    concept = Code("126401", "DCM", "SUVbw")
    sentence = "70 kg over 70 MBq"
    notes: tuple[str, ...] = ("The dose was corrected by a person.",)


def test_that_a_scale_makes_other_values_of_those_of_the_modality() -> None:
    image = frame(np.full((10, 10), 500, np.int16), modality=ModalityTransform(2.0, unit="BQML"))
    found = measured(rectangle(1, 1, 5, 5), image, Setting(scale=Factor()))
    mean = found.value("mean")
    assert mean is not None
    assert mean.value == pytest.approx(1.0)
    assert (mean.unit, mean.of) == (SUV_BW, Factor.concept)
    assert found.basis.values == ("(stored x 2 (Rescale Slope) = Bq/ml) x 0.001 = g/ml SUVbw. 70 kg over 70 MBq")
    assert "The dose was corrected by a person." in found.notes
    assert measured(rectangle(1, 1, 5, 5), image).values[1].unit.words == "Bq/ml"


def test_that_a_threshold_of_suv_needs_suv() -> None:
    image = frame(np.full((10, 10), 500, np.int16), modality=ModalityTransform(2.0, unit="BQML"))
    drawn = rectangle(1, 1, 5, 5, threshold=Threshold("suv", 0.5))
    assert numbers(measured(drawn, image, Setting(scale=Factor())))["mean"] == pytest.approx(1.0)
    without = measured(drawn, image)
    assert without.value("mean") is None
    assert any("needs body-weight SUV, and these values are Bq/ml" in note for note in without.notes)
    for kind in ("percist", "value"):
        other = measured(rectangle(1, 1, 5, 5, threshold=Threshold(kind, 0.5)), image, Setting(scale=Factor()))
        assert other.value("mean") is None


def test_that_percentiles_and_bins_that_are_asked_for_are_given() -> None:
    setting = Setting(percentiles=(5, 99.5), bins=Bins(width=100), with_curves=True)
    found = measured(rectangle(1.5, 1.5, 20, 20), frame(noisy(), modality=HU), setting)
    inside = noisy()[2:22, 2:22].astype(float) - 1024
    assert numbers(found)["p99.5"] == pytest.approx(np.percentile(inside, 99.5))
    (curve,) = found.curves
    assert (curve.is_steps, curve.x_words, sum(curve.y)) == (True, "HU", 400)
    assert any("bins of width 100" in method for method in found.basis.methods)
    assert not measured(rectangle(1.5, 1.5, 20, 20), frame(noisy())).curves


def test_that_a_percentile_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        Setting(percentiles=(101.0,))


def test_that_bins_of_hu_are_the_same_in_every_region() -> None:
    found = measured(rectangle(1, 1, 9, 9), frame(noisy(), modality=HU))
    assert any("bins of width 25" in method for method in found.basis.methods)
    plain = measured(rectangle(1, 1, 9, 9), frame(noisy()))
    assert any("64 bins" in method for method in plain.basis.methods)


def test_that_a_profile_is_linear_between_pixels() -> None:
    rows, columns = np.mgrid[:30, :40]
    image = frame(3 * columns + 5 * rows, OBLONG, modality=HU)
    found = measured(annotation("profile", [(2.25, 3.5), (30.75, 21.5)]), image)
    (curve,) = found.curves
    shares = np.linspace(0, 1, len(curve.x))
    expected = 3 * (2.25 + 28.5 * shares) + 5 * (3.5 + 18 * shares) - 1024
    np.testing.assert_allclose(curve.y, expected)
    np.testing.assert_allclose(curve.x, shares * np.hypot(28.5 * 0.8, 18 * 0.5))
    assert np.diff(curve.x).max() <= 0.8 * 2**0.5
    assert (curve.x_words, curve.y_words) == ("Distance (mm)", "HU")
    assert any("bilinear" in method for method in found.basis.methods)


def test_that_a_profile_leaves_out_what_is_padding_or_beside_the_image() -> None:
    pixels = np.tile(np.arange(10, dtype=np.int16), (5, 1))
    pixels[:, 4] = -99
    image = frame(pixels, padding=(-99, -99))
    found = measured(annotation("profile", [(-3, 2), (9, 2)]), image)
    assert list(found.curves[0].y) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert "4 samples are beside the image" in found.notes[-1]
    assert not measured(annotation("profile", [(-30, 2), (-20, 2)]), image).curves


def test_that_a_profile_of_colours_has_three_curves() -> None:
    image = frame(np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3))
    found = measured(annotation("profile", [(0, 1), (4, 1)]), image)
    assert [(each.name, each.y[0]) for each in found.curves] == [("Red", 15), ("Green", 16), ("Blue", 17)]


@pytest.mark.parametrize(
    ("given_spacing", "unit", "told"),
    [
        (OBLONG, "mm", "Lengths by Pixel Spacing (0028,0030): "),
        (OBLONG, "px", "Lengths in pixels, as asked; their distance by Pixel Spacing (0028,0030): "),
        (Spacing(), "mm", "No spacing in the file."),
        (Spacing(0.5, 0.5, SpacingSource.USER), "mm", "Lengths by a distance of pixels given by the user: 0.5 mm."),
    ],
)
def test_that_it_is_a_sentence_what_lengths_are_made_with(given_spacing: Spacing, unit: Any, told: str) -> None:
    found = measured(annotation("length", [(0, 0), (3, 4)]), blank(pixel_spacing=given_spacing), Setting(units=unit))
    assert found.basis.methods[0].startswith(told)


def test_that_a_single_row_has_a_profile() -> None:
    assert measured(annotation("profile", [(0, 0), (2, 0)]), frame([[1, 5, 9]])).curves[0].y == (1, 5, 9)


def test_that_a_calibration_goes_before_the_header_and_is_told() -> None:
    given_one = Calibration(spacing(2.0), sentence="2 mm, as the user said", notes=("In place of the header's.",))
    found = measured(
        annotation("length", [(0, 0), (10, 0)]), blank(pixel_spacing=OBLONG), Setting(calibration=given_one)
    )
    assert numbers(found) == {"length": 20.0}
    assert found.basis.spacing.between_rows == 2.0
    assert "Lengths by 2 mm, as the user said." in found.basis.methods
    assert "In place of the header's." in found.notes


def test_that_the_detector_is_told_beside_lengths_and_not_beside_angles() -> None:
    image = blank(pixel_spacing=Spacing(0.1, 0.1, SpacingSource.IMAGER, "at the detector"))
    assert any("on the detector" in note for note in measured(annotation("length", [(0, 0), (10, 0)]), image).notes)
    assert not measured(annotation("angle", [(1, 0), (0, 0), (0, 1)]), image).notes


DOPPLER = Calibration(Spacing(), Axis(SECONDS, 0.01), Axis(CM_PER_SECOND, -2.0, 50.0), "Axes of the ultrasound region")
M_MODE = Calibration(Spacing(), Axis(SECONDS, 0.01), Axis(MM, 0.5), "Axes of the ultrasound region")


def test_that_a_line_on_doppler_has_time_and_velocity_and_no_length() -> None:
    found = measured(annotation("length", [(10, 10), (30, 40)]), blank(), Setting(calibration=DOPPLER))
    assert numbers(found) == pytest.approx({"time": 0.2, "velocity": 60.0})
    assert numbers(measured(annotation("point", [(10, 20)]), blank(), Setting(calibration=DOPPLER))) == {"velocity": 60}


def test_that_a_line_on_m_mode_has_depth_time_and_slope() -> None:
    found = measured(annotation("length", [(10, 10), (30, 40)]), blank(), Setting(calibration=M_MODE))
    assert numbers(found) == pytest.approx({"time": 0.2, "distance": 15.0, "velocity": 7.5})


@pytest.mark.parametrize("drawn", [rectangle(1, 1, 9, 9), annotation("angle", [(1, 0), (0, 0), (0, 1)])])
def test_that_what_needs_lengths_has_no_numbers_where_axes_are_others(drawn: Annotation) -> None:
    found = measured(drawn, blank(), Setting(calibration=M_MODE))
    assert not found.values
    assert any("no lengths (s and mm)" in note for note in found.notes)


def test_that_a_measurement_says_how_its_image_lies_and_which_file_it_is() -> None:
    plane = Plane((-10.0, -20.0, 120.5), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), OBLONG)
    image = frame(noisy(), OBLONG, plane=plane)
    found = measured(annotation("length", [(0, 0), (1, 1)]), image, image_facts=ImageFacts("ct/12.dcm"))
    assert (found.basis.place, found.basis.plane) == ("ct/12.dcm", "axial, H 120.5 mm")
    tilted = Plane((0.0, 0.0, 0.99), (1.0, 0.0, 0.0), (0.0, 0.8, -0.6), OBLONG)
    oblique = measured(annotation("length", [(0, 0), (1, 1)]), frame(noisy(), OBLONG, plane=tilted))
    assert oblique.basis.plane == "oblique, nearest to axial, F 6.1 mm"
    assert measured(annotation("length", [(0, 0), (1, 1)]), blank()).basis.plane == ""


def test_that_values_of_mr_say_what_they_are() -> None:
    found = measured(rectangle(1, 1, 9, 9), frame(noisy()), image_facts=ImageFacts(modality="MR"))
    mean = found.value("mean")
    assert mean is not None
    assert mean.of == Code("110852", "DCM", "MR signal intensity")


def test_that_axes_of_a_bidirectional_that_are_not_at_right_angles_or_exchanged_are_told() -> None:
    found = measured(annotation("bidirectional", [(0, 0), (10, 0), (5, -9), (6, 9)]), blank(pixel_spacing=spacing()))
    assert numbers(found)["long_axis"] == pytest.approx(325**0.5)
    assert any("longer than the first" in note for note in found.notes)
    assert any("not at right angles: 87°" in note for note in found.notes)


def test_points_and_spacings_beyond_all_measure_are_refused_before_numbers_overflow() -> None:
    with pytest.raises(UserError, match="more than 10,000,000 pixels away"):
        measured(annotation("polygon", [(0, 0), (1e300, 0), (5, 5)]), blank())
    for side in (1e-300, 1e300, float("inf"), float("nan"), 0.0, -0.5):
        found = measured(annotation("length", [(0, 0), (3, 4)]), blank(pixel_spacing=spacing(side, 1.0)))
        assert numbers(found) == {"length": 5.0}
        assert found.values[0].unit.ucum == PIXELS.ucum
        assert "is no distance" in found.notes[0]


def test_that_numbers_are_not_rounded_to_nothing_nor_written_with_hundreds_of_digits() -> None:
    shown = [Value(LENGTH, each, MM).text() for each in (12.34, 0.0, 0.04, -0.0004, 1e-17, 5e301)]
    assert shown == ["12.3 mm", "0.0 mm", "0.04 mm", "-0.0004 mm", "0.0 mm", "5e+301 mm"]

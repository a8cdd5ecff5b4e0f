"""Presentation states made by hand, right and wrong, and those of other makers."""

import math
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
from PIL import Image as PicturesOfPillow
from PIL import ImageCms
from pydicom.dataset import Dataset

from tests.unit.display.files import write_image
from tests.unit.objects.states import (
    COLOR,
    IMAGE,
    PSEUDO_COLOR,
    anchored,
    annotation,
    area,
    boxed,
    compound,
    graphic,
    image_item,
    item,
    layer,
    overlay,
    state,
)
from workstation.errors import UserError
from workstation.model.frame import LookupTable, Window
from workstation.objects.presentation import graphics
from workstation.objects.presentation.colours import cielab_of_rgb, rgb_of_cielab
from workstation.objects.presentation.reading import open_presentation_state, presentation_state
from workstation.objects.presentation.values import Layer


def _graphics(*objects: Dataset, **attributes: Any) -> Dataset:
    return state(GraphicAnnotationSequence=[annotation("A", *objects)], **attributes)


def test_that_what_identifies_a_state_is_read() -> None:
    read = presentation_state(state(ContentDescription="key finding"))
    assert (read.kind, read.label, read.description) == ("grayscale", "MADE_BY_HAND", "key finding")
    assert (read.creator, read.created) == ("Hand, Made", "2026-11-20 10:15")
    assert read.refers_to(IMAGE)
    assert not read.refers_to("1.2.3")
    assert read.problems == ()


def test_that_references_to_frames_count_from_one_in_the_file() -> None:
    series = item(SeriesInstanceUID="1.2", ReferencedImageSequence=[image_item(IMAGE, 2, 5)])
    read = presentation_state(state(ReferencedSeriesSequence=[series]))
    assert [frame for frame in range(8) if read.refers_to(IMAGE, frame)] == [1, 4]


def test_that_points_are_counted_from_the_centre_of_the_first_pixel_but_fractions_are_not() -> None:
    read = presentation_state(
        _graphics(
            graphic("POLYLINE", 0, 0, 10.5, 20),
            graphic("POLYLINE", 0, 0, 0.5, 1, units="DISPLAY"),
            anchored("here", 3, 4),
            boxed("there", 0, 0, 10, 5),
        )
    )
    (found,) = read.annotations
    assert [each.points for each in found.graphics] == [((-0.5, -0.5), (10.0, 19.5)), ((0, 0), (0.5, 1))]
    assert [(each.anchor, each.box) for each in found.texts] == [
        ((2.5, 3.5), None),
        (None, ((-0.5, -0.5), (9.5, 4.5))),
    ]


def test_that_layers_are_in_drawing_order_and_undeclared_ones_come_last() -> None:
    read = presentation_state(
        _graphics(
            graphic("POINT", 1, 1),
            GraphicLayerSequence=[
                layer("SECOND", 2, GraphicLayerRecommendedDisplayGrayscaleValue=65535, GraphicLayerDescription="two"),
                layer("FIRST", 1),
            ],
        )
    )
    assert read.layers == (Layer("FIRST", 1), Layer("SECOND", 2, (255, 255, 255), "two"), Layer("A", 3))


def test_that_windows_tables_and_their_images_are_read() -> None:
    table = item(LUTDescriptor=[3, 10, 8], LUTData=[0, 100, 255], LUTExplanation="curve")
    read = presentation_state(
        state(
            RescaleSlope=2,
            RescaleIntercept=-1024,
            RescaleType="HU",
            SoftcopyVOILUTSequence=[
                item(
                    WindowCenter=40, WindowWidth=400, VOILUTFunction="SIGMOID", ReferencedImageSequence=[image_item()]
                ),
                item(VOILUTSequence=[table]),
            ],
        )
    )
    assert read.modality is not None
    assert (read.modality.slope, read.modality.intercept, read.modality.unit) == (2, -1024, "HU")
    assert read.voi[0].voi == Window(40, 400, "SIGMOID")
    assert [each.sop_instance_uid for each in read.voi[0].references] == [IMAGE]
    other = read.voi[1].voi
    assert isinstance(other, LookupTable)
    assert (other.first_input, other.values.tolist(), other.bits) == (10, [0, 100, 255], 8)


def test_that_displayed_areas_have_edges_however_the_image_is_turned() -> None:
    corners = {"DisplayedAreaTopLeftHandCorner": [100, 5], "DisplayedAreaBottomRightHandCorner": [-3, 50]}
    read = presentation_state(state(DisplayedAreaSelectionSequence=[area(128, 96, **corners)]))
    assert read.areas[0].edges_px == (-4, 4, 99, 49)
    assert (read.areas[0].mode, read.areas[0].aspect) == ("SCALE TO FIT", 1.0)


def test_that_an_area_in_a_matrix_of_tiles_is_told_but_not_that_of_a_plain_image() -> None:
    made = state(DisplayedAreaSelectionSequence=[area(9, 9, PixelOriginInterpretation="VOLUME")])
    assert len(presentation_state(made).areas) == 1
    tiled = made.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    tiled.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
    assert presentation_state(made).areas == ()
    assert "matrix of several frames" in presentation_state(made).problems[0]


def test_that_a_state_of_highdicom_is_read_whole(tmp_path: Path) -> None:
    image = _image_for_highdicom(tmp_path)
    layer_ = hd.pr.GraphicLayer("LAYER1", 1, "of it", display_color=hd.color.CIELabColor(50, 40, 30))
    drawn = hd.pr.GraphicAnnotation(
        [image],
        layer_,
        graphic_objects=[hd.pr.GraphicObject("CIRCLE", np.array([[10.0, 20], [15, 20]]), "PIXEL")],
        text_objects=[hd.pr.TextObject("words", "PIXEL", anchor_point=(30.0, 40.0))],
    )
    made = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[image],
        series_instance_uid="1.2.3.5",
        series_number=1,
        sop_instance_uid="1.2.3.5.1",
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="x",
        software_versions="1",
        device_serial_number="1",
        content_label="OTHERS",
        graphic_layers=[layer_],
        graphic_annotations=[drawn],
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=40, window_width=80)],
    )
    made.save_as(tmp_path / "state.dcm")
    read = open_presentation_state(tmp_path / "state.dcm")
    assert (read.label, read.problems, read.voi[0].voi) == ("OTHERS", (), Window(40, 80))
    assert read.refers_to(str(image.SOPInstanceUID))
    assert [each.points for each in read.annotations[0].graphics] == [((9.5, 19.5), (14.5, 19.5))]
    assert [(each.text, each.anchor) for each in read.annotations[0].texts] == [("words", (29.5, 39.5))]
    assert read.areas[0].edges_px == (0, 0, 63, 63)
    assert read.layers[0].rgb == rgb_of_cielab((32768, 43176, 40606))  # L* 50, a* 40, b* 30


def _image_for_highdicom(folder: Path) -> Dataset:
    empty = dict.fromkeys(
        ("PatientBirthDate", "PatientSex", "AccessionNumber", "ReferringPhysicianName", "StudyID"), ""
    )
    path = write_image(
        folder / "image.dcm", np.zeros((64, 64), np.uint8), PatientName="A^B", PatientID="1", StudyDate="20260101",
        StudyTime="120000", StudyInstanceUID="1.2.3", SeriesInstanceUID="1.2.3.1", Modality="OT", **empty,
    )  # fmt: skip
    return pydicom.dcmread(path)


def test_that_compound_graphics_keep_all_that_they_say() -> None:
    ticks = [item(TickPosition=0.5, TickLabel="5 cm"), item(TickPosition=7)]
    made = compound(
        "RULER", 1, 2, 3, 4, number=7, RotationAngle=30.0, RotationPoint=[2, 3], GapLength=0.1,
        MajorTicksSequence=ticks, ShowTickLabel="Y", TickAlignment="TOP", TickLabelAlignment="TOP",
    )  # fmt: skip
    (read,) = presentation_state(_graphics(made)).annotations[0].compounds
    assert (read.kind, read.points, read.identifier) == ("RULER", ((0.5, 1.5), (2.5, 3.5)), 7)
    assert (read.rotation_deg, read.rotation_point) == (30, (1.5, 2.5))
    assert read.gap == pytest.approx(0.1)
    assert [(tick.position, tick.label) for tick in read.ticks] == [(0.5, "5 cm")]
    assert (read.shows_labels, read.tick_alignment, read.label_alignment) == (True, "TOP", "TOP")


def test_that_overlays_belong_to_layers_and_a_bitmap_shutter_to_none() -> None:
    bits = np.eye(16, dtype=np.bool_)
    made = state(ShutterShape="BITMAP", ShutterOverlayGroup=0x6002, ShutterPresentationValue=7000)
    made.update(overlay(0x6000, bits, "OVER"))
    made.update(overlay(0x6002, ~bits))
    read = presentation_state(made)
    assert [(each.group, each.layer) for each in read.overlays] == [(0x6000, "OVER"), (0x6002, "")]
    assert read.overlays[0].overlay is not None
    assert np.array_equal(read.overlays[0].overlay.bits, bits)
    assert (read.shutter_bitmap, read.shutter_value, read.layers) == (0x6002, 7000, (Layer("OVER", 1),))


@pytest.mark.parametrize(
    ("sop_class", "kind"), [(COLOR, "color"), (PSEUDO_COLOR, "pseudo-color")], ids=["color", "pseudo-color"]
)
def test_that_other_kinds_are_read(sop_class: str, kind: str) -> None:
    read = presentation_state(state(sop_class=sop_class, PresentationLUTShape=None))
    assert read.kind == kind
    assert read.problems == (("The palette left out: a table of it is missing or damaged.",) if kind != "color" else ())


@pytest.mark.parametrize(
    ("sop_class", "what"),
    [
        ("1.2.840.10008.5.1.4.1.1.11.4", "a Blending Softcopy Presentation State"),
        ("1.2.840.10008.5.1.4.1.1.11.6", "Planar MPR"),
        ("1.2.840.10008.5.1.4.1.1.2", "no softcopy presentation state"),
    ],
)
def test_that_other_objects_are_refused_by_name(sop_class: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        presentation_state(state(sop_class=sop_class))


NAN = math.nan
BAD_OBJECTS = {
    "no units": (graphic("POINT", 1, 1, units="INCH"), "neither PIXEL nor DISPLAY"),
    "too few points": (graphic("ELLIPSE", 1, 1, 2, 2), "too few points"),
    "not a number": (graphic("POLYLINE", 1, 1, NAN, 2), "numbers that are none"),
    "infinite": (graphic("POLYLINE", 1, 1, math.inf, 2), "numbers that are none"),
    "far away": (graphic("POLYLINE", 1, 1, 1e30, 2), "absurdly far"),
    "unknown type": (graphic("SPIRAL", 1, 1, 2, 2), "type SPIRAL is not known"),
    "compound without points": (compound("ARROW", 1, 1), "too few points"),
    "empty text": (anchored("", 1, 1), "it is empty"),
    "text nowhere": (item(UnformattedTextValue="lost"), "no place"),
    "text at no number": (anchored("lost", NAN, 1), "no place"),
}


@pytest.mark.parametrize("name", BAD_OBJECTS)
def test_that_what_is_wrong_is_told_and_the_rest_is_there(name: str) -> None:
    bad, words = BAD_OBJECTS[name]
    read = presentation_state(_graphics(bad, graphic("CIRCLE", 5, 5, 6, 5), bad))
    assert [each.kind for each in read.annotations[0].graphics] == ["CIRCLE"]
    assert len(read.problems) == 1
    assert words in read.problems[0]
    assert read.problems[0].startswith("2 ")


BAD_MODULES: dict[str, tuple[dict[str, Any], str]] = {
    "no references": ({"ReferencedSeriesSequence": None}, "names no image"),
    "odd rotation": ({"ImageRotation": 45, "ImageHorizontalFlip": "N"}, "no quarter turns"),
    "absurd window": ({"SoftcopyVOILUTSequence": [item(WindowCenter=1, WindowWidth=-5)]}, "its numbers make none"),
    "damaged table": ({"PresentationLUTSequence": [item(LUTDescriptor=[9, 0, 8])]}, "it is damaged"),
    "damaged modality": ({"ModalityLUTSequence": [item(LUTExplanation="x")]}, "it is damaged"),
    "slope of nothing": ({"RescaleSlope": 0, "RescaleIntercept": 1}, "slope is 0"),
    "print shape": ({"PresentationLUTShape": "LIN OD"}, "not for screens"),
    "no corners": ({"DisplayedAreaSelectionSequence": [item(PresentationSizeMode="MAGNIFY")]}, "missing or absurd"),
    "size mode": ({"DisplayedAreaSelectionSequence": [area(9, 9, PresentationSizeMode="HUGE")]}, "no way of scaling"),
    "bitmap shutter": ({"ShutterShape": "BITMAP", "ShutterOverlayGroup": 0x6000}, "is not in the state"),
}


@pytest.mark.parametrize("name", BAD_MODULES)
def test_that_a_damaged_module_is_left_out_and_told(name: str) -> None:
    attributes, words = BAD_MODULES[name]
    (problem,) = presentation_state(state(**attributes)).problems
    assert words in problem


def test_that_text_with_control_characters_is_cleaned() -> None:
    (read,) = presentation_state(_graphics(anchored("a\x1b[31m\x00b\r\nsecond\u202eline", 1, 1))).annotations[0].texts
    assert read.text == "a[31mb\nsecondline"


def test_that_there_is_an_end_to_graphics(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (graphics.MOST_OBJECTS, graphics.MOST_POINTS) == (20_000, 500_000)
    monkeypatch.setattr(graphics, "MOST_OBJECTS", 20)
    read = presentation_state(_graphics(*(graphic("POINT", 1, 1) for _ in range(25))))
    assert len(read.annotations[0].graphics) == 20
    assert read.problems == ("5 graphics left out: at most 20 with 500000 points are drawn.",)


@pytest.mark.parametrize("rgb", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (12, 200, 99)])
def test_that_colours_come_back_from_their_encoding(rgb: tuple[int, int, int]) -> None:
    assert rgb_of_cielab(cielab_of_rgb(rgb)) == rgb


@pytest.mark.parametrize("lab", [(50, 40, 30), (70, -40, 20), (30, 10, -40), (90, 0, 0)])
def test_that_colours_are_those_of_littlecms(lab: tuple[int, int, int]) -> None:
    profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    transform = ImageCms.buildTransform(*profiles, "LAB", "RGB", renderingIntent=intent)
    lightness, a, b = lab
    theirs = ImageCms.applyTransform(
        PicturesOfPillow.frombytes("LAB", (1, 1), bytes([round(lightness * 2.55), a & 255, b & 255])), transform
    )
    assert theirs is not None
    encoded = (round(lightness / 100 * 65535), round((a + 128) / 255 * 65535), round((b + 128) / 255 * 65535))
    assert rgb_of_cielab(encoded) == pytest.approx(theirs.getpixel((0, 0)), abs=2)  # 8 bits of lightness in theirs


def test_that_the_encoding_of_colours_is_that_of_the_standard() -> None:
    # C.10.7.1.1: L* of 100 is 65535, a* and b* of 0 are 32896; red by published tables is L* 54.29, a* 80.8, b* 69.9
    assert cielab_of_rgb((255, 255, 255)) == pytest.approx((65535, 32896, 32896), abs=10)
    lightness, a, b = cielab_of_rgb((255, 0, 0))
    assert lightness * 100 / 65535 == pytest.approx(54.29, abs=0.05)
    assert a * 255 / 65535 - 128 == pytest.approx(80.81, abs=0.1)
    assert b * 255 / 65535 - 128 == pytest.approx(69.89, abs=0.1)


def test_that_states_of_other_makers_are_read_whole(shared_data: Path) -> None:
    folder = shared_data / "roi_truth_clearcanvas"
    for number, points in ((1, 63), (2, 35), (3, 64)):
        read = open_presentation_state(folder / f"real0{number}.pr.dcm")
        assert read.problems == ()
        assert [len(each.points) for each in read.annotations[0].graphics] == [points]
        assert read.annotations[0].texts[0].text.endswith("Calculation by ImageJ")

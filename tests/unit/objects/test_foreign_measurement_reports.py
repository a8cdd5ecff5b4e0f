"""Measurement reports of other programs: as many groups and numbers as others find, and live annotations."""

import json
import random
import subprocess
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest
from pydicom import Dataset, dcmread

from tests.report_samples import report
from tests.unit.objects import measured as m
from tests.unit.objects.states import item
from workstation.errors import UserError
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import image_to_lps
from workstation.model.reading import read_header
from workstation.model.source import BytesSource
from workstation.objects.measurement_report.numbers import value_of
from workstation.objects.measurement_report.reading import read_report, report_of
from workstation.objects.measurement_report.restored import (
    annotations_of_report,
    measurements_of_report,
    volumes_of_report,
)
from workstation.objects.measurement_report.values import FoundReport
from workstation.objects.sr.pages import as_text

Tool = Callable[[str], str]
DWV = {
    "arrow": ("arrow", 0),
    "circle": ("circle", 5),
    "ellipse": ("ellipse", 6),
    "protractor": ("angle", 1),
    "rectangle": ("rectangle", 6),
    "roi": ("polygon", 0),
    "ruler": ("length", 1),
}
FOLDERS = ("tid1500_dwv_annotations", "basictext_dwv034_annotations")
TID_1500 = (
    *(f"tid1500/{name}.dcm" for name in ("sr", "sr_document", "sr_document_with_multiple_groups")),
    *(f"tid1500_dwv_annotations/sr-{name}.dcm" for name in DWV),
)


def kinds(found: FoundReport) -> list[list[str]]:
    return [[each.kind for each in group.annotations] for group in found.groups]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("shape", DWV)
def test_that_shapes_of_dwv_are_live(folder: str, shape: str, shared_data: Path) -> None:
    found = read_report(shared_data / "sr" / folder / f"sr-{shape}.dcm")
    kind, numbers = DWV[shape]
    assert kinds(found) == [[kind]] * 3
    assert [len(group.values) for group in found.groups] == [numbers] * 3
    assert all(group.tracking_id for group in found.groups)
    assert [each.colour for each in found.annotations] == [(255, 255, 128), (255, 163, 72), (237, 51, 59)]


def test_that_numbers_of_dwv_have_their_units(shared_data: Path) -> None:
    found = read_report(shared_data / "sr/tid1500_dwv_annotations/sr-circle.dcm")
    values = {each.quantity.key: each for each in measurements_of_report(found)[0].values}
    assert values["radius"].text() == "2.0 mm"
    assert values["area"].value == pytest.approx(np.pi * 0.2**2)
    assert values["area"].unit.ucum == "cm2"
    assert [values[key].value for key in ("min", "max", "mean")] == [25.0, 25.0, 25.0]


def test_that_tools_of_ohif_are_live(shared_data: Path) -> None:
    found = read_report(shared_data / "sr/tid1500/structured_report.dcm")
    expected = ["text", "ellipse", "bidirectional", "length", "length", "ellipse"]
    assert [each.kind for each in found.annotations] == expected
    assert found.annotations[0].text == "ExampleText"
    assert found.annotations[2].points_px == ((71.0, 328.5), (139.0, 396.5), (88.0, 379.5), (122.0, 345.5))
    said = [[each.text() for each in measurement.values] for measurement in measurements_of_report(found)]
    assert said[1:4] == [["4806.4 mm²"], ["93.9 mm", "47.0 mm"], ["39.4 mm"]]
    assert said[0] == []
    assert found.groups[0].values[0].value is None


def test_that_a_segmented_volume_of_qiicr_has_all_its_numbers(shared_data: Path) -> None:
    (volume,) = volumes_of_report(read_report(shared_data / "sr/tid1500/sr.dcm"))
    values = {each.quantity.key: each for each in volume.values}
    assert len(volume.values) == 22
    assert (values["mean"].value, values["mean"].unit.words) == (6.01529, "g/ml SUVbw")
    assert values["mean"].of is not None
    assert values["mean"].of.value == "126401"
    assert (values["volume"].text(), values["tlg"].text()) == ("33.58 ml", "202.0 g")
    assert values["sd_sample"].value == 1.62653
    assert values["25th_percentile_value"].value == 4.59051
    assert (str(volume.about.finding), str(volume.about.site)) == ("Neoplasm, Primary", "pharyngeal tonsil (adenoid)")
    seg = dcmread(shared_data / "sr/tid1500/seg.dcm", stop_before_pixels=True)
    assert (volume.segmentation_uid, volume.segments) == (str(seg.SOPInstanceUID), (1,))


def test_that_groups_of_highdicom_are_live(shared_data: Path) -> None:
    found = read_report(shared_data / "sr/tid1500/sr_document_with_multiple_groups.dcm")
    assert kinds(found) == [[], ["circle"], ["polygon"], []]
    assert [str(group.finding or "") for group in found.groups] == ["", "Nodule", "Aorta", "Vertebra"]
    assert [value.text() for group in found.groups for each in group.values if (value := value_of(each))] == [
        "-119.1 HU",
        "10.0 mm",
        "20.0 mm",
        "200.0 mm³",
    ]
    assert found.groups[0].references[0].image.sop_instance_uid
    assert "none of the images" in found.groups[3].notes[0]


@pytest.mark.parametrize("name", TID_1500)
def test_that_highdicom_finds_the_same_groups_values_and_units(name: str, shared_data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = highdicom.sr.srread(shared_data / "sr" / name).content
        found = [
            *content.get_planar_roi_measurement_groups(),
            *content.get_volumetric_roi_measurement_groups(),
            *content.get_image_measurement_groups(),
        ]
        expected = {
            str(group.tracking_uid): [
                (each.name.value, float(each.value), each.unit.value) for each in group.get_measurements()
            ]
            for group in found
        }
    ours = read_report(shared_data / "sr" / name)
    assert len(ours.groups) == len(found)
    assert {
        group.tracking_uid: [
            (each.concept and each.concept.value, each.value, each.unit and each.unit.value) for each in group.values
        ]
        for group in ours.groups
    } == expected


@pytest.mark.parametrize("name", TID_1500)
def test_that_dcmqi_finds_the_same_groups_values_and_units(
    name: str, shared_data: Path, tmp_path: Path, tool: Tool
) -> None:
    file = shared_data / "sr" / name
    command = [tool("tid1500reader"), "--inputDICOM", str(file), "--outputMetadata", str(tmp_path / "said.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    said: list[Any] = json.loads((tmp_path / "said.json").read_text()).get("Measurements") or []
    ours = read_report(file)
    if not said:
        pytest.skip("dcmqi finds no group here")
    assert [
        [
            (
                each.concept and each.concept.value,
                each.text,
                each.unit and each.unit.value,
                each.derivation and each.derivation.value,
            )
            for each in group.values
        ]
        for group in ours.groups
    ] == [
        [
            (
                each["quantity"]["CodeValue"],
                each["value"],
                each["units"]["CodeValue"],
                each.get("derivationModifier", {}).get("CodeValue"),
            )
            for each in group["measurementItems"]
        ]
        for group in said
    ]


def test_that_a_report_of_another_template_is_shown_and_not_lost() -> None:
    found = report_of(report())
    assert found.groups == ()
    assert "no measurement groups" in found.notes[-1]
    assert as_text(found.report)
    assert annotations_of_report(found) == ()


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def content(relationship: str, kind: str, name: Dataset | None, *below: Dataset, **rest: Any) -> Dataset:
    made = item(RelationshipType=relationship, ValueType=kind, **rest)
    if name is not None:
        made.ConceptNameCodeSequence = [name]
    if below:
        made.ContentSequence = list(below)
    return made


def on_image(uid: str) -> Dataset:
    referenced = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=uid)
    return content("SELECTED FROM", "IMAGE", None, ReferencedSOPSequence=[referenced])


def shape(graphic: str, *data: float, uid: str = "1.2.3", relationship: str = "INFERRED FROM") -> Dataset:
    return content(relationship, "SCOORD", None, on_image(uid), GraphicType=graphic, GraphicData=list(data))


def number(value: float, unit: str, name: Dataset, *below: Dataset) -> Dataset:
    measured = item(NumericValue=str(value), MeasurementUnitsCodeSequence=[code(unit, "UCUM", unit)])
    return content("CONTAINS", "NUM", name, *below, MeasuredValueSequence=[measured])


def group_of(*items: Dataset, tracking: str = "x") -> Dataset:
    named = content("HAS OBS CONTEXT", "TEXT", code("112039", "DCM", "Tracking Identifier"), TextValue=tracking)
    group = content("CONTAINS", "CONTAINER", code("125007", "DCM", "Measurement Group"), named, *items)
    measurements = content("CONTAINS", "CONTAINER", code("126010", "DCM", "Imaging Measurements"), group)
    return item(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.88.34",
        SOPInstanceUID="1.2.3.4",
        ValueType="CONTAINER",
        ConceptNameCodeSequence=[code("126000", "DCM", "Imaging Measurement Report")],
        ContentSequence=[measurements],
    )


COBB = code("285285000", "SCT", "Cobb angle")
ANGLE = code("1483009", "SCT", "Angle")


def only(found: FoundReport) -> Annotation:
    (made,) = found.annotations
    return made


@pytest.mark.parametrize(
    ("name", "shapes", "kind"),
    [
        (COBB, [shape("POLYLINE", 1, 1, 5, 1, 1, 9, 5, 8)], "cobb"),
        (COBB, [shape("POLYLINE", 1, 1, 5, 1), shape("POLYLINE", 1, 9, 5, 8)], "cobb"),
        (ANGLE, [shape("POLYLINE", 1, 1, 5, 1), shape("POLYLINE", 1, 9, 5, 8)], "open_angle"),
        (ANGLE, [shape("POLYLINE", 1, 1, 5, 1, 5, 9)], "angle"),
        (code("4000022", "99PDL-rad", "Angle"), [shape("POLYLINE", 1, 1, 5, 1, 5, 9)], "angle"),
    ],
)
def test_that_angles_are_told_by_their_number(name: Dataset, shapes: list[Dataset], kind: str) -> None:
    made = only(report_of(group_of(number(11, "deg", name, *shapes))))
    assert made.kind == kind
    assert made.points_px[0] == (0.5, 0.5)


LENGTH = code("410668003", "SCT", "Length")


@pytest.mark.parametrize(
    ("drawn", "kind", "points"),
    [
        (shape("POLYLINE", 1, 1, 5, 1, 5, 9), "polyline", 3),
        (shape("POLYLINE", 1, 1, 5, 1, 6, 9, 1, 1), "polygon", 3),
        (shape("POLYLINE", 1, 1, 5, 1, 5, 9, 1, 9, 1, 1), "rectangle", 4),
        (shape("POLYLINE", 1, 1, 5, 2, 5, 9, 1, 9, 1, 1), "polygon", 4),
        (shape("POINT", 4, 4), "point", 1),
        (shape("POINT", 4, 4, 8, 8), "arrow", 2),
        (shape("CIRCLE", 4, 4, 8, 4), "circle", 2),
    ],
)
def test_that_a_graphic_alone_tells_what_it_is(drawn: Dataset, kind: str, points: int) -> None:
    made = only(report_of(group_of(number(4, "mm", LENGTH, drawn))))
    assert (made.kind, len(made.points_px)) == (kind, points)


def test_that_the_code_of_a_length_with_a_unit_of_area_is_an_area() -> None:
    found = report_of(group_of(number(4, "mm2", code("G-D7FE", "SRT", "AREA"), shape("CIRCLE", 4, 4, 8, 4))))
    assert found.groups[0].values[0].concept is not None
    assert found.groups[0].values[0].concept.value == "G-D7FE"
    assert measurements_of_report(found)[0].values[0].quantity.key == "area"


def test_that_graphics_in_space_are_laid_onto_the_image_they_lie_in() -> None:
    images = m.images("oblique")
    places = [m.place(each) for each in images]
    corners = [(3.0, 4.0), (12.0, 4.0), (12.0, 9.0)]
    assert places[4].plane is not None
    lps = image_to_lps(places[4].plane, corners)
    space = content("CONTAINS", "SCOORD3D", code("111030", "DCM", "Image Region"), GraphicType="POLYGON")
    space.GraphicData = [float(each) for point in (*lps, lps[0]) for each in point]
    space.ReferencedFrameOfReferenceUID = images[0].FrameOfReferenceUID
    made = only(report_of(group_of(space), places))
    assert (made.kind, made.sop_instance_uid) == ("polygon", images[4].SOPInstanceUID)
    assert np.array(made.points_px) == pytest.approx(np.array(corners), abs=1e-4)
    space.ReferencedFrameOfReferenceUID = "1.2.3.4.5"
    assert report_of(group_of(space), places).annotations == ()


def test_that_bytes_changed_at_random_are_read_as_far_as_they_can_be() -> None:
    from tests.unit.objects.test_measurement_report import written

    images = m.images()
    file = BytesIO()
    kinds_there: tuple[Kind, ...] = ("mask", "cobb", "ellipse", "length")
    written([m.measurement(kind, images[0]) for kind in kinds_there], images).save_as(file, enforce_file_format=True)
    whole, chance = file.getvalue(), random.Random(4)
    read = 0
    for _ in range(80):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 8, 60))):
            data[chance.randrange(132, len(data))] = chance.randrange(256)
        try:
            found = report_of(read_header(BytesSource(bytes(data)), whole=True).dataset, [m.place(images[0])])
        except UserError:
            continue
        measurements_of_report(found)
        volumes_of_report(found)
        read += 1
    assert read > 10

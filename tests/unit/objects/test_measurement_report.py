"""Measurement reports of our own: written strictly, read by programs that we did not write, and live again."""

import json
import math
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import highdicom
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.uid import UID, ImplicitVRLittleEndian

from tests.unit.objects import measured as m
from tests.unit.objects.gate import report_findings
from workstation.errors import UserError
from workstation.model import quantities as q
from workstation.model import units as u
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import KINDS, Kind
from workstation.model.concepts import Code
from workstation.model.geometry import Spacing
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.outlines import outline_px
from workstation.objects.measurement_report.reading import read_report, report_of
from workstation.objects.measurement_report.restored import (
    annotations_of_report,
    measurements_of_report,
    volumes_of_report,
)
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.measurement_report.writing import (
    COMPREHENSIVE_3D_SR,
    COMPREHENSIVE_SR,
    ReportSetting,
    report_dataset,
    write_report,
)
from workstation.objects.writing import save

Tool = Callable[[str], str]
NOW = datetime(2026, 11, 25, 10, 15)


def written(measurements: list[Measurement], images: list[Dataset], **rest: object) -> Dataset:
    return report_dataset(measurements, images, now=NOW, **rest)  # type: ignore[arg-type]  # volumes, setting


def again(ds: Dataset, images: list[Dataset]) -> list[Annotation]:
    """As it is read from a file, with the images there."""
    return list(annotations_of_report(report_of(through_file(ds), [m.place(each) for each in images])))


def through_file(ds: Dataset) -> Dataset:
    from io import BytesIO

    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return dcmread(BytesIO(file.getvalue()))


def groups(ds: Dataset) -> list[Dataset]:
    (found,) = (each for each in ds.ContentSequence if each.ConceptNameCodeSequence[0].CodeValue == "126010")
    return list(found.ContentSequence)


def below(item: Dataset, value_type: str) -> list[Dataset]:
    found = [item] if item.ValueType == value_type else []
    return found + [each for child in item.get("ContentSequence", ()) for each in below(child, value_type)]


@pytest.mark.parametrize("layout", ["axial", "oblique", "anisotropic", "negated_column", "tilted"])
def test_that_annotations_of_every_kind_come_back_as_they_were(layout: str) -> None:
    images = m.images(layout)
    measurements = m.all_kinds(images)
    found = again(written(measurements, images), images)
    assert [each.kind for each in found] == list(KINDS)
    for made, measurement in zip(found, measurements, strict=True):
        assert m.plain(made) == m.plain(measurement.annotation), made.kind


def test_that_numbers_and_where_they_come_from_come_back() -> None:
    images = m.images()
    measurements = m.all_kinds(images)
    found = measurements_of_report(report_of(through_file(written(measurements, images))))
    assert len(found) == len(measurements)
    for restored, measurement in zip(found, measurements, strict=True):
        assert restored.values == measurement.values
        assert restored.basis == replace(measurement.basis, place="")
        assert restored.notes == measurement.notes


def test_that_a_frame_of_a_multi_frame_image_is_named() -> None:
    images = m.images("enhanced")
    ds = written([m.measurement("length", images[0], 4), m.measurement("polygon", images[0], 0)], images)
    numbers = [each.ReferencedSOPSequence[0].ReferencedFrameNumber for each in below(groups(ds)[0], "IMAGE")]
    assert set(numbers) == {5}
    assert [each.frame for each in again(ds, images)] == [4, 0]


def test_that_points_count_from_the_corner_of_the_first_pixel() -> None:
    images = m.images()
    (shape, *_) = below(groups(written([m.measurement("length", images[0])], images))[0], "SCOORD")
    assert shape.GraphicType == "POLYLINE"
    assert list(shape.GraphicData) == [2.5, 3.5, 15.0, 9.75]
    assert shape.RelationshipType == "INFERRED FROM"


@pytest.mark.parametrize(
    ("kind", "graphics", "template"),
    [
        ("cobb", ["POLYLINE", "POLYLINE"], "1501"),
        ("bidirectional", ["POLYLINE", "POLYLINE"], "1501"),
        ("four_point_angle", ["POLYLINE"] * 4, "1501"),
        ("ellipse", ["ELLIPSE"], "1410"),
        ("circle", ["CIRCLE"], "1410"),
        ("rectangle", ["POLYLINE"], "1410"),
        ("mask", ["POLYLINE"], "1410"),
        ("vertebra", ["POINT"], "1410"),
    ],
)
def test_that_each_kind_has_the_graphics_and_template_that_others_know(
    kind: Kind, graphics: list[str], template: str
) -> None:
    images = m.images()
    (group,) = groups(written([m.measurement(kind, images[0], text="", is_label_moved=False)], images))
    assert [each.GraphicType for each in below(group, "SCOORD")] == graphics
    assert group.ContentTemplateSequence[0].TemplateIdentifier == template


def test_that_the_axes_of_a_bidirectional_are_below_their_numbers() -> None:
    images = m.images()
    (group,) = groups(written([m.measurement("bidirectional", images[0], text="", is_label_moved=False)], images))
    said = {each.ConceptNameCodeSequence[0].CodeValue: below(each, "SCOORD") for each in below(group, "NUM")}
    assert [list(shape.GraphicData) for shape in said["103339001"]] == [[4.5, 10.5, 18.5, 10.5]]
    assert [list(shape.GraphicData) for shape in said["103340004"]] == [[11.5, 7.5, 11.5, 14.5]]


def test_that_round_shapes_are_ellipses_on_pixels_that_are_not_square() -> None:
    (image, *_) = images = m.images("anisotropic")
    turn = np.deg2rad(30)
    ways = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))]) * [[5.0], [3.0]] / (0.5, 1.4)
    ends = tuple((14 + sign * x, 10 + sign * y) for x, y in ways for sign in (-1, 1))
    turned = m.measurement("ellipse", image, points_px=ends)
    round_one = m.measurement("circle", image)
    for measurement, group in zip([turned, round_one], groups(written([turned, round_one], images)), strict=True):
        (shape, *_) = below(group, "SCOORD")
        assert shape.GraphicType == "ELLIPSE"
        one, other, third, fourth = np.array(shape.GraphicData).reshape(4, 2) - 0.5
        major, minor = (other - one) / 2, (fourth - third) / 2
        assert major @ minor == pytest.approx(0, abs=1e-4)
        assert major @ major >= minor @ minor
        rim = outline_px(measurement.annotation, measurement.basis.spacing) - (one + other) / 2
        share = (rim @ major / (major @ major)) ** 2 + (rim @ minor / (minor @ minor)) ** 2
        assert share == pytest.approx(np.ones(len(rim)), abs=1e-4)


def test_that_the_outline_of_a_painted_region_holds_its_pixels_and_no_others() -> None:
    images = m.images()
    (group,) = groups(written([m.measurement("mask", images[0], text="", is_label_moved=False)], images))
    corners = np.array(below(group, "SCOORD")[0].GraphicData).reshape(-1, 2) - 0.5
    inside = np.zeros((20, 28), bool)
    for row in range(20):  # by hand: crossings of a ray to the left, even-odd
        for column in range(28):
            crossed = 0
            for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
                if (y0 <= row) != (y1 <= row):
                    crossed += x0 + (row - y0) / (y1 - y0) * (x1 - x0) < column
            inside[row, column] = crossed % 2
    expected = np.zeros((20, 28), bool)
    expected[6:10, 5:11] = m.RING
    assert (inside == expected).all()


def test_that_graphics_can_be_given_in_the_patient() -> None:
    images = m.images("oblique")
    measurements = m.all_kinds(images)
    ds = written(measurements, images, setting=ReportSetting(in_patient=True))
    assert ds.SOPClassUID == COMPREHENSIVE_3D_SR
    (shape,) = below(groups(ds)[KINDS.index("length")], "SCOORD3D")
    expected = measurements[KINDS.index("length")].annotation.points_lps
    assert np.array(shape.GraphicData).reshape(-1, 3) == pytest.approx(np.array(expected), abs=1e-4)
    assert shape.ReferencedFrameOfReferenceUID == images[0].FrameOfReferenceUID
    (region,) = below(groups(ds)[KINDS.index("polygon")], "SCOORD3D")
    assert region.GraphicType == "POLYGON"
    for made, measurement in zip(again(ds, images), measurements, strict=True):
        assert m.plain(made) == m.plain(measurement.annotation), made.kind


def test_that_a_line_through_the_slices_is_written_in_the_patient_by_itself() -> None:
    images = m.images()
    plain = m.measurement("length", images[2])
    lps = plain.annotation.points_lps
    through = replace(plain.annotation, points_lps=(lps[0], (lps[1][0], lps[1][1], lps[1][2] + 20.0)))
    ds = written([plain, replace(plain, annotation=through)], images)
    assert [len(below(group, "SCOORD3D")) for group in groups(ds)] == [0, 1]
    assert np.array(again(ds, images)[1].points_lps) == pytest.approx(np.array(through.points_lps), abs=1e-4)
    assert written([plain], images).SOPClassUID == COMPREHENSIVE_SR


def test_that_a_sphere_between_slices_keeps_its_middle() -> None:
    images = m.images()
    plain = m.measurement("sphere", images[2])
    centre, rim = plain.annotation.points_lps
    between = tuple((x, y, z + 0.7) for x, y, z in (centre, rim))
    moved = replace(plain, annotation=replace(plain.annotation, points_lps=between))
    first, second = again(written([plain, moved], images), images)
    assert np.array(first.points_lps) == pytest.approx(np.array((centre, rim)))
    assert np.array(second.points_lps[0]) == pytest.approx(np.array(between[0]), abs=1e-4)
    assert math.dist(*second.points_lps) == pytest.approx(math.dist(centre, rim), abs=1e-4)
    assert np.array(second.points_px) == pytest.approx(np.array(first.points_px))


def volume_of(images: list[Dataset], **rest: object) -> VolumeMeasurement:
    kinds: tuple[Kind, ...] = ("polygon", "spline", "mask", "circle", "ellipse", "freehand")
    about = About("1.2.826.0.7", "Lesion 7", m.NODULE)
    contours = tuple(replace(m.annotation(kind, images[at]), about=about, text="") for at, kind in enumerate(kinds))
    values = (Value(q.VOLUME, 4.2, u.ML), *m.STATISTICS)
    basis = m.measurement("polygon", images[0]).basis
    return replace(VolumeMeasurement(about, values, basis, contours, "all of it"), **rest)  # type: ignore[arg-type]


def test_that_a_volume_of_contours_comes_back() -> None:
    images = m.images("anisotropic")
    volume = volume_of(images)
    ds = written([m.measurement("length", images[0])], images, volumes=[volume])
    assert groups(ds)[1].ContentTemplateSequence[0].TemplateIdentifier == "1411"
    found = report_of(through_file(ds), [m.place(each) for each in images])
    (restored,) = volumes_of_report(found)
    assert (restored.about, restored.values, restored.name) == (volume.about, volume.values, "all of it")
    for made, drawn in zip(restored.contours, volume.contours, strict=True):
        assert (made.kind, made.points_px, made.mask) == (drawn.kind, drawn.points_px, drawn.mask)
        assert (made.sop_instance_uid, made.points_lps) == (drawn.sop_instance_uid, drawn.points_lps)
    assert [each.annotation.kind for each in measurements_of_report(found)] == ["length"]


OVERLAP = "Contours of Lung überlappen on a slice: what lies in both is taken to be outside."


def test_that_how_a_region_was_read_from_a_file_goes_with_it_and_is_told_once_with_its_numbers() -> None:
    images = m.images()
    measured = m.measurement("mask", images[0], notes=(OVERLAP, "A second sentence."))
    measured = replace(measured, notes=(*measured.annotation.notes, "Of the numbers."))
    plain = m.measurement("polygon", images[1])
    ds = written([measured, plain], images)
    found = measurements_of_report(report_of(through_file(ds)))
    assert [each.annotation.notes for each in found] == [measured.annotation.notes, ()]
    assert [each.notes for each in found] == [measured.notes, ()]


@pytest.mark.parametrize("at", [0, 3])
def test_that_of_a_volume_the_contour_that_was_ambiguous_has_the_note(at: int) -> None:
    images = m.images("anisotropic")
    volume = volume_of(images)
    contours = list(volume.contours)
    contours[at] = replace(contours[at], notes=(OVERLAP,))
    ds = written([], images, volumes=[replace(volume, contours=tuple(contours), notes=(OVERLAP,))])
    (restored,) = volumes_of_report(report_of(through_file(ds)))
    assert [each.notes for each in restored.contours] == [each.notes for each in contours]
    assert restored.notes == (OVERLAP,)


@pytest.fixture(scope="module")
def one_of_each(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Measurement]]:
    """A report with a region, a line, a painted region, a volume and a sphere."""
    images = m.images("oblique")
    kinds: tuple[Kind, ...] = ("circle", "cobb", "mask", "text", "sphere")
    measurements = [m.measurement(kind, images[at]) for at, kind in enumerate(kinds)]
    measurements[2] = m.measurement("mask", images[2], notes=(OVERLAP,))
    file = tmp_path_factory.mktemp("reports") / "report.dcm"
    write_report(measurements, images, file, volumes=[volume_of(images)], creator="Reader^Ruth", now=NOW)
    return file, measurements


def test_that_programs_that_check_reports_find_nothing(one_of_each: tuple[Path, list[Measurement]], tool: Tool) -> None:
    assert report_findings(tool, one_of_each[0]) == []


@pytest.mark.parametrize("in_patient", [False, True])
def test_that_reports_of_all_kinds_are_valid(in_patient: bool, tmp_path: Path, tool: Tool) -> None:
    images = m.images("tilted")
    write_report(m.all_kinds(images), images, tmp_path / "r.dcm", in_patient=in_patient)
    assert report_findings(tool, tmp_path / "r.dcm", with_template=False) == []


def test_that_highdicom_reads_the_same_numbers() -> None:
    images = m.images()
    measurements = m.all_kinds(images)
    ds = through_file(written(measurements, images, volumes=[volume_of(images)]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of codes that it does not know
        content = (
            highdicom.sr.ComprehensiveSR.from_dataset(ds).content
            if ds.SOPClassUID == COMPREHENSIVE_SR
            else (highdicom.sr.Comprehensive3DSR.from_dataset(ds).content)
        )
        found = [
            *content.get_planar_roi_measurement_groups(),
            *content.get_volumetric_roi_measurement_groups(),
            *content.get_image_measurement_groups(),
        ]
        said = {
            str(group.tracking_uid): [
                (each.value, each.unit.value, each.derivation.value if each.derivation else None)
                for each in group.get_measurements()
            ]
            for group in found
        }
    expected = {
        str((each.annotation.about or About()).tracking_uid): _as_written(each.values) for each in measurements
    } | {"1.2.826.0.7": _as_written(volume_of(images).values)}
    assert said == expected


def _as_written(values: tuple[Value, ...]) -> list[tuple[float, str, str | None]]:
    return [
        (each.value, each.unit.ucum, each.quantity.derivation.value if each.quantity.derivation else None)
        for each in values
    ]


def test_that_dcmqi_reads_the_same_numbers(
    one_of_each: tuple[Path, list[Measurement]], tmp_path: Path, tool: Tool
) -> None:
    file, measurements = one_of_each
    command = [tool("tid1500reader"), "--inputDICOM", file, "--outputMetadata", tmp_path / "said.json"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=60)
    said = json.loads((tmp_path / "said.json").read_text())["Measurements"]
    assert len(said) == len(measurements) + 1
    for group, measurement in zip(said, measurements, strict=False):
        assert group["TrackingUniqueIdentifier"] == (measurement.annotation.about or About()).tracking_uid
        assert [each["units"]["CodeValue"] for each in group["measurementItems"]] == [
            each.unit.ucum for each in measurement.values
        ]
        assert [float(each["value"]) for each in group["measurementItems"]] == pytest.approx(
            [each.value for each in measurement.values], rel=1e-12
        )


def test_that_a_report_says_who_measured_and_names_no_file(one_of_each: tuple[Path, list[Measurement]]) -> None:
    file, measurements = one_of_each
    ds = dcmread(file)
    assert [str(each.PersonName) for each in ds.ContentSequence if each.ValueType == "PNAME"] == ["Reader^Ruth"]
    assert "Doe^Jane" in measurements[0].basis.place
    assert b"Doe^Jane" not in file.read_bytes()
    (scheme,) = ds.CodingSchemeIdentificationSequence
    assert scheme.CodingSchemeDesignator == "99WORKSTATION"


def test_that_evidence_lists_every_image_once_by_study() -> None:
    images = m.images()
    other = m.images("single_slice")[0]
    other.PatientID, other.PatientName = images[0].PatientID, images[0].PatientName
    measured = [m.measurement("length", images[0]), m.measurement("circle", images[0]), m.measurement("point", other)]
    ds = written(measured, [*images, other])
    studies = [*ds.CurrentRequestedProcedureEvidenceSequence, *ds.get("PertinentOtherEvidenceSequence", ())]
    listed = [
        each.ReferencedSOPInstanceUID
        for study in studies
        for series in study.ReferencedSeriesSequence
        for each in series.ReferencedSOPSequence
    ]
    assert sorted(listed) == sorted([images[0].SOPInstanceUID, other.SOPInstanceUID])


def test_that_an_outline_that_is_too_long_for_explicit_encoding_is_written_nevertheless(tmp_path: Path) -> None:
    (image,) = m.images("single_slice")
    chess = np.indices((100, 100)).sum(axis=0) % 2 == 0
    painted = m.measurement("mask", image, mask=m.packed(chess, 0, 0), points_px=((0, 0), (99, 99)), text="")
    ds = write_report([painted], [image], tmp_path / "long.dcm")
    assert ds.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    (made,) = read_report(tmp_path / "long.dcm").annotations
    assert made.mask == painted.annotation.mask


def test_that_a_report_is_of_something_that_is_there_and_of_one_patient() -> None:
    images = m.images()
    with pytest.raises(UserError, match="no measurement"):
        written([], images)
    with pytest.raises(UserError, match="not among those") as told:
        written([m.measurement("length", images[0])], images[1:])
    assert str(images[0].SOPInstanceUID) in (told.value.hint or "")
    stranger = m.images("single_slice")[0]
    stranger.PatientID = "ANOTHER"
    with pytest.raises(UserError, match="different patients"):
        written([m.measurement("length", images[0])], [*images, stranger])


def test_that_a_second_reading_gives_the_same_annotations() -> None:
    images = m.images()
    ds = written(m.all_kinds(images), images)
    assert again(ds, images) == again(ds, images)
    assert len({each.id for each in again(ds, images)}) == len(KINDS)
    assert {each.source_uid for each in again(ds, images)} == {str(ds.SOPInstanceUID)}


UNITS = (u.MM, u.CM, u.MM2, u.CM2, u.ML, u.HU, u.DEGREES, u.ONE, u.INCH, u.PIXELS, u.PIXELS2, u.BQML, u.PERCENT)
SUV = (u.SUV_BW, u.SUV_LBM_JAMES, u.SUV_LBM_JANMA, u.SUV_LBM_JAMES_128, u.SUV_BSA, u.SUV_IBW)
OF = (None, q.ATTENUATION, *q.SUV_CONCEPTS.values(), Code("113041", "DCM", "Apparent Diffusion Coefficient"))
STATISTIC = tuple(each for each in vars(q).values() if isinstance(each, q.Quantity) and each.derivation is not None)
OTHERS = tuple(each for each in vars(q).values() if isinstance(each, q.Quantity) and each.concept is not None)


@given(
    numbers=st.lists(
        st.builds(
            Value,
            st.one_of(
                st.sampled_from((*STATISTIC, *OTHERS, q.VALUE)),
                st.floats(0.5, 99.5).map(lambda each: q.percentile(round(each, 2))),
            ),
            st.floats(-1e12, 1e12, allow_nan=False),
            st.sampled_from((*UNITS, *SUV)),
            st.sampled_from(OF),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_that_value_unit_and_quantity_come_back_exactly(numbers: list[Value]) -> None:
    (image,) = IMAGE
    # The code of a length beside a unit of area is what another program writes for an area.
    numbers = [each for each in numbers if each.quantity is not q.LENGTH or each.unit not in (u.MM2, u.CM2)]
    basis = Basis(str(image.SOPInstanceUID), 0, Spacing(1, 1))
    measured = Measurement(m.annotation("polygon", image), tuple(numbers), basis)
    (restored,) = measurements_of_report(report_of(through_file(report_dataset([measured], [image], now=NOW))))
    assert restored.values == tuple(numbers)


IMAGE = m.images("single_slice")


def test_that_what_is_written_is_saved_whole(tmp_path: Path) -> None:
    images = m.images()
    ds = written([m.measurement("text", images[0])], images)
    save(ds, tmp_path / "deep" / "folder" / "r.dcm")
    (made,) = read_report(tmp_path / "deep" / "folder" / "r.dcm").annotations
    assert made.text == "Über dem Zwerchfell"


@pytest.mark.parametrize("text", ["{Lesion}", "a\\b", "=1+1", "x" * 1000, "שלום", "🙂"])
def test_that_odd_words_come_back_and_odd_identifiers_become_valid_ones(text: str) -> None:
    images = m.images()
    made = m.measurement("length", images[0], text=text, about=About("c4b1-not a {uid}", text[:64]))
    first, second = (written([made], images) for _ in range(2))
    (back,) = again(first, images)
    assert back.text == text
    assert back.about is not None
    assert back.about.tracking_uid == again(second, images)[0].about.tracking_uid  # type: ignore[union-attr]
    assert UID(back.about.tracking_uid).is_valid


def test_that_a_damaged_place_of_words_is_left_out() -> None:
    images = m.images()
    ds = written([m.measurement("length", images[0])], images)
    changed = 0
    for element in ds.iterall():
        if element.keyword == "GraphicData" and len(element.value) == 2:
            element.value, changed = [float("nan"), 1e38], changed + 1
    assert changed
    (back,) = again(ds, images)
    assert np.isfinite(back.label_px).all()
    assert not back.is_label_moved

"""Measurements on planes cut out of volumes in reports: in the patient, with the slices that they were made of."""

import json
import math
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.unit.objects import measured as m
from tests.unit.objects.gate import Tool, report_findings
from tests.unit.objects.templates import groups_of, missing_items
from tests.unit.objects.test_measurement_report import NOW, below, through_file
from workstation.errors import UserError
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import Plane, Spacing, SpacingSource, plane_normal_lps, unit
from workstation.model.measurement import Measurement
from workstation.model.plane_cut import PlaneCut
from workstation.objects.measurement_report.cut_words import cut_said, cut_words
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import measurements_of_report
from workstation.objects.measurement_report.slices_of_plane import slices_of_plane
from workstation.objects.measurement_report.writing import COMPREHENSIVE_3D_SR, report_dataset, write_report

KINDS: tuple[Kind, ...] = (
    *("length", "polyline", "curve", "angle", "cobb", "four_point_angle", "bidirectional", "perpendicular", "profile"),
    *("point", "rectangle", "ellipse", "circle", "polygon", "freehand", "spline"),
    "mask",
)


def cut_through(images: list[Dataset], *, thickness_mm: float = 0.0) -> PlaneCut:
    """Give an oblique plane through the middle of the slices."""
    middle, last = m.plane(images[len(images) // 2]), m.plane(images[-1])
    assert middle is not None
    assert last is not None
    row = middle.along_row_lps
    down = (np.array(middle.along_column_lps) + 0.4 * np.array(plane_normal_lps(middle))).tolist()
    column = unit((down[0], down[1], down[2]))
    assert abs(np.dot(row, column)) < 1e-9
    spacing = Spacing(0.7, 0.7, SpacingSource.PIXEL_SPACING)
    plane = Plane(middle.origin_lps, row, column, spacing, middle.frame_of_reference_uid)
    return PlaneCut(plane, (40, 30), "time 1; of 2: early", thickness_mm, "minip", "cubic", is_as_taken=True)


def on_plane(kind: Kind, images: list[Dataset], cut: PlaneCut) -> Measurement:
    plain = m.measurement(kind, images[0])
    annotation = replace(plain.annotation, sop_instance_uid=str(images[0].SeriesInstanceUID), frame=0, cut=cut)
    spacing = replace(cut.plane.spacing, note="of a plane cut out of a volume")
    basis = replace(plain.basis, sop_instance_uid=annotation.sop_instance_uid, frame=0, spacing=spacing)
    return replace(plain, annotation=annotation.on_plane(cut.plane), basis=basis)


def written(measurements: list[Measurement], images: list[Dataset]) -> Dataset:
    return through_file(report_dataset(measurements, images, now=NOW))


@pytest.mark.parametrize("stack", ["", "time 1; of 2: early"])
def test_that_all_kinds_come_back_as_they_were_without_any_image(stack: str) -> None:
    images = m.images("oblique")
    cut = replace(cut_through(images, thickness_mm=3.25), stack=stack)
    measurements = [on_plane(kind, images, cut) for kind in KINDS]
    ds = written(measurements, images)
    assert ds.SOPClassUID == COMPREHENSIVE_3D_SR
    again = measurements_of_report(report_of(ds))
    assert [each.annotation.kind for each in again] == list(KINDS)
    for made, before in zip(again, measurements, strict=True):
        one, other = made.annotation, before.annotation
        assert one.cut == other.cut
        assert one.sop_instance_uid == images[0].SeriesInstanceUID
        assert np.array(one.points_px) == pytest.approx(np.array(other.points_px), abs=1e-3)
        assert np.array(one.points_lps) == pytest.approx(np.array(other.points_lps), abs=1e-4)
        assert np.array(one.label_px) == pytest.approx(np.array(other.label_px), abs=1e-3)
        assert one.mask == other.mask
        assert (one.text, one.colour, one.about) == (other.text, other.colour, other.about)
        assert one.frame_of_reference_uid == images[0].FrameOfReferenceUID
        assert made.values == before.values


def test_that_graphics_are_in_the_patient_and_nothing_is_selected_from_an_image() -> None:
    images = m.images()
    cut = cut_through(images)
    ds = written([on_plane(kind, images, cut) for kind in KINDS], images)
    for group, kind in zip(groups_of(ds), KINDS, strict=True):
        items = [
            *group.ContentSequence,
            *(item for each in group.ContentSequence for item in each.get("ContentSequence", ())),
        ]
        assert not [each for each in items if each.ValueType == "SCOORD"], kind
        shapes = [each for each in items if each.ValueType == "SCOORD3D"]
        assert {each.ReferencedFrameOfReferenceUID for each in shapes} == {images[0].FrameOfReferenceUID}
        normal = np.array(plane_normal_lps(cut.plane))
        for each in shapes:
            points = np.array(each.GraphicData).reshape(-1, 3)
            assert np.abs((points - np.array(cut.plane.origin_lps)) @ normal).max() < 1e-4, kind
        name = "121233" if TRAITS[kind].is_region or kind == "point" else "121112"
        sources = [each for each in group.ContentSequence if each.ValueType == "IMAGE"]
        assert {each.ConceptNameCodeSequence[0].CodeValue for each in sources} == {name}
    assert missing_items(ds) == []
    referenced = {
        each.ReferencedSOPInstanceUID
        for each in ds.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence
    }
    assert referenced == {each.SOPInstanceUID for each in images}


def test_that_the_sources_are_the_slices_between_which_it_lies() -> None:
    images = m.images()
    middle, following = m.plane(images[3]), m.plane(images[4])
    assert middle is not None
    assert following is not None
    between = np.array(middle.origin_lps) * 0.75 + np.array(following.origin_lps) * 0.25
    flat = PlaneCut(replace(middle, origin_lps=tuple(between.tolist())), (28, 20))
    step = float(np.linalg.norm(np.array(following.origin_lps) - np.array(middle.origin_lps)))

    def numbers(cut: PlaneCut, kind: Kind = "circle") -> list[int]:
        found = slices_of_plane(on_plane(kind, images, cut).annotation, images)
        return [[str(image.SOPInstanceUID) for image in images].index(each.header.SOPInstanceUID) for each in found]

    assert sorted(numbers(flat)) == [3, 4]
    assert sorted(numbers(replace(flat, plane=middle))) == [3]
    assert sorted(numbers(replace(flat, thickness_mm=2 * step))) == [2, 3, 4, 5]
    rise = 0.7 * 0.4 / math.hypot(1.0, 0.4)  # of a row of the oblique plane, along the normal of the slices
    rows = [row for _column, row in m.POINTS["cobb"]]
    first, last = (row * rise / step for row in (min(rows), max(rows)))
    expected = list(range(len(images) // 2 + math.floor(first), len(images) // 2 + math.ceil(last) + 1))
    assert sorted(numbers(cut_through(images), "cobb")) == expected
    assert len(expected) > 2
    assert sorted(numbers(replace(flat, thickness_mm=9000.0))) == list(range(len(images)))
    (volume,) = m.images("enhanced")
    plane = m.plane(volume, 3)
    assert plane is not None
    (found,) = slices_of_plane(on_plane("circle", [volume], PlaneCut(plane, (28, 20))).annotation, [volume])
    assert found.frames == (3,)


def test_that_a_plane_that_was_changed_is_no_plane() -> None:
    images = m.images()
    ds = report_dataset([on_plane("length", images, cut_through(images))], images, now=NOW)
    (group,) = groups_of(ds)
    (controls,) = (each for each in below(group, "SCOORD3D") if each.GraphicType == "MULTIPOINT")
    controls.GraphicData = [each + 5.0 for each in controls.GraphicData]
    assert all(each.cut is None for each in report_of(ds).annotations)


def test_that_words_of_a_plane_are_read_as_they_were_said_and_others_are_none() -> None:
    cut = cut_through(m.images("oblique"), thickness_mm=1.5)
    uid = cut.plane.frame_of_reference_uid
    words = cut_words(cut)
    assert cut_said(words, uid) == cut
    thin = replace(cut, thickness_mm=0.0, projection="mip", is_as_taken=False, stack="")
    assert cut_said(cut_words(thin), uid) == thin
    spoilt = ("", words[:40], words.replace("40 x 30", "40 x many"), words.replace("minip", "most"), f"x{words}")
    for each in (
        *spoilt,
        words.replace("cubic", "rough"),
        words.replace("1.5 mm", "nan mm"),
        words.replace("0.7", "0"),
    ):
        assert cut_said(each, uid) is None, each


def test_that_without_a_frame_of_reference_or_its_series_it_cannot_be_saved() -> None:
    images = m.images()
    made = on_plane("length", images, cut_through(images))
    nowhere = replace(made, annotation=replace(made.annotation, frame_of_reference_uid=""))
    with pytest.raises(UserError, match="without a frame of reference"):
        report_dataset([nowhere], images, now=NOW)
    elsewhere = replace(made, annotation=replace(made.annotation, sop_instance_uid="1.2.3"))
    with pytest.raises(UserError, match="not among those of the report"):
        report_dataset([elsewhere], images, now=NOW)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    images = m.images("tilted")
    cut = cut_through(images, thickness_mm=4.0)
    file = tmp_path_factory.mktemp("reports") / "report.dcm"
    kinds: tuple[Kind, ...] = ("bidirectional", "circle", "polygon")
    write_report([on_plane(kind, images, cut) for kind in kinds], images, file, creator="Reader^Ruth", now=NOW)
    return file


def test_that_programs_that_check_reports_find_nothing(report: Path, tool: Tool) -> None:
    assert report_findings(tool, report) == []


def test_that_highdicom_reads_the_same_groups(report: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of codes that it does not know
        content = highdicom.sr.srread(report).content
        planar, others = content.get_planar_roi_measurement_groups(), content.get_image_measurement_groups()
    assert [each.roi.GraphicType for each in planar] == ["ELLIPSE", "POLYGON"]
    assert len(others) == 1


def test_that_dcmqi_reads_every_number(report: Path, tmp_path: Path, tool: Tool) -> None:
    said = tmp_path / "said.json"
    subprocess.run(
        [tool("tid1500reader"), "--inputDICOM", report, "--outputMetadata", said], check=True, capture_output=True
    )
    groups = json.loads(said.read_text())["Measurements"]
    assert [len(each["measurementItems"]) for each in groups] == [
        len(each.values) for each in measurements_of_report(report_of(highdicom.sr.srread(report)))
    ]

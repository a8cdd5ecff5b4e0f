"""Regions as segmentations and structure sets, and back: geometry in the patient, held against other programs."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import highdicom
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from tests.unit.objects import measured as m
from tests.unit.objects.gate import findings, report_findings
from workstation.errors import UserError
from workstation.measure.region_segments import regions_dataset, segments_of_regions, write_regions
from workstation.measure.regions import region_of
from workstation.model.annotation import About, Annotation
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import image_to_lps
from workstation.model.reading import read_dataset
from workstation.model.source import BytesSource
from workstation.model.structures import Contour, ContourKind, Structure, StructureSet
from workstation.objects.found_regions import found_regions
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import volumes_of_report
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.measurement_report.writing import report_dataset, write_report
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.structure_contours import ContourFinder, area_mm2
from workstation.objects.structure_set import structure_set_of
from workstation.objects.structure_set_writing import structure_set_dataset, write_structure_set
from workstation.phantoms import small

Tool = Callable[[str], str]
NOW = datetime(2026, 11, 25, 10, 15)
LAYOUTS = [name for name in small.names() if name not in ("enhanced", "single_slice")]
KINDS: tuple[Kind, ...] = ("polygon", "circle", "mask", "spline", "ellipse", "rectangle", "freehand")


def lesions(images: list[Dataset]) -> list[Annotation]:
    """Two lesions over slices: one of every kind of region, one of painted regions on three slices.

    Drawn ones are moved so that no outline runs through the middle of a pixel, where rounding decides.
    """
    first = About("1.2.826.0.5.100", "Lesion 1", m.NODULE, m.LUNG, m.RIGHT)
    second = About("1.2.826.0.5.101", "Lesion 2")
    made = []
    for at, kind in enumerate(KINDS):
        drawn = m.annotation(kind, images[at % 6], about=first)
        moved = drawn if kind == "mask" else drawn.moved((0.23, 0.31)).on_plane(m.plane(images[at % 6]))
        made.append(moved)
    return made + [replace(m.annotation("mask", images[at]), about=second, colour=(86, 204, 232)) for at in (2, 3, 4)]


def expected(images: list[Dataset]) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """The pixels by tracking identifier and image."""
    found: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for each in lesions(images):
        image = next(one for one in images if one.SOPInstanceUID == each.sop_instance_uid)
        shape = int(image.Rows), int(image.Columns)
        inside = region_of(each, shape, m.place(image).plane.spacing).whole(shape)  # type: ignore[union-attr]
        key = (each.about or About()).tracking_uid, each.sop_instance_uid
        found[key] = found[key] | inside if key in found else inside
    return found


def opened(ds: Dataset) -> SegmentationImage:
    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return SegmentationImage.from_source(BytesSource(file.getvalue()))


def regions_of_segmentation(source: SegmentationImage, places: list[ImagePlace]) -> tuple[Annotation, ...]:
    found = found_regions(SegmentMasks(source), places)
    assert not found.notes
    return found.annotations


def regions_of_structures(structures: StructureSet, places: list[ImagePlace]) -> tuple[Annotation, ...]:
    return found_regions(ContourFinder(structures), places).annotations


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_segments_come_back_pixel_by_pixel(layout: str) -> None:
    images = m.images(layout)
    ds = regions_dataset(lesions(images), images, creator="Reader^Ann", now=NOW)
    found = regions_of_segmentation(opened(ds), [m.place(each) for each in images])
    pixels = {}
    for each in found:
        assert each.mask is not None
        shape = int(images[0].Rows), int(images[0].Columns)
        inside = region_of(each, shape, m.SPACING).whole(shape)
        pixels[(each.about or About()).tracking_uid, each.sop_instance_uid] = inside
    wanted = expected(images)
    assert pixels.keys() == wanted.keys()
    assert all((pixels[key] == wanted[key]).all() for key in wanted)
    names = {(each.about.tracking_id, str(each.about.finding), str(each.about.site)) for each in found if each.about}
    assert names == {("Lesion 1", "Nodule", "Lung"), ("Lesion 2", "Tissue", "None")}


def test_that_frames_of_a_multi_frame_image_are_segmented() -> None:
    (image,) = images = m.images("enhanced")
    regions = [m.annotation("polygon", image, frame) for frame in (2, 5)]
    found = regions_of_segmentation(
        opened(regions_dataset(regions, images, now=NOW)), [m.place(image, frame) for frame in range(9)]
    )
    assert [each.frame for each in found] == [2, 5]


@pytest.mark.parametrize("layout", ["oblique", "feet_first", "anisotropic"])
def test_that_dcmqi_finds_each_segment_where_it_is_in_the_patient(layout: str, tmp_path: Path, tool: Tool) -> None:
    images = m.images(layout)
    write_regions(lesions(images), images, tmp_path / "seg.dcm", now=NOW)
    (tmp_path / "out").mkdir()
    command = [tool("segimage2itkimage"), "--inputDICOM", tmp_path / "seg.dcm", "--outputDirectory", tmp_path / "out"]
    subprocess.run([*map(str, command), "-t", "nrrd"], check=True, capture_output=True, timeout=60)
    wanted = expected(images)
    for number, tracking in ((1, "1.2.826.0.5.100"), (2, "1.2.826.0.5.101")):
        image = SimpleITK.ReadImage(str(tmp_path / "out" / f"{number}.nrrd"))
        kji = np.argwhere(SimpleITK.GetArrayFromImage(image) > 0)
        theirs = [image.TransformIndexToPhysicalPoint([int(each) for each in index[::-1]]) for index in kji]
        ours = [
            point
            for one in images
            if (inside := wanted.get((tracking, str(one.SOPInstanceUID)))) is not None
            for point in image_to_lps(m.place(one).plane, np.argwhere(inside)[:, ::-1])  # type: ignore[arg-type]
        ]
        assert np.array(sorted(map(tuple, np.round(theirs, 2)))) == pytest.approx(
            np.array(sorted(map(tuple, np.round(ours, 2)))), abs=0.011
        )


def test_that_segmentations_are_valid_and_read_by_highdicom(tmp_path: Path, tool: Tool) -> None:
    images = m.images("tilted")
    write_regions(lesions(images), images, tmp_path / "two.dcm", creator="Reader^Ann", now=NOW)
    write_regions(lesions(images)[-3:], images, tmp_path / "one.dcm", now=NOW)
    assert findings(tool, tmp_path / "two.dcm") == []
    assert findings(tool, tmp_path / "one.dcm") == []
    read = highdicom.seg.segread(tmp_path / "two.dcm")
    assert [each.segment_label for each in map(read.get_segment_description, (1, 2))] == ["Lesion 1", "Lesion 2"]
    # With a single segment it does not find its own, unless the segment is told frame by frame.
    one = highdicom.seg.segread(tmp_path / "one.dcm")
    reference = highdicom.sr.ReferencedSegment.from_segmentation(one, segment_number=1)
    assert len(reference) > 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_structures_come_back_with_the_same_pixels(layout: str) -> None:
    images = m.images(layout)
    ds = structure_set_dataset(lesions(images), images, now=NOW)
    read = structure_set_of(ds)
    assert [each.name for each in read.structures] == ["Lesion 1", "Lesion 2"]
    found = regions_of_structures(read, [m.place(each) for each in images])
    uids = {"Lesion 1": "1.2.826.0.5.100", "Lesion 2": "1.2.826.0.5.101"}
    pixels: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for each in found:
        shape = int(images[0].Rows), int(images[0].Columns)
        key = uids[(each.about or About()).tracking_id], each.sop_instance_uid
        inside = region_of(each, shape, m.SPACING).whole(shape)
        pixels[key] = pixels[key] | inside if key in pixels else inside
    wanted = expected(images)
    assert pixels.keys() == wanted.keys()
    assert all((pixels[key] == wanted[key]).all() for key in wanted)


def test_that_contours_are_where_they_were_drawn() -> None:
    images = m.images("oblique")
    region = m.annotation("polygon", images[3])
    (structure,) = structure_set_of(structure_set_dataset([region], images, now=NOW)).structures
    (contour,) = structure.contours
    assert contour.points_lps == pytest.approx(np.array(region.points_lps), abs=1e-6)
    assert contour.sources == (region.sop_instance_uid,)
    assert structure.frame_of_reference_uid == images[0].FrameOfReferenceUID
    corners = np.array(region.points_px) * 0.8
    x, y = corners.T
    shoelace = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert area_mm2(contour) == pytest.approx(shoelace)


def test_that_structure_sets_are_valid(tmp_path: Path, tool: Tool) -> None:
    images = m.images("prone")
    write_structure_set(lesions(images), images, tmp_path / "rt.dcm", label="Measured", now=NOW)
    assert findings(tool, tmp_path / "rt.dcm") == []
    assert structure_set_of(read_dataset(tmp_path / "rt.dcm")).label == "Measured"


def test_that_holes_and_islands_of_structures_of_others_are_one_painted_region() -> None:
    images = m.images()
    place = m.place(images[2])
    assert place.plane is not None

    def contour(*corners: tuple[float, float], kind: ContourKind = ContourKind.CLOSED_PLANAR) -> Contour:
        return Contour(kind, image_to_lps(place.plane, corners))  # type: ignore[arg-type]

    outer = contour((2.5, 2.5), (10.5, 2.5), (10.5, 9.5), (2.5, 9.5))
    hole = contour((4.5, 4.5), (7.5, 4.5), (7.5, 7.5), (4.5, 7.5))
    beside = contour((14, 3), (18, 3), (18, 9))
    line = contour((1, 1), (20, 1), kind=ContourKind.OPEN_PLANAR)
    uid = place.plane.frame_of_reference_uid
    structures = (
        Structure(1, "Ring", contours=(outer, hole), frame_of_reference_uid=uid),
        Structure(2, "Parts", contours=(outer, beside, line), frame_of_reference_uid=uid),
    )
    found = regions_of_structures(StructureSet("1.2", "1.3", "Set", structures), [place])
    assert [each.kind for each in found] == ["mask", "polygon", "polygon", "polyline"]
    ring = region_of(found[0], (20, 28), m.SPACING)
    assert (ring.left, ring.top, ring.count) == (3, 3, 8 * 7 - 3 * 3)


def test_that_another_frame_of_reference_is_refused_with_both_named() -> None:
    images, others = m.images("axial"), m.images("sagittal")
    places = [m.place(each) for each in others]
    segmentation = opened(regions_dataset(lesions(images), images, now=NOW))
    structures = structure_set_of(structure_set_dataset(lesions(images), images, now=NOW))
    for read in (
        partial(regions_of_segmentation, segmentation, places),
        partial(regions_of_structures, structures, places),
    ):
        with pytest.raises(UserError) as told:
            read()
        assert str(images[0].FrameOfReferenceUID) in str(told.value)
        assert str(others[0].FrameOfReferenceUID) in str(told.value)


def test_that_what_cannot_be_saved_is_said() -> None:
    images = m.images()
    with pytest.raises(UserError, match="no region"):
        segments_of_regions([m.annotation("length", images[0])], images)
    with pytest.raises(UserError, match="no region"):
        structure_set_dataset([m.annotation("length", images[0])], images, now=NOW)
    with pytest.raises(UserError, match="not there"):
        regions_dataset([m.annotation("circle", images[0])], images[1:], now=NOW)
    outside = m.annotation("circle", images[0], points_px=((-50, -50), (-48, -50)))
    with pytest.raises(UserError, match="pixel inside"):
        regions_dataset([outside], images, now=NOW)
    other = m.images("sagittal")
    with pytest.raises(UserError, match="frames of reference") as told:
        regions_dataset(
            [m.annotation("circle", images[0]), m.annotation("circle", other[0])], [*images, *other], now=NOW
        )
    assert str(other[0].FrameOfReferenceUID) in str(told.value)
    flat = m.images("single_slice")[0]
    del flat.ImagePositionPatient
    for refused in (regions_dataset, structure_set_dataset):
        with pytest.raises(UserError, match="place in the patient"):
            refused([m.annotation("circle", flat)], [flat], now=NOW)


def test_that_a_report_refers_to_the_segment_that_it_measures(tmp_path: Path, tool: Tool) -> None:
    images = m.images()
    seg = write_regions(lesions(images), images, tmp_path / "seg.dcm", now=NOW)
    basis = m.measurement("mask", images[2]).basis
    about = About("1.2.826.0.5.101", "Lesion 2")
    volume = VolumeMeasurement(about, m.STATISTICS, basis, segmentation_uid=str(seg.SOPInstanceUID), segments=(2,))
    write_report([], [*images, seg], tmp_path / "sr.dcm", volumes=[volume], now=NOW)
    assert report_findings(tool, tmp_path / "sr.dcm", with_template=False) == []
    (again,) = volumes_of_report(report_of(dcmread(tmp_path / "sr.dcm")))
    assert (again.segmentation_uid, again.segments) == (str(seg.SOPInstanceUID), (2,))
    assert again.values == m.STATISTICS
    content = highdicom.sr.srread(tmp_path / "sr.dcm").content
    (group,) = content.get_volumetric_roi_measurement_groups()
    assert group.referenced_segment.referenced_segment_numbers == [2]
    with pytest.raises(UserError, match="neither contours nor a segment"):
        report_dataset([], images, volumes=[replace(volume, segmentation_uid="")], now=NOW)


def test_that_lesions_of_a_real_segmentation_have_their_voxels(shared_data: Path) -> None:
    folder = shared_data / "pet_fdg_qin0024"
    places = [m.place(read_dataset(each)) for each in sorted((folder / "PET").iterdir())]
    (file,) = sorted((folder / "SEG").iterdir())
    found = regions_of_segmentation(SegmentationImage.open(file), places)
    counts: dict[str, int] = {}
    for each in found:
        assert each.mask is not None
        key = str(each.about.finding) if each.about is not None else ""
        counts[key] = counts.get(key, 0) + int(np.unpackbits(np.frombuffer(each.mask.bits, np.uint8)).sum())
    assert counts == {"Neoplasm, Primary": 54, "Neoplasm, Secondary": 212}


def test_that_real_structures_are_live_where_their_images_are(shared_data: Path) -> None:
    structures = structure_set_of(read_dataset(shared_data / "rt" / "rtstruct.dcm"))
    image = m.images()[0]
    contour = next(each for one in structures.structures for each in one.contours if each.kind.is_closed)
    image.ImagePositionPatient = [float(each) for each in contour.points_lps[0]]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    spaces = {each.frame_of_reference_uid for each in structures.structures} - {""}
    image.FrameOfReferenceUID = next(iter(spaces))
    found = regions_of_structures(structures, [m.place(image)])
    assert found
    assert {each.kind for each in found} <= {"polygon", "mask", "polyline", "point"}
    assert all(each.about is not None and each.about.tracking_id for each in found)


def test_that_a_long_outline_of_a_structure_is_written(tmp_path: Path) -> None:
    image = m.images("single_slice")[0]
    turn = np.linspace(0, 2 * np.pi, 6000, endpoint=False)
    corners = tuple((14 + 9 * float(np.cos(each)), 10 + 7 * float(np.sin(each))) for each in turn)
    write_structure_set([m.annotation("freehand", image, points_px=corners)], [image], tmp_path / "rt.dcm", now=NOW)
    (structure,) = structure_set_of(read_dataset(tmp_path / "rt.dcm")).structures
    assert len(structure.contours[0].points_lps) == 6000

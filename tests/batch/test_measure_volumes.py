"""Volumes from the command line: of structures on single slices and on frames of one file, against SimpleITK."""

import copy
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import Dataset

from tests.measured_files import write_ct
from tests.report_samples import dataset
from tests.segmentation_samples import segmentation
from tests.unit.objects import measured as m
from tests.unit.objects.gate import Tool, report_findings
from workstation.__main__ import dicom_measure
from workstation.gui.measure_words import measure_words
from workstation.measure.measuring import measured
from workstation.model.image import Image
from workstation.model.index.records import FrameRef
from workstation.model.index.scan import scan
from workstation.phantoms import small
from workstation.phantoms.writing import complete, save

SPACING_MM, STEP_MM = 0.8, 2.5
SLICES = (2, 3, 5)
"""Between the second and the third lies a slice without a contour."""
BOX = ((3.5, 4.5), (17.5, 4.5), (17.5, 12.5), (3.5, 12.5))
"""Corners of pixels: 14 columns and 8 rows are inside."""
HOLE = ((6.5, 6.5), (9.5, 6.5), (9.5, 10.5), (6.5, 10.5))
BESIDE = ((20.5, 2.5), (24.5, 2.5), (24.5, 5.5), (20.5, 5.5))
ACROSS = ((12.5, 8.5), (21.5, 8.5), (21.5, 15.5), (12.5, 15.5))

Corners = Sequence[tuple[float, float]]


@pytest.fixture(scope="module")
def enhanced() -> small.SmallVolume:
    """An oblique stack in one file."""
    return small.volume("enhanced")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert dicom_measure([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def numbers(measurement: dict[str, Any]) -> dict[str, float]:
    return {each["quantity"]: each["value"] for each in measurement["values"]}


def as_single_slices(volume: small.SmallVolume, folder: Path) -> None:
    """The same voxels at the same places, a file a slice, in no order."""
    shared = volume.datasets[0].SharedFunctionalGroupsSequence[0]
    orientation = list(shared.PlaneOrientationSequence[0].ImageOrientationPatient)
    for at in (4, 0, 7, 2, 8, 1, 5, 3, 6):
        write_ct(
            folder / f"{at}.dcm",
            at + 1,
            (volume.hu_kji[at] + 1024).astype(np.int16),
            ImagePositionPatient=[float(each) for each in volume.positions_lps[at]],
            ImageOrientationPatient=orientation,
            PixelSpacing=[SPACING_MM, SPACING_MM],
            FrameOfReferenceUID=volume.grid.frame_of_reference_uid,
            PatientID=volume.datasets[0].PatientID,
            PatientName=volume.datasets[0].PatientName,
        )


def structure_set(volume: small.SmallVolume, *outlines: Corners, slices: Sequence[int] = SLICES) -> Dataset:
    """Contours by the formula of PS3.3 C.7.6.2.1.1, of a structure called Liver."""
    affine = volume.grid.affine_lps
    contours = []
    for at in slices:
        for corners in outlines:
            points = [affine[:3, 3] + affine[:3, :3] @ (column, row, at) for column, row in corners]
            flat = [round(float(value), 4) for point in points for value in point]
            contours.append(
                dataset(ContourGeometricType="CLOSED_PLANAR", NumberOfContourPoints=len(points), ContourData=flat)
            )
    uid = volume.grid.frame_of_reference_uid
    return dataset(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.481.3",
        SOPInstanceUID="2.25.7001",
        SeriesInstanceUID="2.25.7000",
        StudyInstanceUID="2.25.50",
        PatientID=volume.datasets[0].PatientID,
        PatientName=volume.datasets[0].PatientName,
        Modality="RTSTRUCT",
        StructureSetROISequence=[dataset(ROINumber=1, ROIName="Liver", ReferencedFrameOfReferenceUID=uid)],
        ROIContourSequence=[dataset(ReferencedROINumber=1, ContourSequence=contours)],
    )


def inside(*outlines: Corners, slices: Sequence[int] = SLICES) -> NDArray[np.bool_]:
    """The same boxes as voxels, by the even-odd rule."""
    mask = np.zeros((9, small.ROWS, small.COLUMNS), np.bool_)
    for corners in outlines:
        (left, top), (right, bottom) = corners[0], corners[2]
        columns, rows = slice(int(left + 0.5), int(right + 0.5)), slice(int(top + 0.5), int(bottom + 0.5))
        for at in slices:
            mask[at, rows, columns] ^= True
    return mask


def by_simpleitk(volume: small.SmallVolume, mask: NDArray[np.bool_]) -> tuple[float, float, float, int]:
    """Volume in ml, mean, deviation and count."""
    values, label = SimpleITK.GetImageFromArray(volume.hu_kji), SimpleITK.GetImageFromArray(mask.astype(np.uint8))
    for image in (values, label):
        image.SetSpacing((SPACING_MM, SPACING_MM, STEP_MM))
    shape, found = SimpleITK.LabelShapeStatisticsImageFilter(), SimpleITK.LabelStatisticsImageFilter()
    shape.Execute(label)
    found.Execute(values, label)
    return shape.GetPhysicalSize(1) / 1000, found.GetMean(1), found.GetSigma(1), found.GetCount(1)


@pytest.mark.parametrize(
    "outlines", [(BOX,), (BOX, HOLE), (HOLE, ((20.5, 2.5), (24.5, 2.5), (24.5, 5.5), (20.5, 5.5)))]
)
def test_structures_on_frames_of_one_file_have_the_volume_that_they_have_on_single_slices(
    outlines: Sequence[Corners],
    enhanced: small.SmallVolume,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    as_single_slices(enhanced, tmp_path / "slices")
    slices = (2, 3, 4)
    save(complete(structure_set(enhanced, *outlines, slices=slices)), tmp_path / "rt.dcm")
    (one_file,) = run(capsys, "volume", "enhanced.dcm", "--roi", "rt.dcm")
    (many_files,) = run(capsys, "volume", "slices", "--roi", "rt.dcm")
    ml, mean, deviation, count = by_simpleitk(enhanced, inside(*outlines, slices=slices))
    for found in (one_file, many_files):
        assert numbers(found)["volume"] == pytest.approx(ml, rel=2e-4)  # corners are written with four decimals
        assert numbers(found)["count"] == count
        assert numbers(found)["mean"] == pytest.approx(mean, rel=1e-9)
        assert numbers(found)["sd_sample"] == pytest.approx(deviation, rel=1e-9)
        assert not found["notes"]
    for key, value in numbers(one_file).items():
        assert value == pytest.approx(numbers(many_files)[key], rel=1e-6), key
    assert one_file["name"] == many_files["name"] == "Liver"


def test_a_slice_without_a_contour_between_frames_of_one_file_is_told_as_between_files(
    enhanced: small.SmallVolume,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    as_single_slices(enhanced, tmp_path / "slices")
    save(complete(structure_set(enhanced, BOX)), tmp_path / "rt.dcm")
    (one_file,) = run(capsys, "volume", "enhanced.dcm", "--roi", "rt.dcm")
    (many_files,) = run(capsys, "volume", "slices", "--roi", "rt.dcm")
    # Slices 2, 3 and 5 stand for 2.5, 3.75 and 3.75 mm.
    assert numbers(one_file)["volume"] == pytest.approx(14 * 8 * SPACING_MM**2 * 10 / 1000, rel=2e-4)
    assert one_file["notes"] == many_files["notes"]
    assert any("1 slice has no contour in between" in each for each in one_file["notes"])


def test_a_region_of_a_structure_on_a_frame_is_measured_there(
    enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    save(complete(structure_set(enhanced, BOX)), tmp_path / "rt.dcm")
    found = [each for each in run(capsys, "roi", "enhanced.dcm", "--roi", "rt.dcm", "--all-frames") if "kind" in each]
    assert sorted(each["frame"] for each in found) == [each + 1 for each in SLICES]
    for each in found:
        mean = enhanced.hu_kji[each["frame"] - 1][5:13, 4:18].mean()
        assert numbers(each)["mean"] == pytest.approx(mean)
        assert numbers(each)["area"] == pytest.approx(14 * 8 * SPACING_MM**2, rel=2e-4)


def test_overlapping_contours_are_told_with_every_number(
    enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    save(complete(structure_set(enhanced, BOX, ACROSS)), tmp_path / "rt.dcm")
    count = 14 * 8 + 9 * 7 - 2 * (5 * 4)
    for command in ("volume", "roi", "area"):
        extra = [] if command == "volume" else ["--frame", "3"]
        (found,) = run(capsys, command, "enhanced.dcm", "--roi", "rt.dcm", *extra)
        assert numbers(found)["count"] == count * (len(SLICES) if command == "volume" else 1)
        (note,) = [each for each in found["notes"] if "overlap" in each]
        assert "Contours of Liver overlap" in note
    line = ["volume", "enhanced.dcm", "--roi", "rt.dcm", "-o", "volume.csv"]
    assert dicom_measure(line) == 0
    assert "Contours of Liver overlap" in (tmp_path / "volume.csv").read_text()


def two_times(volume: small.SmallVolume) -> Dataset:
    """The file with every frame once more, ten Hounsfield units higher, at a second time."""
    made = copy.deepcopy(volume.datasets[0])
    frames = list(made.PerFrameFunctionalGroupsSequence)
    later = copy.deepcopy(frames)
    for time, several in enumerate((frames, later), 1):
        for each in several:
            each.FrameContentSequence[0].TemporalPositionIndex = time
    made.PerFrameFunctionalGroupsSequence = frames + later
    made.NumberOfFrames = 2 * len(frames)
    pixels = np.frombuffer(made.PixelData, np.uint16 if made.PixelRepresentation == 0 else np.int16)
    made.PixelData = np.concatenate([pixels, pixels + pixels.dtype.type(10)]).tobytes()
    return made


def test_of_an_image_with_several_times_one_is_chosen(
    enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(two_times(enhanced), tmp_path / "times.dcm")
    save(complete(structure_set(enhanced, BOX)), tmp_path / "rt.dcm")
    assert dicom_measure(["volume", "times.dcm", "--roi", "rt.dcm"]) == 1
    told = capsys.readouterr().err
    assert "several stacks: 1 time 1 of 2, 2 time 2 of 2" in told
    assert "--stack" in told
    (first,) = run(capsys, "volume", "times.dcm", "--roi", "rt.dcm", "--stack", "1")
    (second,) = run(capsys, "volume", "times.dcm", "--roi", "rt.dcm", "--stack", "time 2 of 2")
    assert numbers(first)["volume"] == numbers(second)["volume"]
    assert numbers(second)["mean"] - numbers(first)["mean"] == pytest.approx(10)
    assert dicom_measure(["volume", "times.dcm", "--roi", "rt.dcm", "--stack", "3"]) == 1
    assert "no stack 3" in capsys.readouterr().err


def test_a_sphere_in_frames_of_one_file_has_the_voxels_of_single_slices(
    enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    as_single_slices(enhanced, tmp_path / "slices")
    middle = ",".join(f"{each:.4f}" for each in enhanced.marker_lps)
    found = [
        run(capsys, "volume", name, "--centre", middle, "--radius", "6mm", "--threshold", "500")[0]
        for name in ("enhanced.dcm", "slices")
    ]
    assert numbers(found[0])["volume"] == pytest.approx(SPACING_MM**2 * STEP_MM / 1000, rel=1e-6)  # the marker alone
    assert numbers(found[0]) == pytest.approx(numbers(found[1]), rel=1e-6)
    assert found[0]["points_lps"] == found[1]["points_lps"]


@pytest.fixture
def study(enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with single slices, the same in one file, two segments over each, and a structure set."""
    monkeypatch.chdir(tmp_path)
    as_single_slices(enhanced, tmp_path / "slices")
    one_file = enhanced.datasets[0]
    save(one_file, tmp_path / "enhanced.dcm")
    masks = np.stack([inside(BOX, HOLE), inside(ACROSS, slices=(3, 4))], axis=-1).astype(np.uint8)
    slices = [pydicom.dcmread(tmp_path / "slices" / f"{at}.dcm") for at in range(9)]
    save(segmentation(slices, masks), tmp_path / "slices.seg.dcm")
    save(segmentation([one_file], masks), tmp_path / "enhanced.seg.dcm")
    structures = structure_set(enhanced, BOX, HOLE)
    structures.PatientBirthDate, structures.PatientSex = "19700101", "O"
    save(complete(structures), tmp_path / "rt.dcm")
    return tmp_path


def groups(file: Path) -> list[Dataset]:
    """The measurement groups of a report, by pydicom."""
    root = pydicom.dcmread(file)
    (measured,) = [each for each in root.ContentSequence if each.ConceptNameCodeSequence[0].CodeValue == "126010"]
    return list(measured.ContentSequence)


def references(group: Dataset, meaning: str) -> list[Dataset]:
    return [each.ReferencedSOPSequence[0] for each in group.ContentSequence if _means(each, meaning)]


def _means(item: Dataset, meaning: str) -> bool:
    return bool(item.ConceptNameCodeSequence[0].CodeMeaning == meaning)


@pytest.mark.parametrize("images", ["slices", "enhanced.dcm"])
def test_volumes_of_segments_as_a_report_name_their_segments_and_are_measured_anew(
    images: str, study: Path, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    name = images.removesuffix(".dcm")
    line = ["volume", images, "--roi", f"{name}.seg.dcm"]
    direct = run(capsys, *line)
    assert dicom_measure([*line, "--format", "sr", "-o", "volume.sr.dcm", "--creator", "Reader^Ann"]) == 0
    capsys.readouterr()
    assert report_findings(tool, study / "volume.sr.dcm", with_template=False) == []
    for number, group in enumerate(groups(study / "volume.sr.dcm"), 1):
        assert group.ContentTemplateSequence[0].TemplateIdentifier == "1411"
        (segment,) = references(group, "Referenced Segment")
        assert segment.ReferencedSOPInstanceUID == pydicom.dcmread(f"{name}.seg.dcm").SOPInstanceUID
        assert segment.ReferencedSegmentNumber == number
        sources = references(group, "Source image for segmentation")
        slices = SLICES if number == 1 else (3, 4)
        if images == "slices":
            named = {pydicom.dcmread(f"slices/{at}.dcm").SOPInstanceUID for at in slices}
            assert {each.ReferencedSOPInstanceUID for each in sources} == named
        else:
            (source,) = sources
            assert source.ReferencedFrameNumber == [at + 1 for at in slices]
    again = run(capsys, "read", "volume.sr.dcm", "--images", images, f"{name}.seg.dcm")
    assert [numbers(each) for each in again] == [numbers(each) for each in direct]
    assert [each["name"] for each in again] == ["Segment 1", "Segment 2"]
    told = run(capsys, "read", "volume.sr.dcm")
    assert [dict(each["numbers"])["Volume"] for each in told] == [
        f"{numbers(each)['volume']:.2f} ml" for each in direct
    ]
    assert dicom_measure(["read", "volume.sr.dcm", "--images", images]) == 1
    assert "which is not there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["slices", "enhanced"])
def test_segments_have_the_volume_of_their_own_voxels_without_any_image(
    name: str, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = run(capsys, "volume", f"{name}.seg.dcm")
    for found, voxels in ((first, inside(BOX, HOLE).sum()), (second, inside(ACROSS, slices=(3, 4)).sum())):
        assert numbers(found)["volume"] == pytest.approx(voxels * SPACING_MM**2 * STEP_MM / 1000, rel=1e-6)
        assert found["basis"]["pixels"] == voxels
        assert found["basis"]["between_rows"] == found["basis"]["between_columns"] == SPACING_MM
        assert "mean" not in numbers(found)
        assert "There are no images, so it has no values." in found["notes"]
    (one,) = run(capsys, "volume", f"{name}.seg.dcm", "--segment", "segment 2", "--units", "cm")
    assert one["name"] == "Segment 2"
    assert numbers(one)["volume"] == pytest.approx(numbers(second)["volume"])


@pytest.mark.parametrize("name", ["slices", "enhanced"])
def test_volumes_of_a_segmentation_alone_as_a_report_name_it_and_the_series_it_was_made_of(
    name: str, study: Path, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    direct = run(capsys, "volume", f"{name}.seg.dcm")
    line = ["volume", f"{name}.seg.dcm", "--format", "sr", "-o", "volume.sr.dcm", "--creator", "Reader^Ann"]
    assert dicom_measure(line) == 0
    capsys.readouterr()
    assert report_findings(tool, study / "volume.sr.dcm") == []
    made = pydicom.dcmread(f"{name}.seg.dcm")
    for number, group in enumerate(groups(study / "volume.sr.dcm"), 1):
        assert group.ContentTemplateSequence[0].TemplateIdentifier == "1411"
        (segment,) = references(group, "Referenced Segment")
        assert (segment.ReferencedSOPInstanceUID, segment.ReferencedSegmentNumber) == (made.SOPInstanceUID, number)
        series = [each.UID for each in group.ContentSequence if _means(each, "Source series for segmentation")]
        assert series == [made.ReferencedSeriesSequence[0].SeriesInstanceUID]
    subprocess.run(
        [tool("tid1500reader"), "--inputDICOM", "volume.sr.dcm", "--outputMetadata", "said.json"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    for said, found in zip(json.loads(Path("said.json").read_text())["Measurements"], direct, strict=True):
        assert said["segmentationSOPInstanceUID"] == made.SOPInstanceUID
        assert said["SourceSeriesForImageSegmentation"] == made.ReferencedSeriesSequence[0].SeriesInstanceUID
        assert {each["quantity"]["CodeMeaning"]: float(each["value"]) for each in said["measurementItems"]}[
            "Volume"
        ] == pytest.approx(numbers(found)["volume"])
    again = run(capsys, "read", "volume.sr.dcm", "--images", f"{name}.seg.dcm")
    assert [numbers(each) for each in again] == [numbers(each) for each in direct]
    assert [each["name"] for each in again] == ["Segment 1", "Segment 2"]
    images = "slices" if name == "slices" else "enhanced.dcm"
    on_images = run(capsys, "volume", images, "--roi", f"{name}.seg.dcm")
    anew = run(capsys, "read", "volume.sr.dcm", "--images", images, f"{name}.seg.dcm")
    assert [numbers(each) for each in anew] == [numbers(each) for each in on_images]
    made.ReferencedSeriesSequence = []
    made.save_as("nowhere.seg.dcm")
    assert dicom_measure(["volume", "nowhere.seg.dcm", "--format", "sr", "-o", "none.sr.dcm"]) == 1
    assert "does not say of which series it was made" in capsys.readouterr().err


def test_segmentations_alone_are_measured_each_and_what_is_about_images_is_said(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dicom_measure(["volume", "slices.seg.dcm", "enhanced.seg.dcm", "-o", "v.csv"]) == 0
    assert len((study / "v.csv").read_text().splitlines()) > 4
    capsys.readouterr()
    for words, told in (
        (["slices"], "Nothing says which volume of 9 images is meant"),
        (["slices", "slices.seg.dcm"], "Give --roi with a mask"),
        (["rt.dcm"], "image"),
        (["slices.seg.dcm", "--stack", "2"], "--stack is about images"),
        (["slices.seg.dcm", "--segment", "9"], "has no segment 9"),
    ):
        assert dicom_measure(["volume", *words]) == 1
        assert told in capsys.readouterr().err
    assert not (study / "v.dcm").exists()


@pytest.mark.parametrize("images", ["slices", "enhanced.dcm"])
def test_the_volume_of_a_structure_as_a_report_has_its_contours_and_names_the_structure_set(
    images: str, study: Path, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    line = ["volume", images, "--roi", "rt.dcm", "--lesion", "L7"]
    (direct,) = run(capsys, *line)
    assert dicom_measure([*line, "--format", "sr", "-o", "volume.sr.dcm"]) == 0
    capsys.readouterr()
    assert report_findings(tool, study / "volume.sr.dcm", with_template=False) == []
    (group,) = groups(study / "volume.sr.dcm")
    (source,) = references(group, "Source of Measurement")
    assert source.ReferencedSOPInstanceUID == "2.25.7001"
    assert sum(each.ValueType == "SCOORD" for each in group.ContentSequence) >= len(SLICES)
    (again,) = run(capsys, "read", "volume.sr.dcm", "--images", images)
    assert numbers(again) == pytest.approx(numbers(direct), rel=1e-5)
    assert (again["tracking_uid"], again["lesion"]) == (direct["tracking_uid"], "L7")
    assert dicom_measure(["compare", "volume.sr.dcm", "--quantity", "volume"]) == 0
    assert f"{numbers(direct)['volume']:.2f} ml" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("mask", ["slices.seg.dcm", "rt.dcm"])
def test_other_programs_read_the_volumes_of_a_report(
    mask: str, study: Path, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    direct = run(capsys, "volume", "slices", "--roi", mask)
    assert dicom_measure(["volume", "slices", "--roi", mask, "--format", "sr", "-o", "volume.sr.dcm"]) == 0
    content = highdicom.sr.srread(study / "volume.sr.dcm").content
    theirs = content.get_volumetric_roi_measurement_groups()
    assert len(theirs) == len(direct)
    for group, ours in zip(theirs, direct, strict=True):
        (value,) = [each.value for each in group.get_measurements() if each.name.value == "118565006"]
        assert value == numbers(ours)["volume"]
        if mask == "slices.seg.dcm":
            assert group.referenced_segment is not None
        else:
            assert len(group.roi) == len(SLICES)
    command = [tool("tid1500reader"), "--inputDICOM", "volume.sr.dcm", "--outputMetadata", "said.json"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    said = json.loads(Path("said.json").read_text())["Measurements"]
    assert len(said) == len(direct)
    for each, ours in zip(said, direct, strict=True):
        (volume,) = [item for item in each["measurementItems"] if item["quantity"]["CodeValue"] == "118565006"]
        assert float(volume["value"]) == pytest.approx(numbers(ours)["volume"], rel=1e-9)
        assert volume["units"]["CodeValue"] == "ml"


def test_what_a_volume_is_not_written_as_is_said(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["volume", "slices", "--roi", "slices.seg.dcm"]
    assert dicom_measure([*line, "--format", "sr"]) == 2
    assert "--format sr needs --output" in capsys.readouterr().err
    assert dicom_measure([*line, "--format", "gsps", "-o", "x.dcm"]) == 2
    assert "single images" in capsys.readouterr().err


def test_a_painted_region_copied_as_a_command_has_the_numbers_of_the_window(
    enhanced: small.SmallVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a hole, parts that touch at corners, and a pixel apart; in the second frame of a file."""
    monkeypatch.chdir(tmp_path)
    save(enhanced.datasets[0], tmp_path / "enhanced.dcm")
    (scanned,) = [each for some in scan([tmp_path]) for each in some.instances]
    painted = m.annotation("mask", enhanced.datasets[0], 1)
    with Image.open(scanned.place) as image:
        frame = image.frame(1)
    words = measure_words(painted, FrameRef(scanned, 1), frame.spacing)
    (found,) = run(capsys, *words[1:])
    window = measured(painted, frame)
    assert {each.quantity.key: each.value for each in window.values} == numbers(found)
    rows, columns = np.nonzero(m.RING)
    values = enhanced.hu_kji[1][rows + 6, columns + 5]
    assert numbers(found)["count"] == len(values)
    assert numbers(found)["mean"] == pytest.approx(values.mean())
    assert found["points_px"] == [list(each) for each in painted.points_px]

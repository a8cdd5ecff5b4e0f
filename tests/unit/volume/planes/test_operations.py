"""The commands of planes and projections, as they are typed: what they write, and what they refuse."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.unit.volume.commands import Said, refusal
from workstation.model.geometry import ijk_to_lps
from workstation.phantoms import small


@pytest.fixture
def study(tmp_path: Path) -> Callable[[str], Path]:
    """Write a small phantom as a series."""

    def write(name: str) -> Path:
        folder = tmp_path / "series" / name
        folder.mkdir(parents=True)
        small.volume(name).write(folder)
        return folder

    return write


def picture(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


WINDOW = ("--window-center", "0.5", "--window-width", "2001")  # greys from -500 to 1500, 2 to 255 each 7.84 HU


def test_that_planes_are_numbered_pictures_in_a_folder_each(study: Any, said: Said, tmp_path: Path) -> None:
    results = said("mpr", study("axial"), "-o", tmp_path / "mpr", "--planes", "axial,sagittal,coronal", *WINDOW)
    assert [each["plane"] for each in results] == ["axial plane", "sagittal plane", "coronal plane"]
    assert [each["files"] for each in results] == [9, 28, 20]
    assert sorted(path.name for path in (tmp_path / "mpr" / "coronal").iterdir())[:2] == ["001.png", "002.png"]
    truth = small.volume("axial")
    greys = picture(tmp_path / "mpr" / "axial" / "004.png").astype(float)
    expected = (truth.hu_kji[3] + 1000.0) / 2000 * 255
    np.testing.assert_allclose(greys, np.clip(expected, 0, 255), atol=1)
    assert tuple(map(int, np.unravel_index(greys.argmax(), greys.shape))) == truth.marker_kji[1:]
    assert results[0]["pixel_mm"] == [0.8, 0.8]
    assert results[0]["step_mm"] == pytest.approx(2.5)
    assert results[1]["rows"] == 26  # 20 mm of 0.8 mm


def test_that_spacing_is_between_planes(study: Any, said: Said, tmp_path: Path) -> None:
    (result,) = said("mpr", study("axial"), "-o", tmp_path / "out", "--planes", "coronal", "--spacing", "4mm")
    assert (result["files"], result["step_mm"]) == (5, pytest.approx(4.0))
    assert len(list((tmp_path / "out").iterdir())) == 5


def test_that_an_oblique_plane_goes_through_the_voxel_or_the_point_of_the_patient(
    study: Any, said: Said, tmp_path: Path
) -> None:
    folder, truth = study("oblique"), small.volume("oblique")
    k, j, i = truth.marker_kji
    one, other = tmp_path / "voxel.png", tmp_path / "lps.png"
    normal = ("--plane-normal", "1,0.5,0.3")
    (by_voxel,) = said("mpr", folder, "-o", one, *normal, "--plane-point", f"{i},{j},{k}", *WINDOW)
    place = ",".join(repr(float(value)) for value in truth.marker_lps)
    (by_place,) = said("mpr", folder, "-o", other, *normal, "--plane-point", place, "--lps", *WINDOW)
    np.testing.assert_allclose(by_voxel["first_pixel_lps"], by_place["first_pixel_lps"], atol=1e-3)
    greys = picture(one)
    row, column = np.unravel_index(greys.argmax(), greys.shape)
    at = np.array(by_voxel["first_pixel_lps"]) + by_voxel["pixel_mm"][0] * (
        column * np.array(by_voxel["along_row_lps"]) + row * np.array(by_voxel["along_column_lps"])
    )
    np.testing.assert_allclose(at, truth.marker_lps, atol=0.01)


def test_that_an_oblique_plane_into_a_folder_is_a_stack(study: Any, said: Said, tmp_path: Path) -> None:
    (result,) = said(
        "mpr",
        study("axial"),
        "-o",
        tmp_path / "many",
        "--plane-normal",
        "0,1,1",
        "--spacing",
        "2mm",
        "--format",
        "tiff",
    )
    assert result["files"] == len(list((tmp_path / "many").glob("*.tif"))) > 10


@pytest.mark.parametrize("point", ["19,8,5", "3.25,16.5,-0.45"])
def test_that_one_of_several_oblique_planes_goes_through_the_point(
    point: str, study: Any, said: Said, tmp_path: Path
) -> None:
    (at,) = ijk_to_lps(small.volume("axial").grid, [tuple(map(float, point.split(",")))])
    words = ("--plane-normal", "0.1,0.2,1", "--plane-point", point, "--format", "dicom", "--spacing", "2mm")
    said("mpr", study("axial"), "-o", tmp_path / "out", *words)
    places = []
    for path in (tmp_path / "out").rglob("*.dcm"):
        image = pydicom.dcmread(path)
        across = np.reshape([float(each) for each in image.ImageOrientationPatient], (2, 3))
        away = at - [float(each) for each in image.ImagePositionPatient]
        places.append([abs(away @ np.cross(*across)), *(across @ away / 0.8)])
    nearest, column, row = min(places)
    assert nearest < 0.01
    assert (column, row) == pytest.approx((round(column), round(row)), abs=0.01)
    assert sum(each[0] < 1.99 for each in places) == 1


@pytest.mark.parametrize(("command", "reduce"), [("mip", np.max), ("minip", np.min), ("average", np.mean)])
@pytest.mark.parametrize(("plane", "axis"), [("axial", 0), ("coronal", 1), ("sagittal", 2)])
def test_that_a_projection_is_that_of_all_voxels(
    command: str, reduce: Any, plane: str, axis: int, study: Any, said: Said, tmp_path: Path
) -> None:
    (result,) = said(command, study("axial"), "-o", tmp_path / "out", "--plane", plane, "--format", "dicom")
    (path,) = (tmp_path / "out").iterdir()
    ds = pydicom.dcmread(path)
    values = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    expected = reduce(small.volume("axial").hu_kji.astype(float), axis=axis)
    np.testing.assert_allclose(values, expected if plane == "axial" else expected[::-1], atol=0.51)
    assert result["slab"].endswith("of the whole volume")


@pytest.mark.parametrize(("spacing_mm", "thickness_mm"), [(10.0, 2.5), (1.0, 1.0)])
def test_that_a_thin_plane_is_as_thick_as_a_voxel_however_far_the_next_one_is(
    spacing_mm: float, thickness_mm: float, study: Any, said: Said, tmp_path: Path
) -> None:
    words = ("--planes", "axial", "--spacing", f"{spacing_mm}mm", "--format", "dicom")
    said("mpr", study("axial"), "-o", tmp_path / "out", *words)
    ds = pydicom.dcmread(next((tmp_path / "out").iterdir()))
    assert (ds.SliceThickness, ds.SpacingBetweenSlices) == (thickness_mm, spacing_mm)


def test_that_a_thickness_alone_is_the_axial_slab_in_the_middle(study: Any, said: Said, tmp_path: Path) -> None:
    (result,) = said("mip", study("axial"), "-o", tmp_path / "out", "--thickness", "10mm", "--format", "dicom")
    ds = pydicom.dcmread(next((tmp_path / "out").iterdir()))
    np.testing.assert_array_equal(ds.pixel_array + int(ds.RescaleIntercept), small.volume("axial").hu_kji[2:7].max(0))
    assert (result["plane"], result["thickness_mm"], result["slab"]) == ("axial plane", 10.0, "MIP 10 mm")


def test_that_slabs_slide_through_the_volume(study: Any, said: Said, tmp_path: Path) -> None:
    words = ("--thickness", "5mm", "--all", "--spacing", "5mm", "--format", "dicom")
    (result,) = said("mip", study("axial"), "-o", tmp_path / "out", *words)
    assert (result["files"], result["step_mm"]) == (5, pytest.approx(5.0))
    stack = [pydicom.dcmread(path) for path in sorted((tmp_path / "out").iterdir())]
    hu = small.volume("axial").hu_kji
    np.testing.assert_array_equal(stack[1].pixel_array + int(stack[1].RescaleIntercept), hu[1:4].max(axis=0))


def test_that_the_picture_from_the_left_is_the_sagittal_one(study: Any, said: Said, tmp_path: Path) -> None:
    folder = study("axial")
    said("mip", folder, "-o", tmp_path / "left.png", "--angle", "90", *WINDOW)
    said("mip", folder, "-o", tmp_path / "sagittal.png", "--plane", "sagittal", *WINDOW)
    np.testing.assert_array_equal(picture(tmp_path / "left.png"), picture(tmp_path / "sagittal.png"))
    said("mip", folder, "-o", tmp_path / "behind.png", "--angle", "180", *WINDOW)
    said("mip", folder, "-o", tmp_path / "front.png", *WINDOW)
    behind, front = picture(tmp_path / "behind.png"), picture(tmp_path / "front.png")
    np.testing.assert_allclose(behind[:, ::-1].astype(int), front.astype(int), atol=12)  # between pixels of the screen


def test_that_a_tilted_gantry_is_corrected_and_labelled(study: Any, said: Said, tmp_path: Path) -> None:
    truth = small.volume("tilted")
    words = ("--planes", "sagittal", "--format", "dicom")
    (result,) = said("mpr", study("tilted"), "-o", tmp_path / "out", *words)
    assert result["notes"] == ["Gantry tilt 15.0° corrected"]
    brightest = max(
        (pydicom.dcmread(path) for path in (tmp_path / "out").iterdir()), key=lambda ds: ds.pixel_array.max()
    )
    row, column = np.unravel_index(brightest.pixel_array.argmax(), brightest.pixel_array.shape)
    across, down = (np.array(brightest.ImageOrientationPatient, float)[part] for part in (slice(0, 3), slice(3, 6)))
    at = np.array(brightest.ImagePositionPatient, float) + 0.8 * (column * across + row * down)
    np.testing.assert_allclose(at, truth.marker_lps, atol=0.8)
    assert "Gantry tilt 15.0" in brightest.DerivationDescription


def test_that_missing_slices_are_interpolated_or_kept_as_wished(study: Any, said: Said, tmp_path: Path) -> None:
    folder = study("gapped")
    (even,) = said("mpr", folder, "-o", tmp_path / "even", "--planes", "axial")
    (kept,) = said("mpr", folder, "-o", tmp_path / "kept", "--planes", "axial", "--keep-uneven")
    assert (even["files"], kept["files"]) == (9, 7)
    assert even["notes"][-1] == "Slices in between are interpolated, one every 2.5 mm"
    assert kept["notes"] == [
        "2 slices missing between 4 and 5",
        "Slices are as they were taken, under a mean distance of 3.3 mm: places are up to 2.5 mm off",
    ]


def test_that_an_enhanced_image_is_a_volume(study: Any, said: Said, tmp_path: Path) -> None:
    (result,) = said("mpr", study("enhanced"), "-o", tmp_path / "out", "--planes", "axial")
    reach = np.ptp(np.array([place @ [0, 0, 1] for place in small.volume("enhanced").positions_lps]))
    assert result["files"] * result["step_mm"] >= reach > 15


def test_that_what_a_picture_shows_is_written_into_it(study: Any, said: Said, tmp_path: Path) -> None:
    folder = study("axial")
    words = ("--thickness", "5mm", "--size", "400x400", *WINDOW)
    said("mip", folder, "-o", tmp_path / "plain.png", *words)
    said("mip", folder, "-o", tmp_path / "told.png", *words, "--burn-in")
    plain, told = picture(tmp_path / "plain.png"), picture(tmp_path / "told.png")
    assert plain.shape == told.shape == (400, 400)
    assert (plain[:30, :200] != told[:30, :200]).any()


def test_that_dicom_series_keep_their_study_and_frame_of_reference(study: Any, said: Said, tmp_path: Path) -> None:
    folder = study("axial")
    said("mpr", folder, "-o", tmp_path / "out", "--planes", "coronal,sagittal", "--format", "dicom", "--preset", "bone")
    source = pydicom.dcmread(folder / "001.dcm")
    made: dict[str, list[Dataset]] = {
        name: [pydicom.dcmread(path) for path in (tmp_path / "out" / name).iterdir()]
        for name in ("coronal", "sagittal")
    }
    assert len({ds.SeriesInstanceUID for part in made.values() for ds in part}) == 2
    for part in made.values():
        for ds in part:
            assert ds.StudyInstanceUID == source.StudyInstanceUID
            assert ds.FrameOfReferenceUID == source.FrameOfReferenceUID
            assert ds.ImageType[:2] == ["DERIVED", "SECONDARY"]
            assert "MPR" in ds.ImageType
            assert float(ds.WindowWidth) > 1000


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("mpr", "-o", "x.png"), "many planes: give a folder"),
        (("mpr", "-o", "x", "--planes", "axial", "--plane-normal", "1,0,0"), "give one of them"),
        (("mpr", "-o", "x", "--plane-normal", "0,0,0"), "no direction"),
        (("mpr", "-o", "x", "--plane-point", "1,2,3"), "about --plane-normal"),
        (("mpr", "-o", "x", "--window-center", "40"), "give both"),
        (("mpr", "-o", "x", "--spacing", "3px"), "length in mm"),
        (("mpr", "-o", "x", "--time", "0"), "counted from 1"),
        (("mip", "-o", "x", "--all"), "how thick"),
        (("mip", "-o", "x.png", "--all", "--thickness", "5mm"), "give a folder"),
        (("mip", "-o", "x.png", "--angle", "3", "--plane", "axial"), "give one of them"),
        (("mip", "-o", "x.png", "--plane-point", "1,2,3"), "give --thickness"),
        (("mip", "-o", "x.png", "--format", "dicom"), "asks for dicom"),
        (("average", "-o", "x", "--thickness", "0mm"), "above 0"),
    ],
)
def test_that_contradictions_are_told(
    words: tuple[str, ...], sentence: str, study: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal(capsys, words[0], study("axial"), *words[1:], code=2)


def changed(folder: Path, change: Callable[[Dataset, int], None]) -> Path:
    for number, path in enumerate(sorted(folder.iterdir())):
        ds = pydicom.dcmread(path)
        change(ds, number)
        ds.save_as(path)
    return folder


def _without_place(ds: Dataset, _number: int) -> None:
    del ds.ImagePositionPatient
    del ds.ImageOrientationPatient


def _without_directions(ds: Dataset, _number: int) -> None:
    ds.ImageOrientationPatient = [1, 0, 0, 1, 0, 0]


def _without_pixel_spacing(ds: Dataset, _number: int) -> None:
    del ds.PixelSpacing


def _all_at_one_place(ds: Dataset, _number: int) -> None:
    ds.ImagePositionPatient = [0, 0, 0]


def _fanned_out(ds: Dataset, number: int) -> None:
    turn = np.radians(10 * number)
    ds.ImageOrientationPatient = [1, 0, 0, 0, f"{np.cos(turn):.6f}", f"{np.sin(turn):.6f}"]


@pytest.mark.parametrize(
    ("change", "sentence", "hint"),
    [
        (_without_place, "do not say where they lie", "--assume-spacing"),
        (_all_at_one_place, "at the same place", "--assume-spacing"),
        (_without_directions, "do not say where they lie", "--assume-spacing"),
        (_without_pixel_spacing, "do not say how large pixels are", "--assume-spacing"),
        (_fanned_out, "differ in orientation", "--series"),
    ],
)
def test_that_images_that_make_no_volume_are_told(
    change: Any, sentence: str, hint: str, study: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = refusal(capsys, "mpr", changed(study("axial"), change), "-o", tmp_path / "out")
    assert sentence in said
    assert hint in said
    assert not (tmp_path / "out").exists()


def test_that_pixels_may_be_as_far_apart_as_at_the_detector(study: Any, said: Said, tmp_path: Path) -> None:
    folder = study("anisotropic")
    (usual,) = said("export", folder, "-o", tmp_path / "usual.mha")
    for path in folder.iterdir():
        ds = pydicom.dcmread(path)
        ds.ImagerPixelSpacing = ds.pop("PixelSpacing").value
        ds.DistanceSourceToDetector, ds.DistanceSourceToPatient = 1000, 500  # of a CT: they are no magnification
        ds.save_as(path)
    (result,) = said("export", folder, "-o", tmp_path / "out.mha")
    assert result["notes"] == ["Pixels are as far apart as at the detector, 1.4 x 0.5 mm"]
    assert (tmp_path / "out.mha").read_bytes() == (tmp_path / "usual.mha").read_bytes()
    assert usual["notes"] == []


def test_that_blocks_with_nothing_between_them_are_stacks_of_their_own(
    study: Any, said: Said, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = study("axial")
    for number, path in enumerate(sorted(folder.iterdir())):
        if number >= 5:
            ds = pydicom.dcmread(path)
            ds.ImagePositionPatient[2] += 60
            ds.save_as(path)
    told = refusal(capsys, "export", folder, "-o", tmp_path / "out.mha")
    assert "2 stacks: block 1 of 2, block 2 of 2" in told
    (result,) = said("export", folder, "-o", tmp_path / "out.mha", "--series", "block 2")
    assert (result["slices"], result["voxel_size_mm"]) == (4, [0.8, 0.8, pytest.approx(2.5)])
    for path in sorted(folder.iterdir())[5:8]:
        path.unlink()
    (result,) = said("export", folder, "-o", tmp_path / "two.mha")
    assert result["slices"] == 5
    assert result["notes"] == ["1 image of the series is left out: no parallel slices of this stack"]


def test_that_places_are_assumed_at_the_users_word_only_and_told(study: Any, said: Said, tmp_path: Path) -> None:
    folder = changed(study("axial"), _without_place)
    (result,) = said("mpr", folder, "-o", tmp_path / "out", "--planes", "coronal", "--assume-spacing", "3mm")
    assert result["rows"] == 31  # 24 mm of 0.8 mm
    assert result["notes"][0] == "Assumed: slices 3 mm apart, in order of their number"
    assert "sides and directions may be wrong" in result["notes"][1]


def first_slices(folder: Path, count: int) -> Path:
    for path in sorted(folder.iterdir())[count:]:
        path.unlink()
    return folder


@pytest.mark.parametrize(
    ("command", "output"), [("mpr", "out"), ("mip", "a.png"), ("volume", "a.png"), ("animate", "a.gif")]
)
def test_that_one_slice_is_told(
    command: str, output: str, study: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = refusal(capsys, command, first_slices(study("axial"), 1), "-o", tmp_path / output)
    assert "CT axial (1 image): one slice makes no volume, 2 or more are needed" in words


@pytest.mark.parametrize("projection", ["mip", "minip", "mean"])
def test_that_two_slices_have_planes_between_them_and_slabs(
    projection: str, study: Any, said: Said, tmp_path: Path
) -> None:
    folder = first_slices(study("oblique"), 2)
    (result,) = said("mpr", folder, "-o", tmp_path / "out", "--planes", "axial", *WINDOW)
    assert result["notes"] == ["Two slices, 2.5 mm apart: what is between them is interpolated"]
    assert said("export", folder, "-o", tmp_path / "v.mha")[0]["slices"] == 2
    image = SimpleITK.ReadImage(str(tmp_path / "v.mha"))
    (told,) = said("mpr", folder, "-o", tmp_path / "one.png", "--plane-normal", "0.1,0.2,1", *WINDOW)
    columns, rows = told["columns"], told["rows"]
    across, down = np.asarray(told["along_row_lps"]), np.asarray(told["along_column_lps"])
    direction = np.column_stack([across, down, np.cross(across, down)]).ravel().tolist()
    step = [*told["pixel_mm"][::-1], 1.0]
    expected = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(
            SimpleITK.Cast(image, SimpleITK.sitkFloat32), [columns, rows, 1], SimpleITK.Transform(),
            SimpleITK.sitkLinear, told["first_pixel_lps"], step, direction, -5000.0,
        )
    )[0]  # fmt: skip
    greys = picture(tmp_path / "one.png").astype(float)
    is_in = expected > -2000
    assert is_in.sum() > 20
    np.testing.assert_allclose(greys[is_in], np.clip((expected[is_in] + 1000) / 2000 * 255, 0, 255), atol=1.5)
    said({"mip": "mip", "minip": "minip", "mean": "average"}[projection], folder, "-o", tmp_path / "slab.png")


def test_that_a_plane_beside_the_volume_is_told(study: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("-o", tmp_path / "out.png", "--plane-normal", "0,0,1", "--plane-point", "5,5,99")
    assert "does not meet the volume" in refusal(capsys, "mpr", study("axial"), *words)
    words = ("-o", tmp_path / "out.png", "--thickness", "3mm", "--plane-point", "5,5,99")
    assert "outside the volume. Voxels are from 0,0,0 to 27,19,8" in refusal(
        capsys, "mip", tmp_path / "series" / "axial", *words
    )


def test_that_a_slab_thicker_than_the_volume_is_as_thick_as_it_and_told(study: Any, said: Said, tmp_path: Path) -> None:
    (result,) = said("mip", study("axial"), "-o", tmp_path / "out.png", "--thickness", "5cm")
    assert result["thickness_mm"] == pytest.approx(22.5)
    assert result["notes"] == ["The slab is as thick as the volume, 22.5 mm, not 50 mm"]


def test_that_a_volume_of_one_value_is_told(study: Any, said: Said, tmp_path: Path) -> None:
    def blank(ds: Dataset, _number: int) -> None:
        ds.PixelData = bytes(len(ds.PixelData))

    (result,) = said("average", changed(study("axial"), blank), "-o", tmp_path / "out.png", "--preset", "auto")
    assert result["notes"] == ["All voxels have the same value"]


def test_that_several_series_are_listed_and_one_is_chosen(
    study: Any, said: Said, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study("axial"), study("oblique")
    both = tmp_path / "series"
    sentence = refusal(capsys, "mip", both, "-o", tmp_path / "out.png")
    assert "Say which with --series: 1: CT axial (9 images); 2: CT oblique (9 images)" in sentence
    (result,) = said("mip", both, "-o", tmp_path / "out.png", "--series", "oblique")
    assert result["files"] == 1


@pytest.mark.parametrize(
    ("told", "values"),
    [
        (("series 7", "series 8"), ({"SeriesNumber": 7}, {"SeriesNumber": 8})),
        (
            ("study of 2026-05-04 10:00", "study of no date"),
            ({"StudyDate": "20260504", "StudyTime": "100000"}, {"StudyDate": "", "StudyTime": ""}),
        ),
        (("from one/000.dcm", "from two/000.dcm"), ({}, {})),
    ],
)
def test_that_series_of_one_name_are_told_apart(
    study: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, told: tuple[str, str], values: Any
) -> None:
    files = sorted(study("axial").iterdir())
    for name, each, uid in zip(("one", "two"), values, ("1.2.1", "1.2.2"), strict=True):
        (tmp_path / "both" / name).mkdir(parents=True)
        for number, path in enumerate(files):
            ds = pydicom.dcmread(path)
            ds.SeriesInstanceUID, ds.SeriesNumber = UID(uid), 5
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"{uid}.{number + 1}")
            ds.update(each)
            ds.save_as(tmp_path / "both" / name / f"{number:03d}.dcm")
    sentence = refusal(capsys, "mip", tmp_path / "both", "-o", tmp_path / "out.png")
    assert f"1: CT axial (9 images), {told[0]}; 2: CT axial (9 images), {told[1]}." in sentence


def test_that_times_of_a_series_are_chosen_by_number(
    study: Any, said: Said, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = study("axial")
    for path in sorted(folder.iterdir()):
        ds = pydicom.dcmread(path)
        ds.TemporalPositionIdentifier = 1
        ds.save_as(path)
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"{ds.SOPInstanceUID}.2")
        ds.TemporalPositionIdentifier = 2
        ds.PixelData = bytes(len(ds.PixelData))
        ds.save_as(folder / f"second-{path.name}")
    assert "Say which with --time, 1 to 2" in refusal(capsys, "mip", folder, "-o", tmp_path / "out.png")
    (result,) = said("mip", folder, "-o", tmp_path / "out.png", "--time", "2")
    assert result["notes"] == ["All voxels have the same value"]
    (result,) = said("mip", folder, "-o", tmp_path / "out.png", "--time", "1")
    assert result["notes"] == []


def _of_two_directions(ds: Dataset, number: int) -> None:
    if number >= 5:
        ds.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
        ds.ImagePositionPatient = [number * 3, 0, 0]


def test_that_stacks_of_other_directions_are_no_times(
    study: Any, said: Said, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = changed(study("axial"), _of_two_directions)
    told = refusal(capsys, "mip", folder, "-o", tmp_path / "out.png")
    assert "The series has 2 stacks: axial, sagittal. Say which by its name with --series." in told
    (result,) = said("export", folder, "-o", tmp_path / "out.mha", "--series", "sagittal")
    assert result["slices"] == 4


def _of_two_echoes_and_kinds(ds: Dataset, number: int) -> None:
    ds.ImagePositionPatient = [0, 0, number // 4 * 5]
    ds.EchoTime = (10, 20)[number % 2]
    ds.ImageType = ["ORIGINAL", "PRIMARY", "MP"[number // 2 % 2]]


def test_that_names_of_stacks_with_commas_are_told_apart(
    study: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = study("axial")
    sorted(folder.iterdir())[-1].unlink()
    told = refusal(capsys, "mip", changed(folder, _of_two_echoes_and_kinds), "-o", tmp_path / "out.png")
    assert "4 stacks: echo 1 (10 ms), m; echo 2 (20 ms), m; echo 1 (10 ms), p; echo 2 (20 ms), p." in told


def test_that_slices_in_colour_have_planes_in_colour(study: Any, said: Said, tmp_path: Path) -> None:
    def coloured(ds: Dataset, number: int) -> None:
        ds.PixelData = np.full((ds.Rows, ds.Columns, 3), (250, 120, 10 * number), np.uint8).tobytes()
        ds["PixelData"].VR = "OB"
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7

    folder = changed(study("axial"), coloured)
    (result,) = said("mpr", folder, "-o", tmp_path / "out", "--planes", "coronal")
    assert result["window"] == ""
    made = np.asarray(cv2.imread(str(tmp_path / "out" / "001.png")))
    np.testing.assert_array_equal(made[-1, 3], (0, 120, 250))
    assert made[1, 3, 0] == pytest.approx(80, abs=5)

"""The demo study, measured with SimpleITK and pydicom, agrees with what TRUTH.json says of it."""

import errno
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - the name its own manual uses
from numpy.typing import NDArray

from workstation.errors import Cancelled, UserError
from workstation.phantoms import small
from workstation.phantoms.demo import write_demo
from workstation.phantoms.writing import save


@pytest.fixture(scope="module")
def demo(demo_study: Path) -> Path:
    """Give the demo study a short name."""
    return demo_study


@pytest.fixture(scope="module")
def truth(demo: Path) -> dict[str, Any]:
    """Read what is true."""
    values: dict[str, Any] = json.loads((demo / "TRUTH.json").read_text(encoding="utf-8"))
    return values


def _volume(demo: Path, truth: dict[str, Any], key: str) -> Any:
    folder = demo / truth["series"][key]["folder"]
    return sitk.ReadImage(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))


def _distances(image: Any, centre: list[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give distance from a point and value for the voxels of a box around it."""
    i, j, k = image.TransformPhysicalPointToIndex(centre)
    half = 30
    low = [max(i - half, 0), max(j - half, 0), max(k - 8, 0)]
    size = [min(2 * half, image.GetSize()[0] - low[0]), min(2 * half, image.GetSize()[1] - low[1]), 17]
    size[2] = min(size[2], image.GetSize()[2] - low[2])
    box = sitk.RegionOfInterest(image, size, low)
    values = sitk.GetArrayFromImage(box).astype(np.float64)
    kji = np.indices(values.shape).reshape(3, -1).T
    axes = np.array(box.GetDirection()).reshape(3, 3) * np.array(box.GetSpacing())
    points = np.array(box.GetOrigin()) + kji[:, ::-1] @ axes.T
    return np.linalg.norm(points - centre, axis=1), values.reshape(-1)


def _shift(truth: dict[str, Any], visit: str) -> NDArray[np.float64]:
    return np.array(truth["follow_up_shift_lps_mm"] if visit == "second" else [0.0, 0.0, 0.0])


@pytest.mark.parametrize("visit", ["first", "second"])
def test_that_the_core_of_each_nodule_has_its_density(demo: Path, truth: dict[str, Any], visit: str) -> None:
    image = _volume(demo, truth, f"ct_{visit}")
    for row in truth["nodules"]:
        nodule = row[visit]
        if nodule["diameter_mm"] == 0:
            continue
        away, values = _distances(image, list(np.array(nodule["centre_lps_mm"]) + _shift(truth, visit)))
        core = values[away < nodule["diameter_mm"] / 2 - 2.2]
        assert core.mean() == pytest.approx(nodule["hu"], abs=8), (visit, nodule["name"], len(core))


@pytest.mark.parametrize("visit", ["first", "second"])
def test_that_the_volume_at_half_height_gives_the_diameter(demo: Path, truth: dict[str, Any], visit: str) -> None:
    image = _volume(demo, truth, f"ct_{visit}")
    voxel = math.prod(image.GetSpacing())
    for row in truth["nodules"]:
        nodule = row[visit]
        if nodule["diameter_mm"] == 0:
            continue
        away, values = _distances(image, list(np.array(nodule["centre_lps_mm"]) + _shift(truth, visit)))
        near = values[away < nodule["diameter_mm"] / 2 + 3]
        excess = (near + 862).clip(0) / (nodule["hu"] + 862)
        by_threshold = (6 / math.pi * voxel * (excess > 0.5).sum()) ** (1 / 3)
        assert by_threshold == pytest.approx(nodule["diameter_mm"], abs=0.8), (visit, nodule["name"])


def test_that_the_third_nodule_is_gone_later(demo: Path, truth: dict[str, Any]) -> None:
    nodule = truth["nodules"][2]
    assert nodule["change"] == "vanished"
    centre = list(np.array(nodule["first"]["centre_lps_mm"]) + _shift(truth, "second"))
    away, values = _distances(_volume(demo, truth, "ct_second"), centre)
    assert values[away < 5].max() < -700


def test_that_numbers_stored_in_a_nodule_are_those_of_the_files(demo: Path, truth: dict[str, Any]) -> None:
    nodule = truth["nodules"][0]["first"]
    away, values = _distances(_volume(demo, truth, "ct_first"), nodule["centre_lps_mm"])
    inside = values[away <= nodule["diameter_mm"] / 2]
    stored = nodule["stored"]
    assert len(inside) == stored["voxels"]
    assert inside.mean() == pytest.approx(stored["mean"], abs=1e-3)
    assert inside.std(ddof=1) == pytest.approx(stored["standard_deviation"], abs=1e-3)


def _suv_factor(ds: pydicom.Dataset) -> float:
    """Give SUVbw for 1 Bq/ml from the header alone, as QIBA tells readers to."""
    info = ds.RadiopharmaceuticalInformationSequence[0]

    def seconds(time: str) -> int:
        return int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:6])

    assert ds.Units == "BQML"
    assert ds.DecayCorrection == "START"
    elapsed = seconds(str(ds.SeriesTime)) - seconds(str(info.RadiopharmaceuticalStartTime))
    dose = float(info.RadionuclideTotalDose) * 2 ** (-elapsed / float(info.RadionuclideHalfLife))
    return float(ds.PatientWeight) * 1000 / dose


def test_that_hot_spheres_have_their_suv(demo: Path, truth: dict[str, Any]) -> None:
    folder = demo / truth["series"]["pet"]["folder"]
    factor = _suv_factor(pydicom.dcmread(next(folder.glob("*.dcm")), stop_before_pixels=True))
    assert factor == pytest.approx(truth["pet"]["suvbw_per_bq_per_ml"], rel=1e-9)
    image = _volume(demo, truth, "pet")
    for sphere in truth["pet"]["spheres"]:
        away, values = _distances(image, sphere["centre_lps_mm"])
        inside = values[away <= sphere["diameter_mm"] / 2] * factor
        assert len(inside) == sphere["stored"]["voxels"]
        assert inside.mean() == pytest.approx(sphere["stored"]["mean"], rel=1e-4)
        if sphere["diameter_mm"] >= 18:
            core = values[away <= sphere["diameter_mm"] / 2 - 5] * factor
            assert core.mean() == pytest.approx(sphere["suv"], rel=0.03), sphere["name"]


def test_that_the_head_is_tilted_and_unevenly_spaced(demo: Path, truth: dict[str, Any]) -> None:
    headers = [
        pydicom.dcmread(path, stop_before_pixels=True)
        for path in sorted((demo / truth["series"]["ct_head"]["folder"]).glob("*.dcm"))
    ]
    z = np.array([float(ds.ImagePositionPatient[2]) for ds in headers])
    assert set(np.round(-np.diff(z), 3)) == {3.0, 4.5, 6.0}
    column = np.array([float(x) for x in headers[0].ImageOrientationPatient[3:]])
    assert math.degrees(math.asin(-column[2])) == pytest.approx(truth["head"]["ct"]["gantry_tilt_deg"])
    assert len({tuple(ds.ImagePositionPatient[:2]) for ds in headers}) == 1


def test_that_white_matter_of_the_mr_follows_the_bias(demo: Path, truth: dict[str, Any]) -> None:
    image = _volume(demo, truth, "mr")
    told = truth["head"]["mr"]
    for place in ([24.0, -10.0, 34.0], [-24.0, 20.0, 36.0]):
        centre = np.array(told["head_centre_lps_mm"]) + place
        away, values = _distances(image, list(centre))
        expected = told["tissue_signal"]["white_matter"] * (1 + np.dot(told["bias_per_mm_lps"], place))
        assert np.median(values[away < 3]) == pytest.approx(expected, rel=0.03), place


def test_that_the_cyst_has_its_diameter_on_the_screen(demo: Path, truth: dict[str, Any]) -> None:
    ds = pydicom.dcmread(next((demo / truth["series"]["us"]["folder"]).glob("*.dcm")))
    told = truth["ultrasound"]
    assert float(ds.SequenceOfUltrasoundRegions[0].PhysicalDeltaX) * 10 == pytest.approx(told["pixel_mm"])
    grey = ds.pixel_array[0].mean(axis=2)
    column, row = told["cyst"]["centre_px"]
    y, x = np.indices(grey.shape)
    near = np.hypot(x - column, y - row) < told["cyst"]["diameter_mm"] / told["pixel_mm"] / 2 * 1.35
    area = (grey[near] < 45).sum() * told["pixel_mm"] ** 2
    assert 2 * math.sqrt(area / math.pi) == pytest.approx(told["cyst"]["diameter_mm"], rel=0.08)


def test_that_the_x_ray_darkens_nothing_but_air(demo: Path, truth: dict[str, Any]) -> None:
    ds = pydicom.dcmread(next((demo / truth["series"]["cr"]["folder"]).glob("*.dcm")))
    assert ds.PhotometricInterpretation == "MONOCHROME1"
    assert float(ds.ImagerPixelSpacing[0]) == truth["x_ray"]["imager_pixel_spacing_mm"]
    pixels = ds.pixel_array
    column, row = (round(x) for x in truth["x_ray"]["nodules"][0]["position_px"])
    spine = pixels[row - 40 : row + 40, 860:900].mean()
    lung = pixels[row - 40 : row + 40, column - 160 : column - 80].mean()
    assert lung > spine + 800


def test_that_frames_of_the_enhanced_ct_are_slices_of_the_trunk(demo: Path, truth: dict[str, Any]) -> None:
    ds = pydicom.dcmread(next((demo / truth["series"]["ct_enhanced"]["folder"]).glob("*.dcm")))
    assert ds.NumberOfFrames == truth["enhanced"]["frames"]
    positions = [
        [float(x) for x in group.PlanePositionSequence[0].ImagePositionPatient]
        for group in ds.PerFrameFunctionalGroupsSequence
    ]
    image = sitk.GetArrayFromImage(_volume(demo, truth, "ct_second"))
    first = truth["enhanced"]["first_slice_of_trunk"]
    assert positions[0][2] == pytest.approx(-192 + 3 * first + truth["follow_up_shift_lps_mm"][2])
    halved = image[first].reshape(256, 2, 256, 2).mean(axis=(1, 3))
    assert np.abs(ds.pixel_array[0] - halved).mean() < 12  # noise alone


@pytest.mark.parametrize("key", ["mr_axial", "mr_sagittal", "mr_coronal"])
def test_that_the_planes_of_the_mr_cross_at_the_capsule(demo: Path, truth: dict[str, Any], key: str) -> None:
    told = truth["planes"]
    assert len({truth["series"][name]["frame_of_reference_uid"] for name in told["series"]}) == 1
    image = _volume(demo, truth, key)
    capsule = told["capsule"]
    i, j, k = (round(x) for x in image.TransformPhysicalPointToContinuousIndex(capsule["centre_lps_mm"]))
    values = sitk.GetArrayFromImage(image)[k, j - 8 : j + 9, i - 8 : i + 9].astype(float)
    rows, columns = np.nonzero(values > 1000)
    found = np.array(image.TransformIndexToPhysicalPoint((i - 8, j - 8, k))) + (
        np.array(told["series"][key]["along_row"]) * columns.mean() * told["pixel_spacing_mm"]
        + np.array(told["series"][key]["along_column"]) * rows.mean() * told["pixel_spacing_mm"]
    )
    away = found - capsule["centre_lps_mm"]
    normal = np.cross(told["series"][key]["along_row"], told["series"][key]["along_column"])
    assert np.linalg.norm(away - normal * (away @ normal)) < 0.6
    assert abs(away @ normal) <= told["slice_step_mm"] / 2
    assert [i, j] == pytest.approx(told["series"][key]["capsule_px"], abs=0.51)


def test_that_fluid_is_bright_in_t2_and_dark_in_t1(demo: Path, truth: dict[str, Any]) -> None:
    ventricle = np.array(truth["planes"]["head_centre_lps_mm"]) + np.array((13.0, 4.0, 26.0))
    for key, told in truth["planes"]["series"].items():
        away, values = _distances(_volume(demo, truth, key), list(ventricle))
        assert np.median(values[away < 4]) == pytest.approx(told["tissue_signal"]["csf"], rel=0.03), key


def _views(demo: Path, truth: dict[str, Any]) -> dict[str, pydicom.Dataset]:
    paths = sorted((demo / truth["series"]["mg"]["folder"]).glob("*.dcm"))
    return {f"{ds.ImageLaterality}{ds.ViewPosition}": ds for ds in map(pydicom.dcmread, paths)}


def test_that_the_mammogram_has_four_views_with_their_chest_walls_inwards(demo: Path, truth: dict[str, Any]) -> None:
    views = _views(demo, truth)
    assert list(views) == ["RCC", "LCC", "RMLO", "LMLO"] == list(truth["mammogram"]["views"])
    rows = {"RCC": ["P", "L"], "LCC": ["A", "R"], "RMLO": ["P", "FL"], "LMLO": ["A", "FR"]}
    for name, ds in views.items():
        told, pixels = truth["mammogram"]["views"][name], ds.pixel_array
        assert list(ds.PatientOrientation) == rows[name]
        assert ds.ViewCodeSequence[0].CodeValue == {"CC": "399162004", "MLO": "399368009"}[ds.ViewPosition]
        wall, outwards = (0, 1) if told["chest_wall"] == "left" else (-1, -1)
        column, row = (round(x) for x in told["nipple_px"])
        assert pixels[row, wall] > 500
        assert pixels[row, column] > 100
        assert pixels[row, column + 40 * outwards] == 0


def test_that_the_mass_has_its_diameter_in_both_views(demo: Path, truth: dict[str, Any]) -> None:
    for name in ("LCC", "LMLO"):
        ds = _views(demo, truth)[name]
        told = next(each for each in truth["mammogram"]["views"][name]["findings"] if each["name"] == "mass")
        y, x = np.indices(ds.pixel_array.shape)
        away = np.hypot(x - told["centre_px"][0], y - told["centre_px"][1])
        radius = told["diameter_px"] / 2
        around = np.median(ds.pixel_array[(away > 1.05 * radius) & (away < 1.25 * radius)])
        middle = np.median(ds.pixel_array[away < radius / 8])
        half = ((ds.pixel_array > (around + middle) / 2) & (away < 1.2 * radius)).sum()
        diameter = 2 * math.sqrt(half / math.pi) / math.sqrt(3 / 4)  # a ball is half as bright there as in the middle
        assert diameter == pytest.approx(told["diameter_px"], rel=0.04)
        mm = diameter * float(ds.ImagerPixelSpacing[0]) / told["magnification"]
        assert mm == pytest.approx(told["diameter_mm"], rel=0.04)
        assert told["magnification"] == pytest.approx(float(ds.EstimatedRadiographicMagnificationFactor), rel=0.03)


def test_that_the_brightest_grains_lie_in_the_cluster(demo: Path, truth: dict[str, Any]) -> None:
    for name in ("RCC", "RMLO"):
        pixels = _views(demo, truth)[name].pixel_array.astype(np.float32)
        told = next(each for each in truth["mammogram"]["views"][name]["findings"])
        assert told["name"] == "calcifications"
        column, row = (round(x) for x in told["centre_px"])
        cut = pixels[row - 100 : row + 101, column - 100 : column + 101]
        rows, columns = np.nonzero(cut - cv2.blur(cut, (25, 25)) > 600)
        assert len(rows) > 20
        assert np.hypot(rows - 100, columns - 100).max() <= told["diameter_px"] / 2


def _pelvis(demo: Path) -> NDArray[np.float32]:
    pixels = pydicom.dcmread(demo / "x-ray-pelvis" / "0001.dcm").pixel_array.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.5), np.float32)


@pytest.mark.parametrize("side", ["R", "L"])
def test_that_the_dense_roof_of_the_hip_ends_at_its_angles(demo: Path, truth: dict[str, Any], side: str) -> None:
    told = truth["pelvis"]
    hip = told["hips"][side]
    pixels, (column, row) = _pelvis(demo), hip["head_px"]
    per_mm = told["magnification"] / told["imager_pixel_spacing_mm"]
    outwards = 1 if side == "L" else -1
    degrees = np.arange(-70, 60.1, 0.1)
    radius = (told["head_diameter_mm"] / 2 + 4.3) * per_mm  # in the middle of the roof, beyond the joint space
    x = column + outwards * radius * np.sin(np.radians(degrees))
    y = row - radius * np.cos(np.radians(degrees))
    shine = cv2.remap(pixels, x.astype(np.float32)[None], y.astype(np.float32)[None], cv2.INTER_LINEAR)[0]
    inside = shine[np.abs(degrees) < 5].mean()
    steps = np.gradient(cv2.GaussianBlur(shine[None], (0, 0), 8)[0])
    assert inside > np.median(shine[degrees < -60]) + 300
    assert degrees[np.argmin(steps)] == pytest.approx(hip["centre_edge_deg"], abs=1)
    assert degrees[np.argmax(steps)] == pytest.approx(-hip["centre_edge_deg"] - 2 * hip["roof_deg"], abs=1)
    (x0, y0), (x1, y1) = hip["roof_inner_px"], hip["roof_outer_px"]
    assert math.degrees(math.atan2(y0 - y1, outwards * (x1 - x0))) == pytest.approx(hip["roof_deg"], abs=0.01)


@pytest.mark.parametrize("side", ["R", "L"])
def test_that_the_shaft_of_the_femur_runs_along_its_axis(demo: Path, truth: dict[str, Any], side: str) -> None:
    hip = truth["pelvis"]["hips"][side]
    pixels = _pelvis(demo)
    (head_x, head_y), (x0, y0), (x1, y1) = hip["head_px"], hip["axes_meet_px"], hip["shaft_px"]
    slope = (x1 - x0) / (y1 - y0)
    for row in (1008, 1018, 1028):  # below the lesser trochanter
        middle = x0 + (row - y0) * slope
        left, right = round(middle) - 70, round(middle) + 70
        steps = np.gradient(pixels[row - 3 : row + 4, left:right].mean(axis=0))
        assert left + (np.argmax(steps) + np.argmin(steps)) / 2 == pytest.approx(middle, abs=2)
    neck = math.degrees(math.atan2(abs(head_x - x0), y0 - head_y))
    shaft = math.degrees(math.atan2(abs(x1 - x0), y1 - y0))
    assert 180 - neck - shaft == pytest.approx(hip["neck_shaft_deg"], abs=0.01)


def test_that_the_vessels_branch_over_more_than_five_generations(truth: dict[str, Any]) -> None:
    assert truth["trunk"]["vessel_generations"] > 5


def test_that_identifiers_are_unique_and_belong_together(demo: Path, truth: dict[str, Any]) -> None:
    seen: set[str] = set()
    for series in truth["series"].values():
        for path in (demo / series["folder"]).glob("*.dcm"):
            ds = pydicom.dcmread(path, stop_before_pixels=True)
            assert ds.SOPInstanceUID not in seen
            seen.add(ds.SOPInstanceUID)
            assert ds.SeriesInstanceUID == series["series_instance_uid"]
            assert ds.StudyInstanceUID == series["study_instance_uid"]
            is_woman = series["folder"] in ("mammogram", "x-ray-pelvis")
            person = truth["mammogram"]["patient"] if is_woman else truth["patient"]
            assert (ds.PatientID, ds.PatientName, ds.PatientSex) == (
                person["patient_id"], person["name"], person["sex"]
            )  # fmt: skip
        assert len(list((demo / series["folder"]).iterdir())) == series["objects"]


def test_that_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        write_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_that_cancelling_ends_the_writing(tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_demo(tmp_path / "study", report=stop)
    assert not list((tmp_path / "study").rglob("*.dcm"))


def test_that_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(UserError, match="cannot be written"):
        write_demo(tmp_path / "file" / "demo")


def test_that_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no device here that is always full")

    with pytest.raises(OSError, match="No space left") as raised:
        save(small.colour()[0], Path("/dev/full"))
    assert raised.value.errno == errno.ENOSPC

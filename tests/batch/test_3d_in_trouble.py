"""The commands of ``3d`` as a careless or hostile user has them: a sentence, or a result that says what it lacks."""

import copy
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import UID

from tests.batch.test_interrupted import files_below
from workstation.__main__ import main
from workstation.phantoms import small
from workstation.phantoms.writing import save

GOOD_PATH = "-25 20 -140\n-15 25 -135\n-12 28 -126\n"
RESCALE_SLOPE = Tag("RescaleSlope")
Change = Callable[[Dataset], None]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    small.volume("axial").write(folder)
    return folder


def changed(folder: Path, change: Change, *, only: int | None = None) -> Path:
    """Write the slices of an axial volume, all of them changed, or one."""
    folder.mkdir(exist_ok=True)
    for number, each in enumerate(small.volume("axial").datasets):
        ds = copy.deepcopy(each)
        if only in (None, number):
            change(ds)
        save(ds, folder / f"{number}.dcm")
    return folder


def stored(ds: Dataset) -> np.ndarray:
    return np.frombuffer(ds.PixelData, np.uint16).reshape(ds.Rows, ds.Columns)


def run(*words: object) -> int:
    return main(["--batch", "3d", *map(str, words)])


@pytest.mark.parametrize("command", ["volume", "animate"])
def test_that_no_image_that_is_read_is_written_over(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.volume("axial").write(tmp_path)
    before = (tmp_path / "001.dcm").read_bytes()
    assert run(command, tmp_path, "-o", tmp_path / "001.dcm") == 1
    assert "is not overwritten" in capsys.readouterr().err
    assert (tmp_path / "001.dcm").read_bytes() == before


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("mpr --plane-normal 1,1,1", "a.png"),
        ("mpr --planes axial", "a"),
        ("mip", "a.png"),
        ("surface --threshold 500", "a.stl"),
        ("volume --size 40x40", "a.png"),
        ("volume --size 40x40", "a.dcm"),
        ("animate --size 40x40 --frames 2", "a.gif"),
        ("animate --size 40x40 --frames 2", "a.mp4"),
        ("animate --size 40x40 --frames 2", "a"),
        ("export", "a.nii"),
    ],
)
def test_that_a_place_where_nothing_can_be_written_is_told(
    command: str, name: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = command.split()
    assert run(words[0], study, *words[1:], "-o", tmp_path / "file" / name) == 1
    told = capsys.readouterr().err
    assert f"{tmp_path / 'file' / name}" in told
    assert "cannot be written" in told
    assert files_below(tmp_path) == {"file"}


def test_that_a_threshold_alone_asks_for_a_surface(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = ("--size", "40x40", "--threshold", 500)
    assert run("volume", study, "-o", tmp_path / "a.png", *size) == 0
    assert run("volume", study, "-o", tmp_path / "b.png", *size, "--method", "isosurface") == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert run("volume", study, "-o", tmp_path / "c.png", *size, "--method", "mip") == 2
    assert "--threshold is about --method isosurface" in capsys.readouterr().err


def test_that_pictures_of_other_planes_in_the_folder_are_told(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("mpr", study, "-o", tmp_path / "out", "--planes", "axial")
    for spacing, told in (("2.5mm", ""), ("2.5mm", ""), ("5mm", "such as 006.png")):
        assert run(*words, "--spacing", spacing) == 0
        assert told in capsys.readouterr().err if told else not capsys.readouterr().err


@pytest.mark.parametrize("normal", ["1e308,1e308,1e308", "1e-320,1e-320,1e-320"])
def test_that_the_length_of_a_normal_does_not_matter(normal: str, study: Path, tmp_path: Path) -> None:
    usual, odd = tmp_path / "usual.png", tmp_path / "odd.png"
    assert run("mpr", study, "-o", usual, "--plane-normal", "1,1,1") == 0
    assert run("mpr", study, "-o", odd, "--plane-normal", normal) == 0
    assert odd.read_bytes() == usual.read_bytes()


def test_that_a_point_beyond_all_numbers_misses_the_volume(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = ("--plane-normal", "0,0,1", "--plane-point", "0,0,1e300")
    assert run("mpr", study, "-o", tmp_path / "no.png", *point, "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"] == "The plane does not meet the volume."
    assert not files_below(tmp_path)


@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        ("1e300 0 0\n-1e300 0 0\n", (), "is no place"),
        ("0 0 0\n1e8 0 0\n", (), "no path through a patient"),
        (GOOD_PATH, ("--pixel", "0.00001mm"), "Choose larger pixels"),
        (GOOD_PATH, ("--width", "1e6mm"), "smaller width"),
        (GOOD_PATH, ("--width", "1e300mm"), "smaller width"),
    ],
)
def test_that_a_path_beyond_reason_is_refused_at_once(
    points: str,
    options: tuple[str, ...],
    words: str,
    study: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = tmp_path / "path.txt"
    line.write_text(points, encoding="utf-8")
    assert run("curved-mpr", study, "--centerline", line, "-o", tmp_path / "out.png", *options) == 1
    assert words in capsys.readouterr().err
    assert files_below(tmp_path) == {"path.txt"}


def test_that_rows_of_any_length_have_a_direction(study: Path, tmp_path: Path) -> None:
    line, made = tmp_path / "path.txt", []
    line.write_text(GOOD_PATH, encoding="utf-8")
    for number, across in enumerate(("1,1,0", "1e308,1e308,0")):
        made.append(tmp_path / f"{number}.png")
        words = ("--centerline", line, "--kind", "stretched", "--across", across)
        assert run("curved-mpr", study, "-o", made[-1], *words) == 0
    assert made[0].read_bytes() == made[1].read_bytes()


def test_that_a_curved_slab_is_no_thicker_than_the_volume(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = tmp_path / "path.txt"
    line.write_text(GOOD_PATH, encoding="utf-8")
    words = ("--centerline", line, "-o", tmp_path / "out.png", "--thickness", "1e6mm", "--json")
    assert run("curved-mpr", study, *words) == 0
    told = capsys.readouterr()
    assert "The slab is as thick as the volume, " in told.err
    assert json.loads(told.out)["slab"].startswith("Mean 3")


def test_that_a_slice_that_is_left_out_is_told_and_the_command_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut_short(ds: Dataset) -> None:
        ds.PixelData = ds.PixelData[:100]

    folder = changed(tmp_path / "in", cut_short, only=2)
    for words in (
        ("mpr", folder, "-o", tmp_path / "out"),
        ("surface", folder, "-o", tmp_path / "a.stl"),
        ("export", folder, "-o", tmp_path / "a.nrrd"),
        ("export", folder, "-o", tmp_path / "a.nii"),
        ("volume", folder, "-o", tmp_path / "a.png", "--size", "32x32"),
    ):
        assert run(*words) == 1
        assert capsys.readouterr().err.count("Slice 3 of 9 left out: 2.dcm") == 1
        assert words[3].exists(), "the others are shown"


def test_that_a_file_that_cannot_be_read_is_told_and_the_command_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.volume("axial").write(tmp_path / "in")
    whole = next((tmp_path / "in").glob("*.dcm"))
    broken = tmp_path / "in" / "broken.dcm"
    broken.write_bytes(whole.read_bytes()[:200])
    (tmp_path / "in" / "notes.txt").write_text("No image, and nothing wrong with that.", encoding="utf-8")
    words = ("mpr", tmp_path / "in", "-o", tmp_path / "out")
    assert run(*words, "--json") == 1
    failures = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "error" in line]
    assert [Path(each["subject"]).name for each in failures] == ["broken.dcm"]
    assert failures[0]["reason"]
    broken.unlink()
    assert run(*words) == 0


def marked(kind: str) -> Change:
    """Store the values otherwise, and have them mean the same."""

    def backwards(ds: Dataset) -> None:
        ds.PixelData = (3000 - stored(ds).astype(np.int32)).astype(np.uint16).tobytes()
        ds.RescaleSlope, ds.RescaleIntercept = "-1", "1976"

    def backwards_signed(ds: Dataset) -> None:
        ds.PixelData = (1000 - stored(ds).astype(np.int32)).astype(np.int16).tobytes()
        ds.RescaleSlope, ds.RescaleIntercept, ds.PixelRepresentation = "-1", "-24", 1
        ds.BitsStored, ds.HighBit = 16, 15

    def without_numbers(ds: Dataset) -> None:
        values = stored(ds).astype(np.float32)
        values[0, :3] = np.nan, np.inf, -np.inf
        for keyword in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
            delattr(ds, keyword)
        ds.FloatPixelData, ds.BitsAllocated = values.tobytes(), 32

    return {"backwards": backwards, "backwards, signed": backwards_signed, "without numbers": without_numbers}[kind]


@pytest.mark.parametrize("kind", ["backwards", "backwards, signed"])
def test_that_values_that_run_backwards_have_their_surface(kind: str, study: Path, tmp_path: Path) -> None:
    plain, other = tmp_path / "plain.stl", tmp_path / "other.stl"
    assert run("surface", study, "-o", plain, "--threshold", 500) == 0
    assert run("surface", changed(tmp_path / "in", marked(kind)), "-o", other, "--threshold", 500) == 0
    assert triangles(other) == triangles(plain)


def triangles(file: Path) -> set[frozenset[tuple[float, ...]]]:
    """Give the corners of each triangle of a binary STL to 0.001 mm."""
    kind = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("rest", "<u2")])
    found = np.frombuffer(file.read_bytes()[84:], kind)["corners"]
    return {frozenset(tuple(round(float(x), 3) for x in corner) for corner in each) for each in found}


def test_that_voxels_without_a_number_are_outside_of_a_surface(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = changed(tmp_path / "in", marked("without numbers"))
    assert run("surface", folder, "-o", tmp_path / "a.stl", "--threshold", 500, "--json") == 0
    told = capsys.readouterr()
    assert "27 voxels without a number, taken for outside" in told.err
    made = json.loads(told.out)
    assert made["watertight"]
    assert 0 < made["volume_ml"] < 1


@pytest.mark.parametrize("is_backwards", [False, True])
def test_that_padding_is_outside_of_a_surface(
    is_backwards: bool, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def padded(ds: Dataset) -> None:
        if is_backwards:
            marked("backwards")(ds)
        values, padding = stored(ds).copy(), 0 if is_backwards else 65535
        values[:3, :3] = padding
        ds.PixelData, ds.BitsStored, ds.HighBit = values.tobytes(), 16, 15
        ds.add_new("PixelPaddingValue", "US", padding)

    plain, other = tmp_path / "plain.stl", tmp_path / "other.stl"
    assert run("surface", study, "-o", plain, "--threshold", 500) == 0
    folder = changed(tmp_path / "in", padded)
    assert run("surface", folder, "-o", other, "--threshold", 500) == 0
    assert triangles(other) == triangles(plain)
    assert "81 voxels of padding, taken for outside" in capsys.readouterr().err
    assert run("export", folder, "-o", other, "--threshold", 500) == 0
    assert triangles(other) == triangles(plain)


def test_that_the_range_of_values_is_told_in_those_of_the_images(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def doubled(ds: Dataset) -> None:
        ds.RescaleSlope = "2"

    folder = changed(tmp_path / "in", doubled)
    assert run("surface", folder, "-o", tmp_path / "a.stl", "--threshold", 9999) == 1
    assert "There is no surface at 9999: values are from 424 to 3024." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("mpr", "--planes", "axial", "--over"), "--over-series"),
        (("register", "--moving"), "--moving-series"),
    ],
)
def test_that_the_option_is_named_that_chooses_the_second_volume(
    words: tuple[str, ...], option: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("oblique", "tilted"):
        small.volume(kind).write(tmp_path / "both" / kind)
    assert run(*words, tmp_path / "both", "-o", tmp_path / "made", "--", study) == 1
    assert f"Say which with {option}: 1: " in " ".join(capsys.readouterr().err.split())


def test_that_pictures_go_into_no_archive(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mpr", study, "-o", tmp_path / "planes.zip") == 1
    assert "an archive is for --format dicom" in " ".join(capsys.readouterr().err.split())
    assert run("mpr", study, "-o", tmp_path / "planes.zip", "--planes", "axial", "--format", "dicom") == 0
    assert zipfile.is_zipfile(tmp_path / "planes.zip")


def test_that_a_time_that_is_not_there_is_told(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", study, "-o", tmp_path / "a.nii", "--time", 1) == 0
    assert run("export", study, "-o", tmp_path / "b.nii", "--time", 2) == 1
    assert "There is no stack number 2." in capsys.readouterr().err
    assert files_below(tmp_path) == {"a.nii"}


def test_that_colour_is_told_where_it_makes_no_volume(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def coloured(ds: Dataset) -> None:
        ds.SamplesPerPixel, ds.PlanarConfiguration, ds.PhotometricInterpretation = 3, 0, "RGB"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
        ds.PixelData = bytes(ds.Rows * ds.Columns * 3)

    folder = changed(tmp_path / "in", coloured)
    assert run("surface", folder, "-o", tmp_path / "a.stl", "--threshold", 5) == 1
    assert "images in colour have no values for this. They can be shown and exported: 3d mpr" in capsys.readouterr().err
    assert run("export", folder, "-o", tmp_path / "a.stl") == 1
    assert "A volume in colour has no threshold." in capsys.readouterr().err
    assert not list(tmp_path.glob("*.stl"))


@pytest.mark.parametrize(("written", "told"), [("0", "0"), ("nan", "no number"), ("", "no number")])
def test_that_a_rescale_slope_that_is_none_is_told(
    written: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def damaged(ds: Dataset) -> None:
        ds._dict[RESCALE_SLOPE] = RawDataElement(RESCALE_SLOPE, "DS", len(written), written.encode(), 0, False, True)

    folder = changed(tmp_path / "in", damaged)
    assert run("export", folder, "-o", tmp_path / "a.mha", "--json") == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert notes == [f"Rescale Slope is {told}: it is taken as 1, and the values have no unit"]


def test_that_a_slope_that_is_none_in_one_slice_is_told_where_the_volume_goes_and_beside_what_is_measured_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def damaged(ds: Dataset) -> None:
        ds._dict[RESCALE_SLOPE] = RawDataElement(RESCALE_SLOPE, "DS", 1, b"0", 0, False, True)

    folder = changed(tmp_path / "in", damaged, only=4)
    told = "Slice 5 (4.dcm) of 9: Rescale Slope is 0, taken as 1; values there are not in HU as the others"
    assert run("export", folder, "-o", tmp_path / "a.mha", "--json") == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [told]
    assert run("mip", folder, "-o", tmp_path / "a.png") == 0
    assert told in capsys.readouterr().err
    place = ["--shape", "circle", "--points", "-20,25,-130", "-17,25,-130"]
    assert main(["--batch", "measure", "plane", str(folder), *place, "--json"]) == 0
    assert f"{told}." in json.loads(capsys.readouterr().out)["notes"]


def test_that_a_volume_without_any_number_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def floats(ds: Dataset) -> None:
        del ds.PixelData, ds.BitsStored, ds.HighBit, ds.PixelRepresentation
        ds.BitsAllocated = 32
        ds.FloatPixelData = np.full((ds.Rows, ds.Columns), np.nan, np.float32).tobytes()

    folder = changed(tmp_path / "in", floats)
    for words in (("mip", "-o", tmp_path / "a.png"), ("export", "-o", tmp_path / "a.nii")):
        assert run(words[0], folder, *words[1:]) == 0
        told = capsys.readouterr()
        assert "No voxel has a number" in told.err + told.out
    assert run("volume", folder, "-o", tmp_path / "b.png") == 0
    assert "Nothing is seen: no voxel has a number" in capsys.readouterr().err


def test_that_images_that_fit_no_stack_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(tmp_path / "in", lambda _ds: None)
    first = small.volume("axial").datasets[0]
    for number in range(2):
        other = copy.deepcopy(first)
        other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.{number + 1}")
        if number:
            del other.ImagePositionPatient
        else:
            other.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        save(other, folder / f"other{number}.dcm")
    for words in (
        ("mip", "-o", tmp_path / "a.png"),
        ("export", "-o", tmp_path / "a.nii"),
        ("surface", "-o", tmp_path / "a.stl"),
    ):
        assert run(words[0], folder, *words[1:], "--json") == 0
        told = "2 images of the series are left out: no parallel slices of this stack"
        assert told in json.loads(capsys.readouterr().out)["notes"]


def test_that_copies_are_read_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    folder = changed(tmp_path / "in" / "a", lambda _ds: None)
    changed(tmp_path / "in" / "b", lambda _ds: None)
    for name, paths in (("once.nii", [folder]), ("twice.nii", [tmp_path / "in"]), ("again.nii", [folder, folder])):
        assert run("export", *paths, "-o", tmp_path / name) == 0
        assert ("9 images given more than once" in capsys.readouterr().err) == (name != "once.nii")
        assert (tmp_path / name).read_bytes() == (tmp_path / "once.nii").read_bytes()
    assert run("mpr", tmp_path / "in", "-o", tmp_path / "out") == 0


def test_that_slices_that_only_share_a_uid_are_all_read(tmp_path: Path) -> None:
    def same(ds: Dataset) -> None:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID("2.25.77")

    assert run("export", changed(tmp_path / "in", same), "-o", tmp_path / "a.nii") == 0
    assert SimpleITK.ReadImage(str(tmp_path / "a.nii")).GetSize() == (28, 20, 9)


def test_that_an_image_at_the_place_of_another_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(tmp_path / "in", lambda _ds: None)
    other = copy.deepcopy(small.volume("axial").datasets[3])
    other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = UID("2.25.77")
    save(other, folder / "other.dcm")
    assert run("export", folder, "-o", tmp_path / "a.nii", "--json") == 0
    told = "1 image of the series is left out: there is another one at the same place"
    assert json.loads(capsys.readouterr().out)["notes"] == [told]


@pytest.mark.parametrize(
    ("thickness", "expected", "words"),
    [
        ("4.5", 4.5, "4.5 mm thick by its Slice Thickness"),
        (None, 1.0, "taken as 1 mm thick"),
        ("-3", 1.0, "taken as 1"),
    ],
)
def test_that_a_single_slice_is_as_thick_as_it_says(
    thickness: str | None, expected: float, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ds = copy.deepcopy(small.volume("oblique").datasets[3])
    ds.SliceThickness = thickness
    save(ds, tmp_path / "in.dcm")
    for name in ("a.nii", "a.nii.gz", "a.mha", "a.nrrd"):
        assert run("export", tmp_path / "in.dcm", "-o", tmp_path / name, "--json") == 0
        (note,) = json.loads(capsys.readouterr().out)["notes"]
        assert words in note
        image = SimpleITK.ReadImage(str(tmp_path / name))
        assert image.GetSpacing() == pytest.approx((0.8, 0.8, expected))
        assert image.GetOrigin() == pytest.approx([float(each) for each in ds.ImagePositionPatient], abs=1e-3)

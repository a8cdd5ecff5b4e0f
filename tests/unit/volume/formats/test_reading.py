"""Volume files of other programs are read right, whatever their order and encoding; damaged ones are refused."""

import gzip
import struct
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.orientation_matrix import MATRIX, assert_same_place, brightest_lps, opened
from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.phantoms import small
from workstation.volume.formats import reading
from workstation.volume.formats.reading import (
    GridFile,
    is_grid_file,
    read_grid_file,
    values_on,
)
from workstation.volume.formats.writing import write_volume

ROTATION = np.linalg.qr(np.array([[3.0, 1, 0], [-1, 2, 1], [0, -1, 4]]))[0]
AFFINE = np.eye(4)
AFFINE[:3, :3] = ROTATION * np.sign(np.diag(ROTATION)) * [0.8, 1.1, 2.5]
AFFINE[:3, 3] = -31, 17, -142.5
VALUES = np.random.default_rng(5).integers(0, 200, (5, 4, 6)).astype(np.int16)
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


def assert_read(path: Path, values: NDArray[Any] = VALUES, affine: NDArray[np.float64] = AFFINE) -> GridFile:
    found = read_grid_file(path)
    assert found.affine_lps is not None
    assert np.array_equal(found.array_kji * found.slope + found.intercept, values)
    np.testing.assert_allclose(found.affine_lps, affine, atol=1e-4)
    assert found.array_kji.dtype.isnative
    return found


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        (name, ending)
        for name in MATRIX
        for ending in (".nii", ".nii.gz", ".mha", ".mhd", ".nrrd", ".nhdr")
        if (name, ending[:3]) != ("tilted", ".mh")  # which has no sheared grids
    ],
)
def test_that_what_is_written_is_read_in_its_place(name: str, ending: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    write_volume(volume, tmp_path / f"v{ending}", compress=ending in (".mhd", ".nhdr"))
    found = read_grid_file(tmp_path / f"v{ending}")
    assert np.array_equal(found.array_kji, volume.array_kji)
    assert found.affine_lps is not None
    assert_same_place(brightest_lps(found.array_kji, found.affine_lps), made.marker_lps)


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("version", [nibabel.Nifti1Image, nibabel.Nifti2Image, nibabel.Nifti1Pair])
def test_that_nifti_of_nibabel_is_read(version: Any, order: str, kind: str, tmp_path: Path) -> None:
    values = (VALUES // 2).astype(kind)
    header = version.header_class(endianness=order)
    header.set_data_dtype(np.dtype(order + kind))
    image = version(values.T, FLIP @ AFFINE, header)
    endings = (".hdr", ".img") if version is nibabel.Nifti1Pair else (".nii", ".nii.gz")
    for ending in endings:
        nibabel.save(image, tmp_path / f"v{ending}")
        assert_read(tmp_path / f"v{ending}", values)


def test_that_qform_and_slope_of_nifti_are_read(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(VALUES.T, FLIP @ AFFINE)
    image.set_sform(None, code=0)
    image.set_qform(FLIP @ AFFINE, code=1)
    image.header.set_slope_inter(0.5, -10)
    nibabel.save(image, tmp_path / "v.nii")
    found = read_grid_file(tmp_path / "v.nii")
    assert found.affine_lps is not None
    np.testing.assert_allclose(found.affine_lps, AFFINE, atol=1e-3)
    assert (found.slope, found.intercept) == (0.5, -10)
    expected = nibabel.load(tmp_path / "v.nii").get_fdata().T
    np.testing.assert_allclose(found.array_kji * found.slope + found.intercept, expected, atol=1e-6)
    image.set_qform(None, code=0)
    nibabel.save(image, tmp_path / "v.nii")
    assert read_grid_file(tmp_path / "v.nii").affine_lps is None


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("ending", [".mha", ".mhd", ".nrrd", ".nhdr", ".nii", ".nii.gz"])
def test_that_files_of_simpleitk_are_read(ending: str, compress: bool, tmp_path: Path) -> None:
    image = SimpleITK.GetImageFromArray(VALUES)
    sides = np.linalg.norm(AFFINE[:3, :3], axis=0)
    image.SetSpacing(sides.tolist())
    image.SetDirection((AFFINE[:3, :3] / sides).ravel().tolist())
    image.SetOrigin(AFFINE[:3, 3].tolist())
    SimpleITK.WriteImage(image, str(tmp_path / f"v{ending}"), compress)
    assert_read(tmp_path / f"v{ending}")


@pytest.mark.parametrize(
    ("space", "flip"),
    [
        ("left-posterior-superior", np.eye(4)),
        ("LPS", np.eye(4)),
        ("right-anterior-superior", FLIP),
        ("left-anterior-superior", np.diag([1.0, -1, 1, 1])),
    ],
)
@pytest.mark.parametrize("encoding", ["raw", "gzip"])
@pytest.mark.parametrize("detached", [False, True])
def test_that_nrrd_of_pynrrd_is_read(
    detached: bool, encoding: str, space: str, flip: NDArray[np.float64], tmp_path: Path
) -> None:
    told = flip @ AFFINE
    header = {
        "space": space,
        "space directions": told[:3, :3].T,
        "space origin": told[:3, 3],
        "encoding": encoding,
        "kinds": ["domain"] * 3,
    }
    path = tmp_path / ("v.nhdr" if detached else "v.nrrd")
    nrrd.write(str(path), VALUES.T, header)
    assert_read(path)


def test_that_layers_of_segments_are_read(tmp_path: Path) -> None:
    layers = np.stack([VALUES, VALUES + 1])
    header = {
        "space": "left-posterior-superior",
        "space directions": np.vstack([[np.nan] * 3, AFFINE[:3, :3].T]),
        "space origin": AFFINE[:3, 3],
        "kinds": ["list", "domain", "domain", "domain"],
        "Segment0_Name": "liver",
    }
    nrrd.write(str(tmp_path / "v.seg.nrrd"), np.moveaxis(layers, 0, -1).T.copy(order="F"), header)
    for number, layer in enumerate(layers):
        found = read_grid_file(tmp_path / "v.seg.nrrd", number=number)
        assert np.array_equal(found.array_kji, layer)
        assert found.affine_lps is not None
        np.testing.assert_allclose(found.affine_lps, AFFINE, atol=1e-6)
    with pytest.raises(UserError, match="there is no number 3"):
        read_grid_file(tmp_path / "v.seg.nrrd", number=2)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_that_one_of_several_times_is_read(ending: str, tmp_path: Path) -> None:
    times = np.stack([VALUES, VALUES + 300, VALUES + 600])
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(times, isVector=False), str(tmp_path / f"v{ending}"), True)
    for number, values in enumerate(times):
        assert np.array_equal(read_grid_file(tmp_path / f"v{ending}", number=number).array_kji, values)


def test_that_several_members_of_gzip_are_one_file(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(VALUES.T, FLIP @ AFFINE), tmp_path / "v.nii")
    plain = (tmp_path / "v.nii").read_bytes()
    (tmp_path / "w.nii.gz").write_bytes(gzip.compress(plain[:400]) + gzip.compress(plain[400:]))
    assert_read(tmp_path / "w.nii.gz")


GRID = VolumeGrid(AFFINE, (5, 4, 6))


def itk_mask(values: NDArray[Any], affine: NDArray[np.float64], grid: VolumeGrid) -> NDArray[np.bool_]:
    """The same by SimpleITK."""

    def image_of(array: NDArray[Any], lies: NDArray[np.float64]) -> SimpleITK.Image:
        image = SimpleITK.GetImageFromArray(array)
        sides = np.linalg.norm(lies[:3, :3], axis=0)
        image.SetSpacing(sides.tolist())
        image.SetDirection((lies[:3, :3] / sides).ravel().tolist())
        image.SetOrigin(lies[:3, 3].tolist())
        return image

    target = image_of(np.zeros(grid.shape_kji, np.uint8), grid.affine_lps)
    source = image_of(values.astype(np.uint8), affine)
    found = SimpleITK.Resample(source, target, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0.0)
    return np.asarray(SimpleITK.GetArrayFromImage(found) != 0)


def test_that_a_mask_on_another_grid_is_taken_by_its_nearest_voxel() -> None:
    rng = np.random.default_rng(6)
    mask = (rng.random((7, 9, 8)) < 0.5).astype(np.uint8)
    turn = np.deg2rad(11)
    turned = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = turned @ AFFINE[:3, :3] @ np.diag([0.71, 0.53, 0.66])
    affine[:3, 3] = AFFINE[:3, 3] + [0.31, -0.43, 0.27]
    found = values_on(GridFile("m.nii", mask, affine), GRID) != 0
    expected = itk_mask(mask, affine, GRID)
    assert 20 < expected.sum() < 100
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (1, -1, -1), (-1, -1, -1)])
def test_that_turned_and_mirrored_masks_are_the_same_voxels(
    order: tuple[int, int, int], signs: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = (VALUES > 100).astype(np.uint8)
    axes = [AFFINE[:3, n] for n in order]
    shape = [GRID.shape_kji[::-1][n] for n in order]
    affine = np.eye(4)
    affine[:3, :3] = np.column_stack([axis * sign for axis, sign in zip(axes, signs, strict=True)])
    affine[:3, 3] = AFFINE[:3, 3] + sum(
        axis * (size - 1) for axis, size, sign in zip(axes, shape, signs, strict=True) if sign < 0
    )
    turned = mask.T.transpose(order)[tuple(slice(None, None, sign) for sign in signs)].T
    file = GridFile("m.nii", np.ascontiguousarray(turned), affine)
    from_grid: NDArray[np.float64] = np.linalg.solve(affine, AFFINE).astype(np.float64)
    slowly = reading._nearest(file.array_kji != 0, from_grid, GRID.shape_kji)
    monkeypatch.setattr(reading, "_nearest", None)
    assert np.array_equal(values_on(file, GRID), mask)
    assert np.array_equal(slowly, mask != 0)


def test_that_values_are_those_that_the_file_means() -> None:
    assert np.array_equal(values_on(GridFile("m.nii", VALUES, AFFINE), GRID), VALUES)
    assert np.array_equal(values_on(GridFile("m.nii", VALUES, AFFINE, 2.0, -2.0), GRID), VALUES * 2.0 - 2.0)


def test_that_a_mask_without_a_place_lies_on_the_same_voxels_or_nowhere() -> None:
    assert np.array_equal(values_on(GridFile("m.nii", VALUES, None), GRID), VALUES)
    with pytest.raises(UserError, match=r"its size, 6 x 4 x 4, is not that of the volume, 6 x 4 x 5"):
        values_on(GridFile("m.nii", VALUES[:4], None), GRID)


def test_that_a_mask_elsewhere_holds_nothing() -> None:
    affine = AFFINE.copy()
    affine[:3, 3] += 500
    assert not values_on(GridFile("m.nii", VALUES + 1, affine), GRID).any()


def test_that_names_tell_which_files_are_read(tmp_path: Path) -> None:
    assert all(is_grid_file(Path(name)) for name in ("a.nii", "b.NII.GZ", "c.seg.nrrd", "d.mhd", "e.img"))
    assert not any(is_grid_file(Path(name)) for name in ("a.dcm", ".nii", "b.gz", "nrrd"))
    with pytest.raises(UserError, match="does not end as that of a volume"):
        read_grid_file(tmp_path / "a.dcm")
    with pytest.raises(UserError, match="cannot be read: No such file"):
        read_grid_file(tmp_path / "a.nii")


def _good(ending: str, folder: Path) -> Path:
    image = SimpleITK.GetImageFromArray(VALUES)
    SimpleITK.WriteImage(image, str(folder / f"v{ending}"))
    return folder / f"v{ending}"


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".mha", ".nrrd"])
def test_that_a_file_that_ends_too_early_is_refused(ending: str, tmp_path: Path) -> None:
    path = _good(ending, tmp_path)
    data = path.read_bytes()
    for count in (0, 3, 100, len(data) // 2, len(data) - 30):
        path.write_bytes(data[:count])
        with pytest.raises(UserError):
            read_grid_file(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"sizes: 6 4 5", b"sizes: 600000 400000 500000", "tells of"),
        (b"sizes: 6 4 5", b"sizes: 6 4 -5", "no sizes"),
        (b"sizes: 6 4 5", b"sizes: 6 4 0", "those of no volume"),
        (b"encoding: gzip", b"encoding: hex", "encoded as hex"),
        (b"encoding: raw", b"encoding: raw\ndata file: ../../etc/passwd", "not in one file beside it"),
        (b"encoding: raw", b"encoding: raw\ndata file: /etc/passwd", "not in one file beside it"),
        (b"encoding: raw", b"encoding: raw\ndata file: LIST", "cannot be read"),
        (b"encoding: raw", b"encoding: raw\ndata file: v%03d.raw 1 5 1", "not in one file beside it"),
        (b"type: short", b"type: block", "type that is not known"),
        (b"(1,0,0)", b"(nan,0,0)", "where the voxels lie"),
        (b"(1,0,0)", b"(0,0,0)", "where the voxels lie"),
        (b"(1,0,0)", b"(a,0,0)", "not told by numbers"),
        (b"NRRD0004", b"NRRD0099", "no NRRD file"),
    ],
)
def test_that_headers_of_nrrd_that_lie_are_refused(old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    path = _good(".nrrd", tmp_path)
    data = path.read_bytes()
    other = b"encoding: raw" if b"gzip" in old else old
    assert other in data, data[:400]
    path.write_bytes(data.replace(other, new))
    with pytest.raises(UserError, match=words):
        read_grid_file(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"DimSize = 6 4 5", b"DimSize = 60000 40000 50000", "tells of"),
        (b"ElementType = MET_SHORT", b"ElementType = MET_STRING", "type that is known"),
        (b"ElementDataFile = LOCAL", b"ElementDataFile = ../v.raw", "not in one file beside it"),
        (b"ElementDataFile = LOCAL", b"ElementDataFile = LIST", "cannot be read"),
        (b"NDims = 3", b"NDims = 9", "no sizes"),
        (b"ElementSpacing = 1 1 1", b"ElementSpacing = 1 0 1", "where the voxels lie"),
        (b"ElementDataFile", b"ElementData", "no MetaImage"),
        (b"BinaryData = True", b"BinaryData = False", "plain bytes"),
    ],
)
def test_that_headers_of_metaimage_that_lie_are_refused(old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    path = _good(".mha", tmp_path)
    data = path.read_bytes()
    assert old in data, data[:400]
    path.write_bytes(data.replace(old, new))
    with pytest.raises(UserError, match=words):
        read_grid_file(path)


@pytest.mark.parametrize(
    ("at", "form", "value", "words"),
    [
        (40, "<h", 0, "no sizes"),
        (42, "<h", -6, "no sizes"),
        (70, "<h", 128, "colours, not numbers"),
        (70, "<h", 77, "not known"),
        (108, "<f", 1e30, "where the voxels begin"),
        (108, "<f", 0.0, "where the voxels begin"),
        (280, "<f", float("inf"), "where the voxels lie"),
        (344, "<4s", b"oops", "Analyze"),
        (0, "<i", 99, "no NIfTI file"),
    ],
)
def test_that_headers_of_nifti_that_lie_are_refused(at: int, form: str, value: Any, words: str, tmp_path: Path) -> None:
    path = _good(".nii", tmp_path)
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, at, value)
    path.write_bytes(data)
    with pytest.raises(UserError, match=words):
        read_grid_file(path)


def test_that_a_small_file_that_unpacks_to_much_takes_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = bytearray(nibabel.Nifti1Image(VALUES.T, AFFINE).header.binaryblock + b"\0" * 4)
    struct.pack_into("<8h", header, 40, 3, 2000, 2000, 2000, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352.0)
    header[344:348] = b"n+1\0"
    path = tmp_path / "v.nii.gz"
    path.write_bytes(gzip.compress(bytes(header)))
    with pytest.raises(UserError, match=r"more than \d+ compressed ones can hold|GiB"):
        read_grid_file(path)
    monkeypatch.setattr(reading, "memory_budget_bytes", lambda: 100)
    with pytest.raises(UserError, match="GiB of memory"):
        read_grid_file(_good(".nii", tmp_path))


@settings(max_examples=150)
@given(data=st.data(), ending=st.sampled_from([".nii", ".nii.gz", ".mha", ".nrrd"]))
def test_that_damaged_files_are_refused_in_words_or_read(
    data: st.DataObject, ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _good(ending, tmp_path_factory.mktemp("damaged"))
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, min(len(raw), 420) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    try:
        found = read_grid_file(path)
    except UserError:
        return
    assert found.array_kji.ndim == 3
    values_on(GridFile(found.name, found.array_kji, AFFINE), GRID)


def test_that_masks_of_a_phantom_lie_on_it_in_every_format(tmp_path: Path) -> None:
    _, volume, _ = opened("oblique", tmp_path / "source")
    expected = volume.array_kji > -150
    image = SimpleITK.GetImageFromArray(expected.astype(np.uint8)[:, ::-1])
    affine = volume.grid.affine_lps.copy()
    affine[:3, 3] += affine[:3, 1] * (small.ROWS - 1)
    affine[:3, 1] *= -1
    sides = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(sides.tolist())
    image.SetDirection((affine[:3, :3] / sides).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    for ending in (".nii.gz", ".nrrd", ".mha"):
        SimpleITK.WriteImage(image, str(tmp_path / f"m{ending}"), True)
        assert np.array_equal(values_on(read_grid_file(tmp_path / f"m{ending}"), volume.grid), expected)

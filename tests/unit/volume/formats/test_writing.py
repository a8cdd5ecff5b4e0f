"""What volume files hold besides their place: types, lines to modality values, times; and that they are whole."""

import gzip
import json
import subprocess
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import UID

from tests.limits import file_size_limit
from tests.orientation_matrix import opened, written
from tests.unit.objects.gate import Tool
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.volume.formats.copying import copy_as_nifti
from workstation.volume.formats.deflating import Wrapping, deflated
from workstation.volume.formats.layout import Layout, as_affine
from workstation.volume.formats.nifti import nifti_header
from workstation.volume.formats.writing import write_volume, write_volumes
from workstation.volume.opening import chosen_stack, stacks_in
from workstation.volume.over_time import chosen_times
from workstation.volume.time_steps import time_step

SHAPE = (5, 4, 6)


def volume_of(array_kji: np.ndarray, *, slope: float = 1.0, intercept: float = 0.0) -> Volume:
    affine = np.array([[0.5, 0, 0, -10], [0, 0.75, 0, 20], [0, 0, 2, 30], [0, 0, 0, 1.0]])
    grid = VolumeGrid(affine, array_kji.shape)
    return Volume(array_kji, grid, slope, intercept, "HU", (), (), ())


def ramp(dtype: str, high: int = 100) -> np.ndarray:
    return np.linspace(0, high, 120).reshape(SHAPE).astype(dtype)


@pytest.mark.parametrize(
    ("dtype", "high", "stored", "itk"),
    [
        ("uint8", 255, "uint8", SimpleITK.sitkUInt8),
        ("int8", 100, "int8", SimpleITK.sitkInt8),
        ("bool", 1, "uint8", SimpleITK.sitkUInt8),
        ("int16", 30000, "int16", SimpleITK.sitkInt16),
        ("uint16", 30000, "int16", SimpleITK.sitkInt16),
        ("uint16", 60000, "uint16", SimpleITK.sitkUInt16),
        ("int32", 70000, "int32", SimpleITK.sitkInt32),
        ("uint32", 70000, "uint32", SimpleITK.sitkUInt32),
        ("float32", 1, "float32", SimpleITK.sitkFloat32),
        ("float64", 1, "float64", SimpleITK.sitkFloat64),
        ("float16", 1, "float32", SimpleITK.sitkFloat32),
        ("int64", 70000, "float64", SimpleITK.sitkFloat64),
    ],
)
@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".mha", ".mhd", ".nrrd", ".nhdr"])
def test_that_every_type_of_voxels_is_read_by_others(
    ending: str, dtype: str, high: int, stored: str, itk: int, tmp_path: Path
) -> None:
    values = ramp(dtype, high)
    told = write_volume(volume_of(values), tmp_path / f"v{ending}")
    assert told.layout.kind == stored
    image = SimpleITK.ReadImage(str(tmp_path / f"v{ending}"))
    assert image.GetPixelID() == itk
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), values)


@pytest.mark.parametrize(("slope", "intercept", "kind"), [(2.0, -1000.0, "int32"), (0.37, 0.0, "float32")])
def test_that_lines_to_modality_values_are_kept_or_applied(
    slope: float, intercept: float, kind: str, tmp_path: Path
) -> None:
    values = ramp("int16", 4000)
    volume = volume_of(values, slope=slope, intercept=intercept)
    expected = values * slope + intercept
    assert write_volume(volume, tmp_path / "v.nii").layout.kind == "int16"
    image = nibabel.load(tmp_path / "v.nii")
    np.testing.assert_allclose(image.get_fdata().T, expected, rtol=1e-6)
    for ending in (".mha", ".nrrd"):
        assert write_volume(volume, tmp_path / f"v{ending}").layout.kind == kind
        read = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(tmp_path / f"v{ending}")))
        np.testing.assert_allclose(read, expected, rtol=1e-6)


def test_that_the_header_of_nifti_says_millimetres_and_no_patient(tmp_path: Path) -> None:
    made, volume, _ = opened("axial", tmp_path / "source")
    write_volume(volume, tmp_path / "v.nii")
    header = nibabel.load(tmp_path / "v.nii").header
    assert header.get_xyzt_units() == ("mm", "unknown")
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 1)
    assert str(made.datasets[0].PatientName).encode() not in (tmp_path / "v.nii").read_bytes()[:352]
    assert bytes(header["descrip"].tobytes()).startswith(b"Workstation ")


def test_that_dcmtk_and_others_need_not_guess_raw_voxels(tmp_path: Path) -> None:
    values = ramp("float32", 1)
    files = write_volume(volume_of(values), tmp_path / "v.raw").files
    assert [each.name for each in files] == ["v.json", "v.raw"]
    told = json.loads(files[0].read_text())
    assert (told["file"], told["type"], told["byte_order"], told["bytes"]) == ("v.raw", "float32", "little", 480)
    assert (told["columns"], told["rows"], told["slices"], told["unit"]) == (6, 4, 5, "HU")
    assert told["voxel_to_patient_lps_mm"][2] == [0, 0, 2, 30]
    assert np.array_equal(np.fromfile(files[1], "<f4").reshape(SHAPE), values)
    packed = write_volume(volume_of(values), tmp_path / "w.json", compress=True).files
    assert gzip.decompress(packed[1].read_bytes()) == files[1].read_bytes()


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".mha", ".nrrd"])
def test_that_times_are_a_fourth_axis(ending: str, tmp_path: Path) -> None:
    values = [ramp("int16") + 1000 * time for time in range(3)]
    told = write_volumes(
        lambda: (volume_of(each) for each in values), tmp_path / f"v{ending}", times=3, time_step_s=2.5
    )
    assert (told.layout.times, told.layout.kind) == (3, "int16")
    image = SimpleITK.ReadImage(str(tmp_path / f"v{ending}"))
    assert image.GetSize() == (6, 4, 5, 3)
    assert image.GetSpacing() == pytest.approx((0.5, 0.75, 2, 2.5))
    assert image.GetOrigin()[:3] == pytest.approx((-10, 20, 30))
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), np.stack(values))
    if ending == ".nii":
        header = nibabel.load(tmp_path / "v.nii").header
        assert header.get_xyzt_units() == ("mm", "sec")
        assert header.get_zooms()[3] == 2.5


def test_that_times_of_different_lines_become_floats(tmp_path: Path) -> None:
    volumes = [volume_of(ramp("int16"), slope=slope) for slope in (1.0, 2.5)]
    told = write_volumes(lambda: volumes, tmp_path / "v.nii", times=2)
    assert (told.layout.kind, told.layout.slope) == ("float32", 1.0)
    read = nibabel.load(tmp_path / "v.nii").get_fdata()
    np.testing.assert_allclose(read[..., 1].T, volumes[0].array_kji * 2.5, rtol=1e-6)


def test_that_volumes_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    one = volume_of(ramp("int16"))
    shorter = volume_of(ramp("int16")[:4])
    moved = replace(one, grid=replace(one.grid, affine_lps=one.grid.affine_lps + 0.01))
    for others, words in (([one, shorter], "size"), ([one, moved], "places"), ([one], "There are 1 volumes, not 2")):
        with pytest.raises(UserError, match=words):
            write_volumes(lambda others=others: others, tmp_path / "v.nii", times=2)  # type: ignore[misc]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["v", "v.dcm", ".nii", "v.nii.bz2"])
def test_that_a_name_without_a_format_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no ending of a volume file"):
        write_volume(volume_of(ramp("int16")), tmp_path / name)


def test_that_what_a_format_cannot_hold_is_refused(tmp_path: Path) -> None:
    _, tilted, _ = opened("tilted", tmp_path / "source")
    with pytest.raises(UserError, match="sheared"):
        write_volume(tilted, tmp_path / "v.mha")
    with pytest.raises(UserError, match="32767 voxels along an axis; there are 40000"):
        write_volume(volume_of(np.zeros((1, 1, 40000), np.int16)), tmp_path / "v.nii")
    assert [each.name for each in tmp_path.iterdir()] == ["source"]


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".mhd", ".nrrd", ".json"])
def test_that_nothing_is_left_of_what_is_cancelled(ending: str, tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_volume(volume_of(np.zeros((40, 9, 9), np.int16)), tmp_path / f"v{ending}", report=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".mhd", ".nhdr", ".raw"])
def test_that_nothing_is_left_where_the_disk_is_full(ending: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 1000, (40, 99, 99), np.int16)
    with file_size_limit(200_000), pytest.raises(UserError, match="cannot be written"):
        write_volume(volume_of(noise), tmp_path / f"v{ending}")
    assert list(tmp_path.iterdir()) == []


def test_that_copying_stops_and_leaves_nothing_either(tmp_path: Path) -> None:
    written("axial", tmp_path / "source")
    stack = chosen_stack(stacks_in([tmp_path / "source"], Job()))

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        copy_as_nifti([stack], tmp_path / "v.nii", report=stop)
    with file_size_limit(2_000), pytest.raises(UserError, match="cannot be written"):
        copy_as_nifti([stack], tmp_path / "v.nii")
    assert [each.name for each in tmp_path.iterdir()] == ["source"]


def test_that_bits_beyond_those_stored_are_never_copied(tmp_path: Path) -> None:
    made = written("axial", tmp_path / "source")
    for ds in made.datasets:
        ds.PixelRepresentation, ds.BitsStored, ds.HighBit, ds.RescaleIntercept = 0, 12, 11, -1024
        ds.PixelData = ds.pixel_array.astype(np.uint16).tobytes()
    made.write(tmp_path / "plain")
    middle = made.datasets[4]
    overlaid = np.frombuffer(middle.PixelData, np.uint16).copy()
    overlaid[7 * 28 + 5] |= 0x1000  # a single bit of a single pixel
    middle.PixelData = overlaid.tobytes()
    made.write(tmp_path / "overlaid")
    plain, odd = (chosen_stack(stacks_in([tmp_path / each], Job())) for each in ("plain", "overlaid"))
    assert copy_as_nifti([odd], tmp_path / "v.nii") is None
    layout = copy_as_nifti([plain], tmp_path / "v.nii")
    assert layout is not None
    assert (layout.kind, layout.intercept) == ("int16", -1024.0)
    read = nibabel.load(tmp_path / "v.nii").get_fdata().T
    assert np.array_equal(read, made.hu_kji)


@given(st.lists(st.binary(max_size=70_000), max_size=5), st.sampled_from(["gzip", "zlib"]))
def test_that_compression_is_undone_by_the_standard_library(pieces: list[bytes], wrapping: Wrapping) -> None:
    packed = b"".join(deflated([memoryview(each) for each in pieces], wrapping))
    assert (gzip.decompress(packed) if wrapping == "gzip" else zlib.decompress(packed)) == b"".join(pieces)


def test_that_large_blocks_are_one_stream(tool: Tool, tmp_path: Path) -> None:
    data = np.random.default_rng(2).integers(0, 40, 5_000_001, np.uint8).tobytes()
    packed = b"".join(deflated([memoryview(data)], "gzip"))
    assert len(packed) < len(data)
    (tmp_path / "d.gz").write_bytes(packed)
    unpacked = subprocess.run([tool("gzip"), "-dc", str(tmp_path / "d.gz")], check=True, capture_output=True)
    assert unpacked.stdout == data


def _direction(numbers: Iterable[float]) -> np.ndarray:
    a, b, c, d = numbers
    return np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )


@given(
    st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(each * each for each in q) > 0.1),
    st.sampled_from([1.0, -1.0]),
)
def test_that_the_rotation_of_nifti_is_its_affine(quaternion: tuple[float, ...], mirrored: float) -> None:
    rotation = _direction(np.array(quaternion) / np.linalg.norm(quaternion))
    affine = np.column_stack([rotation * [0.7, 0.8, 2.5 * mirrored], [-31, 17, 142.5]])
    layout = Layout((6, 4, 5), "int16", as_affine(affine.tolist()))
    header = nibabel.Nifti1Header(nifti_header(layout, software="test")[:348])
    np.testing.assert_allclose(header.get_qform(), header.get_sform(), atol=2e-3)  # 1 - b2 - c2 - d2 in 32 bits


def test_that_stacks_of_other_times_are_one_volume_in_4d(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    made = small.volume("axial")
    plain = [ds.pixel_array for ds in made.datasets]
    for time in range(1, 5):
        for number, (ds, values) in enumerate(zip(made.datasets, plain, strict=True)):
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.{time}{number}")
            ds.InstanceNumber, ds.TemporalPositionIdentifier = (5 - time) * 100 + number, time
            ds.AcquisitionTime = f"0816{time * 7:02d}"
            ds.PixelData = (values + 10 * time).astype(np.int16).tobytes()
        made.write(folder / str(time))
    stacks = stacks_in([folder], Job())
    assert stacks[0].label == "time 4 of 4"
    stacks = chosen_times(stacks)
    assert [stack.label for stack in stacks] == [f"time {time} of 4" for time in range(1, 5)]
    assert chosen_times(stacks, "time 2") == []
    assert chosen_times(stacks[:1]) == []
    with pytest.raises(UserError, match="has 4 stacks"):
        chosen_stack(stacks)
    step = time_step(stacks[1:]).seconds
    assert step == 7
    assert time_step(stacks[:1]).seconds == 0
    layout = copy_as_nifti(stacks, tmp_path / "v.nii", time_step_s=step)
    assert layout is not None
    assert layout.times == 4
    read = nibabel.load(tmp_path / "v.nii").get_fdata()
    assert read.shape == (28, 20, 9, 4)
    assert all(np.array_equal(read[..., time - 1].T, made.hu_kji + 10 * time) for time in range(1, 5))

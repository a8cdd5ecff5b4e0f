"""Mosaics become volumes whose slices lie where images of their own would lie; what cannot be told apart is refused."""

from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from tests.unit.volume.commands import Said, refusal
from tests.unit.volume.mosaics import SLICES, csa, first_places_lps, mosaic, united_imaging
from workstation.jobs.job import Job
from workstation.model.csa import image_values
from workstation.model.geometry import ijk_to_lps
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume, stacks_in


@pytest.mark.parametrize(
    ("name", "backwards", "told"),
    [
        ("axial", False, "image"),
        ("oblique", True, "image"),
        ("feet_first", False, "protocol"),
        ("sagittal", True, "protocol"),
        ("anisotropic", True, "image"),
    ],
)
def test_that_tiles_lie_where_single_images_would(tmp_path: Path, name: str, backwards: bool, told: str) -> None:
    made = small.volume(name)
    save(mosaic(made, backwards=backwards, told=told), tmp_path / "mosaic.dcm")
    volume, stack = open_volume([tmp_path], Job())
    assert np.array_equal(np.stack([volume.modality_values(k) for k in range(SLICES)]), made.hu_kji[:SLICES] + 10)
    np.testing.assert_allclose(volume.grid.affine_lps, made.grid.affine_lps, atol=1e-5)
    k, j, i = made.marker_kji
    np.testing.assert_allclose(ijk_to_lps(volume.grid, [(i, j, k)])[0], made.marker_lps, atol=1e-4)
    assert stack.notes == ()
    assert {frame.instance.sop_instance_uid for frame in volume.frames} == {"2.25.771"}


def test_that_mosaics_of_several_times_are_one_file_in_4d(tmp_path: Path, said: Said) -> None:
    made = small.volume("oblique")
    for time in (3, 1, 2):
        save(mosaic(made, time=time, backwards=True), tmp_path / f"{9 - time}.dcm")
    (written,) = said("export", tmp_path, "-o", tmp_path / "v.nii")
    assert (written["columns"], written["rows"], written["slices"], written["times"]) == (28, 20, SLICES, 3)
    assert written["time_step_s"] == 3
    read = nibabel.load(tmp_path / "v.nii").get_fdata()
    for time in (1, 2, 3):
        assert np.array_equal(read[..., time - 1].T, made.hu_kji[:SLICES] + 10 * time)


def test_that_planes_of_a_mosaic_refer_to_its_image_and_to_no_frame(tmp_path: Path, said: Said) -> None:
    made = small.volume("axial")
    for time in (1, 2):
        save(mosaic(made, time=time), tmp_path / "in" / f"{time}.dcm")
    words = ("--plane-normal", "0,1,0", "--plane-point", "9,9,3", "--format", "dicom", "-o", tmp_path / "out")
    said("mpr", tmp_path / "in", "--time", 2, *words)
    planes = list((tmp_path / "out").rglob("*.dcm"))
    assert planes
    (source,) = pydicom.dcmread(planes[0]).SourceImageSequence
    assert source.ReferencedSOPInstanceUID == "2.25.772"
    assert "ReferencedFrameNumber" not in source


def test_that_images_of_united_imaging_lie_where_each_item_says(tmp_path: Path) -> None:
    made = small.volume("sagittal")
    save(united_imaging(made), tmp_path / "v.dcm")
    volume, _stack = open_volume([tmp_path], Job())
    assert np.array_equal(np.stack([volume.modality_values(k) for k in range(6)]), made.hu_kji[:6] + 10)
    np.testing.assert_allclose(volume.grid.affine_lps, made.grid.affine_lps, atol=1e-5)


def test_that_a_mosaic_without_its_private_elements_is_refused_and_not_one_wrong_slice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(mosaic(small.volume("axial"), told="nowhere"), tmp_path / "m.dcm")
    words = refusal(capsys, "export", tmp_path, "-o", tmp_path / "v.nii")
    assert "many slices side by side (mosaic)" in words
    assert "does not say how many slices it has" in words
    assert "private elements" in words
    assert not (tmp_path / "v.nii").exists()


def test_that_a_mosaic_that_contradicts_itself_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = small.volume("axial")
    odd, sideways = mosaic(made), mosaic(made, time=2)
    block = odd.private_block(0x0029, "SIEMENS CSA HEADER")
    block[0x10].value = csa({"NumberOfImagesInMosaic": ["37"], "SliceNormalVector": ["0", "0", "1"]})
    block = sideways.private_block(0x0029, "SIEMENS CSA HEADER")
    block[0x10].value = csa({"NumberOfImagesInMosaic": ["8"], "SliceNormalVector": ["1", "0", "0"]})
    for name, ds, why in (("odd", odd, "are not 7 x 7 tiles"), ("sideways", sideways, "to which side")):
        save(ds, tmp_path / name / "m.dcm")
        assert why in refusal(capsys, "export", tmp_path / name, "-o", tmp_path / "v.nii")


def test_that_single_images_beside_a_mosaic_stay_a_stack_of_their_own(tmp_path: Path) -> None:
    made = small.volume("axial")
    made.write(tmp_path / "single")
    save(mosaic(made, time=50), tmp_path / "m.dcm")
    stacks = stacks_in([tmp_path], Job())
    assert sorted(len(stack.frames) for stack in stacks) == [SLICES, 9]
    assert all(stack.is_volume for stack in stacks)


def test_that_stitched_images_of_other_modalities_are_no_mosaics(tmp_path: Path, said: Said) -> None:
    ds = mosaic(small.volume("axial"), told="nowhere")
    ds.Modality = "DX"
    save(ds, tmp_path / "stitched.dcm")
    (written,) = said("export", tmp_path / "stitched.dcm", "-o", tmp_path / "v.nii")
    assert (written["columns"], written["rows"], written["slices"]) == (84, 60, 1)


def test_that_a_private_header_may_end_anywhere() -> None:
    made = mosaic(small.volume("axial"))
    block, wanted = made.private_block(0x0029, "SIEMENS CSA HEADER"), frozenset(("SliceNormalVector",))
    whole = block[0x10].value
    assert image_values(made, wanted) == {"SliceNormalVector": ("0.00000000", "0.00000000", "1.00000000")}
    for length in range(0, len(whole), 2):
        block[0x10].value = whole[:length]
        found = image_values(made, wanted).get("SliceNormalVector", ())
        assert len(found) <= 3
    assert first_places_lps(small.volume("axial"), backwards=True)[0][2] == pytest.approx(-142.5 + 7 * 2.5)

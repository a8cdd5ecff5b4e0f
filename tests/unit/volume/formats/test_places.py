"""A marker lies at the same place in the patient in every format, whatever way the volume lies, by other programs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pydicom
import pytest
import SimpleITK
import trimesh
from numpy.typing import NDArray

from tests.orientation_matrix import MATRIX, assert_same_place, brightest_lps, opened
from workstation.jobs.job import Job
from workstation.model.volume import Volume
from workstation.objects.segmentation_writing import SegmentToWrite, write_segmentation
from workstation.volume.formats.copying import copy_as_nifti
from workstation.volume.formats.unsheared import without_shear
from workstation.volume.formats.writing import write_volume
from workstation.volume.opening import chosen_stack, stacks_in
from workstation.volume.surfaces.finish import Finish
from workstation.volume.surfaces.mesh_files import write_mesh
from workstation.volume.surfaces.thresholds import surface_at

Read = Callable[[Path], tuple[NDArray[Any], NDArray[np.float64]]]
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def by_nibabel(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Values (k, j, i) and the affine to LPS, by the sform."""
    image = nibabel.load(path)
    return np.asarray(image.dataobj).T, RAS_TO_LPS @ image.get_sform()


def by_quaternion(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """The same by the qform."""
    image = nibabel.load(path)
    affine, code = image.get_qform(coded=True)
    assert code == 1
    return np.asarray(image.dataobj).T, RAS_TO_LPS @ affine


def by_pynrrd(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    values, header = nrrd.read(str(path))
    assert header["space"] == "left-posterior-superior"
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(header["space directions"]).T
    affine[:3, 3] = header["space origin"]
    return values.T, affine


def by_simpleitk(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    image = SimpleITK.ReadImage(str(path))
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return SimpleITK.GetArrayFromImage(image), affine


READERS: list[tuple[str, Read]] = [
    (".nii", by_nibabel),
    (".nii", by_quaternion),
    (".nii", by_simpleitk),
    (".nii.gz", by_nibabel),
    (".mha", by_simpleitk),
    (".mhd", by_simpleitk),
    (".nrrd", by_pynrrd),
    (".nrrd", by_simpleitk),
    (".nhdr", by_pynrrd),
]


@pytest.mark.parametrize("name", [each for each in MATRIX if each != "tilted"])
def test_that_a_marker_is_where_it_was_in_the_patient(name: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    for ending, read in READERS:
        path = tmp_path / f"v{ending}"
        write_volume(volume, path)
        values, affine = read(path)
        assert_same_place(brightest_lps(values, affine), made.marker_lps)
        assert np.array_equal(values, volume.array_kji), (ending, read)
        np.testing.assert_allclose(affine, volume.grid.affine_lps, atol=2e-4)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(
    ("ending", "read"), [(".mha", by_simpleitk), (".mhd", by_simpleitk), (".nrrd", by_simpleitk), (".nhdr", by_pynrrd)]
)
def test_that_compressed_voxels_are_the_same(ending: str, read: Read, compress: bool, tmp_path: Path) -> None:
    _, volume, _ = opened("oblique", tmp_path / "source")
    written = write_volume(volume, tmp_path / f"v{ending}", compress=compress)
    assert len(written.files) == (2 if ending in (".mhd", ".nhdr") else 1)
    assert all(each.is_file() for each in written.files)
    assert np.array_equal(read(written.files[0])[0], volume.array_kji)


@pytest.mark.parametrize("name", MATRIX)
def test_that_copied_slices_are_what_reading_them_gives(name: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    stack = chosen_stack(stacks_in([tmp_path / "source"], Job()))
    layout = copy_as_nifti([stack], tmp_path / "copied.nii")
    if name in ("gapped", "uneven", "tilted", "enhanced"):
        assert layout is None
        assert not (tmp_path / "copied.nii").exists()
        return
    assert layout is not None
    write_volume(volume, tmp_path / "written.nii")
    copied, written = (nibabel.load(tmp_path / f"{each}.nii") for each in ("copied", "written"))
    np.testing.assert_array_equal(np.asarray(copied.dataobj), np.asarray(written.dataobj))
    np.testing.assert_allclose(copied.affine, written.affine, atol=1e-5)
    np.testing.assert_allclose(copied.get_qform(), written.get_qform(), atol=1e-5)
    values, affine = by_nibabel(tmp_path / "copied.nii")
    assert_same_place(brightest_lps(values, affine), made.marker_lps)


def centroid_lps(volume: Volume, background: Volume) -> NDArray[np.float64]:
    """Where what differs from the background lies."""
    weights = volume.array_kji.astype(float) - background.array_kji
    k, j, i = np.nonzero(weights)
    share = weights[k, j, i] / weights.sum()
    place: NDArray[np.float64] = (volume.grid.affine_lps @ [i @ share, j @ share, k @ share, 1])[:3]
    return place


def test_that_a_marker_of_a_tilted_gantry_stays_in_its_place(tmp_path: Path) -> None:
    made, volume, _ = opened("tilted", tmp_path / "source")
    plain = volume.array_kji.astype(np.int32) * 20
    without = plain.copy()
    without[made.marker_kji] = plain[made.marker_kji[0], made.marker_kji[1], made.marker_kji[2] - 1]
    with_marker, background = (without_shear(replace(volume, array_kji=each)) for each in (plain, without))
    assert_same_place(centroid_lps(with_marker, background), made.marker_lps)

    axes = with_marker.grid.affine_lps[:3, :3]
    cosines = (axes / np.linalg.norm(axes, axis=0)).T @ (axes / np.linalg.norm(axes, axis=0))
    np.testing.assert_allclose(cosines, np.eye(3), atol=1e-9)
    for ending, read in READERS:
        path = tmp_path / f"v{ending}"
        write_volume(with_marker, path)
        values, affine = read(path)
        np.testing.assert_allclose(affine, with_marker.grid.affine_lps, atol=2e-4)
        assert np.array_equal(values, with_marker.array_kji)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("across", [0.0, 0.37])
def test_that_straight_voxels_are_interpolated_between_the_taken_ones(
    across: float, backwards: bool, tmp_path: Path
) -> None:
    _, volume, _ = opened("tilted", tmp_path / "source")
    affine = volume.grid.affine_lps.copy()
    affine[:3, 2] += across * affine[:3, 0]
    if backwards:  # slices against the normal of their planes
        affine[:3, 2] *= -1
    grid = replace(volume.grid, affine_lps=affine)
    values = volume.array_kji.astype(np.float32)
    straight = without_shear(replace(volume, array_kji=values, grid=grid))
    assert straight.notes[-1].startswith("Made straight: slices were moved")

    _slices, rows, columns = values.shape
    k, j, i = np.indices(straight.array_kji.shape)
    places = straight.grid.affine_lps @ np.stack([i.ravel(), j.ravel(), k.ravel(), np.ones(i.size)])
    source = np.linalg.solve(affine, places)[:3]
    np.testing.assert_allclose(source[2], k.ravel(), atol=1e-6)  # slices stay where they are
    inside = (source[0] >= 0) & (source[0] <= columns - 1) & (source[1] >= 0) & (source[1] <= rows - 1)
    assert inside.sum() > 0.8 * values.size
    x, y, z = source[0][inside], source[1][inside], k.ravel()[inside]
    x0, y0 = np.clip(x.astype(int), 0, columns - 2), np.clip(y.astype(int), 0, rows - 2)
    share_x, share_y = x - x0, y - y0
    top = values[z, y0, x0] * (1 - share_x) + values[z, y0, x0 + 1] * share_x
    bottom = values[z, y0 + 1, x0] * (1 - share_x) + values[z, y0 + 1, x0 + 1] * share_x
    expected = top * (1 - share_y) + bottom * share_y
    np.testing.assert_allclose(straight.array_kji.ravel()[inside], expected, atol=1e-2)
    outside = (source[0] < -1) | (source[0] > columns) | (source[1] < -1) | (source[1] > rows)
    assert (straight.array_kji.ravel()[outside] == values.min()).all()


def test_that_a_sheared_grid_is_told_where_the_format_can(tmp_path: Path) -> None:
    made, volume, _ = opened("tilted", tmp_path / "source")
    write_volume(volume, tmp_path / "v.nii")
    write_volume(volume, tmp_path / "v.nrrd")
    assert_same_place(brightest_lps(*by_nibabel(tmp_path / "v.nii")), made.marker_lps)
    assert_same_place(brightest_lps(*by_pynrrd(tmp_path / "v.nrrd")), made.marker_lps)
    assert int(nibabel.load(tmp_path / "v.nii").header["qform_code"]) == 0
    assert without_shear(opened("oblique", tmp_path / "other")[1]).notes == ()


@pytest.mark.parametrize("name", MATRIX)
def test_that_a_surface_is_about_the_marker(name: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    write_mesh([surface_at(volume, 990, Finish())], tmp_path / "v.stl")
    mesh = trimesh.load(tmp_path / "v.stl")
    assert mesh.is_watertight
    assert mesh.volume > 0
    assert_same_place(mesh.vertices.mean(axis=0), made.marker_lps)


@pytest.mark.parametrize("name", MATRIX)
def test_that_a_segment_is_at_the_marker(name: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    k = int(np.argmax(volume.array_kji.max(axis=(1, 2))))
    frame = volume.frames[min(range(len(volume.frame_k)), key=lambda n: abs(volume.frame_k[n] - k))]
    mask = volume.array_kji[k] == 1000
    segment = SegmentToWrite("marker", {(frame.instance.sop_instance_uid, frame.number): mask})
    images = [pydicom.dcmread(each) for each in sorted((tmp_path / "source").iterdir())]
    write_segmentation([segment], images, tmp_path / "s.dcm")
    ds = pydicom.dcmread(tmp_path / "s.dcm")
    shared = ds.SharedFunctionalGroupsSequence[0]
    pixels = ds.pixel_array.reshape(-1, ds.Rows, ds.Columns)
    ((number, row, column),) = np.argwhere(pixels)
    own = ds.PerFrameFunctionalGroupsSequence[int(number)]
    position = np.array(own.PlanePositionSequence[0].ImagePositionPatient, float)
    along = np.reshape(np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float), (2, 3))
    down_mm, across_mm = (float(each) for each in shared.PixelMeasuresSequence[0].PixelSpacing)
    assert_same_place(position + column * across_mm * along[0] + row * down_mm * along[1], made.marker_lps)

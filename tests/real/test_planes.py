"""Planes and slabs of the sample series against SimpleITK, and one marker at one place however a series lies."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.orientation_matrix import MATRIX, written
from tests.unit.objects.gate import Tool, findings
from workstation.batch.main import main
from workstation.display.voi import padding_mask
from workstation.jobs.job import Job
from workstation.model.geometry import Plane, plane_normal_lps
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.volume.cutting.oblique import oblique_plane
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName, corners_lps, planes_of, voxel_way_mm
from workstation.volume.opening import open_volume

SERIES = (
    "ct_chest_lidc0314",
    "ct_head_ge_tilt_varspacing",
    "mr_brain_t1_mrhead",
    "pet_fdg_qin0024/PET",
    "series_irregular",
)
OUTSIDE = -1e6
NORMALS = ((0.0, 0.0, 1.0), (1.0, 0.5, 0.3), (0.1, -1.0, 0.2), (0.0, 0.3, 1.0))


def samples(
    volume: Volume, values_kji: NDArray[Any], plane: Plane, size_px: tuple[int, int], offsets_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Samples of SimpleITK on planes behind each other; the way to the voxels is a transform, so that it may shear."""
    image = SimpleITK.GetImageFromArray(np.asarray(values_kji, np.float32))
    to_voxels = np.linalg.inv(volume.grid.affine_lps)
    transform = SimpleITK.AffineTransform(3)
    transform.SetMatrix(to_voxels[:3, :3].ravel().tolist())
    transform.SetTranslation(to_voxels[:3, 3].tolist())
    normal = np.array(plane_normal_lps(plane))
    reference = SimpleITK.Image([*size_px, len(offsets_mm)], SimpleITK.sitkFloat32)
    reference.SetOrigin((np.asarray(plane.origin_lps) + normal * offsets_mm[0]).tolist())
    step = float(offsets_mm[1] - offsets_mm[0]) if len(offsets_mm) > 1 else 1.0
    reference.SetSpacing([plane.spacing.between_columns, plane.spacing.between_rows, step])
    reference.SetDirection(np.column_stack([plane.along_row_lps, plane.along_column_lps, normal]).ravel().tolist())
    made = SimpleITK.Resample(image, reference, transform, SimpleITK.sitkLinear, OUTSIDE, SimpleITK.sitkFloat32)
    return np.asarray(SimpleITK.GetArrayFromImage(made), np.float64)


def compare(volume: Volume, plane: Plane, size_px: tuple[int, int], slab: Slab) -> None:
    parts = slab.steps(voxel_way_mm(volume.grid, plane_normal_lps(plane)))
    offsets = np.linspace(-slab.thickness_mm / 2, slab.thickness_mm / 2, parts + 1) if parts else np.zeros(1)
    seen = samples(volume, volume.array_kji, plane, size_px, offsets)
    whole = (seen > OUTSIDE / 2).all(axis=0)  # rays that leave the volume end within half a voxel of its border
    frame = Reslicer(volume).frame(plane, size_px, slab=slab)
    if volume.padding is not None:  # a value interpolated with padding would be neither
        low, high = volume.padding
        is_padding = (volume.array_kji >= low) & (volume.array_kji <= high)
        whole &= (samples(volume, is_padding, plane, size_px, offsets) == 0).all(axis=0)
    assert whole.mean() > 0.02
    wanted = {"mip": seen.max(axis=0), "minip": seen.min(axis=0), "mean": np.trapezoid(seen, axis=0) / max(parts, 1)}
    expected = seen[0] if slab.is_thin else wanted[slab.projection]
    away = np.abs(np.asarray(frame.pixels, np.float64) - expected)[whole]
    # Places are rounded to a 256th of a voxel by one of them: at an edge of bone that is some HU.
    rounding = 0.51 if volume.array_kji.dtype.kind in "iu" else 0.0
    spread = float(np.ptp(volume.array_kji))
    assert np.percentile(away, 99) <= rounding + spread / 2000
    assert away.max() <= rounding + spread / 100
    assert not padding_mask(frame.pixels, frame.padding)[whole].any()


@pytest.mark.parametrize("name", SERIES)
def test_that_planes_and_slabs_equal_those_of_simpleitk(name: str, shared_data: Path) -> None:
    volume, _ = open_volume([shared_data / name], Job())
    centre = corners_lps(volume.grid).mean(axis=0) + np.array((1.3, -2.1, 0.4))
    middle = (float(centre[0]), float(centre[1]), float(centre[2]))
    slabs = (Slab(), Slab(3.0, "mip"), Slab(2.0, "minip"), Slab(3.0, "mean"))
    for normal, slab in zip(NORMALS, slabs, strict=True):
        plane, size_px = oblique_plane(volume.grid, normal, middle)
        compare(volume, plane, size_px, slab)
    names: tuple[PlaneName, ...] = ("axial", "sagittal", "coronal")
    for plane_name in names:
        stack = planes_of(volume.grid, plane_name)
        compare(volume, stack.plane(stack.nearest(middle)), stack.size_px, Slab())


@pytest.mark.parametrize("name", [name for name in MATRIX if name != "single_slice"])
@pytest.mark.parametrize("normal", ["0,0,1", "1,0.5,0.3"])
def test_that_a_marker_is_at_its_place_in_written_planes(name: str, normal: str, tmp_path: Path) -> None:
    truth = written(name, tmp_path / "in")
    place = ",".join(repr(float(value)) for value in truth.marker_lps)
    at = ("--plane-normal", normal, "--plane-point", place, "--lps")
    words = ("average", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--format", "dicom", "--thickness", "0.01mm")
    assert main(["3d", *words, *at]) == 0
    (path,) = (tmp_path / "out").iterdir()
    ds = pydicom.dcmread(path)
    values = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    # A hundredth of a millimetre beside it, on the line to a neighbour 0.5 mm away, 25 HU would be missing.
    assert values.max() > small.MARKER_HU - 25
    across, down = np.array(ds.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = map(float, ds.PixelSpacing)
    found = np.array(ds.ImagePositionPatient, float) + column * between_columns * across + row * between_rows * down
    np.testing.assert_allclose(found, truth.marker_lps, atol=0.01)


def test_that_written_series_pass_the_validators(tmp_path: Path, tool: Tool) -> None:
    written("tilted", tmp_path / "in")
    for command in ("mpr", "mip", "minip", "average"):
        more = ("--planes", "coronal", "--spacing", "6mm") if command == "mpr" else ("--thickness", "4mm")
        words = (command, str(tmp_path / "in"), "-o", str(tmp_path / command), "--format", "dicom", *more)
        assert main(["3d", *words]) == 0
        for path in (tmp_path / command).iterdir():
            assert not findings(tool, path)

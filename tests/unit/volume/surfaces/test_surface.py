"""Surfaces enclose what they are of, wherever and however the volume lies."""

import math
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkCellArray

from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.phantoms import small
from workstation.volume.opening import open_volume
from workstation.volume.surfaces.finish import Finish
from workstation.volume.surfaces.flying_edges import flying_edges
from workstation.volume.surfaces.mesh_files import write_mesh
from workstation.volume.surfaces.surface import Surface, surface_of

RADIUS_MM = 12.0
CENTRE_LPS = np.array([10.0, -20.0, 30.0])


def sphere(affine: np.ndarray, shape_kji: tuple[int, int, int]) -> tuple[np.ndarray, VolumeGrid]:
    """Voxels that fall from 1000 at the centre to 0 at twice the radius: 500 is the sphere."""
    grid = VolumeGrid(affine, shape_kji)
    k, j, i = np.indices(shape_kji)
    places = ijk_to_lps(grid, np.column_stack([i.ravel(), j.ravel(), k.ravel()]))
    far = np.linalg.norm(places - CENTRE_LPS, axis=1).reshape(shape_kji)
    return np.clip(1000 - far / RADIUS_MM * 500, 0, 1000).astype(np.int16), grid


def affine(axes: np.ndarray, shape_kji: tuple[int, int, int]) -> np.ndarray:
    made = np.eye(4)
    made[:3, :3] = axes
    made[:3, 3] = CENTRE_LPS - axes @ ((np.array(shape_kji[::-1]) - 1) / 2)
    return made


TURN = math.radians(17)
GRIDS = {
    "plain": np.diag([1.0, 1.0, 1.0]),
    "anisotropic": np.diag([0.8, 1.3, 2.0]),
    "mirrored": np.diag([1.0, 1.0, -1.0]),
    "oblique": np.array([[math.cos(TURN), -math.sin(TURN), 0], [math.sin(TURN), math.cos(TURN), 0], [0, 0, 1.5]]),
    "tilted": np.array([[1.0, 0, 0], [0, 1.0, 0.5], [0, 0, 1.5]]),
}


@pytest.mark.parametrize("axes", GRIDS.values(), ids=GRIDS)
def test_a_sphere_has_its_volume_area_and_place_in_every_grid(axes: np.ndarray) -> None:
    shape = (60, 70, 80)
    array, grid = sphere(affine(axes, shape), shape)
    surface = surface_of(array, grid, 500)
    assert surface.is_watertight
    assert surface.volume_ml == pytest.approx(4 / 3 * math.pi * RADIUS_MM**3 / 1000, rel=0.02)
    assert surface.area_cm2 == pytest.approx(4 * math.pi * RADIUS_MM**2 / 100, rel=0.01)
    mesh = trimesh.Trimesh(surface.points_lps, surface.triangles, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume / 1000 == pytest.approx(surface.volume_ml, rel=1e-4)  # above 0: normals are outward
    assert mesh.area / 100 == pytest.approx(surface.area_cm2, rel=1e-5)
    assert mesh.center_mass == pytest.approx(CENTRE_LPS, abs=0.02)


def test_that_voxels_of_the_very_threshold_leave_a_surface_that_is_closed_for_those_who_join_points(
    tmp_path: Path,
) -> None:
    shape = (24, 60, 64)
    grid = VolumeGrid(affine(np.diag([0.45, 0.45, 2.5]), shape), shape)
    noise = np.random.default_rng(2).integers(-3, 4, shape)
    array = (np.where(np.indices(shape)[2] < 30, 200, -1000) + noise * 10).astype(np.int16)
    assert np.count_nonzero(array == 200) > 1000
    surface = surface_of(array, grid, 200)
    assert surface.is_watertight
    write_mesh([surface], tmp_path / "out.stl")
    mesh = trimesh.load(tmp_path / "out.stl", process=True)
    assert mesh.is_watertight
    assert not (mesh.area_faces == 0).any()
    assert mesh.volume / 1000 == pytest.approx(surface.volume_ml, rel=1e-4)


@pytest.mark.parametrize("kind", [np.uint32, np.int32, np.uint64, np.float64])
def test_that_a_sphere_is_the_same_in_numbers_of_any_width(kind: type[np.generic]) -> None:
    shape = (30, 32, 34)
    array, grid = sphere(affine(np.diag([2.0, 2.0, 2.0]), shape), shape)
    usual, wide = surface_of(array, grid, 499.5), surface_of(array.astype(kind), grid, 499.5)
    assert np.array_equal(wide.triangles, usual.triangles)
    assert wide.points_lps == pytest.approx(usual.points_lps, abs=1e-3)


def test_that_values_at_both_ends_of_32_bits_have_a_surface_between_them() -> None:
    array = np.full((6, 6, 6), np.iinfo(np.int32).min + 1, np.int32)
    array[2:4, 2:4, 2:4] = np.iinfo(np.int32).max
    surface = surface_of(array, VolumeGrid(np.eye(4), array.shape), 0)
    assert surface.points_lps.min(axis=0) == pytest.approx((1.5, 1.5, 1.5), abs=1e-3)
    assert surface.points_lps.max(axis=0) == pytest.approx((3.5, 3.5, 3.5), abs=1e-3)


def test_what_the_volume_cuts_off_is_closed_at_the_border_of_its_voxels() -> None:
    array = np.full((6, 5, 4), 1, np.uint8)
    array[0] = 0
    surface = surface_of(array, VolumeGrid(np.eye(4), array.shape), 0.5)
    assert surface.is_watertight
    assert surface.notes == ("It is closed where the volume ends",)
    box = surface.points_lps.min(axis=0), surface.points_lps.max(axis=0)
    assert box[0] == pytest.approx((-0.5, -0.5, 0.5))
    assert box[1] == pytest.approx((3.5, 4.5, 5.5))


def test_the_largest_part_is_kept_alone() -> None:
    array = np.zeros((20, 20, 40), np.uint8)
    array[5:15, 5:15, 5:15] = 1
    array[8:12, 8:12, 25:30] = 1
    both = surface_of(array, VolumeGrid(np.eye(4), array.shape), 0.5)
    one = surface_of(array, VolumeGrid(np.eye(4), array.shape), 0.5, finish=Finish(largest_only=True))
    assert one.points_lps[:, 0].max() < 20 < both.points_lps[:, 0].max()
    assert one.is_watertight
    assert one.notes == ("The largest of 2 parts",)


def test_fewer_triangles_and_smoothing_leave_the_volume() -> None:
    array, grid = sphere(affine(GRIDS["plain"], (50, 50, 50)), (50, 50, 50))
    plain = surface_of((array >= 500).astype(np.uint8), grid, 0.5)
    fewer = surface_of((array >= 500).astype(np.uint8), grid, 0.5, finish=Finish(smoothing=15, keep=0.25))
    assert len(fewer.triangles) == pytest.approx(len(plain.triangles) / 4, rel=0.05)
    assert fewer.volume_ml == pytest.approx(plain.volume_ml, rel=0.02)
    assert fewer.area_cm2 < plain.area_cm2  # the steps of the voxels are gone
    assert fewer.is_watertight


def test_one_slice_has_a_surface_of_its_thickness() -> None:
    array = np.zeros((1, 10, 10), np.uint8)
    array[0, 3:7, 3:7] = 1
    surface = surface_of(array, VolumeGrid(np.diag([1.0, 1.0, 5.0, 1.0]), array.shape), 0.5)
    assert surface.is_watertight
    assert np.ptp(surface.points_lps[:, 2]) == pytest.approx(5.0)


@pytest.mark.parametrize("threshold", [-1, 0, 2, math.nan, math.inf])
def test_without_anything_on_both_sides_there_is_no_surface(threshold: float) -> None:
    array = np.zeros((4, 4, 4), np.uint8)
    array[1:3, 1:3, 1:3] = 1
    with pytest.raises(UserError):
        surface_of(array, VolumeGrid(np.eye(4), array.shape), threshold)


def test_a_constant_volume_has_no_surface() -> None:
    with pytest.raises(UserError, match="all values are 7"):
        surface_of(np.full((3, 3, 3), 7, np.int16), VolumeGrid(np.eye(4), (3, 3, 3)), 7)


def test_an_open_surface_is_not_watertight() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    assert not Surface(points, np.array([[0, 1, 2]], np.int32)).is_watertight
    assert not Surface(points, np.empty((0, 3), np.int32)).is_watertight


@pytest.mark.parametrize("name", small.names())
def test_the_marker_of_every_orientation_is_where_it_is_in_the_patient(name: str, tmp_path: Path) -> None:
    truth = small.volume(name)
    truth.write(tmp_path)
    volume, _ = open_volume([tmp_path], Job())
    marker = volume.array_kji == volume.array_kji.max()
    surface = surface_of(marker.view(np.uint8), volume.grid, 0.5)
    middle = (surface.points_lps.min(axis=0) + surface.points_lps.max(axis=0)) / 2
    assert middle == pytest.approx(truth.marker_lps, abs=0.01)


@pytest.mark.parametrize("last", [0, 1, 3, 6])
def test_that_finding_a_surface_stops_where_nobody_waits(last: int) -> None:
    asked = []

    def check() -> None:
        asked.append(1)
        if len(asked) > last:
            raise Cancelled

    array = np.zeros((30, 30, 30), np.int16)
    array[5:25, 5:25, 5:25] = 100
    with pytest.raises(Cancelled):
        surface_of(array, VolumeGrid(np.eye(4), (30, 30, 30)), 50, finish=Finish(smoothing=20, keep=0.5), check=check)


def test_that_smoothing_is_never_stopped_within_for_vtk_would_crash() -> None:
    array = np.zeros((40, 40, 40), np.int16)
    array[5:35, 5:35, 5:35] = 100
    finish = Finish(smoothing=20)
    looks = _looks_until_done(array, finish)
    for last in [*range(looks)] * 40:  # stopped at its first step it crashed one time in about 50
        remaining = iter([True] * last)

        def check(remaining: Iterator[bool] = remaining) -> None:
            if not next(remaining, False):
                raise Cancelled

        with pytest.raises(Cancelled):
            surface_of(array, VolumeGrid(np.eye(4), array.shape), 50, finish=finish, check=check)


def test_that_two_surfaces_at_once_leave_the_way_in_which_vtk_counts_as_it_was() -> None:
    before = vtkCellArray.GetDefaultStorageIs64Bit()
    array = np.zeros((9, 9, 9), np.int16)
    array[3:6, 3:6, 3:6] = 100
    other = Thread(target=surface_of, args=(array, VolumeGrid(np.eye(4), array.shape), 50))
    counted: list[bool] = []

    def update(worker: Any) -> None:
        other.start()
        worker.Update()
        counted.append(vtkCellArray.GetDefaultStorageIs64Bit())

    flying_edges(array, 50, update)
    other.join()
    assert counted == [False]
    assert vtkCellArray.GetDefaultStorageIs64Bit() == before


def _looks_until_done(array: NDArray[np.int16], finish: Finish) -> int:
    looks: list[None] = []
    surface_of(array, VolumeGrid(np.eye(4), array.shape), 50, finish=finish, check=lambda: looks.append(None))
    return len(looks)

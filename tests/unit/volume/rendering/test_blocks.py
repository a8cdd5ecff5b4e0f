"""Voxels that are moved or averaged for a ray caster stay where they are in the patient."""

import numpy as np
import pytest

from workstation.model.geometry import VolumeGrid, ijk_to_lps, lps_to_ijk
from workstation.volume.looks.camera import Camera, box_of, sight
from workstation.volume.looks.look3d import ClipPlane
from workstation.volume.looks.transfer import grey_ramp
from workstation.volume.rendering.averaging import Rays, coloured, mean_along_rays
from workstation.volume.rendering.blocks import Block, block_of, fitted, followed, reduced

TILTED = np.array([[0.8, 0, 0, -30], [0, 0.8, -0.67, -40], [0, 0, 2.5, 10], [0, 0, 0, 1]])


def ramp(grid: VolumeGrid) -> np.ndarray:
    """A value that is a linear function of the place in the patient."""
    k, j, i = np.indices(grid.shape_kji)
    points = ijk_to_lps(grid, np.stack([i, j, k], axis=-1).reshape(-1, 3))
    return (points @ (3.0, -2.0, 1.0)).reshape(grid.shape_kji).astype(np.float32)


def test_a_straight_volume_is_taken_as_it_is() -> None:
    array = np.zeros((4, 5, 6), np.int16)
    block = block_of(array, VolumeGrid(np.diag([1.0, 2, 3, 1]), array.shape), outside=-1)
    assert block.array_kji is array


@pytest.mark.parametrize("shear", [-0.67, 1.3])
def test_a_tilted_volume_becomes_straight_and_its_values_stay_where_they_are(shear: float) -> None:
    affine = TILTED.copy()
    affine[1, 2] = shear
    grid = VolumeGrid(affine, (12, 20, 24))
    block = block_of(ramp(grid), grid, outside=-1e6)
    axes = block.grid.affine_lps[:3, :3]
    assert np.abs(axes.T @ axes - np.diag(np.diag(axes.T @ axes))).max() < 1e-9
    inside = block.array_kji > -1e5
    expected = ramp(block.grid)
    k, j, i = np.nonzero(inside)
    was = lps_to_ijk(grid, ijk_to_lps(block.grid, np.stack([i, j, k], axis=1)))
    whole = ((was > 0) & (was < np.array([23, 19, 11]))).all(axis=1)  # at the rim it is mixed with what is outside
    np.testing.assert_allclose(block.array_kji[k, j, i][whole], expected[k, j, i][whole], atol=0.05)
    assert whole.sum() > 0.7 * 12 * 20 * 24


@pytest.mark.parametrize("voxels", [9000, 2000, 300])
def test_a_reduced_volume_has_the_means_and_their_places(voxels: int) -> None:
    grid = VolumeGrid(TILTED * [[1, 1, 0, 1]] * 1.0 + np.diag([0, 0, 2.5, 0]), (16, 24, 32))
    block = reduced(Block(ramp(grid), grid), voxels)
    assert block.array_kji.size <= voxels
    np.testing.assert_allclose(block.array_kji, ramp(block.grid), atol=1e-2)
    assert block.step[0] >= block.step[2]


def test_axes_are_fitted_to_what_hardware_takes() -> None:
    grid = VolumeGrid(np.eye(4), (10, 12, 30))
    block = fitted(Block(ramp(grid), grid), 12)
    assert block.array_kji.shape == (10, 12, 10)
    assert block.step == (3, 1, 1)
    assert fitted(block, 12) is block


def test_a_mask_follows_its_volume() -> None:
    grid = VolumeGrid(TILTED, (12, 20, 24))
    mask = np.zeros(grid.shape_kji, bool)
    mask[3:9, 5:15, 6:18] = True
    block = reduced(block_of(ramp(grid), grid, outside=0), 1500)
    kept = followed(mask, grid, block)
    assert kept.shape == block.array_kji.shape
    k, j, i = np.nonzero(kept)
    was = lps_to_ijk(grid, ijk_to_lps(block.grid, np.stack([i, j, k], axis=1)))
    assert ((was >= [5, 4, 2]) & (was <= [18, 15, 9])).all()
    volume = kept.sum() * abs(np.linalg.det(block.grid.affine_lps[:3, :3]))
    assert volume == pytest.approx(mask.sum() * abs(np.linalg.det(TILTED[:3, :3])), rel=0.25)


def test_small_whole_numbers_become_what_ray_casters_take() -> None:
    grid = VolumeGrid(np.eye(4), (2, 3, 4))
    assert block_of(np.zeros((2, 3, 4), np.int8), grid, outside=0).array_kji.dtype == np.int16
    assert block_of(np.zeros((2, 3, 4), np.float64), grid, outside=0).array_kji.dtype == np.float32


PLAIN = VolumeGrid(np.diag([1.0, 1, 1, 1]), (40, 40, 40))


@pytest.mark.parametrize(("camera", "axis"), [(Camera(), 1), (Camera(90), 2), (Camera(0, -90), 0)])
def test_means_along_an_axis_are_those_of_numpy(camera: Camera, axis: int) -> None:
    array = np.kron(np.random.default_rng(2).integers(0, 1000, (5, 5, 5)), np.ones((8, 8, 8))).astype(np.int16)
    seen = sight(camera, box_of(PLAIN), (120, 120))
    mean = mean_along_rays(Rays(Block(array, PLAIN), seen, (120, 120)))
    centres = np.arange(4, 40, 8)
    grids = np.meshgrid(centres, centres, indexing="ij")
    points = np.insert(np.stack([each.ravel() for each in grids], axis=1), axis, 20, axis=1)  # k, j, i
    at = np.rint(seen.seen_at(points[:, ::-1], (120, 120))).astype(int)
    expected = array.mean(axis=axis)[grids[0].ravel(), grids[1].ravel()]
    np.testing.assert_allclose(mean[at[:, 1], at[:, 0]], expected, atol=1.0)
    assert np.isnan(mean[0, 0])


def test_means_leave_out_what_is_hidden() -> None:
    array = np.full((40, 40, 40), 100, np.int16)
    array[:, 20:] = 500
    seen = sight(Camera(), box_of(PLAIN), (60, 60))
    kept = np.ones(array.shape, bool)
    kept[:, 30:] = False
    assert mean_along_rays(Rays(Block(array, PLAIN), seen, (60, 60), kept=kept))[30, 30] == pytest.approx(
        700 / 3, abs=1
    )
    plane = ClipPlane((0.0, 19.5, 0.0), (0.0, 1.0, 0.0))
    assert mean_along_rays(Rays(Block(array, PLAIN), seen, (60, 60), planes=(plane,)))[30, 30] == pytest.approx(500)
    behind = ClipPlane((0.0, -5.0, 0.0), (0.0, -1.0, 0.0))
    assert np.isnan(mean_along_rays(Rays(Block(array, PLAIN), seen, (60, 60), planes=(behind,)))).all()


def test_means_have_colours_and_their_absence_the_background() -> None:
    picture = coloured(np.array([[0, 50, np.nan]], np.float32), grey_ramp(0, 100), (1.0, 0.0, 0.0))
    assert picture.tolist() == [[[0, 0, 0], [128, 128, 128], [255, 0, 0]]]

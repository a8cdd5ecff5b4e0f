"""Registration against turns and shifts that are known, and against SimpleITK's mutual information and transforms."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.unit.volume.registration.heads import CT, MR, PET, TARGETS_LPS, affine, head, rigid
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume
from workstation.volume.opening import open_volume
from workstation.volume.registration.ascent import turn_about
from workstation.volume.registration.mutual_information import Likeness, blurred, lattice_of
from workstation.volume.registration.rigid import Registration, grid_over, inverse, register

FIXED_SHAPE = (80, 90, 90)


@pytest.fixture(scope="module")
def fixed() -> Volume:
    return head(CT, affine((2.4, 2.4, 2.4), FIXED_SHAPE), FIXED_SHAPE, noise=15)


def error_mm(found: Registration, truth: NDArray[np.float64]) -> float:
    """Give the largest distance between where targets come to lie and where they should."""
    expected = TARGETS_LPS @ truth[:3, :3].T + truth[:3, 3]
    return float(np.linalg.norm(found.moved(TARGETS_LPS) - expected, axis=1).max())


CASES: dict[str, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], tuple[int, int, int]]] = {
    "mirrored slices, 8 degrees": (
        MR,
        rigid((0, 0, 1), 8, (12, -9, 15)),
        affine((1.8, 1.8, -3.2), (60, 120, 120)),
        (60, 120, 120),
    ),
    "a tilted gantry, 12 degrees": (
        MR,
        rigid((1, 0, 0.2), 12, (5, 10, -10)),
        affine((1.8, 1.8, 3.2), (60, 120, 120), shear_mm=1.2),
        (60, 120, 120),
    ),
    "a PET, 15 degrees": (PET, rigid((0, 1, 0.2), 15, (-20, 10, 15)), affine((4, 4, 4), (50, 60, 60)), (50, 60, 60)),
    "the upper part alone, mirrored columns": (
        MR,
        rigid((1, 0.5, 0), 10, (5, -5, 10)),
        affine((-1.8, 1.8, 2.5), (40, 110, 110), middle_lps=(0, 0, 35)),
        (40, 110, 110),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_that_a_volume_of_another_scanner_is_found_within_half_a_voxel(case: str, fixed: Volume) -> None:
    values, truth, affine_lps, shape = CASES[case]
    moving = head(values, affine_lps, shape, inverse(truth), noise=float(values.max()) / 40)
    found = register(fixed, moving)
    coarser_mm = max(2.4, float(np.linalg.norm(affine_lps[:3, :3], axis=0).max()))
    assert error_mm(found, truth) < coarser_mm / 2
    assert found.similarity > found.before + 0.05
    assert found.spread_mm < coarser_mm / 2
    assert np.allclose(found.to_moving[:3, :3] @ found.to_moving[:3, :3].T, np.eye(3), atol=1e-9)
    assert np.linalg.det(found.to_moving[:3, :3]) > 0


def test_that_the_same_volumes_give_the_same_numbers_and_simpleitk_likes_them_as_much_as_the_truth(
    fixed: Volume,
) -> None:
    truth, shape = rigid((1, 2, 3), -20, (17, -17, 17)), (60, 120, 120)
    moving = head(MR, affine((1.8, 1.8, 3.2), shape), shape, inverse(truth), noise=20, frame_of_reference_uid="1.2")
    fixed = replace(fixed, grid=replace(fixed.grid, frame_of_reference_uid="1.2"))
    told: list[tuple[int, int]] = []
    found = register(fixed, moving, report=lambda done, total: told.append((done, total)))
    again = register(fixed, moving)
    assert np.array_equal(found.to_moving, again.to_moving)
    assert found.spread_mm == again.spread_mm
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]
    assert found.turned_deg == pytest.approx(20, abs=0.5)
    assert error_mm(found, truth) < 1.6
    assert mattes(fixed, moving, found.to_moving) < mattes(fixed, moving, truth) + 0.002
    assert mattes(fixed, moving, found.to_moving) < mattes(fixed, moving, np.eye(4)) - 0.1


def mattes(fixed: Volume, moving: Volume, to_moving: NDArray[np.float64]) -> float:
    """Give SimpleITK's mutual information, which is better the lower it is."""
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(40)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(0.2, 1)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetInitialTransform(transform_of(to_moving))
    return float(method.MetricEvaluate(image_of(fixed), image_of(moving)))


def image_of(volume: Volume) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(volume.array_kji)
    axes = volume.grid.affine_lps[:3, :3]
    size = np.linalg.norm(axes, axis=0)
    image.SetSpacing(size.tolist())
    image.SetDirection((axes / size).ravel().tolist())
    image.SetOrigin(volume.grid.affine_lps[:3, 3].tolist())
    return image


def transform_of(matrix: NDArray[np.float64]) -> SimpleITK.AffineTransform:
    transform = SimpleITK.AffineTransform(3)
    transform.SetMatrix(matrix[:3, :3].ravel().tolist())
    transform.SetTranslation(matrix[:3, 3].tolist())
    return transform


def test_that_points_move_as_with_simpleitk_and_the_grid_follows() -> None:
    matrix = rigid((3, -1, 2), 17, (4, 5, -6))
    found = Registration(matrix, 1.2, 1.1, 0.1)
    moved = found.moved([(10, 20, 30), (-5, 0, 7)])
    expected = [transform_of(matrix).TransformPoint(each) for each in ((10.0, 20.0, 30.0), (-5.0, 0.0, 7.0))]
    assert moved == pytest.approx(np.array(expected))
    assert found.turned_deg == pytest.approx(17)
    assert found.moved_at((10, 20, 30)) == pytest.approx(np.array(expected[0]) - (10, 20, 30))
    grid = VolumeGrid(affine((1, 2, 3), (5, 6, 7)), (5, 6, 7), "1.2.3")
    over = grid_over(matrix, grid, "4.5.6")
    assert over.frame_of_reference_uid == "4.5.6"
    assert over.shape_kji == grid.shape_kji
    assert found.moved(ijk_to_lps(over, [(1, 2, 3)])) == pytest.approx(ijk_to_lps(grid, [(1, 2, 3)]))


@pytest.mark.parametrize("side", [(1.8, 1.8, -3.2), (-1.8, 1.8, 3.2)])
def test_that_likeness_grows_as_its_slope_says(side: tuple[float, float, float], fixed: Volume) -> None:
    shape = (60, 100, 100)
    moving = head(MR, affine(side, shape, shear_mm=1.0, middle_lps=(5, 0, 40)), shape, noise=10)
    likeness = Likeness(blurred(lattice_of(fixed, 5)), blurred(lattice_of(moving, 5)), points=15_000, seed=1)
    turn, centre, shift = turn_about(np.array([0.05, 0.1, -0.08])), np.array([1.0, 2.0, 3.0]), np.array([5.0, -4, 9])
    found = likeness.at(turn, centre, shift)
    assert 0.2 < found.share < 0.9
    for axis in range(3):
        way = np.eye(3)[axis]
        turned = [likeness.at(turn_about(way * by) @ turn, centre, shift).value for by in (1e-4, -1e-4)]
        moved = [likeness.at(turn, centre, shift + way * by).value for by in (1e-2, -1e-2)]
        assert found.turn[axis] == pytest.approx((turned[0] - turned[1]) / 2e-4, rel=0.05, abs=2e-3)
        assert found.shift[axis] == pytest.approx((moved[0] - moved[1]) / 2e-2, rel=0.05, abs=5e-5)


def test_that_values_between_voxels_are_those_of_simpleitk() -> None:
    array = np.random.default_rng(5).normal(size=(4, 5, 6)).astype(np.float32)
    volume = Volume(array, VolumeGrid(np.eye(4), (4, 5, 6), ""), 1.0, 0.0, "", (), (), (0.0, 1.0, 2.0, 3.0))
    lattice = lattice_of(volume, 0.5)
    points = np.random.default_rng(6).random((3, 50)) * np.array([[5], [4], [3]])
    points[:, 0] = (5, 4, 3)
    values, slopes = lattice.at(points)
    image = SimpleITK.GetImageFromArray(array)
    expected = [image.EvaluateAtContinuousIndex(point.tolist()) for point in points.T]
    assert values == pytest.approx(np.array(expected), abs=1e-5)
    further, _ = lattice.at(points[:, 1:] + np.array([[0], [1e-3], [0]]))
    stays = np.floor(points[1, 1:]) == np.floor(points[1, 1:] + 1e-3)
    assert ((further - values[1:]) / 1e-3)[stays] == pytest.approx(slopes[1, 1:][stays], abs=5e-3)


def test_that_blocks_are_means_and_padding_counts_as_what_is_lowest() -> None:
    array = np.arange(4 * 4 * 4, dtype=np.int16).reshape(4, 4, 4)
    array[0, 0, 0] = -2000
    grid = VolumeGrid(np.diag([1.0, 1.0, 2.0, 1.0]), (4, 4, 4), "")
    volume = Volume(array, grid, 1.0, 0.0, "", (), (), (0.0, 1.0, 2.0, 3.0), padding=(-2000, -2000))
    lattice = lattice_of(volume, 2.0)
    assert lattice.values.shape == (4, 2, 2)
    assert lattice.values[0, 0, 0] == pytest.approx((1 + 1 + 4 + 5) / 4)
    assert lattice.to_lps[:3, 3] == pytest.approx((0.5, 0.5, 0.0))
    assert lattice.points_lps()[:, -1] == pytest.approx((2.5, 2.5, 6.0))


def test_that_noise_has_no_place_over_a_head() -> None:
    shape = (30, 36, 36)
    here = head(CT, affine((6, 6, 6), shape), shape)
    noise = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    with pytest.raises(UserError, match="No place was found that can be relied on"):
        register(here, replace(here, array_kji=noise))


def test_that_it_stops_when_it_is_cancelled(fixed: Volume) -> None:
    told = []

    def report(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        register(fixed, fixed, report=report)
    assert len(told) == 20


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((5, 5, 5)), "same value"),
        (np.where(np.arange(125).reshape(5, 5, 5) % 2, 3.0, np.nan), "same value"),
        (np.full((5, 5, 5), np.nan), "same value"),
        (np.arange(75).reshape(3, 5, 5), "fewer than 4"),
        (np.zeros((5, 5, 5, 3), np.uint8), "colour"),
    ],
)
def test_that_what_cannot_be_registered_is_told(array: NDArray[Any], words: str, fixed: Volume) -> None:
    shape = (array.shape[0], array.shape[1], array.shape[2])
    odd = Volume(array, VolumeGrid(np.eye(4), shape, ""), 1.0, 0.0, "", (), (), tuple(map(float, range(shape[0]))))
    with pytest.raises(UserError, match=words):
        register(fixed, odd)


def test_that_a_brain_of_inverted_contrast_is_found_on_another_grid(shared_data: Path) -> None:
    brain, _ = open_volume([shared_data / "mr_brain_t1_mrhead"], Job())
    axes = brain.grid.affine_lps[:3, :3]
    middle = axes @ ((np.array(brain.grid.shape_kji[::-1]) - 1) / 2) + brain.grid.affine_lps[:3, 3]
    truth = rigid((1, 2, -1), 14, (0, 0, 0))
    truth[:3, 3] = middle + np.array([12, 8, -15]) - truth[:3, :3] @ middle
    shape = (45, 110, 110)
    grid = VolumeGrid(affine((1.8, 1.8, 3.0), shape, middle_lps=middle + np.array([0, 0, 20])), shape, "")
    reference = SimpleITK.Image(shape[::-1], SimpleITK.sitkFloat32)
    reference.SetSpacing((1.8, 1.8, 3.0))
    reference.SetOrigin(grid.affine_lps[:3, 3].tolist())
    there = SimpleITK.Resample(
        image_of(brain), reference, transform_of(inverse(truth)), SimpleITK.sitkLinear, 0.0, SimpleITK.sitkFloat32
    )
    values = SimpleITK.GetArrayFromImage(there)
    inverted = np.where(values < 20, 0, 400 - values).astype(np.float32)
    moving = Volume(inverted, grid, 1.0, 0.0, "", (), (), tuple(map(float, range(45))))
    found = register(brain, moving)
    targets = TARGETS_LPS + middle
    away = found.moved(targets) - (targets @ truth[:3, :3].T + truth[:3, 3])
    assert np.linalg.norm(away, axis=1).max() < 0.5

"""Parts of the phantoms: nodules exact to the voxel, noise of known strength, the same again for the same seed."""

import math
from pathlib import Path

import numpy as np
import pytest

from workstation.phantoms.lungs import Nodule
from workstation.phantoms.noise import blur, ct_noise
from workstation.phantoms.pet import Injection
from workstation.phantoms.shapes import Ellipsoid, Sheet, SheetGrid, Tissue
from workstation.phantoms.torso import Torso
from workstation.phantoms.trees import grow
from workstation.phantoms.tubes import tube
from workstation.phantoms.writing import decimal, uid_of


def test_that_a_nodule_fills_its_volume() -> None:
    grid = SheetGrid.centred(64, 0.8, 3.0)
    ball = Nodule("ball", (3.3, -2.1, 7.9), 12.0, 40.0)
    total = 0.0
    for z in np.arange(-12, 30, 3.0):
        found = ball.cover(grid, float(z))
        total += 0.0 if found is None else float(found[0].sum())
    assert total * 0.8 * 0.8 * 3.0 == pytest.approx(math.pi / 6 * 12**3, rel=0.01)


def test_that_a_tube_fills_its_volume() -> None:
    grid = SheetGrid.centred(96, 0.8, 1.0)
    line = tube([(-20, -6, 4), (22, 9, 26)], 4.0, smooth=False)
    total = 0.0
    for z in np.arange(-8, 40, 1.0):
        sheet = Sheet(grid, float(z), "hu", np.zeros((96, 96), np.float32))
        line.paint(sheet, (0, Tissue(1.0)))
        total += float(sheet.values.sum())
    length = math.dist((-20, -6, 4), (22, 9, 26))
    expected = math.pi * 16 * length + 4 / 3 * math.pi * 64
    assert total * 0.8 * 0.8 == pytest.approx(expected, rel=0.03)


def test_that_a_turned_ellipsoid_fills_its_volume() -> None:
    grid = SheetGrid.centred(96, 0.8, 1.0)
    shape = Ellipsoid((2.0, -3.0, 1.0), (18, 9, 12), (25, 10, -15), bent=False)
    total = 0.0
    for z in np.arange(-25, 27, 1.0):
        found = shape.cover(Sheet(grid, float(z), "hu", np.zeros((96, 96), np.float32)))
        total += 0.0 if found is None else float(found[0].sum())
    assert total * 0.8 * 0.8 == pytest.approx(4 / 3 * math.pi * 18 * 9 * 12, rel=0.01)


def test_that_ct_noise_has_deviation_one_no_mean_and_neighbours_that_agree() -> None:
    noise = ct_noise(np.random.default_rng(5), (512, 512))
    assert noise.std() == pytest.approx(1, abs=0.02)
    assert abs(noise.mean()) < 0.01
    assert np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1] > 0.3


def test_that_blur_keeps_the_sum() -> None:
    volume = np.zeros((31, 31, 31), np.float32)
    volume[15, 15, 15] = 1000
    blurred = blur(volume, (1.2, 2.0, 2.0))
    assert blurred.sum() == pytest.approx(1000, rel=1e-4)
    assert blurred.max() < 1000 / 40


def test_that_trees_reach_their_targets_and_obey_murray() -> None:
    targets = np.random.default_rng(1).uniform(-50, 50, (200, 3))
    tree = grow(np.zeros(3), targets, 5.0, np.random.default_rng(2), murray=3.0)
    ends = {tuple(end) for end in tree.end}
    assert all(tuple(target) in ends for target in targets)
    assert tree.radius_mm[0] == 5.0
    for n in range(len(tree.start)):
        children = np.flatnonzero(np.all(tree.start == tree.end[n], axis=1))
        if len(children):
            assert (tree.radius_mm[children] ** 3).sum() == pytest.approx(tree.radius_mm[n] ** 3)


def test_that_the_same_seed_paints_the_same_slice_and_another_seed_another() -> None:
    grid = SheetGrid.centred(256, 1.6, 3.0)
    first, again, other = (Torso(np.random.default_rng(seed), []).paint(grid, 45.0, "hu") for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 100


def test_that_a_suv_of_one_is_the_dose_spread_over_the_body() -> None:
    injection = Injection(dose_bq=300e6, injection_time="080000", scan_time="094946", half_life_s=6586.0)
    assert injection.bq_per_ml_of_suv(75.0) == pytest.approx(300e6 / 2 / 75000, rel=1e-6)


def test_that_identifiers_stay_as_they_are() -> None:
    assert uid_of("demo", 0) == uid_of("demo", 0)
    assert uid_of("demo", 0) != uid_of("demo", 1)
    assert len(uid_of("demo", 0, "a", 1)) <= 64
    assert uid_of("demo", 0).is_valid


@pytest.mark.parametrize("value", [math.pi, -1 / 3, 1e-7 / 3, 312.0e6, -123456.789012345, 0.0])
def test_that_decimal_strings_fit_and_lose_little(value: float, tmp_path: Path) -> None:
    text = decimal(value)
    assert len(text) <= 16
    assert float(text) == pytest.approx(value, rel=1e-8)

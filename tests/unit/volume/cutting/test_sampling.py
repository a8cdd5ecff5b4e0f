"""Values along rows of pixels: any kind of array, long rows, single slices, what is no number or beyond a type."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from workstation.volume import compiling
from workstation.volume.cutting import sampling
from workstation.volume.cutting.kernels import Lines
from workstation.volume.cutting.outside import Outside
from workstation.volume.cutting.sampling import Across, as_taken, sampled
from workstation.volume.cutting.slabs import Interpolation, Projection

OUTSIDE = Outside(np.dtype(np.float32), np.nan)
BOTH_SIDES = ((-0.5, 0.5), (0.0, 1.0), (0.5, 0.5))


def noise(*shape: int, dtype: Any = np.int16) -> NDArray[Any]:
    return np.random.default_rng(11).integers(0, 1000, shape).astype(dtype)


def lines(start: Any, step: Any, down: Any, through: Any = (0, 0, 1), rows: int = 5) -> Lines:
    """Give rows of pixels on a plane, in voxels."""
    starts = np.asarray(start, np.float64) + np.arange(rows)[:, np.newaxis] * np.asarray(down, np.float64)
    along, across = (np.tile(np.asarray(each, np.float64), (rows, 1)) for each in (step, through))
    return Lines(starts, along, across)


def by_simpleitk(array_kji: NDArray[Any], places: Lines, columns: int) -> NDArray[np.float64]:
    """Give the same values by SimpleITK; NaN outside."""
    image = SimpleITK.GetImageFromArray(array_kji.astype(np.float64))
    points = places.starts[:, np.newaxis] + np.arange(columns)[:, np.newaxis] * places.steps[:, np.newaxis]
    inside = ((points >= -0.5) & (points <= np.array(array_kji.shape[::-1]) - 0.5)).all(axis=-1)
    found = np.full(inside.shape, np.nan)
    for at in np.argwhere(inside):
        held = np.clip(points[tuple(at)], 0, np.array(array_kji.shape[::-1]) - 1)
        found[tuple(at)] = image.EvaluateAtContinuousIndex(held.tolist(), SimpleITK.sitkLinear)
    return found


def test_that_rows_longer_than_a_piece_equal_those_of_simpleitk_on_both_sides_of_the_volume() -> None:
    array = noise(7, 9, 40)
    for step in ((0.083, 0.009, 0.004), (-0.083, 0.011, -0.006)):
        start = (-3.0, -0.4, 0.2) if step[0] > 0 else (42.0, -0.4, 5.9)
        places = lines(start, step, (0.0, 0.9, 0.1), rows=9)
        found = sampled(array, places, 700, outside=OUTSIDE)
        wanted = by_simpleitk(array, places, 700)
        assert 0.2 < np.isnan(wanted).mean() < 0.8
        np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
        np.testing.assert_allclose(found, wanted, atol=1e-3)


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize("shape", [(1, 6, 8), (6, 1, 8), (6, 8, 1), (1, 1, 1)])
def test_that_an_axis_of_one_voxel_reaches_half_a_voxel(shape: Any, interpolation: Interpolation) -> None:
    array = noise(*shape)
    found = sampled(array, lines((-1.0, 0.0, 0.0), (0.25, 0, 0), (0, 0.25, 0)), 60, outside=OUTSIDE)
    assert np.isnan(found[0, :2]).all()
    assert not np.isnan(found[0, 2:7]).any()
    at_voxels = sampled(array, lines((0, 0, 0), (1, 0, 0), (0, 1, 0), rows=shape[1]), shape[2], outside=OUTSIDE)
    np.testing.assert_array_equal(at_voxels, array[0])


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic"])
def test_that_arrays_of_any_kind_are_taken(interpolation: Interpolation, tmp_path: Path) -> None:
    array = noise(6, 7, 8)
    places = lines((0.3, 0.2, 0.1), (0.9, 0.1, 0.2), (0.1, 0.9, 0.2), rows=6)
    wanted = sampled(array, places, 7, outside=OUTSIDE, interpolation=interpolation)
    np.save(tmp_path / "array.npy", array)
    mapped = np.load(tmp_path / "array.npy", mmap_mode="r")
    assert np.shares_memory(as_taken(mapped), mapped)
    others = (mapped, array.astype(">i2"), array.astype(np.float16), np.asfortranarray(array), array.astype(np.int64))
    for other in others:
        found = sampled(as_taken(other), places, 7, outside=OUTSIDE, interpolation=interpolation)
        np.testing.assert_allclose(found, wanted, rtol=1e-5)


@pytest.mark.parametrize("projection", ["mip", "minip", "mean"])
def test_that_what_is_no_number_has_no_part(projection: Projection) -> None:
    array = noise(3, 4, 5, dtype=np.float32)
    array[1, 1, 1] = np.nan
    array[:, 2, 2] = np.nan
    across = Across(((-1.0, 1.0), (0.0, 1.0), (1.0, 1.0)), projection)
    places = lines((0, 0, 1), (1, 0, 0), (0, 1, 0), rows=4)
    found = sampled(array, places, 5, outside=OUTSIDE, interpolation="nearest", across=across)
    reduce: Any = {"mip": np.nanmax, "minip": np.nanmin, "mean": np.nanmean}[projection]
    array[:, 2, 2] = 0
    wanted = reduce(array, axis=0)
    wanted[2, 2] = np.nan
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_that_what_is_beyond_a_type_is_its_end() -> None:
    array = np.zeros((5, 5, 8), np.uint16)
    array[:, :, 4:] = 65535
    whole = Outside(np.dtype(np.uint16), 1)  # no end of the type
    places = lines((1.5, 2, 2), (0.25, 0, 0), (0, 0, 0), rows=1)
    cubic = sampled(array, places, 17, outside=whole, interpolation="cubic")
    wide = sampled(array, places, 17, outside=OUTSIDE, interpolation="cubic")
    assert wide.min() < 0
    assert wide.max() > 65535
    np.testing.assert_array_equal(cubic, np.clip(np.rint(wide), 0, 65535))


def test_that_a_slab_in_colour_is_that_of_each_colour() -> None:
    array = noise(4, 6, 7, 3, dtype=np.uint8)
    black, places = Outside(np.dtype(np.uint8), 0), lines((0.2, 0.1, 1.6), (0.9, 0.1, 0), (0.1, 0.8, 0))
    across = Across(BOTH_SIDES, "mip")
    found = sampled(array, places, 9, outside=black, across=across)
    for colour in range(3):
        one = np.ascontiguousarray(array[..., colour])
        np.testing.assert_array_equal(found[..., colour], sampled(one, places, 9, outside=black, across=across))


def test_that_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    array, places = noise(8, 90, 90), lines((0, 0, 4), (0.4, 0.02, 0.01), (0.01, 0.4, 0.01), rows=200)
    across = Across(BOTH_SIDES, "mean")
    found = sampled(array, places, 200, outside=OUTSIDE, across=across)
    monkeypatch.setattr(sampling, "FEW", 1000)
    np.testing.assert_array_equal(found, sampled(array, places, 200, outside=OUTSIDE, across=across))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_that_places_have_to_be_numbers(wrong: float) -> None:
    with pytest.raises(ValueError, match="no numbers"):
        sampled(noise(2, 3, 4), lines((0, wrong, 0), (1, 0, 0), (0, 1, 0)), 5, outside=OUTSIDE)
    with pytest.raises(ValueError, match="no voxels"):
        sampled(noise(0, 3, 4), lines((0, 0, 0), (1, 0, 0), (0, 1, 0)), 5, outside=OUTSIDE)


def test_that_places_far_away_are_outside() -> None:
    far = lines((1e300, -1e300, 1e9), (1e-300, 1e300, -1e-9), (0, 0, 1e200))
    assert np.isnan(sampled(noise(2, 3, 4), far, 50, outside=OUTSIDE)).all()


def test_that_values_are_taken_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    compiled = numba.njit

    def nowhere_to_write(*args: Any, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compiled(*args, **options)

    monkeypatch.setattr(numba, "njit", nowhere_to_write)
    specification = importlib.util.spec_from_file_location("not_kept", compiling.__file__)
    assert specification is not None
    assert specification.loader is not None
    made = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(made)
    assert made.kept(_twice)(4) == 8


def _twice(number: int) -> int:
    return number * 2

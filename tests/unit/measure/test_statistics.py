"""Statistics against SimpleITK, numpy and sums worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.measure.bins import Bins
from workstation.measure.statistics import Counted, Statistics, counted_of, histogram, merged, statistics


def test_that_statistics_are_those_worked_out_by_hand() -> None:
    found = statistics([2, 4, 4, 4, 5, 5, 7, 9], bins=Bins(width=1))
    assert (found.count, found.mean, found.total, found.median) == (8, 5.0, 40.0, 4.5)
    assert found.sd_population == 2.0
    assert found.sd_sample == pytest.approx(math.sqrt(32 / 7), rel=1e-15)
    assert (found.minimum, found.maximum) == (2.0, 9.0)
    assert found.percentile(25) == 4.0
    assert found.percentile(90) == pytest.approx(7.6)
    # Cubes of the deviations: -27 - 3 + 8 + 64 = 42; fourth powers: 81 + 3 + 16 + 256 = 356.
    assert found.skewness == pytest.approx(42 / 8 / 8)
    assert found.kurtosis == pytest.approx(356 / 8 / 16 - 3)
    # Shares 1/8 (2, 7, 9), 3/8 (4), 2/8 (5).
    assert found.entropy == pytest.approx(3 * 3 / 8 + 3 / 8 * math.log2(8 / 3) + 2 / 4)


@pytest.mark.parametrize("kind", ["i2", "u1", "u2", "i4", "f4", "f8"])
def test_that_statistics_of_a_mask_are_those_of_simpleitk(kind: str) -> None:
    random = np.random.default_rng(7)
    noise = random.gamma(2.0, 20.0, (20, 60, 50)) if kind == "u1" else random.normal(300, 120, (20, 60, 50))
    image = np.clip(noise, 0, 255).astype(kind) if kind == "u1" else noise.astype(kind)
    inside = random.random(image.shape) < 0.3
    found = statistics(image[inside])
    label = SimpleITK.LabelIntensityStatisticsImageFilter()
    label.Execute(SimpleITK.GetImageFromArray(inside.astype(np.uint8)), SimpleITK.GetImageFromArray(image))
    plain = SimpleITK.LabelStatisticsImageFilter()
    plain.Execute(SimpleITK.GetImageFromArray(image), SimpleITK.GetImageFromArray(inside.astype(np.uint8)))
    for ours, theirs in (
        (found.count, plain.GetCount(1)),
        (found.mean, plain.GetMean(1)),
        (found.sd_sample, plain.GetSigma(1)),
        (found.total, plain.GetSum(1)),
        (found.minimum, plain.GetMinimum(1)),
        (found.maximum, plain.GetMaximum(1)),
        (found.mean, label.GetMean(1)),
        (found.sd_sample, label.GetStandardDeviation(1)),
    ):
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("number", [1, 2, 3, 101, 4096])
def test_that_percentiles_are_those_of_numpy(number: int) -> None:
    values = np.random.default_rng(number).normal(size=number)
    percents = (0, 1, 5, 33.3, 50, 90, 99.9, 100)
    found = statistics(values, percentiles=percents)
    np.testing.assert_allclose([value for _percent, value in found.percentiles], np.percentile(values, percents))
    assert found.median == pytest.approx(np.median(values))


def direct(values: NDArray[Any]) -> tuple[float, ...]:
    """Work out moments in whole numbers and fractions of them, as Python has them."""
    plain = [int(each) for each in values]
    number, total = len(plain), sum(plain)
    off = [number * each - total for each in plain]  # deviations, times the number of values
    second, third, fourth = (sum(each**power for each in off) / number ** (power + 1) for power in (2, 3, 4))
    return total / number, second, third / second**1.5, fourth / second**2 - 3


@given(st.lists(st.integers(-3000, 3000), min_size=2, max_size=50).filter(lambda each: len(set(each)) > 1))
def test_that_moments_are_those_of_exact_arithmetic(values: list[int]) -> None:
    mean, variance, skewness, kurtosis = direct(np.array(values))
    for given_as in (np.array(values, np.int16), np.array(values, np.float64), np.array(values, np.int64)):
        found = statistics(given_as)
        assert found.mean == pytest.approx(mean, rel=1e-15, abs=1e-12)
        assert found.sd_population == pytest.approx(math.sqrt(variance), rel=1e-12)
        assert found.skewness == pytest.approx(skewness, rel=1e-9, abs=1e-9)
        assert found.kurtosis == pytest.approx(kurtosis, rel=1e-9, abs=1e-9)


def test_that_a_small_spread_about_a_large_mean_keeps_its_digits() -> None:
    values = 1e9 + np.array([4.0, 7.0, 13.0, 16.0])
    assert statistics(values).sd_sample == pytest.approx(math.sqrt(30), rel=1e-12)


def test_that_integers_far_apart_are_not_tallied() -> None:
    values = np.array([-(2**62), 0, 2**62])
    found = statistics(values)
    assert (found.mean, found.minimum, found.maximum) == (0.0, -(2.0**62), 2.0**62)
    assert statistics(np.array([2**63, 2**63 + 2**20], np.uint64)).mean == 2.0**63 + 2**19
    assert statistics(np.array([2**63, 2**63 + 4096], np.uint64)).mean == 2.0**63 + 2048


def test_that_a_rescale_line_gives_the_statistics_of_the_rescaled_values() -> None:
    stored = np.random.default_rng(3).integers(0, 4000, 5000).astype(np.uint16)
    for slope, intercept in ((1.0, -1024.0), (0.37, 2.5), (-2.5, 10.0), (0.0, 4.0)):
        ours = statistics(counted_of(stored).rescaled(slope, intercept))
        theirs = statistics(stored * slope + intercept)
        for name in ("count", "mean", "total", "sd_sample", "minimum", "maximum", "median", "skewness", "entropy"):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-9, abs=1e-9), (slope, name)
        np.testing.assert_allclose(ours.percentiles, theirs.percentiles)


def test_that_a_single_value_has_no_deviation_of_the_sample() -> None:
    found = statistics([7.5])
    assert (found.sd_sample, found.sd_population, found.skewness, found.kurtosis) == (None, 0.0, 0.0, 0.0)
    assert (found.entropy, found.median, found.count) == (0.0, 7.5, 1)


def test_that_equal_values_have_no_skewness_rather_than_no_number() -> None:
    assert statistics([0.1] * 7).skewness == 0.0
    assert statistics([0.1] * 7).sd_population == 0.0


@pytest.mark.parametrize("values", [[0.0, 1e-300], [-1e-320, 1e-320], [1e200, 3e200, 7e200], [-1e150, 1e150]])
def test_that_tiny_and_huge_values_have_finite_statistics(values: list[float]) -> None:
    found = statistics(values)
    scaled = statistics(np.array(values) / max(values))
    assert found.skewness == pytest.approx(scaled.skewness)
    assert found.kurtosis == pytest.approx(scaled.kurtosis)
    assert found.sd_population == pytest.approx(scaled.sd_population * max(values))


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf, 1.0]])
def test_that_no_values_and_what_is_no_number_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no values|no finite number"):
        statistics(values)


def test_that_a_percentile_beyond_the_values_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        statistics([1, 2], percentiles=(101,))


def test_that_values_counted_in_parts_are_those_counted_at_once() -> None:
    random = np.random.default_rng(2)
    parts = [random.integers(-20, 40, 300) / 4 for _ in range(5)]
    whole, together = counted_of(np.concatenate(parts)), merged(counted_of(each) for each in parts)
    np.testing.assert_array_equal(whole.values, together.values)
    assert merged([]).count == 0
    mixed = merged([counted_of(np.array([3, 1, 1])), counted_of([1.0, 2.5])])
    assert statistics(mixed) == statistics([1, 1, 1, 2.5, 3])


def test_that_limits_leave_in_their_ends() -> None:
    counted = counted_of([1, 2, 2, 3, 4, 5])
    assert counted.between(2, 4).count == 4
    assert counted.between(None, 1).count == 1
    assert counted.between(9, None).count == 0


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60), st.integers(1, 40), st.booleans())
def test_that_a_histogram_holds_every_value_once_and_says_the_entropy(
    values: list[float], number: int, by_width: bool
) -> None:
    bins = Bins(width=number / 3) if by_width else Bins(count=number)
    curve = histogram(values, bins)
    assert curve.is_steps
    assert len(curve.x) == len(curve.y) + 1
    assert sum(curve.y) == len(values)
    assert np.all(np.diff(curve.x) > 0)
    shares = np.array([each for each in curve.y if each]) / len(values)
    entropy = -sum(shares * np.log2(shares))
    assert statistics(values, bins=bins).entropy == pytest.approx(entropy, abs=1e-12)


def test_that_bins_of_equal_number_are_those_of_numpy() -> None:
    values = np.random.default_rng(4).normal(size=999)
    theirs, edges = np.histogram(values, bins=20)
    curve = histogram(values, Bins(20))
    np.testing.assert_array_equal(curve.y, theirs)
    np.testing.assert_allclose(curve.x, edges)


def test_that_bins_of_a_width_have_their_edges_at_multiples_of_it_in_every_region() -> None:
    assert histogram([-30, -1, 0, 24.9, 25], Bins(width=25)).x == (-50, -25, 0, 25, 50)
    assert histogram([-30, -1, 0, 24.9, 25], Bins(width=25)).y == (1, 1, 2, 1)


def test_that_a_width_that_makes_too_many_bins_is_made_wider_and_told() -> None:
    found = statistics([0.0, 1e9], bins=Bins(width=0.001))
    assert "width 15259" in found.bins
    assert len(histogram([0.0, 1e9], Bins(width=0.001)).y) <= 65_536


@pytest.mark.parametrize(("text", "bins"), [("64", Bins(64)), (" 8 ", Bins(8)), ("width=25", Bins(width=25.0))])
def test_that_bins_are_read(text: str, bins: Bins) -> None:
    assert Bins.parse(text) == bins


@pytest.mark.parametrize("text", ["", "0", "-3", "1e9", "width=", "width=0", "width=nan", "size=4", "70000"])
def test_that_what_says_no_bins_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="says no bins"):
        Bins.parse(text)


def test_that_counted_values_are_taken_as_they_are() -> None:
    counted = Counted(np.array([1.0, 3.0]), np.array([2, 2]))
    assert isinstance(statistics(counted), Statistics)
    assert statistics(counted).mean == 2.0


@pytest.mark.parametrize("limit", [0.1, 0.25, 1 / 3])
def test_that_limits_of_singles_are_compared_exactly(limit: float) -> None:
    """A single nearest to 0.1 is a little more than 0.1, so it is not up to it."""
    values = np.array([np.nextafter(np.float32(limit), np.float32(0)), limit, 1], np.float32)
    expected = int(np.count_nonzero(values.astype(np.float64) <= limit))
    assert counted_of(values).between(None, limit).count == expected
    assert counted_of(values).between(limit, None).count == np.count_nonzero(values.astype(np.float64) >= limit)


def test_that_many_values_are_added_up_in_blocks_to_the_same_statistics() -> None:
    values = np.random.default_rng(6).normal(1000, 3, 2_500_000).astype(np.float32)
    found, exact = statistics(values), values.astype(np.float64)
    assert found.mean == pytest.approx(exact.mean(), rel=1e-13)
    assert found.sd_sample == pytest.approx(exact.std(ddof=1), rel=1e-11)
    assert found.median == np.median(exact)

"""Thresholded spheres against analytic phantoms and SimpleITK; peaks, PERCIST's limit, and what is refused."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - its own name for itself
from numpy.typing import NDArray

from tests.unit.measure import pet_headers as pet
from workstation.errors import UserError
from workstation.measure.connected import connected_to
from workstation.measure.isocontour import isocontour
from workstation.measure.percist import percist_limit
from workstation.measure.scale import Scale
from workstation.measure.sphere_measurement import sphere_measurement
from workstation.measure.spheres import Sphere
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv_peak import RADIUS_MM, peak_in, sphere_weights
from workstation.model.annotation import Annotation, Threshold
from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume

CENTRE = (3.0, -2.0, 5.0)
SUV = suv_of_frame(pet.header()).scale()
SUL = suv_of_frame(pet.header(), kind="lbm-janma").scale()


def grid(spacing: tuple[float, float, float], shape_kji: tuple[int, int, int], *, tilted: bool = False) -> VolumeGrid:
    """Give a grid with the origin of the patient in its middle; ``spacing`` along i, j, k."""
    affine = np.eye(4)
    affine[:3, :3] = np.diag(spacing)
    if tilted:
        turn = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
        lean = np.eye(3)
        lean[1, 2] = 0.3  # as with a tilted gantry
        affine[:3, :3] = lean @ turn @ affine[:3, :3]
    middle = (np.array(shape_kji[::-1]) - 1) / 2
    affine[:3, 3] = -affine[:3, :3] @ middle
    return VolumeGrid(affine, shape_kji)


def volume(array: NDArray[Any], at: VolumeGrid, **values: Any) -> Volume:
    made = Volume(array, at, 1.0, 0.0, "BQML", (), (), tuple(float(k) for k in range(len(array))))
    return replace(made, **values)


def points_lps(at: VolumeGrid) -> NDArray[np.float64]:
    k, j, i = np.indices(at.shape_kji)
    return ijk_to_lps(at, np.stack([i, j, k], axis=-1).reshape(-1, 3)).reshape(*at.shape_kji, 3)


def away_mm(at: VolumeGrid, centre: tuple[float, float, float] = CENTRE) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(points_lps(at) - np.asarray(centre), axis=-1))


@pytest.mark.parametrize("tilted", [False, True])
@pytest.mark.parametrize("share", [41.0, 50.0])
def test_that_a_hot_spot_has_the_volume_of_its_isocontour(share: float, *, tilted: bool) -> None:
    # exp(-(r/a)²) falls to a share s at a sqrt(-ln s).
    at = grid((1.0, 1.2, 1.5), (61, 71, 81), tilted=tilted)
    width = 9.0
    spot = volume(20000 * np.exp(-((away_mm(at) / width) ** 2)), at)
    found = isocontour(spot, Sphere(CENTRE, 22.0), Threshold("percent", share))
    radius = width * math.sqrt(-math.log(share / 100))
    assert found.volume_ml == pytest.approx(4 / 3 * math.pi * radius**3 / 1000, rel=0.02)
    assert found.low == pytest.approx(share / 100 * found.maximum)
    assert math.dist(found.maximum_lps, CENTRE) < 1.2
    assert found.notes == ()


def test_that_suv_counts_in_its_own_unit_and_glycolysis_is_mean_times_volume() -> None:
    at = grid((2.0, 2.0, 2.0), (31, 31, 31))
    ball = np.where(away_mm(at) <= 12.0, 36000.0, 3600.0)
    found = isocontour(volume(ball, at), Sphere(CENTRE, 25.0), Threshold("suv", 2.5), scale=SUV)
    inside = int((away_mm(at) <= 12.0).sum())
    assert found.count == inside
    assert found.mean == pytest.approx(10.0, rel=1e-3)
    assert found.peak is not None
    assert found.peak.mean == pytest.approx(10.0, rel=1e-3)
    told = {value.quantity.key: value for value in found.values()}
    assert told["tlg"].value == pytest.approx(found.mean * inside * 8 / 1000)
    assert told["tlg"].unit.ucum == "g"
    assert told["max"].unit.ucum == "g/ml{SUVbw}"
    assert told["volume"].unit.ucum == "ml"
    assert SUV.sentence in found.sentences


@pytest.mark.parametrize("connected", [True, False])
def test_that_regions_are_those_of_simpleitk(*, connected: bool) -> None:
    rng = np.random.default_rng(5)
    at = grid((2.0, 2.5, 3.0), (25, 31, 37))
    noise = sitk.GetArrayFromImage(sitk.DiscreteGaussian(sitk.GetImageFromArray(rng.random(at.shape_kji)), 2.0))
    in_sphere = away_mm(at) <= 30.0
    low = float(np.percentile(noise[in_sphere], 60))
    found = isocontour(volume(noise, at), Sphere(CENTRE, 30.0), Threshold("value", low), connected=connected)
    kept = np.where(in_sphere, noise, -1.0)
    if connected:
        k, j, i = (int(each) for each in np.unravel_index(int(np.argmax(kept)), kept.shape))
        reference = sitk.GetArrayFromImage(
            sitk.ConnectedThreshold(sitk.GetImageFromArray(kept), [(i, j, k)], lower=low, upper=10.0)
        )
    else:
        reference = (kept >= low).astype(np.uint8)
    made = np.zeros(at.shape_kji, np.uint8)
    made[tuple(slice(a, a + n) for a, n in zip(found.first_kji, found.inside_kji.shape, strict=True))] = (
        found.inside_kji
    )
    assert np.array_equal(made, reference)
    statistics = sitk.LabelStatisticsImageFilter()
    statistics.Execute(sitk.GetImageFromArray(noise), sitk.GetImageFromArray(reference))
    assert found.count == statistics.GetCount(1)
    assert found.mean == pytest.approx(statistics.GetMean(1), rel=1e-12)
    assert found.sd_sample == pytest.approx(statistics.GetSigma(1), rel=1e-9)
    assert (found.minimum, found.maximum) == (statistics.GetMinimum(1), statistics.GetMaximum(1))


def test_that_voxels_that_touch_by_edges_only_are_not_connected() -> None:
    mask = np.zeros((3, 4, 4), np.bool_)
    mask[0, 0, 0] = mask[0, 1, 1] = mask[1, 0, 0] = mask[2, 0, 0] = mask[2, 0, 1] = True
    reached = connected_to(mask, (0, 0, 0))
    assert reached.sum() == 4
    assert not reached[0, 1, 1]


def test_that_a_snake_through_the_slices_is_followed_to_its_end() -> None:
    mask = np.zeros((9, 3, 9), np.bool_)
    mask[:, 0, 0] = mask[8, 0, :] = mask[:, 0, 8] = mask[0, 0, 8] = True
    mask[0, 2, :] = True
    reached = connected_to(mask, (0, 0, 0))
    assert reached[0, 0, 8]
    assert not reached[0, 2].any()


def test_that_both_limits_are_included_and_a_region_can_have_an_upper_one() -> None:
    at = grid((1.0, 1.0, 1.0), (5, 5, 5))
    values = np.arange(125, dtype=np.float64).reshape(5, 5, 5)
    found = isocontour(volume(values, at), Sphere((0, 0, 0), 9.0), Threshold("value", 10.0, 20.0), connected=False)
    assert (found.count, found.minimum, found.maximum) == (11, 10.0, 20.0)
    assert any("above the upper limit" in note for note in found.notes)
    assert found.peak is None
    assert any("reaches beyond the volume" in note for note in found.notes)


def test_that_padding_is_no_measurement() -> None:
    at = grid((1.0, 1.0, 1.0), (9, 9, 9))
    values = np.full(at.shape_kji, 5, np.int16)
    values[4, 4, 4] = 32767
    found = isocontour(
        volume(values, at, padding=(32767.0, 32767.0)), Sphere((0, 0, 0), 3.0), Threshold("percent", 50.0)
    )
    assert found.maximum == 5.0
    assert found.count == int((away_mm(at, (0, 0, 0)) <= 3.0).sum()) - 1


def test_that_a_region_that_fills_its_sphere_is_told() -> None:
    at = grid((2.0, 2.0, 2.0), (21, 21, 21))
    found = isocontour(volume(np.ones(at.shape_kji), at), Sphere((0, 0, 0), 8.0), Threshold("percent", 41.0))
    assert any("rim of the sphere" in note for note in found.notes)
    assert found.on_slice(10) is not None
    assert found.on_slice(0) is None


@pytest.mark.parametrize("spacing", [(4.0, 4.0, 4.0), (1.5, 1.5, 1.5), (5.47, 5.47, 3.27), (2.0, 2.0, 6.0)])
def test_that_the_sphere_of_the_peak_has_1_ml(spacing: tuple[float, float, float]) -> None:
    affine = grid(spacing, (3, 3, 3)).affine_lps
    offsets, weights = sphere_weights(affine)
    assert pytest.approx(1.0) == weights.sum()
    assert pytest.approx(1000.0) == 4 / 3 * math.pi * RADIUS_MM**3
    # The middle voxel lies wholly inside: its share of 1 ml.
    middle = weights[(offsets == 0).all(axis=1)][0]
    whole = math.prod(spacing) / 1000
    assert middle == pytest.approx(whole, rel=0.02)
    assert np.abs(weights @ offsets).max() < 1e-9


def test_that_the_peak_of_a_slope_is_its_value_at_the_centre() -> None:
    # By symmetry the mean of a sphere about a point is the value there.
    at = grid((3.0, 3.5, 4.0), (15, 15, 15))
    slope = points_lps(at) @ np.array([1.0, 2.0, -0.5])
    inside = np.zeros((1, 1, 1), np.bool_)
    inside[0, 0, 0] = True
    found = peak_in(volume(slope, at), (7, 8, 6), inside, 2.0)
    assert found is not None
    expected = ijk_to_lps(at, [(6, 8, 7)])[0]
    assert found.mean == pytest.approx(2.0 * float(expected @ np.array([1.0, 2.0, -0.5])))
    assert found.centre_lps == pytest.approx(tuple(expected))


def test_that_a_single_hot_voxel_does_not_make_the_peak() -> None:
    at = grid((4.0, 4.0, 4.0), (15, 15, 15))
    values = np.full(at.shape_kji, 10.0)
    values[7, 7, 7] = 110.0
    found = isocontour(volume(values, at), Sphere((0, 0, 0), 20.0), Threshold("percent", 5.0))
    assert found.peak is not None
    assert found.peak.mean == pytest.approx(10 + 100 * 0.064, rel=0.01)


def test_that_the_limit_of_percist_is_one_and_a_half_times_the_liver_and_two_deviations() -> None:
    rng = np.random.default_rng(1)
    at = grid((2.0, 2.0, 2.0), (31, 31, 31))
    liver = volume(rng.normal(6000, 400, at.shape_kji), at)
    found = percist_limit(liver, Sphere(CENTRE, 15.0), scale=SUL)
    values = liver.array_kji[away_mm(at) <= 15.0] * SUL.factor
    assert found.limit == pytest.approx(1.5 * values.mean() + 2 * values.std(ddof=1))
    assert found.notes == ()
    blood = percist_limit(liver, Sphere(CENTRE, 10.0), scale=SUL, organ="blood")
    smaller = liver.array_kji[away_mm(at) <= 10.0] * SUL.factor
    assert blood.limit == pytest.approx(2.0 * smaller.mean() + 2 * smaller.std(ddof=1))
    assert any("3 cm" in note for note in percist_limit(liver, Sphere(CENTRE, 10.0), scale=SUL).notes)
    hot = isocontour(
        volume(np.where(away_mm(at) <= 8, 60000.0, 6000.0), at),
        Sphere(CENTRE, 20.0),
        Threshold("percist", found.limit),
        scale=SUL,
    )
    assert hot.count == int((away_mm(at) <= 8).sum())


@pytest.mark.parametrize(
    ("threshold", "scale", "said"),
    [
        (Threshold("suv", 2.5), None, "SUV by body weight, the values are not"),
        (Threshold("suv", 2.5), SUL, "SUV by body weight, the values are not"),
        (Threshold("percist", 2.5), SUV, "SUV by lean body mass"),
        (Threshold("value", 99.0), None, "The highest value in it is 1"),
    ],
)
def test_that_thresholds_that_do_not_fit_are_refused(threshold: Threshold, scale: Scale | None, said: str) -> None:
    at = grid((2.0, 2.0, 2.0), (9, 9, 9))
    with pytest.raises(UserError, match=said):
        isocontour(volume(np.ones(at.shape_kji), at), Sphere((0, 0, 0), 5.0), threshold, scale=scale)


def test_that_spheres_without_voxels_values_or_place_are_refused() -> None:
    at = grid((2.0, 2.0, 2.0), (9, 9, 9))
    zeros = volume(np.zeros(at.shape_kji), at)
    with pytest.raises(UserError, match="holds no voxel"):
        isocontour(zeros, Sphere((500.0, 0, 0), 5.0), Threshold("percent", 41.0))
    with pytest.raises(UserError, match="there is no per cent of it"):
        isocontour(zeros, Sphere((0, 0, 0), 5.0), Threshold("percent", 41.0))
    with pytest.raises(UserError, match="PERCIST needs SUV by lean body mass"):
        percist_limit(zeros, Sphere((0, 0, 0), 5.0), scale=SUV)
    with pytest.raises(UserError, match="fewer than two voxels"):
        percist_limit(zeros, Sphere((0, 0, 0), 0.5), scale=SUL)
    drawn = Annotation("1", "sphere", "1.2", 0, ((0, 0), (3, 4)), (0, 0))
    with pytest.raises(UserError, match="no place in the patient"):
        Sphere.of(drawn)
    assert Sphere.of(replace(drawn, points_lps=((0, 0, 0), (3, 4, 0)))).radius_mm == 5.0


def test_that_a_drawn_sphere_becomes_a_measurement_with_its_basis() -> None:
    at = replace(grid((2.0, 2.0, 3.0), (21, 31, 31)), frame_of_reference_uid="1.2.3")
    hot = volume(np.where(away_mm(at) <= 9, 36000.0, 3600.0), at)
    rim = (CENTRE[0] + 15.0, CENTRE[1], CENTRE[2])
    drawn = Annotation(
        "1", "sphere", "1.2", 7, ((0, 0), (3, 4)), (0, 0), points_lps=(CENTRE, rim), frame_of_reference_uid="1.2.3"
    )
    made, found = sphere_measurement(drawn, hot, scale=SUV)
    assert [value.quantity.key for value in made.values][:4] == ["volume", "mean", "max", "peak"]
    assert (made.basis.pixels, made.basis.frame) == (found.count, 7)
    assert found.count == int((away_mm(at) <= 9).sum())
    assert made.basis.values == SUV.sentence
    assert any("41 %" in sentence for sentence in made.basis.methods)
    with pytest.raises(UserError, match=r"frame of reference 9\.9, the volume in 1\.2\.3"):
        sphere_measurement(replace(drawn, frame_of_reference_uid="9.9"), hot)

"""Masks in volumes, against SimpleITK, pyradiomics 3.0.1, and solids whose volume is known."""

import math

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.measure.bins import Bins
from workstation.measure.scale import Scale
from workstation.measure.setting import Setting
from workstation.measure.statistics import statistics
from workstation.measure.voxels import counted_inside, solid_of
from workstation.model.concepts import Code
from workstation.model.geometry import VolumeGrid
from workstation.model.units import SUV_BW
from workstation.model.volume import Volume

SPACING = (0.8, 0.5, 2.5)


def volume_of(array: NDArray[np.generic], affine: NDArray[np.float64] | None = None, **others: object) -> Volume:
    matrix = np.diag([*SPACING, 1.0]) if affine is None else affine
    shape = (array.shape[0], array.shape[1], array.shape[2])
    plain = {"slope": 1.0, "intercept": 0.0, "unit": "HU", "notes": (), "frames": (), "frame_k": ()}
    return Volume(array, VolumeGrid(matrix, shape, "1.2.3"), **{**plain, **others})  # type: ignore[arg-type]


def arithmetic() -> tuple[NDArray[np.int16], dict[str, NDArray[np.bool_]]]:
    """Make an image and masks that anyone can make again."""
    k, j, i = np.mgrid[:12, :30, :40]
    image = ((i * 7 + j * 13 + k * 29 + i * j) % 400 - 100).astype(np.int16)
    return image, {
        "ball": (i - 20) ** 2 + (j - 15) ** 2 + (2 * k - 12) ** 2 <= 100,
        "scattered": (i * i + 3 * j + 5 * k) % 7 == 0,
        "plate": (k == 4) & (i > 5) & (j < 20),
    }


# Of pyradiomics 3.0.1 (SimpleITK 2.5, numpy 2) on `arithmetic`, by firstorder.RadiomicsFirstOrder(..., binWidth=25)
# and VoxelVolume of shape.RadiomicsShape; its kurtosis is not the excess, and its standard deviation the population's.
# In order: voxels, mean, median, standard deviation, skewness, kurtosis, entropy, 10 and 90 per cent, lowest, highest.
PYRADIOMICS = {
    "ball": (
        *(2047, 103.82169027845627, 106.0, 110.96518842406873, -0.05069302796593326, 1.892335067578152),
        *(3.9936459188140248, -54.0, 256.0, -100.0, 299.0),
    ),
    "scattered": (
        *(2062, 99.57807953443259, 100.0, 115.79530362668261, -0.004036039268983476, 1.7976880210560913),
        *(3.9984979254984845, -61.0, 259.9000000000001, -100.0, 299.0),
    ),
    "plate": (
        *(680, 103.1029411764706, 109.5, 117.60641485428799, -0.07300864537939575, 1.7614620494826465),
        *(3.9942195164412255, -61.0, 261.0, -100.0, 299.0),
    ),
}
# The same of image * float32(0.37) + float32(0.11): mean, median, deviation, skewness, kurtosis, entropy, 10 and 90.
PYRADIOMICS_SINGLES = {
    "ball": (
        *(38.524026376041014, 39.33000183105469, 41.05712040141231, -0.050693023413945944, 1.89233505463262),
        *(2.711384887434981, -19.869998931884766, 94.83000183105469),
    ),
    "plate": (
        *(38.258089144878525, 40.62500190734863, 43.51437416831349, -0.07300864265956104, 1.7614620469107658),
        *(2.747521966434028, -22.459999084472656, 96.68000030517578),
    ),
}


@pytest.mark.parametrize("name", PYRADIOMICS)
def test_that_statistics_and_volume_are_those_of_pyradiomics(name: str) -> None:
    image, masks = arithmetic()
    solid = solid_of(volume_of(image), masks[name], Setting(bins=Bins(width=25)))
    found = {value.quantity.key: value.value for value in solid.numbers.values}
    keys = ("count", "mean", "median", "sd_population", "skewness", "kurtosis", "entropy", "p10", "p90", "min", "max")
    expected = dict(zip(keys, PYRADIOMICS[name], strict=True))
    expected["kurtosis"] -= 3
    assert {key: found[key] for key in keys} == pytest.approx(expected, rel=1e-10)
    assert found["volume"] == pytest.approx(expected["count"] / 1000)  # a voxel of 0.8 x 0.5 x 2.5 mm is 1 mm³


@pytest.mark.parametrize("name", PYRADIOMICS_SINGLES)
def test_that_statistics_of_singles_are_those_of_pyradiomics(name: str) -> None:
    image, masks = arithmetic()
    singles = (image * np.float32(0.37) + np.float32(0.11)).astype(np.float32)
    found = statistics(singles[masks[name]], bins=Bins(width=25))
    ours = (found.mean, found.median, found.sd_population, found.skewness, found.kurtosis + 3, found.entropy)
    assert (*ours, found.percentile(10), found.percentile(90)) == pytest.approx(PYRADIOMICS_SINGLES[name], rel=1e-6)


@pytest.mark.parametrize("kind", ["i2", "u2", "u1", "i1", "i4", "f4", "f8"])
def test_that_a_mask_is_read_alike_from_every_type_of_voxels(kind: str) -> None:
    random = np.random.default_rng(3)
    image = random.integers(-100 if kind[0] != "u" else 0, 100, (9, 40, 50)).astype(kind)
    inside = random.random(image.shape) < 0.4
    counted, notes = counted_inside(volume_of(image, slope=2.0, intercept=-5.0), inside)
    label = SimpleITK.LabelStatisticsImageFilter()
    values = SimpleITK.GetImageFromArray(image.astype(np.float64) * 2 - 5)
    label.Execute(values, SimpleITK.GetImageFromArray(inside.astype(np.uint8)))
    found = statistics(counted)
    assert not notes
    assert found.count == label.GetCount(1)
    assert found.mean == pytest.approx(label.GetMean(1), rel=1e-12)
    assert found.sd_sample == pytest.approx(label.GetSigma(1), rel=1e-12)
    assert (found.minimum, found.maximum) == (label.GetMinimum(1), label.GetMaximum(1))


@pytest.mark.parametrize("kind", ["i2", "u2", "i4", "f4"])
def test_that_padding_in_a_volume_is_left_out_and_told(kind: str) -> None:
    image = np.full((3, 4, 5), 7, kind)
    image[1, 1, 1:4] = (0, 1, 2)
    counted, notes = counted_inside(volume_of(image, padding=(0, 1)), np.ones(image.shape, np.bool_))
    assert statistics(counted).count == 58
    assert notes == ("2 voxels are padding or no number, and left out of the values.",)


def test_that_what_is_no_number_in_a_volume_is_left_out() -> None:
    image = np.ones((2, 3, 4), np.float32)
    image[0, 0, 0] = np.nan
    assert statistics(counted_inside(volume_of(image), np.ones(image.shape, np.bool_))[0]).count == 23


def test_that_a_volume_of_a_tilted_stack_is_by_its_determinant() -> None:
    affine = np.diag([0.8, 0.5, 2.5, 1.0])
    affine[1, 2] = 2.5 * math.tan(math.radians(15))  # each slice is pushed along by the tilt
    inside = np.ones((4, 10, 10), np.bool_)
    solid = solid_of(volume_of(np.zeros((4, 10, 10), np.int16), affine), inside)
    assert solid.numbers.values[0].value == pytest.approx(400 / 1000)
    assert solid.numbers.values[0].unit.words == "ml"


def test_that_centre_and_ends_lie_in_the_patient() -> None:
    affine = np.array([[0, 0, 2.5, 10], [0.8, 0, 0, 20], [0, -0.5, 0, 30], [0, 0, 0, 1]], np.float64)
    inside = np.zeros((6, 8, 9), np.bool_)
    inside[2:5, 3, 4] = True
    solid = solid_of(volume_of(np.zeros((6, 8, 9), np.int16), affine), inside)
    assert solid.centre_lps == pytest.approx((10 + 3 * 2.5, 20 + 4 * 0.8, 30 - 3 * 0.5))
    assert sorted(end[0] for end in solid.ends_lps) == [15, 20]
    assert {value.quantity.key: value.value for value in solid.numbers.values}["diameter_3d"] == pytest.approx(5)


@pytest.mark.parametrize(
    ("units", "value", "words"), [("cm", 0.4, "cm³"), ("inch", 400 / 25.4**3, "in³"), ("px", 400, "voxels")]
)
def test_that_volumes_have_the_unit_that_was_asked_for(units: str, value: float, words: str) -> None:
    setting = Setting(units=units)  # type: ignore[arg-type]
    solid = solid_of(volume_of(np.zeros((4, 10, 10), np.int16)), np.ones((4, 10, 10), np.bool_), setting)
    assert solid.numbers.values[0].value == pytest.approx(value)
    assert solid.numbers.values[0].unit.words == words


def test_that_a_scale_makes_suv_of_a_volume() -> None:
    scale = Scale(0.002, SUV_BW, Code("126401", "DCM", "SUVbw"), "70 kg over 35 kBq", ("Told.",))
    image = np.full((2, 3, 4), 600, np.int16)
    solid = solid_of(volume_of(image, unit="BQML", slope=2.0), np.ones((2, 3, 4), np.bool_), Setting(scale=scale))
    mean = next(value for value in solid.numbers.values if value.quantity.key == "mean")
    assert mean.value == pytest.approx(2.4)
    assert mean.unit == SUV_BW
    assert solid.numbers.notes == ("Told.",)


def test_that_an_empty_mask_and_one_of_another_size_are_refused() -> None:
    volume = volume_of(np.zeros((2, 3, 4), np.int16))
    with pytest.raises(UserError, match="empty"):
        solid_of(volume, np.zeros((2, 3, 4), np.bool_))
    with pytest.raises(UserError, match="5 x 3 x 2 and 4 x 3 x 2"):
        solid_of(volume, np.ones((2, 3, 5), np.bool_))


def test_that_a_ball_of_voxels_has_nearly_the_volume_of_a_ball() -> None:
    k, j, i = np.indices((61, 61, 61)) - 30
    ball = (k**2 + j**2 + i**2) <= 625
    solid = solid_of(volume_of(np.zeros(ball.shape, np.int16), np.eye(4)), ball)
    found = {value.quantity.key: value.value for value in solid.numbers.values}
    assert found["volume"] == pytest.approx(4 / 3 * math.pi * 25**3 / 1000, rel=5e-3)
    assert found["diameter_3d"] == 50
    assert solid.centre_lps == (30, 30, 30)

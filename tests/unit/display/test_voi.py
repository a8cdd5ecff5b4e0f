"""The formulas of PS3.3 C.11.2.1.2 and C.11.2.1.3, written down a second time, one value after the other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.display.frames import frame_of, ramp
from workstation.display.voi import (
    auto_window,
    default_voi,
    first_voi,
    fractions,
    full_window,
    is_usable,
    missing_window,
    value_range,
    window_from_zero,
    window_over,
)
from workstation.model.frame import LookupTable, ModalityTransform, Window


def _linear(x: float, c: float, w: float) -> float:
    if x <= c - 0.5 - (w - 1) / 2:
        return 0
    if x > c - 0.5 + (w - 1) / 2:
        return 1
    return (x - (c - 0.5)) / (w - 1) + 0.5


def _linear_exact(x: float, c: float, w: float) -> float:
    if x <= c - w / 2:
        return 0
    if x > c + w / 2:
        return 1
    return (x - c) / w + 0.5


def _one(x: float, window: Window) -> float:
    return float(fractions(np.array([x]), window)[0])


@given(st.integers(-4000, 4000), st.integers(-2000, 2000), st.integers(1, 5000))
def test_that_linear_is_the_formula(x: int, center: int, width: int) -> None:
    assert _one(x, Window(center, width)) == pytest.approx(_linear(x, center, width), abs=1e-12)


@given(st.floats(-4000, 4000), st.floats(-2000, 2000), st.floats(0.001, 5000))
def test_that_linear_exact_is_the_formula(x: float, center: float, width: float) -> None:
    assert _one(x, Window(center, width, "LINEAR_EXACT")) == pytest.approx(_linear_exact(x, center, width), abs=1e-6)


@given(st.floats(-40000, 40000), st.floats(-2000, 2000), st.floats(1, 5000))
def test_that_sigmoid_is_the_formula(x: float, center: float, width: float) -> None:
    exponent = -4 * (x - center) / width
    expected = 0.0 if exponent > 500 else 1 / (1 + math.exp(exponent))
    assert _one(x, Window(center, width, "SIGMOID")) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "expected"), [(-160, 0.0), (-159, 1 / 399), (40, 0.5 + 0.5 / 399), (238, 398 / 399), (239, 1.0), (240, 1.0)]
)
def test_that_linear_reaches_its_ends_where_the_standard_says(x: int, expected: float) -> None:
    assert _one(x, Window(40, 400)) == pytest.approx(expected)


def test_that_the_example_of_the_standard_of_an_8_bit_identity_holds() -> None:
    """C.11.2.1.2.1: center 128, width 256 maps 0 to 255 onto itself."""
    np.testing.assert_allclose(fractions(np.arange(256), Window(128, 256)) * 255, np.arange(256))


def test_that_width_1_is_a_threshold_at_the_center_minus_a_half() -> None:
    np.testing.assert_array_equal(fractions(np.array([98, 99, 100, 101]), Window(100, 1)), [0, 0, 1, 1])


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_that_a_table_spans_its_bits_and_holds_its_ends(bits: int) -> None:
    top = 2**bits - 1
    table = LookupTable(-10, np.array([0, top // 3, top], np.uint16), bits)
    given_x = np.array([-500, -10, -9, -8, 500])
    np.testing.assert_allclose(fractions(given_x, table), [0, 0, (top // 3) / top, 1, 1])


@pytest.mark.parametrize(
    ("window", "usable"),
    [
        (Window(0, 0), False),
        (Window(0, 0.5), False),
        (Window(0, 1), True),
        (Window(0, 0.5, "LINEAR_EXACT"), True),
        (Window(0, 0, "SIGMOID"), False),
        (Window(0, -5, "LINEAR_EXACT"), False),
        (Window(math.nan, 10), False),
        (Window(0, math.inf), False),
    ],
)
def test_that_an_illegal_window_is_recognised(window: Window, *, usable: bool) -> None:
    assert is_usable(window) is usable


def test_that_the_window_in_the_file_comes_first() -> None:
    frame = frame_of(ramp(0, 99), voi=(Window(40, 0), Window(50, 350), Window(1, 2)))
    assert default_voi(frame) == Window(50, 350)


def test_that_the_full_window_takes_the_lowest_to_black_and_the_highest_to_white() -> None:
    frame = frame_of(ramp(100, 4000), modality=ModalityTransform(2, -1024))
    ends = fractions(np.array([200 - 1024, 201 - 1024, 8000 - 1025, 8000 - 1024]), full_window(frame))
    assert ends[0] == 0
    assert ends[1] > 0
    assert ends[2] < 1
    assert ends[3] == 1


def test_that_the_automatic_window_leaves_out_padding() -> None:
    pixels = ramp(0, 999)
    pixels[:20] = -2000
    window = auto_window(frame_of(pixels, padding=(-2000, -2000)))
    assert window.center - window.width / 2 >= 0
    assert auto_window(frame_of(pixels)).center < 0


def test_that_the_automatic_window_is_not_ruled_by_a_few_bright_pixels() -> None:
    pixels = ramp(0, 999)
    pixels[0, :3] = 30000
    assert auto_window(frame_of(pixels)).width < 1100
    assert full_window(frame_of(pixels)).width == 30001


@pytest.mark.parametrize("padding", [None, (7, 7)])
def test_that_an_image_of_one_value_has_a_window(padding: tuple[int, int] | None) -> None:
    assert is_usable(auto_window(frame_of(np.full((5, 5), 7, np.uint16), padding=padding)))
    assert is_usable(full_window(frame_of(np.full((5, 5), 7, np.uint16), padding=padding)))


def test_that_small_fractions_get_a_window_that_shows_them() -> None:
    pixels = np.linspace(0, 1e-3, 10_000, dtype=np.float32).reshape(100, 100)
    shown = fractions(pixels, auto_window(frame_of(pixels)))
    assert shown.std() > 0.25


def test_that_values_that_are_no_numbers_do_not_spoil_the_window() -> None:
    pixels = np.linspace(0, 1, 100).reshape(10, 10)
    pixels[0, 0], pixels[1, 1], pixels[2, 2] = math.nan, math.inf, -math.inf
    window = auto_window(frame_of(pixels))
    assert window.center == pytest.approx(0.5, abs=0.1)


def test_that_a_bitmap_is_black_and_white() -> None:
    frame = frame_of(np.eye(10, dtype=np.uint8), bits_stored=1)
    np.testing.assert_array_equal(fractions(np.array([0, 1]), auto_window(frame)), [0, 1])


def test_that_pet_opens_from_zero_to_the_end_of_its_own_window_and_others_as_ever() -> None:
    own = frame_of(ramp(0, 30000), voi=(Window(1, 0), Window(6000.5, 8001)))
    assert first_voi(own, "PT") == Window(5000.5, 10001)
    assert first_voi(own, "CT") is None
    bare = first_voi(frame_of(ramp(-5, 10000)), "PT")
    assert bare is not None
    assert value_range(bare)[0] == 0
    assert 9900 < value_range(bare)[1] <= 10000
    assert first_voi(frame_of(np.zeros((4, 4, 3), np.uint8), photometric="RGB"), "PT") is None
    assert first_voi(frame_of(np.full((4, 4), -3, np.int16)), "PT") is None


def test_that_a_window_from_zero_is_exact_where_values_are_small() -> None:
    assert window_from_zero(5) == Window(2.5, 5, "LINEAR_EXACT")
    assert value_range(window_from_zero(4095)) == (0, 4095)
    assert value_range(window_from_zero(7, "SIGMOID")) == (0, 7)


@pytest.mark.parametrize(
    "windows", [[Window(10, 20)], [Window(10, 20), Window(100, 40)], [Window(0, 4), Window(1, 900)]]
)
def test_that_a_window_over_others_begins_with_the_lowest_and_ends_with_the_highest(windows: list[Window]) -> None:
    ranges = [value_range(each) for each in windows]
    assert value_range(window_over(windows)) == (min(low for low, _ in ranges), max(high for _, high in ranges))
    exact = [Window(each.center, each.width, "LINEAR_EXACT") for each in windows]
    ends = [(each.center - each.width / 2, each.center + each.width / 2) for each in windows]
    assert value_range(window_over(exact)) == (min(low for low, _ in ends), max(high for _, high in ends))


def test_that_a_window_is_missing_where_the_file_has_none_and_the_image_is_grey() -> None:
    plain = frame_of(ramp(0, 500))
    assert missing_window(plain) == auto_window(plain)
    assert missing_window(frame_of(ramp(0, 500), voi=(Window(1, 2),))) is None

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.display.scale_bar import scale_bar
from workstation.model.geometry import Spacing, SpacingSource

KNOWN = SpacingSource.PIXEL_SPACING


@pytest.mark.parametrize(
    ("spacing_mm", "zoom", "room_px", "label", "length_px"),
    [
        (0.5, 1.0, 250, "10 cm", 200),
        (0.5, 1.0, 199, "5 cm", 100),
        (0.7, 2.0, 100, "2 cm", 2 * 20 / 0.7),
        (0.05, 3.0, 200, "2 mm", 120),
        (0.0005, 1.0, 100, "50 µm", 100),
    ],
)
def test_that_the_bar_is_the_longest_round_one(
    spacing_mm: float, zoom: float, room_px: float, label: str, length_px: float
) -> None:
    bar = scale_bar(Spacing(spacing_mm, spacing_mm, KNOWN), zoom, longest_px=room_px)
    assert bar is not None
    assert bar.label == label
    assert bar.length_px == pytest.approx(length_px)


@given(st.floats(1e-4, 50), st.floats(0.01, 64), st.floats(20, 2000))
def test_that_the_bar_uses_the_room_it_has(spacing_mm: float, zoom: float, room_px: float) -> None:
    bar = scale_bar(Spacing(spacing_mm, spacing_mm * 1.5, KNOWN), zoom, longest_px=room_px)
    assert bar is not None
    assert room_px / 2.51 < bar.length_px <= room_px * (1 + 1e-6)
    assert bar.length_px == pytest.approx(bar.length_mm * zoom / spacing_mm)


def test_that_there_is_none_without_millimetres() -> None:
    assert scale_bar(Spacing(1, 1, SpacingSource.NONE), 1, longest_px=100) is None
    assert scale_bar(Spacing(4, 3, SpacingSource.ASPECT_RATIO), 1, longest_px=100) is None
    assert scale_bar(Spacing(0, 1, KNOWN), 1, longest_px=100) is None


def test_that_a_length_at_the_detector_says_so() -> None:
    bar = scale_bar(Spacing(0.1, 0.1, SpacingSource.IMAGER), 1, longest_px=150)
    assert bar is not None
    assert bar.note == "at the detector"

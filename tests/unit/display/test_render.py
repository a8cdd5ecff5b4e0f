"""What `render` draws, against arithmetic done in another way."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of, ramp
from workstation.display.render import Renderer, render
from workstation.display.view import View
from workstation.model.frame import Frame, LookupTable, ModalityTransform, Window
from workstation.model.frame_parts import Overlay, Shutter
from workstation.model.geometry import Spacing, SpacingSource

RANDOM = np.random.default_rng(5)
WHOLE = Window(2048, 4096)


def _smooth(shape: tuple[int, int], top: float) -> NDArray[np.float64]:
    rows, columns = np.indices(shape)
    return np.asarray((1 + np.sin(rows / 5.3) * np.cos(columns / 7.1)) / 2 * top)


def _bilinear(frame: Frame, view: View, size_px: tuple[int, int]) -> NDArray[np.float64]:
    """Sample the stored values at the image points of the screen's pixels, one axis after the other."""
    back = view.screen_to_image(frame, size_px)
    assert back[0, 1] == 0
    x = back[0, 0] * np.arange(size_px[0]) + back[0, 2]
    y = back[1, 1] * np.arange(size_px[1]) + back[1, 2]
    rows, columns = frame.pixels.shape
    across = np.stack([np.interp(x, np.arange(columns), line) for line in frame.pixels.astype(float)])
    return np.stack([np.interp(y, np.arange(rows), line) for line in across.T]).T


def _grey(values: NDArray[Any], window: Window) -> NDArray[Any]:
    return np.clip((values - (window.center - 0.5)) / (window.width - 1) + 0.5, 0, 1) * 255


@pytest.mark.parametrize("interpolation", ["linear", "nearest", "cubic"])
def test_that_pixels_drawn_one_to_one_are_not_changed(interpolation: Any) -> None:
    pixels = RANDOM.integers(0, 256, (40, 60)).astype(np.uint8)
    drawn = render(frame_of(pixels, voi=(Window(128, 256),)), View(interpolation=interpolation), (60, 40))
    np.testing.assert_array_equal(drawn, np.repeat(pixels[..., None], 3, axis=2))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32, np.float32, np.float64])
@pytest.mark.parametrize("zoom", [None, 3.7, 0.61])
def test_that_resampling_is_bilinear_on_values_before_the_window(dtype: Any, zoom: float | None) -> None:
    top = min(4095, np.iinfo(dtype).max) if np.dtype(dtype).kind in "iu" else 4095
    frame = frame_of(_smooth((50, 70), top).astype(dtype))
    window = Window(top / 2, top / 4)
    view = View(window, zoom=zoom, centre_px=None if zoom is None else (33.3, 21.8))
    drawn = render(frame, view, (150, 100))[..., 0].astype(float)
    rows, columns = drawn.nonzero()
    area = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    expected = _grey(_bilinear(frame, view, (150, 100)), window)
    # OpenCV takes doubles from 32 positions a pixel; a pixel here is up to 120 grey levels from the next
    at_most = 2 * 120 / 64 if dtype is np.float64 else 1.01
    assert np.abs(drawn[area] - expected[area]).max() <= max(at_most, 4 * 256 / top)


def test_that_a_wide_range_is_shown_without_contours_in_a_narrow_window() -> None:
    pixels = np.full((20, 300), 3_000_000_000, np.uint32)
    pixels += np.arange(300, dtype=np.uint32)
    pixels[0, 0] = 0
    drawn = render(frame_of(pixels), View(Window(3_000_000_150, 300)), (300, 20))[10, :, 0]
    np.testing.assert_allclose(drawn, np.arange(300) / 299 * 255, atol=0.51)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (-32768, 32767, np.int16),
        (0, 65535, np.uint16),
        (-128, 127, np.int8),
        (0, 255, np.uint8),
        (-40000, 25000, np.int32),
    ],
)
def test_that_every_stored_value_meets_the_formula(low: int, high: int, dtype: Any) -> None:
    frame = frame_of(ramp(low, high, dtype), modality=ModalityTransform(2, -100))
    side = frame.pixels.shape[0]
    window = Window(low + high, (high - low))
    drawn = render(frame, View(window), (side, side))[..., 0]
    assert np.abs(drawn - _grey(frame.pixels * 2.0 - 100, window)).max() <= 0.51


@pytest.mark.parametrize("slope", [-1.0, 0.013, 1e-7])
def test_that_slopes_that_are_no_whole_numbers_or_negative_are_applied(slope: float) -> None:
    frame = frame_of(ramp(0, 4095), modality=ModalityTransform(slope, 5))
    window = Window(5 + 2048 * slope, 4095 * abs(slope), "LINEAR_EXACT")
    drawn = render(frame, View(window), frame.pixels.shape[::-1])[..., 0]
    ideal = np.clip((frame.pixels * slope + 5 - window.center) / window.width + 0.5, 0, 1) * 255
    assert np.abs(drawn - ideal).max() <= 0.51


def test_that_a_modality_table_comes_before_the_window() -> None:
    table = LookupTable(100, np.array([0, 1000, 500, 4095], np.uint16), 12)
    frame = frame_of(np.array([[0, 100, 101], [102, 103, 9000]], np.uint16), modality=ModalityTransform(lut=table))
    drawn = render(frame, View(WHOLE), (3, 2))[..., 0]
    np.testing.assert_allclose(drawn, [[0, 0, 1000 / 4095 * 255], [500 / 4095 * 255, 255, 255]], atol=0.51)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_that_a_voi_table_is_applied_to_modality_values(bits: int) -> None:
    entries = np.sqrt(np.linspace(0, 1, 1000)) * (2**bits - 1)
    table = LookupTable(-500, entries.astype(np.uint16), bits)
    frame = frame_of(ramp(0, 1999), modality=ModalityTransform(1, -1000), voi=(table,))
    drawn = render(frame, View(), frame.pixels.shape[::-1])[..., 0]
    index = np.clip(frame.pixels - 1000 + 500, 0, 999)
    assert np.abs(drawn - table.values[index] / (2**bits - 1) * 255).max() <= 0.51


@pytest.mark.parametrize(
    ("photometric", "is_inverse", "inverted", "dark_first"),
    [
        ("MONOCHROME2", False, False, True),
        ("MONOCHROME1", False, False, False),
        ("MONOCHROME2", True, False, False),
        ("MONOCHROME1", True, False, False),  # the two say the same thing
        ("MONOCHROME1", True, True, True),
        ("MONOCHROME2", False, True, False),
    ],
)
def test_that_what_is_low_is_dark_or_bright_as_the_file_and_the_user_say(
    photometric: Any, *, is_inverse: bool, inverted: bool, dark_first: bool
) -> None:
    frame = frame_of(np.array([[0, 4095]], np.uint16), photometric=photometric, presentation_is_inverse=is_inverse)
    drawn = render(frame, View(WHOLE, inverted=inverted), (2, 1))[0, :, 0]
    np.testing.assert_array_equal(drawn, [0, 255] if dark_first else [255, 0])


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("value", [-2000, 4000])
def test_that_padding_is_black_and_does_not_bleed(photometric: Any, *, inverted: bool, value: int) -> None:
    pixels = np.full((20, 20), 1000, np.int16)
    pixels[:, :10] = value
    frame = frame_of(pixels, photometric=photometric, padding=(value, value))
    drawn = render(frame, View(Window(1000.5, 1000), inverted=inverted), (200, 200))[..., 0]
    assert not drawn[:, :100].any()
    assert np.ptp(drawn[:, 100:]) == 0
    assert 126 <= drawn[0, 150] <= 129


def test_that_values_that_are_no_numbers_are_black() -> None:
    pixels = np.ones((4, 4), np.float32)
    pixels[1, 2], pixels[3, 3] = np.nan, np.inf
    drawn = render(frame_of(pixels), View(Window(0.5, 1, "LINEAR_EXACT")), (4, 4))[..., 0]
    np.testing.assert_array_equal(drawn == 0, ~np.isfinite(pixels))


def test_that_an_image_of_padding_alone_is_black() -> None:
    frame = frame_of(np.full((8, 8), -2000, np.int16), padding=(-2000, -2000))
    assert not render(frame, View(), (30, 20)).any()


def test_that_a_reduced_picture_keeps_the_mean() -> None:
    pixels = RANDOM.integers(0, 4096, (801, 1203)).astype(np.uint16)
    drawn = render(frame_of(pixels), View(WHOLE), (100, 100))[17:83, :, 0]
    assert drawn.mean() == pytest.approx(pixels.mean() / 4095 * 255, rel=0.01)
    assert drawn.std() < pixels.std() / 4095 * 255 / 5  # plain linear would alias: nearly the full deviation


@pytest.mark.parametrize("zoom", [0.11, 0.3, 0.77])
@pytest.mark.parametrize("centre", [None, (100.0, 80.0), (390.0, 299.0)])
def test_that_a_reduced_picture_lies_where_it_should(zoom: float, centre: tuple[float, float] | None) -> None:
    columns = np.arange(401) * 10.0
    frame = frame_of(np.broadcast_to(columns, (301, 401)).astype(np.uint16))
    view = View(Window(2000.5, 4001), zoom=zoom, centre_px=centre)
    size = (90, 60)
    drawn = render(frame, view, size)[29, :, 0].astype(float)
    back = view.screen_to_image(frame, size)
    column = back[0, 0] * np.arange(90) + back[0, 2]
    inside = (column > 8) & (column < 392)
    expected = column * 10 / 4000 * 255
    assert np.abs(drawn - expected)[inside].max() <= 1.1


def _all_views(frame: Frame) -> list[View]:
    views = [
        View(),
        View(Window(100, 50)),
        View(zoom=2.3, centre_px=(5, 30)),
        View(interpolation="cubic", inverted=True),
    ]
    views += [
        View(rotation_quarters=quarters, flipped_h=flip)
        for quarters, flip in itertools.product(range(4), (False, True))
    ]
    views += [View(interpolation="nearest"), View(zoom=0.2), View(shutter=False, overlays=False), View(zoom=30)]
    return views


@pytest.mark.parametrize("kind", ["int16", "uint8", "float32", "colour", "wide"])
def test_that_a_renderer_gives_the_picture_of_render_whatever_it_drew_before(kind: str) -> None:
    base = RANDOM.integers(0, 200, (48, 64))
    images: dict[str, NDArray[Any]] = {
        "int16": (base - 100).astype(np.int16),
        "uint8": base.astype(np.uint8),
        "float32": base.astype(np.float32),
        "colour": RANDOM.integers(0, 256, (48, 64, 3)).astype(np.uint8),
        "wide": base.astype(np.int32) * 100_000,
    }
    pixels = images[kind]
    overlay = Overlay(np.eye(20, dtype=np.bool_), (4, -3), 0x6000)
    frame = frame_of(pixels, photometric="RGB" if kind == "colour" else "MONOCHROME2", overlays=(overlay,))
    frame = replace(frame, shutter=Shutter(circle_px=(30, 20, 22), value=30000))
    frame = frame if kind == "colour" else replace(frame, padding=(0, 3))
    renderer = Renderer(frame)
    views = _all_views(frame)
    for view in views + views[::-1]:
        np.testing.assert_array_equal(renderer.picture(view, (160, 90)), render(frame, view, (160, 90)))


def test_that_the_picture_handed_out_may_be_drawn_on() -> None:
    renderer = Renderer(frame_of(ramp(0, 99)))
    first = renderer.picture(View(), (50, 50))
    kept = first.copy()
    first[:] = 77
    np.testing.assert_array_equal(renderer.picture(View(), (50, 50)), kept)


def test_that_colours_are_shown_as_they_are_and_can_be_windowed() -> None:
    pixels = RANDOM.integers(0, 256, (10, 12, 3)).astype(np.uint8)
    frame = frame_of(pixels, photometric="RGB")
    np.testing.assert_array_equal(render(frame, View(), (12, 10)), pixels)
    np.testing.assert_array_equal(render(frame, View(inverted=True), (12, 10)), 255 - pixels)
    darker = render(frame, View(Window(256, 512)), (12, 10))
    assert np.abs(darker - pixels / 2.0).max() <= 1


def test_that_16_bit_colours_span_their_range() -> None:
    pixels = np.array([[[0, 32768, 65535]]], np.uint16)
    drawn = render(frame_of(pixels, photometric="RGB"), View(), (1, 1))
    np.testing.assert_array_equal(drawn, [[[0, 128, 255]]])


def test_that_an_image_out_of_sight_leaves_the_screen_black() -> None:
    frame = frame_of(np.full((10, 10), 9, np.uint8), voi=(Window(1, 1),))
    assert not render(frame, View(zoom=1, centre_px=(500, 500)), (20, 20)).any()


@pytest.mark.parametrize("size_px", [(1, 1), (1, 40), (40, 1)])
def test_that_the_smallest_screens_and_images_are_drawn(size_px: tuple[int, int]) -> None:
    assert render(frame_of(np.full((300, 7), 9, np.uint8)), View(), size_px).shape == (size_px[1], size_px[0], 3)
    assert render(frame_of(np.full((1, 1), 9, np.uint8)), View(), size_px).shape == (size_px[1], size_px[0], 3)


@pytest.mark.parametrize(("zoom", "block"), [(1.0, 1), (0.5, 2), (0.25, 4)])
@pytest.mark.parametrize("centre", [(20.0, 30.0), (119.5, 119.5), (230.0, 200.0)])
def test_that_whole_steps_of_zoom_show_pixels_or_their_means_unblurred(
    zoom: float, block: int, centre: tuple[float, float]
) -> None:
    pixels = RANDOM.integers(0, 256, (240, 240)).astype(np.uint8)
    means = pixels.reshape(240 // block, block, 240 // block, block).mean(axis=(1, 3))
    frame, size = frame_of(pixels, voi=(Window(128, 256),)), (33, 27)
    view = View(zoom=zoom, centre_px=centre)
    left, top = view.placement(frame, size).corner_px
    expected = np.zeros((27, 33))
    for row, column in np.ndindex(27, 33):
        if 0 <= row - top < len(means) and 0 <= column - left < len(means):
            expected[row, column] = means[row - top, column - left]
    assert np.abs(render(frame, view, size)[..., 0] - expected).max() <= (0 if block == 1 else 1.01)


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("flip", [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("colours", ["", "hot-iron"])
@pytest.mark.parametrize("kind", ["grey", "float", "colour", "padded"])
def test_that_the_picture_for_the_screen_is_that_for_files(
    turn: int, flip: tuple[bool, bool], colours: str, kind: str
) -> None:
    pixels = np.arange(20 * 30).reshape(20, 30).astype(np.int16)
    frame = Frame(pixels, "MONOCHROME2", 16, Spacing(2, 1, SpacingSource.PIXEL_SPACING))
    if kind == "float":
        frame = replace(frame, pixels=pixels.astype(np.float32))
    elif kind == "colour":
        frame = replace(
            frame, pixels=np.stack([pixels % 256] * 3, 2).astype(np.uint8), photometric="RGB", bits_stored=8
        )
    elif kind == "padded":
        frame = replace(frame, padding=(0, 40))
    view = View(Window(300, 500), rotation_quarters=turn, flipped_h=flip[0], flipped_v=flip[1], colours=colours)
    for size in ((100, 70), (41, 90)):
        for zoomed in (view, replace(view, zoom=3.3, centre_px=(2.0, 3.0))):
            canvas = np.full((size[1], size[0], 4), 77, np.uint8)
            Renderer(frame).paint(zoomed, size, canvas)
            np.testing.assert_array_equal(canvas[..., 2::-1], render(frame, zoomed, size))
            assert (canvas[..., 3] == 255).all()

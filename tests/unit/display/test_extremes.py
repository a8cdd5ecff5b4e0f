"""Pictures at every zoom, of square and other pixels, of the smallest and of very large images, of absurd values."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.display.probe import probe
from workstation.display.render import Renderer, render
from workstation.display.samples import Source
from workstation.display.view import View
from workstation.display.voi import auto_window
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.frame_parts import SupplementalPalette

SIZE = (160, 120)
ZOOMS = (0.11, 0.26, 0.4, 0.77, 1.0, 1.5, 2.0, 3.3, 8.0, 31.7)
SIDES = ((1, 1), (2, 1), (1, 2.5), (9, 1), (1, 0.1))
WINDOW = Window(127.5, 255, "LINEAR_EXACT")


def _positions(frame: Frame, view: View) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Image columns and rows of the screen's pixels."""
    back = view.screen_to_image(frame, SIZE)
    return back[0, 0] * np.arange(SIZE[0]) + back[0, 2], back[1, 1] * np.arange(SIZE[1]) + back[1, 2]


def _within(frame: Frame, x: NDArray[np.float64], y: NDArray[np.float64], margin: float) -> tuple[Any, Any]:
    """Which pixels of the screen lie in the image, well away from its edge."""
    rows, columns = frame.pixels.shape
    return (x > margin) & (x < columns - 1 - margin), (y > margin) & (y < rows - 1 - margin)


def _view(zoom: float, interpolation: Any) -> View:
    return View(WINDOW, zoom=zoom, centre_px=(101.3, 77.7), interpolation=interpolation)


@pytest.mark.parametrize(("zoom", "sides"), list(itertools.product(ZOOMS, SIDES)))
def test_that_nearest_shows_the_pixel_under_each_point(zoom: float, sides: tuple[float, float]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (160, 200)).astype(np.uint8)
    frame = frame_of(pixels, spacing_mm=sides)
    view = _view(zoom, "nearest")
    x, y = _positions(frame, view)
    drawn = render(frame, view, SIZE)[..., 0]
    columns, rows = _within(frame, x, y, 0)
    clear_x = columns & (abs(x - np.floor(x) - 0.5) > 1e-6)
    clear_y = rows & (abs(y - np.floor(y) - 0.5) > 1e-6)
    expected = pixels[np.rint(y[clear_y]).astype(int)][:, np.rint(x[clear_x]).astype(int)]
    assert expected.size
    np.testing.assert_array_equal(drawn[clear_y][:, clear_x], expected)


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
@pytest.mark.parametrize(("zoom", "sides"), list(itertools.product(ZOOMS, SIDES)))
def test_that_a_smooth_image_keeps_its_values_in_their_places(
    zoom: float, sides: tuple[float, float], interpolation: Any
) -> None:
    """A plane is reproduced by means and by linear interpolation, and nearly by the cubic one that is sharper."""
    rows, columns = np.indices((160, 200))
    frame = frame_of((20 + rows * 0.7 + columns * 0.5).astype(np.float32), spacing_mm=sides)
    view = _view(zoom, interpolation)
    x, y = _positions(frame, view)
    drawn = render(frame, view, SIZE)[..., 0].astype(float)
    inside_x, inside_y = _within(frame, x, y, 2 + 1 / min(1, zoom))
    expected = 20 + y[inside_y][:, None] * 0.7 + x[inside_x][None] * 0.5
    assert np.abs(drawn[inside_y][:, inside_x] - expected).max(initial=0) <= (
        0.51 + 1.2 / 32 if interpolation == "linear" else 0.7  # positions come in steps of 1/32
    )


@pytest.mark.parametrize("sides", [(1, 1), (1, 3)])
def test_that_cubic_interpolation_is_cubic_convolution(sides: tuple[float, float]) -> None:
    pixels = np.random.default_rng(4).integers(60, 196, (160, 200)).astype(np.float64)
    frame, view = frame_of(pixels, spacing_mm=sides), _view(6.0, "cubic")
    x, y = _positions(frame, view)
    drawn = render(frame, view, SIZE)[..., 0].astype(float)
    expected = _weights(y, 160) @ pixels @ _weights(x, 200).T
    # positions between pixels come in steps of 1/32, and neighbours differ by up to 136
    assert np.abs(drawn - np.clip(expected, 0, 255)).max() < 0.51 + 2 * 136 * 1.5 / 64


def _weights(at: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Keys' kernel with a = -0.75, as a matrix from pixels to positions."""
    away = np.abs(at[:, None] - np.arange(count)[None])
    a = -0.75
    near = (a + 2) * away**3 - (a + 3) * away**2 + 1
    far = a * (away**3 - 5 * away**2 + 8 * away - 4)
    return np.asarray(np.where(away <= 1, near, np.where(away < 2, far, 0)))


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32, np.float64])
def test_that_flat_pixels_are_averaged_along_the_axis_that_is_reduced(kind: Any) -> None:
    stripes = np.zeros((100, 400), kind)
    stripes[:, ::2] = 200
    frame = frame_of(stripes, spacing_mm=(4, 1))
    drawn = render(frame, View(WINDOW, zoom=0.25, interpolation="linear"), (100, 100))[..., 0]
    assert np.ptp(drawn) <= 1, "no stripe is missed and none is doubled"
    assert abs(int(drawn[50, 50]) - 100) <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 1)])
@pytest.mark.parametrize("interpolation", ["linear", "nearest", "cubic"])
def test_that_the_smallest_images_fill_what_they_cover_at_every_zoom(shape: Any, interpolation: Any) -> None:
    for kind, zoom, quarters in itertools.product(
        (np.uint8, np.int16, np.int32, np.float32), (None, 1e-3, 0.3, 1, 7.3, 64, 1000), (0, 1)
    ):
        frame = frame_of(np.full(shape, 100, kind))
        view = View(WINDOW, zoom=zoom, interpolation=interpolation, rotation_quarters=quarters)
        drawn = render(frame, view, (64, 48))
        assert set(np.unique(drawn)) <= {0, 100}
        covered = np.argwhere(drawn[..., 0] == 100)
        assert len(covered) >= 1
        assert len(covered) == np.prod(covered.max(axis=0) - covered.min(axis=0) + 1)


@pytest.fixture(scope="module")
def huge() -> Frame:
    """900 million pixels; what is not written stays unclaimed by the system."""
    pixels = np.zeros((30_000, 30_000), np.uint8)
    pixels[29_000:29_990, 29_000:29_980] = np.random.default_rng(6).integers(0, 256, (990, 980))
    return frame_of(pixels)


@pytest.mark.parametrize("zoom", [3 / 64, 9 / 64, 17 / 64, 0.3125, 0.5, 0.8125, 2.5])
def test_that_a_part_of_a_huge_image_is_drawn_as_that_part_alone_would_be(huge: Frame, zoom: float) -> None:
    start = 28_672  # whole pixels of every level that is used, and of the screen at every zoom
    corner = frame_of(huge.pixels[start:, start:].copy())
    part = render(corner, View(WINDOW, zoom=zoom, centre_px=(600, 500)), (90, 70))
    whole = render(huge, View(WINDOW, zoom=zoom, centre_px=(start + 600, start + 500)), (90, 70))
    rows, columns = part[..., 0].nonzero()
    seen = slice(rows.min() + 3, rows.max() - 2), slice(columns.min() + 3, columns.max() - 2)
    assert np.abs(part[seen].astype(int) - whole[seen]).max() <= 1
    assert part.max() > 80


def test_that_a_huge_image_takes_little_memory_beside_its_pixels(huge: Frame) -> None:
    source = Source(huge)
    renderer = Renderer(huge)
    renderer._source = source
    for zoom in (None, 0.01, 0.05, 0.2, 0.4, 0.9, 3):
        renderer.picture(View(WINDOW, zoom=zoom), (1600, 1000))
    assert source.base is huge.pixels
    assert sum(level.nbytes for level in source._levels.values()) < 32 << 20


@pytest.mark.parametrize("shape", [(300, 40_000), (40_000, 300)])
@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32])
def test_that_images_longer_than_opencv_can_warp_are_drawn(shape: tuple[int, int], kind: Any) -> None:
    pixels = np.zeros(shape, kind)
    pixels[-200:, -200:] = 150
    frame = frame_of(pixels)
    renderer = Renderer(frame)
    for zoom in (0.7, 1.0, 3.3):
        view = View(WINDOW, zoom=zoom, centre_px=(shape[1] - 100, shape[0] - 100))
        assert renderer.picture(view, (80, 60))[30, 40, 0] == 150
    assert renderer.picture(View(WINDOW), (400, 300)).any()


ABSURD = [
    Window(0, 1e308), Window(1e308, 1), Window(-1e308, 1e308), Window(1e308, 1e308), Window(3, 1e-300, "LINEAR_EXACT"),
    Window(3, 1e-300, "SIGMOID"), Window(1e300, 1e-300, "SIGMOID"), Window(0, 1e-320, "LINEAR_EXACT"),
]  # fmt: skip
NO_WINDOWS = [
    Window(np.nan, 5), Window(5, np.nan), Window(np.inf, 5), Window(5, np.inf), Window(0, 0), Window(0, -5),
    Window(0, 0.5), Window(0, 0, "SIGMOID"),
]  # fmt: skip


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("window", ABSURD, ids=str)
def test_that_an_absurd_window_gives_the_limit_of_its_formula(window: Window, kind: Any) -> None:
    values = np.arange(64).reshape(8, 8).astype(kind)
    drawn = render(frame_of(values), View(window), (8, 8))[..., 0]
    if window.width > 1e300:
        assert np.ptp(drawn) == 0
    elif window.center > 63:
        assert not drawn.any()
    else:
        assert not drawn[values < window.center].any()
        assert (drawn[values > window.center] == 255).all()


@pytest.mark.parametrize("kind", [np.int16, np.float32])
@pytest.mark.parametrize("window", NO_WINDOWS, ids=str)
def test_that_what_is_no_window_gives_way_to_the_default(window: Window, kind: Any) -> None:
    frame = frame_of(np.arange(64).reshape(8, 8).astype(kind))
    np.testing.assert_array_equal(render(frame, View(window), (8, 8)), render(frame, View(), (8, 8)))


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
@pytest.mark.parametrize(("slope", "intercept"), [(1e300, 0), (0, 0), (-1e300, 1e300), (1e-300, 5), (1, 1e300)])
def test_that_absurd_rescaling_is_drawn_without_a_word(slope: float, intercept: float, kind: Any) -> None:
    modality = ModalityTransform(slope, intercept)
    for colours in ("", "hot-iron"):
        frame = frame_of(np.arange(64).reshape(8, 8).astype(kind), modality=modality)
        assert render(frame, View(Window(5, 10), colours=colours), (8, 8)).shape == (8, 8, 3)
        assert render(frame, View(colours=colours), (8, 8)).shape == (8, 8, 3)


def test_that_values_that_are_no_numbers_do_not_spread_when_magnified() -> None:
    values = np.full((9, 9), 100, np.float32)
    values[4, 4], values[0, 0], values[8, 8] = np.nan, np.inf, -np.inf
    for interpolation in ("linear", "cubic", "nearest"):
        view = View(Window(100, 201), interpolation=interpolation)
        drawn = render(frame_of(values), view, (90, 90))[..., 0]
        assert (drawn == 0).sum() == 300
        assert set(np.unique(drawn)) <= {0, 127, 128}


@pytest.mark.parametrize(("slope", "intercept"), [(100_000, 7), (-2_000_000_000, 0), (3, 4_000_000_000), (1e300, 0)])
def test_that_large_whole_slopes_do_not_overflow(slope: float, intercept: float) -> None:
    stored = np.array([-32768, -1, 0, 1, 32767], np.int16)
    expected = [float(int(value) * int(slope) + int(intercept)) for value in stored]
    assert ModalityTransform(slope, intercept).apply(stored).astype(float).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float32])
def test_that_colours_among_greys_are_never_mixed_with_their_neighbours(kind: Any) -> None:
    palette = SupplementalPalette(200, np.array([[255, 0, 0], [0, 0, 255]], np.uint8))
    values = np.array([[10, 200, 50], [201, 90, 250]], kind)
    frame = frame_of(values, supplemental=palette)
    for zoom, interpolation in itertools.product((0.6, 1.0, 7.7), ("linear", "cubic", "nearest")):
        drawn = render(frame, View(WINDOW, zoom=zoom, interpolation=interpolation), (40, 30)).reshape(-1, 3)  # type: ignore[arg-type]  # one of the three
        shown = {tuple(colour) for colour in drawn.tolist()}
        assert shown <= {(10, 10, 10), (50, 50, 50), (90, 90, 90), (255, 0, 0), (0, 0, 255), (0, 0, 0)}
    found = [probe(frame, (column, row)) for column, row in ((0, 0), (1, 0), (2, 1))]
    assert [each and each.value_text() for each in found] == ["10", "palette entry 0", "palette entry 50"]


def test_that_the_automatic_window_is_that_of_the_greys_beside_the_colours() -> None:
    palette = SupplementalPalette(1000, np.zeros((4, 3), np.uint8))
    values = np.concatenate([np.arange(900), np.full(900, 1003)]).reshape(30, 60).astype(np.uint16)
    frame = frame_of(values, supplemental=palette)
    assert auto_window(frame).center + auto_window(frame).width / 2 < 905
    assert render(frame, View(), (60, 30)).shape == (30, 60, 3)

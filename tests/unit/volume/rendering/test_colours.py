"""Volumes in colour in three dimensions: voxels keep their colours, and how clear they are goes by their brightness."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.volume.rendering.test_drawing import PLAIN, TILTED, volume_of
from workstation.model.geometry import voxel_size_mm
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import Look3D, voxel_box_planes
from workstation.volume.looks.transfer import TransferFunction, TransferPoint
from workstation.volume.rendering.blocks import Block, block_of, reduced
from workstation.volume.rendering.colours import KEEPS_COLOURS, parted
from workstation.volume.rendering.drawing import Rendering
from workstation.volume.rendering.histogram import histogram_of

SIZE = (120, 120)
SOLID = TransferFunction((TransferPoint(20, (1, 1, 1), 0.0), TransferPoint(40, (1, 1, 1), 1.0)), shading=None)
LEFT, RIGHT = (230, 40, 60), (40, 200, 90)


def halves(side: int = 60) -> np.ndarray:
    """A ball whose halves at the patient's right (low i) and left differ in colour, (k, j, i, 3)."""
    k, j, i = np.indices((side // 2, side, side))
    middle = (side - 1) / 2
    is_in = (2 * k + 0.5 - middle) ** 2 + (j - middle) ** 2 + (i - middle) ** 2 < (side * 0.4) ** 2
    made = np.zeros((side // 2, side, side, 3), np.uint8)
    made[is_in & (i < side / 2)] = RIGHT
    made[is_in & (i >= side / 2)] = LEFT
    return made


@pytest.fixture(scope="module")
def rendering() -> Iterator[Rendering]:
    made = Rendering(volume_of(halves(), PLAIN))
    yield made
    made.close()


def at(picture: np.ndarray, column: float, row: float) -> tuple[int, ...]:
    return tuple(int(each) for each in picture[round(row * SIZE[1]), round(column * SIZE[0])])


@pytest.mark.parametrize("method", ["composite", "isosurface", "mip"])
def test_that_voxels_are_seen_in_their_own_colours(method: str, rendering: Rendering) -> None:
    transfer = None if method == "mip" else SOLID
    look = Look3D(method=method, transfer=transfer, is_shaded=False, threshold=40)  # type: ignore[arg-type]
    picture = rendering.picture(look, SIZE)
    for side, colour in ((0.4, RIGHT), (0.6, LEFT)):
        shown = np.asarray(at(picture, side, 0.5), float)
        assert shown / shown.max() == pytest.approx(np.asarray(colour) / max(colour), abs=0.06)
    assert KEEPS_COLOURS in rendering.notes


def test_that_the_whole_ball_is_seen_from_every_side(rendering: Rendering) -> None:
    """VTK 9.7 leaves out slabs of what threads but the first look through for nothing, where it casts colours."""
    for azimuth in (0, 45, 90, 200):
        for look in (Look3D(transfer=SOLID, is_shaded=False), Look3D(method="mip")):
            look = replace(look, camera=Camera(azimuth, 25))
            seen = rendering.picture(look, SIZE).max(axis=2) > 12
            rows, columns = np.nonzero(seen)
            radius = (rows.max() - rows.min() + columns.max() - columns.min() + 2) / 4
            assert seen.sum() == pytest.approx(np.pi * radius**2, rel=0.06), (azimuth, look.method)


@pytest.mark.parametrize(("method", "chosen"), [("mip", np.argmax), ("minip", np.argmin)])
def test_that_projections_show_the_colour_of_the_brightest_or_darkest_voxel(method: str, chosen: Any) -> None:
    size = (480, 480)
    colours = np.random.default_rng(3).integers(20, 230, (12, 14, 16, 3), dtype=np.uint8)
    drawing = Rendering(volume_of(colours, np.eye(4)))
    picture = drawing.picture(Look3D(method=method), size)  # type: ignore[arg-type]
    scale = size[1] / 2 / drawing.sight(Look3D(), size).half_height_mm
    drawing.close()
    brightness = colours @ np.array([0.299, 0.587, 0.114])
    nearest = chosen(brightness, axis=1)  # from in front: along j
    for k in range(12):
        for i in range(16):
            row, column = size[1] / 2 - 0.5 - (k - 5.5) * scale, size[0] / 2 - 0.5 + (i - 7.5) * scale
            shown = picture[round(row), round(column)].astype(int)
            away = np.abs(brightness[k, :, i] - brightness[k, nearest[k, i], i])
            alike = colours[k, away < 8, i]  # half a pixel beside its middle another one may be before it
            assert np.abs(shown - alike).max(axis=1).min() <= 14, (k, i)


def test_that_what_is_cut_off_shows_the_colours_inside(rendering: Rendering) -> None:
    behind = voxel_box_planes(rendering._volume.grid, (0, 30, 0), (59, 59, 29))
    picture = rendering.picture(Look3D(transfer=SOLID, is_shaded=False, planes=behind), SIZE)
    shown = np.asarray(at(picture, 0.4, 0.5), float)
    assert shown / shown.max() == pytest.approx(np.asarray(RIGHT) / max(RIGHT), abs=0.06)


def test_that_a_mean_is_that_of_the_colours(rendering: Rendering) -> None:
    picture = rendering.picture(Look3D(method="average", window=(127.5, 255)), SIZE)
    truth = halves().astype(float).mean(axis=1)  # from in front: along j
    k, i = 15, 20
    column = SIZE[0] / 2 + (i - 29.5) * voxel_size_mm(rendering._volume.grid)[0] * _px_a_mm(rendering)
    row = SIZE[1] / 2 - (k - 14.5) * 2.0 * _px_a_mm(rendering)
    assert picture[round(row), round(column)] == pytest.approx(truth[k, i], abs=4)


def _px_a_mm(rendering: Rendering) -> float:
    return SIZE[1] / 2 / rendering.sight(Look3D(), SIZE).half_height_mm


def test_that_brightness_is_that_of_bt601_and_histograms_count_it() -> None:
    grey, colours = parted(volume_of(halves()))
    assert colours is not None
    expected = np.rint(halves() @ np.array([0.299, 0.587, 0.114]))
    np.testing.assert_allclose(grey.array_kji, expected, atol=1)
    np.testing.assert_array_equal(colours, halves())
    counts = histogram_of(volume_of(halves().astype(np.uint16) * 257))
    assert counts.high <= 256


def test_that_colours_follow_their_voxels_when_these_are_moved_and_averaged() -> None:
    grey, colours = parted(volume_of(halves(), TILTED))
    moved = block_of(grey.array_kji, grey.grid, outside=0, colours=colours)
    assert moved.colours is not None
    for block in (moved, reduced(moved, 20_000)):
        again = np.rint(block.colours @ np.array([0.299, 0.587, 0.114]))
        np.testing.assert_allclose(block.array_kji, again, atol=2)
    assert reduced(moved, 20_000).array_kji.size <= 20_000


def test_that_grey_volumes_have_no_colours() -> None:
    grey = volume_of(np.zeros((3, 4, 5), np.int16))
    assert parted(grey) == (grey, None)
    assert Block(grey.array_kji, grey.grid).colours is None

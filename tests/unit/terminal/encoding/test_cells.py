"""Letters and blocks, looked at through a terminal emulator."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.terminal_samples import Emulator, area_means, grey_rings, noise, slopes
from workstation.terminal.encoding.blocks import Blocks
from workstation.terminal.encoding.boxes import Box, Cell, resampled, square_px
from workstation.terminal.encoding.encoder import BlockShape, Colour, Encoder, Mode, Quality, encoder_of
from workstation.terminal.encoding.letters import RAMP, Letters

SHAPES: tuple[BlockShape, ...] = ("half", "quarter")
COLOURS: tuple[Colour, ...] = ("256", "24bit")
ALL: list[tuple[Mode, BlockShape, Colour, Quality]] = [
    ("ascii", "half", "24bit", "low"),
    ("ascii", "half", "24bit", "high"),
    *(("ansi", shape, colour, "high") for shape in SHAPES for colour in COLOURS),
]


def _made(mode: Mode, blocks: BlockShape, colour: Colour, quality: Quality) -> Encoder:
    return encoder_of(mode, blocks=blocks, colour=colour, quality=quality)


def _seen(
    emulator: Emulator, kind: tuple[Mode, BlockShape, Colour, Quality], box: Box, *, column: int = 0, row: int = 0
) -> object:
    if kind[0] == "ascii":
        return emulator.screen.display
    return emulator.quarters(column=column, row=row, columns=box.columns, rows=box.rows).tolist()


def _best_two_colours(dots: NDArray[Any]) -> float:
    """Give the least sum of squares that two colours leave of four dots, by trying all ways to part them."""
    left = np.inf
    for pattern in itertools.product([False, True], repeat=4):
        chosen = np.array(pattern)
        parts = [part for part in (dots[chosen], dots[~chosen]) if len(part)]
        left = min(left, sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts))
    return float(left)


@pytest.mark.parametrize("picture", [noise(23, 31), slopes(400, 600), grey_rings(128, 128)], ids=lambda p: str(p.shape))
def test_that_half_blocks_show_the_mean_of_each_area(picture: NDArray[Any]) -> None:
    box = Box(13, 7)
    emulator = Emulator(20, 10)
    emulator.feed(Blocks("half", "24bit").placed(picture, box, Cell(), column=3, row=2))
    seen = emulator.quarters(column=3, row=2, columns=13, rows=7)
    assert (seen[:, ::2] == seen[:, 1::2]).all()
    wanted = area_means(picture, 14, 13)
    assert np.abs(seen[:, ::2] - wanted).max() <= 1


def test_that_quarter_blocks_have_the_two_colours_of_least_error() -> None:
    picture = noise(12, 18, seed=3)
    emulator = Emulator(20, 10)
    emulator.feed(Blocks("quarter", "24bit").placed(picture, Box(9, 6), Cell(), column=0, row=0))
    seen = emulator.quarters(column=0, row=0, columns=9, rows=6).astype(float)
    for row, column in itertools.product(range(6), range(9)):
        part = np.s_[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        left = ((seen[part] - picture[part]) ** 2).sum()
        # Colours are whole numbers: each of twelve values is off by half at most.
        assert left <= _best_two_colours(picture[part].reshape(4, 3).astype(float)) + 12 * 0.25 + 1e-6


def test_that_quarter_blocks_are_exact_where_two_colours_suffice() -> None:
    two = np.array([[10, 200, 30], [250, 0, 128]], np.uint8)
    picture = two[np.random.default_rng(1).integers(0, 2, (40, 60))]
    emulator = Emulator(40, 25)
    emulator.feed(Blocks("quarter", "24bit").placed(picture, Box(30, 20), Cell(), column=1, row=1))
    assert (emulator.quarters(column=1, row=1, columns=30, rows=20) == picture).all()


@pytest.mark.parametrize("shape", ["half", "quarter"])
def test_that_256_colours_are_the_nearest_of_the_palette(shape: Literal["half", "quarter"]) -> None:
    levels = [0, 95, 135, 175, 215, 255]
    palette = np.array([*itertools.product(levels, repeat=3), *((8 + 10 * step,) * 3 for step in range(24))], float)
    picture = noise(12, 9, seed=5)
    if shape == "quarter":
        picture = np.repeat(np.repeat(picture[::2], 2, axis=0), 2, axis=1)
    emulator = Emulator(9, 6)
    emulator.feed(Blocks(shape, "256").placed(picture, Box(9, 6), Cell(), column=0, row=0))
    seen = emulator.quarters(column=0, row=0, columns=9, rows=6).astype(float)
    shown = seen[:, ::2] if shape == "half" else seen
    errors = ((shown - picture.astype(float)) ** 2).sum(axis=2)
    least = ((picture[:, :, None] - palette) ** 2).sum(axis=3).min(axis=2)
    assert np.allclose(errors, least)


@pytest.mark.parametrize("kind", ALL, ids=str)
def test_that_lines_and_a_placed_picture_show_the_same(kind: tuple[Mode, BlockShape, Colour, Quality]) -> None:
    picture, box = slopes(90, 160), Box(16, 9)
    lines, placed = Emulator(16, 10), Emulator(16, 10)
    lines.feed(_made(*kind).lines(picture, box, Cell()))
    placed.feed(_made(*kind).placed(picture, box, Cell(), column=0, row=0))
    assert _seen(lines, kind, box) == _seen(placed, kind, box)
    assert (lines.screen.cursor.x, lines.screen.cursor.y) == (0, 9)
    for terminal in (lines, placed):
        assert terminal.screen.cursor.attrs.fg == terminal.screen.cursor.attrs.bg == "default"


@pytest.mark.parametrize("kind", ALL, ids=str)
def test_that_changes_lead_to_the_same_screen_as_all_of_it(kind: tuple[Mode, BlockShape, Colour, Quality]) -> None:
    encoder, box = _made(*kind), Box(17, 8)
    emulator = Emulator(30, 12)
    pictures = [grey_rings(80, 85), grey_rings(80, 85), slopes(80, 85), noise(80, 85)]
    pictures[1] = pictures[0].copy()
    pictures[1][30:41, 12:30] = (255, 40, 90)
    for picture in [*pictures, pictures[0]]:
        emulator.feed(encoder.placed(picture, box, Cell(), column=5, row=3))
        fresh = Emulator(30, 12)
        fresh.feed(_made(*kind).placed(picture, box, Cell(), column=5, row=3))
        assert _seen(emulator, kind, box, column=5, row=3) == _seen(fresh, kind, box, column=5, row=3)


@pytest.mark.parametrize("kind", ALL, ids=str)
def test_that_what_is_there_is_not_sent_again(kind: tuple[Mode, BlockShape, Colour, Quality]) -> None:
    encoder, box, picture = _made(*kind), Box(20, 10), noise(40, 40)
    whole = encoder.placed(picture, box, Cell(), column=0, row=0)
    assert encoder.placed(picture, box, Cell(), column=0, row=0) == b""
    changed = picture.copy()
    changed[20:24, 20:22] = 255 - changed[20:24, 20:22]
    assert len(encoder.placed(changed, box, Cell(), column=0, row=0)) < len(whole) / 20
    assert encoder.placed(changed, box, Cell(), column=1, row=0).count(b"H") == 10
    encoder.cleared()
    assert encoder.placed(picture, box, Cell(), column=0, row=0) == whole


def test_that_ten_letters_follow_the_brightness() -> None:
    picture = np.repeat(np.linspace(0, 255, 10).round().astype(np.uint8)[None, :, None], 3, axis=2)
    assert Letters("low").lines(picture, Box(10, 1), Cell()) == RAMP.encode() + b"\n"


def test_that_letters_follow_shapes() -> None:
    up, down, flat = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)
    for step in range(8):
        up[7 - step, max(step - 1, 0) : step + 3] = down[step, max(step - 1, 0) : step + 3] = 255
    flat[4:6] = 128
    seen = [Letters("high").lines(each, Box(1, 1), Cell()).decode().strip() for each in (up, down, flat)]
    assert seen == ["/", "\\", "-"]


def test_that_letters_are_plain_printable_bytes() -> None:
    qualities: tuple[Quality, ...] = ("low", "high")
    for quality in qualities:
        sent = Letters(quality).lines(noise(64, 64), Box(32, 16), Cell())
        assert set(sent) <= {10, *range(32, 127)}
        assert [len(line) for line in sent.splitlines()] == [32] * 16


@given(
    st.sampled_from(ALL),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 30), st.integers(1, 20)),
    st.tuples(st.integers(1, 30), st.integers(1, 40)),
    st.integers(0, 3),
)
def test_that_any_picture_fills_any_box(
    kind: tuple[Mode, BlockShape, Colour, Quality],
    size: tuple[int, int],
    characters: tuple[int, int],
    cell_px: tuple[int, int],
    way: int,
) -> None:
    encoder, box, cell = _made(*kind), Box(*characters), Cell(*cell_px)
    picture = noise(2 * size[0], 2 * size[1])[::2, ::-2] if way == 1 else noise(*size)
    picture = picture[:, :, ::-1] if way == 2 else picture
    wanted = encoder.wanted_px(box, cell)
    assert wanted[0] >= box.columns
    assert wanted[1] >= box.rows
    emulator = Emulator(box.columns + 2, box.rows + 2)
    emulator.feed(encoder.placed(picture, box, cell, column=1, row=1))
    edge = [emulator.screen.buffer[row][column] for row in (0, box.rows + 1) for column in range(box.columns + 2)]
    edge += [emulator.screen.buffer[row][column] for row in range(box.rows + 2) for column in (0, box.columns + 1)]
    assert {(sign.data, sign.bg) for sign in edge} == {(" ", "default")}
    if kind[:3] == ("ansi", "half", "24bit"):
        seen = emulator.quarters(column=1, row=1, columns=box.columns, rows=box.rows)
        assert (seen[:, ::2] == resampled(picture, box.columns, 2 * box.rows)).all()


def test_that_a_picture_of_another_kind_is_refused() -> None:
    wrongs: list[NDArray[Any]] = [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 3), np.uint16),
        np.zeros((0, 4, 3), np.uint8),
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="not a picture"):
            resampled(wrong, 2, 2)


@pytest.mark.parametrize(
    ("cell", "dots", "size"),
    [
        (Cell(), (1, 2), (120, 80)),
        (Cell(), (2, 2), (240, 160)),
        (Cell(), (1, 1), (120, 80)),
        (Cell(9, 20), (1, 2), (120, 89)),
        (Cell(12, 20), (1, 2), (144, 80)),
    ],
)
def test_that_a_wanted_picture_has_square_pixels(cell: Cell, dots: tuple[int, int], size: tuple[int, int]) -> None:
    assert square_px(Box(120, 40), cell, across=dots[0], down=dots[1]) == size

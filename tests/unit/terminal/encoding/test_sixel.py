"""Sixel, decoded back to pixels by two decoders that aren't ours to encode with."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.sixel_decoder import decode
from tests.terminal_samples import Picture, grey_rings, noise, slopes
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.sixel import Sixel
from workstation.terminal.encoding.sixel_bands import sixel_data
from workstation.terminal.encoding.tmux import passed_at_cursor

CELL = Cell(10, 20, is_told=True)
HALF_A_PERCENT = 255 / 200 + 0.01
MOVED = re.compile(rb"\x1b\[(\d+);(\d+)H")


def _placed(picture: Picture, *, colours: int = 256) -> bytes:
    """Give the control string of a picture in a box of its own size, one pixel a character."""
    box, cell = Box(picture.shape[1], picture.shape[0]), Cell(1, 1)
    sent = Sixel(colours=colours).placed(picture, box, cell, column=0, row=0)
    assert sent.startswith(b"\x1b[1;1H")
    return sent.removeprefix(b"\x1b[1;1H")


def _greys() -> Picture:
    return np.repeat(np.arange(256, dtype=np.uint8).reshape(8, 32)[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    "picture", [_greys(), grey_rings(101, 77), noise(40, 50, is_grey=True)], ids=["all", "rings", "noise"]
)
def test_that_greys_are_within_half_a_percent(picture: Picture) -> None:
    decoded = decode(_placed(picture))
    assert decoded.is_drawn.all()
    assert np.abs(decoded.rgb - picture).max() <= HALF_A_PERCENT


def test_that_only_used_colours_are_defined() -> None:
    picture = np.zeros((7, 9, 3), np.uint8)
    picture[3:] = 255
    assert decode(_placed(picture)).colours == 2


def test_that_a_grey_picture_keeps_to_the_registers_of_the_terminal() -> None:
    for colours in (2, 4, 16, 64, 256, 1024):
        decoded = decode(_placed(grey_rings(90, 120), colours=colours))
        assert decoded.colours <= min(colours, 101)
        assert decoded.is_drawn.all()


def test_that_few_greys_are_dithered_to_the_same_brightness() -> None:
    picture = np.full((64, 64, 3), 100, np.uint8)
    decoded = decode(_placed(picture, colours=4))
    assert decoded.colours == 2
    assert abs(decoded.rgb.mean() - 100) < 3


def test_that_a_picture_with_few_colours_is_nearly_exact() -> None:
    picture = grey_rings(80, 80)
    picture[10:30, 10:30] = (255, 200, 0)
    picture[40:50, 5:70] = (20, 90, 240)
    decoded = decode(_placed(picture))
    assert np.abs(decoded.rgb - picture).max() <= 3


def test_that_colours_are_as_near_as_a_good_palette_allows() -> None:
    picture = slopes(120, 160)
    decoded = decode(_placed(picture))
    assert decoded.colours <= 255
    assert np.abs(decoded.rgb - picture).mean() < 5
    dithered = decode(_placed(picture, colours=16))
    assert dithered.colours <= 16
    blurred = [cv2.blur(each, (15, 15)) for each in (dithered.rgb, picture.astype(float))]
    assert np.abs(blurred[0] - blurred[1]).mean() < 20


def test_that_colours_stay_while_they_suit_and_change_when_they_do_not() -> None:
    encoder, box, cell = Sixel(), Box(60, 40), Cell(1, 1)
    pictures = [slopes(40, 60), np.ascontiguousarray(slopes(40, 60)[:, ::-1]), 255 - slopes(40, 60)]
    sent = [encoder.placed(each, box, cell, column=0, row=0).removeprefix(b"\x1b[1;1H") for each in pictures]
    defined = [dict(re.findall(rb"#(\d+);2;([\d;]+)", each)) for each in sent]
    assert all(defined[0].get(number, told) == told for number, told in defined[1].items())
    for picture, each in zip(pictures, sent, strict=True):
        assert np.abs(decode(each).rgb - picture).mean() < 6


def test_that_a_thin_line_over_greys_keeps_its_colour_and_so_does_a_second_one() -> None:
    encoder, box, cell = Sixel(), Box(600, 400), Cell(1, 1)
    picture = grey_rings(400, 600)
    picture[50, 100:300] = (80, 230, 255)
    encoder.placed(picture, box, cell, column=0, row=0)
    again = picture.copy()
    again[300, 100:500] = (255, 214, 64)
    encoder.cleared()
    seen = decode(encoder.placed(again, box, cell, column=0, row=0).removeprefix(b"\x1b[1;1H")).rgb.astype(int)
    for row, colour in ((50, (80, 230, 255)), (300, (255, 214, 64))):
        assert np.abs(seen[row, 150] - colour).max() <= 2


def test_that_only_characters_that_changed_are_sent() -> None:
    encoder, box = Sixel(), Box(20, 10)
    first, second = grey_rings(200, 200), grey_rings(200, 200)
    second[45:77, 31:52] = 200
    whole = encoder.placed(first, box, CELL, column=2, row=1)
    assert encoder.placed(first.copy(), box, CELL, column=2, row=1) == b""
    sent = encoder.placed(second, box, CELL, column=2, row=1)
    at = MOVED.match(sent)
    assert at
    assert (int(at[1]), int(at[2])) == (1 + 2 + 1, 2 + 3 + 1)
    part = decode(sent[at.end() :])
    assert part.rgb.shape == (40, 30, 3)
    assert np.abs(part.rgb - second[40:80, 30:60]).max() <= HALF_A_PERCENT
    assert len(sent) < len(whole) / 10
    assert encoder.cleared() == b""
    assert len(encoder.placed(second, box, CELL, column=2, row=1)) > len(whole) / 2


def test_that_all_is_sent_where_the_size_of_a_character_is_a_guess() -> None:
    encoder, box, picture = Sixel(), Box(4, 2), grey_rings(40, 40)
    first = encoder.placed(picture, box, Cell(), column=0, row=0)
    assert encoder.placed(picture, box, Cell(), column=0, row=0) == first


def test_that_lines_make_their_room_first_and_end_below() -> None:
    sent = Sixel().lines(grey_rings(60, 40), Box(4, 3), CELL)
    start, end = b"\n\n\n\x1b[3A\r\x1b7", b"\x1b8\x1b[3B\r"
    assert sent.startswith(start)
    assert sent.endswith(end)
    assert decode(sent[len(start) : -len(end)]).rgb.shape == (60, 40, 3)


@pytest.mark.parametrize("is_placed", [True, False])
def test_that_a_picture_larger_than_the_terminal_takes_comes_in_parts(is_placed: bool) -> None:
    picture, box = slopes(100, 70), Box(7, 5)
    encoder, largest = Sixel(largest_px=(35, 47)), (30, 40)
    sent = encoder.placed(picture, box, CELL, column=2, row=1) if is_placed else encoder.lines(picture, box, CELL)
    seen = np.full((100, 70, 3), np.nan)
    parts = re.findall(rb"(\x1b[^P]*)(\x1bP.*?\x1b\\)", sent, re.DOTALL)
    assert len(parts) == 9
    for move, sixel in parts:
        if is_placed:
            row, column = (int(number) - start for number, start in zip(MOVED.findall(move)[0], (2, 3), strict=True))
        else:
            after = move[max(move.rfind(b"\x1b7"), move.rfind(b"\x1b8")) :]
            row, column = (int((re.findall(rb"\[(\d+)" + end, after) or [0])[0]) for end in (b"B", b"C"))
        part = decode(sixel).rgb
        assert part.shape[1] <= largest[0]
        assert part.shape[0] <= largest[1]
        top, left = 20 * row, 10 * column
        seen[top : top + part.shape[0], left : left + part.shape[1]] = part
    whole = decode(Sixel().placed(picture, box, CELL, column=0, row=0).removeprefix(b"\x1b[1;1H")).rgb
    assert (seen == whole).all()


def test_that_tmux_is_passed() -> None:
    picture, box, cell = grey_rings(12, 12), Box(12, 12), Cell(1, 1)
    plain = Sixel().placed(picture, box, cell, column=0, row=0)
    wrapped = Sixel(through_tmux=True).placed(picture, box, cell, column=0, row=0)
    assert wrapped == b"\x1b[1;1H" + passed_at_cursor(plain.removeprefix(b"\x1b[1;1H"))


@pytest.mark.parametrize(
    "picture", [grey_rings(100, 130), slopes(67, 90), noise(31, 45)], ids=["rings", "slopes", "noise"]
)
def test_that_libsixel_sees_what_we_see(picture: Picture, tmp_path: Path, tool: Callable[[str], str]) -> None:
    sent = _placed(picture)
    (tmp_path / "picture.six").write_bytes(sent)
    command = [tool("sixel2png"), "-i", str(tmp_path / "picture.six"), "-o", str(tmp_path / "picture.png")]
    subprocess.run(command, check=True, capture_output=True)
    seen = cv2.imread(str(tmp_path / "picture.png"), cv2.IMREAD_COLOR)
    assert seen is not None
    assert np.abs(seen[:, :, ::-1] - decode(sent).rgb).max() <= 1


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(1, 50), st.integers(1, 255), st.integers(0, 5))
def test_that_any_numbers_of_colours_come_back(height: int, width: int, colours: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    numbers = random.integers(0, colours, (height, width)).astype(np.uint8)
    if seed % 2:  # long runs, of rows and of columns
        numbers = np.repeat(numbers, 7, axis=1)[:, :width] if seed == 1 else np.repeat(numbers, 5, axis=0)[:height]
    _compare(numbers)


@pytest.mark.parametrize(("height", "width"), [(1, 3000), (1600, 3), (2, 9999), (97, 1)])
def test_that_long_pictures_come_back(height: int, width: int) -> None:
    numbers = np.zeros((height, width), np.uint8)
    numbers[height // 3 :, width // 4 :] = 254
    numbers[height // 2, width // 2] = 7
    _compare(numbers)


def _compare(numbers: NDArray[np.uint8]) -> None:
    """Write numbers with a palette that tells them apart, and read them again."""
    palette = b"".join(b"#%d;2;%d;%d;0" % (number, number % 100, number // 100) for number in range(255))
    sent = b'\x1bPq"1;1;%d;%d' % numbers.shape[::-1] + palette + sixel_data(numbers) + b"\x1b\\"
    percents = decode(sent).rgb * 100 / 255
    assert (np.rint(percents[:, :, 0] + 100 * percents[:, :, 1]) == numbers).all()


@settings(deadline=None, max_examples=30)
@given(
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.tuples(st.integers(1, 6), st.integers(1, 5)),
    st.tuples(st.integers(1, 9), st.integers(1, 13)),
    st.booleans(),
)
def test_that_any_picture_fills_any_box(
    size: tuple[int, int], characters: tuple[int, int], cell_px: tuple[int, int], is_grey: bool
) -> None:
    box, cell = Box(*characters), Cell(*cell_px)
    picture = noise(2 * size[0], 2 * size[1], is_grey=is_grey)[::2, ::-2]
    encoder = Sixel()
    assert encoder.wanted_px(box, cell) == (box.columns * cell.width_px, box.rows * cell.height_px)
    sent = encoder.placed(picture, box, cell, column=4, row=5)
    decoded = decode(sent.removeprefix(b"\x1b[6;5H"))
    assert decoded.rgb.shape == (box.rows * cell.height_px, box.columns * cell.width_px, 3)
    assert decoded.is_drawn.all()

"""The protocol of Kitty, understood by a terminal made after its description."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kitty_terminal import KittyTerminal
from tests.terminal_samples import Picture, grey_rings, noise, slopes
from tests.unit.terminal.encoding.in_tmux import shown_through_tmux
from workstation.terminal.encoding.boxes import Box, Cell, fitting, resampled
from workstation.terminal.encoding.kitty import Kitty
from workstation.terminal.encoding.placeholders import MARKS
from workstation.terminal.encoding.shared_pictures import SharedPictures

CELL = Cell(10, 20, is_told=True)


def test_that_a_picture_comes_back_exactly() -> None:
    for picture in (grey_rings(200, 300), slopes(200, 300), noise(200, 300)):
        terminal = KittyTerminal(80, 24)
        terminal.feed(Kitty().placed(picture, Box(30, 10), CELL, column=7, row=4))
        (shown,) = terminal.placements.values()
        assert (shown.column, shown.row, shown.columns, shown.rows) == (7, 4, 30, 10)
        assert (shown.picture == picture).all()


def test_that_a_grey_picture_is_sent_in_grey() -> None:
    grey, coloured = (noise(200, 300, is_grey=is_grey) for is_grey in (True, False))
    sent = [len(Kitty().placed(each, Box(30, 10), CELL, column=0, row=0)) for each in (grey, coloured)]
    assert sent[0] < sent[1] / 2.5


def test_that_a_larger_picture_is_brought_to_the_box_and_a_smaller_one_left_to_the_terminal() -> None:
    terminal, picture = KittyTerminal(80, 24), slopes(400, 600)
    encoder = Kitty()
    terminal.feed(encoder.placed(picture, Box(30, 10), CELL, column=0, row=0))
    (shown,) = terminal.placements.values()
    assert (shown.picture == resampled(picture, 300, 200)).all()
    terminal.feed(encoder.placed(picture[:50, :70], Box(30, 10), CELL, column=0, row=0))
    (shown,) = terminal.placements.values()
    assert (shown.picture == picture[:50, :70]).all()


def test_that_the_next_picture_takes_the_place_of_the_last() -> None:
    terminal, encoder, box = KittyTerminal(80, 24), Kitty(), Box(3, 2)
    numbers: set[int] = set()
    for seed in range(300):
        picture = noise(4, 3, seed=seed)
        terminal.feed(encoder.placed(picture, box, CELL, column=0, row=0))
        ((number, shown),) = terminal.placements.items()
        assert (shown.picture == picture).all()
        assert number < 1 << 32
        numbers.add(number)
    assert len(numbers) == 300
    assert encoder.placed(picture, box, CELL, column=0, row=0) == b""
    terminal.feed(encoder.cleared())
    assert not terminal.stored
    terminal.feed(encoder.placed(picture, box, CELL, column=0, row=0))
    assert len(terminal.placements) == 1


def test_that_lines_stay_and_make_their_room() -> None:
    terminal, encoder = KittyTerminal(80, 24), Kitty()
    terminal.feed(b"before\n")
    for seed in range(3):
        terminal.feed(encoder.lines(noise(20, 30, seed=seed), Box(3, 2), CELL) + b"caption\n")
    assert [shown.row for shown in terminal.placements.values()] == [1, 4, 7]
    assert [line.strip() for line in terminal.screen.display[:10]] == ["before", "", "", "caption"] + [
        "",
        "",
        "caption",
    ] * 2


def test_that_a_picture_at_the_end_of_the_screen_is_placed_where_its_room_was_made() -> None:
    terminal = KittyTerminal(80, 10)
    terminal.feed(b"\n" * 9 + Kitty().lines(noise(20, 30), Box(3, 4), CELL))
    (shown,) = terminal.placements.values()
    assert shown.row == 5
    assert (terminal.screen.cursor.x, terminal.screen.cursor.y) == (0, 9)


@pytest.fixture
def shared() -> Iterator[Kitty]:
    encoder = Kitty(shared_memory=True)
    yield encoder
    encoder.cleared()


def _needs_shared_memory() -> None:
    pictures = SharedPictures()
    if pictures.put(noise(1, 1)) is None:
        pytest.skip("needs POSIX shared memory")
    pictures.remove()


def test_that_shared_memory_is_read_and_removed(shared: Kitty) -> None:
    _needs_shared_memory()
    terminal = KittyTerminal(80, 24)
    for seed in range(12):
        picture = noise(200, 300, seed=seed)[:, ::-1]
        sent = shared.placed(picture, Box(30, 10), CELL, column=1, row=2)
        assert len(sent) < 300
        terminal.feed(sent)
        (shown,) = terminal.placements.values()
        assert (shown.picture == picture).all()


def test_that_a_terminal_which_lags_behind_is_sent_the_picture_itself(shared: Kitty) -> None:
    _needs_shared_memory()
    terminal = KittyTerminal(80, 24)
    pictures = [noise(40, 30, seed=seed) for seed in range(6)]
    sent = [shared.placed(picture, Box(3, 2), CELL, column=0, row=0) for picture in pictures]
    assert [b"t=s" in each for each in sent] == [True] * 4 + [False] * 2
    terminal.feed(b"".join(sent))
    (shown,) = terminal.placements.values()
    assert (shown.picture == pictures[-1]).all()
    assert b"t=s" in shared.placed(pictures[0], Box(3, 2), CELL, column=0, row=0)


def test_that_what_nobody_read_is_removed(shared: Kitty) -> None:
    _needs_shared_memory()
    sent = shared.placed(noise(40, 30), Box(3, 2), CELL, column=0, row=0)
    shared.cleared()
    with pytest.raises(FileNotFoundError):
        KittyTerminal(80, 24).feed(sent)


def test_that_the_marks_are_those_of_the_protocol() -> None:
    assert len(MARKS) == len(set(MARKS)) == 297
    assert [ord(mark) for mark in MARKS[:4]] == [0x305, 0x30D, 0x30E, 0x310]
    assert ord(MARKS[-1]) == 0x1D244
    assert sorted(MARKS) == list(MARKS)
    for mark in MARKS:
        assert unicodedata.combining(mark) == 230
        assert not unicodedata.decomposition(mark)


def _unwrapped(sent: bytes) -> bytes:
    """Do what tmux does: pass on what is wrapped."""
    parts = sent.split(b"\x1bPtmux;")
    unwrapped = [parts[0]]
    for part in parts[1:]:
        inner, _, after = part.partition(b"\x1b\x1b\\\x1b\\")
        unwrapped += [(inner + b"\x1b\x1b\\").replace(b"\x1b\x1b", b"\x1b"), after]
    return b"".join(unwrapped)


def _assert_shown(terminal: KittyTerminal, picture: Picture, box: Box, column: int, row: int) -> None:
    cells = terminal.placeholders()
    ((number, _, _), *_) = cells.values()
    assert cells == {
        (column + right, row + down): (number, right, down) for down in range(box.rows) for right in range(box.columns)
    }
    shown = terminal.placements[number]
    assert (shown.columns, shown.rows) == (box.columns, box.rows)
    assert (shown.picture == picture).all()


def test_that_characters_stand_for_the_picture_in_tmux() -> None:
    terminal, encoder, box = KittyTerminal(100, 50), Kitty(through_tmux=True), Box(60, 40)
    for seed in range(4):
        picture = noise(40, 60, seed=seed, is_grey=True)
        terminal.feed(_unwrapped(encoder.placed(picture, box, CELL, column=5, row=3)))
        _assert_shown(terminal, picture, box, 5, 3)
        assert len(terminal.stored) <= 2, "the last one stays until tmux has drawn the characters of the new one"
    terminal.feed(_unwrapped(encoder.cleared()))
    assert not terminal.stored


def test_that_lines_in_tmux_are_characters() -> None:
    terminal, picture, box = KittyTerminal(100, 50), slopes(20, 60), Box(10, 4)
    terminal.feed(b"before\n" + _unwrapped(Kitty(through_tmux=True).lines(picture, box, CELL)) + b"after")
    _assert_shown(terminal, picture, box, 0, 1)
    assert terminal.screen.display[5].strip() == "after"


@settings(deadline=None, max_examples=40)
@given(
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.tuples(st.integers(1, 40), st.integers(1, 30)),
    st.booleans(),
    st.booleans(),
)
def test_that_any_picture_fills_any_box(
    size: tuple[int, int], characters: tuple[int, int], is_grey: bool, through_tmux: bool
) -> None:
    box, terminal = Box(*characters), KittyTerminal(45, 35)
    picture = noise(2 * size[0], 2 * size[1], is_grey=is_grey)[::2, ::-2]
    sent = Kitty(through_tmux=through_tmux).placed(picture, box, CELL, column=2, row=1)
    terminal.feed(_unwrapped(sent) if through_tmux else sent)
    (shown,) = terminal.placements.values()
    fitted = fitting(picture, box, CELL)
    assert (shown.picture == fitted).all()
    if through_tmux:
        _assert_shown(terminal, fitted, box, 2, 1)


_INSIDE = """
import sys
import numpy as np
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.kitty import Kitty

encoder = Kitty(through_tmux=True)
for shade in (90, 200):
    picture = np.full((60, 90, 3), shade, np.uint8)
    picture[10:30, 20:50] = np.arange(30)[:, None]
    sys.stdout.buffer.write(encoder.placed(picture, Box(12, 5), Cell(), column=3, row=2))
    sys.stdout.buffer.flush()
"""


def test_that_a_real_tmux_passes_it_on(tool: Callable[[str], str], tmp_path: Path) -> None:
    terminal = KittyTerminal(80, 24)
    terminal.feed(shown_through_tmux(tool("tmux"), _INSIDE, tmp_path, columns=80, rows=24))
    picture = np.full((60, 90, 3), 200, np.uint8)
    picture[10:30, 20:50] = np.arange(30)[:, None]
    _assert_shown(terminal, picture, Box(12, 5), 3, 2)

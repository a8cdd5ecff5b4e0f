"""How pictures are drawn, and in what room: as asked for, or as the terminal can."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workstation.operations.values import Size
from workstation.terminal.device.abilities import Abilities
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.operations import ViewerParameters
from workstation.terminal.sheet import no_terminal, sheet_for

TERMINAL = Abilities(is_terminal=True, columns=100, rows=40, colours="24bit", unicode=True)
BLACK = np.zeros((20, 20, 3), np.uint8)


def parameters(**given: Any) -> ViewerParameters:
    return ViewerParameters(inputs=(Path("a.dcm"),), **given)


def able(**abilities: Any) -> Abilities:
    return replace(TERMINAL, **abilities)


@pytest.mark.parametrize(
    ("abilities", "mode"),
    [
        (able(kitty=True), "kitty"),
        (able(iterm2=True), "iterm2"),
        (able(sixel=True), "sixel"),
        (able(), "ansi"),
        (able(colours="none"), "ascii"),
        (Abilities(), "ascii"),
    ],
)
def test_that_the_best_way_is_chosen_and_another_one_where_that_is_asked_for(abilities: Abilities, mode: str) -> None:
    assert sheet_for(parameters(), abilities).mode == mode
    assert sheet_for(parameters(mode="sixel"), abilities).mode == "sixel"


def test_that_a_terminal_has_as_many_rows_as_it_has_and_a_file_no_end_of_them() -> None:
    assert sheet_for(parameters(), TERMINAL).room(3) == (100, 36)
    assert sheet_for(parameters(), no_terminal()).room(3) == (80, None)


def test_that_a_size_that_is_asked_for_goes_before_that_of_the_terminal() -> None:
    sheet = sheet_for(parameters(size=Size(30, 10)), TERMINAL)
    assert (sheet.limit, sheet.room(5)) == (Box(30, 10), (30, 10))


def test_that_sixel_is_no_larger_than_the_terminal_takes_or_comes_in_parts() -> None:
    small = sheet_for(parameters(), able(sixel=True, sixel_largest_px=(400, 300), cell=Cell(10, 20)))
    assert (small.columns, small.rows) == (40, 15)
    told = Cell(10, 20, is_told=True)
    parted = sheet_for(parameters(), able(sixel=True, sixel_largest_px=(400, 300), cell=told))
    assert (parted.columns, parted.rows) == (100, 40)
    assert parted.encoder.lines(BLACK, Box(100, 40), told).count(b"\x1bP") == 3 * 3


@pytest.mark.parametrize(
    ("tmux_draws", "wrapped"), [(True, False), (False, True)], ids=["tmux with sixel", "tmux without"]
)
def test_that_sixel_goes_past_a_tmux_that_cannot_draw_it(tmux_draws: bool, wrapped: bool) -> None:
    sheet = sheet_for(parameters(mode="sixel"), able(inside_tmux=True, sixel=tmux_draws))
    assert (b"\x1bPtmux;" in sheet.encoder.lines(BLACK, Box(2, 1), Cell())) == wrapped


def test_that_colours_are_those_of_the_terminal_or_those_that_are_asked_for() -> None:
    grey = np.full((20, 20, 3), 100, np.uint8)

    def sent(abilities: Abilities, **given: Any) -> bytes:
        return sheet_for(parameters(mode="ansi", **given), abilities).encoder.lines(grey, Box(2, 1), Cell())

    assert b"8;5;" in sent(able(colours="256"))
    assert b"8;2;" in sent(able(colours="256"), color="24bit")
    assert b"8;2;" in sent(TERMINAL)


def test_that_the_width_of_a_file_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, columns in (("132", 132), ("", 80), ("x", 80), ("0", 80), ("999999999", 2000)):
        monkeypatch.setenv("COLUMNS", given)
        assert no_terminal().columns == columns

"""What terminals answered when they were asked (recorded), what liars could, and what follows from it."""

from collections.abc import Mapping

import pytest

from workstation.terminal.device.abilities import Abilities, Best
from workstation.terminal.device.questions import Surroundings, is_complete, question, told_cell, understood, wrapped
from workstation.terminal.device.tokens import Tokens
from workstation.terminal.encoding.boxes import Cell

UTF_8 = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}
XTERM_VT340 = (
    b"\x1bP1$r0;38:2::1:2:3m\x1b\\\x1bP>|XTerm(379)\x1b\\\x1b[?1;0;1024S\x1b[?2;0;1000;1000S"
    b"\x1b[?2026;0$y\x1b[?1016;2$y\x1b[?63;1;2;4;6;9;15;16;22;28c"
)
KITTY = (
    b"\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\\x1bP1$r38:2:1:2:3m\x1b\\\x1bP>|kitty(0.26.5)\x1b\\"
    b"\x1b[6;20;9t\x1b[4;400;639t\x1b[?2026;2$y\x1b[?1016;2$y\x1b[?62;c"
)
MLTERM = (
    b"\x1bP1$r0;38;5;16m\x1b\\\x1b[?1;0;1024S\x1b[?1;3;0S\x1b[6;22;10t\x1b[4;528;800t"
    b"\x1b[?2026;0$y\x1b[?1016;0$y\x1b[?63;1;2;3;4;6;7;15;18;22;29c"
)
FOOT = (
    b"\x1bP1$r0;38:2::1:2:3m\x1b\\\x1bP>|foot(1.13.1)\x1b\\\x1b[?1;0;1024S\x1b[?2;0;10000;10000S"
    b"\x1b[6;16;7t\x1b[4;464;693t\x1b[?2026;2$y\x1b[?1016;2$y\x1b[?62;4;22c"
)
ITERM2 = (
    b"\x1b]1337;Capabilities=T3CwLrMSc7UUw9Ts3BFGsGoSyHNoSx\x1b\\\x1b]1337;ReportCellSize=17.0;8.0;2.0\x1b\\"
    b"\x1bP>|iTerm2 3.5.14\x1b\\\x1b[?1;0;256S\x1b[?2026;2$y\x1b[?62;4c"
)
TMUX = b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"


def told(answers: bytes, environment: Mapping[str, str] = UTF_8, **known: object) -> Abilities:
    surroundings = Surroundings(environment, **{"columns": 80, "rows": 24, **known})  # type: ignore[arg-type]
    return understood(Tokens().feed(answers), surroundings)


def test_that_xterm_as_a_vt340_shows_sixel() -> None:
    abilities = told(XTERM_VT340, width_px=480, height_px=312)
    assert abilities == Abilities(
        is_terminal=True, has_screen=True, cell=Cell(6, 13, is_told=True), sixel=True, sixel_colours=1024,
        sixel_largest_px=(1000, 1000), colours="24bit", unicode=True, mouse_in_pixels=True, said="XTerm(379)",
    )  # fmt: skip
    assert abilities.best() == Best("sixel", "24bit")


def test_that_kitty_shows_images_through_shared_memory() -> None:
    abilities = told(KITTY)
    assert abilities == Abilities(
        is_terminal=True, has_screen=True, cell=Cell(9, 20, is_told=True), kitty=True, kitty_shared_memory=True,
        colours="24bit", unicode=True, synchronized=True, mouse_in_pixels=True, said="kitty(0.26.5)",
    )  # fmt: skip
    assert abilities.best() == Best("kitty", "24bit")


def test_that_kitty_far_away_has_no_memory_in_common() -> None:
    abilities = told(KITTY.replace(b"i=32;OK", b"i=32;EBADF:Failed to open shared memory"))
    assert abilities.kitty
    assert not abilities.kitty_shared_memory


def test_that_mlterm_shows_sixel_without_a_name() -> None:
    abilities = told(MLTERM)
    assert (abilities.sixel, abilities.cell, abilities.colours, abilities.said) == (
        True,
        Cell(10, 22, is_told=True),
        "256",
        "",
    )


def test_that_foot_shows_sixel_without_tearing() -> None:
    abilities = told(FOOT)
    assert (abilities.best(), abilities.cell) == (Best("sixel", "24bit"), Cell(7, 16, is_told=True))
    assert (abilities.synchronized, abilities.mouse_in_pixels) == (True, True)
    assert abilities.sixel_largest_px == (10000, 10000)


def test_that_iterm2_is_known_by_its_own_answer() -> None:
    abilities = told(ITERM2)
    assert (abilities.iterm2, abilities.cell, abilities.colours) == (True, Cell(16, 34, is_told=True), "24bit")
    assert abilities.best() == Best("iterm2", "24bit")


@pytest.mark.parametrize("name", ["WezTerm 20240203-110809-5046fc22", "mintty 3.7.0", "Konsole 24.02.1"])
def test_that_terminals_which_draw_the_images_of_iterm2_are_known_by_the_name_they_tell(name: str) -> None:
    assert told(b"\x1bP>|" + name.encode() + b"\x1b\\\x1b[?65;22c").iterm2


def test_that_a_terminal_without_images_gets_coloured_blocks() -> None:
    assert told(b"\x1b[?62;22c").best() == Best("ansi", "256")
    assert told(b"\x1b[?62;22c", {**UTF_8, "COLORTERM": "truecolor"}).best() == Best("ansi", "24bit")


def test_that_silence_gives_coloured_blocks_and_is_not_settled() -> None:
    abilities = told(b"")
    assert abilities.best() == Best("ansi", "256")
    assert not abilities.is_settled
    assert told(XTERM_VT340).is_settled


@pytest.mark.parametrize(
    "environment",
    [{**UTF_8, "TERM": "dumb"}, {**UTF_8, "TERM": ""}, {**UTF_8, "NO_COLOR": "1"}, {**UTF_8, "TERM": "vt220"}],
)
def test_that_text_is_all_a_dumb_terminal_gets_whatever_answers(environment: dict[str, str]) -> None:
    assert told(KITTY, environment).best() == Best("ascii")


def test_that_no_color_set_to_nothing_asks_for_nothing() -> None:
    assert told(KITTY, {**UTF_8, "NO_COLOR": ""}).best() == Best("kitty", "24bit")


def test_that_no_terminal_gets_text() -> None:
    assert Abilities().best() == Best("ascii")
    assert not Abilities().has_screen


def test_that_placeholders_need_a_kitty_that_has_them() -> None:
    assert not told(KITTY).kitty_placeholders
    assert told(KITTY.replace(b"0.26.5", b"0.28.0")).kitty_placeholders
    assert told(KITTY.replace(b"0.26.5", b"1.0.0")).kitty_placeholders
    assert told(KITTY.replace(b"kitty(0.26.5)", b"ghostty 1.1.3")).kitty_placeholders


IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,1,0", "LANG": "C.UTF-8"}  # noqa: S108


def test_that_tmux_shows_images_of_kitty_where_it_hands_them_on() -> None:
    around = TMUX + b"\x1b_Gi=31;OK\x1b\\"
    abilities = told(around, IN_TMUX, passthrough=True, around_tmux=("kitty(0.40.0)", "256,RGB"))
    assert (abilities.inside_tmux, abilities.kitty, abilities.kitty_placeholders) == (True, True, True)
    assert abilities.best() == Best("kitty", "24bit")
    without = told(around, IN_TMUX, passthrough=True, around_tmux=("WezTerm 20240203", "256,RGB"))
    assert without.best() == Best("ansi", "24bit"), "images there stay where they are when tmux scrolls"


def test_that_tmux_draws_sixel_only_where_the_terminal_around_it_does() -> None:
    answers = b"\x1bP>|tmux 3.5a\x1b\\\x1b[?1;2;4c"
    assert (
        told(answers, IN_TMUX, passthrough=False, around_tmux=("foot(1.16.2)", "256,RGB,sixel")).best().mode == "sixel"
    )
    assert told(answers, IN_TMUX, passthrough=False, around_tmux=("kitty(0.40.0)", "256,RGB")).best().mode == "ansi"


def test_that_tmux_is_known_over_ssh_by_the_name_it_tells() -> None:
    assert told(TMUX).inside_tmux
    assert told(TMUX).best() == Best("ansi", "24bit"), "tmux brings 24 bits to what is around it"


def test_that_the_answer_from_around_tmux_is_waited_for_only_where_it_can_come() -> None:
    answers = Tokens().feed(TMUX)
    assert is_complete(answers, Surroundings(IN_TMUX, passthrough=False))
    assert not is_complete(answers, Surroundings(IN_TMUX, passthrough=True))
    for end in (b"\x1b_Gi=31;ENOTSUP\x1b\\", b"\x1bP1$r1;24r\x1b\\"):  # kitty's answer, or the margins without it
        assert is_complete([*answers, *Tokens().feed(end)], Surroundings(IN_TMUX, passthrough=True))


LIES = {
    "gigantic cell": b"\x1b[6;99999;99999t",
    "no cell": b"\x1b[6;0;0t\x1b[4;0;0t",
    "flat cell": b"\x1b[6;4;128t",
    "huge numbers": b"\x1b[6;99999999999999999999;9t\x1b[?1;0;99999999999999999999S",
    "text for numbers": b"\x1b]1337;ReportCellSize=a;b\x07\x1b]1337;ReportCellSize=\x07\x1b]1337;Capabilities=\x07",
    "images refused": b"\x1b_Gi=31;ENOTSUP\x1b\\",
    "an answer to another question": b"\x1b_Gi=1;OK\x1b\\\x1b_Gi=310;OK\x1b\\",
    "another colour": b"\x1bP1$r0;38:2::9:9:9m\x1b\\\x1bP0$r\x1b\\",
    "modes it does not know": b"\x1b[?2026;0$y\x1b[?1016;4$y\x1b[?2026;77$y",
    "a small canvas": b"\x1b[?2;0;0;0S",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_that_lies_count_as_no_answer(lie: bytes) -> None:
    assert told(lie + b"\x1b[?62;22c") == told(b"\x1b[?62;22c")


def test_that_the_truth_after_a_lie_is_believed() -> None:
    assert told(b"\x1b[6;99999;99999t\x1b[6;20;10t\x1b[?62c").cell == Cell(10, 20, is_told=True)


def test_that_a_name_cannot_drive_anything() -> None:
    said = told(b"\x1bP>|evil\xc2\x9b31m\xe2\x80\xae" + b"x" * 3000 + b"\x1b\\\x1b[?62c").said
    assert said.startswith("evil31mxxx")
    assert len(said) == 80


def test_that_registers_are_kept_to_what_makes_sense() -> None:
    assert told(b"\x1b[?1;0;16S\x1b[?62;4c").sixel_colours == 16
    assert told(b"\x1b[?1;0;0S\x1b[?62;4c").sixel_colours == 2
    assert told(b"\x1b[?1;0;32000S\x1b[?62;4c").sixel_colours == 1024


def test_that_a_window_the_kernel_does_not_know_is_asked_for() -> None:
    assert b"\x1b[18t" in question(Surroundings(UTF_8))
    assert b"\x1b[18t" not in question(Surroundings(UTF_8, columns=80, rows=24))
    abilities = told(b"\x1b[8;50;132t\x1b[?62c", columns=0, rows=0)
    assert (abilities.columns, abilities.rows) == (132, 50)
    abilities = told(b"\x1b[8;0;99999t\x1b[?62c", {**UTF_8, "COLUMNS": "100", "LINES": "-3"}, columns=0, rows=0)
    assert (abilities.columns, abilities.rows) == (100, 24)


def test_that_utf_8_is_asked_for_where_the_environment_does_not_say() -> None:
    nothing = {"TERM": "xterm", "LANG": "C"}
    assert "▀".encode() in question(Surroundings(nothing))
    assert "▀".encode() not in question(Surroundings(UTF_8))
    assert told(b"\x1b[5;1R\x1b[5;2R\x1b[?62c", nothing).unicode
    assert not told(b"\x1b[5;1R\x1b[5;4R\x1b[?62c", nothing).unicode
    assert told(b"\x1b[?62c", nothing).best().mode == "ascii"
    assert not told(b"\x1b[?62c", {"TERM": "xterm", "LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.UTF-8"}).unicode


@pytest.mark.parametrize(
    "environment", [{"TERM": "linux"}, {"TERM": "screen-256color"}, {"TERM": "xterm", "TERM_PROGRAM": "Apple_Terminal"}]
)
def test_that_terminals_which_would_print_control_strings_are_asked_without(environment: dict[str, str]) -> None:
    asked = question(Surroundings({**environment, "LANG": "C.UTF-8"}))
    assert not any(begin in asked for begin in (b"\x1b_", b"\x1bP", b"\x1b]"))
    assert asked.endswith(b"\x1b[c")


def test_that_everything_is_asked_at_once_and_the_last_question_has_an_answer_everywhere() -> None:
    asked = question(Surroundings(UTF_8), shared_memory="/name")
    for part in (
        b"a=q,t=d",
        b"a=q,t=s",
        b"\x1b[>0q",
        b"\x1bP$qm",
        b"\x1b[?1;1;0S",
        b"\x1b[16t",
        b"?2026$p",
        b"?1016$p",
    ):
        assert part in asked
    assert asked.endswith(b"\x1b[c")


def test_that_inside_tmux_only_the_terminal_around_it_is_asked_for_images() -> None:
    graphics = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
    assert wrapped(graphics).encode() in question(Surroundings(IN_TMUX, passthrough=True))
    assert b"\x1b_G" not in question(Surroundings(IN_TMUX, passthrough=True)).replace(wrapped(graphics).encode(), b"")
    assert b"\x1b_G" not in question(Surroundings(IN_TMUX, passthrough=False))


def test_that_the_room_of_a_character_is_told_again_after_a_change() -> None:
    (answer,) = Tokens().feed(b"\x1b[6;30;15t")
    assert told_cell(answer) == Cell(15, 30, is_told=True)
    (lie,) = Tokens().feed(b"\x1b[6;3000;1500t")
    assert told_cell(lie) is None

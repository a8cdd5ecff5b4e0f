"""Tokens become keys and places of the mouse; answers become nothing."""

import pytest

from workstation.terminal.device.events import Event, Focused, Key, Mouse, Pasted, event_of, without_passed_places
from workstation.terminal.device.tokens import Tokens
from workstation.terminal.encoding.boxes import Cell


def heard(sent: bytes, *, pixels: Cell | None = None) -> list[Event | None]:
    tokens = Tokens()
    return [event_of(token, pixels=pixels) for token in tokens.feed(sent) + tokens.expire()]


KEYS = [
    # As xterm, VTE, kitty, foot, iTerm2 and Windows Terminal send them.
    (b"a", Key("a")),
    (b"A", Key("A")),
    (b" ", Key(" ")),
    (b"?", Key("?")),
    ("ß".encode(), Key("ß")),
    (b"\x1b[A", Key("up")),
    (b"\x1bOA", Key("up")),
    (b"\x1b[B", Key("down")),
    (b"\x1b[C", Key("right")),
    (b"\x1b[D", Key("left")),
    (b"\x1b[H", Key("home")),
    (b"\x1b[F", Key("end")),
    (b"\x1bOH", Key("home")),
    (b"\x1b[5~", Key("page_up")),
    (b"\x1b[6~", Key("page_down")),
    (b"\x1b[2~", Key("insert")),
    (b"\x1b[3~", Key("delete")),
    (b"\r", Key("enter")),
    (b"\n", Key("enter")),
    (b"\t", Key("tab")),
    (b"\x1b[Z", Key("tab", shift=True)),
    (b"\x7f", Key("backspace")),
    (b"\x08", Key("backspace")),
    (b"\x1b", Key("escape")),
    (b"\x1bOP", Key("f1")),
    (b"\x1b[11~", Key("f1")),
    (b"\x1b[15~", Key("f5")),
    (b"\x1b[17~", Key("f6")),
    (b"\x1b[24~", Key("f12")),
    (b"\x1b[1;2S", Key("f4", shift=True)),
    (b"\x1b[1;5R", Key("f3", ctrl=True)),
    (b"\x1b[1;2A", Key("up", shift=True)),
    (b"\x1b[1;3D", Key("left", alt=True)),
    (b"\x1b[1;6C", Key("right", shift=True, ctrl=True)),
    (b"\x1b[5;5~", Key("page_up", ctrl=True)),
    (b"\x1bx", Key("x", alt=True)),
    (b"\x1b\r", Key("enter", alt=True)),
    (b"\x03", Key("c", ctrl=True)),
    (b"\x1a", Key("z", ctrl=True)),
    (b"\x00", Key(" ", ctrl=True)),
    (b"\x1d", Key("]", ctrl=True)),
    # rxvt and the console of Linux.
    (b"\x1b[1~", Key("home")),
    (b"\x1b[4~", Key("end")),
    (b"\x1b[7~", Key("home")),
    (b"\x1b[8~", Key("end")),
    (b"\x1b[[A", Key("f1")),
    # modifyOtherKeys of xterm, kitty's keyboard protocol.
    (b"\x1b[27;5;105~", Key("i", ctrl=True)),
    (b"\x1b[105;5u", Key("i", ctrl=True)),
    (b"\x1b[27u", Key("escape")),
    (b"\x1b[97;2u", Key("A")),
    (b"\x1b[9;2u", Key("tab", shift=True)),
    (b"\x1b[57413u", Key("+")),
    (b"\x1b[57412u", Key("-")),
    (b"\x1b[57414u", Key("enter")),
    (b"\x1b[57421u", Key("page_up")),
    (b"\x1b[57399u", Key("0")),
    (b"\x1b[1;1:1A", Key("up")),
]


@pytest.mark.parametrize(("sent", "key"), KEYS)
def test_that_keys_are_known_by_name(sent: bytes, key: Key) -> None:
    assert heard(sent) == [key]


ANSWERS = [
    b"\x1b[?62;4;22c",
    b"\x1b[6;20;10t",
    b"\x1b[4;600;800t",
    b"\x1b[8;24;80t",
    b"\x1b[?1;0;256S",
    b"\x1b[?2;0;1000;1000S",
    b"\x1b[?2026;2$y",
    b"\x1b[?1u",
    b"\x1b[>1;95;0c",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b_Gi=32;ENOENT:q\x1b\\",
    b"\x1bP>|q(1)\x1b\\",
    b"\x1bP1$r0;38:2::1:2:3m\x1b\\",
    b"\x1b]1337;Capabilities=T3q\x1b\\",
    b"\x1b]11;rgb:qqqq/0000/0000\x07",
    b"\x1b[24;80R",
    b"\x1b[99999999999999999999u",
    b"\x1b[1;1:3A",
    b"\x1b[57441u",
    b"\x1b[55297u",
    b"\x1b[0;0;0;0;0;0;0~",
]


@pytest.mark.parametrize("sent", ANSWERS)
def test_that_answers_and_nonsense_are_no_keys(sent: bytes) -> None:
    assert heard(sent) == [None]


def test_that_the_mouse_is_told_in_characters_from_zero() -> None:
    assert heard(b"\x1b[<0;1;1M") == [Mouse("press", "left", 0.5, 0.5)]
    assert heard(b"\x1b[<2;11;6M") == [Mouse("press", "right", 10.5, 5.5)]
    assert heard(b"\x1b[<0;11;6m") == [Mouse("release", "left", 10.5, 5.5)]
    assert heard(b"\x1b[<32;12;6M") == [Mouse("drag", "left", 11.5, 5.5)]
    assert heard(b"\x1b[<33;12;6M") == [Mouse("drag", "middle", 11.5, 5.5)]
    assert heard(b"\x1b[<35;12;6M") == [Mouse("move", "none", 11.5, 5.5)]
    assert heard(b"\x1b[<64;12;6M") == [Mouse("wheel_up", "none", 11.5, 5.5)]
    assert heard(b"\x1b[<65;12;6M") == [Mouse("wheel_down", "none", 11.5, 5.5)]
    assert heard(b"\x1b[<4;1;1M") == [Mouse("press", "left", 0.5, 0.5, shift=True)]
    assert heard(b"\x1b[<24;1;1M") == [Mouse("press", "left", 0.5, 0.5, alt=True, ctrl=True)]
    assert heard(b"\x1b[<80;1;1M") == [Mouse("wheel_up", "none", 0.5, 0.5, ctrl=True)]


def test_that_the_mouse_is_told_to_the_pixel_where_the_terminal_can() -> None:
    assert heard(b"\x1b[<0;101;41M", pixels=Cell(10, 20, is_told=True)) == [Mouse("press", "left", 10.05, 2.025)]


def test_that_terminals_without_decimal_reports_have_a_mouse_too() -> None:
    assert heard(b"\x1b[M !!") == [Mouse("press", "left", 0.5, 0.5)]
    assert heard(b"\x1b[M#+&") == [Mouse("release", "none", 10.5, 5.5)]
    assert heard(b"\x1b[M`!!") == [Mouse("wheel_up", "none", 0.5, 0.5)]


@pytest.mark.parametrize(
    "sent",
    [b"\x1b[<;;M", b"\x1b[<0;1M", b"\x1b[<99999;1;1M", b"\x1b[<0;12345678;1M", b"\x1b[<128;1;1M", b"\x1b[<66;1;1M"],
)
def test_that_a_mouse_which_makes_no_sense_is_none(sent: bytes) -> None:
    assert heard(sent) == [None]


def test_that_places_off_the_screen_are_at_its_edge() -> None:
    assert heard(b"\x1b[<32;-5;0M") == [Mouse("drag", "left", 0.0, 0.0)]


def test_that_focus_and_what_is_pasted_are_told() -> None:
    assert heard(b"\x1b[I\x1b[O") == [Focused(True), Focused(False)]
    assert heard(b"\x1b[200~Doe\x1b[31m^John\x1b[201~") == [Pasted("Doe[31m^John")]
    assert heard(b"\x1b[200~one\r\ntwo\x1b[201~") == [Pasted("one\ntwo")]


def test_that_only_the_last_of_places_passed_is_kept() -> None:
    places: list[Event] = [
        Mouse("press", "left", 1, 1),
        Mouse("drag", "left", 2, 1),
        Mouse("drag", "left", 3, 1),
        Mouse("release", "left", 3, 1),
        Mouse("wheel_up", "none", 3, 1),
        Mouse("wheel_up", "none", 3, 1),
        Mouse("move", "none", 4, 1),
        Key("a"),
        Mouse("move", "none", 5, 1),
        Mouse("move", "none", 6, 1),
    ]
    assert without_passed_places(places) == [places[at] for at in (0, 2, 3, 4, 5, 6, 7, 9)]

"""Bytes of a terminal cut into tokens: split anywhere, cut short, gigantic, hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.terminal.device.events import event_of
from workstation.terminal.device.tokens import Token, Tokens

SPOKEN = [
    (b"a", Token("character", "a")),
    ("é".encode(), Token("character", "é")),
    ("心".encode(), Token("character", "心")),
    ("🫀".encode(), Token("character", "🫀")),
    (b"\r", Token("control", "\r")),
    (b"\x1b[A", Token("csi", "A")),
    (b"\x1b[1;5C", Token("csi", "C", "1;5")),
    (b"\x1bOP", Token("ss3", "P")),
    (b"\x1b[[B", Token("csi", "[B")),
    (b"\x1bx", Token("alt", "x")),
    (b"\x1b[<0;3;4M", Token("csi", "M", "<0;3;4")),
    (b"\x1b[M !\xf0", Token("mouse", " !\xf0")),
    (b"\x1b[?62;4c", Token("csi", "c", "?62;4")),
    (b"\x1b[?2026;2$y", Token("csi", "$y", "?2026;2")),
    (b"\x1bP>|kitty(0.40.0)\x1b\\", Token("DCS", ">|kitty(0.40.0)")),
    (b"\x1b_Gi=31;OK\x1b\\", Token("APC", "Gi=31;OK")),
    (b"\x1b]1337;ReportCellSize=17.0;8.0\x07", Token("OSC", "1337;ReportCellSize=17.0;8.0")),
    (b"\x1b[200~one\rtwo \x1b[A\x1b[201~", Token("paste", "one\rtwo \x1b[A")),
]


@pytest.mark.parametrize(("sent", "token"), SPOKEN)
def test_that_what_a_terminal_says_is_one_token(sent: bytes, token: Token) -> None:
    tokens = Tokens()
    assert tokens.feed(sent) == [token]
    assert tokens.pending == ""


@given(st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=8), st.data())
def test_that_it_does_not_matter_where_the_bytes_were_split(
    spoken: list[tuple[bytes, Token]], data: st.DataObject
) -> None:
    whole = b"".join(sent for sent, _ in spoken)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    tokens = Tokens()
    pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert [token for piece in pieces for token in tokens.feed(piece)] == [token for _, token in spoken]


@given(st.binary(max_size=600), st.data())
def test_that_any_bytes_are_cut_alike_however_they_are_split(sent: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
    pieces = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    at_once, in_pieces = Tokens(), Tokens()
    assert [token for piece in pieces for token in in_pieces.feed(piece)] == at_once.feed(sent)
    assert in_pieces.expire() == at_once.expire()
    assert in_pieces.feed(b"q") == [Token("character", "q")], "whatever came before, the next key is heard"


@given(st.sampled_from([b"\x1b_", b"\x1bP", b"\x1b]", b"\x1b^", b"\x1bX"]), st.text(max_size=80))
def test_that_what_stands_in_a_control_string_never_becomes_a_key(begin: bytes, content: str) -> None:
    inside = "".join(character for character in content if character >= " " and character != "\x7f").encode(
        "utf-8", "ignore"
    )
    tokens = Tokens().feed(begin + inside + b"\x1b\\")
    assert [event_of(token) for token in tokens] == [None] * len(tokens)


@pytest.mark.parametrize("begin", [b"\x1b_G", b"\x1bP>|", b"\x1b]1337;", b"\x1b[", b"\x1b[?"])
def test_that_a_gigantic_answer_is_dropped_and_the_key_after_it_is_heard(begin: bytes) -> None:
    tokens = Tokens()
    tokens.feed(begin)
    for _ in range(300):
        assert tokens.feed(b"1;" * 5000) == []
    end = b"c" if begin.startswith(b"\x1b[") else b"\x1b\\"
    answer = tokens.feed(end)
    assert all(len(token.text) <= 4096 for token in answer)
    assert tokens.feed(b"q") == [Token("character", "q")]


def test_that_a_lone_escape_is_the_key_only_when_nothing_follows() -> None:
    tokens = Tokens()
    assert tokens.feed(b"\x1b") == []
    assert tokens.pending == "escape"
    assert tokens.expire() == [Token("control", "\x1b")]
    assert tokens.feed(b"\x1b") == []
    assert tokens.feed(b"[A") == [Token("csi", "A")]


def test_that_two_escapes_are_the_key_and_the_beginning_of_another() -> None:
    tokens = Tokens()
    assert tokens.feed(b"\x1b\x1b[A") == [Token("control", "\x1b"), Token("csi", "A")]


def test_that_escape_and_ctrl_c_end_a_string_that_never_ends() -> None:
    tokens = Tokens()
    tokens.feed(b"\x1b_Gi=31;no end")
    tokens.feed(b"\x1b")
    assert tokens.pending == "escape"
    assert tokens.expire() == [Token("control", "\x1b")]
    tokens.feed(b"\x1bPno end")
    assert tokens.feed(b"\x03q") == [Token("control", "\x03"), Token("character", "q")]


def test_that_a_cut_sequence_gives_way_to_the_next() -> None:
    assert Tokens().feed(b"\x1b[1;\x1b[B") == [Token("csi", "B")]
    assert Tokens().feed(b"\x1b_Gi=31;O\x1b[B") == [Token("csi", "B")]


def test_that_bytes_which_are_no_utf_8_are_dropped() -> None:
    assert Tokens().feed(b"\xff\xc3q\x9bq\xed\xa0\x80w") == [Token("character", key) for key in "qqw"]


def test_that_c1_controls_are_no_characters() -> None:
    assert Tokens().feed("\x9b\u200bx".encode()) == [Token("character", "x")]


def test_that_what_is_pasted_without_end_is_bounded_and_given_when_nothing_follows() -> None:
    tokens = Tokens()
    tokens.feed(b"\x1b[200~")
    for _ in range(40):
        assert tokens.feed(b"x" * 65536) == []
    (pasted,) = tokens.expire()
    assert pasted.kind == "paste"
    assert len(pasted.text) == 1 << 20
    assert tokens.feed(b"q") == [Token("character", "q")]


@pytest.mark.parametrize("sent", [b"a", "é".encode(), b"\r", b"\x1bx", b"\x1b[A", b"\x1b[1;5C", b"\x1bOP", b"\x1b[15~"])
def test_that_keys_can_be_spelt_again_for_the_shell(sent: bytes) -> None:
    assert b"".join(token.spelt() for token in Tokens().feed(sent)) == sent

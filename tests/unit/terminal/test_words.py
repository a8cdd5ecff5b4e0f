"""Text of files as a terminal shows it."""

import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from workstation.terminal.words import columns_of, cut, padded, plain, wrapped

HOSTILE = {
    "clears the screen": "\x1b[2J\x1b[HDoe",
    "writes the clipboard": "\x1b]52;c;cm0gLXJmIC8K\x07Doe",
    "sets the title by C1": "\x9d0;owned\x9cDoe",
    "a device control string": "\x90+q544e\x9cDoe",
    "turned around": "Doe\u202egpj.exe\u2066",
    "hidden in tags": "Doe\U000e0001\U000e0041",
    "of no width": "D\u200bo\ufeffe",
    "a bell and a backspace": "Doe\x07\x08\x08",
    "lines": "Doe\r\n\x0bJohn\u2028\u2029",
    "the answer of a terminal": "\x1bP1$r0m\x1b\\Doe",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_that_nothing_is_left_that_a_terminal_obeys_or_a_reader_is_misled_by(text: str) -> None:
    shown = plain(text)

    assert "D" in shown
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


def test_that_letters_carry_few_marks() -> None:
    assert plain("Z" + "\u0301" * 500 + "a") == "Z" + "\u0301" * 4 + "a"


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("Doe, John", 20, "Doe, John"),
        ("Doe, John", 9, "Doe, John"),
        ("Doe, John", 8, "Doe, Jo…"),
        ("Doe, John", 5, "Doe,…"),
        ("山田, 太郎", 10, "山田, 太郎"),
        ("山田, 太郎", 9, "山田, 太…"),
        ("山田", 2, "…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
        ("e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301…"),
        ("Doe", 0, ""),
    ],
)
def test_that_text_is_cut_by_what_it_takes_on_the_screen(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected


@given(st.text(max_size=60), st.integers(0, 40))
def test_that_no_text_is_wider_than_its_room(text: str, columns: int) -> None:
    shown = cut(plain(text), columns)

    assert wcwidth.wcswidth(shown) == columns_of(shown) <= columns
    assert columns_of(padded(plain(text), columns)) == columns


@given(st.text(max_size=80), st.integers(1, 30), st.integers(1, 4))
def test_that_a_text_that_is_wrapped_loses_nothing_but_what_the_last_line_leaves_out(
    text: str, columns: int, most: int
) -> None:
    whole = " ".join(plain(text).split())

    lines = wrapped(whole, columns, most)

    assert len(lines) <= most
    assert all(columns_of(line) <= columns for line in lines)
    kept = "".join("".join(lines).split())
    if not kept.endswith("…"):
        assert kept == "".join(whole.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("part that fits in", ["part that", "fits in"]),
        ("a wordthatislong", ["a", "wordthati…"]),
        ("", []),
        ("one", ["one"]),
    ],
)
def test_that_a_text_is_broken_at_blanks(text: str, expected: list[str]) -> None:
    assert wrapped(text, 10, 2) == expected

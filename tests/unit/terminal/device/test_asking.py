"""The decision stands after a tenth of a second, whether a terminal answers, lies or stays silent."""

import os
from collections.abc import Callable

import pytest

from workstation.terminal.device.abilities import Best
from workstation.terminal.device.asking import Conversation, ask
from workstation.terminal.device.events import event_of
from workstation.terminal.device.questions import Surroundings

SURROUNDINGS = Surroundings({"TERM": "xterm-256color", "LANG": "C.UTF-8"}, 80, 24)


class FakeLine:
    """A terminal that says pieces at times of its own: (seconds after the question, bytes)."""

    def __init__(self, *pieces: tuple[float, bytes]) -> None:
        self.now = 1000.0
        self.asked = b""
        self.pieces = list(pieces)
        self._asked_at = 0.0

    def clock(self) -> float:
        return self.now

    def write(self, data: bytes) -> None:
        self.asked += data
        self._asked_at = self.now

    def read(self, within_s: float | None) -> bytes:
        assert within_s is not None, "nothing is waited for without end"
        comes_at = self._asked_at + self.pieces[0][0] if self.pieces else float("inf")
        if comes_at > self.now + within_s:
            self.now += within_s
            return b""
        self.now = max(self.now, comes_at)
        return self.pieces.pop(0)[1]


def keys(conversation: Conversation) -> list[str]:
    return [getattr(event_of(token), "name", "?") for token in conversation.typed]


def test_that_a_terminal_that_answers_is_waited_for_no_longer_than_it_takes() -> None:
    line = FakeLine((0.003, b"\x1b_Gi=31;OK\x1b\\\x1b[?62;"), (0.004, b"4c"))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    assert conversation.listen().best().mode == "kitty"
    assert line.now == pytest.approx(1000.004)
    assert line.asked.endswith(b"\x1b[c")


def test_that_answers_which_came_while_the_program_was_loading_count_however_long_that_took() -> None:
    line = FakeLine((0.003, b"\x1b_Gi=31;OK\x1b\\"), (0.004, b"\x1b[?62;4c"))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    line.now += 0.5
    assert conversation.listen().best().mode == "kitty"
    assert line.now == pytest.approx(1000.5)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        ((0.02, b"\x1b_Gi=31;O"),),
        ((0.09, b"\x1b[?6"), (0.12, b"2;4c")),
        tuple((at / 1000, b"\x1b_Gi=7;OK\x1b\\") for at in range(1, 200)),
        tuple((at / 1000, b"1;" * 40) for at in range(1, 200)),
        ((0.01, b"\x1b[?"), *((at / 1000, b"1;") for at in range(11, 300))),
    ],
    ids=["silent", "cut short", "late", "chattering", "typing", "endless"],
)
def test_that_the_decision_stands_after_a_tenth_of_a_second(pieces: tuple[tuple[float, bytes], ...]) -> None:
    line = FakeLine(*pieces)
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    abilities = conversation.listen()
    assert line.now == pytest.approx(1000.1)
    assert abilities.best() == Best("ansi", "256")
    assert not abilities.is_settled


def test_that_a_flood_is_not_listened_to() -> None:
    line = FakeLine(*((0.001, b"\x1b_Gi=7;" + b"x" * 60000 + b"\x1b\\") for _ in range(10000)))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    assert conversation.listen().best() == Best("ansi", "256")
    assert len(line.pieces) == 10000 - 2


def test_that_keys_typed_between_the_answers_are_kept_and_nothing_else_is() -> None:
    line = FakeLine(
        (0.001, b"a\x1b_Gi=31;OK q\x1b\\b\x1b[A"),
        (0.002, b"\x1bP>|quit q\x1b"),
        (0.003, b"\\\xc3"),
        (0.004, b"\xa9\x1b[6;20;10t\x1b]1337;q\x07\x1b[I\x1b[?62;4cq"),
    )
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    conversation.listen()
    assert keys(conversation) == ["a", "b", "up", "é", "q"]


def test_that_late_answers_are_understood_too() -> None:
    line = FakeLine((0.15, b"\x1b_Gi=31;OK\x1b\\\x1b[?62;4c"))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    assert conversation.listen().best().mode == "ansi"
    conversation.hear(conversation.tokens.feed(line.read(1)))
    assert conversation.is_complete
    assert conversation.abilities().best().mode == "kitty"


def test_that_late_answers_are_waited_for_before_the_shell_has_the_line_again() -> None:
    line = FakeLine((0.25, b"\x1b_Gi=31;OK\x1b\\"), (0.4, b"\x1b[?62;4c"), (0.5, b"ls"))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    conversation.listen()
    conversation.wait_for_silence()
    assert conversation.is_complete
    assert line.now == pytest.approx(1000.4)


def test_that_a_silent_terminal_is_not_waited_for_long_at_the_end() -> None:
    line = FakeLine()
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    conversation.listen()
    conversation.wait_for_silence()
    assert line.now == pytest.approx(1000.3)


def test_that_memory_to_share_is_taken_away_again() -> None:
    if not os.path.isdir("/dev/shm"):  # noqa: PTH112, S108
        pytest.skip("needs shared memory as files")
    before = set(os.listdir("/dev/shm"))  # noqa: PTH208, S108
    line = FakeLine((0.001, b"\x1b[?62c"))
    conversation = Conversation(line, SURROUNDINGS, clock=line.clock)
    conversation.ask()
    assert b"a=q,t=s" in line.asked
    conversation.listen()
    assert {name for name in set(os.listdir("/dev/shm")) - before if name.startswith("workstation-")} == set()  # noqa: PTH208, S108


def test_that_no_terminal_is_not_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    refuse: Callable[..., bytes] = lambda *_: pytest.fail("asked")  # noqa: E731
    monkeypatch.setattr(Conversation, "ask", refuse)
    abilities = ask({"TERM": "xterm-kitty", "COLUMNS": "132", "LINES": "50"})
    assert abilities.best() == Best("ascii")
    assert (abilities.is_terminal, abilities.columns, abilities.rows) == (False, 132, 50)
    assert capsys.readouterr().out == ""

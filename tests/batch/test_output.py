"""What a result prints: text that no file can make into commands, or bytes for a terminal as they are."""

import io
import json
from dataclasses import dataclass, field

import pytest

from workstation.batch.output import Output, OutputLost, as_json
from workstation.operations.operation import ForTerminal


@dataclass(frozen=True, slots=True)
class Told:
    """A result of text."""

    name: str

    def text(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Drawn:
    """A result of bytes."""

    name: str
    for_terminal: bytes = field(default=b"\x1b[31m\xff\x00", repr=False)

    def text(self) -> str:
        return self.name


def printed(value: Told | Drawn, *, as_objects: bool = False) -> bytes:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
    Output(as_objects=as_objects, out=out).result(value)
    return raw.getvalue()


def test_that_text_of_files_is_stripped_of_what_a_terminal_obeys() -> None:
    assert printed(Told("a\x1b[2Jb")) == "a\N{REPLACEMENT CHARACTER}[2Jb\n".encode()


def test_that_bytes_for_a_terminal_are_printed_as_they_are_in_place_of_the_text() -> None:
    assert isinstance(Drawn(""), ForTerminal)
    assert not isinstance(Told(""), ForTerminal)
    assert printed(Drawn("a")) == b"\x1b[31m\xff\x00"


def test_that_objects_have_facts_and_no_bytes() -> None:
    assert json.loads(printed(Drawn("a\x1b[2J"), as_objects=True)) == {"name": "a\x1b[2J"}
    assert "\x1b" not in as_json(Drawn("\x1b"))


def test_that_what_is_printed_before_is_there_before() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8")
    output = Output(as_objects=False, out=out)
    for value in (Told("first"), Drawn("picture", b"\x1bP"), Told("last")):
        output.result(value)
    assert raw.getvalue() == b"first\n\x1bPlast\n"


def test_that_a_stream_without_bytes_gets_text() -> None:
    out = io.StringIO()
    Output(as_objects=False, out=out).result(Drawn("a", "ü".encode() + b"\xff"))
    assert out.getvalue() == "ü\\xff"


class Full(io.BytesIO):
    """A disk without room."""

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_that_it_is_told_where_bytes_cannot_be_written() -> None:
    out = io.TextIOWrapper(io.BufferedWriter(Full()), encoding="utf-8")
    with pytest.raises(OutputLost, match="No space left"):
        Output(as_objects=False, out=out).result(Drawn("a"))


@pytest.mark.parametrize(
    ("as_objects", "is_tty", "expected"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_that_work_is_told_whether_a_person_sits_at_a_terminal(as_objects: bool, is_tty: bool, expected: bool) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return is_tty

    assert Output(as_objects=as_objects, out=Stream()).is_terminal is expected

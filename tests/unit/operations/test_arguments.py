"""Parameters on a command line and back."""

import argparse
import string
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.operations.arguments import add_arguments, parse, protect, to_words
from workstation.operations.parameters import kind_of, option
from workstation.operations.values import Length, Pair, Range, Rectangle, Size


class Colour(StrEnum):
    RED = "red"
    DEEP_BLUE = "deep-blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    inputs: tuple[Path, ...] = option("Files.", positional=True)
    text: str = option("Text.", default="")
    count: int = option("Count.", default=3, short="n")
    angle: float = option("Angle.", default=0.0, unit="deg")
    quick: bool = option("Quick.", default=False)
    checked: bool = option("Checked.", default=True)
    mode: Literal["one", "two"] = option("Mode.", default="one")
    colour: Colour = option("Colour.", default=Colour.RED)
    shape: str = option("Shape.", default="round", choices=("round", "square"))
    modes: tuple[Literal["one", "two"], ...] = option("Modes.", default=())
    output: Path | None = option("Output.", default=None, short="o")
    point: tuple[float, float] | None = option("Point.", default=None)
    polygon: tuple[tuple[float, float], ...] = option("Polygon.", default=())
    normal: tuple[float, float, float] = option("Normal.", default=(0.0, 0.0, 1.0))
    numbers: tuple[int, ...] = option("Numbers.", default=())
    ranges: tuple[Range, ...] = option("Ranges.", default=())
    tags: tuple[str, ...] = option("Tags.", default=())
    pairs: tuple[Pair, ...] = option("Pairs.", default=())
    age: timedelta = option("Age.", default=timedelta(days=30))
    size: Size | None = option("Size.", default=None)
    roi: Rectangle | None = option("Rectangle.", default=None)
    thickness: Length | None = option("Thickness.", default=None)


def parsed(*words: str) -> Any:
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    add_arguments(parser, Everything)
    namespace, unknown = parser.parse_known_intermixed_args(protect(words))
    assert not unknown
    return parse(Everything, namespace)


numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
paths = st.text(string.ascii_letters + "-_ .=,1", min_size=1).map(Path)
everything = st.builds(
    Everything,
    inputs=st.lists(paths, min_size=1, max_size=3).map(tuple),
    text=words,
    count=st.integers(),
    angle=numbers,
    quick=st.booleans(),
    checked=st.booleans(),
    mode=st.sampled_from(["one", "two"]),
    colour=st.sampled_from(Colour),
    shape=st.sampled_from(["round", "square"]),
    modes=st.lists(st.sampled_from(["one", "two"])).map(tuple),
    output=st.none() | paths,
    point=st.none() | st.tuples(numbers, numbers),
    polygon=st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple),
    normal=st.tuples(numbers, numbers, numbers),
    numbers=st.lists(st.integers(), max_size=4).map(tuple),
    ranges=st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: Range(min(ends), max(ends))), max_size=3
    ).map(tuple),
    tags=st.lists(words, max_size=3).map(tuple),
    pairs=st.lists(st.builds(Pair, st.text(string.ascii_letters + "-", min_size=1), words), max_size=3).map(tuple),
    age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36500)),
    size=st.none() | st.builds(Size, st.integers(1, 9999), st.integers(1, 9999)),
    roi=st.none()
    | st.builds(Rectangle, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 99), st.integers(1, 99)),
    thickness=st.none() | st.builds(Length, numbers, st.sampled_from(["mm", "px"])),
)


@given(everything)
def test_that_a_command_line_of_any_parameters_gives_them_back(parameters: Everything) -> None:
    assert parsed(*to_words(parameters)) == parameters


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5), numbers)
def test_that_negative_values_are_values_wherever_they_stand(points: list[tuple[float, float]], angle: float) -> None:
    spelled = [f"{x!r},{y!r}" for x, y in points]

    result = parsed("in.dcm", "--polygon", *spelled, "--angle", repr(angle), "--point", spelled[0])

    assert result.polygon == tuple(points)
    assert result.angle == angle
    assert result.point == points[0]


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["--point", "-10,20"], "point", (-10.0, 20.0)),
        (["--polygon", "-1,2", "3,-4", "-.5,-1e-3"], "polygon", ((-1.0, 2.0), (3.0, -4.0), (-0.5, -0.001))),
        (["--normal", "-1, 0, -0.5"], "normal", (-1.0, 0.0, -0.5)),
        (["-n", "-5"], "count", -5),
        (["-n-5"], "count", -5),
        (["--roi", "-3,-4,10,20"], "roi", Rectangle(-3, -4, 10, 20)),
        (["--numbers", "-1,-2", "--numbers", "-3"], "numbers", (-1, -2, -3)),
        (["--thickness", "-1.5cm"], "thickness", Length(-15.0)),
        (["--ranges", "1-3,7"], "ranges", (Range(1, 3), Range(7, 7))),
        (["--tags", "0010,0010", "--tags", "PatientName"], "tags", ("0010,0010", "PatientName")),
        (["--pairs", "a=b=c", "--pairs", "d="], "pairs", (Pair("a", "b=c"), Pair("d", ""))),
        (["--age", "2w"], "age", timedelta(weeks=2)),
        (["--colour", "deep-blue"], "colour", Colour.DEEP_BLUE),
        (["--no-checked"], "checked", False),
        (["--text=-x"], "text", "-x"),
        (["--modes", "two,one"], "modes", ("two", "one")),
    ],
)
def test_that_a_spelling_gives_its_value(words: list[str], name: str, value: object) -> None:
    assert getattr(parsed("in.dcm", *words), name) == value
    assert getattr(parsed(*words, "--", "in.dcm"), name) == value


def test_that_inputs_may_stand_around_options() -> None:
    assert parsed("a", "--count", "2", "b", "--quick", "c").inputs == (Path("a"), Path("b"), Path("c"))


def test_that_words_after_two_dashes_are_inputs() -> None:
    assert parsed("a", "--", "--quick", "-7", "--").inputs == (Path("a"), Path("--quick"), Path("-7"), Path("--"))


@pytest.mark.parametrize(
    "words",
    [
        ["--count", "three"],
        ["--count", "1.5"],
        ["--angle", "nan"],
        ["--angle", "-inf"],
        ["--mode", "three"],
        ["--colour", "green"],
        ["--shape", "oval"],
        ["--modes", "one,three"],
        ["--point", "1"],
        ["--point", "1,2,3"],
        ["--polygon", "1,2", "3"],
        ["--size", "80"],
        ["--size", "0x40"],
        ["--roi", "1,2,3"],
        ["--roi", "1,2,0,5"],
        ["--thickness", "20"],
        ["--thickness", "20inch"],
        ["--ranges", "5-3"],
        ["--pairs", "novalue"],
        ["--age", "30"],
        ["--age", "99999999999d"],
        ["--output", ""],
    ],
)
def test_that_a_wrong_value_is_refused(words: list[str]) -> None:
    with pytest.raises(argparse.ArgumentError) as caught:
        parsed("in.dcm", *words)

    assert words[0] in str(caught.value)


def test_that_patterns_are_expanded_where_the_shell_did_not(tmp_path: Path) -> None:
    for name in ("b.dcm", "a.dcm", "c.txt", "[1].dcm"):
        (tmp_path / name).touch()

    assert [path.name for path in parsed(str(tmp_path / "[ab].dcm")).inputs] == ["a.dcm", "b.dcm"]
    assert parsed(str(tmp_path / "[1].dcm")).inputs == (tmp_path / "[1].dcm",)
    assert parsed(str(tmp_path / "*.nothing")).inputs == (tmp_path / "*.nothing",)


@pytest.mark.parametrize("annotation", [bytes, dict[str, str], list[int], int | str, object])
def test_that_a_type_off_the_list_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError, match="not among"):
        kind_of(annotation)

"""What the parameters of an operation may be: a closed list of types, and how a person writes each of them."""

import re
from collections.abc import Callable
from dataclasses import MISSING, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from workstation.operations.values import parse_number
from workstation.quick_dataclass import dataclass

_OPTION = "option"
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True, slots=True)
class Option:
    """What `option` was told about a parameter."""

    help: str
    unit: str
    positional: bool
    short: str
    metavar: str
    choices: tuple[str, ...]


def option(
    help: str,  # noqa: A002 - the word of argparse and of every reader
    *,
    default: Any = MISSING,
    unit: str = "",
    positional: bool = False,
    short: str = "",
    metavar: str = "",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a field of a parameters dataclass; without ``default`` it must be given.

    Parameters
    ----------
    help
        One sentence for the reader of ``--help``.
    default
        Value where the user gives none.
    unit
        Unit of the number (``mm``, ``deg``).
    positional
        Whether it is given by its place rather than by ``--name``.
    short
        One letter (``o`` for ``-o``).
    metavar
        What the value is called in the help; chosen by the type where empty.
    choices
        Values allowed for a text; a ``Literal`` or a ``StrEnum`` as type says the same in types.
    """
    if default is MISSING:
        return field(metadata={_OPTION: Option(help, unit, positional, short, metavar, choices)})
    return field(default=default, metadata={_OPTION: Option(help, unit, positional, short, metavar, choices)})


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one type are read and written.

    ``joins`` says how several of them are given to one option: one after the other as words, in one word with commas,
    or only by repeating the option; ``is_several`` whether the parameter takes several.
    """

    parse: Callable[[str], Any]
    metavar: str
    spell: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()
    joins: Literal["words", "commas", "repeat"] = "repeat"
    is_several: bool = False
    is_flag: bool = False
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation, as both faces see it."""

    name: str
    option: Option
    kind: Kind
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING


@cache
def parameters_of(parameters_type: type) -> tuple[Parameter, ...]:
    """Give the parameters of an operation in the order of their declaration; TypeError for a type off the list."""
    hints = get_type_hints(parameters_type)
    return tuple(
        Parameter(item.name, told, kind_of(hints[item.name], told.choices), item.default)
        for item in fields(parameters_type)
        for told in (item.metadata[_OPTION],)
    )


def kind_of(annotation: Any, choices: tuple[str, ...] = ()) -> Kind:
    """Give the kind of a type; TypeError for one that is not on the list."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType) and NoneType in arguments and len(arguments) == 2:
        return kind_of(next(each for each in arguments if each is not NoneType), choices)
    if origin is Literal:
        return _choice(tuple(arguments), str)
    if origin is tuple:
        several = arguments[-1] is Ellipsis
        return replace(kind_of(arguments[0], choices), is_several=True) if several else _joined(arguments)
    if isinstance(annotation, type):
        if issubclass(annotation, StrEnum):
            return _choice(tuple(member.value for member in annotation), annotation)
        if annotation is str and choices:
            return _choice(choices, str)
        if annotation in _PLAIN:
            return _PLAIN[annotation]
        if callable(read := getattr(annotation, "parse", None)):
            return Kind(read, annotation.__name__.upper(), joins=getattr(annotation, "joins", "repeat"))
    raise TypeError(f"{annotation!r} is not among the types of parameters")


def _parse_whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _parse_path(text: str) -> Path:
    if not text:
        raise ValueError("the path is empty")
    return Path(text)


def _parse_duration(text: str) -> timedelta:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d|w)\s*", text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration such as 90s, 15min, 12h, 30d or 2w")
    try:
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    except OverflowError:
        raise ValueError(f"{text!r} is too long") from None


def _spell_duration(value: timedelta) -> str:
    return f"{value.total_seconds():.6f}".rstrip("0").rstrip(".") + "s"


def _choice(values: tuple[str, ...], convert: Callable[[str], Any]) -> Kind:
    def parse(text: str) -> Any:
        if text not in values:
            raise ValueError(f"{text!r} is not one of {', '.join(values)}")
        return convert(text)

    return Kind(parse, "{" + ",".join(values) + "}", choices=values, joins="commas")


def _joined(types: tuple[Any, ...]) -> Kind:
    kinds = tuple(kind_of(each) for each in types)
    metavar = ",".join(kind.metavar for kind in kinds)

    def parse(text: str) -> tuple[Any, ...]:
        parts = text.split(",")
        if len(parts) != len(kinds):
            raise ValueError(f"{text!r} is not {len(kinds)} values joined by commas, {metavar}")
        return tuple(kind.parse(part.strip()) for kind, part in zip(kinds, parts, strict=True))

    def spell(values: tuple[Any, ...]) -> str:
        return ",".join(kind.spell(value) for kind, value in zip(kinds, values, strict=True))

    return Kind(parse, metavar, spell, joins="words")


_PLAIN: dict[type, Kind] = {
    str: Kind(str, "TEXT"),
    int: Kind(_parse_whole, "N", joins="commas"),
    float: Kind(parse_number, "NUMBER", lambda value: repr(float(value)), joins="commas"),
    bool: Kind(bool, "", is_flag=True),
    Path: Kind(_parse_path, "PATH", joins="words", is_path=True),
    timedelta: Kind(_parse_duration, "DURATION", _spell_duration),
}

"""Parameters on a command line: arguments for argparse, values from what it parsed, and words that say the same."""

import argparse
import glob
import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING
from pathlib import Path
from typing import Any

from workstation.operations.parameters import Kind, Parameter, parameters_of

# argparse takes -10,20 for an option (3.11 to 3.13), so such words carry this mark until they are converted.
# No option begins with a digit, and no word of a real command line can hold the character.
_MARK = "\0"
_NEGATIVE = re.compile(r"-\.?\d")
# Stands for --, whose treatment differs between 3.11 and 3.13; like any option it ends the values of the one before.
_END = "--end-of-options"


def add_arguments(parser: argparse.ArgumentParser, parameters_type: type, *, path_completion: object = None) -> None:
    """Add an argument for each parameter.

    Parameters
    ----------
    parser
        Receives the arguments; give ``parse_known_intermixed_args`` words that went through `protect`.
    parameters_type
        Frozen dataclass whose fields were made by ``option``.
    path_completion
        What a shell completes paths with, in the terms of shtab.
    """
    for parameter in parameters_of(parameters_type):
        action = parser.add_argument(*_names(parameter), **_how(parameter))
        if parameter.kind.is_path and path_completion is not None:
            action.complete = path_completion  # type: ignore[attr-defined]  # the attribute that shtab looks for
    parser.add_argument(_END, action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def protect(words: Iterable[str]) -> list[str]:
    """Mark the words that are values although they begin with a minus: argparse would take them for options."""
    protected: list[str] = []
    for word in words:
        if _END in protected:
            protected.append(_MARK + word)
        elif word == "--":
            protected.append(_END)
        else:
            protected.append(_MARK + word if _NEGATIVE.match(word) else word)
    return protected


def unprotect(text: str) -> str:
    """Take the marks of `protect` off again."""
    return text.replace(_MARK, "")


def parse(parameters_type: type, namespace: argparse.Namespace) -> Any:
    """Give the parameters that a parsed command line holds; ValueError where they contradict each other."""
    given = vars(namespace)
    values = {item.name: given[item.name] for item in parameters_of(parameters_type) if item.name in given}
    return parameters_type(**values)


def to_words(parameters: Any) -> list[str]:
    """Give the words that `parse` turns into these parameters; those at their default are left out."""
    named: list[str] = []
    placed: list[str] = []
    parameters_type: type = type(parameters)
    for item in parameters_of(parameters_type):
        value = getattr(parameters, item.name)
        if value is None or value == item.default:
            continue
        if item.option.positional:
            placed += _spelled(item.kind, value)
        elif item.kind.is_flag:
            named.append(_flag(item))
        else:
            named += [f"{_flag(item)}={text}" for text in _spelled(item.kind, value)]
    return [*named, *(["--"] if any(word.startswith("-") for word in placed) else []), *placed]


def _spelled(kind: Kind, value: Any) -> list[str]:
    return [kind.spell(each) for each in value] if kind.is_several else [kind.spell(value)]


def _flag(parameter: Parameter) -> str:
    negated = "no-" if parameter.kind.is_flag and parameter.default is True else ""
    return f"--{negated}{parameter.name.replace('_', '-')}"


def _names(parameter: Parameter) -> list[str]:
    if parameter.option.positional:
        return [parameter.name]
    short = parameter.option.short
    return [*([f"-{short.lstrip('-')}"] if short else []), _flag(parameter)]


def _how(parameter: Parameter) -> dict[str, Any]:
    how: dict[str, Any] = {"help": _help(parameter), "default": argparse.SUPPRESS}
    kind = parameter.kind
    if kind.is_flag:
        return how | {"action": "store_false" if parameter.default is True else "store_true", "dest": parameter.name}
    how |= {"type": _converter(kind), "metavar": _metavar(parameter)}
    if kind.choices and not kind.is_several:
        how |= {"choices": kind.choices}
    if parameter.option.positional:
        return how | _how_many(parameter)
    if kind.is_several:
        how |= {"action": _Gather, "nargs": "+" if kind.joins == "words" else None}
    return how | {"dest": parameter.name, "required": parameter.is_required}


def _how_many(parameter: Parameter) -> dict[str, Any]:
    if parameter.kind.is_several:
        return {"nargs": "+" if parameter.is_required else "*", "action": _Gather}
    return {} if parameter.is_required else {"nargs": "?"}


def _metavar(parameter: Parameter) -> str:
    shown = parameter.name.upper() if parameter.option.positional else parameter.kind.metavar
    return parameter.option.metavar or shown


def _help(parameter: Parameter) -> str:
    shown = [parameter.option.unit] if parameter.option.unit else []
    if parameter.option.positional and parameter.kind.choices:
        shown.append(f"one of {', '.join(parameter.kind.choices)}")
    if parameter.default not in (MISSING, None, False, True, (), ""):
        shown.append(f"default: {', '.join(_spelled(parameter.kind, parameter.default))}")
    return (parameter.option.help + (f" ({'; '.join(shown)})" if shown else "")).replace("%", "%%")


def _converter(kind: Kind) -> Callable[[str], Any]:
    def convert(word: str) -> Any:
        text = unprotect(word)
        try:
            if not kind.is_several:
                return kind.parse(text)
            parts = text.split(",") if kind.joins == "commas" else _matching(text) if kind.is_path else [text]
            return tuple(kind.parse(part) for part in parts)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _matching(text: str) -> list[str]:
    # The command prompt of Windows leaves patterns to the program; a name that exists is no pattern.
    if not glob.has_magic(text) or Path(text).exists():
        return [text]
    return sorted(glob.glob(text, recursive=True)) or [text]  # noqa: PTH207 - a pattern may be absolute


class _Gather(argparse.Action):
    """Joins what each word gave, over words and repeated options alike."""

    def __call__(self, _parser: object, namespace: argparse.Namespace, values: Any, _option: str | None = None) -> None:
        words = values if isinstance(values, list) else [values]
        given = getattr(namespace, self.dest, ())
        setattr(namespace, self.dest, (*given, *(value for word in words for value in word)))

"""The commands as parsers: what each takes, its help with examples, and what may have been meant by a misspelt word."""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn

from workstation import __version__
from workstation.batch.output import terminal_columns
from workstation.errors import UserError
from workstation.operations.operation import Entry, Operation

_FLAGS = ("--json", "--help", "-h", "--version")
_MOST_EXAMPLES = 14
"""Of a group of commands: the first example of each."""


class UsageError(UserError):
    """A command line that cannot be understood; ``usage`` says how it goes."""

    def __init__(self, message: str, *, hint: str = "", usage: str = "") -> None:
        super().__init__(message, hint=hint)
        self.usage = usage


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=max(40, terminal_columns() - 2))


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` instead of ending the program, and takes no abbreviations."""

    def __init__(self, *, prog: str | None = None, description: str = "", epilog: str = "") -> None:
        super().__init__(
            prog=prog, description=description, epilog=epilog, formatter_class=_Formatter, allow_abbrev=False
        )

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        from workstation.operations.arguments import unprotect

        text = unprotect(message)
        raise UsageError(f"{text[:1].upper()}{text[1:]}.", usage=self.format_usage().strip())


class Commands:
    """The commands that some entries list.

    Parameters
    ----------
    entries
        What can be done.
    groups
        One line about each first word that several commands share.
    prog
        How the program is called (``workstation --batch``).
    under
        Words that ``prog`` stands for (``("library",)`` for ``dicom-archive``).
    examples
        Lines that the list of all commands shows; a group shows the first examples of its own.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        groups: Mapping[tuple[str, ...], str],
        *,
        prog: str,
        under: tuple[str, ...] = (),
        examples: Sequence[str] = (),
    ) -> None:
        self._prog = prog
        self._under = under
        self._groups = groups
        self._examples = examples
        self._entries = {each.command: each for each in entries if each.command[: len(under)] == under}

    def find(self, words: Sequence[str]) -> tuple[Operation | tuple[str, ...], list[str]]:
        """Give the operation that the words begin with, or the group where they stop, and the words that follow.

        Raises
        ------
        UsageError
            Where a word is no command.
        """
        path, leading, rest = self._under, [], list(words)
        while path not in self._entries:
            while rest and rest[0] in _FLAGS:
                leading.append(rest.pop(0))
            if not rest:
                return path, leading
            self._check(path, rest[0])
            path = (*path, rest.pop(0))
        return self._entries[path].operation(), leading + rest

    def parse(self, operation: Operation, words: Sequence[str]) -> argparse.Namespace:
        """Parse the words that follow a command."""
        from workstation.operations.arguments import protect, unprotect

        parser = Parser(prog=self._called(operation.command))
        _fill(parser, operation, self._shown)
        namespace, unknown = parser.parse_known_intermixed_args(protect(words))
        if unknown:
            word = unprotect(unknown[0])
            known = [flag for action_flags in _flags_of(parser) for flag in action_flags]
            hint = _meant(word.partition("=")[0], known) if word.startswith("-") else "It is one too many."
            raise UsageError(f"{word} is not understood.", hint=hint, usage=parser.format_usage().strip())
        return namespace

    def tree(self, prog: str = "", *, path_completion: object = None) -> Parser:
        """Give all commands as one parser, for shell completion."""
        root = Parser(prog=prog or self._prog)
        if self._under in self._entries:
            _fill(root, self._entries[self._under].operation(), self._shown, path_completion)
            return root
        add_flags(root)
        self._grow(root, self._under, path_completion)
        return root

    def help(self, path: tuple[str, ...] = ()) -> str:
        """Give the help of a group of commands; of all for the empty path."""
        path = path or self._under
        parser = Parser(prog=self._called(path), description=self._groups[path], epilog=self._teach(path))
        add_flags(parser)
        commands = parser.add_subparsers(metavar="COMMAND", title="commands")
        for name, summary in self._below(path).items():
            commands.add_parser(name, help=summary)
        return parser.format_help()

    def _grow(self, parser: Parser, path: tuple[str, ...], path_completion: object) -> None:
        commands = parser.add_subparsers(metavar="COMMAND")
        for name, summary in self._below(path).items():
            below = commands.add_parser(name, help=summary, description=summary)
            if (*path, name) in self._entries:
                _fill(below, self._entries[(*path, name)].operation(), self._shown, path_completion)
            else:
                self._grow(below, (*path, name), path_completion)

    def _below(self, path: tuple[str, ...]) -> dict[str, str]:
        depth = len(path)
        names: dict[str, str] = {}
        for command, entry in self._entries.items():
            if command[:depth] == path:
                is_leaf = len(command) == depth + 1
                names[command[depth]] = entry.summary if is_leaf else self._groups[command[: depth + 1]]
        return names

    def _check(self, path: tuple[str, ...], word: str) -> None:
        known = self._below(path)
        if word in known:
            return
        is_flag = word.startswith("-")
        thing = "option" if is_flag else "command"
        hint = _meant(word, _FLAGS if is_flag else known) or f"{self._called(path)} --help lists the commands."
        raise UsageError(f"{word} is no {thing} of {self._called(path)}.", hint=hint)

    def _called(self, path: tuple[str, ...]) -> str:
        return " ".join((self._prog, *path[len(self._under) :]))

    def _teach(self, path: tuple[str, ...]) -> str:
        below = [each for command, each in self._entries.items() if command[: len(path)] == path] if path else []
        examples = [each.operation().examples[0].line for each in below[:_MOST_EXAMPLES]] or self._examples
        lines = [f"  {self._shown(line)}" for line in examples]
        return "\n".join(["examples:", *lines, "", f"{self._called(path)} COMMAND --help tells more about each."])

    def _shown(self, line: str) -> str:
        """Give an example as it is typed to the program that was called."""
        return f"{self._prog} {line.removeprefix(' '.join(self._under)).strip()}"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a line: the results, and the errors with key error"
    )
    parser.add_argument("--version", action="version", version=f"workstation {__version__}")


def _fill(
    parser: argparse.ArgumentParser,
    operation: Operation,
    shown: Callable[[str], str],
    path_completion: object = None,
) -> None:
    from workstation.operations.arguments import add_arguments  # lists of commands need no parameters

    parser.description = operation.summary
    lines = [f"  {shown(each.line)}\n      {each.what}" for each in operation.examples]
    parser.epilog = "\n".join(["examples:", *lines])
    add_arguments(parser, operation.parameters, path_completion=path_completion)
    add_flags(parser)


def _flags_of(parser: argparse.ArgumentParser) -> list[list[str]]:
    return [list(action.option_strings) for action in parser._actions]


def _meant(word: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else ""

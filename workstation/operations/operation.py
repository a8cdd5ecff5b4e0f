"""The record of an operation, its line in the catalogue, and what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job


class Result(Protocol):
    """A frozen dataclass of plain values: ``--json`` prints its fields, the terminal its ``text()``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def text(self) -> str:
        """Give the result as lines for a person; may be empty."""


@runtime_checkable
class ForTerminal(Protocol):
    """A result that a terminal draws: instead of its ``text()`` these bytes are printed as they are.

    They hold control sequences, so whoever makes them cleans what comes from files.
    """

    @property
    def for_terminal(self) -> bytes:
        """What is sent; may be empty."""


def one_line(text: str) -> str:
    """Keep a text, such as the name of a file, from breaking into lines that could be taken for other results."""
    return "\N{REPLACEMENT CHARACTER}".join(text.splitlines())


def counted(count: int, one: str, many: str = "") -> str:
    """Count something: "1 image", "12 images"; ``many`` where it is not ``one`` with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True)
class ItemFailed:
    """One of several inputs that could not be done; the others go on, and the command ends with 1."""

    subject: str
    message: str
    hint: str = ""
    reason: str = ""

    def text(self) -> str:
        """Give the failure as a line."""
        subject = f"{self.subject}: " if self.subject else ""
        return one_line(subject + self.message + (f" {self.hint}" if self.hint else ""))


@dataclass(frozen=True, slots=True)
class Example:
    """A command line that works as printed, and what it does; it follows ``workstation --batch``."""

    line: str
    what: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Something the program can do.

    Parameters
    ----------
    id
        Stable name (``library.add``).
    command
        Words on the command line (``("library", "add")``).
    summary
        One line: what it does.
    parameters
        A frozen dataclass whose fields are made by `workstation.operations.parameters.option`.
    run
        Takes an instance of ``parameters`` and a job, yields results as they come: `Result` and `ItemFailed`.
        It raises `UserError` where nothing at all can be done.
    examples
        Shown by ``--help``; each runs as printed.
    """

    id: str
    command: tuple[str, ...]
    summary: str
    parameters: type
    run: "Callable[[Any, Job], Iterator[Result | ItemFailed]]"
    examples: tuple[Example, ...] = field(default=())


Room = Callable[[], tuple[Operation, ...]]
"""Loads the operations of a room."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation as lists of commands show it: making all parameters takes longer than a short command.

    Parameters
    ----------
    command, summary
        Those of the operation.
    room
        Loads the operation and its neighbours.
    """

    command: tuple[str, ...]
    summary: str
    room: Room

    def operation(self) -> Operation:
        """Load the operation itself."""
        return next(each for each in self.room() if each.command == self.command)

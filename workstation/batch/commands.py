"""Every command of the program: those of the catalogue, and the completion of all of them."""

from workstation import catalog
from workstation.batch.parser import Commands
from workstation.operations.operation import Entry, Operation


def _completion() -> tuple[Operation, ...]:
    from workstation.batch.completion import COMPLETION

    return (COMPLETION,)


_COMPLETION = Entry(
    ("completion",), "Print a script that completes commands, options and paths in a shell", _completion
)


def commands_of(prog: str, under: tuple[str, ...] = ()) -> Commands:
    """Give the commands below some words, as a program that is called ``prog`` takes them."""
    entries = (*catalog.ENTRIES, _COMPLETION)
    return Commands(entries, catalog.GROUPS, prog=prog, under=under, examples=catalog.EXAMPLES)

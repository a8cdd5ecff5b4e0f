"""Everything the program can do: one explicit tuple, from which commands, forms and tests are made."""

from workstation.headers import operations as headers
from workstation.library import operations as library
from workstation.operations.operation import Operation

OPERATIONS: tuple[Operation, ...] = (*headers.OPERATIONS, *library.OPERATIONS)

GROUPS: dict[tuple[str, ...], str] = {
    (): "Medical images from the command line: every operation of the workstation, without a window.",
    ("library",): "The library: what images there are, and where they lie.",
}

"""Everything the program can do: one explicit tuple, from which commands, forms and tests are made."""

from workstation.operations.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()

GROUPS: dict[tuple[str, ...], str] = {
    (): "Medical images from the command line: every operation of the workstation, without a window.",
}

"""Volumes whose rows a scanner stores upside down without a word in the header: pairs of reversed polarity (GE)."""

from collections.abc import Sequence

from workstation.model.attributes import PARSER_FAILURES
from workstation.model.index.records import Stack
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused

_GROUP, _CREATOR, _SEQUENCE, _MODE = 0x0019, "GEMS_ACQU_01", 0x9C, 0xB3
_REVERSED = {1: "all volumes", 2: "volumes 1, 3, 5 …", 3: "volumes 2, 4, 6 …"}
"""By the mode of the sequence; in mode 0 none is."""


def polarity_told(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """Say which volumes of a GE series that was taken with the sequence epi_pepolar have their rows upside down.

    The images of reversed polarity have the same Image Orientation as the others, and lie by it the wrong way round.
    """
    try:
        block = read_dataset(stacks[0].frames[0].instance.place).private_block(_GROUP, _CREATOR)
        name, mode = str(block[_SEQUENCE].value), int(float(block[_MODE].value))
    except (Refused, *PARSER_FAILURES):
        return ()
    if "epi_pepolar" not in name or mode not in _REVERSED:
        return ()
    return (
        f"Rows of {_REVERSED[mode]} are upside down, as the scanner stores those of reversed polarity (GE epi_pepolar)",
    )

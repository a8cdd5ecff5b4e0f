"""A line as a person writes it on a command line; points are (column, row) from 0, whole at pixel centres."""

from typing import ClassVar, Literal, Self

from workstation.operations.values import parse_number
from workstation.quick_dataclass import dataclass

Point = tuple[float, float]


def numbers_in(text: str, counts: tuple[int, ...], example: str) -> tuple[float, ...]:
    """Read numbers joined by commas, as many as one of the counts; ValueError tells what they should be: an example."""
    parts = text.split(",")
    if len(parts) not in counts:
        raise ValueError(f"{text!r} is not {example}")
    return tuple(parse_number(part.strip()) for part in parts)


@dataclass(frozen=True, slots=True)
class Line:
    """``x1,y1,x2,y2``: a line by its two ends."""

    joins: ClassVar[Literal["words"]] = "words"
    first: Point
    last: Point

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read four numbers."""
        x1, y1, x2, y2 = numbers_in(text, (4,), "a line x1,y1,x2,y2")
        return cls((x1, y1), (x2, y2))

    def __str__(self) -> str:
        return ",".join(repr(value) for value in (*self.first, *self.last))

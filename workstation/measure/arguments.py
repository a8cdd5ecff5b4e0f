"""Regions as a person writes them on a command line; points are (column, row) from 0, whole at pixel centres."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Self

from workstation.operations.values import Rectangle, parse_number

Point = tuple[float, float]


def _numbers(text: str, counts: tuple[int, ...], example: str) -> tuple[float, ...]:
    parts = text.split(",")
    if len(parts) not in counts:
        raise ValueError(f"{text!r} is not {example}")
    return tuple(parse_number(part.strip()) for part in parts)


@dataclass(frozen=True, slots=True)
class EllipseBox:
    """``x,y,w,h`` or ``x,y,w,h,degrees``: the ellipse in the box of these pixels, turned clockwise about its middle."""

    joins: ClassVar[Literal["words"]] = "words"
    x: float
    y: float
    width: float
    height: float
    degrees: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read four or five numbers."""
        numbers = _numbers(text, (4, 5), "an ellipse x,y,width,height or x,y,width,height,degrees")
        if numbers[2] <= 0 or numbers[3] <= 0:
            raise ValueError(f"{text!r}: width and height have to be above 0")
        return cls(*numbers)

    def __str__(self) -> str:
        numbers = (self.x, self.y, self.width, self.height, *([self.degrees] if self.degrees else []))
        return ",".join(repr(value) for value in numbers)

    def axes_px(self) -> tuple[Point, Point, Point, Point]:
        """Give the ends of the axis along the width, and those of the other."""
        column, row = self.x + (self.width - 1) / 2, self.y + (self.height - 1) / 2
        turned = math.radians(self.degrees)
        across = math.cos(turned) * self.width / 2, math.sin(turned) * self.width / 2
        down = -math.sin(turned) * self.height / 2, math.cos(turned) * self.height / 2
        return (
            (column - across[0], row - across[1]),
            (column + across[0], row + across[1]),
            (column - down[0], row - down[1]),
            (column + down[0], row + down[1]),
        )


@dataclass(frozen=True, slots=True)
class Circle:
    """``x,y,r``: centre and radius in pixels (of the distance between columns)."""

    joins: ClassVar[Literal["words"]] = "words"
    x: float
    y: float
    radius: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read three numbers."""
        numbers = _numbers(text, (3,), "a circle x,y,radius")
        if numbers[2] <= 0:
            raise ValueError(f"{text!r}: the radius has to be above 0")
        return cls(*numbers)

    def __str__(self) -> str:
        return ",".join(repr(value) for value in (self.x, self.y, self.radius))


@dataclass(frozen=True, slots=True)
class Line:
    """``x1,y1,x2,y2``: a line by its two ends."""

    joins: ClassVar[Literal["words"]] = "words"
    first: Point
    last: Point

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read four numbers."""
        x1, y1, x2, y2 = _numbers(text, (4,), "a line x1,y1,x2,y2")
        return cls((x1, y1), (x2, y2))

    def __str__(self) -> str:
        return ",".join(repr(value) for value in (*self.first, *self.last))


@dataclass(frozen=True, slots=True)
class RegionText:
    """``x,y,w,h``, or a file with a mask: SEG, RTSTRUCT."""

    value: Rectangle | Path

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rectangle where it looks like one, the name of a file otherwise."""
        if not text.strip():
            raise ValueError("the region is empty")
        looks_like_numbers = all(part.strip().lstrip("+-").replace(".", "", 1).isdigit() for part in text.split(","))
        if looks_like_numbers and not Path(text).exists():
            return cls(Rectangle.parse(text))
        return cls(Path(text))

    def below(self, folder: Path) -> "RegionText":
        """Give it with a file that is sought in a folder."""
        return RegionText(folder / self.value) if isinstance(self.value, Path) else self

    def __str__(self) -> str:
        return str(self.value)


def corners_px(box: Rectangle) -> tuple[Point, Point, Point, Point]:
    """Give the corners of a rectangle that covers whole pixels, around."""
    left, top = box.x - 0.5, box.y - 0.5
    right, bottom = left + box.width, top + box.height
    return (left, top), (right, top), (right, bottom), (left, bottom)
